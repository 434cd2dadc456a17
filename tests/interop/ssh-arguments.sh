# What ssh is given: addresses, programs, variants.  The programs print it.
#: cells sha1-files
#: end no
cat >probe <<'P'
#!/bin/sh
for word in "$@"; do printf '[%s]' "$word"; done >&2
echo " ${GIT_PROTOCOL-(none)} ${GIT_DIR-(none)} ${GIT_CONFIG_PARAMETERS-(none)}" >&2
exit 1
P
chmod +x probe
for name in ssh SSH ssh.exe plink plink.exe putty tortoiseplink TortoisePlink.exe other; do cp probe $name; done
printf '#!/bin/sh\nfor word; do [ "$word" != -G ] || exit 0; done\n./probe "$@"\n' >likessh; chmod +x likessh
GIT_SSH=./ssh; export GIT_SSH
while IFS= read -r url; do "$GIT" ls-remote "$url"; done <<'U'
host:path
user@host:path
host:/abs
host:~x
host:/~x
host:~
[host]:path
[host:22]:path
user@[host:22]:path
[user@host:22]:path
[::1]:path
[::1]:22:path
[[::1]:22]:path
user@[::1]:path
[user@::1]:path
[user@[::1]:22]:path
[host:-1]:p
[host:]:p
[]:path
[::1
[::1]x:path
host:22:path
host:
:path
a b:path
host:pa'th!x
./host:path
x/host:path
[a/b]:c
[host]
user@[host
x[y:z]:w
ssh://host/path
ssh://host:22/path
ssh://host:/path
ssh://host:abc/path
ssh://host:99999/path
ssh://host:0/path
ssh://host:+22/path
ssh://host:22:33/path
ssh://user@host/~x/y
ssh://host/~
ssh://user:pw@host/y
ssh://[::1]/p
ssh://[::1]:22/~x
ssh://user@[::1]:22/p
ssh://[user@::1]:22/p
ssh://[user@[::1]:22]/p
ssh://::1/p
ssh://::1:22/p
ssh://[host]:/x
ssh://[host]x/y
ssh://host
ssh://host:22
ssh:///path
ssh://-host/p
ssh://-u@host/p
ssh://u@-host/p
ssh://[-x]/x
[-x]:p
host:-path
ssh://host/-path
ssh://host/%20x%2fy
ssh://ho%2fst/x
ssh://host/%zz%4
ssh://us%65r@host/x
ssh://host?x/y
git+ssh://host/x
ssh+git://host/x
foo bar://x
foo_bar::x
://x
U
for name in ssh SSH ssh.exe plink plink.exe putty tortoiseplink TortoisePlink.exe other likessh; do
    GIT_SSH=./$name "$GIT" ls-remote ssh://u@h:22/p
    GIT_SSH=./$name "$GIT" ls-remote u@h:p
    GIT_SSH_COMMAND="./$name -x 'a b'" "$GIT" -c protocol.version=0 ls-remote u@h:p
done
for variant in "" auto ssh plink putty tortoiseplink simple nonsense; do
    GIT_SSH_VARIANT=$variant GIT_SSH=./other "$GIT" ls-remote h:p
    GIT_SSH=./other "$GIT" -c ssh.variant=$variant ls-remote ssh://h:3/p
done
GIT_SSH_VARIANT=plink "$GIT" -c ssh.variant=simple ls-remote h:p
GIT_SSH_COMMAND="'./plink' -x" "$GIT" -c core.sshCommand=no ls-remote ssh://h:2/p
GIT_SSH_COMMAND="A=1 ./ssh" "$GIT" ls-remote h:p
"$GIT" -c core.sshCommand="./putty -a" ls-remote h:p
GIT_SSH=./nothing "$GIT" ls-remote h:p
GIT_SSH_COMMAND=nothing-here "$GIT" ls-remote h:p
"$GIT" ls-remote --upload-pack="a 'b'" h:p
"$GIT" -c protocol.version=1 ls-remote h:p
"$GIT" -c protocol.ssh.allow=never ls-remote h:p
"$GIT" -c protocol.allow=never -c protocol.ssh.allow=user ls-remote h:p
GIT_PROTOCOL_FROM_USER=0 "$GIT" -c protocol.ssh.allow=user ls-remote h:p
GIT_DIR=here "$GIT" ls-remote h:p
