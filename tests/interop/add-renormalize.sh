# add --renormalize: of what is there, and of what is not.
#: cells sha1-files
"$GIT" init -q -b main .; printf 'a\r\n'>a; printf 'b\r\n' >b; mkdir d; printf 'c\r\n'>d/c; ln -s a l; printf 'x\r\n' >x; chmod +x x; "$GIT" add .; "$GIT" commit -qm1
echo '* text=auto' >.gitattributes
rm b; "$GIT" add --renormalize .; "$GIT" ls-files -s; "$GIT" add --renormalize a; "$GIT" ls-files -s; "$GIT" add --renormalize -n .; "$GIT" add --renormalize -v d x; "$GIT" ls-files -s
"$GIT" reset -q; "$GIT" checkout -q b; chmod +x b; chmod -x x; printf 'new\r\n' >d/c; "$GIT" add --renormalize -v .; "$GIT" ls-files -s; "$GIT" status -s
"$GIT" reset -q --hard; echo '* text=auto' >.gitattributes; rm d/c; mkdir d/c; "$GIT" add --renormalize .; rm a; rmdir d/c; ln -s x a; "$GIT" checkout d/c; "$GIT" add --renormalize -v .; "$GIT" ls-files -s; 
rm l; echo hi >l;  "$GIT" add --renormalize -v .; "$GIT" ls-files -s; "$GIT" add --renormalize nope; "$GIT" add --renormalize -u; "$GIT" add --renormalize; "$GIT" add --renormalize -A .; "$GIT" status -s
"$GIT" reset -q --hard; "$GIT" checkout -q -b s; printf 's\r\n' >a; "$GIT" commit -qam s; "$GIT" checkout -q main; printf 'm\r\n' >a; "$GIT" commit -qam m; "$GIT" merge s; echo '* text=auto' >.gitattributes; "$GIT" ls-files -s; "$GIT" add --renormalize .; "$GIT" ls-files -s
