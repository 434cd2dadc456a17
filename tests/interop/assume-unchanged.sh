# What is assumed unchanged, where files are written; messages that cat-file does not search.
#: cells sha1-files
"$GIT" init -q -b main r31; cd r31
"$GIT" cat-file -p :/step; "$GIT" cat-file -t :/step; "$GIT" cat-file -e :/step; "$GIT" cat-file commit :/step; "$GIT" cat-file -p 'HEAD^{/step}'; "$GIT" cat-file -s :/step; "$GIT" cat-file -p :a; "$GIT" cat-file -p ':/step one'; "$GIT" cat-file -p :/nope; "$GIT" show -s --format=%s :/step
"$GIT" checkout -q -b s; echo x>>a; "$GIT" commit -qam s; "$GIT" checkout -q main; "$GIT" update-index --assume-unchanged a; echo z>a; "$GIT" checkout s; "$GIT" merge s; "$GIT" reset --keep s; "$GIT" reset --hard; "$GIT" ls-files -v; cat a; "$GIT" switch --orphan x; "$GIT" read-tree --reset -u s; "$GIT" ls-files -v
