# Partial clones: what is left out comes when it is needed.
#: cells sha1-files sha256-reftable
#: end no
#: packs masked
u() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
c() { echo "$1" >"src/$1"; seq "$2" >src/same; u add .; u commit -qm "$1"; tick; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3 4; do c f$i $i; done
u config uploadpack.allowFilter true; u config uploadpack.allowAnySHA1InWant true
url=file://$PWD/src
missing() { "$QN_REAL" -C d rev-list --objects --all --missing=print | grep -c '^?'; "$GIT" -C d config --get-regexp 'remote.*|core.repo.*'; }
for filter in blob:none blob:limit=5 tree:0 tree:1 object:type=commit combine:blob:none+tree:2 blob:odd; do
    "$GIT" clone -q --bare --filter=$filter "$url" d; missing
    "$GIT" -C d log --stat --format=%s; "$GIT" -C d cat-file -p HEAD~2:same; missing; "$GIT" -C d fsck; rm -rf d
done
"$GIT" clone --filter=blob:none "$url" d; missing; cd d; "$GIT" status -sb; "$GIT" checkout -q HEAD~2; "$GIT" diff HEAD~1; cd ..
c f5 5; "$GIT" -C d fetch; missing; "$GIT" -C d show origin/master:f5; "$GIT" -C d show origin/main:f5
GIT_NO_LAZY_FETCH=1 "$GIT" -C d cat-file -e origin/HEAD:same; "$GIT" -C d backfill; missing
"$GIT" -C d fetch --refetch --filter=tree:0; "$GIT" -C d -c protocol.version=0 fetch; "$GIT" -C d fsck
rm -rf d; "$GIT" clone -q --no-checkout --filter=blob:none "$url" d; "$GIT" -C d backfill --min-batch-size=1; missing; rm -rf d
u config uploadpack.allowFilter false; "$GIT" clone -q --filter=blob:none "$url" d; missing
# what somebody asks to be packed is fetched, unless it may be missing
rm -rf d; u config uploadpack.allowFilter true
for words in '' --missing=allow-any --exclude-promisor-objects; do
    "$QN_REAL" clone -q --bare --filter=blob:none "$url" d; "$GIT" -C d pack-objects -q --all --revs $words ../p </dev/null | wc -c; missing; rm -rf d p-*
done
"$QN_REAL" clone -q --bare --filter=blob:none "$url" d; "$GIT" -C d bundle create -q ../b.bundle --all; missing; rm -rf d b.bundle
