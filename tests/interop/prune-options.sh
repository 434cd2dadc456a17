#: place disk
#: cells sha1-files
#: end no
# prune, prune-packed, pack-refs, count-objects, unpack-file, get-tar-commit-id, pack-redundant: option by option.
history
Q() { "$QN_REAL" "$@"; }
kinds() { note "loose $(find .git/objects/?? -type f 2>/dev/null | wc -l), packs $(ls .git/objects/pack | grep -c pack$)"; }
lose() { for i in 1 2 3 4 5; do echo "lost $1 $i" | Q hash-object -w --stdin >/dev/null; done; }
cp -R .git kept
run() { rm -rf .git; cp -R kept .git; lose x; "$GIT" "$@"; kinds; }
run prune; run prune -n; run prune --dry-run; run prune --dry-run --no-dry-run; run prune -v; run prune --verbose; run prune --verbose --no-verbose
run prune --progress; run prune --no-progress; run prune --expire=now; run prune --expire=1.day.ago; run prune --expire=never; run prune --expire=nonsense; run prune --expire=1.day.ago --no-expire; run prune --expire now -v
run prune --exclude-promisor-objects; run prune --exclude-promisor-objects --no-exclude-promisor-objects; run prune "$(echo "lost x 3" | Q hash-object --stdin)"; run prune -n -- "$(echo "lost x 3" | Q hash-object --stdin)"; run prune nonsense; run prune --nonsense 2>/dev/null
run -c extensions.preciousObjects=true prune
packed() { rm -rf .git; cp -R kept .git; Q repack -aq; "$GIT" "$@" >out; sort out | sed 's/^/  /' >shown; note_file shown; kinds; }
packed prune-packed; packed prune-packed -n; packed prune-packed --dry-run; packed prune-packed --dry-run --no-dry-run; packed prune-packed -q; packed prune-packed --quiet; packed prune-packed --no-quiet; packed prune-packed -n -q; packed prune-packed x 2>/dev/null
refs() { rm -rf .git; cp -R kept .git; "$GIT" "$@"; note "$(grep -v '^#' .git/packed-refs 2>/dev/null | cut -c 42- | tr '\n' ' '), loose $(cd .git; find refs -type f | sort | tr '\n' ' ')"; }
for c in pack-refs "refs optimize"; do
    refs $c; refs $c --all; refs $c --all --no-all; refs $c --prune; refs $c --all --no-prune; refs $c --auto; refs $c --all --auto; refs $c --auto --no-auto
    refs $c --include 'refs/heads/*'; refs $c --include refs/heads/side --include 'refs/tags/v*'; refs $c --include 'refs/heads/*' --no-include; refs $c --exclude 'refs/tags/v1*'; refs $c --all --exclude 'refs/heads/*'; refs $c --all --exclude 'refs/heads/*' --no-exclude
    refs $c --include 'refs/heads/*' --exclude refs/heads/side; refs $c --all --include refs/heads/side; refs $c x 2>/dev/null
done
rm -rf .git; cp -R kept .git; i=0; while test $i -lt 40; do Q update-ref refs/heads/many/b$i HEAD; i=$((i + 1)); done; "$GIT" pack-refs --auto; note "$(grep -c refs/heads/many .git/packed-refs 2>/dev/null)"; "$GIT" pack-refs --all --auto; note "$(grep -c refs/heads/many .git/packed-refs)"
rm -rf .git; cp -R kept .git
count() { "$GIT" count-objects "$@" | sed 's/[0-9][0-9.]* \(bytes\|KiB\|kilobytes\)/N \1/; s/^size\(.*\): .*/size\1: N/' >shown; note_file shown; }
count; count -v; count --verbose; count -H; count --human-readable; count -vH; count --no-verbose; count --verbose --no-human-readable
Q repack -aq; echo garbage >.git/objects/pack/nonsense; mkdir -p .git/objects/zz; echo x >.git/objects/17x; "$GIT" count-objects -v 2>&1 | sed 's/^size\(.*\): .*/size\1: N/' >shown; note_file shown; "$GIT" count-objects x 2>/dev/null
f=$(Q unpack-file HEAD:story); case $f in .merge_file_??????) note "a good name";; esac; cmp "$f" story && note same; "$GIT" unpack-file HEAD:src; "$GIT" unpack-file nonsense; "$GIT" unpack-file 2>/dev/null; "$GIT" unpack-file a b 2>/dev/null; "$GIT" unpack-file -h >/dev/null
tar() { printf '%s' "$1" >x.tar; printf '%512s' "" | tr ' ' '\0' >>x.tar; head -c 2000 /dev/zero >>x.tar; }
"$GIT" get-tar-commit-id </dev/null 2>/dev/null; printf 'short' | "$GIT" get-tar-commit-id 2>/dev/null; head -c 4000 /dev/zero | "$GIT" get-tar-commit-id
python3 -c "
import sys
h=bytearray(512); h[0:17]=b'pax_global_header'; h[156]=ord('g'); h[124:136]=b'00000000064\0'
b=b'52 comment='+b'a'*40+b'\n'
sys.stdout.buffer.write(bytes(h)+b+bytes(512-len(b)))" >g.tar; "$GIT" get-tar-commit-id <g.tar
"$GIT" get-tar-commit-id x <g.tar 2>/dev/null
"$GIT" pack-redundant --all; Q repack -q -a; Q -c pack.threads=1 repack -adfq --window=1; "$GIT" pack-redundant --all --i-still-use-this | sed 's/pack-[0-9a-f]*/pack-X/' >shown; note_file shown
