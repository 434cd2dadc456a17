# ls-files, option by option.
#: cells sha1-files
"$GIT" init -q -b main
mkdir d; echo a >a; echo b >b; printf 'c\r\nc\r\n' >d/c; printf 'm\nm\r\n' >mixed; printf '\0x' >bin; ln -s a link
echo '*.o' >.gitignore; "$GIT" add -A; "$GIT" commit -q -m one
"$GIT" branch side; echo a2 >a; echo b2 >b; "$GIT" commit -q -a -m two
"$GIT" checkout -q side; echo a3 >a; "$GIT" rm -q b; "$GIT" commit -q -a -m three
"$GIT" merge main
"$GIT" ls-files -u
"$GIT" ls-files --unmerged -s -t
"$GIT" ls-files -t
"$GIT" ls-files -s --abbrev=5 -u
"$GIT" ls-files --deduplicate
"$GIT" ls-files --deduplicate -m -d -c
"$GIT" ls-files -m
"$GIT" ls-files -d
rm b
"$GIT" ls-files -d -m -t
"$GIT" ls-files --deduplicate -d -m
echo r >a; "$GIT" add a
"$GIT" ls-files --resolve-undo
"$GIT" ls-files --resolve-undo --abbrev=6 -z
"$GIT" ls-files --resolve-undo a d
"$GIT" reset -q --hard
"$GIT" ls-files --with-tree=main
"$GIT" ls-files --with-tree=main -s
"$GIT" ls-files --with-tree=main --error-unmatch b
"$GIT" ls-files --with-tree=nope
"$GIT" ls-files --with-tree=main -u
"$GIT" ls-files --eol
"$GIT" ls-files --eol -o
echo '*.c text=auto eol=lf' >.gitattributes; echo 'mixed -text' >>.gitattributes; echo 'd/* text' >>.gitattributes
"$GIT" ls-files --eol -o -c --exclude-standard
"$GIT" ls-files --format='%(objectmode)%x09%(objecttype) %(objectname) %(objectsize) %(objectsize:padded)|%(stage) %(path)%%'
"$GIT" ls-files --format='%(eolinfo:index) %(eolinfo:worktree) %(eolattr) %(path)'
"$GIT" ls-files --format='%(objectname)' --abbrev=6 a
"$GIT" ls-files --format='%(nope)'
"$GIT" ls-files --format='%q'
"$GIT" ls-files --format='%(path'
"$GIT" ls-files --format='%(path)' -s
"$GIT" ls-files --format='%(path)' -o
"$GIT" ls-files --format='%(path)' -t
"$GIT" ls-files --format='%(path)' --eol
"$GIT" ls-files --format='%(path)' --deduplicate
"$GIT" ls-files --format='%(path)' -z
"$GIT" ls-files --format='%(path)' -m
"$GIT" update-index --assume-unchanged a; "$GIT" update-index --skip-worktree mixed
"$GIT" ls-files -v; "$GIT" ls-files -t; "$GIT" ls-files -f; "$GIT" ls-files -v -s
echo n >n; "$GIT" add -N n; "$GIT" ls-files -s n; "$GIT" ls-files -m; "$GIT" ls-files -t -m -d
mkdir -p u/v empty; echo x >u/v/x; echo o >u/x.o; echo o >x.o
"$GIT" ls-files -o
"$GIT" ls-files -o --directory
"$GIT" ls-files -o --directory --no-empty-directory
"$GIT" ls-files -o --exclude-standard
"$GIT" ls-files -o --exclude-standard --directory
"$GIT" ls-files -o -i --exclude-standard
"$GIT" ls-files -o -i --exclude-standard --directory
"$GIT" ls-files -o -i -x 'x'
"$GIT" ls-files -o -x '*' -x '!n*'
printf '*.o\nu\n' >/dev/null; printf 'v\n' >.ig
"$GIT" ls-files -o --exclude-per-directory=.ig
"$GIT" ls-files -o -X .ig
"$GIT" ls-files -o -X none
"$GIT" ls-files -c -i -x 'd*'
"$GIT" ls-files -i
"$GIT" ls-files -i -o
"$GIT" ls-files -i -o -c --exclude-standard
"$GIT" ls-files -o -t
"$GIT" ls-files -o -c -t u d
"$GIT" ls-files -o u/v
"$GIT" ls-files --error-unmatch a nope d
"$GIT" ls-files --error-unmatch -o u
"$GIT" ls-files -z d
rm -r d; echo file >d
"$GIT" ls-files -k
"$GIT" ls-files -k -t -d
"$GIT" ls-files -k -o --directory
rm d; mkdir d; (cd d && "$GIT" ls-files && "$GIT" ls-files --full-name .. && "$GIT" ls-files ../u -o && "$GIT" ls-files -s ../a)
"$GIT" ls-files --recurse-submodules
"$GIT" ls-files --recurse-submodules -s
"$GIT" ls-files --recurse-submodules -o
"$GIT" ls-files --recurse-submodules --error-unmatch a
"$GIT" ls-files --sparse
"$GIT" ls-files --abbrev
"$GIT" ls-files --abbrev -s a
"$GIT" ls-files --no-abbrev -s a
"$GIT" ls-files -x
"$GIT" ls-files --nope
