#!/bin/sh
# What generated days of work (tests/campaign/sequences.py) showed in seeds 2000 to 6999.
#: cells sha1-files sha256-reftable

begin() {
    cd "$QN_TOP" && rm -rf work && mkdir work && cd work
    "$GIT" init -q -b main . && mkdir -p d/s lib
    echo a >a; echo b >b; echo 1 >d/one; echo 2 >d/two; echo deep >d/s/deep; echo x >lib/x.h
    "$GIT" add -A && "$GIT" commit -q -m one
}
am() { "$GIT" rev-parse -q --verify AUTO_MERGE; ls .git | grep -E 'MERGE_|ORIG' | grep -v AUTO; }
QN_TOP=$PWD

# what commit says of diverged branches, prefixes and renames
begin; "$GIT" branch up; "$GIT" branch -u up; echo 1>a; "$GIT" commit -qam 1; "$GIT" commit; "$GIT" commit --dry-run; "$GIT" status
"$GIT" checkout -q up; echo 1 >b; "$GIT" commit -qam 2; "$GIT" checkout -q main; "$GIT" commit;  "$GIT" commit --dry-run -v; "$GIT" reset -q --hard HEAD^; "$GIT" commit; echo z>a; "$GIT" commit -e -am x;  cat .git/COMMIT_EDITMSG
"$GIT" config diff.mnemonicPrefix true; echo z2>a; "$GIT" commit --dry-run -a -v;  "$GIT" commit --dry-run -v; "$GIT" add a;  "$GIT" commit --dry-run -v; "$GIT" status -v; "$GIT" status -vv;  echo z3>a; "$GIT" commit --dry-run -vv; "$GIT" commit -e -v -m x;  cat .git/COMMIT_EDITMSG; "$GIT" config diff.noprefix true; echo z3>b;  "$GIT" add -A; "$GIT" commit --dry-run -vv; "$GIT" status -v
"$GIT" config --unset diff.mnemonicprefix; "$GIT" status -v; "$GIT" status -vv; "$GIT" commit --dry-run -v; "$GIT" commit -v -e -m x; cat .git/COMMIT_EDITMSG
begin;  "$GIT" config diff.renames false; "$GIT" mv a z; "$GIT" status; "$GIT" commit --dry-run; "$GIT" commit -e -m r; cat .git/COMMIT_EDITMSG; "$GIT" mv z zz; "$GIT" commit -m r; "$GIT" config diff.renames copies; cp b bb; echo q>>b; "$GIT" add -A;  "$GIT" commit --dry-run; "$GIT" commit -m x;  "$GIT" config diff.renames false; "$GIT" config status.renames true; "$GIT" mv zz z;  "$GIT" status; "$GIT" commit --dry-run; "$GIT" commit -e -m r; cat .git/COMMIT_EDITMSG;  "$GIT" config --unset diff.renames; "$GIT" config status.renames false; "$GIT" mv z zz;  "$GIT" status;"$GIT" commit --dry-run; "$GIT" commit -v -e -m r; cat .git/COMMIT_EDITMSG; "$GIT" mv zz z; "$GIT" -c diff.renameLimit=0 commit -m x; "$GIT" config status.renames copies; cp d/one d/x; echo q>>d/one; "$GIT" add -A; "$GIT" status; "$GIT" commit -m x; "$GIT" -c diff.renames=false commit --amend -m x; "$GIT" -c diff.renames=false show --summary

# status -v looks for renames as status does
begin; mv a z; cp b bb; echo q >>b; "$GIT" add -A
for r in true false copies; do for s in true false copies; do
    "$GIT" -c diff.renames=$r -c status.renames=$s status -v; "$GIT" -c diff.renames=$r -c status.renames=$s commit --dry-run -v
    "$GIT" -c diff.renames=$r -c status.renames=$s status -v -v --no-renames; "$GIT" -c diff.renames=$r -c status.renames=$s status -v --find-renames=30; done; done

# AUTO_MERGE of what was put aside and came back
begin; "$GIT" checkout -q -b s; echo s>a; "$GIT" commit -qam s; "$GIT" checkout -q main
: clean same branch; "$GIT" checkout -m main; am
: local unrelated; echo q>b; "$GIT" checkout -m s; am; "$GIT" checkout -m -b n1; am; "$GIT" checkout -m main; am
: local conflicting; "$GIT" checkout -q -f main; echo local>a; "$GIT" checkout -m s; am; "$GIT" status -s; "$GIT" reset -q --hard; am
: local mergeable; "$GIT" checkout -q -f main; printf 'a\n1\n2\n3\n4\n5\n6\n' >a; "$GIT" commit -qam base; "$GIT" branch -f t; "$GIT" checkout -q t; echo end >>a; "$GIT" commit -qam end; "$GIT" checkout -q main; sed -i 's/^a/A/' a; "$GIT" checkout -m t; am; "$GIT" status -s; "$GIT" update-ref -d AUTO_MERGE; "$GIT" checkout -m -; am; cat a
: created; "$GIT" update-ref -d AUTO_MERGE; "$GIT" checkout -m -b n2 t; am; "$GIT" checkout -m --detach main; am; "$GIT" switch -m t; am; "$GIT" checkout --conflict=diff3 main; am
begin; "$GIT" checkout -q -b s; echo s>a;  echo n>n; "$GIT" add n; "$GIT" commit -qam s; "$GIT" checkout -q main; echo m>b; "$GIT" commit -qam m; echo q>d/one; echo untr >n; 
: fails; "$GIT" checkout -m s; am; "$GIT" update-ref -d AUTO_MERGE
"$GIT" merge --autostash s; am; rm n; "$GIT" merge --autostash s; am; cat d/one
begin; "$GIT" config core.logallrefupdates always; "$GIT" checkout -q -b s; echo s>a; "$GIT" commit -qam s; "$GIT" checkout -q main; echo m>a; "$GIT" commit -qam m; "$GIT" merge s; am; echo q>b; "$GIT" commit -am x; am; 
echo q>a; "$GIT" checkout -m s; am; "$GIT" reset --hard; am
begin; "$GIT" checkout -q -b s; echo s>a; "$GIT" commit -qam s; "$GIT" checkout -q main; echo m>b; "$GIT" commit -qam m; echo q>d/one;
"$GIT" merge --autostash --squash s; am; "$GIT" status -s; "$GIT" update-ref -d AUTO_MERGE; "$GIT" reset -q --hard; echo q>d/one; "$GIT" merge --autostash --ff-only s; am;  "$GIT" merge --autostash --no-commit s; am; "$GIT" merge --abort; am;  echo 1; "$GIT" merge --autostash --no-commit s; "$GIT" merge --quit; am; "$GIT" reset -q --hard; echo q>d/one;  echo z>a; "$GIT" merge --autostash s; am; "$GIT" checkout -q -f main; "$GIT" reset -q --hard HEAD^; echo 22>d/one;  "$GIT" merge --autostash s; am

# which path is named first: those of trees before those of the index only
begin; echo 1 >c; echo 1 >e; echo n >bb; echo m>dd; echo z>zz; echo y>d/y; "$GIT" add -A; "$GIT" commit -q -m two; 
try() { "$GIT" reset -q --hard; for f in $*; do echo x>>$f; done; "$GIT" reset --merge HEAD^; }
setup() { "$GIT" reset -q --hard; "$GIT" rm -q --cached "$@"; }
echo "only index: bb dd zz d/y c e; both a b d/one d/two lib/x.h"
try bb; try c e; 
chg() { "$GIT" reset -q --hard; for f in $*; do echo staged>>$f; "$GIT" add $f; echo x>>$f; done; "$GIT" reset --merge; "$GIT" reset --merge HEAD^;  "$GIT" read-tree -m HEAD^; "$GIT" read-tree -m -u HEAD; }
chg a b; chg b c d/one; chg bb d/one; chg bb a; chg d/y d/one; chg d/two d/y; chg zz lib/x.h; chg c d/one; chg dd lib/x.h; chg d/s/deep d/one; chg d/s/deep d/two; chg bb d/s/deep; chg d/y d/s/deep
echo; : two; chg2() { "$GIT" reset -q --hard; for f in $*; do echo staged>>$f; "$GIT" add $f; echo x>>$f; done; "$GIT" read-tree -m HEAD HEAD^;  "$GIT" read-tree -m -u HEAD^ HEAD; "$GIT" reset --keep HEAD^; "$GIT" checkout HEAD^; }
chg2 a b; chg2 b c d/one; chg2 bb d/one; chg2 bb a; chg2 d/y d/one; chg2 d/two d/y; chg2 zz lib/x.h; chg2 c d/one; chg2 dd lib/x.h
"$GIT" reset -q --hard; "$GIT" checkout -q --detach HEAD^;
: added; add() { "$GIT" reset -q --hard; for f in $*; do echo staged>>$f; "$GIT" add $f; echo x>>$f; done; "$GIT" reset --merge;  "$GIT" read-tree -m HEAD; "$GIT" read-tree -m -u HEAD; "$GIT" read-tree -m -u HEAD main;}
add aa a; add aa b; add c d/one; add c b; add a aa; add d/1 d/two; add 0 1; add aa d/one lib/x.h
begin
add() { "$GIT" reset -q --hard; for f in $*; do echo staged>>$f; "$GIT" add $f; echo x>>$f; done; "$GIT" reset --merge;  "$GIT" read-tree -m HEAD;  }
add d/1 lib/x.h; add d/1 lib/1; add d/s/1 d/two; add d/s/1 lib/x.h; add d/s/1 lib/1 aa; add d/s/1 aa; add d/zz d/s/zz; add aa d/s/zz

# what pre-commit comes before; unrelated histories; hooks and locks of ORIG_HEAD; mv .
: precommit; begin; mkdir -p .git/hooks; printf '#!/bin/sh\necho pre-commit >&2\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; echo x>a
for i in 1 2; do
"$GIT" commit -a -F nope; "$GIT" -C d commit -a -F nope; "$GIT" commit -a -t nope; "$GIT" commit --fixup=reword:HEAD -m x; "$GIT" commit -a --fixup=amend:HEAD^ -m x; "$GIT" commit -a --fixup=amend:nope -m x; "$GIT" commit -a --fixup=nope -m x; "$GIT" commit -a --fixup=nope; "$GIT" commit -a --squash=nope; "$GIT" commit -a --squash=nope -m x; "$GIT" commit -a -C nope; "$GIT" commit -a -c nope; "$GIT" commit -a --fixup=amend:nope; "$GIT" commit -a --fixup=reword:nope; "$GIT" commit --fixup=reword:nope; "$GIT" commit --fixup=amend:HEAD -F a -m x; "$GIT" commit --fixup=amend:HEAD -m x; "$GIT" commit -a --trailer '' -m x; "$GIT" commit -a -m x --cleanup=nope; "$GIT" commit -a -m x --author=Eve; "$GIT" commit -a -m x --date=nope; "$GIT" commit -a --amend -m x nope; "$GIT" commit --amend -m x nope; "$GIT" commit -m x nope;  "$GIT" commit -F nope nope; "$GIT" commit --dry-run -F nope;  "$GIT" commit --dry-run -t nope; "$GIT" -c commit.template=nope commit; "$GIT" -c commit.template=nope commit -a -m x --dry-run; "$GIT" commit -a -F d; "$GIT" commit -a -t d; "$GIT" -c core.commentChar=auto commit -F nope
sed -i '$aexit 1' .git/hooks/pre-commit; done
: unrelated; begin; "$GIT" checkout -q --orphan o; "$GIT" commit -q -m o; "$GIT" merge --ff-only main; "$GIT" -c merge.ff=only merge main; "$GIT" -c merge.ff=only merge --autostash main; "$GIT" merge --ff-only -s ours main; "$GIT" merge main; "$GIT" merge --ff-only main HEAD; "$GIT" -c merge.ff=only merge -q main;  echo q>a; "$GIT" merge --ff-only --autostash main; "$GIT" merge --no-ff main; "$GIT" merge -s ours main;  "$GIT" merge --ff-only --allow-unrelated-histories main; "$GIT" merge --squash main; "$GIT" merge --autostash main
: orig; begin; echo 2>a; "$GIT" commit -qam 2; mkdir -p .git/hooks; printf '#!/bin/sh\necho hook $*; exit 1\n' >.git/hooks/reference-transaction; chmod +x .git/hooks/*; "$GIT" reset --hard; "$GIT" reset; "$GIT" reset --soft HEAD^; "$GIT" reset --keep HEAD^; "$GIT" reset HEAD^; 
printf '#!/bin/sh\nread x; case "$x" in *ORIG*) exit 0;; *) exit 1; esac\n' >.git/hooks/reference-transaction; "$GIT" reset --hard HEAD^
printf '#!/bin/sh\nread x; [ $1 = prepared ] && exit 1; exit 0\n' >.git/hooks/reference-transaction; "$GIT" reset --hard HEAD^; rm .git/hooks/*; mkdir .git/ORIG_HEAD.lock;  "$GIT" reset --hard HEAD^; rmdir .git/ORIG_HEAD.lock; touch .git/HEAD.lock;  "$GIT" reset --hard HEAD^
: mv; begin; "$GIT" -C lib mv . moved; "$GIT" -C d/s mv . d; "$GIT" -C d mv . ../e; "$GIT" -C d mv . one; "$GIT" -C d mv s s; "$GIT" mv d d; "$GIT" mv d d/s; "$GIT" -C d mv . ../lib; "$GIT" -C d mv s .; "$GIT" -C d/s mv ../s .;  "$GIT" -C d mv ./ x; "$GIT" mv d/s/ d/x/; "$GIT" mv d/ d/; "$GIT" mv . x; "$GIT" mv ./d d/s; "$GIT" mv lib/. d; mkdir empty; "$GIT" mv empty x; "$GIT" mv empty empty/y; "$GIT" -C empty mv . x; "$GIT" -C empty mv ../empty . 
begin; echo 2>a; "$GIT" commit -qam 2; touch .git/HEAD.lock;  "$GIT" reset --hard HEAD^; "$GIT" reset HEAD^;  "$GIT" reset --soft HEAD^; rm .git/HEAD.lock; touch .git/ORIG_HEAD.lock; "$GIT" reset --soft HEAD^; "$GIT" reset HEAD;  rm .git/ORIG_HEAD.lock; "$GIT" reset -q --hard HEAD@{1}; touch .git/refs/heads/main.lock; "$GIT" reset --hard HEAD^;

# reset -N names what is new as new; what a log with a gap is said to have
: resetN; begin; echo n >n; ln -s a l; echo x>x; "$GIT" add n l x; rm n; mkdir n; echo 1 >n/1; rm l; echo file>l; ln -sf b x; "$GIT" reset -N; "$GIT" ls-files -s; "$GIT" status -s
begin; echo n >n; echo nn>nn; chmod +x nn; "$GIT" add -A; "$GIT" reset -N; rm n; "$GIT" reset -N; echo z>n; "$GIT" reset -N; "$GIT" reset; 
begin; echo n >n; "$GIT" add -N n; echo m>m; "$GIT" add m; echo mm>m; "$GIT" reset -N; "$GIT" reset -N; : >m; "$GIT" reset -N; touch -d '2000-01-01' m n; "$GIT" reset -N; "$GIT" add m n; echo yy>m; "$GIT" reset -N -- m; "$GIT" reset -N n; "$GIT" diff-files; rm m; ln -s a m; "$GIT" reset -N; "$GIT" diff-files
begin; "$GIT" rm -q --cached a b; "$GIT" reset -N; echo zz>a; "$GIT" rm -q --cached a; "$GIT" reset -N; "$GIT" rm -q --cached a; "$GIT" commit -qm rm; echo zzz>a; "$GIT" reset -N HEAD^; "$GIT" add a;  "$GIT" reset -N HEAD
begin; echo n >n; ln -s a l; "$GIT" add -A; "$GIT" commit -qm 2; echo nn>n; rm l; echo l>l; "$GIT" reset -N HEAD^; "$GIT" diff-files; "$GIT" reset -N HEAD^;  "$GIT" reset -N HEAD^ n; "$GIT" reset -N; "$GIT" diff-files --abbrev=7
begin; "$GIT" commit -q --allow-empty -m 2; for i in 1 2 3; do tick; "$GIT" commit -q --allow-empty -m x$i; done; "$GIT" checkout -q -b side
"$GIT" reflog delete HEAD@{2}; for n in 0 1 2 3 9; do "$GIT" rev-parse HEAD@{$n}; "$GIT" rev-parse --verify -q HEAD@{$n}; "$GIT" branch --points-at HEAD@{$n}; "$GIT" branch --no-merged HEAD@{$n}; "$GIT" branch -f n1 HEAD@{$n}; "$GIT" tag --contains HEAD@{$n}; "$GIT" update-ref refs/heads/n1 HEAD@{$n}; "$GIT" log -1 --oneline HEAD@{$n}; "$GIT" tag -f n1 HEAD@{$n}; done

# intent to add; where the user stands; --renormalize; directories that are not there
: again; begin; echo n>n; "$GIT" add -N n; "$GIT" update-index --again; "$GIT" ls-files -s n; "$GIT" add -N n; rm n; echo m>m; "$GIT" add -N m;  "$GIT" update-index --again; "$GIT" update-index --again --remove; "$GIT" ls-files -s; echo q>a; "$GIT" add a; "$GIT" reset -q -N HEAD; echo o>o; "$GIT" add -N o; "$GIT" update-index -g o; "$GIT" ls-files -s o
: cwd; begin; "$GIT" -C lib rm x.h; ls; begin; "$GIT" -C lib rm -r .; ls;  begin; mkdir e; echo 1>e/1; "$GIT" add e; "$GIT" -C e reset --hard; ls; begin; "$GIT" rm -rq lib; "$GIT" commit -qm rm; "$GIT" checkout -q HEAD^; "$GIT" -C lib checkout main; ls; "$GIT" checkout -q HEAD^; "$GIT" -C lib reset --hard main; ls
begin; mkdir -p e/new.c; echo 1 >e/new.c/inner; "$GIT" add e; "$GIT" -C e rm -rf new.c; ls; begin; mkdir -p e/f; echo 1 >e/f/inner; "$GIT" add e; "$GIT" -C e rm -q --cached -r f; rm -r e/f; "$GIT" -C e reset --hard; ls; "$GIT" -C e rm -rf .;ls
begin; echo 1 >lib/1; "$GIT" add lib; rm lib/1; "$GIT" -C lib reset --hard HEAD; ls; rm lib/x.h; "$GIT" -C lib rm x.h; ls; mkdir lib; "$GIT" -C lib reset -q --hard; rm lib/x.h; "$GIT" -C lib rm -r .; ls -d lib
begin; mkdir -p d/t/u; echo 1 >d/t/u/1; "$GIT" add d; "$GIT" -C d/t/u reset --hard; ls d; mkdir -p d/t/u; echo 1 >d/t/u/1; "$GIT" add d; "$GIT" -C d/t reset --hard; ls d; ls d/t; mkdir -p d/t/u; echo 1 >d/t/u/1; "$GIT" add d; "$GIT" -C d/t rm -rf u; ls d;  mkdir -p d/t/u; echo 1 >d/t/u/1; "$GIT" add d; rm -r d/t/u; "$GIT" -C d/t rm -r u; ls d; mkdir -p d/t/u; echo 1 >d/t/u/1; "$GIT" add d; rm -r d/t/u; "$GIT" -C d/t reset --hard; ls d
: renorm; begin; rm -r d; echo d >d; "$GIT" add --renormalize .; rm d; "$GIT" add --renormalize .;  "$GIT" reset -q --hard; rm a; mkdir a; "$GIT" add --renormalize .; rm b;  "$GIT" add --renormalize .; "$GIT" add --renormalize b; rmdir a; echo a>a;  "$GIT" add --renormalize .; "$GIT" reset -q --hard; rm a; mkdir a; echo 1 >a/1;"$GIT" add --renormalize .; "$GIT" ls-files -s; rm -r a; ln -s b a; "$GIT" add --renormalize .; "$GIT" ls-files -s a; ln -sf a b; "$GIT" add -N z; "$GIT" add --renormalize b
: opendir; begin; "$GIT" add nope; "$GIT" add nope/x; "$GIT" -C d add nope/x; "$GIT" -C d add -f nope/x; "$GIT" add d/nope/x; "$GIT" add a/x; "$GIT" -C d add one/x; "$GIT" add -N d/q/x; "$GIT" add -A e/new.c; "$GIT" add 'nope/*'; "$GIT" add nope/x/y nope/z; rm -r d/s; "$GIT" add d/s/deep; "$GIT" add d/s/other; "$GIT" add d/s/; "$GIT" -C d add s/x;  "$GIT" add e; mkdir e; "$GIT" add e/x; "$GIT" -C e add d/two; "$GIT" -C e add x; "$GIT" status d/nope/x; "$GIT" rm d/nope/x; "$GIT" add -u d/nope/x; "$GIT" add --refresh d/nope/x; "$GIT" commit -m x d/nope/x; "$GIT" add -v -N d/s/deep; "$GIT" add --ignore-missing -n nope/x; "$GIT" -C d add -v -N s/deep; echo x>d/s; "$GIT" add d/s/deep d/s/x
begin; cd lib; "$GIT" rm x.h; cd ..; ls; begin; cd lib; "$GIT" -C .. rm lib/x.h; cd ..; ls; begin; cd lib; "$GIT" -C ../d rm one ../lib/x.h; cd ..; ls; begin; cd d; "$GIT" -C s rm deep; cd ..; ls d; begin; cd d; "$GIT" -C s rm deep ../one ../two; cd ..; ls d; begin; cd d/s; "$GIT" -C .. rm -r .; cd ../..; ls; ls d;  begin; cd d/s; "$GIT" -C .. -C s rm -r ..; cd ../..; ls; ls d; begin; cd /; "$GIT" -C $QN_TOP/work/lib rm x.h; cd $QN_TOP/work; ls;  "$GIT" reset -q --hard; cd lib; "$GIT" --git-dir=../.git --work-tree=.. rm x.h; cd ..; ls
begin; mkdir -p p/q/r; for f in d/nope/q/x d/s/nope/x d/one/q/x p/q/r/s/x p/q/r/s/t/x p/x/r/s/t a/b/c/d d/two/x p/q/zz/yy/x; do "$GIT" add $f; "$GIT" add -N $f; "$GIT" add -u $f; "$GIT" add -f $f; "$GIT" status -s $f; "$GIT" ls-files -o $f; "$GIT" add -v --refresh $f; "$GIT" add --renormalize $f; "$GIT" add --chmod=+x $f; "$GIT" ls-files -o --exclude-standard $f; done; "$GIT" add d/nope/x d/nope/y; "$GIT" add d/nope/x d/nope2/y; "$GIT" add d/nope/ d/nope/x; "$GIT" add d/nope/x d/s/deep; "$GIT" add 'd/nope/*'; "$GIT" add 'd/no*/x';  "$GIT" add :/d/nope/x; "$GIT" add ':(icase)d/nope/x'; "$GIT" -C d add nope/x; "$GIT" -C d/s add nope/x; "$GIT" -C d/s add ../nope/x; "$GIT" -C p/q add nope/x nope/y; "$GIT" -C p add .. nope/x; "$GIT" -C d add nope/; "$GIT" -C d add nope; "$GIT" ls-files -o d/nope; "$GIT" status -s d/nope; "$GIT" status -s d/nope/; "$GIT" commit --dry-run d/nope/x; "$GIT" commit -m x d/nope/; "$GIT" checkout d/nope/x; "$GIT" rm -r d/nope/x; "$GIT" check-ignore d/nope/x;
echo n >n; "$GIT" add -v -N n;  "$GIT" add -v -N n; "$GIT" add -v n; "$GIT" add -v n; : >e; "$GIT" add -v -N e; "$GIT" add -v -N e; "$GIT" add -v e; "$GIT" add -v e

# sparse patterns where entries change or stay
st() { "$GIT" ls-files -t; cat a b d/one lib/x.h; }
setup() { begin; echo 2 >>d/one; echo 2>>b; echo 2>>lib/x.h; "$GIT" commit -qam two; "$GIT" config core.sparsecheckout true; printf '/a\n/lib/\n' >.git/info/sparse-checkout; }
: clean; setup; "$GIT" reset --hard; st
: dirty; setup; echo m>>b; echo m>>d/one; echo m>>a; "$GIT" reset --hard; st;  "$GIT" reset --hard; st
: merge; setup; echo m>>b; echo m>>d/one; "$GIT" reset --merge; st
: keep; setup; echo m>>b; echo m>>d/one; "$GIT" reset --keep HEAD; st; "$GIT" reset --keep HEAD^; st
: keep2; setup; echo m>>b; "$GIT" reset --keep HEAD^; st
: hard2; setup; echo m>>b; echo m>>d/one; "$GIT" reset --hard HEAD^; st; echo q>>b; "$GIT" reset --hard HEAD; st
: hard2; setup; echo m>>b; echo m>>d/one; "$GIT" checkout -f; st; 
: hard2; setup; echo m>>b; echo m>>d/one; "$GIT" checkout -f HEAD^; st; 
: staged; setup; echo m>>b; "$GIT" add --sparse b; "$GIT" reset --hard; st
: staged; setup; echo m>>b; "$GIT" add --sparse b; echo q>>b; "$GIT" reset --hard; st
: gone; setup; rm b; "$GIT" reset --hard; st;
: gone; setup; rm b; mkdir b; echo 1>b/1; "$GIT" reset --hard; st; ls b
: touched; setup; touch -d '2001-01-01' b; "$GIT" reset --hard; st
: mode; setup; chmod +x b; "$GIT" reset --hard; st
: readtree; setup; echo m>>b; "$GIT" read-tree -m -u HEAD; st;  "$GIT" read-tree --reset -u HEAD; st; setup; echo m>>b;  "$GIT" read-tree -m -u HEAD HEAD^; st; setup;  echo m>>b;  "$GIT" read-tree -n -m -u HEAD HEAD^; st
: switch; setup; echo m>>b;  "$GIT" checkout HEAD^; st; setup; echo m>>b;  "$GIT" switch -f main; st; setup; echo m>>b; "$GIT" checkout --orphan n; st; setup; echo m>>b; "$GIT" switch --orphan n; st; setup; echo m>>a; "$GIT" checkout --orphan n; st; setup; "$GIT" checkout -b n; st; setup; "$GIT" checkout -B n; st; setup; "$GIT" switch -c n; st; setup; "$GIT" checkout --orphan n HEAD^; st; setup; "$GIT" checkout --orphan n HEAD; st
: orphan unmerged; begin; "$GIT" checkout -q -b s; echo s>a; "$GIT" commit -qam s; "$GIT" checkout -q main; echo m>a; "$GIT" commit -qam m; "$GIT" merge s; "$GIT" checkout --orphan n; "$GIT" status -s;  "$GIT" checkout -f --orphan n;  "$GIT" status -s; begin; "$GIT" checkout --orphan n; "$GIT" checkout --orphan n2; rm -f .git/index; "$GIT" checkout --orphan n3; "$GIT" status -s; begin; rm .git/index; "$GIT" checkout --orphan n3; "$GIT" status -s; begin; rm a; "$GIT" checkout --orphan n; "$GIT" checkout -q -f main; rm a; "$GIT" checkout -f --orphan n; "$GIT" status -s; touch .git/index.lock;  "$GIT" checkout --orphan n6; begin; touch .git/index.lock;  "$GIT" checkout --orphan n6

# templates, reflogs asked for, what is tracked of HEAD, unborn branches
begin; printf 'a\r\nb  \r\n\n\n# c\n\n' >t; printf 'x\n y' >t2; "$GIT" commit --allow-empty -t t; cat -A .git/COMMIT_EDITMSG; "$GIT" commit --allow-empty -t t2; cat -A .git/COMMIT_EDITMSG; "$GIT" commit --allow-empty --no-status -t t; cat -A .git/COMMIT_EDITMSG;
"$GIT" config core.logAllRefUpdates false; "$GIT" checkout -l -b w; "$GIT" reflog exists refs/heads/w; "$GIT" reflog exists refs/heads/w2; "$GIT" reflog exists refs/heads/w3; "$GIT" checkout -b w2;  "$GIT" reflog exists refs/heads/w; "$GIT" reflog exists refs/heads/w2; "$GIT" reflog exists refs/heads/w3; "$GIT" checkout -l -B w3;  "$GIT" reflog exists refs/heads/w; "$GIT" reflog exists refs/heads/w2; "$GIT" reflog exists refs/heads/w3; "$GIT" config --unset core.logAllRefUpdates; "$GIT" config branch.autoSetupMerge always; "$GIT" commit -q --allow-empty -m y; "$GIT" switch -C topic HEAD@{1}; "$GIT" checkout -b t3 HEAD; "$GIT" checkout -b t4; "$GIT" checkout -b t5 HEAD@{0}; "$GIT" checkout -b t6 @; "$GIT" switch -c t7 main; "$GIT" checkout -B t7 HEAD; "$GIT" checkout -b t8 HEAD^0; "$GIT" checkout -q --detach; "$GIT" checkout -b t9; "$GIT" checkout -q --detach; "$GIT" checkout -b t10 HEAD; "$GIT" checkout -m -b t12 HEAD; "$GIT" config -l --local
"$GIT" -C d merge-file one ../nope two; "$GIT" -C d merge-file nope one two; "$GIT" merge-file a nope b; 
"$GIT" checkout -q --orphan u; "$GIT" diff --merge-base main; "$GIT" diff --cached --merge-base main; "$GIT" commit --amend -m x nope; "$GIT" commit --amend -m x; "$GIT" commit --amend -m x a; "$GIT" reflog delete HEAD@{0}; "$GIT" reflog delete --updateref HEAD@{1}; "$GIT" reflog delete u@{0};  "$GIT" reflog delete main@{0};  "$GIT" show; "$GIT" show -m --stat; "$GIT" show --stat; "$GIT" show -m; "$GIT" show -s; "$GIT" show --oneline; "$GIT" show -p -- a; "$GIT" show -n1; "$GIT" show a

# what add says of paths that a sparse checkout leaves out
: sparse add; setup() { begin; "$GIT" config core.sparsecheckout true; printf '%s\n' $1 $2 $3 >.git/info/sparse-checkout; "$GIT" read-tree -m -u HEAD; ls; }
setup /a /lib/; mkdir -p d; for c in "add d" "add d/one" "add d/new" "add ." "add -A" "add -u" "add --refresh ." "add --refresh d" "add --refresh d/one" "add --renormalize ." "add --renormalize d" "add -v -N d/new" "add --chmod=+x d/one" "add --chmod=+x d/new" "add lib tool" "add lib" "add lib d" "add b" "add -n ." "add -f d/one" "add :!a" "add d/*" "add d/o*" "add --no-all ." "add --ignore-removal d" "rm d/one" "rm -r d" "add --sparse -n ." "add -A d" "stage ." "add b c" "add nope"; do "$GIT" $c; done
echo new>d/new; for c in "add d" "add d/new" "add ." "add -N d/new" "add -A" "add --chmod=+x d/new" "add -f d/new" "add -n ." "add d/*" "add -u ."; do "$GIT" $c; done; "$GIT" -C d add .; "$GIT" -C d add new; "$GIT" -C d add -A; "$GIT" -C d add -u; "$GIT" -C d add --no-all .;  "$GIT" -C d stage .; echo 'd/' >.gitignore;  for c in "add d" "add d/new" "add d/one" "add ." "add -N d/new" "add --chmod=+x d/new" "add --chmod=+x d/one" "add -A d/new" "add d/nope" "add -f d/new" "add --sparse d/new" "add d/one d/new"; do "$GIT" $c; done; rm -r d; "$GIT" add d; "$GIT" add .; "$GIT" -C lib add .; "$GIT" -C lib add ..; 
setup /a /lib/; rm -r lib; "$GIT" add .; "$GIT" add lib; setup /a /b; "$GIT" add lib; mkdir lib; "$GIT" add lib; "$GIT" -C lib add .; echo 1 >lib/x.h; "$GIT" add lib; "$GIT" -C lib add .; echo 2>lib/y; "$GIT" add lib; "$GIT" -C lib add .; "$GIT" -C lib add --refresh .; "$GIT" -C lib add --renormalize .;  "$GIT" add --refresh .; "$GIT" add --renormalize .; "$GIT" add --refresh b; "$GIT" rm -q --cached -r --sparse .; "$GIT" add --refresh .

# authors that are not understood, times, unborn branches, pathspecs that only exclude
: unborn; begin; "$GIT" checkout -q --orphan n; echo z>>a; "$GIT" checkout -m main; "$GIT" switch -m main; "$GIT" checkout -m -b x main; "$GIT" checkout --conflict=diff3 main; "$GIT" checkout -m --detach main; "$GIT" reset --keep main; "$GIT" reset --keep; "$GIT" reset --merge main; "$GIT" rm -rq --cached .; "$GIT" reset --keep main; "$GIT" checkout -m main; rm a; mkdir a; echo 1>a/1; "$GIT" checkout -m main; rm -rf a; "$GIT" checkout -m main
begin; "$GIT" commit -q --allow-empty -m x --author=Eve --reset-author; "$GIT" commit --fixup=nope --squash=x --author=Eve; "$GIT" commit --author=Eve --reset-author --amend; "$GIT" commit -m x -F y --author=Eve;  "$GIT" commit -a b --author=Eve; "$GIT" commit --author='A' --allow-empty -m x; "$GIT" commit --author=Eve nope -m x; "$GIT" commit --fixup=amend:HEAD --author=Eve -a -m x; "$GIT" commit --cleanup=nope --author=Eve; "$GIT" commit -p --author=Eve -a; "$GIT" commit -C nope --author=Eve; "$GIT" commit --author=Eve --long -a -i; "$GIT" commit --pathspec-file-nul --author=Eve
begin; "$GIT" checkout -q --orphan z; "$GIT" commit --amend --author=Eve -m x;  "$GIT" commit --author=Eve -m x
: unborn; begin; "$GIT" checkout -q --orphan n; rm -f .git/index; echo q>a; "$GIT" checkout -m main; "$GIT" switch -m main; rm -rf a; mkdir a; echo 1>a/1;  "$GIT" checkout --conflict=diff3 main; "$GIT" checkout -m --detach main;  "$GIT" checkout -m -b x main
begin; "$GIT" checkout -q --orphan n; echo q>a; "$GIT" checkout -m main; "$GIT" add a; "$GIT" checkout -m main;  "$GIT" switch -m main; "$GIT" checkout -m -b x main; "$GIT" checkout --conflict=diff3 main; "$GIT" checkout -m --detach main; "$GIT" reset -q --hard; "$GIT" status -s; begin; echo b2>b; "$GIT" commit -qam 2; "$GIT" checkout -q --orphan n; "$GIT" checkout -m main~1; echo q>b;  "$GIT" checkout -m main~1;  "$GIT" status -s
: exclude; begin; mkdir e; echo 1>e/1; "$GIT" add e; "$GIT" commit -qm e; for f in a b d/one d/two lib/x.h e/1; do echo m >>$f; done; echo n>n; echo n>d/n; echo n>lib/n
for c in "status -s :!one" "ls-files :!one" "ls-files -o :!one" "ls-files -m :!one" "diff --name-only :!one" "diff --name-only -- :!one" "diff HEAD --name-only -- :!one" "log --oneline -- :!one" "ls-tree -r --name-only HEAD" "add -n :!one" "add -n -A :!one" "add -n -u :!one" "add -u -n :!one" "rm -n -r --cached :!one" "rm -rn :!one :!n" "commit --dry-run -- :!one" "diff-files --name-only -- :!one" "diff-index --name-only HEAD -- :!one" "diff-tree -r --name-only HEAD -- :!one" "rev-list --count HEAD -- :!one" "show --name-only --oneline HEAD^ -- :!one" "checkout-index -n :!one" "stage -n :!one" "add -n --refresh :!one" "add -n --renormalize :!one" "ls-files -- :^one" "diff --stat -- :!one :!../a" "diff --name-only -- :!/a" "add -n :!/a" "ls-files :!/a"; do "$GIT" -C d $c; done
"$GIT" -C d add -N :!one; "$GIT" status -s; "$GIT" -C d reset -q :!one; "$GIT" status -s; "$GIT" -C d add :!one;  "$GIT" status -s; "$GIT" -C d reset :!two; "$GIT" -C d restore --staged :!one; "$GIT" status -s; "$GIT" -C d commit -qm x -- :!one; "$GIT" show --stat --oneline; "$GIT" -C d checkout HEAD^ -- :!one; "$GIT" status -s; "$GIT" -C d restore -s HEAD -S -W :!one; "$GIT" status -s; "$GIT" -C d checkout -- :!two; "$GIT" status -s; echo 5>a; echo 5>d/two; "$GIT" -C d restore :!one; "$GIT" status -s; echo 5>a; echo 5>d/two; "$GIT" -C d checkout :!one;  "$GIT" status -s; "$GIT" -C d rm -rq --cached :!one; "$GIT" status -s; "$GIT" -C d update-index --again :!one
