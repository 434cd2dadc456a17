#: cells sha1-files sha256-reftable
#: end no
# upload-pack: what it tells and answers, byte by byte, in all versions.  The
# agent is named by GIT_USER_AGENT; packs are looked at by what is in them.
export GIT_USER_AGENT=agent
history
"$QN_REAL" tag blob $("$QN_REAL" rev-parse HEAD:story)
"$QN_REAL" symbolic-ref refs/heads/alias refs/heads/main
"$QN_REAL" update-ref refs/hidden/one HEAD~1
"$QN_REAL" update-ref refs/namespaces/n/refs/heads/x HEAD~2
p() { printf '%04x%s' $((${#1} + 4)) "$1"; }
flush() { printf 0000; }
delim() { printf 0001; }
one=$("$QN_REAL" rev-parse HEAD) two=$("$QN_REAL" rev-parse HEAD~1) first=$("$QN_REAL" rev-parse v1) hidden=$two
format="object-format=$QN_ALGORITHM"
none=$(echo "$one" | sed 's/./1/g')
for version in 0 1 2 1:version=2 9; do
    GIT_PROTOCOL=version=$version "$GIT" upload-pack . </dev/null
    GIT_PROTOCOL=version=$version "$GIT" upload-pack --http-backend-info-refs .
    GIT_PROTOCOL=version=$version "$GIT" upload-pack --stateless-rpc --advertise-refs .git
done
for setting in transfer.hideRefs=refs/hidden uploadpack.hideRefs=refs/heads uploadpack.allowFilter=true \
    uploadpack.allowTipSHA1InWant=true uploadpack.allowReachableSHA1InWant=true uploadpack.allowAnySHA1InWant=true \
    uploadpack.allowRefInWant=true uploadpack.allowSidebandAll=true transfer.advertiseObjectInfo=true \
    uploadpack.advertiseBundleURIs=true transfer.hideRefs=^refs/namespaces transfer.hideRefs=!refs/hidden; do
    for version in 0 2; do
        GIT_PROTOCOL=version=$version "$GIT" -c $setting upload-pack --advertise-refs .
    done
done
GIT_NAMESPACE=n "$GIT" upload-pack --advertise-refs .
for arguments in "" "peel" "symrefs" "peel symrefs unborn" "ref-prefix=refs/heads/ ref-prefix=HEAD" "ref-prefix=refs/tags/v1 peel" "ref-prefix=" bad "ref-prefix"; do
    {
        p command=ls-refs; p agent=x; p $format; delim
        for a in $arguments; do p "$(echo "$a" | tr = ' ')"; done
        flush
    } >request
    GIT_PROTOCOL=version=2 "$GIT" upload-pack --stateless-rpc . <request
    GIT_PROTOCOL=version=2 "$GIT" -c transfer.hideRefs=refs/hidden upload-pack --stateless-rpc . <request
done
"$QN_REAL" init -q -b trunk unborn
{ p command=ls-refs; p $format; delim; p symrefs; p unborn; p 'ref-prefix HEAD'; flush; } >request
GIT_PROTOCOL=version=2 "$GIT" upload-pack --stateless-rpc unborn <request
"$GIT" upload-pack --advertise-refs unborn
# requests that are none
request() { "$@" >request; GIT_PROTOCOL=version=2 "$GIT" upload-pack --stateless-rpc . <request; }
no_command() { p agent=x; flush; }
two_commands() { p command=ls-refs; p command=fetch; delim; flush; }
unknown() { p command=push; p $format; delim; flush; }
capability() { p command=ls-refs; p $format; p sideways=1; delim; flush; }
hash() { p command=ls-refs; p object-format=sha7; delim; flush; }
cut() { p command=ls-refs; p $format; }
no_flush() { p command=ls-refs; p $format; delim; p peel; }
two_delimiters() { p command=ls-refs; p $format; delim; delim; flush; }
rubbish() { echo rubbish; }
for r in no_command two_commands unknown capability hash cut no_flush two_delimiters rubbish flush; do request $r; done
# fetch, version 2
fetch() {
    { p command=fetch; p $format; delim; for a in "$@"; do p "$a"; done; flush; } >request
    GIT_PROTOCOL=version=2 "$QN_REAL" $config upload-pack --stateless-rpc . <request >answer 2>err
    note "fetch $config $* $?"; note_file err
    python3 - answer "$QN_ALGORITHM" >shown <<'END'
import subprocess, sys, os, tempfile
data, pack = open(sys.argv[1], "rb").read(), b""
at, in_pack = 0, False
while at + 4 <= len(data):
    n = int(data[at:at + 4], 16)
    if n < 4:
        print("%04x" % n); at += 4; continue
    line = data[at + 4:at + n]; at += n
    if in_pack:
        if line[:1] == b"\1": pack += line[1:]
        elif line[:1] == b"\3": print("band 3", line)
    else:
        print(line)
        in_pack = line == b"packfile\n"
if pack:
    d = tempfile.mkdtemp(); real = os.environ["QN_REAL"]
    run = lambda *w, **k: subprocess.run([real, *w], capture_output=True, **k)
    run("init", "-q", "--object-format=" + sys.argv[2], d)
    open(d + "/.git/objects/info/alternates", "w").write(os.getcwd() + "/.git/objects\n")
    r = run("-C", d, "index-pack", "--stdin", "--fix-thin", input=pack)
    print("indexed", r.returncode)
    name = r.stdout.split()[-1].decode()
    ids = [l.split()[1] for l in run("-C", d, "show-index", stdin=open(f"{d}/.git/objects/pack/pack-{name}.idx")).stdout.splitlines()]
    for i in sorted(ids): print(i.decode())
END
    note_file shown
}
config=
fetch "want $one" done
fetch "want $one" "have $first" done
fetch "want $one" "have $first"
fetch "want $one" "have $none"
fetch "want $one" "have $none" "have $first" thin-pack ofs-delta no-progress
fetch "want $one" "have $first" wait-for-done
fetch "want $one" "deepen 1" done
fetch "want $one" "deepen 2" done
fetch "want $one" "deepen 0" done
fetch "want $one" "deepen x" done
fetch "want $one" "deepen-since 1700000200" done
fetch "want $one" "deepen-since 1900000000" done
fetch "want $one" "deepen-not v1" done
fetch "want $one" "deepen-not nope" done
fetch "want $one" "shallow $two" "have $one" "deepen 3" done
fetch "want $one" "shallow $two" "have $one" "deepen 1" deepen-relative done
fetch "want $one" "shallow $two" "have $one" "deepen 2147483647" done
fetch "want $one" "shallow xx" done
fetch "want $none" done
fetch "want xx" done
fetch "want $one" "have xx" done
fetch "want $hidden" done
fetch "want-ref refs/heads/main" done
fetch "filter blob:none" "want $one" done
fetch "want $one" include-tag done
fetch "want $one" sideband-all done
fetch "packfile-uris https" "want $one" done
fetch "sideways" done
fetch done
fetch
config="-c uploadpack.allowRefInWant=true"
fetch "want-ref refs/heads/main" done
fetch "want-ref refs/heads/main" "want-ref refs/heads/side" done
fetch "want-ref refs/heads/nope" done
fetch "want-ref refs/heads/main" "want-ref refs/heads/main" done
config="-c uploadpack.allowFilter=true"
for filter in blob:none tree:0 tree:1 blob:limit=10 object:type=commit combine:blob:none+tree:2 sparse:oid=HEAD:story nope; do
    fetch "filter $filter" "want $one" done
done
config="-c uploadpack.allowFilter=true -c uploadpackfilter.allow=false -c uploadpackfilter.blob:none.allow=true"
fetch "filter blob:none" "want $one" done
fetch "filter tree:0" "want $one" done
config="-c uploadpack.allowFilter=true -c uploadpackfilter.tree.maxDepth=1"
fetch "filter tree:1" "want $one" done
fetch "filter tree:2" "want $one" done
# object-info
{ p command=object-info; p $format; delim; p size; p "oid $one"; p "oid $none"; flush; } >request
GIT_PROTOCOL=version=2 "$GIT" upload-pack --stateless-rpc . <request
GIT_PROTOCOL=version=2 "$GIT" -c transfer.advertiseObjectInfo=true upload-pack --stateless-rpc . <request
# versions 0 and 1 over a request that forgets
old() {
    "$@" >request
    "$QN_REAL" $config upload-pack --stateless-rpc . <request >answer 2>err
    note "old $* $?"; note_file err
    head -c 400 answer | sed -n '1,/PACK/p' | sed 's/PACK.*//' | tr -d '\000-\011\013-\037\177-\377' | head -c 300 | sed 's/00[0-9a-f][0-9a-f]$//' >shown
    note_file shown
}
config=
nothing_common() { p "want $one multi_ack_detailed no-done ofs-delta $format"; flush; p "have $none"; flush; }
common() { p "want $one multi_ack_detailed ofs-delta $format"; flush; p "have $first"; flush; }
common_multi() { p "want $one multi_ack ofs-delta $format"; flush; p "have $first"; p "have $none"; flush; }
common_plain() { p "want $one $format"; flush; p "have $first"; p "have $two"; flush; }
plain_none() { p "want $one $format"; flush; p "have $none"; flush; }
depth() { p "want $one multi_ack_detailed $format"; p 'deepen 2'; flush; p "have $none"; flush; }
not_ours() { p "want $none"; flush; p done; }
bad_want() { p "want xyz"; flush; p done; }
bad_line() { p "wont $one"; flush; p done; }
hidden_want() { p "want $("$QN_REAL" rev-parse HEAD~2)"; flush; p done; }
for r in nothing_common common common_multi common_plain plain_none depth not_ours bad_want bad_line flush; do old $r; done
# the command's words
"$GIT" upload-pack nowhere
"$GIT" upload-pack --strict .
"$GIT" upload-pack --strict .git </dev/null
"$GIT" upload-pack src
"$GIT" upload-pack --timeout=x .
