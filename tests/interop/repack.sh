# repack: which packs and loose objects are there afterwards, and what is in them.
#: place disk
#: packs masked
grow() {
    "$QN_REAL" init -q $1
    cd $1
    for i in 1 2 3; do
        seq 1 $((i * 150)) >numbers
        "$QN_REAL" add .
        "$QN_REAL" commit -qm "c$i"
        tick
    done
    "$QN_REAL" repack -q
    "$QN_REAL" tag -a -m t v1
    "$QN_REAL" checkout -qb lost
    seq 77 >lost
    "$QN_REAL" add .
    "$QN_REAL" commit -qm lost
    "$QN_REAL" repack -q
    seq 99 >lost
    "$QN_REAL" commit -qam lost2
    "$QN_REAL" checkout -q main
    "$QN_REAL" branch -qD lost
    rm -rf .git/logs
    "$QN_REAL" reflog expire --expire=now --all
    echo staged >staged
    "$QN_REAL" add staged
}
look() {
    for file in .git/objects/pack/*; do echo $file | sed 's/.*\.//'; done | sort | uniq -c >../kinds
    for index in .git/objects/pack/*.idx; do "$QN_REAL" show-index <$index | cut -d' ' -f2 | sort | sha1sum; done | sort >>../kinds
    (cd .git/objects && find ?? -type f | sort | sha1sum) >>../kinds
    cat .git/info/refs .git/objects/info/packs >>../kinds 2>/dev/null
    "$QN_REAL" rev-list --objects --all | sort | sha1sum >>../kinds
    note_file ../kinds
    cd ..
}
grow plain; "$GIT" repack; look
grow plain-d; "$GIT" repack -d; "$GIT" repack; "$GIT" repack -d; "$GIT" repack -q; look
grow all; "$GIT" repack -a; look
grow all-d; "$GIT" repack -ad; "$GIT" repack -ad; "$GIT" repack -adf; "$GIT" repack -adF; look
grow loosen; "$GIT" repack -Ad; look
grow loosen2; "$GIT" repack -Ad --unpack-unreachable=1.hour.ago; look
grow loosen3; "$GIT" repack -Ad --unpack-unreachable=now; look
grow loosen4; "$GIT" repack -A; look
grow keep; "$GIT" repack -ad -k; look
grow cruft; "$GIT" repack -d --cruft; "$GIT" repack -d --cruft; "$GIT" repack -d --cruft --cruft-expiration=never; look
grow cruft2; "$GIT" repack --cruft; look
grow cruft3; "$GIT" repack --cruft -d --cruft-expiration=now; look
grow cruft4; "$GIT" repack --cruft -d --expire-to=../none/pack --cruft-expiration=now; rm -f .git/objects/pack/tmp*; mkdir ../expired; "$GIT" repack --cruft -d --expire-to=../expired/pack --cruft-expiration=now; ls ../expired | sed 's/.*\.//' >../n; note_file ../n; look
grow cruft5; "$GIT" repack --cruft -d --max-cruft-size=1m --combine-cruft-below-size=1; "$GIT" repack --cruft -d --combine-cruft-below-size=1m; look
grow cruft6; "$GIT" repack --cruft -d; "$GIT" repack -ad; look
grow geometric; "$GIT" repack -d --geometric=2; "$GIT" repack -d -g 2; look
grow geometric3; "$GIT" repack -d -g 10; look
grow geometric1; "$GIT" repack --geometric=2; look
grow kept; touch $(ls -S .git/objects/pack/*.pack | head -1 | sed 's/pack$/keep/'); "$GIT" repack -ad; look
grow kept2; touch $(ls -S .git/objects/pack/*.pack | head -1 | sed 's/pack$/keep/'); "$GIT" repack -ad --pack-kept-objects; look
grow kept3; rm -f ../x; "$QN_REAL" repack -ad --keep-pack=$(basename $(ls -S .git/objects/pack/*.pack | head -1)); "$GIT" -c repack.packKeptObjects=true repack -ad; look
grow info; "$GIT" repack -adn; "$GIT" -c repack.updateServerInfo=false repack -ad; look
grow options; "$GIT" repack -ad -l --window=5 --depth=3 --window-memory=1k --threads=1 --max-pack-size=1m; look
grow islands; "$GIT" repack -adi; "$GIT" -c repack.useDeltaIslands=true -c pack.island=refs/ repack -ad; look
grow walk; "$GIT" repack -adf --path-walk --name-hash-version=2; look
grow bases; "$GIT" -c repack.useDeltaBaseOffset=false repack -ad; look
grow alternate; cd ..; "$QN_REAL" clone -q --shared alternate borrower; cd borrower; echo own >own; "$QN_REAL" add own; "$QN_REAL" commit -qm own; "$GIT" repack -adl; look
# not without -a or -A; what is no time is now
grow alone; "$GIT" repack -d --unpack-unreachable=now; "$GIT" repack -d --unpack-unreachable=nonsense; look
grow loosen5; "$GIT" repack -Ad --unpack-unreachable=nonsense; look
grow loosen6; "$GIT" repack -Ad --unpack-unreachable=never; look
for words in --window=x --window= --depth=99999999999 --threads=x --window-memory=x --window-memory=-1; do "$GIT" repack -q $words 2>&1 | head -1 >../words; note_file ../words; done
cd ..; "$GIT" init -q bare-nothing; cd bare-nothing; for words in gc "gc -q" "gc --no-cruft" "maintenance run --task=gc" "maintenance run --task=gc --quiet" "maintenance run --task=geometric-repack"; do "$GIT" $words; done
