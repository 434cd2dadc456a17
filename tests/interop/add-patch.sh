#: cells sha1-files
# add -p: hunks chosen one by one.
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
seq 1 40 >f; seq 1 10 >g; mkdir sub; seq 5 >sub/x
printf '0\0\1' >bin; : >empty; ln -s a link; echo x >'sp ace	tab'; seq 5 >mode; seq 20 >nonl; seq 3 >del
"$GIT" add .; "$GIT" commit -qm one
p '' add -p
sed -i 's/^5$/5x/;s/^7$/7x/;s/^30$/30x/' f; sed -i 's/^2$/two/' g; chmod +x g; echo new >n
p '?\nq\n' add -p
p 'z\nP\np\ng\n1\nj\nk\nJ\nK\ns\nd\nd\n' add -p
p 'y\ny\ny\ny\ny\n' add -p -- f
"$GIT" diff --cached; "$GIT" reset -q
p 's\ny\nn\ny\nn\ny\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
p 's\n/\n30\nnn\n\n/\n/zz\n/3\ng 9\ng x\ngg\ng1\ng\n\nq\n' add -p
p 'y' add -p
"$GIT" diff --cached --stat; "$GIT" reset -q
p 'yes\nYES\nY\nN\nQ\n' add -p
p 'S\nE\nG\nX\n>\n<\n' add -p
"$GIT" diff --cached --stat; "$GIT" reset -q
p 'J\nJ\nJ\n' add -p --no-auto-advance
p 'n\ny\nj\nk\nJ\n>\n<\n?\n' add -p --no-auto-advance
"$GIT" diff --cached --stat; "$GIT" reset -q
p '?\n>\n<\ny\n?\ny\n?\nn\nq\n' add -p --no-auto-advance f
p 's\ny\nd\n>\na\nq\n' add -p --no-auto-advance
"$GIT" diff --cached; "$GIT" reset -q
p 'J\na\nj\n' add -p --no-auto-advance f
"$GIT" diff --cached --stat; "$GIT" reset -q
p 'J\na\nj\n' add -p f
"$GIT" diff --cached --stat; "$GIT" reset -q
p 'J\nd\ny\n' add -p f
"$GIT" diff --cached --stat; "$GIT" reset -q
"$GIT" checkout -q .
sed -i 1d f; rm del; printf '0\0\2' >bin; echo full >empty; ln -sfn b link; echo y >'sp ace	tab'; chmod +x mode; rm g; echo new >new; echo ita >ita; "$GIT" add -N ita; : >itae; "$GIT" add -N itae; printf 'a\nb' >nonl
p 'J\nj\nk\nK\ng\n/\ns\nz\n' add -p f
p '\n' add -p del
p 'e\n?\n' add -p del
p '' add -p bin
p '' add -p bin new
p '' add -p new
p '' add -p nope
p '' add -p empty
p '?\n' add -p ita
p 'e\n?\ny\n' add -p itae
"$GIT" ls-files -s
p 'y\n' add -p link
p 'y\n' add -p 'sp ace	tab'
p '?\ny\n' add -p mode
p 'd\nd\nd\nd\nd\nd\nd\nd\n' add -p
p 'a\na\na\na\na\na\na\na\n' add -p
"$GIT" status -s; "$GIT" diff
p '' add -p
"$GIT" reset -q --hard
sed -i '5,6d;s/^20$/20x\n20y/;s/^30$/30x/;1s/.*/one/;$s/.*/last/' f
p 'n\nJ\na\ng\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
p 'y\nn\ng\n9\nq\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
p 's\nn\ns\ny\np\nJ\nJ\nq\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
p 's\ny\np\nq\n' -c diff.context=0 add -p
p 's\ny\np\nq\n' add -p -U1
"$GIT" diff --cached; "$GIT" reset -q
p 's\ny\np\nq\n' add -p -U1 --inter-hunk-context=20
"$GIT" diff --cached; "$GIT" reset -q
p 's\nq\n' -c diff.interHunkContext=20 add -p
p 's\ny\nn\ny\ny\n' -c diff.interHunkContext=20 add -p
"$GIT" diff --cached; "$GIT" reset -q
p '' add -U1
p 'q\n' add -p -U-1
p '' add -p -Ux
p '' add --inter-hunk-context=3 f
p '' add --no-auto-advance f
p '' add -p -n f
p 'q\n' add -p -A -u -f -N --refresh f
p '' add -p --pathspec-from-file=x
p 'e\nd\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
EDSED='s/^ 7/ 7bad/' p 'e\ny\nx\nno\nq\n' add -p
EDSED='/^[-+ ]/d' p 'e\ny\nn\n' add -p
EDSED='/./d' p 'e\nn\nq\n' add -p
EDRC=1 p 'e\nn\nq\n' add -p
EDSED='s/^@@.*/garbage/' p 'e\nn\nq\n' add -p
EDSED='s/^+one/+one\n+two/;s/^-5/ 5/' p 'e\nK\np\nq\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
"$GIT" checkout -q .
sed -i 's/^5$/5x/;s/^7$/7x/;s/^30$/30x/' f
EDSED='s/^ 6/-6/' p 's\ne\nn\nK\np\nq\n' add -p
EDSED='s/^ 6/-6/' p 's\nn\ne\nn\nK\np\nq\n' add -p
EDSED='s/^ 3/-3/' p 's\ne\ny\ny\n' add -p
"$GIT" diff --cached; "$GIT" reset -q
"$GIT" -c core.commentString=';;;' status -s
printf 'e\nq\n' | "$GIT" -c core.commentString=';;;' add -p
"$GIT" reset -q
cd sub; sed -i 's/^3$/3x/' x
p 'q\n' add -p .
p 'y\n' add -p x
p 'q\n' add -p
cd ..
"$GIT" reset -q --hard
for i in `seq 100`; do echo $i; echo; echo; echo; echo; echo; echo; echo; done >many
"$GIT" add many; "$GIT" commit -qm many
sed -i 's/^[0-9][0-9]*$/& a very long line that goes on and on and on until it is cut and a bit further, Äé	b/' many
p 'y\nn\nJ\ng\n\n33\ny\ng\n\n\n\n\n\n99\ng\nq\n' add -p
