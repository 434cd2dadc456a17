#: cells sha1-files
# What a branch tracks, when its remote is of the two old kinds of file, has negative refspecs, or
# is fetched to somewhere else than refs/remotes.
"$GIT" init -q a && cd a
"$GIT" commit -q --allow-empty -m one
"$GIT" branch skip
mkdir -p .git/remotes .git/branches
printf 'URL: /x\nPull: refs/heads/*:refs/remotes/old/*\nPush: refs/heads/*:refs/heads/*\n' >.git/remotes/old
echo '/y#main' >.git/branches/older
for ref in refs/remotes/old/main refs/remotes/n/main refs/remotes/n/skip refs/far/main refs/heads/older
do
    "$GIT" update-ref "$ref" HEAD
done
"$GIT" config remote.n.url /z
"$GIT" config remote.n.fetch '+refs/heads/*:refs/remotes/n/*'
"$GIT" config --add remote.n.fetch '^refs/heads/skip'
"$GIT" config remote.f.fetch 'refs/heads/*:refs/far/*'
"$GIT" config branch.main.remote old
"$GIT" config branch.main.merge refs/heads/main
"$GIT" config branch.skip.remote n
"$GIT" config branch.skip.merge refs/heads/skip
"$GIT" rev-parse --symbolic-full-name '@{u}'
"$GIT" rev-parse --symbolic-full-name '@{push}'
"$GIT" rev-parse --symbolic-full-name 'skip@{u}'
"$GIT" rev-parse --symbolic-full-name 'skip@{push}'
"$GIT" status -sb
"$GIT" branch -vv
"$GIT" for-each-ref --format='%(refname) %(upstream) %(push)' refs/heads
"$GIT" config branch.skip.remote older
"$GIT" config branch.skip.merge refs/heads/main
"$GIT" rev-parse --symbolic-full-name 'skip@{u}'
"$GIT" rev-parse --symbolic-full-name 'skip@{push}'
"$GIT" config branch.skip.remote n
"$GIT" config remote.n.push '^refs/heads/skip'
"$GIT" rev-parse --symbolic-full-name 'skip@{push}'
"$GIT" config --add remote.n.push 'refs/heads/*:refs/heads/*'
"$GIT" rev-parse --symbolic-full-name 'skip@{push}'
# Behind a glob that renames, Git asks negative ones for another name; not compared.
"$GIT" config unset --all remote.n.push
"$GIT" config --add remote.n.push 'refs/heads/*:refs/heads/m/*'
"$GIT" update-ref refs/remotes/n/m/skip HEAD
"$GIT" rev-parse --symbolic-full-name 'skip@{push}'
"$GIT" config --add remote.n.push 'refs/heads/skip:refs/heads/main'
"$GIT" rev-parse --symbolic-full-name 'skip@{push}'
for start in old/main n/main n/skip refs/far/main main HEAD
do
    "$GIT" branch --track t "$start"
    "$GIT" config get branch.t.remote
    "$GIT" config get branch.t.merge
    "$GIT" branch -q -D t
    "$GIT" branch t "$start"
    "$GIT" config get branch.t.merge
    "$GIT" branch -q -D t
    "$GIT" checkout -q --track -b t "$start"
    "$GIT" config get branch.t.merge
    "$GIT" checkout -q main
    "$GIT" branch -q -D t
    "$GIT" switch -q -c t "$start"
    "$GIT" config get branch.t.merge
    "$GIT" switch -q main
    "$GIT" branch -q -D t
    "$GIT" branch --set-upstream-to="$start" skip
done
