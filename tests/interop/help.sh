# help and version.  Texts are each program's own: what has to be in them is noted.
#: cells sha1-files
#: end no
history
says() { "$GIT" "$@" >said; }
names() { sed -n 's/^   *\([a-z][^ ]*\)  .*/\1/p' said | sort >names; note_file names; }
have() { for word; do grep -q -e "$word" said && echo "has $word" || echo "no $word"; done >names; note_file names; }
export QN_OWN_WORDS=1
mkdir bin; printf '#!/bin/sh\necho outside\n' >bin/git-outside; chmod +x bin/git-outside; PATH=$PWD/bin:$PATH; export PATH
"$GIT" config alias.mine 'status -s'; "$GIT" config alias.outer '!echo x'
says help --guides; names; says help -g --guides; names
says help --user-interfaces; names; says help --developer-interfaces; names
says help --all; have ' add ' ' status ' ' ls-files ' outside mine 'status -s'
says help -a --verbose; have ' add ' ' status ' ' ls-files ' outside mine
says help -a --no-external-commands; have ' add ' outside mine
says help -a --external-commands --no-aliases; have ' add ' outside mine
says help -a --aliases --exclude-guides --no-exclude-guides; have ' add ' outside mine
says help -a --no-verbose; have '\<add\>' '\<ls-files\>' outside
says help --config; have core.bare hook.jobs reftable.blockSize; says help --config-for-completion; have core.bare '^hook.$'
says help --config-sections-for-completion; have '^core$' '^hook$'; says help --aliases-for-completion; have mine outer
says help; have ' add ' ' commit '; says help --verbose; have ' add '; says help --no-man; have ' add '
says version --build-options; sed -n 's/:.*//p' said | grep -v -e feature -e libcurl -e zlib -e OpenSSL | sort >names; note_file names; grep -c -e sizeof-size_t -e shell-path said >names; note_file names
says version --no-build-options; says version --build-options --no-build-options; wc -l <said >names; note_file names
says --version --build-options; have 'default-hash: sha1' 'default-ref-format: files'
unset QN_OWN_WORDS
"$GIT" help mine; "$GIT" help outer; "$GIT" help nothere; "$GIT" help --man nothere; "$GIT" help --exclude-guides tutorial; "$GIT" help --exclude-guides nothere
for o in -a -g -c --user-interfaces --developer-interfaces; do "$GIT" help $o word; done
"$GIT" help --no-external-commands; "$GIT" help --no-aliases status; "$GIT" help --aliases; "$GIT" help -g -a >/dev/null; "$GIT" help --nothere
QN_OWN_WORDS=1 "$GIT" version word; "$GIT" version --nothere
# Viewers: man, info, a browser.
printf '#!/bin/sh\necho man "$@"\n' >bin/man; printf '#!/bin/sh\necho info "$@"\n' >bin/info; chmod +x bin/man bin/info
"$GIT" help --man status; "$GIT" help -m git; "$GIT" help --man tutorial; "$GIT" help -m nothere
"$GIT" -c help.format=man help status; "$GIT" -c help.format=info help status | sed 's/.*//'; "$GIT" -c help.format=bad help status
"$GIT" help --web --no-web --man status; "$GIT" help --info --no-info -m status; "$GIT" help -m --no-man -m status
"$GIT" -c help.htmlPath="$PWD/none" help --web status; "$GIT" -c help.htmlPath="$PWD/none" -c help.format=web help status
mkdir html; touch html/git.html html/git-status.html html/gittutorial.html
"$GIT" -c help.htmlPath="$PWD/html" help -w nothere
"$GIT" -c man.viewer=foo help -m status; "$GIT" -c man.viewer=foo -c man.foo.cmd='echo viewer' help -m status
"$GIT" -c man.viewer=man -c man.man.path="$PWD/bin/info" help -m status; GIT_MAN_VIEWER=bar "$GIT" -c man.bar.cmd='echo bar' help -m status
"$GIT" tutorial --help; "$GIT" nothere --help; "$GIT" -c help.autoCorrect=never nothere --help; "$GIT" -c help.autoCorrect=1 -c help.format=man statsu --help; "$GIT" -c help.format=man mine --help; "$GIT" outer --help
