# update-index, option by option: again, unresolve, marks, caches, versions.
#: cells sha1-files
"$GIT" init -q -b main
mkdir d; echo a >a; echo b >b; echo c >d/c; "$GIT" add -A; "$GIT" commit -q -m one
"$GIT" branch side; echo a2 >a; echo b2 >b; "$GIT" commit -q -a -m two
"$GIT" checkout -q side; echo a3 >a; "$GIT" rm -q b; "$GIT" commit -q -a -m three
"$GIT" merge main
echo r >a; "$GIT" add a; "$GIT" rm -q --cached b
"$GIT" ls-files --resolve-undo
"$GIT" update-index --unresolve a
"$GIT" ls-files -s
"$GIT" ls-files --resolve-undo
"$GIT" update-index --unresolve a
"$GIT" update-index --unresolve nope
"$GIT" update-index --unresolve d/c
"$GIT" update-index --unresolve b d
"$GIT" ls-files -s
"$GIT" update-index --again
echo r2 >a; "$GIT" add a b; echo zz >>d/c; echo z >a
"$GIT" update-index --again --verbose
"$GIT" update-index --again -- d
"$GIT" update-index --verbose -g a
"$GIT" update-index --verbose -g
"$GIT" diff --name-status
(cd d && "$GIT" update-index --verbose --again)
rm b
"$GIT" update-index --again
"$GIT" update-index --remove --verbose --again
"$GIT" ls-files -s
"$GIT" commit -q -m merged
# Marks.
"$GIT" update-index --skip-worktree d/c
"$GIT" ls-files -t; "$GIT" ls-files -v
echo n >d/c
"$GIT" update-index d/c
"$GIT" ls-files -s d/c
"$GIT" update-index --ignore-skip-worktree-entries --remove d/c
"$GIT" ls-files -s d/c
"$GIT" update-index --no-skip-worktree d/c
"$GIT" update-index --assume-unchanged d/c
"$GIT" ls-files -v
"$GIT" update-index --no-assume-unchanged d/c
"$GIT" update-index --assume-unchanged nope
"$GIT" update-index --skip-worktree d/c
"$GIT" update-index --remove d/c
"$GIT" ls-files -s
"$GIT" update-index --add d/c
"$GIT" update-index --chmod=+x d/c --verbose a
"$GIT" update-index --chmod=x d/c
"$GIT" update-index --chmod
"$GIT" update-index --chmod=-x nope
# Versions and caches.
"$GIT" update-index --index-version 4 --verbose
"$GIT" update-index --index-version 4 --show-index-version
"$GIT" update-index --show-index-version
"$GIT" update-index --index-version 7
"$GIT" update-index --untracked-cache --verbose
"$GIT" status -s
"$GIT" update-index --verbose --no-untracked-cache
"$GIT" update-index --force-untracked-cache --verbose
"$GIT" -c core.untrackedCache=false update-index --untracked-cache
"$GIT" -c core.untrackedCache=true update-index --no-untracked-cache
"$GIT" -c core.untrackedCache=keep update-index --no-untracked-cache
"$GIT" update-index --fsmonitor --verbose
"$GIT" update-index --no-fsmonitor --verbose
"$GIT" -c core.fsmonitor=true update-index --no-fsmonitor
"$GIT" -c core.splitIndex=false update-index --split-index
"$GIT" ls-files
"$GIT" -c core.splitIndex=true update-index --no-split-index
"$GIT" update-index --split-index
echo more >>a; "$GIT" add a; "$GIT" status -s
"$GIT" update-index --no-split-index
# Entries by hand.
id=$("$GIT" rev-parse :a)
"$GIT" update-index --cacheinfo 100644 abc
"$GIT" update-index --cacheinfo 100644,abc
"$GIT" update-index --cacheinfo 100644 1234 zz
"$GIT" update-index --cacheinfo 100644,$id,new
"$GIT" update-index --add --cacheinfo 100600 $id new
"$GIT" update-index --add --cacheinfo 120000,$id,link --cacheinfo 100755,$id,exec
"$GIT" update-index --add --cacheinfo 100644,$id,d/c/e
"$GIT" update-index --add --replace --cacheinfo 100644,$id,d/c/e
"$GIT" update-index --add --cacheinfo 100644,$id,../x
"$GIT" update-index --add --cacheinfo 100644,$id,.git/x
"$GIT" ls-files -s
printf '0 0000000000000000000000000000000000000000\tnew\n100644 %s 1\tu\n100644 %s 2\tu\n100644 %s 3\tu\n' $id $id $id | "$GIT" update-index --index-info
printf '100644 blob %s\t"q\\tq"\n' $id | "$GIT" update-index --index-info
printf '100644 %s\tz z\0' $id | "$GIT" update-index -z --index-info
printf 'nonsense\n' | "$GIT" update-index --index-info
"$GIT" ls-files -s
"$GIT" update-index --refresh
"$GIT" update-index -q --refresh
"$GIT" update-index --unmerged --refresh
"$GIT" update-index --ignore-missing --refresh
"$GIT" update-index --really-refresh
"$GIT" update-index --force-remove a u
printf 'exec\nlink\n' | "$GIT" update-index --force-remove --stdin --verbose
printf 'exec\n' | "$GIT" update-index --stdin --verbose
printf 'exec\0' | "$GIT" update-index -z --remove --stdin
"$GIT" update-index --info-only --add b
echo bb >b
"$GIT" update-index --info-only --add b
"$GIT" ls-files -s
"$GIT" update-index --force-write-index
"$GIT" update-index --clear-resolve-undo
