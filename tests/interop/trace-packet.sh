# GIT_TRACE_PACKET: what goes over, as both ends tell it.
#: cells sha1-files sha256-reftable
#: end no
#: hangup masked
export GIT_USER_AGENT=me
T=$PWD/trace
u() { "$QN_REAL" "$@" >/dev/null 2>&1; }
u init -q s; for i in 1 2 3; do u -C s commit --allow-empty -m $i; tick; done
u init -q --bare b; u -C s push ../b main; u clone -q b t
u -C s commit --allow-empty -m 4; tick; u -C s push ../b main:x main
f() {
    version=$1; shift; rm -rf t2 "$T"; cp -r t t2
    GIT_TRACE_PACKET=$T "$GIT" -C t2 -c protocol.version=$version "$@"
    for who in upload-pack receive-pack push fetch sideband ls-remote; do
        echo "## $who"
        # who acknowledges what, and wants it twice, is not asked here
        sed -n "s/.*packet: *\($who[<>]\)/\1/p" "$T" | grep -Ev 'ACK|want |unborn'
    done >told; note_file told
}
for v in 0 1 2; do
    f $v fetch -q; f $v fetch -q --depth=1; f $v ls-remote -q; f $v fetch -q origin nothere; f $v fetch -q origin x
    f $v push -q origin HEAD:refs/heads/n$v; f $v push -q origin :refs/heads/n$v; f $v push -q origin HEAD~1:x
    f $v push -q --atomic origin HEAD:refs/heads/m$v HEAD~2:x
done
