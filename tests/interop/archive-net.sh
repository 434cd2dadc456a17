#: cells sha1-files sha256-reftable
#: end no
# archive --remote over ssh, git:// and http: the same words to whoever serves; what is off, what is not there.
export TZ=UTC GIT_USER_AGENT=agent
here=$(cd "$(dirname "$0")/../network" && pwd)
history
mkdir root; "$QN_REAL" clone -q --bare . root/b.git; "$QN_REAL" clone -q --bare . root/off.git; : >root/b.git/git-daemon-export-ok; : >root/off.git/git-daemon-export-ok
"$QN_REAL" -C root/b.git config http.uploadarchive true; "$QN_REAL" -C root/b.git config daemon.uploadarch true
root=$PWD/root
sum() { note "$(sha1sum <$1 | cut -d' ' -f1)"; }
g() { QN_OWN_WORDS=1 "$GIT" "$@" >../out; sum ../out; }
all() { g "$@" HEAD; g "$@" -v v1 src; g "$@" --format=zip --prefix=x/ main docs; g "$@" --format=tgz refs/heads/side; g "$@" nope; g "$@" HEAD~1; g "$@" HEAD zz; "$GIT" "$@" -l; "$GIT" "$@" -o ../x.zip HEAD src; sum ../x.zip; }
# ssh: whoever is there runs what is asked
printf '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\necho "ssh $1: $2" >>"$ASKED"\nset -- "$2"\ncase $1 in git-upload-archive*) set -- "$QN_REAL upload-archive ${1#git-upload-archive}";; other*) head -c 22 >/dev/null; exit;; esac\nexec sh -c "$1 2>/dev/null"\n' >../ssh; chmod +x ../ssh
export GIT_SSH_COMMAND="$PWD/../ssh"; export ASKED=$PWD/asked
(cd root; all archive --remote=ssh://me@host.test$root/b.git; g archive --remote=host.test:"$root/b.git" HEAD; g archive --remote=host.test:b.git --exec=other HEAD; g archive --remote=-oProxyCommand=x:b.git HEAD; g archive --remote=host.test:"$root/b'c.git" HEAD)
sed "s#$PWD#.#g" asked >shown; note_file shown
# git://: a daemon for one client
printf '#!/bin/sh\nexec "$QN_REAL" daemon --inetd --base-path="$SERVED" $WITH 2>/dev/null\n' >proxy; chmod +x proxy; export SERVED=$root WITH=
u=git://host.test; d() { g -c core.gitproxy="$PROXY" archive "$@"; }; PROXY=$PWD/proxy
(cd root; all -c core.gitproxy="$PROXY" archive --remote=$u/b.git; d --remote=$u/off.git HEAD; d --remote=$u/none.git HEAD; WITH=--enable=upload-archive; export WITH; d --remote=$u/off.git HEAD; WITH=--forbid-override=upload-archive; d --remote=$u/b.git HEAD; d --remote=git://-host/b.git HEAD) 2>&1
# http
if [ -n "$here" ]; then
mkfifo port; python3 "$here/http_server.py" "$PWD/root" "$PWD/log" --git "$QN_REAL" >port 2>/dev/null & server=$!
read number <port; export http_proxy=http://127.0.0.1:$number; u=http://server.test/plain
(cd root; all archive --remote=$u/b.git; g -c protocol.version=0 archive --remote=$u/b.git HEAD; g -c protocol.version=1 archive --remote=$u/b.git HEAD; g archive --remote=$u/off.git HEAD; g archive --remote=$u/none.git HEAD; g -c protocol.http.allow=never archive --remote=$u/b.git HEAD)
kill $server
fi
