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
