#!/bin/sh
# What generated days of work (tests/campaign/sequences.py) showed, each in a few lines.
#: cells sha1-files sha256-reftable

begin() {
    cd "$QN_TOP" && rm -rf work && mkdir work && cd work
    "$GIT" init -q -b main . && mkdir -p d/s lib
    echo a >a; echo b >b; echo 1 >d/one; echo 2 >d/two; echo deep >d/s/deep; echo x >lib/x.h
    "$GIT" add -A && "$GIT" commit -q -m one
}
QN_TOP=$PWD

# branches renamed to themselves; where a branch was made from
begin; "$GIT" branch -m main main; "$GIT" branch -M main; "$GIT" branch side; "$GIT" branch -c side side; "$GIT" branch -C side side; "$GIT" branch -m side side; "$GIT" checkout -q --detach; "$GIT" branch -m side side; "$GIT" branch -c main main
"$GIT" checkout -q main; "$GIT" checkout -q side; "$GIT" checkout -B x @{-1}; "$GIT" branch y @{-1};  "$GIT" branch -f y @{-1}; "$GIT" switch -c z -; "$GIT" branch z2 main~0;"$GIT" branch z3 @; "$GIT" tag v1; "$GIT" branch z4 v1; "$GIT" branch z5 heads/main; "$GIT" checkout -b z6 heads/main; "$GIT" branch -f z5 @; "$GIT" checkout -b z7 @; "$GIT" checkout -B z7 v1; "$GIT" checkout -b z8 refs/heads/main

# what checkout and switch say of local changes
begin; echo z>a; "$GIT" checkout -b n1; "$GIT" checkout -B n1; "$GIT" checkout -B n2; "$GIT" checkout -l -b n3; "$GIT" switch -c n4; "$GIT" switch -C n4; "$GIT" switch -C n5; "$GIT" checkout -b n6 -q;  "$GIT" checkout -m -b n7; "$GIT" switch --detach; "$GIT" checkout -b n8 HEAD; "$GIT" checkout -b n9 n8; "$GIT" checkout -t -b n10; "$GIT" switch -c n11 n8;"$GIT" checkout --no-track -b n12; "$GIT" checkout --guess -b n13; "$GIT" checkout --overwrite-ignore -b n14; "$GIT" checkout --no-overwrite-ignore -b n15; "$GIT" checkout --ignore-other-worktrees -b n16
mkdir .git/hooks -p; printf '#!/bin/sh\necho ref $1 >&2; cat >&2\n' >.git/hooks/reference-transaction; chmod +x .git/hooks/*; printf '#!/bin/sh\necho post-checkout $3>&2\n' >.git/hooks/post-checkout; chmod +x .git/hooks/*;
"$GIT" checkout -B m1; echo; "$GIT" switch -C m1; echo; "$GIT" checkout --detach; echo; "$GIT" checkout main; echo; "$GIT" checkout -b m2; echo; "$GIT" checkout -B m2 main;  echo; "$GIT" checkout main...m2; "$GIT" switch -d m1...main; "$GIT" checkout -b z m1...main; "$GIT" checkout -B m1 main; "$GIT" checkout -B z

# switch without a start
begin; echo z>a; "$GIT" commit -qam two; "$GIT" checkout -q --detach; "$GIT" commit --allow-empty -qm three
mkdir .git/hooks -p; printf '#!/bin/sh\necho ref $1 >&2\n' >.git/hooks/reference-transaction; chmod +x .git/hooks/*
"$GIT" checkout main~1 2>&1 | grep -v AUTO; echo; "$GIT" checkout main 2>&1 | grep -v "^ref \(prep\|abo\)"
echo; echo zz >a; "$GIT" checkout -q -f --detach main~1
rm .git/hooks/ref*; echo zzz >a; "$GIT" reset -q; "$GIT" switch -f -c x1; "$GIT" status -s; echo y >a; "$GIT" switch --discard-changes -C x1; "$GIT" status -s; "$GIT" switch -m -c x2; "$GIT" switch -t -c x3; "$GIT" switch -q -C x3; "$GIT" checkout -f -b x4; "$GIT" status -s; echo yy >b; "$GIT" switch --no-guess -c x5; "$GIT" switch --orphan x6

# fixup of what is not there
begin; "$GIT" commit --fixup=reword:wild -m x; "$GIT" commit --fixup=amend:HEAD^{tree} -m x; "$GIT" commit --fixup=reword:HEAD^{tree}; "$GIT" commit --fixup=reword:HEAD -m x;"$GIT" commit --fixup=amend:HEAD -m x; "$GIT" commit --fixup=foo:HEAD -m x;  "$GIT" commit --fixup=reword:HEAD; "$GIT" commit --fixup=reword:HEAD a;"$GIT" commit --fixup=reword:HEAD -a;echo x>a; "$GIT" commit --fixup=amend:HEAD -a; "$GIT" log -1 --format=%B; "$GIT" commit -q --fixup=HEAD -m body --allow-empty; "$GIT" log -1 --format=%B; "$GIT" commit --squash=HEAD --fixup=HEAD; "$GIT" commit --fixup=amend:wild -F a; "$GIT" commit --fixup=wild -m x; "$GIT" commit --squash=wild -m x;"$GIT" commit -C wild

# add, tag, branch -d twice, trees that are no commits
begin; echo n>new; echo m>a; "$GIT" add -v -N new a; "$GIT" add -v new;  printf '%s\n' line1 line2 '' body >m; "$GIT" commit -q -F m -a; "$GIT" tag --create-reflog t1; printf '%s\n' '' ' 2' 'delta'>m; "$GIT" commit -q -F m --allow-empty; "$GIT" tag --create-reflog t2; "$GIT" branch -q x; cat .git/logs/refs/tags/t2 | cut -f2; cat .git/logs/HEAD | cut -f2; "$GIT" branch -d x x; "$GIT" branch --track w side; "$GIT" branch -t w HEAD; "$GIT" branch w nope;"$GIT" branch --track=inherit w nope; "$GIT" branch -u nope; "$GIT" switch -t -c w nope; "$GIT" branch -D x nn x; "$GIT" tag -f x >/dev/null; "$GIT" tag -d x x;
echo 'e' >.gitignore; mkdir e; echo 1>e/1; echo 2>e/2; "$GIT" add e/1 e/2; "$GIT" add e e/2 e/1; "$GIT" -C d update-index --replace --add two nothere; "$GIT" -C d update-index --add ../nothere; "$GIT" -C d mv two one lib; "$GIT" -C d mv two one ../lib; "$GIT" mv d/one d/nope lib; "$GIT" -C d mv nope lib
"$GIT" diff-tree -r HEAD^{tree}; "$GIT" diff-tree HEAD^{tree} HEAD^{tree}; "$GIT" diff-tree HEAD:a; "$GIT" diff-tree nope

# add -N of tracked files
begin; touch -d '2001-01-01' b; "$GIT" add -v -N b; "$GIT" add -v b; touch -d '2002-01-01' b; "$GIT" add -v b; echo --; echo m>a; "$GIT" add -v -N a; "$GIT" add -v -N a; "$GIT" add -n -N a; "$GIT" ls-files -s a; "$GIT" diff --cached --stat; "$GIT" diff-files; chmod +x d/one; "$GIT" add -v -N d/one; "$GIT" ls-files -s d

# sparse patterns in commit -a and checkout
begin; "$GIT" config core.sparsecheckout true; printf '/a\n/lib/\n' >.git/info/sparse-checkout; echo m>a; echo m>b; rm d/one; echo n>d/n; "$GIT" status -s; "$GIT" add -u; "$GIT" status -s; "$GIT" add -u b; "$GIT" add -u d; "$GIT" status -s;  "$GIT" commit -m x b; "$GIT" commit -m x d; "$GIT" commit -a --dry-run; "$GIT" commit -a -m all; "$GIT" status -s; "$GIT" ls-files -t; "$GIT" commit -i -m x b a; "$GIT" commit -p -m x b </dev/null; "$GIT" commit -m x -- b; "$GIT" status; "$GIT" commit -m y -- lib
echo mm>b; echo mm>a; "$GIT" checkout main; "$GIT" ls-files -t; ls d; "$GIT" reset --hard; ls d; "$GIT" ls-files -t; "$GIT" switch -c x; "$GIT" switch -d; "$GIT" checkout main; echo z >d/one; echo z>b; "$GIT" status -s; "$GIT" checkout -B y; "$GIT" ls-files -t; "$GIT" checkout; "$GIT" commit -am z; "$GIT" ls-files -t; "$GIT" read-tree -m HEAD;  "$GIT" read-tree -m -u HEAD; "$GIT" ls-files -t;

# checkout in the middle of a merge
begin; "$GIT" checkout -q -b s; echo s>a; "$GIT" commit -qam s; "$GIT" checkout -q main; echo m>a; "$GIT" commit -qam m; "$GIT" merge s >/dev/null; "$GIT" checkout; "$GIT" checkout HEAD; ls .git | grep MERGE; "$GIT" reset -q --hard; "$GIT" merge -q --no-commit -s ours s; "$GIT" checkout;  ls .git | grep -E "MERGE|lock"; rm b; "$GIT" checkout; "$GIT" status -s; "$GIT" checkout -f; "$GIT" status -s;  echo q>b; "$GIT" checkout HEAD; "$GIT" checkout @

# reset -N, files where directories were
begin; ln -s a l; echo x>f; echo n>g; "$GIT" add -A; "$GIT" reset -N; "$GIT" ls-files -s l f g; rm l; echo l>l; rm f; ln -s a f;  "$GIT" reset -N; "$GIT" reset -N;  "$GIT" ls-files -s l f g; "$GIT" add -A; "$GIT" reset -N; "$GIT" ls-files -s l f g; "$GIT" diff-files; "$GIT" add -A; "$GIT" commit -qm two; "$GIT" reset -N HEAD^ ; "$GIT" ls-files -s l f g; rm -rf d; echo d>d; "$GIT" reset; "$GIT" reset --hard -q; rm a; mkdir a; echo 1 >a/1; rm l; mkdir l; "$GIT" reset;"$GIT" update-index --refresh; "$GIT" update-index --ignore-missing --refresh; rm -r lib; echo lib>lib;  "$GIT" update-index --ignore-missing --refresh; "$GIT" update-index -q --refresh; "$GIT" reset -N; "$GIT" add --refresh .

# pathspecs that exclude, files below
begin; "$GIT" checkout --orphan f nope; "$GIT" checkout --orphan f HEAD^2; "$GIT" checkout --orphan f HEAD^{tree}; "$GIT" -C d tag -a -F nope t; echo msg >d/m; "$GIT" -C d tag -F m t; "$GIT" rev-parse --verify -q HEAD@{5}; "$GIT" rev-parse --verify -q HEAD@{0}; "$GIT" rev-parse -q --verify nope@{1}; "$GIT" rev-parse HEAD@{7};  "$GIT" rev-parse --verify -q @{-3}; "$GIT" rev-parse -q --verify main@{1}
"$GIT" diff-tree -r HEAD^{tree}; "$GIT" diff-tree  --root HEAD^{tree}; "$GIT" diff-tree -p HEAD:d; "$GIT" diff-tree HEAD:a; "$GIT" diff-tree -r HEAD^{tree} HEAD^{tree}
mkdir -p .git/hooks; printf '#!/bin/sh\necho $0 $* $GIT_PREFIX\n' >.git/hooks/commit-msg; chmod +x .git/hooks/*; cp .git/hooks/commit-msg .git/hooks/pre-commit; cp .git/hooks/commit-msg .git/hooks/prepare-commit-msg
echo 1>>a; "$GIT" -C d commit -qam x; echo 2>>a; "$GIT" -C d commit -qm x ../a; "$GIT" commit -qm x --allow-empty; rm .git/hooks/*
"$GIT" checkout-index --prefix=out/ -a; "$GIT" checkout-index --prefix=out/ -a; "$GIT" checkout-index a nope; "$GIT" -C d checkout-index --prefix=q one one
echo p>a; "$GIT" commit -m 1 -- ':!b'; echo p>b; echo q>a; "$GIT" commit -m 2 -- ':!b';  echo p>d/one; "$GIT" commit -m 3 -- . ':!a'; "$GIT" commit -m 4 -- ':!a' ':!b'; "$GIT" commit -m 5 -- ':!*'; "$GIT" commit -m 6 -- nope ':!a'; "$GIT" ls-tree -l -t HEAD ':!a'; "$GIT" rm -r --cached ':!a'; "$GIT" add ':!a'; "$GIT" add -u ':!a'; "$GIT" restore --staged ':!a'; "$GIT" reset ':!a'; "$GIT" ls-files ':!a'; "$GIT" ls-tree HEAD :/; "$GIT" rm -q --ignore-unmatch :/; "$GIT" ls-files; "$GIT" reset -q

# tracking said once
begin; "$GIT" branch -t q main; "$GIT" checkout q 2>&1; echo 1; "$GIT" checkout -B q 2>&1; echo 2; "$GIT" checkout -B q main 2>&1; echo 3;  "$GIT" switch -C q 2>&1; echo 4; "$GIT" switch -C q main 2>&1; echo 5; "$GIT" checkout -t -b z 2>&1; echo 6; "$GIT" checkout -t -b z1 main 2>&1; echo 7; "$GIT" switch -t -c z2 main 2>&1; echo 8; "$GIT" switch -t -c z3 2>&1; echo 9; "$GIT" config branch.n.remote .; "$GIT" config branch.n.merge refs/heads/main; "$GIT" checkout -b n 2>&1; "$GIT" checkout -q main; "$GIT" branch -D n; "$GIT" config branch.n.remote .; "$GIT" config branch.n.merge refs/heads/main; echo 10; "$GIT" checkout -b n main 2>&1;  echo 11; "$GIT" checkout 2>&1

# intents to add that are gone again
begin; echo n>n; echo k>k; "$GIT" add -N n k; rm n; "$GIT" status --porcelain=v2; "$GIT" status; "$GIT" status -s; "$GIT" diff-files; "$GIT" diff --raw; "$GIT" diff HEAD --raw; "$GIT" diff-index HEAD; "$GIT" checkout -B x; "$GIT" commit -m x; "$GIT" ls-files -d; "$GIT" add -u; "$GIT" status -s; "$GIT" checkout -q --orphan o; "$GIT" add -N k; echo j >j;  "$GIT" add -N j; rm j;"$GIT" status --porcelain=v2; "$GIT" status -s; "$GIT" status; "$GIT" symbolic-ref HEAD refs/heads/unborn; "$GIT" switch -C unborn; "$GIT" symbolic-ref HEAD refs/heads/unborn2; "$GIT" checkout -B unborn2 main
"$GIT" diff; "$GIT" diff --stat; "$GIT" diff -p HEAD; "$GIT" reset -q; "$GIT" add -N j; echo >j; "$GIT" add -N j; rm j; "$GIT" diff; "$GIT" status -v -v; "$GIT" diff --cached; "$GIT" add -p </dev/null; "$GIT" commit -a -m x

# empty files chosen by hunks
begin; : >e; "$GIT" add e; "$GIT" reset -p </dev/null; echo y | "$GIT" reset -p;  "$GIT" status -s; "$GIT" add -N e; "$GIT" reset -p </dev/null; "$GIT" add e; "$GIT" commit -qm e; rm e; "$GIT" add -p </dev/null;  "$GIT" add -p b </dev/null; "$GIT" commit -p -m x </dev/null; "$GIT" restore -p </dev/null; "$GIT" checkout -p HEAD </dev/null; "$GIT" rm -q --cached e; "$GIT" reset -p </dev/null; chmod +x a; "$GIT" add -p a </dev/null; rm .git/index; "$GIT" reset -p a  </dev/null; "$GIT" reset -q --hard; "$GIT" checkout -q --orphan o; "$GIT" rm -q --cached a; "$GIT" reset -p </dev/null; "$GIT" rm -rfq --cached .; echo >j; : >k; "$GIT" add j; "$GIT" add -N k; "$GIT" reset -p </dev/null; "$GIT" rm --cached -q j; "$GIT" reset -p </dev/null; "$GIT" status -s;

# commit --fixup=reword, add -u, merges into nothing
begin; echo n>n; "$GIT" add n; echo m>a; "$GIT" add a; echo k >k; "$GIT" add -N k; rm b;  "$GIT" commit --fixup=reword:HEAD; "$GIT" status -s; "$GIT" ls-files -s; "$GIT" commit --amend --only --no-edit; "$GIT" status -s; echo 1>n; "$GIT" add n; "$GIT" commit -o --allow-empty -m x --amend; "$GIT" status -s; "$GIT" commit --fixup=reword:HEAD -- ; "$GIT" status -s
rm -rf lib; echo 1>lib; "$GIT" add -u lib; "$GIT" add -u lib/x.h; "$GIT" add -u nope; "$GIT" add -u d/one; "$GIT" add -u; "$GIT" status -s; rm -rf d; "$GIT" add -u d/one d; rm a; mkdir a; echo 1>a/1; "$GIT" add -u a; "$GIT" status -s; "$GIT" add -u a/1; ln -s b l; "$GIT" add -u l; "$GIT" add -u n; echo z>untracked; "$GIT" add -u untracked; "$GIT" commit -a untracked -m x; "$GIT" add -u .; "$GIT" add -u 'n*' 'q*'
"$GIT" symbolic-ref HEAD refs/heads/nope; "$GIT" merge side; "$GIT" merge --no-ff side; "$GIT" merge --no-commit --no-ff side; "$GIT" merge --squash side; "$GIT" merge --squash main; "$GIT" merge --no-ff main; "$GIT" merge -m x side; "$GIT" merge --ff-only side; "$GIT" merge -s ours main; "$GIT" merge side main; "$GIT" merge -q nope2; "$GIT" merge --no-ff nope2 ;"$GIT" merge -X theirs nope2

# the same where a checkout is sparse
begin; "$GIT" config core.sparsecheckout true; printf '/*\n!/d/\n' >.git/info/sparse-checkout; rm b; rm d/one; echo n>n; "$GIT" add n; "$GIT" commit --fixup=reword:HEAD; "$GIT" status -s; "$GIT" ls-files; "$GIT" commit --amend -m z -o; "$GIT" ls-files

# ORIG_HEAD of an unborn branch
begin; "$GIT" tag t; "$GIT" reset -q HEAD; cat .git/ORIG_HEAD; "$GIT" symbolic-ref HEAD refs/heads/nope; "$GIT" reset --soft t; ls .git | grep ORIG; "$GIT" reset -q t; ls .git | grep ORIG; "$GIT" symbolic-ref HEAD refs/heads/nope2; "$GIT" read-tree t; "$GIT" reset --hard t; ls .git | grep ORIG; "$GIT" reset -q --hard; "$GIT" symbolic-ref HEAD refs/heads/nope3; "$GIT" reset; ls .git | grep ORIG; "$GIT" reset t; ls .git | grep ORIG
"$GIT" config core.sparsecheckout true; printf '/a\n/lib/\n' >.git/info/sparse-checkout; echo m>b; echo q>a; echo n >>d/one; touch -d 2001-01-01 d/two; "$GIT" reset --hard; "$GIT" ls-files -t; "$GIT" status -s; "$GIT" config core.sparsecheckout false; "$GIT" reset -q --hard; "$GIT" config core.sparsecheckout true; rm b; "$GIT" ls-files -d; "$GIT" ls-files -m; "$GIT" ls-files -d -m;  "$GIT" ls-files -t; "$GIT" reset -q --hard; "$GIT" ls-files -t; "$GIT" ls-files -d -m; echo q>b; "$GIT" ls-files -d -m; "$GIT" ls-files -t; rm b; "$GIT" ls-files -m -d; "$GIT" mv a d; "$GIT" mv lib d/z; "$GIT" mv -k a lib/x.h d;  "$GIT" mv a b; "$GIT" mv -f a b; "$GIT" mv a lib/zz; "$GIT" mv lib/zz q; "$GIT" mv nope d; "$GIT" mv --sparse q d; "$GIT" ls-files -t;

# mv in sparse checkouts
begin; "$GIT" config core.sparsecheckout true; printf '/a\n/lib/\n' >.git/info/sparse-checkout; "$GIT" mv b c; "$GIT" mv b d; "$GIT" mv -k b d/one d; "$GIT" mv b lib; "$GIT" mv -f b d/one; "$GIT" mv -f b d/two; "$GIT" ls-files -t;  "$GIT" mv -f d/one a; "$GIT" mv lib d; "$GIT" mv lib zz; "$GIT" mv d lib; "$GIT" mv -n d/two e; "$GIT" mv a b; "$GIT" checkout -q -f; "$GIT" ls-files -t; "$GIT" mv b c; "$GIT" mv d e; "$GIT" mv d lib; "$GIT" mv b lib; "$GIT" mv -f b a; "$GIT" mv a d/q; "$GIT" ls-files -t; "$GIT" config core.sparsecheckout false; "$GIT" read-tree -m -u HEAD; "$GIT" -C d mv . d; "$GIT" mv d d; "$GIT" mv d d/s; "$GIT" mv . lib; "$GIT" mv lib .; mkdir emp; "$GIT" mv emp q; "$GIT" mv emp/ q; rm -rf lib; mkdir lib; "$GIT" mv lib moved; rm -rf d/s; echo >d/s; "$GIT" mv d qq; "$GIT" reset -q --hard; rm -rf d/two; mkdir d/two; "$GIT" mv d qq; rm -rf a; mkdir a; touch a/x; "$GIT" mv a zz; "$GIT" mv -k a zz;
