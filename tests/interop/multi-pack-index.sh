# multi-pack-index: written, verified, packs joined and deleted, layers; damaged ones are told of.
#: packs masked
#: cells sha1-files sha256-files
"$GIT" init -q .
for i in 1 2 3 4 5 6; do
    tick; seq 1 $((i * 50)) >f; echo $i >g$i
    "$QN_REAL" add -A; "$QN_REAL" commit -q -m $i; "$QN_REAL" repack -dq
done
"$GIT" multi-pack-index write --no-progress
"$GIT" multi-pack-index verify --no-progress
"$GIT" rev-list --objects --count --all
"$GIT" multi-pack-index repack --no-progress
"$GIT" multi-pack-index expire --no-progress
"$GIT" multi-pack-index verify --no-progress
"$GIT" rev-list --objects --count --all
"$GIT" count-objects
"$GIT" multi-pack-index
"$GIT" multi-pack-index foo
"$GIT" multi-pack-index write extra
mkdir ../chain && cd ../chain && "$GIT" init -q .
for i in 1 2 3 4; do
    tick; echo $i >h$i
    "$QN_REAL" add -A; "$QN_REAL" commit -q -m $i; "$QN_REAL" repack -dq
    "$GIT" multi-pack-index write --incremental --no-progress
done
"$GIT" multi-pack-index verify --no-progress
"$GIT" rev-list --objects --count --all
