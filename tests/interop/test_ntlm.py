"""NTLM through GSSAPI's gss-ntlmssp, which also accepts it here.

There is no server of Debian's that asks for NTLM without a Windows domain, so
this one is a page of Python over the same library: it knows the protocol, and
as those servers do it remembers a connection that was let in.
"""
import base64
import ctypes
import http.server
import os
import sys
import threading
import unittest

SOURCE = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.append(os.path.join(SOURCE, "tests", "e2e"))
os.environ.setdefault("top_srcdir", SOURCE)
os.environ.setdefault("top_builddir", SOURCE)
from harness import Case  # noqa: E402
from peers import find_file, missing  # noqa: E402

PLUGIN = find_file(*("/usr/lib/%s/gssntlmssp/gssntlmssp.so" % machine
                     for machine in ("x86_64-linux-gnu",
                                     "aarch64-linux-gnu")),
                   "/usr/lib64/gssntlmssp/gssntlmssp.so",
                   "/usr/lib/gssntlmssp/gssntlmssp.so")
OID = b"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"  # [MS-NLMP] 1.9
ACCEPT, FOR_EVER = 2, 0xffffffff


class Buffer(ctypes.Structure):
    _fields_ = [("length", ctypes.c_size_t), ("value", ctypes.c_void_p)]


class Oid(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint32), ("elements", ctypes.c_void_p)]


class OidSet(ctypes.Structure):
    _fields_ = [("count", ctypes.c_size_t), ("elements", ctypes.POINTER(Oid))]


class Acceptor:
    """The side of GSSAPI that a server is on."""

    def __init__(self):
        self.library = ctypes.CDLL("libgssapi_krb5.so.2")
        self.bytes = ctypes.create_string_buffer(OID, len(OID))
        self.oid = Oid(len(OID), ctypes.cast(self.bytes, ctypes.c_void_p))
        oids = OidSet(1, ctypes.pointer(self.oid))
        self.credential, minor = ctypes.c_void_p(), ctypes.c_uint32()
        major = self.library.gss_acquire_cred(
            ctypes.byref(minor), None, ctypes.c_uint32(FOR_EVER),
            ctypes.byref(oids), ACCEPT, ctypes.byref(self.credential), None,
            None)
        if major != 0:
            raise RuntimeError("gss_acquire_cred: %#x" % (major & FOR_EVER))

    def step(self, context, token):
        """Whether the context stands now, and the token to answer with."""
        text = ctypes.create_string_buffer(token, len(token))
        theirs = Buffer(len(token), ctypes.cast(text, ctypes.c_void_p))
        ours, minor = Buffer(), ctypes.c_uint32()
        major = self.library.gss_accept_sec_context(
            ctypes.byref(minor), ctypes.byref(context), self.credential,
            ctypes.byref(theirs), None, None, None, ctypes.byref(ours), None,
            None, None)
        return major == 0, ctypes.string_at(ours.value, ours.length)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.context, self.known = ctypes.c_void_p(), False
        self.server.connections += 1

    def do_GET(self):
        token = b""
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        self.server.seen.append((self.path, scheme, len(text)))
        if scheme == "NTLM":
            self.known, token = self.server.acceptor.step(
                self.context, base64.b64decode(text))
            if self.known or not token:
                self.context = ctypes.c_void_p()
        elif scheme == "Basic":
            self.known = True
        if self.server.turns and scheme == "NTLM":
            self.answer(401, b"out", 'Digest realm="r", nonce="n"')
            self.known = False
            return
        page = b"in" if self.known else b"out"
        self.send_response(200 if self.known else 401)
        if not self.known:
            self.send_header("WWW-Authenticate", "NTLM" + (
                " " + base64.b64encode(token).decode() if token else ""))
            if not token:
                self.send_header("WWW-Authenticate", 'Basic realm="r"')
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def answer(self, status, page, challenge):
        self.send_response(status)
        self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Moved:
    """Another origin, which sends everybody to one place."""

    def __init__(self, target):
        class Away(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(302)
                self.send_header("Location", target)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Away)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def url(self):
        return "http://127.0.0.1:%d/" % self.server.server_address[1]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Ntlm(Case):
    @classmethod
    def setUpClass(cls):
        if not PLUGIN:
            missing("gss-ntlmssp")

    def setUp(self):
        super().setUp()
        users = self.path("users")
        self.write("users", b"DOM:me:right\n")
        os.environ["NTLM_USER_FILE"] = users
        # gss-ntlmssp copies n bytes of a buffer that has n by strndup(3), and
        # the libcrypto that it brings along keeps what it has made.
        os.environ["ASAN_OPTIONS"] = os.environ.get(
            "ASAN_OPTIONS", "") + ":strict_string_checks=0:detect_leaks=0"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.acceptor, self.server.seen = Acceptor(), []
        self.server.connections, self.server.turns = 0, False
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def url(self, path):
        return "http://127.0.0.1:%d%s" % (self.server.server_address[1], path)

    def schemes(self):
        return [(path, scheme) for path, scheme, _ in self.server.seen]

    def test_two_messages_on_one_connection(self):
        page = self.dial_ok("--http1.1", "--ntlm", "-u", "DOM\\me:right",
                            self.url("/"))
        self.assertEqual(page, b"in")
        self.assertEqual(self.schemes(), [("/", "NTLM")] * 2)
        self.assertEqual(self.server.connections, 1)

    def test_a_connection_that_was_let_in_is_known(self):
        page = self.dial_ok("--http1.1", "--ntlm", "-u", "DOM\\me:right",
                            self.url("/1"), self.url("/2"))
        self.assertEqual(page, b"inin")
        self.assertEqual(self.schemes(), [("/1", "NTLM")] * 2 + [("/2", "")])
        self.assertEqual(self.server.connections, 1)

    def test_not_for_another_user(self):
        done = self.dial("--http1.1", "-s", "--ntlm", "-u", "DOM\\me:right",
                         self.url("/1"), "--next", "--http1.1", "-s",
                         "--ntlm", "-u", "DOM\\me:wrong", self.url("/2"))
        self.assertEqual(done.stdout, b"inout")
        self.assertEqual(self.server.connections, 2)

    def test_not_for_who_was_sent_there_by_another(self):
        """A redirect does not ride on a connection that knows the user."""
        other = Moved(self.url("/victim"))
        self.addCleanup(other.stop)
        done = self.dial("--http1.1", "-s", "-L", "--ntlm", "-u",
                         "DOM\\me:right", self.url("/1"), other.url())
        self.assertEqual(done.stdout, b"inout")
        self.assertEqual(self.server.connections, 2)

    def test_rounds_are_of_one_connection(self):
        """Side by side, too."""
        for _ in range(5):
            page = self.dial_ok("-sS", "-Z", "--http1.1", "--ntlm", "-u",
                                "DOM\\me:right", self.url("/1"),
                                self.url("/2"), self.url("/3"))
            self.assertEqual(page, b"ininin")

    def test_challenges_that_take_turns(self):
        """None is answered twice."""
        self.server.turns = True
        done = self.dial("-f", "-m", "20", "--http1.1", "--anyauth", "-u",
                         "DOM\\me:right", self.url("/"))
        self.assert_fails(done, 22, "401")
        self.assertLess(len(self.server.seen), 6)

    def test_a_wrong_password(self):
        done = self.dial("--http1.1", "-f", "--ntlm", "-u", "DOM\\me:wrong",
                         self.url("/"))
        self.assert_fails(done, 22, "401")
        self.assertEqual(self.schemes(), [("/", "NTLM")] * 2)

    def test_refused_means_nothing_weaker(self):
        done = self.dial("--http1.1", "-f", "--anyauth", "-u",
                         "DOM\\me:wrong", self.url("/"))
        self.assert_fails(done, 22, "401")
        self.assertNotIn(("/", "Basic"), self.schemes())

    def test_http_1_0_does_not_do(self):
        """It is told what would; with other schemes allowed they follow."""
        done = self.dial("-f", "--ntlm", "-u", "DOM\\me:right", self.url("/"))
        self.assert_fails(done, 22, "401")
        self.assertIn(b"add --http1.1", done.stderr)
        page = self.dial_ok("--anyauth", "-u", "DOM\\me:right", self.url("/"))
        self.assertEqual(page, b"in")
        self.assertEqual(self.schemes()[-1], ("/", "Basic"))

    def test_a_body_waits(self):
        page = self.dial_ok("--http1.1", "--ntlm", "-u", "DOM\\me:right",
                            "-d", "x=y", self.url("/"))
        self.assertEqual(page, b"in")

    def test_curl_takes_the_same_server(self):
        """--anyauth of both sends the same schemes in the same order."""
        orders = []
        for program in os.environ["DIAL"], "curl":
            del self.server.seen[:]
            done = self.run_program(program, "-s", "--http1.1", "--anyauth",
                                    "-u", "DOM\\me:right", self.url("/"))
            orders.append((done.returncode, done.stdout, self.schemes()))
        self.assertEqual(orders[0][2], orders[1][2], orders)


if __name__ == "__main__":
    unittest.main()
