# last-modified: paths of one commit come in the order of a hash table there, so they are sorted
lm() { "$QN_REAL" last-modified "$@" >out 2>err; note "last-modified $* = $?"; cut -f1 out | uniq | sed 's/^/# /' >>"$QN_TRANSCRIPT"; sort out >>"$QN_TRANSCRIPT"; grep -v -e '^usage' -e '^  *' -e '^$' err | sed 's/^/! /' >>"$QN_TRANSCRIPT"; rm -f out err; }
"$GIT" init -q -b main
lm; lm HEAD; lm --all
commit() { GIT_COMMITTER_DATE="$((1700000000 + $1)) +0000" GIT_AUTHOR_DATE="$((1700000000 + $1)) +0000" "$QN_REAL" commit -q --allow-empty -m "$1"; }
mkdir -p a/b/c d; echo 1 >one; echo 2 >a/two; echo 3 >a/b/three; echo 4 >a/b/c/four; echo 5 >d/five; "$QN_REAL" add .; commit 1
echo 22 >a/two; "$QN_REAL" add .; commit 2
"$QN_REAL" branch side; "$QN_REAL" tag -a -m tag tag
echo 44 >a/b/c/four; "$QN_REAL" add .; commit 3
"$QN_REAL" checkout -q side; echo 33 >a/b/three; echo 6 >"odd name"; printf 7 >"tab	name"; "$QN_REAL" add .; commit 4
echo 11 >one; "$QN_REAL" add .; commit 5
"$QN_REAL" checkout -q main; GIT_COMMITTER_DATE="1700000006 +0000" GIT_AUTHOR_DATE="1700000006 +0000" "$QN_REAL" merge -q -m merge side
commit 7
"$QN_REAL" update-index --chmod=+x d/five; commit 8
"$QN_REAL" mv one uno; commit 9
"$QN_REAL" rm -q -r --cached a/b; rm -rf a/b; echo file >a/b; "$QN_REAL" add a/b; commit 10
"$QN_REAL" rm -q a/b; mkdir -p a/b/c; echo 44 >a/b/c/four; "$QN_REAL" add a; commit 11
lm; lm HEAD; lm -r; lm --recursive; lm -r -t; lm -t; lm --show-trees --max-depth=1; lm --max-depth=2; lm --max-depth=-1; lm --max-depth=0 -r; lm -r --max-depth=1; lm -r --no-recursive; lm -r -t --no-show-trees
"$QN_REAL" last-modified -z -- a | tr '\0' '@' >>"$QN_TRANSCRIPT"
lm -- a; lm -- a/; lm a/; lm -- a/b; lm -r -- a; lm -r -- '*u*'; lm -- '*u*'; lm -- uno a; lm --max-depth=1 -- a d; lm --max-depth=1 -- a/; lm --max-depth=1 .; lm -- nothing; lm -r -- ':(exclude)a'; lm -- ':(icase)UNO'; lm -- 'tab	name'; lm -- ''; lm uno/; lm nothing
lm HEAD~2; lm side; lm tag; lm -r tag; lm HEAD~3..HEAD; lm -r HEAD~5..HEAD; lm -r side..main; lm -r main..side; lm -r side...main; lm ^HEAD~3 HEAD; lm ^HEAD; lm --not HEAD; lm HEAD^!; lm HEAD^@; lm 'HEAD^{tree}'; lm HEAD:a; lm HEAD:uno; lm HEAD '^HEAD^{tree}'; lm HEAD side; lm --all; lm HEAD HEAD; lm -n 0; lm -n 1; lm -2; lm -r --max-count=3; lm -r -n 1 side
lm --max-depth; lm --max-depth=x; lm --max-depth=1k; lm --no-max-depth; lm --no-z; lm --nothing; lm --end-of-options HEAD
"$QN_REAL" commit-graph write --reachable --changed-paths 2>/dev/null; lm; lm -r; lm -r -t; lm -- a/; lm -r side; lm -r HEAD~3..HEAD
cd a; "$QN_REAL" last-modified | sort >>"$QN_TRANSCRIPT"; "$QN_REAL" last-modified . | sort >>"$QN_TRANSCRIPT"; "$QN_REAL" last-modified -- ../d b | sort >>"$QN_TRANSCRIPT"
cd ..; echo "$("$QN_REAL" rev-parse HEAD~4)" >.git/shallow; rm -rf .git/objects/info/commit-graph*; lm; lm -r
