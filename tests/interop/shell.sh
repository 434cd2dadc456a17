#: place disk
#: cells sha1-files
#: end no
# shell: the login shell of an account that serves repositories.
export GIT_USER_AGENT=agent
history
"$QN_REAL" clone -q --bare . b.git
"$GIT" shell </dev/null
"$GIT" shell -c </dev/null
"$GIT" shell a b c </dev/null
for text in "git-upload-pack 'b.git'" "git upload-pack 'b.git'" "git-upload-pack b.git" "git-upload-pack '-x'" "git-upload-pack 'a' b" \
    git-upload-pack "git-upload-pack 'nope'" "git-upload-pack 'b.'\\''git'" "git-upload-pack 'b'\"'\"'" "git-upload-pack 'a'\\!'b'" "git-upload-pack 'a" "git-upload-pack ''" \
    ls "cvs server" "git-upload-packs 'b.git'" "git-fetch 'b.git'" "" "git-upload-pack '~/x'" "git" "git " "git-"; do
    "$GIT" shell -c "$text" </dev/null
done
mkdir -p "$HOME/git-shell-commands"
printf '#!/bin/sh\necho hi "$0" "$#" "$@"; [ "$PWD" = "$HOME" ] && echo home\nexit 3\n' >"$HOME/git-shell-commands/hi"; chmod +x "$HOME/git-shell-commands/hi"
for text in "hi a 'b c'" "nope a" "hi 'a" "../hi" "hi/x" "hi.x" 'hi a\' ' hi  x '; do "$GIT" shell -c "$text" </dev/null; done
printf 'hi x y\nnope\nhi '\''z\n../hi\n\nhelp\nexit\nhi' | "$GIT" shell
printf 'hi 1' | "$GIT" shell
for word in quit logout bye exit; do printf '%s\nhi\n' $word | "$GIT" shell; done
printf '#!/bin/sh\necho HELP\n' >"$HOME/git-shell-commands/help"; chmod +x "$HOME/git-shell-commands/help"
"$GIT" shell </dev/null
printf '#!/bin/sh\necho GO; exit 3\n' >"$HOME/git-shell-commands/no-interactive-login"; chmod +x "$HOME/git-shell-commands/no-interactive-login"
"$GIT" shell </dev/null
(unset HOME; "$GIT" shell </dev/null; "$GIT" shell -c hi)
# server info
"$GIT" update-server-info; note_file .git/info/refs
"$QN_REAL" repack -adq; "$GIT" update-server-info -f; note_file .git/info/refs; sed 's/pack-.*[.]/pack./' .git/objects/info/packs >packs; note_file packs
touch -d '2001-01-01' .git/info/refs .git/objects/info/packs; "$GIT" update-server-info; note $(date -r .git/info/refs +%Y) $(date -r .git/objects/info/packs +%Y)
"$GIT" update-server-info --no-force; note $(date -r .git/info/refs +%Y)
"$GIT" update-server-info --force; note $(($(date -r .git/info/refs +%Y) > 2001)) $(($(date -r .git/objects/info/packs +%Y) > 2001))
(cd b.git && "$GIT" update-server-info; cat info/refs >>../seen); note_file seen
(cd / && "$GIT" update-server-info)
