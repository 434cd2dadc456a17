#: cells sha1-files sha1-reftable
# branch: every option.
history
"$GIT" branch -q topic v1; "$GIT" branch old-name v1; "$GIT" update-ref refs/remotes/origin/main main; "$GIT" update-ref refs/remotes/origin/dev v1; "$GIT" symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
"$GIT" config remote.origin.url ../nowhere; "$GIT" config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
b() { "$GIT" branch "$@"; }
b; b -l; b --list; b -a; b --all; b -r; b --remotes; b -v; b -vv; b -v -a; b -vva; b --verbose; b -q; b --list 't*' 'm*'; b -l main nothing; b -a 'origin/*'; b -r '*/main'; b -i --list 'MAIN'; b --ignore-case --list 'T*' ; b --no-verbose; b -v --abbrev=10; b -v --abbrev=4; b -v --no-abbrev; b -v --abbrev; b -vv --abbrev=0
b --show-current; "$GIT" checkout -q --detach; b --show-current; b; b -v; b -vv; b --list main; "$GIT" checkout -q main
for k in refname -refname committerdate -committerdate authordate objectname version:refname -v:refname nonsense upstream ahead-behind:main; do b --sort="$k"; done; "$GIT" -c branch.sort=-refname branch; "$GIT" -c branch.sort=-refname branch --sort=refname; b --no-sort; b --sort=committerdate --sort=-refname
b --format='%(refname) %(objectname:short)%(if)%(HEAD)%(then) here%(end)'; b -a --format='%(refname:lstrip=2) %(symref:short)'; b --format='%(nonsense)'; b --omit-empty --format='%(upstream)'; b --format='%(upstream)'
b --contains; b --contains v1; b --contains=side; b --no-contains side; b --contains v1 --no-contains side; b --contains nowhere; b --with v1; b --without side; b -a --contains v2
b --merged; b --merged v1; b --no-merged; b --no-merged v1; b --merged=side; b --merged main --no-merged v1; b --merged nowhere; b --points-at v1; b --points-at main; b --points-at; b -r --merged
b --color; b --color=always; b --color=always -a; b --color=always -vv; b --color=never; b --no-color; "$GIT" -c color.branch=always branch -a; "$GIT" -c color.branch.current=red -c color.branch.local=blue -c color.branch.remote=yellow -c color.branch.upstream=cyan -c color.branch.plain=bold branch --color=always -avv; "$GIT" -c color.branch.current=rubbish branch --color=always; "$GIT" -c color.ui=always branch
b --column; b --column=always; b --column=always,dense; b --column=plain; b --no-column; "$GIT" -c column.ui=always branch; "$GIT" -c column.branch=always branch -a; b --column=nonsense; b -v --column
# make
b new; b new; b new2 v1; b --force new2 main; b -f new2 v1; b new3 nowhere; b 'bad..name'; b -- -x; b HEAD; b new4 main:story; b new5 v2; b new6 v1-noted; b -q new7; b --no-track new8 origin/main; b new9 origin/dev; b --track new10 topic; b -t new11 origin/main; b --track=direct new12 topic; b --track=inherit new13 new9; b --track=nonsense new14 topic; b -t new15 v1; b --create-reflog new16; b --no-create-reflog new17; b --recurse-submodules new18; "$GIT" -c submodule.recurse=true branch new19; b a b c; b new/sub; b refs/heads/x; b @; b @{-1}; b -f main v1; b new20 @{-1}; b new21 main...topic
for m in false true always inherit simple; do "$GIT" -c branch.autoSetupMerge=$m branch auto-$m origin/main; "$GIT" -c branch.autoSetupMerge=$m branch local-$m topic; "$GIT" -c branch.autoSetupMerge=$m branch dev origin/dev; "$GIT" branch -q -D dev; done
for m in never local remote always; do "$GIT" -c branch.autoSetupRebase=$m branch reb-$m origin/main; "$GIT" -c branch.autoSetupRebase=$m branch -t rebl-$m topic; done
"$GIT" -c branch.autoSetupMerge=rubbish branch am1 origin/main; "$GIT" -c branch.autoSetupRebase=rubbish branch ar1 origin/main
note_file .git/config
# upstream
b -u origin/main; b -vv; b -u topic new; b --set-upstream-to=origin/dev new2; b --set-upstream-to origin/dev nowhere; b -u nowhere new; b -u v1 new; b --unset-upstream new; b --unset-upstream new; b --unset-upstream nowhere; b --set-upstream new; b -u origin/main new new2; b -u main main; b -u origin/main HEAD; b -q -u origin/dev new2; b --unset-upstream
# copy and move
"$GIT" config branch.topic.description "What it is"; "$GIT" config branch.topic.rebase true
b -c topic copy1; b --copy topic copy1; b -C topic copy1; b -c copy2; b -c nowhere x; b -c topic main; b -C topic main; b -m old-name new-name; b -m new-name main; b -M new-name newer; b --move newer newest; b -m nowhere x; b -m newest 'bad..name'; b -m a b c; b -m; b -m topic topic; b -M topic topic; "$GIT" config --get-regexp '^branch\.(topic|copy1|copy2|newest)\.'; b -m renamed; b; "$GIT" reflog -2; "$GIT" reflog -2 renamed; b -m main; "$GIT" checkout -q --detach; b -m detached; b -m main renamed; b -m renamed main; "$GIT" checkout -q main; "$GIT" symbolic-ref refs/heads/symb refs/heads/topic; b -m symb symb2; b; b -d symb; b -D symb2
# delete
b -d new; b -d topic; b -D topic; b --delete nowhere; b -d main; b -D main; b -d; b -d -r origin/dev; b -dr origin/nowhere; b -D new2 new5 nowhere new6; b -q -d new7; b --delete --force new8; b -d origin/main; "$GIT" checkout -q -b unmerged; "$GIT" commit -q --allow-empty -m u; tick; "$GIT" checkout -q main; b -d unmerged; b -D unmerged; "$GIT" -c advice.forceDeleteBranch=false branch -d side; b -d new9; b -D -r origin/HEAD; b -d copy1 copy2 newest
# description
GIT_EDITOR='printf "Words\n\n# comment\n" >' b --edit-description; "$GIT" config branch.main.description; GIT_EDITOR='cat >&2' b --edit-description new16; GIT_EDITOR=: b --edit-description nowhere; GIT_EDITOR='printf "" >' b --edit-description; "$GIT" config branch.main.description; GIT_EDITOR=false b --edit-description; b --edit-description a b; GIT_EDITOR='cat >&2' "$GIT" -c core.commentString=// branch --edit-description
# wrong
b --nonsense; b -d --list; b --contains main -d x; b -m --show-current; b --track; b --abbrev=x; b -v new99; b --list --show-current; b -u; b --sort
