#: cells sha1-files
#: end no
#: hangup masked
# Signed pushes, with an ssh key; what hooks learn of the certificate.
history
git_() { "$QN_REAL" "$@"; }
ssh-keygen -q -t ed25519 -N '' -C '' -f ../key
echo "c@example.com,carl@example.com $(cat ../key.pub)" >../allowed
git_ config gpg.format ssh
git_ config user.signingKey ../key
git_ init -q --bare ../up.git
git_ -C ../up.git config gpg.format ssh
git_ -C ../up.git config gpg.ssh.allowedSignersFile ../allowed
git_ -C ../up.git config receive.advertisePushOptions true
for hook in pre-receive post-receive update; do
    cat >../up.git/hooks/$hook <<'H'
#!/bin/sh
echo "hook ${0##*/}"
env | grep -E '^(GIT_PUSH_CERT|GIT_PUSH_CERT_KEY|GIT_PUSH_CERT_NONCE|GIT_PUSH_CERT_NONCE_SLOP|GIT_PUSH_CERT_NONCE_STATUS|GIT_PUSH_CERT_SIGNER|GIT_PUSH_CERT_STATUS|GIT_PUSH_NONCE)=' | sort | sed -e "s/^\(GIT_PUSH_CERT=\).*/\1blob/" -e 's/\(NONCE=\)[0-9]*-[0-9a-f]*/\1time-hmac/' -e 's/SHA256:[^ ]*/fingerprint/' -e 's/\(SLOP=\)[0-9][0-9]*/\1seconds/'
if [ -n "$GIT_PUSH_CERT" ]; then
    REAL cat-file blob $GIT_PUSH_CERT | sed -e '/^-----BEGIN/,$d' -e 's/^\(nonce \).*/\1nonce/' -e 's/^\(pusher .*\) [0-9]* [-+][0-9]*$/\1 date/' -e 's/^\(pusher \)SHA256:[^ ]*/\1fingerprint/'
fi
H
    sed -i "s#REAL#$QN_REAL#" ../up.git/hooks/$hook; chmod +x ../up.git/hooks/$hook
done
n=0
pairs() { n=$((n + 1)); "$GIT" push "$@" ../up.git main:b$n; }
pairs --signed
pairs --signed=if-asked
git_ -C ../up.git config receive.certNonceSeed seed
pairs --signed
pairs --signed=yes
pairs --signed=true
pairs --signed=if-asked
pairs --signed=no
pairs --no-signed
pairs --signed --no-signed
pairs --signed -o one -o two
pairs --signed --atomic
pairs --signed --dry-run
pairs --signed -q
git_ -C ../up.git config receive.certNonceSlop 100
pairs --signed
for value in true false if-asked; do git_ config push.gpgSign $value; pairs; pairs --no-signed; done
git_ config --unset push.gpgSign
git_ config user.signingKey ../nokey
pairs --signed
pairs --signed=if-asked
git_ config user.signingKey ../key
echo "nobody@example.com $(cat ../key.pub)" | tr A-Z B-ZA >../allowed
pairs --signed
: >../allowed
pairs --signed
echo "c@example.com,carl@example.com $(cat ../key.pub)" >../allowed
# Deletions, moves by force, several at once.
"$GIT" push --signed ../up.git +main~1:b3 :b4 main:new side:b5 -f
"$GIT" send-pack --signed ../up.git main:s1
"$GIT" send-pack --signed=if-asked ../up.git main:s2
"$GIT" send-pack --signed --no-signed ../up.git :s1 :s2
