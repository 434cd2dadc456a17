# commit: where the message comes from, what is committed, what hooks see.
"$GIT" init -q .
"$GIT" commit -m nothing
echo a >a; "$GIT" add a
"$GIT" commit -m "One" -m "Two paragraphs"
"$GIT" log
tick
"$GIT" commit -m "Nothing new"
"$GIT" commit --allow-empty -m "Empty"
tick
echo b >>a
"$GIT" commit -m "Not staged"
"$GIT" commit -a -m "All"
"$GIT" show --stat
tick
"$GIT" commit --amend -m "All, amended"
"$GIT" commit --amend --no-edit --date=2020-01-02T03:04:05+0200
"$GIT" log -1 --format=fuller
"$GIT" commit --amend --author='Other <other@example.com>' --no-edit
"$GIT" commit --amend --reset-author --no-edit
"$GIT" commit --amend --author=bad --no-edit
printf '# a comment\n\n\n  From a file  \n\n\nbody \n\n# end\n' >msg
echo c >>a; "$GIT" commit -a -F msg
"$GIT" cat-file commit HEAD
tick
echo c >>a; "$GIT" commit -a -F msg --cleanup=verbatim
"$GIT" cat-file commit HEAD
echo c >>a; "$GIT" commit -a -F msg --cleanup=whitespace -q
"$GIT" cat-file commit HEAD
tick
echo d >>a; echo stdin | "$GIT" commit -a -F -
"$GIT" commit --allow-empty -C HEAD~1
"$GIT" commit --allow-empty --fixup HEAD
"$GIT" commit --allow-empty --squash HEAD~1 -m extra
"$GIT" log --format='%s|%b' -n 3
tick
"$GIT" commit --allow-empty -s -m "Signed off"
"$GIT" cat-file commit HEAD
"$GIT" commit --allow-empty -m "Trailer" --trailer 'Acked-by: Me <me@example.com>'
"$GIT" cat-file commit HEAD
"$GIT" commit --allow-empty -m ""
"$GIT" commit --allow-empty --allow-empty-message -m ""
echo e >e; echo f >f; "$GIT" add e f
"$GIT" commit -m "Only e" e
"$GIT" status -s
"$GIT" commit -m "Only" --only f
echo g >>e; echo g >>f
"$GIT" commit -m "Include" -i f
"$GIT" commit --dry-run
"$GIT" commit --dry-run --short
"$GIT" commit --porcelain
printf '#!/bin/sh\necho "pre-commit $*"; exit ${FAIL:-0}\n' >.git/hooks/pre-commit
printf '#!/bin/sh\necho "commit-msg"; cat "$1"; echo "Hooked: yes" >>"$1"\n' >.git/hooks/commit-msg
printf '#!/bin/sh\necho "prepare $2 $3"\n' >.git/hooks/prepare-commit-msg
printf '#!/bin/sh\necho "post-commit"\n' >.git/hooks/post-commit
chmod +x .git/hooks/*
"$GIT" commit -a -m "With hooks"
"$GIT" cat-file commit HEAD
echo h >>e; export FAIL=1; "$GIT" commit -a -m "Refused"
"$GIT" commit -a -n -m "Not asked"
rm .git/hooks/*
printf '#!/bin/sh\ncat "$1"; echo "Edited" >"$1"\n' >ed; chmod +x ed
echo i >>e; GIT_EDITOR=./ed "$GIT" commit -a
GIT_EDITOR=./ed "$GIT" commit --amend -v
GIT_EDITOR=false "$GIT" commit --amend
GIT_EDITOR=true "$GIT" commit --allow-empty
"$GIT" commit --no-such
"$GIT" commit -m x -F msg
"$GIT" commit pathspec-that-is-not -m x
"$GIT" -c user.useConfigOnly=true commit --allow-empty -q -m "Who"
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
"$GIT" -c user.name=Conf -c user.email=conf@example.com commit --allow-empty -m "From configuration"
"$GIT" log -1 --format='%an %ae'
"$GIT" checkout -q --detach; "$GIT" commit --allow-empty -m "Detached"
"$GIT" reflog
