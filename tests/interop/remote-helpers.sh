# Remote helpers: what they are told, and what is made of what they say.
#: cells sha1-files
history
"$GIT" init -q --bare far
mkdir bin; PATH=$PWD/bin:$PATH; export PATH
cat >bin/git-remote-said <<'P'
#!/bin/sh
# Writes down what it hears; $S1, $S2... are its answers, $X1... its ends.
log=$HELPER_LOG
printf 'arguments %s\n' "$*" >>$log
n=0
while IFS= read -r line; do
    printf '%s\n' "$line" >>$log
    n=$((n + 1))
    eval "answer=\$S$n; end=\$X$n"
    [ -z "$answer" ] || printf "$answer"
    [ -z "$end" ] || exit $end
done
exit ${XE:-0}
P
chmod +x bin/git-remote-said
HELPER_LOG=$PWD/log; export HELPER_LOG
heard() { "$GIT" stripspace <log; rm -f log; }
id=410a5b7e78aae74717752e98ed07e425ae70f103
S1='fetch\n\n' S2="$id refs/heads/x\n@refs/heads/x HEAD\n\n" "$GIT" ls-remote --symref said::place; heard
S1='fetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" ls-remote said://place/x; heard
"$GIT" remote add r said::place
S1='fetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" ls-remote r; heard
"$GIT" config remote.v.vcs said
S1='fetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" ls-remote v; heard
"$GIT" config remote.v.url some://thing
S1='fetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" ls-remote v; heard
S1='fetch\noption\n\n' S2='ok\n' S3='ok\n' S4="$id refs/heads/x\n\n" "$GIT" ls-remote r; heard
S1='fetch\noption\nobject-format\n\n' S2='unsupported\n' S3='what\n' S4='ok\n' S5=":object-format sha1\n$id refs/heads/x\n\n" "$GIT" ls-remote r; heard
S1='fetch\noption\n\n' S2='ok\n' S3='ok\n' S4='ok\n' S5="$id refs/heads/x\n\n" "$GIT" ls-remote --upload-pack='a b' r; heard
S1='fetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" ls-remote --upload-pack='a b' r; heard
S1='connect\nfetch\n\n' S2='fallback\n' S3="$id refs/heads/x\n\n" "$GIT" ls-remote r; heard
S1='stateless-connect\nfetch\n\n' S2='fallback\n' S3="$id refs/heads/x\n\n" "$GIT" ls-remote r; heard
S1='stateless-connect\nfetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" -c protocol.version=0 ls-remote r; heard
S1='connect\n\n' S2='\n000fERR go away' "$GIT" ls-remote r; heard
S1='connect\n\n' S2='hello\n' "$GIT" ls-remote r; heard
S1='import\n\n' S2='? refs/heads/x\n\n' "$GIT" ls-remote r; heard
S1='fetch\n*push\n*strange\n\n' "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id\n\n" "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="@refs/heads/x\n\n" "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="zz refs/heads/x\n\n" "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id refs/heads/a b c\n\n" "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id refs/heads/main unchanged\n\n" "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id refs/heads/nowhere unchanged\n\n" "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id refs/heads/x\n\n" XE=3 "$GIT" ls-remote r; heard
X1=3 "$GIT" ls-remote r; heard
S1='fetch\n' X1=1 "$GIT" ls-remote r; heard
S1='fetch\n\n' X2=1 "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id refs/heads/x\n" X2=1 "$GIT" ls-remote r; heard
S1='connect\n\n' X2=1 "$GIT" ls-remote r; heard
S1='fetch\n\n' S2="$id refs/heads/x\n\n" GIT_TRANSPORT_HELPER_DEBUG=1 "$GIT" ls-remote r; heard
"$GIT" -c protocol.said.allow=never ls-remote r
GIT_PROTOCOL_FROM_USER=0 "$GIT" ls-remote r
GIT_ALLOW_PROTOCOL=said S1='fetch\n\n' S2="$id refs/heads/x\n\n" "$GIT" ls-remote r; heard
"$GIT" ls-remote unheard-of::x
printf 'capabilities\n\n' | "$GIT" remote-ext a b
printf 'what\n' | "$GIT" remote-ext a b
printf 'connect git-upload-pack\n' | "$GIT" remote-ext a 'sh -c echo% hello'
printf 'connect git-upload-pack\n' | "$GIT" remote-ext a 'sh -c exit% 7'
printf 'connect git-upload-pack\n' | "$GIT" remote-ext a 'cat %G/x %Vhost' | tr '\000' '@'
printf 'capabilities\nwhat\n' | "$GIT" remote-fd a 3
