# fsck: what lies beside packs (.rev, bitmaps, indexes) is looked at in each mode, and damage of it told of.
#: cells sha1-files sha256-files
#: end no
history
Q() { "$QN_REAL" "$@"; }
# names of packs are the hash of what is in them: each program's own
plain() { sed "s/pack-[0-9a-f]\{40,\}/pack-X/; s/index-[0-9a-f]\{40,\}/index-X/"; }
Q repack -adqb; echo more >more; Q add more; Q commit -qm more; Q repack -dq; Q multi-pack-index write --bitmap --no-progress
Q config gc.auto 0
chmod -R u+w .git/objects; cp -R .git/objects ../kept
whole() { rm -rf .git/objects; cp -R ../kept .git/objects; }
look() {
    for mode in --full --connectivity-only "--no-full --no-reflogs"; do
        Q fsck --no-dangling $mode "$@" >../out 2>../err; code=$?
        note "fsck $mode $* = $code"; sort ../out >>"$QN_TRANSCRIPT"; uniq ../err | plain | sed 's/^/! /' >>"$QN_TRANSCRIPT"
    done
}
p=$(ls -S .git/objects/pack/*.pack | head -1); p=${p%.pack}
for n in 0 11 40; do note "rev, $n bytes"; head -c $n ../kept/pack/${p##*/}.rev >$p.rev; look; whole; done
for at in 0 5 9 14 20; do note "rev, byte $at"; printf '\377' | dd of=$p.rev bs=1 seek=$at conv=notrunc 2>/dev/null; look; whole; done
note "rev, longer"; echo junk >>$p.rev; look; whole
for f in .git/objects/pack/multi-pack-index-*.bitmap $p.bitmap; do
    [ -f $f ] || continue
    note "bitmap"; printf '\377' | dd of=$f bs=1 seek=70 conv=notrunc 2>/dev/null; look; whole
done
# without a sound index nothing is known of the order, .rev or not; objects are missing, too: only the code counts
for n in 0 500; do
    for rev in with without; do
        note "idx, $n bytes, $rev .rev"; head -c $n ../kept/pack/${p##*/}.idx >$p.idx; [ $rev = with ] || rm $p.rev
        for mode in --full --connectivity-only; do Q fsck --no-dangling $mode >../out 2>&1; note "$mode"; grep rev-index ../out | plain >>"$QN_TRANSCRIPT"; done
        whole
    done
done
note verbose; printf '\377' | dd of=$p.rev bs=1 seek=14 conv=notrunc 2>/dev/null; Q fsck -v --no-dangling 2>&1 | sed '/^Checking reflog/d; s/^Checking [0-9a-f]\{40,\}$/Checking one/' | grep -A1 -B1 '^error\|connectivity' | plain >>"$QN_TRANSCRIPT"
