# Fetches and clones that fail: what is told, and how it ends.  The server is a script
# that says what a good one says, up to a point.
#: cells sha1-files
#: end no
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
export GIT_USER_AGENT=agent
p() { printf '%04x%s' $((${#1} + 4)) "$1"; }
q init -q -b main src; q -C src config core.compression 0; for i in 1 2 3; do seq $i 40 >src/f$i; q -C src add .; q -C src commit -qm $i; tick; done
I=$("$QN_REAL" -C src rev-parse main)
echo main | "$QN_REAL" -C src pack-objects -q --revs --stdout >pack 2>/dev/null
size=$(wc -c <pack)
# band FILE: data as packets of band 1
band() { split -b 900 "$1" part.; for f in part.*; do printf '%04x\001' $(($(wc -c <$f) + 5)); cat $f; rm $f; done; }
say() { printf '%04x\00'$1 $((${#2} + 5)); printf '%s' "$2"; }
{ p "version 2
"; p agent=x; p ls-refs=unborn; p fetch=shallow; p object-format=sha1; printf 0000; } >hello
{ p "$I HEAD symref-target:refs/heads/main
"; p "$I refs/heads/main
"; printf 0000; } >refs
# Each part behind a request; it ends where one has no end, as the client would wait for ever.
cat >server <<'P'; chmod +x server; export D=$PWD
#!/usr/bin/env python3
import os
def packet():
    head = os.read(0, 4)
    while 0 < len(head) < 4:
        head += os.read(0, 4 - len(head)) or b"0000"
    left = max(int(head or b"0", 16) - 4, 0)
    while left and (data := os.read(0, left)):
        left -= len(data)
    return head != b"0000" and head != b""
for name in ("hello", "refs", "answer"):
    try:
        with open(f"{os.environ['D']}/{name}", "rb") as f:
            data = whole = f.read()
        while data:
            data = data[os.write(1, data):]
    except (FileNotFoundError, BrokenPipeError):
        break
    if not whole.endswith(b"0000"):
        break
    while name != "answer" and packet():
        pass
os._exit(0)
P
# but for the line that quoin says of what it keeps
g() { "$QN_REAL" "$@" 2>err >out; note "$1 $3 $?"; sed '/^nothing of it is kept/d' err >n; note_file n; note_file out; }
try() {
    for words in "fetch -q" "-c fetch.unpackLimit=1 fetch"; do
        q init d; g -C d $words --upload-pack="$D/server" file://$D/src main:refs/heads/got; rm -rf d
    done
    g clone -q --bare --upload-pack="$D/server" file://$D/src d; [ -d d ] && note there is a clone; rm -rf d
}
answer() { note "== $1"; shift; { p "packfile
"; "$@"; } >answer; try; }
whole() { band pack; printf 0000; }; answer whole whole
no_flush() { band pack; }; answer "no flush" no_flush
none() { :; }; answer nothing none
flush() { printf 0000; }; answer "only a flush" flush
for n in 4 12 100 -20 -1; do
    head -c $n pack >cut
    ends() { band cut; printf 0000; }; answer "cut at $n, flush" ends
    hangs() { band cut; }; answer "cut at $n" hangs
done
error() { say 3 "no more of it"; printf 0000; }; answer "an error first" error
error() { band cut; say 3 "no more of it"; printf 0000; }; head -c 200 pack >cut; answer "an error in the middle" error
error() { band pack; say 3 "no more of it"; printf 0000; }; answer "an error at the end" error
words() { say 2 "words
"; band pack; say 2 "words after"; printf 0000; }; answer words words
words() { say 2 "words
"; }; answer "words, and no pack" words
other() { say 4 "what"; band pack; printf 0000; }; answer "band 4" other
other() { p ""; band pack; printf 0000; }; answer "an empty packet" other
other() { band pack; printf 0001; }; answer "a delimiter" other
other() { printf 0001; band pack; printf 0000; }; answer "a delimiter first" other
other() { printf 00zz; }; answer "no length" other
for at in 0 5 12 100 -10; do
    python3 -c "
import sys
d = bytearray(open('pack', 'rb').read()); d[$at] ^= 0x41; open('cut', 'wb').write(d)"
    other() { band cut; printf 0000; }; answer "flipped at $at" other
done
# before the pack
before() { note "== $1"; shift; "$@" >answer; try; }
other() { p "ERR upload-pack: not our ref $I"; }; before "ERR" other
other() { :; }; before "nothing at all" other
other() { printf 0000; }; before "a flush" other
other() { p "acknowledgments
"; p "NAK
"; printf 0000; }; before "acknowledgments after done" other
other() { p "rubbish
"; printf 0000; }; before "another section" other
other() { p "shallow-info
"; p "shallow x
"; printf 0001; }; before "shallow x" other
: >answer
for listing in "ERR not here" "$I" "xyz refs/heads/main" "$I refs/heads/main odd" "$I refs/heads/main symref-target:" "$I refs/heads/main peeled:x" "" "unborn" "unborn HEAD" "$I refs/heads/../x"; do
    note "== listed: $listing"; { p "$listing"; printf 0000; } >refs
    q init d; g -C d fetch -q --upload-pack="$D/server" file://$D/src main:refs/heads/got; rm -rf d; "$GIT" ls-remote --upload-pack="$D/server" file://$D/src
done
: >refs; "$GIT" ls-remote --upload-pack="$D/server" file://$D/src
for first in "" "ERR no" "version 3" "version x" "x" "$I HEAD" "version 2"; do
    note "== first: $first"; { [ -z "$first" ] || p "$first"; } >hello
    q init d; g -C d fetch -q --upload-pack="$D/server" file://$D/src main:refs/heads/got; rm -rf d; "$GIT" ls-remote --upload-pack="$D/server" file://$D/src
done
printf 'hello there\n' >hello; "$GIT" ls-remote --upload-pack="$D/server" file://$D/src
printf '0003' >hello; "$GIT" ls-remote --upload-pack="$D/server" file://$D/src
"$GIT" ls-remote --upload-pack=false file://$D/src; "$GIT" ls-remote --upload-pack=/nowhere file://$D/src; "$GIT" ls-remote --upload-pack="exit 3;" file://$D/src; "$GIT" ls-remote file://$D/none; "$GIT" ls-remote none
