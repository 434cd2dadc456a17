# fast-export: history as a stream.
history
"$GIT" branch dup main
"$GIT" branch a/d main~1
"$GIT" update-ref refs/remotes/origin/x/main main~1
"$GIT" update-ref refs/x/y/z HEAD
"$GIT" fast-export --all
"$GIT" fast-export --all --mark-tags
"$GIT" fast-export HEAD
"$GIT" fast-export main dup
"$GIT" fast-export dup main --no-data
"$GIT" fast-export main~1..main
"$GIT" fast-export --reference-excluded-parents main~1..main
"$GIT" fast-export --progress=3 --use-done-feature main
"$GIT" fast-export main -- story
"$GIT" fast-export --all --tag-of-filtered-object=drop -- story
"$GIT" fast-export --all --tag-of-filtered-object=rewrite -- story
"$GIT" fast-export --all -- story
"$GIT" fast-export main~1 main --no-data
"$GIT" fast-export --full-tree main
"$GIT" fast-export --show-original-ids main v1-noted
"$GIT" fast-export main dup ^main
"$GIT" fast-export --reference-excluded-parents dup ^main
"$GIT" fast-export -1 main
"$GIT" fast-export v1-noted v1 ^main
"$GIT" fast-export --tag-of-filtered-object=rewrite v1-noted ^main
"$GIT" fast-export --tag-of-filtered-object=drop v1-noted ^main
"$GIT" fast-export --anonymize --all
"$GIT" fast-export --anonymize --no-data --all
"$GIT" fast-export --anonymize --anonymize-map=main:trunk --anonymize-map=story main
"$GIT" fast-export --no-data --refspec=refs/heads/main:refs/x/m '--refspec=refs/tags/*:refs/t/*' main v1
"$GIT" fast-export -M main
"$GIT" fast-export -C -C main --no-data
"$GIT" fast-export --first-parent --no-data main
"$GIT" fast-export --no-merges --no-data main
"$GIT" fast-export --date-order --no-data --all
"$GIT" fast-export nosuch
"$GIT" fast-export main:story
"$GIT" fast-export --progress main
"$GIT" fast-export --anonymize-map=a:b main
"$GIT" fast-export --anonymize-map= --anonymize main
"$GIT" fast-export --reencode=foo main
"$GIT" fast-export --signed-tags=foo main
"$GIT" fast-export --signed-commits=foo main
"$GIT" fast-export --tag-of-filtered-object=foo main
# a tag of a tag, of a blob, of a tree; a ref of a blob
"$GIT" tag -a -m nested nested v1-noted
"$GIT" fast-export --no-data nested
"$GIT" fast-export --no-data --tag-of-filtered-object=rewrite nested
"$GIT" fast-export --no-data --mark-tags nested v1-noted
"$GIT" tag -a -m blob tagged-blob HEAD:story
"$GIT" fast-export tagged-blob
"$GIT" tag -a -m tree tagged-tree 'HEAD^{tree}'
"$GIT" fast-export tagged-tree
"$GIT" update-ref refs/tags/blob HEAD:raw
"$GIT" fast-export refs/tags/blob
# places that change their kind
mkdir kinds && cd kinds && "$GIT" init -q .
mkdir -p a/b x.d; echo 1 >a/b/c; echo 2 >'sp ace'; printf 'q' >'q"t'; echo 3 >x; echo 4 >x.d/y; echo 5 >x-1
tick; "$GIT" add -A; "$GIT" commit -q -m one
"$GIT" rm -q -r a x-1; mkdir x-1; echo 5 >x-1/k; echo f >a; "$GIT" mv x.d/y x.d/z; rm x; ln -s sp x
tick; "$GIT" add -A; "$GIT" commit -q -m two
"$GIT" update-index --add --cacheinfo "160000,$("$GIT" rev-parse HEAD),sub"
tick; "$GIT" commit -q -m three
"$GIT" fast-export --all
"$GIT" fast-export --all -M
"$GIT" fast-export --all -C --find-copies-harder
"$GIT" fast-export --all --anonymize
"$GIT" checkout -q --detach
tick; "$GIT" commit -q --allow-empty -m detached
"$GIT" fast-export --all --no-data
"$GIT" fast-export HEAD --no-data
# marks
"$GIT" fast-export --export-marks=../marks --no-data main~2 >/dev/null
cat ../marks
"$GIT" fast-export --import-marks=../marks --export-marks=../marks --no-data main
"$GIT" fast-export --import-marks=../marks --no-data main
"$GIT" fast-export --import-marks=nosuch main
"$GIT" fast-export --import-marks-if-exists=nosuch --no-data main~2
"$GIT" fast-export --export-marks=no/such --no-data main~2
for line in ':x 1' foo '' ":1" ":0 $("$GIT" rev-parse main)" \
    ":3 $("$GIT" rev-parse main)0" ":7 $("$GIT" rev-parse main | tr 0-9a-f 1-9a-f0)" ":8 $("$GIT" rev-parse 'main^{tree}')"; do
    echo "$line" >../bad
    "$GIT" fast-export --import-marks=../bad --no-data main
done
"$GIT" tag -a -m x blob1 HEAD:x
"$GIT" tag -a -m x blob2 blob1
"$GIT" tag -a -m x tree1 'HEAD^{tree}'
"$GIT" tag -a -m x tree2 tree1
"$GIT" fast-export --no-data blob1
"$GIT" fast-export --no-data --tag-of-filtered-object=rewrite blob1
"$GIT" fast-export blob2
"$GIT" fast-export --mark-tags blob2
"$GIT" fast-export --mark-tags tree2
"$GIT" fast-export tree2
# the first "--" is dropped
"$GIT" fast-export -- main
"$GIT" fast-export main src --
"$GIT" fast-export main -- nodir
"$GIT" fast-export -- -- main
