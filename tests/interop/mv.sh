# mv: what may go where, and what is said of what may not.
#: cells sha1-files
"$GIT" init -q -b main .
mkdir -p d/s e; echo 1 >d/one; echo 2 >d/two; echo 3 >d/s/z; echo x>e/x; echo a>a; echo b>b; echo i>'i t'; printf 'u\n' > über
"$GIT" add .; "$GIT" commit -qm1
rr() { "$GIT" reset -q --hard; rm -rf un new e2 d2 A empty e/un e/d l le x; "$GIT" reset -q --hard; }
echo un>un
"$GIT" mv un new
"$GIT" mv -k un a new; "$GIT" mv -k un a e; "$GIT" status -s; rr
"$GIT" mv a b; "$GIT" mv -f a b; "$GIT" status -s; rr
"$GIT" mv a b e; "$GIT" status -s; rr
"$GIT" mv a b new
"$GIT" mv a e/; "$GIT" mv b new/; "$GIT" mv d new/; "$GIT" status -s; rr
"$GIT" mv d/one d/two e; "$GIT" mv d/s e; "$GIT" status -s; rr
"$GIT" mv a/ e; rr
"$GIT" mv a b/; rr
"$GIT" mv d a; rr
"$GIT" mv d e; "$GIT" mv d/s d; "$GIT" mv d d/s;"$GIT" mv d d; "$GIT" mv a a; "$GIT" mv d/ d; "$GIT" mv . e; "$GIT" mv e .; "$GIT" mv e/x .; "$GIT" status -s; rr
"$GIT" mv -v 'i t' über e; "$GIT" status -s; rr
"$GIT" mv -n a b d e ; "$GIT" status -s
"$GIT" mv a b a e; "$GIT" status -s; rr
"$GIT" mv a d/one e; "$GIT" mv d/two e/a; "$GIT" mv -f d/two e/a; "$GIT" status -s; rr
"$GIT" mv a e; cp e/x a ; "$GIT" add a; "$GIT" mv d d2; "$GIT" mv a d2/one;  "$GIT" status -s; rr
mkdir empty; "$GIT" mv empty e; mkdir e/un; echo 1 >e/un/x; "$GIT" mv e/un d; "$GIT" mv e/un/x a; "$GIT" mv -k e/un/x a; "$GIT" mv -f e/un/x a; rr
"$GIT" mv a e e/b; rr
mkdir un; echo 1 >un/f; "$GIT" mv d un; "$GIT" status -s; rr
mkdir d2; "$GIT" mv d/one d2; "$GIT" mv d d2/; "$GIT" status -s; rr
mkdir -p e/d; "$GIT" mv d e; "$GIT" status -s ; rr
mkdir -p e/d; echo 1 >e/d/f; "$GIT" mv d e; "$GIT" mv -f d e;"$GIT" status -s ; rr
ln -s a l; "$GIT" add l; "$GIT" mv l e; "$GIT" status -s; ln -s e le; "$GIT" mv a le; "$GIT" status -s; rr
"$GIT" mv -f d/s d/one; rr
"$GIT" mv; "$GIT" mv a; "$GIT" mv -x; "$GIT" mv nofile a; "$GIT" mv -k nofile e; "$GIT" mv nofile/ e; "$GIT" mv ../x a; "$GIT" mv a ../x; "$GIT" mv a /x; "$GIT" mv a .git/xx; "$GIT" status -s; "$GIT" mv /etc/passwd a
rr; cd d; "$GIT" mv one two; "$GIT" mv one ../e; "$GIT" mv ../a .; "$GIT" status -s; "$GIT" mv -v two ../über s; "$GIT" status -s; cd ..; rr
echo mod >>a; "$GIT" mv a e; "$GIT" status -s; "$GIT" diff --stat; rr
rm a; "$GIT" mv a e; "$GIT" mv -f a e; "$GIT" mv a b; "$GIT" mv -k a new; rr
"$GIT" mv a no/dir/x; "$GIT" status -s; "$GIT" mv a d/one/x; "$GIT" status -s; rr
"$GIT" mv d no/dir; "$GIT" status -s; rr
"$GIT" mv d A; "$GIT" mv A D; "$GIT" status -s; rr
"$GIT" rm -q --cached a; "$GIT" mv a c; "$GIT" mv -f b a;  "$GIT" status -s; rr
"$GIT" init -q -b main two; cd two
mkdir d; echo 1 >d/one; echo 2 >d/two; echo 3 >d/z
"$GIT" add .; "$GIT" commit -qm1
rm d/two
"$GIT" mv d moved; "$GIT" status -s
"$GIT" reset -q --hard; rm d/two; mkdir e; "$GIT" mv -k d e; "$GIT" status -s
"$GIT" reset -q --hard; rm d/two; "$GIT" mv -n d e; "$GIT" status -s
"$GIT" reset -q --hard; rm d/two; "$GIT" mv -v d e; "$GIT" status -s
"$GIT" reset -q --hard; rm -r d; "$GIT" mv -v d f; "$GIT" status -s
"$GIT" reset -q --hard; rm -r d; mkdir d; "$GIT" mv -v d f; "$GIT" status -s
