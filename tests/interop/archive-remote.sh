#: cells sha1-files sha256-reftable
#: end no
# archive --remote, upload-archive: over a process here, what is asked, what is refused, lies of the other side.
export TZ=UTC GIT_USER_AGENT=agent
history
printf '#!/bin/sh\nexec "$QN_REAL" upload-archive "$1" 2>/dev/null\n' >../serve; chmod +x ../serve
"$QN_REAL" clone -q --bare . ../bare.git
sum() { note "$(sha1sum <$1 | cut -d' ' -f1)"; }
g() { QN_OWN_WORDS=1 "$GIT" "$@" >../out; sum ../out; }
ar() { g archive --remote=. --exec="../serve" --mtime=@1500000000 "$@"; }
here=$PWD; cp ../serve serve; cp ../serve src/serve
g archive --remote=. HEAD; g archive --remote=. v1 src; g archive --remote=. -v --prefix=z/ HEAD docs; g archive --remote=. --format=zip v2; g archive --remote=../bare.git main; g archive --remote=../bare.git --format=tgz -9 --mtime=@1500000000 HEAD:src; g archive --remote="$here/../bare.git" HEAD; g archive --remote="file://$here" HEAD story
"$GIT" archive --remote=. -l; "$GIT" archive --remote=../bare.git --list; (cd src; g archive --remote="$here" HEAD src; g archive --remote=.. --exec=./serve HEAD)
for file in x.zip x.tgz x.tar.gz x.foo; do "$GIT" archive --remote=. -o ../$file HEAD src; sum ../$file; done; "$GIT" archive --remote=. --format=tar -o ../x.zip HEAD src; sum ../x.zip; g archive --remote=. -o ../y.tgz --no-output HEAD src
for name in HEAD^ HEAD~0 main~1 "$("$QN_REAL" rev-parse HEAD)" 'main^{tree}' v2^{} nope main:src main:nope main:story HEAD: heads/main refs/heads/main refs/heads/side:docs v2 :story main@{0}; do ar "$name" | :; note "$name" | sed "s/$("$QN_REAL" rev-parse HEAD)/ID/"; ar "$name"; done
ar HEAD zz; ar HEAD src zz; ar --format=zz HEAD; ar -9 HEAD; ar --format=zip -12 HEAD; ar -lv HEAD; ar --mtime=@1500000000 HEAD src; ar --worktree-attributes HEAD src; ar HEAD --prefix=x/ src; ar --prefix x/ HEAD -- src; ar -- HEAD src; ar --pref=q/ HEAD src; ar --no-prefix --verb HEAD src; ar --add-virtual-file=a:b HEAD; ar --prefix; ar --verbose=x HEAD; ar --no-prefix=x HEAD; ar HEAD ''; ar --no-verbose HEAD src; ar --remo=x HEAD; ar --exe=x HEAD; ar --outp=x HEAD; ar --end-of-options HEAD src
"$QN_REAL" config tar.a.command 'cat; echo hi'; "$QN_REAL" config tar.b.command 'cat; echo ho'; "$QN_REAL" config tar.b.remote true; "$QN_REAL" config tar.tgz.remote false; "$QN_REAL" config tar.umask 077
"$GIT" archive --remote=. -l; ar --format=a HEAD; ar --format=b HEAD src; ar --format=tgz HEAD; ar --format=tar.gz HEAD; ar HEAD; "$QN_REAL" config tar.umask junk; ar HEAD; ar -l; "$QN_REAL" config --unset tar.umask; "$QN_REAL" config --remove-section tar.a; "$QN_REAL" config --remove-section tar.b; "$QN_REAL" config --unset tar.tgz.remote
for value in true false junk; do "$QN_REAL" config uploadarchive.allowunreachable $value; for name in HEAD^ 'main^{tree}' nope main; do ar --mtime=@1500000000 "$name" src; done; done; "$QN_REAL" config --unset uploadarchive.allowunreachable
g archive --remote=nope --exec=./serve HEAD; g archive --remote=src --exec=./serve HEAD; g archive --exec=x HEAD src; g archive --remote=. --no-remote HEAD src; mkdir ../none; (cd ../none; g archive --remote=../bare.git HEAD; "$GIT" archive --remote=../bare.git -l)
"$QN_REAL" remote add origin ../bare.git; g archive --remote=origin HEAD; "$QN_REAL" config url.$here/../bare.git.insteadOf short:; g archive --remote=short: HEAD
# the service itself
u() { for w in "$@"; do printf '%04xargument %s\n' $((${#w} + 14)) "$w"; done >../request; printf 0000 >>../request; QN_OWN_WORDS=1 "$GIT" upload-archive . <../request >../answer; head -c 12 ../answer >../head; tail -c 60 ../answer | tr '\000' '0' >>../head; note_file ../head; }
u HEAD src; u nope; u -l; u HEAD^; u --output=x HEAD; u --exec=x HEAD; u -o x HEAD; u --add-virtual-file=a:b HEAD; u HEAD 'no such'; u --format=zz HEAD
i=0; set --; while [ $i -lt 63 ]; do set -- "$@" -v; i=$((i + 1)); done; u "$@" HEAD; u "$@" HEAD HEAD
for text in '' '0012argument HEAD\n' '0012argument HEAD\n0010arg HEAD\n0000' '0012argument HEAD\n00010000' zzzz 'ffffargument' '0008argu0000' '0013argument n\0EAD\n0000'; do printf "$text" | "$GIT" upload-archive .; done
"$GIT" upload-archive nope </dev/null; "$GIT" upload-archive --foo </dev/null; "$GIT" upload-archive ../bare.git </dev/null; "$GIT" upload-archive ../bare </dev/null
# what a client makes of another's words
printf '#!/bin/sh\nread x; printf "$FAKE"\n' >../fake; chmod +x ../fake
for said in '0008ACK\n00000009\001data0000' '0008ACK\n00000009\001data' '0008ACK\n00000009\002said0000' '0008ACK\n00000009\003dead0000' '0008ACK\n00000009\004what0000' '0008ACK\n000000040000' '0008ACK\n00000009\001data000100000009\001data0000' '0008ACK\n00000009\001da' '0008ACK\n0000000a\002said\n0009\002more0009\003dead' '0008ACK\n00000005\0010000' '0008ACK\n000000060000' '0008ACK\n00000008ERR ' '0008ACK\n0000zzzz' '0008ACK\n00000009\001data0000trailing' 0000 '0008ACK\n' '0007ACK0000' '0008NACK' '0009NACK ' '0010NACK no way\n' '0010ERR some err\n' '000bfoobar\n' '0008ACK\n0008x\n' '0008ACK\n00010000' zzzz '0008ACK\n0000000b\002\033[2Jx\n0000'; do note "$said"; FAKE=$said "$GIT" archive --remote=. --exec=../fake HEAD; done
