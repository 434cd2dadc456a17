# Completion: what the program offers, and what the shells make of it.  Sourced by
# run.
"$quoin" init -q -b main "$work/complete" && cd "$work/complete" || exit 1
mkdir dir && echo 1 >afile && echo 2 >dir/bfile && "$quoin" add -A && "$quoin" commit -q -m 1
"$quoin" branch -q topic && "$quoin" branch -q feature/x && "$quoin" tag v1
"$quoin" config alias.sw switch

offers() { # WANTED-LINES WORD...
    local wanted=$1
    shift
    check "offers for '$*'" 0 "^$wanted\$" \
        sh -c '"$0" completion words -- "$@" | cut -f1 | tr "\n" " " | sed "s/ \$//"' "$quoin" "$@"
}
offers 'stage' stag
offers 'status' -C dir -c a=b stat
offers 'topic' switch to
offers 'topic' sw to
offers '--create=' switch --cr
offers '--no-renames' status --no-re
offers '--json' status --js
offers ':files' add a
offers 'v1 :files' checkout v
offers 'feature/x' branch -d fe
offers 'migrate' refs mig
offers 'list' config li
offers '--show-origin --show-scope --show-names' config list --show
offers 'user\.name' config get user.n
offers '--graph --grep= --graph-lane-limit=' log --gr
offers ':files' log -- v
offers 'refs\.name-conflict' explain refs.name
offers 'bash fish zsh' completion ''
offers '' nothing-to-be-found
check "every command offers options or none" 0 '^$' sh -c '
    for command in $("$0" --list-cmds=builtins); do
        "$0" completion words -- "$command" - >/dev/null || echo "$command: $?"
    done' "$quoin"

in_bash() { # LINE: what bash would offer
    bash -c 'eval "$("$1" completion bash)"; cd "$2" || exit
        COMP_LINE=$3; read -ra COMP_WORDS <<<"$3"; COMP_WORDS[0]=$1
        [[ $3 == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _quoin_complete; echo "[${COMPREPLY[*]}]"' \
        bash "$quoin" "$work/complete" "$1"
}
check "bash: a command" 0 '^\[stage\]$' in_bash "quoin stag"
check "bash: a branch" 0 '^\[topic\]$' in_bash "quoin switch to"
check "bash: an option" 0 '^\[--create=\]$' in_bash "quoin switch --cr"
check "bash: a file" 0 '^\[afile\]$' in_bash "quoin add af"
check "bash: a word" 0 '^\[migrate\]$' in_bash "quoin refs mig"

if command -v fish >/dev/null; then
    in_fish() {
        env XDG_CONFIG_HOME="$work" PATH="$(dirname "$quoin"):$PATH" \
            fish -c "quoin completion fish | source; complete -C'$1'"
    }
    check "fish: a command" 0 '^status	Show what changed$' in_fish "quoin sta"
    check "fish: a branch" 0 '^topic	branch$' in_fish "quoin switch to"
    check "fish: an option" 0 '^--create=	' in_fish "quoin switch --cr"
    check "fish: a file" 0 '^afile$' in_fish "quoin add af"
    check "fish: a directory" 0 '^dir/$' in_fish "quoin add di"
else
    echo "skipped: completion-fish: 1: fish is not there"
    skipped=$((skipped + 1))
fi
if command -v zsh >/dev/null; then
    in_zsh() { timeout 60 "$here/zsh_complete" "$quoin" "$1"; }
    check "zsh: a command" 0 '^\[quoin status \]$' in_zsh "quoin stat"
    check "zsh: a branch" 0 '^\[quoin switch topic \]$' in_zsh "quoin switch to"
    check "zsh: an option" 0 '^\[quoin switch --create=\]$' in_zsh "quoin switch --cr"
    check "zsh: a file" 0 '^\[quoin add afile \]$' in_zsh "quoin add af"
    check "zsh: a directory" 0 '^\[quoin add dir/\]$' in_zsh "quoin add di"
else
    echo "skipped: completion-zsh: 1: zsh is not there"
    skipped=$((skipped + 1))
fi
cd "$work" || exit 1
