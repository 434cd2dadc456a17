#: cells sha1-files sha256-files
# Signed commits: the program that signs, and what it is told.
cat >"$HOME/gpg" <<'EOF'
#!/bin/sh
echo "gpg $*" >>"$HOME/told"
cat >>"$HOME/told"
case "$MODE" in
nosig) echo "gpg: hm" >&2; exit 0;;
fail) echo "gpg: failed hm" >&2; exit 2;;
crlf) printf -- '-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----\r\n'; echo "[GNUPG:] SIG_CREATED x" >&2; exit 0;;
esac
printf -- '-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n'; printf "[GNUPG:] SIG_CREATED \n" >&2
EOF
cat >"$HOME/ssh" <<'EOF'
#!/bin/sh
echo "ssh $# $1 $2 $3 $4 $5" >>"$HOME/told"
for last; do :; done
[ "$MODE" != fail ] || { echo "no way" >&2; exit 2; }
case "$6" in "$HOME"*|/key) echo "$6" >>"$HOME/told";; *) cat "$6" >>"$HOME/told";; esac
echo SIG >"$last.sig"
EOF
chmod +x "$HOME/gpg" "$HOME/ssh"
"$GIT" init -q
"$GIT" config gpg.program "$HOME/gpg"
"$GIT" commit -q --allow-empty -m one -S
"$GIT" cat-file -p HEAD
"$GIT" commit -q --allow-empty -m two -SKEY
"$GIT" -c user.signingKey=UK commit -q --allow-empty -m three --gpg-sign
"$GIT" -c user.signingKey=UK -c i18n.commitEncoding=latin1 commit -q --allow-empty -m four --gpg-sign=abc
"$GIT" cat-file -p HEAD
"$GIT" -c commit.gpgSign=true commit -q --allow-empty -m five
"$GIT" -c commit.gpgSign=true commit -q --allow-empty -m six --no-gpg-sign
"$GIT" cat-file -p HEAD
MODE=crlf "$GIT" commit -q --allow-empty -m seven -S
"$GIT" cat-file -p HEAD
MODE=fail "$GIT" commit -q --allow-empty -m eight -S
MODE=nosig "$GIT" commit -q --allow-empty -m nine -S
"$GIT" -c gpg.program=/none commit -q --allow-empty -m ten -S
"$GIT" -c gpg.openpgp.program=/none commit -q --allow-empty -m ten -S
"$GIT" -c gpg.format=bad commit -q --allow-empty -m ten -S
"$GIT" -c gpg.format=x509 -c gpg.x509.program="$HOME/gpg" commit -q --allow-empty -m eleven -S
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" commit -q --allow-empty -m twelve -S
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c user.signingKey=/key commit -q --allow-empty -m twelve -S
"$GIT" cat-file -p HEAD
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c user.signingKey="~/key" commit -q --allow-empty -m 13 -S
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c user.signingKey="key::ssh-rsa AAA c" commit -q --allow-empty -m 14 -S
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c user.signingKey="ssh-rsa AAA c" commit -q --allow-empty -m 15 -S
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c gpg.ssh.defaultKeyCommand='echo "ssh-ed25519 BBB" z' commit -q --allow-empty -m 16 -S
"$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c gpg.ssh.defaultKeyCommand='echo bad' commit -q --allow-empty -m 17 -S
MODE=fail "$GIT" -c gpg.format=ssh -c gpg.ssh.program="$HOME/ssh" -c user.signingKey=/key commit -q --allow-empty -m 18 -S
"$GIT" commit -q --amend -m amended -S
"$GIT" log --format=%s
sed "s,$HOME,~,g" "$HOME/told" >told
"$GIT" hash-object told
