# ref-in-want: refs are asked for by name where the server offers it, and may move meanwhile.
#: cells sha1-files sha256-reftable
#: end no
"$QN_REAL" init -q src >/dev/null 2>&1; u() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
for i in 1 2 3 4; do u commit --allow-empty -m $i; tick; done; u branch side main~1; u tag -a -m t t1 main~2; u config uploadpack.allowRefInWant true
export GIT_USER_AGENT=me
url=file://$PWD/src
f() { rm -f trace; GIT_TRACE_PACKET=$PWD/trace "$GIT" -C d "$@"; sed -nE 's/.*packet: *fetch([<>] want)/fetch\1/p' trace | sort >asked; note_file asked; "$GIT" -C d for-each-ref; cat d/.git/FETCH_HEAD >asked; note_file asked; }
new() { rm -rf d; "$QN_REAL" init -q d; "$QN_REAL" -C d remote add origin "$url"; }
new; f fetch origin main; f fetch origin; f fetch origin main side; f fetch; new; f fetch origin; f fetch origin; u commit --allow-empty -m 5; tick; f fetch
new; f fetch origin main:here side:refs/x/side HEAD; f fetch origin tag t1; f fetch origin "$("$QN_REAL" -C src rev-parse main~3)"; new; f fetch --no-tags origin '+refs/heads/*:refs/y/*'
# the refs that are asked for beforehand
new; "$QN_REAL" -C d config branch.main.remote origin
for merge in refs/heads/main main refs/heads/other; do
    "$QN_REAL" -C d config branch.main.merge $merge
    for words in '' origin --tags -n 'origin main' 'origin refs/heads/main' 'origin tag t1'; do
        rm -f trace; GIT_TRACE_PACKET=$PWD/trace "$GIT" -C d fetch -q $words; grep -o 'fetch> ref-prefix.*' trace >asked; note_file asked
    done
done
