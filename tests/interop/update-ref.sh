# update-ref and symbolic-ref: conditions, conflicts, --stdin, rejections.
history
A=$("$QN_REAL" rev-parse v1); B=$("$QN_REAL" rev-parse main); Z=$(echo $A | tr '0-9a-f' '0'); X=$(echo $A | tr '0-9a-f' '7')
s() { printf "$1" | "$GIT" update-ref --stdin $2 $3; }
"$GIT" update-ref refs/heads/x $A $B
"$GIT" update-ref refs/heads/main $A $A
"$GIT" update-ref refs/heads/main $A $Z
"$GIT" update-ref HEAD $A $A
"$GIT" update-ref --no-deref HEAD $A $A
"$GIT" update-ref refs/heads/main/sub $A
"$GIT" update-ref refs/heads $A
"$GIT" update-ref refs/heads/x $X
"$GIT" update-ref refs/heads/tree "main^{tree}"
"$GIT" update-ref refs/heads/a..b $A
"$GIT" update-ref foo $A
"$GIT" update-ref foo/bar $A
"$GIT" update-ref FETCH_HEAD $A
"$GIT" update-ref -d refs/heads/none
"$GIT" update-ref -d refs/heads/none $A
"$GIT" update-ref -d refs/heads/main $A
"$GIT" update-ref -d foo
s "create refs/heads/q $A\ncreate refs/heads/q $A\n"
s "create refs/heads/q $A\ncreate refs/heads/q/r $A\n"
s "create refs/heads/p/q $A\ncreate refs/heads/p $A\n"
s "delete refs/heads/nope $A\n"
s "delete refs/heads/nope\n"
s "verify refs/heads/main $A\n"
s "verify refs/heads/nope\n"
s "verify refs/heads/main\n"
s "symref-create refs/heads/sym refs/heads/main\nsymref-create refs/heads/dang refs/heads/gone\n"
s "symref-create refs/heads/sym refs/heads/main\n"
s "symref-verify refs/heads/sym refs/heads/mainx\n" --no-deref
s "symref-verify refs/heads/sym\n" --no-deref
s "symref-verify refs/heads/main refs/heads/main\n" --no-deref
s "symref-verify refs/heads/nope refs/heads/main\n" --no-deref
s "symref-verify refs/heads/sym refs/heads/main\n"
s "symref-update refs/heads/sym refs/heads/x ref refs/heads/foo\n" --no-deref
s "symref-update refs/heads/sym refs/heads/x ref refs/heads/foo\n"
s "symref-update refs/heads/sym refs/heads/x oid $A\n"
s "symref-delete refs/heads/sym refs/heads/foo\n" --no-deref
s "symref-delete refs/heads/main refs/heads/foo\n" --no-deref
s "update HEAD $A\nupdate refs/heads/main $A\n"
s "update refs/heads/dang $A $A\n"
s "update refs/heads/dang $A\n"
"$GIT" symbolic-ref refs/heads/loop1 refs/heads/loop2
"$GIT" symbolic-ref refs/heads/loop2 refs/heads/loop1
"$GIT" update-ref refs/heads/loop1 $A
"$GIT" update-ref --no-deref -d refs/heads/loop1
"$GIT" for-each-ref refs/heads
"$GIT" symbolic-ref -d refs/heads/loop2
"$GIT" symbolic-ref HEAD foo
"$GIT" symbolic-ref FOO b..ar
"$GIT" symbolic-ref FO..O refs/heads/main
"$GIT" symbolic-ref refs/heads/main/foo refs/heads/main
s "start\nstart\n"
s "prepare\nprepare\n"
s "start\nupdate refs/heads/p $A\nprepare\nupdate refs/heads/r $A\n"
s "start\nprepare\ncommit\ncommit\n"
s "start\nabort\nstart\ncommit\n"
s "update\n"
s "update \n"
s "update refs/heads/x\n"
s "update refs/heads/x $A $A foo\n"
s "create refs/heads/x $Z\n"
s "delete refs/heads/x $Z\n"
s "update refs/heads/x nope\n"
s "option foo\n"
s "start"
s "\n"
s " \n"
s "update \"refs/heads/qu\" $A\n"
s "update \"refs/heads/qu $A\n"
s "symref-update refs/heads/a refs/heads/b foo bar\n"
s "symref-update refs/heads/a refs/heads/b oid nope\n"
s "symref-create refs/heads/a b..c\n"
s "update refs/heads/z\\0" -z
s "update refs/heads/z\\0\\0\\0" -z
s "create refs/heads/z\\0\\0" -z
s "create refs/heads/side $A\ncreate refs/heads/n1 $A\nupdate refs/heads/n2 $A $B\ncreate refs/heads/n3 $X\ncreate refs/heads/n4/m $A\n" --batch-updates
"$GIT" update-ref -m "noop  msg" refs/heads/main $B
"$GIT" update-ref -m noopH HEAD $B
"$GIT" update-ref -m back HEAD $A
"$GIT" update-ref -m fwd refs/heads/main $B
"$GIT" update-ref -m vias refs/heads/sym $A
"$GIT" update-ref -m delh -d HEAD
"$GIT" update-ref -m again HEAD $B
"$GIT" symbolic-ref -d refs/heads/sym
"$GIT" update-ref
"$GIT" update-ref -m '' refs/heads/x $A
"$GIT" update-ref --batch-updates refs/heads/x $A
"$GIT" reflog list
"$GIT" for-each-ref
