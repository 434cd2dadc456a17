# Hooks that cannot be run, that say no, that are killed, that talk too much; and
# hooks of the configuration that are no good.
#: cells sha1-files
history
h() { printf '%s\n' "$2" >.git/hooks/$1; chmod ${3:-755} .git/hooks/$1; }
undo() { "$QN_REAL" reset -q --soft HEAD^; "$QN_REAL" reset -q; }
echo x >>story
h pre-commit '#!/bin/sh
echo out; echo err >&2; exit 7'; "$GIT" commit -am x
h pre-commit '#!/bin/sh
kill -9 $$'; "$GIT" commit -am x
h pre-commit '#!/bin/sh
kill -TERM $$'; "$GIT" commit -am x
h pre-commit '#!/bin/sh
head -c 200000 /dev/zero | tr "\0" a | fold -w 1000'; "$GIT" commit -qam x; undo
h pre-commit '#!/bin/sh
exit 1' 644; "$GIT" commit -qam x; "$GIT" -c advice.ignoredHook=false commit -q --amend --no-edit; undo
h pre-commit '#!/no/such/interpreter'; "$GIT" commit -am x
: >.git/hooks/pre-commit; "$GIT" commit -qam x; undo
h pre-commit 'echo no first line, "$0"; exit 3'; "$GIT" commit -am x
rm .git/hooks/pre-commit
for hook in commit-msg prepare-commit-msg post-commit; do
    h $hook '#!/bin/sh
echo $0; exit 2'; "$GIT" commit -qam x && undo; rm .git/hooks/$hook
done
h post-checkout '#!/bin/sh
exit 5'; "$GIT" checkout -q -b t; "$GIT" switch -q main; "$GIT" restore story; "$GIT" checkout -q HEAD -- story; rm .git/hooks/post-checkout
h reference-transaction '#!/bin/sh
[ $1 = prepared ] && exit 4; exit 0'; "$GIT" branch tt; "$GIT" tag ttt; "$GIT" commit --allow-empty -m y; rm .git/hooks/reference-transaction
h reference-transaction '#!/bin/sh
exec 0<&-; exit 0'; "$GIT" branch t3; rm .git/hooks/reference-transaction
"$GIT" -c core.hooksPath=/no/such commit -q --allow-empty -m hp
"$GIT" -c core.hooksPath=.git/config commit -q --allow-empty -m hp
"$GIT" hook run nothere; "$GIT" hook run pre-commit; "$GIT" hook run --ignore-missing pre-commit
c() { "$GIT" -c hook.x.event=pre-commit "$@" commit -q --allow-empty -m hp; }
c -c hook.x.command='exit 3'
c -c hook.x.command='kill -9 $$'
c
c -c hook.x.command=nosuchprogram
c -c hook.x.command=/no/such/program
c -c hook.x.command=true -c hook.jobs=0
c -c hook.x.command=true -c hook.jobs=x
c -c hook.x.command=true -c hook.jobs=-1
c -c hook.x.command=true -c hook.x.enabled=maybe
"$GIT" status -s
