# A push over http that fails: at the first request, at the second one, in the middle of
# its answer, too slow, by hooks, by a full disk; as http-push-client.sh.
#: cells sha1-files
#: end no
here=$(dirname "$0")/../network
git_() { "$QN_REAL" "$@"; }
history; git_ clone -q --bare . root/t.git; git_ -C root/t.git config http.receivepack true
git_ config remote.r.fetch '+refs/heads/*:refs/remotes/r/*'
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" --git "$QN_REAL" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number; rm port
export GIT_TERMINAL_PROMPT=0 GIT_USER_AGENT=me; u=http://server.test
git_ checkout -q -b big; awk 'BEGIN { srand(7); for (i = 0; i < 60000; i++) print int(rand() * 1e9), int(rand() * 1e9), i }' </dev/null >big; git_ add big; git_ commit -qm big; git_ checkout -q main
asked() {
    python3 - >asked <<'P'
import json
for line in open("log"):
    row = json.loads(line)
    print(row["method"], row["path"])
P
    : >log; note_file asked
}
there() { git_ for-each-ref refs/remotes >shown; note_file shown; git_ update-ref -d refs/remotes/r/new; git_ -C root/t.git update-ref -d refs/heads/new; git_ -C root/t.git for-each-ref --format='%(refname)' >shown; note_file shown; asked; }
# git's words come from three processes, in any order, and one may end before it said it.
try() {
    "$QN_REAL" "$@" >out 2>err </dev/null; rc=$?
    { sed -e '/^send-pack: unexpected disconnect/d' -e '/^fatal: the remote end hung up/d' -e 's/\(curl [0-9]*\) .*/\1/' -e 's/\(Failed to connect to\).*/\1/' err | LC_ALL=C sort; sed 's/^/out: /' out; echo "= $rc"; } >shown
    note "$*"; note_file shown
}
push() { try push "$@"; there; }
for code in 401 403 404 413 429 500 503; do
    git_ config remote.r.url $u/status-$code/t.git; push r main:new
    git_ config remote.r.url $u/post-$code/t.git; push r main:new; try -c http.postBuffer=65536 push r big:new; there
done
for how in hangup say garbage error posthangup postempty postgarbage wrongtype short chunked postwait-0.1 postcut-0 postcut-3 postcut-20 postcut-40 postcut-60 postcut-90; do
    git_ config remote.r.url $u/$how/t.git; push r main:new; push --atomic r main:new main~1:refs/heads/newer
    git_ -C root/t.git update-ref -d refs/heads/newer
    case $how in short | postcut*) ;; *) try -c http.postBuffer=65536 push r big:new; there ;; esac
done
# too slow
git_ config remote.r.url $u/postwait-12/t.git
try -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=5 push r main:new
i=0; until git_ -C root/t.git rev-parse -q --verify refs/heads/new || [ $i -gt 600 ]; do sleep 0.1; i=$((i + 1)); done >/dev/null
there
# a place where nobody listens, a name that nobody has
(export no_proxy='*'; try push http://127.0.0.1:1/t.git main:new)
(export http_proxy=http://127.0.0.1:1; try push $u/plain/t.git main:new)
(export no_proxy='*'; try push http://nobody.invalid/t.git main:new)
# what the repository says
git_ config remote.r.url $u/plain/t.git
hook() { cat >root/t.git/hooks/$1; chmod +x root/t.git/hooks/$1; }
printf '#!/bin/sh\necho I say no\nexit 1\n' | hook pre-receive; push r main:new; push --porcelain r main:new; push -q r main:new; rm root/t.git/hooks/pre-receive
printf '#!/bin/sh\necho no $1 >&2; test $1 != refs/heads/new\n' | hook update; push r main:new side:other; push r :other; push --atomic r main:new side:other; rm root/t.git/hooks/update
printf '#!/bin/sh\necho done with it\nexit 1\n' | hook post-receive; push r main:new; rm root/t.git/hooks/post-receive
git_ -C root/t.git config receive.maxInputSize 100; push r big:new; git_ -C root/t.git config --unset receive.maxInputSize
git_ -C root/t.git config receive.denyDeletes true; push r :side; git_ -C root/t.git config --unset receive.denyDeletes
git_ -C root/t.git config http.receivepack false; push r main:new
git_ -C root/t.git config http.receivepack true
# no space there: the file size that the server's own processes may write
kill $server
printf '#!/bin/sh\ntrap "" XFSZ\nulimit -f 400\nexec "%s" "$@"\n' "$QN_REAL" >small; chmod +x small
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" --git "$PWD/small" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number; rm port
push r big:new
git_ -C root/t.git config receive.unpackLimit 1; push r big:new
kill $server
