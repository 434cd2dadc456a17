#: cells sha1-files
#: end no
# Histories long enough for commits to be read ahead out of their pack: walks,
# reachability, bases.
"$QN_REAL" init -q -b main long && cd long
echo text >file && "$QN_REAL" add file
tree=$("$QN_REAL" write-tree)
last=; side=
for i in $(seq 1 310); do
    seconds=$((seconds + 7)); export GIT_COMMITTER_DATE="$seconds +0000"
    c=$("$QN_REAL" commit-tree $tree ${last:+-p $last} ${side:+-p $side} -m "commit $i of a row that is long enough")
    side=
    if [ $((i % 20)) = 0 ]; then
        side=$("$QN_REAL" commit-tree $tree -p $c -m "side $i")
        side=$("$QN_REAL" commit-tree $tree -p $side -m "other side $i")
    fi
    case $i in 60|200|300) "$QN_REAL" update-ref refs/tags/t$i $c;; esac
    last=$c
done
"$QN_REAL" update-ref refs/heads/main $last
"$QN_REAL" update-ref refs/heads/apart $side
cd ..
"$GIT" clone -q --no-local --bare long packed.git
cd packed.git
"$GIT" rev-list --all
"$GIT" rev-list --topo-order main
"$GIT" rev-list --count --all
"$GIT" log --oneline -n 400 main
"$GIT" tag --contains t60
"$GIT" tag --contains t200~3
"$GIT" branch --contains t60 --no-contains main~10
"$GIT" merge-base main apart
"$GIT" merge-base --all main~250 apart~5
"$GIT" rev-list --left-right --count main...apart
"$GIT" rev-list --ancestry-path --count t60..t300
"$GIT" rev-list --max-parents=0 --all
cd ../long
"$GIT" rev-list --all --parents
