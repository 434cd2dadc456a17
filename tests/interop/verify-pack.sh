#: cells sha1-files sha256-files
# verify-pack and show-index, on sound packs and damaged ones.
"$QN_REAL" init -q .
python3 "$(dirname "$0")/shared/make-packs" "$QN_ALGORITHM"
for pack in ok chain ref ref-chain twice empty deep; do "$QN_REAL" index-pack $pack.pack >/dev/null; chmod u+w $pack.*; done
"$GIT" verify-pack ok
"$GIT" verify-pack ok.idx chain.pack
"$GIT" verify-pack -v ok chain ref ref-chain
for options in -s "-s -v" -v --verbose --stat-only "--no-verbose" "-v --no-stat-only"; do
    for pack in chain deep nope twice empty; do "$GIT" verify-pack $options $pack; done
done
"$GIT" verify-pack -v nope ok
"$GIT" verify-pack
"$GIT" verify-pack --foo
"$GIT" verify-pack --object-format=foo ok
"$GIT" verify-pack --object-format=$QN_ALGORITHM ok
damage() { cp chain.pack bad.pack; cp chain.idx bad.idx; cp chain.rev bad.rev; chmod u+w bad.*; printf '\377' | dd of=bad.$1 bs=1 seek=$2 conv=notrunc 2>/dev/null; }
check() { "$GIT" verify-pack bad; "$GIT" verify-pack -v bad; "$GIT" verify-pack -s bad; "$GIT" verify-pack -v bad ok; }
for at in 0 5 9 12 13 20 37 40 110; do damage pack $at; check; done
for at in 0 3 6 8 1029 1035 1100 1130 1140 1160 1180; do damage idx $at; check; done
for at in 0 5 9 12 14 20 40; do damage rev $at; check; done
for size in 0 100 1000 1050; do damage idx 8; cp chain.idx bad.idx; truncate -s $size bad.idx; check; done
for size in 0 11 12 50 100; do damage pack 0; cp chain.pack bad.pack; truncate -s $size bad.pack; check; done
damage pack 0; rm bad.pack; check
cp ok.pack bad.pack; check
rm bad.idx; check
# show-index
"$GIT" show-index <chain.idx
"$GIT" show-index <empty.idx
"$GIT" show-index <ok.pack
"$GIT" show-index </dev/null
"$GIT" show-index --object-format=foo <chain.idx
"$GIT" show-index --object-format=$QN_ALGORITHM <chain.idx
"$GIT" show-index a <chain.idx
"$QN_REAL" index-pack --index-version=1 -o v1.idx chain.pack >/dev/null
"$QN_REAL" index-pack --index-version=2,13 -o v2.idx chain.pack >/dev/null
"$GIT" index-pack --verify v1.idx
"$GIT" show-index <v1.idx
"$GIT" show-index <v2.idx
for size in 4 8 500 1000 1024 1030 1036 1048 1060 1112 1113 1128 1129 1144 1150 1168 1180; do
    head -c $size v1.idx | "$GIT" show-index
    head -c $size v2.idx | "$GIT" show-index
done
printf '\377tOc\0\0\0\3' | "$GIT" show-index
cp chain.pack v1.pack; cp chain.pack v2.pack
"$GIT" verify-pack -v v1 v2
