# The helpers for http as programs: what they answer to the other Git that starts them.
# The server is tests/network/http_server.py, reached as a proxy, so that URLs are always
# the same.
#: cells sha1-files
#: packs masked
here=$(dirname "$0")/../network
history; "$QN_REAL" gc -q; "$QN_REAL" clone -q --bare . root/q.git
"$QN_REAL" -C root/q.git update-server-info; "$QN_REAL" -C root/q.git config http.receivepack true
echo 'some text' >root/file.txt
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number; rm port
export GIT_TERMINAL_PROMPT=0 GIT_USER_AGENT=me; u=http://server.test
P=$u/plain/q.git; D=$u/dumb/q.git
one=$("$GIT" rev-parse main); two=$("$GIT" rev-parse side)
say() { words=$1; shift; printf "$words" | "$GIT" "$@"; }
"$GIT" remote-http
say '' remote-http $P
say 'capabilities\n\n' remote-http $P
say 'capabilities\n' remote-https o $P
say 'capabilities\n\n' remote-ftp o $P
say 'capabilities\n\n' remote-ftps o $P
say 'what\n' remote-http o $P
say '\n' remote-http o $P
say 'connect git-upload-pack\n' remote-http o $P
say 'list\n' remote-http nothere
for words in 'verbosity 2' 'verbosity x' 'progress true' 'progress maybe' 'depth 3' 'depth x' \
    'deepen-since 2001-01-01' 'deepen-not x' 'deepen-relative true' 'deepen-relative x' 'followtags true' \
    'followtags x' 'dry-run true' 'dry-run x' 'check-connectivity true' 'check-connectivity x' \
    "cas refs/heads/main:$one" 'cas "x' 'force true' 'cloning true' 'cloning 1' 'update-shallow true' \
    'update-shallow yes' 'updateshallow yes' 'pushcert true' 'pushcert if-asked' 'pushcert x' 'push-option a' \
    'push-option "a b"' 'family ipv4' 'family ipv6' 'family all' 'family x' 'from-promisor 1' 'from-promisor' \
    'refetch true' 'refetch x' 'filter blob:none' 'object-format true' 'object-format sha256' 'atomic true' \
    'atomic x' 'force-if-includes true' 'force-if-includes x' 'no-dependents 1' 'servpath /x' 'zz y' verbosity zz; do
    say "option $words\n\n" remote-http o $P
done
# Version 2 goes by as it is; what is older, is listed.
say 'stateless-connect git-upload-pack\n' remote-http o $P | sed 1,2d | grep -v agent= | grep -a -v fetch=
say 'stateless-connect git-receive-pack\n\n' remote-http o $P
say 'stateless-connect git-upload-pack\n\n' remote-http o $D
say 'stateless-connect git-upload-pack\n\n' remote-http o $u/plain/no.git
"$GIT" config protocol.version 0
say 'stateless-connect git-upload-pack\n\n' remote-http o $P
say 'list\n\n' remote-http o $P
say 'list\nlist\nlist for-push\n' remote-http $P
say 'option object-format true\nlist\n\n' remote-http o $P
say 'list\n\n' remote-http o $D
say 'list\n\n' remote-http o $u/plain/none.git
say "get $u/dumb/file.txt $PWD/got\n\n" remote-http o $P
cat got | "$GIT" stripspace; rm -f got
printf 'some ' >got.temp
say "get $u/dumb/file.txt $PWD/got\n\n" remote-http o $P
cat got | "$GIT" stripspace; ls got*
say "get $u/dumb/nofile.txt $PWD/got2\n" remote-http $P
say 'get\n' remote-http $P
say 'get x\n' remote-http $P
"$QN_REAL" init -q w; cd w; "$QN_REAL" remote add o $P; "$QN_REAL" config protocol.version 0
say "list\nfetch $one refs/heads/main\nfetch $two refs/heads/side\n\n\n" remote-http o | tail -1
"$GIT" fsck
rm -rf .git/objects/??
say "option depth 1\nfetch $one refs/heads/main\n\n\n" remote-http o
"$GIT" rev-list $one; rm -rf .git/objects/?? .git/shallow
say 'fetch zz refs/heads/main\n\n' remote-http o
say "fetch $one refs/heads/main\nlist\n\n" remote-http o
say "list\nfetch $one refs/heads/main\n\n\n" remote-http o $D | tail -1
"$GIT" fsck
"$QN_REAL" update-ref refs/heads/main $one; "$QN_REAL" reset -q --hard; echo new >new; "$QN_REAL" add new; "$QN_REAL" commit -qm new
say 'list for-push\npush refs/heads/main:refs/heads/main\n\n\n' remote-http o
say 'push refs/heads/main:refs/heads/zz\npush :refs/heads/side\n\n\n' remote-http o
say 'push refs/heads/main~1:refs/heads/main\npush +refs/heads/main~1:refs/heads/zz\n\n\n' remote-http o
say 'option dry-run true\npush refs/heads/main:refs/heads/dd\n\n\n' remote-http o
say "option cas refs/heads/main:$one\npush +refs/heads/main:refs/heads/main\n\n\n" remote-http o
say "option cas refs/heads/zz:$two\npush +refs/heads/main:refs/heads/zz\n\n\n" remote-http o
say 'option push-option a\npush refs/heads/main:refs/heads/po\n\n\n' remote-http o
say 'option verbosity 0\npush refs/heads/main:refs/heads/v2\n\n\n' remote-http o
say 'push refs/heads/nothere:refs/heads/v\n\n\n' remote-http o
say 'push refs/heads/main:refs/heads/vv\nlist\n\n' remote-http o
say 'option pushcert true\npush refs/heads/main:refs/heads/vv\n\n\n' remote-http o
"$GIT" -C ../root/q.git for-each-ref
# A URL that names who one is.
"$GIT" ls-remote http://alice:wonder%25land@server.test/auth/q.git main
"$GIT" ls-remote -q http://alice@server.test/plain/q.git main
cd ..; kill $server; rm -rf root w port log
