# uploadpack.packObjectsHook: a program that makes the pack; only by protected configuration.
#: cells sha1-files
#: packs masked
#: end no
s() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3 4; do echo $i >src/$i; seq $i 30 >src/same; s add .; s commit -qm $i; s tag v$i; tick; done; s config uploadpack.allowFilter true
url=file://$PWD/src
printf '#!/bin/sh\necho "args: $*" >>"%s/log"; echo "dir $GIT_DIR lazy $GIT_NO_LAZY_FETCH" >>"%s/log"; tee -a "%s/log" | "$@" 2>/dev/null\n' "$PWD" "$PWD" "$PWD" >hook; chmod +x hook
g() { "$QN_REAL" config --global "$@"; }
t() { "$GIT" "$@" 2>err; cat err | grep -v 'unable to fork' >err2; note_file err2; sed "/^--not/,/^\$/d" log >log2; note_file log2; rm -f log; }
g uploadpack.packObjectsHook "$PWD/hook"
for o in "" --depth=1 --filter=blob:none --no-tags --single-branch "-c protocol.version=0" "-c protocol.version=1"; do
    c=; case $o in -c*) c=$o; o=;; esac
    t $c clone -q $o --bare "$url" d; "$QN_REAL" -C d fsck >/dev/null 2>&1; note fsck $?; rm -rf d
done
t clone -q --bare src d; rm -rf d
# with what is there already
"$QN_REAL" clone -q --bare --depth=1 "$url" d >/dev/null 2>&1; rm -f log
t -C d fetch -q --deepen=1; t -C d fetch -q --unshallow; s commit -q --allow-empty -m more; t -C d fetch -q "$url" main; t -C d fetch -q "$url" main; rm -rf d
# what it says; how it may end
g uploadpack.packObjectsHook 'echo one >&2; printf "two\nthree\r" >&2; env'; t clone -q --bare "$url" d; rm -rf d
g uploadpack.packObjectsHook 'echo no >&2; exit 3;'; timeout 180 "$QN_REAL" clone -q --bare --upload-pack="$QN_REAL upload-pack" "$url" d 2>err; note "code $?"; ls -d d >n 2>/dev/null; note_file n # who says why, and how often, depends on who is quicker
g --unset uploadpack.packObjectsHook
# who may say so
s config uploadpack.packObjectsHook 'exit 3;'; t clone -q --bare "$url" d; rm -rf d
s config extensions.worktreeConfig true; s config --worktree uploadpack.packObjectsHook 'exit 3;'; t clone -q --bare "$url" d; rm -rf d
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=uploadpack.packObjectsHook GIT_CONFIG_VALUE_0="$PWD/hook"; t clone -q --bare "$url" d; rm -rf d
