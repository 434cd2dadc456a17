# Where history ends: clone and fetch with --depth and its kin, from a whole and from a shallow repository.
#: cells sha1-files sha256-reftable
u() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
c() { echo "$1" >"src/$1"; u add .; u commit -qm "$1"; tick; }
s() { sort "$1/shallow" 2>/dev/null | "$GIT" hash-object --stdin; "$GIT" --git-dir="$1" log --all --format=%s; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3 4 5 6; do c $i; done
u branch old HEAD~3; u checkout -q old; c o1; c o2; u checkout -q -; u merge -q -m m old; tick; u tag -m t t1 HEAD~2
url=file://$PWD/src
for words in "--depth=1" "--depth=2" "--depth=7" "--depth=3 --no-single-branch" "--depth=2 --bare" "--depth=1 -b old" "--shallow-exclude=t1" \
    "--depth=1 --no-tags" "--depth=1 --mirror" "--depth=30" "--single-branch" "-b t1 --depth=1" "--revision=refs/heads/old --depth=1" "--depth=0"; do
    "$GIT" clone $words "$url" d; test -d d/.git && s d/.git; test -d d/refs && s d; rm -rf d
done
"$GIT" clone --depth=1 src d; rm -rf d; "$GIT" clone --shallow-since=@1 --filter=blob:none src d; rm -rf d
"$GIT" clone -q --depth=2 "$url" d; cd d
"$GIT" fetch --depth=1; s .git; "$GIT" fetch --deepen=2; s .git; "$GIT" fetch --depth=4 origin old; s .git
(cd ..; c seven; c eight); "$GIT" fetch; s .git; "$GIT" fetch --depth=1; s .git; "$GIT" fetch --shallow-exclude=t1; s .git
"$GIT" fetch --unshallow; s .git; "$GIT" fetch --unshallow; "$GIT" fetch --depth=3; s .git; "$GIT" fsck --strict --no-dangling; cd ..
"$QN_REAL" clone -q --depth=3 "$url" sh >/dev/null 2>&1; low=file://$PWD/sh
"$GIT" clone -q "$low" e; s e/.git; rm -rf e; "$GIT" clone --reject-shallow "$low" e; "$GIT" clone --reject-shallow sh e
"$GIT" clone --depth=9 -q "$low" e; s e/.git; rm -rf e; "$GIT" clone -q sh e; s e/.git; "$GIT" init -q f; cd f
"$GIT" fetch "$low" HEAD:got; "$GIT" for-each-ref; "$GIT" fetch --update-shallow "$low" HEAD:got; s .git; cd ..
"$GIT" -C e fsck --strict --no-dangling; "$GIT" -c protocol.version=0 clone -q --depth=2 "$url" g; s g/.git
"$GIT" -C g -c protocol.version=0 fetch -q --deepen=1; s g/.git; rm -rf d e f g
