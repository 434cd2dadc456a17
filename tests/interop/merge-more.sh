# merge: messages, several heads, states, hooks, files in the way.
history
"$GIT" branch x v1; "$GIT" branch y v1; "$GIT" branch z v1
for b in x y z; do "$GIT" checkout -q $b; echo $b >$b; "$GIT" add $b; "$GIT" commit -q -m "Add $b" -m "Body of $b"; tick; done
"$GIT" checkout -q x; echo more >>x; "$GIT" commit -q -a -m "More of x"; tick
"$GIT" tag -a -m "Tag of y

With a body." vy y
"$GIT" tag -a -m "Tag of z" vz z; "$GIT" tag light y
"$GIT" branch c1 v1; "$GIT" branch c2 v1
"$GIT" checkout -q c1; sed 's/line 6/six/' story >s; mv s story; "$GIT" commit -q -a -m C1; tick
"$GIT" checkout -q c2; sed 's/line 6/SIX/' story >s; mv s story; echo c2 >>raw; "$GIT" commit -q -a -m C2; tick
"$GIT" checkout -q -b t v1
again() { "$GIT" log -1 --format=%B%P; "$GIT" reset -q --hard v1; }
"$GIT" merge -q --no-ff x; again
"$GIT" merge -q --no-ff --log x; again
"$GIT" merge -q --no-ff --log=1 x; again
"$GIT" merge -q --no-ff vy; again
"$GIT" merge -q --no-ff light; again
"$GIT" merge -q --no-ff x~1; again
"$GIT" merge -q --no-ff refs/heads/x; again
"$GIT" merge -q --no-ff -m One -m Two --log x; again
"$GIT" merge -q --no-ff --signoff x; again
"$GIT" merge -q --no-ff --into-name other x; again
"$GIT" -c merge.suppressDest=t merge -q --no-ff x; again
"$GIT" merge --no-ff --compact-summary x; again
"$GIT" merge --no-ff -n x; again
"$GIT" merge -m Ignored x; again
"$GIT" merge x y; again
"$GIT" merge --no-ff x y z; again
"$GIT" merge vy vz; again
"$GIT" merge x vy y; again
"$GIT" merge --squash x y; note_file .git/SQUASH_MSG; again
"$GIT" merge --squash x; note_file .git/SQUASH_MSG; again
"$GIT" merge v1
"$GIT" merge x nowhere
"$GIT" merge -s nothing x
"$GIT" merge -X nothing x
"$GIT" merge --squash --no-ff x
"$GIT" -c branch.t.mergeOptions="--no-ff --no-commit" merge x
note_file .git/MERGE_MSG; note_file .git/MERGE_MODE
"$GIT" merge y
"$GIT" merge --quit; "$GIT" reset -q --hard v1
echo dirty >story; "$GIT" merge --no-ff x; "$GIT" status -s; again
echo in the way >x; "$GIT" merge x; "$GIT" merge --no-ff x; rm x
echo dirty >story; "$GIT" add story; "$GIT" merge --ff-only x; "$GIT" status -s; again
"$GIT" checkout -q c2
"$GIT" merge c1 x
"$GIT" merge --squash c1; note_file .git/MERGE_MSG; note_file .git/SQUASH_MSG; "$GIT" reset -q --hard
"$GIT" merge --cleanup=scissors -m Cut c1; note_file .git/MERGE_MSG; "$GIT" merge --abort
"$GIT" -c merge.verbosity=0 merge c1; "$GIT" merge --abort
"$GIT" merge -X theirs -s recursive c1; "$GIT" reset -q --hard HEAD~1
"$GIT" merge --no-commit -X ours c1; "$GIT" merge --abort
mkdir -p .git/hooks; printf '#!/bin/sh\nexit 1\n' >.git/hooks/pre-merge-commit; chmod +x .git/hooks/pre-merge-commit
"$GIT" merge x
"$GIT" merge --abort; "$GIT" merge --no-verify x; rm .git/hooks/pre-merge-commit
printf '#!/bin/sh\necho "said by the hook" >>"$1"\n' >.git/hooks/commit-msg; chmod +x .git/hooks/commit-msg
"$GIT" merge y; "$GIT" log -1 --format=%B; rm .git/hooks/commit-msg
GIT_EDITOR='echo edited >' "$GIT" merge --edit z; "$GIT" log -1 --format=%B
"$GIT" checkout -q --orphan fresh; "$GIT" rm -rfq .; "$GIT" merge x y; "$GIT" merge --squash x; "$GIT" merge --no-ff x
"$GIT" merge x
"$GIT" log --oneline
