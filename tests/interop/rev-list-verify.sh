# rev-list --verify-objects of objects that are not what their ids say, or gone; objects that are in two packs are listed once.
#: cells sha1-files sha256-files
#: end no
history
Q() { "$QN_REAL" "$@"; }
blob=$(Q rev-parse HEAD:story); file=.git/objects/$(echo "$blob" | sed 's,^..,&/,')
other=$(Q rev-parse HEAD:src/main.c); copy=.git/objects/$(echo "$other" | sed 's,^..,&/,')
cp "$file" kept; chmod u+w "$file"; cp "$copy" "$file"
"$GIT" rev-list --verify-objects HEAD
"$GIT" rev-list --verify-objects --missing=print --quiet HEAD
rm "$file"
"$GIT" rev-list --verify-objects HEAD
"$GIT" rev-list --verify-objects --missing=print HEAD~1..HEAD
cp kept "$file"
Q repack -q; Q rev-parse HEAD:story HEAD:src HEAD | Q pack-objects -q .git/objects/pack/pack >/dev/null; rm -f kept
for filter in --no-filter --filter=blob:none --filter=object:type=tree --filter=blob:limit=20; do
    Q cat-file --batch-all-objects --batch-check --unordered $filter >list; sort list >sorted; note "$filter $(wc -l <sorted) $(sha1sum <sorted)"
done
