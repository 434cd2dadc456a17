# Configuration keys that no other script sets: each changes what a command says.
#: cells sha1-files
history
printf '[Some One] x\n' >/dev/null
set_key() { git config "$@"; }
say() { echo "$*" >>"$QN_TRANSCRIPT"; }
# diff.*: the form of every difference
printf 'one\n\ntwo \nthree\n' >spaced; git add spaced; printf 'one\n\nzwei \nthree\t\n' >spaced
echo z >>src/main.c; echo w >>docs/manual.txt
for pair in diff.algorithm=histogram diff.algorithm=patience diff.algorithm=nonsense \
    diff.colorMoved=zebra diff.colorMoved=nonsense diff.colorMovedWS=ignore-all-space diff.colorMovedWS=nonsense \
    diff.dstPrefix=to/ diff.srcPrefix=from/ diff.noPrefix=true diff.mnemonicPrefix=true \
    diff.indentHeuristic=false diff.orderFile=order diff.orderFile=nothing \
    diff.relative=true diff.statGraphWidth=3 diff.statNameWidth=5 diff.suppressBlankEmpty=true \
    diff.wsErrorHighlight=all diff.wsErrorHighlight=nonsense diff.ignoreSubmodules=all \
    diff.submodule=log diff.submodule=nonsense diff.interHunkContext=3 diff.context=1 diff.context=-1 \
    diff.external='echo ext #' diff.trustExitCode=true diff.autoRefreshIndex=false diff.renameLimit=1 diff.tool=x diff.guitool=y; do
    printf 'src*\nspaced\n' >order
    "$GIT" -c "$pair" diff
    "$GIT" -c "$pair" diff --stat
    "$GIT" -c "$pair" diff --color=always
    (cd src && "$GIT" -c "$pair" diff --name-only)
done
"$GIT" -c diff.external='sh -c "exit 1" -' -c diff.trustExitCode=true diff --exit-code
"$GIT" -c diff.external='echo ext #' -c diff.trustExitCode=true diff --quiet
GIT_EXTERNAL_DIFF='sh -c "echo; exit 1" -' GIT_EXTERNAL_DIFF_TRUST_EXIT_CODE=true "$GIT" diff --exit-code
GIT_EXTERNAL_DIFF='sh -c "echo; exit 3" -' GIT_EXTERNAL_DIFF_TRUST_EXIT_CODE=true "$GIT" diff
GIT_EXTERNAL_DIFF='sh -c "exit 1" -' "$GIT" diff
echo 'spaced diff=mine' >.gitattributes
for pair in diff.mine.binary=true diff.mine.wordRegex='[a-z]' diff.mine.xfuncname='^o(.*)' diff.mine.xfuncname='^(' \
    diff.mine.cachetextconv=true diff.mine.trustExitCode=true diff.mine.command='echo mine #' diff.mine.textconv='tr a-z A-Z <' diff.mine.algorithm=minimal; do
    "$GIT" -c "$pair" diff spaced
    "$GIT" -c "$pair" diff --word-diff spaced
done
"$GIT" -c diff.mine.command='sh -c "exit 1" -' -c diff.mine.trustExitCode=true diff --exit-code spaced
rm .gitattributes order
# log.*
for pair in log.abbrevCommit=true log.date=short log.date=iso log.date=nonsense log.decorate=full log.decorate=no log.decorate=nonsense \
    log.diffMerges=first-parent log.diffMerges=nonsense log.excludeDecoration='refs/tags/*' log.initialDecorationSet=all log.initialDecorationSet=nonsense \
    log.mailmap=false log.showRoot=false log.follow=true log.showSignature=false log.graphColors=red,blue; do
    "$GIT" -c "$pair" log -2 --decorate
    "$GIT" -c "$pair" log -1 -p --merges
    "$GIT" -c "$pair" log --graph --oneline --color=always -4
    "$GIT" -c "$pair" show -m --stat HEAD~1
done
"$GIT" -c log.showRoot=false log -p --reverse v1
"$GIT" -c log.showRoot=false show --stat v1
# merge.*
git reset -q --hard; git checkout -q -b moved v1; mkdir far; git mv src/deep/well far/well; git mv src/deep far/deep 2>/dev/null; git commit -q -m moved
git checkout -q -b added v1; echo a >src/deep/added; git add .; git commit -q -m added
for value in true false conflict nonsense; do
    "$GIT" -c merge.directoryRenames=$value merge -m x moved
    "$GIT" ls-files
    git reset -q --hard added; git clean -qfd
done
git checkout -q -b crlf v1; printf '* text=auto\n' >.gitattributes; git add .; git commit -q -m attributes
git checkout -q -b crlf-side v1; sed -i 's/$/\r/' story; git commit -q -a -m carriage
"$GIT" -c merge.renormalize=true merge -m x crlf
"$GIT" -c core.autocrlf=input status -s
git reset -q --hard crlf-side
"$GIT" -c merge.renormalize=false merge -m x crlf
git reset -q --hard crlf-side
printf 'story merge=mine\n' >.gitattributes; git add .; git commit -q -m driver
"$GIT" -c merge.mine.driver='cat %B >%A' -c merge.mine.recursive=binary -c merge.mine.name='my own' merge -m x side
cat story
"$GIT" -c merge.tool=x -c merge.guitool=y status -s
git reset -q --hard; git checkout -q main
# branch.*, checkout.*, status.*
git remote add origin . ; git remote add other .; git update-ref refs/remotes/origin/main side; git update-ref refs/remotes/other/main v1
git config branch.main.remote origin; git config branch.main.merge refs/heads/main
for pair in branch.main.pushRemote=other remote.pushDefault=other push.default=current status.compareBranches='@{upstream} @{push}' status.compareBranches='@{push}' status.compareBranches=nonsense; do
    "$GIT" -c "$pair" status
    "$GIT" -c branch.main.pushRemote=other -c push.default=current -c "$pair" status
    "$GIT" -c "$pair" for-each-ref --format='%(refname) %(push) %(push:track) %(upstream)' refs/heads/main
    "$GIT" -c "$pair" rev-parse --abbrev-ref 'main@{push}'
done
for pair in checkout.workers=4 checkout.workers=0 checkout.workers=-1 checkout.workers=x checkout.thresholdForParallelism=1 checkout.thresholdForParallelism=x; do
    "$GIT" -c "$pair" checkout -q side
    "$GIT" -c "$pair" checkout -q main
done
# add.*, color.*, core.*
git reset -q --hard
echo u >unreadable; echo r >readable; ln -s nowhere/at/all dangling
"$GIT" -c add.ignoreErrors=true add readable nothing
"$GIT" -c add.ignore-errors=true add readable
for pair in color.advice=always color.advice.hint=red color.push=always color.remote=always color.pager=false color.transport=always color.showBranch=always; do
    "$GIT" -c color.advice=always -c "$pair" checkout -q --detach nothing
    "$GIT" -c color.advice=always -c "$pair" add
done
for pair in color.grep=always color.grep.match=red color.grep.matchSelected=green; do
    "$GIT" -c color.ui=always -c "$pair" log --grep=Second --format=%s
done
echo change >>story
for pair in core.ignoreStat=true core.hideDotFiles=true core.precomposeUnicode=true core.preferSymlinkRefs=true core.protectHFS=true core.protectNTFS=true core.lockfilePid=true; do
    "$GIT" -c "$pair" status -s
    "$GIT" -c "$pair" symbolic-ref refs/heads/symbolic refs/heads/main
    "$GIT" -c "$pair" update-index --add --cacheinfo "100644,$(git rev-parse HEAD:story),git~1/x"
    "$GIT" -c "$pair" update-index --add --cacheinfo "100644,$(git rev-parse HEAD:story),$(printf '.g\342\200\214it/x')"
done
test -h .git/refs/heads/symbolic; say "symbolic link: $?"
rm -f .git/refs/heads/symbolic
mkdir elsewhere; git config core.worktree ../elsewhere
"$GIT" status -s
git config core.worktree "$PWD/elsewhere"
"$GIT" rev-parse --show-toplevel --show-cdup
git config --unset core.worktree
"$GIT" -c column.clean=always -c index.sparse=true status -s
"$GIT" -c init.defaultSubmodulePathConfig=true init -q sub
"$GIT" -C sub config list --local
rm -rf sub
mkdir inc; printf '[a]\n\tb = c\n' >inc/more
git config includeIf.gitdir:"$PWD/".path "$PWD/inc/more"
"$GIT" config get a.b
git config includeIf.onbranch:main.path "$PWD/inc/more"
"$GIT" config get --all a.b
printf '[x]\n\ty = z\n' >only
GIT_CONFIG="$PWD/only" "$GIT" config list
GIT_CONFIG="$PWD/only" "$GIT" config x.y
GIT_TRACE_REFS=0 "$GIT" rev-parse --verify -q main
GIT_TRACE_PACK_ACCESS=0 "$GIT" rev-parse --verify -q main
