# log --graph where something follows the message: rows that a commit still needs come
# between the two.
#: cells sha1-files
"$GIT" init -q . >/dev/null
for i in 1 2 3 4; do mkdir -p d$i; echo $i >d$i/f; git add .; git commit -q -m "$i"; tick; done
git checkout -q -b s HEAD~2; git commit -q --allow-empty -m s; tick
git checkout -q -b t HEAD~1; git commit -q --allow-empty -m "t

with a body"; tick
git checkout -q main; git merge -q -m oct s t; tick
git checkout -q -b u HEAD~1; echo u >d4/f; git commit -q -a -m u; tick
git checkout -q main; echo m >d4/f; git commit -q -a -m m; tick
git merge -q u >/dev/null 2>&1; echo both >d4/f; git commit -q -a -m both; tick
for format in 'tformat:%s%n' 'format:%s%n' '%s' 'format:%s' 'format:' '' '%s%n%n' '%s%n%b' '%b' '%B' 'format:%B' '%n' oneline medium raw short reference; do
    "$GIT" log --graph --format="$format"
    "$GIT" log --graph --format="$format" --name-only
    "$GIT" log --graph --format="$format" -p -c
    "$GIT" log --graph --format="$format" --stat
done
"$GIT" log --graph --oneline --raw -m -1 u
"$GIT" log --graph --oneline --first-parent -p
"$GIT" log --graph --oneline --boundary HEAD~2..HEAD --stat
"$GIT" rev-list --graph --pretty='%s%n' HEAD
"$GIT" rev-list --graph --oneline HEAD
