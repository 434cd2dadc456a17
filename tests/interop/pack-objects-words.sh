# What pack-objects and repack say of options that are bad, or go not together.
#: cells sha1-files
#: packs masked
history
"$GIT" pack-objects --thin p </dev/null
"$GIT" pack-objects --stdout --max-pack-size=1m </dev/null
"$GIT" pack-objects --max-pack-size=1k --all p </dev/null
"$GIT" pack-objects --all --depth=5000 p </dev/null
"$GIT" pack-objects --all --window=-1 --depth=-1 p </dev/null
"$GIT" pack-objects --all --compression=12 p </dev/null
"$GIT" -c pack.compression=12 pack-objects --all p </dev/null
"$GIT" -c pack.window=x pack-objects --all p </dev/null
"$GIT" pack-objects --all --index-version=3 p </dev/null
"$GIT" pack-objects --all --index-version=2,x p </dev/null
"$GIT" pack-objects --all --name-hash-version=3 p </dev/null
"$GIT" pack-objects --all --delta-islands --path-walk p </dev/null
"$GIT" pack-objects --all --cruft p </dev/null
"$GIT" pack-objects --cruft --unpack-unreachable p </dev/null
"$GIT" pack-objects --cruft --stdin-packs p </dev/null
"$GIT" pack-objects --stdin-packs --revs p </dev/null
"$GIT" pack-objects --stdin-packs=foo p </dev/null
"$GIT" pack-objects --keep-unreachable --unpack-unreachable --all p </dev/null
"$GIT" pack-objects --missing=foo --all p </dev/null
"$GIT" pack-objects --window=x --all p </dev/null
"$GIT" pack-objects --max-pack-size=foo --all p </dev/null
"$GIT" repack -k -A
"$GIT" repack --cruft -k
"$GIT" repack --cruft -A
"$GIT" repack -g2 -a
"$GIT" repack --geometric=2 -A
"$GIT" repack --filter-to=x -ad
"$GIT" repack -b
"$GIT" repack --write-midx=foo
"$GIT" repack --max-pack-size=foo
"$GIT" repack -a --depth=5000
