#: cells sha1-files
# Lists that are long enough for several workers.
"$GIT" init -q .
for i in $(seq 10 49); do mkdir -p d$((i % 7)); seq 1 $((i % 9 + 3)) >d$((i % 7))/f$i; done
printf 'some  words\n' >space; echo a >a.up; ln -s a link
"$GIT" add -A; "$GIT" commit -qm one
for i in $(seq 10 49); do f=d$((i % 7))/f$i; { echo head; sed "s/^1\$/one/; 3d" $f; } >x; mv x $f; done
"$GIT" rm -qf d0/f14; "$GIT" mv d1/f15 d2/g15; printf 'some words\n' >space; echo b >a.up; rm link; echo file >link; chmod +x d3/f10
for i in $(seq 10 30); do echo "   $i" >d4/new$i; done
"$GIT" add -A; "$GIT" commit -qm two
"$GIT" diff HEAD~1 HEAD
"$GIT" diff -R HEAD~1 HEAD
"$GIT" diff -M --stat -p HEAD~1 HEAD
"$GIT" diff -w --exit-code HEAD~1 HEAD -- d1 d2 d3 d4
"$GIT" diff -w --exit-code HEAD~1 HEAD -- space
"$GIT" diff --color --color-moved HEAD~1 HEAD -- d1 d2 d5
"$GIT" diff --color --word-diff --line-prefix='> ' HEAD~1 HEAD -- d1 d2 d5
"$GIT" diff -U0 --quiet HEAD~1 HEAD
"$GIT" diff --no-prefix --submodule=log HEAD~1 HEAD -- d1 d2 d5
"$GIT" diff --relative=d4 HEAD~1 HEAD
"$GIT" diff -Oorder HEAD~1 HEAD
echo '*.up diff=upper' >.git/info/attributes
"$GIT" config diff.upper.textconv 'tr a-z A-Z <'
"$GIT" diff HEAD~1 HEAD
"$GIT" config diff.upper.command 'echo command $GIT_DIFF_PATH_COUNTER of $GIT_DIFF_PATH_TOTAL; :'
"$GIT" diff HEAD~1 HEAD
"$GIT" diff --no-ext-diff HEAD~1 HEAD
id=$("$QN_REAL" rev-parse HEAD:d6/f20); rm -f .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)
"$GIT" diff HEAD~1 HEAD
# One lost: what stands before it is shown.
mkdir lost; cd lost; "$QN_REAL" init -q . >/dev/null
for i in $(seq -w 1 40); do echo a$i >f$i; done; "$QN_REAL" add .; "$QN_REAL" commit -q -m a
for i in $(seq -w 1 40); do echo b$i >f$i; done; "$QN_REAL" commit -q -a -m b
id=$("$QN_REAL" rev-parse HEAD:f22); rm -f .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)
"$GIT" diff HEAD~1 HEAD
cd ..; rm -rf lost
