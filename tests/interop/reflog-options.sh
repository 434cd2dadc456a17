#: cells sha1-files sha1-reftable
# reflog: every subcommand and option.
history
"$GIT" branch b; for i in 1 2 3 4 5; do echo $i >n; "$GIT" add n; "$GIT" commit -q -m "Number $i"; tick; done; "$GIT" reset -q --hard HEAD~2; "$GIT" commit -q --allow-empty -m "Another"; tick
"$GIT" reflog; "$GIT" reflog show; "$GIT" reflog show main; "$GIT" reflog main; "$GIT" reflog -n 2; "$GIT" reflog show --format='%gd %gs' -3; "$GIT" reflog show HEAD@{2}; "$GIT" reflog show b; "$GIT" reflog nowhere; "$GIT" reflog --date=iso -1; "$GIT" reflog show --oneline --no-abbrev-commit -1; "$GIT" reflog show v1
"$GIT" reflog list; "$GIT" reflog list x; "$GIT" reflog list --all
"$GIT" reflog exists refs/heads/main; "$GIT" reflog exists HEAD; "$GIT" reflog exists main; "$GIT" reflog exists refs/heads/none; "$GIT" reflog exists; "$GIT" reflog exists a b; "$GIT" reflog exists 'bad..name'
o=$("$QN_REAL" rev-parse v1); n=$("$QN_REAL" rev-parse HEAD)
"$GIT" reflog write refs/heads/main $o $n "Written by hand"; "$GIT" reflog -1 main; "$GIT" reflog write refs/heads/main $o $n "two
lines   and   spaces"; "$GIT" reflog -1 main
"$GIT" reflog write refs/heads/fresh $o $n "No such ref"; "$GIT" reflog show refs/heads/fresh; "$GIT" reflog write main $o $n x; "$GIT" reflog write refs/heads/main $o; "$GIT" reflog write refs/heads/main xx $n m; "$GIT" reflog write refs/heads/main $o yy m; "$GIT" reflog write refs/heads/main $o 1234567890123456789012345678901234567890 m; "$GIT" reflog write 'refs/heads/a..b' $o $n m
z=$(echo $o | tr 0-9a-f 0); "$GIT" reflog write refs/heads/main $z $n "From nothing"; "$GIT" reflog write HEAD $o $n "On HEAD"; "$GIT" reflog -2 HEAD; "$GIT" reflog write refs/heads/main $o $n ""
"$GIT" reflog delete main@{0}; "$GIT" reflog -2 main; "$GIT" reflog delete --rewrite main@{1}; "$GIT" reflog delete --updateref b@{0}; "$GIT" reflog delete -n --verbose main@{0}; "$GIT" reflog delete --dry-run main@{0} main@{1}; "$GIT" reflog delete --verbose main@{1} HEAD@{0}
"$GIT" reflog delete main; "$GIT" reflog delete; "$GIT" reflog delete nowhere@{0}; "$GIT" reflog delete main@{99}; "$GIT" reflog delete HEAD@{1} HEAD@{1}; "$GIT" reflog delete --updateref --rewrite HEAD@{0}; "$GIT" reflog delete --no-verbose main@{0}
"$GIT" reflog -20 HEAD
"$GIT" reflog expire --dry-run --all --expire=now; "$GIT" reflog expire -n --verbose --expire=all main; "$GIT" reflog expire --verbose --expire-unreachable=all --expire=never main; "$GIT" reflog main
"$GIT" reflog expire --expire=2000-01-01 HEAD; "$GIT" reflog -3; "$GIT" reflog expire --rewrite --updateref --expire=never main; "$GIT" reflog expire --expire=never --all --single-worktree; "$GIT" reflog expire nowhere; "$GIT" reflog expire --expire=rubbish main; "$GIT" reflog expire; "$GIT" reflog expire --expire=now --expire-unreachable=now HEAD; "$GIT" reflog
"$GIT" -c gc.reflogExpire=never reflog expire main; "$GIT" -c gc.reflogExpire=now -c gc.reflogExpireUnreachable=now reflog expire main; "$GIT" reflog main
"$GIT" -c gc.refs/heads/*.reflogExpire=now reflog expire --all; "$GIT" reflog list
"$GIT" -c gc.reflogExpire=nonsense reflog expire main
"$GIT" reflog expire --expire=all --all; "$GIT" reflog; "$GIT" reflog list
"$GIT" commit -q --allow-empty -m more; "$GIT" branch c; "$GIT" branch d
"$GIT" reflog drop refs/heads/c; "$GIT" reflog list; "$GIT" reflog drop d main; "$GIT" reflog drop nowhere; "$GIT" reflog drop; "$GIT" reflog drop --all x; "$GIT" reflog drop --single-worktree; "$GIT" reflog drop --all --single-worktree; "$GIT" reflog list; "$GIT" reflog drop --all
"$GIT" reflog --all; "$GIT" reflog nonsense; "$GIT" reflog --nonsense; "$GIT" reflog expire --nonsense; "$GIT" reflog show --no-such
"$GIT" -c core.logAllRefUpdates=false branch nolog; "$GIT" reflog exists refs/heads/nolog; "$GIT" -c core.logAllRefUpdates=always update-ref refs/x/y HEAD; "$GIT" reflog exists refs/x/y; "$GIT" -c core.logAllRefUpdates=always tag withlog; "$GIT" reflog exists refs/tags/withlog; "$GIT" tag --create-reflog logged; "$GIT" reflog show logged; "$GIT" tag nologged; "$GIT" reflog exists refs/tags/nologged; "$GIT" branch --create-reflog withl; "$GIT" update-ref --create-reflog refs/z/z HEAD; "$GIT" reflog list
