# switching with directories in the place of files and the other way round, and files that the index skips.
#: cells sha1-files
mk() { rm -rf r$1; "$GIT" init -q r$1; cd r$1; echo b>b; "$GIT" add .; "$GIT" commit -qm1; "$GIT" branch old; echo n>n; mkdir d; echo 1 >d/x; "$GIT" add .; "$GIT" commit -qm2; "$GIT" update-index --skip-worktree n d/x; }
e() { echo "-- $(ls | tr "\n" " ")"; "$GIT" ls-files -t; "$GIT" status -s; cd ..; }
mk 1; "$GIT" checkout -q old; e
mk 2; "$GIT" read-tree -mu HEAD old; e
mk 3; "$GIT" reset -q --merge old; e
mk 4; "$GIT" reset -q --keep old; e
mk 5; "$GIT" switch -q -f old; e
mk 6; echo x >n; "$GIT" checkout -q old; e
mk 7; echo x >n; "$GIT" reset -q --hard old; e
mk 8; rm n; "$GIT" checkout -q old; e
mk 9; rm n; "$GIT" reset -q --hard old; e
mk 10; echo x>n; "$GIT" reset -q --keep old; e
mk 11; "$GIT" reset -q old; e
mk 12; "$GIT" read-tree --reset -u old; e
mk 13; "$GIT" read-tree -u --prefix=z/ old;"$GIT" read-tree -m -u HEAD; e
mk 14; "$GIT" checkout -q old -- . ; "$GIT" checkout --no-overlay old -- .; e
mk 15; "$GIT" restore -s old . ; e
mk 16; "$GIT" restore -s old -SW . ; e
mk() { rm -rf r$1; "$GIT" init -q r$1; cd r$1; mkdir -p d/s; echo b>b; echo deep >d/s/deep; echo n>notes; echo q>q; "$GIT" add .; "$GIT" commit -qm1; }
e() { "$GIT" status -s; cd ..; }
mk 1; echo x >>notes; rm d/s/deep; mkdir d/s/deep; echo u >d/s/deep/u; "$GIT" switch --orphan fresh; "$GIT" checkout --orphan x; e
mk 2; rm d/s/deep; mkdir d/s/deep; echo u >d/s/deep/u; "$GIT" switch --orphan fresh; e
mk 3; "$GIT" rm -q --cached b q; "$GIT" switch --orphan fresh; e
mk 4; "$GIT" rm -q --cached b q; echo x >>notes; "$GIT" switch --orphan fresh; e
mk 5; "$GIT" rm -q --cached b; rm b; mkdir b; echo 1 >b/in; "$GIT" add b/in; echo x>>notes; echo x>>b/in; "$GIT" switch --orphan fresh; e
mk 6; echo new >new; "$GIT" add new; "$GIT" switch --orphan fresh; e
mk 7; echo new >new; "$GIT" add new; echo x>>new; "$GIT" switch --orphan fresh; e
mk 8; echo z>>b; "$GIT" add b; "$GIT" switch --orphan fresh; e
mk 9; echo z>>b; "$GIT" add b; echo z>>b; "$GIT" switch --orphan fresh; e
mk 10; echo un>un; rm q; "$GIT" switch --orphan fresh; e
mk 11; "$GIT" rm -q b; echo un>b; "$GIT" switch --orphan fresh; e
mk 12; "$GIT" checkout -q -b o; "$GIT" rm -rq .; echo b>other; "$GIT" add .; "$GIT" commit -qm o; rm other; mkdir -p b q notes; echo 1 >b/in; "$GIT" checkout master; "$GIT" switch --orphan y; e
mk 13; "$GIT" checkout -q -b o; echo 2 >>notes; "$GIT" rm -q d/s/deep; "$GIT" commit -qam o; "$GIT" checkout -q master; echo x >>notes; rm d/s/deep; mkdir d/s/deep; echo 1 >d/s/deep/in; "$GIT" checkout o; "$GIT" merge o; "$GIT" reset --keep o; "$GIT" read-tree -mu HEAD o; "$GIT" switch -m o; e
mk() { rm -rf r$1; "$GIT" init -q r$1; cd r$1; mkdir -p d/s; echo b>b; echo deep >d/s/deep; echo n>notes; echo q>q; "$GIT" add .; "$GIT" commit -qm1; "$GIT" branch same; "$GIT" checkout -q -b o; "$GIT" rm -q --cached b; "$GIT" commit -qm o; rm b; "$GIT" checkout -q -b u master; echo bb >>b; echo dd>>d/s/deep; "$GIT" commit -qam u; "$GIT" checkout -q master;  }
bin() { "$GIT" rm -q --cached b; rm b; mkdir b; echo 1 >b/in; "$GIT" add b/in; }
e() { "$GIT" status -s;"$GIT" ls-files; cd ..; }
mk 1;  bin; "$GIT" switch --orphan fresh;  e
mk 2; bin;  "$GIT" checkout o; e
mk 3; bin; echo x>>b/in;  "$GIT" checkout o; e
mk 4; bin; echo x>>b/in;  "$GIT" switch --orphan fresh; e
mk 5; bin; "$GIT" checkout u; e
mk 6; bin; echo x>>b/in; "$GIT" checkout u; e
mk 7; rm d/s/deep; mkdir d/s/deep; echo 1 >d/s/deep/in; "$GIT" checkout u; e
mk 8; rm d/s/deep; mkdir d/s/deep; "$GIT" checkout u; e
mk 9; rm b; mkdir b; echo 1 >b/in; "$GIT" checkout u;"$GIT" reset --keep u; "$GIT" merge u; e
mk 10; rm b; mkdir b; echo 1 >b/in; "$GIT" checkout o; e
mk 11; rm b; mkdir b;  "$GIT" checkout o; e
mk 12; rm b; mkdir b; echo 1 >b/in; "$GIT" add b/in; "$GIT" ls-files; "$GIT" checkout o; e
mk 13; bin; "$GIT" checkout same; e
mk 14; bin; "$GIT" reset --hard o; e
mk 15; bin; "$GIT" reset --keep o; e
mk 16; bin; echo x>>b/in; "$GIT" reset --keep o; e
mk 17; "$GIT" rm -rq d; echo d>d; "$GIT" add d; echo dd>>d; "$GIT" switch --orphan x; e
mk 18; "$GIT" rm -rq d; echo d>d; "$GIT" add d; "$GIT" switch --orphan x; e
