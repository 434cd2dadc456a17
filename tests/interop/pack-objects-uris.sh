# pack-objects --uri-protocol: what uploadpack.blobPackfileUri names is left out, and told of before the pack.
#: cells sha1-files sha256-files
"$GIT" init -q r
cd r
seq 1 2000 >big
echo small >small
"$QN_REAL" add .
"$QN_REAL" commit -qm a
B=$("$QN_REAL" rev-parse HEAD:big)
T=$("$QN_REAL" rev-parse HEAD^{tree})
echo HEAD >in
printf '%s\n' $B >ids
# form VALUE...: the values of the key; then what comes before the pack, and how many are in it
form() {
    "$QN_REAL" config --unset-all uploadpack.blobPackfileUri
    for value; do "$QN_REAL" config --add uploadpack.blobPackfileUri "$value"; done
}
ask() {
    "$QN_REAL" pack-objects --stdout -q "$@" >../out 2>../errors
    note "$@" exit $? $(sed '/PACK/,$d' ../out) $(sed -n 's/PACK.*//p' ../out | head -1) $(cat ../errors)
    rm -f ../p.*
    tail -c +$(($(LC_ALL=C grep -abo PACK ../out | head -1 | cut -d: -f1) + 1)) ../out >../p.pack 2>/dev/null
    "$QN_REAL" index-pack -o ../p.idx ../p.pack >/dev/null 2>&1 && note $("$QN_REAL" show-index <../p.idx | wc -l)
}
for value in "$B $B https://example.com/p.pack" "$B $B http://example.com/p.pack" "$B $B https:x" "$B $B  https://two" "$B $B HTTPS://x" "$B $B https://x and more" \
    "$T $B https://tree" "$B x https://x" "x $B https://x" "$B $B" "$B" ""; do
    form "$value"
    note "value $value"
    ask --revs --uri-protocol=https <in
    ask --revs --uri-protocol=http --uri-protocol=ftp <in
    ask --revs --uri-protocol=https --no-uri-protocol <in
    ask --revs --uri-protocol=https,http <in
    ask --revs <in
    ask --uri-protocol=https <ids
    ask --revs --uri-protocol=https --filter=blob:none <in
done
form "$B $B https://one" "$B $B http://two"
ask --revs --uri-protocol=https <in
form "$B $B https://one"
"$QN_REAL" pack-objects -q --uri-protocol=https ../file <ids >../out
note $(head -1 ../out) $(wc -l <../out)
