#: cells sha1-files
#: end no
# blame in a partial clone: what is not here is fetched
"$GIT" init -q -b main src; cd src
"$QN_REAL" config uploadpack.allowFilter true; "$QN_REAL" config uploadpack.allowAnySHA1InWant true
i=0; while test $i -lt 30; do i=$((i + 1)); echo "line $i" >>f; test $i = 15 && "$QN_REAL" mv f g && mv g f && "$QN_REAL" add -A && "$QN_REAL" mv f h && cp h f; "$QN_REAL" add -A; "$QN_REAL" commit -qm "c$i"; tick; done; cd ..
for o in "-s main -- f" "-s main -- h" "-s -L28,29 main -- f" "--reverse -s main~9..main -- f" "-s main~5..main -- f" "-s -C main -- h" "-s --ignore-rev main~3 main -- f"; do
    "$QN_REAL" clone -q --no-checkout --filter=blob:none "file://$PWD/src" c; cd c; "$GIT" blame $o; cd ..; rm -rf c
done
