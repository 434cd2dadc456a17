# fast-export: signatures, encodings, commits as nobody makes them.
#: cells sha1-files sha256-files
"$GIT" init -q .
echo 1 >a && "$GIT" add a
tree=$("$GIT" write-tree)
make() { "$GIT" hash-object -t "$1" -w --stdin --literally; }
c1=$(printf 'tree %s\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 -0130\nencoding ISO-8859-1\n\nh\351llo\n' $tree | make commit)
c2=$(printf 'tree %s\nparent %s\nauthor  <a@x> 1 +0000\ncommitter C <> 2 -0130\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n \nmergetag object %s\n type commit\n tag foo\n\nmsg no newline' $tree $c1 $c1 | make commit)
c3=$(printf 'tree %s\nparent %s\nparent %s\nparent %s\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 -0130\nfoo bar\ngpgsig-sha256 -----BEGIN SIGNED MESSAGE-----\n abc\n -----END SIGNED MESSAGE-----\ngpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----\n\n' $tree $c2 $c2 $c1 | make commit)
c4=$(printf 'tree %s\nparent %s\nauthor A a@x 1 +0000\ncommitter C <c@x> 2 -0130\ngpgsig -----BEGIN FOO\n abc\n\nx' $tree $c3 | make commit)
c5=$(printf 'tree %s\nparent %s\ncommitter C <c@x> 2 -0130\n\nno author' $tree $c1 | make commit)
c6=$(printf 'tree %s\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 -0130\nencoding UTF-8\n\nsays so\n' $tree | make commit)
c7=$(printf 'tree %s\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 -0130\nencoding nosuch\n\nh\351llo\n' $tree | make commit)
for i in 3 4 5 6 7; do eval "\"\$GIT\" update-ref refs/heads/c$i \$c$i"; done
t1=$(printf 'object %s\ntype commit\ntag t1\n\nno tagger\n' $c1 | make tag)
t2=$(printf 'object %s\ntype commit\ntag t2\ntagger C <c@x> 2 -0130\n\nsigned\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n' $c1 | make tag)
t3=$(printf 'object %s\ntype commit\ntag other/name\ntagger C <c@x> 2 -0130\n' $c2 | make tag)
for i in 1 2 3; do eval "\"\$GIT\" update-ref refs/tags/t$i \$t$i"; done
"$GIT" fast-export c3
for mode in verbatim warn-verbatim warn warn-strip strip abort ignore; do
    "$GIT" fast-export --reencode=no --signed-commits=$mode c4
    "$GIT" fast-export --reencode=no --signed-tags=$mode t2
done
"$GIT" fast-export --reencode=yes c4
"$GIT" fast-export --reencode=no --no-signed-commits c4
"$GIT" fast-export --reencode=no c5
"$GIT" fast-export c6
"$GIT" fast-export --reencode=yes c6
"$GIT" fast-export --reencode=no c6
"$GIT" fast-export --reencode=yes c7
"$GIT" fast-export --reencode=abort c7
"$GIT" fast-export --reencode=no t1
"$GIT" fast-export --reencode=no --fake-missing-tagger t1
"$GIT" fast-export --reencode=no t3
"$GIT" fast-export --reencode=no --mark-tags --show-original-ids t3
"$GIT" fast-export --anonymize c4 t1 t2
"$GIT" fast-export --anonymize --reencode=yes c7
