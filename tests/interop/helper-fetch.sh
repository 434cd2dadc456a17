# Clone and fetch through remote helpers that do not connect: fetch and import.
#: cells sha1-files
mkdir far; cd far; history; cd ..
F=$PWD/far/.git
mkdir bin; PATH=$PWD/bin:$PATH; export PATH
cat >bin/git-remote-listener <<'P'
#!/bin/sh
# Writes down what it hears; gives what the repository at its address has.
log=$HELPER_LOG
far=$2
printf 'arguments %s GIT_DIR=%s\n' "$*" "$GIT_DIR" >>$log
names() { "$QN_REAL" --git-dir=$far for-each-ref --format="$1" ${ONLY-refs}; }
refs=
while IFS= read -r line; do
    printf '%s\n' "$line" >>$log
    case $line in
    capabilities) printf "$CAPS" ;;
    option\ *) echo ${ANSWER-ok} ;;
    list*)
        if [ -n "$SHOWS" ]; then sed -n '/remote/,$p' $GIT_DIR/config >>$log; fi
        if [ -n "$LIST" ]; then printf "$LIST"
        else
            case $CAPS in
            import*) names '? %(refname)' ;;
            *) names '%(objectname) %(refname)' ;;
            esac
            printf '@refs/heads/main HEAD\n\n'
        fi ;;
    fetch\ * | import\ *) refs="$refs ${line##* }" ;;
    '')
        [ -n "$refs" ] || exit ${XE:-0}
        [ -z "$DIES" ] || exit $DIES
        case $CAPS in
        import*)
            echo 'feature done'
            set --
            for r in $refs; do
                set -- "$@" --refspec "$r:$(echo $r | sed 's,refs/heads/,refs/far/,')"
            done
            "$QN_REAL" --git-dir=$far fast-export --use-done-feature "$@" $refs ;;
        *)
            "$QN_REAL" --git-dir=$far pack-objects --all --stdout -q </dev/null |
                "$QN_REAL" unpack-objects -q >>$log 2>&1
            printf "$SAY"
            echo ;;
        esac
        refs= ;;
    *) exit 9 ;;
    esac
done
exit ${XE:-0}
P
chmod +x bin/git-remote-listener
HELPER_LOG=$PWD/log; export HELPER_LOG CAPS LIST ONLY SAY ANSWER XE DIES SHOWS
heard() { "$GIT" stripspace <log; rm -f log; }
look() {
    heard
    [ -d out ] || return 0
    "$GIT" -C out for-each-ref
    "$GIT" -C out symbolic-ref HEAD
    "$GIT" -C out config -l --local
    "$GIT" -C out fsck
    rm -rf out sep
}
clones() {
    "$GIT" clone listener::$F out; look
    "$GIT" clone --bare --no-tags listener::$F out; look
    "$GIT" clone --single-branch listener::$F out; look
    "$GIT" clone --single-branch -b side listener::$F out; look
    "$GIT" clone --single-branch --no-tags listener::$F out; look
    "$GIT" clone -b side listener::$F out; look
    "$GIT" clone -b nothere listener::$F out; look
    "$GIT" clone --depth=1 -v listener::$F out; look
    "$GIT" clone --shallow-since=2001-01-01 --shallow-exclude=side --filter=blob:none listener::$F out; look
    "$GIT" clone --upload-pack=/x/y --progress -4 listener::$F out; look
    "$GIT" clone --single-branch --depth=2 --reject-shallow -6 --filter=tree:0 listener::$F out; look
    "$GIT" clone -q --reference=far -c x.y=z listener::$F out; look
    "$GIT" clone -c advice.detachedHead=false --revision=refs/heads/side --depth=2 listener::$F out; look
    "$GIT" clone -vv --no-checkout -o up --server-option=a listener::$F out; look
    "$GIT" clone --separate-git-dir=sep listener::$F out; look
    ANSWER=unsupported "$GIT" clone --depth=1 --filter=blob:none listener::$F out; look
    ANSWER='error no' "$GIT" clone --depth=1 listener::$F out; look
}
fetches() {
    "$QN_REAL" init -q into; cd into; "$QN_REAL" remote add o listener::$F
    HELPER_LOG=$PWD/log
    for words in o '--depth=1 o' '--deepen=1 o' '--shallow-since=2001-01-01 --shallow-exclude=side o' \
        '--no-tags o' '--upload-pack=/x/y --progress -4 o' '--update-shallow o main' '--dry-run o' \
        '--server-option=a o' '-o x o side' '-v o side:x' '-q o refs/tags/nothere' \
        '--negotiation-tip=o/main o main' '--force --atomic -p o' '-k o main' '-vv --append o' \
        'o main main:z' '--filter=blob:none o' '--refetch o' "listener::$F" "listener::$F main"; do
        "$GIT" fetch $words; heard
        "$GIT" for-each-ref; cat .git/FETCH_HEAD | "$GIT" stripspace
    done
    cd ..; HELPER_LOG=$PWD/log
}
CAPS='fetch\noption\n\n'
clones
"$GIT" clone --mirror listener::$F out; look
"$GIT" clone --no-tags -b v1 -c advice.detachedHead=false listener::$F out; look
fetches
rm -rf into
# What it writes is known before it is asked for.
ONLY=refs/heads
CAPS='import\noption\nrefspec refs/heads/*:refs/far/*\n\n'
clones
fetches
SHOWS=1 "$GIT" clone -q -o up -c a.b=c listener::$F out; look
LIST='? refs/heads/main\n@refs/heads/main HEAD\n\n' "$GIT" clone listener::$F out; look
LIST='? refs/heads/side\n\n' "$GIT" -c init.defaultBranch=trunk clone listener::$F out; look
LIST='\n' "$GIT" -c init.defaultBranch=trunk clone listener::$F out; look
LIST="@refs/heads/side HEAD\n? refs/heads/main\n? refs/heads/side\n\n" "$GIT" clone listener::$F out; look
DIES=3 "$GIT" clone listener::$F out; look
XE=3 "$GIT" clone listener::$F out; look
CAPS='import\n\n' LIST='? refs/heads/main\n@refs/heads/main HEAD\n\n' "$GIT" clone --no-checkout listener::$F out; look
# That nothing is missing may be vouched for; packs may be held.
CAPS='fetch\ncheck-connectivity\noption\n\n' SAY='connectivity-ok\n' "$GIT" clone -q listener::$F out; look
CAPS='fetch\ncheck-connectivity\n\n' SAY='connectivity-ok\n' "$GIT" clone -q listener::$F out; look
CAPS='fetch\noption\n\n' SAY='connectivity-ok\nwhat\n' "$GIT" clone -q listener::$F out; look
CAPS='fetch\n\n' SAY="lock $PWD/held.keep\n"; touch held.keep
"$GIT" clone -q listener::$F out; look
ls held.keep
