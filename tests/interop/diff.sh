# diff: work tree, index, commits, paths, formats.
history
"$GIT" diff
echo changed >>story; sed 's/line 5/Line five/' story >x; cat x >story; rm x
echo staged >staged; "$GIT" add staged; rm tool; chmod +x aside; printf '\0binary' >bin; "$GIT" add bin; printf '\0other' >bin
"$GIT" diff
"$GIT" diff --cached
"$GIT" diff --staged --stat
"$GIT" diff HEAD
"$GIT" diff HEAD --stat
"$GIT" diff v1 v2
"$GIT" diff v1..v2 --stat
"$GIT" diff main...side
"$GIT" diff v1 -- story
"$GIT" diff --raw HEAD
"$GIT" diff --raw v1 v2
"$GIT" diff --name-only HEAD
"$GIT" diff --name-status v1 v2 -M
"$GIT" diff --name-status v1 v2 --no-renames
"$GIT" diff -C --find-copies-harder v1 v2 --name-status
"$GIT" diff --numstat HEAD
"$GIT" diff --shortstat HEAD
"$GIT" diff --dirstat v1 v2
"$GIT" diff --summary v1 v2
"$GIT" diff --compact-summary v1 v2
"$GIT" diff --patch-with-stat v1 v2
"$GIT" diff --binary HEAD
"$GIT" diff --full-index v1 v2
"$GIT" diff --abbrev=10 v1 v2
"$GIT" diff -U0 v1 v2
"$GIT" diff -U8 v1 v2
"$GIT" diff -W v1 v2
"$GIT" diff --minimal v1 v2
"$GIT" diff --patience v1 v2
"$GIT" diff --histogram v1 v2
"$GIT" diff --diff-algorithm=myers v1 v2 --stat
"$GIT" diff --diff-algorithm=none v1 v2
"$GIT" diff -w v1 v2 --stat
"$GIT" diff -b v1 v2 --stat
"$GIT" diff --word-diff v1 v2
"$GIT" diff --word-diff=porcelain v1 v2
"$GIT" diff --word-diff=color v1 v2
"$GIT" diff --color=always v1 v2
"$GIT" diff --color-moved=zebra --color=always v1 v2
"$GIT" diff -R v1 v2 --stat
"$GIT" diff --src-prefix=x/ --dst-prefix=y/ v1 v2 -- story
"$GIT" diff --no-prefix v1 v2 -- story
"$GIT" diff --exit-code v1 v2 --stat
"$GIT" diff --quiet v1 v2
"$GIT" diff --quiet v2 v2
"$GIT" diff --diff-filter=M v1 v2 --name-status
"$GIT" diff -S'LINE TEN' v1 v2 --stat
"$GIT" diff --stat=40,20 v1 v2
"$GIT" diff --stat --stat-width=50 v1 v2
"$GIT" diff -z --name-only v1 v2
"$GIT" diff --check
printf 'trailing \n\tx\n' >>story; "$GIT" diff --check
"$GIT" diff --inter-hunk-context=4 v1 v2
"$GIT" diff --ignore-submodules HEAD --stat
"$GIT" diff --relative=src v1 v2
(cd src && "$GIT" diff --relative v1 v2 && "$GIT" diff --stat v1 v2)
"$GIT" diff v1:story v2:story
"$GIT" diff v1:story story
"$GIT" diff --no-index docs src
"$GIT" diff --no-index story aside
"$GIT" diff nowhere
"$GIT" diff v1 v2 v1-noted
"$GIT" diff --output-indicator-new='>' v1 v2 -- story
"$GIT" diff --line-prefix='| ' v1 v2 -- story
"$GIT" diff-tree v1 v2
"$GIT" diff-tree -r v1 v2
"$GIT" diff-tree -p v1 v2 -- story
"$GIT" diff-tree --root v1
"$GIT" diff-tree HEAD
"$GIT" diff-index HEAD
"$GIT" diff-index --cached HEAD
"$GIT" diff-files
"$GIT" diff-files -p
"$GIT" diff --no-such
