# Bundles to begin with, from a web server (tests/network/http_server.py, reached as a
# proxy); which were asked for is in the transcript, too.
#: cells sha1-files
#: end no
#: packs masked
here=$(dirname "$0")/../network
s() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
c() { echo "$1" >"src/$1"; s add .; s commit -qm "$1"; s branch b$1; tick; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3 4; do c $i; done
mkdir root root/l; b() { name=$1; shift; s bundle create ../root/$name.bundle "$@"; }
b b1 refs/heads/b1; b b2 b1..b2; b b3 b2..b3; b b4 b3..b4; b all --all; cp root/b2.bundle root/l
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number; rm port
export GIT_TERMINAL_PROMPT=0 GIT_USER_AGENT=me; u=http://server.test/dumb url=file://$PWD/src
asked() { [ -f log ] && sed 's/.*"path": "\([^"]*\)".*/\1/' log >n || : >n; note_file n; rm -f log; }
look() { { "$QN_REAL" -C d for-each-ref --format='%(refname) %(objectname)' refs/bundles; "$QN_REAL" -C d config --get-regexp 'fetch\..*'; } >n; note_file n; }
clone() { "$GIT" clone -q --bare "$@" "$url" d; asked; look; rm -rf d; }
l() { # l NAME MODE HEURISTIC ID=URI[=TOKEN]...
    name=root/$1; printf '[bundle]\n\tversion = 1\n' >$name; [ "$2" ] && echo "	mode = $2" >>$name; [ "$3" ] && echo "	heuristic = $3" >>$name; shift 3
    for one; do id=${one%%=*}; rest=${one#*=}; printf '[bundle "%s"]\n\turi = %s\n' "$id" "${rest%%=*}" >>$name; case $rest in *=*) echo "	creationToken = ${rest#*=}" >>$name; esac; done
}
for uri in dumb/all.bundle dumb/none.bundle status-500/x hangup/x tofile/passwd; do clone --bundle-uri=http://server.test/$uri; done
clone --bundle-uri=http://server.test/authdumb/b1.bundle; helper='!f() { test $1 = get && printf "username=alice\npassword=wonder%%land\n"; }; f'
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0="$helper"; clone --bundle-uri=http://server.test/authdumb/b1.bundle; unset GIT_CONFIG_COUNT
l list all "" one=b1.bundle; clone --bundle-uri=$u/list; l l/list all "" two=./b2.bundle; clone --bundle-uri=$u/l/list; l list all "" one=$u/b1.bundle; clone --bundle-uri=$u/list
l list any "" two=none.bundle; clone --bundle-uri=$u/list
# tokens: newest first, as long as something is missing
l list all creationToken a=b1.bundle=1 b=b2.bundle=2 c=b3.bundle=3; clone --bundle-uri=$u/list
l list all creationToken a=b1.bundle=1 b=b2.bundle=2 c=b3.bundle=3 d=all.bundle=4; clone --bundle-uri=$u/list
l list all creationToken a=all.bundle=1 b=b2.bundle=2 c=b3.bundle=3 d=none.bundle=4; clone --bundle-uri=$u/list
l list all creationToken b=b2.bundle=2 c=b3.bundle=3; clone --bundle-uri=$u/list
l list all creationToken a=b1.bundle=1 b=none.bundle=2 c=b3.bundle=3; clone --bundle-uri=$u/list
l list all creationToken a=b1.bundle=1 b=b2.bundle=2; "$GIT" clone -q --bundle-uri=$u/list "$url" d; asked
c 5; b b5 b4..b5; l list all creationToken a=b1.bundle=1 b=b2.bundle=2 c=b3.bundle=3 d=b4.bundle=4 e=b5.bundle=5
f() { "$GIT" -C d fetch -q "$@"; asked; look; }
f; f; c 6; b b6 b5..b6; l list all creationToken a=b1.bundle=1 e=b5.bundle=5 f=b6.bundle=6; f
c 7; l list all creationToken a=b1.bundle=7 b=none.bundle=9; f; rm root/list; f; f --dry-run; rm -rf d
# of the server of the repository
s config uploadpack.advertiseBundleURIs true; s config bundle.version 1; s config bundle.mode all; s config bundle.one.uri $u/b1.bundle
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=transfer.bundleURI GIT_CONFIG_VALUE_0=true
clone; s config bundle.one.uri $u/none.bundle; clone; s config bundle.heuristic creationToken; s config bundle.one.creationToken 5; clone; s config bundle.one.uri $u/b1.bundle; clone;
kill $server
