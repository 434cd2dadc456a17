#: place disk
#: cells sha1-files sha256-files
#: end no
# packed-refs, HEAD and branches that are rubbish: named, and nothing else is lost.
history
"$GIT" pack-refs --all
cp .git/packed-refs kept
look() {
    "$GIT" status --short
    "$GIT" log -1 --oneline
    "$GIT" branch
    "$GIT" for-each-ref
    "$GIT" rev-parse v1
    "$GIT" cat-file -t HEAD
    "$GIT" update-ref refs/heads/new HEAD
    "$GIT" tag other
    "$GIT" ls-files
}
note "a line that is none"; echo "some text here" >.git/packed-refs; look
note "cut short"; head -c 150 kept >.git/packed-refs; look
note "a header that is none"; { echo "# pack-refs nope"; tail -n +2 kept; } >.git/packed-refs; look
note "a peeled line first"; grep '^^' kept >.git/packed-refs; look
cp kept .git/packed-refs
note "HEAD"
cp .git/HEAD head
for text in "ref: refs/heads/nowhere" "ref: refs/heads/a..b" "junk" ""; do
    printf '%s\n' "$text" >.git/HEAD
    "$GIT" rev-parse HEAD
    "$GIT" symbolic-ref HEAD
    "$GIT" log -1 --oneline
    "$GIT" branch --list 's*'
done
cp head .git/HEAD
note "a branch"
for text in "junk" "ref: refs/heads/loop" "0000000000000000000000000000000000000000" "ref: ../x"; do
    printf '%s\n' "$text" >.git/refs/heads/loop
    "$GIT" rev-parse --verify refs/heads/loop
    "$GIT" for-each-ref 'refs/heads/*'
    "$GIT" branch
    "$GIT" log --all -1 --oneline
done
