#: cells sha1-files sha1-reftable
#: end no
# The reference-transaction hook: what it is told, step by step.
"$QN_REAL" init -q . >/dev/null 2>&1
for s in one; do "$QN_REAL" commit -q --allow-empty -m $s; done; "$QN_REAL" branch b1; "$QN_REAL" commit -q --allow-empty -m two; "$QN_REAL" branch packed; "$QN_REAL" tag t1; "$QN_REAL" pack-refs --all; "$QN_REAL" branch loose; "$QN_REAL" branch s b1; "$QN_REAL" checkout -q s; "$QN_REAL" commit -q --allow-empty -m three; "$QN_REAL" checkout -q main
mkdir -p .git/hooks; printf '#!/bin/sh\necho "  $1" >>"%s/told"; sed "s/^/    /" >>"%s/told"\n' "$PWD/.git" "$PWD/.git" >.git/hooks/reference-transaction; chmod +x .git/hooks/reference-transaction
r() { rm -f .git/told; "$GIT" "$@"; [ ! -f .git/told ] || note_file .git/told; }
r update-ref refs/heads/new HEAD; r update-ref refs/heads/new b1; r update-ref -d refs/heads/new; r update-ref -d refs/heads/packed; r update-ref -d refs/heads/none; r update-ref -d refs/heads/loose b1; r update-ref HEAD b1 main; r update-ref HEAD main@{1}
printf 'create refs/heads/x1 HEAD\ndelete refs/tags/t1\nupdate refs/heads/loose b1\nverify refs/heads/main HEAD\n' | r update-ref --stdin; printf 'start\ncreate refs/heads/x2 HEAD\nprepare\nabort\n' | r update-ref --stdin; printf 'symref-create refs/heads/sy refs/heads/main\n' | r update-ref --stdin; printf 'symref-delete refs/heads/sy\n' | r update-ref --stdin
r symbolic-ref refs/heads/sym refs/heads/main; r symbolic-ref -d refs/heads/sym; r symbolic-ref HEAD refs/heads/b1; r symbolic-ref HEAD refs/heads/main
r branch n1; r branch -f n1 b1; r branch -m n1 n2; r branch -c n2 n3; r branch -M n2 n3; r branch -d n3; r branch -D b1 s; r tag v1; r tag -a -m x v2; r tag -f v1 HEAD~; r tag -d v1 v2
r commit -q --allow-empty -m c1; r reset -q --soft HEAD~; r reset -q --hard HEAD; r checkout -q -b co; r checkout -q main; r switch -q -c sw; r checkout -q --detach; r checkout -q main; r checkout -q --orphan orph; r checkout -qf main
r merge -q --no-ff -m m x1; r merge -q co; r branch -m main trunk; r branch -m trunk main; r pack-refs --all; r update-ref -d refs/heads/x1; r branch -D co sw; r reflog expire --expire=all --all; r reflog delete HEAD@{0}
r branch -m orph2; r update-ref refs/heads/a/b HEAD; r update-ref refs/heads/a HEAD; r branch -m a/b a
rm .git/hooks/reference-transaction .git/told
