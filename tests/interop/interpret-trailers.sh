# git interpret-trailers; trailer.*
#: cells sha1-files
"$GIT" init -q .
printf 'subject\n\nbody\n\nFoo:bar\nBaz :  qux  \nFolded: a\n  b\nFoo: x\n' >m
printf 's\n\nbody\n' >b
t() { "$GIT" interpret-trailers "$@"; }
t m
t --only-trailers m
t --no-only-trailers m
t --parse m
t --unfold m
t --no-unfold m
t --trailer 'foo: y' m
t --trailer 'Foo: x' m
t --trailer Foo:x --trailer New=1 --trailer 'N ew  :  2  ' m
t --trailer Foo --trailer 'Empty:' m
t --trim-empty --trailer Foo m
t --no-trim-empty --trailer Foo m
t --trailer '' m
t --trailer ':x' m
t --trailer '=x' m
t --trailer 'Foo bar' m
t --trailer a:b --no-trailer m
for where in start before after end; do
    t --where $where --trailer 'Foo: z' m
    t --where $where --trailer 'Foo: bar' m
    t --where $where --trailer 'Baz: qux' m
    t --where $where --trailer 'New: qux' m
    for exists in add addIfDifferent addIfDifferentNeighbor replace doNothing; do
        t --if-exists $exists --where $where --trailer 'Foo: bar' --trailer 'Baz: 1' m
    done
done
t --if-exists doNothing --trailer 'Foo: q' --no-if-exists --trailer 'Foo: r' m
t --if-missing doNothing --trailer 'Q: q' --no-if-missing --trailer 'R: r' m
t --if-missing add --trailer 'Q: q' m
t --if-missing foo m
t --where foo m
t --if-exists foo m
t --only-input --trailer x:y m
t --no-only-input --trailer x:y m
t --parse --trailer x:y m
printf 'subject' | t --trailer 'A: b'
printf 'subject\n\nbody' | t --trailer 'A: b'
printf '' | t --trailer 'A: b'
printf 'subject\n\nA: b\n---\npatch\n' | t --trailer 'C: d'
printf 'subject\n\nA: b\n---\npatch\n' | t --no-divider --trailer 'C: d'
printf 'subject\n\nA: b\n---\npatch\n' | t --divider --only-trailers
printf 's\n\nA: b\n\n\n' | t --trailer C:d
printf 's\n\nbody\n# comment\n' | t --trailer C:d
printf 's\n\nA: b\n# comment\n# c2\n\n' | t --trailer C:d
printf 's\n\nA: b\n#x\nc: d\n' | t --trailer x:y
printf 's\n\nA: b\nConflicts:\n\tfoo\n' | t --trailer x:y
printf 's\n\nA: b\n\nConflicts:\n\tfoo\n' | t --trailer x:y
printf 's\n\nA: b\n# ------------------------ >8 ------------------------\nfoo\n' | t --trailer x:y
printf 's\n\nA:\n b\n\tc\n' | t --unfold
printf 's\n\n b\nA:\n b\n' | t --trailer x:y
printf 's\n\nA: b\n' | t --trailer 'x:  a\n  b  '
printf 's\n\nA: b\nc: d\n' | t --where=end --trailer A:b
printf 's\n\nA: b\nc: d\n' | t --where=start --trailer c:d
printf 's\n\nA: b\nfoo\nbar\nSigned-off-by: x\n' | t --trailer C:d --only-trailers
printf 's\n\nA: b\nfoo\nbar\nSigned-off-by: x\n' | t --trailer C:d
printf 's\n\nA: b\nfoo\nA: c\nfoo2\n' | t --trailer x:3
printf 's\n\nA: b\n(cherry picked from commit abc)\nfoo2\nbar\n' | t --trailer x:3
t nope
t --in-place
cp m m2
cp m m3
t --in-place --trailer x:y m2 m3 nope
cat m2 m3
t --no-in-place --trailer x:y m m2
# The configuration.
c() { a=$1; shift; "$GIT" -c "$a" interpret-trailers "$@"; }
for text in sign:x 'si: x' 'Signed-off: x' 'signed-off-by: x' 'signx: x' 'sign'; do
    c 'trailer.sign.key=Signed-off-by: ' --trailer "$text" b
done
c trailer.ack.key=Acked-by --trailer ack:x b
c 'trailer.ack.key=Acked-by= ' --trailer ack:x b
"$GIT" config trailer.separators ':#'
"$GIT" config trailer.fix.key 'Fix #'
for text in fix=42 'Fix: 42' 'fix#42' 'foo#42'; do t --trailer "$text" b; done
printf 's\n\nFix #42\nA# x\nB:c\n' | t --trailer fix=43
printf 's\n\nFix #42\nA# x\nB:c\n' | t --parse
"$GIT" config --remove-section trailer.fix
c 'trailer.separators=%=$' --trailer 'a$b' b
c 'trailer.separators=%=$' --trailer 'a:b' b
printf 's\n\na%%b\nc: d\n' | c 'trailer.separators=%=$' --trailer x=y
"$GIT" config --remove-section trailer
"$GIT" config trailer.ack.key Acked-by
printf 's\n\nack: b\nacked: x\nackedx: y\n' | t
printf 's\n\nack: b\nacked: x\nackedx: y\n' | t --only-input
"$GIT" config trailer.ack.where start
"$GIT" config trailer.ack.ifexists replace
"$GIT" config trailer.ack.ifmissing donothing
t --trailer ack:x b
printf 's\n\nA: b\nAcked-by: q\n' | t --trailer ack:x
"$GIT" config --remove-section trailer.ack
"$GIT" config trailer.x.key X
"$GIT" config trailer.x.cmd 'echo "[$1]"'
t b
t --trailer x:1 --trailer x=2 b
t --trailer x b
t --trailer y:1 b
"$GIT" config --unset trailer.x.cmd
"$GIT" config trailer.x.command 'echo "[$ARG] $ARG"'
t b
t --trailer x:1 b
t --only-input b
"$GIT" config trailer.x.command 'echo hi; exit 3'
t --trailer x:1 b
"$GIT" config --unset trailer.x.command
c trailer.x.cmd=nosuchprogram --trailer x:1 b
c trailer.x.cmd=true --trim-empty --trailer x:1 b
c trailer.x.where=before --trailer x:3 m
printf 's\n\nA: b\nX: 1\nC: d\nX: 2\n' | c trailer.x.where=before --trailer x:3
printf 's\n\nA: b\nX: 1\nC: d\n' | c trailer.x.where=after --trailer x:3
printf 's\n\nA: b\nX: 1\nC: d\n' | c trailer.x.where=after --where=before --trailer x:3 --where=end --trailer y:4 --no-where --trailer x:5
for key in where ifexists ifmissing x.where x.ifexists x.ifmissing x.foo; do c trailer.$key=foo b; done
c trailer.x.key b
c trailer.x.key=Y --trailer x:1 b
printf 's\n\nA: b\n' | c trailer.where=start --trailer A:c
printf 's\n\nA: b\n' | c trailer.ifexists=add --trailer A:b
printf 's\n\nA: b\n' | c trailer.ifmissing=doNothing --trailer B:b
printf 's\n\nA: b\n;x\n' | c 'core.commentChar=;' --trailer x:y
printf 's\n\nA: b\nfoo\nfoo2\nfoo3\n' | c trailer.a.key=A --trailer x:3
printf 's\n\nA: b\nfoo\nfoo2\nfoo3\nfoo4\n' | c trailer.a.key=A --trailer x:3
# commit --trailer goes the same way.
"$GIT" config trailer.ack.key 'Acked-by: '
"$GIT" commit -q --allow-empty -m one --trailer ack=me --trailer x=1
"$GIT" log -1 --format=%B
"$GIT" commit -q --allow-empty -m "one

body
Some: thing
Signed-off-by: a" --trailer :nothing --trailer x=1 -s
"$GIT" log -1 --format=%B
"$GIT" commit -q --allow-empty -m last
