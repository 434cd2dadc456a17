# ls-remote: what is listed, how it is chosen and sorted, what goes wrong.
history
"$GIT" ls-remote .
"$GIT" ls-remote --branches .
"$GIT" ls-remote -b .
"$GIT" ls-remote --heads .
"$GIT" ls-remote -h .
"$GIT" ls-remote --tags .
"$GIT" ls-remote -t -b .
"$GIT" ls-remote --refs .
"$GIT" ls-remote --symref .
"$GIT" ls-remote --symref . HEAD
"$GIT" -c protocol.version=0 ls-remote --symref .
"$GIT" -c protocol.version=1 ls-remote --tags .
"$GIT" ls-remote . main
"$GIT" ls-remote . 'v*'
"$GIT" ls-remote . 'refs/heads/*' HEAD
"$GIT" ls-remote . ain
"$GIT" ls-remote . /refs/heads/main
"$GIT" ls-remote --exit-code . nowhere
"$GIT" ls-remote --exit-code . main
"$GIT" ls-remote --exit-code -q . ''
"$GIT" ls-remote --sort=-refname .
"$GIT" ls-remote --sort=version:refname --tags .
"$GIT" ls-remote --sort=-v:refname --refs .
"$GIT" ls-remote --sort=objecttype .
"$GIT" ls-remote --sort=committerdate --branches .
"$GIT" ls-remote --sort=objectname --sort=-refname .
"$GIT" ls-remote --sort=nothing .
"$GIT" ls-remote --sort= .
"$GIT" ls-remote
"$GIT" ls-remote ''
"$GIT" ls-remote nowhere
"$GIT" ls-remote ./nowhere
"$GIT" ls-remote -- -x
"$GIT" ls-remote --get-url
"$GIT" ls-remote --get-url nowhere
"$GIT" config remote.origin.url .
"$GIT" ls-remote
"$GIT" ls-remote -q
"$GIT" ls-remote origin main
"$GIT" ls-remote --get-url
"$GIT" ls-remote --get-url origin
"$GIT" config url.other:.insteadOf far:
"$GIT" ls-remote --get-url far:x
"$GIT" config remote.two.url far:y
"$GIT" ls-remote --get-url two
"$GIT" -c protocol.file.allow=never ls-remote .
"$GIT" -c protocol.allow=never ls-remote .
"$GIT" -c protocol.allow=user ls-remote . HEAD
GIT_PROTOCOL_FROM_USER=0 "$GIT" ls-remote . HEAD
GIT_ALLOW_PROTOCOL=ssh:git "$GIT" ls-remote . HEAD
GIT_ALLOW_PROTOCOL=ssh:file "$GIT" ls-remote . HEAD
"$GIT" -c protocol.allow=maybe ls-remote .
"$GIT" -c protocol.version=3 ls-remote .
"$GIT" -c protocol.version ls-remote .
"$GIT" ls-remote -o one --server-option=two . HEAD
"$GIT" ls-remote --upload-pack='exit 3;' .
"$GIT" ls-remote --upload-pack="printf '000fERR go away' #" .
"$GIT" ls-remote --upload-pack="printf hello #" .
"$GIT" ls-remote --upload-pack="printf '000eversion 3\n0000' #" .
"$GIT" ls-remote --upload-pack="printf '000eversion 2\n0000' #" .
"$GIT" ls-remote --upload-pack="printf '000eversion 2\n' #" .
"$GIT" ls-remote ssh://host
"$GIT" ls-remote ssh://-host/p
"$GIT" ls-remote host:-path
"$GIT" ls-remote foo_x://y
cd src
"$GIT" ls-remote . HEAD
"$GIT" ls-remote ../.. HEAD
cd ..
"$GIT" init -q ../empty
"$GIT" ls-remote ../empty
"$GIT" ls-remote --exit-code ../empty
"$GIT" bundle create -q ../b main v1
"$GIT" ls-remote ../b
"$GIT" ls-remote ../b 'v*'
cd ..
"$GIT" ls-remote b
"$GIT" ls-remote --sort=-refname b
"$GIT" ls-remote --sort=objectsize b
"$GIT" ls-remote empty
"$GIT" ls-remote -z
cd empty
"$GIT" config remote.origin.url ../b
"$GIT" ls-remote --quiet
"$GIT" ls-remote --quiet --no-quiet HEAD
"$GIT" ls-remote --quiet --no-quiet
"$GIT" ls-remote --exec='exit 3;' .
"$GIT" ls-remote --exec=nonsense --no-exec ../b
"$GIT" ls-remote --upload-pack=nonsense --no-upload-pack .
"$GIT" ls-remote --branches --no-branches ../b
"$GIT" ls-remote --heads --no-heads ../b
"$GIT" ls-remote --tags --no-tags ../b
"$GIT" ls-remote --tags --no-branches ../b
"$GIT" ls-remote --exit-code --no-exit-code ../b nowhere
"$GIT" ls-remote --get-url --no-get-url ../b
"$GIT" ls-remote --refs --no-refs ../b
"$GIT" ls-remote --symref --no-symref .
"$GIT" ls-remote --sort=-refname --no-sort ../b
"$GIT" ls-remote --server-option=a --no-server-option .
"$GIT" -c protocol.version=0 ls-remote --server-option=a --no-server-option .
"$GIT" -c remote.origin.serverOption=a ls-remote
