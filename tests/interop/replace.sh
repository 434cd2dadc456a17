# git replace, and objects read through replacements.
#: cells sha1-files sha256-reftable
"$GIT" init -q .
echo one >f
"$GIT" add f
"$GIT" commit -q -m one
echo two >f
"$GIT" commit -q -a -m two
"$GIT" tag -a -m tag v1
"$GIT" branch other HEAD^
B1=$(echo blob1 | "$QN_REAL" hash-object -w --stdin)
B2=$(echo blob2 | "$QN_REAL" hash-object -w --stdin)
H=$("$QN_REAL" rev-parse HEAD)
P=$("$QN_REAL" rev-parse HEAD^)
r() { "$GIT" replace "$@"; }
r $B1 $B2
r
r -l
r --list
r -l --format=short
r --format=medium
r --format=long
r --format=foo
r --format=
r --format=medium --no-format
"$GIT" cat-file -p $B1
"$GIT" cat-file --batch-check <<IN
$B1
IN
"$GIT" --no-replace-objects cat-file -p $B1
GIT_NO_REPLACE_OBJECTS=1 "$GIT" cat-file -p $B1
"$GIT" -c core.useReplaceRefs=false cat-file -p $B1
"$GIT" --no-replace-objects replace
r $B1 $B2
r -f $B1 $B2
r --force --no-force $B1 $B2
r -d $B1
r -d $B1
r -d nope
r -d
r --delete nope $B1
r $B1
r $B1 $H
r -f $B1 $H
r -d $B1
r nope $H
r $H nope
r --graft HEAD
"$GIT" log --oneline
r
r -l 'x*'
r -l "$(echo $H | cut -c1-6)*"
r -d $H
r --graft HEAD HEAD^
r --graft nope
r --graft HEAD nope
r --graft HEAD "HEAD^{tree}"
r --graft "HEAD^{tree}"
r -g v1
r -d $H
GIT_EDITOR='sed -i s/Ann/Bob/' r -e HEAD
"$GIT" cat-file -p HEAD
"$GIT" log -1 --format=%an
GIT_EDITOR=true r -e other
GIT_EDITOR=true r -e HEAD
GIT_EDITOR=false r --edit other
GIT_EDITOR='sed -i s/tree/t/' r -e other
GIT_EDITOR='sed -i s/f$/g/' r -e "other^{tree}"
"$GIT" ls-tree other
GIT_EDITOR='sed -i s/f/g/' r -f --raw -e "other^{tree}"
"$GIT" ls-tree other
GIT_EDITOR='echo more >>' r -e v1
"$GIT" cat-file -p v1
r -e nope
for hex in $("$QN_REAL" replace); do "$QN_REAL" replace -d $hex >/dev/null; done
mkdir -p .git/info
printf "# c\n$H\n" >.git/info/grafts
r --convert-graft-file
test -f .git/info/grafts && echo still there
"$GIT" log --oneline
r --convert-graft-file
printf "# c\n$P\nfoo\n" >.git/info/grafts
r --convert-graft-file
rm -f .git/info/grafts
r -l -d
r -e
r -e a b
r --graft
r -l a b
r a b c
r --convert-graft-file x
r --format=short $B1 $B2
r --raw -l
r --no-raw -l
r -f -l
r -d -f x
GIT_REPLACE_REF_BASE=refs/mine/ "$GIT" replace $B1 $B2
GIT_REPLACE_REF_BASE=refs/mine/ "$GIT" cat-file -p $B1
GIT_REPLACE_REF_BASE=refs/mine/ "$GIT" replace
"$GIT" cat-file -p $B1
