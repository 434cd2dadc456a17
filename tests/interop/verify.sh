#: cells sha1-files sha256-files
# Signatures of tags and commits, made and verified by programs that say what they are told.
history
cat >../gpg <<'END'
#!/bin/sh
# Signs with a fixed text; verifies as SAYS tells.
case " $* " in *" --verify "*) ;; *)
    cat >/dev/null; echo "[GNUPG:] SIG_CREATED " >&2
    printf '%s\n' '-----BEGIN PGP SIGNATURE-----' '' 'ZmFrZQ==' '-----END PGP SIGNATURE-----'; exit 0;;
esac
cat >/dev/null
echo "gpg: said about $SAYS" >&2
f=1111222233334444555566667777888899990000
p=AAAABBBBCCCCDDDDEEEEFFFF0000111122223333
case $SAYS in
none) exit 1;;
good) printf '[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 7777888899990000 Carl C <c@example.com>\n[GNUPG:] VALIDSIG %s 2023-11-14 1700000000 0 4 0 1 8 00 %s\n[GNUPG:] TRUST_%s 0 pgp\n' $f $p ${TRUST:-ULTIMATE};;
bad) echo '[GNUPG:] BADSIG 7777888899990000 Carl C <c@example.com>'; exit 1;;
missing) echo '[GNUPG:] ERRSIG 7777888899990000 1 8 00 1700000000 9'; echo '[GNUPG:] NO_PUBKEY 7777888899990000'; exit 2;;
expired) echo '[GNUPG:] EXPSIG 7777888899990000 Carl C <c@example.com>'; printf '[GNUPG:] VALIDSIG %s 2023-11-14 1700000000 0 4 0 1 8 00 %s\n' $f $p;;
oldkey) echo '[GNUPG:] EXPKEYSIG 7777888899990000 Carl C <c@example.com>';;
revoked) echo '[GNUPG:] REVKEYSIG 7777888899990000 Carl C <c@example.com>';;
two) printf '[GNUPG:] GOODSIG 1 A <a@x>\n[GNUPG:] GOODSIG 2 B <b@x>\n';;
esac
END
chmod +x ../gpg; "$GIT" config gpg.program "$PWD/../gpg"
export SAYS=good
"$GIT" tag -s -m "Signed" s1; "$GIT" cat-file tag s1; "$GIT" tag -u KEY -m "By key" s2 v1; "$GIT" commit -q --allow-empty -S -m "Signed commit"; tick; "$GIT" cat-file commit HEAD; "$GIT" branch signed; "$GIT" -c tag.gpgSign=true tag -m "By configuration" s3; "$GIT" -c tag.gpgSign=true tag --no-sign -m "Not" s4; "$GIT" -c tag.forceSignAnnotated=true tag -m "Forced" s5; "$GIT" -c tag.forceSignAnnotated=true tag -a -m "Not forced" s6; "$GIT" for-each-ref --format='%(refname) %(contents:signature)' refs/tags
for SAYS in good bad missing expired oldkey revoked two none; do
  export SAYS
  "$GIT" verify-tag s1; "$GIT" verify-tag -v s1; "$GIT" verify-tag --raw s1; "$GIT" tag -v s1; "$GIT" verify-commit HEAD; "$GIT" verify-commit -v HEAD; "$GIT" verify-commit --raw HEAD
  "$GIT" for-each-ref --format='%(signature:grade)|%(signature:signer)|%(signature:key)|%(signature:fingerprint)|%(signature:primarykeyfingerprint)|%(signature:trustlevel)|%(signature)' refs/heads/signed
  "$GIT" log -1 --format='%G?|%GS|%GK|%GF|%GP|%GT|%GG'; "$GIT" log -2 --show-signature --format=%s; "$GIT" show -s --show-signature s1
  "$GIT" verify-tag --format='%(tag) %(taggername)' s1; "$GIT" tag -v --format='%(tag)' s1 s2
done
SAYS=good; export SAYS
for TRUST in UNDEFINED NEVER MARGINAL FULLY; do export TRUST; "$GIT" verify-commit HEAD; "$GIT" log -1 --format='%G? %GT'; for m in undefined never marginal fully ultimate wrong; do "$GIT" -c gpg.minTrustLevel=$m verify-commit HEAD; done; done
unset TRUST
"$GIT" verify-tag s1 s2 s4 v1; "$GIT" verify-commit signed main v1; "$GIT" -c gpg.program=false verify-commit HEAD
"$GIT" checkout -q -b other v1; "$GIT" commit -q --allow-empty -m Other; tick
for SAYS in good bad missing none; do export SAYS; "$GIT" merge --verify-signatures -m x signed; "$GIT" merge --verify-signatures -v -m x signed; "$GIT" reset -q --hard v1; done
SAYS=good; export SAYS
for TRUST in UNDEFINED NEVER MARGINAL; do export TRUST; "$GIT" merge --verify-signatures -m x signed; "$GIT" -c gpg.minTrustLevel=undefined merge --verify-signatures -m x signed; "$GIT" reset -q --hard v1; done; unset TRUST
"$GIT" -c gpg.minTrustLevel=ultimate merge --verify-signatures -m x signed; TRUST=NEVER "$GIT" -c gpg.minTrustLevel=fully merge --verify-signatures -m y main~1 signed; "$GIT" merge --verify-signatures v1; "$GIT" reset -q --hard v1
"$GIT" merge --no-edit s1; "$GIT" cat-file commit HEAD; "$GIT" log -1 --show-signature --format=%s; "$GIT" reset -q --hard other~0
"$GIT" reset -q --hard 'other@{1}'; "$GIT" merge --no-commit s1; "$GIT" commit -q --no-edit; "$GIT" cat-file commit HEAD
"$GIT" commit -q --allow-empty -m again; "$GIT" merge -S -m "Signed merge" side; "$GIT" cat-file commit HEAD; "$GIT" verify-commit HEAD
"$GIT" -c log.showSignature=true log -2 --oneline; "$GIT" -c log.showSignature=true log -1 --no-show-signature; "$GIT" log -2 --show-signature --oneline; "$GIT" log -1 --show-signature --color=always; "$GIT" log --graph --show-signature -3; "$GIT" log -1 --show-signature --format=fuller s1
