#: cells sha1-files
# commit -p and --interactive.
p() { keys=$1; shift; printf "$keys" | "$GIT" "$@"; }
export GIT_EDITOR=true
"$GIT" init -q; seq 20 >f; seq 10 >g; "$GIT" add .; "$GIT" commit -qm one; sed -i 's/^5$/5x/;s/^18/18x/' f; echo g >>g; "$GIT" add g
p 'y\nn\n' commit -p -m p1
"$GIT" status -s; "$GIT" show --stat
p 'n\nn\n' commit -p -m p2
"$GIT" status -s
p 'y\nn\n' commit -p -m p2 g
p 'u\n1\n\nq\n' commit --interactive -m i3
"$GIT" status -s; echo z >>f; echo zg >>g; "$GIT" add g
p 'y\n' commit -p -m p3 f
"$GIT" show --stat; "$GIT" status -s
p '' commit -p -m x
p '' commit -p -a -m x
p '' commit -p -i f -m x
p '' commit -p -o f -m x
p '' commit -p -o -a f -m x
p '' commit --interactive -o -a -i f -m x
p '' commit -U1 -m x
p 'q\n' commit --interactive -p -m x
p '' commit -p --pathspec-from-file=f -m x
p '' commit --interactive --pathspec-from-file=f -m x
p '' commit --inter-hunk-context=1 -m x
echo ff >>f
p 'y\n' commit -p -n --dry-run f
"$GIT" status -s
p 'y\n' commit --amend -p -m ammm -U1 f
printf '#!/bin/sh\ngit diff --cached --stat\nexit 1\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; echo fff >>f
p 'y\n' commit -p -m nope
"$GIT" status -s
