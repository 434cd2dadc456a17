# What is wanted, told of and answered, as -v -v tells it and packets show it; what a
# server refuses, and when.
#: cells sha1-files
#: end no
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
grow() { for i in $2; do q -C $1 commit --allow-empty -m $i; tick; done; }
q init -q -b main src; grow src "1 2 3 4 5 6 7 8"; q -C src branch old HEAD~5; q -C src branch same; q -C src tag -m t1 t1 HEAD~2
q clone -q src here; grow here "$(seq 10 60)"; q -C here checkout -b second HEAD~20; grow here "a b c"
grow src "9 x y"; q -C src branch new; q -C src tag -m t2 t2; q -C src config uploadpack.allowFilter true
u=file://$PWD/src
tidy() { tr '\r' '\n' | grep -v '^remote: \|^Unpacking\|^Receiving\|^Server version\|^From '; }
for v in 0 2; do
    for how in consecutive skipping noop; do
        rm -rf d; cp -r here d; "$QN_REAL" -C d -c protocol.version=$v -c fetch.negotiationAlgorithm=$how fetch -v -v $u '+refs/heads/*:refs/remotes/x/*' 2>err; note $v $how $?; tidy <err >n; note_file n
    done
    for words in --depth=2 --refetch --no-tags --tags --negotiation-tip=second; do
        rm -rf d; cp -r here d; "$QN_REAL" -C d -c protocol.version=$v fetch -v -v $words $u main same new 2>err; note $v $words $?; tidy <err | sort >n; note_file n
    done
    rm -rf d; "$QN_REAL" -c protocol.version=$v clone -v -v $u d 2>err; note $v clone $?; tidy <err >n; note_file n
    rm -rf d; cp -r here d; "$QN_REAL" -C d -c protocol.version=$v fetch-pack -v $u refs/heads/main refs/heads/same 2>err >out; note $v fetch-pack $?; tidy <err >n; note_file n
done
for tip in main second; do "$GIT" -C here fetch --negotiate-only --negotiation-tip=$tip $u; done
# no common commits
q init -q d2; grow d2 "p q r"; "$GIT" -C d2 -c protocol.version=0 fetch -q $u main; "$GIT" -C d2 -c protocol.version=2 fetch -q $u main
# the other end
line() { if [ ${#1} = 4 ]; then printf %s "$1"; else printf '%04x%s\n' $((${#1} + 5)) "$1"; fi; }
m=$("$QN_REAL" -C src rev-parse main) o=$("$QN_REAL" -C src rev-parse old) p=$("$QN_REAL" -C src rev-parse old~1) z=$("$QN_REAL" -C here rev-parse second)
answer() { note "$*"; for a; do line "$a"; done >ask; "$QN_REAL" upload-pack --stateless-rpc src <ask 2>err | tr -d '\0' | sed -n '/PACK/q;p' | head -c 2000 >n; note_file n; grep -v '^remote\|Counting\|Compress\|Enumer\|^Total' err >n; note_file n; }
for caps in "multi_ack" "multi_ack_detailed" "multi_ack_detailed no-done" ""; do
    answer "want $m${caps:+ }$caps" 0000 "have $o" "have $p" "have $z" 0000
    answer "want $m${caps:+ }$caps" "want $m" 0000 "have $z" 0000
    answer "want $m${caps:+ }$caps" 0000 "have $p" "have $p"
done
answer "want $m deepen-since deepen-not" "deepen 2" "deepen-not refs/heads/old" 0000
answer "want $m deepen-since" "deepen 2" "deepen-since 1000000000" 0000
answer "want $m filter" "filter tree:x" 0000 done
answer "want $z" 0000 done
q -C src config uploadpack.hideRefs refs/heads/new; q -C src update-ref refs/heads/main old; answer "want $m" 0000 done
