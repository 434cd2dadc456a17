#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random three-way merges through diff_driver and `git merge-file`.

usage: merge_texts.py DRIVER [COUNT] [SEED]    (git: $QUOIN_REFERENCE or git)
"""
import os, random, shutil, subprocess, sys, tempfile

driver = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 150
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
git = os.environ.get('QUOIN_REFERENCE', 'git')
top = tempfile.mkdtemp(prefix='quoin-merge-')
for d in 'oab':
    os.makedirs(top + '/' + d)
for i in range(count):
    end = rng.choice(['\n', '\n', '\r\n'])
    letters = rng.choice(['abc', 'abcdefghijklmnop', ['foo', '}', '', '{']])

    def line():
        e = end if rng.random() < 0.97 else '\n'
        return rng.choice(letters) + e
    o = [line() for _ in range(rng.randrange(0, 30))]

    def edit(t):
        t = list(t)
        for _ in range(rng.randrange(0, 5)):
            p = rng.randrange(0, len(t) + 1)
            t[p:p + rng.randrange(0, 4)] = [line() for _ in range(rng.randrange(0, 4))]
        s = ''.join(t)
        return s.rstrip('\r\n') if rng.random() < 0.15 else s
    a = edit(o)
    b = edit(o)
    for d, t in (('o', ''.join(o)), ('a', a), ('b', b)):
        open('%s/%s/%d' % (top, d, i), 'wb').write(t.encode())
bad = total = 0
for gopt, dopt in (([], []), (['--diff3'], ['-s', '1']), (['--zdiff3'], ['-s', '2']),
                   (['--ours'], ['-v', '1']), (['--theirs'], ['-v', '2']), (['--union'], ['-v', '3']),
                   (['--diff-algorithm=histogram'], ['-a', '3'])):
    got = subprocess.run([driver, '-f', '0', '-m', top + '/o'] + dopt + [top + '/a', top + '/b'],
                         stdout=subprocess.PIPE, check=True).stdout
    want = b''
    for i in range(count):
        names = ['%s/%s/%d' % (top, d, i) for d in 'aob']
        r = subprocess.run([git, 'merge-file', '-p', '-L', 'a', '-L', 'o', '-L', 'b'] + gopt + names,
                           stdout=subprocess.PIPE, env=dict(os.environ, GIT_CONFIG_GLOBAL='/dev/null'))
        part = b'== %d\n' % i + r.stdout + b'\n%d conflicts\n' % r.returncode
        total += 1
        if part not in got:
            bad += 1
            if bad == 1:
                print('first difference: merge', i, gopt, top)
print('%d merges, %d differ' % (total, bad))
if not bad:
    shutil.rmtree(top)
sys.exit(bad != 0)
