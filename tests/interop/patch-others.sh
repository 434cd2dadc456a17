#: cells sha1-files
# reset -p, checkout -p, restore -p.
p() { keys=$1; shift; printf "$keys" | "$GIT" "$@"; }
export GIT_EDITOR=cat
"$GIT" init -q
p '' reset -p
seq 1 40 >f; seq 3 >del; seq 5 >mode
"$GIT" add .
p '?\nq\n' reset -p
p '?\nq\n' checkout -p HEAD
p '?\nq\n' restore -S -p
"$GIT" commit -qm one
sed -i 's/^5$/5x/;s/^30$/30x/' f; "$GIT" commit -qam two; sed -i 's/^10$/10x/' f; rm del; chmod +x mode; echo n >n; "$GIT" add -A
p '?\nn\ny\ny\ny\ny\n' reset -p
"$GIT" status -s
"$GIT" add -A
p '?\nq\n' reset -p HEAD~1
p 'y\nn\ny\ny\ny\ny\n' reset -p HEAD~1
"$GIT" status -s; "$GIT" diff --cached
"$GIT" add -A
p '?\nq\n' reset -p HEAD~1 -- mode n
p '?\nq\n' reset -p HEAD -- n
p '?\nq\n' reset -p nope
p '?\nq\n' reset -p HEAD nope
p '?\nq\n' reset -p -- nope
p '?\nq\n' reset -p --hard
p '?\nq\n' reset -p --mixed
p '?\nq\n' reset -U2
p 'q\n' reset -p -U1 --no-auto-advance
p '' reset --no-auto-advance
p 'q\n' reset -p --pathspec-from-file=x
p '?\nq\n' restore -S -p -- del
p '?\ne\nd\ny\n' restore -S -p -s HEAD~1 -- f
"$GIT" diff --cached f; "$GIT" add -A
p '?\nq\n' restore -S -W -p -s HEAD~1 -- f
p '?\nq\n' restore -S -W -p -- f
p 'y\ny\n' restore -S -W -p -- f
"$GIT" status -s
p '' checkout -p
p '?\nq\n' checkout -p HEAD
p '?\nq\n' checkout -p HEAD~1
"$GIT" add -A; sed -i 's/^20$/20x/' f; chmod -x mode; rm n
p '?\nd\n?\n?\nd\nd\n' checkout -p
p '?\nd\n?\nd\n?\nd\n?\nd\n' checkout -p HEAD
p '?\nd\n?\nd\n?\nd\n?\nd\n' checkout -p HEAD~1
p '?\nd\n?\nd\n?\nd\n?\nd\n' restore -p -s HEAD~1
p '?\nd\n?\nd\n?\nd\n?\nd\n' restore -p
p '?\nd\n?\nd\n?\nd\n?\nd\n' restore -p -s HEAD
p 'y\ny\ny\ny\n' restore -p
"$GIT" status -s
sed -i 's/^20$/20x/' f; chmod -x mode; rm n
p 'y\ny\ny\ny\n' checkout -p -- f n
"$GIT" status -s; "$GIT" diff
p 'y\ny\ny\ny\ny\ny\n' checkout -p HEAD
"$GIT" status -s; "$GIT" diff
p 'y\ny\ny\ny\ny\ny\n' checkout -p HEAD~1
"$GIT" status -s; "$GIT" diff
"$GIT" reset -q --hard
seq 60 >f; "$GIT" commit -qam sixty
seq 60 | sed 's/^20$/20i/;s/^41$/41i/' >f; "$GIT" add f; seq 60 | sed 's/^20$/20w/;s/^41$/41i/;s/^50$/50w/' >f
p 'y\nx\ny\n' checkout -p HEAD
"$GIT" diff
p 'y\nn\ny\ny\n' checkout -p HEAD
"$GIT" diff; "$GIT" diff --cached
seq 60 | sed 's/^20$/20w/;s/^41$/41i/;s/^50$/50w/' >f
p 'n\ny\nn\ny\n' checkout -p HEAD
"$GIT" diff; "$GIT" diff --cached
p 'e\nq\n' checkout -p
p 'e\nq\n' checkout -p HEAD~1
p 'q\n' checkout -p --detach
p 'q\n' checkout -p -b x
p 'q\n' checkout -p --ours
p 'q\n' checkout -p --pathspec-from-file=x
p 'q\n' checkout -p nope
p 'q\n' checkout -p --merge
p 'q\n' checkout -p -f
p 'q\n' checkout -U1
p 'q\n' checkout -p -U0
p 'q\n' restore -p -m
p 'q\n' restore -p --ours f
p 'q\n' restore -p --pathspec-from-file=x
p 'q\n' restore -U2 f
p 'q\n' restore --inter-hunk-context=1 f
"$GIT" reset -q --hard
"$GIT" checkout -q -b b; sed -i 's/^20$/b/' f; "$GIT" commit -qam b; "$GIT" checkout -q main; sed -i 's/^20$/m/' f; "$GIT" commit -qam m
"$GIT" merge b
p 'q\n' add -p
p 'q\n' reset -p
p 'q\n' checkout -p
p 'q\n' checkout -p HEAD
p '' add -p f
seq 6 >mode
p 'q\n' add -p
p 'q\n' checkout -p
p 'q\n' restore -p
p 'q\n' restore -p -s HEAD
