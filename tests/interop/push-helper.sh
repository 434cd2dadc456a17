# Pushing through remote helpers that do not connect: push and export.
#: cells sha1-files
history
mkdir bin; PATH=$PWD/bin:$PATH; export PATH
cat >bin/git-remote-listener <<'P'
#!/bin/sh
# Writes down what it hears; says what the environment tells it to.
log=$HELPER_LOG
pushes=
printf 'arguments %s\n' "$*" >>$log
while IFS= read -r line; do
    printf '%s\n' "$line" >>$log
    case $line in
    capabilities) printf "$CAPS" ;;
    option\ *)
        set -- $line
        case " $STRANGE " in
        *" $2 "*) echo unsupported ;;
        *) case " $WRONG " in
            *" $2 "*) echo error it is wrong ;;
            *) echo ok ;;
            esac ;;
        esac ;;
    list*) printf "$LIST" ;;
    push\ *) pushes=1 ;;
    export)
        while IFS= read -r line; do
            printf '%s\n' "$line" >>$log
            [ "$line" = done ] && break
        done
        [ -z "$DIES" ] || exit $DIES
        printf "$REPORT" ;;
    '')
        [ -n "$pushes" ] || exit ${XE:-0}
        [ -z "$DIES" ] || exit $DIES
        pushes=
        printf "$REPORT" ;;
    *) exit 9 ;;
    esac
done
exit ${XE:-0}
P
chmod +x bin/git-remote-listener
HELPER_LOG=$PWD/log; export HELPER_LOG
heard() { "$GIT" stripspace <log; rm -f log; }
one=$("$GIT" rev-parse main)
two=$("$GIT" rev-parse main~1)
"$GIT" remote add r listener::place
CAPS='push\noption\n\n' LIST='\n' REPORT='ok refs/heads/main\n\n'; export CAPS LIST REPORT STRANGE WRONG DIES XE
"$GIT" push r main; heard
"$GIT" for-each-ref refs/remotes
LIST="$two refs/heads/main\n\n" "$GIT" push r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push -v r main; heard
LIST="? refs/heads/main\n\n" "$GIT" push r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push r main~1:main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push r +main~1:main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --force r main~1:main; heard
LIST="$one refs/heads/main\n\n" REPORT='ok refs/heads/main forced update\n\n' "$GIT" push --force r main~1:main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push r :main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --delete r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --delete r other; heard
LIST="@refs/heads/main HEAD\n$two refs/heads/main\n\n" "$GIT" push r main; heard
LIST="4444444444444444444444444444444444444444 refs/heads/main\n\n" "$GIT" push r main; heard
REPORT='ok refs/heads/other\n\n' "$GIT" push r main:refs/heads/other; heard
REPORT='ok refs/heads/other\n\n' "$GIT" push r main:other; heard
REPORT='ok refs/heads/other\n\n' "$GIT" push r HEAD~1:refs/heads/other; heard
REPORT='ok refs/heads/main\nok refs/heads/other\n\n' "$GIT" push r main main~1:refs/heads/other; heard
for message in 'non-fast forward' 'no match' 'up to date' 'already exists' 'fetch first' 'needs force' 'stale info' 'remote ref updated since checkout' 'atomic push failed' 'forced update' 'expecting report' 'because' '"a\\tb\\nc"' '"unfinished' ''; do
    LIST="$two refs/heads/main\n\n" REPORT="error refs/heads/main $message\n\n" "$GIT" push r main; heard
done
REPORT='error refs/heads/main\n\n' "$GIT" push r main; heard
REPORT='ok refs/heads/main up to date\n\n' "$GIT" push r main; heard
REPORT='ok refs/heads/main no match\n\n' "$GIT" push r main; heard
REPORT='ok refs/heads/main what\n\n' "$GIT" push r main; heard
REPORT='ok refs/heads/strange\n\n' "$GIT" push r main; heard
REPORT='ok refs/heads/strange\nok refs/heads/main\n\n' "$GIT" push r main; heard
REPORT='fine refs/heads/main\n\n' "$GIT" push r main; heard
REPORT='\n' "$GIT" push r main; heard
REPORT='ok refs/heads/main\nok refs/heads/main\n\n' "$GIT" push r main; heard
REPORT="ok refs/heads/main\noption refname refs/heads/real\noption new-oid $two\n\n" "$GIT" push r main; heard
REPORT="ok refs/heads/main\noption refname refs/heads/real\noption new-oid $two\noption refname refs/heads/more\noption old-oid $one\noption forced-update\n\n" "$GIT" push r main; heard
REPORT="option refname refs/heads/real\nok refs/heads/main\n\n" "$GIT" push r main; heard
REPORT="ok refs/heads/main\noption strange word\n\n" "$GIT" push r main; heard
REPORT="ok refs/heads/main\noption old-oid zz\n\n" "$GIT" push r main; heard
DIES=1 "$GIT" push r main; heard
DIES=0 "$GIT" push r main; heard
XE=3 "$GIT" push r main; heard
# Options.
"$GIT" push --dry-run r main; heard
STRANGE=dry-run "$GIT" push --dry-run r main; heard
STRANGE=force "$GIT" push --force r main; heard
STRANGE=atomic "$GIT" push --atomic r main; heard
"$GIT" push --atomic r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --atomic r main~1:main main:refs/heads/other; heard
"$GIT" push --force-with-lease r main; heard
STRANGE=cas "$GIT" push --force-with-lease=main: r main; heard
LIST="$two refs/heads/main\n\n" "$GIT" push --force-with-lease=main:$two r main; heard
LIST="$two refs/heads/main\n\n" "$GIT" push --force-with-lease=main:$one r main; heard
LIST="$two refs/heads/main\n\n" "$GIT" push --force-with-lease=main:$two --force-if-includes r main; heard
LIST="$two refs/heads/main\n\n" "$GIT" push --force-with-lease --force-if-includes r main; heard
STRANGE='cas force-if-includes' LIST="$two refs/heads/main\n\n" "$GIT" push --force-with-lease=main:$two --force-if-includes r main; heard
"$GIT" push --signed r main; heard
STRANGE=pushcert "$GIT" push --signed r main; heard
"$GIT" push --signed=if-asked r main; heard
STRANGE=pushcert "$GIT" push --signed=if-asked r main; heard
"$GIT" push -o a -o 'b c' r main; heard
STRANGE=push-option "$GIT" push -o a r main; heard
WRONG=push-option "$GIT" push -o a r main; heard
STRANGE='verbosity progress' "$GIT" push r main; heard
CAPS='push\n\n' "$GIT" push r main; heard
CAPS='push\n\n' "$GIT" push --dry-run r main; heard
CAPS='push\n\n' "$GIT" push --force r main; heard
CAPS='push\n\n' "$GIT" push --atomic r main; heard
CAPS='push\n\n' "$GIT" push -o a r main; heard
CAPS='push\n\n' "$GIT" push --signed r main; heard
CAPS='push\n\n' "$GIT" push --force-with-lease=main: r main; heard
CAPS='push\noption\nobject-format\n\n' "$GIT" push r main; heard
CAPS='push\noption\nobject-format\n\n' LIST=":object-format sha256\n\n" "$GIT" push r main; heard
"$GIT" push -q r main; heard
"$GIT" push -v r main; heard
"$GIT" push -vv r main; heard
"$GIT" push --progress r main; heard
"$GIT" push --no-progress r main; heard
"$GIT" push --porcelain r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --porcelain r main~1:main; heard
"$GIT" push --receive-pack='a b' r main; heard
"$GIT" push --no-thin r main; heard
"$GIT" push -u r main; heard
"$GIT" config --get-regexp '^branch'
"$GIT" tag -a -m tagged v9 main
REPORT='ok refs/heads/main\nok refs/tags/v9\n\n' "$GIT" push --follow-tags r main; heard
REPORT='ok refs/tags/v9\n\n' "$GIT" push r v9; heard
"$GIT" push r main:refs/heads/bad..name; heard
"$GIT" push r nothere; rm -f log
LIST="$two refs/heads/main\n$two refs/heads/gone\n\n" REPORT='ok refs/heads/main\nok refs/heads/gone\n\n' "$GIT" push --prune r 'refs/heads/main:refs/heads/main' 'refs/heads/g*:refs/heads/g*'; heard
mkdir -p .git/hooks; printf '#!/bin/sh\necho hook "$@"; cat\nexit $HOOK\n' >.git/hooks/pre-push; chmod +x .git/hooks/pre-push
HOOK=0 "$GIT" push r main; heard
HOOK=1 "$GIT" push r main; heard
rm .git/hooks/pre-push
"$GIT" push listener::direct main; heard
"$GIT" push listener://host/direct main; heard
CAPS='fetch\n\n' "$GIT" push r main; heard
CAPS='connect\npush\noption\n\n' "$GIT" push r main; heard
# export: a stream for fast-import.
CAPS='export\noption\nrefspec refs/heads/*:refs/far/*\n\n'
"$GIT" push r main; heard
"$GIT" for-each-ref refs/far refs/remotes
LIST="? refs/heads/main\n\n" "$GIT" push r main; heard
"$GIT" update-ref refs/far/main main~1
LIST="? refs/heads/main\n\n" "$GIT" push r main; heard
"$GIT" for-each-ref refs/far refs/remotes
LIST="$two refs/heads/main\n\n" "$GIT" push r main; heard
LIST="? refs/heads/main\n\n" REPORT='error refs/heads/main because\n\n' "$GIT" push r main; heard
REPORT='ok refs/heads/other\n\n' "$GIT" push r main:refs/heads/other; heard
"$GIT" for-each-ref refs/far refs/remotes
REPORT='ok refs/heads/other\n\n' "$GIT" push r main~1:refs/heads/other; rm -f log
REPORT='ok refs/heads/other\n\n' "$GIT" push r HEAD:refs/heads/other; heard
LIST="? refs/heads/other\n\n" REPORT='ok refs/heads/other\n\n' "$GIT" push r :other; heard
"$GIT" push --dry-run r main; heard
"$GIT" push --force r main; heard
"$GIT" push --force r +main~1:refs/heads/main; rm -f log
"$GIT" push --atomic r main; heard
"$GIT" push -o a r main; heard
"$GIT" push --signed r main; heard
"$GIT" push --force-with-lease=main: r main; heard
STRANGE='force dry-run' "$GIT" push --force r main; heard
STRANGE='force dry-run' "$GIT" push --dry-run r main; heard
"$GIT" update-ref -d refs/far/main
"$GIT" update-ref -d refs/far/other
CAPS='export\nrefspec refs/heads/*:refs/far/*\nno-private-update\n\n' "$GIT" push r main; heard
"$GIT" for-each-ref refs/far refs/remotes
CAPS='export\nrefspec refs/heads/*:refs/far/*\nexport-marks marks\nimport-marks marks\n\n' "$GIT" push r main; rm -f log
CAPS='export\nrefspec refs/heads/*:refs/far/*\nexport-marks marks\n\n' "$GIT" push r main; heard
cat marks
"$GIT" update-ref -d refs/far/main
CAPS='export\nrefspec refs/heads/*:refs/far/*\nexport-marks marks\nimport-marks marks\n\n' "$GIT" push r main; heard
ls marks*
"$GIT" update-ref -d refs/far/main
CAPS='export\nrefspec refs/heads/*:refs/far/*\n*export-marks .git/m2\n*import-marks .git/m2\n\n' "$GIT" push r main; rm -f log
REPORT='ok refs/tags/v9\n\n' "$GIT" push r v9; heard
CAPS='export\nrefspec refs/heads/*:refs/far/*\nrefspec refs/tags/*:refs/fartags/*\nsigned-tags\n\n' REPORT='ok refs/tags/v9\n\n' "$GIT" push r v9; heard
"$GIT" for-each-ref refs/far refs/fartags refs/remotes
CAPS='export\n\n' "$GIT" push r main; rm -f log
DIES=1 "$GIT" push r main; heard
REPORT='fine\n\n' "$GIT" push r main; heard
REPORT='\n' "$GIT" push r main; heard
XE=3 "$GIT" push r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push r main:refs/heads/x HEAD:refs/heads/y :main; heard
CAPS='export\npush\noption\nrefspec refs/heads/*:refs/far/*\n\n' "$GIT" push r main; heard
"$GIT" for-each-ref refs/far
CAPS='push\noption\nrefspec refs/heads/*:refs/far/*\n\n' LIST="$one refs/heads/main\n\n" "$GIT" push r :main; heard
"$GIT" for-each-ref refs/far
CAPS='push\noption\nrefspec refs/heads/*:refs/far/*\nno-private-update\n\n' "$GIT" push r main; heard
"$GIT" for-each-ref refs/far
CAPS='push\noption\n\n'
"$GIT" push --dry-run --force --atomic --signed --force-with-lease=main: --force-if-includes -o a -o b --receive-pack=x --set-upstream r main; heard
"$GIT" push --force-with-lease=main: --force-with-lease=oth: r main main:refs/heads/oth; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --force-with-lease=main:$one r main~1:main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --force r :main; heard
LIST="$one refs/heads/old\n$one refs/heads/main\n\n" "$GIT" push --mirror r; heard
CAPS='export\noption\nrefspec refs/heads/*:refs/far/*\n\n' "$GIT" push --dry-run --force --atomic --signed -o a --force-with-lease=main: --force-if-includes r main; heard
LIST="$one refs/heads/main\n\n" "$GIT" push --all r; heard
# Who is refused here, and who is the helper's to judge.
CAPS='push\noption\n\n'
blob=$(echo hi | "$GIT" hash-object -w --stdin)
LIST="$blob refs/heads/main\n\n" "$GIT" push r main; heard
LIST="$blob refs/heads/main\n\n" "$GIT" push --atomic r main; heard
LIST="$two refs/tags/v9\n\n" "$GIT" push r v9; heard
LIST="4444444444444444444444444444444444444444 refs/heads/xx\n\n" "$GIT" push r main:refs/heads/xx; heard
LIST="$one refs/heads/xx\n\n" "$GIT" push r main~1:refs/heads/xx; heard
# Deletions in a stream.
"$GIT" fast-export --refspec :refs/heads/other --refspec :refs/heads/two --refspec refs/heads/main:refs/heads/x main ^main
"$GIT" fast-export --use-done-feature --refspec :refs/heads/other v9 ^main~1
"$GIT" fast-export --anonymize --refspec :refs/heads/other
"$GIT" fast-export --refspec :
