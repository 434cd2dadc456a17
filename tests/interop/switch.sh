# switch, checkout and restore.
history
"$GIT" switch side
"$GIT" switch -
"$GIT" switch -c new
"$GIT" switch -c new
"$GIT" switch -C new v1
"$GIT" switch nowhere
"$GIT" switch v1
"$GIT" switch --detach v1
"$GIT" switch main
"$GIT" switch --orphan root
"$GIT" status -s
"$GIT" switch main
echo dirty >>story; "$GIT" switch side
"$GIT" switch -f side
echo keep >>aside; "$GIT" switch -m main
"$GIT" status -s
"$GIT" checkout -f
"$GIT" checkout side
"$GIT" checkout main
"$GIT" checkout v1
"$GIT" checkout -
"$GIT" checkout -b b1
"$GIT" checkout -B b1 v1
"$GIT" checkout --detach
"$GIT" checkout main
"$GIT" checkout nowhere
rm story; echo x >>tool
"$GIT" checkout story
"$GIT" checkout -- tool
"$GIT" checkout v1 -- story raw
"$GIT" status -s
"$GIT" checkout HEAD .
"$GIT" checkout -- nothing
"$GIT" checkout -q side
"$GIT" checkout -q main
echo untracked >raw; "$GIT" checkout v1
rm raw; "$GIT" checkout v1; "$GIT" checkout main
echo a >>story; "$GIT" restore story; "$GIT" status -s
echo a >>story; "$GIT" add story; "$GIT" restore --staged story; "$GIT" status -s
"$GIT" restore --source=v1 story; "$GIT" status -s
"$GIT" restore --staged --worktree story; "$GIT" status -s
"$GIT" restore
"$GIT" restore nothing
"$GIT" restore --source=nowhere story
"$GIT" restore -s v1 -S -W .
"$GIT" status -s
"$GIT" reset -q --hard
"$GIT" checkout --orphan empty; "$GIT" status -s
"$GIT" checkout -f main
"$GIT" checkout -b story
"$GIT" checkout story
"$GIT" checkout -t main -b tracking
"$GIT" switch --no-such
"$GIT" reflog
