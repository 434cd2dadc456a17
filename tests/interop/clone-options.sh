# Options of clone and init that other scripts leave.
#: cells sha1-files
"$GIT" init -q origin
cd origin
for i in 1 2; do
    echo $i >f
    "$GIT" add f
    "$GIT" commit -q -m $i
done
"$GIT" branch side HEAD^
"$GIT" tag v1
cd ..
c() { "$GIT" clone "$@"; }
c --quiet origin q1
c -q --no-quiet origin q2
c --verbose -q origin q3
c -q --no-verbose origin q4
c -q --progress origin q5
c -q --no-progress origin q6
c -q --checkout origin q7
ls q7
c -q --no-checkout origin q8
ls q8
c -q --bare --no-bare origin q9
ls -d q9/.git
c -q --naked origin q10
c -q --mirror --no-mirror origin q11
c -q --local origin q12
c -q --no-local origin q13
c -q --hardlinks origin q14
c -q --no-hardlinks origin q15
c -q --shared origin q16
cat q16/.git/objects/info/alternates | sed 's,.*/work/,,'
c -q --shared --no-shared origin q17
c -q --reference q1 origin q18
cat q18/.git/objects/info/alternates | sed 's,.*/work/,,'
c -q --reference nope origin q19
c -q --reference-if-able nope origin q20
c -q --reference-if-able q1 origin q21
c -q --reference q1 --no-reference origin q22
c -q --reference q1 --dissociate origin q23
test -f q23/.git/objects/info/alternates && echo alternates
"$GIT" -C q23 log --oneline
c -q --dissociate --no-dissociate origin q24
c -q --origin=up origin q25
"$GIT" -C q25 config get remote.up.url
c -q --origin=up --no-origin origin q26
c -q --origin='bad name' origin q27
c -q --branch=side origin q28
"$GIT" -C q28 symbolic-ref HEAD
c -q --branch=side --no-branch origin q29
"$GIT" -C q29 symbolic-ref HEAD
c -q --branch=nope origin q30
c -q --branch=v1 origin q31
c -q --single-branch origin q32
"$GIT" -C q32 for-each-ref --format='%(refname)'
c -q --single-branch --no-single-branch origin q33
"$GIT" -C q33 for-each-ref --format='%(refname)'
c -q --tags origin q34
c -q --no-tags origin q35
"$GIT" -C q35 for-each-ref --format='%(refname)'
c -q --config a.b=c origin q36
"$GIT" -C q36 config get a.b
c -q --config a.b=c --no-config origin q37
"$GIT" -C q37 config get a.b
c -q --config nonsense origin q38
c -q --template= origin q39
ls q39/.git/hooks q39/.git/info
c -q --template=x --no-template origin q40
c -q --separate-git-dir=apart origin q41
cat q41/.git | sed 's,.*/work/,,'
c -q --separate-git-dir=apart2 --no-separate-git-dir origin q42
ls -d q42/.git/HEAD
c -q --ref-format=files origin q43
c -q --ref-format=nope origin q44
c -q --ref-format=files --no-ref-format origin q45
c -q --reject-shallow origin q46
c -q --no-reject-shallow origin q47
c -q --no-upload-pack --no-depth --no-jobs --no-filter --no-sparse --no-recurse-submodules origin q48
c -q --no-recursive --no-shallow-submodules --no-remote-submodules --no-also-filter-submodules origin q49
c -q --no-shallow-since --no-shallow-exclude --no-server-option --no-revision --no-bundle-uri origin q50
c -q --ipv4 origin q51
c -q --ipv6 origin q52
c --bare --separate-git-dir=x origin q53
c --bare --origin=up origin q54
c origin
c
c a b c
c nope
c -q origin q1
rm -rf q*
# init
i() { "$GIT" init "$@"; }
i --quiet i1
i -q --no-quiet i2
i -q --bare --no-bare i3
ls -d i3/.git
i -q --initial-branch=x --no-initial-branch i4
"$GIT" -C i4 symbolic-ref HEAD
i -q --object-format=sha256 --no-object-format i5
"$GIT" -C i5 rev-parse --show-object-format
i -q --ref-format=reftable --no-ref-format i6
"$GIT" -C i6 rev-parse --show-ref-format
i -q --separate-git-dir=a1 --no-separate-git-dir i7
ls -d i7/.git/HEAD
i -q --template= --no-template i8
ls i8/.git/info
rm -rf i?
# HEAD of the source is unborn: only who wants files is told
git init -q --bare nohead.git; git push -q nohead.git HEAD:refs/heads/other
git -C nohead.git symbolic-ref HEAD refs/heads/nowhere
"$GIT" clone nohead.git nohead-plain
"$GIT" clone --bare nohead.git nohead-bare
"$GIT" clone -n nohead.git nohead-none
rm -rf nohead.git nohead-plain nohead-bare nohead-none
