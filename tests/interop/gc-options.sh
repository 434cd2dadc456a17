#: cells sha1-files
#: end no
# gc: each option, and each key that it reads.
history
Q() { "$QN_REAL" "$@"; }
Q config core.commitGraph false
kinds() { note "loose $(find .git/objects/?? -type f 2>/dev/null | wc -l), $(ls .git/objects/pack | grep -v '^multi' | sed 's/.*\.//' | sort | uniq -c | tr -s ' \n' '  '), packed-refs $(test -s .git/packed-refs && echo yes), pid $(ls .git/gc.pid .git/gc.log 2>/dev/null), graph $(ls .git/objects/info 2>/dev/null | grep graph)"; Q fsck --no-dangling --strict; note "fsck $?"; }
lose() { for i in 1 2 3 4 5; do echo "lost $1 $i" | Q hash-object -w --stdin >/dev/null; done; }
cp -R .git kept
fresh() { rm -rf .git; cp -R kept .git; lose x; }
run() { fresh; "$GIT" "$@"; kinds; }
run gc --no-quiet
run gc --quiet --no-quiet
run gc --aggressive --no-aggressive
run gc --auto --no-auto
run gc --force --no-force
run gc --keep-largest-pack --no-keep-largest-pack
run gc --no-detach
run gc --skip-foreground-tasks
run gc --skip-foreground-tasks --no-skip-foreground-tasks
run gc --no-prune --prune
run gc --prune=now --no-prune
run gc --prune=never
run gc --max-cruft-size=1m
run gc --max-cruft-size=x
run gc --cruft --no-cruft --prune=now
mkdir -p out
run gc --cruft --prune=now --expire-to=out/pack; note "$(ls out | sed 's/.*\.//' | sort | tr '\n' ' ')"; rm -f out/*
run gc --expire-to=out/pack --no-expire-to --prune=now; note "$(ls out)"
run gc --expire-to
# in the background
fresh; "$GIT" gc --detach; i=0; until [ ! -e .git/gc.pid ] && [ -z "$(find .git/objects/?? -type f 2>/dev/null)" ] || [ $i -gt 600 ]; do sleep 0.1; i=$((i + 1)); done; kinds
# deltas
fresh; "$GIT" -c gc.aggressiveDepth=1 -c gc.aggressiveWindow=2 gc --aggressive -q; kinds
fresh; "$GIT" -c gc.aggressiveDepth=x gc --aggressive -q; "$GIT" -c gc.aggressiveDepth=5000 gc --aggressive -q
# packs that stay
two() { fresh; Q repack -adq; head -c 20000 /dev/urandom >big; Q add big; Q commit -qm big; Q repack -q; echo small >small; Q add small; Q commit -qm small; Q repack -q; }
two; "$GIT" -c gc.bigPackThreshold=10k gc -q; kinds
two; "$GIT" -c gc.bigPackThreshold=1 gc -q; kinds
two; "$GIT" -c gc.bigPackThreshold=1 gc -q --keep-largest-pack; kinds
two; "$GIT" -c gc.bigPackThreshold=1 -c gc.autoPackLimit=2 gc --auto --no-detach -q; kinds
two; "$GIT" -c gc.bigPackThreshold=10k -c gc.autoPackLimit=2 gc --auto --no-detach -q; kinds
two; "$GIT" -c gc.autoPackLimit=0 gc --auto --no-detach; kinds
two; "$GIT" -c gc.autoPackLimit=2 -c gc.auto=0 gc --auto --no-detach; kinds
# filters
run -c gc.repackFilter=blob:none -c gc.repackFilterTo=out/pack gc -q; note "$(ls out | sed 's/.*\.//' | sort | tr '\n' ' ')"; cp out/* .git/objects/pack; kinds; rm -f out/*
run -c gc.repackFilter=blob:none gc -q
run -c gc.repackFilterTo=out/pack gc -q
# cruft
run -c gc.maxCruftSize=1m gc -q
run -c gc.maxCruftSize=1m gc -q --max-cruft-size=2m
run -c gc.cruftPacks=nonsense gc -q
# the graph
run -c core.commitGraph=true gc -q
run -c core.commitGraph=true -c gc.writeCommitGraph=false gc -q
run -c gc.packRefs=notbare gc -q
run -c gc.packRefs=nonsense gc -q
# what failed before
two; echo "it was bad" >.git/gc.log; "$GIT" -c gc.autoPackLimit=2 gc --auto --detach; kinds
two; echo "it was bad" >.git/gc.log; touch -d "2020-01-01" .git/gc.log; "$GIT" -c gc.autoPackLimit=2 gc --auto --no-detach -q; kinds
two; echo "it was bad" >.git/gc.log; "$GIT" -c gc.logExpiry=now -c gc.autoPackLimit=2 gc --auto --no-detach -q; note "$(ls .git/gc.log 2>&1)"
two; echo "it was bad" >.git/gc.log; "$GIT" gc -q; note "$(ls .git/gc.log 2>&1)"
# resolutions and work trees
resolutions() { fresh; old=$(Q rev-parse HEAD); new=$(Q rev-parse HEAD~1); mkdir -p ".git/rr-cache/$old" ".git/rr-cache/$new" .git/worktrees/gone; echo x >.git/worktrees/gone/HEAD; echo a >".git/rr-cache/$old/preimage"; echo b >".git/rr-cache/$old/postimage"; echo c >".git/rr-cache/$new/preimage"; touch -d "10 days ago" ".git/rr-cache/$old"/* ".git/rr-cache/$new"/*; touch -d "10 days ago" .git/worktrees/gone/* .git/worktrees/gone; }
left() { note "$(ls .git/worktrees .git/rr-cache 2>&1 | sed "s/$old/old/; s/$new/new/" | tr '\n' ' ')"; }
resolutions; "$GIT" gc -q; left
resolutions; "$GIT" -c gc.rerereResolved=5 gc -q; left
resolutions; "$GIT" -c gc.rerereUnresolved=5 gc -q; left
resolutions; "$GIT" -c gc.rerereResolved=5.days.ago -c gc.rerereUnresolved=never gc -q; left
resolutions; "$GIT" -c gc.worktreePruneExpire=5.days.ago gc -q; left
resolutions; "$GIT" -c gc.worktreePruneExpire=never gc -q; left
resolutions; "$GIT" -c gc.worktreePruneExpire=nonsense gc -q; left
# logs
logs() { fresh; Q branch -q topic HEAD~1; Q update-ref -m moved refs/heads/topic HEAD~2; }
logs; "$GIT" -c gc.refs/heads/topic.reflogExpireUnreachable=now gc -q; note "$(Q reflog show topic | wc -l)"
logs; "$GIT" -c gc.reflogExpireUnreachable=now gc -q; note "$(Q reflog show topic | wc -l)"
logs; "$GIT" -c gc.refs/heads/topic.reflogExpire=now gc -q; note "$(Q reflog show topic | wc -l)"
logs; "$GIT" -c gc.reflogExpire=never -c gc.reflogExpireUnreachable=never gc -q; note "$(Q reflog show topic | wc -l)"
# objects that somebody names by a program are recent
fresh; lost=$(echo "lost x 1" | Q hash-object --stdin); printf '#!/bin/sh\necho %s\n' "$lost" >hook; chmod +x hook
"$GIT" -c gc.recentObjectsHook=./hook gc -q --prune=now; Q cat-file -t "$lost"; note "there $?"; kinds
fresh; touch -d "2020-01-01" .git/objects/??/*; "$GIT" -c gc.recentObjectsHook=./hook gc -q; Q cat-file -t "$lost"; note "there $?"; kinds
fresh; touch -d "2020-01-01" .git/objects/??/*; "$GIT" -c gc.recentObjectsHook=false gc -q 2>/dev/null; note "code $?"
# what dead writers left
fresh; touch .git/objects/pack/tmp_pack_x .git/objects/tmp_x; mkdir -p .git/objects/aa; touch .git/objects/aa/tmp_obj_x; touch -d "2020-01-01" .git/objects/pack/tmp_pack_x .git/objects/aa/tmp_obj_x; "$GIT" gc -q 2>/dev/null; note "$(ls .git/objects/pack .git/objects/aa 2>/dev/null | grep tmp | tr '\n' ' ')"
