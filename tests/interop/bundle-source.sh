# A bundle as what is fetched from and cloned: what does not fit, what is damaged, options it has no use for.
#: cells sha1-files sha256-reftable
#: packs masked
#: end no
history
Q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
Q bundle create all.b --all; Q bundle create part.b main~2..main; Q bundle create less.b --filter=blob:none --all; head -c 400 all.b >cut.b; sed '$d' all.b >/dev/null
for b in all part less cut; do
    note $b; "$GIT" ls-remote $b.b; "$GIT" clone $b.b c-$b; rm -rf c-$b; rm -rf d; Q init d
    "$GIT" -C d fetch ../$b.b; "$GIT" -C d fetch ../$b.b main; "$GIT" -C d fetch --depth=1 ../$b.b main; "$GIT" fetch $b.b main
done
rm -rf d; Q init d
for o in --depth=1 --deepen=1 --shallow-since=2000-01-01 --shallow-exclude=x --keep --update-shallow --upload-pack=x '-o x' --refetch --atomic --tags '-q --depth=1' '--dry-run --depth=1' '--keep --depth=1 --shallow-exclude=x --refetch --update-shallow'; do "$GIT" -C d fetch $o ../all.b main; done
"$GIT" -C d fetch --filter=blob:none ../all.b main; "$GIT" -C d remote add r ../all.b; "$GIT" -C d config remote.r.uploadpack none; "$GIT" -C d fetch --depth=1 r
for o in --depth=1 --shallow-since=2000-01-01 --filter=blob:none --upload-pack=x --server-option=x --no-tags --reject-shallow --single-branch; do rm -rf c; "$GIT" clone $o all.b c; "$GIT" -C c for-each-ref; done
# groups: only neighbours that are equal are one
rm -rf d; Q init d; cd d; for n in a b; do "$GIT" remote add $n ..; done; "$GIT" config remotes.g 'a b'; "$GIT" config remotes.gg 'a a'
for w in 'b b' 'a b a' 'g b' 'b g' 'g g' gg 'gg a'; do "$GIT" fetch -q --multiple $w; "$GIT" remote update $w; done
