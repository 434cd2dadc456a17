# A first walk: init, add, commit, branch, switch, merge, tag, log, status.
"$GIT" init .
"$GIT" status
echo one >one; mkdir d; echo two >d/two
"$GIT" status
"$GIT" status -s
"$GIT" add -A
"$GIT" status
"$GIT" commit -m "First"
tick
"$GIT" log
"$GIT" branch topic
echo three >>one
"$GIT" diff
"$GIT" commit -a -m "Second"
tick
"$GIT" switch topic
echo other >other
"$GIT" add other
"$GIT" commit -m "Other"
tick
"$GIT" switch main
"$GIT" merge topic
"$GIT" log --oneline --graph
"$GIT" log --stat -n 2
"$GIT" show
"$GIT" tag light
"$GIT" tag -a -m "With words" heavy
"$GIT" tag
"$GIT" branch -v
"$GIT" reset --hard HEAD~1
"$GIT" rev-parse HEAD HEAD~1 heavy 'heavy^{}'
"$GIT" for-each-ref
"$GIT" cat-file -p HEAD
"$GIT" ls-tree -r HEAD
"$GIT" ls-files -s
"$GIT" reflog
"$GIT" switch nowhere
"$GIT" log nowhere
