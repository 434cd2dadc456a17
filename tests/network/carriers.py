"""Ways between two programs: each starts what it needs on a free port of the
loopback, in a process group of its own, and ends that by its id."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import ports  # noqa: E402
from ports import free_port  # noqa: E402


class Missing(Exception):
    """This carrier cannot run here; the text says why."""


def wait_for_port(port, process):
    if not ports.wait_for_port(port, process):
        raise Missing("the server does not answer" if process.poll() is None else
                      f"the server ended with {process.returncode}")


class Carrier:
    """`root` has the repositories; `server` is the program that serves."""

    def __init__(self, root, place, server, env):
        self.root, self.place, self.server, self.env = root, place, server, dict(env)
        self.process = None
        os.makedirs(place, exist_ok=True)

    def start(self):
        pass

    def spawn(self, words, **more):
        log = open(os.path.join(self.place, "log"), "ab")
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=more.pop("stdout", log),
                                        stderr=log, env=self.env, start_new_session=True, **more)
        return self.process

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def url(self, name):
        raise NotImplementedError

    def client_env(self):
        return {}

    def upload_options(self):
        return []

    def receive_options(self):
        return []

    def made(self, path):
        """A repository that was just put below `root`."""


class Local(Carrier):
    def url(self, name):
        return f"file://{self.root}/{name}"

    def upload_options(self):
        return [f"--upload-pack={self.server} upload-pack"]

    def receive_options(self):
        return [f"--receive-pack={self.server} receive-pack"]


class Ssh(Carrier):
    """A real sshd whose key runs the server's `shell`, whatever it is asked."""

    def start(self):
        sshd = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not sshd:
            raise Missing("openssh-server is not installed")
        at = self.place
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{at}/{name}"], check=True,
                           stdin=subprocess.DEVNULL)
        with open(f"{at}/serve", "w") as f:
            f.write(f'#!/bin/sh\nPATH={os.path.dirname(self.server)}:$PATH\n'
                    f'exec {self.server} shell -c "$SSH_ORIGINAL_COMMAND"\n')
        os.chmod(f"{at}/serve", 0o755)
        with open(f"{at}/key.pub") as f:
            key = f.read()
        with open(f"{at}/authorized", "w") as f:
            f.write(f'command="{at}/serve",restrict {key}')
        self.port = free_port()
        with open(f"{at}/config", "w") as f:
            f.write(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {at}/host\n"
                    f"AuthorizedKeysFile {at}/authorized\nStrictModes no\nUsePAM no\n"
                    f"PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
                    f"AcceptEnv GIT_PROTOCOL\nPidFile none\nLogLevel ERROR\nMaxStartups 100\n")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.spawn([sshd, "-D", "-e", "-f", f"{at}/config"])
        wait_for_port(self.port, self.process)
        self.folder = tempfile.mkdtemp(prefix="qn-ssh.")  # a socket's path is short
        self.mux = f"{self.folder}/m"

    def stop(self):
        if hasattr(self, "mux"):
            subprocess.run(["ssh", "-F", "none", "-o", f"ControlPath={self.mux}", "-O", "exit", "127.0.0.1"], capture_output=True)
            shutil.rmtree(self.folder, ignore_errors=True)
        super().stop()

    def url(self, name):
        return f"ssh://127.0.0.1:{self.port}{self.root}/{name}"

    def client_env(self):
        return {"GIT_SSH_COMMAND": f"ssh -F none -i {self.place}/key -o IdentitiesOnly=yes -o BatchMode=yes "
                "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "
                # One handshake for all cases; each has a session, and a forced command, of its own.
                f"-o ControlMaster=auto -o ControlPath={self.mux} -o ControlPersist=300",
                "GIT_SSH_VARIANT": "ssh"}


class Daemon(Carrier):
    def start(self):
        self.port = free_port()
        self.spawn([self.server, "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack",
                    "--listen=127.0.0.1", f"--port={self.port}", f"--base-path={self.root}", self.root])
        wait_for_port(self.port, self.process)

    def url(self, name):
        return f"git://127.0.0.1:{self.port}/{name}"


class Http(Carrier):
    def start(self):
        process = self.spawn(["python3", f"{HERE}/http_server.py", self.root, f"{self.place}/requests",
                              "--git", self.server], stdout=subprocess.PIPE)
        line = process.stdout.readline()
        if not line.strip():
            raise Missing("the web server did not start")
        self.port = int(line)

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/plain/{name}"


APACHE = """
ServerRoot {place}
PidFile {place}/pid
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
ErrorLog {place}/log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule env_module {modules}/mod_env.so
LoadModule setenvif_module {modules}/mod_setenvif.so
LoadModule cgid_module {modules}/mod_cgid.so
ScriptSock {folder}/s
SetEnv GIT_PROJECT_ROOT {root}
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv GIT_CONFIG_NOSYSTEM 1
SetEnv HOME {home}
SetEnv LC_ALL C
SetEnvIf Git-Protocol ".*" GIT_PROTOCOL=$0
ScriptAlias /git/ {backend}/
<Directory />
    Require all granted
</Directory>
{user}
"""


class Apache(Carrier):
    """A real web server in front of http-backend; its scripts have a user of their own."""
    modules = "/usr/lib/apache2/modules"

    def start(self):
        program = shutil.which("apache2", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not program or not os.path.exists(f"{self.modules}/mod_cgid.so"):
            raise Missing("apache2 is not installed")
        self.folder = tempfile.mkdtemp(prefix="qn-web.")  # a socket's path is short
        for at in (self.folder, self.place, self.root, os.path.dirname(self.root)):
            os.chmod(at, 0o755)
        self.backend = f"{self.place}/git-http-backend"
        if "http-backend" in subprocess.run([self.server, "--list-cmds=main"], capture_output=True, text=True,
                                            env=self.env).stdout and not os.path.exists(self.exec_path() + "/git-http-backend"):
            shutil.copy(self.server, self.backend)  # that user may not see where it was built
        else:
            self.backend = self.exec_path() + "/git-http-backend"
        self.port = free_port()
        with open(f"{self.place}/config", "w") as f:
            f.write(APACHE.format(place=self.place, port=self.port, modules=self.modules, folder=self.folder, root=self.root,
                                  home=self.env["HOME"], backend=self.backend,
                                  user="User www-data\nGroup www-data" if os.getuid() == 0 else ""))
        for name in os.listdir(self.root):
            if name.endswith(".git"):
                self.made(f"{self.root}/{name}")
        self.spawn([program, "-X", "-f", f"{self.place}/config"])
        wait_for_port(self.port, self.process)

    def exec_path(self):
        return subprocess.run([self.server, "--exec-path"], capture_output=True, text=True, env=self.env).stdout.strip()

    def stop(self):
        super().stop()
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/git/{name}"

    def made(self, path):
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "www-data", path], check=True)


class Bundle(Carrier):
    """A file that has it all."""

    def url(self, name):
        path, source = f"{self.place}/{name}.bundle", f"{self.root}/{name}"
        if os.path.exists(source) and not os.path.exists(path):
            subprocess.run([self.server, "-C", source, "bundle", "create", "-q", path, "--all"], check=True, env=self.env)
        return path


class Serve(Carrier):
    def start(self):
        self.port = free_port()
        with open(f"{self.place}/access", "w") as f:
            f.write("repository *\n    read anyone\n    force anyone\n    delete anyone\n")
        self.spawn([self.server, "serve", f"--listen=127.0.0.1:{self.port}", f"--access={self.place}/access",
                    self.root])
        wait_for_port(self.port, self.process)

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"


class Helper(Carrier):
    """A remote helper that connects to the service."""

    def start(self):
        with open(f"{self.place}/git-remote-qntest", "w") as f:
            f.write(f"""#!/bin/sh
while read -r command service; do
    case $command in
    capabilities) printf 'connect\\n\\n' ;;
    connect) echo; exec {self.server} "${{service#git-}}" "$2" ;;
    esac
done
""")
        os.chmod(f"{self.place}/git-remote-qntest", 0o755)

    def url(self, name):
        return f"qntest::{self.root}/{name}"

    def client_env(self):
        return {"PATH": f"{self.place}:{os.environ['PATH']}"}


class HelperFetch(Helper):
    """A remote helper that fetches by itself (with the git that is there)."""

    def start(self):
        with open(f"{self.place}/git-remote-qntest", "w") as f:
            f.write(f"""#!/bin/sh
own=$GIT_DIR
while read -r command one two; do
    case $command in
    capabilities) printf 'fetch\\nobject-format\\noption\\n\\n' ;;
    option) case $one in object-format|progress|verbosity|followtags) echo ok ;; *) echo unsupported ;; esac ;;
    list) (unset GIT_DIR; echo ":object-format $({self.server} -C "$2" rev-parse --show-object-format)")
        (unset GIT_DIR; {self.server} ls-remote --symref "$2") | sed -n 's/^ref: \\(.*\\)\tHEAD$/@\\1 HEAD/p;/HEAD$/d;/\\^{{}}$/d;s/\t/ /p'; echo ;;
    fetch) ids="$ids $one" ;;
    "") [ -n "$ids" ] || exit 0
        {self.server} --git-dir="$own" fetch -q --no-tags --no-write-fetch-head "$2" $ids >/dev/null; ids=; echo ;;
    esac
done
""")
        os.chmod(f"{self.place}/git-remote-qntest", 0o755)


CARRIERS = {"local": Local, "ssh": Ssh, "git": Daemon, "http": Http, "apache": Apache, "serve": Serve, "bundle": Bundle, "helper": Helper,
            "helper-fetch": HelperFetch}
