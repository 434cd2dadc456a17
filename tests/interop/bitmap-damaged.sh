# A damaged bitmap is told of, and done without: never trusted, never fatal to a read.
#: cells sha1-files sha256-files
#: stderr no
history
"$QN_REAL" repack -adqb
b=$(ls .git/objects/pack/*.bitmap); chmod u+w "$b"; cp "$b" ../good
count() { "$GIT" rev-list --use-bitmap-index --count --objects HEAD~1..HEAD; }
count
for cut in 0 3 11 31 40 60 100 150 200; do
    head -c $cut ../good >"$b"
    count
done
# the front: signature, version, flags, number of entries, checksum of the pack
for at in 0 5 8 9 12 20; do
    cp ../good "$b"
    printf '\377' | dd of="$b" bs=1 seek=$at conv=notrunc 2>/dev/null
    count
done
rm -f "$b"
count
# of a multi-pack-index: its bitmap, and its order of bits
rm -f .git/objects/pack/*.bitmap
"$QN_REAL" multi-pack-index write --bitmap --no-progress
b=$(ls .git/objects/pack/multi*.bitmap); chmod u+w "$b"; cp "$b" ../good
for cut in 0 3 31 60 100; do
    head -c $cut ../good >"$b"
    count
done
for at in 0 5 12 20; do
    cp ../good "$b"
    printf '\377' | dd of="$b" bs=1 seek=$at conv=notrunc 2>/dev/null
    count
done
cp ../good "$b"
rm -f .git/objects/pack/multi*
count
