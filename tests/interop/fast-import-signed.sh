# fast-import: signed commits and tags in each mode; with a signer that always writes the same and verifies as MODE tells.
#: cells sha1-files sha256-files
#: end no
"$QN_REAL" init -q .
cat >"$HOME/ssh" <<'END'
#!/bin/sh
case " $* " in
*" sign "*) for file; do :; done; [ "$MODE" != unsigned ] || exit 1; printf '%s\n' '-----BEGIN SSH SIGNATURE-----' 'TkVXTkVX' '-----END SSH SIGNATURE-----' >"$file.sig"; exit 0;;
*" find-principals "*) case $MODE in none) exit 1;; esac; echo carl@example.com; exit 0;;
*" check-novalidate "*) cat >/dev/null; echo 'Good "git" signature with ED25519 key SHA256:abcdef'; exit 0;;
*" verify "*) cat >/dev/null
    case $MODE in bad|unsigned) echo 'Signature verification failed: incorrect signature'; exit 255;; revoked) echo 'Signing key has been revoked'; exit 255;; esac
    echo 'Good "git" signature for carl@example.com with ED25519 key SHA256:abcdef'; exit 0;;
esac
exit 1
END
chmod +x "$HOME/ssh"; : >"$HOME/key"
"$QN_REAL" config gpg.program false; "$QN_REAL" config gpg.x509.program false; "$QN_REAL" config gpg.format ssh; "$QN_REAL" config gpg.ssh.program "$HOME/ssh"; "$QN_REAL" config user.signingKey "$HOME/key"
echo 'carl@example.com ssh-ed25519 AAAA' >"$HOME/signers"
"$QN_REAL" config gpg.ssh.allowedSignersFile "$HOME/signers"
signature() { printf '%s\n' '-----BEGIN SSH SIGNATURE-----' 'U1NIU0lH' '-----END SSH SIGNATURE-----'; }
data() { cat >d; echo "data $(wc -c <d)"; cat d; echo; }
algorithm=$("$QN_REAL" rev-parse --show-object-format)
commits() {
    echo "commit refs/heads/$1"; echo "mark :1"; echo "author A <a@x> 1700000000 +0000"; echo "committer C <c@x> 1700000001 +0100"
    echo "gpgsig $algorithm ssh"; signature | data; echo "signed commit" | data; echo "M 100644 inline a"; echo hello | data
    echo "commit refs/heads/$1"; echo "mark :2"; echo "committer C <c@x> 1700000002 +0100"; echo "unsigned, after it" | data; echo
}
both() {
    echo "commit refs/heads/$1"; echo "committer C <c@x> 1700000001 +0100"
    echo "gpgsig sha1 openpgp"; printf '%s\n' '-----BEGIN PGP SIGNATURE-----' '' 'AAAA' '-----END PGP SIGNATURE-----' | data
    echo "gpgsig sha256 x509"; printf '%s\n' '-----BEGIN SIGNED MESSAGE-----' 'AAAA' '-----END SIGNED MESSAGE-----' | data; echo "twice signed" | data
}
tags() {
    echo "tag $1"; echo "from :1"; echo "tagger T <t@x> 1700000003 +0000"; { echo "a tag"; signature; } | data
    echo "tag $1-plain"; echo "from :1"; echo "tagger T <t@x> 1700000003 +0000"; echo "a tag" | data
}
n=0
for mode in verbatim warn-verbatim abort strip warn-strip strip-if-invalid sign-if-invalid "sign-if-invalid=$HOME/key" abort-if-invalid ignore warn bogus ""; do
    for MODE in good bad none revoked unsigned; do
        export MODE
        case $mode in *if-invalid*) ;; *) [ $MODE = good ] || continue;; esac
        n=$((n + 1)); note "$n: commits ${mode%%=*} $MODE"
        commits c$n | "$GIT" fast-import --quiet "--signed-commits=$mode"
        "$GIT" rev-parse -q --verify c$n^; "$GIT" cat-file commit c$n^
        note "$n: tags ${mode%%=*} $MODE"
        { commits d$n; tags t$n; } | "$GIT" fast-import --quiet "--signed-tags=$mode"
        "$GIT" cat-file tag t$n; "$GIT" cat-file tag t$n-plain
        rm -f .git/fast_import_crash_*
    done
done
for mode in verbatim strip warn-strip abort warn-verbatim; do
    both b$mode | "$GIT" fast-import --quiet --signed-commits=$mode
    "$GIT" cat-file commit b$mode
    rm -f .git/fast_import_crash_*
done
MODE=bad; export MODE
both bi | "$GIT" fast-import --quiet --signed-commits=strip-if-invalid
"$GIT" cat-file commit bi
{ echo "feature signed-commits=strip"; commits fc; } | "$GIT" fast-import --quiet
{ echo "option git signed-commits=strip"; commits oc; } | "$GIT" fast-import --quiet
rm -f .git/fast_import_crash_*
{ echo "commit refs/heads/x"; echo "committer C <c@x> 1700000001 +0100"; echo "gpgsig sha3 ssh"; signature | data; echo m | data; } | "$GIT" fast-import --quiet
{ echo "commit refs/heads/x"; echo "committer C <c@x> 1700000001 +0100"; echo "gpgsig sha1 foo"; signature | data; echo m | data; } | "$GIT" fast-import --quiet
{ echo "commit refs/heads/x"; echo "committer C <c@x> 1700000001 +0100"; echo "gpgsig sha1"; signature | data; echo m | data; } | "$GIT" fast-import --quiet
{ echo "commit refs/heads/x"; echo "committer C <c@x> 1700000001 +0100"; echo "gpgsig sha1 ssh"; signature | data; echo "gpgsig sha1 ssh"; signature | data; echo m | data; } | "$GIT" fast-import --quiet
"$GIT" cat-file commit x
