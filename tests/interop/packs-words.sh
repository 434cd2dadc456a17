# Options of the commands about packs that are seldom given together, and what is said of them.
#: cells sha1-files sha256-files
# stored, not compressed, so that the sizes are the same whoever wrote
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.compression GIT_CONFIG_VALUE_0=0
history
"$GIT" rev-list --graph --disk-usage HEAD
"$GIT" rev-list --graph --disk-usage --objects HEAD
"$GIT" rev-list --graph --disk-usage=human HEAD -- src
"$GIT" rev-list --graph --quiet HEAD
"$GIT" rev-list --count --disk-usage HEAD
"$GIT" rev-list --count --disk-usage --objects HEAD
"$GIT" rev-list --count --disk-usage --left-right side...HEAD
"$GIT" rev-list --test-bitmap
"$GIT" rev-list --test-bitmap --objects
"$QN_REAL" repack -adqb
"$GIT" rev-list --test-bitmap
"$GIT" rev-list --count --disk-usage --objects --use-bitmap-index HEAD
"$GIT" fast-export --indexed-objects
"$GIT" fast-export --indexed-objects --no-data
"$GIT" fast-import --active-branches=4294967296 --quiet </dev/null
"$GIT" index-pack --stdin --object-format=bad </dev/null
"$GIT" index-pack --object-format=bad
"$GIT" rev-parse HEAD >tip
"$GIT" pack-objects --stdin-packs --exclude-promisor-objects-best-effort --stdout <tip
"$GIT" pack-objects --stdin-packs=follow --exclude-promisor-objects-best-effort --stdout <tip
"$GIT" repack -q --cruft-expiration=
"$GIT" init -q empty
"$GIT" -C empty multi-pack-index write --preferred-pack=foo
# bytes behind a pack belong to who reads on from the pipe; a file has just a pack
"$QN_REAL" rev-parse HEAD:tool | "$QN_REAL" pack-objects -q --stdout >one.pack
{ cat one.pack; echo behind; } >two.pack
"$GIT" init -q taker
cat two.pack | "$GIT" -C taker index-pack --stdin
"$GIT" -C taker index-pack --stdin <two.pack
cat two.pack | "$GIT" -C taker unpack-objects -q
"$GIT" -C taker fsck --no-dangling
# what an alternate has is not packed again: no bitmap
"$QN_REAL" clone -q --shared . borrower; cd borrower
"$GIT" repack -d -l --write-midx
"$GIT" repack -d --write-midx
"$GIT" repack -a -d -l -b
"$GIT" repack -d -l --write-midx -q --no-write-bitmap-index
"$GIT" -c repack.writeBitmaps=false repack -d -l --write-midx
"$GIT" maintenance run --task=geometric-repack
# a layer of a chain whose fan-out is wrong
cd ..; "$QN_REAL" init -q chain; cd chain
for n in 1 2; do echo $n >f; "$QN_REAL" add f; "$QN_REAL" commit -qm $n; "$QN_REAL" repack -dq; "$QN_REAL" multi-pack-index write --incremental; done
"$GIT" multi-pack-index verify
# what is asked of nothing, and together with what
cd ..
for o in --objects --filter=blob:none --objects-edge --unpacked "--objects --count" --verify-objects; do "$GIT" rev-list $o; done
for o in "--no-walk --graph" "--children --graph" "-z --disk-usage" "-z --graph"; do "$GIT" rev-list $o HEAD; done
# a limit of a cruft pack that is too low
"$QN_REAL" init -q lost; cd lost; for n in 1 2 3; do echo $n | "$QN_REAL" hash-object -w --stdin >names; done
"$GIT" repack -dq --cruft --max-cruft-size=2
"$GIT" -c gc.maxCruftSize=3 gc -q --prune=never
"$GIT" count-objects
# a bundle whose beginnings are not here
"$QN_REAL" -C .. bundle create -q lost/b HEAD~1..main
"$GIT" bundle verify -q b
"$GIT" bundle verify b
"$GIT" bundle unbundle b
cd ../chain
