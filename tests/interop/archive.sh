#: place disk
#: cells sha1-files sha256-reftable
#: end no
# archive: tar, tar.gz and zip, byte for byte (the compressed ones where zlib is what deflates).
export TZ=UTC
history
"$QN_REAL" config core.abbrev 7
mkdir -p p/ig q deep/er; echo 1 >p/ig/x; echo 2 >q/y; echo 3 >q/z; echo 4 >deep/er/est
printf '\0bin' >n.b; head -c 9000 /dev/zero | tr '\0' x >late; printf '\0' >>late; seq 1 200 >num; chmod +x num; : >none
printf 'text\0more' >nul; cp nul t.t; cp nul d.d; cp num a.nd; cp num a.bin; cp nul a.u
printf 'x' >"$(printf 'caf\303\251')"; printf 'x' >"$(printf 'lat\351')"; printf y >'back\slash'; ln -s num lnk
printf 'one\ntwo $Id$\n' >crlf; printf 'filter me\n' >filtered
printf '$Format:%%H %%h %%an %%ad %%cd %%s%%n%%d|%%D|%%N|%%(describe)|%%(describe)$ mid $Format: $ $Format:%%aN %%(trailers)$ $Format:no end\n$Id$ $Format:%%p %%t %%Cred %%w(3)abc def$ $Format:$' >subst
printf 'a\0$Format:%%h\0$x$Format:%%h%%h$' >subst.bin
printf 'ig export-ignore\ny export-ignore\nsubst* export-subst\n*.bin binary\nt.t text\nd.d diff\n*.nd -diff\n*.u diff=foo\ncrlf text eol=crlf ident\nfiltered filter=up\n' >.gitattributes
a=$(printf 'a%.0s' $(seq 99)) c=$(printf 'c%.0s' $(seq 73))
mkdir -p "$a/$a" "${a#???????????????????}/$c" "${a#???????????????????}/${c}c"; b=${a#???????????????????}
for n in 99 100 101 255; do x=$(head -c $n /dev/zero | tr '\0' s); echo $n >"$a/$x"; [ $n = 255 ] || { ln -s $x k$n; echo $n >$x; echo $n >"$b/$c/$x"; echo $n >"$b/${c}c/$x"; }; done
"$QN_REAL" add -A -- . ':!none2'; "$QN_REAL" update-index --add --cacheinfo 160000,$("$QN_REAL" rev-parse HEAD),sub
"$QN_REAL" commit -q -m 'Archives: a subject' -m 'Body.

Key: value'; tick; "$QN_REAL" tag -a -m three v3; "$QN_REAL" notes add -m note; "$QN_REAL" config filter.up.smudge 'tr a-z A-Z; echo %f'
printf 'A Real <real@example.com> Ann Author <ann@example.com>\n' >.mailmap
# sum FILE: what it is, and all that is in it
sum() { note "$(sha1sum <$1 | cut -d' ' -f1)"; }
see() { tar tvf $1 2>/dev/null | sed 's/  */ /g' >../listing; note_file ../listing; }
g() { QN_OWN_WORDS=1 "$GIT" "$@" >../out; sum ../out; }
ar() { g archive "$@"; }
ar HEAD; see ../out; ar v3; ar --format=zip HEAD; ar --format=tar.gz HEAD; ar --format=tgz -9 v3; ar --format=zip -9 HEAD; ar --format=zip -0 HEAD; ar --format=tgz -0 HEAD; ar --format=tgz -1 HEAD
ar --prefix=pre/fix// HEAD; see ../out; ar --format=zip --prefix=x HEAD; ar --prefix=/ HEAD q; see ../out; ar --prefix=$a$a$a/ HEAD q; ar --prefix=../ HEAD q/z; see ../out
"$GIT" get-tar-commit-id <../out
for time in @0 never @1500000000 @8589934591 '2005-04-07T22:13:13' '2005-04-07 22:13:13 +0200'; do case $time in @0|@8*) continue;; esac; ar --mtime="$time" HEAD q; see ../out; ar --mtime="$time" --format=zip HEAD q; ar --mtime="$time" HEAD^{tree}; ar --mtime="$time" HEAD:q; see ../out; done
for paths in q q/ q/y 'q/*' p p/ig p/ig/x sub sub/x num/ nope 'nope q' 'q nope' . ./q/../q ../x ':!q' ':(exclude)q nope' ':(icase)Q' ':(bogus)q' 'nope*' ':(attr:export-ignore)q' ':(glob)**/z' /abs; do note "paths $paths"; ar HEAD $paths; see ../out; done
ar HEAD ''; "$GIT" --literal-pathspecs archive HEAD 'q/*'
cd q; note in q; for paths in '' z :/ .. :/q :/nope ':!z' ':!nope' 'zzz ../num' '../num zzz' 'z ../q/z' q/z; do ar HEAD $paths; see ../out; done; ar --prefix=k/ -v HEAD; ar --mtime=@1500000000 HEAD:q; ar --add-file=../num --add-file=./z --add-virtual-file=../v:x HEAD; see ../out; cd ..
cd p/ig; ar HEAD; cd ../..; mkdir elsewhere; cd elsewhere; ar HEAD; see ../out; cd ..; cd deep; ar HEAD; see ../out; cd ..
for name in nope HEAD:num HEAD:nope HEAD^ HEAD~2 main@{0} :num 'nope zzz'; do ar $name; done
ar -v HEAD q; ar --verbose --prefix=a/ --add-file=num HEAD q; "$GIT" archive -l; ar -l HEAD; "$GIT" archive --list -9; ar -l --format=zz; ar --format=zz HEAD; ar --format= HEAD; ar -9 HEAD; ar -0 HEAD; ar -12 HEAD; ar --format=zip -12 HEAD; ar --format=tgz -12 HEAD; ar -9 nope
for extra in --add-file=num --add-file=lnk --add-file=nope --add-file=q --add-file= --add-virtual-file=x --add-virtual-file=:x --add-virtual-file=a: --add-virtual-file=v/w:content --add-virtual-file='"a\"b:c":z' '--add-virtual-file="abc:z' '--add-virtual-file="abc"z' --add-virtual-file='"":z' --add-virtual-file=./a//b/../c:d --add-virtual-file=$a/$a:b; do note "$extra" | cut -c1-60; ar "$extra" HEAD q; see ../out; ar --prefix=pre/ "$extra" --prefix=two/ --format=zip "$extra" HEAD q; done
ar --add-file=num --no-add-file HEAD q; see ../out; ar --add-virtual-file=a:b --no-add-virtual-file HEAD q; see ../out; ar --prefix=p/ --no-prefix --add-file=num HEAD q; see ../out; ar --format=zip --add-file=a.bin --add-file=nul --add-virtual-file=x.bin:y HEAD q
for umask in 0 022 0077 0777 junk '' 99999999999; do g -c tar.umask=$umask archive HEAD q num lnk; see ../out; done; g -c tar.umask archive HEAD q; (umask 027; g -c tar.umask=user archive HEAD q num; see ../out); "$GIT" -c tar.umask=junk archive -l; g -c tar.umask=077 archive --format=zip HEAD
for command in tar.foo.command=cat tar.foo.command= tar.foo.command tar.foo.remote=x tar.foo.remote=true tar.tar.command=cat tar.zip.command=cat tar.tgz.command= tar.command=x; do "$GIT" -c $command archive -l; done
for command in cat 'cat; : ' 'gzip -cn' 'cat >/dev/null; exit 3' 'cat >/dev/null; basename "$PWD"' 'git archive gzip'; do g -c "tar.a.command=$command" archive --format=a HEAD q; (cd q; QN_OWN_WORDS=1 "$GIT" -c "tar.a.command=$command" archive --format=a HEAD >../../out; sum ../../out); done
g -c tar.a.command='gzip -cn' archive --format=a -9 HEAD q; g -c tar.a.command='git archive gzip' archive --format=a -9 HEAD q; g -c tar.a.command='cat; : ' archive --format=a -15 HEAD q; g -c tar.a.command=nosuchprogram archive --format=a HEAD q; g -c tar.a.command= archive --format=a HEAD q
g -c tar.A.command=cat archive --format=a HEAD; g -c tar.a.b.command=cat archive --format=a.b HEAD q; g -c tar.tar.command='echo x' archive HEAD q
for file in x.zip x.tgz x.tar.gz x.foo .zip x.ZIP zip nowhere/x.zip x.tar; do "$GIT" archive -o ../$file HEAD q; [ -f ../$file ] && sum ../$file; rm -f ../$file; done; "$GIT" -c tar.foo.command=cat archive --output=../x.foo HEAD q; sum ../x.foo; "$GIT" archive -o ../bad.zip nope; ls -s ../bad.zip; "$GIT" archive -o ../l.zip -l; sum ../l.zip; "$GIT" archive --format=tar -o ../x.zip HEAD q; sum ../x.zip; ar -o ../y.tgz --no-output HEAD q; (cd q; "$GIT" archive -o up.zip HEAD; sum up.zip; rm up.zip)
for size in 1k 3 1; do for format in tar zip 'zip -0' tgz; do g -c core.bigFileThreshold=$size archive --format=$format HEAD; done; done
for setting in diff.foo.binary=true diff.foo.binary=false core.autocrlf=true core.eol=crlf log.date=iso core.abbrev=12 i18n.logOutputEncoding=latin1; do g -c $setting archive --format=zip HEAD; done
echo 'q export-ignore' >.gitattributes; ar HEAD; ar --worktree-attributes HEAD; see ../out; rm .gitattributes; ar --worktree-attributes HEAD; see ../out; echo 'num export-ignore' >.git/info/attributes; ar HEAD; see ../out; rm .git/info/attributes; g --attr-source=HEAD~1 archive HEAD; g --attr-source=HEAD~1 archive --worktree-attributes HEAD
"$QN_REAL" clone -q --bare . ../bare.git; cd ../bare.git; ar HEAD; ar --worktree-attributes HEAD; ar --format=zip main q; cd objects; ar HEAD; cd ..; ar --foo; ar; ar -x; ar HEAD -- q; ar -- HEAD q; mkdir ../none; cd ../none; "$GIT" archive HEAD; "$GIT" archive -l; "$GIT" archive --format=zz HEAD
cd ../bare.git; empty=$("$QN_REAL" hash-object -t tree -w /dev/null); ar --mtime=@1500000000 $empty; ar --mtime=@1500000000 --format=zip $empty
tree=$(printf "040000 tree $empty\tempty\n100644 blob $("$QN_REAL" rev-parse HEAD:num)\tf\n" | "$QN_REAL" mktree); ar --mtime=@1500000000 $tree; see ../out; ar --mtime=@1500000000 $tree empty; see ../out; ar --mtime=@1500000000 $tree 'empt*'
for seconds in 0 8589934591 8589934592 99999999999; do when="@$seconds +0000"; c=$(GIT_COMMITTER_DATE="$when" "$QN_REAL" commit-tree -m t HEAD^{tree}); ar $c q; see ../out; ar --format=zip $c q; done
