# fetch, fetch-pack, ls-remote, update-server-info, backfill: short options, and those that only the manual tells of.
#: packs masked
#: cells sha1-files
u() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q src >/dev/null 2>&1; u config uploadpack.allowFilter true; u config uploadpack.allowAnySHA1InWant true
for i in 1 2 3 4 5 6; do mkdir -p src/d$i; seq $i >src/d$i/f; u add .; u commit -qm $i; tick; u tag -m t$i t$i; done; u branch side HEAD~2; u branch old HEAD~4
printf "#!/bin/sh\nexec '$QN_REAL' upload-pack \"\$@\"\n" >up; chmod +x up
n() { rm -rf d; "$QN_REAL" init -q d >/dev/null 2>&1; "$QN_REAL" -C d remote add o ../src; }
p() { n; "$GIT" -C d fetch-pack --no-progress "$@"; "$GIT" -C d rev-list --count --all --objects; ls d/.git; ls d/.git/objects/pack | sed 's/.*\.//' | sort | "$GIT" stripspace; cat d/.git/shallow 2>/dev/null | "$GIT" stripspace; }
m=refs/heads/main
p --check-self-contained-and-connected ../src $m
p --depth=2 ../src $m; "$GIT" -C d fetch-pack --no-progress --deepen-relative --depth=1 ../src $m; cat d/.git/shallow | "$GIT" stripspace; "$GIT" -C d fetch-pack --no-progress --depth=2147483647 ../src $m; ls d/.git/shallow
p --shallow-exclude=refs/tags/t3 ../src $m; p --shallow-exclude=t2 --shallow-exclude=old ../src $m; p --shallow-exclude=nope ../src $m; p --shallow-since=2005-04-07T22:20:00 ../src $m; p --shallow-since=2030-01-01 ../src $m
p --upload-pack=../up ../src $m; p --exec=../up ../src $m; p --upload-pack=false ../src $m; p --exec=/nowhere/x ../src $m
p --filter=blob:none ../src $m; p --filter=nonsense ../src $m; p --no-filter ../src $m; p --refetch ../src $m; p --include-tag ../src $m; p --thin ../src side; p --all -v ../src; p --no-progress ../src $m; p --lock-pack ../src $m; p --cloning ../src $m; p --update-shallow ../src $m; p --no-dependents ../src $m; p --depth=x ../src $m; p --depth=0 ../src $m; p --depth= ../src $m; p -x ../src; p --; p
printf 'refs/heads/main\n\nrefs/heads/nope\n' >refs; p --stdin ../src <refs; p --stdin ../src $m refs/heads/side <refs; p --stdin </dev/null
f() { n; echo x >d/.git/FETCH_HEAD; "$GIT" -C d fetch "$@"; "$GIT" -C d for-each-ref; cat d/.git/FETCH_HEAD | "$GIT" stripspace; }
f -a o; f -k o; f -n o; f -t o; f -p -P o; f -P o; f -q o; f -v o main; f -f o +main:x; f -u o main:main; f -j 2 o; f -j2 --all; f -o a=b o; f -4 o; f -6 o; f -m o side; f -qn o main; f -vt o; f -j x o; f -x; f --stdin o <refs; f -an o main; f -kv o old; f -pP o; f -p o 'refs/heads/*:refs/x/*'
for o in -t -b "-b -t" -q -h "-o x" "-qt" "--heads" "-b --refs" "--get-url" "--exit-code -q" "--sort=-refname -b" "--symref" "--server-option=a=b"; do "$GIT" ls-remote $o src; "$GIT" ls-remote $o ./src main; done; "$GIT" ls-remote -x; "$GIT" ls-remote -q nowhere; "$GIT" -C d ls-remote -q; "$GIT" -C d ls-remote -q o 'm*' t1
for o in "" -f --force --no-force -q x "-f x"; do rm -rf src/.git/info/refs src/.git/objects/info/packs; "$GIT" -C src update-server-info $o; cat src/.git/info/refs src/.git/objects/info/packs | "$GIT" stripspace; done
b() { rm -rf c; "$QN_REAL" clone -q --filter=blob:none --no-checkout file://$PWD/src c; "$GIT" -C c backfill "$@"; "$QN_REAL" -C c rev-list --objects --all --missing=print | grep -c '^?' | "$GIT" stripspace; }
b --include-edges t3..t5; b --no-include-edges t3..t5; b --include-edges; b --include-edges --min-batch-size=1 t5^!; b --no-include-edges t5^!; b --no-min-batch-size; b --sparse --no-sparse; b -x; b --min-batch-size=0; b --min-batch-size=-1; b nope
