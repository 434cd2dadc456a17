# What commands that write bring up to date themselves: the commit-graph, where it may be written, and where not.
#: cells sha1-files sha256-reftable
Q() { "$QN_REAL" "$@"; }
Q init -q .; Q config maintenance.auto true; Q config maintenance.autoDetach false; Q config maintenance.commit-graph.auto 3
state() { note "$(ls .git/objects/info 2>/dev/null | grep -v -e writers -e packs | tr '\n' ' ') layers $(cat .git/objects/info/commit-graphs/commit-graph-chain 2>/dev/null | wc -l)"; }
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i >f; Q add f; tick; "$GIT" commit -q -m "number $i"; state; done
"$GIT" commit-graph verify
Q log --oneline -- f >/dev/null; "$GIT" log --oneline -3 -- f
"$GIT" -c core.commitGraph=false commit -q --allow-empty -m a; "$GIT" -c core.commitGraph=false commit -q --allow-empty -m b; tick
"$GIT" -c maintenance.auto=false commit -q --allow-empty -m c; tick; "$GIT" -c maintenance.auto=false commit -q --allow-empty -m d; state
"$GIT" -c maintenance.commit-graph.auto=0 commit -q --allow-empty -m e; state
"$GIT" commit -q --allow-empty -m f; state
Q branch side HEAD~4; Q checkout -q side; for i in 1 2 3; do tick; Q -c maintenance.auto=false commit -q --allow-empty -m "side $i"; done; Q checkout -q main; tick
"$GIT" merge -q -m "both" side; state
"$GIT" commit-graph verify; "$GIT" fsck
# where history is not what the objects say nothing is written
rm -rf .git/objects/info/commit-graph*
Q rev-parse HEAD~2 >.git/shallow; for i in 1 2 3 4; do tick; "$GIT" commit -q --allow-empty -m "shallow $i"; done; state; rm .git/shallow
mkdir -p .git/info; echo "$(Q rev-parse HEAD) $(Q rev-parse HEAD~2)" >.git/info/grafts; for i in 1 2 3 4; do tick; "$GIT" -c advice.graftFileDeprecated=false commit -q --allow-empty -m "graft $i"; done; state; rm .git/info/grafts
# (with replacements git writes one all the same: we do not, so that it is not looked at)
"$GIT" commit -q --allow-empty -m "last"; state
"$GIT" fsck
