# A sparse checkout, made by hand: what each command leaves in the work tree.
#: cells sha1-files
#: stderr no
"$GIT" init -q -b main
for d in a b c/x c/y; do mkdir -p $d; echo $d >$d/f; echo 2 >$d/g; done; echo t >top
"$GIT" add -A; "$GIT" commit -q -m one; "$GIT" branch other
echo z >>c/x/f; mkdir e; echo e >e/new; echo n >a/new; "$GIT" add -A; "$GIT" commit -q -m two
"$GIT" config core.sparseCheckout true; "$GIT" config core.sparseCheckoutCone true
mkdir -p .git/info; printf '/*\n!/*/\n/a/\n' >.git/info/sparse-checkout
"$GIT" read-tree -mu HEAD; find . -path ./.git -prune -o -type f -print | sort
"$GIT" ls-files -t
"$GIT" status
"$GIT" status -s
"$GIT" checkout -q other; find . -path ./.git -prune -o -type f -print | sort
"$GIT" ls-files -t
"$GIT" switch -q main; find . -path ./.git -prune -o -type f -print | sort
"$GIT" ls-files -t
echo more >>a/f; "$GIT" commit -q -a -m three
"$GIT" diff other --stat
"$GIT" merge -q -m merged other
"$GIT" reset -q --hard HEAD~1; find . -path ./.git -prune -o -type f -print | sort
mkdir b; echo out >b/f
"$GIT" status -s
"$GIT" ls-files -t
"$GIT" reset -q --hard; find . -path ./.git -prune -o -type f -print | sort
"$GIT" config sparse.expectFilesOutsideOfPatterns true
mkdir -p b; echo out >b/f
"$GIT" status -s
"$GIT" config --unset sparse.expectFilesOutsideOfPatterns; rm -r b
printf '/*\n!/*/\n/c/\n!/c/*/\n/c/y/\n' >.git/info/sparse-checkout
"$GIT" read-tree -mu HEAD; find . -path ./.git -prune -o -type f -print | sort
"$GIT" ls-files -t
"$GIT" checkout-index -a -f
"$GIT" read-tree --no-sparse-checkout -mu HEAD
printf '/*\n' >.git/info/sparse-checkout
"$GIT" read-tree -mu HEAD; find . -path ./.git -prune -o -type f -print | sort
"$GIT" status -s
