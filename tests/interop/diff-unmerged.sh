#: cells sha1-files
# In the middle of a merge: each way to show differences, in each form; and
# options of diff in pairs.
history
"$QN_REAL" config core.checkStat minimal
"$QN_REAL" checkout -q -b theirs HEAD~1 2>/dev/null
sed 's/line 5/THEIRS 5/' story >x && mv x story
"$QN_REAL" rm -q link; echo t >both; echo x >>src/main.c
"$QN_REAL" add -A; tick; "$QN_REAL" commit -q -m theirs
"$QN_REAL" checkout -q main 2>/dev/null
sed 's/line 5/OURS 5/' story >x && mv x story; ln -sf raw link; echo o >both
"$QN_REAL" rm -q src/main.c; "$QN_REAL" add -A; tick; "$QN_REAL" commit -q -m ours
"$QN_REAL" merge -q theirs >/dev/null 2>&1
"$GIT" status --porcelain=v2
for form in -p -U0 --raw --stat --numstat --shortstat --dirstat=0 --dirstat=files,0 --dirstat=lines,0 --summary \
    --name-only --name-status --patch-with-stat --patch-with-raw --check --exit-code --quiet -R -z \
    --abbrev=9 --full-index --binary --no-prefix --src-prefix=x/ --line-prefix='>>' --color=always --word-diff \
    --stat-count=1 --stat-count=2 --compact-summary --relative=src -GOURS -SOURS -c --cc --skip-to=story \
    --diff-filter=U --diff-filter=u --diff-filter=M --max-depth=0 --max-depth=-1 --combined-all-paths \
    -w -C --no-renames --ignore-matching-lines=line; do
    for what in "" HEAD HEAD~1 --cached --base --ours --theirs "-- story"; do
        test "$form $what" = "--relative=src --cached" || # there git crashes
            "$GIT" diff "$form" $what
    done
    "$GIT" diff-files "$form"
    test "$form" = --relative=src || "$GIT" diff-index "$form" --cached HEAD
    case $form in -c | --cc) ;; *) "$GIT" diff-index "$form" HEAD ;; esac
done
for form in --raw --stat --name-only "--raw --abbrev=5" --patch-with-stat --exit-code -1; do
    "$GIT" diff-files --cc $form
    "$GIT" diff -c $form
done
"$GIT" diff --cc -3
"$GIT" diff --cc --combined-all-paths
for command in "show" "log -1" "diff-tree HEAD" "diff-files" "diff-index HEAD"; do
    "$GIT" $command --combined-all-paths
done
"$GIT" log -2 --combined-all-paths --cc
# -s and what stands behind it
for form in -p -U1 --raw --patch-with-raw --stat --stat-count=1 --compact-summary --numstat --shortstat \
    --dirstat=0 --cumulative --summary --check --name-only --name-status --binary --full-index --word-diff; do
    "$GIT" diff -s "$form" HEAD~1 HEAD
    "$GIT" diff "$form" -s HEAD~1 HEAD
    "$GIT" diff --exit-code "$form" HEAD~1 HEAD
    "$GIT" diff --exit-code --no-ext-diff "$form" HEAD~1
    "$GIT" diff-tree --exit-code "$form" HEAD~1 HEAD
    "$GIT" diff -t "$form" HEAD~1 HEAD
    "$GIT" diff --max-depth=0 "$form" HEAD~1 HEAD
    "$GIT" diff --line-prefix='>>' --word-diff=porcelain "$form" HEAD~1 HEAD
done
"$GIT" diff --diff-filter=M --diff-filter=d HEAD~1
"$GIT" diff --diff-filter=d --diff-filter=M HEAD~1
"$GIT" diff --diff-filter=M --diff-filter=D HEAD~1
"$GIT" diff --diff-filter=MD --diff-filter=d --name-status HEAD~1
"$GIT" diff --relative=src --relative HEAD~1
"$GIT" diff --relative=src --dirstat=0 HEAD~3
"$GIT" diff --no-index --skip-to=story story src/deep/well
"$GIT" diff --raw -w HEAD~1
"$GIT" diff --raw --exit-code HEAD~1
"$GIT" diff-files --raw --exit-code
"$GIT" diff-files --raw -w
