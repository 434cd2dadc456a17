# git hook: run, list; hook.* configuration.
#: cells sha1-files sha256-reftable
"$GIT" init -q .
"$GIT" hook list pre-commit
"$GIT" hook list foo
"$GIT" hook list --allow-unknown-hook-name foo
"$GIT" hook run pre-commit
"$GIT" hook run --ignore-missing pre-commit
"$GIT" hook run foo
"$GIT" hook run --no-ignore-missing pre-commit
"$GIT" config hook.a.event pre-commit
"$GIT" hook list pre-commit
"$GIT" hook run pre-commit
"$GIT" config hook.a.command 'printf "A %s\n"'
"$GIT" config --global hook.b.event pre-commit
"$GIT" config --global hook.b.command "cat; exit 3"
mkdir -p .git/hooks
printf '#!/bin/sh\necho dir "$@"\necho "$GIT_DIR|$GIT_PREFIX"\n' >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
"$GIT" hook list pre-commit
"$GIT" hook list --show-scope pre-commit
"$GIT" hook list --no-show-scope pre-commit
"$GIT" hook list -z --show-scope pre-commit
echo in >input
"$GIT" hook run --to-stdin=input pre-commit -- x y
"$GIT" config hook.b.enabled false
"$GIT" hook list pre-commit
"$GIT" hook list --show-scope pre-commit
"$GIT" hook run --to-stdin=input pre-commit -- x y
"$GIT" hook run --no-to-stdin --to-stdin=nope pre-commit
"$GIT" hook run pre-commit x
"$GIT" hook run
"$GIT" hook list
"$GIT" hook list a b
"$GIT" hook
"$GIT" hook nope
"$GIT" hook --nope
"$GIT" hook run --allow-unknown-hook-name --no-allow-unknown-hook-name foo
"$GIT" config hook.pre-commit.enabled false
"$GIT" hook list pre-commit
"$GIT" hook list --show-scope pre-commit
"$GIT" hook run pre-commit
"$GIT" config --unset hook.pre-commit.enabled
"$GIT" config hook.b.enabled maybe
"$GIT" hook list pre-commit
"$GIT" config --unset hook.b.enabled
"$GIT" config hook.b.event ''
"$GIT" hook list pre-commit
"$GIT" config --unset hook.b.event
"$GIT" config --global --unset hook.b.event
"$GIT" config hook.a.parallel true
"$GIT" hook run --jobs=2 pre-commit
"$GIT" hook run -j1 pre-commit
"$GIT" config hook.pre-commit.event pre-push
"$GIT" hook list pre-commit
"$GIT" config --unset hook.pre-commit.event
chmod -x .git/hooks/pre-commit
"$GIT" hook list pre-commit
chmod +x .git/hooks/pre-commit
"$GIT" -c core.hooksPath=/nowhere hook list pre-commit
mkdir other
printf '#!/bin/sh\necho other\n' >other/pre-commit
chmod +x other/pre-commit
"$GIT" -c core.hooksPath=other hook run pre-commit
"$GIT" -c hook.foo.event=foo -c hook.foo.command='echo x' hook list --allow-unknown-hook-name foo
"$GIT" -c hook.nocmd.enabled=false -c hook.nocmd.event=pre-commit hook list pre-commit
mkdir sub
(cd sub && "$GIT" hook run pre-commit)
# A configured hook is run by commands, in its order.
echo 1 >file
"$GIT" add file
"$GIT" commit -q -m one
"$GIT" config hook.refuse.event commit-msg
"$GIT" config hook.refuse.command 'echo no; false'
"$GIT" commit -q --allow-empty -m two
"$GIT" -c hook.refuse.enabled=false commit -q --allow-empty -m three
