# hash-object, mktree, write-tree, read-tree, commit-tree, update-index, ls-tree.
"$GIT" init -q .
echo content >f
"$GIT" hash-object f
"$GIT" hash-object -w f
echo stdin | "$GIT" hash-object --stdin
echo stdin | "$GIT" hash-object -w --stdin
printf 'f\n' | "$GIT" hash-object --stdin-paths
"$GIT" hash-object -t tree f
"$GIT" hash-object -t nonsense f
"$GIT" hash-object -t blob --literally f
"$GIT" hash-object --no-filters f
echo x | "$GIT" hash-object --path=a.txt --stdin
"$GIT" hash-object missing
"$GIT" hash-object
"$GIT" update-index f
"$GIT" update-index --add f
"$GIT" ls-files -s
id=$("$QN_REAL" hash-object f)
"$GIT" update-index --add --cacheinfo 100755,$id,tool
"$GIT" update-index --add --cacheinfo 120000 $id link
"$GIT" update-index --add --cacheinfo 100644,$id,d/e/f
"$GIT" update-index --add --cacheinfo 100644,$id,d
"$GIT" update-index --add --replace --cacheinfo 100644,$id,d/e
"$GIT" update-index --add --cacheinfo 100644,$id,.git/x
"$GIT" update-index --add --cacheinfo 100644,$id,../x
"$GIT" update-index --add --cacheinfo 100600,$id,x
"$GIT" ls-files -s
"$GIT" update-index --chmod=+x f
"$GIT" update-index --force-remove link
"$GIT" update-index --remove missing
printf "100644 $id 0\tinfo\n0 $(echo $id | tr '0-9a-f' '0')\ttool\n" | "$GIT" update-index --index-info
"$GIT" ls-files -s
"$GIT" update-index --assume-unchanged f
"$GIT" ls-files -v
"$GIT" update-index --no-assume-unchanged f
"$GIT" update-index --skip-worktree f
"$GIT" ls-files -t
"$GIT" update-index --no-skip-worktree f
"$GIT" update-index --refresh
"$GIT" update-index -q --refresh
"$GIT" update-index --really-refresh
printf 'f\0' | "$GIT" update-index -z --stdin --verbose
"$GIT" update-index --index-version 4; "$GIT" update-index --show-index-version
"$GIT" update-index --index-version 2
"$GIT" write-tree
tree=$("$QN_REAL" write-tree)
"$GIT" write-tree --prefix=d/
"$GIT" write-tree --prefix=none/
"$GIT" ls-tree $tree
"$GIT" ls-tree -r $tree
"$GIT" ls-tree -t -r $tree
"$GIT" ls-tree -d $tree
"$GIT" ls-tree -l $tree
"$GIT" ls-tree --name-only $tree
"$GIT" ls-tree --object-only $tree
"$GIT" ls-tree -z $tree
"$GIT" ls-tree --abbrev=6 $tree
"$GIT" ls-tree --format='%(objectmode) %(path) %(objectsize:padded)' $tree
"$GIT" ls-tree $tree f d/
"$GIT" ls-tree --full-name $tree
"$GIT" ls-tree nowhere
"$GIT" commit-tree -m "Made by hand" $tree
commit=$("$QN_REAL" commit-tree -m "Made by hand" $tree)
tick
echo "From stdin" | "$GIT" commit-tree $tree -p $commit
"$GIT" commit-tree $tree -p $commit -p $commit -m twice
"$GIT" commit-tree $commit -m "not a tree"
"$GIT" commit-tree -m x
"$GIT" update-ref refs/heads/main $commit
"$GIT" ls-tree $tree | "$GIT" mktree
printf "100644 blob $(echo $id | tr '0-9a-f' '1')\tx\n" | "$GIT" mktree
printf "100644 blob $(echo $id | tr '0-9a-f' '1')\tx\n" | "$GIT" mktree --missing
"$GIT" read-tree $tree
"$GIT" read-tree --empty; "$GIT" ls-files
"$GIT" read-tree --prefix=sub/ $tree; "$GIT" ls-files -s
"$GIT" read-tree -m $commit
"$GIT" read-tree -m -u $commit; "$GIT" status -s
"$GIT" read-tree --reset -u HEAD; "$GIT" status -s
"$GIT" read-tree nowhere
bad=$(printf "100644 blob $id\t.git\n" | "$QN_REAL" mktree)
"$GIT" read-tree $bad
"$GIT" reset $bad -- .
"$GIT" restore --staged --source=$bad .; "$GIT" reset -q --hard
"$GIT" checkout $bad -- .; "$GIT" status -s
"$GIT" checkout-index -a -f
"$GIT" checkout-index f
"$GIT" checkout-index --prefix=out/ f
"$GIT" count-objects
"$GIT" count-objects -v
printf "object $commit\ntype commit\ntag t\ntagger A <a@b> 1 +0000\n\nx\n" | "$GIT" mktag
printf "object $commit\ntype tree\ntag t\ntagger A <a@b> 1 +0000\n\nx\n" | "$GIT" mktag
"$GIT" var GIT_AUTHOR_IDENT
"$GIT" var GIT_DEFAULT_BRANCH
"$GIT" var NOTHING
"$GIT" check-ref-format refs/heads/x
"$GIT" check-ref-format 'bad name'
"$GIT" check-ref-format --branch x
"$GIT" check-ref-format --normalize refs//heads/y
"$GIT" stripspace <f
printf 'a  \n\n\n# c\nb\n\n' | "$GIT" stripspace -s
printf 'a\n' | "$GIT" stripspace -c
