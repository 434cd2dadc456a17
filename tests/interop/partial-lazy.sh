# Partial clones: in how many requests what is missing comes, at commands that read much.
#: cells sha1-files
#: end no
Q() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q src >/dev/null 2>&1; Q config uploadpack.allowFilter true; Q config uploadpack.allowAnySHA1InWant true
for i in 1 2 3 4; do
    for j in 1 2 3; do mkdir -p src/d$j; { seq 1 20; echo "$i $j"; } >src/d$j/f$i; done
    seq $i 40 >src/same; Q add .; Q commit -qm "c$i"; tick
done
Q mv d1 moved; Q commit -qm moved; tick; Q checkout -q -b side HEAD~2; seq 100 >src/same; echo y >>src/d2/f1; Q commit -qam side; tick; Q checkout -q main
url=file://$PWD/src
# fetches: a command in a fresh clone; afterwards how often it asked, for how many
fetches() {
    rm -rf d trace; "$QN_REAL" clone -q --no-checkout --filter=$filter "$url" d 2>/dev/null
    if test "$ready"; then (cd d && eval "$ready") >/dev/null 2>&1; fi
    GIT_TRACE_PACKET=$PWD/trace "$GIT" -C d "$@"
    test -e trace || : >trace
    note "$(grep -c ' > command=fetch\|[a-z]> command=fetch' trace) fetches, $(grep -c '[a-z]> want ' trace) wants"
}
# shows: what it says; of many commits at once it asks less often than git (tests/cli)
shows() { rm -rf d; "$QN_REAL" clone -q --no-checkout --filter=$filter "$url" d 2>/dev/null; "$GIT" -C d "$@"; }
for filter in blob:none tree:0; do
    ready=
    fetches diff --name-only HEAD~2 HEAD; fetches diff -M HEAD~2 HEAD; fetches diff -B --name-status HEAD~2 HEAD; fetches diff -C -C --raw HEAD~2 HEAD
    shows log -S7 --oneline; shows log -G7 --oneline; shows log -S7 -p; shows log --raw --oneline; shows log --name-status; shows log -p -m; shows log --cc -U0; shows log -p -U0 -n3; shows log --graph --stat -- d2; shows log --follow -p -U0 moved/f1
    for missing in error allow-any allow-promisor; do fetches rev-list --objects --missing=$missing --count HEAD; fetches rev-list --objects --missing=$missing --quiet HEAD; done
    fetches rev-list --objects HEAD; fetches rev-list --objects --use-bitmap-index --all; fetches cat-file -e HEAD:same
    fetches bundle create -q ../b HEAD; fetches merge-tree --name-only origin/main origin/side
    rm -rf nn.git; "$QN_REAL" init -q --bare nn.git 2>/dev/null; ready="'$QN_REAL' checkout -q main"
    fetches push -q ../nn.git HEAD:refs/heads/x; "$GIT" -C nn.git fsck; fetches merge -q origin/side
    ready="'$QN_REAL' checkout -q main; echo y >>same; '$QN_REAL' commit -qam y"; fetches push -q origin HEAD:refs/heads/y
    ready="'$QN_REAL' checkout -q main; '$QN_REAL' mv d2 zz; '$QN_REAL' commit -qam z"; fetches push -q --no-thin origin HEAD:refs/heads/z
    Q branch -D y; Q branch -D z
done
# maintenance fetches ahead
"$QN_REAL" clone -q src m 2>/dev/null; Q commit -q --allow-empty -m more; "$QN_REAL" -C m config remote.two.url "$url"; "$QN_REAL" -C m config remote.two.fetch '+refs/heads/*:refs/remotes/two/*'
"$QN_REAL" -C m config remote.skipped.url nowhere; "$QN_REAL" -C m config remote.skipped.skipFetchAll true
"$GIT" -C m maintenance run --task=prefetch; "$GIT" -C m for-each-ref; ls m/.git/FETCH_HEAD; "$QN_REAL" -C m config remote.bad.url ../nowhere
"$GIT" -C m maintenance run --task=prefetch; "$GIT" -C m maintenance run --schedule=hourly --quiet
# what promised is gone, or must not be asked: nothing is half done, and what can be shown is
"$QN_REAL" clone -q --no-checkout --filter=blob:none "$url" kept 2>/dev/null; id=$("$QN_REAL" -C kept rev-parse HEAD~1:same)
gone() {
    for words in "cat-file -p $id" "cat-file -e $id" "cat-file -t $id" "cat-file -s $id" "cat-file blob $id" "show $id" "diff HEAD~1 HEAD~3" "log --oneline --stat" "log -p -U0" \
        "log --oneline -S7" "log -p -L1,1:same" "archive HEAD" "checkout HEAD~1" "reset --hard" "read-tree -m -u HEAD" "merge-tree HEAD~1 HEAD" "show --stat" "rev-list --objects HEAD" \
        "ls-tree -l HEAD" "ls-tree -r --format=%(objectsize) HEAD" "bundle create -q ../b HEAD" "fsck"; do
        case "$words $GIT_NO_LAZY_FETCH" in "ls-tree -l HEAD ") continue;; esac # what of the line is out by then
        rm -rf d; cp -r kept d; "$GIT" -C d $words
    done
}
export GIT_NO_LAZY_FETCH=1; gone; unset GIT_NO_LAZY_FETCH
"$QN_REAL" -C kept log -p -n 2 >/dev/null 2>&1; mv src away; gone
