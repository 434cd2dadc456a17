#: cells sha1-files sha1-reftable
# tag, verify-tag, verify-commit: every option.
history
t() { "$GIT" tag "$@"; }
t; t -l; t --list 'v*'; t -l v1 v2; t -n; t -n1; t -n3; t -n0; t -n 'v*'; t -n2 -l 'v2'; t -i -l 'V*'; t --ignore-case --list V1; t --contains; t --contains v1; t --contains=side; t --no-contains v2; t --contains v1 --no-contains side; t --with v1; t --without v2; t --contains nowhere; t --merged; t --merged v1; t --no-merged; t --no-merged=side; t --points-at; t --points-at v1; t --points-at main; t --points-at=nowhere
t v1.10 v1; t v1.9 v1; t v1.10-rc1 v1
for k in refname -refname version:refname -version:refname v:refname taggerdate -taggerdate creatordate objecttype nonsense; do t --sort="$k"; done; "$GIT" -c tag.sort=-refname tag; "$GIT" -c tag.sort=-refname tag --sort=refname; "$GIT" -c versionsort.suffix=-rc tag --sort=v:refname; "$GIT" -c versionsort.prereleaseSuffix=-rc tag --sort=v:refname; t --no-sort; "$GIT" -c tag.sort=nonsense tag
t --format='%(refname:short) %(objecttype) %(taggername)'; t --format='%(contents:subject)' -l v2; t --format='%(nonsense)'; t --omit-empty --format='%(taggername)'; t --color=always --format='%(color:red)%(refname:short)'; t --color --format='%(color:red)%(refname:short)'; t --no-color --format='%(color:red)%(refname:short)'; t --format='%(describe)' -l v1
t --column; t --column=always; t --column=always,row; t --no-column; "$GIT" -c column.ui=always tag; "$GIT" -c column.tag=always tag; t --column -n; t --column=plain
# make
t a1; t a1; t -f a1; t -f a1 v1; t --force a2; t a3 nowhere; t 'bad..name'; t -- -x; t a4 main:story; t a5 'main^{tree}'; t HEAD; t -a -m "Annotated" b1; t -m "Implied" b2; t -m one -m two b3; t -a -F - b4 </dev/null; echo "From stdin" | t -a -F - b5; echo "From a file" >../m; t -F ../m b6; t --file=../m b7 v1; t -F nowhere b8; t -a -m "On a blob" b9 main:story; t -a -m "Of a tag" b10 b1; t -a -m "" b11; GIT_EDITOR='printf "Edited\n# no\n" >' t -a b12; GIT_EDITOR='cat >&2' t -a b13; GIT_EDITOR='printf "" >' t -a b14; GIT_EDITOR=false t -a b15; GIT_EDITOR='echo more >>' t -a -e -m "Edited message" b16; GIT_EDITOR=: t -e -F ../m b17; t -m x -F ../m b18; t -a -f -m "Forced" b1; t -f -a -m again b1 v1; "$GIT" cat-file tag b1; "$GIT" cat-file tag b3; "$GIT" cat-file tag b12; "$GIT" cat-file tag b10; t a b c; t -a -m x y z w
for c in verbatim whitespace strip wrong; do t -a --cleanup=$c -m "

Text   
# comment

" c-$c; "$GIT" cat-file tag c-$c; done
GIT_EDITOR='cat >&2' t -a -f --cleanup=verbatim c1; GIT_EDITOR='cat >&2' t -a -f --cleanup=whitespace c1; GIT_EDITOR='cat >&2' t -a -f --cleanup=strip c1
t -a -m "With trailers" --trailer "Reviewed-by: A <a@x>" --trailer key=value d1; "$GIT" cat-file tag d1; t --trailer "Only: trailer" -m x d2; "$GIT" cat-file tag d2; t -m x --no-trailer d3; t --trailer "Acked-by: me" d4
t --create-reflog e1; "$GIT" reflog show refs/tags/e1; t --no-create-reflog e2; t --create-reflog -a -m x e3; "$GIT" reflog show refs/tags/e3; "$GIT" -c core.commentChar=';' tag -a -m "; kept?
# kept" e4; "$GIT" cat-file tag e4; "$GIT" -c i18n.commitEncoding=latin1 tag -a -m "ä" e5; "$GIT" cat-file tag e5
GIT_COMMITTER_DATE="1500000000 +0200" t -a -m dated f1; "$GIT" cat-file tag f1; "$GIT" -c user.name= tag -a -m x f2; t -l --edit; t -l -a -m x; t -d -a x; t -v -l x
# delete
t -d a1; t --delete a2 nowhere b1; t -d; t -d 'v1.1*'; t -D x; "$GIT" show-ref --tags
# sign and verify
"$GIT" -c gpg.program=false tag -s -m x g1; "$GIT" -c gpg.program=false tag -u key -m x g1; "$GIT" -c tag.gpgSign=true -c gpg.program=false tag -a -m x g1; "$GIT" -c tag.gpgSign=true -c gpg.program=false tag --no-sign -a -m x g2; "$GIT" -c tag.gpgSign=true -c gpg.program=false tag light; "$GIT" -c tag.forceSignAnnotated=true -c gpg.program=false tag -m x g3; "$GIT" -c tag.forceSignAnnotated=true -c gpg.program=false tag -a -m x g4; "$GIT" -c gpg.format=nonsense tag -s -m x g5; "$GIT" -c gpg.format=ssh tag -s -m x g6; t --no-sign -m x g7; t -s --no-sign -m x g8
t -v v1; t -v v2; t --verify nowhere; t -v; t -v --format='%(refname)' v2; "$GIT" verify-tag v2; "$GIT" verify-tag v1; "$GIT" verify-tag -v v2; "$GIT" verify-tag --raw v2; "$GIT" verify-tag nowhere; "$GIT" verify-tag; "$GIT" verify-tag --format='%(refname)' v2; "$GIT" verify-tag --nonsense; "$GIT" verify-commit HEAD; "$GIT" verify-commit -v HEAD v1; "$GIT" verify-commit --raw HEAD; "$GIT" verify-commit nowhere; "$GIT" verify-commit; "$GIT" verify-commit v2; "$GIT" verify-commit 'HEAD^{tree}'; "$GIT" verify-tag main; "$GIT" verify-tag v1 v2
t --nonsense; t -n x; t -nx; t --sort; t --contains -d x; t --merged -d x; t --points-at v1 -a -m x h1; t -n -d v1; t --column -d v1; t --column h2
