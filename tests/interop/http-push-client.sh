# pushing over http: what is asked, and what is said; as http-client.sh
#: cells sha1-files
here=$(dirname "$0")/../network
history; "$QN_REAL" clone -q --bare . root/t.git; (cd root/t.git && "$QN_REAL" config http.receivepack true && "$QN_REAL" config receive.denyDeletes false && "$QN_REAL" update-server-info)
"$QN_REAL" clone -q --bare . root/closed.git; (cd root/closed.git && "$QN_REAL" config http.receivepack false)
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number; rm port
export GIT_TERMINAL_PROMPT=0 GIT_USER_AGENT=me; u=http://server.test
asked() {
    python3 - >asked <<'P'
import json
for line in open("log"):
    row = json.loads(line)
    print(row["method"], row["path"], "gzip" if row["size"] != row["plain_size"] else "")
    for name, value in row["headers"]:
        if name not in ("Host", "Accept-Encoding", "Content-Length", "Proxy-Connection"):
            print("   ", name + ":", value)
P
    : >log; note_file asked
}
export SAYS='username=alice\npassword=wonder%%land\n'
helper='!f() { { echo "[$1"; sed "s/^/  /"; echo "]"; } >&2; test $1 = get && printf "$SAYS"; }; f'
echo new >>story; "$QN_REAL" commit -qam new
"$GIT" push $u/plain/t.git HEAD:refs/heads/a; asked; "$GIT" push $u/plain/t.git HEAD:refs/heads/a; asked
"$GIT" -c credential.helper="$helper" push $u/auth/t.git HEAD:refs/heads/b side:c; asked
"$GIT" push $u/plain/t.git :a; "$GIT" push --porcelain $u/plain/t.git HEAD~1:b; "$GIT" push --force $u/plain/t.git HEAD~1:b; "$GIT" push --atomic $u/plain/t.git :b :c; "$GIT" push --dry-run $u/plain/t.git HEAD:d; : >log
"$GIT" push $u/auth/t.git HEAD:d; "$GIT" push $u/plain/closed.git HEAD:d; "$GIT" push $u/plain/none.git HEAD:d; "$GIT" push $u/status-403/t.git HEAD:d; "$GIT" push $u/say/t.git HEAD:d; asked
"$GIT" push $u/moved/t.git HEAD:refs/heads/e; asked
awk 'BEGIN { srand(7); for (i = 0; i < 60000; i++) print int(rand() * 1e9), int(rand() * 1e9), i }' </dev/null >big; "$QN_REAL" add big; "$QN_REAL" commit -qm big
"$GIT" -c http.postBuffer=100000 -c credential.helper="$helper" push $u/auth/t.git HEAD:refs/heads/big; asked
"$GIT" ls-remote $u/plain/t.git
kill $server
