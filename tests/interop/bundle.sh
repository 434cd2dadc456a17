# bundle: create, verify, list-heads, unbundle.
mkdir one && cd one
history
# the pack behind the header depends on who compresses
head_of() { LC_ALL=C sed -n '1,/^$/p' "$1" | tr -d '\000'; }
create() { "$GIT" bundle create -q ../b "$@"; head_of ../b; rm -f ../b; }
"$GIT" bundle create -q ../full --all
head_of ../full
"$GIT" bundle verify ../full
"$GIT" bundle list-heads ../full
"$GIT" bundle list-heads ../full refs/heads/main heads/side HEAD
"$GIT" bundle create -q ../part main~1..main v1
head_of ../part
"$GIT" bundle verify ../part
"$GIT" bundle verify -q ../part
create main
create HEAD
create HEAD main main
create -1 main
create main --not side
create main side --not v1
create side...main
create v1-noted
create --branches
create '--branches=s*'
create --since=2001-01-01 main
create --filter=blob:none main
create --filter=combine:blob:none+tree:3 main
create 'v1^{commit}'
create main:story
create main -- story
create main ^main
create nosuch
create --filter=foo main
create
"$GIT" bundle create -q /no/such/dir main
"$GIT" bundle create --version=9 ../b main
"$GIT" bundle create --version=1 ../b main
"$GIT" bundle create --version=0 ../b main
"$GIT" bundle create -q ../b --stdin <<E
main
^v1
E
head_of ../b
"$GIT" bundle
"$GIT" bundle foo
"$GIT" bundle verify
"$GIT" bundle list-heads ../nosuch
"$GIT" bundle verify .git/HEAD
"$GIT" bundle verify - <../full
"$GIT" bundle list-heads - <../part
cd ..
"$GIT" bundle verify full
"$GIT" bundle list-heads full
"$GIT" bundle unbundle full
"$GIT" init -q other && cd other
"$GIT" bundle verify ../part
"$GIT" bundle unbundle ../part
"$GIT" bundle unbundle ../full refs/heads/side
"$GIT" bundle verify ../part
"$GIT" update-ref refs/heads/main "$("$GIT" bundle list-heads ../full refs/heads/main | cut -d' ' -f1)"
"$GIT" bundle verify ../part
"$GIT" bundle unbundle ../part
"$GIT" log --oneline main
"$GIT" fsck --connectivity-only
# headers that are wrong
try() { printf "$1" >../bad; "$GIT" bundle verify ../bad; "$GIT" bundle list-heads ../bad; "$GIT" bundle unbundle ../bad; }
id=$("$GIT" rev-parse main)
try '# v2 git bundle\nfoo\n\n'
try '# v2 git bundle\n'
try '# v2 git bundle\n\n'
try '# v3 git bundle\n@foo=bar\n\n'
try '# v3 git bundle\n@object-format=foo\n\n'
try '# v2 git bundle\n-1234\n\n'
try "# v2 git bundle\n$id\n\n"
try '# v4 git bundle\n\n'
try ''
