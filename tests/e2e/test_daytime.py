"""CASES A14: asking servers of all kinds for the time."""
import os
import pty
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import DIAL, TIMEOUT, Case, clean_environment  # noqa: E402
from scripted import EOF, Server, Step, connect  # noqa: E402

NIST = "61366 26-11-22 11:10:00 00 0 {health} 50.0 UTC(NIST) * "


class Datagrams:
    """Answers each datagram by the next of `answers`; None is silence."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heard = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.url = f"daytime://127.0.0.1:{self.sock.getsockname()[1]}"

    def __enter__(self):
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind, value, trace):
        self.sock.sendto(b"", self.sock.getsockname())
        self.thread.join(TIMEOUT)
        self.sock.close()

    def _serve(self):
        while True:
            data, peer = self.sock.recvfrom(65536)
            if peer == self.sock.getsockname():
                return
            self.heard.append(data)
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                self.sock.sendto(answer, peer)


class Daytime(Case):
    def ask(self, *script, args=()):
        with Server(list(script)) as s:
            return self.dial(*args, f"daytime://127.0.0.1:{s.port}")

    def told(self, text, *args):
        """What comes of this answer: standard output and warnings."""
        done = self.ask(Step(expect=None, send=text, close=True), args=args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode("latin-1"), done.stderr.decode()

    def test_DAY_01_what_never_ends_is_cut_at_512_bytes(self):
        """Ten megabytes, and a server that then neither ends nor listens."""
        text = b"x" * 10_000_000
        for script in ([Step(expect=None, send=text, close=True)],
                       [Step(expect=None, send=text), Step(expect=EOF)]):
            done = self.ask(*script)
            self.assertEqual((done.returncode, done.stdout), (0, b"x" * 512),
                             done.stderr)

    def test_DAY_01_at_the_cap(self):
        for length in (511, 512, 513):
            out, _ = self.told(b"y" * length)
            self.assertEqual(out, "y" * min(length, 512))

    def test_DAY_01_silence_and_drips_time_out(self):
        for script, words in (
                ([Step(expect=EOF)], "did not tell the time"),
                ([Step(expect=None, send=b"1"),
                  *[Step(expect=None, delay=0.05, send=b"1")] * 100], "")):
            start = time.monotonic()
            done = self.ask(*script, args=["-m", "0.4"])
            self.assert_fails(done, 28)
            self.assertLess(time.monotonic() - start, 4)
            self.assertEqual(done.stdout, b"")

    def test_DAY_01_a_server_that_says_nothing(self):
        done = self.ask(Step(expect=None, close=True))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"without telling the time", done.stderr)

    def test_DAY_01_escapes_reach_no_terminal(self):
        """A pipe gets what came, a terminal what is safe."""
        text = b"\x1b]52;c;x\x07 \x9b31m\r\n"
        out, said = self.told(text)
        self.assertEqual(out, text.decode("latin-1"))
        self.assertNotIn("\x1b", said)
        with Server([Step(expect=None, send=text, close=True)]) as s:
            ours, theirs = pty.openpty()
            process = subprocess.Popen(
                [DIAL, "-s", f"daytime://127.0.0.1:{s.port}"], stdout=theirs,
                env=clean_environment())
            self.assertEqual(process.wait(TIMEOUT), 0)
            seen = os.read(ours, 4096)
            os.close(theirs)
            os.close(ours)
        self.assertIn(b"\\x1b]52;c;x\\x07", seen)
        self.assertNotIn(b"\x1b", seen)

    def test_DAY_01_a_nul(self):
        out, _ = self.told(b"a\0b\r\n")
        self.assertEqual(out, "a\0b\r\n")

    def test_DAY_05_forms(self):
        for text, utc in (
                ("\n" + NIST.format(health=0) + "\n", "2026-11-22T11:10:00Z"),
                ("Monday, February 22, 1982 17:37:43-PST\r\n",
                 "1982-02-23T01:37:43Z"),
                ("02 FEB 82 07:59:01 PST\r\n", "1982-02-02T15:59:01Z"),
                ("2026-11-22T12:10:00+01:00\n", "2026-11-22T11:10:00Z"),
                ("57753 16-12-31 23:59:60 00 1 0 50.0 UTC(NIST) *\n",
                 "2016-12-31T23:59:60Z"),
                ("60000 23-02-25 00:00:00 00 0 0 50.0 UTC(NIST) *\n",
                 "2023-02-25T00:00:00Z")):
            with self.subTest(text=text):
                out, said = self.told(text.encode(), "-w", "%{daytime_utc}")
                self.assertEqual((out, said), (text + utc, ""))

    def test_DAY_05_what_cannot_be_read_is_said(self):
        for text in ("rubbish\n", "Thu Aug 27 12:34:28 1998\r\n",
                     "61366 26-13-45 11:10:00 00 0 0 50.0 UTC(NIST) *\n",
                     "61366 25-11-22 11:10:00 00 0 0 50.0 UTC(NIST) *\n"):
            with self.subTest(text=text):
                out, said = self.told(text.encode(), "-w",
                                      "[%{daytime_utc}]")
                self.assertEqual(out.split("[")[0], text)
                self.assertTrue(said.startswith("dial: warning: "), said)

    def test_DAY_05_a_server_that_is_not_well(self):
        said = set()
        for health in range(1, 5):
            out, warning = self.told(NIST.format(health=health).encode())
            self.assertTrue(warning.startswith("dial: warning: "), warning)
            said.add(warning.split(": ", 4)[-1])
        self.assertGreaterEqual(len(said), 3)

    def test_DAY_05_the_difference_to_our_clock(self):
        now = int(time.time())
        text = time.strftime("%Y-%m-%dT%H:%M:%SZ\n", time.gmtime(now - 3600))
        out, _ = self.told(text.encode(), "-w", "%{daytime_offset}")
        self.assertAlmostEqual(float(out[len(text):]), -3600, delta=30)

    def test_DAY_01_by_datagram(self):
        text = b"2026-11-22T11:10:00Z\r\n"
        with Datagrams(text) as d:
            self.assertEqual(self.dial_ok("--udp", d.url), text)
            self.assertEqual(len(d.heard), 1)
        with Datagrams(None, text) as d:
            self.assertEqual(self.dial_ok("--udp", d.url), text)
            self.assertEqual(len(d.heard), 2)
        with Datagrams(b"z" * 2000) as d:
            done = self.dial("-s", "--udp", d.url)
            self.assertEqual(done.stdout, b"z" * 512)

    def test_a_datagram_has_two_ends_and_times(self):
        with Datagrams(b"2026-11-22T11:10:00Z\r\n") as d:
            done = self.dial("-sv", "--udp", "-o", "x", "-w", "%{remote_ip} "
                             "%{remote_port} %{local_ip} %{local_port} "
                             "%{time_namelookup} %{time_connect} "
                             "%{time_starttransfer} %{num_connects}", d.url)
            words = done.stdout.decode().split()
            port = d.url.rpartition(":")[2].rstrip("/")
            self.assertEqual(words[:3], ["127.0.0.1", port, "127.0.0.1"])
            self.assertGreater(int(words[3]), 0)
            times = [float(word) for word in words[4:7]]
            self.assertEqual(times, sorted(times))
            self.assertGreater(times[1], 0)
            self.assertEqual(words[7], "0")
            self.assertIn(b"* the server 127.0.0.1:%s told the time by a "
                          b"datagram from 127.0.0.1:%s\n" %
                          (port.encode(), port.encode()), done.stderr)

    def test_DAY_01_datagrams_that_never_come(self):
        with Datagrams() as d:
            self.assert_fails(self.dial("-m", "0.4", "--udp", d.url), 28)

    def test_PROXY_08_no_proxy_of_the_environment_is_for_daytime(self):
        with Server([Step(expect=None, send=b"2026-11-22T11:10:00Z\n",
                          close=True)]) as s, Server([]) as p:
            self.dial_ok(f"daytime://127.0.0.1:{s.port}",
                         env={"http_proxy": p.url()})
            self.assertEqual(p.connections, [])
            with Server([connect(s.port)]) as q:
                self.dial_ok("-x", q.url(), f"daytime://a.test:{s.port}")
                self.assertEqual(len(q.requests), 1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
