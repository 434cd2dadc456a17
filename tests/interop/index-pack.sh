#: place disk
#: cells sha1-files sha256-files
# index-pack: its options.
"$QN_REAL" init -q .
python3 "$(dirname "$0")/shared/make-packs" "$QN_ALGORITHM"
left() { (cd .git/objects/pack 2>/dev/null && for f in *; do case $f in tmp_*|\*) ;; *) echo "$f $(stat -c %a "$f") $(sha1sum <"$f")";; esac; done) >left; "$GIT" hash-object left; rm -rf .git/objects/pack; }
text() { (cd .git/objects/pack && cat *.$1) >text 2>/dev/null; "$GIT" hash-object text; }
for option in --keep --keep= --keep=message --promisor --promisor=message --rev-index --no-rev-index --index-version=1 \
    --index-version=2 --index-version=2,16 --index-version=2,0x10 --index-version=3 --index-version=2,x --index-version=x \
    --index-version= --index-version --threads=0 --threads=1 --threads=3 --threads=x --threads=-1 --threads --max-input-size=10 \
    --max-input-size=1 --max-input-size=60 --max-input-size=100 --max-input-size=0 --max-input-size=x --max-input-size=1k \
    --max-input-size --progress-title=x --stric --no-keep --no-strict --foo -x --object-format=sha1 --pack a; do
    "$GIT" index-pack --stdin $option <ok.pack
    left
done
"$GIT" index-pack --stdin --max-input-size=2000 <large.pack
rm -f .git/objects/pack/tmp_*
"$GIT" index-pack --stdin --threads 2 <ok.pack
"$GIT" index-pack --stdin --max-input-size 2 <ok.pack
"$GIT" index-pack --stdin --keep=a --promisor=b <ok.pack
text keep
text promisor
"$GIT" index-pack --stdin --keep=c <ok.pack
text keep
left
"$GIT" index-pack --stdin -v <ok.pack
"$GIT" index-pack --stdin -v --progress-title Title <ok.pack
left
# a pack that is a file
for options in "" "-v" "--verify" "--verify -v" "--verify-stat" "--verify-stat-only" "--verify --rev-index" "--verify --no-rev-index" \
    "--keep" "--keep=x" "--promisor" "--fix-thin" "--check-self-contained-and-connected" "--strict" "--fsck-objects" \
    "--strict=foo" "--strict=foo=warn" "--strict=badTagName=foo" "--strict=" "--object-format=foo" "--" "-o" \
    "-o a.idx -o b.idx" "-o x.foo" "-o other.idx" "-o none.idx --verify"; do
    "$GIT" index-pack $options ok.pack
done
ls ok.* other.* >names
"$GIT" hash-object names ok.idx ok.rev other.idx other.rev ok.keep
"$GIT" index-pack
"$GIT" index-pack a b
"$GIT" index-pack ok
"$GIT" index-pack nope.pack
"$GIT" index-pack --verify nope.pack
"$GIT" index-pack --verify chain.pack
"$GIT" index-pack ok.pack --keep
for options in "badTagName=ignore" "badTagName=error" "badTagName=warn,badName=ignore"; do
    "$GIT" index-pack --strict=$options bad-tag.pack
    "$GIT" index-pack --fsck-objects=$options bad-tag.pack
done
"$GIT" index-pack --fsck-objects=badName=warn bad-commit.pack
"$GIT" index-pack --fsck-objects=skiplist=/nope bad-commit.pack
# damage beside it
"$GIT" index-pack chain.pack
chmod u+w chain.*
printf x | dd of=chain.rev bs=1 seek=15 conv=notrunc 2>/dev/null
"$GIT" index-pack --verify chain.pack
"$GIT" index-pack --verify --rev-index chain.pack
rm chain.rev
"$GIT" index-pack --verify --rev-index chain.pack
"$GIT" index-pack --verify-stat chain.pack
# from a descriptor to a file
"$GIT" index-pack --stdin new.pack <ok.pack
ls new.* >names; stat -c %a new.* >>names; "$GIT" hash-object names
"$GIT" index-pack --stdin new.pack <ok.pack
"$GIT" index-pack --stdin new <ok.pack
"$GIT" index-pack --stdin --keep -o there.idx new2.pack <ok.pack
ls new2.* there.* >names; "$GIT" hash-object names
"$GIT" index-pack --stdin new3.pack <checksum.pack
rm -f new3.pack
# thin packs
"$GIT" index-pack --stdin --fix-thin <thin.pack
rm -f .git/objects/pack/tmp_*
printf 'hello world\nhello world\nhello world\nhello world\nhello world\n' | "$GIT" hash-object -w --stdin
for pack in thin thin-two thin-chain ref-chain; do
    "$GIT" -c core.compression=0 -c pack.compression=0 index-pack --stdin --fix-thin <$pack.pack
    rm -f .git/objects/pack/tmp_*
done
"$GIT" index-pack --stdin <thin.pack
rm -rf .git/objects/pack
# configuration
for value in 1 2 3 x; do
    "$GIT" -c pack.indexVersion=$value index-pack --stdin <ok.pack
    left
done
for value in 0 2 x -1; do
    "$GIT" -c pack.threads=$value index-pack --stdin <ok.pack
done
for value in true false x; do
    "$GIT" -c pack.writeReverseIndex=$value index-pack --stdin <ok.pack
    "$GIT" -c pack.writeReverseIndex=$value index-pack --stdin --rev-index <ok.pack
    left
done
"$GIT" -c core.bigFileThreshold=1k index-pack --stdin <large.pack
"$GIT" -c core.bigFileThreshold=1k index-pack large.pack
"$GIT" -c core.bigFileThreshold=x index-pack --stdin <large.pack
left
# another object of the same name
id=$("$QN_REAL" hash-object -t blob ok.pack)
hello=$(printf 'hello world\nhello world\nhello world\nhello world\nhello world\n' | "$QN_REAL" hash-object --stdin)
dir=.git/objects/$(echo $hello | cut -c1-2)
other=.git/objects/$(printf 'another\n' | "$QN_REAL" hash-object -w --stdin | sed 's,^..,&/,')
rm -rf "$dir"; mkdir -p "$dir"; cp "$other" "$dir/$(echo $hello | cut -c3-)"
"$GIT" index-pack --stdin <ok.pack
"$GIT" index-pack --stdin <offset.pack
rm -f ok.idx ok.rev
"$GIT" index-pack ok.pack
rm -f .git/objects/pack/tmp_*; rm -rf "$dir"
# without a repository
mkdir "$HOME/none"; cp ok.pack whole.pack "$HOME/none"; cd "$HOME/none"
"$GIT" index-pack --stdin <ok.pack
"$GIT" index-pack --stdin x.pack <ok.pack
"$GIT" index-pack --object-format=$QN_ALGORITHM ok.pack
"$GIT" index-pack --object-format=$QN_ALGORITHM --strict whole.pack
"$GIT" verify-pack --object-format=$QN_ALGORITHM -v ok.pack whole
"$GIT" show-index --object-format=$QN_ALGORITHM <ok.idx
"$GIT" unpack-objects <ok.pack
