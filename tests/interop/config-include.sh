# config: includes, their conditions, scopes, variables, -c.
#: cells sha1-files
"$GIT" init -q .
mkdir -p sub/deep inc
put() { printf '[x]\n\t%s = %s\n' "$2" "$1" >"$1"; }
for f in inc/a inc/b inc/c inc/d inc/e inc/f inc/g inc/h; do put $f k; done
top=$PWD
cond() {
    printf '[includeIf "%s"]\n\tpath = %s\n' "$1" "${2:-../inc/a}" >.git/cond
    printf '[core]\n\trepositoryformatversion = 0\n[include]\n\tpath = cond\n[x]\n\tlast = 1\n' >.git/config
    "$GIT" config list --show-origin --show-scope --local --includes
    "$GIT" -C sub/deep config get --all --show-origin x.k
}
cond "gitdir:$top/.git"
cond "gitdir:$top/"
cond "gitdir:$top/**"
cond "gitdir:.git"
cond "gitdir:work/"
cond "gitdir:**/work/.git"
cond "gitdir:./"
cond "gitdir:.."
cond "gitdir:~/"
cond "gitdir:WORK/"
cond "gitdir/i:WORK/"
cond "gitdir/i:**/WoRk/.GIT"
cond "gitdir:work"
cond "gitdir:*/work/.git"
cond "gitdir:"
cond "onbranch:main"
cond "onbranch:master"
cond "onbranch:ma*"
cond "onbranch:feature/"
cond "onbranch:"
cond "nonsense:x"
cond "gitdir"
cond "onbranch:main" missing
"$GIT" symbolic-ref HEAD refs/heads/feature/one/two
cond "onbranch:feature/"
cond "onbranch:feature/*"
cond "onbranch:feature/**"
cond "onbranch:one/"
"$GIT" symbolic-ref HEAD refs/heads/main
urls() {
    printf '[remote "o"]\n\turl = %s\n[includeIf "hasconfig:remote.*.url:%s"]\n\tpath = ../inc/b\n' "$1" "$2" >.git/cond
    "$GIT" config get --all x.k; "$GIT" config list --local --includes
}
urls https://example.com/a/b 'https://example.com/**'
urls https://example.com/a/b 'https://example.com/*'
urls https://example.com/a 'https://example.com/*'
urls git@host:x 'git@host:*'
urls x '**'
printf '[includeIf "hasconfig:remote.*.url:*"]\n\tpath = ../inc/url\n[remote "p"]\n\turl = late\n' >.git/cond
printf '[remote "q"]\n\turl = forbidden\n' >inc/url
"$GIT" config list --local --includes
printf '[x]\n\tk = from url\n' >inc/url
"$GIT" config list --local --includes
# Depth, loops, relative paths, homes, missing files, bare keys.
printf '[include]\n\tpath = loop2\n[x]\n\ta = 1\n' >.git/loop1; printf '[include]\n\tpath = loop1\n' >.git/loop2
printf '[include]\n\tpath = loop1\n' >.git/cond; "$GIT" config list --local --includes
printf '[include]\n\tpath\n' >.git/cond; "$GIT" config list --local --includes
printf '[include]\n\tpath =\n' >.git/cond; "$GIT" config list --local --includes
printf '[include]\n\tpath = nowhere\n\tpath = ../inc/c\n' >.git/cond; "$GIT" config list --local --includes
printf '[include]\n\tpath = ~/home-inc\n' >.git/cond; put "$HOME/home-inc" h; "$GIT" config list --local --includes
printf '[include]\n\tpath = ~nobody-there/x\n' >.git/cond; "$GIT" config list --local --includes
printf '[broken\n' >inc/bad; printf '[include]\n\tpath = ../inc/bad\n' >.git/cond; "$GIT" config list --local --includes
"$GIT" status
printf '[core]\n\trepositoryformatversion = 0\n' >.git/config
# The command line and variables.
"$GIT" -c include.path="$top/inc/d" config get --show-origin x.k
"$GIT" -c include.path=inc/d config get --show-origin x.k
"$GIT" -c x.y=1 -c x.y=2 -c X.Z -c 'sec.Sub.Key=a=b' config list --show-scope --show-origin
"$GIT" -c =1 config list; "$GIT" -c nokey config list; "$GIT" -c a.b.=1 config list; "$GIT" -c '' config list
V='from env' "$GIT" --config-env=x.v=V config get x.v
"$GIT" --config-env=x.v=NOTSET config get x.v; "$GIT" --config-env=x.v config get x.v
"$GIT" --config-env=x.v= config get x.v; "$GIT" --config-env==V config get x.v
GIT_CONFIG_PARAMETERS="'x.old=value one' 'x.bare'" "$GIT" config list --show-scope
GIT_CONFIG_PARAMETERS="'x.new'='value=two' 'x.none'= 'x.e'=''" "$GIT" config list
GIT_CONFIG_PARAMETERS="'x.it'='it'\\''s' 'x.b'='a'\\!'b'" "$GIT" config list
GIT_CONFIG_PARAMETERS="x.y=1" "$GIT" config list
GIT_CONFIG_PARAMETERS="'x.y" "$GIT" config list
GIT_CONFIG_PARAMETERS="'x.y=1''x.z=2'" "$GIT" config list
GIT_CONFIG_PARAMETERS="'x.y'=bad" "$GIT" config list
GIT_CONFIG_PARAMETERS="'xy=1'" "$GIT" config list
GIT_CONFIG_PARAMETERS="" "$GIT" config list
GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=a.b GIT_CONFIG_VALUE_0=1 GIT_CONFIG_KEY_1=a.B GIT_CONFIG_VALUE_1= "$GIT" config list --show-origin
GIT_CONFIG_COUNT=1 "$GIT" config list
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=a.b "$GIT" config list
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0= GIT_CONFIG_VALUE_0=x "$GIT" config list
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=nodot GIT_CONFIG_VALUE_0=x "$GIT" config list
GIT_CONFIG_COUNT=x "$GIT" config list; GIT_CONFIG_COUNT=10000000000 "$GIT" config list; GIT_CONFIG_COUNT= "$GIT" config list
GIT_CONFIG_COUNT=0 GIT_CONFIG_KEY_0=a.b GIT_CONFIG_VALUE_0=1 "$GIT" config list
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=x.y GIT_CONFIG_VALUE_0=count "$GIT" -c x.y=line config get --all x.y
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=include.path GIT_CONFIG_VALUE_0="$top/inc/e" "$GIT" config get --show-origin --all x.k
put sys s; put glob g
GIT_CONFIG_SYSTEM=$top/sys GIT_CONFIG_GLOBAL=$top/glob GIT_CONFIG_NOSYSTEM=0 "$GIT" config list --show-scope --show-origin
GIT_CONFIG_SYSTEM=$top/sys GIT_CONFIG_NOSYSTEM=true "$GIT" config list --system
GIT_CONFIG_GLOBAL= "$GIT" config list --global; GIT_CONFIG_GLOBAL=/nonexistent "$GIT" config list --global
GIT_CONFIG_GLOBAL=$top/new "$GIT" config --global a.b c; note_file new
GIT_CONFIG=$top/glob "$GIT" config list
mkdir -p "$HOME/.config/git"; put "$HOME/.config/git/config" xdg
"$GIT" config list --global; "$GIT" config --global only.user 1; "$GIT" config list --global --show-origin
XDG_CONFIG_HOME=$top/xdg "$GIT" config list --global
# Work trees' own files.
"$GIT" config extensions.worktreeConfig true; "$GIT" config --worktree w.t 1
"$GIT" config list --show-scope --worktree; "$GIT" config get --show-scope w.t; note_file .git/config.worktree
