# repo info, repo structure
"$GIT" init -q
"$GIT" repo structure
"$GIT" repo structure --format=lines
rm -rf .git
history
echo loose >loose; "$QN_REAL" add loose; "$QN_REAL" commit -q -m "One more"; "$QN_REAL" update-ref refs/remotes/o/main HEAD; "$QN_REAL" update-ref refs/notes/x HEAD~1
# sizes on the disk are those of another compressor, and of several that are largest another may be named
shape() { "$QN_REAL" repo structure "$@" >out 2>err; note "structure $* = $?"; tr '\0' '@' <out | sed '/^|   \* Disk/,/Tags/d; /^\[/d; /disk_size/d; /disk_size/,+1d; s/ *| *$//; s/_oid=.*//' | grep -v -e "disk_size" -e "Repository structure" -e "----" | tr -s ' ' >>"$QN_TRANSCRIPT"; sed 's/^/! /' err >>"$QN_TRANSCRIPT"; rm -f out err; }
shape; shape --format=lines; shape --no-progress
"$GIT" repo structure x
"$GIT" repo structure --format=x
"$GIT" repo info
"$GIT" repo info --all
"$GIT" repo info --all -z
"$GIT" repo info --all --format=lines
"$GIT" repo info --keys
"$GIT" repo info --keys -z
"$GIT" repo info --keys layout.bare
"$GIT" repo info --all layout.bare
"$GIT" repo info object.format nothing layout.bare
"$GIT" repo info --format=table layout.bare
"$GIT" repo info --format=x layout.bare
"$GIT" repo info references.format references.format
"$GIT" rev-parse HEAD~1 >.git/shallow; "$GIT" repo info layout.shallow
