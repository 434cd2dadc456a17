# Blobs above core.bigFileThreshold go into the pack in pieces: new ones, the same twice, one that is cut short.
#: cells sha1-files sha256-files
"$QN_REAL" init -q .
stream() {
    echo blob; echo mark :1; echo data 200000; head -c 200000 /dev/zero; echo
    echo blob; echo mark :2; echo data 6; echo small
    echo blob; echo mark :3; echo data 200000; head -c 200000 /dev/zero; echo
    echo blob; echo mark :4; echo data 100000; seq 1 30000 | head -c 100000; echo
    echo blob; echo mark :5; echo data 99999; seq 1 30000 | head -c 99999; echo
    echo "commit refs/heads/main"; echo "mark :6"; echo "committer A <a@x> 1700000000 +0000"; echo "data 2"; echo c
    echo "M 100644 :1 zeros"; echo "M 100644 :2 small"; echo "M 100644 :3 same"; echo "M 100644 :4 numbers"
    echo "M 100644 inline inline"; echo data 200001; head -c 200001 /dev/zero; echo
    echo "cat-blob :1"; echo "get-mark :3"; echo "ls :6 \"numbers\""
}
stream >in
"$GIT" fast-import --quiet --big-file-threshold=50k --cat-blob-fd=1 <in | sed 's/^\(.\{200\}\).*/\1/' >out; note_file out
"$GIT" ls-tree -l main
"$GIT" fsck
"$QN_REAL" count-objects -v | grep -E 'garbage|prune' >counts; note_file counts
"$QN_REAL" cat-file blob main:inline | sha1sum >sum; note_file sum
# once more: all is there
"$GIT" fast-import --quiet --big-file-threshold=50k --cat-blob-fd=1 --force <in >out 2>&1
"$GIT" -c core.bigFileThreshold=50k fast-import --quiet --max-pack-size=1m --force <in >out 2>&1
"$QN_REAL" repack -ad -q; "$GIT" fsck --no-dangling
# cut short
head -c 100000 in | sed 's/zzz//' >cut; rm -rf other; "$QN_REAL" init -q other; cd other
"$GIT" fast-import --quiet --big-file-threshold=50k <../cut; rm -f .git/fast_import_crash_*
"$GIT" fsck
find .git/objects -type f | sort >list; note_file list
{ echo blob; echo mark :1; echo data 5; echo good; echo blob; echo data 100000; head -c 1000 /dev/zero; } | "$GIT" fast-import --quiet --big-file-threshold=50k; rm -f .git/fast_import_crash_*
"$GIT" fsck
"$GIT" cat-file --batch-all-objects --batch-check
cd ..; rm -rf other
