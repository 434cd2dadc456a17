# When a split index shares its entries anew: splitIndex.maxPercentChange.
#: cells sha1-files
"$GIT" init -q -b main; "$GIT" config core.splitIndex true
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo $i >f$i; done
shared() { ls .git | grep -c '^sharedindex' | sed 's/^/  shared: /' >>"$QN_TRANSCRIPT"; }
for percent in 0 5 20 50 100 200; do
rm -f .git/index .git/sharedindex.*; "$QN_REAL" add f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12
for i in 13 14 15 16; do "$GIT" -c splitIndex.maxPercentChange=$percent add f$i; shared; done; "$GIT" ls-files; done
"$GIT" -c splitIndex.maxPercentChange=bad add f1; "$GIT" update-index --no-split-index; "$GIT" ls-files | tail -1; "$GIT" update-index --split-index; "$GIT" status -s
rm -f .git/sharedindex.*; rm -f .git/index; "$GIT" config --unset core.splitIndex; "$GIT" add .
