# merge-index, merge-one-file, fmt-merge-msg, check-mailmap, get-tar-commit-id
#: cells sha1-files sha256-reftable
"$GIT" init -q .
seq 10 >a
seq 10 >d
echo s >same
seq 5 >mode
"$GIT" add .
"$GIT" commit -q -m base
"$GIT" checkout -q -b other
sed -i s/3/three/ a
echo x >>d
echo new >n
echo one >both
"$GIT" add .
"$GIT" rm -q same
"$GIT" commit -q -m other
"$GIT" checkout -q main
sed -i s/8/eight/ a
"$GIT" rm -q d
echo one >both
"$GIT" add .
"$GIT" commit -q -m ours
base=$("$GIT" merge-base main other)
"$GIT" read-tree -m "$base" main other
"$GIT" ls-files -s
"$GIT" merge-index echo -a
"$GIT" merge-index echo -- a
"$GIT" merge-index echo a -a
"$GIT" merge-index false -a
"$GIT" merge-index -o false -a
"$GIT" merge-index -q false -a
"$GIT" merge-index -o -q false -a
"$GIT" merge-index echo nope
"$GIT" merge-index echo
"$GIT" merge-index echo -x
"$GIT" merge-index nosuchprogram a
"$GIT" merge-index -o git-merge-one-file -a
"$GIT" ls-files -s
cat a
"$GIT" reset -q --hard
A=$(printf 'a\nb\nc\nd\ne\n' | "$GIT" hash-object -w --stdin)
B=$(printf 'A\nb\nc\nd\ne\n' | "$GIT" hash-object -w --stdin)
C=$(printf 'a\nb\nc\nd\nE\n' | "$GIT" hash-object -w --stdin)
one() {
    rm -f f .git/index
    "$GIT" merge-one-file "$@"
    "$GIT" ls-files -s
    cat f
}
o=100644 x=100755 l=120000 s=160000
one $A "" "" f $o "" ""
one $A $A "" f $o $o ""
one $A $A "" f $o $x ""
one $A "" $A f $o "" $o
one $A "" $A f $o "" $x
one $A $B "" f $o $o ""
one "" "" $A f "" "" $o
one "" "" $A f "" "" $x
one "" $A "" f "" $o ""
one "" $A $A f "" $o $o
one "" $A $A f "" $o $x
one $A $B $C f $o $l $o
one $A $B $C f $o $o $l
one $A $A $B f $s $s $s
one "" "" "" f "" "" ""
"$GIT" reset -q --hard
# The message of a merge.
"$GIT" checkout -q -b t
for i in 1 2 3; do "$GIT" commit -q --allow-empty -m "t $i"; done
"$GIT" checkout -q -b u main
"$GIT" commit -q --allow-empty -m "u 1"
"$GIT" checkout -q main
"$GIT" commit -q --allow-empty -m m
T=$("$GIT" rev-parse t)
U=$("$GIT" rev-parse u)
printf "$T\t\tbranch 't' of ../foo\n$U\t\tbranch 'u' of ../foo\n" >in1
printf "$T\t\tbranch 't'\n$U\tnot-for-merge\tbranch 'u'\n" >in2
printf "$T\t\tbranch 't' of .\n$U\t\ttag 'u' of .\n" >in3
printf "$T\t\t../foo\n" >in4
printf "$T\t\tremote-tracking branch 'x/y'\n$T\t\t'nope' of bar\n" >in5
printf "$T\t\tbranch 't' of a\n$U\t\tbranch 'u' of b\n$U\t\ttag 'z' of b\n" >in6
printf "$T\n" >in7
printf "zz\t\tbranch 'x'\n" >in8
printf "$T\tbranch 'x'\n" >in9
printf "$T\t\tcommit '$T'\n" >in10
: >in11
for i in 1 2 3 4 5 6 7 8 9 10 11; do "$GIT" fmt-merge-msg <in$i; done
"$GIT" tag -a -m "words of a tag" -m more words u; printf "$("$GIT" rev-parse words)\t\ttag 'words' of ../foo\n$T\t\tbranch 't' of ../foo\n" >in12; "$GIT" fmt-merge-msg --log <in12
"$GIT" fmt-merge-msg --log <in1
"$GIT" fmt-merge-msg --log=1 <in1
"$GIT" fmt-merge-msg --no-log <in1
"$GIT" fmt-merge-msg --summary <in1
"$GIT" fmt-merge-msg --no-summary <in1
"$GIT" fmt-merge-msg -m hello --log=1 <in1
"$GIT" fmt-merge-msg --message hello --no-message <in1
"$GIT" fmt-merge-msg -m hello <in1
"$GIT" fmt-merge-msg --into-name foo <in1
"$GIT" fmt-merge-msg --into-name main <in1
"$GIT" fmt-merge-msg --into-name refs/heads/foo <in1
"$GIT" fmt-merge-msg --no-into-name <in1
"$GIT" fmt-merge-msg extra <in1
"$GIT" fmt-merge-msg -F nope
"$GIT" fmt-merge-msg --file=in1 --no-file <in2
"$GIT" -c merge.log=2 fmt-merge-msg -F in1
"$GIT" -c merge.summary=true fmt-merge-msg -F in1
"$GIT" -c merge.log=false fmt-merge-msg -F in1
"$GIT" -c merge.log=foo fmt-merge-msg -F in1
"$GIT" -c merge.branchdesc=true -c branch.t.description='the t' fmt-merge-msg --log -F in2
"$GIT" -c 'merge.suppressDest=x*' fmt-merge-msg --into-name xy -F in1
"$GIT" -c 'merge.suppressDest=x*' fmt-merge-msg -F in1
"$GIT" -c merge.suppressDest= fmt-merge-msg -F in2
# Names.
printf 'Proper <p@x> <old@x>\nNew Name <new@x> Old <o@x>\n' >.mailmap
printf 'Third <z@z> <old@x>\n' >more
for who in 'Foo <old@x>' '<old@x>' 'old@x' 'Old <o@x>' 'Foo <o@x>' foo 'Foo Bar' '<>' '' \
    'Foo <bar' ' Foo  <old@x> junk' 'OLD@X' '<OLD@X>'; do
    "$GIT" check-mailmap "$who"
done
printf 'Foo <old@x>\nbad\n' | "$GIT" check-mailmap --stdin
printf 'Foo <old@x>\nbad\n' | "$GIT" check-mailmap --stdin 'a@b'
"$GIT" check-mailmap --no-stdin
"$GIT" check-mailmap --mailmap-file=more '<old@x>'
"$GIT" check-mailmap --mailmap-file=nope '<old@x>'
"$GIT" check-mailmap --mailmap-file=more --no-mailmap-file '<old@x>'
"$GIT" check-mailmap --mailmap-blob=nope '<old@x>'
blob=$("$GIT" hash-object -w more)
"$GIT" check-mailmap --mailmap-blob="$blob" '<old@x>'
"$GIT" check-mailmap --mailmap-blob="$blob" --no-mailmap-blob '<old@x>'
"$GIT" -c mailmap.file=more check-mailmap '<old@x>'
"$GIT" -c mailmap.blob="$blob" check-mailmap '<old@x>'
# A tar file by its first two blocks.
head -c 1024 /dev/zero | "$GIT" get-tar-commit-id
"$GIT" get-tar-commit-id x
{
    head -c 156 /dev/zero
    printf g
    head -c 355 /dev/zero
    printf '52 comment=7a4caf0edb53cd5343ac70eb107599c0e2a6134f\n'
    head -c 460 /dev/zero
} | "$GIT" get-tar-commit-id
