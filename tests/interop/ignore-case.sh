# core.ignoreCase on a file system that tells cases apart: the same as Git there.
#: cells sha1-files
"$GIT" init -q -b main
"$GIT" config core.ignoreCase true
mkdir -p Dir/Sub; echo a >File; echo b >Dir/Sub/One; echo c >Dir/two; "$GIT" add .; "$GIT" commit -q -m one
# The same file under another case.
mv File FILE; "$GIT" status -s; "$GIT" status --porcelain=v2; "$GIT" ls-files; "$GIT" ls-files -o; "$GIT" ls-files -m; "$GIT" ls-files -d
"$GIT" add FILE; "$GIT" ls-files -s; "$GIT" status -s; "$GIT" add -A; "$GIT" ls-files; "$GIT" status -s
"$GIT" reset -q --hard; ls; "$GIT" status -s
rm -f FILE; "$GIT" reset -q --hard
# Directories under another case.
mv Dir DIR; "$GIT" status -s; "$GIT" status -s -uall; "$GIT" ls-files -o; "$GIT" ls-files -o --directory
echo new >DIR/three; "$GIT" status -s; "$GIT" status -s -uall; "$GIT" ls-files -o --exclude-standard; "$GIT" add DIR/three; "$GIT" ls-files
"$GIT" add DIR; "$GIT" ls-files; "$GIT" status -s; "$GIT" add .; "$GIT" ls-files; "$GIT" status -s -uall
"$GIT" commit -q -m more; "$GIT" ls-tree -r HEAD
rm -rf DIR Dir; "$GIT" reset -q --hard; ls -R; "$GIT" status -s
# mv of the case only.
"$GIT" mv File FILE; "$GIT" ls-files; ls; "$GIT" status -s; "$GIT" mv Dir/two Dir/TWO;  "$GIT" mv Dir dir; "$GIT" status -s; "$GIT" reset -q --hard
echo x >lower; "$GIT" add lower; echo y >Lower; "$GIT" status -s; "$GIT" add Lower; "$GIT" ls-files -s; "$GIT" mv -f lower Lower; "$GIT" ls-files -s; rm -f Lower lower; "$GIT" reset -q --hard
"$GIT" mv Dir DIR2; "$GIT" mv File dir2; "$GIT" status -s; "$GIT" reset -q --hard
# Pathspecs.
"$GIT" ls-files file; "$GIT" ls-files FILE; "$GIT" ls-files ':(icase)file'; "$GIT" ls-files 'dir/*'; "$GIT" log --oneline -- FILE; "$GIT" diff --stat HEAD~1 -- DIR
"$GIT" add file; "$GIT" add dIr; "$GIT" checkout file; "$GIT" checkout -- DIR; "$GIT" rm file; "$GIT" rm -r DIR; "$GIT" reset -- FILE; "$GIT" restore FILE
"$GIT" status -s -- file; "$GIT" commit -m x -- FILE; "$GIT" ls-files --error-unmatch FILE; "$GIT" update-index --add FILE; "$GIT" update-index File; "$GIT" rm --cached FILE
# Ignore files and attributes.
printf '*.TXT\nBuild/\n!keep.txt\n/Anchored\nSub/Deep\n' >.gitignore; printf '*.C text\nDoc/* -text\nExact eol=lf\n' >.gitattributes; printf 'Excl*\n' >.git/info/exclude
touch a.txt b.TxT KEEP.TXT anchored; mkdir -p build Doc sub; touch build/x sub/deep exclude EXCLUDE2
"$GIT" status -s; "$GIT" status -s --ignored; "$GIT" check-ignore -v a.txt b.TxT KEEP.TXT build/x anchored sub/deep exclude EXCLUDE2 no
"$GIT" ls-files -o --exclude-standard; "$GIT" ls-files -o -i --exclude-standard; "$GIT" ls-files -o -x 'A.*';
"$GIT" check-attr -a x.c X.C doc/y DOC/Y exact EXACT; "$GIT" add .; "$GIT" ls-files --eol; "$GIT" commit -q -m files
# Trees with names that differ in case only.
blob=$(echo z | "$QN_REAL" hash-object -w --stdin); tree=$(printf '100644 blob %s\tA\n100644 blob %s\ta\n100644 blob %s\tfile\n' $blob $blob $blob | "$QN_REAL" mktree)
commit=$("$QN_REAL" commit-tree -m case $tree); "$QN_REAL" update-ref refs/heads/case $commit
"$GIT" checkout case; ls; "$GIT" status -s; "$GIT" checkout main; ls; "$GIT" status -s
"$GIT" checkout case; echo other >FILE; echo zz >B; "$GIT" checkout main; "$GIT" status -s; rm -f FILE B; "$GIT" checkout -f main
echo mine >fILE; "$GIT" checkout case; "$GIT" status -s; "$GIT" checkout -f case; rm -f fILE; "$GIT" checkout -f main; "$GIT" status -s
"$GIT" clone -q . ../clone; "$GIT" -C ../clone config core.ignorecase; "$GIT" clone -q -c core.ignoreCase=true -b case . ../clone2; ls ../clone2
"$GIT" merge --allow-unrelated-histories -m m case; "$GIT" status -s; "$GIT" reset -q --hard
# apply, update-index, read-tree, branches
"$GIT" update-index --index-info <<I
100644 $blob 0	dIR/new
100644 $blob 0	fILe
I
"$GIT" ls-files; "$GIT" read-tree HEAD; "$GIT" update-index --add --cacheinfo 100644,$blob,fiLE; "$GIT" ls-files; "$GIT" read-tree HEAD
"$GIT" rm -q -r --cached Dir; "$GIT" status -s; "$GIT" add DIR; "$GIT" add dir/two; "$GIT" ls-files; "$GIT" reset -q --hard
"$GIT" branch Topic; "$GIT" branch topic; "$GIT" branch
"$GIT" config core.ignoreCase false; "$GIT" status -s; "$GIT" config core.ignoreCase bad; "$GIT" status -s
