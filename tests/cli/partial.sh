# Partial clones: differences of many commits are asked for in few requests, where
# git asks for each commit.  What is shown is compared with git's by interop
# (partial-lazy).  Sourced by run.
"$quoin" init -q -b main "$work/whole"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    for file in a b; do "$quoin" hash-object --stdin <<<"$i" >"$work/whole/$file"; done
    [ "$i" -lt 9 ] || mv "$work/whole/b" "$work/whole/c"
    "$quoin" -C "$work/whole" add -A && "$quoin" -C "$work/whole" commit -q -m "$i"
done
"$quoin" -C "$work/whole" config uploadpack.allowFilter true
# requests COMMAND...: how often a fresh clone asks for objects
requests() {
    rm -rf "$work/part" "$work/packets"
    "$quoin" clone -q --no-checkout --filter=blob:none "file://$work/whole" "$work/part"
    env GIT_TRACE_PACKET="$work/packets" "$quoin" -C "$work/part" "$@" >"$work/shown" || return
    grep -c '[a-z]> command=fetch' "$work/packets"
}
check "log -p of 20 commits: 4, 8, 8" 0 '^3$' requests log -p
check "... and of one" 0 '^1$' requests log -p -n 1
check "... of the first 4" 0 '^1$' requests log -p -n 4
check "log --stat" 0 '^3$' requests log --stat
check "log -S" 0 '^3$' requests log -S1
check "log --graph -p" 0 '^3$' requests log --graph -p
check "log -p of a path" 0 '^3$' requests log -p -- a
check "log --follow -p" 0 '^[1-6]$' requests log --follow -p -- c
check "log --raw wants no contents of the same size, but for renames" 0 '^[012]$' requests log --raw
check "blame" 0 '^[1-3]$' requests blame main -- a
check "diff" 0 '^1$' requests diff HEAD~10 HEAD
