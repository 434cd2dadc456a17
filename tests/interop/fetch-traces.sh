# What a fetch can be heard to do: GIT_TRACE_PACKFILE, GIT_TRACE_SHALLOW; who may say what
# (sideband.<url>.*); options that say how much is told.
#: cells sha1-files
#: end no
q() { "$QN_REAL" "$@" >/dev/null 2>&1; }
q init -q -b main src; for i in 1 2 3; do seq $i 40 >src/f$i; q -C src add .; q -C src commit -qm $i; tick; done
u=file://$PWD/src T=$PWD/trace
look() { [ -s trace ] && sed 's/^.* shallow: /shallow: /' trace >n || echo nothing >n; note_file n; rm -f trace; }
pack() { # what was written is a pack, and nothing else
    [ -s trace ] || { note no pack; return; }
    q init -q p; q -C p index-pack --fix-thin --stdin <trace; note index-pack $?; "$QN_REAL" -C p index-pack -o p.idx ../trace >/dev/null 2>&1; "$QN_REAL" show-index <p/p.idx 2>/dev/null | wc -l >n; note_file n; rm -rf p trace
}
export GIT_TRACE_PACKFILE=$T
for v in 0 2; do "$GIT" -c protocol.version=$v clone -q $u d; pack; rm -rf d; done
"$GIT" clone -q src d; pack; rm -rf d
q init -q d; "$GIT" -C d fetch -q $u main; pack; "$GIT" -C d fetch -q $u main; pack; "$GIT" ls-remote $u; pack; rm -rf d; q init -q d; "$GIT" -C d -c fetch.unpackLimit=1 fetch -q $u main; pack; q init -q e
"$GIT" -C e fetch-pack --no-progress -q $u refs/heads/main; pack; "$GIT" -C d push -q ../e FETCH_HEAD:refs/heads/x; pack; rm -rf d e
GIT_TRACE_PACKFILE=0 "$GIT" clone -q $u d; pack; rm -rf d; unset GIT_TRACE_PACKFILE
q clone -q --depth=1 $u one; q clone -q --depth=2 $u two; export GIT_TRACE_SHALLOW=$T
for v in 0 2; do
    c="-c protocol.version=$v"
    "$GIT" $c clone -q --depth=1 $u d; look; "$GIT" -C d $c fetch -q --deepen=1; look; "$GIT" -C d $c fetch -q --unshallow; look; "$GIT" -C d $c fetch -q --depth=1; look; rm -rf d
    "$GIT" $c clone -q file://$PWD/one d; look; rm -rf d; q init -q d
    "$GIT" -C d $c fetch -q file://$PWD/one main; look; "$GIT" -C d $c fetch -q --update-shallow file://$PWD/two main; look; "$GIT" -C d $c fetch -q file://$PWD/one main:x; look; "$GIT" -C d $c fetch -q $u; look; rm -rf d
done
unset GIT_TRACE_SHALLOW
q init -q there; "$GIT" -c protocol.version=0 -C one push -q ../there main:x
# progress
"$QN_REAL" clone --progress $u d 2>err; note $?; tr '\r' '\n' <err | sed 's/([0-9]*\/[0-9]*)//; s/ [0-9.]* bytes.*//; s/ [0-9.]* KiB.*//' | grep -c 'remote: Counting objects: 100%\|Receiving objects: 100%\|Resolving deltas: 100%' >n; note_file n; rm -rf d
for words in --progress "--progress -q" "-q --progress" --no-progress "--progress --no-progress" "-v --progress" ""; do
    q init -q d; "$QN_REAL" -C d -c fetch.unpackLimit=1 fetch $words $u main 2>err; note "fetch $words $?"; tr '\r' '\n' <err | grep -c 'Receiving objects: 100%' >n; tr '\r' '\n' <err | grep -c 'remote: Counting objects: 100%' >>n; tail -1 err >>n; note_file n; rm -rf d
    q init -q d; "$QN_REAL" -C d fetch $words $u main 2>err; note "fetch $words $?"; tr '\r' '\n' <err | grep -c 'Unpacking objects: 100%' >n; note_file n; rm -rf d
    q init -q d; "$QN_REAL" -C d pull $words $u main >/dev/null 2>err; note "pull $words $?"; tr '\r' '\n' <err | grep -c 'Unpacking objects: 100%' >n; note_file n; rm -rf d
done
# where there are no submodules these say nothing
q clone -q $u d
for words in --recurse-submodules-default=yes --recurse-submodules-default=no --recurse-submodules-default=on-demand --recurse-submodules-default=odd --no-recurse-submodules-default --submodule-prefix=x/ --no-submodule-prefix \
    --recurse-submodules --recurse-submodules=on-demand --recurse-submodules=no --recurse-submodules=odd --no-recurse-submodules "--recurse-submodules-default=yes --submodule-prefix=a/ --no-recurse-submodules" "--jobs=3" "-j0" "-j -1" "-j x"; do
    "$GIT" -C d fetch $words; "$GIT" -C d fetch -v $words origin main; "$GIT" -C d fetch --all $words
done
# who may say what
q init --bare there.git; printf '#!/bin/sh\nprintf "a\\033[31mred\\033[m \\033[2Jall\\n" >&2\n' >there.git/hooks/pre-receive; chmod +x there.git/hooks/pre-receive
n=0; push() { n=$((n + 1)); "$GIT" -C src "$@" push -q file://$PWD/there.git main:refs/heads/b$n; }
s=sideband; k=allowControlCharacters
push; push -c $s.$k=false; push -c $s.$k=true; push -c $s.file:///.$k=true; push -c $s.file://$PWD/there.git.$k=true; push -c $s.file://$PWD/there.git.$k=false -c $s.$k=true; push -c $s.http://x/.$k=true
push -c $s.file:///.$k=erase -c $s.file://$PWD/there.git.$k=false; push -c $s.file://$PWD.$k=true; push -c $s.file://$PWD/x.$k=true
"$GIT" -C src -c $s.file:///.$k=true push -q ../there.git main:refs/heads/c1
# what needs nothing of the other side's objects; names that mean nothing
q init -q far; q -C far remote add origin $u
for key in objectname -objectname refname -refname version:refname objecttype authordate; do "$GIT" -C far ls-remote --sort=$key origin; done
"$GIT" -C far fetch-pack origin refs/heads/main; "$GIT" -C far -c url.$u.insteadOf=short: fetch-pack short: refs/heads/main
"$QN_REAL" -C far update-ref refs/heads/x $("$QN_REAL" -C src rev-parse main) 2>/dev/null; mkdir -p far/.git/refs/heads; echo 1234567890123456789012345678901234567890 >far/.git/refs/heads/gone
for f in '%(objectname)' '%(objectname:short)' '%(refname) %(objecttype)' '%(*objectname)'; do "$GIT" -C far for-each-ref --format="$f"; "$GIT" -C far for-each-ref --sort=objectname --format="$f"; done
# "@" is HEAD, on the left
q init -q at; q -C at commit --allow-empty -m x; q -C at remote add origin $u
for r in @ @:y +@:y2 @: ^@ "main ^@" @:@ HEAD:@; do "$GIT" -C at fetch -q origin $r; "$GIT" -C at push -q -n ../far $r; done; "$GIT" -C at for-each-ref --format='%(refname)'
