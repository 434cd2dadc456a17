# git fetch and clone: each option and setting by itself, what they bring and what they say.
#: cells sha1-files
. "${0%/*}/shared/moving_remote.sh"
q -C base config remote.second.url ../../up
q -C base config remote.second.fetch '+refs/heads/*:refs/remotes/second/*'
q -C base update-ref refs/tags/gone HEAD
more 5; more 6; up branch new; up branch -D dev; up tag -f t1
now() { "$GIT" for-each-ref; cat .git/FETCH_HEAD .git/shallow 2>/dev/null; "$GIT" config list --local; ls .git/objects/pack | sed 's/-.*\./-*./'; ls .git/objects/info; }
try() {
    rm -rf c; cp -r base c; cd c
    "$GIT" fetch "$@"
    now
    cd ..
}
with() {
    rm -rf c; cp -r base c; cd c
    "$GIT" -c "$1" fetch $2 $3
    now
    cd ..
}
for o in --all --no-all --append --no-append --atomic --no-atomic --auto-gc --no-auto-gc --auto-maintenance --no-auto-maintenance --deepen=1 --no-deepen \
    --depth=1 --no-depth --dry-run --no-dry-run --filter=blob:none --no-filter --force --no-force --ipv4 --ipv6 --jobs=2 --no-jobs --keep --no-keep \
    --multiple --no-multiple --negotiate-only --no-negotiate-only --negotiation-tip=HEAD --no-negotiation-tip --negotiation-include=HEAD \
    --no-negotiation-include --negotiation-restrict=HEAD --no-negotiation-restrict --porcelain --no-porcelain --prefetch --no-prefetch --no-progress \
    --prune --no-prune --prune-tags --no-prune-tags --quiet --no-quiet --recurse-submodules=no --no-recurse-submodules --refetch --refmap= \
    --server-option=x --no-server-option --set-upstream --no-set-upstream --shallow-exclude=t2 --no-shallow-exclude --shallow-since=2005-01-01 \
    --no-shallow-since --show-forced-updates --no-show-forced-updates --no-stdin --tags --no-tags --unshallow --update-head-ok --no-update-head-ok \
    --update-shallow --no-update-shallow --upload-pack=false --no-upload-pack --verbose --no-verbose --write-commit-graph --no-write-commit-graph \
    --write-fetch-head --no-write-fetch-head --nonsense -4 -6 -a -f -k -m -n -p -P -q -t -u -v -j2; do
    try "$o"
done
for o in --append --atomic --dry-run --porcelain --prune --prune-tags --quiet --tags --no-tags --set-upstream --force --refmap= --jobs=2 --verbose --prefetch; do
    try "$o" origin
    try "$o" --all
    try "$o" origin main
    try "$o" origin main:here +new:refs/x/y
    try "$o" --multiple origin second
done
try origin main:main
try -u origin main:main
try --update-head-ok origin main:main
try --stdin origin </dev/null
rm -rf c; cp -r base c; cd c; printf 'main\n+refs/heads/new:refs/x/new\n\n' | "$GIT" fetch --stdin origin; now; cd ..
for s in fetch.prune=true fetch.pruneTags=true remote.origin.prune=true remote.origin.pruneTags=true remote.origin.tagOpt=--tags \
    remote.origin.tagOpt=--no-tags remote.origin.tagOpt=--nope fetch.showForcedUpdates=false fetch.writeCommitGraph=true fetch.parallel=2 fetch.parallel=0 \
    fetch.parallel=-1 fetch.parallel=x fetch.recurseSubmodules=false fetch.recurseSubmodules=nope fetch.fsckObjects=true transfer.fsckObjects=true \
    fetch.unpackLimit=1 transfer.unpackLimit=1 fetch.output=compact fetch.output=full fetch.output=nope fetch.all=true fetch.all=false \
    remote.origin.skipFetchAll=true remote.origin.skipDefaultUpdate=true remote.origin.uploadpack=false remote.origin.negotiationRestrict=refs/heads/main \
    remote.origin.negotiationInclude=refs/heads/main lsrefs.unborn=ignore lsrefs.unborn=nope protocol.version=0 protocol.version=1 protocol.version=7 \
    protocol.file.allow=never protocol.allow=never fetch.negotiationAlgorithm=noop fetch.negotiationAlgorithm=skipping fetch.negotiationAlgorithm=nope \
    fetch.prune=x remote.origin.followRemoteHEAD=always remote.origin.followRemoteHEAD=warn remote.origin.followRemoteHEAD=never \
    remote.origin.mirror=true remote.origin.fetch=refs/heads/main:refs/heads/copy 'remote.origin.fetch=^refs/heads/new' branch.main.remote=second \
    branch.main.merge=refs/heads/new core.logAllRefUpdates=false submodule.recurse=true transfer.hideRefs=refs/remotes; do
    with "$s"
    with "$s" --all
done
with fetch.pruneTags=true --prune
with remote.origin.pruneTags=true --prune
# The objects that come are looked at: what is wrong with them.
"$QN_REAL" init -q bad >/dev/null 2>&1
printf 'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@example.com> 1 +0000\ncommitter A a@example.com> 1 +0000\n\nx\n' |
    q -C bad hash-object -t commit -w --stdin --literally
"$QN_REAL" -C bad mktree </dev/null >/dev/null 2>&1
q -C bad update-ref refs/heads/main "$(printf 'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@example.com> 1 +0000\ncommitter A a@example.com> 1 +0000\n\nx\n' | "$QN_REAL" -C bad hash-object -t commit -w --stdin --literally)"
for s in fetch.fsckObjects=true transfer.fsckObjects=true fetch.fsckObjects=false; do
    "$QN_REAL" init -q g >/dev/null 2>&1
    (cd g && "$GIT" -c $s fetch ../bad main 2>&1 | sed 's/pack-[0-9a-f]*/pack-X/' | "$QN_REAL" stripspace; "$GIT" -c $s -c fetch.fsck.missingEmail=ignore -c fetch.fsck.missingNameBeforeEmail=warn fetch ../bad main;
     "$GIT" -c $s -c fetch.fsck.nope=ignore fetch ../bad main; "$GIT" -c $s -c fetch.fsck.skipList=/nope fetch ../bad main; echo f3f5a0bf5b4b6d1b1b0b0b0b0b0b0b0b0b0b0b0b >skip; "$GIT" -c $s -c fetch.fsck.skipList=skip fetch ../bad main)
    rm -rf g
done
