# Bitmaps of multi-pack-indexes and of layers: the same bytes as git's; read, tested, filtered.
#: packs masked
#: cells sha1-files sha256-files
#: stderr no
"$GIT" init -q .
"$QN_REAL" config maintenance.auto false
# packs of the same bytes, whoever writes them
pack() { "$QN_REAL" rev-list --objects --no-object-names "$@" | "$QN_REAL" -c core.compression=0 pack-objects -q --window=0 .git/objects/pack/pack >/dev/null; "$QN_REAL" prune-packed -q; }
for i in 1 2 3 4 5 6 7 8; do
    tick; seq 1 $((i * 7)) >f; echo $i >g$i
    "$QN_REAL" add -A; "$QN_REAL" commit -q -m $i; 
    pack HEAD $(test $i = 1 || echo ^HEAD~1)
    test $i = 4 && "$QN_REAL" tag -a -m t v4 && pack v4 ^HEAD
done
n=0; for p in $(ls .git/objects/pack/*.pack); do n=$((n + 1)); touch -d "2020-01-0$((n % 9 + 1)) 00:00:$((10 + n))" "$p"; done
sums() { for f in $(cd .git/objects/pack && find . -name 'multi-pack-index*' -type f | sort); do note "${f##*.}" $(wc -c <.git/objects/pack/"$f") $(tail -c 20 .git/objects/pack/"$f" | od -A n -t x1 | tr -d " "); done; }
first=$(ls .git/objects/pack/*.idx | sed -n 3p); first=${first##*/}
for how in "" "--preferred-pack=$first"; do
    rm -f .git/objects/pack/multi*
    "$GIT" multi-pack-index write --bitmap $how --no-progress
    sums
    "$GIT" multi-pack-index verify --no-progress
    "$GIT" rev-list --test-bitmap HEAD
    for what in "--count --objects --all" "--objects HEAD~2..HEAD" "--count --objects v4" "--disk-usage --objects HEAD" "--objects --filter=blob:none HEAD~3..HEAD" "--objects --filter=tree:0 HEAD" \
        "--objects --filter=object:type=tag --all" "--count --objects --filter=blob:limit=40 HEAD" "--objects --filter=object:type=blob --filter-provided-objects HEAD" "--objects --filter=tree:1 HEAD"; do
        "$GIT" rev-list --use-bitmap-index $what
    done
done
"$GIT" multi-pack-index write --no-progress
sums
"$GIT" -c pack.writeBitmapLookupTable=true -c pack.writeBitmapHashCache=false multi-pack-index write --bitmap --no-progress
sums
"$GIT" rev-list --test-bitmap HEAD~3
"$GIT" rev-parse HEAD~1 >../tips; echo "+$("$QN_REAL" rev-parse v4^{commit})" >>../tips
"$GIT" multi-pack-index write --bitmap --refs-snapshot=../tips --preferred-pack="$first" --no-progress
"$GIT" rev-list --test-bitmap HEAD
echo garbage >../tips; rm -f .git/objects/pack/multi-pack-index*
"$GIT" multi-pack-index write --bitmap --refs-snapshot=../tips --no-progress
"$GIT" multi-pack-index write --bitmap --refs-snapshot=../none --no-progress
# a pack alone is not enough
ls .git/objects/pack | grep idx | head -2 | "$GIT" multi-pack-index write --bitmap --stdin-packs --no-progress
sums
# what is not in the packs is walked
"$GIT" multi-pack-index write --bitmap --no-progress
tick; echo more >more; "$QN_REAL" add more; "$QN_REAL" commit -qm more
"$GIT" rev-list --use-bitmap-index --count --objects --all
"$GIT" rev-list --use-bitmap-index --objects --filter=blob:limit=3 HEAD~1..HEAD
"$GIT" rev-list --test-bitmap HEAD
"$GIT" rev-list --test-bitmap HEAD~1 HEAD~2
# streams: from the preferred pack, from all
for how in true multi false; do
    echo HEAD | "$QN_REAL" -c pack.allowPackReuse=$how pack-objects --revs --stdout -q --delta-base-offset >../p.pack
    "$QN_REAL" index-pack -o ../p.idx ../p.pack >/dev/null
    "$QN_REAL" show-index <../p.idx | cut -d' ' -f2 | sort >t; note_file t; rm t
done
# the fronts of several packs that have deltas, bases by id
"$QN_REAL" init -q fronts
cd fronts
for k in 1 2 3; do
    for i in $(seq 1 30); do
        seq $((k * 900)) $((k * 900 + i * 9)) >numbers; mkdir -p d; echo $k $i >d/one
        "$QN_REAL" add .; "$QN_REAL" commit -qm $k.$i; tick
    done
    "$QN_REAL" repack -dq
done
"$QN_REAL" multi-pack-index write --bitmap --no-progress
for back in "" "~7" "~40"; do for words in "" --delta-base-offset; do
    echo HEAD$back | "$QN_REAL" -c pack.allowPackReuse=multi pack-objects --revs --stdout -q $words >../p.pack
    rm -f ../p.idx; "$QN_REAL" index-pack --strict -o ../p.idx ../p.pack >/dev/null || note bad
    note "$back" $words $("$QN_REAL" show-index <../p.idx | cut -d' ' -f2 | sort | sha1sum)
done; done
cd ..; rm -rf fronts
"$GIT" fsck
