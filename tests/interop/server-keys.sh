# Servers: signs of life while nothing is sent, who a push over http is by, filters one by one, what one may want.
#: cells sha1-files
#: end no
s() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3; do mkdir -p src/d/e; echo $i >src/d/e/$i; s add .; s commit -qm $i; tick; done; s config core.logAllRefUpdates true; s branch side HEAD~1; s update-ref refs/hidden/x HEAD~2; s update-ref refs/heads/gone HEAD; s update-ref -d refs/heads/gone
pkt() { printf '%04x%s' $((${#1} + 4)) "$1"; }
tip=$("$QN_REAL" -C src rev-parse HEAD); old=$("$QN_REAL" -C src rev-parse HEAD~2); side=$("$QN_REAL" -C src rev-parse side); tree=$("$QN_REAL" -C src rev-parse HEAD^{tree}); blob=$("$QN_REAL" -C src rev-parse HEAD:d/e/1)
lonely=$(echo lonely | "$QN_REAL" -C src commit-tree $tree)
# uploadpack.keepAlive: an empty packet in band 1 after so many seconds without a word
printf '#!/bin/sh\nsleep 2.2\nexec "$@"\n' >slow; chmod +x slow; "$QN_REAL" config --global uploadpack.packObjectsHook "$PWD/slow"
{ pkt command=fetch; pkt object-format=sha1; printf 0001; pkt no-progress; pkt "want $tip"; pkt done; printf 0000; } >ask
for n in 1 0 x; do
    GIT_PROTOCOL=version=2 QN_OWN_WORDS=1 "$QN_REAL" -c uploadpack.keepAlive=$n upload-pack --stateless-rpc src <ask >out 2>err; note "keepalive $n: $?"
    if LC_ALL=C grep -aq "$(printf '0005\001')" out; then note alive; else note silent; fi; LC_ALL=C grep -aqc PACK out && note pack
done
"$QN_REAL" config --global --unset uploadpack.packObjectsHook
# receive.keepAlive: the same in band 2, while a hook says nothing
printf '#!/bin/sh\ncat >/dev/null\nsleep 2.2\n' >src/.git/hooks/pre-receive; chmod +x src/.git/hooks/pre-receive
"$QN_REAL" -C src pack-objects --stdout </dev/null >empty 2>/dev/null
zero=0000000000000000000000000000000000000000
push() { line="$zero $tip refs/heads/$1"; caps=" report-status side-band-64k"; printf '%04x%s\0%s' $((${#line} + 5 + ${#caps})) "$line" "$caps"; printf 0000; cat empty; }
for n in 1 x; do
    push k$n >ask; QN_OWN_WORDS=1 "$QN_REAL" -c receive.keepAlive=$n receive-pack --stateless-rpc src <ask >out 2>err; note "receive $n: $?"
    if LC_ALL=C grep -aq "$(printf '0005\002')" out; then note alive; else note silent; fi; LC_ALL=C grep -aq "ok refs/heads/k" out && note taken
done
rm src/.git/hooks/pre-receive
# http-backend: whose reflog it is
export GIT_HTTP_EXPORT_ALL=1 REQUEST_METHOD=POST PATH_INFO=/src/git-receive-pack QUERY_STRING= CONTENT_TYPE=application/x-git-receive-pack-request
export GIT_PROJECT_ROOT=$PWD
cgi() { push $1 >ask; shift; env CONTENT_LENGTH=$(wc -c <ask) "$@" "$QN_REAL" http-backend <ask >out 2>err; note "cgi $?"; LC_ALL=C tr -d '\r' <out | LC_ALL=C grep -a -e '^Status' -e '^Content' >shown; note_file shown; }
who() { "$QN_REAL" -C src reflog show --format='%gn <%ge> %gs' refs/heads/$1 -- >shown 2>&1; note_file shown; }
cgi a; "$QN_REAL" -C src config http.receivepack true; cgi a; who a
cgi b REMOTE_USER=me; who b; cgi c REMOTE_USER=me REMOTE_ADDR=1.2.3.4; who c; cgi d REMOTE_ADDR=1.2.3.4; who d; cgi e REMOTE_USER= REMOTE_ADDR=; who e
(unset GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL; cgi f REMOTE_USER=me REMOTE_ADDR=1.2.3.4; who f; cgi g REMOTE_USER='a <b>' REMOTE_ADDR=::1; who g)
"$QN_REAL" -C src config http.receivepack false; cgi h REMOTE_USER=me; "$QN_REAL" -C src config --unset http.receivepack; cgi i REMOTE_USER=me; who i
unset GIT_HTTP_EXPORT_ALL REQUEST_METHOD PATH_INFO QUERY_STRING CONTENT_TYPE GIT_PROJECT_ROOT
# filters, one by one
"$QN_REAL" -C src config uploadpack.allowFilter true
ask() { env GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0="$1" GIT_CONFIG_VALUE_0="$2" GIT_CONFIG_KEY_1="${4:-x.y}" GIT_CONFIG_VALUE_1="$5" "$QN_REAL" upload-pack --stateless-rpc src <wanted 2>err | LC_ALL=C tr -c '[:print:]\n' . | LC_ALL=C grep -ao -e 'ERR.*' -e PACK | head -1 >shown; sed "s/^error: git upload/fatal: git upload/" err >>shown; note "$1=$2 $3 $4=$5"; note_file shown; }
want() { { pkt command=fetch; pkt object-format=sha1; printf 0001; pkt no-progress; [ -z "$1" ] || pkt "filter $1"; pkt "want $2"; pkt done; printf 0000; } >wanted; }
export GIT_PROTOCOL=version=2
for f in blob:none blob:limit=1k tree:0 tree:2 tree:3 sparse:oid=$blob object:type=blob combine:blob:none+tree:1 combine:tree:3+tree:1 combine:object:type=tree+blob:none; do
    want $f $tip
    ask x.x y "$f"; ask uploadpackfilter.allow false "$f"; ask uploadpackfilter.${f%%[:=+]*}.allow false "$f"; ask uploadpackfilter.allow false "$f" uploadpackfilter.${f%%[:=+]*}.allow true; ask uploadpackfilter.tree.maxDepth 2 "$f"; ask uploadpackfilter.tree.maxDepth 0 "$f"
done
want blob:none $tip; for n in blob:none blob:limit object:type tree combine; do ask uploadpackfilter.$n.allow no $n uploadpackfilter.allow yes; done; ask uploadpackfilter.tree.maxDepth x n; ask uploadpackfilter.allow x n; ask uploadpack.allowFilter false off
# what one may want (by the first versions over http trees and blobs are ours only when anything is: docs/compat.md)
for v in 0 2; do
for id in $tip $side $old $lonely $tree $blob; do
    case $v$id in 0$tree|0$blob) continue;; esac
    if [ $v = 2 ]; then want "" $id; export GIT_PROTOCOL=version=2; else unset GIT_PROTOCOL; { pkt "want $id no-progress"; printf 0000; pkt done; } >wanted; fi
    for k in allowTipSHA1InWant allowReachableSHA1InWant allowAnySHA1InWant; do ask uploadpack.$k true $id; ask uploadpack.$k true $id transfer.hideRefs refs/hidden; ask uploadpack.$k true $id uploadpack.hideRefs refs/heads/side; done
    ask transfer.hideRefs refs/heads $id; ask uploadpack.hideRefs '!refs/heads/side' $id transfer.hideRefs refs/heads; ask transfer.hideRefs '^refs/heads/side' $id
done; done
