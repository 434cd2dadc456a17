#: cells sha1-files sha256-files
#: end no
# maintenance: which tasks run, when they are needed, and for which repositories.
history
Q() { "$QN_REAL" "$@"; }
Q config core.commitGraph false; Q config core.multiPackIndex false
kinds() { note "loose $(find .git/objects/?? -type f 2>/dev/null | wc -l), $(ls .git/objects/pack | sed 's/.*\.//' | sort | uniq -c | tr -s ' \n' '  '), packed-refs $(test -s .git/packed-refs && echo yes), $(ls .git/objects/*.lock 2>/dev/null)"; Q fsck --no-dangling; }
cp -R .git kept
run() { rm -rf .git; cp -R kept .git; "$GIT" "$@"; kinds; }
run maintenance run
run maintenance run --quiet
run maintenance run --auto
run maintenance run --task=gc
run maintenance run --task=loose-objects
run maintenance run --task=pack-refs
run maintenance run --task=reflog-expire --task=worktree-prune --task=rerere-gc
run maintenance run --task=geometric-repack
run maintenance run --task=prefetch
run maintenance run --task=nothing
run maintenance run --task=gc --task=gc
run maintenance run --schedule=daily
run maintenance run --schedule=never
run maintenance run --auto --schedule=daily
run maintenance run --task=gc --schedule=daily
run -c maintenance.strategy=gc maintenance run --schedule=daily
run -c maintenance.strategy=gc maintenance run --schedule=hourly
run -c maintenance.strategy=geometric maintenance run --schedule=daily
run -c maintenance.strategy=geometric maintenance run --schedule=weekly
run -c maintenance.strategy=incremental maintenance run
run -c maintenance.strategy=nothing maintenance run
run -c maintenance.gc.enabled=true maintenance run
run -c maintenance.strategy=gc -c maintenance.gc.enabled=false -c maintenance.pack-refs.enabled=true maintenance run
run maintenance is-needed
run maintenance is-needed --auto
run maintenance is-needed --auto --task=gc
run -c maintenance.loose-objects.auto=1 maintenance is-needed --auto --task=loose-objects
run -c maintenance.loose-objects.auto=1 maintenance run --auto --task=loose-objects
run -c maintenance.worktree-prune.auto=-1 maintenance is-needed --auto --task=worktree-prune
run -c gc.auto=1 maintenance is-needed --auto --task=gc
touch .git/objects/maintenance.lock; "$GIT" maintenance run --task=gc; kinds; rm .git/objects/maintenance.lock
HOME=$PWD/home; export HOME GIT_CONFIG_GLOBAL=$PWD/global; mkdir home; : >global
"$GIT" maintenance register; sed "s,$PWD,HERE," global >shown; note_file shown; note "$(Q config --local --get-regexp '^maintenance')"
"$GIT" maintenance register; sed "s,$PWD,HERE," global >shown; note_file shown
"$GIT" for-each-repo --config=maintenance.repo rev-parse --show-prefix
"$GIT" for-each-repo --config=maintenance.repo rev-parse no-such-thing 2>/dev/null
"$GIT" for-each-repo --config=maintenance.none status
"$GIT" for-each-repo status
"$GIT" maintenance unregister; sed "s,$PWD,HERE," global >shown; note_file shown
"$GIT" maintenance unregister --force
"$GIT" maintenance register --config-file other; sed "s,$PWD,HERE," other >shown; note_file shown
"$GIT" maintenance unregister --config-file other
# with programs that stand in for the schedulers
mkdir fake; printf '#!/bin/sh\ncase $1 in -l) cat "%s/cron" 2>/dev/null || exit 1;; *) cat "$1" >"%s/cron";; esac\n' "$PWD" "$PWD" >fake/crontab
printf '#!/bin/sh\necho "systemctl $*" >>"%s/said"\n' "$PWD" >fake/systemctl; chmod +x fake/*; PATH=$PWD/fake:$PATH; export PATH; echo "0 1 * * * mine" >cron
table() { sed 's/^[0-9]* \(.*\) ".*git" --exec-path="[^"]*"/M \1 GIT/' cron >shown; note_file shown; }
"$GIT" maintenance start --scheduler=crontab; table
"$GIT" maintenance start --scheduler=crontab; table
"$GIT" maintenance stop; table
"$GIT" maintenance start --scheduler=systemd-timer; table; for f in home/.config/systemd/user/*; do sed 's/:[0-9][0-9]:00/:MM:00/; s/^ExecStart=".*" --exec-path="[^"]*"/ExecStart=GIT/' "$f" >shown; note "$f"; note_file shown; done
"$GIT" maintenance stop; note "$(ls home/.config/systemd/user)"
"$GIT" maintenance start --scheduler=launchctl
"$GIT" maintenance start --scheduler=schtasks
"$GIT" maintenance start --scheduler=nothing
