# Content between work tree and objects: encodings, line ends, filters that fail.
#: cells sha1-files
"$GIT" init -q -b main
echo '*.u16 working-tree-encoding=UTF-16' >.gitattributes
echo '*.u16le working-tree-encoding=UTF-16LE' >>.gitattributes
echo '*.u16bom working-tree-encoding=UTF-16LE-BOM' >>.gitattributes
echo '*.l1 working-tree-encoding=ISO-8859-1' >>.gitattributes
echo '*.bad working-tree-encoding=no-such' >>.gitattributes
echo '*.u8 working-tree-encoding=utf8' >>.gitattributes
echo '*.true working-tree-encoding' >>.gitattributes
echo '*.sj working-tree-encoding=SHIFT-JIS' >>.gitattributes
"$GIT" add .gitattributes
printf '\376\377\0h\0i\0\n' >be.u16; "$GIT" add be.u16; "$GIT" cat-file blob :be.u16
printf '\377\376h\0i\0\n\0' >le.u16; "$GIT" add le.u16; "$GIT" cat-file blob :le.u16
printf '\0h\0i\0\n' >none.u16; "$GIT" add none.u16
printf 'h\0i\0\n\0' >a.u16le; "$GIT" add a.u16le; "$GIT" cat-file blob :a.u16le
printf '\377\376h\0i\0\n\0' >b.u16le; "$GIT" add b.u16le
printf 'h\0i\0\n\0' >c.u16bom; "$GIT" add c.u16bom
printf '\377\376h\0i\0\n\0' >d.u16bom; "$GIT" add d.u16bom; "$GIT" cat-file blob :d.u16bom
printf 'caf\351\n' >e.l1; "$GIT" add e.l1; "$GIT" cat-file blob :e.l1
echo x >f.bad; "$GIT" add f.bad
echo x >g.u8; "$GIT" add g.u8
echo x >h.true; "$GIT" add h.true
printf '\203\\\203x\n' >i.sj; "$GIT" add i.sj
"$GIT" -c core.checkRoundtripEncoding=ISO-8859-1 add e.l1
"$GIT" commit -q -m encodings
rm *.u16* *.l1; "$GIT" checkout-index -f -a; od -c be.u16; od -c a.u16le; od -c d.u16bom; od -c e.l1
"$GIT" status -s
printf '\330\000\0h' >broken.u16; "$GIT" add broken.u16
"$GIT" ls-files -s
# Line ends.
printf 'a\r\nb\r\n' >crlf; printf 'a\nb\n' >lf; printf 'a\r\nb\n' >mixed
for safe in true warn false; do for auto in true input false; do
"$GIT" -c core.safecrlf=$safe -c core.autocrlf=$auto add crlf lf mixed
"$GIT" rm -q -f --cached --ignore-unmatch crlf lf mixed
done; done
"$GIT" -c core.autocrlf=false add crlf mixed; "$GIT" commit -q -m cr
"$GIT" -c core.autocrlf=true status -s; echo more >>crlf
"$GIT" -c core.autocrlf=true add crlf; "$GIT" ls-files --eol crlf
"$GIT" -c core.autocrlf=input add --renormalize crlf mixed; "$GIT" ls-files --eol crlf mixed
echo '*.t text eol=crlf' >>.gitattributes; printf 'x\ny\n' >w.t
"$GIT" add w.t; "$GIT" ls-files --eol w.t; rm w.t; "$GIT" checkout w.t; "$GIT" ls-files --eol w.t
"$GIT" -c core.eol=crlf ls-files --eol lf
# Filters that fail.
echo '*.f filter=f' >>.gitattributes; echo '*.p filter=p' >>.gitattributes
"$GIT" config filter.f.clean 'exit 3'; echo x >one.f
"$GIT" add one.f; "$GIT" ls-files -s one.f
"$GIT" config filter.f.required true; echo xx >one.f
"$GIT" add one.f
"$GIT" config filter.f.clean 'sed s/x/y/ "%f" #'; echo xxx >one.f; "$GIT" add one.f; "$GIT" cat-file blob :one.f
"$GIT" config filter.f.clean cat; echo xxxx >one.f; "$GIT" add one.f; "$GIT" config filter.f.smudge false
rm one.f; "$GIT" checkout one.f; "$GIT" config filter.f.required false; rm -f one.f; "$GIT" checkout one.f; cat one.f
"$GIT" config filter.p.process 'no-such-program-at-all'; echo x >one.p
"$GIT" add one.p
