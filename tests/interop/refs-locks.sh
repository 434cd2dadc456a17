# Locks that somebody holds, refs in the way of others, what logs are kept.
#: cells sha1-files sha1-reftable
#: end no
"$QN_REAL" init -q . >/dev/null 2>&1
for i in 1 2 3; do "$QN_REAL" commit -q --allow-empty -m $i; tick; done; "$QN_REAL" branch old HEAD~; "$QN_REAL" branch deep/er; "$QN_REAL" tag t
c="-c core.filesRefLockTimeout=0 -c core.packedRefsTimeout=0 -c reftable.lockTimeout=0"
change() {
    "$GIT" $c update-ref refs/heads/new HEAD; "$GIT" $c update-ref refs/heads/old HEAD; "$GIT" $c update-ref -d refs/heads/old; "$GIT" $c branch other; "$GIT" $c branch -d other; "$GIT" $c branch -m old older
    "$GIT" $c tag n; "$GIT" $c tag -d n; case $1 in packed*) ;; *) "$GIT" $c commit -q --allow-empty -m x; "$GIT" $c checkout -q old; "$GIT" $c checkout -q main ;; esac; "$GIT" $c symbolic-ref HEAD refs/heads/old; "$GIT" $c symbolic-ref HEAD refs/heads/main; case $1 in packed* | tables*) ;; *) "$GIT" $c reset -q --soft HEAD~; "$GIT" $c pack-refs --all; "$GIT" $c reflog expire --expire=all refs/heads/main; "$GIT" $c reflog delete main@{0} ;; esac; printf 'create refs/heads/a1 HEAD\ncreate refs/heads/a2 HEAD\n' | "$GIT" $c update-ref --stdin; "$GIT" $c update-ref -d refs/heads/a1; "$GIT" $c update-ref -d refs/heads/a2; "$GIT" $c update-ref -d refs/heads/new
    "$GIT" for-each-ref --format='%(refname) %(objectname:short)'
}
if [ "$QN_STORE" = files ]; then
    for lock in refs/heads/old.lock packed-refs.lock HEAD.lock refs/heads/main.lock refs/heads/new.lock refs/tags/n.lock index.lock; do
        note "held: $lock"; : >.git/$lock; change $lock; rm -f .git/$lock
    done
    "$QN_REAL" pack-refs --all; : >.git/packed-refs.lock; change packed; rm .git/packed-refs.lock
else
    : >.git/reftable/tables.list.lock; change tables; rm .git/reftable/tables.list.lock
fi
# Waiting: the lock goes after a while.
# By default for a second only: there the lock goes soon.
hold() { : >".git/$1"; (sleep ${HELD:-0.3}; rm -f ".git/$1") & shift; "$GIT" "$@"; wait; }
if [ "$QN_STORE" = files ]; then
    hold refs/heads/old.lock -c core.filesRefLockTimeout=5000 update-ref refs/heads/old HEAD; hold refs/heads/old.lock -c core.filesRefLockTimeout=-1 update-ref refs/heads/old HEAD~; hold packed-refs.lock -c core.packedRefsTimeout=5000 pack-refs --all; hold packed-refs.lock -c core.packedRefsTimeout=-1 pack-refs --all; HELD=0.05; hold packed-refs.lock pack-refs --all; HELD=
else
    hold reftable/tables.list.lock -c reftable.lockTimeout=5000 update-ref refs/heads/old HEAD; hold reftable/tables.list.lock -c reftable.lockTimeout=-1 update-ref refs/heads/old HEAD~
fi
for v in x 1.5 '' 1k; do "$GIT" -c core.filesRefLockTimeout=$v update-ref refs/heads/lo HEAD; "$GIT" -c core.packedRefsTimeout=$v pack-refs; "$GIT" -c reftable.lockTimeout=$v update-ref -d refs/heads/lo; done
# In the way of each other.
"$GIT" branch deep; "$GIT" branch deep/er/est; "$GIT" update-ref refs/heads/deep HEAD; "$GIT" update-ref refs/heads/old/x HEAD; "$GIT" branch -m old old/x; "$GIT" branch -m deep/er deep; "$GIT" branch -m deep deep/again; "$GIT" tag -f t/x; "$GIT" tag t/x; "$GIT" checkout -b old/y; "$GIT" symbolic-ref refs/heads/old/s refs/heads/main; "$GIT" update-ref refs/heads/main/x/y HEAD
printf 'create refs/heads/p HEAD\ncreate refs/heads/p/q HEAD\n' | "$GIT" update-ref --stdin; printf 'delete refs/heads/old\ncreate refs/heads/old/q HEAD\n' | "$GIT" update-ref --stdin; printf 'create refs/heads/z/1 HEAD\ncreate refs/heads/z/2 HEAD\n' | "$GIT" update-ref --stdin; printf 'create refs/heads/z HEAD\ndelete refs/heads/z/1\ndelete refs/heads/z/2\n' | "$GIT" update-ref --stdin; "$GIT" update-ref -d refs/heads/z/1; "$GIT" update-ref -d refs/heads/z/2; "$GIT" update-ref refs/heads/z HEAD; "$GIT" for-each-ref
[ "$QN_STORE" = reftable ] || { mkdir -p .git/refs/heads/empty/in; "$GIT" branch empty; mkdir -p .git/refs/heads/full; : >.git/refs/heads/full/junk; "$GIT" branch full; "$GIT" update-ref refs/heads/full HEAD; echo junk >.git/refs/heads/junk; "$GIT" branch junk; "$GIT" branch -f junk; rm -rf .git/refs/heads/junk .git/refs/heads/full; "$GIT" branch -D empty; "$GIT" update-ref refs/heads/q/w/e HEAD; "$GIT" update-ref -d refs/heads/q/w/e; "$GIT" update-ref -d refs/tags/t; "$GIT" pack-refs --all; }
# Names.
for name in a..b a.lock a/.b '.a' 'a b' 'a~b' 'a^b' 'a:b' 'a?b' 'a*b' 'a[b' 'a\b' 'a/' '/a' 'a//b' 'a.' '@' '@{' 'a@{b' '-a' 'ä' "$(printf 'a\177b')" "$(printf 'a\001b')" 'a.lock/b'; do
    "$GIT" branch "$name"; "$GIT" tag "$name"; "$GIT" update-ref "refs/heads/$name" HEAD; "$GIT" update-ref "$name" HEAD; "$GIT" symbolic-ref refs/heads/sym "refs/heads/$name"
done 
"$GIT" update-ref FOO HEAD; "$GIT" update-ref FOO_HEAD HEAD; "$GIT" update-ref foo/bar HEAD; "$GIT" update-ref refs/x HEAD; "$GIT" update-ref worktrees/x/y HEAD; "$GIT" update-ref refs/worktree/x HEAD; "$GIT" update-ref refs/heads/../x HEAD; "$GIT" update-ref ../x HEAD; "$GIT" symbolic-ref HEAD refs/x; "$GIT" symbolic-ref HEAD foo; "$GIT" symbolic-ref FOO refs/heads/main; "$GIT" symbolic-ref refs/heads/self refs/heads/self; "$GIT" symbolic-ref refs/heads/dangling refs/heads/nowhere; "$GIT" update-ref refs/heads/dangling HEAD; "$GIT" rev-parse refs/heads/nowhere; "$GIT" for-each-ref
# What logs are kept.
for v in '' false true always 0 1 2 no x; do
    note "logAllRefUpdates $v"
    for ref in refs/heads/l1 refs/tags/l2 refs/remotes/o/l3 refs/notes/l4 refs/other/l5 LOGGED_HEAD; do
        if [ -n "$v" ]; then "$GIT" -c core.logAllRefUpdates=$v update-ref -m why $ref HEAD; else "$GIT" update-ref -m why $ref HEAD; fi
        "$QN_REAL" reflog exists $ref; note "$ref $?"; "$QN_REAL" update-ref -d $ref
    done
done
"$GIT" -c core.logAllRefUpdates=false update-ref --create-reflog refs/tags/made HEAD; "$GIT" reflog refs/tags/made; "$GIT" -c core.logAllRefUpdates=false branch -l made; "$GIT" -c core.logAllRefUpdates=false branch --create-reflog made2; "$GIT" reflog made2; "$GIT" -c core.logAllRefUpdates=false commit -q --allow-empty -m again; "$GIT" reflog -3
"$QN_REAL" init -q --bare bare.git 2>/dev/null; "$QN_REAL" push -q bare.git main 2>/dev/null; "$GIT" -C bare.git reflog list
