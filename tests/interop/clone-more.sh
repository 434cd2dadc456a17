# clone: sparse, submodules that are none, what is said of strange words, empty sources.
#: cells sha1-files
"$QN_REAL" init -q -b main far; cd far; mkdir a b; echo 1 >a/f; echo 2 >b/g; echo 3 >top; "$QN_REAL" add .
"$QN_REAL" commit -qm 1; "$QN_REAL" config uploadpack.allowfilter true; "$QN_REAL" tag t1; "$QN_REAL" branch side; cd ..
see() {
    for d in out/.git out; do
        for f in config config.worktree info/sparse-checkout HEAD; do [ -f $d/$f ] && note_file $d/$f; done
    done
    [ -d out ] || return 0
    "$GIT" -C out ls-files -t; "$GIT" -C out for-each-ref
    find out -name .git -prune -o -path '*/hooks' -prune -o -print | sort | grep -v -e branches -e hooks -e objects/ | "$GIT" stripspace
    rm -rf out sep
}
for words in --sparse --no-sparse '--sparse --bare' '--sparse -n' '--sparse --filter=blob:none --no-local' \
    '--sparse -c core.sparseCheckoutCone=false' '--sparse --separate-git-dir=sep' '--sparse -q --mirror' \
    '--sparse --revision=refs/heads/main -c advice.detachedHead=false' --recurse-submodules '--recurse-submodules=a' \
    '--recurse-submodules=a --recurse-submodules=b' '--recurse-submodules --no-recurse-submodules' --recursive \
    '--recurse-submodules --remote-submodules --shallow-submodules -j2' --also-filter-submodules \
    '--also-filter-submodules --filter=blob:none' '--also-filter-submodules --filter=blob:none --recurse-submodules' \
    --filter=blob:none '-u /x/y' '-u /x/y --no-local' --upload-pack=git-upload-pack '-o a..b' '-c =x' '-c x' \
    '--no-tags -b side' '--no-tags -b side --single-branch' '--no-tags -b t1 -c advice.detachedHead=false' \
    '--no-local --no-tags -b side' --jobs 'j x'; do
    "$GIT" clone $words far out; see
done
"$GIT" clone far ''
"$GIT" clone -o '' far out
"$GIT" clone http://
# Nobody says what HEAD is on.
"$QN_REAL" init -q --bare -b trunk empty
for words in '' --bare --single-branch --no-checkout; do
    "$GIT" clone $words file://$PWD/empty out; see
    "$GIT" clone $words empty out; see
    "$GIT" -c protocol.version=0 clone $words file://$PWD/empty out; see
    "$GIT" -c protocol.version=0 -c init.defaultBranch=xx clone $words empty out; see
done
"$GIT" -c protocol.version=0 -c init.defaultBranch=x..y clone empty out; see
rm -rf far empty; "$QN_REAL" init -q .
