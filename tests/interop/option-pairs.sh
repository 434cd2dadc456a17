#: cells sha1-files
# Options in pairs, and with configuration: what a former look at single options
# did not show.
history
"$QN_REAL" branch -q topic HEAD~1; "$QN_REAL" branch -q -u side topic
"$QN_REAL" tag v1.10; "$QN_REAL" tag v1.9; "$QN_REAL" symbolic-ref refs/heads/sym refs/heads/side
"$QN_REAL" update-ref refs/remotes/origin/main HEAD~1
mkdir -p .git/worktrees/linked ../linked; (cd ../linked && echo "$PWD/.git") >.git/worktrees/linked/gitdir
echo ../.. >.git/worktrees/linked/commondir; echo "ref: refs/heads/topic" >.git/worktrees/linked/HEAD
echo "gitdir: $PWD/.git/worktrees/linked" >../linked/.git
for sort in bogus "" -committerdate refname; do
    for words in "" --sort=refname --sort=upstream --no-sort "--no-sort --sort=-refname"; do
        "$GIT" -c branch.sort="$sort" branch $words
        "$GIT" -c tag.sort="$sort" tag $words
    done
done
"$GIT" -c branch.sort branch
"$GIT" -c tag.sort tag
"$GIT" branch -a -r
"$GIT" branch -r -a
"$GIT" branch -r -a --list 't*'
"$GIT" -c color.ui=always branch -vv
"$GIT" -c color.ui=always -c color.branch.worktree=red branch -vv -a
for value in bogus always inherit simple true; do
    "$GIT" -c branch.autoSetupMerge=$value branch --show-current
    "$GIT" -c branch.autoSetupMerge=$value log -1 --format=%s
done
for value in bogus always never local remote; do "$GIT" -c branch.autoSetupRebase=$value status -s; done
for key in core.commentChar core.commentString; do
    "$GIT" -c $key= status
    "$GIT" -c $key= rev-list -1 HEAD
    "$GIT" -c $key= cat-file -t HEAD
done
"$GIT" -c core.lockfilePid=bogus ls-files
echo again >>story; "$QN_REAL" add story; echo more >>story; "$QN_REAL" mv docs/manual.txt renamed; echo x >other; echo y >third
for words in "-v --no-renames" "-vv --no-renames" "-vv src" "-vv docs" "-vv story" "--no-renames -M" "--no-renames --find-renames=100" \
    "-s -z" "-s -z -b" "--column" "--column=row,dense -uall" "-v --column"; do
    for key in core.quotePath=true status.branch=true status.displayCommentPrefix=true status.renames=false diff.renames=copies; do
        "$GIT" -c $key status $words
    done
done
