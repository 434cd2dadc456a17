# Settings that say what the file system can do: core.symlinks, core.fileMode, core.precomposeUnicode, core.protectHFS,
# core.protectNTFS, core.checkStat, core.trustctime.
#: cells sha1-files
"$GIT" init -q -b main
echo a >a; printf '#!/bin/sh\n' >tool; chmod +x tool; ln -s a link; mkdir d; echo b >d/b; "$GIT" add .; "$GIT" commit -q -m one
# core.symlinks=false: a link is a file with its target; what is there as a file stays a link in the index.
"$GIT" config core.symlinks false
"$GIT" status -s; rm link; "$GIT" checkout link; ls -l link | cut -c1; cat link; "$GIT" status -s; "$GIT" diff
printf d/b >link; "$GIT" status -s; "$GIT" diff; "$GIT" add link; "$GIT" ls-files -s; "$GIT" commit -q -m retarget
ln -s a real; "$GIT" add real; "$GIT" ls-files -s real; "$GIT" status -s; rm -f real; printf x >real; "$GIT" status -s; "$GIT" add real; "$GIT" ls-files -s real; "$GIT" rm -q -f real
rm link; "$GIT" reset -q --hard; "$GIT" status -s; "$GIT" clone -q -c core.symlinks=false . ../plain; ls -l ../plain/link | cut -c1; "$GIT" -C ../plain status -s
"$GIT" switch -q -c other HEAD~1; cat link; "$GIT" switch -q main; cat link; "$GIT" checkout-index -f -a;
"$GIT" -c core.symlinks=true status -s; rm link; "$GIT" -c core.symlinks=true checkout link; "$GIT" status -s; "$GIT" config --unset core.symlinks; "$GIT" status -s
# core.fileMode=false: the executable bit of the index stays.
chmod -x tool; chmod +x a; "$GIT" status -s; "$GIT" diff; "$GIT" config core.fileMode false; "$GIT" status -s; "$GIT" diff; "$GIT" add -A; "$GIT" ls-files -s
echo more >>a; echo more >>tool; "$GIT" diff; "$GIT" add a tool; "$GIT" ls-files -s; chmod +x d/b; printf '#!\n' >new; chmod +x new; "$GIT" add new d; "$GIT" ls-files -s
"$GIT" update-index --chmod=+x new; "$GIT" add --chmod=+x a; "$GIT" add --chmod=-x tool; "$GIT" ls-files -s; "$GIT" status -s; "$GIT" commit -q -a -m modes; "$GIT" ls-tree -r HEAD
rm a tool; "$GIT" checkout a tool; ls -l a tool | cut -c1-10; "$GIT" diff HEAD~1 --summary; "$GIT" switch -q other; ls -l a tool | cut -c1-10; "$GIT" switch -q main
"$GIT" config core.fileMode true; "$GIT" status -s; "$GIT" reset -q --hard; "$GIT" status -s
# core.precomposeUnicode counts nowhere but on macOS.
"$GIT" config core.precomposeUnicode true; d=$(printf 'u\314\210'); c=$(printf '\303\274'); echo d >$d; echo c >$c; "$GIT" add .; "$GIT" ls-files -s; "$GIT" status -s; "$GIT" ls-files "$d"; "$GIT" ls-files "$c"
"$GIT" commit -q -m uni; mv $d tmp; "$GIT" status -s; mv tmp $d; "$GIT" branch "$d"; "$GIT" branch --list "$c"; "$GIT" config core.precomposeUnicode bad; "$GIT" status -s; "$GIT" config --unset core.precomposeUnicode
# core.checkStat and core.trustctime.
cp -p a keep; "$GIT" update-index --refresh; touch -d '2001-01-01 00:00:00' a; "$GIT" update-index --refresh; "$GIT" diff-files 2>&1 | cut -c1-20; rm keep
sleep 1; chmod 644 a; "$GIT" -c core.trustctime=false status -s; "$GIT" -c core.checkStat=minimal status -s
for check in default minimal MINIMAL none; do for trust in true false; do
"$QN_REAL" -c core.checkStat=default update-index -q --really-refresh; cp -p a other; mv other a
"$GIT" -c core.checkStat=$check -c core.trustctime=$trust ls-files -m; done; done
"$GIT" -c core.trustctime=bad status -s; "$GIT" -c core.fileMode=bad status -s; "$GIT" -c core.symlinks=bad status -s
# Names that other systems fold.
"$GIT" reset -q --hard; blob=$(echo evil | "$QN_REAL" hash-object -w --stdin); zwj=$(printf '\342\200\214')
n=0; for name in .git .GIT .Git "git~1" "GIT~1" "git~2" ".git " ".git." ".git. ." ".git::x" ".git:x" ".git::\$INDEX_ALLOCATION" ".g${zwj}it" "${zwj}.git" ".git${zwj}" ".gi${zwj}T" 'a\b' 'a\.git' '.git\x' '..\x' 'x:y' 'con' 'aux.c' 'nul' 'com1' 'lpt9.txt' 'con.' 'x.' 'x ' '...' '. .' ".${zwj}gitmodules" '.gitmodules ' 'gitmod~1'; do
n=$((n+1))
printf '%s:\n' "$name" >>"$QN_TRANSCRIPT"
for set in "" "-c core.protectNTFS=true" "-c core.protectHFS=true" "-c core.protectNTFS=false" "-c core.protectNTFS=false -c core.protectHFS=false"; do
"$GIT" $set update-index --add --cacheinfo "100644,$blob,$name"; "$GIT" $set update-index --add --cacheinfo "120000,$blob,$name"; done
"$QN_REAL" read-tree --empty
done
for name in "git~1" ".g${zwj}it" 'a\b' '.git\x' 'x:y' con; do
tree=$(printf '100644 blob %s\t%s\0' $blob "$name" | "$QN_REAL" mktree -z); commit=$("$QN_REAL" commit-tree -m "$name" $tree); "$QN_REAL" update-ref refs/heads/evil $commit
for set in "-c core.protectNTFS=true" "-c core.protectHFS=true" "-c core.protectNTFS=false -c core.protectHFS=false"; do
"$GIT" $set read-tree evil; "$QN_REAL" read-tree HEAD; "$GIT" $set checkout -q evil; "$QN_REAL" checkout -q -f main; rm -rf 'a\b' 'x:y' con 'git~1' ".g${zwj}it" '.git\x'; done; done
"$QN_REAL" update-ref -d refs/heads/evil
for name in "git~1" ".g${zwj}it" 'a\b' 'x:y' '.git.' con; do echo x >"$name"; "$GIT" add "$name"; "$GIT" -c core.protectNTFS=true -c core.protectHFS=true add "$name"; "$GIT" -c core.protectNTFS=false add "$name"; "$GIT" status -s; "$QN_REAL" rm -q --cached --ignore-unmatch "$name"; rm -f "$name"; done
"$GIT" reset -q --hard
