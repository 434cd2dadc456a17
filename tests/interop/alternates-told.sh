# Alternates, with what is said of them.
#: cells sha1-files
#: end no
for r in a b c d 'q "x:y' 'sp ace'; do "$QN_REAL" init -q --bare "$r" 2>/dev/null; (cd "$r" && echo "$r" | "$QN_REAL" hash-object -w --stdin >"../id-$(echo "$r" | tr -cd a-z)"); done
top=$PWD
get() { "$GIT" "$@" cat-file -p $(cat id-a); "$GIT" "$@" cat-file -e $(cat id-b); "$GIT" "$@" cat-file -t $(cat id-qxy); }
file() { printf "$@" >d/objects/info/alternates; note "$(cat d/objects/info/alternates)"; get -C d; "$GIT" -C d count-objects -v; }
file '../../a/objects\n'; file "$top/a/objects\n"; file '../../a/objects'; file '../../none/objects\n'; file '/nonexistent\n../../a/objects\n'; file '../../a/objects\n../../a/objects\n'; file '../../d/objects\n'; file '.\n'; file '../../a\n'; file '../../a/objects/\n'; file '../../a/./objects\n../../b/../a/objects\n'
file '# a comment\n../../a/objects\n'; file '\n\n../../a/objects\n\n'; file ' ../../a/objects\n'; file '../../a/objects \n'; file '../../a/objects\r\n'; file '"../../a/objects"\n'; file '"%s/q \\"x:y/objects"\n' "$top"; file '%s/q "x:y/objects\n' "$top"; file '../../sp ace/objects\n'; file '"../../a/obj\\145cts"\n'; file '"../../a/objects\n'; file '"../../a/objects" more\n'; file ''; file 'a\0b\n'
echo ../../b/objects >a/objects/info/alternates; file '../../a/objects\n'; echo ../../none/objects >b/objects/info/alternates; file '../../a/objects\n'; echo ../../d/objects >b/objects/info/alternates; file '../../a/objects\n'; echo "$top/a/objects" >b/objects/info/alternates; file '../../a/objects\n'; rm b/objects/info/alternates; echo ../../a/objects >a/objects/info/alternates; file '../../a/objects\n'; rm a/objects/info/alternates
chmod 000 a/objects/info; file '../../a/objects\n'; chmod 755 a/objects/info; rm d/objects/info/alternates; mkdir d/objects/info/alternates; get -C d; rmdir d/objects/info/alternates; ln -s loop d/objects/info/alternates; get -C d; rm d/objects/info/alternates
for v in "$top/a/objects" a/objects ../a/objects "$top/none" "$top/none:$top/a/objects" "$top/a/objects:$top/b/objects" ":$top/a/objects:" "\"$top/a/objects\"" "\"$top/q \\\"x:y/objects\"" "\"$top/q \\\"x:y/objects\":$top/a/objects" "\"$top/a/objects" "\"$top/a/objects\"x:$top/b/objects" "\"$top/a/obj\\145cts\"" "\"\"" "#$top/a/objects" "$top/d/objects" "$top/a/objects/" ''; do
    note "variable $v"; (cd d && export GIT_ALTERNATE_OBJECT_DIRECTORIES="$v" && "$GIT" cat-file -p $(cat ../id-a) && "$GIT" cat-file -e $(cat ../id-b); "$GIT" cat-file -t $(cat ../id-qxy); "$GIT" log --all; "$GIT" count-objects -v)
done
for i in 1 2 3 4 5 6 7 8; do "$QN_REAL" init -q --bare n$i 2>/dev/null; echo ../../n$((i + 1))/objects >n$i/objects/info/alternates; done; cp -r a n9
for i in 1 2 3 4; do "$GIT" -C n$i cat-file -t $(cat id-a); done
mkdir w; (cd w && "$QN_REAL" init -q . 2>/dev/null; echo x >f; "$QN_REAL" add f; "$QN_REAL" commit -q -m one; echo ../../../none/objects >.git/objects/info/alternates; "$GIT" status -s; "$GIT" log --format=%s; "$GIT" diff; echo y >f; "$GIT" commit -q -am two)
