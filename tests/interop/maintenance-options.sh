#: cells sha1-files
#: end no
# maintenance: each option and each key; what makes a task worth it; the schedulers.
history
Q() { "$QN_REAL" "$@"; }
Q config core.commitGraph true; Q config maintenance.auto true; Q config maintenance.autoDetach false
kinds() { note "loose $(find .git/objects/?? -type f 2>/dev/null | wc -l), $(ls .git/objects/pack | sed 's/.*\.//' | sort | uniq -c | tr -s ' \n' '  '), packed-refs $(test -s .git/packed-refs && echo yes), $(ls .git/objects/*.lock 2>/dev/null) $(ls .git/objects/info 2>/dev/null | grep graph)"; Q fsck --no-dangling; }
cp -R .git kept
run() { rm -rf .git; cp -R kept .git; "$GIT" "$@"; kinds; }
need() { "$GIT" -c "maintenance.$1.auto=$2" maintenance is-needed --auto --task=$1; }
all() { for n in -1 0 1 2 3 5 8 12 20 40 100; do need $1 $n; done; }
# limits
all commit-graph; all loose-objects; all incremental-repack; all geometric-repack; all reflog-expire; all worktree-prune; all rerere-gc
"$GIT" maintenance is-needed --auto --task=pack-refs; "$GIT" maintenance is-needed --auto --task=gc; "$GIT" maintenance is-needed --auto --task=prefetch
"$GIT" maintenance is-needed; "$GIT" maintenance is-needed --auto; "$GIT" maintenance is-needed --schedule=daily; "$GIT" maintenance is-needed --auto --schedule=daily
"$GIT" maintenance is-needed --task=nothing; "$GIT" maintenance is-needed --no-auto --task=gc
Q commit-graph write --reachable; all commit-graph
for i in 1 2 3; do echo $i >f; Q add f; Q -c maintenance.auto=false commit -qm $i; Q repack -q; done; all geometric-repack; all incremental-repack; all commit-graph
for f in 1 2 3 4 5; do "$GIT" -c maintenance.geometric-repack.splitFactor=$f maintenance is-needed --auto --task=geometric-repack; done
Q repack -adq; all geometric-repack; all incremental-repack
mkdir -p .git/rr-cache; all rerere-gc; mkdir .git/rr-cache/x; all rerere-gc
mkdir -p .git/worktrees/gone; echo x >.git/worktrees/gone/HEAD; touch -d "2020-01-01" .git/worktrees/gone/HEAD .git/worktrees/gone; all worktree-prune
i=0; while test $i -lt 20; do Q update-ref refs/heads/b$i HEAD; i=$((i + 1)); done; "$GIT" maintenance is-needed --auto --task=pack-refs; Q pack-refs --all; "$GIT" maintenance is-needed --auto --task=pack-refs
"$GIT" -c gc.reflogExpire=now -c maintenance.reflog-expire.auto=3 maintenance is-needed --auto --task=reflog-expire
# tasks
run -c maintenance.loose-objects.batchSize=5 maintenance run --task=loose-objects
run -c maintenance.loose-objects.batchSize=0 maintenance run --task=loose-objects
run maintenance run --task=commit-graph
run -c core.commitGraph=false maintenance run --task=commit-graph
run maintenance run --task=incremental-repack
run -c core.multiPackIndex=false maintenance run --task=incremental-repack
run -c maintenance.commit-graph.auto=2 -c maintenance.geometric-repack.auto=0 maintenance run --auto
run -c maintenance.commit-graph.auto=0 maintenance run --auto --no-quiet
run maintenance run --auto --no-auto --task=pack-refs
run maintenance run --no-detach --task=pack-refs
run maintenance run --no-schedule --task=pack-refs
run -c maintenance.gc.enabled=false maintenance run
run -c maintenance.pack-refs.enabled=false -c maintenance.commit-graph.enabled=false maintenance run
run -c maintenance.pack-refs.enabled=nonsense maintenance run
run -c maintenance.commit-graph.schedule=daily -c maintenance.commit-graph.enabled=true maintenance run --schedule=daily
run -c maintenance.commit-graph.schedule=weekly -c maintenance.commit-graph.enabled=true maintenance run --schedule=daily
run -c maintenance.pack-refs.schedule=hourly -c maintenance.pack-refs.enabled=true maintenance run --schedule=weekly
run -c maintenance.pack-refs.schedule=nonsense -c maintenance.pack-refs.enabled=true maintenance run --schedule=weekly
run -c maintenance.strategy=geometric maintenance run --schedule=hourly
run -c maintenance.strategy=incremental maintenance run --schedule=daily
run -c maintenance.strategy=incremental maintenance run --schedule=weekly
run -c maintenance.strategy=none maintenance run
run -c maintenance.strategy=none maintenance run --schedule=daily
# what commands do when they end
rm -rf .git; cp -R kept .git; "$GIT" -c maintenance.commit-graph.auto=2 commit -q --allow-empty -m x; kinds
rm -rf .git; cp -R kept .git; "$GIT" -c maintenance.commit-graph.auto=2 -c maintenance.auto=false commit -q --allow-empty -m x; kinds
rm -rf .git; cp -R kept .git; "$GIT" -c maintenance.strategy=gc -c gc.auto=0 commit -q --allow-empty -m x; kinds
rm -rf .git; cp -R kept .git; for i in 1 2 3; do echo $i >f; Q add f; Q -c maintenance.auto=false commit -qm $i; Q repack -q; done; "$GIT" -c maintenance.strategy=gc -c maintenance.commit-graph.auto=0 -c maintenance.incremental-repack.auto=0 -c gc.autoPackLimit=1 commit --allow-empty -m x; kinds
# the schedulers, with programs that stand in for them
HOME=$PWD/home; export HOME GIT_CONFIG_GLOBAL=$PWD/global; mkdir home; : >global
mkdir fake; for p in crontab systemctl launchctl schtasks; do printf '#!/bin/sh\necho "%s $*" >>"%s/said"\n' $p "$PWD" >fake/$p; chmod +x fake/$p; done
said() { sed "s,$PWD,HERE,g; s/gui\/[0-9]*/gui\/N/; s/[^ ]*schedule_[a-z]*_[A-Za-z0-9]*/FILE/; s/[^ ]*tmp[^ ]*/FILE/" said >shown 2>/dev/null; note_file shown; rm -f said; }
for p in launchctl schtasks systemctl crontab; do
    GIT_TEST_MAINT_SCHEDULER="$p:$PWD/fake/$p" "$GIT" maintenance start --scheduler=$p; said
    GIT_TEST_MAINT_SCHEDULER="$p:$PWD/fake/$p" "$GIT" maintenance stop; said
done
GIT_TEST_MAINT_SCHEDULER="launchctl:$PWD/fake/launchctl" "$GIT" maintenance start --scheduler=launchctl; for f in home/Library/LaunchAgents/*; do note "$f"; sed "s/<integer>[0-9]*<.integer>/N/; s,<string>.*/git</string>,GIT,; s,--exec-path=.*</string>,EXEC," "$f" >shown; note_file shown; done; said
GIT_TEST_MAINT_SCHEDULER="launchctl:$PWD/fake/launchctl" "$GIT" maintenance start --scheduler=launchctl; said
GIT_TEST_MAINT_SCHEDULER="launchctl:$PWD/fake/launchctl" "$GIT" maintenance start --scheduler=auto; said
GIT_TEST_MAINT_SCHEDULER="launchctl:false" "$GIT" maintenance start --scheduler=systemd-timer
GIT_TEST_MAINT_SCHEDULER="systemctl:$PWD/fake/systemctl" "$GIT" maintenance start --scheduler=systemd-timer; said; note "$(ls home/.config/systemd/user 2>&1)"
GIT_TEST_MAINT_SCHEDULER="systemctl:$PWD/fake/systemctl,crontab:$PWD/fake/crontab" "$GIT" maintenance start; said
"$GIT" maintenance start nonsense 2>/dev/null; "$GIT" maintenance stop nonsense 2>/dev/null; "$GIT" maintenance 2>/dev/null; "$GIT" maintenance nonsense 2>/dev/null
