# Hooks that run at once: hook.jobs, hook.<event>.jobs, hook.<name>.parallel, -j.
#: cells sha1-files
#: end no
history
# Beside each other they are told of in the order in which they end: in a chain each waits until the
# one before has ended and was waited for (and the shell that ran it).
cat >.git/after <<'A'
echo $$ $PPID >"$AT/$1.new"; mv "$AT/$1.new" "$AT/$1.pid"; before=
for x in $CHAIN; do [ $x != $1 ] || break; before=$x; done
if [ -n "$before" ]; then
    i=0; until [ -e "$AT/$before.pid" ] || [ $i -gt 3000 ]; do sleep 0.02; i=$((i + 1)); done
    read pid parent <"$AT/$before.pid"
    while kill -0 $pid 2>/dev/null || { [ $parent != $PPID ] && kill -0 $parent 2>/dev/null; }; do sleep 0.02; done
fi
A
mkdir .git/at; export AT=$PWD/.git/at
chain() { rm -f .git/at/*; export CHAIN="$1"; shift; "$GIT" "$@"; unset CHAIN; }
mk() { printf '#!/bin/sh\necho out-%s; echo err-%s >&2; set -- %s; . "$AT/../after"; echo end-%s; exit %s\n' $1 $1 $1 $1 $2 >$1.sh; chmod +x $1.sh
    "$GIT" config hook.$1.command "$PWD/$1.sh"; "$GIT" config --add hook.$1.event post-merge; }
mk a 1; mk b 2; mk c 4
printf '#!/bin/sh\nset -- hookdir; . "$AT/../after"; echo hookdir\n' >.git/hooks/post-merge; chmod +x .git/hooks/post-merge
"$GIT" hook run post-merge
for j in 2 1; do "$GIT" hook run -j$j post-merge; done
chain "c hookdir b a" hook run -j4 post-merge
"$QN_REAL" hook run -j-1 post-merge 2>&1 | sed -n "s/-j$(getconf _NPROCESSORS_ONLN)\$/-jCPUS/p" >shown; note_file shown
for j in 0 -2 x; do "$GIT" hook run -j$j post-merge; done
"$GIT" hook list -j2 post-merge
"$GIT" -c hook.jobs=4 hook run post-merge
for x in a b c; do "$GIT" config hook.$x.parallel true; done
chain "c hookdir b a" -c hook.jobs=4 hook run post-merge
"$GIT" -c hook.post-merge.jobs=2 hook run post-merge
"$GIT" -c hook.jobs=4 -c hook.post-merge.jobs=1 hook run post-merge
"$GIT" -c hook.jobs=4 -c hook.b.parallel=false hook run post-merge
chain "c hookdir b a" -c hook.jobs=4 -c hook.b.parallel=junk hook run post-merge
for x in a b c; do "$GIT" config --add hook.$x.event pre-commit; "$GIT" config --add hook.$x.event post-commit; done
chain "c b a" -c hook.jobs=4 hook run pre-commit
# What works on the same things runs one after another all the same.
"$GIT" -c hook.jobs=4 commit --allow-empty -m x
"$GIT" -c hook.post-commit.jobs=4 commit -n --allow-empty -m x
# One that cannot be started, and one that is killed.
printf '#!/bin/sh\nexit 0\n' | tee a.sh b.sh >c.sh
"$GIT" config hook.d.event post-merge
"$GIT" hook run -j4 post-merge
"$GIT" config hook.d.command nosuchprogram
"$GIT" hook run -j4 post-merge
"$GIT" hook run -j1 post-merge
"$GIT" config hook.d.command 'kill -9 $$'
"$GIT" hook run -j4 post-merge
"$GIT" hook run -j1 post-merge
"$GIT" config hook.d.command ./nothere
"$GIT" hook run post-merge
"$GIT" config --unset hook.d.event
# Input for all of them: read, not read, more than a pipe holds.
seq 30000 >big
rm .git/hooks/post-merge
printf '#!/bin/sh\nwc -l\n' >a.sh; printf '#!/bin/sh\nexec <&-; sleep 0.2\n' >c.sh
printf '#!/bin/sh\nsleep 0.1; md5sum\n' >b.sh
"$GIT" hook run -j4 --to-stdin=big post-merge -- arg
printf '#!/bin/sh\nprintf "%%070000d\\n" 1; sleep 0.1; echo $1 $GIT_DIR; pwd -P | wc -l\n' >a.sh
printf '#!/bin/sh\nprintf "%%070000d\\n" 2; sleep 0.3; echo $1 $GIT_DIR; pwd -P | wc -l\n' >b.sh
"$GIT" hook run -j3 post-merge -- arg
# Beside each other indeed: each waits for the other.
printf '#!/bin/sh\n: >one; i=0; until [ -e two ] || [ $i -gt 600 ]; do sleep 0.1; i=$((i + 1)); done; [ -e two ] && echo a met b\n' >a.sh
printf '#!/bin/sh\n: >two; i=0; until [ -e one ] || [ $i -gt 600 ]; do sleep 0.1; i=$((i + 1)); done; [ -e one ] && echo b met a\n' >b.sh; printf '#!/bin/sh\n' >c.sh
"$GIT" -c hook.jobs=3 hook run post-merge
rm -f a.sh b.sh c.sh; printf '#!/bin/sh\necho dir\n' | tee a.sh b.sh c.sh >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit a.sh b.sh c.sh
# What is no number, no bool, not there; said once a command.
for c in hook.b.parallel=junk hook.b.parallel hook.jobs= hook.jobs hook.jobs=0 hook.jobs=-3 hook.jobs=1k hook.post-merge.jobs \
    hook.post-merge.jobs=0 hook.post-merge.jobs=x hook.zz.jobs=0 hook.b.jobs=2 hook.b.jobs=0; do
    "$GIT" -c $c hook run post-merge; "$GIT" -c $c hook list update; "$GIT" -c $c commit -q --allow-empty -m x
done
"$GIT" -c hook.jobs=2 -c hook.jobs=x hook run post-merge
"$GIT" -c hook.post-merge.enabled=false hook run -j2 post-merge
