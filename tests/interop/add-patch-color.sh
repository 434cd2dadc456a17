#: cells sha1-files
# add -p in colours, and through a filter of diffs.
p() { keys=$1; shift; printf "$keys" | "$GIT" "$@"; }
export GIT_EDITOR=true
"$GIT" init -q
printf 'int main()\n{\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n}\n' >f; chmod +x f
"$GIT" add .; "$GIT" commit -qm one
sed -i 's/^g$/G/;s/^i$/I/' f
p 's\ny\np\n?\nz\nJ\n/\nI\nq\n' -c color.ui=always add -p f
"$GIT" reset -q
p 's\ny\np\n?\nz\nJ\nq\n' -c color.diff=always add -p f
"$GIT" reset -q
p 's\ny\np\n?\nz\nJ\nq\n' -c color.interactive=always add -p f
"$GIT" reset -q
p 's\ny\np\n?\nz\nJ\nq\n' -c color.interactive=always -c color.interactive.prompt=red -c color.interactive.help=green -c color.interactive.header=blue -c color.interactive.error=yellow -c color.diff.frag=blue -c color.diff=always add -p f
"$GIT" reset -q
for filter in 'sed s/[0-9]/x/g' 'sed s/@@/HUNK/g' 'sed "s/@@.*@@/@@ FOO/"' 'sed /@@/s/.*/@@x@@y@@/' 'sed s/^/./' 'sed 1d' 'exit 3' 'cat; exit 3'; do
p 's\np\nJ\ny\np\nq\n' -c interactive.diffFilter="$filter" -c color.diff=always add -p f
"$GIT" reset -q
done
p 's\np\nq\n' -c interactive.diffFilter='sed s/[0-9]/x/g' add -p f
p 'y\n?\n' -c color.ui=always add -p --no-auto-advance f
"$GIT" reset -q
GIT_EDITOR="sed -i 's/^ d/ d/;s/^ e/-e/'" p 's\ne\nK\np\ns\nq\n' -c color.ui=always add -p f
"$GIT" reset -q
"$GIT" checkout -q .
p '' -c color.ui=always add -p
chmod -x f
p '?\nq\n' -c color.ui=always add -p
p '' -c color.ui=always add -p nope
"$GIT" -c color.interactive.prompt=nonsense -c color.ui=always add -p
