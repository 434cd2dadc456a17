# commit-graph: files and chains, byte for byte, and what verify says.
history
graph() {
    "$GIT" commit-graph "$@"
    find .git/objects/info -type f ! -name packs | LC_ALL=C sort | while read -r file; do
        "$GIT" hash-object --no-filters "$file"
    done
    test ! -f .git/objects/info/commit-graphs/commit-graph-chain || "$GIT" hash-object --stdin <.git/objects/info/commit-graphs/commit-graph-chain
}
more() {
    tick
    echo "$1" >"new-$1"; mkdir -p "deep/$1/er"; echo "$1" >"deep/$1/er/file"
    "$QN_REAL" add . && "$QN_REAL" commit -q -m "$1"
}
"$GIT" commit-graph verify
graph write --reachable
"$GIT" commit-graph verify
graph write --reachable --changed-paths
graph write --reachable
"$GIT" log --oneline -- src/main.c
graph write --reachable --no-changed-paths
"$GIT" rev-parse HEAD~2 >names && graph write --stdin-commits <names
"$GIT" rev-parse v1-noted HEAD^{tree} >names && graph write --stdin-commits --append <names
more 1; graph write --reachable --split
more 2; graph write --reachable --split=no-merge
more 3; graph write --reachable --split=no-merge --changed-paths
graph write --reachable --split=no-merge
more 4; graph write --reachable --split=no-merge
"$GIT" commit-graph verify
"$GIT" commit-graph verify --shallow
"$GIT" log --oneline -- deep
more 5; graph write --reachable --split --size-multiple=1
more 6; graph write --reachable --split --max-commits=1
more 7; graph write --reachable --split=replace
"$GIT" -c commitGraph.generationVersion=1 commit-graph write --reachable --split=no-merge
more 9; graph write --reachable --split=no-merge
"$GIT" -c commitGraph.changedPathsVersion=2 commit-graph write --reachable --changed-paths; graph verify
graph write --reachable
"$GIT" -c commitGraph.changedPathsVersion=1 commit-graph write --reachable; graph verify
graph write --reachable --no-changed-paths
graph write --reachable --changed-paths --max-new-filters=3
graph write --reachable --max-new-filters=0
"$GIT" -c commitGraph.maxNewFilters=1 commit-graph write --reachable; graph verify
# A path with bytes above 127: the two kinds of filters differ.
echo x >"$(printf 'na\303\257ve')"; "$QN_REAL" add . && "$QN_REAL" commit -qm naive
graph write --reachable --changed-paths
"$GIT" -c commitGraph.changedPathsVersion=2 commit-graph write --reachable; graph verify
# More than 512 changes; a file that becomes a directory; merges of many.
mkdir many && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
    for j in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do echo $i >many/$i-$j; done; done
"$QN_REAL" add many && "$QN_REAL" commit -qm many; rm -rf many; echo file >many
"$QN_REAL" add -A && "$QN_REAL" commit -qm file
tree=$("$QN_REAL" rev-parse HEAD^{tree})
one=$(echo one | "$QN_REAL" commit-tree -p HEAD $tree); two=$(echo two | "$QN_REAL" commit-tree -p HEAD~ $tree)
octopus=$(echo octopus | "$QN_REAL" commit-tree -p HEAD -p $one -p $two -p v1 $tree)
"$QN_REAL" update-ref refs/heads/octopus $octopus
graph write --reachable --changed-paths
"$GIT" log --oneline octopus -- many
GIT_COMMITTER_DATE='5 +0000'; export GIT_COMMITTER_DATE
"$QN_REAL" update-ref refs/heads/old $(echo old | "$QN_REAL" commit-tree -p octopus $tree)
GIT_COMMITTER_DATE='9999999999 +0000'; late=$(echo late | "$QN_REAL" commit-tree -p old $tree)
GIT_COMMITTER_DATE='7 +0000'; "$QN_REAL" update-ref refs/heads/late $(echo later | "$QN_REAL" commit-tree -p $late $tree)
graph write --reachable
"$GIT" commit-graph verify
"$QN_REAL" repack -adq
graph write
ls .git/objects/pack | grep idx >names; graph write --stdin-packs --changed-paths <names
# Words.
"$GIT" -c core.commitGraph=false commit-graph write --reachable
"$GIT" -c commitGraph.changedPathsVersion=3 commit-graph write --reachable
"$GIT" -c commitGraph.changedPathsVersion=-2 commit-graph write --reachable
"$GIT" -c commitGraph.changedPathsVersion=x commit-graph write --reachable
"$GIT" commit-graph write --reachable --stdin-packs
"$GIT" commit-graph write --stdin-commits --stdin-packs
"$GIT" commit-graph write --split=foo
"$GIT" commit-graph write --object-dir=nowhere
"$GIT" commit-graph verify --object-dir=nowhere
"$GIT" commit-graph verify --object-dir=.git/objects
echo nowhere | "$GIT" commit-graph write --stdin-packs
echo nowhere | "$GIT" commit-graph write --stdin-commits
echo 1234567890123456789012345678901234567890123456789012345678901234 | "$GIT" commit-graph write --stdin-commits
"$GIT" commit-graph write --expire-time=nonsense
"$GIT" commit-graph write --max-new-filters=x
: >.git/objects/info/commit-graph.lock
"$GIT" commit-graph write --reachable 2>/dev/null
rm .git/objects/info/commit-graph.lock
"$QN_REAL" rev-parse HEAD >.git/shallow
rm -rf .git/objects/info/commit-graph*
graph write --reachable
