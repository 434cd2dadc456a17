# show: commits, tags, trees, blobs.
history
"$GIT" show
"$GIT" show v2
"$GIT" show v1-noted --stat
"$GIT" show HEAD:src
"$GIT" show HEAD:story
"$GIT" show HEAD:nothing
"$GIT" show :story
"$GIT" show 'HEAD^{tree}'
"$GIT" show -s
"$GIT" show --oneline -s HEAD~1 HEAD~2
"$GIT" show HEAD~1
"$GIT" show -m HEAD~1
"$GIT" show --first-parent HEAD~1
"$GIT" show --format=%s --name-only HEAD~2
"$GIT" show -M --stat HEAD~2 HEAD
"$GIT" show --raw HEAD
"$GIT" show --pretty=fuller --no-patch v1
"$GIT" show HEAD -- src
"$GIT" show side..main --oneline
"$GIT" show nowhere
"$GIT" show --color=always HEAD
