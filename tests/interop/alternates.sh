# Alternates: chains, depth, loops, quoting in the variable, missing places.
#: cells sha1-files
#: stderr no
#: end no
for i in 0 1 2 3 4 5 6 7; do
    "$GIT" init -q --bare r$i
    (cd r$i && echo o$i | "$GIT" hash-object -w --stdin >../id$i)
done
for i in 0 1 2 3 4 5 6; do echo "../../r$((i + 1))/objects" >r$i/objects/info/alternates; done
echo ../../r0/objects >r7/objects/info/alternates
for i in 0 1 2 3 4 5 6 7; do "$GIT" -C r0 cat-file -p "$(cat id$i)"; "$GIT" -C r7 cat-file -p "$(cat id$i)"; done
"$GIT" -C r0 count-objects -v
"$GIT" init -q --bare 'q "x:y'; (cd 'q "x:y' && echo qq | "$GIT" hash-object -w --stdin >../idq)
GIT_ALTERNATE_OBJECT_DIRECTORIES="\"$PWD/q \\\"x:y/objects\"" "$GIT" -C r7 cat-file -p "$(cat idq)"
GIT_ALTERNATE_OBJECT_DIRECTORIES="$PWD/none:\"$PWD/q \\\"x:y/objects\":" "$GIT" -C r7 cat-file -p "$(cat idq)"
GIT_ALTERNATE_OBJECT_DIRECTORIES=../r1/objects "$GIT" -C r7 cat-file -p "$(cat id1)"
GIT_OBJECT_DIRECTORY="$PWD/r3/objects" "$GIT" -C r7 cat-file -p "$(cat id3)"
printf '# note\n/nonexistent/x\n\n../../r2/objects\n' >r7/objects/info/alternates
"$GIT" -C r7 cat-file -p "$(cat id2)"; "$GIT" -C r7 cat-file -e "$(cat id1)"
printf '"%s/q \\"x:y/objects"\n' "$PWD" >r7/objects/info/alternates; "$GIT" -C r7 cat-file -p "$(cat idq)"
