# reftable.*: what they change in the tables, and values that cannot be.
#: cells sha1-files sha256-files
#: end no
"$GIT" init -q --ref-format=reftable rt; cd rt
"$GIT" config core.logAllRefUpdates false; "$GIT" commit -q --allow-empty -m x

one=$("$GIT" rev-parse HEAD)
for i in $(seq 300); do echo "create refs/heads/branch-number-$i $one"; done >../upd
# The block size that the header says, and how large the tables are.
look() { ls .git/reftable | wc -l >../shown; for t in $(ls .git/reftable/*.ref | tail -1); do od -An -tx1 -j5 -N3 $t >>../shown; wc -c <$t >>../shown; done; note_file ../shown; }
"$GIT" -c reftable.blockSize=1024 update-ref --stdin <../upd; look
for o in blockSize=512 "blockSize=512 -c reftable.restartInterval=2" "blockSize=512 -c reftable.indexObjects=false" restartInterval=1 blockSize=16777215 indexObjects=false; do
    "$GIT" update-ref refs/heads/more $one; "$GIT" -c reftable.$o pack-refs --all; look; "$GIT" update-ref -d refs/heads/more
done
for f in 2 3 9 0 1; do
    "$GIT" pack-refs --all
    for i in 1 2 3 4 5 6 7 8 9; do "$GIT" -c reftable.geometricFactor=$f update-ref refs/heads/f$f-$i $one; look; done
done
for k in blockSize restartInterval geometricFactor lockTimeout indexObjects; do
    for v in -1 -2 0 1 100 255 256 65535 65536 16777216 1g 4g -8g 99999999999999999999 '' 1.5 x; do "$GIT" -c reftable.$k=$v rev-parse HEAD; done
    "$GIT" -c reftable.$k rev-parse HEAD
    "$GIT" -c reftable.$k=x update-ref refs/heads/x HEAD
done
"$GIT" config reftable.blockSize 100m; "$GIT" log; "$GIT" config reftable.blockSize; "$GIT" config --unset reftable.blockSize
# Somebody else holds the lock.
: >.git/reftable/tables.list.lock
"$GIT" -c reftable.lockTimeout=0 update-ref refs/heads/locked HEAD
"$GIT" -c reftable.lockTimeout=50 update-ref refs/heads/locked HEAD
(sleep 0.3; rm .git/reftable/tables.list.lock) &
"$GIT" -c reftable.lockTimeout=-1 update-ref refs/heads/locked HEAD; wait
"$GIT" for-each-ref | md5sum >../shown; note_file ../shown
# Refs in files do not look at them.
cd ..; "$GIT" init -q --ref-format=files fi; cd fi; "$GIT" commit -q --allow-empty -m x; "$GIT" -c reftable.blockSize=100m log --oneline
