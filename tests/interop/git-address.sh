# git://, ext::, fd::: what is said, and what a proxy is given.
#: cells sha1-files
#: end no
cat >proxy <<'P'
#!/bin/sh
echo "proxy $*" >&2
head -c 4 | cat >size
head -c $((0x$(cat size) - 4)) | tr '\000\n' '@#' >&2
echo >&2
printf '000fERR go away'
P
chmod +x proxy
while IFS= read -r url; do
    "$GIT" ls-remote "$url"
    GIT_PROXY_COMMAND=./proxy "$GIT" ls-remote "$url"
done <<'U'
git://127.0.0.1:1/x
git://127.0.0.1:1/~x
git://user@127.0.0.1:1/x
git://
git://127.0.0.1:1
U
while IFS= read -r url; do GIT_PROXY_COMMAND=./proxy "$GIT" ls-remote "$url"; done <<'U'
git://host/path
git://host:/path
git://host:7/path
git://host:abc/path
git://host:-5/path
git://[::1]/path
git://[::1]:7/path
git://-x/path
git://ho%0ast/path
git://host/pa%0ath
git://host/%41~
U
GIT_PROXY_COMMAND=./proxy "$GIT" -c protocol.version=0 ls-remote git://host/x
GIT_PROXY_COMMAND=./proxy "$GIT" -c protocol.version=1 ls-remote git://host/x
GIT_PROXY_COMMAND=./proxy GIT_OVERRIDE_VIRTUAL_HOST=other:3 "$GIT" ls-remote git://host/x
GIT_PROXY_COMMAND=./proxy "$GIT" ls-remote --upload-pack=other git://host/x
GIT_PROXY_COMMAND=nothing-here "$GIT" ls-remote git://host/x
for rule in ./proxy "./proxy for example.org" "./proxy for ample.org" "./proxy for org"; do
    "$GIT" -c core.gitProxy="$rule" -c core.gitProxy="./proxy for host" -c core.gitProxy=./proxy ls-remote git://www.example.org/x
done
"$GIT" -c core.gitProxy="none for 127.0.0.1" -c core.gitProxy=./proxy ls-remote git://127.0.0.1:1/x
"$GIT" -c core.gitProxy ls-remote git://127.0.0.1:1/x
"$GIT" ls-remote "ext::cat"
"$GIT" config protocol.ext.allow always
"$GIT" -c protocol.ext.allow=user ls-remote "ext::false"
GIT_PROTOCOL_FROM_USER=0 "$GIT" -c protocol.ext.allow=user ls-remote "ext::false"
for command in nothing-here "sh -c %z" "false %" "sh -c echo% %%%s%S>&2" "sh -c env|grep% ^GIT_EXT|sort>&2" "%Gx/y %Vhost ./proxy" "./proxy a% b %G/x" "false %G" ; do
    "$GIT" -c protocol.ext.allow=always ls-remote "ext::$command"
done
"$GIT" -c protocol.ext.allow=always ls-remote "ext::sh -c printf% 000fERR% go% away"
for address in x 1,x "3 " 3,4,5; do "$GIT" ls-remote "fd::$address"; done
