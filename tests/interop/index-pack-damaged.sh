#: cells sha1-files sha256-files
# Packs made by hand, sound and damaged: by file and by descriptor; nothing is
# left of those that are refused.
"$QN_REAL" init -q .
python3 "$(dirname "$0")/shared/make-packs" "$QN_ALGORITHM"
left() { rm -f .git/objects/pack/tmp_*; ls .git/objects/pack >left; sha1sum .git/objects/pack/*.idx .git/objects/pack/*.rev >>left 2>&1; "$GIT" hash-object left; rm -rf .git/objects/pack; }
for pack in ok empty offset ref ref-before ref-chain thin thin-two thin-chain count-more count-less junk checksum magic version-4 version-3 \
    type-0 type-5 short long no-zlib adler base-before base-middle base-self delta-base delta-short delta-none \
    delta-reserved delta-beyond circle twice twice-base size-2-40 size-2-64 size-longer cut-0 cut-5 cut-12 cut-20 cut-10-off cut-25-off \
    chain deep many large; do
    "$GIT" index-pack -o out.idx $pack.pack
    cat out.idx out.rev 2>/dev/null >out; "$GIT" hash-object out; rm -f out.*
    "$GIT" index-pack --stdin <$pack.pack
    left
done
for pack in whole no-blob no-tree bad-commit zero-date bad-tree cut-tree modules modules-missing modules-evil modules-evil-missing \
    wrong-type wrong-type-after wrong-type-alone tree-of-blob tree-of-blob-after tree-of-blob-alone tag tag-alone bad-tag \
    two-faults bad-delta-commit twice twice-base; do
    for option in --strict --fsck-objects --check-self-contained-and-connected; do
        "$GIT" index-pack --stdin $option <$pack.pack
        left
    done
done
# what is named may be here already
printf 'hello world\nhello world\nhello world\nhello world\nhello world\n' | "$GIT" hash-object -w --stdin
for pack in no-blob tree-of-blob-alone wrong-type-alone; do
    for option in --strict --fsck-objects --check-self-contained-and-connected; do
        "$GIT" index-pack --stdin $option <$pack.pack
        left
    done
done
