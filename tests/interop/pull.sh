# git pull: what is fetched, what is merged with, and what it says when it cannot.
#: place disk
#: cells sha1-files sha256-reftable
U=$PWD/../up
"$QN_REAL" init -q $U >/dev/null 2>&1
up() { "$QN_REAL" -C $U "$@" >/dev/null 2>&1; }
more() { echo $1 >$U/f; up add f; up commit -q -m $1; tick; }
more 1; more 2; more 3; up branch dev; up tag t1; up tag -m note t2
"$QN_REAL" clone -q ../up c 2>/dev/null
cd c
"$QN_REAL" config remote.origin.url ../../up
p() { "$GIT" pull "$@"; }
c() { "$GIT" "$@"; }
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
now() { "$GIT" log --oneline -3; "$GIT" status -s; "$GIT" reflog -1; cat .git/FETCH_HEAD 2>/dev/null; }
p
more 4
p
now
more 5
echo z >z; q add z; q commit -m z; tick
p
p --ff-only
c -c pull.ff=only pull
c -c pull.ff=false pull --ff --no-edit
now
q reset --hard HEAD^
c -c pull.rebase=false pull --no-edit
now
q reset --hard HEAD^
p --squash
p --squash --no-rebase
now
q reset --hard
p --no-rebase --no-commit
c status -s
p
p --rebase
q merge --abort
p origin nope
p nope
p origin dev t1
p --no-rebase origin dev t1 main
now
p . dev
p . origin/dev
q checkout -q --detach
p
p origin
p --rebase
q checkout -q main
q config --unset branch.main.merge
p
p origin
p --rebase
p origin main:x --no-rebase --no-edit
q config branch.main.merge refs/heads/gone
p
p origin
p -r
p origin 'refs/heads/zz*:refs/remotes/origin/zz*'
p --rebase origin 'refs/heads/zz*:refs/remotes/origin/zz*'
q remote add o2 $U
p o2
q config --unset branch.main.remote
p
p origin
q remote rm o2
p ../../up
p
q config branch.main.remote origin
q config branch.main.merge refs/heads/main
echo dirty >f
p --rebase
q add f
p --rebase
echo dirty2 >f
p --rebase
q reset --hard
c -c pull.rebase=what pull
p --rebase=what
c -c branch.main.rebase=what pull
c -c pull.ff=what pull
p --cleanup=what
p --foo
p --ff=only
p --squash --no-ff
p --squash --commit
p --update-head-ok
p -m x
for o in -v -q -n --stat --rebase=false --dry-run -vv --log --log=2 --signoff --no-edit --verify --no-verify -k -f -t -p --append -4 --unshallow --set-upstream --no-progress --no-show-forced-updates --compact-summary -j2; do p $o origin dev; done
p --dry-run origin main
p --refmap=x
# forwards
q reset --hard HEAD~2
p origin main:main
now
q reset --hard origin/dev
p origin main dev --ff-only
p --rebase origin main dev
q reset --hard origin/dev
echo loc >f
p
p --ff-only
p --no-ff
q checkout f
q reset --hard origin/dev
c -c pull.ff=only pull --rebase
now
q reset --hard origin/dev
p --rebase
now
c -c pull.rebase=true pull
p --rebase
c -c pull.rebase=true pull --ff-only
q commit --allow-empty -m mine; tick
p --rebase
q reset --hard origin/dev
p --no-ff --no-edit
now
q reset --hard origin/dev
c -c pull.ff=false pull --no-edit
now
q reset --hard origin/dev
p --ff --no-ff --no-edit
q reset --hard origin/dev
p --no-ff --signoff --no-edit
c log -1 --format=%B
# conflicts
q reset --hard origin/dev
echo q >f; q commit -a -m q; tick
p --no-rebase
p
p --rebase
p --ff-only
q merge --abort
p --no-rebase -X ours --no-edit
now
q reset --hard HEAD^
p --no-rebase -s ours --no-edit
now
q reset --hard HEAD^
p --no-rebase -s nope
c -c pull.rebase=true -c pull.ff=only pull
c -c pull.rebase=true pull --no-rebase
q merge --abort
GIT_REFLOG_ACTION=mine "$GIT" pull --no-rebase -s ours --no-edit
now
# an unborn branch
cd ..
mkdir e; cd e
q init
p
p ../../up
now
cd ..; rm -rf e; mkdir e; cd e; q init
echo mine >f
p ../../up main
q add f
p ../../up main
rm f; q rm --cached f
p ../../up main dev
p ../../up main
now
cd ..; rm -rf e; mkdir e; cd e
p
q init --bare
p
cd ..; rm -rf e
cd c
q reset --hard origin/main
