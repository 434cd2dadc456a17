# git remote without a connection: names, URLs, refspecs, refs renamed and removed.
#: cells sha1-files sha256-reftable
history
H=$("$QN_REAL" rev-parse HEAD)
r() { "$GIT" remote "$@"; }
show() { "$QN_REAL" config --list --local | grep -E '^(remote|branch|remotes)'; "$GIT" for-each-ref --format='%(refname) %(symref)' refs/remotes; }
r
r -v
r add
r add a
r add a b c
r add '' x
r add a..b x
r add 'b ad' x
r add a/b x
r add a x
r add a/b/c x
r add --mirror z ../up
r add --mirror=what z2 ../up
r add --mirror=fetch --tags --no-tags z3 ../up
r add --mirror=push -t x z4 ../up
r add --mirror=push -m x z4 ../up
r add --mirror=push z4 ../up
r add --mirror=fetch -t x z5 ../up
r add --mirror=fetch -m x z6 ../up
r add --mirror=fetch --no-mirror z6 ../up
r add --tags -t x -t y -m q z7 ../up
r add --no-tags --no-track z8 ../up
r add z7 ../up
show
r
r -v
r --verbose
r get-url z7
r get-url nope
r get-url
r get-url a b
# refs to be renamed
"$GIT" config branch.main.remote z7
"$GIT" config branch.main.pushRemote z7
"$GIT" config branch.main.merge refs/heads/x
"$GIT" config branch.dev.remote a/b
"$GIT" config remote.pushDefault z7
"$GIT" update-ref -m made refs/remotes/z7/x HEAD
"$GIT" update-ref -m moved refs/remotes/z7/x HEAD^
"$GIT" update-ref refs/remotes/z7/y HEAD
"$GIT" update-ref refs/remotes/z7/deep/er HEAD
"$GIT" pack-refs --all
"$GIT" symbolic-ref -m head refs/remotes/z7/HEAD refs/remotes/z7/x
r rename
r rename z7
r rename nope x
r rename nope 'b ad'
r rename z7 'b ad'
r rename z7 z3
r rename z7 z7
r rename --progress z7 zz
show
"$GIT" reflog show refs/remotes/zz/x
"$GIT" reflog show refs/remotes/z7/x
r rename zz zz/in
show
r rename zz/in zz
r rename --no-progress zz z9
show
"$GIT" update-ref refs/remotes/k HEAD
r rename z9 k
show
"$GIT" update-ref -d refs/remotes/k
r rename k z9
"$GIT" config remote.z9.fetch '+refs/heads/*:refs/remotes/z9/*'
# refspecs of other places
r add o ../up
"$GIT" config --add remote.o.fetch '+refs/tags/*:refs/o/tags/*'
"$GIT" config --add remote.o.fetch '+refs/heads/dev:refs/heads/odev'
"$GIT" config --add remote.o.fetch 'refs/heads/dev:refs/remotes/o2/dev'
"$GIT" config --add remote.o.fetch '^refs/heads/topic'
"$GIT" config --add remote.o.fetch '+refs/heads/main:refs/remotes/o/x/main'
for n in remotes/o/main remotes/o/x/main remotes/o2/dev heads/odev o/tags/v1 remotes/o/topic; do "$GIT" update-ref refs/$n HEAD; done
r rename o n
show
r rm n
show
"$GIT" for-each-ref --format='%(refname)'
r add --mirror=fetch m ../up
r rm z3
r rm z
r rm z5
r rm m
show
# others write them, too
r add p ../up
r add q ../up
"$GIT" config --add remote.q.fetch '+refs/heads/main:refs/remotes/p/main'
"$GIT" update-ref refs/remotes/p/main HEAD
"$GIT" update-ref refs/remotes/p/other HEAD
r remove p
show
r rm
r rm a b
r rm nope
r remove q
"$GIT" -c remote.cmd.url=/x remote
"$GIT" -c remote.cmd.url=/x remote rename cmd z
"$GIT" -c remote.cmd.url=/x remote rm cmd
"$GIT" -c remote.cmd.url=/x remote set-url cmd y
"$GIT" -c remote.cmd.url=/x remote get-url cmd
"$GIT" -c remote.cmd.url=/x remote add cmd y
r rm cmd
# set-url
r add s aa
"$GIT" config --add remote.s.url ab
"$GIT" config --add remote.s.url b
r set-url s zz
r set-url s q a
r set-url s q '^b$'
show
r get-url --all s
r get-url --all --push s
r set-url --delete s 'a.'
r set-url --delete s q
r set-url --delete s nothing
r set-url s x '!q'
r set-url s x '['
r set-url s x '*q'
r set-url --push s x y
r set-url --push --delete s x
r set-url --push s x
r set-url --push --add s y
r set-url --push s z y
r -v
r set-url --delete --push s '['
r set-url --delete --push s .
show
r set-url --add --delete s x
r set-url
r set-url s
r set-url --add s a b
r set-url --delete s
r set-url nope x
r set-url s a b c
r set-url --add s ''
r -v
r set-url s one
r get-url s
# set-branches
r set-branches
r set-branches nope a
r set-branches s a b
show
r set-branches --add s c 'd*'
r set-branches s
show
r set-branches s a b
r set-branches z4 a
"$GIT" config remote.z4.fetch x
r set-branches z4 a
show
# URLs rewritten
"$GIT" config url.ssh://X/.pushInsteadOf https://p/
"$GIT" config url.file:///z/.insteadOf https://q/
"$GIT" config url.file:///zz/.insteadOf https://q/b
r add w https://p/a
r -v
"$GIT" config --add remote.w.url https://q/bb
r -v
r get-url w
r get-url --all w
r get-url --push w
r get-url --push --all w
"$GIT" config remote.w.pushurl https://q/c
"$GIT" config --add remote.w.pushurl https://p/c
r -v
"$GIT" config remote.w.promisor true
"$GIT" config remote.w.partialclonefilter blob:none
r -v
# values that are none
for k in prune=maybe pruneTags=maybe mirror=maybe skipFetchAll=x skipDefaultUpdate=x promisor=x tagOpt=--what followRemoteHEAD=what uploadpack=a fetch=a:b:c fetch=^a:b fetch= push= push=: url= fetch=+a; do
    "$GIT" -c remote.w.$k remote get-url w
done
for k in prune url fetch push uploadpack vcs serverOption proxy; do
    "$GIT" -c remote.w.$k remote get-url w
done
"$GIT" -c remote.w.uploadpack=a -c remote.w.uploadpack=b remote get-url w
"$GIT" -c remote./abs.url=x remote
"$GIT" -c url.x.insteadOf remote -v
# the old files
D=$("$QN_REAL" rev-parse --git-dir)
mkdir -p $D/remotes $D/branches
printf 'URL: /tmp/a\nPull: refs/heads/x:refs/remotes/f/x\nPush: refs/heads/x\n' >$D/remotes/f
printf 'https://h/p.git#frag\n' >$D/branches/b
r get-url f
r get-url b
r
r rename f f
r rename b b
show
ls $D/remotes $D/branches
printf 'URL: /tmp/a\n' >$D/remotes/g
r rename g h
r rm g
r add g x
rm -r $D/remotes $D/branches
r what
r -v what
r --foo
r -h
r add -h
r rename -h
"$QN_REAL" update-ref -d refs/heads/odev
