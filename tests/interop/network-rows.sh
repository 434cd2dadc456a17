# Options and settings of the network that no other script says.
#: cells sha1-files
"$QN_REAL" init -q -b main far; cd far; echo 1 >f; "$QN_REAL" add .; "$QN_REAL" commit -qm 1; cd ..
"$QN_REAL" clone -q far w; cd far; echo 2 >f; tick; "$QN_REAL" commit -qam 2; cd ../w
"$GIT" pull --ipv6 -q
"$GIT" pull --no-progress
"$GIT" pull -q --progress
"$GIT" pull --gpg-sign --ff-only
"$GIT" pull --no-gpg-sign
"$GIT" pull -S --no-rebase
"$GIT" remote --no-verbose
"$GIT" remote -v --no-verbose
"$GIT" remote --no-verbose show -n origin
cat >show <<'P'
#!/bin/sh
echo "$GIT_EXT_SERVICE $GIT_EXT_SERVICE_NOPREFIX" >>said
exit 1
P
chmod +x show
"$GIT" -c protocol.ext.allow=always ls-remote 'ext::./show'; "$GIT" stripspace <said; rm -f said
"$GIT" -c protocol.ext.allow=always push 'ext::./show' main; "$GIT" stripspace <said; rm -f said
# Which settings are of a URL.
fill() { printf "$1" | "$GIT" $2 credential fill; }
cat >helper <<'P'
#!/bin/sh
[ "$2" = get ] && echo "password=$1"
exit 0
P
chmod +x helper; me=$PWD/helper; GIT_TERMINAL_PROMPT=0; export GIT_TERMINAL_PROMPT
"$GIT" config credential.helper "$me any"
"$GIT" config credential.https://example.com.username bob
"$GIT" config credential.https://example.com.helper ''
"$GIT" config --add credential.https://example.com.helper "$me here"
"$GIT" config credential.https://example.com/a.useHttpPath true
"$GIT" config 'credential.https://*.example.org.username' star
"$GIT" config credential.https://al@example.net.helper "!$me al"
"$GIT" config credential.https://example.net:8080.username port
"$GIT" config credential.http://example.com.username plain
"$GIT" config credential.example.com.username bare
for url in https://example.com https://example.com/a/b https://example.com/ab https://x.example.com https://x.example.org \
    https://x.y.example.org https://example.org https://al@example.net https://bo@example.net https://example.net:8080/x \
    https://example.net https://example.com:443 http://example.com HTTPS://EXAMPLE.com https://example.com/a; do
    fill "url=$url\n\n"
done
fill 'protocol=https\nhost=example.com\npath=a/b\n\n'
fill 'protocol=https\nhost=example.com\n\n' '-c credential.username=top'
"$GIT" config --get-urlmatch credential https://example.com/a/b
"$GIT" config --get-urlmatch credential.username https://x.example.org
# The daemon's options.
sock=$PWD/cache/socket; mkdir cache; chmod 700 cache
printf 'protocol=https\nhost=c\nusername=u\npassword=p\n\n' | "$GIT" credential-cache --socket=$sock --timeout=30 store
printf 'protocol=https\nhost=c\n\n' | "$GIT" credential-cache --socket=$sock get
printf 'protocol=https\nhost=c\n\n' | "$GIT" credential-cache --socket $sock --no-timeout get
"$GIT" credential-cache --socket=$sock exit
printf 'protocol=https\nhost=c\n\n' | "$GIT" credential-cache --no-socket --timeout=1 erase
"$GIT" credential-cache --timeout=x get
"$GIT" credential-cache--daemon
"$GIT" credential-cache--daemon --debug
"$GIT" credential-cache--daemon --no-debug relative/socket
cd ..; rm -rf far w; "$QN_REAL" init -q .
