# reset: soft, mixed, hard, merge, keep, paths.
history
"$GIT" reset
"$GIT" reset --soft HEAD~1; "$GIT" status -s
"$GIT" reset --mixed HEAD; "$GIT" status -s
"$GIT" reset --hard v2; "$GIT" status -s
"$GIT" reset HEAD~1; "$GIT" status -s
"$GIT" reset --hard ORIG_HEAD
echo x >>story; "$GIT" reset --keep HEAD~1; "$GIT" status -s
"$GIT" reset --merge v2; "$GIT" status -s
"$GIT" reset -q --hard v2
echo y >>story; echo n >n; "$GIT" add .
"$GIT" reset story; "$GIT" status -s
"$GIT" reset -- n; "$GIT" status -s
"$GIT" reset v1 -- story; "$GIT" status -s
"$GIT" reset -N -- .
"$GIT" reset --hard nowhere
"$GIT" reset nowhere
"$GIT" reset --hard -- story
"$GIT" reset --soft -- story
"$GIT" reset -q --hard; "$GIT" reset --hard v1
"$GIT" reset --hard HEAD@{1}
"$GIT" reset --no-such
"$GIT" reflog
