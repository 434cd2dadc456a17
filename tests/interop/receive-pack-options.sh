#: cells sha1-files
#: end no
# receive-pack: each option, and keys of the server that are not shown elsewhere; of
# send-pack: what it says with them.
export GIT_USER_AGENT=agent
caps=
push_to=$(dirname "$0")/shared/push-to
history
one=$("$QN_REAL" rev-parse HEAD) null=$("$QN_REAL" rev-parse HEAD | sed 's/./0/g')
git_() { "$QN_REAL" "$@"; }
git_ clone -q --bare . ../seed.git; git_ -C ../seed.git config gc.auto 0
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo "line $i of the story, told anew"; done >>story; git_ commit -qam "New work"; tick; new=$(git_ rev-parse HEAD)
printf '%s\n' $new ^$one | git_ pack-objects -q --revs --stdout --thin >new.pack
printf '%s\n' $new | git_ pack-objects -q --revs --window=0 --stdout >whole.pack
echo $new | git_ pack-objects -q --stdout >lone.pack
fresh() { rm -rf up.git; cp -r ../seed.git up.git; }
show() { note_file shown; }
push() { "$push_to" $caps "$@" >shown 2>&1; note "push $*"; show; }
refs() { git_ -C up.git for-each-ref --format='%(objectname) %(refname)' >shown; note refs; show; }
for option in --quiet --no-quiet --stateless-rpc --no-stateless-rpc --skip-connectivity-check --no-skip-connectivity-check --reject-thin-pack-for-testing --no-reject-thin-pack-for-testing \
    --http-backend-info-refs --no-http-backend-info-refs --advertise-refs --no-advertise-refs; do
    # what progress was told of deltas that are not resolved is each program's own
    case $option in --reject*) caps=--quiet ;; *) caps= ;; esac
    for pack in new whole lone; do
        fresh; push --arg $option --pack $pack.pack up.git $one $new refs/heads/main; refs
        fresh; push --arg $option -c receive.unpackLimit=1 --pack $pack.pack up.git $one $new refs/heads/main; refs
    done
done
caps=
fresh; "$GIT" receive-pack --quiet up.git </dev/null >/dev/null; "$GIT" receive-pack --stateless-rpc up.git </dev/null; "$GIT" receive-pack --advertise-refs up.git </dev/null; "$GIT" receive-pack --http-backend-info-refs up.git </dev/null
"$GIT" receive-pack --no-quiet --no-stateless-rpc --no-advertise-refs --no-http-backend-info-refs --no-skip-connectivity-check --no-reject-thin-pack-for-testing up.git </dev/null
"$GIT" receive-pack --skip-connectivity-check --reject-thin-pack-for-testing --stateless-rpc --advertise-refs up.git </dev/null
# keys
printf '#!/bin/sh\nsleep 2.5\n' >slow; chmod +x slow
for value in 0 1 -1 5; do fresh; cp slow up.git/hooks/pre-receive; push -c receive.keepAlive=$value --pack new.pack up.git $one $new refs/heads/main; done
fresh; push -c receive.keepAlive=soon --pack new.pack up.git $one $new refs/heads/main
for value in true false maybe; do fresh; push -c receive.autogc=$value -c gc.auto=1 -c gc.autoDetach=false -c maintenance.autoDetach=false --pack new.pack up.git $one $new refs/heads/main; done
# send-pack
git_ remote add origin up.git
for words in "--remote=origin --force-with-lease" "--remote=origin --force-with-lease=main" "--force-with-lease=main:$one" "--force-with-lease=main:$new" --force-with-lease=main: "--no-exec --receive-pack=git-receive-pack" "--no-receive-pack --exec=git-receive-pack" --progress; do
    fresh; "$GIT" send-pack $words up.git +main~1:main >said 2>&1; refs
    "$GIT" send-pack -n $words up.git main~1:main main:x
done
# a source that is none is told of before anybody is asked
for words in nothere main:x:y :nothere "main nothere" "nothere other" "v1 ^v1" main~9 "main~9:x :y" "refs/heads/no*:refs/x/*" "--delete x" "--tags nothere" "-v nothere" "-q nothere" "--porcelain nothere" "-n nothere" "--atomic nothere main" "+nothere"; do "$GIT" push nowhere $words; done
