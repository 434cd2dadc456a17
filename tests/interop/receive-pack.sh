#: cells sha1-files sha256-reftable
#: end no
# receive-pack: what it tells, refuses and does, byte by byte.  The agent is
# named by GIT_USER_AGENT.
export GIT_USER_AGENT=agent
push_to=$(dirname "$0")/shared/push-to
history
one=$("$QN_REAL" rev-parse HEAD) two=$("$QN_REAL" rev-parse HEAD~1) first=$("$QN_REAL" rev-parse v1) side=$("$QN_REAL" rev-parse side)
tag=$("$QN_REAL" rev-parse v2) blob=$("$QN_REAL" rev-parse HEAD:story) tree=$("$QN_REAL" rev-parse HEAD^{tree})
null=$(echo "$one" | sed 's/./0/g') none=$(echo "$one" | sed 's/./1/g')
git_() { "$QN_REAL" "$@"; }
git_ clone -q --bare . ../seed.git; git_ -C ../seed.git config gc.auto 0
echo new >new; git_ add new; git_ commit -q -m "New work"; tick; new=$(git_ rev-parse HEAD)
git_ commit -q --amend -m "Other work"; other=$(git_ rev-parse HEAD)
printf '%s\n' $new ^$one | git_ pack-objects -q --revs --stdout --thin >new.pack
printf '%s\n' $other ^$one | git_ pack-objects -q --revs --stdout --thin >other.pack
printf '%s\n' $new $other ^$one | git_ pack-objects -q --revs --stdout --thin >both.pack
printf '' | git_ pack-objects -q --stdout >empty.pack
echo $new | git_ pack-objects -q --stdout >lone.pack
fresh() { rm -rf up.git; cp -r ../seed.git up.git; }
show() { note_file shown; }
push() { "$push_to" "$@" >shown 2>&1; note "push $*"; show; }
refs() { git_ -C up.git for-each-ref --format='%(objectname) %(refname) %(symref)' >shown; note refs; show; }
left() { find up.git/objects -name 'tmp_*' | sed 's/incoming-.*/incoming-?/' >shown; note left; show; }
hook() { cat >up.git/hooks/$1; chmod +x up.git/hooks/$1; }
p() { printf '%04x%s' $((${#1} + 4)) "$1"; }
# what it says first
fresh
for setting in a.b=c receive.advertiseAtomic=false receive.advertisePushOptions=true receive.certNonceSeed=x \
    repack.useDeltaBaseOffset=false receive.hideRefs=refs/heads transfer.hideRefs=refs/tags receive.hideRefs=refs; do
    for version in 0 1 2; do
        export GIT_PROTOCOL=version=$version
        push -c $setting up.git
    done
done
unset GIT_PROTOCOL
for arguments in --http-backend-info-refs --advertise-refs; do push --arg $arguments up.git; done
GIT_PROTOCOL=version=1 push --arg --http-backend-info-refs up.git
push --arg --stateless-rpc up.git
git_ init -q --bare empty.git; push empty.git
git_ -C up.git symbolic-ref refs/heads/alias refs/heads/main; push up.git
git_ -C up.git update-ref refs/namespaces/n/refs/heads/x $two; GIT_NAMESPACE=n push up.git
GIT_NAMESPACE=n push up.git $two $one refs/heads/x; refs
GIT_NAMESPACE=n push --pack empty.pack up.git $null $one refs/heads/y; refs
"$GIT" receive-pack nowhere </dev/null
"$GIT" receive-pack </dev/null
"$GIT" receive-pack up.git more </dev/null
# what goes well
fresh
push --pack new.pack up.git $one $new refs/heads/main; refs; left
find up.git/objects -name '*.keep' >shown; show
push up.git $side $null refs/heads/side; refs
fresh; push --caps "report-status-v2 side-band-64k" --pack new.pack up.git $one $new refs/heads/main
fresh; push --caps report-status --pack new.pack up.git $one $new refs/heads/main
fresh; push --caps side-band-64k --pack new.pack up.git $one $new refs/heads/main
fresh; push --caps "" --pack new.pack up.git $one $new refs/heads/main
fresh; push --no-caps --pack new.pack up.git $one $new refs/heads/main
fresh; push --caps "report-status side-band-64k quiet" --pack new.pack up.git $one $new refs/heads/main
fresh; push -c receive.unpackLimit=1 --pack new.pack up.git $one $new refs/heads/main; left; find up.git/objects/pack -type f | sed 's/-[0-9a-f]*\./-?./' | sort >shown; show
fresh; push -c transfer.unpackLimit=1 --pack new.pack up.git $one $new refs/heads/main; find up.git/objects/pack -type f | sed 's/-[0-9a-f]*\./-?./' | sort >shown; show
fresh; push -c receive.unpackLimit=0 --pack new.pack up.git $one $new refs/heads/main; find up.git/objects/pack -type f | sed 's/-[0-9a-f]*\./-?./' | sort >shown; show
fresh; push -c receive.unpackLimit=-1 -c transfer.unpackLimit=0 --pack new.pack up.git $one $new refs/heads/main; find up.git/objects/pack -type f | sed 's/-[0-9a-f]*\./-?./' | sort >shown; show
fresh; push --pack both.pack up.git $one $new refs/heads/main $null $other refs/heads/other $null $tag refs/tags/again $null $blob refs/tags/blob; refs
fresh; push --pack other.pack up.git $one $other refs/heads/main $side $null refs/heads/side $null $one refs/heads/new; refs
fresh; git_ -C up.git config core.logAllRefUpdates true; push --pack new.pack up.git $one $new refs/heads/main; git_ -C up.git reflog main >shown; show
fresh; git_ -C up.git symbolic-ref refs/heads/alias refs/heads/main; push --pack new.pack up.git $one $new refs/heads/alias; refs
push --pack new.pack up.git $new $null refs/heads/alias; refs
fresh; git_ -C up.git symbolic-ref refs/heads/alias refs/heads/main; push --pack new.pack up.git $one $new refs/heads/alias $one $new refs/heads/main; refs
fresh; git_ -C up.git symbolic-ref refs/heads/alias refs/heads/main; push --pack both.pack up.git $one $new refs/heads/alias $one $other refs/heads/main; refs
fresh; git_ -C up.git symbolic-ref refs/heads/dangling refs/heads/nowhere; push --pack new.pack up.git $null $new refs/heads/dangling; refs
# what is refused
fresh
for name in refs/foo refs/heads HEAD main refs/heads/a..b refs/../x --foo refs/heads/-x refs/heads/x.lock refs/heads/@ \
    'refs/heads/a b' 'refs/heads/*' refs/heads/main/x refs/tags/v1/y "refs/heads/new
line" /refs/heads/x refs/heads//x refs/heads/x/ ../../x refs/heads/.x "refs/heads/$(printf '\033')x" FETCH_HEAD refs/stash refs/notes/x refs/for/main; do
    push --pack new.pack up.git $null $new "$name"
    push up.git $one $null "$name"
done
refs; left
push --pack new.pack up.git $two $new refs/heads/main
push --pack new.pack up.git $null $new refs/heads/main
push --pack new.pack up.git $none $new refs/heads/main
push up.git $one $null refs/heads/side
push up.git $null $null refs/heads/side
push up.git $null $null refs/heads/nope
push up.git $two $null refs/heads/nope
push up.git $none $null refs/heads/nope
push --pack empty.pack up.git $null $none refs/heads/x
push --pack empty.pack up.git $null $tree refs/heads/x
push --pack empty.pack up.git $null $blob refs/heads/x
push --pack empty.pack up.git $null $tag refs/heads/x
fresh; push --pack lone.pack up.git $one $new refs/heads/main; left
fresh; push --pack lone.pack up.git $one $new refs/heads/main $null $one refs/heads/fine
fresh; push --arg --skip-connectivity-check --pack lone.pack up.git $null $new refs/heads/skipped; fresh
push --pack both.pack up.git $one $new refs/heads/main $one $other refs/heads/main; refs
push --pack both.pack up.git $null $new refs/heads/t $null $new refs/heads/t; refs
push --pack both.pack up.git $null $new refs/heads/u $null $new refs/heads/u/v; refs
push --caps "report-status side-band-64k atomic" --pack both.pack up.git $null $new refs/heads/w $null $new refs/heads/w/v; refs
push --caps "report-status side-band-64k atomic" --pack both.pack up.git $null $new refs/heads/w $two $new refs/heads/main; refs
push --caps "report-status side-band-64k atomic" --pack both.pack up.git $null $new refs/heads/w $null $new refs/foo $null $new refs/heads/ww; refs
fresh; push --caps "report-status side-band-64k atomic" --pack lone.pack up.git $null $one refs/heads/w $null $new refs/heads/z; refs
fresh; push --caps "report-status side-band-64k atomic" --pack both.pack up.git $null $new refs/heads/w $side $null refs/heads/side; refs
fresh
for setting in receive.denyDeletes=true receive.denyDeleteCurrent=false receive.denyDeleteCurrent=warn receive.denyDeleteCurrent=ignore receive.denyCurrentBranch=refuse \
    receive.denyNonFastForwards=true receive.denyCurrentBranch=ignore receive.hideRefs=refs/heads transfer.hideRefs=refs/heads/main core.bare=false; do
    push -c $setting up.git $one $null refs/heads/main; refs
    fresh
    push -c $setting --pack both.pack up.git $one $two refs/heads/main $side $null refs/heads/side $null $new refs/heads/more; refs
    fresh
done
push -c receive.hideRefs=refs/heads/side --caps "report-status side-band-64k atomic" up.git $null $one refs/heads/x $side $null refs/heads/side; refs; fresh
push -c receive.denyDeletes=true up.git $tag $null refs/tags/v2; refs; fresh
push -c receive.denyDeletes=maybe up.git $one $null refs/heads/main
push -c receive.denyCurrentBranch=maybe up.git $one $null refs/heads/main
push -c receive.unpackLimit=maybe up.git $one $null refs/heads/main
push -c receive.maxInputSize=maybe up.git $one $null refs/heads/main
push -c receive.maxInputSize=50 --pack new.pack up.git $one $new refs/heads/main; left; refs
push -c receive.maxInputSize=50 -c receive.unpackLimit=1 --pack new.pack up.git $one $new refs/heads/main; left; refs
# requests that are none
raw() { "$@" >request; push --raw request up.git; left; }
rubbish() { echo rubbish; }
no_flush() { p "$one $new refs/heads/main"; }
short() { p "$one $new"; printf 0000; }
no_id() { p "xx $new refs/heads/main"; printf 0000; }
bad_new() { p "$one xx refs/heads/main"; printf 0000; }
bad_shallow() { p "shallow xx"; printf 0000; }
other_hash() { printf '00%x%s\0 object-format=sha7' $((${#one} * 2 + 42)) "$one $new refs/heads/x--"; printf 0000; }
delimiter() { printf 0001; }
too_long() { printf fff5; }
no_cert() { p "push-cert"; p "certificate version 0.1"; printf 0000; }
flush() { printf 0000; }
for r in rubbish no_flush short no_id bad_new bad_shallow delimiter too_long no_cert flush; do raw $r; done
# packs that are cut off, or none, or lie
fresh
push up.git $one $new refs/heads/main; left
for size in 4 11 12 13 20 40 $(($(wc -c <new.pack) - 1)); do
    head -c $size new.pack >cut.pack; push --pack cut.pack up.git $one $new refs/heads/main; left
    push -c receive.unpackLimit=1 --pack cut.pack up.git $one $new refs/heads/main; left
done
sed 's/^PACK/PUCK/' new.pack >bad.pack; push --pack bad.pack up.git $one $new refs/heads/main
{ head -c 8 new.pack; printf '\0\0\0\11'; tail -c +13 new.pack; } >bad.pack; push -c receive.unpackLimit=1 --pack bad.pack up.git $one $new refs/heads/main
{ head -c $(($(wc -c <new.pack) - 4)) new.pack; printf 'abcd'; } >bad.pack; push --pack bad.pack up.git $one $new refs/heads/main
push -c receive.unpackLimit=1 --pack bad.pack up.git $one $new refs/heads/main
left; refs
# hooks
fresh
say='echo out; echo err >&2; env | grep "^GIT_\(DIR\|WORK\|INDEX\|PREFIX\|PUSH\|QUAR\|OBJ\|ALT\|REFL\|EDIT\)" | sort; echo "in $PWD"; cat'
for name in pre-receive post-receive; do printf '#!/bin/sh\necho %s "$@"; %s\n' $name "$say" | hook $name; done
for name in update post-update; do printf '#!/bin/sh\necho %s "$@"; echo err >&2; env | grep "^GIT_\(DIR\|PUSH\|QUAR\|OBJ\)"\n' $name | hook $name; done
push --pack both.pack up.git $one $new refs/heads/main $null $other refs/heads/other $side $null refs/heads/side; refs
fresh; for name in pre-receive post-receive; do printf '#!/bin/sh\necho %s "$@"; %s\n' $name "$say" | hook $name; done
push -c receive.advertisePushOptions=true --option a=b --option "" --option "c d" --pack both.pack up.git $one $new refs/heads/main
push -c receive.advertisePushOptions=false --option a=b up.git $new $null refs/heads/main
push up.git $two $null refs/heads/nope
push up.git $two $null refs/heads/nope $side $null refs/heads/side
push --caps report-status --pack other.pack up.git $null $other refs/heads/o2
fresh; printf '#!/bin/sh\necho no; exit 1\n' | hook pre-receive; push --pack both.pack up.git $one $new refs/heads/main $side $null refs/heads/side; refs; left
fresh; printf '#!/bin/sh\necho no $1; test $1 = refs/heads/side\n' | hook update; push --pack both.pack up.git $one $new refs/heads/main $side $null refs/heads/side; refs
fresh; printf '#!/bin/sh\necho no $1; test $1 = refs/heads/side\n' | hook update; push --caps "report-status atomic" --pack both.pack up.git $one $new refs/heads/main $side $null refs/heads/side; refs
fresh; printf '#!/bin/sh\necho no $1; test $1 = refs/heads/side\n' | hook update; push --caps "report-status atomic side-band-64k" --pack both.pack up.git $side $null refs/heads/side $one $new refs/heads/main $null $new refs/heads/m; refs
fresh; printf '#!/bin/sh\necho x; exit 3\n' | hook post-receive; printf '#!/bin/sh\nexit 3\n' | hook post-update; push --pack both.pack up.git $one $new refs/heads/main; refs
fresh; printf '#!/bin/sh\n"$QN_REAL" update-ref refs/heads/mine '$new'; "$QN_REAL" cat-file -t '$new'\n' | hook pre-receive; push --pack both.pack up.git $one $new refs/heads/main; refs
fresh; printf '#!/bin/sh\necho more | "$QN_REAL" hash-object -w --stdin\n' | hook pre-receive; push --pack both.pack up.git $one $new refs/heads/main; git_ -C up.git cat-file -t $(echo more | git_ hash-object --stdin) >shown; show; left
fresh; printf '#!/bin/sh\necho "tx $1" >>log; cat >>log; test $1 != prepared\n' | hook reference-transaction; push --pack both.pack up.git $one $new refs/heads/main $null $new refs/heads/m; refs; note_file up.git/log
fresh; printf '#!/bin/sh\necho "tx $1" >>log; cat >>log\n' | hook reference-transaction; push --pack both.pack up.git $one $new refs/heads/main $null $new refs/heads/m $side $null refs/heads/side; refs; note_file up.git/log
fresh; printf '#!/bin/sh\necho "tx $1" >>log; cat >>log\n' | hook reference-transaction; push --caps "report-status atomic" --pack both.pack up.git $one $new refs/heads/main $null $new refs/heads/m $side $null refs/heads/side; refs; note_file up.git/log
fresh; printf '#!/no/such/thing\n' | hook pre-receive; push --pack both.pack up.git $one $new refs/heads/main; refs
fresh; printf '#!/bin/sh\nkill -9 $$\n' | hook pre-receive; push --pack both.pack up.git $one $new refs/heads/main; refs
fresh; printf '#!/bin/sh\nexec <&-; sleep 0.1; exit 0\n' | hook pre-receive; push --pack both.pack up.git $one $new refs/heads/main; refs
# proc-receive
cat >proc.py <<'END'
import os, sys
def read():
    n = int(sys.stdin.buffer.read(4), 16)
    return None if n < 4 else sys.stdin.buffer.read(n - 4).decode()
def put(line):
    b = line.encode(); sys.stdout.buffer.write(b"%04x" % (len(b) + 4) + b); sys.stdout.buffer.flush()
def flush():
    sys.stdout.buffer.write(b"0000"); sys.stdout.buffer.flush()
print("proc-receive", repr(read()), read(), file=sys.stderr)
try:
    open("mode")
except OSError:
    sys.exit(9)
mode = open("mode").read().split("\n")
if mode[0] == "silent": sys.exit(0)
put(mode[0].replace("\\0", "\0")); flush()
refs = []
while True:
    l = read()
    if l is None: break
    refs.append(l); print("cmd", l, file=sys.stderr)
if "push-options" in mode[0]:
    while True:
        l = read()
        if l is None: break
        print("opt", l, file=sys.stderr)
for l in mode[1:]:
    if l == "FLUSH": flush()
    elif l.startswith("EXIT"): sys.exit(int(l[4:]))
    elif l: put(l)
flush()
END
proc() { # CONFIG MODE COMMANDS...
    fresh; printf '#!/bin/sh\nexec python3 %s\n' "$PWD/proc.py" | hook proc-receive; printf '%b' "$2" >up.git/mode
    setting=$1; shift 2; push -c receive.procReceiveRefs=$setting "$@"; refs
}
v='version=1\n'
proc refs/for "$v" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main" --pack new.pack up.git $null $new refs/for/main $one $new refs/heads/main
proc refs/for "${v}ng refs/for/main no way" --pack new.pack up.git $null $new refs/for/main $one $new refs/heads/main
proc refs/for "${v}ng refs/for/main" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main\noption fall-through" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main\noption refname refs/pull/1\noption old-oid $one\noption new-oid $new\noption forced-update" --caps "report-status-v2 side-band-64k" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main\noption refname refs/pull/1\noption refname refs/pull/2\nok refs/for/main\noption new-oid $new" --caps "report-status-v2 side-band-64k" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main\noption refname refs/pull/1" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/nope" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}what refs/for/main" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}option refname x" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main\noption sideways" --pack new.pack up.git $null $new refs/for/main
proc refs/for "version=2\n" --pack new.pack up.git $null $new refs/for/main
proc refs/for "silent" --pack new.pack up.git $null $new refs/for/main
proc refs/for "${v}ok refs/for/main\nEXIT3" --pack new.pack up.git $null $new refs/for/main $one $new refs/heads/main
proc refs/for "${v}ok refs/for/main\nFLUSH\nEXIT3" --pack new.pack up.git $null $new refs/for/main $one $new refs/heads/main
proc refs/for "${v}ok refs/for/main\nFLUSH\nEXIT3" --caps "report-status atomic" --pack new.pack up.git $null $new refs/for/main $one $new refs/heads/main
proc refs/for 'version=1\\0push-options atomic\nok refs/for/main' -c receive.advertisePushOptions=true --option a=b --caps "report-status atomic side-band-64k" --pack new.pack up.git $null $new refs/for/main $null $new refs/for/x
proc a:refs/heads "${v}ok refs/heads/n" --pack new.pack up.git $one $new refs/heads/main $null $new refs/heads/n
proc m:refs/heads "${v}ok refs/heads/main" --pack new.pack up.git $one $new refs/heads/main $null $new refs/heads/n
proc d:refs/heads "${v}ok refs/heads/side" --pack new.pack up.git $one $new refs/heads/main $side $null refs/heads/side
proc !:refs/heads "${v}ok refs/tags/x" --pack new.pack up.git $one $new refs/heads/main $null $new refs/tags/x
proc refs/for/ "${v}ok refs/for/main" --pack new.pack up.git $null $new refs/for/main
proc a!:refs/heads "${v}ok refs/tags/x" --pack new.pack up.git $one $new refs/heads/main $null $new refs/tags/x
proc x:refs/for "${v}ok refs/for/main" --pack new.pack up.git $null $new refs/for/main
fresh; push -c receive.procReceiveRefs=refs/for --pack new.pack up.git $null $new refs/for/main $one $new refs/heads/main; refs
fresh; push -c receive.updateServerInfo=true --pack new.pack up.git $one $new refs/heads/main; note_file up.git/info/refs
# a work tree
tree() { rm -rf wt; git_ clone -q ../seed.git wt; git_ -C wt config receive.denyCurrentBranch $1; }
linked() { # what worktree add does
    mkdir -p wt/.git/worktrees/wt2 wt2; echo ../.. >wt/.git/worktrees/wt2/commondir; echo "$PWD/wt2/.git" >wt/.git/worktrees/wt2/gitdir
    echo "ref: refs/heads/more" >wt/.git/worktrees/wt2/HEAD; echo "gitdir: $PWD/wt/.git/worktrees/wt2" >wt2/.git
    if [ $QN_STORE = reftable ]; then git_ clone -q --bare wt wt.tmp; mkdir wt/.git/worktrees/wt2/refs; cp -r wt.tmp/reftable wt/.git/worktrees/wt2/; : >wt/.git/worktrees/wt2/refs/heads
        rm -rf wt.tmp; git_ -C wt2 symbolic-ref HEAD refs/heads/more; fi
    git_ -C wt update-ref refs/heads/more $one; git_ -C wt2 reset -q --hard
}
look() { git_ -C wt status -sb >shown; git_ -C wt ls-files -s | head -3 >>shown; cat wt/new >>shown 2>&1; note look; show; }
for value in refuse warn ignore updateInstead; do
    tree $value; push --pack new.pack wt $one $new refs/heads/main; look
    tree $value; push wt $one $null refs/heads/main; look
    tree $value; echo dirt >>wt/story; push --pack new.pack wt $one $new refs/heads/main; look
    tree $value; echo x >wt/new; push --pack new.pack wt $one $new refs/heads/main; look
    tree $value; echo x >>wt/story; git_ -C wt add story; push --pack new.pack wt $one $new refs/heads/main; look
    tree $value; git_ -C wt checkout -q --detach; push --pack new.pack wt $one $new refs/heads/main; look
    tree $value; linked; push --pack new.pack wt $null $new refs/heads/x $one $new refs/heads/more; git_ -C wt2 status -sb >shown; note linked; show; rm -rf wt2
    tree $value; for d in true warn ignore; do push -c receive.denyDeleteCurrent=$d wt $one $null refs/heads/main; look; done
    tree $value; git_ -C wt symbolic-ref HEAD refs/heads/unborn; rm -rf wt/[a-z]* wt/.git/index; push --pack new.pack wt $null $new refs/heads/unborn; look
done
tree unset; git_ -C wt config --unset receive.denyCurrentBranch; push --pack new.pack wt $one $new refs/heads/main; look
tree updateInstead; printf '#!/bin/sh\necho "ptc $*"; env | grep "^GIT_\(DIR\|WORK\|INDEX\|QUAR\)"; pwd; "$QN_REAL" read-tree -u -m HEAD "$1"\n' >wt/.git/hooks/push-to-checkout; chmod +x wt/.git/hooks/push-to-checkout
push --pack new.pack wt $one $new refs/heads/main; look
tree updateInstead; printf '#!/bin/sh\necho no; exit 1\n' >wt/.git/hooks/push-to-checkout; chmod +x wt/.git/hooks/push-to-checkout
push --pack new.pack wt $one $new refs/heads/main; look
# alternates
rm -rf borrowed.git; git_ clone -q --bare --shared . borrowed.git
push borrowed.git
for setting in core.alternateRefsPrefixes=refs/tags "core.alternateRefsPrefixes=refs/tags/v1 refs/heads/side" "core.alternateRefsCommand=f() { echo $two; }; f" "core.alternateRefsCommand=false" "core.alternateRefsCommand=echo nonsense"; do
    push -c "$setting" borrowed.git
done
git_ -C borrowed.git update-ref -d refs/heads/main; push borrowed.git
push --pack empty.pack borrowed.git $null $other refs/heads/other
# objects checked
printf 'tree %s\nauthor X <x@y> 1 +0000\ncommitter X <x@y 1 +0000\n\nbad\n' $tree | git_ hash-object -w --literally -t commit --stdin >bad; bad=$(cat bad)
printf '%s\n' $bad | git_ pack-objects -q --stdout >bad.pack
for setting in receive.fsckObjects=true transfer.fsckObjects=true receive.fsckObjects=false; do
    for limit in 1 100; do
        fresh; push -c $setting -c receive.unpackLimit=$limit --pack bad.pack up.git $null $bad refs/heads/bad; left; refs
    done
done
for setting in receive.fsck.badEmail=ignore receive.fsck.missingEmail=warn receive.fsck.nonsense=warn receive.fsck.badEmail=nonsense receive.fsck.skipList=$PWD/bad receive.fsck.missingSpaceBeforeDate=warn; do
    fresh; push -c receive.fsckObjects=true -c $setting --pack bad.pack up.git $null $bad refs/heads/bad; refs
done
# certificates; a program that knows no key, and needs no gpg
printf '#!/bin/sh\nexit 1\n' >nobody; chmod +x nobody
"$QN_REAL" config --global gpg.program "$PWD/nobody"
cat >cert <<END
certificate version 0.1
pusher someone 1700000000 +0000
pushee up.git
nonce 1-x

$one $new refs/heads/main
-----BEGIN PGP SIGNATURE-----

nonsense
-----END PGP SIGNATURE-----
END
fresh; printf '#!/bin/sh\nenv | grep ^GIT_PUSH | sort | sed "s/NONCE=.*/NONCE=?/"; "$QN_REAL" cat-file -t $GIT_PUSH_CERT\n' | hook pre-receive
push -c receive.certNonceSeed=s --cert cert --pack new.pack up.git; refs
push --cert cert --pack new.pack up.git; refs
sed -i 's/^-----END.*//;/^$/d' cert; sed -i '/nonce/a\\' cert
fresh; push -c receive.certNonceSeed=s --cert cert --pack new.pack up.git; refs
# shallow
git_ init -q --bare thin.git; cp -r ../seed.git cut.git; echo $one >cut.git/shallow; echo $one | git_ -C cut.git pack-objects -q --revs --stdout >thin.pack
git_ -C thin.git index-pack --stdin <thin.pack >/dev/null 2>&1; echo $one >thin.git/shallow; git_ -C thin.git update-ref refs/heads/main $one; push thin.git
fresh; push --shallow $one --pack new.pack up.git $one $new refs/heads/main; refs
git_ init -q --bare bare.git
push --shallow $one --pack thin.pack bare.git $null $one refs/heads/main; note_file bare.git/shallow
push --shallow $one -c receive.shallowUpdate=true --pack thin.pack bare.git $null $one refs/heads/main; note_file bare.git/shallow
rm -rf bare.git; git_ init -q --bare bare.git
push --shallow $one -c receive.shallowUpdate=true --pack thin.pack bare.git $null $one refs/heads/main; note_file bare.git/shallow
