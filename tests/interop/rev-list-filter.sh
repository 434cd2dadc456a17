# Object filters of partial clone: what a walk gives and leaves out.
#: end no
#: cells sha1-files sha256-files
history
"$QN_REAL" tag -m inner inner v1 && "$QN_REAL" tag -m outer outer inner
"$QN_REAL" tag -m tree tree v1^{tree}
mkdir -p twin/deeper && cp src/main.c twin/deeper/main.c && cp src/main.c twin/main.c
"$QN_REAL" add . && "$QN_REAL" commit -qm twin
printf '/*\n!/*/\n/src/\n!/src/deep/\n' >one && one=$("$QN_REAL" hash-object -w one)
printf '*.c\ndocs/guide.txt\n' >two && two=$("$QN_REAL" hash-object -w two)
printf '/twin/deeper/main.c\n' >three && three=$("$QN_REAL" hash-object -w three)
for filter in blob:none blob:limit=0 blob:limit=20 blob:limit=1k tree:0 tree:1 tree:2 tree:3 \
    object:type=tag object:type=commit object:type=tree object:type=blob \
    sparse:oid=$one sparse:oid=$two sparse:oid=$three combine:tree:2+blob:none \
    combine:tree%3A2+blob%3Alimit%3D20 combine:sparse:oid=$one+blob:limit=20 \
    combine:sparse:oid=$one+sparse:oid=$two combine:combine%3Atree%3A3+object:type=blob \
    combine:sparse:oid=$three+tree:4 tree:0x2 tree:02; do
    "$GIT" rev-list --objects --filter=$filter --all
    "$GIT" rev-list --objects --filter=$filter --filter-provided-objects --all
    "$GIT" rev-list --objects --in-commit-order --filter=$filter HEAD
    "$GIT" rev-list --objects --filter=$filter v1..HEAD
    "$GIT" rev-list --objects --filter=$filter HEAD^{tree} HEAD:src HEAD:story outer
    "$GIT" rev-list --count --objects --filter=$filter --indexed-objects HEAD
done
"$GIT" rev-list --objects --filter=blob:none --filter=tree:1 HEAD
"$GIT" rev-list --objects --filter=blob:none --no-filter HEAD~..HEAD
"$GIT" rev-list --objects --filter=blob:limit=100 --filter-print-omitted v1
"$GIT" rev-list --objects --filter=blob:limit=100 --filter-print-omitted --count v1
"$GIT" rev-list --objects --filter=blob:limit=100 --filter-print-omitted --quiet v1
"$GIT" rev-list --objects --filter=tree:0 -z HEAD~..HEAD
"$GIT" rev-list --filter-provided-objects -n 1 HEAD
"$GIT" rev-list --filter-print-omitted -n 1 HEAD
for filter in '' foo auto blob: blob:limit blob:limit= blob:limit=x blob:limit=-1 blob:limit=1kk \
    tree: tree:x tree:-1 tree:99999999999999999999999 object:type= object:type=x sparse:x sparse:path=x \
    sparse:oid=nowhere sparse:oid=HEAD:nowhere sparse:oid=v1 sparse:oid=HEAD:src combine: \
    combine:foo combine:blob:none+ combine:+tree:1 'combine:tree:1+a b' combine:auto+tree:1 combine:a@b \
    combine:%zz combine:tree%3 combine:combine: BLOB:NONE; do
    "$GIT" rev-list --objects --filter="$filter" HEAD~..HEAD
    "$GIT" cat-file --batch-check --filter="$filter" </dev/null
done
"$GIT" rev-list --filter=blob:none HEAD
"$GIT" rev-list --objects --filter

# cat-file: the same words, for single objects.
for filter in blob:none blob:limit=20 object:type=tag object:type=commit tree:1 sparse:oid=HEAD:story combine:blob:none; do
    printf 'HEAD\nHEAD:story\nv1-noted\nHEAD:src\nnowhere\n' >names
    "$GIT" cat-file --batch-check --filter=$filter <names
    "$GIT" cat-file --batch-check='%(objectname)' --batch-all-objects --filter=$filter
    "$GIT" cat-file --batch-check --no-filter <names
done

# What is missing.
blob=$("$QN_REAL" rev-parse HEAD:docs/guide.txt)
rm -f .git/objects/${blob%"${blob#??}"}/${blob#??}
for missing in error allow-any allow-promisor print print-info; do
    "$GIT" rev-list --objects --missing=$missing HEAD
    "$GIT" rev-list --objects --missing=$missing --filter=blob:none HEAD
    "$GIT" rev-list --objects --missing=$missing --filter=blob:limit=5 HEAD~..HEAD
    "$GIT" rev-list --objects --missing=$missing --filter=tree:1 HEAD
done
# Promised: a pack that says so.
"$QN_REAL" rev-list --objects --missing=allow-any HEAD~ | cut -d' ' -f1 | "$QN_REAL" pack-objects -q .git/objects/pack/pack >name
touch .git/objects/pack/pack-$(cat name).promisor
"$QN_REAL" config core.repositoryformatversion 1; "$QN_REAL" config extensions.partialclone origin
"$QN_REAL" config remote.origin.promisor true; "$QN_REAL" config remote.origin.url nowhere
export GIT_NO_LAZY_FETCH=1
for missing in error allow-any allow-promisor print print-info; do
    "$GIT" rev-list --objects --missing=$missing HEAD
    "$GIT" rev-list --objects --missing=$missing --filter=blob:limit=5 HEAD
done
"$GIT" rev-list --objects --exclude-promisor-objects HEAD
"$GIT" rev-list --objects --exclude-promisor-objects --all --indexed-objects
"$GIT" rev-list --exclude-promisor-objects --count HEAD
# each object hashed while it is listed
"$GIT" rev-list --verify-objects HEAD~2..HEAD
"$GIT" rev-list --verify-objects --count HEAD
"$GIT" rev-list --verify-objects --objects-edge HEAD~1..HEAD
# two filters of cat-file are one combined, which it does not know
"$GIT" cat-file --filter=blob:none HEAD
"$GIT" cat-file --batch-check --filter=blob:none --filter=blob:limit=1 </dev/null
"$GIT" cat-file --batch-check --filter=blob:none --no-filter --batch-all-objects
