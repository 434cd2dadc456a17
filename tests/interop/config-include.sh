# include.path, includeIf: every condition; extensions.*
#: cells sha1-files
mkdir -p group/repo other
"$GIT" init -q group/repo
"$GIT" init -q other/plain
top=$(pwd -P)
printf '[x]\n\tvalue = %s\n' one >one.inc
printf '[x]\n\tvalue = two\n[remote "r"]\n\turl = nope\n' >two.inc
q() { "$GIT" -C group/repo config get --all x.value; "$GIT" -C other/plain config get --all x.value; }
cp ~/.gitconfig saved 2>/dev/null || : >saved
set_global() { "$QN_REAL" config set --global "$1" "$2"; q; cp saved ~/.gitconfig; }
set_global include.path "$top/one.inc"
set_global include.path "one.inc"
set_global include.path "~/nope.inc"
for condition in "gitdir:$top/group/" "gitdir:group/" "gitdir:**/repo/.git" "gitdir:$top/group/repo/.git" \
    "gitdir:GROUP/" "gitdir/i:GROUP/" "gitdir:~/" "gitdir:repo" "gitdir:repo/" "gitdir:./" "onbranch:main" \
    "onbranch:ma*" "onbranch:topic/" "onbranch:**" "hasconfig:remote.*.url:https://x/**" \
    "hasconfig:remote.*.url:**" "nonsense:x" "gitdir" ""; do
    set_global "includeIf.$condition.path" "$top/one.inc"
done
"$QN_REAL" -C group/repo config set remote.o.url https://x/y/z
"$QN_REAL" -C other/plain config set remote.o.url git@h:x
for condition in "hasconfig:remote.*.url:https://x/**" "hasconfig:remote.*.url:git@h:*" \
    "hasconfig:remote.*.url:**" "hasconfig:remote.*.url:https://x/*"; do
    set_global "includeIf.$condition.path" "$top/one.inc"
done
"$QN_REAL" -C group/repo symbolic-ref HEAD refs/heads/topic/deep/x
set_global "includeIf.onbranch:topic/.path" "$top/one.inc"
set_global "includeIf.onbranch:topic/*.path" "$top/one.inc"
"$GIT" -c include.path="$top/one.inc" -C group/repo config get x.value
"$GIT" -c "includeIf.gitdir:group/.path=$top/one.inc" -C group/repo config get x.value
printf '[include]\n\tpath = loop.inc\n' >loop.inc
set_global include.path "$top/loop.inc"
printf '[include]\n\tpath = one.inc\n' >via.inc
"$GIT" config get --file=via.inc x.value
"$GIT" config get --file=via.inc --includes x.value
"$GIT" config get --file=via.inc --includes --show-origin --show-scope x.value
"$GIT" config list --file=via.inc --no-includes
# Extensions.
"$GIT" init -q ext
e() {
    "$QN_REAL" init -q fresh
    "$QN_REAL" -C fresh config core.repositoryFormatVersion "$1"
    "$QN_REAL" -C fresh config "extensions.$2" "$3"
    "$GIT" -C fresh rev-parse --git-dir
    "$GIT" -C fresh status --short
    rm -rf fresh
}
for version in 0 1; do
    e $version noop true
    e $version noop-v1 true
    e $version preciousObjects true
    e $version relativeWorktrees true
    e $version worktreeConfig true
    e $version partialClone origin
    e $version objectFormat sha1
    e $version objectFormat sha512
    e $version refStorage files
    e $version refStorage nope
    e $version nonsense true
    e $version worktreeConfig maybe
done
e 2 noop true
e -1 noop true
e x noop true
