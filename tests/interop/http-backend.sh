#: cells sha1-files sha256-reftable
#: end no
# http-backend: requests as a web server hands them on, and every byte of the
# answers.  Dates are masked; bodies of packs are looked at by their size.
export GIT_USER_AGENT=agent GIT_PROJECT_ROOT=$PWD/root
mkdir work root && (cd work && history)
"$QN_REAL" clone -q --bare work root/b.git
"$QN_REAL" -C root/b.git repack -adq
"$QN_REAL" -C root/b.git update-server-info
"$QN_REAL" clone -q work root/tree
p() { printf '%04x%s' $((${#1} + 4)) "$1"; }
flush() { printf 0000; }
delim() { printf 0001; }
# ask VARIABLE=...: one request, its body in ./body when there is one
ask() {
    [ -f body ] || : >body
    note "ask $*"
    env "$@" "$QN_REAL" http-backend <body >answer 2>err; note "exit $?"
    sed -e 's/^\(Date\|Expires\|Last-Modified\): .* 20[0-9][0-9] .*/\1: some day/' -e "s#$PWD#.#g" -e 's/pack-[0-9a-f]*[.]/pack-NAME./' answer | tr -d '\r' | cut -c1-300 |
        sed -e '/^PACK/,$d' -e '/loose-object/,$d' | tr -d '\000' >shown
    case "$*" in */objects/[0-9a-f][0-9a-f]/*) sed -i /^Content-Length/d shown ;; esac
    note_file shown; sed -e "s#$PWD#.#g" -e 's# file [^ ]*config: # file config: #' -e '/^Enumerating\|^Total/d' err >err.shown; note_file err.shown
}
get() { ask REQUEST_METHOD=GET "PATH_INFO=$1" "QUERY_STRING=$2"; }
get /b.git/HEAD
get /b.git/info/refs service=git-upload-pack
export GIT_HTTP_EXPORT_ALL=
get /b.git/HEAD; get /b.git/info/refs; get /b.git/info/refs
for service in git-upload-pack git-receive-pack git-upload-archive git-other other '' git%2Dupload-pack; do
    get /b.git/info/refs "service=$service"
    [ "$service" = git-receive-pack ] || ask REQUEST_METHOD=GET PATH_INFO=/b.git/info/refs "QUERY_STRING=a=b&service=$service&c" HTTP_GIT_PROTOCOL=version=2
done
get /b.git/objects/info/packs; get /b.git/objects/info/alternates; get /b.git/objects/info/http-alternates
echo ../../tree/.git/objects >root/b.git/objects/info/alternates; get /b.git/objects/info/alternates; rm root/b.git/objects/info/alternates
for path in '' / /b.git /b.git/config /nope/HEAD /b.git/../tree/HEAD b.git/HEAD //b.git/HEAD /./b.git/HEAD /b.git//HEAD /b.git/zz/HEAD /b%2egit/HEAD \
    /b.git/objects/info/commit-graph /b.git/objects/pack/pack-123.pack /b.git/objects/12/34 /b.git/objects/info/xx /b.git/packed-refs \
    /b.git/objects/00/$("$QN_REAL" -C work rev-parse HEAD | cut -c3-) /../b.git/HEAD /b.git/HEAD/.. '/-x/HEAD'; do
    get "$path"
done
echo loose | "$QN_REAL" -C root/tree hash-object -w --stdin >id
get /tree/.git/objects/$(sed 's/^../&\//' id)
for method in POST PUT HEAD DELETE; do
    ask REQUEST_METHOD=$method PATH_INFO=/b.git/HEAD
    ask REQUEST_METHOD=$method PATH_INFO=/b.git/HEAD SERVER_PROTOCOL=HTTP/1.1
    ask REQUEST_METHOD=$method PATH_INFO=/b.git/git-upload-pack SERVER_PROTOCOL=HTTP/1.1
done
ask PATH_INFO=/b.git/HEAD
env -u GIT_PROJECT_ROOT REQUEST_METHOD=GET "$GIT" http-backend
env -u GIT_PROJECT_ROOT REQUEST_METHOD=GET PATH_TRANSLATED=root/b.git/HEAD "$GIT" http-backend
env -u PATH_INFO REQUEST_METHOD=GET "$GIT" http-backend
# services
id=$("$QN_REAL" -C work rev-parse HEAD)
post() { ask REQUEST_METHOD=POST PATH_INFO=/b.git/git-upload-pack CONTENT_TYPE=application/x-git-upload-pack-request "$@"; }
{ p command=ls-refs; p object-format=$QN_ALGORITHM; delim; flush; } >body
post GIT_PROTOCOL=version=2
post HTTP_GIT_PROTOCOL=version=2
post HTTP_GIT_PROTOCOL=version=2 GIT_PROTOCOL=version=2
post HTTP_GIT_PROTOCOL=version=2 CONTENT_LENGTH=$(wc -c <body)
post HTTP_GIT_PROTOCOL=version=2 CONTENT_LENGTH=20
post HTTP_GIT_PROTOCOL=version=2 CONTENT_LENGTH=xx
post HTTP_GIT_PROTOCOL=version=2 CONTENT_LENGTH=
post HTTP_GIT_PROTOCOL=version=2 CONTENT_TYPE=text/plain
post HTTP_GIT_PROTOCOL=version=2 "CONTENT_TYPE=application/x-git-upload-pack-request; charset=x"
post HTTP_GIT_PROTOCOL=version=2 CONTENT_TYPE=
ask REQUEST_METHOD=POST PATH_INFO=/b.git/git-receive-pack
ask REQUEST_METHOD=POST PATH_INFO=/b.git/git-upload-archive
gzip -nc <body >body.gz; mv body.gz body
post HTTP_GIT_PROTOCOL=version=2 HTTP_CONTENT_ENCODING=gzip
post HTTP_GIT_PROTOCOL=version=2 HTTP_CONTENT_ENCODING=x-gzip CONTENT_LENGTH=$(wc -c <body)
head -c 20 body >cut; mv cut body; post HTTP_GIT_PROTOCOL=version=2 HTTP_CONTENT_ENCODING=gzip
printf zzzz >body; post HTTP_GIT_PROTOCOL=version=2 HTTP_CONTENT_ENCODING=gzip; post HTTP_GIT_PROTOCOL=version=2
{ p "want $id"; flush; p done; } >body
post; post GIT_HTTP_MAX_REQUEST_BUFFER=2; post GIT_HTTP_MAX_REQUEST_BUFFER=2 CONTENT_LENGTH=$(wc -c <body)
post GIT_HTTP_MAX_REQUEST_BUFFER=1k CONTENT_LENGTH=$(wc -c <body)
: >body
# settings
for key in http.getanyfile http.uploadpack http.uploadarchive http.receivepack; do
    for value in false 0 zz; do
        "$QN_REAL" -C root/b.git config $key $value
        get /b.git/HEAD; get /b.git/info/refs; get /b.git/info/refs service=git-upload-pack; get /b.git/objects/info/packs
    done
    "$QN_REAL" -C root/b.git config --unset $key
done
"$QN_REAL" -C root/b.git config http.maxRequestBuffer zz; get /b.git/HEAD
"$QN_REAL" -C root/b.git config --unset http.maxRequestBuffer
# HEAD in its forms
"$QN_REAL" -C root/b.git symbolic-ref HEAD refs/heads/none; get /b.git/HEAD
"$QN_REAL" -C root/b.git update-ref --no-deref HEAD refs/heads/side; get /b.git/HEAD
"$QN_REAL" -C root/b.git symbolic-ref HEAD refs/heads/main
"$QN_REAL" -C root/b.git update-ref refs/namespaces/n/refs/heads/x refs/heads/side
"$QN_REAL" -C root/b.git symbolic-ref refs/namespaces/n/HEAD refs/namespaces/n/refs/heads/x
export GIT_NAMESPACE=n; get /b.git/HEAD; get /b.git/info/refs; get /b.git/info/refs service=git-upload-pack; unset GIT_NAMESPACE
"$QN_REAL" init -q --bare root/empty.git; get /empty.git/HEAD; get /empty.git/info/refs; get /empty.git/objects/info/packs; get /empty.git/info/refs service=git-upload-pack
unset GIT_HTTP_EXPORT_ALL; : >root/b.git/git-daemon-export-ok; get /b.git/HEAD; get /tree/HEAD
