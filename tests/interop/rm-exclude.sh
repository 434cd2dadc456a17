# rm with patterns that only leave out.
#: cells sha1-files
"$GIT" init -q -b main r40; cd r40; mkdir d; echo a>a; echo b>b; echo c>d/c; "$GIT" add .; "$GIT" commit -qm1; "$GIT" rm -r --cached ":!a"; "$GIT" reset -q; "$GIT" rm -n ":!a"; "$GIT" rm -n ":!a" b; "$GIT" rm -rn ":!nothing"; "$GIT" rm -n ":!d"
