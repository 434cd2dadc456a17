# Progress of clone, fetch and push: JSON lines anywhere, a bar on a terminal, Git's
# text elsewhere (docs/decisions/progress.md).  Sourced by run.
cat >"$work/progress_json" <<'END'
#!/usr/bin/env python3
"""progress_json TASK COMMAND...: of the lines on stderr that begin with "{", those of
the task are a begin, steps and an end, with bytes; nothing else is text of progress."""
import json, subprocess, sys
run = subprocess.run(sys.argv[2:], capture_output=True, text=True)
assert run.returncode == 0, run.stderr
assert "\r" not in run.stderr and "remote:" not in run.stderr, run.stderr
lines = [json.loads(line) for line in run.stderr.split("\n") if line.startswith("{")]
mine = [line for line in lines if line["task"] == sys.argv[1]]
assert [line["event"] for line in mine if line["event"] != "step"] == ["begin", "end"], run.stderr
assert mine[-1]["bytes"] > 100000 and mine[-1]["done"] == mine[-1]["total"], run.stderr
END
cat >"$work/progress_bar" <<'END'
#!/usr/bin/env python3
"""progress_bar COLUMNS COMMAND...: what a terminal of so many columns sees."""
import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
env = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
run = subprocess.Popen(sys.argv[2:], stdin=theirs, stdout=theirs, stderr=theirs, env={**env, "TERM": "xterm"})
os.close(theirs)
text = b""
try:
    while piece := os.read(ours, 65536):
        text += piece
except OSError:
    pass
print(text.decode().replace("\r", "\n"))
sys.exit(run.wait())
END
chmod +x "$work/progress_json" "$work/progress_bar"
"$quoin" init -q -b main "$work/progress" && cd "$work/progress" || exit 1
for i in 1 2 3 4; do
    head -c 400000 /dev/urandom >"f$i"
    "$quoin" add . && "$quoin" commit -q -m "$i"
done
cd "$work" || exit 1
check "progress: json of clone" 0 '^$' "$work/progress_json" "Receiving objects" \
    "$quoin" clone --no-local --bare --progress=json progress progress1
"$quoin" init -q --bare progress2
check "progress: json of push" 0 '^$' "$work/progress_json" "Writing objects" \
    "$quoin" -C progress push --progress=json ../progress2 main
"$quoin" init -q progress3
check "progress: json of fetch" 0 '^$' "$work/progress_json" "Receiving objects" \
    "$quoin" -C progress3 -c fetch.unpackLimit=1 fetch --progress=json ../progress main
check "progress: no other word" 129 'takes no value' "$quoin" clone --progress=x progress progress4
check "progress: a bar" 0 'Receiving objects: +[0-9]+% \[=*>? *\] [0-9.]+ ([KMG]iB|bytes), [0-9.]+ ([KMG]iB|bytes)/s, [0-9]+:[0-9][0-9] left' \
    "$work/progress_bar" 100 "$quoin" clone --no-local --bare progress progress5
check "progress: its last line is Git's" 0 'Receiving objects: 100% \(12/12\), [0-9.]+ MiB . [0-9.]+ [KMG]iB/s, done\.' \
    "$work/progress_bar" 100 "$quoin" clone --no-local --bare progress progress6
check "progress: a narrow one" 0 'Receiving objects: +[0-9]+% [0-9]' \
    "$work/progress_bar" 40 "$quoin" clone --no-local --bare progress progress7
cd "$work" || exit 1
