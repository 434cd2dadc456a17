#: cells sha1-files
# reset, rm, mv: option by option.
"$GIT" init -q
"$GIT" reset
"$GIT" reset --hard
"$GIT" reset --soft
seq 5 >f; "$GIT" add f; "$GIT" reset f; "$GIT" status -s; "$GIT" add f; "$GIT" reset; "$GIT" status -s
seq 10 >f; seq 5 >g; mkdir d; echo x >d/x; "$GIT" add .; "$GIT" commit -qm one
echo 11 >>f; echo h >h; "$GIT" add h; "$GIT" commit -qam two
m() { echo change >>f; echo new >n; "$GIT" add n; rm -f g; }
for o in '' --mixed --soft --hard --merge --keep -q --quiet --no-quiet -N '-N --mixed' '-N --soft' --refresh --no-refresh '-q --refresh' '--hard --soft' '--soft --mixed'; do
m
"$GIT" reset $o HEAD~1
"$GIT" status -s
"$GIT" reset -q --hard ORIG_HEAD; rm -f n
"$GIT" reset -q --hard main@{1} 2>/dev/null || :
done
"$GIT" log --oneline --no-decorate
m
"$GIT" -c reset.quiet=true reset
"$GIT" -c reset.refresh=false reset
"$GIT" -c advice.resetNoRefresh=false reset

"$GIT" reset -- f nope
"$GIT" reset f
"$GIT" reset nope
"$GIT" reset nope --
"$GIT" reset -- nope
"$GIT" reset HEAD nope
"$GIT" reset HEAD~1 f
"$GIT" status -s
"$GIT" reset -N HEAD~1 h
"$GIT" status -s
"$GIT" reset --soft HEAD f
"$GIT" reset --hard HEAD f
"$GIT" reset --mixed HEAD f
"$GIT" reset -q HEAD~1 -- .
"$GIT" reset HEAD^{tree} f
"$GIT" reset HEAD^{tree}
"$GIT" reset HEAD:d x
"$GIT" reset --pathspec-from-file=nope
printf 'f\0' >spec
"$GIT" reset --pathspec-from-file=spec --pathspec-file-nul
"$GIT" reset --pathspec-from-file=spec --pathspec-file-nul HEAD~1
"$GIT" reset --pathspec-from-file=spec f
"$GIT" reset --pathspec-from-file=spec -- f
"$GIT" reset --pathspec-file-nul
"$GIT" reset --pathspec-from-file=spec --hard
"$GIT" reset --recurse-submodules --hard
"$GIT" reset --no-recurse-submodules
"$GIT" reset --nonsense
"$GIT" reset HEAD HEAD
"$GIT" reset --hard HEAD~9
rm spec
"$GIT" reset --hard
"$GIT" tag old
"$GIT" reset --keep HEAD~1
echo c >>f
"$GIT" reset --keep old
"$GIT" reset --merge old
"$GIT" status -s
"$GIT" add f
"$GIT" reset --merge old
"$GIT" reset --hard old
"$GIT" checkout -q -b b HEAD~1; echo b >>f; "$GIT" commit -qam b; "$GIT" merge old
"$GIT" reset --soft HEAD
"$GIT" reset --keep HEAD
"$GIT" reset
"$GIT" status -s
"$GIT" reset --hard
"$GIT" merge old
"$GIT" reset --merge
"$GIT" status -s
"$GIT" checkout -q --detach; "$GIT" reset --hard HEAD~1
cd d
"$GIT" reset ..
"$GIT" reset --hard
"$GIT" reset x
cd ..
"$GIT" checkout -qf main
# rm
"$GIT" rm
"$GIT" rm nope
"$GIT" rm d
"$GIT" rm -r d
"$GIT" reset -q --hard
"$GIT" rm -n f
"$GIT" rm --dry-run -r d f
"$GIT" rm -q f; "$GIT" reset -q --hard
echo c >>f
"$GIT" rm f
"$GIT" rm f g h
"$GIT" rm --cached f
"$GIT" status -s; "$GIT" reset -q --hard
echo c >>f; "$GIT" add f
"$GIT" rm f
"$GIT" -c advice.rmHints=false rm f
"$GIT" rm --cached f; "$GIT" reset -q --hard
echo c >>f; "$GIT" add f; echo d >>f; echo e >>g; "$GIT" add g; echo i >>h
"$GIT" rm f g h
"$GIT" rm --cached f g
"$GIT" rm -f f g h; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" rm --ignore-unmatch nope
"$GIT" rm --ignore-unmatch nope f; "$GIT" reset -q --hard
"$GIT" rm f nope
"$GIT" rm -r --cached .
"$GIT" status -s; "$GIT" reset -q --hard
"$GIT" rm '*.x' 'f*'; "$GIT" reset -q --hard
printf 'f\ng\n' >spec
"$GIT" rm --pathspec-from-file=spec; "$GIT" reset -q --hard
printf 'f\0g\0' >spec
"$GIT" rm --pathspec-from-file=spec --pathspec-file-nul; "$GIT" reset -q --hard
"$GIT" rm --pathspec-from-file=spec f
"$GIT" rm --pathspec-file-nul f
"$GIT" rm --pathspec-from-file=nope
: >empty
"$GIT" rm --pathspec-from-file=empty
"$GIT" rm --sparse f; "$GIT" reset -q --hard
"$GIT" rm -rf .
"$GIT" status -s; "$GIT" reset -q --hard
"$GIT" rm --nonsense
"$GIT" rm spec
"$GIT" rm ../x
"$GIT" rm -r d/
rm -f spec empty; "$GIT" reset -q --hard
cd d; "$GIT" rm x; "$GIT" rm ../f; cd ..; "$GIT" reset -q --hard
ln -s nowhere l; "$GIT" add l; "$GIT" rm -q l; "$GIT" rm -f l; "$GIT" reset -q --hard
"$GIT" merge -q old
"$GIT" rm f; "$GIT" status -s; "$GIT" reset -q --hard
# mv
"$GIT" mv
"$GIT" mv f
"$GIT" mv nope x
"$GIT" mv f g
"$GIT" mv -f f g; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" mv -v f f2; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" mv -n f f2; "$GIT" mv -nv f d; "$GIT" status -s
"$GIT" mv f g d; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" mv f g nodir
"$GIT" mv f nope g d
"$GIT" mv -k f nope g d; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" mv -kv nope f2
"$GIT" mv d e; "$GIT" status -s; "$GIT" reset -q --hard; rm -rf e
mkdir e; "$GIT" mv d e; "$GIT" status -s; "$GIT" reset -q --hard; rm -rf e
mkdir e; "$GIT" mv d/ e/; "$GIT" status -s; "$GIT" reset -q --hard; rm -rf e
"$GIT" mv d d
"$GIT" mv d d/sub
"$GIT" mv f f
"$GIT" mv f d/x
"$GIT" mv f d/y/z
"$GIT" mv f ../out
echo u >u; "$GIT" mv u v
"$GIT" mv f u
"$GIT" mv -f f u; "$GIT" status -s; "$GIT" reset -q --hard; rm -f u
mkdir emptyd; "$GIT" mv emptyd x; rmdir emptyd
"$GIT" mv f f/
"$GIT" mv f h/
"$GIT" mv d f
"$GIT" mv f nodir/
"$GIT" mv --sparse f f3; "$GIT" status -s; "$GIT" reset -q --hard
"$GIT" mv --nonsense
"$GIT" mv '' x
"$GIT" mv f ''
cd d; "$GIT" mv x ..; "$GIT" status -s; "$GIT" mv ../f .; "$GIT" status -s; cd ..; "$GIT" reset -q --hard
"$GIT" mv f g f d
echo c >>f; "$GIT" mv f f4; "$GIT" status -s; "$GIT" reset -q --hard
rm f; "$GIT" mv f f5; "$GIT" mv -f f f5; "$GIT" reset -q --hard
"$GIT" mv .git x
"$GIT" mv f .git/x
"$GIT" merge -q old
"$GIT" mv f ff; "$GIT" status -s; "$GIT" reset -q --hard
