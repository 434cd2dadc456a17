# add: what is staged, and what is refused.
"$GIT" init -q .
"$GIT" add
"$GIT" add nothing
mkdir d; echo a >a; echo b >d/b; echo c >d/c; ln -s a l; echo x >x.o
echo '*.o' >.gitignore
"$GIT" add -n .
"$GIT" add -v a
"$GIT" add x.o
"$GIT" add -f x.o
"$GIT" add --ignore-errors -v .
"$GIT" ls-files -s
echo more >>a; rm d/b; echo new >d/new
"$GIT" add -u -v
"$GIT" ls-files -s
"$GIT" add -A -n
"$GIT" add -A
"$GIT" add --chmod=+x a
"$GIT" ls-files -s a
"$GIT" add --chmod=-x a
"$GIT" add --chmod=x a
echo n >n; "$GIT" add -N n
"$GIT" status --porcelain
"$GIT" diff
printf 'd/c\nn\n' >list; "$GIT" add --pathspec-from-file=list
"$GIT" ls-files -s
"$GIT" add ../outside
"$GIT" add -A --no-all
mkdir sub; (cd sub; echo in >in; "$GIT" add .; "$GIT" add ../d)
"$GIT" add ':(exclude)sub' .
"$GIT" add --refresh
"$GIT" add --dry-run --ignore-missing gone
"$GIT" add -p -A
"$GIT" rm -q --cached x.o
"$GIT" status -s --ignored
"$GIT" commit -qm all
echo "a b" >'name with spaces'; printf 'x' >'tab	name'; printf 'u' >'ümlaut'
"$GIT" add .
"$GIT" ls-files
"$GIT" -c core.quotePath=false ls-files
"$GIT" ls-files -z
