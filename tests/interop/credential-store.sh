# credential-store: its files, what fits, locks, modes.
#: cells sha1-files
s() { op=$1; shift; printf "$IN" | "$GIT" credential-store "$@" $op; }
mkdir home; export HOME=$PWD/home; unset XDG_CONFIG_HOME
l() { for file in "$@"; do "$GIT" hash-object $file; stat -c '%n %a' $file | "$GIT" stripspace; "$GIT" stripspace <$file; done; }
IN='protocol=http\nhost=h\nusername=u\npassword=p%%/@:x y\n' s store; l home/.git-credentials
IN='protocol=http\nhost=h\n' s get; IN='protocol=http\nhost=h\nusername=v\n' s get; IN='protocol=https\nhost=h\n' s get; IN='protocol=http\n' s get; IN='' s get
IN='protocol=http\nhost=h:80\nusername=v\npassword=2\npath=a/b c?d#e\n' s store; IN='protocol=http\nhost=h\nusername=u\npassword=new\n' s store; l home/.git-credentials
IN='protocol=http\nhost=h\nusername=w\npassword=3\npath=\n' s store; IN='protocol=http\nhost=h\nusername=w\npassword=3\npath=x\n' s store; l home/.git-credentials
IN='protocol=http\nhost=h:80\n' s get; IN='protocol=http\nhost=h:80\npath=a/b c?d#e\n' s get; IN='protocol=http\nhost=h:80\npath=zz\n' s get
for IN in 'protocol=http\nhost=h\nusername=u\n' 'protocol=http\nusername=u\npassword=p\n' 'host=h\nusername=u\npassword=p\n' 'protocol=cert\npath=/x\nusername=\npassword=p\n' 'protocol=cert\nhost=\npath=/x\nusername=\npassword=p\n'; do s store; done; l home/.git-credentials
IN='protocol=cert\nhost=\npath=/x\n' s get; IN='protocol=cert\npath=x\n' s get
IN='protocol=http\nhost=h\nusername=oauth\npassword=t\npassword_expiry_utc=1\noauth_refresh_token=r\n' s store; IN='protocol=http\nhost=h\nusername=oauth\n' s get; l home/.git-credentials
printf '# comment\n\nhttp://nouser@h\nhttp://zed:pw@h\r\nhttps://a:b@c\nbad\nhttp://zed2:pw2@h/\nhttp://z%%0a:p@h\nhttp://%%zz:p@h\n' >f; chmod 644 f; l f
IN='protocol=http\nhost=h\n' s get --file f; IN='protocol=http\nhost=h\nusername=zed2\n' s get --file f
IN='protocol=http\nhost=h\nusername=new\npassword=np\n' s store --file=f; l f
IN='protocol=http\nhost=h\nusername=zed2\n' s erase --file=f; l f
IN='protocol=https\nhost=c\nusername=a\npassword=wrong\n' s erase --file=f; l f
IN='protocol=https\nhost=c\nusername=a\npassword=b\n' s erase --file=f; l f
IN='protocol=http\nhost=h\n' s erase --file=f; l f
IN='' s erase --file=f; IN='host=h\n' s erase --file=f; IN='username=zed\n' s erase --file=f; IN='protocol=http\n' s erase --file=f; l f
IN='protocol=http\nhost=h\n' s get --file nofile; IN='protocol=http\nhost=h\n' s erase --file nofile; IN='protocol=http\nhost=h\nusername=u\npassword=p\n' s store --file no/dir/file
mkdir sub; cd sub; IN='protocol=http\nhost=sub\nusername=u\npassword=p\n' s store --file rel; l rel; cd ..
mkdir -p home/.config/git; printf 'http://x:y@xdg\nhttp://u:second@h\n' >home/.config/git/credentials
IN='protocol=http\nhost=xdg\n' s get; IN='protocol=http\nhost=h\nusername=u\n' s get
IN='protocol=http\nhost=h\nusername=u\n' s erase; l home/.git-credentials home/.config/git/credentials
rm home/.git-credentials; IN='protocol=http\nhost=n\nusername=u\npassword=p\n' s store; l home/.config/git/credentials; ls -a home | "$GIT" stripspace
mkdir -p x/git; export XDG_CONFIG_HOME=$PWD/x; IN='protocol=http\nhost=n\nusername=u\npassword=p\n' s store; l home/.git-credentials; mv home/.git-credentials x/git/credentials; IN='protocol=http\nhost=n\n' s get
IN='protocol=http\nhost=n\nusername=u\npassword=p2\n' s store --no-file; l x/git/credentials
: >f.lock; IN='protocol=http\nhost=h\nusername=u\npassword=p\n'; printf "$IN" | "$GIT" -c credentialStore.lockTimeoutMS=0 credential-store --file f store; printf "$IN" | "$GIT" -c credentialStore.lockTimeoutMS=20 credential-store --file f store; printf "$IN" | "$GIT" -c credentialStore.lockTimeoutMS=x credential-store --file f store; rm f.lock
IN='garbage\n' s get; IN='' s foo; IN='' s; IN='' s get x; IN='' s --nope get; IN='' s get --file; "$GIT" credential-store capability </dev/null
# as a helper
export GIT_TERMINAL_PROMPT=0
printf 'protocol=http\nhost=viahelper\nusername=u\npassword=p\n' | "$GIT" -c credential.helper='store --file f2' credential approve; l f2
printf 'protocol=http\nhost=viahelper\n' | "$GIT" -c credential.helper='store --file f2' credential fill
printf 'protocol=http\nhost=viahelper\nusername=u\npassword=p\n' | "$GIT" -c credential.helper='store --file f2' credential reject; l f2
printf 'protocol=http\nhost=viahelper\n' | "$GIT" -c credential.helper='store --file f2' credential fill
