"""What faults are made in: a small repository, and the commands run in it."""

FIXTURE = """
echo one >a; echo two >b; mkdir d; echo three >d/c; "$QUOIN" add -A; "$QUOIN" commit -qm first
"$QUOIN" branch side; "$QUOIN" tag old
echo more >>a; "$QUOIN" add a; "$QUOIN" commit -qm second
"$QUOIN" checkout -q side; echo side >e; echo deep >d/f; "$QUOIN" add -A; "$QUOIN" commit -qm side
"$QUOIN" checkout -q master
echo changed >>b; echo new >g; ln -s b link
"""
CLEAN = 'rm -f g link; "$QUOIN" checkout -q -f'
CONFLICT = (CLEAN + '; "$QUOIN" branch other old; "$QUOIN" checkout -q other; echo mine >a; '
            'echo n >n; "$QUOIN" add -A; "$QUOIN" commit -qm other; '
            '"$QUOIN" checkout -q master')
PACKED = ('"$QUOIN" repack -q; echo p >p; "$QUOIN" add p; "$QUOIN" commit -qm packed; '
          '"$QUOIN" repack -q; echo l >p; "$QUOIN" add p; "$QUOIN" commit -qm loose')
LOST = ('"$QUOIN" branch -q -D side; "$QUOIN" reflog expire --expire=all --all')
LOSE = '"$QUOIN" add -A; "$QUOIN" commit -qm lost; "$QUOIN" reset -q --hard HEAD~1'
GRAPH = ('"$QUOIN" commit-graph write --reachable --split --changed-paths; echo g >g1; '
         '"$QUOIN" add g1; "$QUOIN" commit -qm graphed')
# A graph, and what it names is lost.
GRAPHED = ('"$QUOIN" add -A; "$QUOIN" commit -qm lost; "$QUOIN" commit-graph write --reachable; '
           '"$QUOIN" reset -q --hard HEAD~1; "$QUOIN" reflog expire --expire=now --all')
# Three forms of history that is not here yet.
INCOMING = """
cp -a . ../incoming; cd ../incoming; echo come >>a; echo deep >d/in; "$QUOIN" add -A; "$QUOIN" commit -qm coming
echo further >>a; "$QUOIN" commit -qam further; "$QUOIN" tag -a -m in in
"$QUOIN" pack-objects -q --revs --thin --stdout >../in.pack <<END
HEAD
in
^side
^HEAD~2
END
"$QUOIN" pack-objects -q --revs --stdout >../in.whole <<END
in
^side
^HEAD~2
END
"$QUOIN" bundle create -q ../in.bundle in --not side HEAD~2
"$QUOIN" fast-export --signed-tags=strip HEAD in --reference-excluded-parents --not side HEAD~2 >../in.stream
cd ../base; mv ../in.pack ../in.whole ../in.bundle ../in.stream .git; rm -rf ../incoming"""
# A push, as it comes over the connection: a branch moved, one and a tag made, a tag deleted.
PUSHED = INCOMING.replace('"$QUOIN" bundle create', """p() { printf '%04x' $((${#1} + ${2:-0} + 4)); printf '%s' "$1"; }
new=$("$QUOIN" rev-parse HEAD) noted=$("$QUOIN" rev-parse in) side=$("$QUOIN" rev-parse side) old=$("$QUOIN" rev-parse old)
null=$(echo "$new" | sed 's/./0/g'); w=" report-status object-format=${#new}"; w=$(echo "$w" | sed 's/=40/=sha1/;s/=64/=sha256/')
{ p "$side $new refs/heads/side" $((${#w} + 1)); printf '\\0%s' "$w"; p "$null $new refs/heads/made"
  p "$null $noted refs/tags/in"; p "$old $null refs/tags/old"; printf 0000; cat ../in.whole; } >../in.push
"$QUOIN" bundle create""", 1).replace("../in.stream .git", "../in.stream ../in.push .git")
# A repository that went on since it was fetched from: branches moved, made, deleted, a tag.
FAR = """
cp -a . ../far; "$QUOIN" remote add origin ../far; "$QUOIN" fetch -q
cd ../far; rm -f g link; "$QUOIN" checkout -q -f; echo come >>a; echo deep >d/in; "$QUOIN" add -A; "$QUOIN" commit -qm coming
"$QUOIN" branch made; echo further >>a; "$QUOIN" commit -qam further; "$QUOIN" tag -a -m in in; "$QUOIN" branch -q -D side
cd ../base"""
EXT = FAR + """; "$QUOIN" config protocol.ext.allow always; "$QUOIN" config remote.origin.url "ext::$QUOIN upload-pack ../far" """
# Another repository inside, some commits behind, and what is kept of it here.
FAR = ('"$QUOIN" clone -q --bare . .git/far.git; "$QUOIN" config remote.far.url .git/far.git; '
       '"$QUOIN" config remote.far.fetch "+refs/heads/*:refs/remotes/far/*"; "$QUOIN" fetch -q far; '
       'echo far >far; "$QUOIN" add far; "$QUOIN" commit -qm far')
# name, what runs before (once), the command
CASES = [
    ("add", "", ["add", "-A"]),
    ("add-batch", '"$QUOIN" config core.fsync all; "$QUOIN" config core.fsyncMethod batch',
     ["add", "-A"]),
    ("commit-synced", '"$QUOIN" config core.fsync all; "$QUOIN" add -A',
     ["commit", "-q", "-m", "third"]),
    ("commit", '"$QUOIN" add -A', ["commit", "-q", "-m", "third"]),
    ("commit-amend", '"$QUOIN" add -A', ["commit", "-q", "--amend", "-m", "again"]),
    ("merge", CLEAN, ["merge", "-q", "-m", "merged", "side"]),
    ("merge-ff", CLEAN + " old", ["merge", "-q", "master"]),
    ("update-ref", "", ["update-ref", "refs/heads/new/branch", "side"]),
    ("update-ref-delete", "", ["update-ref", "-d", "refs/heads/side"]),
    ("update-ref-move", "", ["update-ref", "-m", "moved", "refs/heads/side", "master"]),
    ("branch-rename", "", ["branch", "-m", "side", "other"]),
    ("config", "", ["config", "user.name", "Somebody"]),
    ("reset-hard", "", ["reset", "-q", "--hard", "old"]),
    ("checkout", CLEAN, ["checkout", "-q", "side"]),
    ("commit-only", '"$QUOIN" add -A', ["commit", "-q", "-m", "third", "b"]),
    ("commit-all", "", ["commit", "-q", "-a", "-m", "third"]),
    ("merge-conflict", CONFLICT, ["merge", "-q", "other"]),
    ("merge-abort", CONFLICT + '; "$QUOIN" merge -q other || :', ["merge", "--abort"]),
    ("merge-continue", CONFLICT + '; "$QUOIN" merge -q other || :; echo both >a; '
     '"$QUOIN" add a', ["merge", "--continue"]),
    ("update-ref-many", "", ["update-ref", "--stdin"]),
    ("reset-mixed", '"$QUOIN" add -A', ["reset", "-q", "old"]),
    ("reset-soft", "", ["reset", "-q", "--soft", "old"]),
    ("switch-create", CLEAN, ["switch", "-q", "-c", "fresh", "side"]),
    ("restore", "", ["restore", "-s", "old", "-S", "-W", "."]),
    ("tag", "", ["tag", "-a", "-m", "noted", "v1"]),
    ("branch", "", ["branch", "new/one"]),
    ("branch-delete", "", ["branch", "-q", "-D", "side"]),
    ("rm", CLEAN, ["rm", "-q", "-r", "d", "b"]),
    ("mv", CLEAN, ["mv", "b", "d/moved"]),
    ("pack-refs", "", ["pack-refs", "--all"]),
    ("symbolic-ref", "", ["symbolic-ref", "-m", "by hand", "HEAD", "refs/heads/side"]),
    ("reflog-expire", "", ["reflog", "expire", "--expire=all", "--all"]),
    ("reflog-delete", "", ["reflog", "delete", "HEAD@{1}"]),
    ("config-unset", '"$QUOIN" config a.b c', ["config", "unset", "a.b"]),
    ("gc", LOSE, ["gc", "-q"]),
    ("gc-now", LOSE + '; "$QUOIN" reflog expire --expire=now --all', ["gc", "-q", "--prune=now"]),
    ("prune", LOSE + '; "$QUOIN" reflog expire --expire=now --all', ["prune"]),
    ("clone", CLEAN, ["clone", "-q", "--no-local", ".", "../cloned"]),
    ("clone-local", CLEAN, ["clone", "-q", ".", "../cloned"]),
    ("clone-shared", CLEAN, ["clone", "-q", "--shared", ".", "../cloned"]),
    ("clone-kept", CLEAN + '; "$QUOIN" config --global core.fsync all; "$QUOIN" config --global fetch.fsckObjects true',
     ["clone", "-q", "--no-local", ".", "../cloned"]),
    ("clone-depth", CLEAN, ["clone", "-q", "--no-local", "--depth=1", ".", "../cloned"]),
    ("clone-ext", CLEAN + EXT, ["-c", "protocol.ext.allow=always", "clone", "-q", "@ext", "../cloned"]),
    ("clone-bundle", INCOMING + '; "$QUOIN" bundle create -q .git/all.bundle --all', ["clone", "-q", ".git/all.bundle", "../cloned"]),
    ("fetch", FAR, ["fetch", "-q", "--prune"]),
    ("fetch-kept", FAR + '; "$QUOIN" config fetch.unpackLimit 1; "$QUOIN" config core.fsync all; "$QUOIN" config fetch.fsckObjects true',
     ["fetch", "-q", "--prune"]),
    ("fetch-atomic", FAR, ["fetch", "-q", "--prune", "--atomic"]),
    ("fetch-shallow", FAR, ["fetch", "-q", "--depth=1"]),
    ("fetch-unshallow", FAR + '; "$QUOIN" fetch -q --depth=1', ["fetch", "-q", "--unshallow"]),
    ("fetch-ext", EXT, ["fetch", "-q", "--prune"]),
    ("fetch-ext-v0", EXT, ["-c", "protocol.version=0", "fetch", "-q", "--prune"]),
    ("fetch-bundle", INCOMING, ["fetch", "-q", ".git/in.bundle", "refs/tags/in:refs/tags/in"]),
    ("init", "", ["init", "-q", "../cloned"]),
    ("repack", "", ["repack", "-d", "-q"]),
    ("repack-bitmap", PACKED, ["repack", "-a", "-d", "-b", "-q"]),
    ("repack-all", PACKED, ["repack", "-a", "-d", "-q"]),
    ("repack-synced", PACKED + '; "$QUOIN" config core.fsync all',
     ["repack", "-a", "-d", "-q", "-f"]),
    ("repack-loosen", PACKED + "; " + LOST, ["repack", "-A", "-d", "-q"]),
    ("repack-cruft", PACKED + "; " + LOST, ["repack", "--cruft", "-d", "-q"]),
    ("repack-geometric", PACKED, ["repack", "--geometric=2", "-d", "-q"]),
    ("repack-midx", PACKED, ["repack", "-a", "-d", "-q", "-b", "--write-midx"]),
    ("repack-midx-layers", PACKED + '; "$QUOIN" multi-pack-index write --incremental; "$QUOIN" repack -q',
     ["repack", "-d", "-q", "--geometric=2", "--write-midx=incremental"]),
    ("maintenance-loose", PACKED, ["maintenance", "run", "--quiet", "--task=loose-objects"]),
    ("maintenance-geometric", PACKED, ["maintenance", "run", "--quiet", "--task=geometric-repack"]),
    ("repack-filter", PACKED,
     ["repack", "-a", "-d", "-q", "--filter=blob:none", "--filter-to=.git/objects/pack/pack"]),
    ("pack-objects", "", ["pack-objects", "-q", "--all", ".git/objects/pack/pack"]),
    ("prune-packed", '"$QUOIN" repack -q', ["prune-packed", "-q"]),
    ("midx-write", PACKED, ["multi-pack-index", "write"]),
    ("midx-layer", PACKED + '; "$QUOIN" multi-pack-index write --incremental; "$QUOIN" repack -q',
     ["multi-pack-index", "write", "--incremental"]),
    ("midx-expire", PACKED + '; "$QUOIN" repack -a -q; "$QUOIN" multi-pack-index write',
     ["multi-pack-index", "expire"]),
    ("midx-repack", PACKED + '; "$QUOIN" multi-pack-index write',
     ["multi-pack-index", "repack"]),
    ("midx-compact", PACKED + '; "$QUOIN" multi-pack-index write --incremental; "$QUOIN" repack -q; '
     '"$QUOIN" multi-pack-index write --incremental; set -- $(cat '
     '.git/objects/pack/multi-pack-index.d/multi-pack-index-chain); echo "$@" >.git/layers',
     ["multi-pack-index", "compact", "@first", "@last"]),
    ("graph-write", "", ["commit-graph", "write", "--reachable", "--changed-paths"]),
    ("graph-split", GRAPH, ["commit-graph", "write", "--reachable", "--split=no-merge"]),
    ("graph-merge", GRAPH, ["commit-graph", "write", "--reachable", "--split=replace"]),
    ("index-pack", INCOMING, ["index-pack", "--stdin", "--strict"]),
    ("index-pack-thin", INCOMING, ["index-pack", "--stdin", "--fix-thin", "--keep=held"]),
    ("unpack-objects", INCOMING, ["unpack-objects", "-q"]),
    ("unpack-strict", INCOMING, ["unpack-objects", "-q", "--strict"]),
    ("receive-pack", PUSHED, ["receive-pack", "."]),
    ("receive-pack-kept", PUSHED + '; "$QUOIN" config receive.unpackLimit 1; "$QUOIN" config core.fsync all; '
     '"$QUOIN" config receive.fsckObjects true', ["receive-pack", "."]),
    # Both ends: what is called counts in each process by itself.
    ("push", FAR, ["push", "-q", "--atomic", "far", "master", "side:made", ":refs/tags/old"]),
    ("push-forced", FAR + '; "$QUOIN" -C .git/far.git config receive.unpackLimit 1',
     ["push", "-q", "--force-with-lease", "far", "+side:master", "master:made"]),
    ("bundle-create", "", ["bundle", "create", "-q", ".git/made.bundle", "--all"]),
    ("bundle-unbundle", INCOMING, ["bundle", "unbundle", ".git/in.bundle"]),
    ("fast-import", INCOMING, ["fast-import", "--quiet"]),
    ("fast-import-pack", INCOMING + '; "$QUOIN" config fastimport.unpackLimit 0',
     ["fast-import", "--quiet", "--export-marks=.git/marks"]),
    ("pack-refs-loose", "", ["pack-refs", "--all", "--no-prune"]),
    ("refs-optimize", "", ["refs", "optimize"]),
    ("refs-migrate", '"$QUOIN" reflog expire --expire=all --all', ["refs", "migrate", "@migrate"]),
    ("maintenance", LOSE + "; " + GRAPH,
     ["maintenance", "run", "--quiet", "--task=gc", "--task=commit-graph", "--task=pack-refs"]),
    ("upkeep-commit", '"$QUOIN" add -A; "$QUOIN" config maintenance.commit-graph.auto 1; "$QUOIN" config maintenance.autoDetach false; '
     '"$QUOIN" commit-graph write --split=no-merge --reachable', ["commit", "-q", "-m", "third"]),
    ("upkeep-packs", PACKED + '; "$QUOIN" config maintenance.incremental-repack.auto 1',
     ["repack", "-d", "-q"]),
    ("graphed-prune", GRAPHED, ["prune"]),
    ("graphed-prune-chain", GRAPHED.replace("write", "write --split=no-merge"), ["prune"]),
    ("graphed-repack", GRAPHED.replace('"$QUOIN" reset', '"$QUOIN" repack -adq; "$QUOIN" reset'),
     ["repack", "-a", "-d", "-q"]),
    ("maintenance-loose", PACKED, ["maintenance", "run", "--quiet", "--task=loose-objects"]),
    ("maintenance-packs", PACKED, ["maintenance", "run", "--quiet", "--task=incremental-repack"]),
]
# What update-ref --stdin is told.
STDIN = {"update-ref-many": "update refs/heads/x side\nupdate refs/tags/old side\n"
                            "update refs/heads/side master\n"}
# Files of the repository that are its input.
INPUT = {"receive-pack": "in.push", "receive-pack-kept": "in.push",
         "index-pack": "in.whole", "index-pack-thin": "in.pack", "unpack-objects": "in.whole",
         "unpack-strict": "in.whole", "fast-import": "in.stream", "fast-import-pack": "in.stream"}
# Commands that do not end with 0 undisturbed.
CODES = {"merge-conflict": 1}
# What is looked at in more ways: each call that fails, no descriptors left.
CONNECTING = ("clone", "fetch")
# What is made anew: after a kill what is there must be removed, as with git.
FRESH = ("clone", "init")
