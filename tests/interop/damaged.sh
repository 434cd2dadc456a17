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
# a branch whose file was cut off by a power failure names nothing
"$GIT" branch other HEAD~3
cp .git/refs/heads/main kept; : >.git/refs/heads/main
"$GIT" status --short
"$GIT" log -1
"$GIT" branch
"$GIT" commit --allow-empty -m x
"$GIT" rev-list --count refs/heads/other
mv kept .git/refs/heads/main
