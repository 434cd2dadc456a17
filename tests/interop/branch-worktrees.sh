#: cells sha1-files
# branch in the presence of linked work trees (made by hand).
history
"$GIT" branch b1; "$GIT" branch b2; "$GIT" branch b3 v1; "$GIT" branch b4 v1
mkdir -p ../wt1 .git/worktrees/wt1; echo "ref: refs/heads/b1" >.git/worktrees/wt1/HEAD; echo ../.. >.git/worktrees/wt1/commondir; echo "$PWD/../wt1/.git" | sed 's,work/../,,' >.git/worktrees/wt1/gitdir; echo "gitdir: $PWD/.git/worktrees/wt1" >../wt1/.git
"$GIT" -C ../wt1 reset -q --hard; "$GIT" -C ../wt1 status -s
b() { "$GIT" branch "$@"; }
b; b -v; b -vv; b --color=always; b -f b1 v1; b -d b1; b -D b1; b -m b1 moved; "$GIT" -C ../wt1 symbolic-ref HEAD; b -M moved b1; "$GIT" -C ../wt1 branch; "$GIT" -C ../wt1 branch -vv; b --format='%(refname:short) %(worktreepath)' --list 'b*' main; b -c b1 copy; b -C b2 b1; "$GIT" -C ../wt1 branch -d main; "$GIT" -C ../wt1 branch -f main v1; "$GIT" -C ../wt1 branch -M b2 main; "$GIT" -C ../wt1 branch -m main trunk; "$GIT" symbolic-ref HEAD; "$GIT" -C ../wt1 branch -m trunk main
b -M b3 b1; b -m b1 b4; b -M b1 b4; b --edit-description b1 </dev/null; "$GIT" for-each-ref --format='%(refname) %(HEAD) %(worktreepath)' refs/heads; "$GIT" -C ../wt1 for-each-ref --format='%(refname) %(HEAD) %(worktreepath)' refs/heads
"$GIT" -C ../wt1 checkout -q --detach; b; b -d b4
"$GIT" rev-parse worktrees/wt1/HEAD main-worktree/HEAD; "$GIT" -C ../wt1 rev-parse main-worktree/HEAD worktrees/wt1/HEAD HEAD; "$GIT" -C ../wt1 update-ref refs/bisect/x HEAD; "$GIT" rev-parse worktrees/wt1/refs/bisect/x; "$GIT" rev-parse refs/bisect/x; "$GIT" -C ../wt1 update-ref refs/worktree/y HEAD; "$GIT" for-each-ref; "$GIT" -C ../wt1 for-each-ref; "$GIT" symbolic-ref worktrees/wt1/HEAD; "$GIT" update-ref worktrees/wt1/refs/worktree/z v1; "$GIT" -C ../wt1 show-ref; "$GIT" update-ref -d worktrees/wt1/refs/worktree/z; "$GIT" reflog show worktrees/wt1/HEAD; "$GIT" reflog list; "$GIT" -C ../wt1 reflog list; "$GIT" rev-parse worktrees/none/HEAD; "$GIT" -C ../wt1 reflog expire --all --expire=all; "$GIT" reflog
