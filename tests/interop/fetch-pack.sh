# fetch-pack: refs by name and id, packs kept or not.
#: stderr no
#: packs masked
#: cells sha1-files sha256-reftable
u() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q src >/dev/null 2>&1
for i in 1 2 3; do echo $i >src/$i; u add .; u commit -qm $i; tick; done; u branch side HEAD~1; u tag -m t t1
n() { rm -rf d; "$QN_REAL" init -q d >/dev/null 2>&1; }
for words in "../src refs/heads/side" "--all ../src" "../src" "../src nope refs/heads/side"  \
    "--depth=1 -v ../src refs/heads/side" "--no-progress -q --include-tag --thin ../src refs/tags/t1" \
    "../nope x" "../src refs/heads/*" "../src HEAD HEAD refs/heads/side" "--diag-url ssh://u@h:22/p" \
    "--diag-url git://h:22/p" "--diag-url ./x" "--odd ../src"; do
    n; "$GIT" -C d fetch-pack $words; "$GIT" -C d fetch-pack ../src HEAD; "$GIT" -C d fsck
done
n; printf 'refs/heads/side\nHEAD\n' | "$GIT" -C d fetch-pack --stdin ../src; "$GIT" -C d cat-file -t HEAD
n; "$GIT" -C d fetch-pack ../src "$("$QN_REAL" -C src rev-parse side)"; rm -rf d
