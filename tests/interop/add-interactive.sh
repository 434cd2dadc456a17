#: cells sha1-files
# add -i: the menu; add -e.
p() { keys=$1; shift; printf "$keys" | "$GIT" "$@"; }
cat >"$HOME/ed" <<'EOF'
#!/bin/sh
echo "EDITOR"; cat "$1"; echo "ENDEDITOR"
[ -z "$EDSED" ] || sed -i "$EDSED" "$1"
[ -z "$EDRC" ] || exit $EDRC
EOF
chmod +x "$HOME/ed"
export GIT_EDITOR="$HOME/ed"
"$GIT" init -q
p '' add -i
seq 20 >f; seq 10 >g; printf '\0a' >bin; echo d >del; mkdir sub; echo x >sub/x; "$GIT" add .
p 's\nr\n1\n\nd\n1\nq\n' add -i
"$GIT" add .
"$GIT" commit -qm one
p '' add -i
sed -i 's/^5$/5x/' f; seq 12 >g; printf '\0b' >bin; rm del; echo new >new; echo n2 >n2; "$GIT" add g; seq 14 >g; echo st >st; "$GIT" add st
p 's\n1\nq\n' add -i
p '\n\nx\n9\nh\nst\n?\n6\n\nq\n' add -i
p 'u\n1\n2-3\n\n1\nq\n' add -i
"$GIT" reset -q; "$GIT" add st
p 'u\n?\n*\n-1\n-2-\n\nq\n' add -i
p 'r\n*\n\nq\n' add -i
"$GIT" status -s
p 'a\n1,2\n\nq\n' add -i
"$GIT" status -s
p 'a\nne\nnew\nn2\n\nq\n' add -i
p 'p\n1\n\ny\nq\n' add -i
p 'p\nf\n\ny\nd\n1\n\nq\n' add -i
p '7\n' add -i
p 'q\n' add -i f sub
p '5\n*\n\nq\ns\nq\n' add -i
"$GIT" reset -q --hard; rm -f new n2 st; sed -i 's/^5$/5x/' f; printf '\0cc' >bin; echo z >zz; "$GIT" add zz
p 'u\n1\n?\nx\n\nz\nh\n?\nq\n' -c color.ui=always add -i
"$GIT" reset -q --hard; printf '\0ccc' >bin
p 'p\na\nr\nd\nu\nq\n' add -i
"$GIT" reset -q --hard
p 'p\na\nr\nd\nu\nq\n' add -i
echo 1 >1a; echo 2 >'ab c'; echo 3 >'a,c'; echo 4 >'*'; echo 5 >'-x'; echo 6 >'é'; mkdir dd; echo 7 >dd/xx; echo 8 >dd/xy; echo 9 >'q"t'
p 'a\n\nq\n' add -i
p 'a\ndd/xx\n1a\n-1\n2\n-2-3\n,1 2,,4- \n-*\n1-\n\nq\n' add -i
p 'q\n' add -i nope
cd dd
p 'a\n*\nu\nq\n' add -i
cd ..
p '' add -i -n
p '' add -i --pathspec-from-file=x
p 'q\n' add -i -A -v
"$GIT" reset -q --hard; sed -i 's/^5$/5x/;s/^18/18x/' f; echo g >>g
p '' add -e
"$GIT" status -s; "$GIT" reset -q
EDSED='/./d' p '' add -e
EDSED='s/^ 6/ 7/' p '' add -e
"$GIT" status -s
EDSED='s/^+5x/+5x\n+5y/' p '' add -e f
"$GIT" diff --cached; "$GIT" reset -q
EDRC=2 p '' add -e f
"$GIT" checkout -q .
p '' add -e
p '' add -e nope
EDSED=1d p '' add -e f
sed -i 's/^5$/5x/;s/^18/18x/' f; echo q >>'q"t'; "$GIT" add -N 'q"t'
EDSED='s/x/y/' p '' add -e -v
"$GIT" diff --cached; rm g; chmod +x f; "$GIT" reset -q
p '' add -e -U1
p '' -c diff.noprefix=true -c diff.context=1 add -e
"$GIT" status -s
p '' add -e --pathspec-from-file=x
