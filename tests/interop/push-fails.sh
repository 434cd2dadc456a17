#: cells sha1-files
#: end no
# A push whose connection fails, at each point, over what git can be made to speak
# through without a port: what is said, and the exit code.  shared/push-peer is the
# other side; what it does is timed such that one side only can be the first.
ln -s "$(cd "$(dirname "$0")" && pwd)/shared/push-peer" ../peer

history
git_() { "$QN_REAL" "$@"; }
git_ init -q --bare ../up.git
printf '#!/bin/sh\nexec ../peer --daemon\n' >../proxy; chmod +x ../proxy
export GIT_SSH_VARIANT=ssh
two=$(git_ rev-parse HEAD~1)
git_ checkout -q -b big; awk 'BEGIN { srand(7); for (i = 0; i < 90000; i++) print int(rand() * 1e9), int(rand() * 1e9), i }' </dev/null >big; git_ add big; git_ commit -qm big
git_ checkout -q main
there() { git_ for-each-ref --format='%(objectname) %(refname)' refs/remotes >../shown; note_file ../shown; for ref in main side big; do git_ update-ref -d refs/remotes/r/$ref; done; }
# What the other side says and what the connection ends with come from two threads of
# git's, in either order: in front, sorted.  While a pack is written git may be ended by
# SIGPIPE before it could say anything: with LOOSE that is as good as what it says else.
try() {
    git_ "$@" </dev/null >../out 2>../err; code=$?
    if [ -n "$LOOSE" ]; then
        [ $code = 141 ] && code=128
        sed -i -e '/^send-pack: unexpected disconnect/d' -e '/^fatal: the remote end hung up/d' ../err
    fi
    { awk '/^(send-pack: |fatal: the remote end|error: unable to parse|error: remote unpack|remote: )/ { print | "LC_ALL=C sort"; next } { rest = rest $0 "\n" } END { close("LC_ALL=C sort"); printf "%s", rest }' ../err; sed 's/^/out: /' ../out; echo "= $code"; } >../shown
    note "$* $PEER"; note_file ../shown
}
git_ config remote.l.url ../up.git; git_ config remote.l.receivepack "exec ../peer"; git_ config remote.l.fetch '+refs/heads/*:refs/remotes/r/*'
git_ config remote.s.url ssh://host/up.git; git_ config remote.s.fetch '+refs/heads/*:refs/remotes/r/*'
git_ config remote.g.url git://host/up.git; git_ config remote.g.fetch '+refs/heads/*:refs/remotes/r/*'
export GIT_SSH_COMMAND="exec ../peer" GIT_PROXY_COMMAND=../proxy
over() { # CARRIERS REFSPEC...
    carriers=$1; shift
    while IFS= read -r PEER; do
        export PEER
        for r in $carriers; do try push $r "$@"; there; done
    done
}
more() { # one carrier, other commands
    while IFS= read -r PEER; do
        export PEER
        for words in --porcelain -q --atomic -v -u; do try push $words l "$@"; done; there
        try send-pack --receive-pack="exec ../peer" ../up.git "$@"
    done
}
# before there is anything to send
over 'l s g' main <<'P'
exit=0
exit=1
exit=128
raw=garbage
raw=garbage\n
raw=0
raw=0000 ; end
raw=00
raw=0001
raw=0004
raw=ffff
raw=003f
line=ERR no way
line=ERR no \e[31mway\n
line=ERR no way ; exit=1
line=version 1 ; adv ; end
line=version 1
line=version 2 ; flush ; end
line=version 9 ; adv ; end
line=unknown words
raw=0023short
band2=who are you?\n
P
# while it is sent
LOOSE=1
over 'l s g' big <<'P'
deaf ; adv
deaf ; adv ; exit=1
deaf ; adv ; exit=128
deaf ; adv ; sleep=0.3 ; report=unpack ok|ok refs/heads/big ; flush
deaf ; adv=report-status delete-refs
deaf ; adv=report-status delete-refs ; exit=7
adv ; commands ; deaf
adv ; commands ; deaf ; exit=1
adv ; commands ; bytes=1000 ; deaf ; sleep=0.2
adv ; commands ; bytes=1000 ; deaf ; band2=disk is full\n ; flush
adv ; commands ; bytes=1000 ; deaf ; report=unpack index-pack abnormal exit|ng refs/heads/big unpacker error ; flush
adv ; commands ; bytes=1000 ; deaf ; report=unpack index-pack abnormal exit|ng refs/heads/big unpacker error ; flush ; exit=1
adv ; commands ; bytes=1000 ; deaf ; band3=it is over\n
adv ; commands ; bytes=1000 ; deaf ; line=ERR it is over
adv=report-status delete-refs ; commands ; bytes=1000 ; deaf ; plain=unpack no space|ng refs/heads/big unpacker error
P
# behind it
LOOSE=
over 'l g' main <<'P'
adv ; commands ; pack
adv ; commands ; pack ; exit=1
adv ; commands ; pack ; exit=128
adv ; commands ; pack ; flush
adv ; commands ; pack ; band1=
adv ; commands ; pack ; line= ; flush
adv ; commands ; pack ; raw=0001
adv ; commands ; pack ; raw=xxxx
adv ; commands ; pack ; raw=0009\1ab
adv ; commands ; pack ; line=hello
adv ; commands ; pack ; band7=hello ; flush
adv ; commands ; pack ; band3=it is over\n
adv ; commands ; pack ; band3=it \e[31mis\nover
adv ; commands ; pack ; band2=half a line
adv ; commands ; pack ; band2=half a line ; flush
adv ; commands ; pack ; band2=a line\n ; flush
adv ; commands ; pack ; report=
adv ; commands ; pack ; report=unpack ok
adv ; commands ; pack ; report=unpack ok ; flush
adv ; commands ; pack ; report=unpack
adv ; commands ; pack ; report=unpack ; flush
adv ; commands ; pack ; report=unpack  ; flush
adv ; commands ; pack ; report=unpacked ; flush
adv ; commands ; pack ; report=ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; flush ; exit=1
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; flush ; exit=128
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; flush ; line=more
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; band2=later\n ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; band2=later ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; band3=late\n
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; raw=zzzz
adv ; commands ; pack ; report=unpack ok|ok  ; flush
adv ; commands ; pack ; report=unpack ok|ok ; flush
adv ; commands ; pack ; report=unpack ok|okrefs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|maybe refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main  ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main hook declined ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main no \e[31m\x01way ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main failed to update ref ; flush ; exit=1
adv ; commands ; pack ; report=unpack ok|ok refs/heads/other ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/other why ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|ng refs/heads/main no ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main no|ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|option refname refs/heads/x|ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|option refname refs/heads/x ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|option ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|option refname ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|option old-oid xyz|option new-oid xyz ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|option forced-update ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|option what else ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main no|option refname refs/heads/x ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main no|option old-oid 0 ; flush
adv ; commands ; pack ; report=unpack disk full|ng refs/heads/main unpacker error ; flush
adv ; commands ; pack ; report=unpack disk full ; flush
adv ; commands ; pack ; report=unpack disk full|ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack unpack-objects abnormal exit|ng refs/heads/main unpacker error ; band2=error: no space\n ; flush ; exit=1
adv ; commands ; pack ; cutreport=4:unpack ok|ok refs/heads/main ; flush
adv ; commands ; pack ; cutreport=10:unpack ok|ok refs/heads/main ; flush
adv ; commands ; pack ; cutreport=14:unpack ok|ok refs/heads/main ; flush
adv ; commands ; pack ; cutreport=16:unpack ok|ok refs/heads/main ; flush
adv ; commands ; pack ; cutreport=20:unpack ok|ok refs/heads/main
adv ; commands ; pack ; cutreport=38:unpack ok|ok refs/heads/main ; flush
adv=report-status ; commands ; pack ; plain=unpack ok|ok refs/heads/main
adv=report-status ; commands ; pack ; plain=unpack ok|ng refs/heads/main no
adv=report-status ; commands ; pack ; raw=000eunpack ok\n
adv=report-status ; commands ; pack ; raw=000eunp
adv=report-status ; commands ; pack ; raw=zzzz
adv=report-status ; commands ; pack
adv=report-status ; commands ; pack ; exit=3
adv= ; commands ; pack
adv=delete-refs ; commands ; pack
adv=delete-refs ; commands ; pack ; exit=3
adv=delete-refs side-band-64k ; commands ; pack ; flush
adv=delete-refs side-band-64k ; commands ; pack
adv=delete-refs side-band-64k ; commands ; pack ; band2=words\n ; flush ; exit=3
adv=delete-refs side-band-64k ; commands ; pack ; band3=words\n
adv=report-status object-format=sha256 ; end
P
# several refs, with other options
more main side :gone <<'P'
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|ok refs/heads/side ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|ng refs/heads/side no ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main one|ng refs/heads/side other ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main ; flush
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main
adv ; commands ; pack ; report=unpack full|ng refs/heads/main unpacker error|ng refs/heads/side unpacker error ; flush
adv ; commands ; pack
adv ; end
adv=report-status ; end
P
export PEER_REFS="$two refs/heads/main,$two refs/heads/gone"
more main side :gone <<'P'
adv ; commands ; pack ; report=unpack ok|ok refs/heads/main|ok refs/heads/side|ok refs/heads/gone ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main one|ok refs/heads/side|ng refs/heads/gone no delete ; flush
adv ; commands ; pack ; report=unpack ok|ng refs/heads/main one|ng refs/heads/gone no delete ; flush
adv=report-status ; commands ; pack ; plain=unpack ok|ok refs/heads/main|ok refs/heads/side|ok refs/heads/gone
adv= ; end
P
# what the other side does not know
export PEER="adv=report-status ; commands ; exit=1" PEER_REFS=
for words in --signed --signed=if-asked --atomic "-o x" --dry-run --porcelain "--dry-run --signed" "--dry-run --atomic" "--dry-run -o x" "-u" "--prune"; do try push $words l main; try push $words l :gone; done
there
