# Damaged commit-graphs: verify says what is wrong, everybody else does without.
#: cells sha1-files
history
"$QN_REAL" commit-graph write --reachable --changed-paths
cp .git/objects/info/commit-graph sound
# what OFFSET BYTES: the graph with these bytes there
what() {
    cp -f sound .git/objects/info/commit-graph; chmod u+w .git/objects/info/commit-graph
    printf "$2" | dd of=.git/objects/info/commit-graph bs=1 seek="$1" conv=notrunc 2>/dev/null
    "$GIT" commit-graph verify
    "$GIT" log --oneline -n 2 -- src
}
what 0 X; what 4 '\002'; what 5 '\002'; what 6 '\001'; what 7 '\001'
what 12 '\377'; what 23 '\001'; what 92 '\000\000\000\005'; what 1112 '\000\000\000\144'; what 300 '\000\000\000\001'
what 1116 '\377'; what 1119 '\001'; what 1300 '\001'; what 1400 '\001'; what 1500 '\001'
size=$(wc -c <sound)
what $((size - 1)) Z; what $((size - 30)) Z
for cut in 0 5 50 500 1100 1500; do
    rm -f .git/objects/info/commit-graph; head -c $cut sound >.git/objects/info/commit-graph
    "$GIT" commit-graph verify
    "$GIT" log --oneline -n 2 -- src
done
rm -f .git/objects/info/commit-graph
"$QN_REAL" commit-graph write --reachable --split; "$QN_REAL" commit -q --allow-empty -m more
"$QN_REAL" commit-graph write --reachable --split=no-merge
chain=.git/objects/info/commit-graphs/commit-graph-chain; first=$(head -n 1 $chain)
chmod -R u+w .git/objects/info; cp $chain whole
head -c 20 whole >$chain; "$GIT" commit-graph verify
head -c 60 whole >$chain; "$GIT" commit-graph verify
: >$chain; "$GIT" commit-graph verify
{ echo nonsense; cat whole; } >$chain; "$GIT" commit-graph verify
tac whole >$chain; "$GIT" commit-graph verify; "$GIT" log --oneline -n 1
cp whole $chain; mv .git/objects/info/commit-graphs/graph-$first.graph away
"$GIT" commit-graph verify; "$GIT" commit-graph verify --shallow; "$GIT" log --oneline -n 1
"$GIT" commit-graph write --reachable --split=no-merge
"$GIT" commit-graph verify
