"""Origins that stand behind a proxy, and what must work through any proxy."""
import os
import random
import socket

import peers
from scripted import HEAD, Server, Step

PAGE = b"<p>You got through.</p>\n"
BIG = random.Random(3128).randbytes(1 << 20)
TIME = b"61366 26-11-22 12:00:00 00 0 0  50.0 UTC(NIST) *\n"


def answer(request):
    """The page, what is big, or the number of bytes that were sent."""
    head, _, body = request.partition(b"\r\n\r\n")
    method, target, version = head.split(b"\r\n")[0].split()
    if method in (b"POST", b"PUT"):
        content = b"%d bytes\n" % len(body)
    else:
        content = BIG if target.endswith(b"/big") else PAGE
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(content),
             b"Content-Type: text/html"]
    if version == b"HTTP/1.0" and b"keep-alive" in head.lower():
        lines.append(b"Connection: keep-alive")
    return b"\r\n".join(lines + [b"", b""]) + (
        b"" if method == b"HEAD" else content)


PLAIN = peers.serve(Server([Step(send=answer)] * 100))
SECURE = peers.serve(Server([Step(send=answer)] * 100, tls="good"))
# NIST's servers speak first, and begin with an empty line.
CLOCK = peers.serve(Server([Step(expect=None, send=b"\n" + TIME,
                                 close=True)]))
DEAD = peers.Port()  # allowed by every proxy, and nobody listens there
FORBIDDEN = peers.serve(Server([Step(send=answer)]))
ALLOWED = [PLAIN.port, SECURE.port, CLOCK.port, DEAD.number]


def everything(address, question):
    """All that is said to a question, to the end."""
    with socket.create_connection(address, timeout=10) as call:
        call.sendall(question)
        heard = b""
        while data := call.recv(65536):
            heard += data
        return heard


class Proxied:
    """What a test of a proxy is, besides a peers.Case.

    self.gate() is -x and what else it takes to be let through, self.name()
    how a sentence names the proxy.  It lets CONNECT go to ALLOWED alone.
    """

    def root(self):
        return "--cacert", peers.certificate("root.pem")

    def test_plain(self):
        """PROTOCOL 2, 5: absolute-form, which no origin ever sees."""
        for option in "--http1.0", "--http1.1":
            run = self.dial("-i", option, *self.gate(), PLAIN.url("/page"))
            self.assertEqual(run.body(), PAGE)
            request = PLAIN.requests[-1].lower()
            self.assertTrue(request.startswith(b"get /page http/1."))
            self.assertIn(b"\r\nhost: 127.0.0.1:%d\r\n" % PLAIN.port, request)
            self.assertNotIn(b"\r\nproxy-", request)

    def test_plain_head(self):
        run = self.dial("-I", *self.gate(), PLAIN.url("/page"))
        self.assertEqual(run.fields("Content-Length"), [str(len(PAGE))])
        self.assertEqual(run.body(), b"")

    def test_plain_big(self):
        run = self.dial(*self.gate(), PLAIN.url("/big"))
        self.assertEqual(run.out, BIG)

    def test_plain_upload(self):
        for option in "--http1.0", "--http1.1":
            run = self.dial(option, *self.gate(), "--data-binary", "@-",
                            PLAIN.url("/"), stdin=BIG)
            self.assertEqual(run.out, b"%d bytes\n" % len(BIG))

    def test_tunnel(self):
        """PROTOCOL 3, 32, 62; PROXY-01: the origin hears of no proxy."""
        for option in "--http1.0", "--http1.1":
            run = self.dial(option, *self.gate(), *self.root(),
                            SECURE.url("/page"))
            self.assertEqual(run.out, PAGE)
            request = SECURE.requests[-1]
            self.assertTrue(request.startswith(
                b"GET /page HTTP/" + option[-3:].encode() + b"\r\n"))
            self.assertNotIn(b"proxy", request.lower())

    def test_tunnel_big(self):
        run = self.dial(*self.gate(), *self.root(), SECURE.url("/big"))
        self.assertEqual(run.out, BIG)

    def test_tunnel_upload(self):
        run = self.dial(*self.gate(), *self.root(), "-T", "-",
                        SECURE.url("/name"), stdin=BIG)
        self.assertEqual(run.out, b"%d bytes\n" % len(BIG))

    def test_tunnel_shared(self):
        """Two URLs of one origin: one CONNECT, one TLS handshake."""
        before = len(SECURE.connections)
        run = self.dial(*self.gate(), *self.root(), "-w", "%{num_connects} ",
                        SECURE.url("/page"), SECURE.url("/page"))
        self.assertEqual(run.out, PAGE + b"1 " + PAGE + b"0 ")
        self.assertEqual(len(SECURE.connections) - before, 1)

    def test_tunnel_for_http(self):
        """-p: CONNECT whatever the scheme."""
        run = self.dial("-p", *self.gate(), PLAIN.url("/page"))
        self.assertEqual(run.out, PAGE)
        self.assertNotIn(b"via", PLAIN.requests[-1].lower())

    def test_tunnel_heads(self):
        """-i shows the proxy's head, then the origin's; -D as well."""
        dump = self.file("heads")
        run = self.dial("-i", "-D", dump, *self.gate(), *self.root(),
                        SECURE.url("/page"))
        self.assertIn("200 Connection established", run.head(0)[0])
        self.assertEqual(run.head(1)[0], "HTTP/1.1 200 OK")
        self.assertEqual(run.body(2), PAGE)
        self.assertEqual(self.content("heads") + PAGE, run.out)

    def test_tunnel_to_the_wrong_name(self):
        """TLS-01: the tunnel changes nothing about whom to trust."""
        run = self.dial(*self.gate(), *self.root(), "-H", "Host: a.test",
                        "--connect-to", f"other.test:443:127.0.0.1:"
                        f"{SECURE.port}", "https://other.test/", code=60)
        self.says(run, "other.test", "a.test")

    def refused(self, port, *words):
        """PROXY-07: CONNECT to this port, and what is then said."""
        path = self.file("never")
        run = self.dial(*self.gate(), *self.root(), "-o", path,
                        f"https://127.0.0.1:{port}/", code=7)
        self.assertEqual(run.out, b"")
        self.assertEqual(os.listdir(self.folder), [])
        self.assertNotIn("<", run.err)
        self.says(run, self.name(), f"127.0.0.1:{port}", *words)

    def test_clock(self):
        """RFC 867 through CONNECT: who is called speaks first."""
        for _ in range(10):
            run = self.dial(*self.gate(), f"daytime://127.0.0.1:{CLOCK.port}")
            self.assertEqual(run.out.strip(b"\n"), TIME.strip(b"\n"))

    def test_clock_glued(self):
        """PROXY-08: its words in one piece with the proxy's reply.

        What the proxy said to dial's own CONNECT is held back to the end.
        """
        host, port = self.name().split(":")
        relay = Server([Step(
            expect=HEAD, close=True,
            send=lambda head: everything((host, int(port)), head))])
        gate = [word.replace(self.name(), f"127.0.0.1:{relay.port}")
                for word in self.gate()]
        with relay:
            run = self.dial(*gate, f"daytime://127.0.0.1:{CLOCK.port}")
        self.assertEqual(run.out.strip(b"\n"), TIME.strip(b"\n"))
