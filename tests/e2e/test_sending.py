"""Bodies as they go out: forms, memory, and what a refusal does to them."""
import os
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (DIAL, Case, body, clean_environment, field,  # noqa: E402
                     start_line)
from scripted import Server, moved, reply  # noqa: E402

MIB = 1024 * 1024


class Sink:
    """Takes one request a connection, and keeps nothing of its body."""

    def __enter__(self):
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.sock.getsockname()[1]}/"
        self.taken = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind, value, trace):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.sock.close()

    def _run(self):
        while True:
            try:
                client = self.sock.accept()[0]
            except OSError:
                return
            with client:
                self.taken.append(self._take(client))
                client.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")

    @staticmethod
    def _take(client):
        head, piece = b"", bytearray(MIB)
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        head, _, rest = head.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        taken = len(rest)
        while taken < length:
            count = client.recv_into(piece)
            if count == 0:
                break
            taken += count
        return taken


class Memory(Case):
    LARGE = 64 * MIB

    def peak(self, size, *args, stdin=None):
        """Bytes of memory at the most, for a body of at least that size."""
        with open(self.path("in"), "wb") as file:
            file.truncate(size)
        with Sink() as sink:
            with subprocess.Popen([DIAL, "-s", *args, sink.url],
                                  cwd=self.folder, env=clean_environment(),
                                  stdin=stdin and subprocess.PIPE) as dial:
                for _ in range(size // MIB if stdin else 0):
                    dial.stdin.write(bytes(MIB))
                if stdin:
                    dial.stdin.close()
                _, status, usage = os.wait4(dial.pid, 0)
                dial.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(dial.returncode, 0)
        self.assertEqual(len(sink.taken), 1)
        self.assertGreaterEqual(sink.taken[0], size)
        return usage.ru_maxrss * 1024

    def assert_constant(self, *args, **more):
        small = self.peak(0, *args, **more)
        large = self.peak(self.LARGE, *args, **more)
        self.assertLess(large - small, self.LARGE / 4)

    def test_a_file(self):
        self.assert_constant("-T", "in")
        self.assert_constant("--data-binary", "@in")

    def test_data_without_its_line_ends(self):
        with open(self.path("lines"), "wb") as file:
            for _ in range(64):
                file.write((b"x" * 1023 + b"\n") * 1024)
        small = self.peak(0, "-d", "@in")
        large = self.peak(0, "-d", "@lines")
        self.assertLess(large - small, self.LARGE / 4)

    def test_an_input_without_a_length(self):
        self.assert_constant("-T", "-", stdin=True)

    def test_a_form(self):
        self.assert_constant("-F", "a=@in")
        self.assert_constant("-F", "a=@in;encoder=base64")
        self.assert_constant("-F", "a=@-", stdin=True)


class Forms(Case):
    def test_expects_100_beyond_a_mebibyte_and_in_1_1_alone(self):
        self.write("large", b"x" * (MIB + 1))
        self.write("small", b"x" * 1000)
        for version, name, said in (("--http1.1", "large", ["100-continue"]),
                                    ("--http1.1", "small", []),
                                    ("-0", "large", [])):
            with self.subTest(version=version, name=name), \
                    Server([reply(b"ok")]) as s:
                self.dial_ok(version, "--expect100-timeout", "0.1", "-F",
                             f"a=@{name}", s.url())
                self.assertEqual(field(s.requests[0], "expect"), said)

    def piped(self, *args, **more):
        """The requests of a form with a pipe in it, which is read once."""
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        writer = os.open(pipe, os.O_RDWR)
        os.write(writer, b"from a pipe")
        threading.Timer(0.3, os.close, [writer]).start()
        with Server([moved("/b", status="307 Again")], [reply(b"ok")]) as s:
            self.dial_ok(*args, "-F", "a=<pipe", "-F", "b=c", s.url("/a"),
                         **more)
            return s.requests

    def test_a_pipe_is_spooled_and_can_go_out_again(self):
        first, second = self.piped("-L")
        self.assertEqual(field(first, "transfer-encoding"), [])
        self.assertIn(b"\r\n\r\nfrom a pipe\r\n--", body(first))
        self.assertEqual(body(first), body(second))
        self.assertEqual(start_line(second), "POST /b HTTP/1.0")

    def test_a_pipe_goes_in_chunks_in_1_1(self):
        self.assertEqual(
            field(self.piped("--http1.1")[0], "transfer-encoding"),
            ["chunked"])

    def test_standard_input_serves_every_url(self):
        with Server([reply(b"ok")]) as s:
            self.dial_ok("-F", "a=@-", s.url("/a"), s.url("/b"),
                         stdin=b"from standard input")
            for request in s.requests:
                self.assertIn(b"from standard input", body(request))
            self.assertEqual(len(s.requests), 2)

    def test_several_files_stay_closed_until_they_are_read(self):
        for n in range(200):
            self.write(f"f{n}", b"%d" % n)
        given = [w for n in range(200) for w in ("-F", f"p{n}=<f{n}")]
        with Server([reply(b"ok")]) as s:
            done = subprocess.run(
                ["sh", "-c", 'ulimit -n 40; exec "$0" "$@"', DIAL, "-sS",
                 *given, s.url()], cwd=self.folder, check=False,
                env=clean_environment(), capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(body(s.requests[0]).count(b"form-data"), 200)


class Refused(Case):
    """A body that a proxy refuses may still be in its way."""

    STALE = reply(b"who", status="407 Who", fields=[
        'Proxy-Authenticate: Digest realm="r", nonce="m", qop="auth", '
        "stale=true"])

    def calls(self, size):
        """How often the proxy is called where its nonce goes stale between
        two bodies."""
        self.write("in", b"x" * size)
        asks = reply(b"who", status="407 Who", fields=[
            'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"'])
        with Server([asks, reply(b"1"), self.STALE, reply(b"2")],
                    [reply(b"2")]) as s:
            out = self.dial_ok("--http1.1", "-x", s.url(), "-U", "me:secret",
                               "--proxy-digest", "--data-binary", "@in",
                               "http://a.test/1", "http://a.test/2")
            self.assertEqual(out, b"12")
            self.assertEqual([len(body(r)) for r in s.requests],
                             [0, size, size, size])
            return len(s.connections)

    def test_a_small_one_is_sent_again_on_the_same_connection(self):
        self.assertEqual(self.calls(32 * 1024), 1)

    def test_a_large_one_by_another(self):
        self.assertEqual(self.calls(32 * 1024 + 1), 2)


if __name__ == "__main__":
    unittest.main()
