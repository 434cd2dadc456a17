# When a split index shares its entries anew (splitIndex.maxPercentChange), and when shared files go (splitIndex.sharedIndexExpire).
#: cells sha1-files
"$GIT" init -q -b main; "$GIT" config core.splitIndex true
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo $i >f$i; done
shared() { ls .git | grep -c '^sharedindex' | sed 's/^/  shared: /' >>"$QN_TRANSCRIPT"; }
for percent in 0 5 20 50 100 200; do
rm -f .git/index .git/sharedindex.*; "$QN_REAL" add f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12
for i in 13 14 15 16; do "$GIT" -c splitIndex.maxPercentChange=$percent add f$i; shared; done; "$GIT" ls-files; done
"$GIT" -c splitIndex.maxPercentChange=bad add f1; "$GIT" update-index --no-split-index; "$GIT" ls-files | tail -1; "$GIT" update-index --split-index; "$GIT" status -s
rm -f .git/sharedindex.*; rm -f .git/index; "$GIT" config --unset core.splitIndex; "$GIT" add .
# shared files that nobody reads any more go when a new one is made
rm -rf .git; "$GIT" init -q -b main; "$GIT" config core.splitIndex true; "$GIT" config splitIndex.maxPercentChange 0
for i in 1 2 3; do "$GIT" add f$i; shared; done
touch -d '3 weeks ago' .git/sharedindex.*; "$GIT" add f4; shared
"$GIT" -c splitIndex.sharedIndexExpire=never add f5; shared
touch -d '3 weeks ago' .git/sharedindex.*; "$GIT" status -s | head -1; ls .git | while read f; do find ".git/$f" -name 'sharedindex*' -newermt '1 day ago'; done | grep -c . | sed 's/^/  young: /' >>"$QN_TRANSCRIPT"
"$GIT" -c splitIndex.sharedIndexExpire=now add f6; shared
"$GIT" -c splitIndex.sharedIndexExpire=nonsense add f7
"$GIT" -c splitIndex.sharedIndexExpire add f7
"$GIT" -c splitIndex.sharedIndexExpire=nonsense -c core.splitIndex=false add f7
