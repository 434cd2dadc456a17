# credential-cache and its daemon: actions, what fits, times, where the socket is.
#: cells sha1-files
mkdir home; export HOME=$PWD/home; unset XDG_CACHE_HOME XDG_CONFIG_HOME
c() { op=$1; [ $# = 0 ] || shift; printf "$IN" | "$GIT" credential-cache "$@" $op; }
l() { stat -c '%n %a %F' "$@" 2>/dev/null | "$GIT" stripspace; }
IN='protocol=http\nhost=h\n' c get; l home/.cache
IN='protocol=http\nhost=h\nusername=u\npassword=p\npath=x\npassword_expiry_utc=99999999999\noauth_refresh_token=tok\n' c store; l home/.cache home/.cache/git home/.cache/git/credential home/.cache/git/credential/socket
IN='protocol=http\nhost=h\n' c get; IN='protocol=http\nhost=h\nusername=z\n' c get; IN='protocol=http\nhost=h\npath=y\n' c get; IN='' c get
IN='capability[]=authtype\ncapability[]=state\nprotocol=http\nhost=b\nauthtype=Bearer\ncredential=cc\nstate[]=zz\n' c store; IN='protocol=http\nhost=b\n' c get; IN='capability[]=authtype\nprotocol=http\nhost=b\n' c get
IN='capability[]=authtype\nprotocol=http\nhost=e\nauthtype=Bearer\ncredential=cc\nephemeral=1\n' c store; IN='capability[]=authtype\nprotocol=http\nhost=e\n' c get
IN='capability[]=authtype\nprotocol=http\nhost=bo\nauthtype=Bearer\ncredential=cc\nusername=u\npassword=p\npassword_expiry_utc=99999999999\n' c store; IN='capability[]=authtype\nprotocol=http\nhost=bo\n' c get
IN='protocol=http\nhost=e2\nusername=u\npassword=p\npassword_expiry_utc=1\n' c store; IN='protocol=http\nhost=e2\n' c get
IN='protocol=http\nhost=two\nusername=u1\npassword=p1\n' c store; IN='protocol=http\nhost=two\nusername=u2\npassword=p2\n' c store; IN='protocol=http\nhost=two\nusername=u1\npassword=p3\n' c store
IN='protocol=http\nhost=two\nusername=u1\n' c get; IN='protocol=http\nhost=two\nusername=u2\n' c get
IN='protocol=http\nhost=h\nusername=u\npassword=wrong\n' c erase; IN='protocol=http\nhost=h\n' c get; IN='protocol=http\nhost=h\nusername=u\n' c erase; IN='protocol=http\nhost=h\n' c get
IN='' c erase; IN='protocol=http\n' c store; IN='garbage\n' c get; IN='garbage\n' c store; IN='' c foo; IN='protocol=http\nhost=two\nusername=u2\n' c get
IN='' c exit; l home/.cache/git/credential/socket; IN='' c exit; IN='protocol=http\nhost=two\n' c get; IN='protocol=http\nhost=two\n' c erase
IN=''; c; c --nope get; c get --timeout; c get --timeout=x; c capability
"$GIT" credential-cache--daemon; "$GIT" credential-cache--daemon rel/path; "$GIT" credential-cache--daemon a b
IN='protocol=http\nhost=h\nusername=u\npassword=p\n'; c store --socket rel/a; c get --socket rel/a
c store --socket "$PWD/s/s" --timeout=1; IN='protocol=http\nhost=h\n'; i=0; while printf "$IN" | "$QN_REAL" credential-cache --socket "$PWD/s/s" get | grep -q . && [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done; c get --socket "$PWD/s/s"; c exit --socket "$PWD/s/s"; l s s/s
IN='protocol=http\nhost=h\nusername=u\npassword=p\n'; c store --socket "$PWD/s/s" --timeout=0; c get --socket "$PWD/s/s"; c store --socket "$PWD/s/s" --timeout=-1;  c get --socket "$PWD/s/s"; c exit --socket "$PWD/s/s"
mkdir loose; chmod 755 loose; c store --socket "$PWD/loose/s" 2>&1 | sed "s,$PWD,HERE,"
mkdir -p home/.git-credential-cache; chmod 700 home/.git-credential-cache; c store; l home/.git-credential-cache/socket; c exit; rmdir home/.git-credential-cache
export XDG_CACHE_HOME=$PWD/xdg; c store; l xdg/git/credential/socket; c exit
long=$PWD/$(printf 'l%.0s' 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0)
c store --socket "$long/s"; IN='protocol=http\nhost=h\n'; c get --socket "$long/s"; c exit --socket "$long/s"; l "$long/s"
printf 'protocol=http\nhost=h\nusername=u\npassword=p\n' | "$GIT" credential-cache --timeout 60 --socket "$PWD/s/o" store; printf 'protocol=http\nhost=h\n' | "$GIT" credential-cache --no-timeout --socket "$PWD/s/o" get; "$GIT" credential-cache --socket "$PWD/s/o" exit; "$GIT" credential-cache --no-socket get </dev/null
"$GIT" -c credentialCache.ignoreSIGHUP=maybe credential-cache--daemon --debug rel; "$GIT" credential-cache--daemon --no-debug rel
# as a helper
export GIT_TERMINAL_PROMPT=0
h() { printf "$IN" | "$GIT" -c credential.helper="cache --timeout=60 --socket $PWD/s/t" credential $1; }
IN='protocol=http\nhost=v\nusername=u\npassword=p\n' h approve; IN='protocol=http\nhost=v\n' h fill; IN='protocol=http\nhost=v\nusername=u\npassword=p\n' h reject; IN='protocol=http\nhost=v\n' h fill; c exit --socket "$PWD/s/t"
