"""dial-pac as its parent sees it: starts the program and speaks the messages
of src/pac/wire.h with it, which are written down here once more."""
import os
import select
import struct
import subprocess

PROGRAM = os.path.abspath(os.environ.get("DIAL_PAC", "./dial-pac"))
LIMIT = 30  # seconds that a child may be waited for


def built():
    """Whether this build has the program, which needs an engine."""
    return os.path.exists(PROGRAM)


class Gone(Exception):
    """The child ended before it answered."""


class Failed(Exception):
    """The child's F: kind, line, message."""

    def __init__(self, payload):
        kind, _, rest = payload[:1], None, payload[1:]
        line, _, message = rest.partition(b"\0")
        self.kind = kind.decode()
        self.line = int(line)
        self.message = message.decode()
        super().__init__(f"{self.kind} {self.line} {self.message}")


class Child:
    """One dial-pac.  `hosts` answers its look-ups: (flag, host) or flag, as
    text; what it asked and said is in `asked` and `alerts`."""

    def __init__(self, hosts=None, now=None, zone="UTC", cpu=None,
                 pass_fds=()):
        args = [PROGRAM] + ([] if now is None else ["--now", str(now)]) + (
            [] if cpu is None else ["--cpu", str(cpu)])
        self.hosts = hosts or {}
        self.asked = []
        self.alerts = []
        self.process = subprocess.Popen(
            args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "TZ": zone}, pass_fds=pass_fds, bufsize=0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(LIMIT)
        self.process.stdin.close()
        self.process.stdout.close()

    def send(self, kind, payload):
        frame = kind.encode() + struct.pack(">I", len(payload)) + payload
        try:
            while frame:
                frame = frame[self.process.stdin.write(frame):]
        except BrokenPipeError:
            raise Gone() from None

    def _read(self, count):
        data = b""
        while len(data) < count:
            ready, _, _ = select.select([self.process.stdout], [], [], LIMIT)
            if not ready:
                raise TimeoutError("dial-pac says nothing")
            piece = self.process.stdout.read(count - len(data))
            if not piece:
                raise Gone()
            data += piece
        return data

    def receive(self):
        header = self._read(5)
        return chr(header[0]), self._read(struct.unpack(">I", header[1:])[0])

    def _answer(self, flag, host=None):
        key = flag if host is None else (flag, host)
        self.asked.append(key)
        self.send("A", self.hosts.get(key, "").encode())

    def conclude(self):
        """The child's R or V, its questions answered; Failed if it is F."""
        while True:
            kind, payload = self.receive()
            if kind == "N":
                self._answer(chr(payload[0]), payload[1:].decode())
            elif kind == "M":
                self._answer(chr(payload[0]))
            elif kind == "L":
                self.alerts.append(payload.decode())
            elif kind == "F":
                raise Failed(payload)
            else:
                return kind, payload

    def load(self, script, name="test.pac"):
        """Runs the script's top."""
        if isinstance(script, str):
            script = script.encode()
        self.send("S", name.encode() + b"\0" + script)
        kind, payload = self.conclude()
        assert (kind, payload) == ("R", b""), (kind, payload)
        return self

    def ask(self, url="http://a.test/", host="a.test"):
        """What FindProxyForURL returned, and whether it is fleeting."""
        self.send("Q", url.encode() + b"\0" + host.encode())
        kind, payload = self.conclude()
        assert kind == "V", (kind, payload)
        return payload[1:].decode(), payload[0] == 1

    def verdict(self, *args):
        return self.ask(*args)[0]

    def end(self):
        """How the child ended: its status, or a signal's number negated."""
        self.process.stdin.close()
        return self.process.wait(LIMIT)
