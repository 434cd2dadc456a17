# tag: light, annotated, listed, deleted, verified.
history
"$GIT" tag
"$GIT" tag -l 'v1*'
"$GIT" tag -n
"$GIT" tag -n3
"$GIT" tag light
"$GIT" tag light
"$GIT" tag -f light v1
"$GIT" tag -a -m "Note" noted
"$GIT" cat-file -p noted
tick
"$GIT" tag -m "Implied" implied side
printf 'From file\n\n# not a comment\n' >f; "$GIT" tag -F f filed
"$GIT" cat-file -p filed
"$GIT" tag -a empty -m ""
"$GIT" tag bad..name
"$GIT" tag x nowhere
"$GIT" tag --contains v1
"$GIT" tag --no-contains v2
"$GIT" tag --merged main
"$GIT" tag --no-merged v1
"$GIT" tag --points-at v1
"$GIT" tag --sort=-creatordate
"$GIT" tag --sort=-version:refname
"$GIT" tag --format='%(refname:short) %(objecttype) %(subject)'
"$GIT" tag -i -l 'V1*'
"$GIT" tag --column=always
"$GIT" tag -d light nowhere
"$GIT" tag -d
printf '#!/bin/sh\ncat "$1"; echo "Edited" >"$1"\n' >ed; chmod +x ed
GIT_EDITOR=./ed "$GIT" tag -a edited
GIT_EDITOR=false "$GIT" tag -a refused
"$GIT" tag --create-reflog logged
"$GIT" tag nested v1-noted
"$GIT" tag -a -m "Tag of a tag" outer v1-noted
"$GIT" tag -v light2
"$GIT" for-each-ref refs/tags
