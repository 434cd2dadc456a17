# fast-import: notes, packs, signatures, submodules, a history out and in again.
#: cells sha1-files sha256-files
"$GIT" init -q -b main .
awk 'BEGIN {
    for (i = 1; i <= 300; i++)
        printf "commit refs/heads/main\nmark :%d\ncommitter A <a@x> %d +0000\ndata 2\nc%d\n\n", i, i, i % 10
    split("1 254 255 255 256 256 257 300", at, " ")
    for (k = 1; k <= 7; k += 2) {
        printf "commit refs/notes/commits\ncommitter A <a@x> %d +0000\ndata 1\nn\n", 1000 + k
        for (i = at[k]; i <= at[k + 1]; i++)
            printf "N inline :%d\ndata 2\nn%d\n", i, i % 10
        printf "\n"
    }
}' >stream
zero=$("$GIT" hash-object --stdin </dev/null | tr 0-9a-f 0)
{
    echo "commit refs/notes/commits"
    echo "committer A <a@x> 2000 +0000"
    printf 'data 1\nd\n'
    i=1
    while test $i -le 100; do echo "N $zero :$i"; i=$((i + 1)); done
    printf '\ncommit refs/notes/x\ncommitter A <a@x> 2000 +0000\ndata 1\nd\n'
    printf 'M 100644 inline foo/bar\ndata 1\nx\nM 100644 inline ab/cdef\ndata 1\ny\nN inline :5\ndata 1\nq\n'
} >>stream
"$GIT" fast-import --quiet <stream
for c in refs/notes/commits~4 refs/notes/commits~3 refs/notes/commits~2 refs/notes/commits~1 refs/notes/commits refs/notes/x; do
    "$GIT" rev-parse $c
    "$GIT" ls-tree $c | head -2
done
printf 'commit refs/notes/commits\ncommitter A <a@x> 3000 +0000\ndata 1\ne\nfrom refs/notes/commits^0\nN inline refs/heads/main\ndata 1\nz\n' | "$GIT" fast-import --quiet
"$GIT" rev-parse refs/notes/commits
# signatures
sig='gpgsig sha1 openpgp\ndata 3\nsig'
for mode in verbatim warn-verbatim warn strip warn-strip abort ignore; do
    printf "commit refs/heads/q\ncommitter A <a@x> 1 +0000\n${sig}data 1\nx" | "$GIT" fast-import --force --quiet --signed-commits=$mode
    "$GIT" cat-file commit q
    printf 'tag x\nfrom refs/heads/q^0\ntagger A <a@x> 1 +0000\ndata <<E\nmsg\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nE\n' | "$GIT" fast-import --quiet --signed-tags=$mode
    "$GIT" cat-file tag x
done
printf "commit refs/heads/q\ncommitter A <a@x> 1 +0000\n${sig}gpgsig sha1 ssh\ndata 3\nsi2gpgsig sha256 x509\ndata 6\na\n\nb\n\ndata 0\n" | "$GIT" fast-import --force --quiet
"$GIT" cat-file commit q
printf 'commit refs/heads/q\ncommitter A <a@x> 1 +0000\ngpgsig foo bar\ndata 1\nxdata 0\n' | "$GIT" fast-import --quiet
printf 'commit refs/heads/q\ncommitter A <a@x> 1 +0000\ngpgsig sha1\ndata 1\nxdata 0\n' | "$GIT" fast-import --quiet
printf 'commit refs/heads/q\ncommitter A <a@x> 1 +0000\ngpgsig sha1 foo\ndata 1\nxdata 0\n' | "$GIT" fast-import --quiet
# out and in again
mkdir one && cd one && history
"$GIT" fast-export --all --signed-tags=strip >../all
"$GIT" init -q ../two && cd ../two
"$GIT" -c fastimport.unpackLimit=0 fast-import --quiet --export-pack-edges=edges <../all
"$GIT" for-each-ref
"$GIT" count-objects -v | grep -v size
sed 's/.*pack-.*:/pack:/' edges
"$GIT" init -q ../three && cd ../three
"$GIT" -c fastimport.unpackLimit=1000 fast-import --quiet --max-pack-size=2m --depth=0 <../all
"$GIT" for-each-ref
"$GIT" count-objects -v | grep -v size
# submodules under other names
echo ":1 $(echo $zero | tr 0 1)" >../from
echo ":1 $(echo $zero | tr 0 2)" >../to
printf "commit refs/heads/s\ncommitter A <a@x> 1 +0000\ndata 0\nM 160000 $(echo $zero | tr 0 1) sub\nM 160000 $(echo $zero | tr 0 3) other\n" >../sub
"$GIT" fast-import --quiet --rewrite-submodules-from=s:../from --rewrite-submodules-to=s:../to <../sub
"$GIT" ls-tree s
"$GIT" fast-import --quiet --force --rewrite-submodules-from=s:../from <../sub
