#!/usr/bin/env python3
"""HTTP against real components: who one is, and what is between.

usage: http_real.py QUOIN [--git GIT] [WORD...]     WORD: only tests with it

A Kerberos KDC, apache2 with http-backend (Basic, Digest, Negotiate; as a proxy, over
TLS, too), SOCKS and NTLM servers of a few lines, a relay that keeps what clients say:
each on a free port of the loopback with a configuration of its own, ended by its id.
With GIT in the place of QUOIN the same is asked of git: what is expected was read
from 2.55 with the same libcurl; where we differ on purpose, NOT_GIT says so.
"""
import base64
import hashlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
QUOIN = os.path.abspath(sys.argv[1])
REST = sys.argv[2:]
GIT = REST[REST.index("--git") + 1] if "--git" in REST else "git"
WORDS = [w for i, w in enumerate(REST) if w != "--git" and
         (i == 0 or REST[i - 1] != "--git")]
NOT_GIT = "quoin" in os.path.basename(QUOIN)
TOP = tempfile.mkdtemp(prefix="qn-real-")
ROOT = os.path.join(TOP, "root")
STARTED, TESTS = [], []
OUTSIDE = ("git_", "lc_", "lang", "http_", "https_", "no_proxy", "all_proxy", "xdg_",
           "krb5", "netrc", "ssl_", "curl_")
ENV = {k: v for k, v in os.environ.items() if not k.lower().startswith(OUTSIDE)}
ENV.update(HOME=TOP + "/home", GIT_CONFIG_NOSYSTEM="1", GIT_TERMINAL_PROMPT="0",
           GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="A",
           GIT_COMMITTER_EMAIL="a@b", LC_ALL="C")
KRB = dict(KRB5_CONFIG=TOP + "/krb5.conf", KRB5_KDC_PROFILE=TOP + "/kdc.conf",
           KRB5CCNAME="FILE:%s/cc" % TOP)
NO_TICKET = {**KRB, "KRB5CCNAME": "FILE:%s/none" % TOP}
HELPER = ("credential.helper=!f() { echo \"$1\" >>\"$LOG\"; cat >>\"$LOG\"; "
          "test $1 = get && printf \"$SAYS\"; }; f")
ALICE = "username=alice\\npassword=wonder%%land\\n"
MODULES = "/usr/lib/apache2/modules"
CA = "http.sslCAInfo=%s/ca.pem" % TOP


class Skip(Exception):
    pass


def test(function):
    TESTS.append(function)
    return function


def run(*command, directory=None, says=None, **variables):
    """Exit code, stdout, stderr, what the credential helper was told."""
    log = tempfile.mktemp(dir=TOP, prefix="told")
    if says is not None:
        variables["SAYS"] = says
    done = subprocess.run(command, cwd=directory or TOP, capture_output=True,
                          env={**ENV, "LOG": log, **variables}, timeout=120)
    told = open(log).read() if os.path.exists(log) else ""
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"), told)


def git(*words, **more):
    code, out, err, _ = run("git", "-c", "safe.directory=*", *words, **more)
    assert code == 0, err
    return out.strip()


def ask(url, *config, command=("ls-remote",), **more):
    words = [w for c in config for w in ("-c", c)]
    return run(QUOIN, *words, *command[:1], url, *command[1:], **more)


def works(result):
    assert result[0] == 0, result
    return result


def fails(result, message):
    """The whole of stderr, or its end behind "...": one text."""
    assert result[0] == 128, result
    err = re.sub(r"after \d+ ms", "after N ms", result[2])
    assert err == message or \
        message.startswith("...") and err.endswith(message[3:]), (err, message)
    return result


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def start(*command, ports=(), env=None):
    process = subprocess.Popen(command, env={**ENV, **(env or {})},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    STARTED.append(process)
    for _ in range(600):
        if process.poll() is not None:
            return False
        if all(listens(p) for p in ports):
            return True
        time.sleep(0.05)
    return False


class Served:
    """A thread for each connection to a free port."""

    def __init__(self, address=None):
        self.seen = []
        if address:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(address)
            self.socket.listen()
        else:
            self.socket = socket.create_server(("127.0.0.1", 0))
            self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self.guarded, args=(client,), daemon=True).start()

    def guarded(self, client):
        try:
            with client:
                self.serve(client)
        except OSError:
            pass

    @staticmethod
    def pump(source, target, keep=None):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if keep is not None:
                    keep.append(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def join(self, client, there, keep=None):
        back = threading.Thread(target=self.pump, args=(there, client), daemon=True)
        back.start()
        self.pump(client, there, keep)
        back.join()
        there.close()


class Relay(Served):
    """Between a client and a server; keeps what clients say, a list a connection."""

    def __init__(self, target):
        self.target = target
        super().__init__()

    def serve(self, client):
        said = []
        self.seen.append(said)
        self.join(client, socket.create_connection(("127.0.0.1", self.target)), said)

    def requests(self):
        """(method, headers as told, number of the connection); then forget them."""
        rows = []
        for number, said in enumerate(self.seen):
            for head in re.findall(r"((?:GET|POST|CONNECT) \S+ HTTP/1\.1\r\n"
                                   r"(?:[^\r\n]+\r\n)*)\r\n",
                                   b"".join(said).decode("latin-1")):
                first, *lines = head.strip().split("\r\n")
                rows.append((first.split()[0],
                             [tuple(l.split(": ", 1)) for l in lines], number))
        self.seen = []
        return rows

    def ways(self, header="Authorization"):
        """"GET - POST Basic": the method and the scheme of each request."""
        return " ".join("%s %s" % (method, dict(lines).get(header, "-").split()[0])
                        for method, lines, _ in self.requests())


class Socks(Served):
    """4, 4a and 5; keeps whom it was asked for."""
    user = None

    def serve(self, client):
        stream = client.makefile("rb")

        def text():
            return b"".join(iter(lambda: stream.read(1), b"\0"))

        def counted():
            return stream.read(stream.read(1)[0])

        if stream.read(1) == b"\4":
            _, port, address = struct.unpack(">BH4s", stream.read(7))
            name, done = text(), b"\0\x5a\0\0\0\0\0\0"
            host = text().decode() if address[:3] == b"\0\0\0" else \
                socket.inet_ntoa(address)
            self.seen.append("4%s %s %s" % ("a" * (address[:3] == b"\0\0\0"), host,
                                            name.decode()))
        else:
            counted()
            who = b""
            client.sendall(b"\5\2" if self.user else b"\5\0")
            if self.user:
                stream.read(1)
                who = counted() + b":" + counted()
                client.sendall(b"\1\0" if who == self.user else b"\1\1")
                if who != self.user:
                    return
            kind = stream.read(4)[3]
            host = counted().decode() if kind == 3 else socket.inet_ntoa(stream.read(4))
            port, = struct.unpack(">H", stream.read(2))
            self.seen.append("5%s %s %s" % ("h" * (kind == 3), host, who.decode()))
            done = b"\5\0\0\1\0\0\0\0\0\0"
        there = socket.create_connection((host, port))
        client.sendall(done)
        self.join(client, there)


class Ntlm(Served):
    """The shape of the handshake, on one connection; version 0 of the protocol.  Ends
    of answers come late."""
    schemes = True

    def serve(self, client):
        number, is_known, stream = len(self.seen), not self.schemes, client.makefile("rb")
        self.seen.append([])
        while True:
            first = stream.readline().decode()
            if not first:
                return
            lines = {}
            for line in iter(lambda: stream.readline().decode().strip(), ""):
                name, _, value = line.partition(": ")
                lines[name.lower()] = value
            stream.read(int(lines.get("content-length", 0)))
            token = lines.get("authorization", "").partition(" ")[2]
            step = base64.b64decode(token)[8] if token else 0
            is_known = is_known or step == 3
            self.seen[number].append((first.split()[0], step, lines.get("git-protocol")))
            if is_known and "info/refs" in first:
                self.say(client, b"200 OK", b"001e# service=git-upload-pack\n0000"
                         b"003e" + b"1" * 40 + b" HEAD\0" + b"x" * 11 + b"\n0000",
                         b"Content-Type: application/x-git-upload-pack-advertisement")
            elif is_known:
                self.say(client, b"403 No", b"no", b"X: y")
            else:
                challenge = b""
                if step == 1:
                    challenge = b" " + base64.b64encode(
                        b"NTLMSSP\0" + struct.pack("<IHHII", 2, 8, 8, 48, 0x28233) +
                        b"12345678" + bytes(8) + struct.pack("<HHI", 0, 0, 56) +
                        "TEST".encode("utf-16-le"))
                self.say(client, b"401 No", b"no", b"WWW-Authenticate: NTLM" + challenge)

    @staticmethod
    def say(client, status, body, more):
        client.sendall(b"HTTP/1.1 %s\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\n"
                       b"%x\r\n%s\r\n" % (status, more, len(body), body))
        time.sleep(0.05)
        client.sendall(b"0\r\n\r\n")


# ---- what is started

def openssl(*words):
    done = subprocess.run(["openssl", *words], cwd=TOP, capture_output=True)
    assert done.returncode == 0, done.stderr


def make_certificates():
    for name in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
                name + ".key", "-out", name + ".pem", "-subj", "/CN=" + name)
    with open(TOP + "/names", "w") as out:
        out.write("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    for name, password in (("server", None), ("client", None), ("locked", "sesame")):
        openssl("genrsa", *(["-aes256", "-passout", "pass:" + password]
                            if password else []), "-out", name + ".key", "2048")
        openssl("req", "-new", "-key", name + ".key", *(
            ["-passin", "pass:" + password] if password else []), "-out", name + ".csr",
            "-subj", "/CN=" + name)
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out",
                name + ".pem")


def start_kdc():
    programs = ["/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local",
                shutil.which("kinit") or "kinit"]
    for program in programs:
        if not os.path.exists(program):
            return False
    with open(TOP + "/kdc.conf", "w") as out:
        out.write("[realms]\nTEST.INVALID = {\n database_name = %s/principal\n"
                  " key_stash_file = %s/stash\n acl_file = %s/acl\n"
                  " supported_enctypes = aes256-cts:normal\n}\n"
                  "[logging]\n kdc = FILE:%s/kdc.log\n" % (TOP, TOP, TOP, TOP))

    def configure(port):
        with open(TOP + "/krb5.conf", "w") as out:
            out.write("[libdefaults]\n default_realm = TEST.INVALID\n"
                      " dns_lookup_realm = false\n dns_lookup_kdc = false\n"
                      " dns_canonicalize_hostname = false\n rdns = false\n"
                      " udp_preference_limit = 1\n forwardable = true\n"
                      "[realms]\nTEST.INVALID = {\n kdc = 127.0.0.1:%d\n}\n"
                      "[domain_realm]\nlocalhost = TEST.INVALID\n"
                      "[kdcdefaults]\n kdc_listen = 127.0.0.1:%d\n"
                      " kdc_tcp_listen = 127.0.0.1:%d\n" % (port, port, port))

    def tell(*command, words=""):
        done = subprocess.run(command, env={**ENV, **KRB}, cwd=TOP, input=words,
                              capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)

    configure(1)
    tell(programs[1], "create", "-s", "-r", "TEST.INVALID", "-P", "master")
    tell(programs[2], "-r", "TEST.INVALID", words=(
        "addprinc -pw secret alice\naddprinc -randkey HTTP/localhost\n"
        "modprinc +ok_as_delegate HTTP/localhost\nktadd -k %s/keytab HTTP/localhost\n"
        % TOP))
    os.chmod(TOP + "/keytab", 0o644)
    for _ in range(5):
        port = free_port()
        configure(port)
        if start(programs[0], "-n", "-r", "TEST.INVALID", ports=[port], env=KRB):
            break
    else:
        raise AssertionError("krb5kdc does not start")
    tell(programs[3], "-f", "alice", words="secret\n")
    return True


def locations(has_kerberos):
    def by(kind, name, *more):
        return "\n".join(["AuthType " + kind, 'AuthName "%s"' % name, *more,
                          "Require valid-user"])

    ways = {"git": "Require all granted",
            "basic": by("Basic", "closed", "AuthUserFile %s/users" % TOP),
            "digest": by("Digest", "dig", "AuthDigestProvider file",
                         "AuthUserFile %s/digest" % TOP)}
    if has_kerberos:
        store = "GssapiCredStore keytab:%s/keytab" % TOP
        ways.update(
            neg=by("GSSAPI", "k", store),
            negbasic=by("GSSAPI", "k", store, "GssapiBasicAuth On"),
            negdeleg=by("GSSAPI", "k", store, "GssapiDelegCcacheDir %s/deleg" % TOP))
    for name in [n for n in ways if n in ("basic", "digest", "neg")]:
        head, _, need = ways[name].rpartition("\n")
        ways[name + "post"] = "%s\n<Limit POST>\n%s\n</Limit>" % (head, need)
    return ways


def start_apache(has_kerberos):
    binary = shutil.which("apache2") or "/usr/sbin/apache2"
    if not os.path.exists(binary) or not os.path.isdir(MODULES):
        return None
    backend = os.path.join(git("--exec-path"), "git-http-backend")
    names = ("mpm_event ssl http2 socache_shmcb authn_core authn_file authz_core "
             "authz_user auth_basic auth_digest alias cgid env setenvif unixd proxy "
             "proxy_connect proxy_http auth_gssapi").split()
    ways = locations(has_kerberos)
    hashed = subprocess.run(["openssl", "passwd", "-apr1", "wonder%land"],
                            capture_output=True, text=True, check=True).stdout.strip()
    for name in ("alice", "pat"):
        with open(TOP + "/users", "a") as out:
            out.write("%s:%s\n" % (name, hashed))
        with open(TOP + "/digest", "a") as out:
            out.write("%s:dig:%s\n" % (name, hashlib.md5(
                ("%s:dig:wonder%%land" % name).encode()).hexdigest()))
    os.mkdir(TOP + "/deleg")
    os.chmod(TOP + "/deleg", 0o777)
    served = "".join("ScriptAlias /%s/ %s/\n<Location /%s/>\n%s\n</Location>\n" % (
        name, backend, name, way) for name, way in ways.items())
    tls = ("SSLEngine on\nSSLCertificateFile %s/server.pem\n"
           "SSLCertificateKeyFile %s/server.key\n" % (TOP, TOP))
    hosts = {"http": served, "tls": tls + "Protocols h2 http/1.1\n" + served}
    for name, way, more in (("open", "git", ""), ("basic", "basic", ""),
                            ("digest", "digest", ""), ("neg", "neg", ""),
                            ("tls", "git", tls),
                            ("mutual", "git", tls + "SSLVerifyClient require\n"
                             "SSLCACertificateFile %s/ca.pem\n" % TOP)):
        if way in ways:
            hosts["proxy " + name] = more + (
                "ProxyRequests On\nAllowCONNECT 1-65535\n<Proxy \"*\">\n%s\n</Proxy>\n"
                % ways[way])
    for _ in range(5):
        ports = {name: free_port() for name in hosts}
        with open(TOP + "/apache.conf", "w") as out:
            out.write("".join("LoadModule %s_module %s/mod_%s.so\n" % (n, MODULES, n)
                              for n in names
                              if os.path.exists("%s/mod_%s.so" % (MODULES, n))))
            out.write("User www-data\nGroup www-data\n" if os.getuid() == 0 else "")
            out.write("ServerName localhost\nPidFile {0}/apache.pid\n"
                      "ErrorLog {0}/apache.log\nDefaultRuntimeDir {0}\n"
                      "DocumentRoot {1}\nMutex file:{0}\nScriptSock {0}/s\n"
                      "SetEnv GIT_PROJECT_ROOT {1}\nSetEnv GIT_HTTP_EXPORT_ALL\n"
                      "SetEnv GIT_CONFIG_COUNT 1\nSetEnv GIT_CONFIG_VALUE_0 *\n"
                      "SetEnv GIT_CONFIG_KEY_0 safe.directory\n"
                      "SetEnvIf Git-Protocol \".*\" GIT_PROTOCOL=$0\n"
                      .format(TOP, ROOT))
            for name, text in hosts.items():
                out.write("Listen 127.0.0.1:%d\n<VirtualHost 127.0.0.1:%d>\n%s"
                          "</VirtualHost>\n" % (ports[name], ports[name], text))
        if start(binary, "-X", "-f", TOP + "/apache.conf", ports=ports.values(),
                 env={**KRB, "KRB5CCNAME": "FILE:%s/server" % TOP}):
            return ports
    raise AssertionError("apache2 does not start")


def prepare():
    global PORTS, KERBEROS, REFS, WORK
    os.makedirs(ENV["HOME"])
    WORK = TOP + "/work"
    git("init", "-q", "-b", "main", WORK)
    git("commit", "-q", "--allow-empty", "-m", "one", directory=WORK)
    git("clone", "-q", "--bare", WORK, ROOT + "/q.git")
    git("config", "http.receivepack", "true", directory=ROOT + "/q.git")
    with open(WORK + "/big", "wb") as out:
        out.write(os.urandom(1 << 18))
    git("add", "big", directory=WORK)
    git("commit", "-q", "-m", "big", directory=WORK)
    REFS = git("ls-remote", ROOT + "/q.git")
    os.chmod(TOP, 0o755)
    if shutil.which("openssl"):
        make_certificates()
    KERBEROS = os.path.exists(MODULES + "/mod_auth_gssapi.so") and start_kdc()
    PORTS = start_apache(KERBEROS) if shutil.which("openssl") else None
    if os.getuid() == 0 and PORTS:
        subprocess.run(["chown", "-R", "www-data", ROOT], check=True)


def need(kerberos=False):
    if not PORTS:
        raise Skip("apache2, openssl")
    if kerberos and not KERBEROS:
        raise Skip("krb5-kdc, krb5-admin-server, krb5-user, libapache2-mod-auth-gssapi")


def here(way, port=None, scheme="http", user=""):
    return "%s://%slocalhost:%d/%s/q.git" % (scheme, user, port or PORTS["http"], way)


# ---- who one is to the server

@test
def digest():
    need()
    relay = Relay(PORTS["http"])
    url = here("digest", relay.port)
    assert works(ask(url, HELPER, says=ALICE))[1].strip() == REFS
    assert relay.ways() == "GET - GET Digest POST Digest"
    works(ask(here("digest", relay.port, user="alice:wonder%25land@")))
    assert relay.ways() == "GET - GET Digest POST Digest"
    _, _, _, told = fails(ask(url, HELPER, says="username=a\\npassword=b\\n"),
                          "fatal: Authentication failed for '%s/'\n" % url)
    assert 'wwwauth[]=Digest realm="dig", nonce=' in told and "\nerase\n" in told, told


@test
def negotiate():
    need(kerberos=True)
    relay = Relay(PORTS["http"])
    url = here("neg", relay.port)
    nobody = "fatal: could not read Username for 'http://localhost:%d': terminal " \
        "prompts disabled\n" % relay.port
    ways = "GET - GET Negotiate POST Negotiate"
    for config in [], ["http.emptyAuth=auto"], ["http.emptyAuth=true"]:
        assert works(ask(url, *config, **KRB))[1].strip() == REFS
        connections = {number for *_, number in relay.requests()}
        assert connections == {0}, connections
        works(ask(url, *config, **KRB))
        got = relay.ways()
        assert got == ways, (config, got)
    fails(ask(url, "http.emptyAuth=false", **KRB), nobody)
    fails(ask(url, **NO_TICKET), nobody)
    relay.requests()
    works(ask(here("negbasic", relay.port), HELPER, **NO_TICKET,
              says="username=alice\\npassword=secret\\n"))
    assert relay.ways().endswith(" GET Basic POST Basic")


@test
def delegation():
    need(kerberos=True)
    for value, is_given in (("none", False), ("policy", True), ("always", True)):
        shutil.rmtree(TOP + "/deleg")
        os.mkdir(TOP + "/deleg")
        os.chmod(TOP + "/deleg", 0o777)
        works(ask(here("negdeleg"), "http.delegation=" + value, **KRB))
        assert bool(os.listdir(TOP + "/deleg")) == is_given, value


def push(way, relay, *config, **more):
    git("update-ref", "-d", "refs/heads/big", directory=ROOT + "/q.git")
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "www-data", ROOT], check=True)
    relay.requests()
    return ask(here(way, relay.port), "http.postBuffer=65520", *config, command=(
        "push", "-q", "HEAD:refs/heads/big"), directory=WORK, **more)


@test
def pushes():
    """Who one is is settled by a request that asks for nothing, before the pack."""
    need()
    relay = Relay(PORTS["http"])
    cases = [("basic", [HELPER], ALICE, {}, "GET - GET Basic POST Basic POST Basic"),
             ("digest", [HELPER], ALICE, {},
              "GET - GET Digest POST Digest POST Digest"),
             ("basicpost", [HELPER], ALICE, {}, "GET - POST - POST Basic POST Basic"),
             ("digestpost", [HELPER], ALICE, {},
              "GET - POST - POST Digest POST Digest")]
    if KERBEROS:
        cases += [("neg", [], "", KRB,
                   "GET - GET Negotiate POST Negotiate POST Negotiate"),
                  ("negpost", ["http.emptyAuth=true"], "", KRB,
                   "GET - POST - POST Negotiate POST Negotiate")]
    for way, config, says, more, ways in cases:
        told = works(push(way, relay, *config, says=says, **more))[3]
        # Only before the conversation it is said what is understood.
        assert ("capability[]" in told) == (way in ("basic", "digest")), told
        rows = relay.requests()
        got = " ".join("%s %s" % (m, dict(l).get("Authorization", "-").split()[0])
                       for m, l, _ in rows)
        assert got == ways, (way, got)
        probe, pack = dict(rows[-2][1]), dict(rows[-1][1])
        assert probe["Content-Length"] == "4" and "Accept-Encoding" not in probe, probe
        assert pack["Transfer-Encoding"] == "chunked" and "Accept-Encoding" in pack
        assert pack.get("Expect") == ("100-continue" if way == "negpost" else None), pack
    code, _, err, told = push("basicpost", relay, HELPER,
                              says="username=x\\npassword=y\\n")
    assert code != 0 and "RPC failed; HTTP 401 curl 22 The requested URL returned " \
        "error: 401\n" in err and "\nerase\n" in told, err
    git("fsck", "--strict", directory=ROOT + "/q.git")


@test
def ntlm():
    server = Ntlm()
    url = "http://127.0.0.1:%d/x" % server.port
    asked = [("GET", 0, "version=2"), ("GET", 1, "version=2"), ("GET", 3, "version=2")]
    works(ask(url.replace("//", "//alice:pw@")))
    assert server.seen == [asked], server.seen
    server.seen.clear()
    works(ask(url, HELPER, says="username=DOM\\\\\\\\alice\\npassword=pw\\n"))
    assert server.seen == [asked], server.seen
    server.seen.clear()
    result = ask(url.replace("//", "//alice:pw@"), command=("fetch", "HEAD"),
                 directory=WORK)
    assert result[0] == 128 and len(server.seen) == 1, (result, server.seen)
    # It is of version 0: it is not told of another again.
    assert server.seen[0][-1][0] == "POST" and server.seen[0][-1][2] is None


@test
def before_it_is_asked():
    need()
    relay = Relay(PORTS["http"])
    top = "http://localhost:%d" % relay.port
    words = "get\ncapability[]=authtype\ncapability[]=state\nprotocol=http\n" \
        "host=localhost:%d\n" % relay.port
    for config, user, says, starts, ways in (
            (["proactiveAuth=basic"], "", ALICE, words + "wwwauth[]=Basic\nstore\n",
             "GET Basic POST Basic"),
            (["proactiveAuth=auto"], "", ALICE, words + "store\n",
             "GET Basic POST Basic"),
            (["proactiveAuth=basic"], "alice@", "password=wonder%%land\\n",
             words + "username=alice\nstore\n", "GET Basic POST Basic"),
            (["proactiveAuth=none"], "", ALICE,
             words + 'wwwauth[]=Basic realm="closed"\nstore\n',
             "GET - GET Basic POST Basic"),
            (["proactiveAuth=basic", "emptyAuth=true"], "", ALICE,
             words + "wwwauth[]=Basic\nstore\n", "GET Basic POST Basic"),
            (["emptyAuth=true"], "alice@", "password=wonder%%land\\n",
             words + "username=alice\nstore\n", "GET - GET Basic POST Basic")):
        result = works(ask(here("basic", relay.port, user=user), HELPER,
                           *("http." + c for c in config), says=says))
        assert result[3].startswith(starts), (config, user, result[3])
        got = relay.ways()
        assert got == ways, (config, got)
    for value in ("basic", "auto"):
        fails(ask(here("basic", relay.port), "http.proactiveAuth=" + value),
              "fatal: could not read Username for '%s': terminal prompts disabled\n"
              "fatal: remote helper 'http' aborted session\n" % top)
    fails(ask(here("git", relay.port, user="u@"), "http.emptyAuth=true"),
          "fatal: could not read Password for 'http://u@localhost:%d': terminal "
          "prompts disabled\n" % relay.port)


@test
def netrc():
    need()
    good = "machine localhost login alice password wonder%land\n"
    bad = "machine localhost login bob password no\n"
    cases = (("machine other login x password y\n" + good + "machine z login a\n", 1, 1),
             (good + bad, 1, 1), (bad + good, 0, 1),
             ("machine localhost password wonder%land\n", 0, 1),
             ("default login alice password wonder%land\n", 1, 1), (bad, 0, 0))
    try:
        for text, nobody, alice in cases:
            with open(ENV["HOME"] + "/.netrc", "w") as out:
                out.write(text)
            assert (ask(here("basic"))[0] == 0) == bool(nobody), text
            assert (ask(here("basic", user="alice@"))[0] == 0) == bool(alice), text
    finally:
        os.unlink(ENV["HOME"] + "/.netrc")


# ---- what is between

@test
def proxies():
    need()
    relays = {name[6:]: Relay(port) for name, port in PORTS.items()
              if name in ("proxy basic", "proxy digest", "proxy neg", "proxy open")}
    plain, secure = here("git"), here("git", PORTS["tls"], "https")
    for url, verb in ((plain, "GET"), (secure, "CONNECT")):
        for name, relay in relays.items():
            at = "localhost:%d" % relay.port
            scheme = {"neg": "Negotiate", "open": "-"}.get(name, name.capitalize())
            user = "" if name == "neg" else "pat:wonder%25land@"
            for method in "anyauth", {"open": "basic", "neg": "negotiate"}.get(name, name):
                is_sure = method in ("basic", "negotiate")  # said without being asked
                if method == "basic":
                    scheme = "Basic"
                ways = "%s %s" % (verb, scheme)
                if not is_sure and name != "open":
                    ways = "%s - %s" % (verb, ways)
                if verb == "GET":
                    ways += " POST " + scheme
                address = "http://%s%s" % (user or ":@", at)
                works(ask(url, CA, "http.proxy=" + address,
                          "http.proxyAuthMethod=" + method, **KRB))
                got = relay.ways("Proxy-Authorization")
                assert got == ways, (name, method, got)
            if name in ("basic", "digest"):
                wrong = ask(url, CA, HELPER, "http.proxy=http://pat@" + at,
                            says="password=x\\n")
                fails(wrong, "fatal: unable to access '%s/': %s\n" % (
                    url, "CONNECT tunnel failed, response 407" if verb == "CONNECT"
                    else "The requested URL returned error: 407"))
                assert wrong[3].startswith(
                    "get\ncapability[]=authtype\ncapability[]=state\nprotocol=http\n"
                    "host=%s\nusername=pat\n" % at), wrong[3]
                relay.requests()


@test
def proxies_over_tls():
    need()
    own = "http.proxySSLCAInfo=%s/ca.pem" % TOP
    locked = ["http.proxySSLCert=%s/locked.pem" % TOP,
              "http.proxySSLKey=%s/locked.key" % TOP]
    ask_key = "get\nprotocol=cert\nhost=\npath=%s/locked.pem\nusername=\n" % TOP
    for url in (here("git"), here("git", PORTS["tls"], "https")):
        tls = "http.proxy=https://localhost:%d" % PORTS["proxy tls"]
        works(ask(url, CA, tls, own))
        works(ask(url, CA, tls, GIT_PROXY_SSL_CAINFO=TOP + "/ca.pem"))
        for other in ([], ["http.proxySSLCAInfo=%s/other.pem" % TOP]):
            result = ask(url, CA, tls, *other)
            assert result[0] == 128 and "certificate" in result[2], result
        mutual = "http.proxy=https://localhost:%d" % PORTS["proxy mutual"]
        assert ask(url, CA, mutual, own)[0] == 128
        works(ask(url, CA, mutual, own, "http.proxySSLCert=%s/client.pem" % TOP,
                  "http.proxySSLKey=%s/client.key" % TOP))
        works(ask(url, CA, mutual, own, GIT_PROXY_SSL_CERT=TOP + "/client.pem",
                  GIT_PROXY_SSL_KEY=TOP + "/client.key"))
        told = works(ask(url, CA, mutual, own, HELPER, *locked, says="password=sesame\\n",
                         GIT_PROXY_SSL_CERT_PASSWORD_PROTECTED="1"))[3]
        assert told == ask_key, told
        result = ask(url, CA, mutual, own, HELPER, *locked, says="password=x\\n",
                     GIT_PROXY_SSL_CERT_PASSWORD_PROTECTED="1")
        assert result[0] == 128 and result[3] == ask_key, result


@test
def socks():
    need()
    server, closed = Socks(), Socks()
    closed.user = b"pat:w:x y"
    below = Socks(TOP + "/socks")
    for url in (here("git"), here("git", PORTS["tls"], "https")):
        for scheme, seen in (("socks", "4 127.0.0.1 "), ("socks4", "4 127.0.0.1 "),
                             ("socks4a", "4a localhost "), ("socks5", "5 127.0.0.1 "),
                             ("socks5h", "5h localhost ")):
            server.seen.clear()
            works(ask(url, CA, "http.proxy=%s://127.0.0.1:%d" % (scheme, server.port)))
            assert server.seen == [seen], (scheme, server.seen)
        for at, more in (("pat:w%3ax%20y@", []), ("pat@", [HELPER])):
            closed.seen.clear()
            works(ask(url, CA, "http.proxy=socks5h://%s127.0.0.1:%d" % (
                at, closed.port), *more, says="password=w:x y\\n"))
            # libcurl does not share such a connection, from one to the next
            assert set(closed.seen) == {"5h localhost pat:w:x y"}, closed.seen
        result = ask(url, CA, "http.proxy=socks5h://pat:x@127.0.0.1:%d" % closed.port)
        assert result[0] == 128 and "rejected by the SOCKS5 server" in result[2], result
        below.seen.clear()
        works(ask(url, CA, "http.proxy=socks5h://localhost%s/socks" % TOP))
        assert below.seen == ["5h localhost "], below.seen


@test
def variables():
    need()
    server = Socks()
    good, bad = "socks5h://127.0.0.1:%d" % server.port, "socks5h://127.0.0.1:1"
    secure = here("git", PORTS["tls"], "https")
    for url, own in ((here("git"), "http"), (secure, "https")):
        for through, config, told in (
                (1, [], dict(all_proxy=good)), (1, [], dict(ALL_PROXY=good)),
                (1, [], dict(all_proxy=good, ALL_PROXY=bad)),
                (1, [], {own + "_proxy": good, "ALL_PROXY": bad}),
                (own == "https", [], {own.upper() + "_PROXY": good}),
                (1, [], {own + "_proxy": good, "HTTPS_PROXY": bad}),
                (0, [], {own + "_proxy": "", "ALL_PROXY": good}),
                (0, ["http.proxy="], dict(ALL_PROXY=good)),
                (1, ["http.proxy=" + good], {own + "_proxy": bad}),
                (0, [], dict(ALL_PROXY=good, NO_PROXY="*")),
                (0, [], dict(ALL_PROXY=good, no_proxy="localhost")),
                (0, [], dict(ALL_PROXY=good, NO_PROXY="other,.localhost")),
                (1, [], dict(ALL_PROXY=good, NO_PROXY="*", no_proxy="x")),
                (1, [], dict(ALL_PROXY=good, no_proxy="host,127.0.0.1")),
                (0, ["http.proxy=" + bad], dict(NO_PROXY="localhost")),
                (1, ["http.proxy=" + bad, "http.%s.proxy=%s" % (url, good)], {})):
            server.seen.clear()
            works(ask(url, CA, *config, **told))
            assert bool(server.seen) == bool(through), (url, config, told)
        for config, through in ((["remote.r.proxy=" + good], 1), (["remote.r.proxy="], 0)):
            server.seen.clear()
            works(ask("r", CA, "http.proxy=" + bad, "remote.r.url=" + url, *config))
            assert bool(server.seen) == bool(through), config


@test
def addresses_of_proxies():
    need()
    url = here("git")
    ended = "\nfatal: remote helper 'http' aborted session\n"
    for address, why in (
            ("foo://h", "unsupported proxy scheme 'foo'"),
            ("Http://h", "unsupported proxy scheme 'Http'"),
            ("http:///x", "only SOCKS proxies support paths"),
            ("127.0.0.1:1/x", "only SOCKS proxies support paths"),
            ("https://h?q", "only SOCKS proxies support paths"),
            ("socks5:///p", "host must be localhost if a path is present"),
            ("socks5h://h/p", "host must be localhost if a path is present")):
        fails(ask(url, "http.proxy=" + address),
              "fatal: Invalid proxy URL '%s': %s%s" % (address, why, ended))
    fails(ask(url, "http.proxy=://x"), "warning: url has no scheme: ://x\nfatal: "
          "credential url cannot be parsed: ://x" + ended)
    for address in ("http://", "socks5://", ""):
        works(ask(url, "http.proxy=" + address))
    for address, shown in (("http://127.0.0.1:1:2", "127.0.0.1:1:2"),
                           ("http://u:hushed@a b", "a b")):
        fails(ask(url, "http.proxy=" + address), "fatal: unable to access '%s/': "
              "Unsupported proxy syntax in '%s'\n" % (url, shown))
    if NOT_GIT:  # which shows the password
        fails(ask(url, "http.proxy=foo://u:hushed@h"), "fatal: Invalid proxy URL "
              "'foo://u:<redacted>@h': unsupported proxy scheme 'foo'" + ended)


# ---- what is set

@test
def tls():
    need()
    url = here("git", PORTS["tls"], "https")
    openssl("x509", "-in", "server.pem", "-pubkey", "-noout", "-out", "public.pem")
    openssl("pkey", "-pubin", "-in", "public.pem", "-outform", "der", "-out", "public.der")
    with open(TOP + "/public.der", "rb") as file:
        pin = "sha256//" + base64.b64encode(hashlib.sha256(file.read()).digest()).decode()
    shutil.copy(TOP + "/public.pem", ENV["HOME"])
    wrong = "sha256//%s=" % ("A" * 43)
    for value in (pin, wrong + ";" + pin, TOP + "/public.pem", "~/public.pem",
                  ":(optional)%s/none" % TOP):
        works(ask(url, CA, "http.pinnedPubkey=" + value))
    for value in (wrong, TOP + "/none"):
        result = ask(url, CA, "http.pinnedPubkey=" + value)
        assert result[0] == 128 and result[2].startswith(
            "fatal: unable to access '%s/' with http.pinnedPubkey configuration: " % url)
    for version in "tlsv1.2", "tlsv1.3":
        for config, variables in ((["http.sslVersion=" + version], {}),
                                  (["http.sslVersion=zz"], {"GIT_SSL_VERSION": version})):
            err = works(ask(url, CA, *config, GIT_CURL_VERBOSE="1", **variables))[2]
            # The least that is spoken, not the only one.
            assert "SSL connection using TLSv1.3" in err, err
    cipher = "ECDHE-RSA-AES128-GCM-SHA256"
    more = ["http.sslVersion=tlsv1.2", "http.sslCipherList=" + cipher]
    assert ask(url, CA, *more)[0] == 0
    assert ask(url, CA, "http.sslCipherList=" + cipher,
               GIT_SSL_CIPHER_LIST="nonsense")[0] == 128
    for version, shown in (("HTTP/1.1", "HTTP/1.1 200"), ("HTTP/2", "HTTP/2 200")):
        err = works(ask(url, CA, "http.version=" + version, GIT_CURL_VERBOSE="1"))[2]
        assert "<= Recv header: " + shown in err, err
    os.mkdir(TOP + "/authorities")
    shutil.copy(TOP + "/ca.pem", TOP + "/authorities")
    openssl("rehash", "authorities")
    works(ask(url, "http.sslCAPath=%s/authorities" % TOP))
    works(ask(url, GIT_SSL_CAPATH=TOP + "/authorities"))
    works(ask(url, "http.sslCAInfo=%s/none" % TOP, GIT_SSL_CAINFO=TOP + "/ca.pem"))


@test
def nearest_url():
    need()
    relay = Relay(PORTS["http"])
    port = relay.port
    url = "http://127.0.0.1:%d/git/q.git" % port
    for wanted, config in (
            ("b", ["://alice@127.0.0.1:%d/=b", "://127.0.0.1:%d/=a"]),
            ("a", ["://127.0.0.1:%d/=b", "://127.0.0.1:%d/git=a"]),
            ("a", ["://*.0.0.1:%d/=b", "://127.0.0.1:%d/=a"]),
            ("a", ["://127.0.0.1:%d/=a", "://*.0.0.1:%d/=b"]),
            ("a", ["://127.0.0.1:%d/git/=a", "://alice@127.0.0.1:%d/=b"]),
            ("a", ["://127.0.0.1:%d/=a", "://127.0.0.1/=b"]),
            ("a", ["://127.0.0.1:%d/=a", "://127.0.0.1:%d/gi=b", "s://127.0.0.1:%d/git=b",
                   "://127.0.0.1:%d/GIT=b"]),
            ("a", ["://127.0.0.1:%d/x/../%%%%67it/./=a"])):
        for user in ("", "alice@") if "alice" not in config[0] else ("alice@",):
            told = ["http.http" + (c % port if "%d" in c else c).replace(
                "%%", "%").replace("=", ".userAgent=") for c in config]
            works(ask(url.replace("//", "//" + user), "http.userAgent=c", *told))
            agents = {dict(lines)["User-Agent"] for _, lines, _ in relay.requests()}
            assert agents == {wanted}, (config, user, agents)


@test
def many_at_once():
    source = TOP + "/loose"
    git("init", "-q", "-b", "main", source)
    for number in range(40):
        with open("%s/f%d" % (source, number), "w") as out:
            out.write("%d\n" % number)
    git("add", "-A", directory=source)
    git("commit", "-q", "-m", "many", directory=source)
    git("update-server-info", directory=source)
    server = subprocess.Popen([sys.executable, HERE + "/http_server.py", TOP, os.devnull],
                              stdout=subprocess.PIPE, env=ENV)
    STARTED.append(server)
    relay = Relay(int(server.stdout.readline()))
    for config, variables, most in (([], {}, 5), (["http.maxRequests=1"], {}, 1),
                                    ([], {"GIT_HTTP_MAX_REQUESTS": "2"}, 2)):
        relay.seen = []
        target = tempfile.mkdtemp(dir=TOP)
        git("init", "-q", target)
        works(ask("http://127.0.0.1:%d/dumb/loose/.git" % relay.port, *config,
                  command=("fetch", "-q", "main"), directory=target, **variables))
        assert 1 <= len(relay.seen) <= most and (most == 1 or len(relay.seen) > 1)
        git("fsck", "--strict", directory=target)


# ---- what is told to nobody

@test
def secrets():
    need()
    token = "t0ken-of-mine"
    secrets = ["wonder%land", "wonder%25land", "hushed", token, "sweet"] + [
        base64.b64encode(b"%s:wonder%%land" % n).decode() for n in (b"alice", b"pat")]
    through = "http.proxy=http://pat:wonder%%25land@localhost:%d" % PORTS["proxy basic"]
    jar = TOP + "/jar"
    with open(jar, "w") as out:
        out.write("localhost\tFALSE\t/\tFALSE\t0\tsession\tsweet\n")
    header = "http.extraHeader="
    cases = [(here("basic"), [HELPER], ALICE), (here("digest"), [HELPER], ALICE),
             (here("basic", user="alice:wonder%25land@"), [], ""),
             (here("basic", user="alice:hushed@"), [], ""),
             (here("basic"), ["http.proactiveAuth=auto", HELPER],
              "capability[]=authtype\\nauthtype=Bearer\\ncredential=" + token + "\\n"),
             (here("git"), [through], ""), (here("git"), ["http.cookieFile=" + jar], "")]
    cases += [(here("git"), [header + h], "") for h in (
        "Authorization: Bearer hushed", "AUTHORIZATION:hushed", "authorization: x hushed",
        "Proxy-Authorization: Foo hushed", "Cookie: a=hushed; b=hushed",
        "Cookie: hushed", "Cookie: a=b;c=hushed", "Set-Cookie: a=hushed; path=/")]
    if KERBEROS:
        cases.append((here("neg"), [], ""))
    if not NOT_GIT:
        cases = [c for c in cases if "@" not in c[0] and not re.search(
            "UTHORIZATION:h|Cookie: (hushed|a=b;c|a=hushed; path)|cookieFile",
            str(c[1]))]
    both = [(url, c, s, "http") for url, c, s in cases] + [
        (url.replace("http:", "https:").replace(":%d/" % PORTS["http"],
                                                ":%d/" % PORTS["tls"]), c, s, "https")
        for url, c, s in cases]
    loud = [{"GIT_TRACE_CURL": "1"}, {"GIT_CURL_VERBOSE": "1", "GIT_TRACE": "1"},
            {"GIT_TRACE2": "1", "GIT_TRACE2_EVENT": "2", "GIT_TRACE_CURL": "1",
             "GIT_TRACE_CURL_NO_DATA": "1"}]
    for number, (url, config, says, scheme) in enumerate(both):
        _, out, err, _ = ask(url, CA, *config, says=says, **KRB,
                             **loud[number % len(loud)])
        assert "== Info: " in err and "Send header" in err, (url, config, err)
        assert ("HTTP/2 " in err) == (scheme == "https"), (url, err)
        for line in (out + err).splitlines():
            if re.search(r"trace: |[ \"]start|child_start", line):
                continue  # the words of a command are whose wrote them; but see below
            assert not any(s in line for s in secrets), (config, line)
            assert not re.search(r"uthorization: Negotiate .{12}", line), line
    for name in "GIT_TRACE2", "GIT_TRACE2_PERF", "GIT_TRACE2_EVENT":
        err = ask(here("git", user="alice:hushed@"), **{name: "1"})[2]
        assert "//alice:<REDACTED>@localhost" in err and "hushed" not in err, err
    target = TOP + "/cloned"
    works(ask(here("basic", user="alice:wonder%25land@"),
              command=("clone", "-q", target)))
    with open(target + "/.git/logs/HEAD") as file:
        assert file.read().endswith("\tclone: from %s\n" % here("basic"))
    shown = ask(here("basic"), HELPER, says=ALICE, GIT_TRACE_CURL="1",
                GIT_TRACE_REDACT="0")[2]
    assert "=> Send header: Authorization: Basic " + secrets[-2] in shown
    fails(ask(here("git"), GIT_TRACE_REDACT="zz"), "fatal: bad boolean environment value "
          "'zz' for 'GIT_TRACE_REDACT'\nfatal: remote helper 'http' aborted session\n")
    quiet = ask(here("git"), GIT_TRACE_CURL="0")[2]
    assert quiet == "", quiet
    loud = ask(here("git"), GIT_TRACE_CURL="0", GIT_CURL_VERBOSE="")[2]
    assert "<= Recv header: HTTP/1.1 200 OK\n" in loud and "Recv data" not in loud


def main():
    passed = failed = 0
    skipped = []
    prepare()
    for function in TESTS:
        if WORDS and not any(w in function.__name__ for w in WORDS):
            continue
        try:
            function()
            passed += 1
        except Skip as what:
            skipped.append("%s (%s)" % (function.__name__, what))
        except Exception as fault:
            failed += 1
            line = fault.__traceback__
            while line.tb_next and line.tb_next.tb_frame.f_code.co_name not in (
                    "fails", "works", "git"):
                line = line.tb_next
            print("FAIL %s, line %d: %s: %s" % (
                function.__name__, line.tb_lineno, type(fault).__name__,
                str(fault)[:1500]))
    if not KERBEROS:
        skipped.append("parts of pushes, proxies, secrets (a KDC)")
    for name in skipped:
        print("skipped: " + name)
    print("%d passed, %d failed, %d skipped" % (passed, failed, len(skipped)))
    return 1 if failed else 0


try:
    code = main()
finally:
    for process in STARTED:
        process.send_signal(signal.SIGTERM)
    for process in STARTED:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
    os.environ.get("KEEP") or shutil.rmtree(TOP, ignore_errors=True)
sys.exit(code)
