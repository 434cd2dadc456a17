# add, rm, mv in a sparse checkout: what is outside is left alone, but for --sparse.
#: cells sha1-files
"$GIT" init -q -b main one; cd one
mkdir -p in out/sub; echo 1 >in/one; echo 2 >in/two; echo 3 >out/x; echo 4 >out/y; echo 5 >out/sub/z; echo a>a; echo b>b
"$GIT" add .; "$GIT" commit -qm1
sp() { "$GIT" config core.sparseCheckout true; mkdir -p .git/info; printf '%s\n' "$@" >.git/info/sparse-checkout; "$GIT" read-tree -mu HEAD; }
sp '/*' '!/*/' '/in/'; "$GIT" config core.sparseCheckoutCone true
mkdir out; echo new >out/new; echo xx >out/x; echo yy >in/one
"$GIT" add out/y out/new in/one; "$GIT" status -s; "$GIT" reset -q
"$GIT" add out/y in/one; "$GIT" status -s; "$GIT" reset -q
"$GIT" add in/one out/sub; "$GIT" add 'out/sub*'; "$GIT" add -u out; "$GIT" add -u; "$GIT" add -u .; "$GIT" add -u 'out/*' in; "$GIT" status -s; "$GIT" reset -q; "$GIT" add --refresh out/y; "$GIT" add --refresh out/nope; "$GIT" add --refresh out/sub; "$GIT" add --refresh out/y out/x in/one; "$GIT" add -n -v out/y in/one; "$GIT" add -A out/sub; "$GIT" add --no-all .; "$GIT" status -s; "$GIT" reset -q
"$GIT" add --chmod=+x . ; "$GIT" status -s; "$GIT" ls-files -s; "$GIT" reset -q; "$GIT" add --chmod=+x out/x in/one; "$GIT" ls-files -s; "$GIT" reset -q; "$GIT" add --sparse --chmod=+x out/y; "$GIT" ls-files -st; "$GIT" reset -q; "$GIT" add --renormalize out/y; "$GIT" add --renormalize .; "$GIT" status -s;"$GIT" reset -q; "$GIT" add -f out/y out/new; "$GIT" add -N out/new in/none; echo 1 >in/none; echo 1 >out/none; "$GIT" add -N out/new in/none out/none; "$GIT" status -s; "$GIT" reset -q
"$GIT" add --ignore-missing -n out/nope; "$GIT" add --ignore-missing -n out/y;  echo out/ >.git/info/exclude; "$GIT" add out/new; "$GIT" add -f out/new; rm .git/info/exclude; "$GIT" add :/ ':!out'; "$GIT" status -s; "$GIT" reset -q; "$GIT" add ':!out' out/y; cd in; "$GIT" add ../out/y; "$GIT" add ../out; "$GIT" add .. ; cd ..; "$GIT" reset -q
"$GIT" rm in/one out/y nope; "$GIT" rm out/y nope; "$GIT" rm -f in/one out/y; "$GIT" status -s; "$GIT" reset -q --hard; "$GIT" rm -r -n .; "$GIT" rm -r out in; "$GIT" rm -q out/y in/one; "$GIT" status -s; "$GIT" reset -q --hard;  "$GIT" rm --ignore-unmatch out/y in/one nope; "$GIT" reset -q --hard; "$GIT" rm out/sub; "$GIT" rm -r out/sub; "$GIT" rm --sparse out/sub; "$GIT" rm -r --sparse -n out; "$GIT" rm --pathspec-from-file=- --cached <<X
out/y
X
"$GIT" -c advice.updateSparsePath=false rm out/y; "$GIT" -c core.sparseCheckout=false rm out/y; "$GIT" reset -q --hard; "$GIT" -c core.sparseCheckout=false add out/y; "$GIT" -c core.sparseCheckout=false add out/new
"$GIT" config core.sparseCheckout false; "$GIT" update-index --skip-worktree a; echo 1 >>a; "$GIT" add a; "$GIT" add .; "$GIT" add a b; "$GIT" rm a; "$GIT" rm a b; "$GIT" status -s; "$GIT" reset -q; "$GIT" add --sparse a; "$GIT" status -s; "$GIT" update-index --skip-worktree b; "$GIT" add --sparse b; rm b; "$GIT" add --sparse b; "$GIT" add --sparse -u; "$GIT" status; "$GIT" update-index --skip-worktree in/two; "$GIT" rm --sparse in/two; "$GIT" ls-files -t; ls in; "$GIT" mv a c; "$GIT" mv --sparse a c; "$GIT" update-index --skip-worktree in/one; "$GIT" mv in/one q; "$GIT" mv in q; "$GIT" ls-files -t
"$GIT" init -q -b main ../two; cd ../two
mkdir -p in out/sub; echo 1 >in/one; echo 2 >in/two; echo 3 >out/x; echo 4 >out/y; echo 5 >out/sub/z; echo a>a; echo b>b
"$GIT" add .; "$GIT" commit -qm1
sp() { "$GIT" config core.sparseCheckout true; mkdir -p .git/info; printf '%s\n' "$@" >.git/info/sparse-checkout; "$GIT" read-tree -mu HEAD; }
sp '/*' '!/*/' '/in/'; "$GIT" config core.sparseCheckoutCone true
st() { "$GIT" ls-files -t -s; "$GIT" status -s;  find . -path ./.git -prune -o -type f -print | sort; rm -rf out in/x in/a in/out; "$GIT" reset -q --hard; }
"$GIT" mv out/x in/x; st
"$GIT" mv out in/out; st
"$GIT" mv out/x out/w; st
"$GIT" mv a out/a; st
"$GIT" mv in out; st
"$GIT" mv in out/in; st
"$GIT" mv in/one out; st
"$GIT" mv a b out; st
"$GIT" mv -k a out/x in/one out; st
"$GIT" mv in/one out/x a in; st
"$GIT" mv -f out/x a; st
"$GIT" mv out/sub in; st
"$GIT" mv a in; st
"$GIT" mv --sparse out/x in/x; st
"$GIT" mv --sparse out in/out; st
"$GIT" mv --sparse out in; st
"$GIT" mv --sparse out/x out/w; st
"$GIT" mv --sparse a out/a; st
"$GIT" mv -v --sparse a out/a; st
"$GIT" mv --sparse a out/x; st
"$GIT" mv --sparse in out; st
"$GIT" mv --sparse in out/in; st
"$GIT" mv --sparse in/one out; st
"$GIT" mv --sparse a b out; st
"$GIT" mv --sparse a b out/; st
"$GIT" mv --sparse a b out/sub; st
"$GIT" mv --sparse -k a out/x in/one out; st
"$GIT" mv --sparse in/one out/x a in; st
"$GIT" mv --sparse out/x a; st
"$GIT" mv --sparse -f out/x a; st
"$GIT" mv --sparse out/sub in; st
"$GIT" mv --sparse out/sub out/nn; st
"$GIT" mv --sparse nn out; "$GIT" mv nn out; "$GIT" mv out/nn in; "$GIT" mv --sparse out/nn in; st
echo mod >>a; "$GIT" mv --sparse a out; st
echo mod >>in/one; "$GIT" mv --sparse -v in out; st
mkdir out; echo 1 >out/x; "$GIT" mv out/x in/x; "$GIT" status -s; "$GIT" mv --sparse out/x in/x;  st
mkdir out; echo 1 >out/x; "$GIT" mv --sparse in out; st
mkdir out; echo 1 >out/a; "$GIT" mv --sparse a out; st
"$GIT" config --unset core.sparseCheckoutCone; "$GIT" config core.sparseCheckoutCone false
sp '/*' '!/out/' ; "$GIT" mv a out; st; "$GIT" mv in/one out/x; st; "$GIT" mv --sparse out/x in/one; st; "$GIT" mv --sparse out/x a; st; "$GIT" mv --sparse -f out/x a; st
"$GIT" mv out/x b.; st; "$GIT" mv --sparse out/x b.; st; "$GIT" mv --sparse out in; st
