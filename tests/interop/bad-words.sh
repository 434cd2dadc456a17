# Words that no command can do anything with: what is said, and that nothing
# happens.
#: cells sha1-files
history
X=$(printf 'x%.0s' 1 2 3 4 5 6 7 8 9 10); X=$X$X$X$X$X; X=$X$X$X$X$X$X
ODD=$(printf 'f\001\177'); BYTES=$(printf '\377\376')
# "diff": an unknown option; the plumbing says nothing but its usage.
for c in diff diff-files diff-index diff-tree index-pack unpack-file update-index stripspace patch-id; do
    for w in --no-such-option -Z9 --no-such=3 --no-no-such; do "$GIT" $c $w; done
done
for c in diff diff-files diff-index diff-tree log show reset rev-list rev-parse checkout restore add rm; do
    "$GIT" $c nothere; "$GIT" $c nothere other; "$GIT" $c HEAD:nothere; "$GIT" $c HEAD~99
    "$GIT" $c "$ODD"; "$GIT" $c "$BYTES"; "$GIT" $c '../outside'; "$GIT" $c -- ../outside
    "$GIT" $c /etc/passwd; "$GIT" $c src/../../x; "$GIT" $c side@{5}; "$GIT" $c @{u}
    "$GIT" $c --end-of-options nothere
done 2>&1
for c in diff diff-files log reset rev-list; do
    "$GIT" $c "$X"; "$GIT" $c story nothere; "$GIT" $c --end-of-options -x
done
"$GIT" diff-index HEAD story nothere; "$GIT" diff-tree HEAD story nothere; "$GIT" diff-index HEAD HEAD
"$GIT" diff-files HEAD; "$GIT" diff-files HEAD story; "$GIT" diff-tree; "$GIT" diff-index
for w in ../outside /etc/passwd src/../../x; do "$GIT" check-ignore $w; "$GIT" check-attr -a $w; "$GIT" ls-files $w; done
for w in nothere refs/../x .. 'a b' HEAD; do "$GIT" symbolic-ref $w refs/heads/main; done
"$GIT" symbolic-ref nothere nothere2
for w in HEAD:nothere :2:story nothere "$ODD"; do "$GIT" ls-tree "$w"; "$GIT" read-tree "$w"; "$GIT" switch "$w"; done
"$GIT" init ''
"$GIT" hook -- run x; "$GIT" refs -- list; "$GIT" hook --end-of-options run; "$GIT" refs nothere
"$GIT" status -s
