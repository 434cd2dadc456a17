# merge, merge-tree, commit-tree, clone, hook, help: the words that no other script says.
#: cells sha1-files
history
"$GIT" branch start v1
again() {
    git reset -q --hard v1-noted
}
again
"$GIT" merge --message 'said' side
again
"$GIT" merge --no-ff --no-edit --verbose side
again
"$GIT" merge --no-ff --no-edit --verbose --no-verbose side
again
"$GIT" merge --quiet --no-quiet side
again
"$GIT" merge --no-ff --no-edit --compact-summary --no-compact-summary side
again
"$GIT" merge --no-ff --no-edit --cleanup=verbatim --no-cleanup side
again
"$GIT" merge --no-ff --no-edit --into-name other --no-into-name side
again
"$GIT" merge --no-ff --no-edit --strategy=ours --no-strategy side
again
"$GIT" merge --no-ff --no-edit --strategy-option=ours --no-strategy-option side
again
"$GIT" merge --no-ff --no-edit --overwrite-ignore side
again
"$GIT" merge --no-ff --no-edit --verify side
"$GIT" cat-file -p HEAD
again
"$GIT" merge --no-ff --no-edit --no-verify --verify side
again
"$GIT" -c gpg.program=/bin/false merge --no-ff --no-edit --gpg-sign side
"$GIT" status -s
again
"$GIT" merge --no-abort side
again
"$GIT" merge --no-continue side
again
"$GIT" merge --no-quit side
"$GIT" log --oneline -3
"$GIT" merge-tree --write-tree --strategy-option=ours --no-strategy-option main side
"$GIT" merge-tree --write-tree --merge-base=v1 --no-merge-base main side
"$GIT" -c gpg.program=/bin/false commit-tree --gpg-sign -m x 'HEAD^{tree}'
"$GIT" -c gpg.program=/bin/false commit-tree --gpg-sign --no-gpg-sign -m x 'HEAD^{tree}'
"$GIT" clone -q --reference-if-able nowhere --no-reference-if-able . ../copy
"$GIT" clone -q --naked . ../naked
"$GIT" clone -q --naked --no-naked . ../dressed
"$GIT" -C ../dressed status -s
printf '#!/bin/sh\necho hook "$@"\n' >.git/hooks/post-checkout; chmod +x .git/hooks/post-checkout
"$GIT" hook run post-checkout -- a b
"$GIT" hook list post-checkout
"$GIT" hook list pre-commit
rm -rf ../copy ../naked ../dressed
# Strategies are looked at before there is anything to merge, and after heads that are in others are gone.
mkdir early; cd early; "$QN_REAL" init -q . >/dev/null; "$QN_REAL" commit -q --allow-empty -m x
"$GIT" merge -s help
"$GIT" merge --strategy=bogus
"$QN_REAL" checkout -q -b b; "$QN_REAL" commit -q --allow-empty -m y
"$QN_REAL" checkout -q main; "$QN_REAL" commit -q --allow-empty -m z; tick
"$GIT" -c pull.twohead='foo bar' merge b
"$GIT" -c pull.octopus='foo bar' merge b HEAD
cd ..; rm -rf early
