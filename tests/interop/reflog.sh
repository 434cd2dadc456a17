# reflog: everything but show.
history
A=$("$QN_REAL" rev-parse main); X=$(echo $A | tr '0-9a-f' '7')
"$GIT" reflog exists main
"$GIT" reflog exists refs/heads/main
"$GIT" reflog exists refs..x
"$GIT" reflog delete
"$GIT" reflog delete HEAD
"$GIT" reflog delete 'HEAD@{99}'
"$GIT" reflog delete 'nope@{1}'
"$GIT" reflog delete --verbose 'HEAD@{1}'
"$GIT" reflog delete -n --verbose 'HEAD@{2}'
"$GIT" reflog delete --rewrite --verbose 'main@{1}'
"$GIT" reflog drop nope
"$GIT" reflog drop main --all
"$GIT" reflog list x
"$GIT" reflog list
"$GIT" reflog write refs/heads/main $A $A msg
"$GIT" reflog write main $A $A msg
"$GIT" reflog write refs/heads/main abc $A msg
"$GIT" reflog write refs/heads/main $A $X m
"$GIT" reflog write refs/heads/new $A $A 'hello   w'
"$GIT" reflog expire nope
"$GIT" reflog expire --expire=zz main
"$GIT" reflog expire --expire-unreachable=zz main
"$GIT" reflog expire --verbose --expire=never --expire-unreachable=all HEAD
"$GIT" reflog expire --verbose --expire=never --expire-unreachable=never --all
"$GIT" reflog expire --verbose --rewrite --updateref --expire=1700000200 side main
"$GIT" reflog list
"$GIT" reflog expire --expire=now --verbose --all
"$GIT" reflog drop main
"$GIT" reflog list
"$GIT" reflog drop --all
"$GIT" reflog list
"$GIT" for-each-ref
