# Long-running filters: what they are asked, delay, and everything that can go wrong with them.
#: cells sha1-files
"$QN_REAL" init -q -b main . >/dev/null
cat >.git/filter <<'PY'
import sys
modes, i, o = sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer
log = open('.git/log', 'a', buffering=1)
def packet():
    head = i.read(4)
    if len(head) < 4: sys.exit(0)
    return i.read(int(head, 16) - 4) if head != b'0000' else None
def packets():
    return list(iter(packet, None))
def say(*lines, end=True):
    for x in lines:
        x = x if isinstance(x, bytes) else x.encode() + b'\n'
        o.write(b'%04x' % (len(x) + 4) + x)
    if end: o.write(b'0000')
    o.flush()
def rubbish(text):
    o.write(text * 20); o.flush(); packets()
has = lambda m: m in modes
packets()
if has('die-greeting'): sys.exit(1)
if has('junk-greeting'): rubbish(b'hello')
if has('die-version'): say('git-filter-server', end=False); sys.exit(1)
if has('die-flush'): say('git-filter-server', 'version=2', end=False); sys.exit(1)
if has('no-version'): say('git-filter-server')
elif has('two-versions'): say('git-filter-server', 'version=2', 'version=3')
else: say('git-filter-wrong' if has('bad-name') else 'git-filter-server',
          'version=3' if has('bad-version') else 'version=2')
packets()
if has('die-capability'): say('capability=clean', end=False); sys.exit(1)
if has('no-capability'): say()
elif has('bad-capability'): say('capability=fly')
elif has('clean-only'): say('capability=clean')
elif has('no-delay'): say('capability=clean', 'capability=smudge')
else: say('capability=clean', 'capability=smudge', 'capability=delay')
later, order = {}, []
while True:
    head = [x.decode().rstrip('\n') for x in packets()]
    d = dict(x.split('=', 1) for x in head)
    if d['command'] != 'clean': log.write(' '.join(head) + '\n')
    if d['command'] == 'list_available_blobs':
        if has('die-list'): sys.exit(1)
        if has('lie-list'): say('pathname=nosuch', end=False)
        if has('error-list'): say(); say('status=error'); continue
        now = [] if has('never') else order[:1] if has('one') else order[::-1]
        say(*['pathname=' + x for x in now]); say('status=success')
        order = [x for x in order if x not in now]
        continue
    path = d['pathname']
    if has('early') and d['command'] == 'clean':
        say('status=success'); say(*[b'x' * 65000 for k in range(16)]); say()
        packets(); continue
    text = b''.join(packets())
    if has('die-content'): sys.exit(1)
    if has('junk-status'): rubbish(b'zzzz'); continue
    if d['command'] == 'smudge' and 'can-delay' in d and path.endswith('.d'):
        later[path] = text; order.append(path); say('status=delayed'); continue
    if not text and path in later:
        text = later[path]
        if has('error-late'): say('status=error'); continue
    if has('delay-again') and d['command'] == 'smudge': say('status=delayed'); continue
    if has('error'): say('status=error'); continue
    if has('abort'): say('status=abort'); continue
    if has('odd'): say('status=odd'); continue
    if has('no-status'): say(); continue
    say('status=success')
    if has('die-partly'): o.write(b'0010abc'); o.flush(); sys.exit(1)
    if has('junk-content'): rubbish(b'qqqq'); continue
    if has('bad-length'): rubbish(b'0003'); continue
    text = text.swapcase()
    say(*[text[k:k + 65516] for k in range(0, len(text), 65516)])
    say(*['status=error'] if has('error-end') else ['status=abort'] if has('abort-end') else [])
PY
printf '*.d filter=f\n*.n filter=f\n' >.gitattributes
for i in 1 2 3; do echo "Delayed $i" >$i.d; echo "Now $i" >$i.n; done; mkdir sub; echo Deep >sub/x.d
"$QN_REAL" add . ; "$QN_REAL" commit -q -m one
# told: what the filter was asked
told() { [ ! -f .git/log ] || sed 's/^/  /' .git/log >>"$QN_TRANSCRIPT"; rm -f .git/log; }
seen() { for f in "$@"; do printf '  %s: %s\n' $f "$(head -c 30 $f 2>&1 | head -1)"; done >>"$QN_TRANSCRIPT"; }
mode() { "$QN_REAL" config filter.f.process "python3 .git/filter $*"; }
for m in plain one no-delay die-greeting junk-greeting die-version die-flush no-version two-versions bad-name bad-version \
    die-capability no-capability bad-capability clean-only; do
mode $m; rm -rf *.d *.n sub; "$GIT" checkout .; told
done
for m in die-content junk-status error abort odd no-status die-partly junk-content bad-length error-end abort-end \
    never lie-list die-list error-list error-late delay-again; do for required in false true; do
"$QN_REAL" config filter.f.required $required
mode $m; rm -rf *.d *.n sub; "$GIT" checkout .; told
done; done
"$QN_REAL" config filter.f.required false
for n in 1 2 3; do
for m in error-list never odd; do mode $m; rm -f *.d *.n; "$GIT" checkout $(seq -f %g.d $n) 1.n; done; done
# The way to git.
for m in plain die-greeting bad-capability no-capability die-content junk-status error abort odd die-partly error-end; do for required in false true; do
"$QN_REAL" config filter.f.required $required
mode $m; echo "$m $required" >1.n; echo "B $m $required" >2.d; "$GIT" add 1.n; "$GIT" -c filter.f.process= -c filter.f.required=false add 2.d; "$GIT" cat-file blob :1.n; done; done
"$QN_REAL" config filter.f.required false
# Neither waits for the other to read.
mode plain; head -c 3000000 /dev/zero | tr '\0' a >1.n; "$GIT" add 1.n; "$GIT" ls-files -s 1.n
# A plain command beside it is never taken.
"$QN_REAL" config filter.f.clean 'echo clean'; mode no-capability; echo text >1.n; "$GIT" add 1.n; "$GIT" cat-file blob :1.n
mode die-greeting; echo text2 >1.n; "$GIT" add 1.n; "$GIT" cat-file blob :1.n; "$QN_REAL" config --unset filter.f.clean
# What it is told of the source.
"$QN_REAL" config filter.f.process ''; "$QN_REAL" reset -q --hard; "$QN_REAL" branch side; "$QN_REAL" tag -a -m t note
echo Changed >1.d; "$QN_REAL" commit -q -a -m two; mode plain
rm -rf *.d *.n sub; "$QN_REAL" checkout -q .; rm .git/log
"$GIT" switch side; told; "$GIT" checkout -q main; told; "$GIT" checkout -q note; told; "$GIT" switch -q -; told
"$GIT" checkout -q --detach main~1; told; "$GIT" switch -q main; told
rm 1.d; "$GIT" checkout side -- 1.d; told; rm 1.d; "$GIT" restore -s 'HEAD^{tree}' 1.d; told
rm 1.d; "$GIT" restore -s HEAD 1.d; told; rm 1.d; "$GIT" reset --hard; told; rm 1.d; "$GIT" reset --hard side; told
rm 1.d; "$GIT" reset -q --hard main~0; told; rm 2.d; "$GIT" checkout-index 2.d; told; rm 2.d; "$GIT" read-tree -u --reset HEAD; told
rm 2.d; "$GIT" checkout -q -f -b new side; told; "$GIT" cat-file --filters HEAD:1.d; told; "$GIT" cat-file --filters --path=a.d HEAD:1.n; told
"$GIT" merge -q main; told
"$GIT" clone -q -c filter.f.process="python3 $PWD/.git/filter plain" . ../clone; sed 's/^/  /' ../clone/.git/log >>"$QN_TRANSCRIPT"
# What else makes of files that do not come.
mode plain; rm -rf *.d *.n sub; "$QN_REAL" reset -q --hard; echo Other >3.d; echo More >4.d; "$QN_REAL" add .; "$QN_REAL" commit -q -m three
mode never; "$GIT" switch side; "$GIT" status -s; "$GIT" reset --hard new; "$GIT" status -s; "$GIT" read-tree -u --reset HEAD
"$GIT" clone -q -c filter.f.process="python3 $PWD/.git/filter never" . ../other; "$QN_REAL" config filter.f.process ''; "$GIT" reset -q --hard
