#: cells sha1-files
# checkout, switch, restore: option by option.
"$GIT" init -q; seq 10 >f; seq 5 >g; mkdir d; echo x >d/x; "$GIT" add .; "$GIT" commit -qm one
"$GIT" branch other; echo 11 >>f; "$GIT" commit -qam two; "$GIT" tag t1
"$GIT" checkout -b nb
"$GIT" checkout -b nb
"$GIT" checkout -B nb HEAD~1
"$GIT" checkout -b nb2 nope
"$GIT" checkout -b 'bad..name'
"$GIT" checkout -b nb3 -B nb4
"$GIT" checkout -b nb3 --orphan nb4
"$GIT" checkout --detach -b nb3
"$GIT" checkout --orphan or1
"$GIT" status -s
"$GIT" checkout -f main
"$GIT" checkout --orphan or2 other
"$GIT" status -s
"$GIT" checkout -f main
"$GIT" checkout --orphan main
"$GIT" checkout --orphan nb HEAD nope
"$GIT" checkout -l -b withlog
"$GIT" checkout -l main
"$GIT" checkout main~1
"$GIT" checkout --detach
"$GIT" checkout -d main
"$GIT" checkout t1
"$GIT" checkout -q main
"$GIT" -c advice.detachedHead=false checkout t1
"$GIT" checkout -
"$GIT" checkout -
"$GIT" checkout @{-1}
"$GIT" checkout main -- 
"$GIT" checkout nope
"$GIT" checkout nope --
"$GIT" checkout main nope
"$GIT" checkout -- nope
"$GIT" checkout f g
"$GIT" checkout
echo ch >>f
"$GIT" checkout
"$GIT" checkout other
"$GIT" checkout -q other
"$GIT" checkout -m other
"$GIT" diff
"$GIT" checkout -f main
echo ch >>g
"$GIT" checkout other
"$GIT" checkout main
"$GIT" checkout -f
"$GIT" checkout HEAD~1 f
"$GIT" checkout HEAD~1 -- f d
"$GIT" status -s
"$GIT" checkout HEAD .
"$GIT" checkout -q HEAD~1 -- f
"$GIT" checkout --no-overlay HEAD~1 -- .
"$GIT" status -s
"$GIT" checkout -f HEAD
echo n >new; "$GIT" add new
"$GIT" checkout --no-overlay HEAD -- new
"$GIT" status -s
echo n >new; "$GIT" add new
"$GIT" checkout --overlay HEAD -- .
"$GIT" status -s
"$GIT" rm -qf new
echo ch >f; echo ch >g; printf 'f\0g\0' >spec
"$GIT" checkout --pathspec-from-file=spec --pathspec-file-nul
"$GIT" checkout --pathspec-file-nul
"$GIT" checkout --pathspec-from-file=spec f
"$GIT" checkout --pathspec-from-file=spec --detach
"$GIT" checkout --pathspec-from-file=nope
rm spec
"$GIT" checkout --track -b x f
"$GIT" checkout -t main
"$GIT" checkout -b tr -t main
"$GIT" config --get-regexp 'branch\.tr\.'
"$GIT" checkout -b tr2 --track=inherit tr
"$GIT" config --get-regexp 'branch\.tr2\.'
"$GIT" checkout -b tr3 --track=bad tr
"$GIT" checkout -b tr4 --no-track tr
"$GIT" -c branch.autoSetupMerge=always checkout -b tr5 tr
"$GIT" -c branch.autoSetupMerge=inherit checkout -b tr6 tr
"$GIT" -c branch.autoSetupMerge=always -c branch.autoSetupRebase=always checkout -b tr7 tr
"$GIT" config --get-regexp 'branch\.tr7\.'
"$GIT" checkout -q main
"$GIT" clone -q . ../clone 2>/dev/null; for r in a b; do "$GIT" config remote.$r.url ../clone; "$GIT" config remote.$r.fetch "+refs/heads/*:refs/remotes/$r/*"; done
"$GIT" update-ref refs/remotes/a/r1 HEAD; "$GIT" update-ref refs/remotes/a/r2 HEAD; "$GIT" update-ref refs/remotes/b/r2 HEAD; "$GIT" update-ref refs/remotes/a/r3 HEAD
"$GIT" checkout r1
"$GIT" checkout r2
"$GIT" switch r2
"$GIT" -c checkout.defaultRemote=b checkout r2
"$GIT" config --get-regexp 'branch\.r2\.'
"$GIT" checkout --no-guess r3
"$GIT" -c checkout.guess=false checkout r3
"$GIT" switch --no-guess r3
"$GIT" switch --guess r3
"$GIT" checkout -q main
"$GIT" checkout -t a/r1
"$GIT" checkout -t -b tt a/r1
"$GIT" checkout -q main
"$GIT" -c advice.checkoutAmbiguousRemoteBranchName=false checkout r4
echo i >ign; echo ign >.git/info/exclude
"$GIT" checkout -q -b hasign; "$GIT" add -f ign; "$GIT" commit -qm ign; "$GIT" checkout -q main; echo mine >ign
"$GIT" checkout --no-overwrite-ignore hasign
"$GIT" checkout hasign
"$GIT" checkout -q main
echo u >untr; "$GIT" checkout -q -b hasu; "$GIT" add untr; "$GIT" commit -qm u; "$GIT" checkout -q main; echo mine >untr
"$GIT" checkout hasu
"$GIT" switch hasu
"$GIT" checkout -f hasu
"$GIT" checkout -q main
"$GIT" checkout --recurse-submodules other
"$GIT" checkout --no-recurse-submodules main
"$GIT" checkout --progress other
"$GIT" checkout -q --no-progress main
"$GIT" checkout --nonsense
"$GIT" checkout -b
"$GIT" checkout a b c --
"$GIT" checkout -2 f
"$GIT" checkout --ours
"$GIT" checkout --ours main
"$GIT" checkout --ignore-skip-worktree-bits f
"$GIT" checkout --conflict=bad f
"$GIT" checkout --conflict=bad other
"$GIT" -c merge.conflictStyle=bad checkout other
# switch
"$GIT" switch
"$GIT" switch main
"$GIT" switch nope
"$GIT" switch HEAD~1
"$GIT" -c advice.suggestDetachingHead=false switch HEAD~1
"$GIT" switch t1
"$GIT" switch --detach HEAD~1
"$GIT" switch -d
"$GIT" switch -
"$GIT" switch -c sw1
"$GIT" switch -c sw1
"$GIT" switch -C sw1 HEAD~1
"$GIT" switch -c sw2 nope
"$GIT" switch -c sw2 main extra
"$GIT" switch main extra
"$GIT" switch --orphan so
"$GIT" ls-files
"$GIT" switch main
"$GIT" switch --orphan so main
"$GIT" switch -c a1 -C a2
"$GIT" switch -c a1 --orphan a2
"$GIT" switch -c a1 --detach
"$GIT" switch -c a3 -t main
"$GIT" switch main -t
"$GIT" switch -c -- x
echo ch >>f
"$GIT" switch other
"$GIT" switch --discard-changes other
"$GIT" switch main
echo ch >>f
"$GIT" switch -m other
"$GIT" diff
"$GIT" switch -f main
echo ch >>f; "$GIT" add f
"$GIT" switch -m other
"$GIT" status -s
"$GIT" switch -f --quiet main
"$GIT" switch -q other; "$GIT" switch --no-progress main
"$GIT" switch --force --merge other
"$GIT" switch --conflict=diff3 other
"$GIT" switch main
"$GIT" switch refs/heads/other
"$GIT" switch --recurse-submodules main
"$GIT" switch --no-recurse-submodules main
# restore
echo ch >f; echo ch >g
"$GIT" restore
"$GIT" restore f
"$GIT" restore nope
"$GIT" restore -q .
"$GIT" restore -s HEAD~1 f
"$GIT" status -s
"$GIT" restore -s nope f
"$GIT" restore -S f
"$GIT" restore -s HEAD~1 -S f
"$GIT" status -s
"$GIT" restore -SW f
"$GIT" status -s
"$GIT" restore -s HEAD~1 -SW .
"$GIT" status -s
"$GIT" restore -s main -S -W .
"$GIT" status -s
echo n >new; "$GIT" add new
"$GIT" restore -S --overlay new
"$GIT" restore -S new
"$GIT" status -s
"$GIT" restore -s HEAD~1 --no-overlay -W .
"$GIT" status -s
"$GIT" restore .
"$GIT" restore --ours f
"$GIT" restore -S --ours f
"$GIT" restore -S -m f
"$GIT" restore --merge --ours f
"$GIT" restore -s HEAD --ours f
"$GIT" restore --pathspec-from-file=nope
printf 'f\ng\n' >spec; "$GIT" restore --pathspec-from-file=spec
"$GIT" restore --pathspec-from-file=spec f
"$GIT" restore --pathspec-file-nul f
"$GIT" restore --recurse-submodules f
"$GIT" restore --no-recurse-submodules --progress f
"$GIT" restore --ignore-skip-worktree-bits f
"$GIT" restore --nonsense
"$GIT" restore -s 'HEAD...other' f
"$GIT" checkout other...main -- f
rm -rf new spec
# unmerged
"$GIT" checkout -q -b c1 main; sed -i 's/^5$/five/' f; "$GIT" rm -q g; "$GIT" commit -qam c1; "$GIT" checkout -q -b c2 main; sed -i 's/^5$/FIVE/' f; echo more >>g; "$GIT" commit -qam c2
"$GIT" merge c1
"$GIT" checkout main
"$GIT" switch main
"$GIT" checkout f
"$GIT" restore f
"$GIT" checkout .
"$GIT" checkout --ours f
cat f | "$GIT" hash-object --stdin
"$GIT" checkout --theirs -- f
cat f | "$GIT" hash-object --stdin
"$GIT" checkout --ours g
"$GIT" checkout --theirs g
"$GIT" checkout -m f
cat f
"$GIT" checkout --conflict=diff3 f
cat f
"$GIT" checkout --conflict=zdiff3 -- f
cat f
"$GIT" -c merge.conflictStyle=diff3 checkout --merge f
cat f
"$GIT" checkout --conflict=merge .
"$GIT" restore --conflict=diff3 f
"$GIT" restore -m f
cat f
"$GIT" restore --ours f g
"$GIT" restore --theirs f
"$GIT" restore --ignore-unmerged f
"$GIT" restore --ignore-unmerged .
"$GIT" checkout -f f
"$GIT" checkout HEAD f
"$GIT" status -s
"$GIT" checkout -m f
"$GIT" checkout -m -- f
"$GIT" diff
"$GIT" add f
"$GIT" checkout -m f
"$GIT" status -s
"$GIT" checkout -f c2
"$GIT" status -s
