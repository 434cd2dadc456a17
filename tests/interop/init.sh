# init: plain, bare, again, names of branches, templates, separate directories.
"$GIT" init
"$GIT" init
"$GIT" init named
"$GIT" init -q quiet
"$GIT" init --bare bare.git
"$GIT" init --bare bare.git
"$GIT" init -b trunk branched
"$GIT" init --initial-branch=other branched
"$GIT" init -b 'bad name' badly
"$GIT" init --separate-git-dir=elsewhere.git apart
note_file apart/.git
"$GIT" init --shared=group shared
"$GIT" init --shared=0660 shared2
mkdir -p tmpl/hooks; echo hi >tmpl/description; echo '#!/bin/sh' >tmpl/hooks/x
"$GIT" init --template=tmpl templated
"$GIT" init --template= bare-of-templates
"$GIT" -c init.defaultBranch=fromconfig init configured
"$GIT" -C configured symbolic-ref HEAD
"$GIT" init --object-format=sha256 s256
"$GIT" init --object-format=md5 bad
"$GIT" init --ref-format=none bad
"$GIT" init a b
"$GIT" init --unknown
touch file; "$GIT" init file
"$GIT" init deep/er/still
(cd deep && "$GIT" rev-parse --git-dir)
