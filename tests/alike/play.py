"""Plays a scenario with one program: the servers, the folder, the runs.

What comes of it is an Outcome, made neutral, which two programs can share.
"""
import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone

import neutral
import scenario as script

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "e2e"))
from harness import DIAL, TIMEOUT, clean_environment  # noqa: E402
from scripted import (PATIENCE, Server, Step, certificate,  # noqa: E402
                      certificates, tls_context)

CURL = shutil.which("curl")
PROGRAMS = {"curl": CURL, "dial": DIAL}
HOMES = ("NETRC", "DIAL_HOME", "SSLKEYLOGFILE", "COLUMNS")
LATELY = 86400  # seconds; a file this young was written by the run


@dataclass
class Outcome:
    exit: str = ""
    stdout: bytes = b""
    stderr: bytes = b""
    requests: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    unasked: list = field(default_factory=list)  # replies, by their lines


# --- Servers that answer requests in the order they come ----------------------

class Playbook:
    """The replies of one server, taken in order by whoever asks."""

    def __init__(self, replies):
        self.lock = threading.Lock()
        self.left = list(replies)

    def first(self):
        with self.lock:
            return self.left[0] if self.left else None

    def take(self, target=None):
        """The first reply that is for this target; None if there is none."""
        with self.lock:
            for number, reply in enumerate(self.left):
                if reply.flags.get("for", target) == target:
                    return self.left.pop(number)
        return None


class Speaker(Server):
    """A Server whose connections share one list of replies, and one log."""

    def __init__(self, number, book, log, faults, **how):
        super().__init__(**how)
        self.number, self.book, self.log = number, book, log
        self.faults = faults
        self.values = {}
        self.far = {}
        self.over = False  # the program has ended

    def finish(self):
        """Waits until all who ever called have been served: calls are taken
        in order, so that when a last one has had its end, all had."""
        self.over = True
        with socket.socket(self.sock.family) as last:
            last.settimeout(PATIENCE)
            last.connect(self.sock.getsockname())
            last.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                while last.recv(4096):
                    pass
        self.idle()

    def _serve(self, connection, _):
        with self._lock:
            number = self.connections.index(connection) + 1
        try:
            if self.tls:
                self._wrap(connection, self.tls)
            while self._answer(connection, number):
                pass
        except OSError:
            pass  # the client's right: it hung up, or did not like us
        except Exception as failure:  # pylint: disable=broad-except
            self.faults.append(f"a server failed: {failure!r}")
        finally:
            connection.sock.close()

    def _answer(self, connection, number):
        """Hears one request and answers it; False at the end."""
        first = self.book.first()
        if first is not None and "first" in first.flags and not self.over:
            return self._reply(connection, number, self.book.take(), b"")
        if not connection.unread and not connection.fill():
            return False
        if first is not None and "any" in first.flags:
            return self._reply(connection, number, self.book.take(),
                               connection.take(len(connection.unread)))
        count = first.flags.get("bytes") if first else None
        if count is not None:
            heard = connection.expect(int(count))
            return heard is not None and self._reply(
                connection, number, self.book.take(), heard)
        return self._answer_head(connection, number)

    def _answer_head(self, connection, number):
        head = connection.until(b"\r\n\r\n")
        if head is None:
            return self._cut_off(connection, number)
        target = head.split(b" ")[1] if head.count(b" ") > 1 else b""
        reply = self.book.take(target.decode("latin-1"))
        if reply is None:
            self._note(number, head)
            self.faults.append(f"server {self.number} has no reply to "
                               f"{head.splitlines()[0].decode('latin-1')}")
            return False
        if "head" not in reply.flags:
            connection.unread[:0] = head
            head = connection.request()
            if head is None:
                return self._cut_off(connection, number)
        return self._reply(connection, number, reply, head)

    def _cut_off(self, connection, number):
        self._note(number, bytes(connection.unread) + b"{cut off}")
        return False

    def _note(self, number, request):
        if request:
            self.log.append((self.number, number, request))

    def _reply(self, connection, number, reply, request):
        self._note(number, request)
        flags = reply.flags
        data = script.wire(reply.section, self.values)
        close = "open" not in flags and script.ends(data)
        tunnel = flags.get("tunnel")
        step = Step(expect=None, delay=float(flags.get("delay", 0)),
                    send=data, close="close" in flags or close,
                    cut="cut" in flags, reset="reset" in flags,
                    tls=flags.get("tls"),
                    tunnel=self.far[int(tunnel or 2)]
                    if tunnel is not None else None)
        if step.tunnel or step.tls:
            step.close = "close" in flags
        return self._play(connection, step)


def tls_of(flags):
    """The server's side of TLS that a server section asks for."""
    versions = {"1.0": 0x301, "1.1": 0x302, "1.2": 0x303, "1.3": 0x304}
    if "tls" not in flags:
        return None
    clients = flags.get("clients")
    return tls_context(
        flags["tls"] or "good", ciphers=flags.get("ciphers"),
        clients=certificate(clients)[0] if clients else None,
        least=versions.get(flags.get("least")),
        most=versions.get(flags.get("most")))


def place_of(flags, number, nest):
    """Where a server of no port stands: its path, or its abstract name."""
    if "abstract" in flags:
        return f"\0dial-{os.path.basename(nest)}-{number}"
    return os.path.join(nest, f"socket{number}") if "unix" in flags else None


def closed_port(held):
    """A port that stays closed: bound as long as it is held, and silent."""
    sock = held.enter_context(socket.socket())
    sock.bind(("127.0.0.1", 0))
    return sock.getsockname()[1]


class Stage:
    """The servers of a scenario, listening, and the names that they have."""

    def __init__(self, scenario, held, nest):
        self.log, self.faults, self.servers = [], [], []
        self.values = {"closed": str(closed_port(held)),
                       "certs": os.path.abspath(certificates())}
        for number, flags in scenario.servers.items():
            self._open(scenario, number, flags, held, nest)
        for server in self.servers:
            server.values = self.values

    def _open(self, scenario, number, flags, held, nest):
        book = Playbook(r for r in scenario.replies if r.server == number)
        family = socket.AF_INET6 if "ipv6" in flags else socket.AF_INET
        place = place_of(flags, number, nest)
        server = Speaker(number, book, self.log, self.faults, path=place,
                         tls=tls_of(flags), family=family)
        self.servers.append(server)
        host = "[::1]" if "ipv6" in flags else "127.0.0.1"
        names = {"port": str(server.port), "at": f"{host}:{server.port}",
                 "url": server.url(host=host)}
        if place is not None:
            names = {"abstract" if place[0] == "\0" else "path":
                     place.lstrip("\0")}
        tail = "" if number == 1 else str(number)
        self.values.update({name + tail: v for name, v in names.items()})
        for other in self.servers:
            other.far[number] = (host.strip("[]"), server.port)
            server.far[other.number] = other.far.get(
                other.number, ("127.0.0.1", other.port))
        held.enter_context(server)

    def finish(self):
        """Nothing is under way any more; the replies that are left."""
        for server in self.servers:
            server.finish()
        return [reply.section.line for server in self.servers
                for reply in server.book.left if "maybe" not in reply.flags]


# --- The folder --------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def features(name):
    """What the program's -V names."""
    said = subprocess.run([PROGRAMS[name], "-V"], capture_output=True,
                          text=True, check=True).stdout
    return {word for line in said.splitlines()
            if line.startswith("Features:") for word in line.split()[1:]}


def moment(text):
    """Seconds of a time in UTC, as 2001-02-03T04:05:06."""
    when = datetime.fromisoformat(text)
    return when.replace(tzinfo=timezone.utc).timestamp()


def place_file(folder, section, values):
    """Makes one file, folder or link of those there at the start."""
    kind, name = section.words[0], script.fill(section.words[1], values)
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if kind == "folder":
        os.makedirs(path, exist_ok=True)
    elif kind == "link":
        os.symlink(script.fill(section.words[2], values), path)
        return
    else:
        text = script.fill(section.text().decode("latin-1"), values)
        with open(path, "wb") as file:
            file.write(script.coded(text.encode("latin-1"), section.flags))
    if "mtime" in section.flags:
        when = moment(section.flags["mtime"])
        os.utime(path, (when, when))
    if "mode" in section.flags:
        os.chmod(path, int(section.flags["mode"], 8))


def describe(path, name, values, compare):
    """A file as text: its bytes, and before them what else is compared."""
    kept = os.lstat(path)
    notes = b""
    if "modes" in compare:
        notes += b"mode %o\n" % (kept.st_mode & 0o7777)
    if "mtimes" in compare:
        young = kept.st_mtime > time.time() - LATELY
        when = datetime.fromtimestamp(kept.st_mtime, timezone.utc)
        notes += b"mtime %s\n" % (b"now" if young else
                                  f"{when:%Y-%m-%dT%H:%M:%S}".encode())
    if os.path.islink(path):
        return notes + b"link to " + os.readlink(path).encode()
    if os.path.isdir(path):
        return notes + b"folder"
    with contextlib.suppress(PermissionError):
        os.chmod(path, kept.st_mode | 0o400)
    with open(path, "rb") as file:
        return notes + neutral.text(file.read(), values, compare)


def files_under(folder, values, compare):
    found = {}
    for where, folders, names in os.walk(folder):
        for name in names + [f for f in folders]:
            path = os.path.join(where, name)
            key = neutral.file_name(os.path.relpath(path, folder), values)
            found[key] = describe(path, key, values, compare)
    return found


# --- The run -----------------------------------------------------------------

def run_line(name, line, scenario, folder, values):
    """One run: its process, ended."""
    env, args = script.words(line, values)
    if name == "curl" and "version" not in scenario.compare:
        args = script.with_version(args)
    given = {**scenario.env, **env}
    base = clean_environment(HOME=folder)
    for variable in HOMES:
        base.pop(variable, None)
    for variable, value in given.items():
        variable = script.fill(variable, values)
        base.pop(variable, None)
        if value is not None:
            base[variable] = script.fill(value, values)
    return subprocess.run(
        [PROGRAMS[name], *(script.encode(word) for word in args)],
        input=scenario.stdin, capture_output=True, timeout=TIMEOUT,
        cwd=folder, env=base, check=False,
        start_new_session=True)  # no terminal to ask on


def note(outcome, done, values, compare):
    outcome.exit = f"{outcome.exit} {done.returncode}".strip()
    outcome.stdout += neutral.text(done.stdout, values, compare)
    outcome.stderr += neutral.text(done.stderr, values, compare)


def told(stage, scenario):
    """The requests as they are compared."""
    lines = []
    for server, connection, data in stage.log:
        where = [str(server)] if server > 1 else []
        if "connections" in scenario.compare:
            where.append(f"connection {connection}")
        mark = f"[{' '.join(where)}]\n".encode() if where else b""
        lines.append(mark + neutral.request(
            data, stage.values, scenario.compare, scenario.digest))
    return sorted(lines) if "unordered" in scenario.compare else lines


def play(scenario, name):
    """The outcome of a scenario's command lines with one program."""
    outcome = Outcome()
    with contextlib.ExitStack() as held:
        folder = held.enter_context(tempfile.TemporaryDirectory(
            prefix="dial-alike.", ignore_cleanup_errors=True))
        nest = held.enter_context(tempfile.TemporaryDirectory(
            prefix="dial-nest."))
        stage = Stage(scenario, held, nest)
        stage.values.update(folder=folder, program=name, PROGRAM=name.upper())
        for section in scenario.files:
            place_file(folder, section, stage.values)
        for line in scenario.lines_for(name):
            note(outcome, run_line(name, line, scenario, folder,
                                   stage.values), stage.values,
                 scenario.compare)
        outcome.unasked = stage.finish()
        outcome.requests = told(stage, scenario)
        outcome.faults = stage.faults
        outcome.files = files_under(folder, stage.values, scenario.compare)
    return outcome
