# git pull: each option by itself, what it fetches and how it ends.
#: cells sha1-files
. "${0%/*}/shared/moving_remote.sh"
more 5; more 6; up branch new; up branch -D dev
now() { "$GIT" log --oneline -3; "$GIT" status -s; "$GIT" for-each-ref; cat .git/FETCH_HEAD .git/shallow 2>/dev/null; "$GIT" config list --local; }
try() {
    rm -rf c; cp -r base c; cd c
    "$GIT" pull "$@"
    now
    cd ..
}
diverged() {
    rm -rf c; cp -r base c; cd c
    echo z >z; q add z; q commit -m z
    "$GIT" pull "$@"
    now
    cd ..
}
for o in --all --no-all --autostash --no-autostash --deepen=1 --depth=2 --edit --no-edit --force --no-force --ipv4 \
    --jobs=2 --no-jobs --keep --no-keep --negotiation-tip=HEAD --no-negotiation-tip --negotiation-restrict=HEAD --no-negotiation-restrict \
    --negotiation-include=HEAD --no-negotiation-include --no-allow-unrelated-histories --append --no-append --cleanup=strip --no-cleanup \
    --compact-summary --no-compact-summary --no-deepen --no-depth --dry-run --no-dry-run --no-gpg-sign --log --no-log --prune --no-prune \
    --quiet --no-quiet --recurse-submodules=no --no-recurse-submodules --server-option=x --no-server-option --set-upstream --no-set-upstream \
    --shallow-exclude=t1 --no-shallow-exclude --shallow-since=2005-01-01 --no-shallow-since --show-forced-updates --no-show-forced-updates \
    --signoff --no-signoff --squash --no-squash --stat --no-stat --strategy=ours --no-strategy --strategy-option=theirs --no-strategy-option \
    --summary --no-summary --tags --no-tags --update-shallow --no-update-shallow --upload-pack=false --no-upload-pack --verbose --no-verbose \
    --no-verify-signatures --no-progress --refmap= --unshallow --verify --no-verify --ff-only --ff --no-ff --commit --no-commit \
    --rebase=false --no-rebase --nonsense --depth=0 --depth=x --jobs=x --jobs=-1 --deepen=x --shallow-since=nonsense --strategy=nope \
    --cleanup=nope --negotiation-tip=nope --filter=blob:none; do
    try "$o"
done
for o in --edit --no-edit --autostash --no-autostash --log --log=1 --no-log --signoff --squash --stat --no-stat --compact-summary --strategy=ours \
    --strategy-option=theirs --summary --no-ff --ff-only --allow-unrelated-histories --quiet --verbose --no-commit --no-gpg-sign --cleanup=scissors \
    --verify-signatures --no-verify --no-strategy --no-strategy-option; do
    diverged --no-rebase "$o"
done
# What is changed in the work tree, and --autostash.
for o in --autostash --no-autostash; do
    rm -rf c; cp -r base c; cd c
    echo mine >other; q add other
    "$GIT" pull $o; "$GIT" status -s
    echo mine >f
    "$GIT" pull $o; "$GIT" status -s
    cd ..
done
rm -rf c; cp -r base c; cd c
echo mine >other; q add other
"$GIT" -c pull.autoStash=true pull; "$GIT" status -s
"$GIT" -c pull.autoStash=x pull; "$GIT" status -s
cd ..
# Histories that have nothing in common.
"$QN_REAL" init -q other >/dev/null 2>&1; cd other
echo o >o; q add o; q commit -m o; tick
"$GIT" pull ../../up main
"$GIT" pull --no-rebase --no-allow-unrelated-histories ../../up main
"$GIT" pull --no-rebase --allow-unrelated-histories --no-edit ../../up main
"$GIT" log --oneline -2
cd ..
try --all origin
try --all --multiple
try -4
try -q -q

try -p
try -t
try -k
try -a
try -f
try -j 2
try -n
try -s ours
try -X theirs
try -S
try -o x
try --no-all --prune origin
