# What a day of work brings now and then: directories in the place of files, logs that are too short, branches that are gone.
#: cells sha1-files
"$GIT" init -q -b main r; cd r
rm a; mkdir a; echo 1 >a/in; "$GIT" status -s; "$GIT" status -s a; "$GIT" status -s a/in;  "$GIT" ls-files -o a; "$GIT" ls-files -o --directory a; "$GIT" ls-files -o --directory a/; "$GIT" status -s --ignored; "$GIT" status -s -u --ignored
"$GIT" status --porcelain -unormal a/; "$GIT" status -s 'a*'; "$GIT" status -s '*'; "$GIT" ls-files -o --directory '*';"$GIT" ls-files -o --directory '*in';
echo in >.git/info/exclude; "$GIT" status -s --ignored; "$GIT" status -s --ignored=matching;  "$GIT" ls-files -o -i --exclude-standard; "$GIT" ls-files -o -i --exclude-standard;
echo a >.git/info/exclude; "$GIT" status -s --ignored; "$GIT" status -s --ignored=matching;  "$GIT" ls-files -o -i --exclude-standard; "$GIT" ls-files -o -i --exclude-standard --directory; "$GIT" status -s -uall --ignored; "$GIT" ls-files -o --exclude-standard
echo a/ >.git/info/exclude; "$GIT" status -s --ignored; "$GIT" status -s --ignored=matching;  "$GIT" ls-files -o -i --exclude-standard; "$GIT" ls-files -o -i --exclude-standard --directory; "$GIT" status -s -uall --ignored; "$GIT" ls-files -o --exclude-standard
mkdir a/sub; echo 1 >a/sub/in; "$GIT" status -s --ignored=matching -uall
echo  >.git/info/exclude;
rm -r a; "$GIT" init -q a; "$GIT" status -s; "$GIT" ls-files -o; "$GIT" ls-files -o --directory; "$GIT" status -s -uall
rm -rf a; mkdir a; "$GIT" ls-files -o --directory; "$GIT" status -s -uall
mkdir a/e; "$GIT" ls-files -o --directory; "$GIT" ls-files -o --directory --no-empty-directory
echo 1 >a/in; "$GIT" add -n .; "$GIT" add a; "$GIT" status -s; "$GIT" reset -q; "$GIT" add -A -n; "$GIT" add a/in; "$GIT" ls-files; "$GIT" status -s
"$GIT" reset -q; "$GIT" ls-files -k; "$GIT" add -N n; echo n>n; "$GIT" add -N n; rm n; mkdir n; echo 1 >n/in; "$GIT" status -s
"$GIT" update-index --force-remove a; "$GIT" status -s; 
"$GIT" update-index --index-info <<X
100644 78981922613b2afb6025042ff6bd878ac1994e85 2	a
X
"$GIT" status -s
"$GIT" init -q s;echo 1>s/a; "$GIT" -C s add .;  "$GIT" -C s commit -qm1; "$GIT" add s; rm -rf s; mkdir s;"$GIT" status -s; echo 1 >s/x; "$GIT" status -s; "$GIT" ls-files -o
"$GIT" init -q -b main ../r2; cd ../r2
rm a; mkdir a; echo 1 >a/in; "$GIT" ls-files -k; "$GIT" ls-files -k -o; "$GIT" ls-files -k a; "$GIT" ls-files -k --directory; "$GIT" ls-files -t -k -o
"$GIT" ls-files -k -o --directory
rm -r d; echo d>d; "$GIT" ls-files -k; "$GIT" ls-files -k -o; "$GIT" ls-files -k --directory
"$GIT" add b; "$GIT" ls-files -k
echo 1 >a0; "$GIT" ls-files -k;mkdir a.x; echo 1 >a.x/in; "$GIT" ls-files -k
"$GIT" reset -q; "$GIT" ls-files -k
echo z>z; mkdir zd; echo z>zd/z; "$GIT" add z zd/z; rm -r z zd; mkdir z; echo 1 >z/in; "$GIT" ls-files -k; echo zd>zd; "$GIT" ls-files -k
"$GIT" init -q -b main ../r3; cd ../r3
"$GIT" rev-parse HEAD@{0}; "$GIT" rev-parse HEAD@{1}; "$GIT" rev-parse HEAD@{9}; "$GIT" rev-parse un@{0}; "$GIT" rev-parse @{0}; "$GIT" rev-parse HEAD@{now}; "$GIT" log HEAD@{1}; "$GIT" log -g; "$GIT" reflog; "$GIT" cat-file -t HEAD@{1};"$GIT" branch x HEAD@{1}; "$GIT" reset HEAD@{1}; "$GIT" rev-parse --verify HEAD@{1}
"$GIT" switch -q -c x main; "$GIT" switch -; "$GIT" switch main; "$GIT" branch -D x; "$GIT" switch -; "$GIT" checkout -; "$GIT" switch @{-1}; "$GIT" checkout @{-1}; "$GIT" switch -d @{-1};"$GIT" switch -d -;  "$GIT" switch -q main; "$GIT" switch -q -d main; "$GIT" switch -q main; "$GIT" switch -; "$GIT" checkout -; "$GIT" switch -; "$GIT" checkout -q -b br; "$GIT" switch -q main; "$GIT" switch -f -; "$GIT" switch -m -; "$GIT" checkout -m -; "$GIT" tag v; "$GIT" checkout -q v; "$GIT" checkout -q main; "$GIT" checkout -; "$GIT" checkout -q main; "$GIT" switch -; "$GIT" switch -c new @{-1}; "$GIT" branch -D br; "$GIT" switch @{-2}; "$GIT" switch -c n3 @{-4}; "$GIT" checkout -b n4 @{-4}
"$GIT" init -q -b main ../r4; cd ../r4; echo a>a; "$GIT" add a; "$GIT" commit -qm0
"$GIT" commit --amend --dry-run -v; GIT_EDITOR=cat git commit --amend -v; echo b>b; "$GIT" add b;  "$GIT" commit --amend --dry-run -v;GIT_EDITOR=cat git commit --amend -v
echo c >b; "$GIT" commit -a --amend --dry-run -v; "$GIT" commit -qam 2;  "$GIT" commit --amend --dry-run -v; "$GIT" commit --amend --dry-run -vv; "$GIT" status -v; "$GIT" commit -v --dry-run
"$GIT" checkout --detach nonexist; "$GIT" checkout --detach a; "$GIT" checkout --detach HEAD a; "$GIT" checkout --detach main nonexist;"$GIT" checkout --detach -- a
echo x>>a; "$GIT" commit -v -m x; "$GIT" commit -vv -m x; "$GIT" commit -v --dry-run; "$GIT" commit -vv --dry-run; "$GIT" -c commit.verbose=2 commit --dry-run;"$GIT" -c commit.verbose=true commit -m x; "$GIT" add a; echo y >>a; "$GIT" -c commit.verbose=2 commit --dry-run; "$GIT" commit -v --short; "$GIT" commit --dry-run -v --no-status; "$GIT" commit --dry-run -v -q
