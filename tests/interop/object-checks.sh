# mktag, hash-object and replace --edit: what is refused, and what fsck.* says to that.
#: cells sha1-files sha256-files
history
C=$("$QN_REAL" rev-parse HEAD)
T=$("$QN_REAL" rev-parse HEAD^{tree})
tag() { printf 'object %s\ntype commit\ntag %s\n%s\n\nm\n' $C "$1" "$2" >../in; }
ask() {
    for settings in "" "-c fsck.badTagName=ignore -c fsck.extraHeaderEntry=ignore -c fsck.missingTaggerEntry=ignore" "-c fsck.badTagName=error -c fsck.missingTaggerEntry=error" \
        "-c fsck.missingEmail=warn -c fsck.badEmail=ignore" "-c fsck.nonsense=warn"; do
        "$GIT" $settings "$@" <../in
    done
}
for line in "tagger A <a@b> 1 +0000" "tagger A <a@b 1 +0000" "tagger A <a@b> 01 +0000" "nothing"; do
    tag ab "$line"
    ask mktag
    ask mktag --no-strict
    ask hash-object -t tag --stdin
done
tag a..b "tagger A <a@b> 1 +0000"
ask mktag
ask mktag --no-strict
ask hash-object -t tag --stdin
tag ab "tagger A <a@b> 1 +0000
extra x"
ask mktag
ask mktag --no-strict
ask hash-object -t tag --stdin
for line in "author A <a@b 1 +0000" "author A <a@b> 1 +000" "author A <a@b> 99999999999999999999 +0000"; do
    printf 'tree %s\n%s\ncommitter A <a@b> 1 +0000\n\nm\n' $T "$line" >../in
    ask hash-object -t commit --stdin
done
for entry in "0100644 x" "100664 x" "040000 x" "100644 .git" "100644 a/b"; do
    { printf "$entry\0"; "$QN_REAL" rev-parse HEAD:raw | tr -d '\n' | xxd -r -p; } >../in
    ask hash-object -t tree --stdin
done
printf '#!/bin/sh\nsed -i "s/^tagger.*//" "$1"\n' >../editor; chmod +x ../editor
GIT_EDITOR=../editor "$GIT" replace --edit v1-noted
printf '#!/bin/sh\nsed -i "s/^tag .*/tag a..b/" "$1"\n' >../editor
GIT_EDITOR=../editor "$GIT" replace --edit v1-noted
