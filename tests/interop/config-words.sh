# config: which words and options go together; completion's words.
#: cells sha1-files
"$GIT" init -q .
cat >>.git/config <<'EOF'
[a]
	b = one
	b = two
	flag
[remote "origin"]
	url = https://example.com/x
EOF
c() { "$GIT" config "$@"; }
c list x
c get
c get a b
c set a
c set a.b
c set
c set a.b c d
c unset
c unset a.b c
c rename-section a
c remove-section
c edit x
c get --nope
c list --all
c get --add x
c set --regexp a.b c
c get --url=x --all a.b
c get --url=x --regexp a.b
c get --url=x --value=y a.b
c get --url=x --default=y a.b
c get --default=y --all a.b
c get --default=y a.n
c get --no-default --default=z a.n
c get --fixed-value a.b
c set --append --value=x a.b c
c set --fixed-value a.b c
c unset --fixed-value a.b
c get --type=foo a.b
c get --bool --int a.b
c get --type=bool --type=int a.b
c get --bool --no-bool a.b
c list --global --local
c list --blob=x --file=y
c set --blob=x a.b c
c set --file=- a.b c
c list --file=nope
c list --local --worktree
c --get a b c
c --get
c --get-all
c --list x
c --replace-all a
c --add a
c --unset
c --get-color
c --get-colorbool
c a b c d
c --get --add a.b
c --name-only a.b
c --show-origin --add a.b c
c --default x --get-all a.b
c --comment x --get a.b
c --fixed-value a.b
c --get --fixed-value a.b
c --value=x a.b
c --url=x a.b
c --all a.b
c --regexp a.b
c --append a.b c
c --show-names --get a.b
c get --show-names core.bare
c get --show-names --all --regexp core
c --null --list --name-only
c -z get core.bare
c list -t bool
c get --type= core.bare
c get --no-type --bool core.bare
c --bool core.bare
c --bool a.flag
c --type bool-or-str core.bare
c --includes --no-includes core.bare
c --get-urlmatch a.b
c --show-scope --get core.bare
c --show-scope core.bare
c --show-names core.bare
c get core.nope
c get --no-global core.bare
c --no-bool core.bare
c list --local --show-names
c list --local --no-show-names
c get --name-only core.bare
c get --name-only --regexp core.b
c get --all a.b
c get --all --value=o a.b
c get --all --value='!o' a.b
c get --all --fixed-value --value=one a.b
c get --all --no-all a.b
c get --regexp --all 'a.*'
c get --no-regexp a.b
c get --no-value a.b
c get --no-url a.b
c --get-color a.c red
c get --type=color --default=red a.c
c list --local --type=int
c get -z --show-origin --show-scope core.bare
c list --git-completion-helper
c get --git-completion-helper
c set --git-completion-helper
c unset --git-completion-helper
c rename-section --git-completion-helper
c remove-section --git-completion-helper
c edit --git-completion-helper
c --git-completion-helper
c get --bool --bool core.bare
c get --type=bool --no-type core.bare
c --local --show-names --list
c list --no-null --no-name-only --no-show-origin --no-show-scope --local
c set --no-append --no-comment a.c d
c set --no-all --comment=why a.c e
c set --append --comment='# because' a.c f
c set --all a.c g
c set --value=g a.c h
c set --fixed-value --value=h a.c i
c unset --value=x a.c
c unset --fixed-value --value=i a.c
c set --type=bool a.d yes
c set --int a.e 1k
c set --bool-or-int a.f on
c set --bool-or-str a.g maybe
c set --path a.h '~/x'
c get --path a.h
c set --expiry-date a.i never
c get --expiry-date a.i
c rename-section a aa
c rename-section nope x
c remove-section aa
c remove-section aa
c list --local --no-includes
c list --file=.git/config --includes
c list --no-local --no-worktree --no-system --no-global --no-file --no-blob --local
c get --no-fixed-value remote.origin.url
c --show-scope --show-origin --get-regexp remote
c --no-show-scope --no-show-origin --no-show-names --no-name-only --no-null --list --local
c --no-default --no-comment --no-fixed-value --no-type core.bare
cat .git/config
c a.b -x
c set a.b -y
c set a.q --value x
c get a.b --all
c --get a.b --all
c --add a.b -v
c unset a.b --all
c a.b --get
c set -- a.b -x
c get --all a.b
