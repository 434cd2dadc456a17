# Keys of core.*, user.*, i18n.*, init.*, index.*, safe.*, attr.*, and variables:
# each is set, and what it changes is looked at.
#: cells sha1-files
#: end no
history
# Who.
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
who() { "$GIT" -c user.name=User -c user.email=user@e.x "$@" commit -q --allow-empty -m who; "$GIT" log -1 --format='%an %ae %cn %ce'; }
who; who -c author.name=Auth -c author.email=auth@e.x; who -c committer.name=Com -c committer.email=com@e.x
GIT_AUTHOR_NAME=Env GIT_COMMITTER_EMAIL=env@e.x who -c author.name=A
"$GIT" -c user.useConfigOnly=true -c user.name=U commit --allow-empty -m x
"$GIT" -c user.name= -c user.email=x@y commit --allow-empty -m x
"$GIT" -c user.name=U -c user.email= commit -q --allow-empty -m x; "$GIT" log -1 --format='%an|%ae'
EMAIL=mail@e.x "$GIT" -c user.name=U commit -q --allow-empty -m x; "$GIT" log -1 --format='%an|%ae'
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@d
# Abbreviations.
for n in 4 7 12 40 no off auto 3 41 x; do "$GIT" -c core.abbrev=$n log -1 --oneline v1; "$GIT" -c core.abbrev=$n rev-parse --short HEAD; done
"$GIT" branch v1; "$GIT" rev-parse v1; "$GIT" -c core.warnAmbiguousRefs=false rev-parse v1; "$GIT" branch -D v1
# Ignore and attribute files.
printf '*.ign\n' >"$HOME/ign"; printf '*.att custom -text\n' >"$HOME/att"; touch a.ign b.att
"$GIT" -c core.excludesFile="$HOME/ign" status -s; "$GIT" -c core.excludesFile='~/ign' check-ignore -v a.ign
"$GIT" -c core.excludesFile="$HOME/nothere" status -s
"$GIT" -c core.attributesFile="$HOME/att" check-attr -a b.att; "$GIT" -c core.attributesFile='~/att' check-attr custom b.att
mkdir -p "$HOME/.config/git"; cp "$HOME/ign" "$HOME/.config/git/ignore"; cp "$HOME/att" "$HOME/.config/git/attributes"
"$GIT" status -s; "$GIT" check-attr custom b.att
XDG_CONFIG_HOME="$HOME/none" "$GIT" status -s
GIT_ATTR_NOSYSTEM=1 GIT_ATTR_GLOBAL="$HOME/none" "$GIT" check-attr custom b.att
GIT_ATTR_SYSTEM="$HOME/att" GIT_ATTR_GLOBAL=/dev/null "$GIT" check-attr custom b.att
rm -r "$HOME/.config/git" a.ign b.att
printf '*.c tree\n' >.gitattributes; "$GIT" add .gitattributes; "$GIT" commit -q -m attrs; rm .gitattributes; "$GIT" rm -q --cached .gitattributes
"$GIT" check-attr tree x.c; "$GIT" --attr-source=HEAD check-attr tree x.c; GIT_ATTR_SOURCE=HEAD "$GIT" check-attr tree x.c
"$GIT" -c attr.tree=HEAD check-attr tree x.c; "$GIT" -c attr.tree=nosuch check-attr tree x.c; "$GIT" --attr-source=nosuch check-attr tree x.c
"$GIT" check-attr --source=HEAD tree x.c; "$GIT" check-attr --source=nosuch tree x.c; "$GIT" check-attr --cached tree x.c
"$GIT" reset -q --hard HEAD
# Line ends and file systems.
printf 'a\r\nb\r\n' >crlf.txt; printf 'a\nb\n' >lf.txt
for v in true input false; do "$GIT" -c core.autocrlf=$v add crlf.txt lf.txt; "$GIT" ls-files -s --eol crlf.txt lf.txt; "$GIT" rm -q -f --cached crlf.txt lf.txt; done
for v in true warn false; do "$GIT" -c core.autocrlf=input -c core.safecrlf=$v add crlf.txt; "$GIT" -c core.autocrlf=true -c core.safecrlf=$v add lf.txt; "$GIT" rm -q -f --cached crlf.txt lf.txt 2>/dev/null; done
printf '*.txt text\n' >.git/info/attributes
for v in lf crlf native; do "$GIT" -c core.eol=$v add lf.txt; rm -f lf.txt; "$GIT" -c core.eol=$v checkout lf.txt; "$GIT" ls-files --eol lf.txt; "$GIT" rm -q -f --cached lf.txt; printf 'a\nb\n' >lf.txt; done
rm -f .git/info/attributes crlf.txt lf.txt
chmod +x story; "$GIT" -c core.fileMode=false status -s; "$GIT" -c core.fileMode=true status -s; chmod -x story
"$GIT" -c core.symlinks=false checkout -q HEAD~1 -- link; "$GIT" -c core.symlinks=false status -s; "$GIT" reset -q --hard HEAD
"$GIT" -c core.trustctime=false status -s; "$GIT" -c core.checkStat=minimal status -s; "$GIT" -c core.checkStat=default status -s; "$GIT" -c core.preloadIndex=false status -s
"$GIT" -c core.ignoreCase=true ls-files 'STORY'; "$GIT" -c core.quotePath=false ls-files
printf 'x\n' >'né w'; "$GIT" status -s; "$GIT" -c core.quotePath=false status -s; rm 'né w'
printf 'tab \n\t x\n' >ws; "$GIT" add ws; "$GIT" -c core.whitespace=-trailing-space diff --cached --check; "$GIT" -c core.whitespace=tab-in-indent diff --cached --check; "$GIT" -c core.whitespace=nonsense diff --cached --check; "$GIT" rm -q -f ws
"$GIT" -c core.commentChar=';' commit --allow-empty -m '# kept' -q; "$GIT" log -1 --format=%B
"$GIT" -c core.bare=true status; "$GIT" -c core.bare=true rev-parse --is-bare-repository
# Objects and files.
"$GIT" -c core.compression=9 hash-object -w story; "$GIT" -c core.looseCompression=0 hash-object -w tool; "$GIT" -c core.looseCompression=10 hash-object -w tool; "$GIT" -c core.compression=x hash-object -w tool
"$GIT" -c core.bigFileThreshold=1 diff HEAD~3 HEAD --stat; "$GIT" -c core.bigFileThreshold=1 show HEAD:story
"$GIT" -c core.deltaBaseCacheLimit=1 cat-file -p HEAD; "$GIT" -c core.packedGitLimit=1m -c core.packedGitWindowSize=1 log -1 --oneline
"$GIT" -c core.multiPackIndex=false -c core.commitGraph=false log --oneline -2
for v in none all committed objects,-loose-object reference bogus; do "$GIT" -c core.fsync=$v update-ref refs/heads/fs HEAD; done
for v in fsync writeout-only batch bogus; do "$GIT" -c core.fsyncMethod=$v update-ref refs/heads/fs HEAD~1; "$GIT" update-ref refs/heads/fs HEAD; done
"$GIT" -c core.fsyncObjectFiles=true hash-object -w tool
"$GIT" -c core.maxTreeDepth=1 ls-tree -r --name-only HEAD; "$GIT" -c core.maxTreeDepth=5 ls-tree -r --name-only HEAD
"$GIT" -c core.filesRefLockTimeout=0 -c core.packedRefsTimeout=0 branch locks; "$GIT" branch -D locks
"$GIT" -c core.logAllRefUpdates=false branch nolog; "$GIT" reflog exists refs/heads/nolog; "$GIT" -c core.logAllRefUpdates=always update-ref refs/x/y HEAD; "$GIT" reflog exists refs/x/y
"$GIT" -c core.hooksPath=.hooks commit -q --allow-empty -m h; "$GIT" -c core.editor='echo edited >' commit --allow-empty -q; "$GIT" log -1 --format=%s
"$GIT" -c core.notesRef=refs/notes/x log -1 --format=%N; "$GIT" -c core.sharedRepository=bad status; "$GIT" -c core.unsetenvvars=X status -s; "$GIT" -c core.createObject=link hash-object -w tool
# The index.
for v in 2 3 4 5 x; do rm -f .git/index; "$GIT" -c index.version=$v read-tree HEAD; "$GIT" update-index --show-index-version; done
for v in 2 4 9 x; do rm -f .git/index; GIT_INDEX_VERSION=$v "$GIT" read-tree HEAD; "$GIT" update-index --show-index-version; done
"$GIT" -c index.skipHash=true read-tree HEAD; "$GIT" status -s; "$GIT" -c index.threads=1 -c index.recordEndOfIndexEntries=true -c index.recordOffsetTable=true read-tree HEAD; "$GIT" status -s
"$GIT" reset -q --hard
# Encodings.
printf 'gr\374n\n' >msg; "$GIT" -c i18n.commitEncoding=ISO-8859-1 commit -q --allow-empty -F msg; "$GIT" cat-file -p HEAD; "$GIT" log -1 --format=%s; "$GIT" -c i18n.logOutputEncoding=ISO-8859-1 log -1 --format=%s
"$GIT" log -1 --encoding=ISO-8859-1 --format=%s; "$GIT" -c i18n.commitEncoding=UTF-8 commit -q --allow-empty -F msg; rm msg
# init.
"$GIT" -c init.defaultBranch=trunk init -q n1; "$GIT" -C n1 symbolic-ref HEAD; "$GIT" -c init.defaultBranch='bad name' init n2
"$GIT" -c init.defaultObjectFormat=sha256 init -q n3; "$GIT" -C n3 rev-parse --show-object-format; GIT_DEFAULT_HASH=sha256 "$GIT" init -q n4; "$GIT" -C n4 rev-parse --show-object-format; GIT_DEFAULT_HASH=md5 "$GIT" init n5
"$GIT" -c init.defaultObjectFormat=md5 init -q n6; "$GIT" -c init.defaultRefFormat=reftable init -q n7; "$GIT" -C n7 rev-parse --show-ref-format; GIT_DEFAULT_REF_FORMAT=reftable "$GIT" init -q n8; "$GIT" -C n8 rev-parse --show-ref-format; GIT_DEFAULT_REF_FORMAT=x "$GIT" init n9
mkdir tpl; echo d >tpl/description; "$GIT" -c init.templateDir="$PWD/tpl" init -q t1; ls t1/.git; GIT_TEMPLATE_DIR=$PWD/tpl "$GIT" init -q t2; "$GIT" -C t2 config core.bare
"$GIT" -c feature.experimental=true -c feature.manyFiles=true status -s
# Variables.
GIT_DIR=.git GIT_COMMON_DIR=.git "$GIT" rev-parse --git-common-dir; GIT_INDEX_FILE=.git/other "$GIT" read-tree HEAD; GIT_INDEX_FILE=.git/other "$GIT" ls-files story
GIT_LITERAL_PATHSPECS=1 "$GIT" ls-files '*.c'; GIT_GLOB_PATHSPECS=1 "$GIT" ls-files '*.c' '**/*.c'; GIT_NOGLOB_PATHSPECS=1 "$GIT" ls-files '*.c' ':(glob)**/*.c'; GIT_ICASE_PATHSPECS=1 "$GIT" ls-files STORY
GIT_GLOB_PATHSPECS=1 GIT_NOGLOB_PATHSPECS=1 "$GIT" ls-files; GIT_LITERAL_PATHSPECS=1 GIT_GLOB_PATHSPECS=1 "$GIT" ls-files
GIT_REF_PARANOIA=0 "$GIT" for-each-ref --count=1; GIT_FLUSH=1 "$GIT" rev-list -2 HEAD; GIT_ADVICE=0 "$GIT" checkout nosuch; GIT_PRINT_SHA1_ELLIPSIS=yes "$GIT" diff-tree HEAD~4; GIT_PRINT_SHA1_ELLIPSIS=yes "$GIT" diff-tree --abbrev HEAD~4
GIT_NO_REPLACE_OBJECTS=1 "$GIT" cat-file -t HEAD; GIT_COMMIT_GRAPH_PARANOIA=true "$GIT" log -1 --format=%s; GIT_NOTES_REF=refs/notes/y "$GIT" log -1 --format=%N; GIT_OPTIONAL_LOCKS=0 "$GIT" status -s
GIT_DISCOVERY_ACROSS_FILESYSTEM=1 "$GIT" rev-parse --git-dir; GIT_DISCOVERY_ACROSS_FILESYSTEM=x "$GIT" rev-parse --git-dir; GIT_REFERENCE_BACKEND=files "$GIT" rev-parse --show-ref-format
