# fast-import: every command once, and what comes out of it.
"$GIT" init -q -b main .
id=$("$GIT" hash-object -w --stdin <<E
there before
E
)
zero=$("$GIT" hash-object --stdin </dev/null | tr 0-9a-f 0)
sub=$(echo $zero | tr 0 5)
tree=$("$GIT" mktree </dev/null)
cat >stream <<E
feature done
# comment
blob
mark :1
data 3
abc
blob
mark :2
original-oid foo
data <<EOF
x
y
EOF

commit refs/heads/main
mark :3
original-oid zz
author A <a@x> 1 +0000
committer B <b@x> 2 +0100
gpgsig sha1 openpgp
data 3
sigencoding latin1
data 4
msg

M 100644 :1 d/a
M 644 inline "q\"t"
data 2
zz
M 755 :2 x
M 120000 :1 l
M 160000 $sub sub
M 100644 $id there/before
C d e
R x d/x
ls "d/x"
ls "d"
ls "e"
ls ""
cat-blob :2
ls "nosuch"
ls "sp ace"
D l
progress hello world

commit refs/heads/main
committer B <b@x> 3 +0100
data 3
two
R d/a new/deep/er/a
D e
C new "new/copy"

commit refs/heads/other
mark :5
committer B <b@x> 3 +0100
data 2
o
from refs/heads/main
merge :3
deleteall
M 040000 $tree zz
M 100644 :1 only
N inline :3
data 4
note
checkpoint

reset refs/tags/light
from :5

reset refs/heads/gone

tag annot
mark :9
from :5
original-oid t
tagger T <t@x> 5 -0130
data 3
tag
tag annot2
from :9
tagger T <t@x> 5 -0130
data 3
tag
tag bl
from :1
tagger T <t@x> 5 -0130
data 1
x
alias
mark :11
to :3

get-mark :11
ls :5 only
ls :3 d
ls :9 only
cat-blob $id
cat-blob $(echo $sub | tr 5 6)
done
junk
E
"$GIT" fast-import --quiet --export-marks=marks <stream
cat marks
"$GIT" for-each-ref
for ref in refs/heads/main refs/heads/main~1 refs/heads/other annot annot2 bl; do "$GIT" cat-file -p $ref; done
"$GIT" ls-tree -r -t refs/heads/main
"$GIT" ls-tree -r -t refs/heads/main~1
"$GIT" ls-tree -r -t refs/heads/other
"$GIT" reflog refs/heads/main
# again: what is there is not made twice; a branch does not go back
"$GIT" fast-import --quiet --import-marks=marks --export-marks=sub/dir/marks2 <<E
commit refs/heads/main
mark :20
committer B <b@x> 4 +0000
data 5
again
from :3
M 100644 :2 again
E
cat sub/dir/marks2
"$GIT" fast-import --quiet --force --import-marks=marks --import-marks-if-exists=nosuch <<E
commit refs/heads/main
mark :20
committer B <b@x> 4 +0000
data 5
again
from :3
M 100644 :2 again

reset refs/heads/other
from $zero

E
"$GIT" for-each-ref
"$GIT" fast-import --quiet <<E
commit refs/heads/main
committer B <b@x> 5 +0000
data 2
on
from refs/heads/main^0
R again a/b/c/d/e
D there

commit refs/heads/main
committer B <b@x> 6 +0000
data 3
off
D a/b/c/d/e
R "" inside
E
"$GIT" log --format=%s --name-status main
# paths that stand in each other's way
"$GIT" fast-import --quiet <<E
commit refs/heads/ways
committer B <b@x> 5 +0000
data 2
1
M 644 inline a
data 1
1
M 644 inline a/b
data 1
2
M 644 inline a-b
data 1
3
M 644 inline a.b
data 1
4
M 644 inline c/d/e
data 1
5
M 644 inline c/d
data 1
6
C a c/a
R c/d c/a/d
C "" all
D c/a/b
C all/a all/a/again
R all/a/again all
E
"$GIT" ls-tree -r -t ways
# relative marks, options in the stream, dates
"$GIT" fast-import --quiet --relative-marks --export-marks=here/m --no-relative-marks <<E
option git depth=5
option git active-branches=1
option hg anything
blob
mark :1
data 1
x
commit refs/heads/d1
mark :2
committer B <b@x> 5 +0000
data 0
M 644 :1 a
commit refs/heads/d2
committer B <b@x> 5 +0000
data 0
M 644 :1 b
commit refs/heads/d1
committer B <b@x> 6 +0000
data 0
M 644 :1 c
E
cat .git/info/fast-import/here/m
"$GIT" ls-tree d1
"$GIT" fast-import --quiet --date-format=rfc2822 <<E
commit refs/heads/rfc
committer B <b@x> Tue Feb 6 11:22:18 2007 -0500
data 0
E
"$GIT" cat-file commit rfc
"$GIT" fast-import --quiet --date-format=raw-permissive <<E
commit refs/heads/raw
committer B <b@x> 1 +9999
data 0
E
"$GIT" cat-file commit raw
"$GIT" fast-import --quiet --date-format=rfc2822 <<E
commit refs/heads/rfc2
committer B <b@x> nonsense
data 0
E
"$GIT" fast-import --quiet --date-format=now <<E
commit refs/heads/rfc2
committer B <b@x> 1 +0000
data 0
E
# a front end that asks, on a descriptor of its own
"$GIT" fast-import --quiet --cat-blob-fd=3 3>answers <<E
blob
mark :1
data 3
abc
cat-blob :1
progress p
get-mark :1
E
cat answers
# unsafe features
printf 'feature export-marks=unsafe\nblob\nmark :1\ndata 0\n' | "$GIT" fast-import --quiet --allow-unsafe-features
cat unsafe
printf 'feature import-marks-if-exists=nosuch\nfeature import-marks=unsafe\n' | "$GIT" fast-import --quiet --allow-unsafe-features
