# fetch from a repository of this machine: which refs, what becomes of each, what is told.
# Only "$GIT" is compared; the other side is made by git.
#: cells sha1-files sha256-reftable
up() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
c() { echo "$1" >"src/$1"; up add .; up commit -qm "$1"; tick; }
h() { cat .git/FETCH_HEAD; }
"$QN_REAL" init -q src >/dev/null 2>&1; c one; c two; c three; c four
up branch side HEAD~1; up branch dir/x HEAD~2; up tag light HEAD~1
up tag -a -m t v1 HEAD~1; up tag -a -m t v0 HEAD~3; up tag -m z zz HEAD
"$GIT" init -q dst; cd dst; src() { (cd ..; up "$@"); }; add() { (cd ..; c "$1"); }
"$GIT" fetch; "$GIT" fetch origin; "$GIT" fetch ../nope
"$GIT" config remote.origin.url ../src; "$GIT" config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
"$GIT" fetch; "$GIT" hash-object .git/FETCH_HEAD; "$GIT" fetch; "$GIT" hash-object .git/FETCH_HEAD; "$GIT" fetch -v
for words in side "side:loc dir/x" "refs/heads/*:refs/h/*" "tag v1" "--tags side" HEAD nope "side:" ":" "HEAD:hh" "^side" \
    "side ^refs/heads/side" "refs/heads/*" "side:refs/heads/a..b" "refs/heads/side:x refs/heads/master:x" "v1" "heads/side tags/v1" \
    "+side:foo side:refs/tags/q side:refs/w" "side:tags/qq side:remotes/qq side:heads/qq" "-n refs/tags/v1:refs/heads/bad" \
    "--refmap= side" "--refmap=+refs/heads/*:refs/rm/* side dir/x" "--porcelain -v side" "-q master" "tag" "a:refs/x"; do
    "$GIT" fetch origin $words; "$GIT" hash-object .git/FETCH_HEAD
done
"$GIT" fetch ../src; "$GIT" fetch ../src/ side; "$GIT" fetch ../src/.git; "$GIT" hash-object .git/FETCH_HEAD
"$GIT" fetch ../src "$(cd ../src; "$QN_REAL" rev-parse side)"; "$GIT" hash-object .git/FETCH_HEAD
"$GIT" fetch --refmap=x origin; "$GIT" fetch -a origin side; "$GIT" hash-object .git/FETCH_HEAD
"$GIT" fetch --no-write-fetch-head origin side; "$GIT" fetch -t -n ../src
# what moved
"$GIT" reset -q --hard origin/master
src checkout -q side; add n; src branch -f dir/x master; src branch -f master HEAD~2; src tag -f light HEAD
src tag -f -a -m other v1 HEAD; src branch new; src update-ref refs/odd/thing HEAD
"$GIT" fetch --dry-run; "$GIT" fetch --porcelain --dry-run; "$GIT" -c fetch.output=compact fetch --dry-run
"$GIT" -c fetch.output=odd fetch; "$GIT" fetch --no-show-forced-updates --dry-run; "$GIT" fetch --tags --dry-run
"$GIT" fetch -f --tags --dry-run; "$GIT" fetch origin master:master; "$GIT" fetch -u origin +master:master --dry-run
"$GIT" fetch --atomic origin 'refs/heads/*:refs/remotes/origin/*'; "$GIT" for-each-ref refs/remotes
"$GIT" fetch origin 'refs/heads/*:refs/remotes/origin/*' --refmap=; "$GIT" hash-object .git/FETCH_HEAD
"$GIT" fetch --append; "$GIT" fetch -p origin 'refs/odd/*:refs/remotes/origin/*' --dry-run
src branch -D new; src tag -d v0; "$GIT" fetch -p -v; "$GIT" fetch -p -P; "$GIT" fetch -p -P -f
src branch new/sub; "$GIT" update-ref refs/remotes/origin/new HEAD; "$GIT" fetch; "$GIT" fetch -p
# for merge
"$GIT" config branch.master.remote origin; "$GIT" config branch.master.merge refs/heads/side
"$GIT" fetch; "$GIT" hash-object .git/FETCH_HEAD; "$GIT" config --add branch.master.merge master
"$GIT" fetch; "$GIT" hash-object .git/FETCH_HEAD; "$GIT" config --unset-all branch.master.merge
"$GIT" config branch.master.merge refs/heads/gone; "$GIT" fetch; "$GIT" hash-object .git/FETCH_HEAD
"$GIT" fetch --set-upstream origin side; "$GIT" config --get-regexp 'branch.*'; "$GIT" fetch --set-upstream origin
"$GIT" fetch --set-upstream origin side master; "$GIT" fetch --prefetch; "$GIT" for-each-ref refs/prefetch
# several
"$GIT" config remote.two.url ../src; "$GIT" config remote.two.fetch '+refs/heads/*:refs/remotes/two/*'; "$GIT" config remotes.grp 'origin two'
"$GIT" fetch grp; "$GIT" fetch --all; "$GIT" fetch --multiple origin nope; "$GIT" fetch --multiple origin grp; "$GIT" fetch --all origin
"$GIT" fetch --multiple; "$GIT" -c fetch.all=true fetch; "$GIT" fetch --all --porcelain; "$GIT" fetch --all --atomic; "$GIT" fetch grp side
"$GIT" config remote.two.skipFetchAll true; "$GIT" fetch --all; "$GIT" fetch --all -v -p; "$GIT" hash-object .git/FETCH_HEAD
# their HEAD
for v in warn always never warn-if-not-side create odd; do
    "$GIT" config remote.origin.followRemoteHEAD $v; "$GIT" fetch; "$GIT" symbolic-ref refs/remotes/origin/HEAD; src checkout -q dir/x
done
"$GIT" config --unset remote.origin.followRemoteHEAD
# wrong
for words in "--depth=0" "--depth 1 --deepen 1" "--deepen=-1" "--unshallow" "--negotiate-only" "--negotiate-only --negotiation-tip=master origin" \
    "--negotiation-tip=odd*" "--filter=odd"; do "$GIT" fetch $words; done
"$GIT" -c fetch.negotiationAlgorithm=odd fetch; "$GIT" -c protocol.version=9 fetch
# other ways
for n in 0 1 2; do for a in consecutive skipping noop; do
    add w$n$a; "$GIT" -c protocol.version=$n -c fetch.negotiationAlgorithm=$a fetch origin
done; done
add x1; "$GIT" -c fetch.unpackLimit=1 fetch; "$GIT" count-objects -v >/dev/null; add x2; "$GIT" -c transfer.fsckObjects=true fetch
add x3; printf 'side\n' | "$GIT" fetch --stdin origin dir/x; "$GIT" bundle create ../b.bundle --all 2>/dev/null >/dev/null
"$GIT" fetch ../b.bundle master; "$GIT" fetch ../b.bundle 'refs/heads/*:refs/bb/*'; "$GIT" hash-object .git/FETCH_HEAD
"$GIT" -c remote.origin.fetch='+refs*:refs/funny/*' fetch origin; "$GIT" -c remote.origin.fetch='+refs*:refs/funny/*' fetch origin master; "$GIT" fetch origin '+refs/h*:refs/odd/*'
"$GIT" fsck --strict; "$GIT" for-each-ref
