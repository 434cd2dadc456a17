# What was mended once: clones whose checkout fails, packed-refs damaged, paths in
# damaged commits, racy entries, versions of the index.
#: cells sha1-files
#: end no
"$QN_REAL" init -q r 2>/dev/null; cd r; history; top=$PWD; cd ..
# A clone whose checkout fails stays, and what to do is said.
cp -r r broken; b=$("$QN_REAL" -C r rev-parse HEAD:story); rm -f broken/.git/objects/$(echo $b | sed 's,^..,&/,')
"$GIT" clone broken c1; note "$(ls c1 | sort; ls -d c1/.git)"; "$GIT" -C c1 status -s; "$GIT" -C c1 log --format=%s -2
t=$("$QN_REAL" -C r rev-parse 'HEAD^{tree}'); cp -r r broken2; rm -f broken2/.git/objects/$(echo $t | sed 's,^..,&/,'); note "$("$QN_REAL" clone broken2 c3 2>&1 | sed 's/fatal: .*/fatal: <a tree is missing>/')"; note "$(ls -a c3)"; "$GIT" -C c3 rev-parse HEAD
"$GIT" clone -b none r c4; note "$(ls -d c4 2>&1)"; "$GIT" clone none c5; "$GIT" clone r c1; mkdir c6; "$GIT" clone r c6; mkdir c7; echo x >c7/x; "$GIT" clone r c7; "$GIT" clone -n broken c8; note "$("$QN_REAL" -C c8 checkout -q HEAD 2>&1 | head -1)"; note "$(ls c8)"; cp -r r fine; "$GIT" clone -q -n fine c9; "$GIT" -C c9 checkout; "$GIT" -C c9 status -s; rm -f c9/.git/index; "$GIT" -C c9 checkout -q -b new; "$GIT" -C c9 status -s
# packed-refs with one thing wrong.
cd r; "$QN_REAL" pack-refs --all; cp .git/packed-refs ../kept; h=$("$QN_REAL" rev-parse HEAD)
ask() { note "$1"; "$GIT" for-each-ref --format='%(refname)'; "$GIT" rev-parse main; "$GIT" log -1 --format=%s; "$GIT" branch; "$GIT" show-ref -d v2; "$GIT" update-ref refs/heads/new HEAD; "$GIT" update-ref -d refs/heads/new; "$GIT" pack-refs --all; cp ../kept .git/packed-refs; }
head -c 70 ../kept >.git/packed-refs; ask cut; sed 's/^\(.\{10\}\)./\1x/;1s/.*/# pack-refs with: peeled fully-peeled sorted /' ../kept >.git/packed-refs; ask "bad digit"; : >.git/packed-refs; ask empty; echo rubbish >.git/packed-refs; ask rubbish; sed 1d ../kept >.git/packed-refs; ask "no head"; sed '1s/sorted//' ../kept >.git/packed-refs; ask "not said to be sorted"; sed '1s/peeled fully-peeled//' ../kept >.git/packed-refs; ask "not said to be peeled"
sed 's/$/\r/' ../kept >.git/packed-refs; ask CRLF; (cat ../kept; echo "$h refs/heads/a..b") >.git/packed-refs; ask "bad name"; (cat ../kept; echo "$h refs/heads/main/below") >.git/packed-refs; ask "in the way"; (cat ../kept; echo "1111111111111111111111111111111111111111 refs/heads/ones") >.git/packed-refs; ask ones; sed '1s/$/unknown-trait/' ../kept >.git/packed-refs; ask trait; sed '1s/.*/# other/' ../kept >.git/packed-refs; ask "other head"
# A path in a commit that is damaged.
c=$("$QN_REAL" rev-parse HEAD); o=.git/objects/$(echo $c | sed 's,^..,&/,')
hurt() { chmod 644 $o; cp $o ../object; "$@"; for w in "rev-parse HEAD:story" "show HEAD:story" "cat-file -p HEAD:story" "cat-file -e HEAD:story" "rev-parse HEAD:none" "rev-parse HEAD^{tree}" "ls-tree HEAD story" "rev-parse :story" "log -1" "diff HEAD" "status -s"; do note "$w: $("$QN_REAL" $w 2>&1 >/dev/null | sed 's/header for .* too long, exceeds 32 bytes/unable to parse header/; s/unable to parse [0-9a-f]* header/unable to parse header/' | uniq)"; done; cp ../object $o; }
half() { head -c 40 ../object >$o; }; none() { : >$o; }; gone() { rm $o; }; other() { cp .git/objects/$(echo $b | sed 's,^..,&/,') $o; }
hurt half; hurt none; hurt gone
# Entries written in the second of the index.
echo one >racy; "$GIT" add racy; "$GIT" rm --cached racy; echo one >racy; "$GIT" add racy; echo two >racy; "$GIT" rm --cached racy; "$GIT" rm --cached -f racy; echo one >racy; "$GIT" add racy; "$GIT" commit -q -m racy; echo two >racy; "$GIT" rm --cached racy; "$GIT" add racy; "$GIT" rm --cached racy; "$GIT" rm racy; "$GIT" add racy; echo ten >racy; "$GIT" rm racy; "$GIT" rm --cached racy; "$GIT" rm -f racy; "$GIT" status -s
# read-tree and the version of the index.
v() { "$GIT" "$@"; "$GIT" update-index --show-index-version; }
for n in 2 3 4 5 0 x; do rm -f .git/index; v -c index.version=$n read-tree HEAD; v -c index.version=$n read-tree -m HEAD; v -c index.version=$n read-tree --reset HEAD; v -c index.version=$n read-tree HEAD; rm .git/index; v -c index.version=$n add story; v -c index.version=$n reset -q; done
rm -f .git/index; v -c feature.manyFiles=true read-tree HEAD; v -c feature.manyFiles=true read-tree -m HEAD; v read-tree HEAD; v read-tree --empty; v -c index.version=4 read-tree --empty; "$GIT" update-index --index-version 4; v read-tree HEAD; v read-tree --prefix=sub/ HEAD
