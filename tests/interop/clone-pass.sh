#: cells sha1-files sha256-reftable
#: end no
# First clones of a repository whose one pack has nearly everything: what goes
# over is just what is reached, whatever else lies in the pack.
"$QN_REAL" init -q -b main
"$QN_REAL" config pack.threads 1
mkdir -p a/b c
numbers() { i=1; while [ $i -le $1 ]; do echo $i; i=$((i + 1)); done; }
for k in $(numbers 40); do
    echo "line $k" >>a/b/deep
    { numbers 50; echo $k; } >a/file$((k % 7))
    { numbers $k; numbers 30; } >c/file$((k % 5))
    echo $k >top$((k % 9))
    tick
    "$QN_REAL" add -A && "$QN_REAL" commit -qm "c$k"
    case $k in 10 | 25) "$QN_REAL" tag -am "tag $k" t$k ;; esac
    case $k in
    20) "$QN_REAL" branch side ;;
    30) "$QN_REAL" checkout -q side ;;
    35) "$QN_REAL" checkout -q main ;;
    esac
done
"$QN_REAL" tag blob $("$QN_REAL" rev-parse main:top1)
"$QN_REAL" tag tree $("$QN_REAL" rev-parse main:a)
"$QN_REAL" repack -adfq
# What is received, object by object, and what is told meanwhile; it is sound.
check() {
    rm -rf got && "$QN_REAL" init -q --bare --object-format=$QN_ALGORITHM got
    "$QN_REAL" --git-dir=got index-pack --strict --stdin <x.pack >/dev/null || note bad "$@"
    "$QN_REAL" --git-dir=got cat-file --batch-all-objects --batch-check >ids
    note_file ids
    tr '\r' '\n' <told | grep -v '%.*[^.]$' | sed 's/^Compressing.*/Compressing/; s/ (delta.*), pack/, pack/' >told.end
    note_file told.end
    rm -f x.pack
}
send() {
    "$QN_REAL" pack-objects --revs --stdout --progress "$@" >x.pack 2>told || note failed "$@"
    check "$@"
}
everything() { "$QN_REAL" for-each-ref --format='%(objectname)'; }
everything | send
everything | send --delta-base-offset
"$QN_REAL" pack-objects --all --stdout --progress --delta-base-offset </dev/null >x.pack 2>told && check
for name in main main~3 main~17 side side~4 t25 t10; do
    # The one that HEAD names, or another.
    "$QN_REAL" rev-parse $name | send --delta-base-offset
    "$QN_REAL" update-ref --no-deref HEAD $("$QN_REAL" rev-parse $name^{commit})
    "$QN_REAL" rev-parse $name | send --delta-base-offset
    "$QN_REAL" rev-parse $name | send
    "$QN_REAL" rev-parse $name $name~2 blob tree | send --delta-base-offset --include-tag
    "$QN_REAL" symbolic-ref HEAD refs/heads/main
done
# Chains that are shorter than those of the pack; none are copied; haves.
everything | send --delta-base-offset --depth=3
everything | send --delta-base-offset --no-reuse-delta
{ everything; echo ^$("$QN_REAL" rev-parse main~5); } | send --delta-base-offset
# Here and there something lies in the pack that nothing reaches any more:
# deltas are over it, and over what is behind it.
for each in 11 17 23 99; do
    cut -d' ' -f1 ids >all
    k=0
    for commit in $("$QN_REAL" rev-list main side); do
        k=$((k + 1))
        case $((k % each)) in
        0)
            rm -f index.tmp
            GIT_INDEX_FILE=index.tmp "$QN_REAL" read-tree $commit
            { numbers $k; numbers 60; } >lost
            lost=$("$QN_REAL" hash-object -w lost)
            GIT_INDEX_FILE=index.tmp "$QN_REAL" update-index --add --cacheinfo 100644,$lost,a/b/lost --cacheinfo 100644,$lost,file$((k % 7))
            tree=$(GIT_INDEX_FILE=index.tmp "$QN_REAL" write-tree)
            "$QN_REAL" update-ref refs/lost/$k $("$QN_REAL" commit-tree -m lost -p $commit $tree)
            ;;
        esac
    done
    for k in $(numbers 9); do
        lost=$(echo "alone $k" | "$QN_REAL" hash-object -w --stdin)
        tree=$(printf '100644 blob %s\tonly%s\n' $lost $k | "$QN_REAL" mktree)
        commit=$("$QN_REAL" rev-list main | sed -n "$((k * 4))p")
        "$QN_REAL" update-ref refs/lost/alone$k $("$QN_REAL" commit-tree -m alone -p $commit $tree)
    done
    "$QN_REAL" repack -adfq --window=50 --depth=3
    "$QN_REAL" for-each-ref --format='delete %(refname)' refs/lost | "$QN_REAL" update-ref --stdin
    for words in "" "--delta-base-offset" "--delta-base-offset --include-tag"; do
        everything | send $words
        "$QN_REAL" rev-parse main | send $words
    done
done
"$QN_REAL" repack -adfq
# More than the pack has.
for k in 1 2 3; do
    echo new $k >>a/b/deep
    tick
    "$QN_REAL" commit -qam "new $k"
done
"$QN_REAL" tag -am late late
everything | send --delta-base-offset
"$QN_REAL" rev-parse main | send --delta-base-offset --include-tag
"$QN_REAL" repack -dq
everything | send --delta-base-offset
for options in "" "--single-branch" "--no-tags" "--depth 4" "--single-branch --branch side" "--filter=blob:none"; do
    "$QN_REAL" config uploadpack.allowFilter true
    rm -rf clone
    "$GIT" -c init.defaultRefFormat=files clone -q --bare $options "file://$PWD/.git" clone
    "$GIT" --git-dir=clone cat-file --batch-all-objects --batch-check
    "$GIT" --git-dir=clone fsck
done
# Hidden refs are not sent, nor what only they reach.
"$QN_REAL" update-ref refs/hidden/x $("$QN_REAL" commit-tree -m hidden main:a)
"$QN_REAL" repack -adfq
rm -rf clone
"$QN_REAL" config transfer.hideRefs refs/hidden
"$GIT" clone -q --mirror "file://$PWD/.git" clone
"$GIT" --git-dir=clone cat-file --batch-all-objects --batch-check
# Something is missing, or damaged.
"$QN_REAL" unpack-objects -q <$(ls .git/objects/pack/*.pack) 2>/dev/null
cp .git/objects/pack/*.pack saved.pack
rm -f .git/objects/pack/*
"$QN_REAL" unpack-objects -q <saved.pack
blob=$("$QN_REAL" rev-parse main:top3)
everything | "$QN_REAL" rev-list --objects --stdin | cut -d' ' -f1 | grep -v $blob | "$QN_REAL" pack-objects -q .git/objects/pack/pack >/dev/null
"$QN_REAL" prune-packed -q
everything | send --delta-base-offset
rm -f .git/objects/$(echo $blob | cut -c1-2)/$(echo $blob | cut -c3-)
everything | "$QN_REAL" pack-objects --revs --stdout -q >x.pack 2>told || note failed
note_file told
