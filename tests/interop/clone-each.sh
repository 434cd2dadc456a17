# clone and upload-pack: options and keys that no other script says.
#: cells sha1-files
#: end no
#: packs masked
"$QN_REAL" init -q src >/dev/null 2>&1; for i in 1 2 3; do echo $i >src/$i; "$QN_REAL" -C src add . ; "$QN_REAL" -C src commit -qm $i; tick; done
url=file://$PWD/src; export GIT_USER_AGENT=me
c() { "$GIT" "$@" d; "$QN_REAL" -C d config --local --list >n 2>&1; note_file n; rm -rf d; }
c clone --jobs=2 "$url"; c clone --jobs=zz "$url"; c clone --server-option=a --server-option=b=c "$url"
c clone --upload-pack=nonesuch "$url"; c clone --shallow-submodules --depth=1 "$url"; 
c -c clone.defaultRemoteName=there clone "$url"
c -c clone.filterSubmodules=true clone -q --filter=blob:none "$url"; "$QN_REAL" clone -q --depth=1 "$url" low >/dev/null 2>&1
c -c clone.rejectShallow=true clone "file://$PWD/low"; c -c clone.rejectShallow=true clone --no-reject-shallow "file://$PWD/low"; c -c clone.rejectShallow=zz clone "$url"
for o in --no-advertise-refs --no-http-backend-info-refs --no-stateless-rpc --no-strict --no-timeout --timeout=5; do printf 0000 | "$GIT" upload-pack $o --advertise-refs src | sed 's/agent=[^ ]*//' >n; printf 0000 | "$GIT" upload-pack $o src >/dev/null; done
