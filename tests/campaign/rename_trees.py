#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random tree pairs through `diff-tree --stdin` of two programs: renames, copies,
breaks, stat and patch forms.

usage: rename_trees.py QUOIN [COUNT] [SEED]    (git: $QUOIN_REFERENCE or git)
"""
import os, random, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Feed, History  # noqa: E402

quoin = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
git = os.environ.get('QUOIN_REFERENCE', 'git')
top = tempfile.mkdtemp(prefix='quoin-renames-')
env = dict(os.environ, GIT_DIR=top, GIT_CONFIG_GLOBAL='/dev/null', GIT_CONFIG_NOSYSTEM='1')
subprocess.run([git, 'init', '-q', '--bare', top], check=True, env=dict(os.environ, GIT_CONFIG_GLOBAL='/dev/null'))
put = History.put
NAMES = ['a', 'b.c', 'c.h', 'Makefile', 'foo bar', 't\tx', 'ä']
DIRS = ['', 'd/', 'd/e/', 'src/', 'src/lib/']


def text():
    n = rng.choice([2, 5, 20, 60])
    t = ['%s = %d;\n' % (rng.choice(['alpha', 'beta', 'gamma', 'delta', 'int x']), rng.randrange(90)) for _ in range(n)]
    r = rng.random()
    s = ''.join(t).encode()
    if r < 0.1:
        s = s.replace(b'\n', b'\r\n')
    elif r < 0.2:
        s = s + b'\0' + bytes(rng.randrange(256) for _ in range(rng.randrange(300)))
    elif r < 0.25:
        s = b''
    elif r < 0.3:
        s = s[:-1]
    return s


def change(s):
    lines = s.split(b'\n')
    for _ in range(rng.choice([1, 1, 3, 10])):
        p = rng.randrange(0, len(lines) + 1)
        lines[p:p + rng.randrange(0, 4)] = [b'new %d' % rng.randrange(50) for _ in range(rng.randrange(0, 4))]
    if rng.random() < 0.1:
        rng.shuffle(lines)
    return b'\n'.join(lines)


def path():
    return rng.choice(DIRS) + rng.choice(NAMES)


feed = Feed()
for i in range(count):
    old = {}
    for _ in range(rng.randrange(1, 16)):
        r = rng.random()
        put(old, path(), ('100644' if r < 0.8 else '100755' if r < 0.93 else '120000', text() if r < 0.93 else b'target%d' % rng.randrange(3)))
    new = dict(old)
    for _ in range(rng.randrange(1, 9)):
        if not new:
            break
        p = rng.choice(sorted(new))
        mode, c = new[p]
        r = rng.random()
        if r < 0.25:
            new[p] = (mode, change(c))
        elif r < 0.35:
            del new[p]
        elif r < 0.65:
            del new[p]
            put(new, path(), (mode, change(c) if rng.random() < 0.6 else c))
        elif r < 0.8:
            put(new, path(), (rng.choice([mode, '100755']), change(c) if rng.random() < 0.5 else c))
        elif r < 0.9:
            put(new, path(), ('100644', text()))
        elif r < 0.95:
            new[p] = ('120000' if mode != '120000' else '100644', c.split(b'\n')[0] or b'x')
        else:
            new[p] = (mode, text())
    b = feed.commit(old, [], 1 + feed.count)
    feed.commit(new, [b], 1 + feed.count)
feed.write(git, env)
ids = subprocess.run([git, 'for-each-ref', '--format=%(objectname)'], stdout=subprocess.PIPE, env=env, check=True).stdout
bad = 0
forms = [['-r'], ['-p'], ['--stat'], ['--numstat'], ['--summary'], ['-p', '--stat', '--summary'], ['--name-status', '-r', '-z'], ['--dirstat=0'], ['--dirstat=files,cumulative,0'], ['--dirstat=lines,1'], ['--compact-summary'], ['--stat=50,20'], ['--stat=70', '--stat-graph-width=10'], ['-p', '-R'], ['--shortstat']]
finds = [[], ['-M'], ['-M'], ['-C'], ['-C', '-C'], ['-B'], ['-B', '-M'], ['-B10%/20%', '-C'], ['-M90%'], ['-M100%'], ['-M20%', '-l3'], ['-M', '--no-rename-empty'], ['-C', '--find-copies-harder', '-B/70%'], ['-B', '-D', '-M']]
total = 0
for n in range(int(os.environ.get('CASES', '60'))):
    options = rng.choice(forms) + rng.choice(finds)
    out = [subprocess.run([p, 'diff-tree', '--stdin', '-m'] + options, input=ids, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env).stdout for p in (git, quoin)]
    total += 1
    if out[0] != out[1]:
        bad += 1
        if bad <= int(os.environ.get('SHOW', '3')):
            print('==', ' '.join(options), 'in', top)
            for name, data in zip(('want', 'got'), out):
                open(top + '/' + name, 'wb').write(data)
            print(subprocess.run(['diff', '-a', top + '/want', top + '/got'], stdout=subprocess.PIPE).stdout.decode('utf-8', 'replace')[:700])
print('%d option sets over %d tree pairs, %d differ' % (total, count, bad))
if not bad:
    shutil.rmtree(top)
sys.exit(bad != 0)
