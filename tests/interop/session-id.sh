# transfer.advertiseSID: servers tell of their session when they are asked to, in every version; clients tell of theirs then.
#: cells sha1-files
"$QN_REAL" init -q up 2>/dev/null; (cd up && echo x >f && "$QN_REAL" add f && "$QN_REAL" commit -q -m one)
told() {
    GIT_TRACE_PACKET=1 "$QN_REAL" "$@" 2>&1 | tr ' ' '\n' | grep -aq '^session-id=2' && n=told || n=untold
    "$GIT" rev-parse --sq-quote "$n" "$@"
}
for version in 0 1 2; do
    told -c protocol.version=$version ls-remote up
    told -c protocol.version=$version clone -q up none-$version
done
"$QN_REAL" -C up config transfer.advertiseSID true
for version in 0 1 2; do
    told -c protocol.version=$version ls-remote up
done
