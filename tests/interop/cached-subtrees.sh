#: cells sha1-files sha256-files
#: end no
# Directories that the index's cache tree knows to be the same are not read: a
# damaged or missing one stands in nobody's way.
"$QN_REAL" init -q -b main .
mkdir -p apart/deep here
echo a >apart/deep/file; echo b >apart/file; echo c >here/file; echo d >here/other
"$QN_REAL" add -A && "$QN_REAL" commit -q -m first && tick
"$QN_REAL" read-tree HEAD && "$QN_REAL" update-index --refresh >/dev/null
id=$("$QN_REAL" rev-parse HEAD:apart)
object=.git/objects/$(echo "$id" | cut -c1-2)/$(echo "$id" | cut -c3-)
keep() { chmod u+w "$object"; cp "$object" ../kept-object; }
keep
for damage in gone broken; do
    case $damage in
    gone) rm -f "$object" ;;
    broken) printf 'nothing' >"$object" ;;
    esac
    echo "$damage" >>here/file
    "$GIT" diff --cached --stat
    "$GIT" add here/file
    "$GIT" diff --cached --name-status
    "$GIT" diff --cached --quiet
    "$GIT" diff-index --cached --raw HEAD
    "$GIT" diff --name-only HEAD
    "$GIT" restore -S here/file
    "$GIT" status --short
    "$GIT" rm -q --cached here/other
    "$GIT" status --short
    "$GIT" reset -q -- here/other
    "$GIT" checkout HEAD -- here/other
    "$GIT" rm -q --cached here/file
    "$GIT" ls-files
    cp ../kept-object "$object"
    "$QN_REAL" read-tree HEAD && "$QN_REAL" checkout -q -f HEAD -- .
    "$QN_REAL" update-index --refresh >/dev/null
done
# Parts of it, by a pathspec.
echo more >>apart/deep/file
"$GIT" add -A
"$GIT" diff --cached --name-only -- here
"$GIT" diff --cached --name-only -- apart/deep
"$GIT" diff --cached --name-only -- 'apart/*'
"$GIT" diff --cached --name-only -- ':!apart'
"$GIT" diff --cached --name-only --find-copies-harder
"$GIT" diff --name-only HEAD -- apart
