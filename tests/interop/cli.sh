# What is before the command, and how options are read.
#: place disk
#: end no
history
"$GIT" nonsense
"$GIT" comit
"$GIT" -C src rev-parse --show-prefix
"$GIT" -C nowhere status
"$GIT" --git-dir=.git rev-parse --git-dir
"$GIT" --git-dir=nowhere status
"$GIT" --git-dir=.git --work-tree=src status -s
"$GIT" -c color.ui=always status -s
"$GIT" -c x.y rev-parse HEAD
"$GIT" --bare rev-parse --is-bare-repository
"$GIT" --no-pager log -1 --oneline
"$GIT" --nonsense
"$GIT" -c alias.st='status -s' st
"$GIT" -c alias.up='!pwd; echo' up one two
"$GIT" -c alias.loop=loop loop
"$GIT" -c alias.a=b -c alias.b=a a
(cd src && "$GIT" -c alias.where='!echo $GIT_PREFIX' where)
"$GIT" log --onel -n 1
"$GIT" log --no-deco --oneline -n1
"$GIT" status --sho
"$GIT" status -sb
"$GIT" branch --no
"$GIT" commit --am
"$GIT" tag --end-of-options v1
"$GIT" rev-parse --end-of-options HEAD
"$GIT" status -X
"$GIT" log -n
"$GIT" log -n x
"$GIT" commit -m
"$GIT" --exec-path=/nowhere rev-parse HEAD
GIT_DIR=.git "$GIT" rev-parse --show-toplevel
GIT_DIR=nowhere "$GIT" rev-parse HEAD
GIT_DIR=.git GIT_WORK_TREE=src "$GIT" rev-parse --show-toplevel --show-prefix
GIT_CEILING_DIRECTORIES="$PWD" "$GIT" -C src rev-parse --show-toplevel
GIT_INDEX_FILE=other "$GIT" ls-files
GIT_OBJECT_DIRECTORY=nowhere "$GIT" cat-file -t HEAD
cd /; "$GIT" status
