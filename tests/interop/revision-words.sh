# log, rev-list: the words that no other script says.
#: cells sha1-files
history
"$GIT" log --oneline --patch -1
"$GIT" log --oneline --stat --no-stat -1
"$GIT" log --oneline --graph --graph-lane-limit=1 --all
"$GIT" log --oneline --graph --graph-lane-limit=2 --all
"$GIT" log --oneline --graph --graph-lane-limit=0 --all
echo staged >staged; "$GIT" add staged
"$GIT" rev-list --objects --indexed-objects HEAD~2..HEAD
"$GIT" rev-list --indexed-objects
"$GIT" rev-list --objects --no-object-names --indexed-objects
"$GIT" log --oneline --merge
git checkout -q -b here v1; echo ours >story; git commit -q -a -m ours; git checkout -q -b there v1; echo theirs >story; git commit -q -a -m theirs
"$GIT" merge here
"$GIT" log --oneline --merge
"$GIT" log --oneline --merge -- src
"$GIT" log --oneline --left-right --merge
"$GIT" rev-list --merge HEAD
"$GIT" log -p --merge
