# Manuals: every command has a page, every option is in it, the pages are sound,
# and help opens them.  Sourced by run.
pages=$(dirname "$quoin")/../docs/man
if [ ! -f "$pages/quoin.1" ]; then
    echo "skipped: manuals: 1: not made in this build"
    skipped=$((skipped + 1))
else
    for command in $("$quoin" --list-cmds=builtins) completion explain; do
        check "$command has a manual" 0 '^\.TH ' cat "$pages/quoin-$command.1"
    done
    if command -v groff >/dev/null; then
        for page in "$pages"/*.[17]; do
            check "${page##*/} has no warnings" 0 '^$' groff -man -Tutf8 -ww -z "$page"
        done
    else
        echo "skipped: manuals-groff: 1: groff is not there"
        skipped=$((skipped + 1))
    fi
    # What the list of Git's options marks as tested is told in the manual.
    check "every tested option is in a manual" 0 '^$' \
        python3 "$here/options_in_manuals" "$here/../coverage/options.tsv" "$pages"
    # help opens them.
    mkdir -p "$work/viewer"
    printf '#!/bin/sh\necho "man shows $1"\n' >"$work/viewer/man"
    printf '#!/bin/sh\necho "browser shows $3"\n' >"$work/viewer/git-web--browse"
    chmod +x "$work/viewer/man" "$work/viewer/git-web--browse"
    ours() { env QUOIN_MANUALS="$pages" GIT_EXEC_PATH="$work/viewer" PATH="$work/viewer:$PATH" "$quoin" "$@"; }
    check "help status" 0 '^man shows .*/quoin-status\.1$' ours help status
    check "help git-status" 0 '^man shows .*/quoin-status\.1$' ours help git-status
    check "status --help" 0 '^man shows .*/quoin-status\.1$' ours status --help
    check "help git" 0 '^man shows .*/quoin\.1$' ours help git
    check "help json" 0 '^man shows .*/quoin-json\.7$' ours help json
    check "help explain" 0 '^man shows .*/quoin-explain\.1$' ours help explain
    check "help of what is no page of ours" 0 '^man shows gitworkflows$' ours help -m workflows
    check "help -w" 0 '^browser shows .*/quoin-status\.html$' ours help -w status
    check "man.viewer" 0 'mine .*/quoin-log\.1$' \
        ours -c man.viewer=my -c man.my.cmd='echo mine' help log
    check "man.viewer that is not known" 0 "'my': unknown man viewer" \
        ours -c man.viewer=my help log
    check "GIT_MAN_VIEWER" 0 'viewer .*/quoin-log\.1$' \
        env GIT_MAN_VIEWER=my QUOIN_MANUALS="$pages" "$quoin" -c man.my.cmd='echo viewer' help log
    check "without man the page is text" 0 '^QUOIN-STATUS\(1\)' \
        env QUOIN_MANUALS="$pages" PATH=/nonexistent "$quoin" help status
    check "help without manuals" 0 '^git-status - ' \
        env QUOIN_MANUALS=/nonexistent "$quoin" help status
fi
