#: cells sha1-files
# status while something that stock git began is going on.
other=git
"$GIT" init -q; seq 30 >f; "$GIT" add .; "$GIT" commit -qm 'base commit'
for i in 1 2 3 4 5; do sed -i "${i}s/\$/ m$i/" f; "$GIT" commit -qam "main $i: a subject that is rather long so that it may be cut or not"; done
"$GIT" checkout -q -b side HEAD~5
for i in 1 2 3; do echo $i >s$i; "$GIT" add s$i; "$GIT" commit -qm "side $i"; done
sed -i '2s/$/ side/' f; "$GIT" commit -qam 'side conflict'
echo 4 >s4; "$GIT" add s4; "$GIT" commit -qm 'side 4'
s() { "$GIT" status; "$GIT" status -s -b; "$GIT" status --porcelain=v2 -b; }
s
"$GIT" -c advice.statusHints=false status
$other merge main >/dev/null 2>&1
s
"$GIT" commit -m x
"$GIT" add f
s
"$GIT" commit --dry-run
$other merge --abort
$other rebase main >/dev/null 2>&1
s
"$GIT" -c advice.statusHints=false status
"$GIT" add f
s
$other rebase --abort
GIT_SEQUENCE_EDITOR="sed -i '2s/pick/edit/;3s/pick/reword/'" $other rebase -i HEAD~5 >/dev/null 2>&1
s
echo more >>s1; "$GIT" add s1
s
"$GIT" reset -q --soft HEAD^
s
"$GIT" reset -q HEAD^
s
"$GIT" add s1; "$GIT" commit -q -m split
s
"$GIT" add -A; "$GIT" reset -q --hard
$other rebase --abort >/dev/null 2>&1
"$GIT" reset -q --hard
GIT_SEQUENCE_EDITOR="sed -i '1s/pick/edit/'" $other rebase -i HEAD~1 >/dev/null 2>&1
s
$other rebase --abort
GIT_SEQUENCE_EDITOR="sed -i '1s/^/break\n/'" $other rebase -i HEAD~2 >/dev/null 2>&1
s
$other rebase --abort
GIT_SEQUENCE_EDITOR="sed -i 's/^pick.*side 4/exec false\n&/;1s/^/exec true\n/'" $other rebase -i HEAD~3 >/dev/null 2>&1
s
$other rebase --abort
$other rebase --apply main >/dev/null 2>&1
s
"$GIT" add f
s
$other rebase --abort
$other checkout -q --detach
$other rebase main >/dev/null 2>&1
s
$other rebase --abort
$other checkout -q side
$other cherry-pick main~3 >/dev/null 2>&1
s
"$GIT" add f
s
$other cherry-pick --abort
$other cherry-pick main~4 main~3 main~2 >/dev/null 2>&1
s
"$GIT" checkout -q HEAD f; "$GIT" commit -q --allow-empty -m picked
s
$other cherry-pick --abort
$other cherry-pick --quit
"$GIT" reset -q --hard
$other revert main~3 >/dev/null 2>&1
s
"$GIT" add f
s
$other revert --abort
$other format-patch -q -1 main~3 -o ../p
$other am ../p/* >/dev/null 2>&1
s
$other am --abort
: >../empty.patch; printf 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nDate: Thu, 1 Jan 2004 00:00:00 +0000\nSubject: [PATCH] empty\n\nbody\n-- \n2\n' >../empty.patch
$other am ../empty.patch >/dev/null 2>&1
s
$other am --abort
$other bisect start -q >/dev/null 2>&1; $other bisect bad >/dev/null; $other bisect good HEAD~4 >/dev/null
s
$other bisect reset >/dev/null 2>&1
s
"$GIT" checkout -q main~2
s
"$GIT" checkout -q main; "$GIT" tag v1; "$GIT" checkout -q v1
s
"$GIT" commit -q --allow-empty -m 'after tag'
s
$other checkout -q main
$other sparse-checkout set --no-cone '/f' '/s1' >/dev/null
s
"$GIT" -c color.status=always status
$other checkout -q side
s
$other sparse-checkout disable
$other update-index --split-index
s
$other update-index --no-split-index
echo st >>f; $other stash -q
"$GIT" status --show-stash
echo st >>f; $other stash -q
"$GIT" status --show-stash
"$GIT" status -s --show-stash
"$GIT" status --porcelain=v2 --show-stash
