# log, show, rev-list: option by option.
#: ago masked
#: cells sha1-files
#: end no
. "$(dirname "$0")/shared/many-revisions"
"$GIT" log
"$GIT" log --oneline
"$GIT" log -L1,5:src/main.c
"$GIT" log -L/main/,+5:src/main.c
"$GIT" log -L1,3:docs/guide.txt -s
"$GIT" log -L1,3:docs/guide.txt --stat
"$GIT" log -L1,3:docs/guide.txt -L10,12:docs/guide.txt --oneline
"$GIT" log -L5,:ws.txt --oneline
"$GIT" log -L/tab/,/ind/:ws.txt --graph
"$GIT" log -L100,200:ws.txt
"$GIT" log -Lx:y:z
"$GIT" log -L1,3:docs/guide.txt --name-only --oneline
"$GIT" log -L1,3:docs/guide.txt --raw --oneline
"$GIT" log -L1,3:src/main.c --format=%h --reverse
"$GIT" log -L '/static/,/^}/:src/main.c' v2 -p --color
"$GIT" log -L1,5:src/main.c -n1
"$GIT" log -L1,3:src/main.c --first-parent --oneline
"$GIT" log --follow docs/guide.txt
"$GIT" log --follow --name-status --oneline lib/copy.c
"$GIT" -c log.follow=true log --oneline docs/guide.txt
"$GIT" -c log.follow=true log --oneline --no-follow docs/guide.txt
"$GIT" log --follow -n2 --oneline docs/guide.txt
"$GIT" log --follow --parents --oneline docs/guide.txt
"$GIT" log --follow -M30 --oneline --name-status docs/guide.txt
"$GIT" rev-list --bisect main
"$GIT" rev-list --bisect-vars main ^v1
"$GIT" rev-list --bisect-all main ^v1
"$GIT" rev-list --bisect --first-parent main ^v1
"$GIT" log --bisect
"$GIT" -c log.graphColors=red,green log --graph --oneline --color --all
"$GIT" log --graph --oneline --all --boundary
"$GIT" log --graph --oneline main...side --left-right
"$GIT" log --graph --oneline --date-order --all
"$GIT" log --graph --oneline --author-date-order --all
"$GIT" log --graph --oneline --no-merges
"$GIT" log --graph --no-graph --oneline
"$GIT" log --graph --no-walk
"$GIT" log --graph -3 -g
"$GIT" log --graph --show-linear-break
"$GIT" log --show-linear-break=xxx --oneline --all
"$GIT" log --show-linear-break --all --stat -8
"$GIT" log --boundary --oneline v2..topic
"$GIT" log --format='%m %h' --boundary v2...topic
"$GIT" log --notes
"$GIT" log --notes=other
"$GIT" log --notes=refs/notes/other --show-notes
"$GIT" log --no-notes
"$GIT" log --show-notes=other
"$GIT" log --show-notes-by-default
"$GIT" log --standard-notes
"$GIT" log --no-standard-notes --notes=other
"$GIT" log --notes='*'
"$GIT" log --notes=nope
(GIT_NOTES_REF=refs/notes/other "$GIT" log -1)
(GIT_NOTES_DISPLAY_REF=refs/notes/other "$GIT" log -3)
"$GIT" log --format='%h %N' --notes=other
"$GIT" log --format=raw --notes -3
"$GIT" show --notes=other
"$GIT" show --no-notes
"$GIT" log --show-signature -2
"$GIT" log --format='%h %G? %GK %GS %GF %GP %GT' -3
"$GIT" log --show-pulls --oneline -- docs
"$GIT" log --simplify-by-decoration --oneline
"$GIT" log --simplify-merges --oneline -- docs
"$GIT" log --full-history --oneline -- docs
"$GIT" log --dense --oneline -- docs
"$GIT" log --sparse --oneline -- docs
"$GIT" log --ancestry-path v2..main --oneline
"$GIT" log --ancestry-path=oct1 v1..main --oneline
"$GIT" log --ancestry-path=oct1 --ancestry-path=topic v1..main --oneline
"$GIT" rev-list --exclude-hidden=fetch --all
"$GIT" rev-list --exclude-hidden=receive --all
"$GIT" -c transfer.hideRefs=refs/tags rev-list --exclude-hidden=uploadpack --all
"$GIT" -c transfer.hideRefs=refs/heads rev-list --exclude-hidden=uploadpack --all --count
"$GIT" rev-list --exclude-hidden=bogus --all
"$GIT" rev-list --reflog --count
"$GIT" log --reflog --oneline
"$GIT" log -g --oneline -5
"$GIT" log -g --date=iso -3
"$GIT" log -g main@{now} -3
"$GIT" log -g main@{1} -3 --oneline
"$GIT" log -g --format='%gd %gD %gs %gn %ge %gN %gE' -3
"$GIT" log -g --date=relative --format='%gd %gD' -3
"$GIT" log -g --grep-reflog=merge --oneline
"$GIT" log -g --pretty=fuller -2
"$GIT" log -g --pretty=email -1
"$GIT" log --walk-reflogs --since='2020-09-15 12:00:00 +0000' --oneline
"$GIT" rev-list --alternate-refs
"$GIT" rev-list --all --single-worktree --count
"$GIT" rev-list --no-walk main side
"$GIT" rev-list --no-walk=sorted main side
"$GIT" rev-list --no-walk=unsorted main side
"$GIT" rev-list --do-walk main -2
"$GIT" log --no-walk --tags --oneline
"$GIT" rev-list --disk-usage --objects --all >/dev/null
"$GIT" rev-list --disk-usage=bogus main
"$GIT" rev-list --objects --missing=allow-any main
"$GIT" rev-list --objects --missing=print main
"$GIT" rev-list --objects --missing=print-info main
"$GIT" rev-list --objects --missing=error main
"$GIT" rev-list --objects --missing=allow-promisor main
"$GIT" rev-list --objects --missing=bogus main
"$GIT" rev-list --use-bitmap-index --count main
"$GIT" rev-list --in-commit-order --objects v2
"$GIT" rev-list --objects --object-names v2
"$GIT" rev-list --objects --no-object-names v2
"$GIT" rev-list --objects-edge v2..main
"$GIT" rev-list --objects-edge-aggressive v2..main
"$GIT" rev-list --unpacked --count main
"$GIT" rev-list --exclude-first-parent-only main ^topic
"$GIT" rev-list --exclude-promisor-objects main
"$GIT" rev-list --cherry main...picks
"$GIT" rev-list --cherry-mark main...picks
"$GIT" rev-list --cherry-pick main...picks
"$GIT" log --cherry-mark --left-right --oneline main...picks
"$GIT" log --cherry-pick --right-only --oneline main...picks
"$GIT" log --cherry --oneline main...picks
"$GIT" rev-list --left-right main...picks
"$GIT" rev-list --left-only main...picks
"$GIT" rev-list --right-only main...picks
"$GIT" log --since-as-filter='2020-09-14 12:00:00 +0000' --oneline
"$GIT" log --since='2020-09-14 12:00:00 +0000' --oneline
"$GIT" log --after='2020-09-14 12:00:00 +0000' --oneline
"$GIT" log --until='2020-09-14 12:00:00 +0000' --oneline
"$GIT" log --before='2020-09-14 12:00:00 +0000' --oneline
"$GIT" log --max-age=1600010000 --oneline
"$GIT" log --min-age=1600010000 --oneline
"$GIT" rev-list --max-age=1600010000 main
"$GIT" rev-list --min-age=1600010000 main
"$GIT" log --max-count=3 --oneline
"$GIT" log --max-count=x
"$GIT" log --skip=2 -3 --oneline
"$GIT" log -n 3 --oneline
"$GIT" log -n3 --oneline
"$GIT" log --max-count-oldest=3 --oneline
"$GIT" rev-list --max-count-oldest=3 main
"$GIT" rev-list --maximal-only main side topic
("$GIT" rev-list --header -2 main | tr '\0' '\n')
("$GIT" rev-list --header --parents -2 main | tr '\0' '\n')
"$GIT" log --log-size -2
"$GIT" log --encoding=ISO-8859-1 --grep=latin
"$GIT" log --encoding=UTF-8 --grep=latin
"$GIT" log --encoding=bogus -2
"$GIT" log --encoding=none -2 main~6
"$GIT" log --expand-tabs v1
"$GIT" log --expand-tabs=3 v1
"$GIT" log --no-expand-tabs v1
"$GIT" log --expand-tabs=0 v1
"$GIT" log --date=local -2
"$GIT" log --date=iso8601 -2
"$GIT" log --date=iso-strict -2
"$GIT" log --date=iso8601-strict -2
"$GIT" log --date=rfc -2
"$GIT" log --date=rfc2822 -2
"$GIT" log --date=short -2
"$GIT" log --date=raw -2
"$GIT" log --date=human -2
"$GIT" log --date=unix -2
"$GIT" log --date=default -2
"$GIT" log --date=format:'%Y-%m-%d %H:%M:%S %z %Z %a %A %b %B %c %d %D %e %j %s %%' -2
"$GIT" log --date=format-local:'%Y-%m-%d %H:%M:%S %z %Z' -2
"$GIT" log --date=iso-local -2
"$GIT" log --date=short-local -2
"$GIT" log --date=relative-local -2
"$GIT" log --date=rfc-local -2
"$GIT" log --date=raw-local -2
"$GIT" log --date=auto:iso -2
"$GIT" log --date=bogus -2
"$GIT" log --date=unix-local -2
"$GIT" log --date=human-local -2
"$GIT" log --relative-date -2
"$GIT" rev-list --parents -3 main
"$GIT" rev-list --children -3 main
"$GIT" rev-list --parents --timestamp -3 main
"$GIT" rev-list --commit-header --pretty=oneline -3 main
"$GIT" rev-list --no-commit-header --pretty=oneline -3 main
"$GIT" rev-list --no-commit-header --format=%s -3 main
"$GIT" rev-list --pretty -3 main
"$GIT" rev-list --oneline -3 main
"$GIT" rev-list --abbrev-commit -3 main
"$GIT" rev-list --abbrev-commit --abbrev=10 -3 main
"$GIT" rev-list --no-abbrev-commit -3 main
"$GIT" rev-list --quiet main
"$GIT" rev-list --count --merges main
"$GIT" rev-list --test main
"$GIT" rev-list --use-mailmap --format=%an -3 main
("$GIT" rev-list -z -3 main | tr '\0' '\n')
("$GIT" rev-list -z --objects -1 main | tr '\0' '\n')
("$GIT" rev-list -z --boundary v2..main | tr '\0' '\n')
(printf 'main\n^v2\n--\ndocs\n' | "$GIT" rev-list --stdin)
(printf -- '--branches\n^v2\n--not\nside\n' | "$GIT" rev-list --stdin)
"$GIT" rev-list --progress=x --objects -1 main
"$GIT" rev-list --all --not main
"$GIT" rev-list --branches='o*'
"$GIT" rev-list --tags --no-walk
"$GIT" rev-list --tags='v*' --no-walk
"$GIT" rev-list --remotes --count
"$GIT" rev-list --remotes=origin --no-walk
"$GIT" rev-list --glob='heads/o*' --no-walk
"$GIT" rev-list --glob=refs/tags --no-walk
"$GIT" rev-list --exclude='o*' --branches --no-walk
"$GIT" rev-list --exclude=refs/tags/v1 --all --no-walk
"$GIT" rev-list --remove-empty main -- docs
"$GIT" rev-list --no-merges main
"$GIT" rev-list --min-parents=3 main
"$GIT" rev-list --max-parents=0 main
"$GIT" rev-list --no-min-parents --merges main
"$GIT" rev-list --no-max-parents --no-merges main
"$GIT" rev-list --min-parents=x main
"$GIT" log --author=Carl --oneline
"$GIT" log --author=carl -i --oneline
"$GIT" log --committer=Bob --oneline -3
"$GIT" log --grep=merge -i --oneline
"$GIT" log --grep=merge --grep=octopus --oneline
"$GIT" log --grep=m --grep=topic --all-match --oneline
"$GIT" log --grep=merge --invert-grep --oneline
"$GIT" log --grep='m.*e' --basic-regexp --oneline
("$GIT" log --grep='m(e|o)' -E --oneline)
"$GIT" log --grep='m.*e' -F --oneline
"$GIT" log --grep='\bmerge\b' -P --oneline
("$GIT" log --grep='topic|octo' --extended-regexp --oneline)
"$GIT" log --fixed-strings --grep='[' --oneline
"$GIT" log --perl-regexp --grep='(?i)MERGE' --oneline
"$GIT" log --author=Ann --grep=topic --oneline
"$GIT" log --regexp-ignore-case --grep=MERGE --oneline
"$GIT" log --full-diff -p -2 -- docs/guide.txt
"$GIT" log --remove-empty --oneline -- new.txt
"$GIT" log --pretty=oneline -3
"$GIT" log --pretty=short -2
"$GIT" log --pretty=medium -2
"$GIT" log --pretty=full -2
"$GIT" log --pretty=reference -2
"$GIT" log --pretty=mboxrd -2
"$GIT" log --pretty=raw -2
"$GIT" log --pretty=format:%h -2
"$GIT" log --pretty=tformat:%h -2
"$GIT" log --pretty=bogus -2
"$GIT" -c pretty.foo=%h%s log --pretty=foo -2
"$GIT" -c pretty.foo=bar -c pretty.bar='%an' log --format=foo -2
"$GIT" -c format.pretty='%h xx' log -2
"$GIT" log --abbrev-commit -2
"$GIT" log --no-abbrev-commit --oneline -2
"$GIT" log --abbrev=12 --oneline -2
"$GIT" log --no-abbrev --oneline -2
"$GIT" log --decorate -3
"$GIT" log --decorate=full -3
"$GIT" log --decorate=short -3
"$GIT" log --decorate=no -3
"$GIT" log --decorate=auto -3
"$GIT" log --decorate=bogus -3
"$GIT" log --no-decorate -3
"$GIT" log --decorate --decorate-refs=refs/tags --oneline
"$GIT" log --decorate --decorate-refs='v*' --oneline
"$GIT" log --decorate --decorate-refs=tags/v3 --oneline
"$GIT" log --decorate --decorate-refs-exclude=refs/tags --oneline
"$GIT" log --decorate --decorate-refs-exclude='refs/remotes/*' --oneline
"$GIT" log --decorate --no-decorate-refs --oneline -3
"$GIT" log --clear-decorations --oneline --all
"$GIT" -c color.decorate.branch=blue -c color.decorate.remoteBranch=red -c color.decorate.tag=ul -c color.decorate.stash=dim -c color.decorate.HEAD='bold red' -c color.decorate.grafted=green -c color.decorate.symbol=cyan log --decorate --color --oneline
"$GIT" log --source --oneline --all
"$GIT" log --use-mailmap -3
"$GIT" log --no-use-mailmap -3
"$GIT" log --mailmap -3
"$GIT" log --no-mailmap -3
"$GIT" log --author=Proper --oneline -3
("$GIT" log --format='%an|%aN|%ae|%aE|%al|%aL|%ad|%aD|%ar|%at|%ai|%aI|%as|%ah' -3)
("$GIT" log --format='%cn|%cN|%ce|%cE|%cl|%cL|%cd|%cD|%cr|%ct|%ci|%cI|%cs|%ch' -3)
("$GIT" log --format='%H|%h|%T|%t|%P|%p|%e|%s|%f|%b|%B|%%|%n|%x41|%m' -4)
"$GIT" log --format='%(decorate)' -3
"$GIT" log --format='%(describe)' -3
"$GIT" log --format='%(trailers)' --all
"$GIT" log --format='%(trailers:key=Signed-off-by,key=Reviewed-by,separator=%x2C )' v1
"$GIT" log --format='%w(20,2,4)%B' v1
("$GIT" log --format='%<(20)%s|' -5)
("$GIT" log --format='%<(10,trunc)%s|' -5)
("$GIT" log --format='%>(20)%s|' -5)
("$GIT" log --format='%>>(5)%s|' -5)
("$GIT" log --format='%><(20)%s|' -5)
("$GIT" log --format='%<|(-10)%s|' -5)
"$GIT" log --format='%<(bogus)%s' -2
"$GIT" log --color --format='%Cred%h%Creset %C(yellow)%s%C(reset) %Cgreen%Cblue%C(bold red)%C(auto)%d %C(auto)%h' -3
("$GIT" log --format='%+b|%-b|% b|%+s|%-s|% s|%+d|%-d|% d' -4)
"$GIT" log --format='%+d%-n% D' -3
"$GIT" log --format='%q %' -1
"$GIT" log --format='%x0a%x00%x' -1
("$GIT" log --format=%s -z -3 | tr '\0' '\n')
"$GIT" log --children --oneline -5
"$GIT" log --diff-merges=off -p v2 -1
"$GIT" log --diff-merges=none -p v2 -1
"$GIT" log --diff-merges=on -p v2 -1
"$GIT" log --diff-merges=m -p v2 -1
"$GIT" log --diff-merges=first-parent -p v2 -1
"$GIT" log --diff-merges=1 -p v2 -1
"$GIT" log --diff-merges=separate -p v2 -1
"$GIT" log --diff-merges=combined -p v2 -1
"$GIT" log --diff-merges=c -p v2 -1
"$GIT" log --diff-merges=dense-combined -p v2 -1
"$GIT" log --diff-merges=cc -p v2 -1
"$GIT" log --diff-merges=remerge -p v2 -1
"$GIT" log --diff-merges=r -p v2 -1
"$GIT" log --diff-merges=bogus v2 -1
"$GIT" log --no-diff-merges -p v2 -1
"$GIT" log --remerge-diff v2 -1
"$GIT" show --remerge-diff v2
"$GIT" log --dd v2 -1
"$GIT" log -m v2 -1
"$GIT" log --cc v2 -1
"$GIT" log -c -t --raw main
"$GIT" log --root -p v1
"$GIT" show v2^{tree}
"$GIT" show --stat v2
"$GIT" show -s v2
"$GIT" show -m v2
"$GIT" show -c v2
"$GIT" show --cc v2
"$GIT" show --first-parent v2
"$GIT" show --diff-merges=1 v2
"$GIT" show --dd v2
"$GIT" show --no-diff-merges v2
"$GIT" show --format=%h v2
"$GIT" show --oneline v1 side topic
"$GIT" show --quiet v1
"$GIT" show --textconv HEAD:hello.txt
"$GIT" show --raw v2
"$GIT" show --name-status main~3
"$GIT" show --pretty=raw v1
"$GIT" show -p --stat --summary v1
"$GIT" show --graph
"$GIT" show --color v2
"$GIT" show --source v1
"$GIT" show --decorate v1
"$GIT" show --no-decorate v1
"$GIT" show --use-mailmap -s v1
"$GIT" show --show-signature v1
"$GIT" show --clear-decorations -s main
"$GIT" show --ext-diff v1
"$GIT" show --relative=src v1
"$GIT" show -W v2~1
"$GIT" show --abbrev=12 --raw v1
"$GIT" show --notes v1
"$GIT" show :/octopus
"$GIT" show 'main^{/topic}'
"$GIT" whatchanged
"$GIT" whatchanged -1
"$GIT" whatchanged --i-still-use-this -3
"$GIT" whatchanged --i-still-use-this -3 -p
"$GIT" log --bogus
"$GIT" log --quiet -2
"$GIT" log -q -2
"$GIT" log --no-quiet -2
"$GIT" log --oneline --topo-order --all
"$GIT" log --oneline main^@
"$GIT" log --oneline main^!
"$GIT" log --oneline v2^-
"$GIT" log --oneline v2^-2
"$GIT" log --oneline @{-1} -2
"$GIT" log --oneline --ignore-missing nope main -2
"$GIT" log --oneline --exit-code
"$GIT" log --oneline --stdin
