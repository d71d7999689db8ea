"""Real servers and proxies for the interop tests, and dial to call them with.

	WEB = peers.Peer("nginx", "-c @folder@/nginx.conf",
	                 files={"nginx.conf": CONFIG}, ports=["http"])

	class Plain(peers.Case):
	    peers = [WEB]

	    def test_page(self):
	        self.assertEqual(self.dial(WEB.url("http", "/")).out, b"hello")

A peer has a temporary folder, loopback ports and a process group of its own.
It runs from the first test that names it to the end of the file, and is
stopped by its pid.  Nothing waits for a time: peers are asked until they
answer.  What they logged is shown when a test failed.
"""
import atexit
import dataclasses
import functools
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.path.abspath(os.environ.get("top_builddir") or SOURCE)
sys.path.append(os.path.join(SOURCE, "tests", "e2e"))
os.environ.update(top_srcdir=SOURCE, top_builddir=BUILD)  # for scripted
DIAL = os.environ.get("DIAL") or os.path.join(BUILD, "dial")
DIALTONE = os.environ.get("DIALTONE") or os.path.join(BUILD, "dialtone")

START_ATTEMPTS = 3  # each with new ports
START_SECONDS = 30
STOP_SECONDS = 10
RUN_SECONDS = 60  # a dial that takes longer hangs
DATAGRAM = socket.SOCK_DGRAM
ASK_AGAIN_SECONDS = 0.01
LOG_BYTES = 8000  # of each of a peer's logs, when a test failed

# A squid that keeps to its folder and to this machine.
SQUID_BASE = """
visible_hostname squid.test
unique_hostname squid.test
@root@ cache_effective_user @user@
pid_filename @folder@/squid.pid
cache_log @folder@/cache.log
access_log stdio:@folder@/access.log
coredump_dir @folder@
netdb_filename none
cache deny all
cache_mem 0
pinger_enable off
dns_nameservers 127.0.0.1
hosts_file @folder@/hosts
shutdown_lifetime 0
sslproxy_session_cache_size 0
max_filedescriptors 1024
"""


# --- What is here ------------------------------------------------------------

def find(names):
    """The path of a program of one of these names, or None.

    Servers are often not in a user's PATH.
    """
    path = os.pathsep.join([os.environ.get("PATH", os.defpath),
                            "/usr/local/sbin", "/usr/sbin", "/sbin"])
    paths = (shutil.which(name, path=path) for name in names.split())
    return next(filter(None, paths), None)


def find_file(*paths):
    """The first of these files that is there, or None."""
    return next(filter(os.path.exists, paths), None)


def missing(what):
    """Leaves a class or a test out, saying so; in CI, fails it."""
    if os.environ.get("CI") == "true":
        raise AssertionError(f"{what} is missing: ./bootstrap --peers")
    raise unittest.SkipTest(f"{what} is missing: ./bootstrap --peers "
                            "installs what these tests call")


def unprivileged():
    """The user and group that servers started by root become, else None."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    return user.pw_name, grp.getgrgid(user.pw_gid).gr_name


def owner():
    """Who runs this, for configurations that must name a user."""
    return pwd.getpwuid(os.geteuid()).pw_name


@functools.lru_cache(maxsize=None)
def work():
    """The folder of this run, which every user may enter."""
    folder = tempfile.mkdtemp(prefix="dial-interop-")
    os.chmod(folder, 0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.lru_cache(maxsize=None)
def certificates():
    """A copy of certs/made that a server may read after dropping root."""
    made = os.path.join(BUILD, "certs", "made")
    subprocess.run([os.path.join(SOURCE, "certs", "make.sh"), made],
                   check=True, stdout=subprocess.DEVNULL)
    copy = os.path.join(work(), "certs")
    # What others are making there at this moment begins with a dot.
    shutil.copytree(made, copy, ignore=shutil.ignore_patterns(".*"))
    for name in os.listdir(copy):
        mode = 0o755 if os.path.isdir(os.path.join(copy, name)) else 0o644
        os.chmod(os.path.join(copy, name), mode)
    return copy


def certificate(name):
    """The path of a file of certs/README.md."""
    return os.path.join(certificates(), name)


# --- Ports and waiting -------------------------------------------------------

class Port:
    """A port of 127.0.0.1 that nobody else is given.

    It stays bound here but is never listened on, so who connects is refused
    until a peer listens there.  On Linux SO_REUSEADDR lets the peer do so;
    elsewhere the port is let go, and the peer may find it taken.
    """

    def __init__(self, kind=socket.SOCK_STREAM):
        self.kind = kind
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", 0))
        self.number = self.socket.getsockname()[1]
        if not sys.platform.startswith("linux"):
            self.socket.close()

    def answers(self):
        """Whether a peer is there; a datagram service must reply to one."""
        with socket.socket(socket.AF_INET, self.kind) as caller:
            caller.settimeout(1)
            try:
                caller.connect(("127.0.0.1", self.number))
                if self.kind == DATAGRAM:
                    caller.send(b"\n")
                    return len(caller.recv(512)) > 0
                return caller.getsockname() != caller.getpeername()
            except OSError:
                return False

    def close(self):
        self.socket.close()


def wait_for(what, condition, seconds=START_SECONDS):
    """Asks until the condition holds; its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(ASK_AGAIN_SECONDS)


def fill(text, values):
    """Puts values in the place of their @names@."""
    return re.sub(r"@(\w+)@", lambda found: str(values[found[1]]), text)


# --- Peers -------------------------------------------------------------------

class Peer:
    """A server or a proxy: a program, its arguments, its files, its ports.

    In the arguments, the files and the environment, @folder@ is the peer's
    folder, @certs@ that of the certificates, @NAME@ the port of that name,
    @user@ and @group@ what root becomes, and @root@ makes a comment of what
    is for root alone.  More values may be given.  What a peer needs is other
    peers, which are started before it; @NAME_folder@ is their folder.  What
    is run before it, in its folder, is a list of commands.
    """

    started = []

    def __init__(self, program, arguments, files=None, programs=(), ports=(),
                 datagrams=(), environment=None, needs=(), before=(),
                 **values):
        self.program = program  # its names, of which the first is ours
        self.name = os.path.basename(program.split()[0])
        self.arguments = arguments.split()
        self.files = files or {}
        self.programs = programs  # those files that are run
        self.port_names = list(ports)
        self.datagram_names = list(datagrams)
        self.environment = environment or {}
        self.needs = needs
        self.before = before
        self.values = values
        self.ports = {}
        self.folder = None
        self.process = None

    def __getitem__(self, name):
        return self.ports[name].number

    def url(self, name, path="/", scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self[name]}{path}"

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, content):
        """Makes a file that the peer may read, and its folders."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes)
                       else content.encode())
        os.chmod(path, 0o644)
        return path

    def start(self):
        """Starts it unless it runs, with new ports when it ends at once."""
        if self.process is not None:
            return
        path = find(self.program)
        if path is None:
            missing(self.program)
        for peer in self.needs:
            peer.start()
        Peer.started.append(self)
        for _ in range(START_ATTEMPTS):
            self._prepare()
            self._run_before()
            self._spawn(path)
            if self._listens():
                return
            self.stop()
        raise AssertionError(f"{self.name} does not start:\n{self.logs()}")

    def _prepare(self):
        self.folder = tempfile.mkdtemp(prefix=f"{self.name}-", dir=work())
        # Whatever user the peer becomes, it keeps its logs here.
        os.chmod(self.folder, 0o777)
        for name in self.port_names:
            self.ports[name] = Port()
        for name in self.datagram_names:
            self.ports[name] = Port(DATAGRAM)
        self.known = dict(self.values, folder=self.folder,
                          certs=certificates(),
                          **{n: p.number for n, p in self.ports.items()})
        self.known.update({f"{peer.name}_folder": peer.folder
                           for peer in self.needs})
        user = unprivileged()
        self.known.update(root="" if user else "#")
        self.known.update(zip(("user", "group"), user or ("", "")))
        for name, content in self.files.items():
            if isinstance(content, str):
                content = fill(content, self.known)
            self.write(name, content)
        for name in self.programs:
            os.chmod(self.path(name), 0o755)

    def _environment(self):
        environment = {"PATH": os.environ.get("PATH", os.defpath),
                       "LC_ALL": "C"}
        for name, value in self.environment.items():
            environment[name] = fill(value, self.known)
        return environment

    def _run_before(self):
        for words in self.before:
            program = find(words[0])
            if program is None:
                missing(words[0])
            run = subprocess.run(
                [program] + [fill(a, self.known) for a in words[1:]],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False,
                cwd=self.folder, env=self._environment())
            if run.returncode != 0:
                raise AssertionError(f"{run.args} failed: {run.stdout}")

    def _spawn(self, path):
        with open(self.path("output.log"), "wb") as output:
            self.process = subprocess.Popen(
                [path] + [fill(a, self.known) for a in self.arguments],
                stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, cwd=self.folder,
                env=self._environment(),
                start_new_session=True)

    def _listens(self):
        def ready():
            return (self.process.poll() is not None or
                    all(port.answers() for port in self.ports.values()))
        wait_for(f"{self.name} to listen", ready)
        return self.process.poll() is None

    def ask_to_stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self):
        """Ends it and what it has started, which is all in one group."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process = None
        for port in self.ports.values():
            port.close()

    def logs(self):
        """The end of each of its logs."""
        shown = []
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                text = self.read(name)[-LOG_BYTES:].decode("latin-1")
                shown.append(f"--- {self.name}: {name}\n{text}")
        return "\n".join(shown)


_scripted = []


def serve(server):
    """Runs a scripted.Server to the end of the file."""
    _scripted.append(server.__enter__())
    return server


def stop_all():
    """What every file ends with, however it does, and to the end."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for peer in Peer.started:
        peer.ask_to_stop()  # they take their time, and may do so together
    for peer in Peer.started:
        peer.stop()
    while _scripted:
        _scripted.pop().__exit__(None, None, None)


# --- Calling -----------------------------------------------------------------

@dataclasses.dataclass
class Result:
    """What a run of dial gave."""

    command: list
    code: int
    out: bytes
    err: str

    def __str__(self):
        return (f"{' '.join(self.command)}\nexit code {self.code}\n"
                f"stdout {self.out[:2000]!r}\nstderr {self.err[:4000]}")

    def head(self, number=0):
        """A head of the output of -i or -I, as a list of lines."""
        head = self.out.split(b"\r\n\r\n")[number]
        return head.decode("latin-1").split("\r\n")

    def fields(self, name, number=0):
        """That head's values of a field."""
        return [line.partition(":")[2].strip()
                for line in self.head(number)[1:]
                if line.partition(":")[0].lower() == name.lower()]

    def body(self, heads=1):
        """What follows that many heads."""
        return self.out.split(b"\r\n\r\n", heads)[heads]


def environment(**more):
    """What dial finds around it: nobody's proxies, trust or configuration."""
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LD_LIBRARY_PATH") or "SAN_OPTIONS" in name}
    return dict(kept, HOME=work(), LC_ALL="C", **more)


def command(*arguments):
    return [DIAL] + [os.fspath(a) if isinstance(a, os.PathLike) else str(a)
                     for a in arguments]


class Case(unittest.TestCase):
    """A test that calls peers; each has an empty folder to write to."""

    peers = []
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        for peer in cls.peers:
            peer.start()

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="test-", dir=work())

    def file(self, name, content=None):
        """A path in the test's folder, of a new file if it has content."""
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        return path

    def content(self, name):
        with open(self.file(name), "rb") as file:
            return file.read()

    def dial(self, *arguments, code=0, stdin=b"", **more):
        """Runs dial to its end, which must be with this exit code."""
        run = subprocess.run(command("-sS", *arguments), input=stdin,
                             capture_output=True, timeout=RUN_SECONDS,
                             cwd=self.folder, env=environment(**more),
                             check=False)
        result = Result(run.args, run.returncode, run.stdout,
                        run.stderr.decode("utf-8", "backslashreplace"))
        self.assertEqual(result.code, code, f"\n{result}")
        return result

    def says(self, result, *words):
        """The words are on stderr, each somewhere."""
        for word in words:
            self.assertIn(word, result.err, f"\n{result}")


# --- The whole file ----------------------------------------------------------

class Verdict(unittest.TextTestResult):
    """Shows the peers' logs before the failures, which thus come last."""

    def printErrors(self):
        if not self.wasSuccessful():
            for peer in Peer.started:
                self.stream.writeln("\n" + peer.logs())
        super().printErrors()


def main(program):
    """Runs the file's tests against this program.

    77, automake's skip, when it is not here; in CI that is a failure.
    """
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if find(program) is None:
        name = os.path.basename(sys.argv[0])
        print(f"{name}: {program} is missing, so nothing here was tested; "
              "./bootstrap --peers installs it")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    if not os.access(DIAL, os.X_OK):
        sys.exit(f"{DIAL} is not there: build it, or set DIAL")
    runner = unittest.TextTestRunner(verbosity=2, resultclass=Verdict)
    try:
        unittest.main(testRunner=runner)
    finally:
        stop_all()
