#: cells sha1-files sha256-files
# unpack-objects: sound and damaged packs, and its options.
"$QN_REAL" init -q .
python3 "$(dirname "$0")/shared/make-packs" "$QN_ALGORITHM"
left() { rm -f .git/objects/tmp_*; (cd .git/objects && find . -type f | sort) >left; "$GIT" hash-object left; find .git/objects -mindepth 1 -maxdepth 1 -name '??' -exec rm -rf {} +; }
for pack in ok empty offset ref ref-before ref-chain thin thin-two thin-chain count-more count-less junk checksum magic version-4 version-3 \
    type-0 type-5 short long no-zlib adler base-before base-middle base-self delta-base delta-short delta-none \
    delta-reserved delta-beyond circle twice twice-base size-2-40 size-2-64 size-longer cut-0 cut-5 cut-12 cut-20 cut-10-off cut-25-off \
    chain large; do
    for option in "" -r -n; do
        "$GIT" unpack-objects -q $option <$pack.pack
        left
    done
done
for pack in whole no-blob no-tree bad-commit zero-date bad-tree cut-tree modules modules-missing modules-evil modules-evil-missing \
    wrong-type-after wrong-type-alone tree-of-blob tree-of-blob-after tree-of-blob-alone tag tag-alone bad-tag \
    two-faults bad-delta-commit; do
    "$GIT" unpack-objects <$pack.pack
    left
    "$GIT" unpack-objects --strict <$pack.pack
    left
done
"$GIT" unpack-objects --strict <wrong-type.pack
rm -rf .git/objects/??
for option in --foo a -x --max-input-size=10 --max-input-size=1 --max-input-size=100 --max-input-size -h --strict=badTagName=error --stric; do
    "$GIT" unpack-objects $option <bad-tag.pack
    left
done
"$GIT" unpack-objects -n --strict <bad-tag.pack
printf 'hello world\nhello world\nhello world\nhello world\nhello world\n' | "$GIT" hash-object -w --stdin
for pack in thin thin-two thin-chain no-blob tree-of-blob-alone wrong-type-alone; do
    "$GIT" unpack-objects -q --strict <$pack.pack
    "$GIT" unpack-objects -q <$pack.pack
done
left
"$GIT" -c core.bigFileThreshold=1k unpack-objects <large.pack
"$GIT" -c core.bigFileThreshold=1k unpack-objects -n <large.pack
left
