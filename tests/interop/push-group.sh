#: cells sha1-files sha256-reftable
# push to the remotes of a group, each by a program of its own, and to several URLs of
# one, where some are not there.
git_() { "$QN_REAL" "$@"; }
history
for r in a b c; do git_ clone -q --bare . $r.git; git_ remote add $r "$PWD/$r.git"; done
echo x >x; git_ add x; git_ commit -qm x
git_ remote add dead "$PWD/dead.git"
git_ config remotes.good "a b c"; git_ config remotes.bad "a dead b"; git_ config remotes.bad2 "dead a"; git_ config remotes.none ""; git_ config remotes.one "a"; git_ config remotes.x "a unknown b"
"$GIT" push good main
"$GIT" push bad main:x
"$GIT" push bad2 main:y
"$GIT" push none main:y
"$GIT" push one main:y
"$GIT" push x main:y2
"$GIT" push -q bad main:z
"$GIT" push -v bad main:z
"$GIT" push --porcelain bad main:z1
"$GIT" push bad
git_ config remote.pushDefault bad
"$GIT" push
"$GIT" push -- '' main
git_ config remote.pushDefault good
"$GIT" push
git_ config push.default current
"$GIT" push
git_ config --unset remote.pushDefault
git_ remote add many "$PWD/a.git"; git_ remote set-url --add many "$PWD/dead.git"; git_ remote set-url --add many "$PWD/b.git"
"$GIT" push many main:m1
"$GIT" push --porcelain many main:m2
git_ config remote.push.url "$PWD/none.git"
git_ config --add remote.push.pushurl "$PWD/a.git"
git_ config --add remote.push.pushurl "$PWD/dead.git"
git_ config --add remote.push.pushurl "$PWD/b.git"
"$GIT" push push main:p1
"$GIT" push -u push main:p2
git_ config remote.pushDefault many
"$GIT" push
git_ -C b.git update-ref refs/heads/p3 v1; git_ -C b.git config receive.denyNonFastForwards true
git_ config remotes.both "b a"
"$GIT" push both +v1:main
"$GIT" push both main:p3 side:p3
"$GIT" push both side~1:main
"$GIT" push both nope
"$GIT" push --mirror both
"$GIT" push --all both
"$GIT" push --all both main
"$GIT" push --delete both main
"$GIT" push --delete both
"$GIT" push --repo=both
"$GIT" push --repo=both main
"$GIT" push -u both main:u
"$GIT" push --dry-run both main:dry
"$GIT" push --recurse-submodules=on-demand both main:dry
"$GIT" push --atomic both main:at side:main
"$GIT" push --tags both
"$GIT" push --prune both 'refs/heads/*'
"$GIT" fetch bad
"$GIT" fetch x
# which remote is a branch's own
git_ config --unset remote.pushDefault; git_ config --unset push.default
for there in a b many a.git nope ''; do "$GIT" push "$there"; done
git_ config branch.main.remote nope; "$GIT" push b
git_ config branch.main.remote b; "$GIT" push b; "$GIT" push a
"$GIT" push --force-with-lease=main:side --porcelain -n -v --no-verify --follow-tags --prune -4 both main
"$GIT" push --force-with-lease both +main:refs/heads/main
"$GIT" push -d both y2 nope
"$GIT" push -d both
"$GIT" push --all --mirror both
