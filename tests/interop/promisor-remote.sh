# Promisor remotes that a server tells of, and a client takes on.
#: cells sha1-files
#: end no
#: packs masked
s() { "$QN_REAL" -C src "$@" >/dev/null 2>&1; }
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3; do echo $i >src/$i; seq $i 30 >src/same; s add .; s commit -qm $i; tick; done
"$QN_REAL" clone -q --bare src big.git >/dev/null 2>&1; for x in src big.git; do "$QN_REAL" -C $x config uploadpack.allowFilter true; "$QN_REAL" -C $x config uploadpack.allowAnySHA1InWant true; done
url=file://$PWD/src big=file://$PWD/big.git; export GIT_USER_AGENT=me
# what a client sends: the server's input
printf '#!/bin/sh\ntee "%s/sent" | "%s" upload-pack "$@"\n' "$PWD" "$QN_REAL" >up; chmod +x up
t() { "$GIT" "$@"; tr -d '\0' <sent | grep -ao 'promisor-remote=.*0001\|filter [a-z].*' | sed 's/0032want.*//' >n; note_file n; rm -f sent; }
look() { "$GIT" -C d config --get-regexp 'remote\.origin.*'; rm -rf d; }
adv() { GIT_PROTOCOL=version=2 "$GIT" upload-pack --advertise-refs src; }
adv; s config promisor.advertise true; adv; s config remote.big.url "$big"; adv; s config remote.big.promisor true; adv
s config remote.big.partialCloneFilter blob:none; adv; s config promisor.sendFields partialCloneFilter; adv; s config remote.big.token "s3 c;r,e%t:/@+é_-.~!*()=\"<>?&#[]{}|\\^\`\$'"; s config promisor.sendFields "partialCloneFilter, token"; adv
for fields in token "token,other" partialclonefilter "" "token,partialCloneFilter"; do s config promisor.sendFields "$fields"; adv; done
s config 'remote.odd one;x,y.url' "http://h/a b;c,d%41"; s config 'remote.odd one;x,y.promisor' true; s config remote.nourl.promisor true; s config remote.lop.partialCloneFilter blob:limit=10k; s config remote.lop.url http://lop; adv; s config extensions.partialClone big; adv; s config --unset extensions.partialClone
s config promisor.advertise zz; printf 0000 | GIT_PROTOCOL=version=2 "$GIT" upload-pack --stateless-rpc src; s config promisor.advertise true; for section in 'remote.odd one;x,y' remote.nourl remote.lop; do s config --remove-section "$section"; done
s config promisor.sendFields "partialCloneFilter,token"; s config remote.big.token secret
# the client
l() { t "$@" ls-remote --upload-pack="$PWD/up" "$url" main; }
a="-c promisor.acceptFromServer"; k="-c remote.big.promisor=true -c remote.big.url"
for accept in none None all All knownName knownname knownUrl zz ''; do l $a=$accept; l $a=$accept $k=$big; l $a=$accept $k=http://other; l $a=$accept -c remote.big.url=$big; done
for fields in partialCloneFilter token "token,partialCloneFilter" other name; do
    for accept in knownName knownUrl all; do
        l $a=$accept $k=$big -c "promisor.checkFields=$fields"
        l $a=$accept $k=$big -c remote.big.partialCloneFilter=blob:none -c remote.big.token=secret -c "promisor.checkFields=$fields"
        l $a=$accept $k=$big -c remote.big.partialCloneFilter=tree:0 -c remote.big.token=Secret -c "promisor.checkFields=$fields"
    done
done
for version in 0 1; do l $a=all -c protocol.version=$version; done
t $a=all clone -q --bare --upload-pack="$PWD/up" "$url" d; look; t $a=all clone -q --bare --filter=tree:0 --upload-pack="$PWD/up" "$url" d; look; t $a=none clone -q --bare --filter=auto --upload-pack="$PWD/up" "$url" d; look
# what is stored
n() { rm -rf d; "$QN_REAL" init -q --bare d; for x; do "$QN_REAL" -C d config "${x%%=*}" "${x#*=}"; done; "$QN_REAL" -C d remote add origin "$url"; }
f() { t -C d fetch -q --upload-pack="$PWD/up" origin; "$GIT" -C d config --get-regexp 'remote\.big.*'; }
for field in partialCloneFilter token other; do
    n promisor.acceptFromServer=knownName "promisor.storeFields=$field" remote.big.url=$big remote.big.promisor=true; f; f
    n promisor.acceptFromServer=all "promisor.storeFields=$field"; f
    n promisor.acceptFromServer=knownUrl "promisor.storeFields=$field" remote.big.url=$big remote.big.partialCloneFilter=tree:0 remote.big.token=old; f
    n promisor.acceptFromServer=none "promisor.storeFields=$field" remote.big.url=$big remote.big.promisor=true; f
done
s config --unset remote.big.token; s config --unset remote.big.partialCloneFilter; n promisor.acceptFromServer=knownName promisor.storeFields=token remote.big.url=$big remote.big.promisor=true; f
"$GIT" clone --filter=auto+tree:0 "$url" d; "$GIT" clone --filter=combine:auto+tree:0 "$url" d; "$GIT" -C src rev-list --objects --filter=auto HEAD; "$GIT" -C src pack-objects --filter=auto --stdout </dev/null
"$GIT" clone --filter=auto --filter=tree:0 "$url" d; "$GIT" clone --filter=tree:0 --filter=auto "$url" d; "$GIT" clone --filter=combine:tree:0+auto "$url" d
# a server that has not all itself: what it leaves out is had from there
rm -rf d part; "$QN_REAL" clone -q --bare --filter=blob:none -o big "$big" part >/dev/null 2>&1; p() { "$QN_REAL" -C part "$@" >/dev/null 2>&1; }
p config uploadpack.allowFilter true; p config uploadpack.allowAnySHA1InWant true; p config promisor.advertise true; url=file://$PWD/part
missing() { "$QN_REAL" -C "$1" rev-list --objects --all --missing=print | grep -c '^?' >n; note_file n; }
missing part
for filter in blob:limit=1 blob:limit=1k tree:5; do "$GIT" -c promisor.acceptFromServer=all clone -q --bare --filter=$filter -c remote.big.url="$big" -c remote.big.promisor=true "$url" d; missing d; missing part; rm -rf d; done
