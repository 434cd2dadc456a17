#: cells sha1-files
# merge: every option, strategies, the autostash, submodules, drivers.
history
again() { "$GIT" log -1 --format=%s%n%P; "$GIT" status -s; "$GIT" reset -q --hard v1; }
"$GIT" branch ours1 v1; "$GIT" branch theirs1 v1; "$GIT" branch plain v1; "$GIT" branch crlf v1
"$GIT" checkout -q ours1; sed 's/line 3 /three ours /' story >s; mv s story; "$GIT" commit -q -a -m "Ours three"; tick
"$GIT" checkout -q theirs1; sed 's/line 3 /three theirs /' story >s; mv s story; echo t >t; "$GIT" add t; "$GIT" commit -q -a -m "Theirs three"; tick
"$GIT" checkout -q plain; echo p >p; "$GIT" add p; "$GIT" commit -q -m "Plain"; tick
"$GIT" checkout -q -b work v1
# strategies
"$GIT" merge -s resolve plain; again
"$GIT" merge -s resolve --no-ff plain; again
"$GIT" reset -q --hard ours1
"$GIT" merge -s resolve plain; "$GIT" log -1 --format=%s; "$GIT" reset -q --hard ours1
"$GIT" merge -s resolve --no-commit plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
"$GIT" merge -s ours plain; "$GIT" diff HEAD~ --stat; "$GIT" reset -q --hard ours1
"$GIT" merge -s subtree plain; "$GIT" reset -q --hard ours1
"$GIT" merge -s recursive plain; "$GIT" reset -q --hard ours1
"$GIT" merge -s ort theirs1; "$GIT" merge --abort
"$GIT" merge -s ours -s ort plain; "$GIT" reset -q --hard ours1
"$GIT" merge -s octopus -s ort plain; "$GIT" reset -q --hard ours1
"$GIT" merge -s ort -s recursive theirs1; "$GIT" status -s; "$GIT" merge --abort
"$GIT" merge -s octopus theirs1
"$GIT" merge -s octopus plain; "$GIT" reset -q --hard ours1
"$GIT" -c pull.twohead=ours merge plain; "$GIT" reset -q --hard ours1
"$GIT" merge -s nothing plain
"$GIT" merge -s resolve plain theirs1; "$GIT" reset -q --hard ours1
"$GIT" merge -s ort plain theirs1; "$GIT" reset -q --hard ours1
"$GIT" merge plain theirs1; "$GIT" status -s; "$GIT" reset -q --hard ours1
"$GIT" merge -s ours plain theirs1; "$GIT" log -1 --format='%s %P'; "$GIT" reset -q --hard ours1
"$GIT" merge --ff-only plain theirs1
# strategy options
for x in ours theirs patience histogram diff-algorithm=minimal diff-algorithm=myers ignore-space-change ignore-all-space ignore-space-at-eol ignore-cr-at-eol renormalize no-renormalize no-renames find-renames find-renames=80 rename-threshold=30 subtree subtree=docs diff-algorithm=no find-renames=x nonsense; do
  "$GIT" merge -X $x -m "With $x" theirs1; "$GIT" diff HEAD; "$GIT" reset -q --hard ours1
done
"$GIT" merge -Xtheirs -m "Stuck" theirs1; "$GIT" reset -q --hard ours1
"$GIT" merge --strategy-option=ours --strategy=ort theirs1; "$GIT" reset -q --hard ours1
# styles
for s in merge diff3 zdiff3 none; do
  "$GIT" -c merge.conflictStyle=$s merge theirs1; "$GIT" diff; "$GIT" reset -q --hard ours1
done
# messages
"$GIT" merge -m one -m two plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
echo "from a file" >../m; "$GIT" merge -F ../m plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
echo "on stdin" | "$GIT" merge -F - plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" merge --file=../m --log plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" merge -F nowhere plain
"$GIT" merge --log=0 plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" merge --log --no-log plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" -c merge.log=true merge plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" -c merge.branchdesc=true -c branch.plain.description="What plain is" merge --log plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" merge --into-name elsewhere plain; "$GIT" log -1 --format=%s; "$GIT" reset -q --hard ours1
"$GIT" merge --signoff plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" merge --signoff --no-signoff plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
for c in strip whitespace verbatim scissors default wrong; do
  "$GIT" merge --cleanup=$c -m "

# comment
text   " plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
done
GIT_EDITOR='printf "# c\nedited\n\n" >' "$GIT" merge --edit plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
GIT_EDITOR='cat >&2' "$GIT" merge -e plain; "$GIT" reset -q --hard ours1
GIT_EDITOR='cat >&2' "$GIT" merge -e --cleanup=scissors plain; "$GIT" reset -q --hard ours1
GIT_EDITOR='printf "" >' "$GIT" merge --edit plain; "$GIT" status; "$GIT" reset -q --hard ours1
GIT_EDITOR=false "$GIT" merge --edit plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
GIT_MERGE_AUTOEDIT=yes GIT_EDITOR='echo auto >' "$GIT" merge plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
GIT_MERGE_AUTOEDIT=bad "$GIT" merge plain; "$GIT" reset -q --hard ours1
GIT_REFLOG_ACTION=pull "$GIT" merge plain; "$GIT" reflog -1; "$GIT" reset -q --hard ours1
# stat
for o in --stat --no-stat -n --summary --no-summary --compact-summary -q --quiet -v --progress --no-progress; do "$GIT" merge $o plain; "$GIT" reset -q --hard ours1; done
"$GIT" -c merge.stat=false merge plain; "$GIT" reset -q --hard ours1
"$GIT" -c merge.stat=compact merge plain; "$GIT" reset -q --hard ours1
"$GIT" -c merge.stat=true merge plain; "$GIT" reset -q --hard ours1
"$GIT" -c merge.diffstat=false merge plain; "$GIT" reset -q --hard ours1
# fast-forward
"$GIT" reset -q --hard v1
"$GIT" -c merge.ff=only merge plain; again
"$GIT" -c merge.ff=false merge plain; again
"$GIT" -c merge.ff=true merge plain; again
"$GIT" -c merge.ff=false merge --ff plain; again
"$GIT" -c merge.ff=only merge --no-ff plain; again
"$GIT" merge --no-ff --ff-only plain; again
"$GIT" reset -q --hard ours1; "$GIT" -c merge.ff=only merge plain; "$GIT" merge --ff-only plain; "$GIT" -c advice.diverging=false merge --ff-only plain
"$GIT" merge --ff-only v1
# tags
"$GIT" reset -q --hard v1
"$GIT" tag -a -m "Annotated" ann plain; "$GIT" tag light plain
"$GIT" merge ann; again
"$GIT" merge light; again
"$GIT" update-ref refs/elsewhere/ann ann; "$GIT" merge refs/elsewhere/ann; again
"$GIT" reset -q --hard ours1; "$GIT" merge --no-edit ann; "$GIT" cat-file commit HEAD; "$GIT" reset -q --hard ours1
"$GIT" merge --no-edit --no-commit ann; note_file .git/MERGE_HEAD; "$GIT" commit -q --no-edit; "$GIT" cat-file commit HEAD; "$GIT" reset -q --hard ours1
"$GIT" merge --ff-only ann
# FETCH_HEAD
"$GIT" rev-parse plain | sed "s/$/		branch 'plain' of ..\/up/" >.git/FETCH_HEAD
"$GIT" rev-parse theirs1 | sed "s/$/	not-for-merge	branch 'theirs1' of ..\/up/" >>.git/FETCH_HEAD
"$GIT" merge FETCH_HEAD; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
: >.git/FETCH_HEAD; "$GIT" merge FETCH_HEAD; "$GIT" reset -q --hard ours1
# upstream
"$GIT" branch -q -u plain; "$GIT" merge; "$GIT" reset -q --hard ours1
"$GIT" -c merge.defaultToUpstream=false merge
"$GIT" branch --unset-upstream; "$GIT" merge
"$GIT" merge @{-1}; "$GIT" log -1 --format=%s; "$GIT" reset -q --hard ours1
"$GIT" config branch.work.mergeOptions "--no-stat --log"; "$GIT" merge plain; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" config branch.work.mergeOptions "'--no-stat"; "$GIT" merge plain; "$GIT" config --unset branch.work.mergeOptions
# states
"$GIT" merge --abort; "$GIT" merge --continue; "$GIT" merge --quit; "$GIT" merge --abort plain; "$GIT" merge --quit x
"$GIT" merge theirs1; "$GIT" merge plain; "$GIT" merge --continue; echo fixed >story; "$GIT" add story; "$GIT" merge plain; GIT_EDITOR=: "$GIT" merge --continue; "$GIT" log -1 --format=%B; "$GIT" reset -q --hard ours1
"$GIT" merge theirs1; "$GIT" merge --quit; "$GIT" status -s; "$GIT" reset -q --hard ours1
"$GIT" merge --squash theirs1; note_file .git/SQUASH_MSG; note_file .git/MERGE_MSG; "$GIT" reset -q --hard ours1
"$GIT" merge --squash --commit plain; "$GIT" merge --squash --no-commit plain; "$GIT" reset -q --hard ours1
"$GIT" merge --no-squash plain; "$GIT" reset -q --hard ours1
"$GIT" merge --no-commit --commit plain; "$GIT" reset -q --hard ours1
# autostash
echo dirt >>raw; "$GIT" merge --autostash plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
echo dirt >>raw; echo n >n; "$GIT" add n; echo nn >>n; "$GIT" -c merge.autoStash=true merge plain; "$GIT" status -s; "$GIT" diff HEAD; "$GIT" reset -q --hard ours1
echo dirt >>raw; "$GIT" -c merge.autoStash=true merge --no-autostash plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
echo dirt >>raw; "$GIT" merge --autostash theirs1; "$GIT" rev-parse MERGE_AUTOSTASH; "$GIT" merge --abort; "$GIT" status -s; "$GIT" reset -q --hard ours1
echo dirt >>raw; "$GIT" merge --autostash theirs1; "$GIT" merge --quit; "$GIT" status -s; "$GIT" reset -q --hard ours1; "$GIT" log -g --format='%gd %gs' refs/stash; "$GIT" log --format=%B%P -1 refs/stash; "$GIT" update-ref -d refs/stash
echo dirt >>raw; "$GIT" merge --autostash theirs1; "$GIT" reset --merge; "$GIT" log -g --format='%gd %gs' refs/stash; "$GIT" update-ref -d refs/stash
"$GIT" commit -q --allow-empty -m "two lines" -m body; printf "two\nlines\n" | "$GIT" commit -q --amend --allow-empty -F -; echo dirt >>raw; "$GIT" merge --autostash theirs1; "$GIT" log -1 --format=%B MERGE_AUTOSTASH^2; "$GIT" reset -q --hard ours1; "$GIT" update-ref -d refs/stash
echo dirt >>raw; "$GIT" merge --autostash theirs1; echo x >story; "$GIT" add story; "$GIT" commit -m done; "$GIT" status -s; "$GIT" reset -q --hard ours1
sed 's/line 1 /one /' story >s; mv s story; "$GIT" merge --autostash plain; "$GIT" diff; "$GIT" reset -q --hard ours1
"$GIT" reset -q --hard v1; sed 's/line 3 /drei /' story >s; mv s story; "$GIT" merge --autostash ours1; "$GIT" status -s; "$GIT" diff; "$GIT" log -g --format='%gd %gs' refs/stash; "$GIT" reset -q --hard v1; "$GIT" update-ref -d refs/stash
echo dirt >>raw; "$GIT" merge --autostash plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
echo dirt >>raw; "$GIT" merge --autostash --squash plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
echo dirt >>raw; "$GIT" merge --autostash --no-commit plain; "$GIT" status -s; "$GIT" reset -q --hard ours1; "$GIT" update-ref -d refs/stash
"$GIT" merge --autostash v1; "$GIT" merge --autostash plain; "$GIT" reset -q --hard ours1
echo dirt >>raw; "$GIT" merge --autostash -s nothing plain; "$GIT" merge --autostash --ff-only plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
# hooks
mkdir -p .git/hooks
for h in pre-merge-commit prepare-commit-msg commit-msg post-merge post-commit; do printf '#!/bin/sh\necho "%s $*" >>hooks.log\n' $h >.git/hooks/$h; chmod +x .git/hooks/$h; done
"$GIT" merge plain; cat hooks.log >&2; note_file hooks.log; rm hooks.log; "$GIT" reset -q --hard ours1
"$GIT" merge --no-verify plain; note_file hooks.log; rm hooks.log; "$GIT" reset -q --hard ours1
"$GIT" merge --squash plain; note_file hooks.log; rm hooks.log; "$GIT" reset -q --hard ours1
"$GIT" merge theirs1; ls hooks.log; "$GIT" merge --abort; rm -f hooks.log
rm .git/hooks/*
# unrelated
"$GIT" checkout -q --orphan other; "$GIT" rm -rfq .; echo o >o; "$GIT" add o; "$GIT" commit -q -m Other; tick; "$GIT" checkout -q work
"$GIT" merge other; "$GIT" merge --allow-unrelated-histories other; "$GIT" reset -q --hard ours1
"$GIT" merge --allow-unrelated-histories --no-allow-unrelated-histories other
# drivers
cat >../driver <<'END'
#!/bin/sh
echo "driver $4 $5 $6 $7 $8" >&2
cat "$2" "$3" >>"$2.new"; mv "$2.new" "$2"
exit ${DRIVER_EXIT:-0}
END
chmod +x ../driver
echo 'story merge=mine' >.git/info/attributes; "$GIT" config merge.mine.driver "../driver %O %A %B %L %P %S %X %Y"; "$GIT" config merge.mine.name "Mine"
"$GIT" merge theirs1; "$GIT" diff HEAD~ -- story; "$GIT" reset -q --hard ours1
DRIVER_EXIT=1 "$GIT" merge theirs1; "$GIT" diff; "$GIT" reset -q --hard ours1
DRIVER_EXIT=130 "$GIT" merge theirs1; "$GIT" status -s; "$GIT" reset -q --hard ours1
for a in -merge merge merge=union merge=binary merge=text merge=unknown '!merge' 'conflict-marker-size=12' 'conflict-marker-size=x'; do echo "story $a" >.git/info/attributes; "$GIT" merge theirs1; "$GIT" diff; "$GIT" reset -q --hard ours1; done
rm .git/info/attributes
"$GIT" -c merge.default=union merge theirs1; "$GIT" reset -q --hard ours1
# renames
"$GIT" checkout -q -b mover v1; "$GIT" mv story tale; "$GIT" commit -q -m Moved; tick; "$GIT" checkout -q work
"$GIT" merge -m renamed mover; "$GIT" reset -q --hard ours1
"$GIT" -c merge.renames=false merge mover; "$GIT" status -s; "$GIT" reset -q --hard ours1
"$GIT" -c diff.renames=false merge mover; "$GIT" status -s; "$GIT" reset -q --hard ours1
"$GIT" -c merge.renameLimit=1 merge -m limited mover; "$GIT" reset -q --hard ours1
"$GIT" -c merge.verbosity=0 merge theirs1; "$GIT" reset -q --hard ours1
GIT_MERGE_VERBOSITY=0 "$GIT" merge theirs1; "$GIT" reset -q --hard ours1
GIT_MERGE_VERBOSITY=5 "$GIT" merge theirs1; "$GIT" reset -q --hard ours1
# ignored files in the way
echo 'p' >.git/info/exclude; echo mine >p; "$GIT" merge --no-overwrite-ignore plain; "$GIT" merge plain; "$GIT" reset -q --hard ours1; rm .git/info/exclude
# signatures
"$GIT" merge --verify-signatures plain
"$GIT" -c merge.verifySignatures=true merge plain
"$GIT" merge --no-verify-signatures plain; "$GIT" reset -q --hard ours1
"$GIT" merge --rerere-autoupdate plain; "$GIT" reset -q --hard ours1
"$GIT" merge --no-rerere-autoupdate plain; "$GIT" reset -q --hard ours1
"$GIT" merge --no-gpg-sign plain; "$GIT" reset -q --hard ours1
"$GIT" -c gpg.program=false merge -S plain; "$GIT" status -s; "$GIT" reset -q --hard ours1
