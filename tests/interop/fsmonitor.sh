# The hook of core.fsmonitor, both versions.
#: cells sha1-files
"$GIT" init -q -b main
mkdir d; echo a >a; echo c >d/c; echo 'changed' >.gitignore; echo hook >>.gitignore; echo log >>.gitignore
cat >hook <<'H'
#!/bin/sh
echo "$1" >>log
[ "$1" = "${QN_VERSION:-2}" ] || exit 1
[ "$1" = 1 ] || printf 'token\0'
tr '\n' '\0' <changed
H
chmod +x hook; : >changed
"$GIT" add -A; "$GIT" commit -q -m one
sleep 1.1; "$GIT" status -s
"$GIT" config core.fsmonitor ./hook
"$GIT" status -s
"$GIT" ls-files -f
echo more >>a
"$GIT" status -s
echo a >changed
"$GIT" status -s
"$GIT" ls-files -f
echo x >d/c; printf 'a\nd/\n' >changed
"$GIT" status -s
"$GIT" ls-files -f
echo / >changed
"$GIT" status -s
"$GIT" diff --stat
: >changed; QN_VERSION=1; export QN_VERSION
"$GIT" status -s
echo new >n; "$GIT" add n; "$GIT" ls-files -f
QN_VERSION=3
"$GIT" status -s
"$GIT" config --unset core.fsmonitor
"$GIT" ls-files -f
"$GIT" status -s
