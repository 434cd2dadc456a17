# A bare repository writes bitmaps by default: beside cruft packs, kept packs, filters.
#: cells sha1-files sha256-reftable
#: packs masked
history
make() {
    rm -rf b.git
    "$QN_REAL" clone -q --bare . b.git 2>/dev/null; cd b.git
    "$QN_REAL" update-ref refs/heads/gone "$(echo gone | "$QN_REAL" commit-tree -p main 'main^{tree}')"
    "$QN_REAL" update-ref refs/heads/far "$(echo far | "$QN_REAL" commit-tree -p gone 'main^{tree}')"
    "$QN_REAL" repack -adq >/dev/null 2>&1; rm -f objects/pack/*.bitmap
    "$QN_REAL" update-ref -d refs/heads/gone; "$QN_REAL" update-ref -d refs/heads/far
}
kinds() { ls objects/pack | sed 's/.*\.//' | sort | uniq -c | sed 's/^ *//' | tr '\n' ' '; echo; }
try() { make; "$GIT" "$@"; kinds; cd ..; }
try gc -q
try gc -q --no-cruft
try gc -q --prune=now
try repack -dq --cruft
try repack -dqb --cruft
try repack -Adq
try repack -adq
try repack -adbq
try repack -adq --no-write-bitmap-index
try repack -adq --filter=blob:none
try repack -adbq --filter=blob:none
try -c repack.writeBitmaps=true repack -adq --filter=blob:none
try repack -dq --cruft --expire-to=../expired
try repack -dq --geometric=2
try repack -dqb --geometric=2
try repack -dq --geometric=2 --write-midx
try repack -dqb --geometric=2 --write-midx
try repack -dqb --cruft --write-midx
# what is kept
keep() { make; touch "$(ls objects/pack/*.pack | sed 's/pack$/keep/')"; "$QN_REAL" update-ref refs/heads/new "$(echo new | "$QN_REAL" commit-tree -p main 'main^{tree}')"; "$GIT" "$@"; kinds; cd ..; }
keep gc -q
keep repack -adq
keep repack -adbq
keep repack -dq --cruft
keep -c repack.writeBitmaps=true repack -adq
keep -c repack.packKeptObjects=false repack -adbq
keep -c repack.packKeptObjects=true repack -adq
keep repack -adbq --no-pack-kept-objects
keep repack -adq --pack-kept-objects
keep pack-objects -q --all --honor-pack-keep --write-bitmap-index ../x </dev/null
keep pack-objects -q --all --honor-pack-keep --write-bitmap-index-quiet ../x </dev/null
"$QN_REAL" clone -q --shared --bare b.git s.git; cd s.git
"$QN_REAL" update-ref refs/heads/new "$(echo new2 | "$QN_REAL" commit-tree -p main 'main^{tree}')"
"$GIT" pack-objects -q --all --local --write-bitmap-index ../y </dev/null
"$GIT" repack -adlq
kinds
"$GIT" repack -adlbq
kinds
"$GIT" gc -q
kinds
cd ..; rm -rf b.git s.git x-* y-* expired*
