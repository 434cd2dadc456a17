# Streams from a repository with a bitmap: the same objects as without it.
#: cells sha1-files sha256-files
#: packs masked
"$GIT" init -q r
cd r
for i in $(seq 1 60); do
    seq 1 $((i * 20)) >numbers
    mkdir -p d
    echo $i >d/one
    "$QN_REAL" add .
    "$QN_REAL" commit -qm "c$i"
    tick
done
"$QN_REAL" tag -a -m t v1 HEAD~3
"$GIT" repack -adbq
echo later >later
"$QN_REAL" add .
"$QN_REAL" commit -qm later
ls .git/objects/pack | sed 's/.*\.//' >t
note_file t
# stream WORDS: what is in the stream
stream() {
    "$QN_REAL" pack-objects --revs --stdout -q "$@" <in >../p.pack
    "$QN_REAL" index-pack -o ../p.idx ../p.pack >/dev/null || note bad "$@"
    note "$@" $("$QN_REAL" show-index <../p.idx | cut -d' ' -f2 | sort | tee ../ids | sha1sum | cut -c1-40) $(wc -l <../ids)
    rm -f ../p.*
}
for words in "--delta-base-offset" "" "--delta-base-offset --include-tag" "--no-use-bitmap-index" "--delta-base-offset --no-reuse-delta" "--thin"; do
    echo main >in
    stream $words
    echo main~30 >in
    stream $words
    printf 'main\n^main~30\n' >in
    stream $words
    printf 'v1\n^main~50\n' >in
    stream $words
    : >in
    stream --all $words
done
: >in
"$QN_REAL" -c pack.allowPackReuse=false pack-objects --all --stdout --delta-base-offset -q </dev/null | "$QN_REAL" index-pack --stdin >/dev/null && note sound
# bases by id take more room than offsets
echo v1 >in
"$QN_REAL" pack-objects --revs --stdout -q <in >../named
"$QN_REAL" pack-objects --revs --stdout -q --delta-base-offset <in >../placed
[ $(wc -c <../named) -gt $(($(wc -c <../placed) + 15 * 60)) ] && note named
# an index that lies about where an object is, which is not asked for
cp -r . ../lies
for index in ../lies/.git/objects/pack/*.idx; do
    "$QN_REAL" show-index <$index | cut -d' ' -f2 | sort | sed '$d' >in
    chmod +w $index
    printf '\177\377\377\000' | dd of=$index bs=1 conv=notrunc 2>/dev/null seek=$(($(wc -c <$index) - $("$QN_REAL" rev-parse HEAD | wc -c) - 3))
    "$QN_REAL" -C ../lies pack-objects --stdout -q <in >/dev/null 2>&1
    [ $? -le 128 ] && note told
done
rm -rf ../lies
# one that is damaged is done without
for bitmap in .git/objects/pack/*.bitmap; do
    chmod +w $bitmap
    printf 'xxxxxxxxxxxxxxxx' | dd of=$bitmap bs=1 seek=40 conv=notrunc 2>/dev/null
done
echo main >in
"$QN_REAL" pack-objects --revs --stdout -q <in 2>/dev/null | "$QN_REAL" index-pack --stdin >/dev/null && note sound
rm -f .git/objects/pack/*.bitmap
# thin, on what the other side has; with filters: the same objects, by sets as by a walk
"$GIT" repack -adbq
"$QN_REAL" clone -q --bare . ../other.git 2>/dev/null
thin() {
    "$QN_REAL" pack-objects --revs --thin --stdout -q --delta-base-offset "$@" <in >../p.pack || note failed "$@"
    rm -rf ../t.git
    "$QN_REAL" clone -q --bare --shared ../other.git ../t.git 2>/dev/null
    "$QN_REAL" -C ../t.git index-pack --stdin --fix-thin <../p.pack >/dev/null || note bad "$@"
    note "$@" $(od -An -tu1 -j8 -N4 ../p.pack)
}
for range in "main ^main~1" "main ^main~30" "v1 ^main~50" "main~5 ^main~6 ^main~20"; do
    printf '%s\n' $range >in
    for words in "" "--filter=blob:none" "--filter=tree:0" "--filter=blob:limit=100" "--filter=object:type=blob" "--filter=tree:1" "--no-use-bitmap-index" "--name-hash-version=2"; do
        thin $words
    done
done
