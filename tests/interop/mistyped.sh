#: cells sha1-files
# Words that are no command: what is meant can be a command, a program on PATH or an alias.
mkdir bin
for name in toul xyzzy; do
    printf '#!/bin/sh\necho "$(basename "$0")" "$@"\n' >bin/git-$name; chmod +x bin/git-$name
done
ln -s "$(command -v basename)" bin; ln -s "$(command -v sh)" bin
PATH=$PWD/bin
export PATH
"$QN_REAL" config --global alias.toull "check-ref-format --normalize alias//here"
for word in tou tol toull2 xyzz comit stats swtich sta brnach pus stahs rebas addd logg l lg x \
    chekout checkot cherry-pic re nosuch fetc remot conf confi cat ls-fil verson show-bran worktre \
    submodul bisec restor switc histor backfil clon branc statu intialize diffx git-log git f i; do
    "$GIT" $word
done
for value in 1 2 -2 0 immediate never prompt show bogus true no 1k; do
    [ $value = 1k ] || "$GIT" -c help.autocorrect=$value xyzz a "b c"
done
"$GIT" -c help.autocorrect xyzz a
"$GIT" -c help.autocorrect=immediate toul2
"$GIT" -c help.autocorrect=immediate check-ref-forma --normalize a//b
"$GIT" -c help.autocorrect=immediate tou
"$GIT" xyzzy one "two three"
"$GIT" toull
