"""What is done between two programs, and what must be there afterwards.

Each case gets a `cell` (run): `cell.client(words...)` runs the client in the
case's folder, `cell.judge(words...)` the git that judges; `cell.source` is a bare
repository nobody writes to, `cell.target()` a fresh copy to push to.  What is
wrong is an assertion, or `cell.fail`.
"""

import shutil


def refs(cell, repository, *patterns):
    return cell.judge("-C", repository, "for-each-ref", "--format=%(objectname) %(refname)", *patterns)


def sound(cell, repository):
    out = cell.judge("-C", repository, "fsck", "--strict", "--no-progress", "--no-dangling", merge=True)
    cell.same("fsck", [line for line in out.splitlines() if not line.startswith("notice: ")], [])


def tracking(cell, name):
    """An empty repository whose origin is `name`."""
    cell.judge("init", "-q", f"--object-format={cell.hash}", "one")
    cell.judge("-C", "one", "remote", "add", "origin", cell.url(name))


def ls_remote(cell):
    """Every ref, with what tags peel to."""
    wanted = cell.judge("ls-remote", cell.source)
    cell.same("refs", cell.client("ls-remote", *cell.upload, cell.url("source")), wanted)
    wanted = cell.judge("ls-remote", "--tags", cell.source)
    cell.same("tags", cell.client("ls-remote", "--tags", *cell.upload, cell.url("source")), wanted)


def ls_remote_nothing(cell):
    """A repository that is not there is an error, and ends."""
    code = cell.client("ls-remote", *cell.upload, cell.url("nowhere"), code=True)
    cell.same("exit code", code, 128)


def clone(cell):
    """All refs, HEAD, a clean work tree."""
    cell.client("clone", "-q", *cell.upload, cell.url("source"), "one")
    cell.same("status", cell.judge("-C", "one", "status", "--porcelain"), "")
    cell.same("HEAD", cell.judge("-C", "one", "rev-parse", "HEAD"),
              cell.judge("-C", cell.source, "rev-parse", "HEAD"))
    cell.same("tags", refs(cell, "one", "refs/tags"), refs(cell, cell.source, "refs/tags"))
    heads = refs(cell, cell.source, "refs/heads").replace("refs/heads/", "refs/remotes/origin/")
    cell.same("branches", "".join(line + "\n" for line in refs(cell, "one", "refs/remotes").splitlines()
                                  if not line.endswith("/HEAD")), heads)
    sound(cell, "one")


def clone_mirror(cell):
    """The same refs under the same names."""
    cell.client("clone", "-q", "--mirror", *cell.upload, cell.url("source"), "m.git")
    cell.same("refs", refs(cell, "m.git"), refs(cell, cell.source))
    sound(cell, "m.git")


def fetch(cell):
    """What is new comes; nothing new is no change; what is gone is pruned."""
    target = cell.target("moving")
    cell.judge("-C", target, "update-ref", "refs/heads/main", "main~3")
    cell.judge("-C", target, "update-ref", "-d", "refs/tags/v2")
    tracking(cell, "moving")
    cell.client("-C", "one", "fetch", "-q", *cell.upload)
    cell.judge("-C", target, "update-ref", "refs/heads/main", cell.tip)
    cell.judge("-C", target, "update-ref", "refs/tags/v2", cell.tag)
    cell.judge("-C", target, "update-ref", "-d", "refs/heads/side")
    cell.client("-C", "one", "fetch", "-q", "--prune", *cell.upload)
    cell.same("main", cell.judge("-C", "one", "rev-parse", "origin/main").strip(), cell.tip)
    cell.same("v2", cell.judge("-C", "one", "rev-parse", "v2").strip(), cell.tag)
    cell.same("side", refs(cell, "one", "refs/remotes/origin/side"), "")
    before = refs(cell, "one")
    cell.client("-C", "one", "fetch", "-q", *cell.upload)
    cell.same("nothing new", refs(cell, "one"), before)
    sound(cell, "one")


def fetch_refspec(cell):
    """One branch into a name of one's own, one object by its name."""
    cell.judge("init", "-q", f"--object-format={cell.hash}", "one")
    cell.client("-C", "one", "fetch", "-q", *cell.upload, cell.url("source"),
                "refs/heads/side:refs/mine/side", "v1")
    cell.same("side", cell.judge("-C", "one", "rev-parse", "refs/mine/side"),
              cell.judge("-C", cell.source, "rev-parse", "side"))
    cell.same("FETCH_HEAD", cell.judge("-C", "one", "rev-parse", "FETCH_HEAD^{commit}"),
              cell.judge("-C", cell.source, "rev-parse", "side^{commit}"))
    sound(cell, "one")


def shallow(cell):
    """One commit deep, then deeper, then all."""
    tracking(cell, "source")
    source = cell.judge("-C", cell.source, "log", "--format=%H", "--first-parent", "main")
    cell.client("-C", "one", "fetch", "-q", "--depth=1", *cell.upload, "origin", "main")
    cell.same("depth 1", cell.judge("-C", "one", "rev-list", "--count", "FETCH_HEAD").strip(), "1")
    cell.judge("-C", "one", "update-ref", "refs/remotes/origin/main", "FETCH_HEAD")
    cell.client("-C", "one", "fetch", "-q", "--deepen=2", *cell.upload, "origin", "main")
    cell.same("deepened", cell.judge("-C", "one", "log", "--format=%H", "--first-parent", "FETCH_HEAD"),
              "".join(line + "\n" for line in source.splitlines()[:3]))
    cell.client("-C", "one", "fetch", "-q", "--unshallow", *cell.upload)
    cell.same("all", cell.judge("-C", "one", "rev-list", "origin/main"),
              cell.judge("-C", cell.source, "rev-list", "main"))
    sound(cell, "one")


def shallow_since(cell):
    """Cut off at a tag, and by date."""
    tracking(cell, "source")
    cell.client("-C", "one", "fetch", "-q", "--shallow-exclude=v1", *cell.upload, "origin", "main")
    cell.same("commits", cell.judge("-C", "one", "rev-list", "FETCH_HEAD"),
              cell.judge("-C", cell.source, "rev-list", "main", "^v1"))
    cell.client("-C", "one", "fetch", "-q", "--shallow-since=1700000900", *cell.upload, "origin", "main")
    cell.same("commits", cell.judge("-C", "one", "rev-list", "FETCH_HEAD"),
              cell.judge("-C", cell.source, "rev-list", "--since=1700000900", "main"))
    sound(cell, "one")


def clone_shallow(cell):
    """One commit deep."""
    cell.client("clone", "-q", "--depth=1", *cell.upload, cell.url("source"), "one")
    cell.same("depth 1", cell.judge("-C", "one", "rev-list", "--count", "HEAD").strip(), "1")
    cell.same("status", cell.judge("-C", "one", "status", "--porcelain"), "")


def partial(cell):
    """No blobs come before they are needed."""
    cell.client("clone", "-q", "--bare", "--filter=blob:none", *cell.upload, cell.url("source"), "p.git")
    missing = [line for line in
               cell.judge("-C", "p.git", "rev-list", "--all", "--objects", "--missing=print").splitlines()
               if line.startswith("?")]
    blobs = [line for line in
             cell.judge("-C", cell.source, "cat-file", "--batch-all-objects", "--batch-check").splitlines()
             if " blob " in line]
    cell.same("missing", len(missing), len(blobs))


def fetch_partial(cell):
    """The same by fetch."""
    tracking(cell, "source")
    for key, value in (("promisor", "true"), ("partialclonefilter", "blob:none")):
        cell.judge("-C", "one", "config", f"remote.origin.{key}", value)
    cell.judge("-C", "one", "config", "core.repositoryformatversion", "1")
    cell.judge("-C", "one", "config", "extensions.partialclone", "origin")
    cell.client("-C", "one", "fetch", "-q", *cell.upload, "--filter=blob:none", "origin", "main")
    cell.same("commits", cell.judge("-C", "one", "rev-list", "--missing=allow-promisor", "FETCH_HEAD"),
              cell.judge("-C", cell.source, "rev-list", "main"))
    missing = [line for line in cell.judge("-C", "one", "rev-list", "FETCH_HEAD", "--objects",
                                           "--missing=print").splitlines() if line.startswith("?")]
    cell.same("blobs are missing", len(missing) > 12, True)


def fetch_atomic(cell):
    """All refs at once, with a tag that is followed and a branch that is pruned; or none."""
    target = cell.target("moving")
    cell.judge("-C", target, "update-ref", "refs/heads/main", "main~3")
    cell.judge("-C", target, "update-ref", "-d", "refs/tags/v2")
    tracking(cell, "moving")
    cell.client("-C", "one", "fetch", "-q", "--atomic", *cell.upload)
    cell.judge("-C", target, "update-ref", "refs/heads/main", cell.tip)
    cell.judge("-C", target, "update-ref", "refs/tags/v2", cell.tag)
    cell.judge("-C", target, "update-ref", "refs/heads/late", cell.tip)
    cell.judge("-C", target, "update-ref", "-d", "refs/heads/side")
    cell.judge("-C", "one", "update-ref", "refs/remotes/origin/late/not", cell.judge("-C", "one", "rev-parse", "origin/main").strip())
    before = refs(cell, "one")
    cell.same("exit code", cell.client("-C", "one", "fetch", "-q", "--atomic", *cell.upload, code=True) != 0, True)
    cell.same("none", refs(cell, "one"), before)
    cell.judge("-C", "one", "update-ref", "-d", "refs/remotes/origin/late/not")
    cell.client("-C", "one", "fetch", "-q", "--atomic", "--prune", *cell.upload)
    cell.same("main", cell.judge("-C", "one", "rev-parse", "origin/main", "origin/late").split(), [cell.tip] * 2)
    cell.same("v2", cell.judge("-C", "one", "rev-parse", "v2").strip(), cell.tag)
    cell.same("side", refs(cell, "one", "refs/remotes/origin/side"), "")
    sound(cell, "one")


def partial_checkout(cell):
    """What a filter left out comes when it is needed."""
    cell.client("clone", "-q", "--filter=blob:none", *cell.upload, cell.url("source"), "one")
    cell.same("status", cell.client("-C", "one", "status", "--porcelain"), "")
    cell.same("a file of old", cell.client("-C", "one", "-c", f"remote.origin.uploadpack={cell.upload[0].split('=', 1)[1]}"
                                           if cell.upload else "a.b=c", "cat-file", "-p", "v1:story"),
              cell.judge("-C", cell.source, "cat-file", "-p", "v1:story"))


def partial_filters(cell):
    """Each filter leaves out what it says."""
    objects = [line.split() for line in cell.judge("-C", cell.source, "cat-file", "--batch-all-objects",
                                                   "--batch-check=%(objecttype) %(objectsize)").splitlines()]
    for name, given in (("blob:limit=1k", lambda kind, size: kind == "blob" and size >= 1024),
                        ("tree:0", lambda kind, size: kind in ("tree", "blob")),
                        ("object:type=commit", lambda kind, size: kind in ("tree", "blob"))):
        cell.client("clone", "-q", "--mirror", f"--filter={name}", *cell.upload, cell.url("source"), "p.git")
        here = cell.judge("-C", "p.git", "-c", "remote.origin.promisor=false", "cat-file", "--batch-all-objects",
                          "--batch-check=%(objecttype)").splitlines()
        wanted = sum(not given(kind, int(size)) for kind, size in objects)
        cell.same(name, len(here), wanted)
        shutil.rmtree(f"{cell.at}/p.git")


def push(cell):
    """A branch, a tag; then forward; then away."""
    target = cell.target("to")
    cell.judge("clone", "-q", "--mirror", cell.source, "w.git")
    cell.judge("-C", "w.git", "config", "--unset", "remote.origin.mirror")
    cell.judge("-C", "w.git", "update-ref", "refs/heads/new", "main~2")
    cell.judge("-C", "w.git", "tag", "light", "main~1")
    send = ("-C", "w.git", "push", "-q", *cell.receive, cell.url("to"))
    cell.client(*send, "new", "light", "new:refs/odd/place")
    cell.same("new", cell.judge("-C", target, "rev-parse", "new"), cell.judge("-C", "w.git", "rev-parse", "new"))
    cell.same("odd", cell.judge("-C", target, "rev-parse", "refs/odd/place"),
              cell.judge("-C", "w.git", "rev-parse", "new"))
    cell.new_commit("w.git", "new")
    cell.client(*send, "new")
    cell.same("forward", cell.judge("-C", target, "rev-parse", "new"), cell.judge("-C", "w.git", "rev-parse", "new"))
    cell.client(*send, ":new", ":light")
    cell.same("gone", refs(cell, target, "refs/heads/new", "refs/tags/light"), "")
    sound(cell, target)


def push_rejected(cell):
    """What is not forward is refused, unless it is forced."""
    target = cell.target("to")
    cell.judge("clone", "-q", "--bare", cell.source, "w.git")
    cell.judge("-C", "w.git", "update-ref", "refs/heads/main", "main~2")
    cell.new_commit("w.git", "main")
    before = refs(cell, target)
    send = ("-C", "w.git", "push", "-q", *cell.receive, cell.url("to"))
    cell.same("exit code", cell.client(*send, "main", code=True), 1)
    cell.same("refs", refs(cell, target), before)
    cell.client(*send, "+main")
    cell.same("forced", cell.judge("-C", target, "rev-parse", "main"), cell.judge("-C", "w.git", "rev-parse", "main"))
    sound(cell, target)


def push_atomic(cell):
    """All or nothing."""
    target = cell.target("to")
    cell.judge("clone", "-q", "--bare", cell.source, "w.git")
    cell.judge("-C", "w.git", "update-ref", "refs/heads/main", "main~2")
    cell.new_commit("w.git", "main")
    cell.new_commit("w.git", "side")
    before = refs(cell, target)
    send = ("-C", "w.git", "push", "-q", "--atomic", *cell.receive, cell.url("to"))
    cell.same("exit code", cell.client(*send, "main", "side", code=True), 1)
    cell.same("refs", refs(cell, target), before)
    cell.client(*send, "+main", "side")
    cell.same("side", cell.judge("-C", target, "rev-parse", "side"), cell.judge("-C", "w.git", "rev-parse", "side"))


def push_lease(cell):
    """Only over what was seen."""
    target = cell.target("to")
    cell.judge("clone", "-q", "--bare", cell.source, "w.git")
    seen = cell.judge("-C", "w.git", "rev-parse", "main").strip()
    cell.judge("-C", "w.git", "update-ref", "refs/heads/main", "main~2")
    cell.new_commit("w.git", "main")
    before = refs(cell, target)
    send = ("-C", "w.git", "push", "-q", *cell.receive)
    wrong = cell.judge("-C", "w.git", "rev-parse", "side").strip()
    cell.same("exit code", cell.client(*send, f"--force-with-lease=main:{wrong}", cell.url("to"), "main",
                                       code=True), 1)
    cell.same("refs", refs(cell, target), before)
    cell.client(*send, f"--force-with-lease=main:{seen}", cell.url("to"), "main")
    cell.same("main", cell.judge("-C", target, "rev-parse", "main"), cell.judge("-C", "w.git", "rev-parse", "main"))


CASES = [ls_remote, ls_remote_nothing, clone, clone_mirror, fetch, fetch_refspec, fetch_atomic, shallow, shallow_since,
         clone_shallow, partial, partial_checkout, partial_filters, fetch_partial,
         push, push_rejected, push_atomic, push_lease]
# The client's command that a case needs, besides the server's.
NEEDS = {"ls_remote": "ls-remote", "ls_remote_nothing": "ls-remote", "clone": "clone", "clone_mirror": "clone",
         "fetch": "fetch", "fetch_refspec": "fetch", "fetch_atomic": "fetch",
         "partial_checkout": "clone", "partial_filters": "clone", "shallow": "fetch", "shallow_since": "fetch", "clone_shallow": "clone",
         "partial": "clone", "fetch_partial": "fetch",
         "push": "push", "push_rejected": "push", "push_atomic": "push", "push_lease": "push"}
# What a carrier that speaks no wire protocol cannot be asked.
WIRE = {"ls_remote", "ls_remote_nothing", "fetch", "fetch_atomic", "partial_checkout", "partial_filters", "shallow", "shallow_since", "clone_shallow", "partial", "fetch_partial",
        "push", "push_rejected", "push_atomic", "push_lease"}
# What a file can answer.
OF_BUNDLES = {"ls_remote_nothing", "clone", "clone_mirror", "fetch_refspec"}
