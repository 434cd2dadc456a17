#: cells sha1-files
#: end no
# A broken line: named with its file, by every command that reads it; init, too.
history
cp .git/config ../keep
for broken in '[a' 'x = ' '[core] bare = maybe' '[core] foo = "abc' '[core] a\b = 1' '[a "b]' '=x' '[a] b = \q'; do
    cp ../keep .git/config; printf '%s\n' "$broken" >>.git/config
    "$GIT" init
    for words in "status" "commit -qam x" "config -l" "config set a.b c" "config get user.name" "add story" "log -1" \
        "rev-parse HEAD" "branch x" "check-ignore a" "ls-files" "cat-file -t HEAD" "tag t" "switch -c y"; do
        "$GIT" $words
    done
done
cp ../keep .git/config
for words in "-d HEAD src" "-d HEAD src/" "-d HEAD src/deep/" "-d HEAD src/deep/well" "-d -t HEAD src/deep/well" \
    "-d -r HEAD src/deep/well" "-d -r -t HEAD src/deep" "-t HEAD src/deep/well" "HEAD .." "HEAD /x"; do
    "$GIT" ls-tree $words
    (cd src && "$GIT" ls-tree --name-only $words; "$GIT" ls-tree -d -t HEAD; "$GIT" ls-tree -d HEAD deep/)
done
