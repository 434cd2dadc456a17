# What an index is written with: index.threads, index.record*, index.version, index.skipHash, feature.manyFiles, shown by its extensions.
#: cells sha1-files
"$GIT" init -q -b main; mkdir d; for i in 1 2 3 4 5; do echo $i >d/file$i; done; "$GIT" add .; "$GIT" commit -q -m one
cat >.git/show <<'PY'
import struct, sys
d = open('.git/index', 'rb').read(); v, n = struct.unpack('>II', d[4:12]); at = 12
for i in range(n):
    start = at; at += 62 + (2 if v > 2 and d[at + 60] & 0x40 else 0)
    if v == 4:
        while d[at] & 128: at += 1
        at = d.index(b'\0', at + 1) + 1
    else:
        at = d.index(b'\0', at); at = start + ((at - start) // 8 + 1) * 8
line = 'v%d %d' % (v, n)
while at < len(d) - 20:
    size = struct.unpack('>I', d[at + 4:at + 8])[0]; body = d[at + 8:at + 8 + size]
    line += ' ' + d[at:at + 4].decode()
    if d[at:at + 4] == b'IEOT':
        line += ':' + ','.join('%d+%d' % struct.unpack('>II', body[k:k + 8]) for k in range(4, size, 8))
    at += 8 + size
print(line, 'no hash' if d[-20:] == bytes(20) else '')
PY
write() {
rm -f .git/index; "$GIT" "$@" read-tree HEAD; python3 .git/show >>"$QN_TRANSCRIPT"
"$GIT" "$@" add .; python3 .git/show >>"$QN_TRANSCRIPT"; "$GIT" ls-files -s | tail -1; "$GIT" status -s
}
write -c a.b=c
for threads in true false yes 0 1 2 4 300 -3 bad; do write -c index.threads=$threads; done
write -c index.threads
write -c index.threads=4 -c index.recordEndOfIndexEntries=false; write -c index.threads=4 -c index.recordOffsetTable=false
write -c index.recordOffsetTable=true; write -c index.recordEndOfIndexEntries=true; write -c index.threads=1 -c index.recordOffsetTable=true
for version in 2 3 4 5 bad; do write -c index.version=$version -c index.threads=2; done
write -c index.skipHash=true; write -c index.skipHash=bad
# Damage: an optional extension is dropped, a required one refused.
extend() { "$QN_REAL" read-tree HEAD; python3 - "$1" <<'PY'
import hashlib, struct, sys
d = open('.git/index', 'rb').read()[:-20] + sys.argv[1].encode() + struct.pack('>I', 3) + b'xyz'
open('.git/index', 'wb').write(d + hashlib.sha1(d).digest())
PY
}
extend ABCD; "$GIT" ls-files -s; "$GIT" status -s; echo more >d/file1; "$GIT" add d/file1; python3 .git/show >>"$QN_TRANSCRIPT"
extend abcd; "$GIT" ls-files -s; "$GIT" status -s; "$GIT" add d; rm .git/index; "$GIT" reset -q --hard
