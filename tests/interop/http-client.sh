# http as a client: what is asked of a server, and what is said of its answers.  The
# server is tests/network/http_server.py, reached as a proxy, so that URLs are always
# the same; what it was asked is in the transcript, too.
#: cells sha1-files
here=$(dirname "$0")/../network
history; "$QN_REAL" gc -q; "$QN_REAL" clone -q --bare . root/q.git; "$QN_REAL" clone -q --bare . root/loose.git
(cd root/loose.git && mv objects/pack/*.pack x && rm -rf objects/pack/* && "$QN_REAL" unpack-objects -q <x && rm x)
for name in q loose; do (cd root/$name.git && "$QN_REAL" update-server-info && "$QN_REAL" config http.receivepack true); done
mkdir root/alt.git root/alt.git/objects root/alt.git/objects/info root/alt.git/info; cp root/loose.git/info/refs root/alt.git/info; echo /dumb/loose.git/objects >root/alt.git/objects/info/http-alternates
unset GIT_DIR; mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" >port 2>/dev/null & server=$!
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
l() { path=$1; shift; "$GIT" "$@" ls-remote $u/$path; }
helper='!f() { { echo "[$1"; sed "s/^/  /"; echo "]"; } >&2; test $1 = get && printf "$SAYS"; }; f'
h() { path=$1; shift; "$GIT" -c credential.helper="$helper" "$@" ls-remote $u/$path; }
l plain/q.git; asked
l plain/q.git -c protocol.version=0; l plain/q.git -c protocol.version=1; asked
l plain/q.git -c http.extraHeader='X: a' -c http.$u.extraHeader='X: b' -c http.$u/other.extraHeader='X: c' -c http.userAgent=own; asked
l plain/q.git -c http.$u/plain.extraHeader='X: b' -c http.extraHeader='X: a' -c http.$u/plain/.extraHeader='X: c'; asked
l plain/q.git -c http.extraHeader='X: a' -c http.extraHeader= ; LANGUAGE=de_DE:en.UTF-8:fr@x l plain/q.git; GIT_HTTP_USER_AGENT=theirs l plain/q.git; asked
l plain/q.git/; "$GIT" ls-remote --heads $u/plain/q.git v1 main; asked
l none/q.git; l plain/none.git; l 'plain/q.git?a=b'; asked
for code in 400 403 404 410 429 500 503; do l status-$code/q.git; done
for how in say garbage; do l $how/q.git; done
l moved/q.git; asked; l moved/q.git -c http.followRedirects=false; l moved/q.git -c http.followRedirects=true; "$GIT" ls-remote -q $u/moved/q.git main; l elsewhere/q.git; l loop/q.git; l postmoved/q.git -c http.followRedirects=true; l postmoved/q.git; asked
l moved/q.git -c protocol.http.allow=never; GIT_ALLOW_PROTOCOL=https l moved/q.git
l plain/q.git -c http.followRedirects=maybe; l cookie/q.git; l cookie/q.git -c http.cookieFile=; asked
l cookie/q.git -c http.cookieFile=jar -c http.saveCookies=true; l plain/q.git -c http.cookieFile=jar; asked
l busy-1-/q.git; l busy-2-1/q.git -c http.maxRetries=3; l busy-9-1000/q.git -c http.maxRetries=3; l busy-8-/q.git -c http.maxRetries=3 -c http.retryAfter=400; l busy-7-/q.git -c http.maxRetries=2; l busy-6-/q.git -c http.maxRetries=6
GIT_HTTP_MAX_RETRIES=1 GIT_HTTP_RETRY_AFTER=3 GIT_HTTP_MAX_RETRY_TIME=2 l busy-5-/q.git; GIT_HTTP_MAX_RETRIES=x l plain/q.git; GIT_HTTP_RETRY_AFTER=x l plain/q.git; GIT_HTTP_MAX_RETRY_TIME=x l plain/q.git; : >log
l auth/q.git; asked; SAYS='username=alice\npassword=wonder%%land\n'; export SAYS
h auth/q.git; asked; SAYS='username=alice\npassword=no\n' h auth/q.git; asked; SAYS='quit=1\n' h auth/q.git; SAYS='' h auth/q.git
h auth/q.git -c http.proactiveAuth=basic; h auth/q.git -c http.proactiveAuth=auto; h auth/q.git -c http.proactiveAuth=none; asked
h auth/q.git -c credential.useHttpPath=true; h auth/q.git -c credential.$u.username=alice; h authdumb/q.git; : >log
SAYS='capability[]=authtype\nauthtype=Bearer\ncredential=token-1\n' h bearer/q.git; SAYS='capability[]=authtype\nauthtype=Bearer\ncredential=wrong\n' h bearer/q.git; asked
SAYS='capability[]=authtype\nauthtype=Bearer\ncredential=token-1\nephemeral=1\n' h bearer/q.git -c http.proactiveAuth=auto; asked
printf 'machine server.test login alice password wonder%%land\n' >"$HOME/.netrc"; l auth/q.git; rm "$HOME/.netrc"; : >log
for setting in http.sslVersion=foo http.version=HTTP/9 http.proxyAuthMethod=zz http.delegation=zz http.proactiveAuth=zz http.emptyAuth=zz http.sslVerify=zz http.saveCookies=zz http.sslTry=zz http.noEPSV=zz http.sslCertPasswordProtected=zz http.postBuffer=zz http.maxRequests=zz http.lowSpeedLimit=zz http.lowSpeedTime=zz http.keepAliveIdle=zz http.keepAliveInterval=zz http.keepAliveCount=zz http.maxRetries=zz http.retryAfter=zz http.maxRetryTime=zz http.minSessions=zz http.schannelCheckRevoke=zz http.extraHeader http.userAgent http.cookieFile http.proxy http.sslCert http.sslKey http.sslCAInfo http.sslCAPath http.sslCipherList http.sslBackend http.pinnedPubkey http.curloptResolve http.delegation http.version http.proactiveAuth; do l plain/q.git -c $setting; done
for setting in http.sslVersion=tlsv1.2 http.version=HTTP/1.1 http.proxyAuthMethod=basic http.delegation=policy http.emptyAuth=auto http.sslVerify=false http.sslTry=true http.noEPSV=true http.sslCertPasswordProtected=true http.lowSpeedLimit=1 http.lowSpeedTime=60 http.keepAliveIdle=10 http.keepAliveInterval=10 http.keepAliveCount=3 http.maxRequests=1 http.minSessions=2 http.schannelCheckRevoke=false http.schannelUseSSLCAInfo=true http.sslCert=/no http.sslCertType=PEM http.sslKey=/no http.sslKeyType=PEM http.sslCAInfo=/no http.sslCAPath=/no http.sslCipherList=x http.pinnedPubkey=x http.proxySSLCert=/no http.proxySSLKey=/no http.proxySSLCAInfo=/no http.proxySSLCertPasswordProtected=false; do "$GIT" -c $setting ls-remote $u/plain/q.git main; done
for variable in GIT_HTTP_LOW_SPEED_LIMIT GIT_HTTP_LOW_SPEED_TIME GIT_SSL_VERSION GIT_HTTP_PROXY_AUTHMETHOD GIT_HTTP_MAX_REQUESTS GIT_HTTP_KEEPALIVE_IDLE GIT_SSL_NO_VERIFY GIT_SSL_CERT GIT_SSL_KEY GIT_SSL_CAINFO GIT_SSL_CAPATH GIT_SSL_CIPHER_LIST GIT_SSL_CERT_PASSWORD_PROTECTED GIT_CURL_FTP_NO_EPSV; do export $variable=zz; "$GIT" ls-remote $u/plain/q.git main; unset $variable; done
: >log
f() { rm -rf to; "$QN_REAL" init -q to; cd to; "$GIT" "$@"; "$GIT" rev-parse -q --verify FETCH_HEAD; "$GIT" fsck; cd ..; }
f fetch -q $u/plain/q.git main; asked; f -c protocol.version=0 fetch -q $u/plain/q.git main v1; asked; f fetch $u/chunked/q.git main; f fetch $u/wrongtype/q.git side; f fetch $u/moved/q.git 'refs/heads/*:refs/x/*'; f fetch --depth 1 $u/plain/q.git main; : >log
f fetch $u/dumb/q.git main; f fetch $u/dumb/loose.git 'refs/heads/*:refs/x/*'; f fetch --depth 1 $u/dumb/q.git main
f -c http.followRedirects=true fetch $u/dumb/alt.git main
id=$("$QN_REAL" rev-parse side)
f http-fetch -a -w heads/x $id $u/dumb/loose.git; f http-fetch -c -t --recover $id $u/dumb/q.git; f http-fetch 1234567890123456789012345678901234567890 $u/dumb/q.git; f http-fetch main $u/dumb/q.git; f http-fetch heads/side $u/dumb/q.git; f http-fetch $id $u/none/q.git
printf "$id\theads/a\n$id\n" >to.in; f http-fetch --stdin $u/dumb/q.git <to.in; f http-fetch -w heads/deep/er $id $u/dumb/loose.git/
f http-fetch --packfile=abc $u/x; f http-fetch --packfile=$id $u/x
"$QN_REAL" -C root/q.git pack-objects --stdout -q </dev/null >root/empty.pack
f http-fetch --packfile=$id --index-pack-arg=index-pack --index-pack-arg=--stdin --index-pack-arg=--keep $u/dumb/empty.pack
f http-fetch --packfile=$id --index-pack-arg=index-pack --index-pack-arg=--stdin $u/dumb/q.git/config
"$GIT" http-fetch; "$GIT" http-fetch a; "$GIT" http-fetch --stdin
for policy in allow die other; do "$GIT" -c transfer.credentialsInUrl=$policy ls-remote http://u:p@server.test/status-403/q.git; "$GIT" -c transfer.credentialsInUrl=$policy fetch http://u:p@server.test/status-403/q.git; done
"$GIT" -c transfer.credentialsInUrl=die ls-remote http://u@server.test/status-403/q.git
# traces, as far as they are the same with any libcurl
t() { rm -f trace; GIT_TRACE_CURL=$PWD/trace "$GIT" -c http.extraHeader='Cookie: a=b; c=d' -c http.extraHeader='Authorization: Foo bar' -c http.extraHeader='Proxy-Authorization: Basic abc' ls-remote $u/plain/q.git main; grep -o '=> Send header: .*\|<= Recv data: 000e.*' trace | grep -v 'Host:\|Encoding:\|Length:' >asked; note_file asked; }
t; GIT_TRACE_REDACT=0 t; GIT_TRACE_CURL_NO_DATA=1 t
# settings that would tell the port stay out of the command
export GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=remote.r.url GIT_CONFIG_VALUE_0=$u/plain/q.git GIT_CONFIG_KEY_1=remote.r.proxy GIT_CONFIG_VALUE_1=$http_proxy
proxy=$http_proxy; unset http_proxy; "$GIT" -c remote.r.proxyAuthMethod=basic ls-remote r main; "$GIT" -c remote.r.proxyAuthMethod=zz ls-remote r main
GIT_CONFIG_KEY_1=http.proxy; "$GIT" ls-remote $u/plain/q.git main; GIT_CONFIG_KEY_1=http.$u/plain.proxy; "$GIT" ls-remote $u/plain/q.git main
unset GIT_CONFIG_COUNT; "$GIT" -c http.proxy=zz://x ls-remote $u/plain/q.git
kill $server
