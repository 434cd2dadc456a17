# diff drivers with commands, prefixes, colours; notes behind messages.
"$GIT" init -q -b main .
printf '*.up diff=up\n*.ext diff=ext\n' >.gitattributes
printf 'a\nb\n' >f.up; printf 'a\n' >g.ext; printf 'z\0b\n' >bin.up
"$GIT" add .; "$GIT" commit -q -m first
printf 'a\nc\n' >f.up; printf 'b\n' >g.ext; printf 'z\0c\n' >bin.up
"$GIT" config diff.up.textconv "tr 'a-z\\000' 'A-Z0' <"
"$GIT" config diff.ext.command 'f() { echo "external $1 $3 $4 $6 $7 $GIT_DIFF_PATH_COUNTER/$GIT_DIFF_PATH_TOTAL"; }; f'
"$GIT" diff
"$GIT" diff --stat
"$GIT" diff --no-ext-diff --no-textconv
"$GIT" diff-files -p
"$GIT" show
"$GIT" log -p --ext-diff --no-textconv
GIT_EXTERNAL_DIFF=false "$GIT" diff f.up
GIT_DIFF_OPTS=-u0 "$GIT" diff f.up
"$GIT" -c diff.mnemonicPrefix=true diff f.up
"$GIT" -c diff.mnemonicPrefix=true diff HEAD f.up
"$GIT" -c diff.mnemonicPrefix=true diff -R f.up
"$GIT" -c diff.mnemonicPrefix=true diff --src-prefix=x/ f.up
"$GIT" -c color.diff.old=blue -c color.diff.meta='bold yellow' diff --color f.up
blob=$(printf 'a note\n\nits end\n' | "$GIT" hash-object -w --stdin)
tree=$(printf '100644 blob %s\t%s\n' $blob $("$GIT" rev-parse HEAD) | "$GIT" mktree)
"$GIT" update-ref refs/notes/commits $("$GIT" commit-tree $tree -m notes)
"$GIT" log
"$GIT" log --no-notes
"$GIT" log --pretty=medium
"$GIT" log --pretty=fuller --notes
"$GIT" log --format='%s[%N]'
"$GIT" show -s
"$GIT" log --notes=commits --pretty=short
"$GIT" log --notes=none
"$GIT" diff --no-ext-diff HEAD:f.up g.ext
"$GIT" -c diff.mnemonicPrefix=true diff HEAD:f.up f.up
