#: cells sha1-files
#: end no
# blame -M, -C, -w, textconv
"$GIT" init -q -b main
block() { for i in 1 2 3 4 5 6; do echo "$1 number $i of a block of lines"; done; }
{ block alpha; block beta; block gamma; } >f; "$QN_REAL" add f; "$QN_REAL" commit -qm one; tick
{ block gamma; block alpha; block beta; } >f; "$QN_REAL" commit -qam two; tick
{ block gamma; block delta; } >g; block delta >>f; "$QN_REAL" add g; "$QN_REAL" commit -qam three; tick
{ block beta; echo; block new; } >h; "$QN_REAL" add h; "$QN_REAL" commit -qam four; tick
{ block new; block delta; } >k; echo more >>g; echo 'a b' >>h; "$QN_REAL" add k; "$QN_REAL" commit -qam five; tick
sed -i 's/number/  number/' f; echo short >>h; { cat h; block alpha | head -n 2; } >x; mv x h; "$QN_REAL" commit -qam six; tick
for file in f g h k; do for o in "" -M -C "-C -C" "-C -C -C" -M5 -M200 -C5 -C200 "-C -C5" "-M -w" "-C -w" "-C -C -C -w" "-M1000 -C10" "-M -p" "-C -p" "-C -C --incremental" "-C -C -C --line-porcelain" "-C --score-debug" "-C -C -f -n"; do "$GIT" blame -s $o $file; done; done
"$GIT" blame -Cx -s f; "$GIT" blame -M0 -s f; "$GIT" blame -C -C -C -C -s h; "$GIT" blame -C -s -L1,3 k; "$GIT" blame -C -s HEAD~1.. -- k
block alpha >>k; "$QN_REAL" blame -C -C -s k >>"$QN_TRANSCRIPT"; "$QN_REAL" blame -C -C -C -s k >>"$QN_TRANSCRIPT"; "$QN_REAL" blame -M -s k >>"$QN_TRANSCRIPT"; block beta >z; "$QN_REAL" add z; "$QN_REAL" blame -C -s z >>"$QN_TRANSCRIPT"; "$QN_REAL" blame -C -C -s z >>"$QN_TRANSCRIPT"; "$QN_REAL" reset -q --hard
"$GIT" blame --reverse -s HEAD~4..HEAD -- f; "$GIT" blame --reverse -M -s HEAD~4..HEAD -- f; "$GIT" blame --reverse -C -s HEAD~4..HEAD -- f
echo '*.up diff=up' >.gitattributes; "$QN_REAL" config diff.up.textconv "tr a-z A-Z <"; printf 'one\ntwo\n' >a.up; "$QN_REAL" add .; "$QN_REAL" commit -qm up; tick; printf 'ONE\ntwo\nthree\n' >a.up; "$QN_REAL" commit -qam upper; tick; "$GIT" blame -s a.up; "$GIT" blame -s --no-textconv a.up; "$GIT" blame -s HEAD~1 a.up; echo four >>a.up; "$QN_REAL" blame -s a.up >>"$QN_TRANSCRIPT"
printf '* text eol=crlf\n' >.gitattributes; printf 'a\r\nb\r\n' >e; "$QN_REAL" add e; "$QN_REAL" commit -qm crlf; tick; printf 'a\r\nc\r\n' >e; "$QN_REAL" blame -s e | tr '\r' '@' >>"$QN_TRANSCRIPT"; ln -s e link; "$QN_REAL" add link; "$QN_REAL" commit -qm link; tick; "$GIT" blame -s link; "$QN_REAL" rm -q link; mkdir link; echo x >link/e; "$QN_REAL" add link; "$QN_REAL" commit -qm dir; "$GIT" blame -s link/e
# In which order lines of one place are told of, and small pieces of several rounds.
{ block one; echo; block two; echo; block three; echo x; block four; } >m; "$QN_REAL" add m; "$QN_REAL" commit -qm m; tick
{ block four | head -n 4; echo; block one; echo y; block one; echo; block two | tail -n 3; echo z; block one | head -n 2; block three; block four; block four; } >m; "$QN_REAL" commit -qam m2; tick
{ echo top; block four | head -n 2; echo q; cat m; block two; echo end; } >x; sed 's/3 of/3  of/' x >m; rm x; "$QN_REAL" commit -qam m3; tick
for o in -M -M1 -M100 -C "-C -C" "-M1 -C40" "-M1 -M" "-w -M" ""; do "$GIT" blame --incremental $o m; done
