# cat-file: single objects and every batch mode.
history
"$GIT" cat-file -t HEAD
"$GIT" cat-file -s HEAD:story
"$GIT" cat-file -p HEAD
"$GIT" cat-file -p 'HEAD^{tree}'
"$GIT" cat-file -p HEAD:src
"$GIT" cat-file -p v2
"$GIT" cat-file -e HEAD
"$GIT" cat-file -e 1111111111111111111111111111111111111111
"$GIT" cat-file -e nowhere
"$GIT" cat-file blob HEAD:story
"$GIT" cat-file commit v2
"$GIT" cat-file tree HEAD:story
"$GIT" cat-file tag v2
"$GIT" cat-file blob HEAD
"$GIT" cat-file -t nowhere
"$GIT" cat-file nonsense HEAD
"$GIT" cat-file -p HEAD:nothing
printf 'HEAD\nv2\nHEAD:story\nnowhere\n\nHEAD:link\n' >in
"$GIT" cat-file --batch-check <in
"$GIT" cat-file --batch <in
"$GIT" cat-file --batch-check='%(objectname) %(objecttype) %(objectsize) %(rest)' <in
"$GIT" cat-file --batch-check='%(objectname) %(deltabase) %(rest)|' <in
"$GIT" cat-file --batch='%(objecttype)' <in
"$GIT" cat-file --batch-check='%(bad)' <in
"$GIT" cat-file --batch-check --batch-all-objects
"$GIT" cat-file --batch-all-objects --batch-check='%(objectname)' --unordered
"$GIT" cat-file --batch-all-objects --batch
"$GIT" cat-file --batch --buffer <in
printf 'contents HEAD:story\ninfo HEAD\nbad x\n' | "$GIT" cat-file --batch-command
printf 'info HEAD\nflush\n' | "$GIT" cat-file --batch-command --buffer
printf 'HEAD:link\nHEAD:src/../story\n' | "$GIT" cat-file --batch-check --follow-symlinks
printf 'HEAD\0v1\0' | "$GIT" cat-file --batch-check -z
printf 'HEAD\0nowhere\0' | "$GIT" cat-file --batch-check -Z
"$GIT" cat-file --batch-check extra <in
"$GIT" cat-file
"$GIT" cat-file -p
"$GIT" cat-file --textconv HEAD:story
"$GIT" cat-file --filters HEAD:story
"$GIT" cat-file --filters --path=story HEAD:story
