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
