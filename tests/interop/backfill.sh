# backfill: which blobs of a partial clone are fetched, and in how many goes.
#: cells sha1-files
"$QN_REAL" init -q -b main far; cd far; "$QN_REAL" config uploadpack.allowfilter true; "$QN_REAL" config uploadpack.allowanysha1inwant true
mkdir a b c
for i in 1 2 3 4; do
    echo a$i >a/f; echo b$i >b/f; echo c$i >c/f; echo t$i >top
    [ $i = 2 ] && cp a/f b/same
    [ $i = 3 ] && cp b/f a/z
    "$QN_REAL" add .; tick; "$QN_REAL" commit -qm $i; "$QN_REAL" tag v$i
done
printf '/*\n!/*/\n/a/\n' >../pat; "$QN_REAL" tag pat $("$QN_REAL" hash-object -w ../pat); cd ..
t() {
    rm -rf c; "$QN_REAL" clone -q --filter=blob:none --no-checkout file://$PWD/far c
    [ -z "$inside" ] || { "$QN_REAL" -C c config core.sparseCheckout true; "$QN_REAL" -C c config core.sparseCheckoutCone $cone; mkdir -p c/.git/info; printf "$inside" >c/.git/info/sparse-checkout; }
    "$GIT" -C c "$@"
    "$QN_REAL" -C c rev-list --objects --all --missing=print | grep '^?' | sort | "$GIT" stripspace
    ls c/.git/objects/pack | grep -c 'pack$' | "$GIT" stripspace
}
inside=; cone=true
t backfill
t backfill --min-batch-size=2
t backfill --min-batch-size=x
t backfill --min-batch-size
t backfill -- a
t backfill HEAD -- a b
t backfill v2..v3
t backfill --no-include-edges v2..v3
t backfill v2..v3 -- b
t backfill --all
t backfill --since=2001-01-01
t backfill --first-parent
t backfill -n 1
t backfill nothere
t backfill --sparse
t backfill --bad
t backfill HEAD:a
t backfill v2 v3 -- top
t backfill --not v2
t backfill --author=x
t backfill --reverse
t backfill -- ''
t backfill --filter=blob:none
t backfill --filter=zz
t backfill --no-filter
t backfill --objects --filter=sparse:oid=pat
t backfill --objects --filter=blob:none
inside='/*\n!/*/\n/a/\n'
t backfill
t backfill --sparse
t backfill --no-sparse
t backfill --sparse v2..v3
t backfill --no-include-edges --sparse v2..v3
t backfill --sparse -- b
t backfill --no-sparse -- b
cone=false; inside='/a/f\n/b/same\n'
t backfill
t backfill --sparse --no-include-edges v1..v2
inside='/b/*\n!/b/f\n'
t backfill
"$GIT" backfill -h >help; rm -f help
rm -rf c; "$QN_REAL" clone -q far c; "$GIT" -C c backfill
"$GIT" -C c backfill --sparse
"$QN_REAL" init -q --bare e; "$GIT" -C e backfill
rm -rf c e far pat; "$QN_REAL" init -q .
