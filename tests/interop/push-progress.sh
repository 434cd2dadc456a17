#: cells sha1-files
#: end no
# What push and send-pack tell of progress: with --progress into a file, and on a
# terminal (there the last state of each line: what a bar shows before is our own,
# docs/decisions/progress.md).  Bytes and rates are masked; percentages that git
# shows by the clock are.
history
git_() { "$QN_REAL" "$@"; }
git_ config pack.threads 1
for i in 1 2 3 4 5 6 7 8 9; do echo $i >>many; git_ add many; git_ commit -qm $i; tick; done
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do mkdir -p dir; for j in 1 2 3 4 5; do echo $i $j >dir/$i.$j; done; done; git_ add .; git_ commit -qm dir
git_ init -q --bare ../seed.git; git_ push -q ../seed.git v1:refs/heads/main
fresh() { rm -rf ../up.git; cp -r ../seed.git ../up.git; }
mask() { # of lines that are drawn again the last state; each state without numbers that move
    python3 -c '
import re, sys
seen = []
for line in sys.stdin.buffer.read().decode().replace("\r\n", "\n").split("\n"):
    line = line.split("\r")
    line = [x for x in line if x.strip()][-1:] or [""]
    line = re.sub(r"[0-9.]+ (bytes|[KMG]iB) \| [0-9.]+ (bytes|[KMG]iB)/s", "BYTES | RATE", line[0])
    line = line.replace("\x1b[K", "<K>")
    print(line)'
}
try() { fresh; note "$*"; git_ "$@" >../out 2>../err; echo "= $?" >>../err; mask <../err >../shown; note_file ../shown; cp ../out ../shown; note_file ../shown; }
seen() { fresh; note "on a terminal: $*"; python3 -c '
import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
run = subprocess.Popen(sys.argv[1:], stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
os.close(theirs)
text = b""
try:
    while True:
        piece = os.read(ours, 65536)
        if not piece:
            break
        text += piece
except OSError:
    pass
sys.stdout.buffer.write(text)
print("=", run.wait())' "$QN_REAL" "$@" | mask >../shown; note_file ../shown; }
for words in --progress "--progress -q" "--progress -v" "--progress --no-thin" "--progress --porcelain" "--progress --dry-run" "--no-progress" "-v" "-q"; do
    try push $words ../up.git main:x
    seen push $words ../up.git main:x
    seen push $words ../up.git v1:x
done
seen push ../up.git main:x; seen push ../up.git main:x side:y :main; seen push ../up.git main:main v2
for words in "" --progress --no-progress -q "-q --progress" -v --thin "--thin --progress"; do
    try send-pack $words ../up.git main:x
    seen send-pack $words ../up.git main:x
done
for setting in receive.unpackLimit=1 receive.unpackLimit=1000 transfer.unpackLimit=1 receive.fsckObjects=true; do
    git_ -C ../seed.git config ${setting%%=*} ${setting##*=}
    try push --progress ../up.git main:x; seen push ../up.git main:x; try push ../up.git main:x; try push -q --progress ../up.git main:x
    git_ -C ../seed.git config --unset ${setting%%=*}
done
printf '#!/bin/sh\necho one; echo two >&2; printf "half\\r"; printf three\n' >../seed.git/hooks/pre-receive; chmod +x ../seed.git/hooks/pre-receive
try push --progress ../up.git main:x; seen push ../up.git main:x; try push -q ../up.git main:x; seen push -q ../up.git main:x
git_ repack -adq; try push --progress ../up.git main:x;
git_ commit -q --allow-empty -m after; try push --progress ../up.git main:x
git_ config pack.threads 2; try push --progress ../up.git main:x
git_ config pack.window 0; try push --progress ../up.git main:x
rm ../seed.git/hooks/pre-receive
git_ clone -q --bare . ../seed2.git; mkdir -p ../seed.git/objects/info; echo "$(cd ../seed2.git && pwd)/objects" >../seed.git/objects/info/alternates
try push --progress ../up.git main:x; seen push ../up.git main:x
