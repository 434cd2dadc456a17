#: cells sha1-files
# add: option by option.
"$GIT" init -q
"$GIT" add
"$GIT" -c advice.addEmptyPathspec=false add
"$GIT" add nope
"$GIT" add .
seq 3 >f; seq 3 >g; mkdir d; echo x >d/x; printf '*.ign\nskip/\n' >.gitignore; echo i >a.ign; mkdir skip; echo s >skip/s; ln -s f l
"$GIT" add -n .
"$GIT" add --dry-run -v f
"$GIT" add -v f d
"$GIT" add a.ign
"$GIT" add a.ign g
"$GIT" -c advice.addIgnoredFile=false add a.ign
"$GIT" add -f a.ign; "$GIT" ls-files; "$GIT" rm -q --cached a.ign
"$GIT" add skip/s
"$GIT" add -n --ignore-missing skip/s nope.ign nope
"$GIT" add --ignore-missing nope
"$GIT" add -A; "$GIT" commit -qm one
echo 4 >>f; rm g; echo n >n; mv d/x d/y
"$GIT" add -u -n
"$GIT" add -n .
"$GIT" add --no-all -n .
"$GIT" add --ignore-removal -n .
"$GIT" add --no-ignore-removal -n .
"$GIT" add -A -n
"$GIT" add -A -n d
"$GIT" add --all -u
"$GIT" add -u nope
"$GIT" add -u d; "$GIT" status -s
"$GIT" add --no-all .; "$GIT" status -s
"$GIT" add -v -A; "$GIT" status -s; "$GIT" reset -q --hard
echo in >int; "$GIT" add -N int; "$GIT" status -s; "$GIT" ls-files -s; "$GIT" add -N f; "$GIT" add int; "$GIT" status -s; "$GIT" reset -q --hard
touch f; "$GIT" add --refresh f; "$GIT" add --refresh nope; "$GIT" add --refresh -v .
echo 5 >>f; "$GIT" add --refresh f; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" add --chmod=+x f; "$GIT" ls-files -s; "$GIT" add --chmod=-x f; "$GIT" add --chmod=x f; "$GIT" add --chmod=+x l; "$GIT" add --chmod=+x d; "$GIT" ls-files -s
echo c >cm; "$GIT" add --chmod=+x cm; "$GIT" ls-files -s; "$GIT" add -n --chmod=-x cm; "$GIT" reset -q --hard; rm -f cm
printf 'a\r\nb\r\n' >crlf; "$GIT" add crlf; "$GIT" commit -qm crlf; echo 'crlf text' >.gitattributes; "$GIT" add --renormalize .; "$GIT" status -s; "$GIT" ls-files --eol; "$GIT" add --renormalize -n crlf; "$GIT" reset -q --hard; rm .gitattributes
printf 'f\ng\n' >spec; echo 6 >>f
"$GIT" add --pathspec-from-file=spec; "$GIT" status -s
printf 'f\0nope\0' >spec; "$GIT" add --pathspec-from-file=spec --pathspec-file-nul
"$GIT" add --pathspec-from-file=spec f
"$GIT" add --pathspec-file-nul f
"$GIT" add --pathspec-from-file=nope
: >spec; "$GIT" add --pathspec-from-file=spec
printf 'f\n' | "$GIT" add --pathspec-from-file=-
printf '"f"\n"x\\ty"\n' >spec; "$GIT" add --pathspec-from-file=spec; rm spec
"$GIT" add --sparse f
"$GIT" add ../out
"$GIT" add /etc/passwd
"$GIT" add ''
"$GIT" add .git/config
"$GIT" add -- -x
"$GIT" add --nonsense
"$GIT" add -Z
"$GIT" add --ignore-errors .
echo u >unr; echo v >zok; chmod 0 unr
[ -r unr ] || "$GIT" add .
chmod 644 unr; rm -f unr zok
mkdir sub; "$GIT" init -q sub; "$GIT" -C sub commit -q --allow-empty -m s
"$GIT" add sub
"$GIT" -c advice.addEmbeddedRepo=false add sub; "$GIT" rm -q --cached sub -f
"$GIT" add --no-warn-embedded-repo sub; "$GIT" ls-files -s sub; "$GIT" add sub/; "$GIT" rm -qf --cached sub
echo in >sub/in; "$GIT" add sub/in
mkdir sub2; "$GIT" init -q sub2; "$GIT" add sub2; rm -rf sub sub2
"$GIT" add l/x
"$GIT" add f/x
mkdir empty; "$GIT" add empty
"$GIT" add '*.none'
"$GIT" add ':(exclude)f'
"$GIT" add ':(nonsense)f'
"$GIT" add ':(icase)F'
"$GIT" --literal-pathspecs add '*'
"$GIT" add 'd/*'
cd d; "$GIT" add ../f; "$GIT" add; "$GIT" add -u; "$GIT" add -A -n; cd ..
printf x >"$(printf 'n\001\033\\"\t\ne')"; printf x >' lead'; printf x >'trail '; printf x >"$(printf '\377\376')"
"$GIT" add -v .; "$GIT" ls-files; "$GIT" ls-files -z | "$GIT" hash-object --stdin
"$GIT" stage -n f
