#: end no
# push: names that stand in each other's way, refused leases of what is deleted, and what
# the hook reference-transaction is told of updates that are rejected.
git_() { "$QN_REAL" "$@"; }
history
git_ clone -q --bare . up.git; git_ -C up.git config gc.auto 0
git_ remote add up "$PWD/up.git"; git_ fetch -q up
# refused lease of delete
git_ -C up.git update-ref refs/heads/side main
"$GIT" push --force-with-lease=side up :side
"$GIT" push --porcelain --force-with-lease=side up :side
"$GIT" push --force-with-lease=side:v1 up :side
"$GIT" push --force-with-lease=nope:v1 up :nope
"$GIT" push --force-with-lease=nope: up :nope
"$GIT" push --force-with-lease=nope: up main:nope
"$GIT" push --force-with-lease=main: up main:main
"$GIT" push --force-with-lease=side --atomic up :side main:new
"$GIT" push --force-with-lease --force-if-includes up :side main:new v1:side
"$GIT" push --force-with-lease=side:v1 --force up :side
# D/F
fresh() { rm -rf up.git; git_ clone -q --bare . up.git; git_ -C up.git config gc.auto 0; }
fresh
"$GIT" push up main:refs/heads/old
mkdir -p up.git/refs/heads/old 2>/dev/null
"$GIT" push up :refs/heads/old/z
"$GIT" push up :refs/heads/old/z/y
"$GIT" push up :old :old/z
"$GIT" push up main:refs/heads/a main:refs/heads/a/b
"$GIT" push up main:refs/heads/b/a main:refs/heads/b
"$GIT" push --atomic up main:refs/heads/c/a main:refs/heads/c
"$GIT" push up main:refs/heads/d/a
"$GIT" push up :refs/heads/d/a main:refs/heads/d
"$GIT" push up main:refs/heads/d/e
"$GIT" push up main:refs/heads/d/e :refs/heads/d
"$GIT" push --atomic up main:refs/heads/g/a
"$GIT" push --atomic up :refs/heads/g/a main:refs/heads/g
"$GIT" push --prune --force up 'refs/heads/*:refs/heads/d/*'
"$GIT" push --mirror up
"$GIT" push up --delete nope side
"$GIT" push up --delete refs/heads/nope/x
"$GIT" push up --delete refs/heads/main/x
"$GIT" push up --delete refs/tags/v1/x
"$GIT" push up v1:refs/tags/v1/x
"$GIT" push up v1:refs/tags
git_ update-ref refs/heads/d/e/f main
git_ clone -q --bare . other.git
for s in a b; do
"$GIT" push other.git :refs/heads/d
"$GIT" push other.git :refs/heads/d/e
"$GIT" push other.git :refs/heads/d/e/f/g
"$GIT" push other.git :refs/heads/d/e/f/g :side main:new
"$GIT" push other.git --atomic :refs/heads/d/e/f/g :side main:new
"$GIT" push other.git --atomic :refs/heads/d/e main:new
"$GIT" push other.git :refs/heads/d/e/g main:refs/heads/d/e/g/h
"$GIT" push other.git :refs/heads/d/e/g main:refs/heads/d/e
"$GIT" push other.git :refs/heads/d/e/f main:refs/heads/d/e
"$GIT" push other.git :refs/heads/d/e :refs/heads/d/e/f :main
"$GIT" push other.git main:refs/heads/d/e/f
git_ -C other.git pack-refs --all
done
# told of to the end, though rejected
fresh
printf '#!/bin/sh\necho "rt $*"; cat\n' >up.git/hooks/reference-transaction; chmod +x up.git/hooks/reference-transaction
"$GIT" push up main:refs/heads/main/x
"$GIT" push up main:refs/heads/main/x main:new
"$GIT" push up main:refs/heads/q main:refs/heads/q/x side~1:side
# what is deleted there is deleted here, through a symbolic ref, too
git_ fetch -q up
cp up.git/hooks/reference-transaction .git/hooks/
git_ symbolic-ref refs/remotes/up/sym refs/remotes/up/main
git_ push -q up main:sym
rm up.git/hooks/reference-transaction
"$GIT" push up :sym
rm .git/hooks/reference-transaction
# a lock that somebody else holds: only that one is rejected
if [ "$QN_STORE" = files ]; then
    touch .git/refs/heads/side.lock
    printf 'update refs/heads/side main\ncreate refs/heads/z2 main\n' | "$GIT" update-ref --stdin --batch-updates
fi
