#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random merges through `merge-tree --stdin` of two programs, compared result by
result: tree, stages, messages.

usage: merge_trees.py QUOIN [COUNT] [SEED]    (git: $QUOIN_REFERENCE or git)
"""
import os, random, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Feed, History  # noqa: E402

quoin = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
git = os.environ.get('QUOIN_REFERENCE', 'git')
top = tempfile.mkdtemp(prefix='quoin-trees-')
env = dict(os.environ, GIT_DIR=top, GIT_CONFIG_GLOBAL='/dev/null', GIT_CONFIG_NOSYSTEM='1')
subprocess.run([git, 'init', '-q', '--bare', top], check=True, env=dict(os.environ, GIT_CONFIG_GLOBAL='/dev/null'))
for k, v in [a.split('=') for a in os.environ.get('CONFIG', '').split()]:
    subprocess.run([git, 'config', k, v], check=True, env=env)

put = History.put
NAMES = ['a', 'b', 'c', 'foo', 'bar.c', 'x.h']
DIRS = ['', 'd/', 'e/', 'd/s/', 'd/t/', 'e/s/', 'lib/', 'd/s/u/']


def text():
    return ['%s %d\n' % (rng.choice(['alpha', 'beta', 'gamma', 'delta']), rng.randrange(60)) for _ in range(rng.randrange(3, 25))]


def change(t):
    if isinstance(t, bytes):
        return t + b'z'
    t = list(t)
    for _ in range(rng.randrange(1, 4)):
        p = rng.randrange(0, len(t) + 1)
        t[p:p + rng.randrange(0, 3)] = ['new %d\n' % rng.randrange(100) for _ in range(rng.randrange(0, 3))]
    return t


def path():
    return rng.choice(DIRS) + rng.choice(NAMES)


def base():
    t = {}
    for _ in range(rng.randrange(2, 14)):
        m = rng.random()
        put(t, path(), ('100644' if m < 0.85 else '100755' if m < 0.93 else '120000',
                        text() if m < 0.95 else ['link%d' % rng.randrange(3)] if m < 0.97 else b'\0bin%d' % rng.randrange(5)))
    return t


def edit(tree):
    t = dict(tree)
    for _ in range(rng.randrange(1, 6)):
        if not t:
            break
        p = rng.choice(sorted(t))
        mode, c = t[p]
        r = rng.random()
        if r < 0.25:
            t[p] = (mode, change(c))
        elif r < 0.35:
            del t[p]
        elif r < 0.55:
            del t[p]
            put(t, path(), (mode, change(c) if rng.random() < 0.5 else c))
        elif r < 0.65:
            put(t, path(), ('100644', text()))
        elif r < 0.7:
            t[p] = ('100755' if mode == '100644' else '100644', c)
        elif r < 0.73:
            t[p] = ('120000', ['target%d' % rng.randrange(3)])
        elif r < 0.76:
            put(t, p + '/inner', ('100644', text()))
        elif '/' in p:
            d = p.rsplit('/', 1)[0] + '/'
            e = rng.choice(DIRS + ['n/', 'n/m/', 'd/n/'])
            for q in [q for q in sorted(t) if q.startswith(d)]:
                if rng.random() < 0.9:
                    v = t.pop(q)
                    put(t, e + q[len(d):], (v[0], change(v[1]) if rng.random() < 0.3 else v[1]))
    return t


def commit(tree, parents, when):
    """A text is a list of lines; a link is its first."""
    files = {}
    for p, (mode, c) in tree.items():
        data = c if isinstance(c, bytes) else ''.join(c).encode()
        files[p] = (mode, data.split(b'\n')[0] if mode == '120000' else data)
    return feed.commit(files, parents, when)


feed = Feed()
lines = []
for i in range(count):
    o = base()
    a, b = edit(o), edit(o)
    co = commit(o, [], 1000)
    ca, cb = commit(a, [co], 2000), commit(b, [co], 2001)
    if i % 5 == 4:
        x = commit(edit(a), [ca, cb], 3000)
        y = commit(edit(b), [cb, ca], 3001)
        ca, cb = x, y
    lines.append('m%d m%d' % (ca, cb))
feed.write(git, env)
stdin = ('\n'.join(lines) + '\n').encode()
bad = 0
results = []
for program in (git, quoin):
    out = []
    r = subprocess.run([program, 'merge-tree', '--stdin'], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    results.append(r.stdout)
    if r.returncode:
        print(program, r.returncode, r.stderr[-300:])
if results[0] != results[1]:
    for line in lines:
        a, b = [subprocess.run([p, 'merge-tree', '--messages'] + line.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env).stdout for p in (git, quoin)]
        if a != b:
            bad += 1
            if bad <= int(os.environ.get('SHOW', '2')):
                print('==', line, 'in', top)
                open(top + '/want', 'wb').write(a)
                open(top + '/got', 'wb').write(b)
                print(subprocess.run(['diff', top + '/want', top + '/got'], stdout=subprocess.PIPE).stdout.decode('utf-8', 'replace')[:1500])
print('%d merges, %d differ' % (count, bad))
if not bad:
    shutil.rmtree(top)
sys.exit(bad != 0)
