# Packs, judged by what is in them; names hang on the bytes of the compressor.
#: packs masked
"$GIT" init -q --bare empty.git
"$GIT" -C empty.git pack-objects --all x </dev/null
"$GIT" -C empty.git pack-objects --all --non-empty y </dev/null
"$GIT" init -q r
cd r
for i in 1 2 3 4 5 6 7; do
    seq 1 $((i * 120)) >numbers
    seq $i 900 >tail
    mkdir -p d/e
    echo $i >d/e/one
    "$QN_REAL" add .
    "$QN_REAL" commit -qm "c$i"
    tick
done
"$QN_REAL" tag light HEAD~1
"$QN_REAL" tag -a -m note noted HEAD~3
"$QN_REAL" tag -a -m note2 nested noted
"$QN_REAL" checkout -qb side HEAD~2
echo side >side
"$QN_REAL" add .
"$QN_REAL" commit -qm side
# say what a pack has
look() {
    for index in "$@"; do
        "$QN_REAL" show-index <$index | cut -d' ' -f2 | sort >ids
        "$QN_REAL" index-pack -o ours.idx $(echo $index | sed 's/idx$/pack/') >ours || note bad pack
        note $(wc -l <ids) objects $(sha1sum <ids | cut -c1-40)
        rm -f ours.idx ours.rev
    done
    rm -f "$@" ids ours
    for x in "$@"; do rm -f $(echo $x | sed 's/idx$/pack/') $(echo $x | sed 's/idx$/rev/') $(echo $x | sed 's/idx$/mtimes/'); done
}
stream() {
    cat >p.pack
    "$QN_REAL" index-pack --stdin <p.pack >/dev/null 2>&1 && note sound
    "$QN_REAL" index-pack -o p.idx p.pack >/dev/null && "$QN_REAL" show-index <p.idx | cut -d' ' -f2 | sort | sha1sum >sum
    note stream $(cat sum)
    rm -f p.pack p.idx p.rev sum .git/objects/pack/*
}
"$GIT" pack-objects --all a </dev/null
look a-*.idx
"$GIT" pack-objects --all -q --delta-base-offset a </dev/null
look a-*.idx
echo side | "$GIT" pack-objects --revs a
look a-*.idx
printf 'side\n^main\n' | "$GIT" pack-objects --revs a
look a-*.idx
printf 'side\n--not\nmain\n' | "$GIT" pack-objects --revs a
look a-*.idx
printf 'side\n\nmain\n' | "$GIT" pack-objects --revs a
look a-*.idx
printf 'main~5..main\n' | "$GIT" pack-objects --revs --sparse a
look a-*.idx
printf 'main~5..main\n' | "$GIT" pack-objects --revs --include-tag a
look a-*.idx
printf 'main~2\n' | "$GIT" pack-objects --revs --include-tag --window=0 a
look a-*.idx
printf 'nested\n' | "$GIT" pack-objects --revs --depth=0 a
look a-*.idx
printf 'main:d\nmain:tail\n' | "$GIT" pack-objects --revs a
look a-*.idx
echo nope | "$GIT" pack-objects --revs a
echo --foo | "$GIT" pack-objects --revs a
echo 1234 | "$GIT" pack-objects a
echo -1234 | "$GIT" pack-objects a
"$QN_REAL" hash-object --stdin </dev/null | "$GIT" pack-objects a
"$QN_REAL" rev-parse HEAD HEAD:d HEAD:tail | "$GIT" pack-objects a
look a-*.idx
"$QN_REAL" rev-list --objects --all | "$GIT" pack-objects --threads=1 --window=3 --depth=1 --compression=0 a
look a-*.idx
"$QN_REAL" rev-list --objects --all | "$QN_REAL" pack-objects --stdout -q | stream
# thin: what the other side has is built on
printf 'main\n^main~3\n' | "$QN_REAL" pack-objects --revs --thin --stdout -q --delta-base-offset >thin
"$QN_REAL" init -q ../other
"$QN_REAL" -C ../other fetch -q ../r main~3 2>/dev/null || printf 'main~3\n' | "$QN_REAL" pack-objects --revs -q ../other/.git/objects/pack/pack >/dev/null
"$QN_REAL" -C ../other index-pack --stdin --fix-thin <thin >/dev/null && note fixed
"$QN_REAL" -C ../other cat-file -t $("$QN_REAL" rev-parse main) >t
note_file t
"$QN_REAL" -C ../other rev-list --objects $("$QN_REAL" rev-parse main) | wc -l >t
note_file t
rm -rf t thin ../other
# repositories with packs: what is left out
printf 'main~4\n' | "$QN_REAL" pack-objects --revs -q .git/objects/pack/pack >one
"$GIT" pack-objects --all --incremental a </dev/null
look a-*.idx
"$GIT" pack-objects --all --unpacked a </dev/null
look a-*.idx
"$GIT" pack-objects --all --unpacked --incremental a </dev/null
look a-*.idx
"$GIT" pack-objects --all --keep-pack=pack-$(cat one).pack -q a </dev/null >/dev/null
look a-*.idx
"$GIT" pack-objects --all --honor-pack-keep a </dev/null
look a-*.idx
touch .git/objects/pack/pack-$(cat one).keep
"$GIT" pack-objects --all --honor-pack-keep a </dev/null
look a-*.idx
"$GIT" pack-objects --all --no-honor-pack-keep a </dev/null
look a-*.idx
"$GIT" pack-objects --all --no-reuse-delta a </dev/null
look a-*.idx
"$GIT" pack-objects --all --no-reuse-object a </dev/null
look a-*.idx
rm .git/objects/pack/pack-$(cat one).keep
# packs by name
echo pack-$(cat one).pack | "$GIT" pack-objects --stdin-packs a
look a-*.idx
printf 'main\n' | "$QN_REAL" pack-objects --revs -q .git/objects/pack/pack >two
printf "pack-$(cat two).pack\n^pack-$(cat one).pack\n" | "$GIT" pack-objects --stdin-packs a
look a-*.idx
printf "pack-$(cat two).pack\n^pack-$(cat one).pack\n" | "$GIT" pack-objects --stdin-packs --unpacked a
look a-*.idx
printf "pack-$(cat one).pack\n" | "$GIT" pack-objects --stdin-packs=follow a
look a-*.idx
echo pack-1.pack | "$GIT" pack-objects --stdin-packs a
echo pack-1.pack | "$GIT" pack-objects --stdin-packs=what a
# cruft
echo cruft | "$QN_REAL" hash-object -w --stdin >/dev/null
printf "pack-$(cat one).pack\n-pack-$(cat two).pack\n" | "$GIT" pack-objects --cruft c
ls c-* | sed 's/.*\.//' >t
note_file t
look c-*.idx
printf "pack-$(cat two).pack\n-pack-$(cat one).pack\n" | "$GIT" pack-objects --cruft --cruft-expiration=now c
look c-*.idx
printf "pack-$(cat two).pack\n-pack-$(cat one).pack\n" | "$GIT" pack-objects --cruft --cruft-expiration=never c
look c-*.idx
echo pack-1.pack | "$GIT" pack-objects --cruft c
# unreachable
"$GIT" pack-objects --all --keep-unreachable a </dev/null
look a-*.idx
"$GIT" pack-objects --all --pack-loose-unreachable a </dev/null
look a-*.idx
"$GIT" pack-objects --all --unpack-unreachable a </dev/null
look a-*.idx
"$GIT" pack-objects --all --unpack-unreachable=now a </dev/null
look a-*.idx
# forms of the index
"$GIT" pack-objects --all --index-version=1 a </dev/null
head -c 8 a-*.idx | od -An -tx1 | head -1 >t
look a-*.idx
"$GIT" pack-objects --all --index-version=2,0x40 a </dev/null
look a-*.idx
"$GIT" -c pack.indexVersion=1 pack-objects --all a </dev/null
look a-*.idx
"$GIT" -c pack.writeReverseIndex=false pack-objects --all a </dev/null
ls a-* | sed 's/.*\.//' >t
note_file t
look a-*.idx
# islands, path walk, name hashes, the index and reflogs
"$GIT" -c pack.island='refs/heads/(main)' -c pack.island='refs/heads/(side)' pack-objects --all --delta-islands a </dev/null
look a-*.idx
"$GIT" pack-objects --all --path-walk a </dev/null
look a-*.idx
"$GIT" pack-objects --all --name-hash-version=2 a </dev/null
look a-*.idx
echo staged >staged
"$QN_REAL" add staged
"$GIT" pack-objects --all --indexed-objects a </dev/null
look a-*.idx
"$GIT" pack-objects --indexed-objects a </dev/null
look a-*.idx
"$QN_REAL" commit -q --amend -m amended
"$GIT" pack-objects --all --reflog a </dev/null
look a-*.idx
"$GIT" pack-objects --reflog a </dev/null
look a-*.idx
