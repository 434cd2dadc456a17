#: cells sha1-files sha256-reftable
#: end no
# reflog expire --stale-fix: lines of whose commits something is missing.
history
Q() { "$QN_REAL" "$@"; }
loose() { Q rev-parse "$1" | sed 's,\(..\),.git/objects/\1/,'; }
one() { echo "$1" >only-$1; Q add only-$1; tick; Q commit -q -m "$1"; }
one a; one b; one c; blob=$(loose HEAD:only-b); Q reset -q --hard HEAD~3; tick
shown() { "$GIT" reflog show --format='%gd %gs'; "$GIT" reflog show main --format='%gd %gs'; }
"$GIT" reflog expire --stale-fix --all --expire=never --expire-unreachable=never; shown
rm -f "$blob"
"$GIT" reflog expire --stale-fix -n --verbose --all --expire=never --expire-unreachable=never; shown
"$GIT" reflog expire --all --no-stale-fix --expire=never --expire-unreachable=never; shown
"$GIT" reflog expire --stale-fix --all --verbose --expire=never --expire-unreachable=never; shown
"$GIT" reflog expire --stale-fix --expire=never --expire-unreachable=never main; shown
"$GIT" reflog list; "$GIT" reflog list x; "$GIT" reflog exists HEAD; "$GIT" reflog exists nonsense
"$GIT" reflog drop main; shown 2>/dev/null; "$GIT" reflog drop --all --single-worktree; "$GIT" reflog list
