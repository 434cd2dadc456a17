# The lines of GIT_TRACE and GIT_TRACE2: shapes, with times, places and
# processes made equal.  Regions, data and counters are each program's own.
#: cells sha1-files
history
unset GIT_TRACE2_PARENT_SID
show() {
    sed -E -e '/region_|"data|\| data|\| counter|"counter"|cmd_ancestry/d' \
        -e '/[ "]maintenance/d' -e '/performance/{/git command/!d}' \
        -e 's/^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} [^ ]+ +/TIME /' \
        -e 's/[0-9]{8}T[0-9]{6}\.[0-9]{6}Z-H[0-9a-f]{8}-P[0-9a-f]{8}/SID/g' \
        -e 's/"time":"[^"]*"/"time":T/' -e 's/"t_(abs|rel)":[0-9.]+/"t_\1":N/g' \
        -e 's/"file":"[^"]*","line":[0-9]+/"file":F,"line":N/' \
        -e 's/ +[0-9]+\.[0-9]{6} \|/ N |/g' -e 's/\| (\.\.)+\[/| [/' -e 's/pid:[0-9]+/pid:N/' \
        -e 's/"pid":[0-9]+/"pid":N/' -e 's/elapsed:[0-9.]+/elapsed:N/' \
        -e 's/: [0-9.]+ s: git command: [^ ]*/: N s: git command: git/' \
        -e 's#start [^ ]*/(git|quoin) #start git #' -e "s#$PWD#TOP#g" \
        -e 's#(\| start .*\| )[^ ]*/(git|quoin) #\1git #' \
        -e 's#"argv":\["/[^"]*/(git|quoin)"#"argv":["git"#' \
        -e 's/"fmt":.*/"fmt":X}/' "${1:-.git/trace}" >.git/shown 2>/dev/null
    rm -f "${1:-.git/trace}"
    GIT_CONFIG_GLOBAL=/dev/null "$GIT" -c alias.shown='!cat .git/shown' shown
}
T=$PWD/.git/trace
for v in GIT_TRACE GIT_TRACE2 GIT_TRACE2_PERF GIT_TRACE2_EVENT GIT_TRACE_PERFORMANCE GIT_TRACE_SETUP; do
    eval "$v=$T" '"$GIT"' rev-parse HEAD; show
    eval "$v=$T" '"$GIT"' status -s; show
    eval "$v=$T" '"$GIT"' -C src status -s; show
    eval "$v=$T" '"$GIT"' rev-parse nonsense; show
    eval "$v=$T" '"$GIT"' rev-parse --sq-quote "it\\'s" "'a b'" "'é!'" "''" "'x*y'" a=b @{u}; show
done
for v in GIT_TRACE2 GIT_TRACE2_PERF GIT_TRACE2_EVENT; do
    eval "$v=$T" '"$GIT"' checkout -q HEAD story; show
    eval "$v=$T" '"$GIT"' checkout -q --detach; show
    eval "$v=$T" '"$GIT"' switch -q -; show
    eval "$v=$T" '"$GIT"' restore story; show
    eval "$v=$T" '"$GIT"' reset -q --soft HEAD; show
    eval "$v=$T" "${v}_BRIEF=1" GIT_TRACE2_BRIEF=1 '"$GIT"' rev-parse HEAD; show
    eval "$v=$T" GIT_TRACE2_CONFIG_PARAMS=core.bare,USER.* GIT_TRACE2_ENV_VARS=FOO,NOTHERE,BAR \
        "FOO='a b' BAR=2" '"$GIT"' -c user.name=X rev-parse HEAD; show
done
printf '#!/bin/sh\necho hook\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
for v in GIT_TRACE2_EVENT GIT_TRACE2_PERF GIT_TRACE2; do
    tick; eval "$v=$T" 'GIT_EDITOR="true x;:"' '"$GIT"' commit --allow-empty --amend; show
done
# Values.
GIT_TRACE=rel "$GIT" rev-parse --git-dir
GIT_TRACE=on "$GIT" rev-parse --git-dir
GIT_TRACE=10 "$GIT" rev-parse --git-dir
GIT_TRACE=/nonexistent/x "$GIT" rev-parse --git-dir
GIT_TRACE=FALSE GIT_TRACE2=False GIT_TRACE2_PERF=0 GIT_TRACE_SETUP= "$GIT" rev-parse --git-dir
GIT_TRACE2=rel "$GIT" rev-parse --git-dir
GIT_TRACE2_DST_DEBUG=1 GIT_TRACE2_EVENT=/nonexistent/a "$GIT" rev-parse --git-dir
GIT_TRACE2_EVENT=/nonexistent/a "$GIT" rev-parse --git-dir
GIT_TRACE2_DST_DEBUG=1 GIT_TRACE2_EVENT=af_unix:/nonexistent/s "$GIT" rev-parse --git-dir
GIT_TRACE2_DST_DEBUG=1 GIT_TRACE2_EVENT=af_unix:foo:/x "$GIT" rev-parse --git-dir
GIT_TRACE2_DST_DEBUG=1 GIT_TRACE2_PERF=af_unix:stream:rel "$GIT" rev-parse --git-dir
GIT_TRACE=9 "$GIT" rev-parse --git-dir
GIT_TRACE2_DST_DEBUG=1 GIT_TRACE2=9 "$GIT" rev-parse --git-dir
GIT_TRACE=5 "$GIT" rev-parse --git-dir 5>.git/trace; show
# A directory, and too many files in it.
mkdir .git/many
for i in 1 2 3 4 5; do
    GIT_TRACE2_MAX_FILES=5 GIT_TRACE2_DST_DEBUG=1 GIT_TRACE2_EVENT=$PWD/.git/many "$GIT" rev-parse --git-dir
done
ls .git/many | sed -E 's/^[0-9T]+\.[0-9]+Z-H[0-9a-f]+-P[0-9a-f]+/SID/' >.git/trace; show
cp .git/many/git-trace2-discard .git/trace; show
# Configuration of the user, not of the repository.
"$GIT" config --global trace2.normalTarget "$T"
"$GIT" rev-parse --git-dir; show
"$GIT" config --global trace2.normalBrief true
"$GIT" config --global trace2.configParams 'core.bare'
"$GIT" config --global trace2.envVars 'FOO'
FOO=1 "$GIT" rev-parse --git-dir; show
GIT_TRACE2=0 "$GIT" rev-parse --git-dir; show
"$GIT" config --global --unset trace2.normalTarget
rm -f .git/trace
"$GIT" config trace2.normalTarget "$T"
"$GIT" -c trace2.eventTarget="$T" rev-parse --git-dir; show
# Packets, of a filter process that echoes.
cat >"$HOME/filter.py" <<'END'
import sys
i, o = sys.stdin.buffer, sys.stdout.buffer
def read():
    lines = []
    while True:
        size = i.read(4)
        if not size:
            sys.exit(0)
        if size == b"0000":
            return lines
        lines.append(i.read(int(size, 16) - 4))
def write(*lines):
    for line in lines:
        o.write(b"%04x" % (len(line) + 4) + line)
    o.write(b"0000")
    o.flush()
read(); write(b"git-filter-server\n", b"version=2\n")
read(); write(b"capability=clean\n")
while True:
    read(); text = b"".join(read())
    write(b"status=success\n"); write(*([text] if text else [])); write()
END
echo '*.p filter=p' >.gitattributes
"$GIT" config filter.p.process "python3 $HOME/filter.py"
printf 'a\001b\n\\x \303\251\t' >a.p; echo plain >b.p; : >c.p; touch -d @1600000000 a.p b.p c.p
GIT_TRACE_PACKET=$T "$GIT" add a.p; show
GIT_TRACE_PACKET=$T "$GIT" add .; show
GIT_TRACE_SETUP=$T "$GIT" log -1 --format=%s; show
GIT_TRACE_SETUP=$T "$GIT" branch; show
