# Packs that are to be had elsewhere (packfile-uris), at both ends, from a web server
# (tests/network/http_server.py, reached as a proxy); which files were asked for is told, too.
#: cells sha1-files sha256-files
#: end no
here=$(dirname "$0")/../network
"$QN_REAL" init -q work >/dev/null 2>&1; "$QN_REAL" -C work config core.compression 0 # the same packs everywhere
s() { "$QN_REAL" -C work "$@" >/dev/null 2>&1; }
seq 1 3000 >work/big; echo small >work/small; s add .; s commit -qm one; tick
seq 5000 9000 >work/large; s add .; s commit -qm two
mkdir root; "$QN_REAL" init -q --bare root/r.git; "$QN_REAL" -C root/r.git config receive.unpackLimit 1000; s push ../root/r.git main
r() { "$QN_REAL" -C root/r.git "$@"; }
r config uploadpack.allowSidebandAll true # git tells of URIs only then
pack() { "$QN_REAL" -C work rev-parse "main:$1" | "$QN_REAL" -C work pack-objects -q ../root/pk; }
B=$("$QN_REAL" -C work rev-parse main:big) L=$("$QN_REAL" -C work rev-parse main:large) I=$("$QN_REAL" -C work rev-parse main) O=$("$QN_REAL" -C work rev-parse main~1)
P=$(pack big) K=$(pack large) Q=$(pack small)
mv root/pk-$P.pack root/p.pack; mv root/pk-$K.pack root/k.pack; mv root/pk-$Q.pack root/q.pack
head -c 2000 root/p.pack >root/short.pack; { cat root/p.pack; echo junk; } >root/long.pack; { head -c 1000 root/p.pack; printf x; tail -c +1002 root/p.pack; } >root/flipped.pack
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" --git "$QN_REAL" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number GIT_TERMINAL_PROMPT=0 GIT_USER_AGENT=me; rm port
at=http://server.test
packs() { r config --unset-all uploadpack.blobPackfileUri; for value; do r config --add uploadpack.blobPackfileUri "$value"; done; }
asked() { [ -f log ] && sed 's/.*"path": "\([^"]*\)".*/\1/' log | grep -v /r.git/ >n || : >n; note_file n; rm -f log; }
# what was got; nothing when it failed
look() { [ -d d ] && { "$QN_REAL" -C d fsck --strict; "$QN_REAL" -C d count-objects -v | grep -E 'count|in-pack|packs'; } >n 2>&1 || : >n; [ "$1" = 0 ] && note_file n; rm -rf d; }
clone() { "$GIT" "$@" clone -q --bare $at/plain/r.git d; code=$?; asked; look $code; }
# the server
p() { printf '%04x%s' $((${#1} + 4)) "$1"; }
request() {
    { p command=fetch; p "object-format=$QN_ALGORITHM"; printf 0001; p no-progress; for a; do p "$a"; done; printf 0000; } >request
    GIT_PROTOCOL=version=2 "$QN_REAL" $config upload-pack --stateless-rpc root/r.git <request >answer 2>err; note "request $config $* $?"
    tr '\000\001\002\003' '@123' <answer | sed 's/....1PACK.*/PACK/;/PACK/q' >n; note_file n; note_file err
}
packs; request "packfile-uris https" "want $I" done; request sideband-all "packfile-uris https" "want $I" done
for config in "" "-c uploadpack.blobPackfileUri=" "-c uploadpack.blobPackfileUri=x" "-c uploadpack.blobPackfileUri"; do
    GIT_PROTOCOL=version=2 "$GIT" $config upload-pack --advertise-refs root/r.git
done
config=; packs "$B $P $at/dumb/p.pack" "$L $K https://two.test/k.pack"
for version in 0 1 2; do GIT_PROTOCOL=version=$version "$GIT" upload-pack --advertise-refs root/r.git; done
for u in http https http,https https,http ftp,http , ,http HTTP http: "http https" ""; do request sideband-all "packfile-uris $u" "want $I" done; done
request sideband-all "want $I" "packfile-uris http,https" done
request sideband-all "want $I" done
request sideband-all "packfile-uris http" "packfile-uris https" "want $I" done
request "packfile-uris http" "packfile-uris https" "want $I" done
request sideband-all "packfile-uris http" "want $I" "have $O"
request sideband-all "packfile-uris http,https" "want $I" "have $I"
request sideband-all "packfile-uris http,https" "want $I" "deepen 1" done
request sideband-all "packfile-uris http,https" "want $(echo $I | sed 's/./1/g')" done
request sideband-all "want-ref refs/heads/none" done
request sideband-all "packfile-uris http" "want $I"
request sideband-all "packfile-uris" "want $I" done
config="-c uploadpack.allowFilter=true"; request sideband-all "packfile-uris http,https" "want $I" "filter blob:none" done
config="-c uploadpack.allowRefInWant=true"; request sideband-all "packfile-uris http,https" "want-ref refs/heads/main" done; request sideband-all "want-ref refs/heads/none" done
config=
# the client
packs "$B $P $at/dumb/p.pack" "$L $K $at/dumb/k.pack"
for u in http https http,https https,http ftp gopher ""; do clone -c fetch.uriProtocols=$u; done
clone -c fetch.uriProtocols=http -c fetch.fsckObjects=true
clone -c fetch.uriProtocols=http -c transfer.unpackLimit=1
clone
for file in none.pack q.pack short.pack long.pack flipped.pack; do packs "$B $P $at/dumb/$file"; clone -c fetch.uriProtocols=http; done
packs "$B $Q $at/dumb/p.pack"; clone -c fetch.uriProtocols=http
packs "$B $Q $at/dumb/q.pack"; clone -c fetch.uriProtocols=http
"$QN_REAL" init -q d; "$GIT" -C d -c fetch.uriProtocols=http fetch -q $at/plain/r.git main; rm -rf d log
for place in say/x hangup/x status-500/p status-403/p auth/p authdumb/p.pack bearer/p; do packs "$B $P $at/$place"; clone -c fetch.uriProtocols=http; done
GIT_TRACE_REDACT=0 clone -c fetch.uriProtocols=http
# one that goes on
packs "$L $K $at/dumb/k.pack"
f() { "$GIT" -C d -c fetch.uriProtocols=http fetch "$@"; code=$?; asked; }
"$QN_REAL" init -q d; "$QN_REAL" -C d remote add origin $at/plain/r.git
f origin main:refs/heads/x; f origin main; look $code
"$QN_REAL" init -q d; "$QN_REAL" -C d remote add origin $at/plain/r.git
f -q --depth=1 origin main; f --unshallow origin; look $code
# made by a hook
cat >hook <<'X'
#!/bin/sh
echo "$@" >>"${QN_HOOKED:-/dev/null}"; exec "$@"
X
chmod +x hook; export QN_HOOKED=$PWD/hooked
cat >>"$HOME/.gitconfig" <<X
[uploadpack]
packObjectsHook = $PWD/hook
X
sed -i 's/^exec.*/shift; exec "$QN_REAL" "$@"/' hook
packs "$B $P $at/dumb/p.pack"; request sideband-all "packfile-uris http,https" "want $I" done; note_file hooked
clone -c fetch.uriProtocols=http
kill $server
