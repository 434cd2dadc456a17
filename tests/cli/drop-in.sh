# In the place of git: under its name first on PATH, with a folder of `git-*`
# names; scripts, and programs of others where they are there.  Sourced by run.
mkdir -p "$work/in/bin" "$work/in/core"
ln -s "$quoin" "$work/in/bin/git"
for command in $("$quoin" --list-cmds=builtins); do ln -s "$quoin" "$work/in/core/git-$command"; done
cp "$here/../../shell/git-sh-setup" "$here/../../shell/git-sh-i18n" "$work/in/core/"
cd "$work/r" || exit 1
as_git() { env PATH="$work/in/bin:$PATH" GIT_EXEC_PATH="$work/in/core" "$@"; }
cat >"$work/in/script" <<'SCRIPT'
SUBDIRECTORY_OK=1 OPTIONS_SPEC=
. "$(git --exec-path)/git-sh-setup"
. "$(git --exec-path)/git-sh-i18n"
require_work_tree; cd_to_toplevel; gettext hello; echo
name=world; eval_gettext "to the \$name"; echo
require_clean_work_tree test; get_author_ident_from_commit HEAD
set_reflog_action testing; echo "$GIT_REFLOG_ACTION"; git-rev-parse --is-inside-work-tree
die "the end"
SCRIPT
check "a shell script" 1 'the end' as_git sh "$work/in/script"
check "a shell script: what it prints" 1 'GIT_AUTHOR_NAME=.A.' as_git sh "$work/in/script"
check "the name git" 0 '^git version' as_git git version
check "the name git-rev-parse" 0 '^true$' as_git "$work/in/core/git-rev-parse" --is-inside-work-tree
if command -v git-lfs >/dev/null; then
    lfs() {
        rm -rf "$work/lfs" && as_git git init -q "$work/lfs" && cd "$work/lfs" &&
            as_git git lfs install --local >/dev/null && as_git git lfs track '*.bin' >/dev/null &&
            printf 'large\0one' >x.bin && as_git git add -A && as_git git commit -q -m lfs &&
            as_git git lfs ls-files && as_git git cat-file -p HEAD:x.bin && rm x.bin &&
            as_git git checkout -q x.bin && cmp -n 5 x.bin - <<<"large" && as_git git status --porcelain &&
            as_git git lfs fsck && echo "all is well"
    }
    check "git-lfs: files go through its filter" 0 '^all is well$' lfs
    check "git-lfs: the object is a pointer" 0 '^version https' lfs
    cd "$work/r" || exit 1
else
    echo "skipped: drop-in-git-lfs: 1: git-lfs is not there"
    skipped=$((skipped + 1))
fi
if command -v tig >/dev/null && command -v tmux >/dev/null; then
    see_tig() {
        local socket=$work/tmux try
        as_git tmux -S "$socket" -f /dev/null new-session -d -x 90 -y 12 tig
        for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
            sleep 0.25
            tmux -S "$socket" capture-pane -p >"$work/screen" 2>/dev/null
            grep -q 'commit 1' "$work/screen" && break
        done
        tmux -S "$socket" kill-server 2>/dev/null
        cat "$work/screen"
    }
    check "tig shows the history" 0 'commit 1' see_tig
else
    echo "skipped: drop-in-tig: 1: tig or tmux is not there"
    skipped=$((skipped + 1))
fi
if [ -f /usr/share/bash-completion/completions/git ]; then
    complete_with_debian() {
        as_git bash -c '. /usr/share/bash-completion/bash_completion 2>/dev/null
            . /usr/share/bash-completion/completions/git
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$* COMP_POINT=${#COMP_LINE} COMPREPLY=()
            __git_wrap__git_main; echo "${COMPREPLY[@]}"' bash "$@"
    }
    check "bash-completion: commands" 0 'checkout.*cherry' complete_with_debian git ch
    check "bash-completion: options" 0 '^--amend *$' complete_with_debian git commit --am
    check "bash-completion: branches" 0 '^main *$' complete_with_debian git switch ma
    check "bash-completion: keys" 0 'user\.email.*user\.name' complete_with_debian git config user.
else
    echo "skipped: drop-in-bash-completion: 1: bash-completion is not there"
    skipped=$((skipped + 1))
fi
