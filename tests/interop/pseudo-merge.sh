# Pseudo-merges: groups of tips as configured; files of the same bytes as git's; what is reached by them.
#: packs masked
#: cells sha1-files
"$GIT" init -q --bare .
i=0
while test $i -lt 160; do
    i=$((i + 1))
    echo "commit refs/heads/main"; echo "mark :$i"; echo "committer a <a@b> $((1700000000 + i * 60)) +0000"; echo "data 2"; echo c; echo
    echo "M 644 inline f$((i % 3))"; echo "data $(printf %s $i | wc -c)"; echo $i
done | "$QN_REAL" fast-import --quiet
"$QN_REAL" rev-list --objects --no-object-names --all | "$QN_REAL" -c core.compression=0 pack-objects -q --no-reuse-object --window=0 objects/pack/pack >/dev/null
rm objects/pack/*.keep 2>/dev/null
for p in $(ls -t objects/pack/*.idx | tail -n +2); do rm -f ${p%.idx}.*; done
i=160
"$QN_REAL" rev-list main | while read id; do echo "create refs/tags/$((i % 3))/t$i $id"; i=$((i - 1)); done | "$QN_REAL" update-ref --stdin
make() {
    rm -f objects/pack/*.bitmap objects/pack/multi*
    "$GIT" "$@" multi-pack-index write --bitmap --no-progress
    for f in objects/pack/*.bitmap; do test -e $f && note $(wc -c <$f) $(tail -c 20 $f | od -A n -t x1 | tr -d " "); done
    "$GIT" rev-list --use-bitmap-index --count --objects --tags
    "$GIT" rev-list --use-bitmap-index --count --objects --all --not main~50
}
p="-c bitmapPseudoMerge.all.pattern=refs/tags/ -c bitmapPseudoMerge.all.threshold=now"
n="-c bitmapPseudoMerge.all.stableThreshold=never"
make $p
make $p $n
make $p $n -c bitmapPseudoMerge.all.maxMerges=2
make $p $n -c bitmapPseudoMerge.all.maxMerges=3 -c bitmapPseudoMerge.all.decay=2 -c pack.writeBitmapLookupTable=true
make $p $n -c bitmapPseudoMerge.all.sampleRate=0.4
make $p -c bitmapPseudoMerge.all.stableThreshold=1700005000 -c bitmapPseudoMerge.all.stableSize=20
make $p $n -c bitmapPseudoMerge.all.pattern='refs/tags/(.)/t.*(.)' -c bitmapPseudoMerge.all.maxMerges=1
make $p $n -c bitmapPseudoMerge.b.pattern='refs/tags/(0)/' -c bitmapPseudoMerge.b.threshold=now -c bitmapPseudoMerge.b.stableThreshold=never
for bad in maxMerges=-1 decay=-2 sampleRate=0 sampleRate=2 stableSize=0 maxMerges=0; do
    make $p $n -c bitmapPseudoMerge.all.$bad
done
make -c bitmapPseudoMerge.x.threshold=now
make $p $n -c bitmapPseudoMerge.all.decay=x
make $p $n -c bitmapPseudoMerge.all.pattern='('
make -c bitmapPseudoMerge.all.pattern=refs/tags/ -c bitmapPseudoMerge.all.threshold=never -c bitmapPseudoMerge.all.stableThreshold=now
