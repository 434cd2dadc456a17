#: place disk
#: cells sha1-files
#: end no
#: root yes
# Repositories that want to run something or to have something read: what is
# run leaves a mark; what is read is a file outside with a known word in it.
top=$PWD; export GIT_USER_AGENT=agent
mark() { if test -e "$top/RAN"; then note "RAN: $(cat "$top/RAN")"; rm -f "$top/RAN"; else note "nothing ran"; fi; }
evil="echo ran >>$top/RAN; false"
echo secret-word >outside
victim() { # a bare repository below a work tree, as somebody else's archive unpacks
    rm -rf v; "$QN_REAL" init -q v 2>/dev/null; echo a >v/a; "$QN_REAL" -C v add a; "$QN_REAL" -C v commit -qm one
}
# What only reads must run nothing that configuration names (but for what it is
# asked for), when the repository is somebody else's.
victim
for key in core.fsmonitor core.sshCommand core.editor core.pager core.askPass core.hooksPath diff.external \
    filter.x.clean filter.x.smudge filter.x.process gpg.program credential.helper sequence.editor uploadpack.packObjectsHook \
    alias.status alias.log core.alternateRefsCommand core.gitProxy receive.procReceiveRefs hook.h.command; do
    "$QN_REAL" config -f v/.git/config "$key" "$evil"
done
"$QN_REAL" config -f v/.git/config hook.h.event post-index-change
echo '* filter=x diff=x' >v/.gitattributes; "$QN_REAL" config -f v/.git/config diff.x.textconv "$evil"; "$QN_REAL" config -f v/.git/config diff.x.command "$evil"
chown -R 65534 v
for c in status "log -p" diff "show HEAD" "add a" "ls-files -m" "rev-parse HEAD" "cat-file -p HEAD" "branch -a" "upload-pack ." "config -l"; do
    "$GIT" -C v $c </dev/null; mark
done
"$GIT" clone -q v out1; mark; "$GIT" clone -q --no-local v out2; mark; "$GIT" clone -q "file://$top/v" out3; mark
rm -rf out1 out2 out3
# Cloning what is ours runs nothing of the source's configuration or hooks.
victim
for key in core.fsmonitor uploadpack.packObjectsHook core.alternateRefsCommand filter.x.smudge core.hooksPath; do "$QN_REAL" config -f v/.git/config "$key" "$evil"; done
for h in post-checkout pre-receive update post-receive post-update reference-transaction post-index-change; do
    printf '#!/bin/sh\n%s\n' "$evil" >v/.git/hooks/$h; chmod +x v/.git/hooks/$h
done
"$GIT" clone -q v out1; mark; "$GIT" clone -q --no-local v out2; mark; "$GIT" clone -q --bare "file://$top/v" out3; mark
rm -rf out1 out2 out3
# Alternates: in a circle, to themselves, to nowhere, to what is no directory, deep.
victim
for name in a b; do "$QN_REAL" init -q --bare $name.git 2>/dev/null; done
echo "$top/b.git/objects" >a.git/objects/info/alternates; echo "$top/a.git/objects" >b.git/objects/info/alternates
"$GIT" -C a.git count-objects -v; "$GIT" -C a.git cat-file -t HEAD; "$GIT" -C b.git rev-list --all
echo "$top/a.git/objects" >a.git/objects/info/alternates; "$GIT" -C a.git fsck
echo "../../a.git/objects" >a.git/objects/info/alternates; "$GIT" -C a.git fsck
printf '%s\n' "$top/nowhere" "$top/outside" /etc/passwd ../../../../../etc >a.git/objects/info/alternates; "$GIT" -C a.git count-objects -v; "$GIT" -C a.git cat-file -t HEAD
previous=$top/v/.git/objects
for i in 1 2 3 4 5 6 7 8; do "$QN_REAL" init -q --bare deep$i.git 2>/dev/null; echo "$previous" >deep$i.git/objects/info/alternates; previous=$top/deep$i.git/objects; done
one=$("$QN_REAL" -C v rev-parse HEAD)
for i in 1 3 5 6 7 8; do "$GIT" -C deep$i.git cat-file -t $one; done
# A .git that points to itself, to nowhere, to a file, in a circle.
mkdir g; echo "gitdir: .git" >g/.git; "$GIT" -C g status; "$GIT" -C g rev-parse --git-dir
echo "gitdir: $top/g" >g/.git; "$GIT" -C g status; echo "gitdir: ../outside" >g/.git; "$GIT" -C g status; echo "gitdir: " >g/.git; "$GIT" -C g status
mkdir h; echo "nonsense" >h/.git; "$GIT" -C h status; head -c 100000 /dev/zero >g/.git; "$GIT" -C g rev-parse HEAD
rm g/.git; ln -s .git g/.git; "$GIT" -C g rev-parse --git-dir; rm g/.git; ln -s ../v/.git g/.git; "$GIT" -C g rev-parse HEAD; rm -rf g
mkdir g; echo "gitdir: $top/v/.git/worktrees/none" >g/.git; "$GIT" -C g status; rm -rf g
# Refs, HEAD and packed-refs that point out of the repository.
victim
ln -sf "$top/outside" v/.git/refs/heads/out; "$GIT" -C v show-ref; "$GIT" -C v rev-parse out; "$GIT" -C v log out; rm v/.git/refs/heads/out
printf 'ref: ../../outside\n' >v/.git/refs/heads/out; "$GIT" -C v show-ref; "$GIT" -C v rev-parse out; rm v/.git/refs/heads/out
printf 'ref: refs/../../../outside\n' >v/.git/HEAD; "$GIT" -C v status -s; "$GIT" -C v rev-parse HEAD; printf 'ref: refs/heads/main\n' >v/.git/HEAD
for n in ../outside refs/heads/../../../outside refs/heads/.. .git/config '@{-1}/../../x'; do "$GIT" -C v rev-parse -- "$n"; "$GIT" -C v update-ref "$n" HEAD; "$GIT" -C v symbolic-ref HEAD "$n"; "$GIT" -C v branch "$n"; "$GIT" -C v tag "$n"; done
ln -sf "$top/outside" v/.git/packed-refs; "$GIT" -C v show-ref; rm v/.git/packed-refs
# Files of the repository that are links to something outside: written beside, not through.
ln -sf "$top/outside" v/.git/COMMIT_EDITMSG; echo b >v/a; "$GIT" -C v commit -qam two; note_file outside; rm -f v/.git/COMMIT_EDITMSG
ln -sf "$top/outside" v/.git/index; "$GIT" -C v status -s; "$GIT" -C v add a; note_file outside; rm -f v/.git/index; "$QN_REAL" -C v reset -q
ln -sf "$top/outside" v/.git/config.lock; "$GIT" -C v config a.b c; note_file outside; rm -f v/.git/config.lock
# Submodules with names and paths that lead elsewhere.
for name in ../../outside .git '..' 'x/../../y' '' '-u' '--upload-pack=x' '.git/hooks'; do
    victim
    { printf '[submodule "%s"]\n\tpath = sub\n\turl = ../evil\n' "$name"; } >v/.gitmodules
    mkdir v/sub; "$QN_REAL" -C v update-index --add --cacheinfo 160000,$one,sub; "$QN_REAL" -C v add .gitmodules 2>/dev/null; "$QN_REAL" -C v commit -qm sub
    "$GIT" -C v status --short; "$GIT" -C v diff; "$GIT" -C v ls-files -s; "$GIT" -C v fsck; "$GIT" clone -q v out; rm -rf out; mark
done
for path in ../x .git/hooks -x 'a/../b'; do
    victim
    printf '[submodule "s"]\n\tpath = %s\n\turl = -oProxyCommand=x\n\tupdate = !touch RAN\n' "$path" >v/.gitmodules
    "$QN_REAL" -C v add .gitmodules; "$QN_REAL" -C v commit -qm sub
    "$GIT" -C v status -s; "$GIT" -C v fsck; "$GIT" clone -q v out; rm -rf out; mark
done
# A bare repository inside of a work tree.
victim; mkdir v/inner; (cd v/inner && "$QN_REAL" init -q --bare . 2>/dev/null && "$QN_REAL" config core.fsmonitor "$evil" && "$QN_REAL" config --bool core.bare false && "$QN_REAL" config core.worktree ..)
(cd v/inner && "$GIT" -c safe.bareRepository=explicit status -s; mark; "$GIT" -c safe.bareRepository=explicit log)
mark
