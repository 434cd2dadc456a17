# Signatures made and verified as ssh does: what ssh-keygen is told, who is trusted.
#: place disk
#: cells sha1-files
#: end no
history
cat >"$HOME/ssh" <<'END'
#!/bin/sh
# Signs with a fixed text; finds and verifies as MODE tells; says what it was told.
for word in "$@"; do case $word in */.git_vtag_tmp*|*git_vtag*|/tmp/*) word=FILE;; esac; printf '%s ' "$word"; done >>"$HOME/told"; echo >>"$HOME/told"
case " $* " in
*" sign "*) for file; do :; done; printf '%s\n' '-----BEGIN SSH SIGNATURE-----' 'U1NIU0lH' '-----END SSH SIGNATURE-----' >"$file.sig"; exit 0;;
*" find-principals "*) case $MODE in none) exit 1;; two) printf 'ann@example.com\ncarl@example.com\n';; old) exit 255;; *) echo carl@example.com;; esac; exit 0;;
*" check-novalidate "*) cat >/dev/null; echo 'Good "git" signature with ED25519 key SHA256:abcdef'; exit 0;;
*" verify "*) cat >/dev/null
    case $MODE in bad) echo 'Signature verification failed: incorrect signature'; exit 255;; revoked) echo 'Signing key has been revoked'; exit 255;; esac
    echo 'Good "git" signature for carl@example.com with ED25519 key SHA256:abcdef'; exit 0;;
esac
exit 1
END
chmod +x "$HOME/ssh"
"$GIT" config gpg.format ssh; "$GIT" config gpg.ssh.program "$HOME/ssh"; "$GIT" config user.signingKey "$HOME/key"; : >"$HOME/key"
"$GIT" tag -s -m "Signed" s1; "$GIT" commit -q --allow-empty -S -m "Signed commit"
told() { sed "s#$HOME#HOME#g" "$HOME/told" >"$HOME/shown"; rm -f "$HOME/told"; note_file "$HOME/shown"; }
told
both() { "$GIT" "$@" verify-tag s1; "$GIT" "$@" verify-commit HEAD; "$GIT" "$@" verify-commit -v --raw HEAD; "$GIT" "$@" log -1 --format='%G?|%GS|%GK|%GF|%GP|%GT|%GG'; "$GIT" "$@" log -1 --show-signature --format=%s; told; }
both
both -c gpg.ssh.allowedSignersFile=
both -c gpg.ssh.allowedSignersFile="$HOME/nothere"
echo 'carl@example.com ssh-ed25519 AAAA' >"$HOME/signers"
"$GIT" config gpg.ssh.allowedSignersFile "$HOME/signers"
for MODE in good none two old bad revoked; do export MODE; both; done
MODE=good; export MODE
both -c gpg.ssh.allowedSignersFile='~/signers'
both -c gpg.ssh.revocationFile="$HOME/nothere"
: >"$HOME/revoked"
both -c gpg.ssh.revocationFile="$HOME/revoked"
both -c gpg.ssh.revocationFile='~/revoked'
"$GIT" -c gpg.ssh.revocationFile verify-tag s1
"$GIT" -c gpg.ssh.allowedSignersFile verify-tag s1
for m in undefined never marginal fully ultimate; do "$GIT" -c gpg.minTrustLevel=$m verify-commit HEAD; done
