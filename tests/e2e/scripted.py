"""Servers that follow a script and log the exact bytes that they were sent.

	with Server([reply(b"hello")]) as origin:
	    run([DIAL, origin.url("/x")])
	    origin.requests[0]      # b"GET /x HTTP/1.0\\r\\nHost: ..."

A script is a list of steps, one script a connection; the last script given
serves all further connections.  A proxy is a server whose script tunnels.
Nothing here sleeps but where a step asks for it.
"""
import contextlib
import os
import re
import select
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import Callable, Optional, Tuple, Union

REQUEST = "request"  # expect one whole request: its head and its body
HEAD = "head"  # expect a head alone
EOF = "eof"  # expect the client to end its side
PATIENCE = 10.0  # seconds before a script gives its client up


@dataclass
class Step:
    """What is awaited, then what is done, in the order of the members."""

    expect: Union[str, bytes, int, None] = REQUEST  # bytes: until they come
    delay: float = 0.0
    wait: Optional[threading.Event] = None
    send: Union[bytes, Callable[[bytes], bytes]] = b""  # may see the request
    tunnel: Optional[Tuple[str, int]] = None  # from here on bytes are passed
    tls: Union[str, ssl.SSLContext, None] = None  # TLS begins here
    close: bool = False
    cut: bool = False  # ends TCP alone: under TLS without close_notify
    reset: bool = False  # closes with RST


def reply(body=b"", status="200 OK", fields=(), version="1.1", length=True,
          close=False, **members):
    """The step that answers a request with an ordinary response."""
    head = [f"HTTP/{version} {status}"] + list(fields)
    if length:
        head.append(f"Content-Length: {len(body)}")
    text = "".join(line + "\r\n" for line in head) + "\r\n"
    return Step(send=text.encode("latin-1") + body,
                close=close or not length, **members)


def moved(to, status="302 Found", fields=(), close=True, **members):
    """The step that sends a client elsewhere, by another connection."""
    return reply(b"moved", status=status, close=close,
                 fields=[f"Location: {to}", *fields], **members)


def connect(port, host="127.0.0.1", status="200 Connection established"):
    """The step of a proxy that lets a CONNECT through."""
    return Step(expect=HEAD, send=f"HTTP/1.1 {status}\r\n\r\n".encode(),
                tunnel=(host, port))


def certificate(name):
    """The paths of a certificate of certs/README.md and of its key."""
    made = certificates()
    return os.path.join(made, name + ".pem"), os.path.join(made, name + ".key")


_made = []


def certificates():
    """The folder of the test certificates, made when they are missing."""
    if not _made:
        folder = os.path.join(os.environ.get("top_builddir", "."),
                              "certs", "made")
        make = os.path.join(os.environ.get("top_srcdir", "."),
                            "certs", "make.sh")
        subprocess.run([make, folder], check=True,
                       stdout=subprocess.DEVNULL)
        _made.append(folder)
    return _made[0]


def tls_context(name, clients=None, ciphers=None, least=None, most=None):
    """A server's side of TLS; `clients` is the file of those that issue the
    certificates of clients, and demands one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if ciphers:
        context.set_ciphers(ciphers)
    if least:
        context.minimum_version = least
    if most:
        context.maximum_version = most
    context.load_cert_chain(*certificate(name))
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context


@dataclass
class Connection:
    """One client's call: its socket, and all that was heard on it."""

    sock: socket.socket
    heard: bytearray = field(default_factory=bytearray)
    unread: bytearray = field(default_factory=bytearray)
    ended: bool = False  # by the client, and of TLS with close_notify

    def fill(self):
        """Hears more; False at the client's end."""
        try:
            data = self.sock.recv(65536)
            self.ended = not data
        except (ConnectionError, ssl.SSLError):
            data = b""
        self.heard += data
        self.unread += data
        return bool(data)

    def take(self, count):
        taken = bytes(self.unread[:count])
        del self.unread[:count]
        return taken

    def until(self, mark):
        """Everything up to the mark and with it; None if the end came first."""
        while mark not in self.unread:
            if not self.fill():
                return None
        return self.take(self.unread.index(mark) + len(mark))

    def count(self, count):
        while len(self.unread) < count:
            if not self.fill():
                return None
        return self.take(count)

    def chunked(self):
        body = b""
        while True:
            line = self.until(b"\r\n")
            if line is None:
                return None
            size = int(line.split(b";")[0], 16)
            data = self.count(size + 2)
            if data is None:
                return None
            body += line + data
            if size == 0:
                return body

    def request(self):
        head = self.until(b"\r\n\r\n")
        if head is None:
            return None
        body = b""
        if re.search(rb"(?im)^transfer-encoding:.*chunked", head):
            body = self.chunked()
        else:
            length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
            if length:
                body = self.count(int(length.group(1)))
        return None if body is None else head + body

    def expect(self, what):
        if what == REQUEST:
            return self.request()
        if what == HEAD:
            return self.until(b"\r\n\r\n")
        if what == EOF:
            while self.fill():
                pass
            return self.take(len(self.unread))
        if isinstance(what, int):
            return self.count(what)
        return b"" if what is None else self.until(what)


class Server:
    """Listens from the start; plays its scripts within `with`."""

    def __init__(self, *scripts, tls=None, path=None, family=socket.AF_INET):
        self.scripts = [list(script) for script in scripts] or [[]]
        self.tls = tls
        self.requests = []  # what each step awaited and got, in order
        self.connections = []
        self.failures = []
        self.handshakes = 0  # of TLS, in whole
        self.resumed = 0  # of these, how many with a session from before
        self._lock = threading.Lock()
        self._threads = []
        self._listen(path, family)

    def _listen(self, path, family):
        if path is not None:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.bind(path)
            self.port = None
        else:
            host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
            self.sock = socket.socket(family)
            self.sock.bind((host, 0))
            self.port = self.sock.getsockname()[1]
        self.sock.listen(64)

    def url(self, path="/", host="127.0.0.1", user=None):
        scheme = "https" if self.tls else "http"
        at = f"{user}@" if user else ""
        return f"{scheme}://{at}{host}:{self.port}{path}"

    @property
    def heard(self):
        """All bytes of all connections, for "the secret must not reach"."""
        with self._lock:
            return b"".join(bytes(c.heard) for c in self.connections)

    def idle(self):
        """Waits until every connection has had its end."""
        for thread in list(self._threads):
            thread.join(PATIENCE)

    def __enter__(self):
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(self, kind, value, trace):
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        self._acceptor.join(PATIENCE)
        with self._lock:
            connections = list(self.connections)
        for connection in connections:
            with contextlib.suppress(OSError):  # TLS stays its thread's
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        for connection in connections:
            connection.sock.close()
        if self.failures and kind is None:
            raise self.failures[0]

    def _accept(self):
        while True:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            sock.settimeout(PATIENCE)
            connection = Connection(sock)
            with self._lock:
                number = len(self.connections)
                self.connections.append(connection)
            script = self.scripts[min(number, len(self.scripts) - 1)]
            thread = threading.Thread(target=self._serve,
                                      args=(connection, script), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection, script):
        try:
            if self.tls:
                self._wrap(connection, self.tls)
            for step in script:
                if not self._play(connection, step):
                    return
            if not script or not (script[-1].close or script[-1].reset):
                connection.expect(EOF)
            self._close(connection)
        except (OSError, ssl.SSLError):
            pass  # the client's right: it hung up, or did not like us
        except Exception as failure:  # a test's own fault must be seen
            self.failures.append(failure)
        finally:
            connection.sock.close()

    def _wrap(self, connection, tls):
        if not isinstance(tls, ssl.SSLContext):
            tls = tls_context(tls)
        connection.sock = tls.wrap_socket(
            connection.sock, server_side=True, suppress_ragged_eofs=False,
            do_handshake_on_connect=False)
        try:
            connection.sock.do_handshake()
        except ssl.SSLError:
            self._hear_out(connection.sock)
            raise
        with self._lock:
            self.handshakes += 1
            self.resumed += connection.sock.session_reused

    def _play(self, connection, step):
        """One step; False when the connection is over."""
        request = connection.expect(step.expect)
        if request is None:
            return False
        if step.expect is not None:
            with self._lock:
                self.requests.append(request)
        if step.delay:
            time.sleep(step.delay)
        if step.wait is not None and not step.wait.wait(PATIENCE):
            raise TimeoutError("a step waited in vain")
        send = step.send(request) if callable(step.send) else step.send
        connection.sock.sendall(send)
        if step.tls:
            self._wrap(connection, step.tls)
        if step.tunnel:
            _tunnel(connection, step.tunnel)
            return False
        if step.reset:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       b"\1\0\0\0\0\0\0\0")
            connection.sock.close()
            return False
        if step.cut:
            connection.sock.shutdown(socket.SHUT_RDWR)
            return False
        if step.close:
            self._close(connection)
            return False
        return True

    @staticmethod
    def _hear_out(sock):
        """Lets an alert arrive: a close with bytes unread would reset."""
        socket.socket.shutdown(sock, socket.SHUT_WR)
        while socket.socket.recv(sock, 65536):
            pass

    @staticmethod
    def _close(connection):
        """In order: close_notify, FIN, then the client's last words."""
        with contextlib.suppress(OSError, ValueError):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock = connection.sock.unwrap()
            connection.sock.shutdown(socket.SHUT_WR)
            connection.expect(EOF)


def _relay(source, sink):
    """Passes what is there on; False once the source has ended."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
            if not (isinstance(source, ssl.SSLSocket) and source.pending()):
                return True
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    return False


def _tunnel(connection, address):
    """Passes bytes both ways until both sides have ended.  One thread does
    it, since a TLS socket is not for two."""
    near = connection.sock
    with socket.create_connection(address, timeout=PATIENCE) as far:
        far.sendall(connection.take(len(connection.unread)))
        open_sides = [near, far]
        while open_sides:
            ready = select.select(open_sides, [], [], PATIENCE)[0]
            if not ready:
                return
            if near in ready:
                start = len(connection.heard)
                if not connection.fill():
                    open_sides.remove(near)
                    with contextlib.suppress(OSError):
                        far.shutdown(socket.SHUT_WR)
                connection.unread.clear()
                with contextlib.suppress(OSError):
                    far.sendall(connection.heard[start:])
            if far in ready and not _relay(far, near):
                open_sides.remove(far)


def closed_port():
    """A port of 127.0.0.1 where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
