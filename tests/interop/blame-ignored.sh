#: cells sha1-files
#: end no
# blame --ignore-rev: which line of the parent an ignored commit's line goes to, marks
"$GIT" init -q -b main
show() { for o in -s "-s -n" -p "-s -w" "-s -n -L2,4"; do "$GIT" blame $o --ignore-rev HEAD f; done; }
pair() { printf "$1" >f; "$QN_REAL" add f; "$QN_REAL" commit -qm "$3 before"; tick; printf "$2" >f; "$QN_REAL" commit -qam "$3"; tick; show; }
pair 'int one(int a);\nint two(int b);\nend\n' 'int  one(int a, int c);\nint  TWO(int b);\nnew\nend\n' "in place"
pair '#1\nhello world foo\n#2\n#3\n' '#1\nhello world foo\n#2\nhello world fox\nhello world fix\n#3\n' "elsewhere in the file"
pair '#0\nhello world foo\n#2\n#3\n#4\nhello world foo\n#6\n' '#0\nhello world foo\n#2\nhello world fox\n#3\n#4\nhello world foo\n#6\n' "two that are as near"
pair 'abcdefgh\nabcdefghi\n#2\n#3\n' 'abcdefgh\nabcdefghi\n#2\nzz abcdefgh\nzz abcdefghi\n#3\n' "ten pairs are needed"
pair 'hello world foo\n#1\n#2\n#3\n' 'hello world fox\n#1\n#2\nhello world fox\n#3\n' "taken by a change before"
pair '#1\n#2\nhello world foo\n#3\n' 'hello world fox\n#1\n#2\nhello world fox\n#3\n' "taken by a change behind"
pair 'oaad\noab aab\noddd  \n' 'nddd ab\nn  \nnab\nnabbbc\n' "surest first"
pair 'o    d\nocd cdb\noc c bc\no b \n' 'n  b  \nna   b\n' "place counts"
i=0; while test $i -lt 40; do i=$((i + 1)); echo "line $((i * 7919 % 101)) of $i"; done >f; "$QN_REAL" commit -qam long; tick
sed -e 's/line/  row/' -e '5d' -e '20s/.*/something/' -e '30s/$/ and more/' f >x; mv x f; "$QN_REAL" commit -qam "long changed"; tick; show
printf '#1\n#2\n' >f; "$QN_REAL" commit -qam base; tick; printf '#1\nhello world foo\n#2\n' >f; "$QN_REAL" commit -qam add; tick; printf '#1\nhello world food\nnothing\n#2\n' >f; "$QN_REAL" commit -qam change; tick
for c in "-c blame.markIgnoredLines" "-c blame.markUnblamableLines" "-c blame.markIgnoredLines -c blame.markUnblamableLines" ""; do for o in -s -p --line-porcelain --incremental -c "-s --abbrev=40"; do "$GIT" $c blame $o --ignore-rev HEAD --ignore-rev HEAD~1 f; "$GIT" $c blame $o --ignore-rev HEAD f; done; done
"$QN_REAL" checkout -q -b side HEAD~1; echo side >>f; "$QN_REAL" commit -qam side; tick; "$QN_REAL" checkout -q main; "$QN_REAL" merge -q --no-commit side >/dev/null 2>&1; sed -i -e '/^[<=>][<=>]/d' -e 's/^#2/#2 merged by hand/' f; "$QN_REAL" commit -qam merged; tick
for o in -s -p "-s -M" "-s -C"; do "$GIT" -c blame.markIgnoredLines -c blame.markUnblamableLines blame $o --ignore-rev HEAD f; done
