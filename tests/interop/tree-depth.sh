#: cells sha1-files
# core.maxTreeDepth: nothing goes deeper into trees than it says.
"$QN_REAL" init -q .; mkdir -p a/b/c; echo x >a/b/c/f; "$QN_REAL" add .; "$QN_REAL" commit -qm one; echo y >a/b/c/f; "$QN_REAL" commit -qam two
for n in 0 1 2 3 4; do
    for c in "diff-tree -r HEAD~1 HEAD" "diff-tree HEAD~1 HEAD" "log -p --oneline" "show --stat --oneline" "ls-tree -r HEAD" \
        "merge-tree --write-tree HEAD HEAD~1" "status -s" "diff HEAD~1 HEAD"; do
        "$GIT" -c core.maxTreeDepth=$n $c
    done
done
