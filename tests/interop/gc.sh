# gc: what is there afterwards, by kinds of files; when --auto does something; who may run it.
#: end no
history
Q() { "$QN_REAL" "$@"; }
kinds() { note "loose $(find .git/objects/?? -type f 2>/dev/null | wc -l), $(ls .git/objects/pack | grep -v '^multi' | sed 's/.*\.//' | sort | uniq -c | tr -s ' \n' '  '), packed-refs $(test -s .git/packed-refs && echo yes), pid $(ls .git/gc.pid .git/gc.log 2>/dev/null)"; Q rev-list --objects --all --reflog | sort >all; note "$(wc -l <all) reached"; Q fsck --no-dangling --strict; note "fsck $?"; }
lose() { for i in 1 2 3 4 5; do echo "lost $1 $i" | Q hash-object -w --stdin >/dev/null; done; }
Q config core.commitGraph false
cp -R .git kept
fresh() { rm -rf .git; cp -R kept .git; lose x; }
run() { fresh; "$GIT" "$@"; kinds; }
run gc
run gc --quiet
run gc --prune=now
run gc --no-prune
run gc --no-cruft
run gc --cruft --prune=now
run -c gc.cruftPacks=false gc
run -c gc.pruneExpire=now gc
run -c gc.pruneExpire=never gc
run -c gc.packRefs=false gc
run gc --aggressive
run gc --auto
run -c gc.auto=0 gc --auto
run gc --prune=nonsense
run gc nonsense 2>/dev/null
run -c gc.pruneExpire=nonsense gc
run -c extensions.preciousObjects=true gc
# twice, with a pack that is to be kept
fresh; Q gc -q; echo more >more; Q add more; Q commit -qm more; "$GIT" gc --keep-largest-pack; kinds
fresh; Q repack -adq; touch "$(ls .git/objects/pack/*.pack | sed 's/pack$/keep/')"; echo other >more; Q add more; Q commit -qm more; "$GIT" gc -q; kinds
# too many loose objects, too many packs
fresh; seq 1 2000 | while read i; do echo $i; done >numbers; for i in $(seq 1 700); do echo "n $i"; done | Q fast-import --quiet 2>/dev/null
i=0; while test $i -lt 900; do echo "blob $i" >f$i; i=$((i + 1)); done; ls f* | Q hash-object -w --stdin-paths >/dev/null; rm -f f*
"$GIT" -c gc.auto=100 gc --auto --no-detach; kinds
"$GIT" -c gc.auto=100 gc --auto --no-detach --quiet; kinds
fresh; for i in 1 2 3; do echo $i >p; Q add p; Q commit -qm $i; Q repack -q; done; "$GIT" -c gc.autoPackLimit=2 gc --auto --no-detach; kinds
# the hook may forbid it
fresh; for i in 1 2 3; do echo $i >p; Q add p; Q commit -qm $i; Q repack -q; done; mkdir -p .git/hooks; printf '#!/bin/sh\necho hook; exit 1\n' >.git/hooks/pre-auto-gc; chmod +x .git/hooks/pre-auto-gc
"$GIT" -c gc.autoPackLimit=2 gc --auto --no-detach; kinds
# somebody else runs it
fresh; echo "1 elsewhere" >.git/gc.pid; "$GIT" gc; "$GIT" gc --force; kinds
fresh; echo "1 elsewhere" >.git/gc.pid; touch -d "2020-01-01" .git/gc.pid; "$GIT" gc; kinds
# work trees and resolutions that are gone
fresh; old=$(Q rev-parse HEAD); new=$(Q rev-parse HEAD~1); mkdir -p .git/worktrees/gone ".git/rr-cache/$old" ".git/rr-cache/$new"; echo x >.git/worktrees/gone/HEAD
echo a >".git/rr-cache/$old/preimage"; echo b >".git/rr-cache/$old/postimage"; echo c >".git/rr-cache/$new/preimage"
touch -d "2020-01-01" ".git/rr-cache/$old"/*; "$GIT" gc; note "$(ls .git/worktrees .git/rr-cache 2>&1 | sed "s/$old/old/; s/$new/new/" | tr '\n' ' ')"
