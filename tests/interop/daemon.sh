#: cells sha1-files sha256-reftable
#: end no
# daemon: one client on stdin and stdout (--inetd), and a listening one.
export GIT_USER_AGENT=agent
mkdir work root && (cd work && history)
"$QN_REAL" clone -q --bare work root/b.git
"$QN_REAL" clone -q work root/tree
root=$PWD/root
# daemon REQUEST OPTION...: the request with \0 in it
daemon() {
    printf '%b' "$1" >payload; shift
    { printf '%04x' $(($(wc -c <payload) + 4)); cat payload; printf 0000; } >request
    note "daemon $(tr '\000\n' '|/' <payload | sed "s#$PWD#.#g") $*" | sed "s#$PWD#.#g"
    "$QN_REAL" daemon --inetd --log-destination=stderr "$@" <request >answer 2>err; note "exit $?"
    tr -d '\000' <answer | sed "s#$PWD#.#g" >shown; note_file shown
    sed -e 's/^\[[0-9]*\]/[pid]/' -e "s#$PWD#.#g" err >err.shown; note_file err.shown
}
path=$root/b.git
daemon "git-upload-pack $path\0host=x\0"
daemon "git-upload-pack $path\0" --verbose --informative-errors
: >root/b.git/git-daemon-export-ok
daemon "git-upload-pack $path\0" --verbose
daemon "git-upload-pack $path\0host=Foo:33\0\0version=2\0a=b\0" --verbose
daemon "git-upload-pack $path\0\0version=1\0" --verbose
for option in "--base-path=$root" "--base-path=$root --informative-errors" "--base-path=$root --export-all" "--base-path=$root --strict-paths --export-all $root/b.git" \
    "--base-path=$root --export-all $root" "--base-path=$root --export-all $root/tree"; do
    for asked in /b.git /b /b.git/ /tree /tree/.git /nope / '' ' /b.git' /../b.git b.git '~root/b.git' /./b.git //b.git '/b.git\n' /-x; do
        case "$option $asked" in *strict*" /-x"|*strict*" /b.git/"|*strict*" /b"|*strict*" /nope"|*strict*" /") continue;; esac
        daemon "git-upload-pack $asked\0" --verbose $option
    done
done
daemon "git-upload-pack $path\0" --base-path=$root
daemon "git-upload-pack $path\0" --base-path=$root --base-path-relaxed
for service in git-receive-pack git-upload-archive git-other upload-pack; do
    daemon "$service /b.git\0" --verbose --base-path=$root --informative-errors
done
daemon "git-receive-pack /b.git\0" --base-path=$root --informative-errors --forbid-override=receive-pack
daemon foo; daemon 'foo\0'; daemon ''
daemon "git-upload-pack $path"; daemon "git-upload-pack $path\n"; daemon "git-upload-pack $path\0foo=x\0" --verbose; daemon "git-upload-pack $path\0host=x\0bar=1\0" --verbose; daemon "git-upload-pack $path\0HOST=x" --verbose
for host in ROOT:9999 root ../root '[::1]:33' ::1 LOCALHOST 127.0.0.1:9 'a/../.b..c./d' root. '' '%H'; do
    daemon "git-upload-pack /b.git\0host=$host\0" --verbose "--interpolated-path=$PWD/%H/%D"
    daemon "git-upload-pack /b.git\0host=$host\0" --verbose "--interpolated-path=$PWD/%H/%P/%%/%z/%D" --informative-errors
done
daemon "git-upload-pack /b.git\0host=127.0.0.1:9\0" --verbose "--interpolated-path=$PWD/%CH/%IP/%P/%D"
daemon "git-upload-pack /b.git\0" --verbose "--interpolated-path=$PWD/%H/%D"
for user in '~/b.git' '~nosuchuser/b.git' '~nosuchuser/../b.git' '~'; do daemon "git-upload-pack $user\0" --informative-errors; daemon "git-upload-pack $user\0" --user-path --informative-errors; daemon "git-upload-pack $user\0" --user-path=x --informative-errors; done
for value in false true zz; do
    "$QN_REAL" -C root/b.git config daemon.uploadpack $value
    daemon "git-upload-pack $path\0"; daemon "git-upload-pack $path\0" --forbid-override=upload-pack; daemon "git-upload-pack $path\0" --disable=upload-pack; daemon "git-upload-pack $path\0" --disable=upload-pack --forbid-override=upload-pack
done
"$QN_REAL" -C root/b.git config --unset daemon.uploadpack
daemon "git-upload-pack $path\0" --disable=upload-pack --informative-errors; daemon "git-upload-pack $path\0" --disable=upload-pack --enable=upload-pack; daemon "git-upload-pack $path\0" --forbid-override=upload-pack --allow-override=upload-pack
daemon x --disable=upload; daemon x --allow-override=x
printf '#!/bin/sh\n(for a in "$@"; do echo "[$a]"; done; pwd) >%s/hk; echo "go away $1"; echo more; exit 1\n' $PWD >hook; chmod +x hook
daemon "git-upload-pack /b.git\0host=127.0.0.1:33\0" --access-hook=$PWD/hook --verbose --informative-errors --base-path=$root; sed -e "s#$PWD#.#g" -e '4d' hk >hk.shown; note_file hk.shown
daemon "git-upload-pack /b.git\0" --access-hook=$PWD/hook --base-path=$root
printf '#!/bin/sh\nexit 1\n' >hook; daemon "git-upload-pack /b.git\0" --access-hook=$PWD/hook --informative-errors --base-path=$root
printf '#!/bin/sh\nexit 0\n' >hook; daemon "git-upload-pack /b.git\0" --access-hook=$PWD/hook --informative-errors --base-path=$root
printf '0004' | "$GIT" daemon --inetd --log-destination=none
for text in '' 0000 zzzz ffff 0030abc; do printf "$text" | "$GIT" daemon --inetd --log-destination=none; done
"$GIT" daemon --group=x
"$GIT" daemon --user=nosuchuser
"$GIT" daemon --user=root --group=nosuchgroup
"$GIT" daemon --log-destination=zz
"$GIT" daemon --max-connections=x
"$GIT" daemon --timeout=
"$GIT" daemon --init-timeout=-3
"$GIT" daemon --strict-paths
"$GIT" daemon --base-path=/nosuch
"$GIT" daemon --enable=zz
"$GIT" daemon --inetd --port=3
"$GIT" daemon --inetd --listen=x
"$GIT" daemon --inetd --detach
"$GIT" daemon --inetd --user=root
"$GIT" daemon --pid-file=/nosuch/x --port=1
# a listening one
port=$(python3 "$(dirname "$0")/../ports.py")
"$QN_REAL" daemon --listen=127.0.0.1 --port=$port --reuseaddr --base-path=$root --pid-file=pid --init-timeout=60 --max-connections=30 --verbose 2>log &
i=0; until grep -q Ready log 2>/dev/null || [ $i -gt 600 ]; do sleep 0.1; i=$((i + 1)); done
oracle=${QN_ORACLE:-git}
for version in 0 1 2; do $oracle -c protocol.version=$version ls-remote git://127.0.0.1:$port/b.git >refs; note "version $version $?"; note_file refs; done
$oracle clone -q --bare git://127.0.0.1:$port/b.git copy.git; note "clone $?"; $oracle -C copy.git rev-parse main >head; note_file head
$oracle clone -q --depth 1 git://127.0.0.1:$port/b.git shallow; note "shallow $?"; $oracle -C shallow rev-list --count HEAD >head; note_file head
$oracle ls-remote git://127.0.0.1:$port/nope 2>err; note "nope $?"; note_file err
kill $(cat pid); wait 2>/dev/null
sed -e 's/^\[[0-9]*\]/[pid]/' -e 's/^\[pid\] \[[0-9]*\]/[pid] [pid]/' -e 's/127.0.0.1:[0-9]*/127.0.0.1:port/' -e "s#$PWD#.#g" log | grep -v 'Disconnected\|died of signal' >log.shown; note_file log.shown
