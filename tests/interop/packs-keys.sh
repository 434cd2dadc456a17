# Keys and options about packs that no other script of ours gives: for-each-repo, multi-pack-index
# elsewhere, what repack.midx* say, gc.autoDetach, maintenance.rerere-gc.auto.
#: cells sha1-files
#: end no
history
"$QN_REAL" init -q other; here=$PWD
"$QN_REAL" config --add r.list "$here"; "$QN_REAL" config --add r.list "$here/none"; "$QN_REAL" config --add r.list "$here/other"
"$GIT" for-each-repo --config=r.list rev-parse HEAD
"$GIT" for-each-repo --config=r.list --keep-going rev-parse HEAD
"$GIT" for-each-repo --config=r.list --no-keep-going rev-parse HEAD
"$GIT" for-each-repo --config=r.list --keep-going --no-keep-going rev-parse HEAD
"$GIT" for-each-repo --no-config --config=r.list -- rev-parse --is-bare-repository
"$GIT" for-each-repo --config=r.list --no-config rev-parse HEAD
"$GIT" for-each-repo --config=list rev-parse HEAD 2>errors; head -2 errors >>"$QN_TRANSCRIPT"
"$GIT" for-each-repo --config=.list rev-parse HEAD 2>errors; head -2 errors >>"$QN_TRANSCRIPT"
"$QN_REAL" config --unset-all r.list
# in the object directory that is named, which an alternate is, too
names() { ls $1/pack | sed 's/-[0-9a-f]*\././' | sort | uniq -c | sed 's/^ */  /' >>"$QN_TRANSCRIPT"; }
"$QN_REAL" repack -dq
"$GIT" multi-pack-index --object-dir=.git/objects write; names .git/objects
"$GIT" multi-pack-index --object-dir=.git/objects verify
"$GIT" multi-pack-index --object-dir=none --no-object-dir verify
"$GIT" multi-pack-index write --object-dir "$here/.git/objects" --progress
"$QN_REAL" clone -q --shared . lent
"$GIT" -C lent multi-pack-index --object-dir="$here/.git/objects" verify --progress
"$GIT" -C lent multi-pack-index --progress --object-dir="$here/.git/objects" write
"$GIT" -C lent multi-pack-index --object-dir="$here/.git/objects" expire
"$GIT" -C lent multi-pack-index --object-dir="$here/.git/objects" repack --batch-size=0
names lent/.git/objects; names .git/objects
# layers: when a new one is begun, and when two are made one
rm -f .git/objects/pack/multi-pack-index
chain() { wc -l <.git/objects/pack/multi-pack-index.d/multi-pack-index-chain 2>/dev/null | sed 's/^/  layers /' >>"$QN_TRANSCRIPT"; }
layer() { echo "$1" >aside; "$QN_REAL" commit -qam "$1"; shift; "$GIT" "$@" repack -dq --geometric=2 --write-midx=incremental; chain; }
for i in 1 2 3 4; do layer $i; done
for i in 5 6 7; do layer $i -c repack.midxNewLayerThreshold=1; done
rm -rf .git/objects/pack/multi-pack-index.d; "$QN_REAL" repack -adq
for i in 8 9 10; do layer $i -c repack.midxSplitFactor=3 -c repack.midxNewLayerThreshold=2; done
layer 10 -c repack.midxSplitFactor=1
layer 11 -c repack.midxSplitFactor=x
layer 12 -c repack.midxNewLayerThreshold=0
layer 13 -c repack.midxNewLayerThreshold=x
"$GIT" multi-pack-index verify
# a cruft pack is left out of the multi-pack-index, or not
"$QN_REAL" reset -q --hard HEAD~3; "$QN_REAL" reflog expire --all --expire=now
for key in repack.midxMustContainCruft=true repack.midxMustContainCruft=false repack.midxMustContainCruft=bad; do
rm -rf .git/objects/pack/multi-pack-index*
[ $key = repack.midxMustContainCruft=bad ] || "$GIT" -c $key repack -d --cruft --geometric=2 --write-midx -q
"$GIT" -c $key repack -a -d --cruft --write-midx -q; names .git/objects
"$GIT" -c $key repack -d --geometric=2 --write-midx -q
done
# what is due by itself
"$GIT" -c gc.autoDetach=false -c gc.auto=1 -c maintenance.autoDetach=false gc --auto
"$GIT" -c gc.autoDetach=false -c gc.auto=100000 gc --auto
"$GIT" -c gc.autoDetach=bad -c gc.auto=1 gc --auto
for auto in 0 1 -1 bad; do "$GIT" -c maintenance.rerere-gc.auto=$auto maintenance run --auto --task=rerere-gc; done
mkdir -p .git/rr-cache/0123456789012345678901234567890123456789
echo x >.git/rr-cache/0123456789012345678901234567890123456789/preimage
touch -d '2020-01-01' .git/rr-cache/*/preimage
for auto in 0 1 -1; do "$GIT" -c maintenance.rerere-gc.auto=$auto maintenance run --auto --task=rerere-gc; ls .git/rr-cache >>"$QN_TRANSCRIPT"; done
