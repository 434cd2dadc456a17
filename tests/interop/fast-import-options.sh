# fast-import: every option as a feature, as an option of the stream, on the command line; dates; marks that are relative.
#: cells sha1-files
#: end no
"$QN_REAL" init -q .
: >marks
for kind in feature "option git" option; do
    for word in force quiet stats no-quiet signed-commits=strip signed-tags=strip signed-commits=bogus signed-commits cat-blob-fd=1 rewrite-submodules-from=a:marks rewrite-submodules-to=a:marks rewrite-submodules-to=a depth=3 depth=x depth window=3 active-branches=2 active-branches=0 big-file-threshold=1m big-file-threshold=x max-pack-size=1m max-pack-size=10 max-pack-size=x export-pack-edges=ed export-marks=em import-marks=marks import-marks-if-exists=nomarks relative-marks no-relative-marks date-format=raw date-format=now date-format=rfc2822 date-format=raw-permissive date-format=bogus date-format allow-unsafe-features done ls notes get-mark cat-blob cat-blob=x bogus version "foo bar" import-marks export-marks; do
        note "$kind $word"; rm -rf em ed .git/fast_import_crash*
        echo "$kind $word" | "$GIT" fast-import --quiet
        ls em ed >there 2>/dev/null; note_file there
    done
done
for word in force quiet no-quiet signed-commits=bogus signed-commits cat-blob-fd=x rewrite-submodules-from=a:marks rewrite-submodules-to=a:marks rewrite-submodules-to=a depth=x depth=5000 window=3 active-branches=x big-file-threshold=x max-pack-size=1m max-pack-size=10 max-pack-size=x export-pack-edges=d/ed export-marks=em import-marks=nomarks import-marks-if-exists=nomarks date-format=bogus date-format done ls cat-blob=x bogus import-marks export-marks; do
    rm -rf em d .git/fast_import_crash*
    "$GIT" fast-import --quiet --$word </dev/null
    ls em d >there 2>/dev/null; note_file there
done
rm -f .git/fast_import_crash*
one() { echo "commit refs/heads/$1"; echo "mark :1"; echo "committer A <a@x> $2"; echo "data 2"; echo c; echo; }
n=0
when() {
    n=$((n + 1))
    one d$n "$2" | "$GIT" fast-import --quiet --date-format=$1
    "$GIT" rev-parse -q --verify d$n; "$GIT" log -1 --format=%cD d$n --; rm -f .git/fast_import_crash*
}
for date in "1700000000 +0000" "1700000000 -1400" "1700000000 +1401" "1700000000 +9999" "1700000000 +1" "1700000000" "0 +0000" "-1 +0000" "99999999999999999999 +0000" "18446744073709551615 +0000" "1700000000 +00x0" "1700000000 0000" "x +0000" "1700000000 +00000" ""; do
    when raw "$date"; when raw-permissive "$date"
done
for date in "Tue, 14 Nov 2023 22:13:20 +0000" "Tue Nov 14 22:13:20 2023 -0500" "2023-11-14 22:13:20" "2023-11-14T22:13:20Z" "14 Nov 2023" "yesterday" "now" "" "Tue, 32 Nov 2023 22:13:20 +0000" "1700000000 +0000" "Tue, 14 Nov 2023 22:13:20 EST" "Thu, 1 Jan 1970 00:00:00 +0000" "Wed, 31 Dec 1969 23:59:59 +0000" "2023-11-14 22:13:20 +0530" "@1700000000 +0100"; do when rfc2822 "$date"; done
one now "1700000000 +0000" | "$GIT" fast-import --quiet --date-format=now
# the command line counts more than the stream, in whatever order
{ echo "feature date-format=rfc2822"; one both "1700000000 +0000"; } | "$GIT" fast-import --quiet --date-format=raw
{ echo "option git stats"; one both2 "1700000000 +0000"; } | "$GIT" fast-import --quiet
{ echo "option git signed-commits=abort"; one both3 "1700000000 +0000"; } | "$GIT" fast-import --quiet --signed-commits=strip
rm -f .git/fast_import_crash*
# marks
{ echo "feature relative-marks"; echo "feature export-marks=sub/m"; one r1 "1700000000 +0000"; } | "$GIT" fast-import --quiet --allow-unsafe-features
find .git/info -name m >there; note_file there
{ echo "feature relative-marks"; echo "feature import-marks=sub/m"; echo "feature no-relative-marks"; echo "feature export-marks=m2"; echo "get-mark :1"; } | "$GIT" fast-import --quiet --allow-unsafe-features
note_file m2
"$GIT" fast-import --quiet --relative-marks --import-marks=sub/m --no-relative-marks --export-marks=m3 </dev/null
note_file m3
printf ':5 zzz\n' >bad; "$GIT" fast-import --quiet --import-marks=bad </dev/null
printf '5 %s\n' $(Q=1 "$QN_REAL" rev-parse r1) >bad; "$GIT" fast-import --quiet --import-marks=bad </dev/null
printf ':5 %s' $("$QN_REAL" rev-parse r1) >bad; "$GIT" fast-import --quiet --import-marks=bad </dev/null
printf ':5 %s\n' $("$QN_REAL" rev-parse r1 | tr '0-9a-f' '1-9a-f0') >bad; "$GIT" fast-import --quiet --import-marks=bad </dev/null
printf ':0 %s\n:5 %s\n' $("$QN_REAL" rev-parse r1) $("$QN_REAL" rev-parse r1^{tree}) >bad; "$GIT" fast-import --quiet --import-marks=bad --export-marks=m4 </dev/null
note_file m4
printf ':18446744073709551615 %s\n' $("$QN_REAL" rev-parse r1) >bad; "$GIT" fast-import --quiet --import-marks=bad --export-marks=m4 </dev/null
note_file m4
{ one big "1700000000 +0000" | sed 's/:1/:18446744073709551615/'; echo "get-mark :18446744073709551615"; echo "get-mark :99999999999999999999"; } | "$GIT" fast-import --quiet
rm -f .git/fast_import_crash*
{ echo "feature done"; one nodone "1700000000 +0000"; } | "$GIT" fast-import --quiet
{ one isdone "1700000000 +0000"; echo done; echo "rubbish here"; } | "$GIT" fast-import --quiet
"$GIT" for-each-ref --format='%(refname)'
rm -f .git/fast_import_crash*
"$GIT" fsck --no-dangling
