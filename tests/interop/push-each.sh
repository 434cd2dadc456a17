# git push and send-pack: each option and setting by itself, what they change there and what they say.
#: cells sha1-files
#: hangup masked
U=$PWD/up
"$QN_REAL" init -q --bare $U >/dev/null 2>&1
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q base >/dev/null 2>&1; cd base
for i in 1 2 3; do echo $i >>f; q add f; q commit -m $i; tick; done
q branch dev; q tag t1; q tag -m note t2
q remote add origin ../up
q push origin main dev
q branch --set-upstream-to=origin/main main
cd ..
cp -r up there
cd base; for i in 4 5; do echo $i >>f; q add f; q commit -m $i; tick; done; q branch new; q branch -f dev HEAD~3; cd ..
fresh() { rm -rf c up; cp -r base c; cp -r there up; }
now() { "$GIT" -C ../up for-each-ref; "$GIT" for-each-ref refs/remotes; "$GIT" config list --local; }
try() { fresh; cd c; "$GIT" push "$@"; now; cd ..; }
with() { fresh; cd c; s=$1; shift; "$GIT" -c "$s" push "$@"; now; cd ..; }
for o in --all --no-all --atomic --no-atomic --branches --no-branches --delete --no-delete --dry-run --no-dry-run --exec=false --no-exec --follow-tags \
    --no-follow-tags --force --no-force --force-if-includes --no-force-if-includes --force-with-lease --no-force-with-lease --ipv4 --ipv6 --mirror \
    --no-mirror --porcelain --no-porcelain --no-progress --prune --no-prune --push-option=x --no-push-option --quiet --no-quiet --receive-pack=false \
    --no-receive-pack --recurse-submodules=no --no-recurse-submodules --recurse-submodules=nope --repo=origin --no-repo --set-upstream --no-set-upstream \
    --signed=no --no-signed --signed=nope --tags --no-tags --thin --no-thin --verbose --no-verbose --verify --no-verify --nonsense -4 -6 -d -f -n -q -u -v \
    -o 'y z'; do
    try "$o"
done
for o in --atomic --dry-run --delete --force --force-with-lease --force-with-lease=dev --force-with-lease=dev: --prune --porcelain --quiet --set-upstream \
    --follow-tags --thin --no-thin --verbose --force-if-includes --no-verify --tags; do
    try "$o" origin dev
    try "$o" origin main dev new
    try "$o" origin 'refs/heads/*:refs/heads/x/*'
done
try --signed=if-asked origin main
try --push-option=a -o b origin main
try --all --tags origin
try --mirror --all origin
try --all origin main
try --delete --all origin
try --prune origin 'refs/heads/*:refs/heads/*'
for s in push.default=nothing push.default=nope push.autoSetupRemote=true push.followTags=true push.pushOption=x push.useForceIfIncludes=true \
    push.useBitmaps=false push.useBitmaps=x push.gpgSign=false push.gpgSign=nope push.negotiate=true push.recurseSubmodules=no push.recurseSubmodules=nope \
    color.push=always color.transport=always remote.origin.push=refs/heads/dev remote.origin.mirror=true remote.origin.receivepack=false \
    remote.pushDefault=nope branch.main.pushRemote=nope transfer.advertiseSID=true; do
    with "$s"
    with "$s" origin dev
    with "$s" origin +dev
done
for s in color.push.error=blue color.transport.rejected=blue; do
    fresh; cd c; "$GIT" -c color.push=always -c color.transport=always -c "$s" push origin dev; cd ..
done
fresh; "$QN_REAL" -C up config receive.advertisePushOptions true
mkdir -p up/hooks; printf '#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION | sort\necho "hint: a hint"; echo "warning: w"; echo "error: e"; echo "success: s"\n' >up/hooks/pre-receive; chmod +x up/hooks/pre-receive
cd c
"$GIT" push -o one -o 'two three' origin main
"$GIT" -c push.pushOption=four push origin new
"$GIT" -c color.remote=always push origin +dev
"$GIT" -c color.remote=always -c color.remote.hint=red -c color.remote.warning=bold -c color.remote.error=green -c color.remote.success=blue push origin :new
cd ..
send() { fresh; cd c; "$GIT" send-pack "$@"; now; cd ..; }
for o in --all --no-all --atomic --no-atomic --dry-run --no-dry-run --exec=false --force --no-force --force-if-includes --no-force-if-includes \
    --no-force-with-lease --helper-status --no-helper-status --mirror --no-mirror --no-progress --push-option=x --no-push-option --quiet \
    --no-quiet --receive-pack=false --remote=origin --no-remote --signed=no --no-signed --no-stateless-rpc --no-stdin --thin --no-thin \
    --verbose --no-verbose --nonsense; do
    send "$o" ../up main
    send "$o" ../up
    send "$o" ../up dev new main:x
done
fresh; cd c; printf 'main\nnew:n\n' | "$GIT" send-pack --stdin ../up; now; cd ..
fresh; cd c; printf '0015refs/heads/main0000' | "$GIT" send-pack --stdin --helper-status ../up; now
