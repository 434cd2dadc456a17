# merge: fast-forward, true, conflicts, abort, continue, squash.
history
"$GIT" merge side
"$GIT" checkout -q -b ff v1; "$GIT" merge main
"$GIT" checkout -q -b noff v1; "$GIT" merge --no-ff main
tick
"$GIT" log -1
"$GIT" checkout -q -b ffonly v1; "$GIT" commit -q --allow-empty -m Apart; "$GIT" merge --ff-only main
tick
"$GIT" checkout -q -b a v1; echo mine >story; echo mine >new; "$GIT" add -A; "$GIT" commit -qm Mine
tick
"$GIT" checkout -q -b b v1; echo yours >story; echo yours >new; "$GIT" rm -q raw; "$GIT" add -A; "$GIT" commit -qm Yours
tick
"$GIT" merge a
"$GIT" status
"$GIT" ls-files -s
note_file story
"$GIT" diff
"$GIT" merge a
"$GIT" commit -m x
"$GIT" merge --abort
"$GIT" status -s
"$GIT" merge --abort
"$GIT" merge -m "With a message" a
echo resolved >story; echo resolved >new; "$GIT" add -A
"$GIT" merge --continue
"$GIT" log -1
tick
"$GIT" reset -q --hard HEAD~1
"$GIT" merge --squash main
"$GIT" status -s
"$GIT" reset -q --hard
"$GIT" merge --no-commit --no-ff main
"$GIT" status
"$GIT" merge --quit
"$GIT" status -s
"$GIT" reset -q --hard
"$GIT" -c merge.conflictStyle=diff3 merge a
note_file story
"$GIT" merge --abort
"$GIT" -c merge.conflictStyle=zdiff3 merge a
note_file new
"$GIT" reset -q --hard
"$GIT" merge -X ours a
"$GIT" reset -q --hard HEAD~1
"$GIT" merge -s ours -m "Ours" a
tick
"$GIT" merge --stat main
"$GIT" checkout -q v1; "$GIT" merge main
"$GIT" merge nowhere
"$GIT" merge
"$GIT" checkout -q -b dirty v1; echo dirty >story; "$GIT" merge main
"$GIT" checkout -q -f; echo untracked >aside; "$GIT" merge main
rm aside; "$GIT" checkout -q -b rename v1; "$GIT" mv story tale; echo end >>tale; "$GIT" commit -qam Renamed
tick
"$GIT" merge main
"$GIT" ls-files -s
"$GIT" merge -q --no-edit a
"$GIT" checkout -q -f main; "$GIT" checkout -q --orphan un; "$GIT" rm -rfq .; echo u >u; "$GIT" add u; "$GIT" commit -qm Unrelated
"$GIT" merge main
"$GIT" merge --allow-unrelated-histories -m Joined main
"$GIT" log --oneline --graph -n 5
"$GIT" reflog
"$GIT" merge-base main side
"$GIT" merge-base --all main un
"$GIT" merge-base --is-ancestor v1 main
"$GIT" merge-base --is-ancestor main v1
"$GIT" merge-base --octopus main side v1
"$GIT" merge-base --independent main side v1
"$GIT" merge-base --fork-point main side
"$GIT" merge-base nowhere main
