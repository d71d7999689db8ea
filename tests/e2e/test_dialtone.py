"""dialtone as its clients see it: files, TLS, daytime, limits, its end."""
import hashlib
import os
import resource
import signal
import socket
import ssl
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dialtone_peer import DIALTONE, TIMEOUT, Call, Case, Dialtone  # noqa: E402

GET = b"GET /%s HTTP/1.1\r\nHost: a.test\r\n\r\n"
GET10 = b"GET /%s HTTP/1.0\r\n\r\n"
RESET = struct.pack("ii", 1, 0)


def run(*arguments):
    """dialtone to its end: status, stdout, stderr."""
    done = subprocess.run(
        [DIALTONE, *arguments], capture_output=True, text=True,
        timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout, done.stderr


class Options(unittest.TestCase):
    def refused(self, *arguments):
        status, output, errors = run(*arguments)
        self.assertEqual(status, 2)
        self.assertEqual(output, "")
        return errors

    def test_unknown_names_the_nearest(self):
        for wrong, near in (("--htp", "--http"), ("--dayime=x", "--daytime"),
                            ("--proxyuser", "--proxy-user"),
                            ("--versoin", "--version")):
            self.assertIn(f"the nearest is {near}\n", self.refused(wrong))
        self.assertIn("-h (--help)", self.refused("-x"))

    def test_what_cannot_be_meant(self):
        self.assertIn("needs an argument", self.refused("--http"))
        self.assertIn("takes no argument", self.refused("--help=x"))
        self.assertIn("nothing to serve", self.refused())
        self.assertIn("nothing to serve", self.refused("--root", "/"))
        self.assertIn("options alone", self.refused("x"))
        self.assertIn("go together",
                      self.refused("--https=localhost:0", "--cert=x"))
        self.assertIn("rfc867, ctime",
                      self.refused("--daytime-format=x", "--daytime=:0"))
        self.assertIn("from 1 to", self.refused("--idle-time=0"))
        self.assertIn("from 1 to", self.refused("--min-rate=1x"))
        self.assertIn("USER:PASSWORD", self.refused("--proxy-user=x"))
        self.assertIn("no user", self.refused(
            "--proxy=127.0.0.1:0", "--user=there-is-no-such-user"))

    def test_caps(self):
        """At each cap and one past it."""
        many = ["--proxy=127.0.0.1:0"]
        with Dialtone(*many * 16) as tone:
            for _ in range(15):
                self.assertTrue(tone.process.stdout.readline())
            self.assertEqual(tone.stop(), 0)
        self.assertIn("at most 16", self.refused(*many * 17))
        names = ["--name=a.test"]
        with Dialtone("--https=127.0.0.1:0", *names * 60) as tone:
            self.assertIn("authority", tone.addresses)
            self.assertEqual(tone.stop(), 0)
        self.assertIn("too often",
                      self.refused("--https=127.0.0.1:0", *names * 61))
        self.assertIn("neither a host's name",
                      self.refused("--https=127.0.0.1:0", "--name=a b"))

    def test_escapes_what_was_typed(self):
        self.assertNotIn("\x1b", self.refused("--\x1b[31m"))

    def test_help_and_version(self):
        status, output, _ = run("--help")
        self.assertEqual(status, 0)
        self.assertIn("--daytime ADDR", output)
        status, output, _ = run("-V")
        self.assertEqual(status, 0)
        self.assertRegex(output, r"^dialtone \d.* OpenSSL \d")

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            status, _, errors = run("--proxy", address)
        self.assertEqual(status, 7)
        self.assertIn(address, errors)
        self.assertRegex(errors, r"^dialtone: --proxy: \S")

    def test_an_address_that_is_wrong(self):
        for name in ("http", "https", "daytime", "proxy"):
            status, _, errors = run("--daytime=127.0.0.1:0", f"--{name}", "x")
            self.assertEqual(status, 3)
            self.assertRegex(errors, rf"^dialtone: --{name}: \S")


class Files(Case):
    def setUp(self):
        super().setUp()
        self.file("a.txt", b"0123456789")
        self.big = bytes(range(256)) * 32768
        self.file("big", self.big)
        self.tone = self.dialtone("--http=127.0.0.1:0", "--root=root", "-v")
        self.call = Call(self.tone.at("http"))
        self.addCleanup(self.call.__exit__)

    def tearDown(self):
        self.call.__exit__()
        self.ended_well(self.tone)

    def test_keeps_1_1_and_1_0_alive(self):
        for _ in range(3):
            status, fields, body = self.call.ask(GET % b"a.txt")
            self.assertEqual((status, body), (200, b"0123456789"))
            self.assertNotIn("connection", fields)
        status, fields, _ = self.call.ask(
            b"GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        self.assertEqual(fields["connection"], "keep-alive")
        status, fields, _ = self.call.ask(GET10 % b"a.txt")
        self.assertEqual(fields["connection"], "close")
        self.assertEqual(self.call.all(), b"")

    def test_answers_pipelined_requests_in_order(self):
        self.call.send(GET % b"a.txt" + GET % b"none" + GET % b"a.txt")
        self.assertEqual(
            [self.call.response()[0] for _ in range(3)], [200, 404, 200])

    def test_reads_requests_byte_by_byte(self):
        for byte in GET % b"a.txt":
            self.call.send(bytes([byte]))
        self.assertEqual(self.call.response()[2], b"0123456789")

    def test_sends_heads_without_bodies(self):
        status, fields, _ = self.call.ask(
            b"HEAD /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", bodyless=True)
        self.assertEqual((status, fields["content-length"]), (200, "10"))
        self.assertEqual(self.call.ask(GET % b"a.txt")[2], b"0123456789")

    def test_sends_ranges_and_validators(self):
        ask = b"GET /a.txt HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n"
        status, fields, body = self.call.ask(ask % b"Range: bytes=2-4")
        self.assertEqual((status, body), (206, b"234"))
        self.assertEqual(fields["content-range"], "bytes 2-4/10")
        tag = fields["etag"].encode()
        status, fields, body = self.call.ask(
            ask % (b"Range: bytes=8-\r\nIf-Range: " + tag))
        self.assertEqual((status, body), (206, b"89"))
        status, fields, body = self.call.ask(ask % b"Range: bytes=10-")
        self.assertEqual((status, fields["content-range"]),
                         (416, "bytes */10"))
        status, fields, body = self.call.ask(ask % (b"If-None-Match: " + tag))
        self.assertEqual((status, body), (304, b""))
        self.assertNotIn("content-length", fields)
        modified = fields["last-modified"].encode()
        status, _, _ = self.call.ask(ask % (b"If-Modified-Since: " + modified))
        self.assertEqual(status, 304)

    def test_sends_large_files_whole(self):
        status, _, body = self.call.ask(GET % b"big")
        self.assertEqual(status, 200)
        self.assertEqual(hashlib.sha256(body).digest(),
                         hashlib.sha256(self.big).digest())

    def test_answers_what_it_will_not_do(self):
        """FILE-01 and the parser's refusals, on the wire."""
        for request, expected in (
                (b"GET /../a.txt HTTP/1.0\r\n\r\n", 400),
                (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.0\r\n\r\n", 400),
                (b"GET //etc/passwd HTTP/1.0\r\n\r\n", 404),
                (b"GET / HTTP/1.1\r\n\r\n", 400),
                (b"GET / HTTP/3.0\r\n\r\n", 505),
                (b"POST /a.txt HTTP/1.1\r\nHost: a\r\n"
                 b"Content-Length: 2\r\n\r\nhi", 405),
                (b"PUT /a.txt HTTP/1.1\r\nHost: a\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n", 405),
                (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n", 400),
                (b"CONNECT a.test:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                (b"\x16\x03\x01\x02", 400),
                (b"GET /" + b"a" * 9000 + b" HTTP/1.0\r\n\r\n", 414),
                (b"GET / HTTP/1.0\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431)):
            with self.subTest(request=request[:60]):
                with Call(self.tone.at("http")) as call:
                    status, fields, body = call.ask(request)
                    self.assertEqual(status, expected)
                    self.assertEqual(fields["connection"], "close")
                    self.assertIn(str(expected).encode(), body)

    def test_a_refused_upload_still_reads_its_answer(self):
        """Closing at once would take the answer back (RST)."""
        self.call.send(b"POST / HTTP/1.1\r\nHost: a\r\n"
                       b"Content-Length: 200000\r\n\r\n" + b"x" * 200000)
        self.assertEqual(self.call.response()[0], 405)
        self.assertEqual(self.call.all(), b"")

    def test_a_file_that_shrinks_is_no_whole_file(self):
        path = self.file("shrinks", b"x" * 50_000_000)
        self.call.send(GET % b"shrinks")
        _, fields = self.call.head()
        os.truncate(path, 1000)
        got = 0
        try:
            while chunk := self.call.more():
                got += len(chunk)
                self.call.rest = b""
        except ConnectionResetError:
            pass
        self.assertLess(got, int(fields["content-length"]))

    def test_the_log_escapes(self):
        with Call(self.tone.at("http")) as call:
            call.ask(b"GET /x\x7f HTTP/1.0\r\n\r\n")
        with Call(self.tone.at("http")) as call:
            call.ask(b"GET /%1b[31m HTTP/1.0\r\n\r\n")
        with Call(self.tone.at("http")) as call:
            call.ask(b"GET http://u:hush@a.test/ HTTP/1.0\r\n\r\n")
        self.tone.stop()
        said = self.tone.said()
        self.assertNotIn("\x7f", said)
        self.assertNotIn("\x1b", said)
        self.assertNotIn("hush", said)
        self.assertIn('"GET /%1b[31m" 404', said)


class Limits(Case):
    """DAY-04 and RESP-26, from the server's side: nobody stalls the others."""

    def setUp(self):
        super().setUp()
        self.file("a.txt", b"0123456789")

    def served(self, tone):
        with Call(tone.at("http")) as call:
            self.assertEqual(call.ask(GET10 % b"a.txt")[2], b"0123456789")

    def test_slow_heads_are_told_and_silence_is_not(self):
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                             "--head-time=1", "--idle-time=1")
        with Call(tone.at("http")) as slow, Call(tone.at("http")) as mute, \
                Call(tone.at("http")) as idle:
            slow.send(b"GET / HTTP/1.1\r\n")
            self.assertEqual(idle.ask(GET % b"a.txt")[0], 200)
            self.served(tone)
            self.assertEqual(slow.response()[0], 408)
            self.assertEqual(slow.all(), b"")
            self.assertEqual(mute.all(), b"")
            self.assertEqual(idle.all(), b"")
        self.ended_well(tone)

    def test_who_does_not_read_is_hung_up_on(self):
        self.file("big", b"x" * 64_000_000)
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                             "--rate-time=1", "--min-rate=1000", "-v")
        with Call(tone.at("http")) as call:
            call.send(GET % b"big")
            self.served(tone)
            deadline = time.monotonic() + TIMEOUT
            while '"GET /big" 200' not in tone.said():
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
            with self.assertRaises(ConnectionResetError):
                while call.more():
                    call.rest = b""
        self.ended_well(tone)

    def test_who_reads_slowly_but_reads_is_served(self):
        content = b"x" * 8_000_000
        self.file("big", content)
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                             "--rate-time=1", "--min-rate=1000")
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(tone.at("http"))
            call = Call(None, sock)
            call.send(GET % b"big")
            _, fields = call.head()
            for _ in range(25):
                self.assertTrue(sock.recv(2000))
                time.sleep(0.1)
            self.assertEqual(int(fields["content-length"]), len(content))
        self.ended_well(tone)

    def test_more_callers_than_there_is_room_for(self):
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                             "--max-connections=8")
        idle = [Call(tone.at("http")) for _ in range(40)]
        for call in idle:
            call.send(b"GET / HTTP/1.1\r\n")
        self.served(tone)
        for call in idle:
            call.__exit__()
        self.served(tone)
        self.ended_well(tone)

    def test_descriptors_running_out(self):
        """DAY-04: RLIMIT_NOFILE."""
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                             "--daytime=127.0.0.1:0", "--proxy=127.0.0.1:0",
                             limit=few)
        calls = [Call(tone.at(name)) for name in ("http", "proxy") * 40]
        for call in calls:
            try:
                call.send(b"GET / HTTP/1.1\r\n")
            except OSError:
                pass
        self.served(tone)
        with Call(tone.at("daytime")) as call:
            self.assertIn(b"UTC", call.all())
        for call in calls:
            call.__exit__()
        self.served(tone)
        self.ended_well(tone)

    def test_rude_clients(self):
        self.file("big", b"x" * 10_000_000)
        tone = self.dialtone("--http=127.0.0.1:0", "--https=127.0.0.1:0",
                             "--root=root", "--daytime=127.0.0.1:0")
        for _ in range(20):
            for name in ("http", "https", "daytime"):
                call = Call(tone.at(name))
                call.send(GET % b"big")
                call.sock.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                call.__exit__()
        self.served(tone)
        self.ended_well(tone)


class Tls(Case):
    def setUp(self):
        super().setUp()
        self.file("a.txt", b"0123456789")

    def context(self, tone):
        return ssl.create_default_context(
            cafile=os.path.join(self.folder, tone.addresses["authority"]))

    def get(self, tone, context, name):
        with socket.create_connection(tone.at("https"), TIMEOUT) as sock:
            with context.wrap_socket(sock, server_hostname=name) as tls:
                call = Call(None, tls)
                return call.ask(GET % b"a.txt")[2]

    def test_the_throwaway_authority(self):
        tone = self.dialtone("--https=localhost:0", "--root=root",
                             "--name=a.test", "--name=*.b.test",
                             "--name=10.0.0.1")
        path = tone.addresses["authority"]
        context = self.context(tone)
        for name in ("localhost", "127.0.0.1", "::1", "a.test", "x.b.test",
                     "10.0.0.1"):
            self.assertEqual(self.get(tone, context, name), b"0123456789")
        for name in ("c.test", "10.0.0.2", "b.test"):
            with self.assertRaises(ssl.SSLCertVerificationError):
                self.get(tone, context, name)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.get(tone, ssl.create_default_context(), "localhost")
        described = subprocess.run(
            [os.environ["OPENSSL"], "x509", "-in", path, "-noout", "-text"],
            capture_output=True, text=True, check=True).stdout
        self.assertIn("CA:TRUE, pathlen:0", described)
        self.assertIn("Permitted:", described)
        self.assertIn("DNS:a.test", described)
        with open(path, encoding="ascii") as file:
            self.assertNotIn("PRIVATE", file.read())
        self.ended_well(tone)
        self.assertFalse(os.path.exists(path))

    def test_the_authority_where_it_was_asked_for(self):
        tone = self.dialtone("--https=127.0.0.1:0", "--root=root",
                             "--authority-out=ca.pem")
        self.assertEqual(tone.addresses["authority"], "ca.pem")
        self.assertEqual(
            self.get(tone, self.context(tone), "127.0.0.1"), b"0123456789")
        self.ended_well(tone)
        path = os.path.join(self.folder, "ca.pem")
        self.assertTrue(os.path.exists(path))
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o644)

    def test_a_certificate_of_ones_own(self):
        files = [os.path.join(self.folder, name) for name in ("c", "k")]
        subprocess.run(
            [os.environ["OPENSSL"], "req", "-x509", "-newkey", "rsa:2048",
             "-nodes", "-subj", "/CN=own", "-addext",
             "subjectAltName=DNS:own.test", "-days", "2", "-out", files[0],
             "-keyout", files[1]], check=True, capture_output=True)
        tone = self.dialtone("--https=127.0.0.1:0", "--root=root", "--cert",
                             files[0], "--key", files[1])
        context = ssl.create_default_context(cafile=files[0])
        self.assertEqual(self.get(tone, context, "own.test"), b"0123456789")
        self.assertNotIn("authority", tone.addresses)
        self.ended_well(tone)
        status, _, errors = run("--https=127.0.0.1:0", "--cert", files[0],
                                "--key", files[0])
        self.assertNotEqual(status, 0)
        self.assertNotEqual(errors, "")

    def test_speaks_to_tls_alone(self):
        tone = self.dialtone("--https=127.0.0.1:0", "--root=root",
                             "--head-time=1")
        with Call(tone.at("https")) as plain, Call(tone.at("https")) as mute:
            plain.send(GET10 % b"a.txt")
            self.assertNotIn(b"0123456789", plain.all())
            self.assertEqual(mute.all(), b"")
        self.ended_well(tone)


class Daytime(Case):
    """PROTOCOL 5 and DAY-04."""

    def test_tells_the_time_by_tcp_and_udp(self):
        patterns = {
            "rfc867": rb"^\w+day, \w+ \d+, \d{4} \d\d:\d\d:\d\d-UTC\r\n$",
            "ctime": rb"^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$",
            "iso": rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\r\n$",
            "nist": rb"^\n\d{5} \d\d-\d\d-\d\d \d\d:\d\d:\d\d \d\d 0 0 0.0"
                    rb" UTC\(NIST\) \*\n$"}
        for form, pattern in patterns.items():
            with self.subTest(form=form):
                tone = self.dialtone("--daytime=127.0.0.1:0",
                                     f"--daytime-format={form}")
                with Call(tone.at("daytime")) as call:
                    self.assertRegex(call.all(), pattern)
                with socket.socket(type=socket.SOCK_DGRAM) as sock:
                    sock.settimeout(TIMEOUT)
                    for question in (b"", b"x" * 1000):
                        sock.sendto(question, tone.at("daytime"))
                        self.assertRegex(sock.recv(1000), pattern)
                self.ended_well(tone)

    def test_ignores_what_is_said(self):
        tone = self.dialtone("--daytime=127.0.0.1:0")
        with Call(tone.at("daytime")) as call:
            call.send(b"GET / HTTP/1.0\r\n\r\n" * 100)
            self.assertRegex(call.all(), rb"^\w+day, .*-UTC\r\n$")
        mute = [Call(tone.at("daytime")) for _ in range(50)]
        with Call(tone.at("daytime")) as call:
            self.assertIn(b"UTC", call.all())
        for call in mute:
            call.__exit__()
        self.ended_well(tone)

    @unittest.skipUnless(os.getuid() == 0, "needs a low port")
    def test_talks_to_no_service(self):
        """A reply to another server's port could go round for ever."""
        tone = self.dialtone("--daytime=127.0.0.1:0")
        with socket.socket(type=socket.SOCK_DGRAM) as low, \
                socket.socket(type=socket.SOCK_DGRAM) as high:
            for port in range(1023, 900, -1):
                try:
                    low.bind(("127.0.0.1", port))
                    break
                except OSError:
                    continue
            low.setblocking(False)
            high.settimeout(TIMEOUT)
            low.sendto(b"", tone.at("daytime"))
            high.sendto(b"", tone.at("daytime"))
            self.assertIn(b"UTC", high.recv(1000))
            with self.assertRaises(BlockingIOError):
                low.recv(1000)
        self.ended_well(tone)


class End(Case):
    def test_signals_end_it_in_order(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                                 "--proxy=127.0.0.1:0")
            with Call(tone.at("http")) as idle:
                self.assertEqual(tone.stop(number), 0)
                self.assertEqual(idle.all(), b"")

    def test_what_is_under_way_may_end(self):
        content = b"x" * 20_000_000
        self.file("big", content)
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root")
        with Call(tone.at("http")) as call:
            call.send(GET % b"big")
            call.head()
            tone.process.send_signal(signal.SIGTERM)
            self.assertEqual(len(call.exactly(len(content))), len(content))
            self.assertEqual(call.all(), b"")
        self.assertEqual(tone.process.wait(TIMEOUT), 0)

    def test_told_twice_it_ends_at_once(self):
        self.file("big", b"x" * 20_000_000)
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root")
        with Call(tone.at("http")) as call:
            call.send(GET % b"big")
            call.head()
            tone.process.send_signal(signal.SIGTERM)
            while True:
                try:
                    socket.create_connection(tone.at("http"), 1).close()
                except OSError:
                    break
            before = time.monotonic()
            self.assertEqual(tone.stop(), 0)
            self.assertLess(time.monotonic() - before, 1)

    def test_addresses_that_nobody_reads(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([DIALTONE, "--proxy=127.0.0.1:0"],
                              stdout=writer, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, check=False)
        os.close(writer)
        self.assertEqual(done.returncode, 23)

    def test_the_log_file(self):
        tone = self.dialtone("--http=127.0.0.1:0", "--root=root",
                             "--log=log")
        with Call(tone.at("http")) as call:
            call.ask(GET10 % b"")
        self.ended_well(tone)
        path = os.path.join(self.folder, "log")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="ascii") as file:
            self.assertRegex(
                file.read(), r'^\d{4}-\S+Z http 127\S+ "GET /" 200 \d+ \S+\n$')

    @unittest.skipUnless(os.getuid() == 0, "only root has any")
    def test_privileges_are_dropped_after_binding(self):
        self.file("a.txt", b"0123456789")
        secret = self.file("secret", b"SECRET")
        os.chmod(secret, 0o600)
        tone = self.dialtone("--http=127.0.0.1:0", "--https=127.0.0.1:0",
                             "--root=root", "--user=nobody")
        with open(f"/proc/{tone.process.pid}/status", encoding="ascii") as f:
            status = dict(line.split(":", 1) for line in f)
        self.assertEqual(set(status["Uid"].split()), {"65534"})
        self.assertEqual(set(status["Gid"].split()), {"65534"})
        self.assertNotIn("0", status["Groups"].split())
        self.assertEqual(int(status["CapEff"], 16), 0)
        with Call(tone.at("http")) as call:
            self.assertEqual(call.ask(GET % b"a.txt")[0], 200)
            self.assertEqual(call.ask(GET % b"secret")[0], 403)
        self.ended_well(tone)
        self.assertEqual(run("--http=127.0.0.1:0", "--user=root")[0], 2)


if __name__ == "__main__":
    unittest.main()
