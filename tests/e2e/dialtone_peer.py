"""What the tests of dialtone share: the program, raw calls, scripted origins."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

DIALTONE = os.environ["DIALTONE"]
TIMEOUT = 20


class Dialtone:
    """A running dialtone: its addresses by name, and its end."""

    def __init__(self, *arguments, cwd=None, limit=None, env=None):
        self.errors = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [DIALTONE, *arguments], stdout=subprocess.PIPE,
            stderr=self.errors, cwd=cwd, text=True, preexec_fn=limit,
            env=env)
        self.addresses = {}
        self.lines = []
        names = {a[2:].split("=")[0] for a in arguments}
        wanted = names & {"http", "https", "daytime", "proxy"}
        if "https" in wanted and "cert" not in names:
            wanted.add("authority")
        while not wanted <= set(self.addresses):
            line = self.process.stdout.readline()
            if not line:
                break
            self.lines.append(line)
            name, _, address = line.rstrip("\n").partition(" ")
            self.addresses[name] = address

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def at(self, name):
        """The address of a service as a pair for connect()."""
        host, _, port = self.addresses[name].rpartition(":")
        return host.strip("[]"), int(port)

    def stop(self, number=signal.SIGTERM):
        """Ends it with a signal, unless it has ended; its status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(TIMEOUT)

    def said(self):
        """What is on its stderr so far; all of it once it has ended."""
        self.errors.seek(0)
        return self.errors.read()


class Call:
    """One connection that reads HTTP by hand."""

    def __init__(self, address, sock=None):
        self.sock = sock or socket.create_connection(address, TIMEOUT)
        self.sock.settimeout(TIMEOUT)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def more(self):
        data = self.sock.recv(65536)
        self.rest += data
        return data

    def until(self, mark):
        """Everything up to and with mark; less if the peer hung up."""
        while mark not in self.rest:
            if not self.more():
                break
        end = self.rest.find(mark)
        end = len(self.rest) if end < 0 else end + len(mark)
        data, self.rest = self.rest[:end], self.rest[end:]
        return data

    def exactly(self, count):
        while len(self.rest) < count and self.more():
            pass
        data, self.rest = self.rest[:count], self.rest[count:]
        return data

    def all(self):
        """To the end."""
        while self.more():
            pass
        data, self.rest = self.rest, b""
        return data

    def head(self):
        """A response's status and its fields by lower-case name."""
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields.setdefault(name.lower(), value.strip())
        return status, fields

    def response(self, bodyless=False):
        """Status, fields and a body of Content-Length."""
        status, fields = self.head()
        length = 0 if bodyless or status in (204, 304) else int(
            fields["content-length"])
        return status, fields, self.exactly(length)

    def ask(self, request, bodyless=False):
        self.send(request)
        return self.response(bodyless)


class Origin:
    """A server that follows a script, on a thread, for one call after another;
    what each sent is kept."""

    def __init__(self, script):
        self.script = script
        self.heard = []
        self.failure = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with Call(None, sock) as call:
                try:
                    self.script(self, call)
                except (AssertionError, OSError) as failure:
                    self.failure = failure

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(TIMEOUT)


def answering(reply, close=True):
    """A script: keep the request's head, then say reply."""
    def script(origin, call):
        origin.heard.append(call.until(b"\r\n\r\n"))
        call.send(reply)
        if not close:
            call.all()
    return script


class Case(unittest.TestCase):
    """A folder to serve, and dialtone to serve it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.root = os.path.join(folder.name, "root")
        os.mkdir(self.root)
        os.chmod(folder.name, 0o755)

    def file(self, name, content):
        path = os.path.join(self.root, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def dialtone(self, *arguments, **keywords):
        tone = Dialtone(*arguments, cwd=self.folder, **keywords)
        self.addCleanup(tone.__exit__)
        return tone

    def ended_well(self, tone):
        """SIGTERM ends it with status 0 and not a word of a sanitizer."""
        self.assertEqual(tone.stop(), 0)
        self.assertNotIn("Sanitizer", tone.said())
        self.assertNotIn("runtime error", tone.said())
