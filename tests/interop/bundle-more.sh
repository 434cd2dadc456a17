# bundle: versions, filters, streams, progress, and packs in it that are damaged.
#: cells sha1-files sha256-files
mkdir one && cd one
history
head_of() { LC_ALL=C sed -n '1,/^$/p' "$1" | tr -d '\000'; }
for version in 2 3 4 x ""; do
    "$GIT" bundle create -q --version=$version ../v main; [ -f ../v ] && { head_of ../v >../h; note_file ../h; }; rm -f ../v
    "$GIT" bundle create -q --version=$version --filter=tree:0 ../v main; [ -f ../v ] && { head_of ../v >../h; note_file ../h; }; rm -f ../v
done
"$GIT" bundle create --no-quiet -q ../out main
"$GIT" bundle create --progress --no-progress ../out main
"$GIT" bundle create --all-progress --no-all-progress --all-progress-implied ../out main
"$GIT" bundle create -q ../filtered --filter=blob:none --all
"$GIT" bundle verify ../filtered
"$GIT" bundle verify ../filtered extra
"$GIT" bundle list-heads ../filtered nosuch
"$GIT" bundle create -q ../thin main~1..main side
"$GIT" bundle create -q ../tagged v1..v2
head_of ../tagged >../h; note_file ../h; "$GIT" bundle verify ../tagged
"$GIT" bundle create -q ../none v2..v2
"$GIT" bundle create -q ../none --branches --not --branches
"$GIT" bundle create -q ../none --stdin </dev/null
"$GIT" bundle create -q ../date --since=2001-01-01 --until=2001-01-02 main
"$GIT" bundle create -q ../count --max-count=2 main; head_of ../count >../h; note_file ../h
"$GIT" bundle create -q ../merges --no-merges main
"$GIT" bundle create -q ../left --left-right main...side; head_of ../left >../h; note_file ../h
"$GIT" bundle create -q ../sym HEAD; "$GIT" symbolic-ref refs/heads/alias refs/heads/main; "$GIT" bundle create -q ../sym alias; head_of ../sym >../h; note_file ../h
"$GIT" checkout -q --detach; "$GIT" bundle create -q ../detached HEAD; head_of ../detached >../h; note_file ../h; "$GIT" checkout -q main
cd ..
"$QN_REAL" init -q two; cd two
"$GIT" bundle unbundle ../thin
"$GIT" bundle verify ../thin
"$GIT" bundle unbundle --no-progress ../filtered main
"$GIT" cat-file --batch-all-objects --batch-check='%(objecttype)' >../types; sort ../types | uniq -c >../h; note_file ../h
ls .git/objects/pack | sed 's/.*\.//' | sort >../h; note_file ../h
cd ..; "$QN_REAL" init -q three; cd three
"$GIT" bundle unbundle - <../sym
"$GIT" bundle unbundle --progress --no-progress ../sym HEAD
"$GIT" bundle unbundle ../sym nosuch
cd ..; "$QN_REAL" init -q four; cd four
size=$(head_of ../sym | wc -c)
broken() { "$GIT" bundle verify ../broken; "$GIT" bundle unbundle ../broken; find .git/objects -type f ! -name 'tmp_*' | sort >../h; note_file ../h; find .git/objects -name 'tmp_*' -exec rm {} +; }
for cut in 0 4 11 12 13 40; do head -c $((size + cut)) ../sym >../broken; broken; done
{ head_of ../sym; echo rubbish; } >../broken; broken
{ head_of ../sym; printf 'PACK\0\0\0\4\0\0\0\1'; } >../broken; broken
"$QN_REAL" init -q --object-format=$([ "$QN_ALGORITHM" = sha1 ] && echo sha256 || echo sha1) ../five; cd ../five
"$GIT" bundle verify ../sym
"$GIT" bundle list-heads ../sym
"$GIT" bundle unbundle ../sym
cd ..; rm -rf five
try() { printf "$1" >bad; "$GIT" bundle list-heads bad; }
try '# v3 git bundle\n@filter=blob:none\n\n'
try '# v3 git bundle\n@filter=bogus\n\n'
try '# v3 git bundle\n@object-format=sha1\n@object-format=sha256\n\n'
try '# v2 git bundle\n@object-format=sha1\n\n'
try '# v3 git bundle\n@\n\n'
try '# v3 git bundle\n@filter\n\n'
try '# v2 git bundle\r\n\r\n'
try '# v2 git bundle \n\n'
id=$(cd one && "$QN_REAL" rev-parse main)
try "# v2 git bundle\n$id refs/heads/main"
try "# v2 git bundle\n$id  refs/heads/main\n\n"
try "# v2 git bundle\n$id\trefs/heads/main\n\n"
try "# v2 git bundle\n-$id\n-$id subject\n$id refs/../x\n$id with blank\n\n"
cd one; "$GIT" bundle verify ../bad; "$GIT" bundle unbundle ../bad
# who speaks last decides whether progress is shown
for words in "-q --all-progress" "--all-progress -q" "--no-quiet" "--progress -q" "--all-progress --no-all-progress" "--all-progress-implied"; do "$QN_REAL" bundle create $words ../said.bundle HEAD 2>&1 | grep -c "^Total" >../said; note "said: $words"; note_file ../said; done
