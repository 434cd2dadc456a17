# git remote that asks the other side: show, prune, set-head, update, add -f.
#: cells sha1-files sha256-reftable
history
"$QN_REAL" clone -q --bare . ../up.git 2>/dev/null
up() { "$QN_REAL" -C ../up.git "$@" >/dev/null 2>&1; }
up branch a; up branch b; up branch c
r() { "$GIT" remote "$@"; }
refs() { "$GIT" for-each-ref --format='%(refname) %(symref)' refs/remotes refs/o refs/heads/o; }
r add o ../up.git
r show o
r show -n o
r show nope
r show o nope
"$QN_REAL" fetch -q o
r show o
r show -n o
r -v show
r -v show -n
r show
# kept, gone, new, left out
up branch -D b; up branch z; up update-ref refs/other/x HEAD
"$GIT" config --add remote.o.fetch '^refs/heads/c'
"$GIT" config --add remote.o.fetch '+refs/tags/*:refs/o/tags/*'
"$GIT" config --add remote.o.fetch '+refs/heads/a:refs/heads/o/a'
"$GIT" config --add remote.o.fetch '+refs/heads/side:refs/remotes/o2/s'
"$GIT" config --add remote.o.fetch 'refs/heads/a'
r show o
r show -n o
# what is pulled
"$GIT" config branch.main.remote o
"$GIT" config branch.main.merge refs/heads/main
r show -n o
"$GIT" config --add branch.main.merge refs/heads/a
"$GIT" config branch.side.remote o
"$GIT" config branch.side.merge refs/tags/v1
r show -n o
"$GIT" config branch.re.remote o
"$GIT" config branch.re.merge refs/heads/a
for v in true false merges interactive i m yes 0; do "$GIT" config branch.re.rebase $v; r show -n o; done
"$GIT" config branch.none.remote o
"$GIT" config branch.other.merge refs/heads/a
"$GIT" config branch.other.remote q
r show -n o
# what is pushed
for p in refs/heads/main +main:dev :gone HEAD:refs/heads/x 'refs/heads/*:refs/heads/x/*' : +: ^no 'refs/tags/*' main; do
    "$GIT" config --replace-all remote.o.push "$p"
    r show -n o
done
for p in refs/heads/main +main:dev :gone; do "$GIT" config --add remote.o.push "$p"; done
r show -n o
"$GIT" config --unset-all remote.o.push
"$GIT" config remote.o.mirror true
r show -n o
r show o
"$GIT" config --unset remote.o.mirror
"$QN_REAL" checkout -q -b ahead main
"$QN_REAL" branch a HEAD
"$QN_REAL" commit -q --allow-empty -m ahead; tick
"$QN_REAL" checkout -q main
"$QN_REAL" branch -f z ahead
r show o
up branch -f side z
r show o
for p in refs/heads/main +main:dev :c main:z z 'refs/heads/*:refs/heads/x/*' 'refs/tags/*' : +: HEAD:side nope v1:refs/heads/v1 :gone main~1:refs/heads/old; do
    "$GIT" config --replace-all remote.o.push "$p"
    r show o
done
for p in refs/heads/main +main:dev ':c' 'refs/tags/*'; do "$GIT" config --add remote.o.push "$p"; done
r show o
"$GIT" config --unset-all remote.o.push
# HEAD
r set-head
r set-head o
r set-head o a b
r set-head -a -d o
r set-head -a o x
r set-head o nope
r set-head nope x
r set-head nope -d
r set-head o a
refs
r set-head -a o
r set-head --auto o
"$GIT" symbolic-ref refs/remotes/o/HEAD refs/tags/v1
r set-head -a o
"$GIT" update-ref --no-deref refs/remotes/o/HEAD refs/tags/v1
r set-head -a o
"$GIT" reflog show refs/remotes/o/HEAD
"$GIT" update-ref -d refs/remotes/o/main
r set-head -a o
r set-head o -d
refs
r set-head --delete o
r set-head -a nope
up symbolic-ref HEAD refs/heads/unborn
r set-head -a o
r show o
up update-ref --no-deref HEAD refs/heads/main
r show o
r set-head -a o
up symbolic-ref HEAD refs/heads/main
# prune
"$QN_REAL" fetch -q o
"$GIT" symbolic-ref refs/remotes/o/HEAD refs/remotes/o/a
"$GIT" symbolic-ref refs/heads/link refs/remotes/o/z
up branch -D a; up branch -D z; up tag -d v1
r prune
r prune nope
r prune -n o
r prune --dry-run o nope
r prune o
r prune o o
refs
"$GIT" config remote.o.pruneTags true
r prune -n o
r prune o
"$GIT" symbolic-ref -d refs/heads/link
"$GIT" symbolic-ref -d refs/remotes/o/HEAD
# an empty one
"$QN_REAL" init -q --bare ../empty.git >/dev/null 2>&1
r add em ../empty.git
r show em
r set-head -a em
r prune em
# add -f, update
r add -f zq ../up.git
r add -f -m main zr ../up.git
r add -f bad ../nope.git
r update zq
r update zq nope
r -v update zr
r update -p zq
"$GIT" config remotes.default 'zq zr'
r update
"$GIT" config remotes.grp 'zq'
r update grp
r update grp zr
r update -v
"$GIT" config --unset remotes.default
r rm bad
"$GIT" config remote.o.skipDefaultUpdate true
r update
refs
