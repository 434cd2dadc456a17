# What comparing thousands of random lines of clone, fetch, remote and bundle with git showed.
#: cells sha1-files sha256-reftable
#: packs masked
#: end no
history
Q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
W=$PWD; cd ..; mkdir n; cd n
Q clone --bare "$W" up.git; Q -C up.git branch new main; Q -C up.git branch deep/er side; Q clone "$W" work
c() { "$GIT" clone "$@"; }
refs() { "$GIT" -C $1 for-each-ref --format='%(refname) %(symref)'; }
kept() { if test "$QN_STORE" = files; then note_file $1/.git/packed-refs; fi; }
note more refspecs of a clone
for s in '+refs/tags/*:refs/t/*' refs/heads/side:refs/heads/sd main:topic side:heads/sd refs/heads/main:refs/remotes/origin/x 'refs/heads/*:refs/remotes/origin/*' \
    refs/heads/side:refs/remotes/origin/main '^refs/heads/s*' refs/heads/nope:x 'bad:x:y' 'refs/heads/*:refs/x/*'; do
    for o in '' --single-branch --mirror --bare --no-tags '-b v1 --single-branch' --no-local; do
        rm -rf c; c -q $o -c "remote.origin.fetch=$s" up.git c; test -d c && refs c
    done
done
rm -rf c; c -c remote.origin.fetch=main:a -c remote.origin.fetch=side:b -c a.b=c -c a.b=d up.git c; refs c; note_file c/.git/config; kept c
rm -rf c; "$GIT" -c remote.origin.fetch=side:q clone -q "file://$PWD/up.git" c; refs c
rm -rf c; c -q -o up -c remote.origin.fetch=main:a -c 'remote.up.fetch=refs/tags/*:refs/t/*' --no-tags up.git c; refs c
note what cannot be written is told first
for o in '-c x --revision=nope' '-c =x' '-c x.y=z --bare -c core.bare=false' '--mirror -c core.bare=true' '-c core.bare=true' '--reference nope -b nope' '--reference-if-able nope -b nope' '--reference nope --reference-if-able nope2'; do
    rm -rf c; c $o up.git c; test -f c/.git/config && note_file c/.git/config; test -d c && note left
done
note followed tags are loose, each with its log
for o in --single-branch '--single-branch --no-local' '--single-branch -b v1' ''; do
    rm -rf c; c -q $o -c core.logAllRefUpdates=always up.git c; "$GIT" -C c reflog list; g=c; test -d c/.git && g=c/.git
    (cd $g; find refs -type f | sort) >>"$QN_TRANSCRIPT"
done
rm -rf c; c -q up.git c; "$GIT" -C c reflog list; "$GIT" -C c reflog show origin/main
note dissociated: one pack
for o in '--reference work' '--no-local --reference work' --shared '--bare --shared' '--single-branch --reference work' '--reference work --no-local --depth=1' ''; do
    rm -rf c; c -q --dissociate $o up.git c; g=c; test -d c/.git && g=c/.git
    (cd $g/objects; find . -path ./info/writers -prune -o -type f -print | sed 's/[0-9a-f]\{38,\}//' | sort) >>"$QN_TRANSCRIPT"; "$GIT" -C c fsck
done
note as git names the path
for p in up.git up ./up.git/ ../n/up.git work work/ ./work/.git; do rm -rf c; c -u nope $p c; done
note HEAD that could be on either of two
Q -C up.git update-ref --no-deref HEAD main; cd work; Q remote add up ../up.git
"$GIT" fetch up; refs .; "$GIT" remote set-head -a up; Q -C ../up.git branch -D new; "$GIT" fetch up; refs .; Q -C ../up.git symbolic-ref HEAD refs/heads/main
Q -C ../up.git bundle create "$PWD/../all.bundle" --all; Q remote add bun ../all.bundle; Q remote add one ../up.git
"$GIT" remote show bun; "$GIT" remote prune -n bun; "$GIT" remote set-head -a bun; "$GIT" fetch bun; refs .; "$GIT" remote set-head -a bun; "$GIT" remote show bun; "$GIT" remote prune bun; "$GIT" remote show -n bun
note what is merged: from nowhere else
mkdir -p .git/remotes .git/branches; printf 'URL: ../up.git\nPull: refs/heads/side:refs/remotes/old/side\n' >.git/remotes/old; echo '../up.git#side' >.git/branches/br
f() { "$GIT" "$@"; note_file .git/FETCH_HEAD; }
f fetch old; f fetch br; f remote add -f -t side -t main nn ../up.git; f remote update br; f fetch --multiple br; f fetch --multiple br one; f remote update
Q config branch.main.remote nope; f fetch old; Q config branch.main.remote old; f fetch old; Q config --unset branch.main.remote; f fetch old; Q checkout --detach; f fetch br; Q checkout main; Q config branch.main.remote origin
note warned once
"$GIT" remote set-head old side; "$GIT" remote set-head -d old; "$GIT" remote set-head br nope; "$GIT" -c remote.origin.followRemoteHEAD=x fetch one nope; "$GIT" -c remote.origin.followRemoteHEAD=x remote show -n one; "$GIT" -c remote.one.followRemoteHEAD=x remote add -f m ../up.git
note a group of one is none
Q config remotes.g one; Q config remotes.h 'one up'
for w in g 'g main' h 'h main' '--negotiate-only --negotiation-tip=main one main' '--negotiate-only --negotiation-tip=main g' '--negotiate-only --negotiation-tip=main h x' '--negotiate-only --negotiation-tip=main h' '--multiple --negotiate-only --negotiation-tip=main one' '--multiple g'; do "$GIT" fetch $w; done
"$GIT" pull g main; "$GIT" pull g
note no HEAD: the default branch, if it is there
cd ..; Q -C up.git bundle create ../three.bundle main side; mv three.bundle n3.bundle 2>/dev/null; Q -C up.git bundle create "$PWD/three.bundle" main side
for o in '' --single-branch --bare -n --mirror '--depth=1' '-b side'; do rm -rf c; c $o three.bundle c; "$GIT" -C c symbolic-ref HEAD; refs c; done
rm -rf c; "$GIT" -c init.defaultBranch=side clone -q three.bundle c; refs c; rm -rf c; "$GIT" -c init.defaultBranch=zz clone -q three.bundle c; refs c
Q -C up.git symbolic-ref HEAD refs/heads/nowhere
for v in 0 2; do for o in '' --single-branch --no-local '--no-local --single-branch'; do rm -rf c; "$GIT" -c protocol.version=$v clone $o up.git c; "$GIT" -C c symbolic-ref HEAD; refs c; note_file c/.git/config; done; done
Q -C up.git symbolic-ref HEAD refs/heads/main
note files as sources
touch empty; printf 'gitdir: nope\n' >bad-gitfile; printf 'gitdir: ' >no-path; echo 'gitdir: up.git' >gitfile; echo junk >junk
for f in empty bad-gitfile no-path gitfile junk; do
    test $f = gitfile || { "$GIT" upload-pack $f; "$GIT" receive-pack $f; }; rm -rf c; c $f c; rm -rf c; c -u nope $f c; "$GIT" ls-remote $f HEAD; "$GIT" -C work fetch ../$f HEAD; "$GIT" -C work push ../$f main:pushed; done
n=$(wc -c <all.bundle); head -c $((n-300)) all.bundle >cut.bundle; (cat all.bundle; echo garbage) >trail.bundle; (head -c $((n-10)) all.bundle; printf 0123456789) >hash.bundle
sed '1s/bundle/bungle/' all.bundle >head.bundle; sed '3s/^./g/' all.bundle >line.bundle; head -c 60 all.bundle >short.bundle; (echo '# v3 git bundle'; echo '@what=ever'; sed 1d all.bundle) >cap.bundle; (echo '# v3 git bundle'; echo '@object-format=md5'; sed 1d all.bundle) >format.bundle
z=$(printf "%0$(test "$QN_ALGORITHM" = sha1 && echo 40 || echo 64)d" 7); Q init fresh; Q -C up.git bundle create "$PWD/part.bundle" main~1..main
for b in head line short cap format cut trail hash part; do
    note $b; rm -rf c; c $b.bundle c; "$GIT" ls-remote $b.bundle; "$GIT" -C fresh fetch ../$b.bundle; "$GIT" -C fresh fetch ../$b.bundle main; "$GIT" -C fresh fetch --upload-pack=nope ../$b.bundle main; "$GIT" -C fresh pull ../$b.bundle main; done
for b in all part line; do for w in 'clone' '-C work fetch' ls-remote; do "$GIT" -c protocol.file.allow=never $w "$PWD/$b.bundle"; done; done
note prefetched, with tags; nothing follows what failed
Q -C up.git tag -a -m far far main; Q -C up.git tag near main~1; cd work; Q remote add p ../up.git
"$GIT" fetch --prefetch --dry-run p; "$GIT" fetch --prefetch p; refs . ; "$GIT" tag -d far near
Q -C ../up.git branch more main; "$GIT" fetch ../up.git far:refs/heads/far side; "$GIT" fetch p far:refs/heads/far side; "$GIT" fetch --set-upstream p far:refs/heads/far side; "$GIT" config --get-regexp branch.main; refs .
"$GIT" -c transfer.fsckObjects=true fetch p; (cd .git/objects; ls pack | sed 's/[0-9a-f]\{38,\}//' | sort) >>"$QN_TRANSCRIPT"
"$GIT" commit -q --allow-empty -m mine; Q -C ../up.git update-ref refs/heads/main side; rm -f .git/ORIG_HEAD
"$GIT" pull --ff-only p main; "$GIT" rev-parse -q --verify ORIG_HEAD; "$GIT" -c pull.ff=only pull p main; "$GIT" -c advice.diverging=false pull -q --ff-only p main; "$GIT" rev-parse -q --verify ORIG_HEAD
for n in p/main refs/remotes/p/main remotes/p/main main heads/main p/side @ up; do "$GIT" reflog show $n; "$GIT" log -g -1 --format='%gd %gD' $n; done
cd ..; for s in group 0640 all umask; do rm -rf c; "$GIT" -c core.sharedRepository=$s clone -q up.git c; note_file c/.git/config; done
"$GIT" clone --bundle-uri=x --depth=0 up.git c; "$GIT" -C work -c fetch.negotiationAlgorithm=x fetch --unshallow
note tags from a bundle, told before what is missing
Q -C up.git tag -a -m z aa main; Q -C up.git tag zz main~1; Q -C up.git bundle create "$PWD/tags.bundle" --all; Q clone --no-tags up.git t; cd t
Q fetch ../up.git tag v1; "$GIT" remote add b ../tags.bundle; "$GIT" fetch b; note_file .git/FETCH_HEAD; "$GIT" fetch --negotiation-tip=main --negotiation-include=main ../tags.bundle nope; "$GIT" fetch --negotiation-tip='no*' origin nope
note in the way of each other
Q branch w/x; "$GIT" fetch ../up.git main:w side:w/x/y main:w/x/z main:fine; "$GIT" fetch ../up.git side:refs/heads/w main:k
cd ..; rm -rf c; for s in always remote local never; do rm -rf c; "$GIT" -c branch.autoSetupRebase=$s clone -q up.git c; "$GIT" -C c config --get-regexp 'branch\..*'; done
for b in all three; do c --revision=nope $b.bundle c; c --revision=refs/heads/nope $b.bundle c; done
mkdir -p t/.git/branches; echo '../up.git#side' >t/.git/branches/br; "$GIT" -C t remote rename br other; "$GIT" -C t remote rename br br; "$GIT" -C t remote rename br other
mkdir bare-place; cd bare-place; for b in head all nope; do "$GIT" bundle unbundle ../$b.bundle; done; cd ..
cd t; touch -d 2001-01-01 story; "$GIT" -c remote.origin.fetch='+refs/*:refs/*' pull --no-rebase ../up.git +side:main; "$GIT" status -s
(GIT_TRACE=$PWD/trace GIT_DIR=$PWD/.git GIT_CONFIG_COUNT=0 "$GIT" ls-remote ../up.git main); note "$(sed -n 's/.*trace: run_command: //p' trace | sed 's/ GIT_PREFIX//;s/unset; //')"
cd ..; for s in main:x '^refs/heads/x'; do rm -rf c; c -c "remote.origin.fetch=$s" --revision=nope up.git c; done
rm -rf t; Q clone --no-tags up.git t; mkdir -p t/.git/branches; echo '../up.git#side' >t/.git/branches/br; "$GIT" -C t fetch br refs/heads/main; "$GIT" -C t fetch --no-tags br main; "$GIT" -C t tag
