# Commits with other parents than they name: shallow, info/grafts, refs/replace.
#: cells sha1-files sha256-files
"$QN_REAL" init -q . >/dev/null 2>&1
for i in 1 2 3 4 5; do seq $i 20 >f; "$QN_REAL" add f; "$QN_REAL" commit -qm "$i" >/dev/null; tick; done
"$QN_REAL" tag -m noted v1; seq 9 >g; "$QN_REAL" add g; "$QN_REAL" commit -qm 6; tick
a=$("$QN_REAL" rev-parse HEAD~2) b=$("$QN_REAL" rev-parse HEAD~4) h=$("$QN_REAL" rev-parse HEAD)
all() {
    for words in "log --oneline --decorate" "log -p" "log --stat --format=%p" "log -L1,5:f" "log --graph --format=%h-%p%d" \
        "log --reflog --oneline" "log -g --oneline --decorate" "log --oneline --decorate --decorate-refs=HEAD" \
        "log --oneline --decorate --clear-decorations --decorate-refs-exclude=refs/replace" \
        "rev-parse HEAD~2^@ HEAD^!" "rev-parse :/4" "rev-parse :/3" "rev-parse HEAD^{/2}" "rev-parse HEAD~3" \
        "rev-list --parents HEAD" "rev-list HEAD~2^!" "rev-list --format=%p HEAD" "rev-list --graph --format=%p HEAD" \
        "rev-list --objects HEAD" "rev-list --count HEAD ^HEAD~3" "show --format=%P%d HEAD~2" "diff-tree --root -p HEAD~2" \
        "diff HEAD~2^!" "diff HEAD~^!" "merge-base HEAD~3 HEAD" "cat-file -p HEAD~2" "branch --contains HEAD~2" \
        "log --simplify-by-decoration --oneline" "log --oneline -- f"; do
        "$GIT" $words
    done
}
echo $a >.git/shallow; all
"$GIT" rev-parse --is-shallow-repository
echo $h >.git/shallow; "$GIT" log --oneline --decorate
echo rubbish >.git/shallow; "$GIT" log --oneline
: >.git/shallow; "$GIT" log --oneline; "$GIT" rev-parse --is-shallow-repository; rm .git/shallow
echo $a $b >.git/info/grafts; all
"$GIT" -c advice.graftFileDeprecated=false log --oneline
for line in '# note' '' rubbish "$a  $b" "$a rubbish" "$a $b " " $a" "$a $a $b" "$b $h" "${a}x" "$a"; do
    printf '%s\n' "$line" >.git/info/grafts; "$GIT" log --oneline --graph --decorate -6
done
printf '%s\n' "$a $b" "$a" >.git/info/grafts; "$GIT" rev-list --count HEAD
printf '%s' "$a $b" >.git/info/grafts; "$GIT" rev-list --count HEAD
echo $a >.git/shallow; "$GIT" rev-list --count HEAD; rm .git/shallow .git/info/grafts
echo $a $b >kept-grafts; GIT_GRAFT_FILE=kept-grafts "$GIT" rev-list --count HEAD
echo $a >kept-shallow; GIT_SHALLOW_FILE=kept-shallow "$GIT" rev-list --count HEAD; rm kept-*
"$GIT" replace $a $b; all
"$GIT" --no-replace-objects log --oneline --decorate
GIT_NO_REPLACE_OBJECTS=1 "$GIT" log --oneline --decorate
