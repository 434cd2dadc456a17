# What a client may say to upload-pack, and what it may not: capabilities, object-info, shallow.
#: cells sha1-files
#: end no
history
Q() { "$QN_REAL" config "$@"; }
Q transfer.advertiseObjectInfo true; Q uploadpack.allowFilter true
pkt() { printf '%04x%s' $((${#1} + 5)) "$1"; echo; }
main=$("$QN_REAL" rev-parse main) tree=$("$QN_REAL" rev-parse 'main^{tree}') none=1234567890123456789012345678901234567890
export GIT_PROTOCOL=version=2 GIT_USER_AGENT=me
ask() { { pkt "command=$1"; shift; printf 0001; for line; do pkt "$line"; done; printf 0000; } >in; "$GIT" upload-pack --stateless-rpc . <in; }
ask object-info; ask object-info size; ask object-info size "oid $main"; ask object-info "oid $main"; ask object-info size "oid $main" "oid $none"; ask object-info "oid $none"; ask object-info size "oid 12345"; ask object-info size nonsense
for word in session-id=x session-id object-format object-format=md5 object-format=sha256 object-format=sha1 agent server-option=a ls-refs nonsense; do
    { pkt command=ls-refs; pkt "$word"; printf 0001; pkt "ref-prefix refs/heads/m"; printf 0000; } >in; "$GIT" upload-pack --stateless-rpc . <in
done
Q transfer.advertiseSID true; { pkt command=ls-refs; pkt session-id=x; printf 0000; } >in; "$GIT" upload-pack --stateless-rpc . <in
ask fetch "want $main" "shallow $tree" done; ask fetch "want $main" "shallow $none" "deepen x"
