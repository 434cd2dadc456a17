# Layers of multi-pack-indexes with bitmaps: written, on a base, joined; damaged ones are done without.
#: packs masked
#: cells sha1-files sha256-files
#: stderr no
"$GIT" init -q .
"$QN_REAL" config maintenance.auto false
# packs of the same bytes, whoever writes them
pack() { "$QN_REAL" rev-list --objects --no-object-names "$@" | "$QN_REAL" -c core.compression=0 pack-objects -q --window=0 .git/objects/pack/pack >/dev/null; "$QN_REAL" prune-packed -q; }
chain=.git/objects/pack/multi-pack-index.d/multi-pack-index-chain
sums() {
    note $(cd .git/objects/pack && find . -name 'multi-pack-index*' -type f | sed 's/.*\.//' | sort | uniq -c)
    test -e $chain && while read h; do
        for e in midx bitmap; do
            f=.git/objects/pack/multi-pack-index.d/multi-pack-index-$h.$e
            test -e $f && note $e $(wc -c <$f) $(tail -c 20 $f | od -A n -t x1 | tr -d " ")
        done
    done <$chain
}
for i in 1 2 3 4 5 6; do
    tick; seq 1 $((i * 7)) >f; echo $i >g$i
    "$QN_REAL" add -A; "$QN_REAL" commit -q -m $i; pack HEAD $(test $i = 1 || echo ^HEAD~1)
    "$GIT" multi-pack-index write --bitmap --incremental --no-progress
    "$GIT" rev-list --test-bitmap HEAD
done
sums
"$GIT" rev-list --use-bitmap-index --count --objects --all
"$GIT" rev-list --use-bitmap-index --objects HEAD~2..HEAD
"$GIT" rev-list --test-bitmap HEAD~5
layer() { sed -n ${1}p $chain; }
"$GIT" multi-pack-index compact --incremental --bitmap $(layer 3) $(layer 4) --no-progress
sums
"$GIT" rev-list --test-bitmap HEAD
"$GIT" multi-pack-index verify --no-progress
"$GIT" rev-list --use-bitmap-index --count --objects --all
"$GIT" multi-pack-index compact --incremental --bitmap --no-write-chain-file --base=none $(layer 2) $(layer 3) --no-progress
"$GIT" multi-pack-index compact --incremental --bitmap --no-write-chain-file --base=$(layer 4) $(layer 2) $(layer 3) --no-progress
"$GIT" multi-pack-index compact --bitmap $(layer 1) $(layer 5) --no-progress
note $(find .git/objects/pack -type f | grep -c multi)
"$GIT" rev-list --test-bitmap HEAD
# the one file becomes the lowest layer
tick; echo 7 >g7; "$QN_REAL" add -A; "$QN_REAL" commit -q -m 7; pack HEAD $(test $i = 1 || echo ^HEAD~1)
"$GIT" multi-pack-index write --bitmap --incremental --no-progress
sums
"$GIT" rev-list --test-bitmap HEAD
"$GIT" multi-pack-index write --incremental --base=none --no-progress
"$GIT" multi-pack-index write --no-write-chain-file --no-progress
# a layer without an order of bits
tick; echo 8 >g8; "$QN_REAL" add -A; "$QN_REAL" commit -q -m 8; pack HEAD $(test $i = 1 || echo ^HEAD~1)
"$GIT" multi-pack-index write --incremental --no-progress
tick; echo 9 >g9; "$QN_REAL" add -A; "$QN_REAL" commit -q -m 9; pack HEAD $(test $i = 1 || echo ^HEAD~1)
"$GIT" multi-pack-index write --incremental --bitmap --no-progress
"$GIT" rev-list --use-bitmap-index --count --objects --all
# damaged
f=$(ls .git/objects/pack/multi-pack-index.d/*.bitmap | head -1); chmod u+w "$f"; cp "$f" ../good
for cut in 0 11 40 90 150; do
    head -c $cut ../good >"$f"
    "$GIT" rev-list --use-bitmap-index --count --objects --all
done
