# The words that completion asks for, of every command that has a table.
#: cells sha1-files
"$GIT" init -q .
for command in add branch cat-file check-attr check-ignore check-mailmap checkout \
    checkout-index cherry clone column commit commit-tree config count-objects diff \
    diff-files diff-index diff-tree fmt-merge-msg for-each-ref fsck hash-object help \
    hook init init-db interpret-trailers log ls-files ls-tree merge merge-base \
    merge-file merge-tree mktag mktree mv pack-refs patch-id read-tree reflog refs \
    replace reset restore rev-list rm show show-index show-ref stage status stripspace \
    switch symbolic-ref tag update-index update-ref verify-commit verify-pack \
    verify-tag version whatchanged write-tree; do
    "$GIT" $command --git-completion-helper
    "$GIT" $command --git-completion-helper-all
done
for words in "reflog expire" "reflog delete" "reflog drop" "hook run" "hook list" \
    "refs migrate" "refs verify" "refs list" "refs optimize" "config list" "config get" \
    "config set" "config unset"; do
    "$GIT" $words --git-completion-helper
done
