# Where a repository is found, and when it is not.
#: place disk
#: cells sha1-files
#: end no
"$QN_REAL" init -q r 2>/dev/null; "$QN_REAL" -C r commit -q --allow-empty -m one; mkdir -p r/a/b out/in
top=$PWD
ask() { "$GIT" "$@" rev-parse --git-dir --git-common-dir --show-toplevel --show-prefix --show-cdup --is-inside-work-tree --is-inside-git-dir --is-bare-repository; }
# Ceilings.
for ceiling in "$top/r" "$top/r/" "$top/r/a" "$top" / "" : "relative" "$top/none:$top/r" "/nonexistent" ":$top/r" "$top/r:" "$top/r/a/b" "$top/r/a/../a"; do
    note "ceiling $ceiling"; (cd r/a/b && GIT_CEILING_DIRECTORIES=$ceiling ask); (cd r && GIT_CEILING_DIRECTORIES=$ceiling "$GIT" rev-parse --git-dir)
done
ln -s "$top/r" link; (cd link/a && GIT_CEILING_DIRECTORIES="$top/link" "$GIT" rev-parse --git-dir); (cd link/a && GIT_CEILING_DIRECTORIES=":$top/link" "$GIT" rev-parse --git-dir)
for v in 0 1 true maybe; do (cd r/a && GIT_DISCOVERY_ACROSS_FILESYSTEM=$v ask); (cd out/in && GIT_DISCOVERY_ACROSS_FILESYSTEM=$v "$GIT" status); done
# Nothing there; broken things there.
(cd out && "$GIT" status); (cd out && GIT_DIR=. "$GIT" status); (cd out && GIT_DIR=none "$GIT" status); (cd out && GIT_DIR="$top/none" "$GIT" log); (cd out && "$GIT" --git-dir=none rev-parse HEAD)
GIT_DIR= "$GIT" -C r status; "$GIT" -C none status; "$GIT" -C r -C a -C .. rev-parse --show-prefix; "$GIT" -C "" rev-parse --git-dir; (cd r && "$GIT" -C "" rev-parse --git-dir); "$GIT" -C r/.git rev-parse --git-dir; "$GIT" -C r/.git/refs status
# A gitfile.
mkdir w
# 2.55 names what is no repository "(null)".
file() { printf "$@" >w/.git; for c in "rev-parse --git-dir" "status -s"; do note "$("$QN_REAL" -C w $c 2>&1 | sed 's/repository: .*/repository: <that>/')"; done; }
file 'gitdir: ../r/.git\n'; file "gitdir: $top/r/.git\n"; file 'gitdir: ../r/.git'; file 'gitdir: ../r/.git\r\n'; file 'gitdir: ../r/.git\n\n'; file 'gitdir: ../r/.git \n'; file 'gitdir:../r/.git\n'; file 'gitdir: none\n'; file 'gitdir: \n'; file 'gitdir:\n'; file 'gitdir: %s/nowhere\n' "$top"; file 'rubbish\n'; file ''; file 'GITDIR: ../r/.git\n'; file 'gitdir: .git\n'; file 'gitdir: ../w/.git\n'; file 'gitdir: ../w\n'; file 'gitdir: ../r\n'; file 'gitdir: ../r/.git/HEAD\n'
head -c 1100000 /dev/zero | tr '\0' x >w/.git; "$GIT" -C w status -s; rm w/.git
mkdir chain; echo 'gitdir: ../w/.git' >chain/.git; echo 'gitdir: ../r/.git' >w/.git; note "$("$QN_REAL" -C chain rev-parse --git-dir 2>&1 | sed 's/repository: .*/repository: <that>/')"
GIT_DIR=w/.git "$GIT" rev-parse --git-dir; "$GIT" --git-dir=w/.git log --format=%s; rm w/.git
ln -s ../r/.git w/.git; "$GIT" -C w rev-parse --git-dir --show-toplevel; rm w/.git; ln -s loop w/.git; "$GIT" -C w status; rm w/.git; mkdir w/.git; "$GIT" -C w status; rmdir w/.git; mkfifo w/.git; "$GIT" -C w rev-parse --git-dir; rm w/.git
# Pieces that are missing.
for piece in HEAD refs objects config; do
    mv r/.git/$piece kept; "$GIT" -C r rev-parse --git-dir; GIT_DIR=r/.git "$GIT" rev-parse HEAD; mv kept r/.git/$piece
done
cp r/.git/HEAD kept
for head in 'rubbish' '' 'ref: elsewhere' 'ref: refs/heads/a..b' 'ref:refs/heads/main' 'ref:   refs/heads/main' 'refs/heads/main' '1111111111111111111111111111111111111111' 'ref: /refs/heads/main' 'ref: refs/heads/'; do
    printf '%s\n' "$head" >r/.git/HEAD; note "HEAD $head"; "$GIT" -C r rev-parse --git-dir; "$GIT" -C r status -sb; "$GIT" -C r symbolic-ref HEAD; "$GIT" -C r rev-parse HEAD
done
rm r/.git/HEAD; ln -s refs/heads/main r/.git/HEAD; "$GIT" -C r rev-parse HEAD; "$GIT" -C r symbolic-ref HEAD; "$GIT" -C r status -sb; "$GIT" -C r branch other; "$GIT" -C r checkout other; rm r/.git/HEAD; ln -s elsewhere r/.git/HEAD; "$GIT" -C r status -sb; rm r/.git/HEAD; ln -s refs/heads/none r/.git/HEAD; "$GIT" -C r status -sb; rm r/.git/HEAD; cp kept r/.git/HEAD
# The work tree.
for tree in out ../../out "$top/out" none "$top/none" ..; do
    note "worktree $tree"; "$QN_REAL" config -f r/.git/config core.worktree "$tree"; (cd r/a && ask); (cd out/in && GIT_DIR="$top/r/.git" ask); (cd r && "$GIT" status -s); (cd r/.git && "$GIT" rev-parse --show-toplevel)
done
"$QN_REAL" config -f r/.git/config --unset core.worktree
"$QN_REAL" config -f r/.git/config core.bare true; "$GIT" -C r status; (cd r && ask); "$QN_REAL" config -f r/.git/config core.worktree ../../out; (cd r && ask); "$QN_REAL" config -f r/.git/config --unset core.worktree
GIT_WORK_TREE=r "$GIT" --git-dir=r/.git status -s; "$QN_REAL" config -f r/.git/config core.bare maybe; "$GIT" -C r status; "$QN_REAL" config -f r/.git/config core.bare false
(cd r/a && GIT_DIR="$top/r/.git" ask); (cd out/in && GIT_DIR="$top/r/.git" GIT_WORK_TREE="$top/out" ask); (cd out/in && GIT_DIR="$top/r/.git" GIT_WORK_TREE="$top/r" ask); (cd r && GIT_WORK_TREE=a ask); (cd r/a && GIT_WORK_TREE=. ask); (cd r/a/b && GIT_WORK_TREE=none ask); (cd r && "$GIT" --work-tree=a/b rev-parse --show-toplevel --show-prefix); (cd r && "$GIT" --work-tree= rev-parse --show-toplevel); (cd r/a && "$GIT" --git-dir ../.git status -s); (cd r && GIT_DIR=.git GIT_WORK_TREE= "$GIT" rev-parse --show-toplevel)
(cd r && "$GIT" --bare status); (cd r && "$GIT" --bare rev-parse --git-dir); (cd r/.git && "$GIT" --bare log --format=%s); (cd out && "$GIT" --bare log)
"$QN_REAL" init -q --bare b.git 2>/dev/null; (cd b.git && ask); (cd b.git/refs && ask); (cd b.git && "$GIT" status); (cd b.git && GIT_WORK_TREE="$top/out" "$GIT" status -s); (cd out && GIT_DIR="$top/b.git" ask)
for v in all explicit bogus ''; do note "bare $v"; (cd b.git && "$GIT" -c safe.bareRepository=$v rev-parse --git-dir); (cd b.git/refs && "$GIT" -c safe.bareRepository=$v rev-parse --git-dir); GIT_DIR=b.git "$GIT" -c safe.bareRepository=$v rev-parse --git-dir; "$GIT" -c safe.bareRepository=$v --git-dir=b.git rev-parse --git-dir; (cd r/.git && "$GIT" -c safe.bareRepository=$v rev-parse --git-dir); (cd r/.git/refs && "$GIT" -c safe.bareRepository=$v rev-parse --git-dir); done
"$QN_REAL" config -f b.git/config safe.bareRepository all; (cd b.git && "$GIT" -c safe.bareRepository=explicit rev-parse --git-dir)
# Another place for what is shared.
mkdir c; cp r/.git/HEAD c; (cd out && GIT_DIR="$top/c" GIT_COMMON_DIR="$top/r/.git" ask); (cd out && GIT_DIR="$top/c" GIT_COMMON_DIR="$top/none" ask); echo "$top/r/.git" >c/commondir; (cd out && GIT_DIR="$top/c" ask); echo ../r/.git >c/commondir; (cd out && GIT_DIR="$top/c" "$GIT" log --format=%s); echo none >c/commondir; (cd out && GIT_DIR="$top/c" ask); : >c/commondir; (cd out && GIT_DIR="$top/c" ask)
# Formats and extensions.
cp r/.git/config kept
form() { cp kept r/.git/config; for pair; do "$QN_REAL" config -f r/.git/config "${pair%%=*}" "${pair#*=}"; done; note "$*"; "$GIT" -C r rev-parse --git-dir; "$GIT" -C r log --format=%s; }
for v in 0 1 2 -1 x '' 1k; do form core.repositoryformatversion=$v; done
form core.repositoryformatversion=0 extensions.noSuch=1; form core.repositoryformatversion=1 extensions.noSuch=1; form core.repositoryformatversion=1 extensions.noSuch=1 extensions.other=x; form core.repositoryformatversion=1 extensions.noop=1; form core.repositoryformatversion=1 extensions.noop-v1=1; form core.repositoryformatversion=0 extensions.noop-v1=1; form core.repositoryformatversion=0 extensions.objectFormat=sha256; form core.repositoryformatversion=1 extensions.objectFormat=sha256; form core.repositoryformatversion=1 extensions.objectFormat=sha1; form core.repositoryformatversion=1 extensions.objectFormat=md5; form core.repositoryformatversion=1 extensions.objectFormat=; form core.repositoryformatversion=1 extensions.compatObjectFormat=sha256
form core.repositoryformatversion=0 extensions.refStorage=files; form core.repositoryformatversion=1 extensions.refStorage=files; form core.repositoryformatversion=1 extensions.refStorage=reftable; form core.repositoryformatversion=1 extensions.refStorage=bogus; form core.repositoryformatversion=1 extensions.refStorage=; form core.repositoryformatversion=1 "extensions.refStorage=files://$top/r/.git"; form core.repositoryformatversion=1 "extensions.refStorage=bogus://$top"; form core.repositoryformatversion=1 "extensions.refStorage=files:"
place() {
    cp kept r/.git/config; "$QN_REAL" config -f r/.git/config core.repositoryformatversion 1; rm -rf x; mkdir x
    "$QN_REAL" init -q --ref-format=$1 y 2>/dev/null; cp y/.git/HEAD x; cp -r y/.git/refs x; [ ! -d y/.git/reftable ] || cp -r y/.git/reftable x; rm -rf y
    "$QN_REAL" config -f r/.git/config extensions.refStorage "$2"; note "$2"
    (cd r && "$GIT" commit -q --allow-empty -m there && "$GIT" branch side && "$GIT" log --format=%s --decorate && "$GIT" symbolic-ref HEAD refs/heads/side && "$GIT" for-each-ref && "$GIT" rev-parse --show-ref-format HEAD && "$GIT" reflog side && "$GIT" pack-refs --all && "$GIT" branch -D main && "$GIT" for-each-ref)
    note "$(cat r/.git/HEAD x/HEAD; cd x && find . -type f | sed 's/0x.*/table/' | sort)"
    GIT_REFERENCE_BACKEND=files "$GIT" -C r log --format=%s
}
place files "files://$top/x"; place reftable "reftable://$top/x"; place files files://../../x
cp kept r/.git/config; (cd r && GIT_REFERENCE_BACKEND=files://$top/x "$GIT" log --format=%s); (cd r && GIT_REFERENCE_BACKEND=bogus://$top/x "$GIT" log --format=%s)
for v in true false x; do form core.repositoryformatversion=1 extensions.preciousObjects=$v; form core.repositoryformatversion=0 extensions.preciousObjects=$v; form core.repositoryformatversion=1 extensions.relativeWorktrees=$v; form core.repositoryformatversion=0 extensions.relativeWorktrees=$v; form core.repositoryformatversion=1 extensions.worktreeConfig=$v; form core.repositoryformatversion=0 extensions.worktreeConfig=$v; done
form core.repositoryformatversion=1 extensions.partialClone=origin; form core.repositoryformatversion=0 extensions.partialClone=origin; form core.repositoryformatversion=1 extensions.submodulePathConfig=true
form extensions.worktreeConfig=true; printf '[x]\n\ty = tree\n[core]\n\tbare = true\n' >r/.git/config.worktree; "$GIT" -C r config get x.y; (cd r && ask); printf '[core]\n\tworktree = ../../out\n' >r/.git/config.worktree; (cd r && ask); rm r/.git/config.worktree; cp kept r/.git/config
printf '[core\n' >r/.git/config; "$GIT" -C r status; "$GIT" -C r rev-parse --git-dir; cp kept r/.git/config; chmod 644 r/.git/config; rm r/.git/config; mkdir r/.git/config; note "$("$QN_REAL" -C r status -s 2>&1 | uniq | sed 's/^/- /')"; rmdir r/.git/config; cp kept r/.git/config
# Names that git-dirs must not have; nested.
"$QN_REAL" init -q r/a/nested 2>/dev/null; (cd r/a/nested && ask); (cd r/a/nested/.git && ask); "$GIT" -C r status -s
