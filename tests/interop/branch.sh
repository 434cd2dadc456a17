# branch: list, create, rename, copy, delete, upstream.
history
"$GIT" branch
"$GIT" branch -v
"$GIT" branch -vv
"$GIT" branch -a
"$GIT" branch -r
"$GIT" branch new
"$GIT" branch new
"$GIT" branch -f new v1
"$GIT" branch -f main v1
"$GIT" branch at-tag v1-noted
"$GIT" branch bad..name
"$GIT" branch other nowhere
"$GIT" branch -m new newer
"$GIT" branch -M newer side2
"$GIT" branch -m nowhere x
"$GIT" branch -c side2 copy
"$GIT" branch -m main master
"$GIT" branch -m main
"$GIT" branch --list 's*'
"$GIT" branch --contains v1
"$GIT" branch --no-contains v2
"$GIT" branch --merged
"$GIT" branch --no-merged v1
"$GIT" branch --points-at v1
"$GIT" branch --sort=-committerdate
"$GIT" branch --format='%(refname) %(objectname:short) %(upstream)'
"$GIT" branch --column=always
"$GIT" branch --show-current
"$GIT" branch -d side2
"$GIT" branch -d main
"$GIT" checkout -q -b lonely; "$GIT" commit -q --allow-empty -m Lonely; "$GIT" checkout -q main
"$GIT" branch -d lonely
"$GIT" branch -D lonely
"$GIT" branch -d nowhere
"$GIT" branch --set-upstream-to=main copy
"$GIT" branch -u nowhere copy
"$GIT" branch -vv
"$GIT" branch --unset-upstream copy
"$GIT" branch --unset-upstream copy
"$GIT" branch --track tracked main
"$GIT" branch --no-track plain main
"$GIT" config --get-regexp '^branch\.'
"$GIT" branch dir/one; "$GIT" branch dir
"$GIT" branch dir/one/two
"$GIT" checkout -q --detach v1; "$GIT" branch
"$GIT" branch -v --no-abbrev
"$GIT" branch --abbrev=4 -v
"$GIT" branch -q -D plain
"$GIT" branch --ignore-case --sort=refname
"$GIT" branch --edit-description nowhere
"$GIT" branch a b c
