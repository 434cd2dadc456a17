#: cells sha1-files
# What was found by reading the answers as a newcomer does: a merge that
# changes nothing, an orphan made from a detached HEAD, the words of a dry run
# over all reflogs.
"$GIT" init new
"$GIT" init -q -b main r
cd r
echo 1 >f; "$GIT" add f; "$GIT" commit -q -m 1; "$GIT" branch t; echo 2 >f; "$GIT" commit -q -a -m 2
"$GIT" switch -q t; "$GIT" commit -q --allow-empty -m 3
"$GIT" merge --no-commit -s ours main; "$GIT" status
echo dirt >f; "$GIT" status; "$GIT" commit --dry-run; "$GIT" commit --short
"$GIT" checkout -q f; "$GIT" commit -q -m merged
"$GIT" checkout -q --detach; "$GIT" switch --orphan q; "$GIT" switch -q t
"$GIT" reflog expire --expire=now --all -n --verbose; "$GIT" reflog expire --expire=now -n --verbose HEAD
