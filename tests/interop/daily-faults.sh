#: place disk
#: cells sha1-files
# What goes wrong in a day: editors, hooks, odd names, too many words.
"$GIT" init -q; seq 5 >f; "$GIT" add f; "$GIT" commit -qm one
hook() { printf '#!/bin/sh\n%s\n' "$2" >.git/hooks/$1; chmod +x .git/hooks/$1; }
echo a >>f
for h in pre-commit prepare-commit-msg commit-msg; do
hook $h 'exit 1'; "$GIT" commit -am x; "$GIT" commit -n -am "n $h"; echo a >>f; rm .git/hooks/$h
hook $h 'exit 77'; "$GIT" commit -am x; rm .git/hooks/$h
hook $h 'kill -9 $$'; "$GIT" commit -am x; rm .git/hooks/$h
hook $h 'kill -15 $$'; "$GIT" commit -am x; rm .git/hooks/$h
hook $h 'echo out; echo err >&2; echo "$0 $*" | sed s,.*/hooks/,,; env | grep "^GIT_\(EDITOR\|DIR\|PREFIX\|AUTHOR_DATE\)" | sed "s,=.*/,=,"'; "$GIT" commit -am "ok $h"; "$GIT" commit --allow-empty --amend -m "amend $h"; echo a >>f; rm .git/hooks/$h
hook $h 'head -c 1000000 /dev/zero | tr "\0" x | fold -w 1000 >"$HOME/big"; wc -l <"$HOME/big"'; "$GIT" commit -qam "big $h"; echo a >>f; rm .git/hooks/$h
done
hook pre-commit 'echo staged by hook >hooked; git add hooked'; "$GIT" commit -qam hooked; "$GIT" show --stat --format=%s; rm .git/hooks/pre-commit
echo a >>f
hook prepare-commit-msg 'echo "changed by hook" >"$1"'; "$GIT" commit -am x; "$GIT" log -1 --format=%B; rm .git/hooks/prepare-commit-msg
echo a >>f
hook commit-msg 'echo >"$1"'; "$GIT" commit -am x; rm .git/hooks/commit-msg
hook post-commit 'echo post; exit 3'; "$GIT" commit -am post; rm .git/hooks/post-commit
hook post-rewrite 'echo "rewrite $*"; cat'; "$GIT" commit --amend -m rw; "$GIT" commit --amend --no-post-rewrite -m rw2; hook post-rewrite 'exit 4'; "$GIT" commit --amend -m rw3; rm .git/hooks/post-rewrite
hook post-checkout 'echo "co $*"; exit 5'
"$GIT" checkout -b pc; "$GIT" checkout f; "$GIT" switch main; "$GIT" checkout --detach; "$GIT" restore f; "$GIT" checkout main
rm .git/hooks/post-checkout
hook post-index-change 'echo "pic $*"'
"$GIT" checkout -q pc; echo a >>f; "$GIT" add f; "$GIT" reset -q --hard; touch -d @1600000000 f; "$GIT" status -s; rm .git/hooks/post-index-change
printf '#!/bin/sh\nexit 1\n' >.git/hooks/pre-commit; chmod -x .git/hooks/pre-commit; "$GIT" commit --allow-empty -m ign; "$GIT" -c advice.ignoredHook=false commit --allow-empty -m ign2; rm .git/hooks/pre-commit
printf '#!/nonexistent/sh\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; "$GIT" commit --allow-empty -m bad; rm .git/hooks/pre-commit
mkdir hk; printf '#!/bin/sh\necho from hookspath\n' >hk/pre-commit; chmod +x hk/pre-commit; "$GIT" -c core.hooksPath=hk commit --allow-empty -m hp; rm -r hk
"$GIT" -c hook.h1.event=pre-commit -c hook.h1.command='echo configured' commit --allow-empty -m hc
"$GIT" -c hook.h1.event=pre-commit -c hook.h1.command='exit 9' commit --allow-empty -m hc
GIT_EDITOR=false "$GIT" commit --allow-empty
GIT_EDITOR='exit 3;' "$GIT" commit --allow-empty
GIT_EDITOR='kill -9 $$;' "$GIT" commit --allow-empty
GIT_EDITOR='kill -2 $$;' "$GIT" commit --allow-empty
GIT_EDITOR='rm' "$GIT" commit --allow-empty
GIT_EDITOR='printf "a\\0b" >' "$GIT" commit --allow-empty
TERM=dumb "$GIT" -c core.editor= commit --allow-empty
GIT_EDITOR= EDITOR= VISUAL= TERM=dumb "$GIT" commit --allow-empty
printf 'a\0b' >msg; "$GIT" commit --allow-empty -F msg
"$GIT" commit --allow-empty -m x extra-path
"$GIT" commit --allow-empty --amend --amend -m twice
"$GIT" commit -m
"$GIT" commit --message
"$GIT" status -u -x
"$GIT" reset --foo=bar; "$GIT" rm --cached=x f; "$GIT" mv -q f g; "$GIT" switch --create; "$GIT" checkout -b a b c; "$GIT" restore --source; "$GIT" add --chmod
"$GIT" commit --allow-empty -m "$(head -c 3000 /dev/zero | tr '\0' y)" -q; "$GIT" log -1 --format=%s | wc -c
touch .git/index.lock; "$GIT" add f; "$GIT" commit -am x; "$GIT" reset; "$GIT" reset --hard; "$GIT" checkout f; "$GIT" checkout main; "$GIT" rm f; "$GIT" mv f g; "$GIT" status -s; "$GIT" restore f; "$GIT" commit --allow-empty -m locked; rm .git/index.lock
touch .git/HEAD.lock; "$GIT" commit --allow-empty -m headlock; "$GIT" checkout -q main; rm -f .git/HEAD.lock
touch .git/refs/heads/pc.lock; "$GIT" commit --allow-empty -m reflock; rm -f .git/refs/heads/pc.lock
"$GIT" status -s
GIT_AUTHOR_NAME= "$GIT" commit --allow-empty -m noname
GIT_AUTHOR_EMAIL= "$GIT" commit --allow-empty -m nomail
GIT_AUTHOR_DATE=garbage "$GIT" commit --allow-empty -m nodate
GIT_COMMITTER_NAME='<>' "$GIT" commit --allow-empty -m crud
GIT_AUTHOR_NAME='  a <b>. ' "$GIT" commit --allow-empty -m crud; "$GIT" log -1 --format='%an|%ae'
cd ..; "$GIT" -C work status -s; 
mkdir notrepo; cd notrepo; GIT_CEILING_DIRECTORIES=$PWD/.. "$GIT" status; GIT_CEILING_DIRECTORIES=$PWD/.. "$GIT" add x; GIT_CEILING_DIRECTORIES=$PWD/.. "$GIT" commit; cd ..
"$GIT" init -q --bare bare; cd bare; "$GIT" status; "$GIT" add x; "$GIT" commit -m x; "$GIT" checkout x; "$GIT" switch x; "$GIT" restore x; "$GIT" reset; "$GIT" reset --hard; "$GIT" reset --soft; "$GIT" rm x; "$GIT" mv x y; cd ..
