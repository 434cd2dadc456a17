#: place disk
#: end no
# fsck: what dangles, what is missing, what is wrong with an object, and how bad that is.
history
Q() { "$QN_REAL" "$@"; }
# stdout is in the order of a hash table: sorted
look() { Q fsck "$@" >out 2>err; code=$?; note "fsck $* = $code"; sort out >>"$QN_TRANSCRIPT"; sed 's/^/! /' err >>"$QN_TRANSCRIPT"; rm -f out err; }
chmod -R u+w .git/objects
look; look --strict; look --root --tags; look --unreachable; look --no-reflogs --unreachable; 
Q fsck -v --no-references --no-reflogs >out 2>err; note "verbose = $?"; sort out err >>"$QN_TRANSCRIPT"; rm -f out err
Q commit -q --amend -m "Fourth, again"; echo lost | Q hash-object -w --stdin >/dev/null
look; look --no-reflogs; look --no-reflogs --unreachable --name-objects; look --no-dangling; look --cache HEAD~1; look HEAD~2; look v1-noted side
look --lost-found; find .git/lost-found -type f | sort >list; note_file list
look zzz; look --connectivity-only; look --no-full; look --no-references; look --name-objects; look --progress --no-progress
cp -R .git/objects kept
t=$(Q rev-parse "HEAD^{tree}"); b=$(Q rev-parse HEAD:story); z=$(echo "$b" | tr '0-9a-f' 0)
# objects as they should not be
bad() { kind=$1; shift; printf "$@" | Q hash-object --literally -w -t "$kind" --stdin >/dev/null; look --no-dangling; look --no-dangling --strict; }
clean() { rm -rf .git/objects; cp -R kept .git/objects; }
raw() { printf "$1" "$(printf '%s' "$b" | sed 's/../\\x&/g')" | Q hash-object --literally -w -t tree --stdin >/dev/null 2>&1; }
bad commit "tree $t\nauthor A <a@x> 0 +0000\n"
for value in warn ignore error; do Q config fsck.missingCommitter $value; look --no-dangling; look --no-dangling --strict; done
Q config --unset fsck.missingCommitter
"$GIT" -c fsck.missingCommitter=bogus fsck
"$GIT" -c fsck.missingCommitter fsck
"$GIT" -c fsck.nulInHeader=warn fsck
"$GIT" -c fsck.nothing=warn fsck
"$GIT" -c fsck.largePathname=warn:x fsck
"$GIT" -c fsck.missingEmail=warn:3 fsck
"$GIT" -c fsck.skipList=none fsck
"$GIT" -c fsck.skipList fsck
echo "zzz" >skips; "$GIT" -c fsck.skipList=skips fsck
{ echo "# known"; echo; printf "tree $t\nauthor A <a@x> 0 +0000\n" | Q hash-object --literally -t commit --stdin; } >skips
"$GIT" -c fsck.skipList=skips fsck --no-dangling
clean
bad commit "tree $t\nauthor A <a@x> 0 +0000\nauthor A <a@x> 0 +0000\ncommitter A a@x 0 +0000\n\n"; clean
bad commit "tree $t\nauthor A <a@x> 0 +0000\ncommitter A <a@x> 00 +000\n\nbody\0nul"; clean
bad tag "object $t\ntype tree\ntag a..b\n"; clean
bad tag "object $t\ntype tree\ntag a\ntagger A <a@x> 0 +0000\nfoo x\n\nhi"; Q config fsck.extraHeaderEntry warn; look --tags; clean
bad tag "object $t\ntype nothing\ntag a\n\n"; clean
bad tree "100644 a"; clean
# trees: names and modes
named() { printf "$1 $2 %s\t$3\n" "$b" | Q mktree --missing >/dev/null; look --no-dangling; clean; }
named 120000 blob .gitmodules; named 120000 blob .gitattributes; named 120000 blob .mailmap; named 120000 blob .gitignore
printf "40000 tree %s\t.gitmodules\n" "$t" | Q mktree >/dev/null; look --no-dangling; clean
printf "100644 blob %s\t.gitmodules\n" "$(echo "$z" | tr 0 1)" | Q mktree --missing >/dev/null; look --no-dangling; clean
printf "100644 blob %s\tlongish\n" "$b" | Q mktree >/dev/null; Q config fsck.largePathname warn:3; look --no-dangling; Q config --unset fsck.largePathname; clean
# what .gitmodules may not say
modules() { m=$(printf "$1" | Q hash-object -w --stdin); printf "100644 blob $m\t.gitmodules\n" | Q mktree >/dev/null; look --no-dangling; clean; }
modules '[submodule "a"]\n\tpath = -x\n\turl = -y\n\tupdate = !z\n'
modules '[submodule "../a"]\n\tpath = x\n'
modules '[submodule "a"\n'
modules '[submodule "a"]\n\turl = http://::x/y\n'
modules '[submodule "a"]\n\turl = ../../:b\n'
modules '[submodule "a"]\n\turl = https://a%%0ab/c\n'
m=$(head -c 3000 /dev/zero | tr '\0' a | Q hash-object -w --stdin); printf "100644 blob $m\t.gitattributes\n" | Q mktree >/dev/null; look --no-dangling; clean
# refs and reflogs
gone=$(echo "$b" | tr '0-9a-f' '1-9a-f0')
Q update-ref refs/tags/blob "$b"; look
note "from a linked work tree"
Q branch other; mkdir -p .git/worktrees/other other; echo "ref: refs/heads/other" >.git/worktrees/other/HEAD; echo ../.. >.git/worktrees/other/commondir
echo "$PWD/other/.git" >.git/worktrees/other/gitdir; echo "gitdir: $PWD/.git/worktrees/other" >other/.git
cd other; Q reset -q --hard; echo y >y; Q add y; look; cd ..; look --cache; rm .git/objects/97/5fbec8256d3e8a3797e7a3611380f27c49f4ac 2>/dev/null; look --name-objects; look
