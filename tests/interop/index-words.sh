# ls-files, update-index, checkout-index, read-tree: the words that no other script
# says, the negated forms above all.
#: cells sha1-files
history
# Stat data that leave no doubt: nothing is racy.
find . -name .git -prune -o -type f -exec touch -d '2020-01-01 00:00:00' {} +
"$GIT" update-index --refresh
mkdir -p new/empty; echo n >new/n; echo '*.o' >.gitignore; echo o >x.o; echo c >>story; rm tool
rm -r src/deep; echo 'in the way' >src/deep
"$GIT" ls-files --deleted
"$GIT" ls-files --no-deleted
"$GIT" ls-files --modified
"$GIT" ls-files --modified --no-modified
"$GIT" ls-files --modified --deleted --no-deduplicate
"$GIT" ls-files --others
"$GIT" ls-files --no-others
"$GIT" ls-files --others --ignored --exclude-standard
"$GIT" ls-files --others --ignored --no-ignored --exclude-standard
"$GIT" ls-files --others --directory --empty-directory
"$GIT" ls-files --others --directory --no-directory
"$GIT" ls-files --others --exclude-per-directory=.gitignore --no-exclude-per-directory
"$GIT" ls-files --killed
"$GIT" ls-files --killed --eol
"$GIT" ls-files --killed --no-killed
"$GIT" ls-files --stage --no-stage
"$GIT" ls-files --unmerged --no-unmerged
"$GIT" ls-files --eol --no-eol src
"$GIT" ls-files --resolve-undo --no-resolve-undo src
"$GIT" ls-files --error-unmatch --no-error-unmatch nothing
"$GIT" ls-files --with-tree=v1 --no-with-tree src
"$GIT" ls-files --no-with-tree src
"$GIT" ls-files --recurse-submodules --no-recurse-submodules src
"$GIT" ls-files --sparse --no-sparse src
"$GIT" ls-files --no-debug src
"$GIT" ls-files --debug --no-debug src
rm src/deep
"$GIT" checkout-index --all
"$GIT" checkout-index --quiet --all
"$GIT" checkout-index --no-quiet --all
"$GIT" checkout-index --force --all
"$GIT" checkout-index --force --no-force --all
"$GIT" checkout-index --all --no-all
"$GIT" checkout-index --no-create --all
"$GIT" checkout-index --index --force story
"$GIT" checkout-index --index --no-index --force story
"$GIT" checkout-index --prefix=out/ story
"$GIT" checkout-index --prefix=out/ --no-prefix --force story
"$GIT" checkout-index --no-stdin --force story
echo story | "$GIT" checkout-index --stdin --no-stdin --force story
"$GIT" checkout-index --ignore-skip-worktree-bits --no-ignore-skip-worktree-bits --force story
"$GIT" update-index --skip-worktree story
rm story
"$GIT" checkout-index --no-ignore-skip-worktree-bits --all
ls story
"$GIT" checkout-index --ignore-skip-worktree-bits --all
ls story
"$GIT" update-index --no-skip-worktree story
"$GIT" checkout-index --all --force
ls -R out
"$GIT" update-index --add new/n
"$GIT" update-index --add --no-add x.o
"$GIT" update-index --remove --no-remove nothing
"$GIT" update-index --force-remove --no-force-remove tool
"$GIT" update-index --replace --no-replace --add new/n
"$GIT" update-index --info-only --no-info-only --add x.o
"$GIT" update-index --no-info-only story
"$GIT" update-index --unmerged --refresh
"$GIT" update-index --no-unmerged --refresh
"$GIT" update-index --ignore-missing --no-ignore-missing --refresh
rm aside
"$GIT" update-index --ignore-missing --refresh
"$GIT" update-index --ignore-missing --no-ignore-missing --refresh
"$GIT" checkout-index aside
"$GIT" update-index --ignore-submodules --refresh
"$GIT" update-index --no-ignore-submodules --refresh
"$GIT" update-index --verbose --no-verbose --add story
"$GIT" update-index --index-version=4
"$GIT" update-index --show-index-version
"$GIT" update-index --no-show-index-version
"$GIT" update-index --no-index-version
"$GIT" update-index --force-write-index --no-force-write-index
"$GIT" update-index --ignore-skip-worktree-entries --remove tool
"$GIT" update-index --no-ignore-skip-worktree-entries --refresh
"$GIT" update-index --fsmonitor-valid story
"$GIT" update-index --no-fsmonitor-valid story
"$GIT" update-index --force-untracked-cache
"$GIT" update-index --no-force-untracked-cache
"$GIT" update-index --no-test-untracked-cache
"$GIT" ls-files -s
"$GIT" read-tree --dry-run v1
"$GIT" read-tree --dry-run -m v1
"$GIT" read-tree --no-dry-run v1
"$GIT" ls-files
"$GIT" read-tree --quiet HEAD
"$GIT" read-tree --no-quiet HEAD
"$GIT" read-tree --verbose -m -u HEAD
"$GIT" read-tree --no-verbose --reset -u HEAD
"$GIT" read-tree --empty --no-empty HEAD
"$GIT" read-tree --reset --no-reset HEAD
"$GIT" read-tree -m --aggressive --no-aggressive v1 HEAD side
"$GIT" read-tree -m --trivial --no-trivial v1 HEAD side
"$GIT" ls-files -s
"$GIT" read-tree --no-recurse-submodules HEAD
"$GIT" read-tree --no-sparse-checkout -m HEAD
"$GIT" read-tree --super-prefix=x/ HEAD
"$GIT" read-tree --no-super-prefix HEAD
# a limit counts for files, too; version 1 has no room for large offsets
cp "$(ls .git/objects/pack/*.pack 2>/dev/null | head -1)" limited.pack 2>/dev/null || { "$QN_REAL" init -q .; echo one | "$QN_REAL" hash-object -w --stdin | "$QN_REAL" pack-objects -q limited >/dev/null; mv limited-*.pack limited.pack; }
"$GIT" index-pack --max-input-size=10 limited.pack
"$GIT" index-pack --max-input-size=1 limited.pack
"$GIT" index-pack --stdin --verify <limited.pack
"$QN_REAL" index-pack --index-version=1,5 -o v.idx limited.pack >/dev/null; head -c 8 v.idx | od -An -tx1 >form; note_file form
"$QN_REAL" index-pack --index-version=1 -o v.idx limited.pack >/dev/null; head -c 8 v.idx | od -An -tx1 >form; note_file form
rm -f v.* form limited.pack
