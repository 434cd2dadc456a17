#: cells sha1-files
# core.checkStat=minimal looks at whole seconds: what is changed in the second in
# which the index was written, to the same size, must be seen all the same.
"$QN_REAL" init -q . && "$QN_REAL" config core.checkStat minimal
for i in 1 2 3 4 5 6; do
    echo aaaa >f; echo bbbb >g; touch -d @1700000000.100 f g
    "$GIT" add f g
    # the index is as old as the files, by whole seconds
    touch -d @1700000000.900 .git/index
    echo cccc >f; touch -d @1700000000.200 f
    "$GIT" diff --name-only
    "$GIT" diff-files --name-only
    "$GIT" status --porcelain
    touch -d @1700000000.900 .git/index
    case $i in
    1) "$GIT" commit -q -a -m "one" ;;
    2) "$GIT" add -u; "$GIT" diff --cached --name-only ;;
    3) "$GIT" update-index --refresh ;;
    4) "$GIT" checkout f; cat f >>log; note_file log ;;
    5) "$GIT" reset -q --hard; note_file f ;;
    6) "$GIT" rm -q f ;;
    esac
done
