#: cells sha1-files
# Every long option of the daily commands in its full spelling, and its negation.
export GIT_EDITOR=true
"$GIT" init -q; seq 5 >f; seq 5 >g; mkdir d; echo x >d/x; echo msg >msg; echo f >spec; "$GIT" add f g d; "$GIT" commit -qm one
echo 6 >>f; "$GIT" commit -qam two; "$GIT" branch other HEAD~1; "$GIT" config gpg.program false
again() { "$GIT" checkout -qf main 2>/dev/null; "$GIT" reset -q --hard start 2>/dev/null; "$GIT" branch -q -D made made2 2>/dev/null; echo 7 >>f; echo n >n; }
"$GIT" tag start

again; printf "q\n" | "$GIT" add --patch --auto-advance f
again; "$GIT" add --edit f
again; "$GIT" add --force f
again; "$GIT" add --intent-to-add f
again; printf "q\n" | "$GIT" add --interactive f
again; "$GIT" add --no-chmod f
again; "$GIT" add --no-dry-run f
again; "$GIT" add --no-edit f
again; "$GIT" add --no-force f
again; "$GIT" add --no-ignore-errors f
again; "$GIT" add --no-ignore-missing f
again; "$GIT" add --no-intent-to-add f
again; "$GIT" add --no-interactive f
again; "$GIT" add --no-patch f
again; "$GIT" add --no-pathspec-file-nul f
again; "$GIT" add --no-pathspec-from-file f
again; "$GIT" add --no-refresh f
again; "$GIT" add --no-renormalize f
again; "$GIT" add --no-sparse f
again; "$GIT" add --no-update f
again; "$GIT" add --no-verbose f
again; printf "q\n" | "$GIT" add --patch f
again; printf "q\n" | "$GIT" add --patch --unified=1 f
again; "$GIT" add --update f
again; "$GIT" add --verbose f
again; "$GIT" add --warn-embedded-repo f
again; printf "q\n" | "$GIT" checkout --patch --auto-advance f
again; "$GIT" checkout --force other
again; "$GIT" checkout --guess other
again; "$GIT" checkout --ignore-other-worktrees other
again; printf "q\n" | "$GIT" checkout --patch --inter-hunk-context=1 f
again; printf "q\n" | "$GIT" checkout --patch --no-auto-advance f
again; "$GIT" checkout --no-conflict f
again; "$GIT" checkout --no-detach other
again; "$GIT" checkout --no-force other
again; "$GIT" checkout --no-ignore-other-worktrees other
again; "$GIT" checkout --no-ignore-skip-worktree-bits f
again; "$GIT" checkout --no-merge other
again; "$GIT" checkout --no-orphan
again; "$GIT" checkout --no-patch f
again; "$GIT" checkout --no-pathspec-file-nul f
again; "$GIT" checkout --no-pathspec-from-file f
again; "$GIT" checkout --no-quiet other
again; "$GIT" checkout --overwrite-ignore other
again; printf "q\n" | "$GIT" checkout --patch f
again; "$GIT" checkout --quiet other
again; printf "q\n" | "$GIT" checkout --patch --unified=1 f
again; "$GIT" commit --ahead-behind -m text --allow-empty
again; "$GIT" commit --all -m text --allow-empty
again; "$GIT" commit --edit -m text --allow-empty
again; "$GIT" commit --file=msg --allow-empty
again; "$GIT" commit --include -m text --allow-empty f
again; "$GIT" commit --no-ahead-behind -m text --allow-empty
again; "$GIT" commit --no-all -m text --allow-empty
again; "$GIT" commit --no-allow-empty -m text --allow-empty
again; "$GIT" commit --no-allow-empty-message -m text --allow-empty
again; "$GIT" commit --no-amend -m text --allow-empty
again; "$GIT" commit --no-author -m text --allow-empty
again; "$GIT" commit --no-branch -m text --allow-empty
again; "$GIT" commit --no-cleanup -m text --allow-empty
again; "$GIT" commit --no-date -m text --allow-empty
again; "$GIT" commit --no-dry-run -m text --allow-empty
again; "$GIT" commit --no-file -m text --allow-empty
again; "$GIT" commit --no-fixup -m text --allow-empty
again; "$GIT" commit --no-include -m text --allow-empty
again; "$GIT" commit --no-interactive -m text --allow-empty
again; "$GIT" commit --no-long -m text --allow-empty
again; "$GIT" commit --no-message -m text --allow-empty
again; "$GIT" commit --no-null -m text --allow-empty
again; "$GIT" commit --no-only -m text --allow-empty
again; "$GIT" commit --no-patch -m text --allow-empty
again; "$GIT" commit --no-pathspec-file-nul -m text --allow-empty
again; "$GIT" commit --no-pathspec-from-file -m text --allow-empty
again; "$GIT" commit --no-porcelain -m text --allow-empty
again; "$GIT" commit --no-quiet -m text --allow-empty
again; "$GIT" commit --no-reedit-message -m text --allow-empty
again; "$GIT" commit --no-reset-author -m text --allow-empty
again; "$GIT" commit --no-reuse-message -m text --allow-empty
again; "$GIT" commit --no-signoff -m text --allow-empty
again; "$GIT" commit --no-squash -m text --allow-empty
again; "$GIT" commit --no-template -m text --allow-empty
again; "$GIT" commit --no-trailer -m text --allow-empty
again; "$GIT" commit --no-untracked-files -m text --allow-empty
again; "$GIT" commit --no-verify -m text --allow-empty
again; "$GIT" commit --null -m text --allow-empty
again; printf "q\n" | "$GIT" commit --patch -m text
again; "$GIT" commit --post-rewrite -m text --allow-empty
again; "$GIT" commit --quiet -m text --allow-empty
again; "$GIT" commit --reedit-message=HEAD --allow-empty
again; "$GIT" commit --reuse-message=HEAD --allow-empty
again; "$GIT" commit --signoff -m text --allow-empty
again; "$GIT" commit --template=msg -m text --allow-empty
again; printf "q\n" | "$GIT" commit --patch --unified=1 -m text
again; "$GIT" commit --untracked-files -m text --allow-empty
again; "$GIT" commit --verbose -m text --allow-empty
again; "$GIT" commit --verify -m text --allow-empty
again; "$GIT" mv --dry-run f f2
again; "$GIT" mv --force f f2
again; "$GIT" mv --no-dry-run f f2
again; "$GIT" mv --no-force f f2
again; "$GIT" mv --no-sparse f f2
again; "$GIT" mv --no-verbose f f2
again; "$GIT" mv --verbose f f2
again; printf "q\n" | "$GIT" reset --patch --auto-advance f
again; "$GIT" reset --intent-to-add
again; printf "q\n" | "$GIT" reset --patch --inter-hunk-context=1 f
again; "$GIT" reset --no-intent-to-add
again; "$GIT" reset --no-patch
again; "$GIT" reset --no-pathspec-file-nul
again; "$GIT" reset --no-pathspec-from-file
again; printf "q\n" | "$GIT" reset --patch f
again; printf "q\n" | "$GIT" reset --patch --unified=1 f
again; "$GIT" restore --no-conflict f
again; "$GIT" restore --no-ignore-skip-worktree-bits f
again; "$GIT" restore --no-ignore-unmerged f
again; "$GIT" restore --no-merge f
again; "$GIT" restore --no-patch f
again; "$GIT" restore --no-pathspec-file-nul f
again; "$GIT" restore --no-pathspec-from-file f
again; "$GIT" restore --no-progress f
again; "$GIT" restore --no-quiet f
again; "$GIT" restore --no-source f
again; "$GIT" restore --no-staged f
again; "$GIT" restore --no-worktree f
again; printf "q\n" | "$GIT" restore --patch f
again; "$GIT" restore --quiet f
again; printf "q\n" | "$GIT" restore --patch --unified=1 f
again; "$GIT" rm --force --cached -f f
again; "$GIT" rm --no-cached --cached -f f
again; "$GIT" rm --no-dry-run --cached -f f
again; "$GIT" rm --no-force --cached -f f
again; "$GIT" rm --no-ignore-unmatch --cached -f f
again; "$GIT" rm --no-pathspec-file-nul --cached -f f
again; "$GIT" rm --no-pathspec-from-file --cached -f f
again; "$GIT" rm --no-quiet --cached -f f
again; "$GIT" rm --no-sparse --cached -f f
again; "$GIT" rm --quiet --cached -f f
again; "$GIT" stage --all f
again; printf "q\n" | "$GIT" stage --patch --auto-advance f
again; "$GIT" stage --chmod=+x f
again; "$GIT" stage --dry-run f
again; "$GIT" stage --edit f
again; "$GIT" stage --force f
again; "$GIT" stage --ignore-errors f
again; "$GIT" stage --ignore-missing f
again; "$GIT" stage --ignore-removal f
again; "$GIT" stage --intent-to-add f
again; printf "q\n" | "$GIT" stage --patch --inter-hunk-context=1 f
again; printf "q\n" | "$GIT" stage --interactive f
again; "$GIT" stage --no-all f
again; printf "q\n" | "$GIT" stage --patch --no-auto-advance f
again; "$GIT" stage --no-chmod f
again; "$GIT" stage --no-dry-run f
again; "$GIT" stage --no-edit f
again; "$GIT" stage --no-force f
again; "$GIT" stage --no-ignore-errors f
again; "$GIT" stage --no-ignore-missing f
again; "$GIT" stage --no-ignore-removal f
again; "$GIT" stage --no-intent-to-add f
again; "$GIT" stage --no-interactive f
again; "$GIT" stage --no-patch f
again; "$GIT" stage --no-pathspec-file-nul f
again; "$GIT" stage --no-pathspec-from-file f
again; "$GIT" stage --no-refresh f
again; "$GIT" stage --no-renormalize f
again; "$GIT" stage --no-sparse f
again; "$GIT" stage --no-update f
again; "$GIT" stage --no-verbose f
again; "$GIT" stage --no-warn-embedded-repo f
again; printf "q\n" | "$GIT" stage --patch f
again; "$GIT" stage --pathspec-file-nul --pathspec-from-file=spec
again; "$GIT" stage --pathspec-from-file=spec
again; "$GIT" stage --refresh f
again; "$GIT" stage --renormalize f
again; "$GIT" stage --sparse f
again; printf "q\n" | "$GIT" stage --patch --unified=1 f
again; "$GIT" stage --update f
again; "$GIT" stage --verbose f
again; "$GIT" stage --warn-embedded-repo f
again; "$GIT" status --no-null
again; "$GIT" status --null
again; "$GIT" switch --force-create=made2
again; "$GIT" switch --ignore-other-worktrees other
again; "$GIT" switch --no-conflict other
again; "$GIT" switch --no-create other
again; "$GIT" switch --no-detach other
again; "$GIT" switch --no-discard-changes other
again; "$GIT" switch --no-force other
again; "$GIT" switch --no-force-create other
again; "$GIT" switch --no-ignore-other-worktrees other
again; "$GIT" switch --no-merge other
again; "$GIT" switch --no-orphan other
again; "$GIT" switch --no-overwrite-ignore other
again; "$GIT" switch --no-quiet other
again; "$GIT" switch --no-track other
again; "$GIT" switch --overwrite-ignore other
again; "$GIT" switch --progress other
again; "$GIT" switch --track other
again
"$GIT" status -s
