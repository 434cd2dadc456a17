#: cells sha1-files sha256-files
#: end no
# Loose objects that are gone, empty, cut short, rubbish, or followed by it.
history
"$GIT" config core.checkStat minimal
"$GIT" config core.trustctime false
file_of() { echo ".git/objects/$("$QN_REAL" rev-parse "$1" | sed 's,^..,&/,')"; }
# git repeats itself: once is enough
once() { "$@" >out 2>err; code=$?; note "$* = $code"; uniq out >>"$QN_TRANSCRIPT"; uniq err | sed 's/^/! /' >>"$QN_TRANSCRIPT"; }
Q() { "$QN_REAL" "$@"; }
look() {
    for words in "log --oneline" "log -p -1" "log --stat -1" "show HEAD" "cat-file -t HEAD" "cat-file -s HEAD:story" \
        "cat-file blob HEAD:story" "diff HEAD" "diff HEAD~1 HEAD" "diff-index HEAD" "status" "ls-tree -r HEAD" "read-tree HEAD" \
        "rev-list --objects HEAD" "reset" "tag q" "commit --allow-empty -qm x" "branch -v" "restore -S story"; do
        once Q $words
    done
}
chmod -R u+w .git/objects
for object in HEAD "HEAD^{tree}"; do
    f=$(file_of "$object"); cp "$f" kept
    note "half: $object"; head -c 60 kept >"$f"; look
    note "empty: $object"; : >"$f"
    for words in "log --oneline" "show HEAD" "cat-file -t HEAD" "diff HEAD~1 HEAD" "rev-list --objects HEAD"; do once Q $words; done
    note "gone: $object"; rm "$f"
    for words in "log --oneline" "log -p -1" "show HEAD" "diff HEAD" "diff HEAD~1 HEAD" "diff-index HEAD" "status" "rev-list --objects HEAD" "rev-list --objects --missing=print HEAD" "reset"; do once Q $words; done
    note "with rubbish behind: $object"; cp kept "$f"; echo x >>"$f"
    for words in "log --oneline" "show HEAD" "cat-file -t HEAD" "cat-file -p HEAD" "status"; do once Q $words; done
    cp kept "$f"
done
f=$(file_of HEAD:story); cp "$f" kept
note "a file's content is gone"; rm "$f"
"$GIT" log -p --format=%s
"$GIT" diff HEAD~4 HEAD
"$GIT" rev-list --objects --missing=print HEAD
"$GIT" ls-tree -r -l HEAD
"$GIT" write-tree
"$GIT" commit --allow-empty -m x
rm story; "$GIT" checkout HEAD story
"$GIT" reset --hard
"$GIT" cat-file -p HEAD:story
# a fast-forward that cannot write all files moves nothing
cp kept "$f"; "$GIT" tag top; "$GIT" reset -q --hard v1; rm -f "$f"
"$GIT" merge top; "$GIT" rev-parse HEAD
cp kept "$f"; "$GIT" reset -q --hard top; "$GIT" tag -d top
note "the parent is gone"
f=$(file_of HEAD~1); cp "$f" kept; rm "$f"
"$GIT" log --oneline
"$GIT" rev-list HEAD
"$GIT" rev-list --missing=print HEAD
"$GIT" rev-list --missing=allow-any HEAD
"$GIT" merge-base HEAD v1
"$GIT" merge-base --octopus HEAD v1
"$GIT" merge-base --independent HEAD v1
"$GIT" merge-base --is-ancestor v1 HEAD
"$GIT" diff HEAD~1 HEAD
cp kept "$f"
note "a lost branch can be renamed and deleted"
f=$(file_of side); rm "$f"
"$GIT" branch -m side lost
"$GIT" branch -v
"$GIT" branch -d lost
"$GIT" for-each-ref --format='%(refname) %(objecttype)'
