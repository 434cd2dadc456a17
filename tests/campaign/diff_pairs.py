#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random file pairs through diff_driver and `git diff-tree -p`, compared byte
for byte from the first @@ on.

usage: diff_pairs.py DRIVER [COUNT] [SEED]    (git: $QUOIN_REFERENCE or git)
"""
import os, random, subprocess, sys, tempfile, re

driver = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
git = os.environ.get('QUOIN_REFERENCE', 'git')
rng = random.Random(seed)


def small():
    alphabet = rng.choice(['ab', 'abc', 'abcdefgh'])
    sep = rng.choice(['\n', '\n', '\n', '\r\n'])
    ws = rng.random() < 0.3

    def line():
        t = rng.choice(alphabet)
        if ws:
            t = rng.choice(['', ' ', '  ', '\t']) + t + rng.choice(['', '', ' ', '\t', '\r'])
        if rng.random() < 0.1:
            t = ''
        return t + sep
    a = [line() for _ in range(rng.randrange(0, 40))]
    b = list(a)
    for _ in range(rng.randrange(0, 8)):
        p = rng.randrange(0, len(b) + 1)
        q = min(len(b), p + rng.randrange(0, 5))
        b[p:q] = [line() for _ in range(rng.randrange(0, 5))]
    if rng.random() < 0.2:
        b = [line() for _ in range(rng.randrange(0, 40))]
    return a, b


def code():
    def block(depth):
        out = []
        for _ in range(rng.randrange(1, 6)):
            ind = '\t' * depth if tabs else '    ' * depth
            r = rng.random()
            if r < 0.15:
                out.append('\n')
            elif r < 0.35 and depth < 4:
                out.append(ind + rng.choice(['if (x) {', 'for (;;) {', 'while (y) {']) + '\n')
                out += block(depth + 1)
                out.append(ind + '}\n')
            else:
                out.append(ind + rng.choice(['foo();', 'bar(a, b);', 'return;', 'x = %d;' % rng.randrange(20)]) + '\n')
        return out
    tabs = rng.random() < 0.5

    def function():
        return ['int f%d(void)\n' % rng.randrange(30), '{\n'] + block(1) + ['}\n', '\n']
    a = []
    for _ in range(rng.randrange(1, 12)):
        a += function()
    b = list(a)
    for _ in range(rng.randrange(1, 9)):
        p = rng.randrange(0, len(b) + 1)
        r = rng.random()
        if r < 0.3:
            b[p:p] = function()
        elif r < 0.6:
            del b[p:p + rng.randrange(1, 12)]
        elif r < 0.8:
            b[p:p] = block(rng.randrange(1, 3))
        else:
            q = min(len(b), p + rng.randrange(1, 10))
            b[p:p] = b[p:q]
    return a, b


def large():
    n = rng.randrange(200, 1500)
    k = rng.choice([3, 20, 300])
    a = ['%d\n' % rng.randrange(k) for _ in range(n)]
    b = list(a) if rng.random() < 0.7 else ['%d\n' % rng.randrange(k) for _ in range(n)]
    for _ in range(rng.randrange(1, 200)):
        p = rng.randrange(0, len(b) + 1)
        q = min(len(b), p + rng.randrange(0, 6))
        b[p:q] = ['%d\n' % rng.randrange(k * 2) for _ in range(rng.randrange(0, 6))]
    return a, b


top = tempfile.mkdtemp(prefix='quoin-diff-')
env = dict(os.environ, GIT_DIR=top + '/r', GIT_CONFIG_GLOBAL='/dev/null', GIT_CONFIG_NOSYSTEM='1')
for d in 'ab':
    os.makedirs(top + '/' + d)
stream = [b'']
for d in (0, 1):
    pass
files = []
for i in range(count):
    r = rng.random()
    a, b = small() if r < 0.55 else code() if r < 0.95 else large()
    a, b = ''.join(a).encode(), ''.join(b).encode()
    if rng.random() < 0.15 and a:
        a = a[:-1]
    if rng.random() < 0.15 and b:
        b = b[:-1]
    files.append((a, b))
    open('%s/a/%d' % (top, i), 'wb').write(a)
    open('%s/b/%d' % (top, i), 'wb').write(b)
subprocess.run([git, 'init', '-q', '--bare', top + '/r'], check=True, env={**env, 'GIT_DIR': top + '/r'})
trees = []
for side in (0, 1):
    feed = b'commit refs/heads/s%d\ncommitter a <a@b> 0 +0000\ndata 0\n\n' % side
    for i, f in enumerate(files):
        feed += b'M 100644 inline %d\ndata %d\n' % (i, len(f[side])) + f[side] + b'\n'
    subprocess.run([git, 'fast-import', '--quiet'], input=feed, check=True, env=env)
cases = [([], [])]
algos = [([], []), (['--minimal'], ['-a', '1']), (['--patience'], ['-a', '2']), (['--histogram'], ['-a', '3'])]
ws = [([], 0), (['-w'], 4), (['-b'], 2), (['--ignore-space-at-eol'], 1), (['--ignore-cr-at-eol'], 8)]
ctxs = [([], []), (['-U0'], ['-U', '0']), (['-U1'], ['-U', '1']), (['-U1', '--inter-hunk-context=3'], ['-U', '1', '-i', '3']), (['-W'], ['-W']), (['-W', '-U0'], ['-W', '-U', '0']), (['-U8'], ['-U', '8'])]
bad = total = 0
for n in range(int(os.environ.get('CASES', '40'))):
    a = rng.choice(algos)
    w = rng.choice(ws) if n % 2 else ws[0]
    c = rng.choice(ctxs)
    if n < 4:
        a, w, c = algos[n], ws[0], ctxs[0]
    flags = w[1]
    gopt = a[0] + w[0] + c[0]
    if rng.random() < 0.8 or n < 4:
        flags |= 32
    else:
        gopt.append('--no-indent-heuristic')
    if rng.random() < 0.25 and n > 4:
        flags |= 16
        gopt.append('--ignore-blank-lines')
    dopt = a[1] + c[1] + ['-f', str(flags)]
    if a[1] == ['-a', '2'] and rng.random() < 0.5:
        for t in ('a', '\tfoo'):
            gopt.append('--anchored=' + t)
            dopt += ['-x', t]
    want = subprocess.run([git, 'diff-tree', '-p', '--text'] + gopt + ['s0', 's1'], stdout=subprocess.PIPE, env=env, check=True).stdout
    got = subprocess.run([driver] + dopt + [top + '/a', top + '/b'], stdout=subprocess.PIPE, check=True).stdout
    wanted = {}
    for part in re.split(rb'(?m)^diff --git ', want)[1:]:
        name = int(part.split(b' ')[0][2:])
        at = part.find(b'\n@@ ')
        wanted[name] = part[at + 1:] if at >= 0 else b''
    mine = {}
    for part in re.split(rb'(?m)^== ', got)[1:]:
        number, _, rest = part.partition(b'\n')
        mine[int(number)] = rest
    failed = 0
    for i in range(count):
        total += 1
        if wanted.get(i, b'') != mine.get(i):
            failed += 1
            if failed == 1:
                open('/tmp/quoin-want', 'wb').write(wanted.get(i, b''))
                open('/tmp/quoin-got', 'wb').write(mine.get(i, b'?'))
                print('first difference: pair', i, 'in', top)
    bad += failed
    if failed:
        print(' '.join(gopt), failed, 'of', count)
print('%d compared, %d differ' % (total, bad))
if not bad:
    subprocess.run(['rm', '-rf', top])
sys.exit(bad != 0)
