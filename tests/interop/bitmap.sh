# Bitmaps of packs: written by repack and pack-objects, read by rev-list; damaged ones are done without.
#: packs masked
history
i=0
while test $i -lt 40; do
    tick; i=$((i + 1)); mkdir -p d$((i % 5)); echo $i >d$((i % 5))/f$i; echo $i >>story
    "$QN_REAL" add -A && "$QN_REAL" commit -q -m "c$i"
    case $i in *0) "$QN_REAL" tag -a -m t t$i;; esac
done
for how in "" "-c pack.writeBitmapLookupTable=true" "-c pack.writeBitmapHashCache=false"; do
    "$GIT" $how repack -adqb
    ls .git/objects/pack/*.bitmap | wc -l | "$GIT" stripspace
    for what in "--count --all" "--count --objects --all" "--count HEAD~5..HEAD" "--count --objects HEAD~5..HEAD" \
        "--count --objects v1..HEAD" "--count --objects t10 ^t20" "--count --objects t20 ^t10" "--count --objects HEAD --not t30 t10" \
        "--count --objects HEAD:d1" "--count --objects HEAD -- story" "-3 HEAD" "--count HEAD...t30" "--objects HEAD ^HEAD" "--disk-usage=x HEAD"; do
        "$GIT" rev-list --use-bitmap-index $what
    done
done
# newer commits than the pack has, loose
tick; echo new >d1/new; "$QN_REAL" add -A; "$QN_REAL" commit -q -m new; "$QN_REAL" tag -a -m x newtag
"$GIT" rev-list --use-bitmap-index --count --objects --all
"$GIT" rev-list --use-bitmap-index --objects HEAD~1..HEAD
"$GIT" rev-list --use-bitmap-index --count HEAD~1..HEAD
"$GIT" rev-list --use-bitmap-index --count --objects newtag ^HEAD
# without full closure there is none
mkdir ../aside
"$GIT" repack -adb -q --filter=blob:none --filter-to=../aside/pack
"$GIT" repack -db -q
"$GIT" -c pack.packSizeLimit=1m repack -adqb
"$GIT" init -q --bare ../bare.git
"$GIT" -C ../bare.git repack -adq
"$GIT" rev-list --all | "$GIT" pack-objects --revs --write-bitmap-index ../one
"$QN_REAL" rev-list --objects --all --no-object-names | "$GIT" pack-objects --write-bitmap-index ../two
"$GIT" pack-objects --all --write-bitmap-index ../three </dev/null
ls ../two-*.bitmap ../one-*.bitmap ../three-*.bitmap 2>/dev/null | wc -l | tr -d ' ' | "$GIT" stripspace
