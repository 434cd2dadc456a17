# config: get, set, lists, types, sections, files, scopes.
"$GIT" init -q .
"$GIT" config user.name "A Name"
"$GIT" config user.name
"$GIT" config get user.name
"$GIT" config set user.email me@example.com
"$GIT" config --get user.email
"$GIT" config get nothing.here
"$GIT" config nothing
"$GIT" config 'bad key.x' 1
"$GIT" config a.b c
"$GIT" config --add a.b d
"$GIT" config a.b
"$GIT" config --get-all a.b
"$GIT" config get --all a.b
"$GIT" config --get a.b
"$GIT" config --get-regexp '^a\.'
"$GIT" config get --all --show-names --regexp '^a\.'
"$GIT" config a.b e
"$GIT" config --replace-all a.b e
"$GIT" config set --all a.b f
"$GIT" config --unset a.b
"$GIT" config unset a.b
"$GIT" config 'remote.Ori gin.url' 'x y'
"$GIT" config 'remote.Ori gin.url'
"$GIT" config --list --local
"$GIT" config list --local --show-origin
"$GIT" config list --show-scope
"$GIT" config -l -z --local
"$GIT" config list --name-only --local
"$GIT" config num.k 2k; "$GIT" config --type=int num.k; "$GIT" config --int num.k
"$GIT" config num.bad 2x; "$GIT" config --int num.bad
"$GIT" config b.t yes; "$GIT" config --bool b.t; "$GIT" config --type=bool-or-int num.k
"$GIT" config b.bad maybe; "$GIT" config --type=bool b.bad
"$GIT" config p.p '~/x'; "$GIT" config --type=path p.p
"$GIT" config c.c 'red bold'; "$GIT" config --type=color c.c
"$GIT" config --get-color c.none blue
"$GIT" config e.e "2020-01-01 10:00:00 +0000"; "$GIT" config --type=expiry-date e.e
"$GIT" config --type=nonsense b.t
"$GIT" config --default=fallback none.here
"$GIT" config get --default=fallback none.here
"$GIT" config --rename-section a z
"$GIT" config --rename-section num nums
"$GIT" config rename-section b bb
"$GIT" config --remove-section nums
"$GIT" config remove-section nowhere
"$GIT" config --file other x.y z
"$GIT" config -f other --list
"$GIT" config --global user.name Global
"$GIT" config --global --list
"$GIT" config --system user.name
printf '; comment\n[core] # tail\n\tx = 1 ; c\n\ty = "a ; b" # c\n  z = one \\\n two\n[Sec "Sub\\"q"]\n\tflag\n\tempty =\n\tesc = "a\\tb\\nc"\n' >f
"$GIT" config -f f --list
"$GIT" config -f f core.x 2
"$GIT" config -f f core.new 3
"$GIT" config -f f --add core.y "more # hash"
"$GIT" config -f f 'sec.Sub"q.flag' no
"$GIT" config -f f --unset core.z
note_file f
printf '[broken\n' >g; "$GIT" config -f g a.b
printf '[a]\nb = "open\n' >g; "$GIT" config -f g a.b
printf '[a]\n1b = c\n' >g; "$GIT" config -f g --list
"$GIT" config -f missing a.b
"$GIT" config a.b c d e
"$GIT" config --get
"$GIT" config --get-urlmatch http https://example.com
"$GIT" -c http.https://example.com.proxy=p config --get-urlmatch http https://example.com/x
"$GIT" config --comment 'why' c.c v
"$GIT" config --value=v c.c w
"$GIT" config set --value='^v' c.c w
"$GIT" config --fixed-value c.c x w
printf '[include]\n\tpath = f\n' >inc; "$GIT" config -f inc --includes --list
"$GIT" config -f inc --list
"$GIT" config --blob HEAD:x --list
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=env.x GIT_CONFIG_VALUE_0=y "$GIT" config env.x
"$GIT" -c one.two=three config one.two
"$GIT" -c one.two config --bool one.two
"$GIT" -c bad config x.y
"$GIT" config --edit
"$GIT" config --no-such
note_file .git/config
