# --json: what each command answers is JSON, and says what its text says.  Sourced
# by run, in a repository of its own.
cat >"$work/json_check" <<'END'
#!/usr/bin/env python3
"""json_check EXPRESSION COMMAND...: the command's output is JSON and the expression
(of d) true."""
import json, subprocess, sys
run = subprocess.run(sys.argv[2:], stdin=sys.stdin, capture_output=True)
text = run.stdout
d = json.loads(text)
assert text.endswith(b"\n")
if isinstance(d, list):
    lines = text.decode().split("\n")
    assert lines[0] == "[" and lines[-2] == "]", "not a record a line"
    assert len(lines) == len(d) + 3, "not a record a line"
    for line in lines[1:-2]:
        json.loads(line.rstrip(","))
if not eval(sys.argv[1]):
    sys.exit(f"not so: {sys.argv[1]} of {text.decode()[:600]}")
END
chmod +x "$work/json_check"
says() { # NAME EXPRESSION ARGUMENT...
    local name=$1 expression=$2
    shift 2
    check "json: $name" 0 '^$' "$work/json_check" "$expression" "$quoin" "$@"
}
refuses() { # NAME ARGUMENT...
    local name=$1
    shift
    check "json: $name is refused" 128 '--json' "$quoin" "$@"
}

"$quoin" init -q -b main "$work/json" && cd "$work/json" || exit 1
says "status before a commit" 'd["id"] is None and d["branch"] == "main" and d["entries"] == []' \
    status --json
says "an empty list" 'd == []' ls-files --json
mkdir sub && seq 20 >sub/a && printf 'x\0y' >binary && touch -d '2020-01-01' sub/a
odd=$(printf 'caf\351')
echo odd >"$odd"
"$quoin" add -A && "$quoin" commit -q -m "First

Body of \"it\""
"$quoin" tag -a -m "The tag" v1
says "bytes that are not UTF-8" '{"bytes": "Y2Fm6Q=="} in [e["path"] for e in d]' ls-files --json
says "last-modified" 'd[0]["path"] and len(d[0]["commit"]) == 40' last-modified --json HEAD
says "ls-tree" 'd[0]["path"] == "binary" and d[0]["type"] == "blob"' ls-tree --json HEAD
says "ls-files" '[e["state"] for e in d] == ["cached"] * 3 and d[0]["mode"] == "100644"' ls-files --json
says "log" 'd[0]["subject"] == "First" and d[0]["message"].endswith("Body of \"it\"\n") and d[0]["parents"] == []' \
    log --json
says "log: who" 'd[0]["author"]["name"] == "A" and d[0]["author"]["mail"] == "a@example.com" and d[0]["author"]["zone"] == 90' \
    log --json
"$quoin" mv sub/a sub/b && echo more >>sub/b && "$quoin" add sub/b && "$quoin" commit -q -m Second
says "log with changes" 'd[0]["changes"][0]["status"] == "renamed" and d[0]["changes"][0]["old_path"] == "sub/a" and d[0]["changes"][0]["added"] == 1' \
    log --json --stat -1
says "log without them" '"changes" not in d[0]' log --json -1
says "log that finds nothing" 'd == []' log --json --author=nobody
says "log -S" 'len(d) == 1 and d[0]["subject"] == "Second"' log --json -Smore
says "log -g" 'd[0]["reflog"]["selector"] == "HEAD@{0}" and d[0]["reflog"]["message"] == "commit: Second"' \
    log --json -g
says "log --decorate" '"tag: v1" in d[1]["refs"] or "v1" in d[1]["refs"]' log --json --decorate
says "log --left-right" '[e["mark"] for e in d] == [">"]' log --json --left-right v1...main
says "reflog" 'len(d) == 2' reflog show --json
says "show" 'd[0]["changes"][0]["path"] == "sub/b"' show --json
says "show of a tag" 'd[0]["tag"] == "v1" and d[0]["target"] == d[1]["id"]' show --json v1
says "rev-list" 'len(d) == 2 and d[0]["parents"] == [d[1]["id"]]' rev-list --json --parents HEAD
says "rev-list --count" 'd == {"count": 2}' rev-list --json --count HEAD
says "rev-list --objects" 'sum(e.get("type") == "tree" for e in d) == 4' rev-list --json --objects HEAD
says "diff-tree" 'd[0]["similarity"] > 80' diff-tree --json -r -M HEAD~1 HEAD
says "diff" 'd == []' diff --json
echo again >>sub/b
echo new >untracked
says "diff of a file" 'd[0]["status"] == "modified" and "new_id" not in d[0]' diff --json
says "diff -p" '"+again" in d[0]["patch"] and d[0]["added"] == 1' diff --json -p --stat
says "diff-files" 'd[0]["path"] == "sub/b"' diff-files --json
says "diff-index" 'd[0]["old_mode"] == "100644"' diff-index --json HEAD
printf 'z\0z' >binary
says "diff of a binary file" 'd[0]["binary"]' diff --json --numstat
says "status" '[(e["path"], e.get("unstaged")) for e in d["entries"]] == [("binary", "modified"), ("sub/b", "modified"), ("untracked", None)]' \
    status --json
"$quoin" branch -q topic && "$quoin" branch -q -u main topic
says "branch" '[(e["ref"], e["head"]) for e in d] == [("refs/heads/main", True), ("refs/heads/topic", False)] and d[1]["upstream"] == "refs/heads/main" and "ahead" not in d[1]' \
    branch --json
says "branch -v" 'd[1]["ahead"] == 0 and d[1]["behind"] == 0' branch --json -v
says "tag" 'd[0]["type"] == "tag" and d[0]["subject"] == "The tag" and len(d[0]["target"]) == 40' tag --json
says "for-each-ref" 'len(d) == 3 and d[0]["type"] == "commit"' for-each-ref --json
says "for-each-ref --count" 'len(d) == 1' for-each-ref --json --count=1
says "show-ref" 'len(d) == 3 and "target" not in d[2]' show-ref --json
says "show-ref -d" '"target" in d[2]' show-ref --json -d
says "count-objects" 'd["loose"] > 5 and d["packs"] == 0' count-objects --json
says "config list" 'any(e["key"] == "core.bare" and e["value"] == "false" for e in d)' config list --json
echo '/ignored' >.gitignore && echo '*.x attr=value -text' >.gitattributes
says "check-ignore" 'd == [{"path": "ignored", "ignored": True, "source": ".gitignore", "line": 1, "pattern": "/ignored"}]' \
    check-ignore --json ignored other
says "check-attr" '[(e["attribute"], e["state"]) for e in d] == [("attr", "value"), ("text", "unset"), ("no", "unspecified")]' \
    check-attr --json attr text no -- a.x
printf 'HEAD\nnope\n' >"$work/names"
check "json: cat-file" 0 '^$' sh -c '"$1/json_check" "$2" "$3" cat-file --batch-check --json <"$1/names"' \
    sh "$work" 'd[0]["type"] == "commit" and d[1] == {"name": "nope", "failure": "missing"}' "$quoin"
# In the middle of a conflict.
"$quoin" reset -q --hard
"$quoin" switch -q -c other v1 && echo theirs >>sub/a && "$quoin" commit -q -a -m Theirs
"$quoin" switch -q main && "$quoin" merge -q other >/dev/null 2>&1
says "status in a merge" 'd["doing"] == ["merge"] and d["entries"][0]["conflict"] == "both_modified" and len(d["entries"][0]["stages"]) == 3' status --json
check "no new branch in a merge" 128 'cannot switch branch while merging' "$quoin" switch -c third
# Not abbreviated, and not with what has no place in it.
check "json: never abbreviated" 129 "unknown option" "$quoin" ls-files --jso
refuses "for-each-ref --format" for-each-ref --json --format=x
refuses "tag x" tag --json x
refuses "branch x" branch --json x
refuses "log --graph" log --json --graph
refuses "log --cc" log --json --cc -p
refuses "cat-file -p" cat-file --json -p HEAD
refuses "show of a tree" show --json 'HEAD^{tree}'
refuses "rev-list --graph" rev-list --json --graph HEAD
cd "$work" || exit 1
