# repack --write-midx: one file or layers, with bitmaps; what it leaves is sound.
#: cells sha1-files
#: packs masked
#: stderr no
"$GIT" init -q .
"$QN_REAL" config maintenance.auto false
change() { tick; seq 1 $(($1 * 9)) >f; echo $1 >g$1; "$QN_REAL" add -A; "$QN_REAL" commit -q -m $1; }
look() {
    note $(ls .git/objects/pack | grep -c 'pack$') packs $(find .git/objects/pack -name 'multi*' | sed 's/.*\.//; s/.*-//' | sort | uniq -c)
    "$GIT" rev-list --use-bitmap-index --count --objects --all
    "$GIT" multi-pack-index verify --no-progress
    "$GIT" fsck
}
for how in "-m" "-dm" "-bm" "-adm" "-adbm" "-dbm" "-d --geometric=2 --write-midx -b" "--cruft -d -m -b" "-Adm"; do
    for i in 1 2 3; do change $i; "$QN_REAL" repack -dq; done
    change 4
    "$GIT" repack -q $how
    look
    "$GIT" rev-list --test-bitmap HEAD
done
"$GIT" repack --write-midx=foo
"$GIT" repack -dbq
mkdir ../layers && cd ../layers && "$GIT" init -q .
"$QN_REAL" config maintenance.auto false
for i in 1 2 3 4 5 6; do change $i; done
"$QN_REAL" repack -adq
for i in 7 8 9 10 11 12 13; do
    change $i
    "$GIT" repack -dq --geometric=2 --write-midx=incremental -b
    note $(wc -l <.git/objects/pack/multi-pack-index.d/multi-pack-index-chain) $(ls .git/objects/pack | grep -c 'pack$')
    "$GIT" rev-list --test-bitmap HEAD
done
look
change 14
"$GIT" repack -dq --write-midx=incremental -b
"$GIT" rev-list --test-bitmap HEAD
look
"$GIT" -c repack.updateServerInfo=false repack -adq
note $(ls .git/objects/info | grep -v writers)
"$GIT" repack -adq
note $(ls .git/objects/info | grep -v writers)
