# The frame: options before the command, aliases, lists of commands, help, words
# for completion, mistyped commands.
#: cells sha1-files
"$GIT" init -q .
"$GIT" commit -q --allow-empty -m one
for group in list-init list-worktree list-info list-history list-remote list-complete \
    list-mainporcelain list-ancillarymanipulators list-ancillaryinterrogators \
    list-plumbingmanipulators list-plumbinginterrogators list-synchingrepositories \
    list-synchelpers list-purehelpers list-foreignscminterface list-guide \
    list-userinterfaces list-developerinterfaces deprecated nohelpers list-foo foo \
    list-worktree,config,alias; do
    "$GIT" -c alias.foo=x -c alias.bar.command=y -c completion.commands="zork -add" --list-cmds=$group
done
"$GIT" -c completion.commands="zork -add -zork" --list-cmds=list-worktree,config
"$GIT" -c completion.commands="zork -add" --list-cmds=config,list-worktree
# Aliases.
"$GIT" -c alias.a=b -c alias.b=a a
"$GIT" -c alias.a=b -c alias.b=c -c alias.c=b a
"$GIT" -c alias.a='!echo hi' a 1 2
"$GIT" -c alias.a='!echo' a 1 '2 3'
"$GIT" -c alias.a='!f() { echo "$1|$2|$#"; }; f' a 1 '2 3'
"$GIT" -c alias.a='-c x.y=z config x.y' a
"$GIT" -c alias.a='--git-dir=foo log' a
"$GIT" -c alias.a='-C /tmp log' a
"$GIT" -c alias.a='-p rev-parse --git-dir' a
"$GIT" -c alias.a='-P rev-parse' a
"$GIT" -c alias.a='--no-pager rev-parse' a
"$GIT" -c alias.a='--bare rev-parse' a
"$GIT" -c alias.a='--no-replace-objects rev-parse' a
"$GIT" -c alias.a='--literal-pathspecs rev-parse' a
"$GIT" -c alias.a='--namespace=x rev-parse' a
"$GIT" -c alias.a='--no-advice rev-parse' a
"$GIT" -c alias.a='--no-optional-locks rev-parse' a
"$GIT" -c alias.a='--config-env=x=y rev-parse' a
"$GIT" -c alias.a='--version' a
"$GIT" -c alias.a='-c' a
"$GIT" -c alias.a="'unclosed" a
"$GIT" -c alias.a='x\' a
"$GIT" -c alias.a='' a
"$GIT" -c alias.a='a' a
"$GIT" -c alias.a a
"$GIT" -c alias.a='nosuch' a
"$GIT" -c alias.a='!nosuchprogram' a
"$GIT" -c alias.a='!exit 3' a
"$GIT" -c alias.log='!echo no' log --format=%s
"$GIT" -c 'alias.Ä.command=log --format=%s' Ä
"$GIT" -c 'alias.a b.command=log --format=%s' 'a b'
"$GIT" -c alias.x.command='!echo "$GIT_PREFIX" "$@"' x 1
"$GIT" -c alias.A='log --format=%s' a
"$GIT" -c alias.a='log --format="%s x" --max-count=1' a
"$GIT" -c alias.a="log --format='%s  y'" a -1
mkdir -p sub/dir
(cd sub/dir && "$GIT" -c alias.x='!pwd -P | sed s,.*/,,; echo "$GIT_PREFIX"' x)
(cd sub/dir && "$GIT" -c alias.x='rev-parse --show-prefix' x)
"$GIT" -c alias.a='!foo' a --help
"$GIT" -c alias.a='log -1' help a
"$GIT" -c alias.a='log --format=%s' -c alias.b='a -1' b
# Programs on PATH.
mkdir bin
printf '#!/bin/sh\necho "own: $*"\n' >bin/git-own
chmod +x bin/git-own
PATH=$PWD/bin:$PATH "$GIT" own 1 2
PATH=$PWD/bin:$PATH "$GIT" -c alias.mine='own x' mine y
PATH=$PWD/bin:$PATH "$GIT" -c alias.own='log' own y
# Options before the command.
for words in -C -c --git-dir --work-tree --namespace --config-env --attr-source --foo -x --html \
    "--config-env=a" "--config-env=a=" "--config-env=a=NOPE" "--config-env=x.y=HOMER config x.y" \
    "--config-env x.y=HOMER config x.y" "-C nope log" "--git-dir= rev-parse --git-dir" \
    "--exec-path=/x --exec-path" "--namespace=x rev-parse --git-dir" \
    "--bare rev-parse --is-bare-repository" "-c x.y config x.y" "-c x=1 config x.y" \
    "-c x.y= config x.y" "-c x.y=a=b config x.y" "--super-prefix=x log" "--pagin log" \
    "--git-dir=.git --work-tree=sub rev-parse --show-toplevel --is-inside-work-tree" \
    "--git-dir .git --work-tree sub rev-parse --show-cdup" \
    "-C sub -C dir rev-parse --show-prefix" "-C sub/dir --git-dir=../../.git rev-parse --is-inside-work-tree" \
    "--no-replace-objects rev-parse --git-dir" "--no-lazy-fetch rev-parse --git-dir" \
    "--no-optional-locks rev-parse --git-dir" "--no-advice rev-parse --git-dir" \
    "--literal-pathspecs ls-files *" "--no-literal-pathspecs ls-files *" \
    "--glob-pathspecs ls-files *" "--noglob-pathspecs ls-files *" "--icase-pathspecs ls-files *" \
    "-p rev-parse --git-dir" "--paginate rev-parse --git-dir" "-P rev-parse --git-dir" \
    "--no-pager rev-parse --git-dir" "-h -x" "--list-cmds"; do
    HOMER=simpson "$GIT" $words
done
# Mistyped.
for words in statsu comit xyzzy brnch tga commmit checkot logg; do
    "$GIT" $words x
done
for value in never prompt immediate show 1 0 -1 2 foo yes off true false 0.1; do
    "$GIT" -c help.autocorrect=$value rev-prase --git-dir
done
"$GIT" -c help.autocorrect rev-prase --git-dir
# Help.
"$GIT" help --config
"$GIT" help --config-for-completion
"$GIT" help --config-sections-for-completion
"$GIT" -c alias.x=y -c alias.z='!y' help --aliases-for-completion
for words in "-g x" "-a -g" "-a x" "-g -c" nope "--no-aliases" "--no-external-commands -g" \
    "--user-interfaces x" "--developer-interfaces x" "-c x" "-i -a x" "--no-verbose -g x"; do
    "$GIT" help $words
done
"$GIT" -c help.format=xx help log
"$GIT" -c help.htmlpath=/nope help --web log
# Words for completion.
for command in check-attr check-ignore check-mailmap cherry column commit-tree count-objects \
    fmt-merge-msg fsck hash-object hook init ls-files ls-tree merge-file merge-tree mktag \
    mktree mv patch-id refs rm show-index show-ref stripspace switch symbolic-ref update-ref \
    verify-pack version write-tree branch; do
    "$GIT" $command --git-completion-helper
    "$GIT" $command --git-completion-helper-all
done
# The parser.
"$GIT" ls-files --stag
"$GIT" ls-files --e
"$GIT" ls-files --exclude-s
"$GIT" ls-files --no-ca
"$GIT" ls-files --abbrev=x
"$GIT" ls-files --abbrev=
"$GIT" ls-files --cached=x
"$GIT" ls-files --no-cached=x
"$GIT" ls-files --no-full-name
"$GIT" ls-files -X
"$GIT" ls-files --exclude-from
"$GIT" ls-files -czx
"$GIT" ls-files -cached
"$GIT" ls-files -Z
"$GIT" ls-files -ä
"$GIT" ls-files --nope
"$GIT" ls-files --nope=x
"$GIT" ls-files -- --stage
"$GIT" ls-files --end-of-options --stage
"$GIT" for-each-ref --count=x
"$GIT" for-each-ref --count=1k
"$GIT" for-each-ref --count=9999999999
"$GIT" for-each-ref --count=-1
"$GIT" for-each-ref --count
"$GIT" for-each-ref --count=
"$GIT" ls-tree --name-only --long HEAD
"$GIT" ls-tree -l --name-only HEAD
"$GIT" switch --no-no-guess nope
"$GIT" hash-object --no-no-filters nope
"$GIT" hash-object --filters nope
