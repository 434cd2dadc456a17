# Strategies that are programs on PATH; merge-base without arguments.
#: cells sha1-files
mkdir -p bin; cat >bin/git-merge-foo <<'X'
#!/bin/sh
echo "foo: $*"; env | grep '^GITHEAD_\|^GIT_INDEX\|GIT_REFLOG' | sort
exit ${FOO:-1}
X
cat >bin/git-merge-bar <<'X'
#!/bin/sh
echo "bar: $*"; echo bar >a; "$GIT" add a; exit 0
X
chmod +x bin/*; export PATH=$PWD/bin:$PATH
"$GIT" init -q -b main r; cd r; echo a>a; echo b>b; "$GIT" add .; "$GIT" commit -qm1; "$GIT" checkout -q -b s; echo s>>a; "$GIT" commit -qam s; "$GIT" checkout -q -b t main; echo t>t; "$GIT" add t; "$GIT" commit -qm t; "$GIT" checkout -q main; echo m>m; "$GIT" add m; "$GIT" commit -qm m
st() { "$GIT" log -1 --format=%s%P; "$GIT" status -s; (cd .git; ls -d *_HEAD *_MSG MERGE_MODE AUTO_MERGE 2>/dev/null | grep -v COMMIT_E | tr '\n' ' '); "$GIT" reset -q --hard m0; }
"$GIT" tag m0
"$GIT" merge -s foo s; st
FOO=2 git merge -s foo s; st
FOO=0 git merge -s foo s -m x; st
"$GIT" merge -s bar s -m barred; st
"$GIT" merge -s bar -X opt=1 -X two s -m barred; st
FOO=2 git merge -s foo -s bar s -m both; st
FOO=1 git merge -s foo -s bar s -m both; st
"$GIT" merge -s nope s; st
"$GIT" merge -s foo s t; st
"$GIT" merge -s bar s t -m oct; st
"$GIT" merge -s bar --squash s; st
"$GIT" merge -s bar --no-commit s; st
FOO=2 git merge -s foo -s ours s -m fallback; st
FOO=2 git merge -s foo -s ort s -m fallback; st
"$GIT" -c pull.twohead=bar merge -m x s; st
"$GIT" -c pull.octopus=bar merge -m x s t; st
"$GIT" merge -s recursive -s ort s -m z; st
echo z>a; "$GIT" merge -s bar s; "$GIT" status -s; "$GIT" checkout -q a
"$GIT" merge-base --independent; "$GIT" merge-base; "$GIT" merge-base --octopus; "$GIT" merge-base --is-ancestor main; "$GIT" merge-base --fork-point; "$GIT" merge-base main; "$GIT" merge-base -a
"$GIT" merge-tree --quiet main s; "$GIT" merge-tree --write-tree main s; "$GIT" merge-tree --quiet s t
mkdir -p bin; cat >bin/git-merge-bar <<'X'
#!/bin/sh
echo "bar: $*"; echo bar >a; "$GIT" add a; exit 0
X
chmod +x bin/*; export PATH=$PWD/bin:$PATH
"$GIT" init -q -b main ../r2; cd ../r2; echo a>a; echo b>b; "$GIT" add .; "$GIT" commit -qm1; "$GIT" checkout -q -b s; echo s>>a; "$GIT" commit -qam s;  "$GIT" checkout -q main; "$GIT" merge -s bar s; "$GIT" log --oneline -1 --format=%s%P; "$GIT" reset -q --hard HEAD~1; "$GIT" merge -s bar --no-ff s; "$GIT" reset -q --hard HEAD~1;  "$GIT" merge -s bar --ff-only s; "$GIT" checkout -q --orphan un; "$GIT" reset -q --hard; "$GIT" merge -s bar s; "$GIT" log -1 --format=%s; "$GIT" checkout -q --orphan z;  echo n>n; "$GIT" add .; "$GIT" commit -qm n; "$GIT" merge -s bar s --allow-unrelated-histories -m x; "$GIT" merge -s bar s; "$GIT" reset -q --hard n; "$GIT" merge -s bar --log --no-edit -v s~1
