# read-tree, option by option.
#: cells sha1-files
"$GIT" init -q -b main
mkdir d; echo a >a; echo b >b; echo c >d/c; "$GIT" add -A; "$GIT" commit -q -m one; "$GIT" tag B
"$GIT" checkout -q -b side; echo a3 >a; echo s >s; "$GIT" rm -q b; "$GIT" add -A; "$GIT" commit -q -m three; "$GIT" tag S
"$GIT" checkout -q main; echo a2 >a; echo b2 >b; echo m >m; "$GIT" add -A; "$GIT" commit -q -m two; "$GIT" tag M
"$GIT" checkout -q -b clean B; echo x >x; "$GIT" add x; "$GIT" commit -q -m four; "$GIT" tag X
"$GIT" checkout -q side
"$GIT" read-tree -m --trivial B S M; "$GIT" ls-files -s
"$GIT" read-tree -m --trivial B B M; "$GIT" ls-files -s
"$GIT" read-tree -m B S M; "$GIT" ls-files -s
"$GIT" read-tree -m HEAD
"$GIT" read-tree --reset HEAD
"$GIT" read-tree -m --aggressive B S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m --trivial --aggressive B S S; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m B X S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m B M S X; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m B S S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m S M S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m B B B B X S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m B B B B B B S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m --aggressive B X S M; "$GIT" ls-files -s; "$GIT" read-tree --reset HEAD
"$GIT" read-tree -m B B B B B B S M M
"$GIT" read-tree B S M X; "$GIT" ls-files -s; "$GIT" read-tree HEAD
"$GIT" read-tree --index-output=.git/other M; "$GIT" ls-files -s
GIT_INDEX_FILE=.git/other "$GIT" ls-files -s
"$GIT" read-tree --index-output=.git/none/other M
"$GIT" read-tree --no-sparse-checkout -m HEAD
"$GIT" read-tree --exclude-per-directory=.gitignore -m -u HEAD
"$GIT" read-tree -m -u --exclude-per-directory=.gitignore HEAD
"$GIT" read-tree -m -u --exclude-per-directory=a --exclude-per-directory=b HEAD
"$GIT" read-tree --recurse-submodules -m -u HEAD
"$GIT" read-tree --recurse-submodules=nonsense -m -u HEAD
"$GIT" read-tree -v -m -u HEAD
"$GIT" read-tree --prefix=sub M; "$GIT" ls-files -s
"$GIT" read-tree --prefix=sub/ M
"$GIT" read-tree --prefix=/sub2 M
"$GIT" read-tree -n --prefix=sub3/ M; "$GIT" ls-files
"$GIT" read-tree --prefix=s4 -u M; cat s4/a
"$GIT" read-tree --prefix= HEAD
"$GIT" read-tree --reset -q HEAD
"$GIT" read-tree -m -u HEAD M; "$GIT" status -s; cat a
"$GIT" read-tree -m -u M S; "$GIT" status -s
echo dirty >a
"$GIT" read-tree -m -u S M
"$GIT" read-tree -m -i S M; "$GIT" ls-files -s; "$GIT" read-tree --reset S
"$GIT" read-tree -n -m -u S M
"$GIT" read-tree --reset -u S; cat a
echo untracked >m
"$GIT" read-tree -m -u S M
"$GIT" read-tree --reset -u M; cat m
"$GIT" read-tree --trivial B
"$GIT" read-tree -m -u -i HEAD
"$GIT" read-tree -m --reset HEAD
"$GIT" read-tree -m --prefix=x/ HEAD
"$GIT" read-tree -u HEAD
"$GIT" read-tree -i HEAD
"$GIT" read-tree -m
"$GIT" read-tree
"$GIT" read-tree --empty HEAD
"$GIT" read-tree --empty; "$GIT" ls-files
"$GIT" read-tree nope
"$GIT" read-tree -m HEAD:d HEAD:d; "$GIT" ls-files
"$GIT" read-tree --nope
"$GIT" read-tree --reset -u side
