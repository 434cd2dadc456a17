# diff, show, diff-tree, diff-files, diff-index: option by option.
#: cells sha1-files
#: end no
. "$(dirname "$0")/shared/many-revisions"
"$GIT" diff
"$GIT" diff --cached
"$GIT" diff --staged HEAD~3
"$GIT" diff --raw HEAD
"$GIT" diff --raw --abbrev=12 HEAD
"$GIT" diff-index HEAD
"$GIT" diff-index --cached HEAD
"$GIT" diff-index -p HEAD
"$GIT" diff-index -m HEAD
"$GIT" diff-index --merge-base v2
"$GIT" diff-files
"$GIT" diff-files -p
"$GIT" diff-files -0
"$GIT" diff-files --stat
"$GIT" diff-files -q
"$GIT" diff --merge-base side main
"$GIT" diff-tree --merge-base side main
"$GIT" diff-tree -r v2
"$GIT" diff-tree -p v2
"$GIT" diff-tree -m v2
"$GIT" diff-tree -c v2
"$GIT" diff-tree --cc v2
"$GIT" diff-tree --root v1
"$GIT" diff-tree -s v1
"$GIT" diff-tree --always v1
"$GIT" diff-tree -v -r HEAD~1
"$GIT" diff-tree --pretty -r HEAD~1
"$GIT" diff-tree --pretty=oneline -r -p HEAD~1
"$GIT" diff-tree --format=%h%d -r HEAD~1
"$GIT" diff-tree --no-commit-id -r HEAD~1
"$GIT" diff-tree --no-commit-id -t -r HEAD~1
"$GIT" diff-tree --notes -v v1 --root
("$GIT" rev-list --all | "$GIT" diff-tree --stdin -r)
("$GIT" rev-list --all | "$GIT" diff-tree --stdin -r -m)
("$GIT" rev-list --all | "$GIT" diff-tree --stdin -r -c)
("$GIT" rev-list --all | "$GIT" diff-tree --stdin --cc)
("$GIT" rev-list --all | "$GIT" diff-tree --stdin -s -v)
("$GIT" rev-list --all | "$GIT" diff-tree --stdin -r --always)
("$GIT" rev-list --parents --all | "$GIT" diff-tree --stdin -r -p)
"$GIT" diff-tree --combined-all-paths -c v2
"$GIT" diff-tree --combined-all-paths -c -M main~2
"$GIT" show --combined-all-paths --cc -M v2
"$GIT" diff --anchored='static int mul(int a, int b)' v2 main -- src/main.c
"$GIT" diff --anchored=xx --anchored=struct v2 main
"$GIT" diff -B v2 main
"$GIT" diff -B -M v2 main
"$GIT" diff --break-rewrites=50%/60% v2 main
"$GIT" diff -B/70% v2 main --stat
"$GIT" diff -B40 v2 main --raw
"$GIT" diff -B --summary v2 main
"$GIT" diff -B --numstat v2 main
"$GIT" diff -B -D -M v2 main
"$GIT" diff --irreversible-delete main v2
"$GIT" diff -M --name-status v1 main
"$GIT" diff -M100% --name-status v1 main
"$GIT" diff -M10 --name-status v1 main
"$GIT" diff --find-renames=70% --raw v1 main
"$GIT" diff -C --name-status v1 main
"$GIT" diff -C50% v1 main --raw
"$GIT" diff --find-copies --find-copies-harder v1 main --raw
"$GIT" diff --no-renames --raw v1 main
"$GIT" diff --rename-empty --raw v1 main
"$GIT" diff --no-rename-empty --raw v1 main
"$GIT" diff -l1 -M v1 main --raw
"$GIT" diff -l0 -C --raw v1 main
"$GIT" diff --output=/nonexist/x v1
"$GIT" diff --output-indicator-new='>' --output-indicator-old='<' --output-indicator-context=. v1 v2
"$GIT" diff --output-indicator-new=ab v1 v2
"$GIT" diff --word-diff v1 v2
"$GIT" diff --word-diff=plain v1 v2
"$GIT" diff --word-diff=color v1 v2
"$GIT" diff --word-diff=porcelain v1 v2
"$GIT" diff --word-diff=none v1 v2
"$GIT" diff --word-diff=bogus v1 v2
"$GIT" diff --color-words v1 v2
"$GIT" diff --color-words=. v1 v2
"$GIT" diff --color-words='[a-z]+' v1 v2
("$GIT" diff --word-diff-regex='[a-z]+|[0-9]' v1 v2)
"$GIT" diff --word-diff=plain --color=always v1 v2
"$GIT" -c diff.wordRegex='[a-z]+' diff --word-diff v1 v2
"$GIT" diff --color-moved --color v2 main -- src
"$GIT" diff --color-moved=no --color v2 main -- src
"$GIT" diff --color-moved=default --color v2 main -- src
"$GIT" diff --color-moved=plain --color v2 main
"$GIT" diff --color-moved=blocks --color v2 main
"$GIT" diff --color-moved=zebra --color v2 main
"$GIT" diff --color-moved=dimmed-zebra --color v2 main
"$GIT" diff --color-moved=dimmed_zebra --color v2 main
"$GIT" diff --no-color-moved --color v2 main
"$GIT" diff --color-moved=bogus --color v2 main
"$GIT" diff --color-moved --color-moved-ws=ignore-all-space --color v2 main
"$GIT" diff --color-moved --color-moved-ws=ignore-space-change --color v2 main
"$GIT" diff --color-moved --color-moved-ws=ignore-space-at-eol --color v2 main
"$GIT" diff --color-moved --color-moved-ws=allow-indentation-change --color v2 main
"$GIT" diff --color-moved --color-moved-ws=allow-indentation-change,ignore-all-space --color v2 main
"$GIT" diff --color-moved --color-moved-ws=no --color v2 main
"$GIT" diff --color-moved --no-color-moved-ws --color v2 main
"$GIT" diff --color-moved --color-moved-ws=bogus --color v2 main
"$GIT" log -p --color --color-moved -5
"$GIT" diff --color --no-color v1 v2
"$GIT" diff --color=never v1 v2
"$GIT" diff --color=bogus v1 v2
"$GIT" -c color.diff.old='bold blue' -c color.diff.new='#ff0000' -c color.diff.meta=reverse -c color.diff.frag='ul 3' -c color.diff.func=dim -c color.diff.context=white -c color.diff.whitespace='red bold' diff --color v1 v2
"$GIT" diff --no-index dirA dirB
"$GIT" diff --no-index --quiet dirA dirB
"$GIT" diff --no-index --exit-code dirA dirA
"$GIT" diff --no-index --no-prefix dirA dirB
"$GIT" diff --no-index -R dirA dirB
"$GIT" diff --no-index --check dirA dirB
"$GIT" diff --no-index --numstat -z dirA dirB
"$GIT" diff --no-index --relative=dirA dirA dirB
(cd dirA; "$GIT" diff --no-index x ../dirB/x)
(cd dirA; "$GIT" diff --relative v1 v2)
(cd src; "$GIT" diff --relative=docs v1 v2)
(cd src; "$GIT" diff --no-relative v1 v2)
"$GIT" diff --relative=src/ v1 v2
"$GIT" log --relative=src --name-only
"$GIT" diff -O/nonexist v1 main
"$GIT" diff --rotate-to=hello.txt v1 main --name-only
"$GIT" diff --skip-to=hello.txt v1 main --name-only
"$GIT" diff --rotate-to=nope v1 main --name-only
"$GIT" diff --skip-to=nope v1 main --name-only
"$GIT" log --rotate-to=hello.txt --name-only -3
"$GIT" log -Ssum --oneline
"$GIT" log -Gsum --oneline
"$GIT" log -G'sum *=' -p
"$GIT" log -Ssum --pickaxe-all --stat
"$GIT" log -S's.m' --pickaxe-regex --oneline
"$GIT" log -S'SUM' -i --oneline
"$GIT" log --find-object=v1:hello.txt --oneline --raw
"$GIT" log --find-object=HEAD:mods/sub --oneline
"$GIT" log --find-object=nope
"$GIT" diff -Sx -Gy v1 v2
"$GIT" log -Ssum --find-object=HEAD
"$GIT" diff --dirstat v1 main
"$GIT" diff --dirstat=lines v1 main
"$GIT" diff --dirstat=files,10 v1 main
"$GIT" diff --dirstat=changes,cumulative,0 v1 main
"$GIT" diff -X0 v1 main
"$GIT" diff -X v1 main
"$GIT" diff --dirstat-by-file v1 main
"$GIT" diff --dirstat-by-file=0 v1 main
"$GIT" diff --cumulative v1 main
"$GIT" diff --dirstat=bogus v1 main
"$GIT" diff --dirstat=10x v1 main
"$GIT" -c diff.dirstat=files,0,cumulative diff --dirstat=noncumulative v1 main
"$GIT" diff --submodule=short HEAD~9 HEAD
"$GIT" diff --submodule=log 
"$GIT" diff --submodule HEAD~12 HEAD
"$GIT" diff --submodule=diff HEAD~12 HEAD
"$GIT" diff --submodule=bogus
"$GIT" log -p --submodule=log -- mods
"$GIT" log -p --submodule=diff -- mods
"$GIT" diff --ignore-submodules
"$GIT" diff --ignore-submodules=all HEAD~12
"$GIT" diff --ignore-submodules=dirty
"$GIT" diff --ignore-submodules=untracked
"$GIT" diff --ignore-submodules=none
"$GIT" diff --ignore-submodules=bogus
"$GIT" diff --ws-error-highlight=all --color v1 v2
"$GIT" diff --ws-error-highlight=old,new --color v1 HEAD
"$GIT" diff --ws-error-highlight=none --color v1 HEAD
"$GIT" diff --ws-error-highlight=context --color -U20 v1 HEAD -- ws.txt
"$GIT" diff --ws-error-highlight=bogus v1 v2
"$GIT" -c core.whitespace=-trailing-space,tab-in-indent diff --color v1 HEAD
"$GIT" show --check HEAD
"$GIT" diff --ita-visible-in-index
"$GIT" diff --ita-invisible-in-index
"$GIT" diff-index --cached --ita-invisible-in-index HEAD
"$GIT" diff -I'^line' v1 main
"$GIT" diff --ignore-matching-lines=line v1 main --raw
"$GIT" log -I'line' -p -4
"$GIT" diff --ignore-space-at-eol v1 main
"$GIT" diff --ignore-cr-at-eol v1 main
"$GIT" diff --ignore-space-change v1 main
"$GIT" diff --ignore-all-space v1 main
"$GIT" diff --ignore-blank-lines v1 main
"$GIT" diff -b -w --ignore-blank-lines v1 main --stat
"$GIT" diff --inter-hunk-context=5 v1 main
"$GIT" -c diff.interHunkContext=-1 diff v1 main
"$GIT" diff --function-context v1 main
"$GIT" diff -W v1 v2
"$GIT" diff --no-function-context v1 v2
"$GIT" diff -a v1 main
"$GIT" diff --text v1 main -- bin.dat
"$GIT" diff --textconv v1 main
"$GIT" diff --no-textconv v1 main
"$GIT" -c diff.up.textconv='tr a-z A-Z <' diff v1 v2
"$GIT" diff --stat=40 v1 main
"$GIT" diff --stat=40,10 v1 main
"$GIT" diff --stat=60,20,3 v1 main
"$GIT" diff --stat-width=50 --stat-name-width=10 --stat-graph-width=5 --stat-count=4 v1 main
"$GIT" diff --stat-width=x v1 main
"$GIT" diff --stat=x v1 main
"$GIT" diff --compact-summary v1 main
"$GIT" diff --compact-summary --no-compact-summary v1 main
"$GIT" diff --shortstat v1 main
"$GIT" diff --patch-with-stat v1 main
"$GIT" diff --patch-with-raw v1 main
"$GIT" diff --no-patch v1 main
"$GIT" diff -s v1 main
"$GIT" diff -s -p v1 main
"$GIT" diff -u v1 v2
"$GIT" diff -t v1 v2 --raw
"$GIT" diff -U0 v1 v2
"$GIT" diff -U1 v1 v2
"$GIT" diff --unified=2 v1 v2
"$GIT" diff -Ux v1 v2
(GIT_DIFF_OPTS=-u1 "$GIT" diff v1 v2)
(GIT_DIFF_OPTS=--unified=1 "$GIT" diff v1 v2)
"$GIT" diff --indent-heuristic v1 main
"$GIT" diff --no-indent-heuristic v1 main
"$GIT" diff --minimal v1 main
"$GIT" diff --patience v1 main
"$GIT" diff --histogram v1 main
"$GIT" diff --diff-algorithm=myers v1 main
"$GIT" diff --diff-algorithm=bogus v1 main
"$GIT" diff --src-prefix=x/ --dst-prefix=y/ v1 v2
"$GIT" diff --default-prefix v1 v2
"$GIT" -c diff.mnemonicPrefix=true show HEAD
"$GIT" diff --line-prefix='>> ' v1 v2
"$GIT" log --line-prefix='>> ' -3 --stat
"$GIT" log --line-prefix='>> ' --graph -5 -p
"$GIT" diff --full-index v1 v2
"$GIT" diff --abbrev v1 v2
"$GIT" diff --abbrev=10 v1 v2
"$GIT" diff --no-abbrev v1 v2 --raw
"$GIT" diff --binary v1 v2 -- bin.dat
"$GIT" diff --diff-filter=A v1 main --name-status
"$GIT" diff --diff-filter=ad v1 main --name-status
"$GIT" diff --diff-filter=RT v1 main --name-status
"$GIT" diff --diff-filter='M*' v1 main --name-status
"$GIT" diff --diff-filter=Z v1 main
"$GIT" diff --max-depth=0 v1 main
"$GIT" diff --max-depth=1 v1 main --raw
"$GIT" diff-tree --max-depth=0 -r v1 main
"$GIT" diff-tree --max-depth=1 -r v1 main
"$GIT" diff-tree --max-depth=-1 -r v1 main -- docs
"$GIT" diff --max-depth=x v1 main
"$GIT" log --max-depth=0 --oneline --raw -- docs
"$GIT" diff v1...v2
"$GIT" diff v2 v2^!
"$GIT" diff --cc v2 v2^1 v2^2
"$GIT" diff v1^@
"$GIT" diff --stdin
"$GIT" diff -2 -- hello.txt
"$GIT" diff --base
"$GIT" diff --ours
"$GIT" diff --theirs
"$GIT" diff -h
("$GIT" rev-list --all | head -3 | "$GIT" diff-tree --stdin)
