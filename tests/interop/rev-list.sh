# rev-list: orders, limits, objects, counts.
history
"$GIT" rev-list HEAD
"$GIT" rev-list --all
"$GIT" rev-list --topo-order HEAD
"$GIT" rev-list --date-order --all
"$GIT" rev-list --author-date-order HEAD
"$GIT" rev-list --reverse HEAD
"$GIT" rev-list --parents HEAD
"$GIT" rev-list --children HEAD
"$GIT" rev-list --timestamp HEAD
"$GIT" rev-list --count HEAD
"$GIT" rev-list --count --left-right main...side
"$GIT" rev-list --left-right main...v1
"$GIT" rev-list --left-only main...side
"$GIT" rev-list -n 2 HEAD
"$GIT" rev-list --skip=1 -n 1 HEAD
"$GIT" rev-list --max-parents=0 HEAD
"$GIT" rev-list --min-parents=2 HEAD
"$GIT" rev-list --merges HEAD
"$GIT" rev-list --no-merges HEAD
"$GIT" rev-list --first-parent HEAD
"$GIT" rev-list --boundary v1..HEAD
"$GIT" rev-list v1..HEAD ^side
"$GIT" rev-list --objects HEAD
"$GIT" rev-list --objects v1..HEAD
"$GIT" rev-list --objects --no-object-names HEAD
"$GIT" rev-list --objects-edge v1..HEAD
"$GIT" rev-list --objects v2 -- src
"$GIT" rev-list --all --not side
"$GIT" rev-list --branches --tags=v1
"$GIT" rev-list HEAD -- story
"$GIT" rev-list --full-history HEAD -- story
"$GIT" rev-list --simplify-merges --parents HEAD -- story
"$GIT" rev-list --sparse HEAD -- story
"$GIT" rev-list --ancestry-path v1..HEAD
"$GIT" rev-list --since=2023-11-14T22:15:00Z HEAD
"$GIT" rev-list --until=2023-11-14T22:15:00Z HEAD
"$GIT" rev-list --format=%s HEAD
"$GIT" rev-list --format=%s --no-commit-header HEAD
"$GIT" rev-list --pretty=oneline -n 2 HEAD
"$GIT" rev-list --oneline HEAD
"$GIT" rev-list --abbrev-commit HEAD
"$GIT" rev-list --header -n 1 HEAD
"$GIT" rev-list --graph --oneline HEAD
"$GIT" rev-list --no-walk v1 v2
"$GIT" rev-list --stdin <<X
main
^v1
X
"$GIT" rev-list --author=Ann HEAD
"$GIT" rev-list --grep=Third HEAD
"$GIT" rev-list --cherry-mark main...side
"$GIT" rev-list --quiet HEAD
"$GIT" rev-list --disk-usage HEAD
"$GIT" rev-list --bisect HEAD ^v1
"$GIT" rev-list --ignore-missing 1111111111111111111111111111111111111111
"$GIT" rev-list
"$GIT" rev-list nowhere
"$GIT" rev-list --no-such HEAD
for words in "HEAD ^HEAD~1 ^v1" "HEAD~1 ^HEAD" "HEAD ^v1-noted ^HEAD~1"; do
    "$GIT" rev-list --objects-edge $words
    "$GIT" rev-list --objects-edge-aggressive $words
    "$GIT" rev-list --objects-edge-aggressive --objects-edge $words
done
"$QN_REAL" rev-parse HEAD >.git/shallow
"$GIT" rev-list --objects-edge HEAD ^v1
"$GIT" rev-list --objects-edge-aggressive HEAD ^v1
