#: cells sha1-files
# commit: option by option.
cat >"$HOME/ed" <<'EOF'
#!/bin/sh
echo "EDITOR"; cat "$1"; echo "ENDEDITOR"
[ -z "$EDSED" ] || sed -i "$EDSED" "$1"
[ -z "$EDRC" ] || exit $EDRC
EOF
chmod +x "$HOME/ed"
export GIT_EDITOR="$HOME/ed"
l() { "$GIT" log -1 --format='%an %ae %ai%n%cn %ci%n%B'; }
"$GIT" init -q; seq 3 >f; seq 3 >g; "$GIT" add .
"$GIT" commit
EDSED='1s/^/msg/' "$GIT" commit
l
echo 4 >>f
"$GIT" commit -m x
"$GIT" commit -a -m x -m y -m 'z
w'
l
echo 5 >>f
EDSED='1s/^/edited /' "$GIT" commit -am base -e
echo 6 >>f
"$GIT" commit -a --author='Some One <s@o>' --date='2001-02-03 04:05:06 +0700' -m auth
l
echo 7 >>f
"$GIT" commit -a -C HEAD
l
echo 8 >>f
EDSED='1s/^/re/' "$GIT" commit -a -c HEAD
l
echo 9 >>f
"$GIT" commit -a -C HEAD --reset-author
l
echo 10 >>f
"$GIT" commit -a -C HEAD~1 --author='O T <o@t>' --date=2005-04-07T22:13:13
l
"$GIT" commit --amend --reset-author --no-edit
l
EDSED='1s/^/am/' "$GIT" commit --amend
l
"$GIT" commit --amend -m amended -q
echo 11 >>f; "$GIT" add f
"$GIT" commit --fixup HEAD
l
echo 12 >>f; "$GIT" add f
"$GIT" commit --fixup HEAD~1 -m extra
l
echo 13 >>f; "$GIT" add f
"$GIT" commit --fixup :/base
l
EDSED='1s/^/Q/' "$GIT" commit --allow-empty --fixup HEAD -e
echo 14 >>f; "$GIT" add f
EDSED='/amended/s/$/ more/' "$GIT" commit --fixup=amend:HEAD~3
l
EDSED='/amended/s/$/ more/' "$GIT" commit --fixup=reword:HEAD~4
l
"$GIT" commit --fixup=amend:HEAD~3 -m 'given'
l
"$GIT" commit --allow-empty --fixup=amend:HEAD~3 -m 'given'
"$GIT" commit --fixup=reword:HEAD -m 'given 2'
l
"$GIT" commit --fixup=reword:HEAD -m 'given 3' f
"$GIT" commit --fixup=reword:HEAD -a
"$GIT" commit --fixup=nonsense:HEAD
"$GIT" commit --fixup=amend:nope
"$GIT" commit --fixup=nope
"$GIT" commit --fixup HEAD --squash HEAD
"$GIT" commit --fixup HEAD -C HEAD
"$GIT" commit --fixup HEAD -F f
"$GIT" commit --fixup=amend:HEAD --amend
"$GIT" commit --fixup=amend:HEAD -a
"$GIT" commit --fixup HEAD --amend
echo 15 >>f; "$GIT" add f
"$GIT" commit --squash HEAD~2
l
echo 16 >>f; "$GIT" add f
"$GIT" commit --squash HEAD~2 -m more
l
echo 17 >>f; "$GIT" add f
"$GIT" commit --squash HEAD~2 -C HEAD~5
l
echo 18 >>f; "$GIT" add f
EDSED='1s/^/X/' "$GIT" commit --squash HEAD~2 -c HEAD~5
l
echo from file >msg
echo 19 >>f; "$GIT" add f
"$GIT" commit --squash HEAD~2 -F msg
l
echo 20 >>f; "$GIT" add f
printf 'std\n\nin\n' | "$GIT" commit -F -
l
"$GIT" commit --allow-empty -F nope
"$GIT" commit --allow-empty -F msg -m x
"$GIT" commit --allow-empty -C HEAD -m x
"$GIT" commit --allow-empty -C HEAD -c HEAD
"$GIT" commit --allow-empty -C nope
"$GIT" commit --allow-empty --reset-author -m x
"$GIT" commit --allow-empty -C HEAD --reset-author --author=x
"$GIT" commit --allow-empty --author=nope -m x
"$GIT" commit --allow-empty --author=Some -m byname
l
"$GIT" commit --allow-empty --date=garbage -m x
"$GIT" commit --allow-empty --date='' -m x
"$GIT" commit --allow-empty -s -m signed
l
"$GIT" commit --allow-empty -s -m 'signed

Signed-off-by: X <x@y>'
l
"$GIT" commit --allow-empty --trailer 'Helped-by: Me' --trailer=Acked-by=You -s -m tr
l
"$GIT" -c trailer.sign.key='Reviewed-by: ' commit --allow-empty --trailer sign=Z --trailer 'Helped-by: A' --trailer 'Helped-by: A' -m 'tr

body

Helped-by: A'
l
"$GIT" commit --allow-empty --trailer '' -m tr
"$GIT" commit --allow-empty --amend --trailer 'N: 1' --no-edit
l
for mode in strip whitespace verbatim scissors default nope; do
printf '\n\n# c\n  text  \n\n\nmore\n# ------------------------ >8 ------------------------\nbelow\n\n' >msg
"$GIT" commit --allow-empty --cleanup=$mode -F msg
l
EDSED='1s/^/ed/' "$GIT" commit --allow-empty --cleanup=$mode
l
"$GIT" -c commit.cleanup=$mode commit --allow-empty -F msg -q
done
echo 'template text' >tpl
"$GIT" commit --allow-empty -t tpl
EDSED='1s/^/ed /' "$GIT" commit --allow-empty -t tpl
"$GIT" -c commit.template=tpl commit --allow-empty
"$GIT" -c commit.template=nope commit --allow-empty
"$GIT" commit --allow-empty -t nope
"$GIT" commit --allow-empty -t tpl -m x
"$GIT" commit --allow-empty --allow-empty-message -m ''
l
"$GIT" commit --allow-empty -m ''
EDRC=3 "$GIT" commit --allow-empty
GIT_EDITOR=/nonexistent "$GIT" commit --allow-empty
GIT_EDITOR=: "$GIT" commit --allow-empty
"$GIT" commit
"$GIT" commit -q -m nothing
echo 21 >>f
"$GIT" commit -m unstaged
"$GIT" commit --no-status -a
"$GIT" -c commit.status=false commit -a
"$GIT" -c commit.status=false commit --status -a
"$GIT" commit -v -a
"$GIT" add f; echo 22 >>f
"$GIT" commit -v
"$GIT" commit -v -v
"$GIT" commit -vv --short
"$GIT" -c commit.verbose=true commit
"$GIT" -c commit.verbose=2 commit
"$GIT" -c commit.verbose=2 commit --no-verbose
EDSED='1s/^/verbose/' "$GIT" commit -v
l
"$GIT" commit --dry-run
"$GIT" commit --dry-run -a --short
"$GIT" commit --dry-run -a --branch
"$GIT" commit --dry-run -a --short --branch
"$GIT" commit --dry-run -a --porcelain
"$GIT" commit --dry-run -a --porcelain -z
"$GIT" commit -a -z
"$GIT" commit --long -a
"$GIT" commit --short --no-short -a -m short
echo new >new
"$GIT" commit --dry-run
"$GIT" commit --dry-run -uno
"$GIT" commit --dry-run -uall
"$GIT" commit -ubad
"$GIT" -c status.short=true commit
"$GIT" -c color.status=always commit --dry-run
"$GIT" commit -u -m x
echo p >>f; echo q >>g; "$GIT" add g
"$GIT" commit -m only f
"$GIT" status -s
echo p >>f
"$GIT" commit -i -m incl f
"$GIT" show --stat --format=%s
echo p >>f; echo q >>g
"$GIT" commit -o g -m only2
"$GIT" commit -o -m only3
"$GIT" commit -i -m x
"$GIT" commit -a -m x f
"$GIT" commit -a -i -m x
"$GIT" commit -m x nope
"$GIT" commit -m x new
printf 'f\0g\0' >spec
"$GIT" commit --pathspec-from-file=spec --pathspec-file-nul -m spec
"$GIT" commit --pathspec-file-nul -m x
"$GIT" commit --pathspec-from-file=spec -m x f
"$GIT" commit --pathspec-from-file=spec -a -m x
"$GIT" commit --amend -o -m amend-only
"$GIT" commit -n -m x --no-post-rewrite --allow-empty
"$GIT" commit --nonsense
"$GIT" commit --allow-empty -m 'a b
c

d' --quiet
"$GIT" -c i18n.commitEncoding=latin1 commit --allow-empty -m 'é'
"$GIT" cat-file -p HEAD
"$GIT" commit --allow-empty -m "$(printf 'bad \351')"
"$GIT" -c commit.gpgSign=false -c core.commentChar=';' commit --allow-empty
"$GIT" -c core.commentString='//' commit --allow-empty
"$GIT" -c core.commentChar=auto commit --allow-empty
"$GIT" checkout -q --detach; "$GIT" commit --allow-empty -m detached
"$GIT" commit --allow-empty
