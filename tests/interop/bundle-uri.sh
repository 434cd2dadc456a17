# Bundles to begin with: one, lists of them, and all that can be wrong with them; files.
#: cells sha1-files
#: end no
#: packs masked
s() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
c() { echo "$1" >"src/$1"; s add .; s commit -qm "$1"; s branch b$1; tick; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3 4; do c $i; done; s tag -a -m t t b2
b() { name=$1; shift; s bundle create ../$name.bundle "$@"; }
b b1 refs/heads/b1; b b2 b1..b2; b b3 b2..b3; b b4 b3..b4; b all --all; b head HEAD main; b two b2
url=file://$PWD/src
# refs of bundles and what is configured; git's file of a list has another name in messages
look() { { "$QN_REAL" -C d for-each-ref --format='%(refname) %(objectname)' refs/bundles; "$QN_REAL" -C d config --get-regexp 'fetch\..*'; ls d/objects/pack/*.pack d/.git/objects/pack/*.pack 2>/dev/null | wc -l; } >n; note_file n; rm -rf d; }
clone() { QN_STDERR= "$GIT" clone -q --bare "$@" d 2>err; sed 's/in file .*/in file FILE/' err >n; note_file n; look; }
l() { # l NAME MODE HEURISTIC ID=URI[=TOKEN]...
    name=$1; printf '[bundle]\n\tversion = 1\n' >$name; [ "$2" ] && echo "	mode = $2" >>$name; [ "$3" ] && echo "	heuristic = $3" >>$name; shift 3
    for one; do id=${one%%=*}; rest=${one#*=}; printf '[bundle "%s"]\n\turi = %s\n' "$id" "${rest%%=*}" >>$name; case $rest in *=*) echo "	creationToken = ${rest#*=}" >>$name; esac; done
}
t() { clone --bundle-uri="$PWD/list" "$url"; }
clone --bundle-uri=b1.bundle "$url"; clone --bundle-uri="$PWD/all.bundle" "$url"; clone --bundle-uri="file://$PWD/head.bundle" "$url"
"$GIT" clone --bundle-uri=all.bundle src d; look; "$GIT" clone -q --no-local --bundle-uri=all.bundle src d; "$GIT" -C d for-each-ref; "$GIT" -C d fsck; look
for uri in b2.bundle none.bundle "" src garbage empty; do case $uri in garbage) echo garbage >garbage ;; empty) : >empty ;; esac; [ $uri = src ] || clone --bundle-uri=$uri "$url"; done
printf '# v2 git bundle\n%s refs/heads/../x\n\n' $("$QN_REAL" -C src rev-parse b1) >bad.bundle; tail -c +$(($(sed '/^$/q' b1.bundle | wc -c) + 1)) b1.bundle >>bad.bundle; clone --bundle-uri=bad.bundle "$url"
printf '# v2 git bundle\n%s refs/heads/x\n\n' $("$QN_REAL" -C src rev-parse b4) >bad.bundle; tail -c +$(($(sed '/^$/q' b1.bundle | wc -c) + 1)) b1.bundle >>bad.bundle; clone --bundle-uri=bad.bundle "$url"
{ sed '/^$/q' all.bundle; echo nothing; } >bad.bundle; clone --bundle-uri=bad.bundle "$url"
for o in --depth=1 --shallow-since=1 --shallow-exclude=b1; do "$GIT" clone --bundle-uri=all.bundle $o "$url" d; done; clone --bundle-uri=all.bundle --no-bundle-uri "$url"
# lists
l list all "" one=b1.bundle two=b2.bundle three=b3.bundle; t; l list all "" three=b3.bundle two=b2.bundle one=b1.bundle; t; l list all "" three=$PWD/b3.bundle two=file://$PWD/b2.bundle; t
l list all "" one=b1.bundle gone=none.bundle two=b2.bundle; t; l list all "" gone=none.bundle; t
l list any "" gone=none.bundle one=b1.bundle; t; l list any "" two=b2.bundle one=b1.bundle; t
l list all "" one=b1.bundle; printf '[bundle]\n\tversion = 2\n' >>list; t; printf '[bundle]\n\tmode = all\n[bundle "a"]\n\turi = b1.bundle\n' >list; t
l list "" "" one=b1.bundle; t; l list some "" one=b1.bundle; t; l list all other one=b1.bundle; t; l list all "" one_1=b1.bundle; t
printf '[bundle]\n\tversion = x\n' >list; t; printf '[bundle]\n\tversion\n' >list; t; l list all "" one=b1.bundle; printf '[bundle "one"]\n\turi = b2.bundle\n' >>list; t
l list all ""; printf '[bundle "one"]\n\tother = b2.bundle\n' >>list; t; l list all ""; printf '[other]\n\tx = y\n' >>list; t; l list all ""; printf '[bundle]\n\tother = z\n[bundle "one"]\n\turi = b1.bundle\n\tlocation = here\n\tother = 1\n' >>list; t
mkdir dir; cp b1.bundle dir; l dir/list all "" a=b1.bundle b=../b2.bundle; clone --bundle-uri=dir/list "$url"; clone --bundle-uri=file://$PWD/dir/list "$url"
l list all "" in=list; t; l list any "" in=list; t; l other all "" in=list; l list all "" in=other; t
# creation tokens
l list all creationToken a=b1.bundle=1 b=b2.bundle=2 c=b3.bundle=3; t; l list all creationToken c=b3.bundle=3 a=b1.bundle=1 d=all.bundle=9; t
l list all creationToken b=b2.bundle=2 c=b3.bundle=3; t; l list all creationToken a=b1.bundle=1 b=none.bundle=2 c=b3.bundle=3; t; l list all creationToken a=all.bundle=1 b=b2.bundle=2 d=none.bundle=4; t
l list all creationToken a=b1.bundle b=b2.bundle; t; l list all creationToken a=b1.bundle=5 b=b2.bundle=5; t; l list all creationToken a=b1.bundle=x; t; l list any creationToken a=b1.bundle=1 b=b2.bundle=2; t; l list all CREATIONTOKEN a=b1.bundle=1; t
# fetch goes on from there
l list all creationToken a=b1.bundle=1 b=b2.bundle=2; "$GIT" clone -q --bundle-uri=$PWD/list "$url" d; c 5; b b5 b4..b5
l list all creationToken a=b1.bundle=1 b=b2.bundle=2 c=b3.bundle=3 d=b4.bundle=4 e=b5.bundle=5
f() { "$GIT" -C d fetch "$@"; { "$QN_REAL" -C d for-each-ref --format='%(refname) %(objectname)' refs/bundles; "$QN_REAL" -C d config --get-regexp 'fetch\..*'; } >n; note_file n; }
f; f -q; c 6; l list all creationToken e=b5.bundle=5 x=none.bundle=6; f; c 7; rm list; f --dry-run; f; d() { "$QN_REAL" -C d config "$@"; }
d fetch.bundleURI $PWD/all.bundle; f -q; d fetch.bundleURI ""; f -q; d fetch.bundleCreationToken x; d fetch.bundleURI $PWD/list; l list all creationToken a=b1.bundle=1; f; f --negotiate-only --negotiation-tip=main origin; f --all -q; "$GIT" -C d fsck; rm -rf d
# who may be asked
for uri in zz://host/b1.bundle ssh://host/b1.bundle zz::b1; do clone --bundle-uri=$uri "$url"; done; l list all "" a=ext::cat b=b1.bundle; t; l list all "" a=--upload-pack=x b=b1.bundle; t
# told of by the server
s config uploadpack.advertiseBundleURIs true; s config bundle.version 1; s config bundle.mode all; s config bundle.one.uri file://$PWD/b1.bundle
adv() { "$GIT" -c protocol.file.allow=always -c transfer.bundleURI="$@" d; look; }
adv false clone -q "$url"; adv true clone -q "$url"; adv true -c protocol.version=0 clone -q "$url"; adv true clone -q --bundle-uri=two.bundle "$url"; adv true clone -q --depth 1 "$url"; adv zz clone -q "$url"
s config bundle.one.uri ../b1.bundle; adv true clone -q "$url"; s config bundle.one.uri file://$PWD/none.bundle; adv true clone -q "$url"
s config bundle.one.uri file://$PWD/b1.bundle; s config bundle.heuristic creationToken; s config bundle.one.creationToken 7; adv true clone -q "$url"; s config --unset bundle.version; adv true clone -q "$url"; s config --unset bundle.mode; adv true clone -q "$url"; s config --remove-section bundle; s config --remove-section bundle.one; adv true clone -q "$url"
printf '[bundle]\n\tversion = 1\n\tmode = all\n\n[bundle "B C"]\n\turi = x=y\n\tEven = \n' >>src/.git/config
export GIT_PROTOCOL=version=2 GIT_USER_AGENT=me
p() { for x; do case $x in 000[0-2]) printf %s "$x" ;; *) printf '%04x%s' $((${#x} + 4)) "$x" ;; esac; done; }
p command=bundle-uri agent=x object-format=$QN_ALGORITHM 0001 0000 | "$GIT" upload-pack --stateless-rpc src
p command=bundle-uri object-format=$QN_ALGORITHM 0001 what 0000 | "$GIT" upload-pack --stateless-rpc src
p command=bundle-uri object-format=$QN_ALGORITHM 0000 | "$GIT" upload-pack --stateless-rpc src
"$GIT" upload-pack --advertise-refs src; s config uploadpack.advertiseBundleURIs false; "$GIT" upload-pack --advertise-refs src; p command=bundle-uri object-format=$QN_ALGORITHM 0001 0000 | "$GIT" upload-pack --stateless-rpc src
