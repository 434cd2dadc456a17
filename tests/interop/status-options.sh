#: cells sha1-files
# status: option by option.
"$GIT" init -q; seq 3 >f; seq 30 >g; mkdir d e; echo x >d/x; echo y >e/y; printf 'ign*\nd/skip/\n' >.gitignore; "$GIT" add .
"$GIT" status
"$GIT" status -s -b
"$GIT" status --porcelain=v2 -b
"$GIT" commit -qm one
"$GIT" status
"$GIT" status -s
"$GIT" status -v
echo 4 >>f; "$GIT" mv g g2; rm e/y; echo n >d/new; mkdir u d/skip ign2; echo u >u/1; echo u >u/2; echo i >ign1; echo i >d/skip/a; echo i >ign2/b; echo 'sp ' >'a b'; echo q >'q"t'; echo e >'é'; echo >'tab	x'; : >u/ign3
"$GIT" add d/new
for o in '' -s --short --no-short --long --no-long --porcelain --no-porcelain --porcelain=v1 --porcelain=1 --porcelain=v2 --porcelain=2 --porcelain=v3 -z '-z --long' '-z -s' '-z --porcelain=v2' -b '-s -b' '-s --no-branch' '-s --branch --long' -u -uno -unormal -uall -ufalse -utrue -u0 -ubad --untracked-files --no-untracked-files --untracked-files=all --ignored --no-ignored --ignored=traditional --ignored=matching --ignored=no --ignored=bad '--ignored -uall' '--ignored=matching -uall' '--ignored -uno' '--ignored=matching -uno' '-s --ignored' '-s --ignored=matching -uall' '--porcelain=v2 --ignored' --show-stash --no-show-stash --ahead-behind --no-ahead-behind --renames --no-renames --no-no-renames -M -M50 -M100% --find-renames --find-renames=90 --no-find-renames --column --column=always --column=row --column=dense,column --column=plain --no-column --column=nonsense '-s --column' '-z --column' -v -vv '-v -v -s' '--verbose --no-verbose' --ignore-submodules --ignore-submodules=all --ignore-submodules=dirty --ignore-submodules=none --ignore-submodules=untracked --ignore-submodules=bad --no-ignore-submodules -q --nonsense -h; do
"$GIT" status $o
done
"$GIT" status -- d
"$GIT" status -s d u
"$GIT" status nope
"$GIT" status -s '*.x' ':(exclude)d'
cd d
"$GIT" status
"$GIT" status -s
"$GIT" status --porcelain
"$GIT" status --porcelain=v2
"$GIT" -c status.relativePaths=false status
"$GIT" -c status.relativePaths=false status -s
"$GIT" status ../u .
"$GIT" status ../../out
cd ..
for c in status.short=true status.branch=true status.showStash=true status.aheadBehind=false status.renames=false status.renames=copies status.renames=copy status.renameLimit=1 diff.renames=false status.displayCommentPrefix=true status.showUntrackedFiles=no status.showUntrackedFiles=all status.showUntrackedFiles=normal status.showUntrackedFiles=bad status.submoduleSummary=true status.submoduleSummary=3 status.submoduleSummary=false status.relativePaths=false advice.statusHints=false advice.statusUoption=false color.status=always color.ui=always column.status=always column.ui=always core.quotePath=false core.commentChar=';' status.short=bad status.column=row; do
"$GIT" -c $c status
"$GIT" -c $c status -s
"$GIT" -c $c status -s -b
"$GIT" -c $c status --porcelain
done
"$GIT" -c status.displayCommentPrefix=true -c core.commentString='//' status
"$GIT" -c color.status=always -c color.status.added=blue -c color.status.changed='bold yellow' -c color.status.untracked=cyan -c color.status.header=magenta -c color.status.branch=red -c color.status.nobranch=blue -c color.status.unmerged=white -c color.status.localBranch=yellow -c color.status.remoteBranch=cyan status
"$GIT" -c color.status=always -c color.status.updated=blue -c color.status.changed='bold yellow' -c color.status.untracked=cyan -c color.status.header=magenta -c color.status.branch=red -c color.status.localBranch=yellow -c color.status.remoteBranch=cyan status -sb
"$GIT" -c color.status=always status -vv
"$GIT" -c color.status=always status --column
"$GIT" -c color.status.added=nonsense -c color.status=always status -s
COLUMNS=20 "$GIT" status --column -uall
"$GIT" commit -qam two
"$GIT" clone -q . ../clone; cd ../clone
"$GIT" commit -q --allow-empty -m ahead
"$GIT" status
"$GIT" status -sb
"$GIT" -c color.status=always status -sb
"$GIT" -C ../"${OLDPWD##*/}" commit -q --allow-empty -m other
"$GIT" status --no-ahead-behind
"$GIT" status -sb --no-ahead-behind
"$GIT" -c status.aheadBehind=false status --porcelain=v2 -b
"$GIT" -c advice.statusAheadBehind=false status
"$GIT" checkout -q --detach
"$GIT" status
"$GIT" status -sb
"$GIT" -c color.status=always status
"$GIT" -c color.status=always status -sb
"$GIT" commit -q --allow-empty -m d2
"$GIT" status
"$GIT" branch -q -d -r origin/main
"$GIT" checkout -q main
"$GIT" status
"$GIT" status -sb
GIT_OPTIONAL_LOCKS=0 "$GIT" status -s
"$GIT" --no-optional-locks status -s
