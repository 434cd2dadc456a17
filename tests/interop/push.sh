#: cells sha1-files sha256-reftable
#: end no
#: hangup masked
# push, as a person sees it: refspecs, every default, leases, refusals.
history
one=$("$QN_REAL" rev-parse HEAD) two=$("$QN_REAL" rev-parse HEAD~1) side=$("$QN_REAL" rev-parse side) null=$("$QN_REAL" rev-parse HEAD | sed 's/./0/g')
git_() { "$QN_REAL" "$@"; }
git_ clone -q --bare . ../up.seed
git_ init -q --bare ../none.git
fresh() { rm -rf ../up.git; cp -r ../up.seed ../up.git; }
there() { git_ -C ../up.git for-each-ref --format='%(refname) %(objectname)' >../shown; note there; note_file ../shown; }
here() { git_ for-each-ref --format='%(refname) %(objectname) %(upstream) %(push)' refs/heads refs/remotes >../shown; note here; note_file ../shown; }
fresh
"$GIT" push
"$GIT" push nope
"$GIT" push /nonexist main
"$GIT" push ../none.git; "$GIT" push -v ../none.git
git_ remote add origin ../up.git
"$GIT" push
"$GIT" push -u origin main; here
"$GIT" push; "$GIT" push -v; "$GIT" push -q; "$GIT" push --porcelain
git_ config --get-regexp '^branch' >../shown; note_file ../shown
tick; echo more >>story; git_ commit -qam "More"; new=$(git_ rev-parse HEAD)
"$GIT" push --dry-run; there
"$GIT" push; there; here
"$GIT" push -f origin HEAD~1:main
git_ reset -q --hard HEAD~1
"$GIT" push
git_ reset -q --hard $new; "$GIT" push
tick; git_ commit -q --amend -m "Amended"; amended=$(git_ rev-parse HEAD)
"$GIT" push; "$GIT" push -v; "$GIT" push --porcelain; "$GIT" push -q
"$GIT" push origin +main; there
"$GIT" push -f
for words in main:x main:refs/heads/y HEAD:z HEAD HEAD~1:refs/tags/t v1 v2:refs/tags/v3 :x "main:x main:y" "main:z side:z" \
    nope nope:x :nope "+:x" "main:a..b" "main:refs/heads/a:b" refs/heads/main:w main:heads/q main:refs/foo HEAD^{tree}:refs/heads/tr \
    HEAD^{tree}:trx HEAD:story:sx "$one:idx" "$one:refs/heads/id" v2:tagx HEAD:HEAD side "refs/heads/*:refs/copies/*" "refs/heads/s*:refs/heads/t*" \
    ":" "+:" "^refs/heads/side :" "refs/heads/*:refs/heads/* ^refs/heads/side" "tag v1" "tag" "tag v1 v2" "@" "@:refs/heads/at" main: ":refs/heads/z" "refs/heads/nope*:refs/heads/n*" "main:refs/heads/main/sub" \
    "heads/main" "refs/heads" "" " " "main^0:mm" "main:v1" ; do
    fresh; "$GIT" push origin $words; "$GIT" push -n --porcelain origin $words
done
fresh; "$GIT" push origin "main:" ; "$GIT" push origin ""
fresh; "$GIT" push -d origin side nope; "$GIT" push -d origin side; "$GIT" push -d origin main:x; "$GIT" push -d; "$GIT" push --delete origin +side; there
fresh; "$GIT" push --tags; "$GIT" push --tags origin main; git_ tag -f v1 $two >/dev/null; "$GIT" push --tags; "$GIT" push --tags -f; there; git_ tag -f v1 HEAD~4 >/dev/null
fresh; "$GIT" push --all; "$GIT" push --branches -f; "$GIT" push --all origin main; "$GIT" push --all --tags; "$GIT" push --all --mirror; "$GIT" push --mirror --tags; "$GIT" push --mirror origin main; there
fresh; "$GIT" push --mirror; there; git_ update-ref -d refs/remotes/origin/main; "$GIT" push --mirror; there
fresh; git_ -C ../up.git branch gone main; "$GIT" push --prune origin "refs/heads/*:refs/heads/*"; "$GIT" push -f --prune --dry-run origin "refs/heads/*"; "$GIT" push --prune; there
git_ tag -a -m "Of new" newtag; git_ tag light; fresh; "$GIT" push --follow-tags -f; there; git_ config push.followTags true; fresh; "$GIT" push -f; "$GIT" push --no-follow-tags; git_ config --unset push.followTags
# leases
fresh; git_ update-ref refs/remotes/origin/main $one
"$GIT" push --force-with-lease; there
fresh; git_ update-ref refs/remotes/origin/main $two; "$GIT" push --force-with-lease; "$GIT" push --force-with-lease=main; "$GIT" push --force-with-lease=main:$one; there
fresh; "$GIT" push --force-with-lease=main: origin main; "$GIT" push --force-with-lease=newer: origin main:newer; "$GIT" push --force-with-lease=newer: origin main~1:newer; "$GIT" push --force-with-lease=nope:$one origin main:nope2
"$GIT" push --force-with-lease=main:zzz origin main; "$GIT" push --force-with-lease=:x origin main; "$GIT" push --no-force-with-lease origin main; "$GIT" push --force-with-lease ../up.git main
fresh; git_ update-ref refs/remotes/origin/main $one; "$GIT" push --force-with-lease --force-if-includes; there
fresh; git_ update-ref refs/remotes/origin/main $one; git_ -c push.useForceIfIncludes=true push --force-with-lease -n >../shown 2>&1; note_file ../shown
git_ branch -f strange $side; git_ -C ../up.git branch strange $one; git_ update-ref refs/remotes/origin/strange $one; "$GIT" push --force-with-lease --force-if-includes origin strange; "$GIT" push --force-if-includes origin strange
# atomic
fresh; "$GIT" push --atomic origin main side:new; "$GIT" push --atomic origin main:m2 side:new; there
fresh; git_ -C ../up.git config receive.advertiseAtomic false; "$GIT" push --atomic origin main:m2
# options
fresh; "$GIT" push -o a=b origin main:o; git_ -C ../up.git config receive.advertisePushOptions true; printf '#!/bin/sh\nenv | grep -E "^(GIT_PUSH_OPTION_COUNT|GIT_PUSH_OPTION_0|GIT_PUSH_OPTION_1)=" | sort\n' >../up.git/hooks/pre-receive; chmod +x ../up.git/hooks/pre-receive
"$GIT" push -o a=b -o c origin main:o; "$GIT" -c push.pushOption=x -c push.pushOption=y push origin main:o2; "$GIT" -c push.pushOption=x -c push.pushOption= -c push.pushOption=z push origin main:o3; "$GIT" push -o "two
lines" origin main:o4
"$GIT" push --signed origin main:s; "$GIT" push --signed=if-asked origin main:s; "$GIT" push --signed=maybe origin main:s; "$GIT" -c push.gpgSign=maybe push origin main:s
# hooks here
fresh; printf '#!/bin/sh\necho "hook $*"; cat\n' >.git/hooks/pre-push; chmod +x .git/hooks/pre-push
"$GIT" push origin main:h side :v1 v2; "$GIT" push -n origin main:h2; "$GIT" push origin main:h; printf '#!/bin/sh\ncat >/dev/null; echo no >&2; exit 1\n' >.git/hooks/pre-push
"$GIT" push origin main:h3; "$GIT" push --no-verify origin main:h3; "$GIT" push --porcelain origin main:h4; rm .git/hooks/pre-push
# the other side says no
fresh; printf '#!/bin/sh\necho no; exit 1\n' >../up.git/hooks/update; chmod +x ../up.git/hooks/update; "$GIT" push origin main:r side:r2; "$GIT" push --porcelain origin main:r; "$GIT" push -q origin main:r
fresh; git_ -C ../up.git config receive.maxInputSize 10; "$GIT" push origin main:r side:r2
fresh; git_ -C ../up.git config receive.denyNonFastForwards true; "$GIT" push -f origin $two:main
# push.default in every mode
git_ config push.default simple; git_ checkout -q -b feat; fresh
for mode in nothing current upstream tracking simple matching bogus; do
    for auto in false true; do "$GIT" -c push.default=$mode -c push.autoSetupRemote=$auto push -n; done
    "$GIT" -c push.default=$mode push -n ../up.git
done
git_ config branch.feat.remote origin; git_ config branch.feat.merge refs/heads/main
for mode in nothing current upstream simple matching; do "$GIT" -c push.default=$mode push -n; "$GIT" -c push.default=$mode push -n origin feat; "$GIT" -c push.default=$mode push -n -u; done
git_ config --add branch.feat.merge refs/heads/side; "$GIT" -c push.default=upstream push -n; git_ config --unset-all branch.feat.merge
git_ config branch.feat.pushRemote elsewhere; "$GIT" push -n; git_ config branch.feat.pushRemote ../up.git; "$GIT" push; git_ config --unset branch.feat.pushRemote
git_ config remote.pushDefault ../up.git; "$GIT" push -n; "$GIT" -c push.default=upstream push -n; git_ config --unset remote.pushDefault
git_ checkout -q --detach; "$GIT" push; "$GIT" -c push.default=current push; "$GIT" -c push.default=matching push -n; "$GIT" push origin HEAD; "$GIT" push origin HEAD:zzz; git_ checkout -q feat
git_ config remote.origin.push refs/heads/main:refs/heads/pushed; "$GIT" push -n; "$GIT" push -n origin; "$GIT" push -n origin main; "$GIT" push -n origin side; git_ config --unset remote.origin.push
git_ config remote.origin.mirror true; "$GIT" push -n; "$GIT" push -n origin main; git_ config --unset remote.origin.mirror
# several at once
git_ init -q --bare ../second.git; git_ config --add remote.origin.pushurl ../up.git; git_ config --add remote.origin.pushurl ../second.git; fresh; "$GIT" push origin side:both; git_ config --unset-all remote.origin.pushurl
git_ remote add second ../second.git; git_ config remotes.all "origin second"; fresh; "$GIT" push all side:grouped; "$GIT" push -u all side:g2; "$GIT" push --force-with-lease=x:y all side:g3
"$GIT" push --repo=second side:repo; "$GIT" push --repo second; "$GIT" push --receive-pack=nowhere origin main:rp; "$GIT" push --exec=nowhere origin main:rp
git_ config url.../up.git.pushInsteadOf short:; "$GIT" push short: main:viashort; there
"$GIT" push --recurse-submodules=check origin main:sub; "$GIT" push --recurse-submodules=nope origin main:sub; "$GIT" push --recurse-submodules=no origin main:sub
for name in pushUpdateRejected pushNonFFCurrent pushNonFFMatching pushAlreadyExists pushFetchFirst pushNeedsForce pushUnqualifiedRefName; do
    fresh; "$GIT" -c advice.$name=false push origin main; "$GIT" -c advice.$name=false push origin $two:main
done
fresh; "$GIT" -c push.negotiate=true push origin main:neg; "$GIT" -c push.negotiate=true -c protocol.version=0 push origin main:neg2; "$GIT" -c push.negotiate=true push -n origin main:neg3
# somebody else was there
fresh; git_ clone -q ../up.git ../other; (cd ../other; echo theirs >theirs; git_ add theirs; git_ commit -qm Theirs; git_ push -q origin HEAD:main); "$GIT" push origin main; "$GIT" push origin main:main side:x; "$GIT" push --porcelain origin main; "$GIT" push origin $one:refs/tags/v2
"$GIT" push origin side:refs/heads/blobx HEAD:story:refs/tags/blob; "$GIT" push origin HEAD:story:refs/tags/blob; "$GIT" push origin main^{tree}:refs/tags/blob
# over an alias, deletion that is not understood
fresh; "$GIT" push origin :refs/heads/nothere; "$GIT" push origin --delete refs/heads/nothere
"$GIT" push --set-upstream origin feat; here; "$GIT" push -u -n origin feat:other; "$GIT" push -u origin :feat
# send-pack
fresh; "$GIT" send-pack ../up.git main:sp; "$GIT" send-pack ../up.git; "$GIT" send-pack --all ../up.git; "$GIT" send-pack --mirror ../up.git; there
"$GIT" send-pack --dry-run ../up.git side:spd; "$GIT" send-pack --force ../up.git $two:main; "$GIT" send-pack ../up.git $one:main side:main; "$GIT" send-pack -v ../up.git main; "$GIT" send-pack -q ../up.git main
printf 'main:st1\nside:st2\n' >../in; "$GIT" send-pack --stdin ../up.git <../in; "$GIT" send-pack --atomic ../up.git $two:main side:at; "$GIT" send-pack --helper-status ../up.git side:hs $side:main
"$GIT" send-pack; "$GIT" send-pack --all --mirror ../up.git; "$GIT" send-pack --all ../up.git main; "$GIT" send-pack --remote=origin ../up.git main:remoted; "$GIT" send-pack --push-option=x ../up.git main:po; there
