#: cells sha1-files
# refs verify of broken files.
history
"$GIT" init -q ../alone; "$GIT" -C ../alone commit -q --allow-empty -m one; "$GIT" -C ../alone refs verify --verbose
v() { "$GIT" refs verify; "$GIT" refs verify --strict; }
h=$("$QN_REAL" rev-parse main)
echo "$h garbage" >.git/refs/heads/bad; v; printf '%s' $h >.git/refs/heads/bad; v; printf '%s\n\n' $h >.git/refs/heads/bad; v; echo nonsense >.git/refs/heads/bad; v; : >.git/refs/heads/bad; v; echo 'ref: refs/heads/none' >.git/refs/heads/bad; v; printf 'ref: refs/heads/main' >.git/refs/heads/bad; v; echo 'ref: refs/heads/a..b' >.git/refs/heads/bad; v; echo 'ref: refs/heads/main x' >.git/refs/heads/bad; v; echo 'ref: elsewhere' >.git/refs/heads/bad; v; rm .git/refs/heads/bad
echo $h >.git/refs/heads/a..b; v; rm .git/refs/heads/a..b; echo $h >.git/refs/heads/x.lock; v; rm .git/refs/heads/x.lock; echo $h >".git/refs/heads/sp ace"; v; rm ".git/refs/heads/sp ace"; ln -s main .git/refs/heads/link; v; rm .git/refs/heads/link; ln -s ../../nowhere .git/refs/heads/link; v; rm .git/refs/heads/link
printf '# pack-refs with: peeled fully-peeled sorted \n%s refs/heads/z\n%s refs/heads/a\n' $h $h >.git/packed-refs; v; printf '%s refs/heads/a\n' $h >.git/packed-refs; v; printf '# pack-refs with: peeled\n%s refs/heads/a..b\n' $h >.git/packed-refs; v; printf '# pack-refs with: peeled\nnonsense\n' >.git/packed-refs; v; printf '# pack-refs with: peeled\n%s refs/heads/a' $h >.git/packed-refs; v; printf '# pack-refs with: peeled\n%s refs/heads/a\n^zzz\n' $h >.git/packed-refs; v; printf '# nothing\n' >.git/packed-refs; v; : >.git/packed-refs; v; rm .git/packed-refs; ln -s elsewhere .git/packed-refs; v; rm .git/packed-refs; mkdir .git/packed-refs; v; rmdir .git/packed-refs
rm .git/refs/tags/*; "$GIT" -c fsck.badRefContent=warn refs verify
