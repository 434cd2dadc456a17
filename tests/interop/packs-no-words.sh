# Each option of the commands of packs in its other form (--no-x after --x), and those that say little.
#: place disk
#: cells sha1-files
#: packs masked
history
Q() { "$QN_REAL" "$@"; }
echo lost | Q hash-object -w --stdin >/dev/null
echo staged >staged; Q add staged
# what a pack holds: ids and types, sorted
inside() { for index in "$@"; do Q show-index <$index; done | cut -d' ' -f2 | sort >ids; note "$(wc -l <ids) objects $(sha1sum <ids | cut -c1-12)"; rm -f ids; }
packed() { "$GIT" pack-objects "$@" p </dev/null; set -- p-*.idx; [ -f "$1" ] && inside "$@"; rm -f p-*; }
packed --all --progress --no-progress
packed --all --all-progress --no-all-progress -q
packed --all --all-progress-implied --no-all-progress-implied -q
packed --all --progress --quiet
packed --all --shallow --no-shallow -q
packed --all --keep-true-parents --no-keep-true-parents -q
packed --all --exclude-promisor-objects --no-exclude-promisor-objects -q
packed --all --exclude-promisor-objects -q
packed --all --no-quiet --no-progress
packed --all --all-progress --quiet
packed --quiet --progress --no-all-progress --all
packed --all --exclude-promisor-objects-best-effort -q
packed --all --exclude-promisor-objects-best-effort --no-exclude-promisor-objects-best-effort -q
packed --all --exclude-promisor-objects-best-effort --exclude-promisor-objects -q
packed --all --filter=blob:none --no-filter -q
packed --all --filter=blob:none -q
packed --all --local --no-local -q
packed --all --local -q
packed --all --compression=3 --no-compression -q
packed --all --depth=3 --no-depth -q
packed --all --window=3 --no-window -q
packed --all --window-memory=1m --no-window-memory -q
packed --all --window-memory=1m -q
packed --all --threads=2 --no-threads -q
packed --all --delta-base-offset --no-delta-base-offset -q
packed --all --reuse-delta --reuse-object -q
packed --all --no-reuse-delta --no-reuse-object -q
packed --all --delta-islands --no-delta-islands -q
packed --all --incremental --no-incremental -q
packed --all --non-empty --no-non-empty -q
packed --all --include-tag --no-include-tag -q
packed --all --thin --no-thin -q
packed --all --revs --no-revs -q
packed --no-revs --all -q
packed --all --sparse --no-sparse -q
packed --all --name-hash-version=2 --no-name-hash-version -q
packed --all --path-walk --no-path-walk -q
packed --all --use-bitmap-index --no-use-bitmap-index -q
packed --all --write-bitmap-index --no-write-bitmap-index -q
packed --all --write-bitmap-index-quiet --no-write-bitmap-index-quiet -q
packed --all --keep-unreachable --no-keep-unreachable -q
packed --all --pack-loose-unreachable --no-pack-loose-unreachable -q
packed --all --unpack-unreachable --no-unpack-unreachable -q
packed --all --unpack-unreachable=now --no-unpack-unreachable -q
packed --all --keep-pack=none.pack --no-keep-pack -q
packed --stdin-packs --no-stdin-packs --all -q
packed --cruft --no-cruft --all -q
packed --cruft --cruft-expiration=now --no-cruft-expiration -q
packed --cruft --cruft-expiration=never -q
packed --cruft -q
packed --all --uri-protocol=https -q
packed --all --uri-protocol=https --no-uri-protocol -q
packed --all --stdout --no-stdout -q
packed --all --honor-pack-keep --no-honor-pack-keep -q
packed --all --max-pack-size=1m --no-max-pack-size -q
packed --all --missing=allow-any --no-missing -q
packed --all --index-version=1 --no-index-version -q
"$GIT" prune -n --no-dry-run --dry-run
"$GIT" prune --dry-run --verbose
"$GIT" prune --dry-run --verbose --no-verbose
"$GIT" prune --dry-run --progress --no-progress
"$GIT" prune --dry-run --expire=1.day.ago
"$GIT" prune --dry-run --expire=1.day.ago --no-expire
"$GIT" prune --dry-run --exclude-promisor-objects
"$GIT" prune --dry-run --exclude-promisor-objects --no-exclude-promisor-objects
"$GIT" prune --dry-run --progress
"$GIT" prune-packed --dry-run
"$GIT" prune-packed --no-dry-run --quiet --no-quiet
"$GIT" prune-packed extra
"$GIT" prune-packed -n -q
"$GIT" repack --quiet
"$GIT" prune-packed --dry-run --quiet
"$GIT" repack --no-quiet -a -q
"$GIT" repack -a -q --keep-unreachable --no-keep-unreachable
"$GIT" repack -a -d -q --keep-unreachable
"$GIT" repack -a -q --local --no-local
"$GIT" repack -a -q --local
"$GIT" repack -a -q --delta-islands --no-delta-islands
"$GIT" repack -a -q --delta-islands
"$GIT" repack -a -q --keep-pack=x.pack --no-keep-pack
"$GIT" repack -a -q --keep-pack=x.pack
"$GIT" repack -q --cruft --no-cruft
"$GIT" repack -q --cruft --cruft-expiration=now --no-cruft-expiration
"$GIT" repack -q -a --depth=4 --no-depth
"$GIT" repack -q -a --window=4 --no-window
"$GIT" repack -q -a --window-memory=1m --no-window-memory
"$GIT" repack -q -a --threads=2 --no-threads
"$GIT" repack -q --cruft --expire-to=x --no-expire-to
"$GIT" repack -q -a --filter=blob:none --no-filter
"$GIT" repack -q -a -d --filter=blob:none --filter-to=x/pack --no-filter-to
"$GIT" repack -q -a --geometric=2 --no-geometric
"$GIT" repack -q -a --name-hash-version=2 --no-name-hash-version
"$GIT" repack -q -a --pack-kept-objects --no-pack-kept-objects
"$GIT" repack -q -a --path-walk --no-path-walk
"$GIT" repack -q -A --unpack-unreachable=now --no-unpack-unreachable
"$GIT" repack -q -a --write-bitmap-index --no-write-bitmap-index
"$GIT" repack -q -a --write-midx --no-write-midx
"$GIT" repack -q -a -d --write-bitmap-index
ls .git/objects/pack | sed 's/.*\.//' | sort | uniq -c >kinds; note_file kinds
"$GIT" pack-refs --all --no-all
"$GIT" pack-refs --auto --no-auto
"$GIT" commit-graph --object-dir=.git/objects --no-object-dir verify
"$GIT" commit-graph --no-object-dir write --reachable
"$GIT" fast-export --no-data --data main >x
for option in anonymize export-marks import-marks import-marks-if-exists fake-missing-tagger full-tree mark-tags progress reencode reference-excluded-parents refspec show-original-ids signed-tags signed-commits tag-of-filtered-object use-done-feature; do
"$GIT" fast-export --no-$option side
done
"$GIT" fast-export --full-tree --mark-tags --use-done-feature --show-original-ids --no-full-tree --no-mark-tags --no-use-done-feature --no-show-original-ids v1-noted
"$GIT" fast-export --reencode=yes --no-reencode --signed-tags=abort --no-signed-tags --progress=1 --no-progress --refspec=refs/heads/main:refs/heads/x --no-refspec side
for key in pack.allowPackReuse=false pack.allowPackReuse=single pack.allowPackReuse=multi pack.allowPackReuse=x pack.deltaCacheLimit=10 pack.deltaCacheLimit=x pack.deltaCacheSize=1k pack.deltaCacheSize=x pack.depth=2 pack.depth=x pack.island=refs/heads pack.islandCore=x pack.preferBitmapTips=refs/tags pack.readReverseIndex=false pack.useBitmapBoundaryTraversal=true pack.useBitmaps=false pack.useBitmaps=x pack.usePathWalk=true pack.usePathWalk=x pack.useSparse=false pack.useSparse=x pack.windowMemory=1m pack.windowMemory=x pack.writeBitmaps=false pack.writeBitmapHashCache=x pack.writeBitmapLookupTable=x pack.threads=x pack.threads=-1 pack.indexVersion=3 pack.compression=x pack.packSizeLimit=x pack.writeReverseIndex=x; do
"$GIT" -c $key pack-objects --all -q p </dev/null
set -- p-*.idx; [ -f "$1" ] && inside "$@"; rm -f p-*
"$GIT" -c $key rev-list --count --objects --all
done
for key in repack.cruftDepth=2 repack.cruftThreads=1 repack.cruftWindow=3 repack.cruftWindowMemory=1m repack.useDeltaBaseOffset=x repack.packKeptObjects=x repack.useDeltaIslands=x repack.updateServerInfo=x repack.writeBitmaps=x; do
"$GIT" -c $key repack --cruft -d -q
done
"$GIT" -c repack.writeBitmaps=true repack -a -d -q
ls .git/objects/pack | sed 's/.*\.//' | sort | uniq -c >kinds; note_file kinds
"$GIT" -c repack.writeBitmaps=false repack -a -d -q -f
ls .git/objects/pack | sed 's/.*\.//' | sort | uniq -c >kinds; note_file kinds
"$GIT" -c pack.writeBitmaps=true repack -a -d -q -f
ls .git/objects/pack | sed 's/.*\.//' | sort | uniq -c >kinds; note_file kinds
"$GIT" -c commitGraph.changedPaths=true commit-graph write --reachable --no-progress
"$GIT" -c commitGraph.changedPaths=x commit-graph write --reachable --no-progress
"$GIT" -c commitGraph.readChangedPaths=false log --oneline -- story
"$GIT" -c commitGraph.readChangedPaths=x log --oneline -- story
"$GIT" -c commitGraph.changedPathsVersion=3 log --oneline -- story
"$GIT" -c commitGraph.maxNewFilters=x commit-graph write --reachable --no-progress
"$GIT" -c commitGraph.generationVersion=x commit-graph write --reachable --no-progress
sha1sum <.git/objects/info/commit-graph | cut -c1-12 >sum; note_file sum
"$GIT" fsck-objects --no-dangling
# fsck: each option; nothing dangles that could be in another order
rm -f x kinds sum
for option in cache dangling full lost-found name-objects progress references reflogs strict unreachable connectivity-only; do
    for command in fsck fsck-objects; do
        "$QN_REAL" fsck >/dev/null 2>&1
        "$GIT" $command --no-dangling --$option --no-progress HEAD
        "$GIT" $command --no-dangling --no-progress --$option --no-$option HEAD~1
    done
done
Q prune
for option in dangling unreachable root tags verbose; do
    for command in fsck fsck-objects; do
        "$GIT" $command --no-progress --$option --no-$option HEAD
    done
done
"$GIT" fsck --no-progress --dangling
"$GIT" fsck --no-progress --unreachable
"$GIT" fsck --no-progress --root HEAD
"$GIT" fsck --no-progress --tags HEAD
"$GIT" fsck-objects --no-progress --root HEAD
"$GIT" fsck-objects --no-progress --tags HEAD
