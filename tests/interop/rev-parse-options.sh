# rev-parse, cat-file, merge-base, check-attr, check-ignore: option by option.
#: cells sha1-files
#: end no
. "$(dirname "$0")/shared/many-revisions"
"$GIT" rev-parse HEAD
"$GIT" rev-parse --short HEAD
"$GIT" rev-parse --short=10 HEAD v1
"$GIT" rev-parse --verify HEAD
"$GIT" rev-parse --verify -q nope
"$GIT" rev-parse --symbolic HEAD v1 main~1
"$GIT" rev-parse --symbolic-full-name HEAD main v1 main~1
"$GIT" rev-parse --abbrev-ref HEAD
"$GIT" rev-parse --abbrev-ref=strict HEAD
"$GIT" rev-parse --abbrev-ref=loose HEAD
"$GIT" rev-parse --abbrev-ref=bogus HEAD
"$GIT" rev-parse --abbrev-ref main@{u}
"$GIT" rev-parse --all
"$GIT" rev-parse --branches
"$GIT" rev-parse --branches='o*'
"$GIT" rev-parse --tags --symbolic
"$GIT" rev-parse --remotes
"$GIT" rev-parse --remotes=origin
"$GIT" rev-parse --glob='heads/s*' --symbolic
"$GIT" rev-parse --exclude='v*' --tags
"$GIT" rev-parse --exclude-hidden=fetch --all
"$GIT" rev-parse --disambiguate=727ea
"$GIT" rev-parse --disambiguate=zzzz
"$GIT" rev-parse --not HEAD ^v1
"$GIT" rev-parse HEAD ^v1 v1..v2 v1...v2
"$GIT" rev-parse v2^@ v2^! v2^-
"$GIT" rev-parse --revs-only HEAD foo --bar -n3 --max-count=3
"$GIT" rev-parse --no-revs HEAD foo --bar -n3
"$GIT" rev-parse --flags HEAD foo --bar -n3
"$GIT" rev-parse --no-flags HEAD --bar
"$GIT" rev-parse --default main
"$GIT" rev-parse --prefix src/ -- main.c ../x
"$GIT" rev-parse --sq HEAD v1
"$GIT" rev-parse --sq-quote "a b" "c'd" x
"$GIT" rev-parse --git-dir
"$GIT" rev-parse --absolute-git-dir
"$GIT" rev-parse --git-common-dir
"$GIT" rev-parse --git-path objects
(GIT_INDEX_FILE=/x/y "$GIT" rev-parse --git-path index)
"$GIT" -c core.hooksPath=/hh rev-parse --git-path hooks/x
"$GIT" rev-parse --path-format=absolute --git-dir --git-path HEAD --git-common-dir --show-toplevel
"$GIT" rev-parse --path-format=relative --git-dir --git-path HEAD --absolute-git-dir
"$GIT" rev-parse --path-format=bogus --git-dir
"$GIT" rev-parse --path-format
"$GIT" rev-parse --show-cdup
"$GIT" rev-parse --show-prefix
"$GIT" rev-parse --show-superproject-working-tree
"$GIT" rev-parse --is-inside-git-dir --is-inside-work-tree --is-bare-repository --is-shallow-repository
"$GIT" rev-parse --show-object-format
"$GIT" rev-parse --show-object-format=storage
"$GIT" rev-parse --show-object-format=input
"$GIT" rev-parse --show-object-format=output
"$GIT" rev-parse --show-object-format=bogus
"$GIT" rev-parse --show-object-format=compat
"$GIT" rev-parse --show-ref-format
"$GIT" rev-parse --shared-index-path
"$GIT" rev-parse --resolve-git-dir .git
"$GIT" rev-parse --local-env-vars
"$GIT" rev-parse --max-age=3 --min-age=4
"$GIT" rev-parse --bisect
"$GIT" rev-parse --end-of-options HEAD
"$GIT" rev-parse HEAD@{0} @{-1} @{1} main@{2}
"$GIT" rev-parse @{push}
"$GIT" rev-parse HEAD^{tree} HEAD^{commit} v1^{} v2^{tag} v2^{object} 
"$GIT" rev-parse HEAD^{/topic} ':/topic' ':/!-x' 'HEAD^{/!-topic}'
"$GIT" rev-parse HEAD^{bogus}
"$GIT" rev-parse HEAD^{blob}
"$GIT" rev-parse main@{yesterday}
"$GIT" rev-parse 'main@{2020-09-14 12:00}'
"$GIT" rev-parse --bogus
"$GIT" rev-parse --parseopt -h </dev/null
(printf 'cmd [opts]\n\nhelps\n--\nh,help show help\nfoo= some foo\nb,bar? opt bar\nq! noneg\nv* hidden\n' | "$GIT" rev-parse --parseopt -- --foo=1 -b -q arg)
(printf 'cmd [opts]\n\nhelps\n--\nh,help show help\nfoo= some foo\nb,bar? opt bar\nq! noneg\n' | "$GIT" rev-parse --parseopt -- --bar=3 --no-foo x y)
(printf 'cmd [opts]\n\nhelps\n--\nh,help show help\nfoo= some foo\nb,bar? opt bar\n' | "$GIT" rev-parse --parseopt --keep-dashdash -- --foo 3 -- x y)
(printf 'cmd [opts]\n\nhelps\n--\nh,help show help\nfoo= some foo\nb,bar? opt bar\n' | "$GIT" rev-parse --parseopt --stop-at-non-option -- x --foo 3)
(printf 'cmd [opts]\n\nhelps\n--\nh,help show help\nfoo= some foo\nb,bar? opt bar\n' | "$GIT" rev-parse --parseopt --stuck-long -- --foo 3 -bx)
"$GIT" cat-file -t HEAD
"$GIT" cat-file -s HEAD
"$GIT" cat-file -p HEAD
"$GIT" cat-file -e HEAD
"$GIT" cat-file --use-mailmap -p HEAD
"$GIT" cat-file --mailmap commit HEAD
"$GIT" cat-file --no-use-mailmap -p HEAD
"$GIT" cat-file --textconv HEAD:hello.txt
"$GIT" cat-file --filters HEAD:hello.txt
"$GIT" cat-file --filters --path=x.txt HEAD:hello.txt
"$GIT" cat-file --path=x -p HEAD
"$GIT" cat-file --batch </dev/null
(echo HEAD | "$GIT" cat-file --batch-check)
(echo HEAD:hello.txt | "$GIT" cat-file --batch-check='%(objectname) %(objecttype) %(objectsize) %(objectmode) %(rest) %(deltabase)')
(echo HEAD | "$GIT" cat-file --batch-check='%(bogus)')
"$GIT" cat-file --batch-all-objects --batch-check
(printf 'HEAD\0v1\0' | "$GIT" cat-file --batch-check -z)
(printf 'HEAD\0v1\0nope\0' | "$GIT" cat-file --batch-check -Z | tr '\0' '@')
(printf 'info HEAD\ncontents HEAD:hello.txt\n' | "$GIT" cat-file --batch-command)
(printf 'info HEAD\nflush\ncontents HEAD:hello.txt\n' | "$GIT" cat-file --batch-command --buffer)
(printf 'info HEAD\n' | "$GIT" cat-file --batch-command='%(objectname) x')
(echo HEAD:link | "$GIT" cat-file --batch-check --follow-symlinks)
(echo HEAD | "$GIT" cat-file --batch-check --filter=blob:none)
"$GIT" cat-file --batch-all-objects --batch-check --filter=blob:limit=20
"$GIT" cat-file --batch-all-objects --batch-check='%(objecttype)' --filter=object:type=tag
"$GIT" cat-file --batch-all-objects --batch-check --filter=tree:1
("$GIT" cat-file --batch-all-objects --batch-check --filter=blob:none --no-filter | sort)
"$GIT" cat-file --batch-check --filter=bogus </dev/null
"$GIT" cat-file --allow-unknown-type -t HEAD
"$GIT" merge-base main side
"$GIT" merge-base -a main side
"$GIT" merge-base --all main topic
"$GIT" merge-base --octopus main side topic
"$GIT" merge-base --independent main side topic v1
"$GIT" merge-base --is-ancestor v1 main
"$GIT" merge-base --fork-point main
"$GIT" merge-base --no-all main side
"$GIT" check-attr -a hello.txt
"$GIT" check-attr --all hello.txt
"$GIT" check-attr --cached diff hello.txt
"$GIT" check-attr --source=v1 diff hello.txt
"$GIT" check-attr --source v1 -a hello.txt
(echo hello.txt | "$GIT" check-attr --stdin diff)
(printf 'hello.txt\0x\0' | "$GIT" check-attr --stdin -z diff | tr '\0' '@')
"$GIT" check-attr --no-all diff hello.txt
"$GIT" check-attr --no-cached --no-stdin diff hello.txt
"$GIT" check-attr --no-source diff hello.txt
"$GIT" check-attr '-x' hello.txt
"$GIT" check-ignore dirA/x
"$GIT" check-ignore -v dirA/x hello.txt
"$GIT" check-ignore -v -n dirA/x hello.txt nope
"$GIT" check-ignore --verbose --non-matching dirA/x nope
"$GIT" check-ignore -q dirA/x
"$GIT" check-ignore --quiet nope
"$GIT" check-ignore --no-index hello.txt dirA
(echo dirA/x | "$GIT" check-ignore --stdin)
(printf 'dirA/x\0nope\0' | "$GIT" check-ignore --stdin -z -v -n | tr '\0' '@')
"$GIT" check-ignore --index dirA/x
"$GIT" check-ignore --no-quiet --no-verbose --no-non-matching --no-stdin dirA/x
