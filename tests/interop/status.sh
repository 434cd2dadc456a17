# status: every form over every kind of change.
history
"$GIT" status
"$GIT" status -s
"$GIT" status -sb
"$GIT" status --porcelain=v2
echo changed >>story; rm tool; echo new >untracked; mkdir un; echo u >un/a; echo v >un/b
"$GIT" mv docs/manual.txt docs/renamed.txt
echo staged >staged; "$GIT" add staged; "$GIT" rm -q --cached aside
echo '*.log' >.gitignore; echo l >x.log; echo y >staged
"$GIT" status
"$GIT" status -s
"$GIT" status -z
"$GIT" status -b --porcelain
"$GIT" status --porcelain=v1
"$GIT" status --porcelain=v2 --branch
"$GIT" status --porcelain=v2 -z
"$GIT" status -uno
"$GIT" status -uall -s
"$GIT" status -unormal -s
"$GIT" status --ignored
"$GIT" status --ignored=matching -s
"$GIT" status -s docs
"$GIT" status -s -- 'un/*'
"$GIT" status --no-renames -s
"$GIT" status --find-renames=90 -s
"$GIT" status -v
"$GIT" status --short --long
"$GIT" status --porcelain=v3
"$GIT" status -ubad
(cd src && "$GIT" status && "$GIT" status -s && "$GIT" -c status.relativePaths=false status -s)
"$GIT" -c status.short=true status
"$GIT" -c status.branch=true status -s
"$GIT" -c status.showUntrackedFiles=no status
"$GIT" -c advice.statusHints=false status
"$GIT" -c color.status=always status
"$GIT" -c color.status=always status -s
"$GIT" reset -q --hard; rm -rf un untracked x.log
"$GIT" checkout -q --detach v1
"$GIT" status
"$GIT" checkout -q main
"$GIT" checkout -q -b conflict v1; echo other >story; "$GIT" commit -qam conflict
"$GIT" merge main
"$GIT" status
"$GIT" status -s
"$GIT" status --porcelain=v2
"$GIT" add story
"$GIT" status
"$GIT" merge --abort
"$GIT" branch -q --set-upstream-to=main
"$GIT" status
"$GIT" status -sb
"$GIT" status --porcelain=v2 -b
"$GIT" status --no-ahead-behind
"$GIT" checkout -q -b up2 v1; "$GIT" branch -q --set-upstream-to=main; "$GIT" status
"$GIT" merge -q main; "$GIT" status
