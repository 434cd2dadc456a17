# credential fill, approve, reject, capability: what helpers are told and say, what
# the configuration says for a URL, who is asked, and what is refused.
#: cells sha1-files
cat >helper <<'H'
#!/bin/sh
{ echo "[$0 $1"; sed 's/^/  /'; echo "]"; } >&2
test "$1" = get && printf "$SAYS"
exit ${RC:-0}
H
sed 's/.*/#/;1s/.*/#!\/bin\/sh\necho "ASK<$1>" >\&2; echo answer/' helper | head -2 >asker
chmod +x helper asker
c() { op=$1; shift; printf "$IN" | "$GIT" -c credential.helper='!sh ./helper' "$@" credential $op; }
f() { IN=$1; shift; c fill "$@"; }
export GIT_TERMINAL_PROMPT=0 SAYS='username=u\npassword=p\n'
f 'protocol=http\nhost=h\npath=a/b\n'
f 'protocol=cert\nhost=h\npath=a/b\n'
f 'protocol=http\nhost=h\npath=a/b\n' -c credential.useHttpPath=true
f 'capability[]=authtype\ncapability[]=state\nprotocol=http\nhost=h\nstate[]=x\nwwwauth[]=B\n'
f 'protocol=http\nhost=h\nwwwauth[]=A\nwwwauth[]=\nwwwauth[]=B\nwwwauth[]=C d="e, f"\n'
SAYS='capability[]=authtype\ncapability[]=state\nauthtype=Bearer\ncredential=c\nephemeral=1\nstate[]=foo\nstate[]=bar\ncontinue=1\npassword_expiry_utc=99999999999\noauth_refresh_token=t\n'
f 'capability[]=authtype\ncapability[]=state\nprotocol=http\nhost=h\nstate[]=x\n'
f 'capability[]=authtype\nprotocol=http\nhost=h\nstate[]=x\n'
f 'protocol=http\nhost=h\nstate[]=x\n'
SAYS='authtype=Bearer\ncredential=c\n' f 'capability[]=authtype\nprotocol=http\nhost=h\n'
SAYS='password_expiry_utc=99999999999\noauth_refresh_token=t\nusername=q\npassword=w\nfoo=bar\nprotocol=ftp\nhost=z\npath=zz\n' f 'protocol=http\nhost=h\n'
SAYS='password_expiry_utc=1\nusername=q\npassword=w\n' f 'protocol=http\nhost=h\n'
SAYS='password_expiry_utc=x\nusername=q\npassword=w\n' f 'protocol=http\nhost=h\n'
SAYS='quit=1\n' f 'protocol=http\nhost=h\n'
SAYS='quit=no\n' f 'protocol=http\nhost=h\n'
SAYS='quit=true\nusername=a\npassword=b\n' f 'protocol=http\nhost=h\n'
SAYS='username=a\n' f 'protocol=http\nhost=h\n' -c credential.helper='!echo password=zz;:'
SAYS='garbage\nusername=a\npassword=x\n' f 'protocol=http\nhost=h\n'
SAYS='username=a\ngarbage\npassword=x\n' f 'protocol=http\nhost=h\n'
RC=1 SAYS='username=a\npassword=x\n' f 'protocol=http\nhost=h\n'
SAYS='username=a\r\npassword=x\r\n\nusername=late\n' f 'protocol=http\nhost=h\n'
SAYS='username=a=b\npassword==x=\n' f 'protocol=http\nhost=h\n'
SAYS='username=a\npassword=x\n'
f 'protocol=http\n'; f 'host=x\n'; f 'garbage\n'; f ''; f '\nprotocol=http\nhost=h\n'
f 'url=https://u:p@h:80/p/q.git?x\n'
f 'url=https://u%%40v:p%%3a%%2F@h:80/p%%20q/\n'
f 'url=https://h/a\nprotocol=http\n'
f 'protocol=http\nusername=x\nurl=https://h/a\n'
f 'url=https://@h/\n'; f 'url=https://:@h/\n'; f 'url=https://a:b:c@h\n'; f 'url=https://h?a@b\n'; f 'url=https://h#a@b\n'
f 'url=cert:///path/to\n'; f 'url=cert://host///path//to///\n'
f 'url=https://h%%0ax/\n'; f 'url=https://h/%%0Ax\n'; f 'url=https://u%%0a@h/x\n'; f 'url=https://u:%%0a@h/x\n'; f 'url=ht%%0atp://h/x\n'
f 'url=foo\n'; f 'url=://h\n'; f 'url=\n'; f 'url=http:///x\n'; f 'url=http://h%%zz%%\n'
f 'protocol=http\nhost=h\nusername=\npassword=\n'; f 'protocol=http\nhost=\n'; f 'protocol=\nhost=h\n'
f 'protocol=http\r\nhost=h\r\n'
printf 'protocol=http\nhost=h\nusername=a\0b\n' | "$GIT" -c credential.helper='!sh ./helper' credential fill
f 'protocol=http\nhost=h\rx\n' -c credential.protectProtocol=false
SAYS=''
a() { IN=$1; shift; c approve "$@"; c reject "$@"; }
a 'protocol=http\nhost=h\npath=a/b\nusername=u\npassword=p\n'
a 'protocol=http\nhost=h\npath=a/b\nusername=u\npassword=p\n' -c credential.useHttpPath=true
a 'protocol=http\nhost=h\nusername=u\npassword=p\npassword_expiry_utc=1\n'
a 'protocol=http\nhost=h\nusername=u\npassword=p\npassword_expiry_utc=99999999999\noauth_refresh_token=r\nwwwauth[]=b\n'
a 'protocol=http\nhost=h\nusername=u\n'
a 'capability[]=authtype\ncapability[]=state\nauthtype=B\ncredential=c\nephemeral=1\nprotocol=http\nhost=h\nstate[]=s\nusername=u\npassword=p\nwwwauth[]=b\n'
a 'capability[]=authtype\nauthtype=B\ncredential=c\nephemeral=1\nprotocol=http\nhost=h\nstate[]=s\n'
a 'authtype=B\ncredential=c\nprotocol=http\nhost=h\n'
a 'capability[]=state\nprotocol=http\nhost=h\nusername=u\npassword=p\ncontinue=1\n'
a 'username=u\npassword=p\n'; a 'username=u\npassword=p\nprotocol=http\n'; a 'garbage\n'
# the configuration, by URL
n() { for word in "$@"; do f 'url=http://u@h.com/a/b' -c "credential.$word.helper=!echo $word; echo quit=1;:"; done; }
n http://u@h.com http://h.com:80 http://H.com HTTP://h.com http://h.com/a http://h.com/a/ http://h.com/ab h.com h.com/a 'http://*.com' http://v@h.com '' 'http://h.com/?q' 'http://h.com%20' http:// http:/// https:// https://h.com u@h.com v@h.com h.com:80
f 'url=http://h.com:8080/a' -c credential.http://h.com.username=zz -c credential.http://h.com:8080.username=yy
f 'url=http://h.com/a' -c credential.http://h.com.username=zz -c credential.username=yy
f 'url=http://h.com/a' -c credential.username=zz -c credential.http://h.com/a.username=yy -c credential.http://h.com.username=xx
f 'url=http://me@h.com/a' -c credential.username=zz
f 'url=http://h.com/a/b' -c credential.http://h.com/a.useHttpPath=true
f 'url=http://h.com/a/b' -c credential.useHttpPath=true -c credential.http://h.com/a.useHttpPath=false
f 'url=http://h.com/a' -c credential.helper= ; f 'url=http://h.com/a' -c credential.helper= -c credential.http://h.com.helper='!echo last >&2;:'
f 'url=http://h.com/a' -c credential.helper; f 'url=http://h.com/a' -c credential.username
f 'url=http://h.com/a' -c credential.useHttpPath=maybe; f 'url=http://h.com/a' -c credential.sanitizePrompt=maybe; f 'url=http://h.com/a' -c credential.protectProtocol=maybe
f 'url=http://h.com/a' -c credential.helper="$PWD/helper"
f 'url=http://h.com/a' -c credential.helper="$PWD/helper more words"
f 'url=http://h.com/a' -c credential.helper='!f() { echo "<$1><$2>" >&2; }; f one'
f 'url=http://h.com/a' -c credential.helper=nonexist
# a person
unset GIT_TERMINAL_PROMPT; export GIT_ASKPASS=./asker
f 'protocol=http\nhost=h\n'; f 'protocol=http\nhost=h\nusername=x\n'; f 'protocol=http\nhost=h\npassword=x\n'
f 'protocol=http\nhost=h\nusername=us@er\npath=x\n' -c credential.useHttpPath=true
f 'protocol=http\nhost=h%%20a\t:80[]\nusername=us\007er\n'
f 'protocol=http\nhost=h\nusername=us\007er\n' -c credential.sanitizePrompt=false
f 'protocol=http\nhost=h\nusername=a/:%%?#b c\npath=x y\007?z/~!$&()*+,;=:@-._\n' -c credential.useHttpPath=true
f 'protocol=cert\npath=/x/y\nhost=\n'; f 'protocol=\nhost=\n'
f 'protocol=http\nhost=h\n' -c credential.interactive=false; f 'protocol=http\nhost=h\n' -c credential.interactive=never; f 'protocol=http\nhost=h\n' -c credential.interactive=xx
f 'protocol=http\nhost=h\nusername=x\n' -c credential.interactive=0
export GIT_TERMINAL_PROMPT=0
for ask in false /nonexist ''; do GIT_ASKPASS=$ask SSH_ASKPASS=./asker f 'protocol=http\nhost=h\n' -c core.askPass=./asker; done
unset GIT_ASKPASS
SSH_ASKPASS=./asker f 'protocol=http\nhost=h\n'; SSH_ASKPASS=false f 'protocol=http\nhost=h\n' -c core.askPass=./asker; SSH_ASKPASS=./asker f 'protocol=http\nhost=h\n' -c core.askPass='echo conf'
GIT_TERMINAL_PROMPT=zz f 'protocol=http\nhost=h\n'
"$GIT" credential capability; "$GIT" credential capability </dev/null
"$GIT" credential nope </dev/null; "$GIT" credential; "$GIT" credential fill x </dev/null; "$GIT" credential --nope
