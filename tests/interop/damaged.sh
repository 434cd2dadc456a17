#: cells sha1-files
# What is damaged is told, and what can be read still is.
history
"$GIT" rev-parse --symbolic --branches
"$GIT" rev-parse --symbolic --tags
"$GIT" rev-parse --symbolic --all
"$GIT" log --simplify-by-decoration --format=%s
rm -f ".git/objects/$("$GIT" rev-parse HEAD~1:story | sed 's,^..,&/,')"
"$GIT" log -p --format=%s
"$GIT" show HEAD~1
"$GIT" rev-list --objects --all
"$GIT" rev-list --objects --all --missing=allow-any
