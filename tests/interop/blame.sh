#: end no
# blame: columns, formats, ranges, revisions
bl() { "$QN_REAL" blame "$@" >out 2>err; note "blame $* = $?"; sed -e 's/\([ 	]\)20\(2[5-9]\|[3-9].\)-[0-9-]* [0-9:]* [-+][0-9]*/\1NOW/' -e 's/^\([a-z]*-time\) \(17[5-9]\|1[89].\)[0-9]*$/\1 NOW/' -e 's/^/# /' out >>"$QN_TRANSCRIPT"; grep -v -e '^usage' -e '^  *' -e '^$' err | sed 's/^/! /' >>"$QN_TRANSCRIPT"; rm -f out err; }
who() { export GIT_AUTHOR_NAME="$1" GIT_AUTHOR_EMAIL="$2"; }
"$GIT" init -q -b main
"$GIT" blame; "$GIT" blame nothing; "$GIT" annotate nothing
printf 'int one(void)\n{\n    return 1;\n}\n\nint two(void)\n{\n    return 2;\n}\n' >f; "$QN_REAL" add f
"$GIT" blame f
"$QN_REAL" commit -q -m "first"; tick
who "Ünï Cöde" uni@example.com
printf 'int one(void)\n{\n    return 1;\n}\n\nint two(void)\n{\n    int x = 2;\n    return x;\n}\n' >f; "$QN_REAL" commit -qam "second

with a body"; tick
"$QN_REAL" branch side
"$QN_REAL" mv f g; "$QN_REAL" commit -qam "renamed"; tick
who "A Longer Name Here" long@example.com
sed -i '1i/* head */' g; printf 'last' >>g; "$QN_REAL" commit -qam "  fourth  "; tick
"$QN_REAL" checkout -q side; who "S" s@x; sed -i 's/return 1/return 11/' f; "$QN_REAL" commit -qam "on the side"; tick
"$QN_REAL" checkout -q main; who "M" m@example.com; "$QN_REAL" merge -q -m "both" side; tick
"$GIT" blame g; "$GIT" blame -- g; "$GIT" annotate g; "$GIT" annotate -l g; "$GIT" annotate HEAD~1 g
"$GIT" blame -c g; "$GIT" blame -c -e g; "$GIT" blame -c -t g; "$GIT" blame -c -s -n -f g; "$GIT" blame -c -b g; "$GIT" blame -c --score-debug g
"$GIT" blame -l g; "$GIT" blame -s g; "$GIT" blame -t g; "$GIT" blame -e g; "$GIT" blame --show-email g; "$GIT" blame -e --no-show-email g; "$GIT" blame -f g; "$GIT" blame --show-name HEAD~5 f; "$GIT" blame --show-name --no-show-name HEAD~5 f; "$GIT" blame HEAD~5 f
"$GIT" blame -n g; "$GIT" blame --show-number g; "$GIT" blame -n --no-show-number g; "$GIT" blame -s -n -f g; "$GIT" blame -b g; "$GIT" blame -b -l g; "$GIT" blame --root g; "$GIT" blame --root --no-root g
"$GIT" blame --abbrev g; "$GIT" blame --abbrev=4 g; "$GIT" blame --abbrev=12 g; "$GIT" blame --abbrev=40 g; "$GIT" blame --abbrev=39 g; "$GIT" blame --abbrev=1 g; "$GIT" blame --abbrev=0 g; "$GIT" blame --no-abbrev g; "$GIT" blame --abbrev=x g; "$GIT" -c core.abbrev=10 blame g; "$GIT" -c core.abbrev=no blame g
"$GIT" blame --score-debug g; "$GIT" blame --score-debug --no-score-debug -L1,1 g; "$GIT" blame --show-stats --no-show-stats -L1,1 g; "$GIT" blame --progress -L1,1 g; "$GIT" blame --no-progress -L1,1 g; "$GIT" blame --progress -p g; "$GIT" blame --progress --incremental g; "$GIT" blame --no-progress -p -L1,1 g
"$GIT" blame -p g; "$GIT" blame --porcelain --no-porcelain -L1,1 g; "$GIT" blame --line-porcelain g; "$GIT" blame --line-porcelain --no-line-porcelain -L1,1 g; "$GIT" blame --incremental g; "$GIT" blame --incremental --no-incremental -L1,1 g; "$GIT" blame --incremental -p -L2,3 g; "$GIT" blame -p -s -L2,3 g
for d in default local iso iso-strict rfc short raw unix human relative iso-local short-local raw-local format:%Y format:%A format:XXXXXXXXXXX%H 'format:%Y-%m-%d %H:%M'; do test "$d" = relative || "$GIT" blame --date="$d" -L1,3 g; done
"$GIT" blame --date=nothing g; "$GIT" blame --date short -L1,2 g; "$GIT" -c blame.date=short blame -L1,2 g; "$GIT" -c blame.date=short blame --date=unix -L1,2 g; "$GIT" -c blame.date=short annotate -L1,2 g; "$GIT" -c log.date=short blame -L1,2 g
"$GIT" -c blame.showEmail blame -L1,2 g; "$GIT" -c blame.showEmail blame --no-show-email -L1,2 g; "$GIT" -c blame.showRoot blame g; "$GIT" -c blame.showRoot blame --no-root g; "$GIT" -c blame.blankBoundary blame g
"$GIT" blame --color-lines g; "$GIT" blame --color-lines --no-color-lines -L1,2 g; "$GIT" blame --color-by-age g; "$GIT" blame --color-by-age --no-color-by-age -L1,2 g; "$GIT" blame --color-lines --color-by-age g; "$GIT" blame --color-lines -p -L1,2 g; "$GIT" blame --color-lines -c g
"$GIT" -c blame.coloring=repeatedLines blame g; "$GIT" -c blame.coloring=highlightRecent blame g; "$GIT" -c blame.coloring=none blame -L1,2 g; "$GIT" -c blame.coloring=nothing blame -L1,2 g; "$GIT" -c blame.coloring=highlightRecent blame --color-lines g; "$GIT" -c blame.coloring=repeatedLines blame --no-color-lines g
"$GIT" -c color.blame.repeatedLines=red -c color.blame.highlightRecent=green,2023-11-15,yellow,3.days.ago,blue blame --color-lines --color-by-age g; "$GIT" -c color.blame.highlightRecent=green,1970-01-01,bold blame --color-by-age g; "$GIT" -c color.blame.highlightRecent=green,1.day.ago blame g; "$GIT" -c color.blame.highlightRecent=nothing,1.day.ago,red blame g; "$GIT" -c color.blame.repeatedLines=nothing blame -L1,2 g
for l in 2 2,3 ,2 2, 4,2 2,+2 4,-2 2,+0 2,-0 0 -1 1,0 0,1 99 2,99 11,12 12 /two/ '/two/,/}/' '/two/,+2' '/two/,-2' /nothing/ ^/one/ :two :one :nothing :^two x 2,x 2,3x , '' 1,2,3 '/a' ':' '1,/nothing/' '\/two/' 99,2 99,100 2,0 12,13 13,13 13,12 ^:two ^: ':^two' ,0 '5,/one/' 1,99999999999; do "$GIT" blame "-L$l" g; done
"$GIT" blame -L1,1 -L3,3 g; "$GIT" blame -L3,5 -L1,4 g; "$GIT" blame -L:one -L:two g; "$GIT" blame -L/int/,+1 -L/int/,+1 g; "$GIT" blame -L/int/,+1 -L^/int/,+1 g; "$GIT" blame -L8,9 -L/int/,+1 g; "$GIT" blame -L 1,2 -p -L 4,5 g; "$GIT" blame -L
"$GIT" blame HEAD~1 g; "$GIT" blame g HEAD~1; "$GIT" blame HEAD~1 -- g; "$GIT" blame -- g HEAD~1; "$GIT" blame HEAD~2.. g; "$GIT" blame HEAD~2..HEAD~1 -- g; "$GIT" blame ^HEAD~2 HEAD -- g; "$GIT" blame --not HEAD~2 -- g; "$GIT" blame HEAD --not HEAD~2 -- g; "$GIT" blame HEAD^! -- g; "$GIT" blame side..main -- g; "$GIT" blame main..side -- f; "$GIT" blame side...main -- g; "$GIT" blame HEAD~2.. -- g; "$GIT" blame -b HEAD~2.. -- g; "$GIT" blame --root HEAD~2.. -- g; "$GIT" blame -p HEAD~2.. -- g
"$GIT" blame --since=2023-11-14T22:16:00Z -s g; "$GIT" blame --since=2030-01-01 -s HEAD -- g; "$GIT" blame --until=2023-11-14T22:16:00Z -s g; "$GIT" blame --first-parent g; "$GIT" blame --first-parent HEAD~1.. -- g; "$GIT" blame --max-count=1 -s g; "$GIT" blame --topo-order -s g; "$GIT" blame --oneline -s -L1,2 g; "$GIT" blame --stat -s -L1,2 g; "$GIT" blame --grep=x -s -L1,2 g
"$GIT" blame nothing; "$GIT" blame HEAD nothing; "$GIT" blame HEAD -- nothing; "$GIT" blame .; "$GIT" blame nosuch -- g; "$GIT" blame nosuch g; "$GIT" blame HEAD HEAD~1 -- g; "$GIT" blame HEAD HEAD -- g; "$GIT" blame --all -- g; "$GIT" blame side main -- g; "$GIT" blame 'HEAD^{tree}' g; "$GIT" blame HEAD:g; "$GIT" blame HEAD -- f g; "$GIT" blame g f; "$GIT" blame HEAD HEAD; "$GIT" blame nothing HEAD; "$GIT" blame g nosuch; "$GIT" blame --nothing g; "$GIT" blame --; "$GIT" blame HEAD; "$GIT" blame --encoding=none -p -L1,1 g; "$GIT" blame --encoding=latin1 -p -L8,9 g; "$GIT" blame -p --encoding=UTF-8 -L8,9 g
for o in --reverse "--reverse -p" "--reverse --incremental" "--reverse --first-parent" "--reverse -b" "--reverse --root"; do "$GIT" blame $o HEAD~3 -- f; "$GIT" blame $o HEAD~4..HEAD~1 -- f; "$GIT" blame $o HEAD~1.. g; done
"$GIT" blame --reverse -- g; "$GIT" blame --reverse HEAD~1 HEAD -- g; "$GIT" blame --reverse g; "$GIT" blame --reverse HEAD~1 nothing; "$GIT" blame --reverse ^HEAD~1 ^HEAD~2 HEAD -- g; "$GIT" blame --reverse side..main -- f; "$GIT" blame --reverse -L2,4 HEAD~2..HEAD -- g
# what is not committed
sed -i 's/return x/return x + 1/' g; echo more >>g; bl g; bl -p g; bl --incremental g; bl -c g; bl -s g; bl -e g; bl HEAD g; bl -L/more/ g; bl --since=2023-11-14T22:16:00Z -s g; bl HEAD~1.. -- g; "$QN_REAL" add g; bl g; echo yet >>g; bl -s g
echo new >n; bl n; "$QN_REAL" add n; bl n; bl -p n; "$QN_REAL" rm -q --cached n; bl n; rm n; mv g h; bl g; bl h; "$QN_REAL" add -A; bl -s h; bl -p -L1,2 h; "$QN_REAL" reset -q --hard
printf 'outside\nint one(void)\n' >c; bl --contents c g; bl --contents c HEAD~1 -- g; bl -p --contents c g; bl --contents c nothing; bl --contents nothing g; bl --contents c --reverse HEAD~1 g; bl --no-contents -L1,1 g; bl --contents c --no-contents -L1,1 g; printf 'int one(void)\nin\n' | "$QN_REAL" blame -p --contents - g | grep -e '^summary' -e '^	' >>"$QN_TRANSCRIPT"
"$GIT" checkout -q -b other HEAD~2; sed -i 's/return 1/return 111/' g; who O o@x; "$QN_REAL" commit -qam other; tick; "$GIT" merge -q main; bl g; bl -p -L5,9 g; "$QN_REAL" reset -q --hard; "$QN_REAL" checkout -q main
mkdir sub; cp g sub/y; "$QN_REAL" add sub; "$QN_REAL" commit -qm sub; tick; cd sub; "$GIT" blame -s y; "$GIT" blame -s ../g; "$GIT" blame -s ../../x; "$GIT" blame -s HEAD y; "$GIT" blame -s HEAD -- y; "$GIT" blame -C -C -s y; "$GIT" blame -s -f y; cd ..; "$GIT" blame sub
"$GIT" init -q --bare b.git; "$GIT" -C b.git blame f
"$QN_REAL" push -q b.git main; "$GIT" -C b.git blame -s g; "$GIT" -C b.git blame -s nothing; "$GIT" -C b.git blame -s HEAD~2 -- g
: >empty; "$QN_REAL" add empty; "$QN_REAL" commit -q --allow-empty-message -m ''; tick; "$GIT" blame empty; "$GIT" blame -p empty; "$GIT" blame -L1 empty; "$GIT" blame -L1,1 empty; echo x >empty; "$QN_REAL" commit -q --allow-empty-message -am ''; tick; "$GIT" blame -p empty
printf 'New Name <uni@example.com>\n' >.mailmap; "$GIT" blame -L8,9 g; "$GIT" blame -e -L8,9 g; "$GIT" blame -p -L8,9 g; printf 'New Name <new@example.com> <uni@example.com>\n' >.mailmap; "$GIT" blame -p -L8,9 g; rm .mailmap
"$QN_REAL" rev-list main -- g >ids; { head -n1 ids | tr '\n' ' '; tail -n1 ids; tail -n1 ids; } >revs; "$GIT" blame -S revs HEAD -- g; "$GIT" blame -S revs -s g; "$GIT" blame -S nothing g; echo bad >revs; "$GIT" blame -s -S revs g
"$GIT" blame --minimal -s g; "$GIT" blame --no-minimal -s g; for a in myers minimal patience histogram nothing; do "$GIT" blame -s --diff-algorithm=$a g; done; "$GIT" blame -w -s g; "$GIT" blame --no-indent-heuristic -s g
# Random command lines showed these.
"$GIT" annotate --date=nope g; "$GIT" blame -L '/[/' g; "$GIT" blame --ignore-revs-file /nope --contents /nope g
"$GIT" blame --abbrev=41 g; "$GIT" blame g --encoding=none; "$GIT" blame g --date short HEAD
"$GIT" blame --show-stats --incremental g; "$GIT" blame --show-stats HEAD -- g; "$GIT" blame --show-stats -M -C -C HEAD -- g
"$QN_REAL" clone -q --bare . ../bare 2>/dev/null; cd ../bare
"$GIT" blame HEAD; "$GIT" blame --encoding=none HEAD; "$GIT" blame nope; "$GIT" blame --not HEAD -- g
