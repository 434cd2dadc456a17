# Options of small commands, one by one.
#: cells sha1-files
"$GIT" init -q .
mkdir d
seq 9 >a
echo b >d/b
"$GIT" add .
"$GIT" commit -q -m one
A=$("$QN_REAL" rev-parse HEAD:a)
T=$("$QN_REAL" rev-parse "HEAD^{tree}")
# stripspace
printf '# x\na  \n\n\n#y\nb' >text
"$GIT" stripspace <text
"$GIT" stripspace --strip-comments <text
"$GIT" stripspace -s <text
"$GIT" stripspace --comment-lines <text
"$GIT" stripspace -c <text
"$GIT" -c core.commentChar=';' stripspace -c <text
"$GIT" -c core.commentString='//' stripspace --comment-lines <text
"$GIT" -c core.commentString='# ' stripspace --strip-comments <text
"$GIT" -c core.commentChar=auto stripspace -s <text
"$GIT" -c core.commentChar= stripspace -s <text
"$GIT" stripspace -s -c <text
"$GIT" stripspace x
# hash-object
echo h >h
printf 'h\na\n' >names
"$GIT" hash-object --stdin --no-stdin h
"$GIT" hash-object --stdin-paths --no-stdin-paths h
"$GIT" hash-object --literally --no-literally h
"$GIT" hash-object --path=x --no-path --stdin <h
"$GIT" hash-object --stdin --stdin-paths
"$GIT" hash-object --stdin --stdin
"$GIT" hash-object --stdin-paths x
"$GIT" hash-object --stdin-paths --path=x
"$GIT" hash-object --path=x --no-filters h
"$GIT" hash-object --stdin-paths <names
"$GIT" hash-object -t commit h
"$GIT" hash-object -t commit -w h
"$GIT" hash-object -t tag --literally h
# mktree
"$QN_REAL" ls-tree HEAD >tree
"$GIT" mktree <tree
"$GIT" mktree --no-batch --no-missing <tree
{ cat tree; echo; cat tree; } | "$GIT" mktree --batch
"$QN_REAL" ls-tree -z HEAD | "$GIT" mktree -z
echo "100644 blob 0123456789012345678901234567890123456789	x" >missing
"$GIT" mktree <missing
"$GIT" mktree --missing <missing
echo nonsense | "$GIT" mktree
"$GIT" mktree </dev/null
# mktag
printf "object $A\ntype blob\ntag t\ntagger A <a@x> 1700000000 +0000\n\nm\n" >tag
"$GIT" mktag <tag
"$GIT" mktag --strict <tag
printf "object $A\ntype blob\ntag t\ntagger A <a@x> 1700000000 +0000\nextra x\n\nm\n" >tag2
"$GIT" mktag <tag2
"$GIT" mktag --no-strict <tag2
"$GIT" mktag <h
# commit-tree
"$GIT" commit-tree --no-gpg-sign -m one "$T"
"$GIT" commit-tree -m one -m two -p HEAD "$T"
"$GIT" commit-tree -F text -F names "$T"
"$GIT" commit-tree "$T" -p HEAD <text
"$GIT" commit-tree "$T" -p HEAD -p HEAD -m x
"$GIT" commit-tree HEAD -m x
"$GIT" commit-tree nope -m x
"$GIT" commit-tree
"$GIT" -c i18n.commitEncoding=latin1 commit-tree -m x "$T"
# write-tree
"$GIT" write-tree --missing-ok
"$GIT" write-tree --no-missing-ok
"$GIT" write-tree --prefix=d/
"$GIT" write-tree --prefix=d
"$GIT" write-tree --prefix=nope/
"$GIT" write-tree --prefix=d/ --no-prefix
"$GIT" write-tree --ignore-cache-tree
"$GIT" write-tree --no-ignore-cache-tree
"$GIT" update-index --add --cacheinfo 100644,0123456789012345678901234567890123456789,m
"$GIT" write-tree
"$GIT" write-tree --missing-ok
"$GIT" rm -q --cached m
# count-objects
"$GIT" count-objects --no-verbose
"$GIT" count-objects x
# ls-tree
"$GIT" ls-tree --name-status HEAD
(cd d && "$GIT" ls-tree HEAD && "$GIT" ls-tree --full-name HEAD && "$GIT" ls-tree --no-full-name HEAD && "$GIT" ls-tree --full-tree HEAD && "$GIT" ls-tree --full-tree --no-full-tree HEAD)
"$GIT" ls-tree --abbrev=6 HEAD
"$GIT" ls-tree --abbrev=6 --no-abbrev HEAD
"$GIT" ls-tree -r -t -l HEAD
"$GIT" ls-tree -d HEAD
"$GIT" ls-tree -z --name-only HEAD
"$GIT" ls-tree --object-only HEAD d/
"$GIT" ls-tree --format='%(objectmode)|%(objecttype)|%(objectname)|%(objectsize)|%(objectsize:padded)|%(path)%x41' -r HEAD
"$GIT" ls-tree --format='%(nope)' HEAD
"$GIT" ls-tree --format=x --long HEAD
# merge-file
seq 9 >base
sed s/3/three/ base >ours
sed 's/3/drei/;s/8/acht/' base >theirs
m() { "$GIT" merge-file -p "$@" ours base theirs; }
m
m --stdout
m --diff3
m --zdiff3
m --diff3 --no-diff3
m --zdiff3 --no-zdiff3
m --ours
m --theirs
m --union
m --ours --no-ours
m --theirs --no-theirs
m --union --no-union
m --marker-size=10
m --marker-size=10 --no-marker-size
m --marker-size=x
m --diff-algorithm=patience
m --diff-algorithm=histogram
m --diff-algorithm=minimal
m --diff-algorithm=myers
m --diff-algorithm=nope
m -L one -L two -L three --diff3
m -L one -L two -L three -L four
m --quiet
m --no-quiet
"$GIT" -c merge.conflictStyle=diff3 merge-file -p ours base theirs
"$GIT" merge-file -p --no-stdout ours base theirs
cat ours
"$GIT" merge-file ours base
"$GIT" merge-file nope base theirs
"$GIT" merge-file --quiet nope base theirs
sed s/3/three/ base >ours
O=$("$QN_REAL" hash-object -w ours)
B=$("$QN_REAL" hash-object -w base)
H=$("$QN_REAL" hash-object -w theirs)
"$GIT" merge-file --object-id -p $O $B $H
"$GIT" merge-file --object-id $O $B $H
"$GIT" merge-file --object-id --no-object-id -p ours base theirs
"$GIT" merge-file --object-id -p HEAD:a $B $H
"$GIT" merge-file --object-id -p nope $B $H
# packs
printf "$A\n$T\n" | "$QN_REAL" -c core.compression=0 pack-objects -q .git/objects/pack/pack >/dev/null
pack=$(echo .git/objects/pack/*.pack)
index=${pack%.pack}.idx
"$GIT" verify-pack "$pack"
"$GIT" verify-pack --verbose "$pack"
"$GIT" verify-pack -v "$index"
"$GIT" verify-pack --stat-only "$pack"
"$GIT" verify-pack -s "${pack%.pack}"
"$GIT" verify-pack --no-verbose --no-stat-only "$pack"
"$GIT" verify-pack --object-format=sha1 "$pack"
"$GIT" verify-pack --no-object-format "$pack"
"$GIT" verify-pack nope
"$GIT" verify-pack
"$GIT" show-index <"$index"
"$GIT" show-index --object-format=sha1 <"$index"
"$GIT" show-index --no-object-format <"$index"
"$GIT" show-index --object-format=nope <"$index"
"$GIT" show-index </dev/null
"$GIT" count-objects --verbose --no-human-readable
"$GIT" count-objects -v --human-readable --no-human-readable
# unpack-file
"$GIT" unpack-file nope
"$GIT" unpack-file HEAD
"$GIT" unpack-file
# patch-id
"$QN_REAL" diff-tree -p --root HEAD >patch
"$GIT" patch-id <patch
"$GIT" patch-id --stable <patch
"$GIT" patch-id --unstable <patch
"$GIT" patch-id --verbatim <patch
"$GIT" -c patchid.stable=true patch-id <patch
"$GIT" -c patchid.verbatim=true patch-id <patch
"$GIT" patch-id --stable --verbatim <patch
"$GIT" patch-id x
# check-ref-format
for name in a a/b refs/heads/x /a a//b a/ .a a.lock "a b" 'a~' '@' '@{' 'a*' 'refs/*' '-a'; do
    "$GIT" check-ref-format "$name"
    "$GIT" check-ref-format --allow-onelevel "$name"
    "$GIT" check-ref-format --no-allow-onelevel "$name"
    "$GIT" check-ref-format --refspec-pattern "$name"
    "$GIT" check-ref-format --normalize "$name"
    "$GIT" check-ref-format --print "$name"
    "$GIT" check-ref-format --branch "$name"
done
"$GIT" check-ref-format --branch '@{-1}'
"$GIT" check-ref-format
"$GIT" check-ref-format --nope x
# var
for name in GIT_AUTHOR_IDENT GIT_COMMITTER_IDENT GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER GIT_DEFAULT_BRANCH \
    GIT_SHELL_PATH GIT_ATTR_GLOBAL GIT_CONFIG_GLOBAL nope; do
    "$GIT" var $name
done
GIT_EDITOR=e "$GIT" var GIT_EDITOR
GIT_SEQUENCE_EDITOR=e "$GIT" var GIT_SEQUENCE_EDITOR
GIT_PAGER=p "$GIT" var GIT_PAGER
"$GIT" -c core.pager=q var GIT_PAGER
"$GIT" -c core.editor=q var GIT_EDITOR
"$GIT" -c sequence.editor=q var GIT_SEQUENCE_EDITOR
"$GIT" -c init.defaultBranch=q var GIT_DEFAULT_BRANCH
"$GIT" -c core.attributesFile=/q var GIT_ATTR_GLOBAL
GIT_CONFIG_GLOBAL=/x "$GIT" var GIT_CONFIG_GLOBAL
"$GIT" var
"$GIT" var a b
