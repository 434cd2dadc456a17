# Variables of git(1) that no other script sets.
#: place disk
#: cells sha1-files
"$GIT" init -q .
mkdir -p sub/deep
seq 5 >a
echo b >sub/b
echo '*.x' >sub/deep/A
"$GIT" add .
"$GIT" commit -q -m one
# Who and when.
GIT_AUTHOR_NAME=Au GIT_AUTHOR_EMAIL=au@x GIT_AUTHOR_DATE='2001-02-03 04:05:06 +0200' \
    GIT_COMMITTER_NAME=Co GIT_COMMITTER_EMAIL=co@x GIT_COMMITTER_DATE='@1000000000 -0300' \
    "$GIT" commit -q --allow-empty -m two
"$GIT" log -1 --format=raw
GIT_AUTHOR_DATE=nonsense "$GIT" commit -q --allow-empty -m three
GIT_COMMITTER_DATE=nonsense "$GIT" commit -q --allow-empty -m three
GIT_AUTHOR_NAME= "$GIT" commit -q --allow-empty -m three
GIT_COMMITTER_EMAIL= "$GIT" commit -q --allow-empty -m three
GIT_COMMITTER_NAME='<>' "$GIT" commit -q --allow-empty -m three
EMAIL=mail@x "$GIT" var GIT_COMMITTER_IDENT
# Hints.
GIT_ADVICE=0 "$GIT" checkout HEAD^0
GIT_ADVICE=1 "$GIT" checkout main
GIT_ADVICE=0 "$GIT" commit -m nothing
# Where things are.
GIT_DIR=.git GIT_WORK_TREE=sub "$GIT" rev-parse --show-toplevel --is-inside-work-tree --show-cdup
GIT_DIR=nope "$GIT" rev-parse --git-dir
GIT_DIR= "$GIT" rev-parse --git-dir
GIT_WORK_TREE=sub "$GIT" rev-parse --is-inside-work-tree
(cd sub && GIT_DIR=../.git "$GIT" rev-parse --show-prefix --show-toplevel)
(cd sub && GIT_CEILING_DIRECTORIES=$(dirname "$PWD") "$GIT" rev-parse --git-dir)
(cd sub/deep && GIT_CEILING_DIRECTORIES=$(dirname "$PWD") "$GIT" rev-parse --git-dir)
(cd sub/deep && GIT_CEILING_DIRECTORIES=:relative:/ "$GIT" rev-parse --git-dir)
GIT_DISCOVERY_ACROSS_FILESYSTEM=1 "$GIT" rev-parse --git-dir
GIT_DISCOVERY_ACROSS_FILESYSTEM=maybe "$GIT" rev-parse --git-dir
"$QN_REAL" init -q common
GIT_DIR=common/.git GIT_COMMON_DIR=.git "$GIT" rev-parse --git-common-dir --git-dir
GIT_DIR=common/.git GIT_COMMON_DIR=.git "$GIT" rev-parse --git-path objects
GIT_INDEX_FILE=other-index "$GIT" ls-files
GIT_INDEX_FILE=other-index "$GIT" read-tree HEAD
GIT_INDEX_FILE=other-index "$GIT" ls-files
mkdir -p objects
GIT_OBJECT_DIRECTORY=$PWD/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects "$GIT" hash-object -w a
echo new >new
GIT_OBJECT_DIRECTORY=$PWD/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects "$GIT" hash-object -w new
"$GIT" cat-file -e "$("$QN_REAL" hash-object new)"
GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/objects "$GIT" cat-file -p "$("$QN_REAL" hash-object new)"
GIT_ALTERNATE_OBJECT_DIRECTORIES=/nowhere:$PWD/objects "$GIT" cat-file -p "$("$QN_REAL" hash-object new)"
GIT_ALTERNATE_OBJECT_DIRECTORIES="\"$PWD/objects\"" "$GIT" cat-file -t "$("$QN_REAL" hash-object new)"
GIT_OBJECT_DIRECTORY=/nowhere "$GIT" cat-file -t HEAD
# What new repositories are like.
GIT_DEFAULT_HASH=sha256 "$GIT" init -q h1
"$GIT" -C h1 rev-parse --show-object-format
GIT_DEFAULT_HASH=nope "$GIT" init -q h2
GIT_DEFAULT_HASH=sha256 "$GIT" init -q --object-format=sha1 h3
"$GIT" -C h3 rev-parse --show-object-format
GIT_DEFAULT_REF_FORMAT=files "$GIT" init -q h4
"$GIT" -C h4 rev-parse --show-ref-format
GIT_DEFAULT_REF_FORMAT=nope "$GIT" init -q h5
GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME=trunk "$GIT" init -q h6
"$GIT" -C h6 symbolic-ref HEAD
GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME=trunk "$GIT" -c init.defaultBranch=other init -q h7
"$GIT" -C h7 symbolic-ref HEAD
mkdir -p template/info
echo ignored >template/info/exclude
GIT_TEMPLATE_DIR=$PWD/template "$GIT" init -q h8
cat h8/.git/info/exclude
GIT_TEMPLATE_DIR=$PWD/nope "$GIT" init -q h9
rm -rf h1 h2 h3 h4 h5 h6 h7 h8 h9 common
# Pathspecs.
touch 'a*' '[x]'
"$GIT" add .
GIT_LITERAL_PATHSPECS=1 "$GIT" ls-files 'a*' '[x]'
GIT_LITERAL_PATHSPECS=0 "$GIT" ls-files 'a*'
GIT_LITERAL_PATHSPECS=maybe "$GIT" ls-files 'a*'
GIT_GLOB_PATHSPECS=1 "$GIT" ls-files 'su*'
GIT_NOGLOB_PATHSPECS=1 "$GIT" ls-files 'a*' 'su*' ':(glob)su*/b'
GIT_ICASE_PATHSPECS=1 "$GIT" ls-files 'SUB/*'
GIT_GLOB_PATHSPECS=1 GIT_NOGLOB_PATHSPECS=1 "$GIT" ls-files a
GIT_GLOB_PATHSPECS=1 GIT_LITERAL_PATHSPECS=1 "$GIT" ls-files a
GIT_LITERAL_PATHSPECS=1 GIT_ICASE_PATHSPECS=1 "$GIT" ls-files a
# The index.
for version in 2 3 4 5 x; do
    rm -f .git/index
    GIT_INDEX_VERSION=$version "$GIT" read-tree HEAD
    "$GIT" update-index --show-index-version
done
rm -f .git/index
"$GIT" read-tree HEAD
GIT_OPTIONAL_LOCKS=0 "$GIT" status --short
GIT_OPTIONAL_LOCKS=1 "$GIT" status --short
# Programs.
GIT_EDITOR=ed "$GIT" var GIT_EDITOR
VISUAL=vis EDITOR=ed "$GIT" var GIT_EDITOR
TERM=dumb VISUAL=vis EDITOR=ed "$GIT" var GIT_EDITOR
TERM=dumb VISUAL=vis "$GIT" var GIT_EDITOR
GIT_SEQUENCE_EDITOR=seq "$GIT" var GIT_SEQUENCE_EDITOR
GIT_PAGER=pager "$GIT" var GIT_PAGER
PAGER=pager "$GIT" var GIT_PAGER
GIT_PAGER= "$GIT" var GIT_PAGER
GIT_PAGER=pager "$GIT" -p rev-parse --git-dir
GIT_PAGER_IN_USE=1 "$GIT" log -1 --format=%h
# Output.
GIT_PRINT_SHA1_ELLIPSIS=yes "$GIT" diff-tree --abbrev=8 -r --root HEAD~1
GIT_PRINT_SHA1_ELLIPSIS=no "$GIT" diff-tree --abbrev=8 -r --root HEAD~1
GIT_FLUSH=0 "$GIT" log --format=%s
GIT_FLUSH=1 "$GIT" log --format=%s
GIT_FLUSH=1 "$GIT" check-ignore --stdin <a
# Attributes.
echo '*.t text' >.gitattributes
"$GIT" add .gitattributes
"$GIT" commit -q -m attributes
echo '*.t -text' >.gitattributes
GIT_ATTR_SOURCE=HEAD "$GIT" check-attr text x.t
GIT_ATTR_SOURCE=HEAD^ "$GIT" check-attr text x.t
GIT_ATTR_SOURCE=nope "$GIT" check-attr text x.t
"$GIT" --attr-source=HEAD check-attr text x.t
"$GIT" --attr-source=nope check-attr text x.t
GIT_ATTR_NOSYSTEM=1 "$GIT" check-attr text x.t
# Names.
GIT_NAMESPACE=ns "$GIT" rev-parse --git-dir
GIT_NAMESPACE=ns "$GIT" for-each-ref --format='%(refname)'
GIT_NO_LAZY_FETCH=1 "$GIT" rev-parse --verify -q HEAD
GIT_REFLOG_ACTION=mine "$GIT" reset -q --soft HEAD
GIT_REFLOG_ACTION=mine "$GIT" commit -q --allow-empty -m action
"$GIT" reflog -2 --format='%gs'
GIT_REF_PARANOIA=1 "$GIT" for-each-ref
GIT_COMMIT_GRAPH_PARANOIA=1 "$GIT" rev-list --count HEAD
GIT_NOTES_REF=refs/notes/mine "$GIT" log -1 --format=%N
GIT_NOTES_DISPLAY_REF=refs/notes/* "$GIT" log -1 --format=%N
GIT_TERMINAL_PROMPT=0 "$GIT" rev-parse --git-dir
GIT_MERGE_AUTOEDIT=no "$GIT" merge HEAD
GIT_SSH=none GIT_SSH_COMMAND=none GIT_SSH_VARIANT=ssh GIT_ASKPASS=none GIT_PROTOCOL=version=2 "$GIT" rev-parse --git-dir
GIT_PROTOCOL_FROM_USER=0 GIT_ALLOW_PROTOCOL=file "$GIT" rev-parse --git-dir
GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_SYSTEM=/nope "$GIT" config get x.y
GIT_CONFIG_SYSTEM=$PWD/a "$GIT" config list --system
GIT_CONFIG_GLOBAL=/dev/null "$GIT" config list --global
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=x.y GIT_CONFIG_VALUE_0=z "$GIT" config get x.y
GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=x.y GIT_CONFIG_VALUE_0=z "$GIT" config get x.y
GIT_CONFIG_COUNT=x "$GIT" config get x.y
GIT_CONFIG_PARAMETERS="'x.y'='z'" "$GIT" config get x.y
GIT_CONFIG_PARAMETERS="x.y=z" "$GIT" config get x.y
GIT_CONFIG_PARAMETERS="'x.y=z'" "$GIT" config get x.y
GIT_PROGRESS_DELAY=0 "$GIT" status --short
for backend in files bogus ''; do GIT_REFERENCE_BACKEND=$backend "$GIT" rev-parse --show-ref-format; done
