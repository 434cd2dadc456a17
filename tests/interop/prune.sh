#: place disk
#: end no
# prune, prune-packed, count-objects: loose objects that nothing reaches, that are packed, and files that do not belong.
history
Q() { "$QN_REAL" "$@"; }
# in the order of the 256 directories; within one as the file system has them: sorted
look() { Q "$@" >out 2>err; code=$?; note "$* = $code"; sort out >>"$QN_TRANSCRIPT"; sort err | sed 's/^/! /' >>"$QN_TRANSCRIPT"; rm -f out err; }
for i in 1 2 3; do echo "lost $i" | Q hash-object -w --stdin >/dev/null; done
old=$(echo "an old one" | Q hash-object -w --stdin); file=.git/objects/$(echo "$old" | sed 's,^..,&/,')
touch -d "2020-01-01" "$file"
mkdir -p .git/objects/aa; echo >.git/objects/aa/junk; echo >.git/objects/aa/tmp_obj_x; echo >.git/objects/tmp_obj_y; echo >.git/objects/pack/tmp_pack_z; mkdir -p .git/objects/tmp_objdir-incoming-1
look prune -n; look prune -nv; look prune -n --expire=1.year.ago; look prune -n --expire=never; look count-objects -v; look count-objects
look prune -v --expire=1.year.ago; look prune -n --expire=now; look prune -n HEAD~1 side; look prune zzz; look prune --expire=zzz
"$GIT" -c extensions.preciousObjects=true prune -n
look prune -v; look prune --progress; look count-objects -v
# what a reflog, an index and a newer object reach stays
echo staged >staged; Q add staged; Q commit -q --amend -m again
look prune -n; Q reflog expire --expire=now --all; look prune -n
tree=$(Q ls-tree HEAD | Q mktree); commit=$(Q commit-tree -m recent "$tree")
find .git/objects -type f -exec touch -d "2020-01-01" {} +
touch .git/objects/$(echo "$commit" | sed 's,^..,&/,'); look prune -n --expire=1.year.ago
rm -f .git/index; look prune -n --expire=1.year.ago; Q reset -q
look prune -v
Q config gc.recentObjectsHook "cat recent"; echo kept | Q hash-object -w --stdin >recent; echo gone | Q hash-object -w --stdin >/dev/null; look prune -n; Q config --unset gc.recentObjectsHook
Q repack -q 2>/dev/null; look prune-packed -n; look prune-packed -q; look prune-packed -n; look count-objects
"$GIT" fsck --no-dangling
