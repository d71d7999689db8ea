"""CASES A11 and A12: what is left on the disk, and what is said and how."""
import gzip
import os
import resource
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (DIAL, TIMEOUT, Case, clean_environment,  # noqa: E402
                     field, trust)
from scripted import HEAD, Server, Step, closed_port, reply  # noqa: E402

OK = b"HTTP/1.1 200 OK\r\n"
EVIL = b"\x1b]52;c;x\x07\x1b[2J\x9b\xc2\x9b\x08"


class Files(Case):
    def test_FILE_03_a_symlink_where_the_part_will_be(self):
        """Planted by another: neither followed nor taken over."""
        victim = self.write("victim", b"precious")
        os.symlink(victim, self.path("out.part"))
        with Server([reply(b"hello")]) as s:
            done = self.dial("-o", "out", s.url())
        self.assertEqual(self.read("victim"), b"precious")
        self.assertIn(done.returncode, (0, 23), done)
        if done.returncode == 0:
            self.assertEqual(self.read("out"), b"hello")
            self.assertFalse(os.path.islink(self.path("out")))

    def test_FILE_03_a_symlink_of_ones_own_stays_one(self):
        self.write("target", b"old")
        os.symlink("target", self.path("out"))
        with Server([reply(b"new")]) as s:
            self.dial_ok("-o", "out", s.url())
        self.assertEqual(os.readlink(self.path("out")), "target")
        self.assertEqual(self.read("target"), b"new")
        self.assertEqual(self.files(), ["out", "target"])

    def test_FILE_03_two_at_once(self):
        """The second is told that another dial is writing it."""
        with Server([Step(send=OK + b"Content-Length: 8\r\n\r\nhalf"),
                     Step(expect=b"never")]) as s:
            process = subprocess.Popen([DIAL, "-s", "-o", "out", s.url()],
                                       cwd=self.folder,
                                       env=clean_environment())
            while not os.path.exists(self.path("out.part")):
                self.assertIsNone(process.poll())
            while not os.path.getsize(self.path("out.part")):
                self.assertIsNone(process.poll())
            with Server([reply(b"other")]) as other:
                done = self.dial("-o", "out", other.url())
            self.assert_fails(done, 23, "another dial is writing out.part")
            process.terminate()
            process.wait(TIMEOUT)

    def test_FILE_03_what_stands_beside_is_not_ours(self):
        for name in ("out.part", "out.part.meta"):
            with self.subTest(name=name), Server([reply(b"x")]) as s:
                self.write(name, b"user data")
                os.chmod(self.path(name), 0o644)
                self.assert_fails(self.dial("-o", "out", s.url()), 23,
                                  f"{name} stands there and is not dial's")
                self.assertEqual(self.read(name), b"user data")
                self.assertEqual(self.files(), [name])
                os.remove(self.path(name))

    def test_FILE_03_two_outputs_of_one_run(self):
        """Neither is fetched: the first would go as the second's leftover."""
        for names in (("x.part", "x"), ("x", "x.part"), ("x.part.meta", "x")):
            with self.subTest(names=names):
                done = self.dial("-o", names[0], "-o", names[1],
                                 "http://127.0.0.1:1/", "http://127.0.0.1:1/")
                self.assert_fails(done, 2, "another output")
                self.assertEqual(self.files(), [])

    def test_FILE_07_a_file_that_may_not_grow(self):
        """RLIMIT_FSIZE: its signal does not kill, and nothing is cut."""
        self.write("out", b"old")
        with Server([reply(b"x" * 100_000)]) as s:
            done = self.dial(
                "-o", "out", s.url(), preexec_fn=lambda: resource.setrlimit(
                    resource.RLIMIT_FSIZE, (50_000, 50_000)))
        said = self.assert_fails(done, 23, "out")
        self.assertIn(os.strerror(27), said)
        self.assertEqual(self.read("out"), b"old")

    def test_FILE_07_standard_output_that_is_full(self):
        with Server([reply(b"x" * 100)]) as s, open("/dev/full", "wb") as full:
            done = subprocess.run([DIAL, s.url()], stdout=full,
                                  stderr=subprocess.PIPE, check=False,
                                  env=clean_environment(), timeout=TIMEOUT)
        self.assert_fails(done, 23, "space")

    def test_FILE_07_write_out_that_is_lost_is_said(self):
        with Server([reply(b"x")]) as s, open("/dev/full", "wb") as full:
            done = subprocess.run([DIAL, "-o", self.path("out"), "-w",
                                   "%{http_code}", s.url()], stdout=full,
                                  stderr=subprocess.PIPE, check=False,
                                  env=clean_environment(), timeout=TIMEOUT)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"dial: warning: this machine cannot write", done.stderr)
        self.assertIn(b"standard output", done.stderr)

    def test_FILE_08_a_reader_that_left(self):
        with Server([reply(b"x" * (1 << 22))]) as s:
            done = subprocess.run(
                f"'{DIAL}' {s.url()} | head -c 1; exit ${{PIPESTATUS[0]}}",
                shell=True, executable="/bin/bash", capture_output=True,
                check=False, env=clean_environment(), timeout=TIMEOUT)
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (23, b"x", b""))

    def resume(self, answer, *args, have=b"hel", validator=True):
        """-C - onto "hel", which a cut transfer left; the second's run."""
        tag = b'ETag: "one"\r\n' if validator else b""
        cut = Step(send=OK + tag + b"Content-Length: 5\r\n\r\n" + have,
                   close=True)
        for name in self.files():
            os.remove(self.path(name))
        with Server([cut], [answer]) as s:
            self.assertEqual(self.dial("-s", "-o", "out", s.url()).returncode,
                             18)
            self.assertEqual(self.read("out.part"), have)
            done = self.dial("-C", "-", "-o", "out", *args, s.url())
            self.server = s
            return done

    @staticmethod
    def part(data, told, *more):
        return reply(data, status="206 Partial Content",
                     fields=[f"Content-Range: {told}", *more])

    def test_FILE_09_what_fits_is_appended(self):
        done = self.resume(self.part(b"lo", "bytes 3-4/5", 'ETag: "one"'))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(self.read("out"), b"hello")
        self.assertEqual(self.files(), ["out"])
        second = self.server.requests[1]
        self.assertEqual(field(second, "range"), ["bytes=3-"])
        self.assertEqual(field(second, "if-range"), ['"one"'])

    def test_FILE_09_a_server_without_ranges(self):
        done = self.resume(reply(b"HELLO"))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.read("out"), b"HELLO")

    def test_FILE_09_what_does_not_fit_is_never_joined(self):
        for told, more in (("bytes 2-4/5", ()), ("bytes 0-4/5", ()),
                           ("bytes 3-4/6", ()), ("bytes 3-5/6", ()),
                           ("bytes 3-4/5", ('ETag: "two"',)),
                           ("items 3-4/5", ()), ("bytes 4-3/5", ()),
                           ("", ())):
            with self.subTest(told=told, more=more):
                done = self.resume(self.part(b"lo", told, *more))
                self.assertNotEqual(done.returncode, 0, done)
                self.assertNotIn("out", self.files())
                self.assertEqual(self.read("out.part"), b"hel")

    def test_FILE_09_what_is_no_beginning_is_never_gone_on_with(self):
        """Heads, a part, an error's page, another method's answer, a decoded
        one: the first run does not advise -C -, the second begins anew."""
        tag = b'ETag: "one"\r\n'
        ok, cut = OK + tag, b"Content-Length: 9\r\n\r\nhel"
        for name, args, send in (
                ("heads", ["-i"], ok + cut),
                ("part", ["-r", "1-9"], b"HTTP/1.1 206 P\r\n" + tag +
                 b"Content-Range: bytes 1-9/20\r\n" + cut),
                ("error", [], b"HTTP/1.1 503 Busy\r\n" + cut),
                ("method", ["-d", "x"], ok + cut),
                ("decoded", ["--compressed"], ok +
                 b"Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n" +
                 gzip.compress(b"hello" * 99)[:20])):
            with self.subTest(name=name), Server(
                    [Step(send=send, close=True)], [reply(b"hello")]) as s:
                done = self.dial(*args, "-o", "out", s.url())
                self.assertEqual(done.returncode, 18, done)
                self.assertNotIn(b"-C -", done.stderr)
                if "out.part" in self.files():
                    done = self.dial("-C", "-", "-o", "out", s.url())
                    self.assertEqual(done.returncode, 0, done)
                    self.assertIn(b"out.part is not the beginning",
                                  done.stderr)
                    self.assertEqual(field(s.requests[1], "range"), [])
                    self.assertEqual(self.read("out"), b"hello")
                    self.assertEqual(self.files(), ["out"])
                    os.remove(self.path("out"))
                else:
                    self.assertEqual(name, "decoded")

    def test_FILE_09_heads_are_never_put_into_the_middle(self):
        self.write("out", b"hel")
        done = self.dial("-i", "-C", "-", "-o", "out", "http://127.0.0.1:1/")
        self.assert_fails(done, 2, "--include", "-D")
        self.assertEqual(self.read("out"), b"hel")

    def test_FILE_09_416(self):
        whole = reply(b"no", status="416 Range Not Satisfiable",
                      fields=["Content-Range: bytes */5"])
        self.write("out", b"hello")
        with Server([whole]) as s:
            self.assertEqual(self.dial("-C", "-", "-o", "out",
                                       s.url()).returncode, 0)
        self.assertEqual(self.read("out"), b"hello")
        self.write("out", b"hello world")
        with Server([whole]) as s:
            done = self.dial("-C", "-", "-o", "out", s.url())
            self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.read("out"), b"hello world")

    def test_FILE_09_416_to_standard_output(self):
        """Nothing is here: the user gave the number."""
        with Server([reply(b"no", status="416 Range Not Satisfiable",
                           fields=["Content-Range: bytes */5"])]) as s:
            said = self.assert_fails(self.dial("-C", "500", s.url()), 36,
                                     "500", "has only 5")
        self.assertNotIn("here already", said)

    def test_FILE_12_a_kill_leaves_the_part_alone(self):
        self.write("out", b"old")
        with Server([Step(send=OK + b"Content-Length: 8\r\n\r\nhalf"),
                     Step(expect=b"never")]) as s:
            process = subprocess.Popen([DIAL, "-s", "-o", "out", s.url()],
                                       cwd=self.folder,
                                       env=clean_environment())
            while not os.path.exists(self.path("out.part")):
                self.assertIsNone(process.poll())
            while not os.path.getsize(self.path("out.part")):
                self.assertIsNone(process.poll())
            process.kill()
            self.assertEqual(process.wait(TIMEOUT), -signal.SIGKILL)
        self.assertEqual(self.read("out"), b"old")
        self.assertEqual(self.read("out.part"), b"half")

    def test_FILE_12_an_interrupt_tells_what_is_left(self):
        for quiet in ((), ("-s",)):
            with self.subTest(quiet=quiet), Server(
                    [Step(send=OK + b"Content-Length: 8\r\n\r\nhalf"),
                     Step(expect=b"never")]) as s:
                process = subprocess.Popen(
                    [DIAL, *quiet, "-o", "out", s.url()], cwd=self.folder,
                    env=clean_environment(), stderr=subprocess.PIPE)
                while self.files() != ["out.part", "out.part.meta"] or \
                        not os.path.getsize(self.path("out.part")):
                    self.assertIsNone(process.poll())
                process.send_signal(signal.SIGINT)
                said = process.communicate(timeout=TIMEOUT)[1]
                self.assertEqual(process.returncode, 128 + signal.SIGINT)
                self.assertEqual(said, b"" if quiet else b"dial: what came is "
                                 b"kept in out.part for -C -\n")
                self.assertEqual(self.read("out.part"), b"half")
                os.remove(self.path("out.part"))
                os.remove(self.path("out.part.meta"))

    def test_FILE_13_never_wider_than_the_old_file(self):
        self.write("out", b"old")
        os.chmod(self.path("out"), 0o600)
        with Server([reply(b"new")]) as s:
            self.dial_ok("-o", "out", s.url(), umask=0o022)
        self.assertEqual(self.read("out"), b"new")
        self.assertEqual(os.stat(self.path("out")).st_mode & 0o777, 0o600)


class Output(Case):
    def assert_harmless(self, done):
        self.assertNotRegex(done.stderr, rb"[\x00-\x08\x0b-\x1f\x7f-\xff]")
        self.assertTrue(done.stderr)

    def test_OUT_01_wherever_a_peer_may_put_it(self):
        """Standard error is no terminal here, and escaped all the same."""
        for name, send, args in (
                ("status line", b"HTTP/1.1 404 " + EVIL +
                 b"\r\nContent-Length: 0\r\n\r\n", ["-f", "-v"]),
                ("field name", OK + b"X\x9b: y\r\nContent-Length: 0\r\n\r\n",
                 ["-v"]),
                ("field value", OK + b"X: " + EVIL +
                 b"\r\nContent-Length: 0\r\n\r\n", ["-v"]),
                ("content length", OK + b"Content-Length: 5" + EVIL +
                 b"\r\n\r\n", []),
                ("coding", OK + b"Content-Encoding: " + EVIL +
                 b"\r\nContent-Length: 1\r\n\r\nx", ["--compressed"]),
                ("no head", EVIL + b"\r\n", []),
                ("location", b"HTTP/1.1 302 F\r\nLocation: http://a" + EVIL +
                 b"/\r\nContent-Length: 0\r\n\r\n", ["-L"]),
                ("range", b"HTTP/1.1 206 P\r\nContent-Range: bytes " + EVIL +
                 b"\r\nContent-Length: 1\r\n\r\nx", ["-r", "0-1"])):
            with self.subTest(name=name), Server(
                    [Step(send=send, close=True)]) as s:
                self.assert_harmless(self.dial(*args, "-o", "out", s.url()))

    def test_OUT_01_of_a_proxy_too(self):
        for send in (b"HTTP/1.1 403 " + EVIL + b"\r\nVia: " + EVIL +
                     b"\r\nProxy-Status: " + EVIL + b"\r\n\r\n" + EVIL,
                     EVIL, b"HTTP/1.1 200 OK\r\n\r\n" + EVIL):
            with self.subTest(send=send), Server(
                    [Step(expect=HEAD, send=send, close=True)]) as p:
                self.assert_harmless(self.dial("-v", "-x", p.url(),
                                               "https://a.test/"))

    def test_OUT_01_and_of_the_user(self):
        for args in (["http://a" + os.fsdecode(EVIL) + "/"],
                     ["--x" + os.fsdecode(EVIL)],
                     ["-o", os.fsdecode(EVIL) + "/x", "http://[::1"],
                     ["-d", "@" + os.fsdecode(EVIL), "http://a.test/"]):
            with self.subTest(args=args):
                self.assert_harmless(self.dial(*args))

    def test_OUT_07_each_failure_has_its_code(self):
        """The table of exit codes, from one program's runs."""
        closed = f"http://127.0.0.1:{closed_port()}/"
        for code, args, send in (
                (0, ["{url}"], OK + b"Content-Length: 1\r\n\r\nx"),
                (1, ["{url}"], b"hello, I am no HTTP\r\n"),
                (2, ["--bogus"], b""),
                (3, ["http://[::1"], b""),
                (6, ["-6", "http://127.0.0.1/"], b""),
                (7, [closed], b""),
                (8, ["{url}"], OK + b"Content-Length: x\r\n\r\n"),
                (18, ["{url}"], OK + b"Content-Length: 9\r\n\r\nx"),
                (22, ["-f", "{url}"], b"HTTP/1.1 404 N\r\n\r\n"),
                (23, ["-o", "/dev/full", "{url}"],
                 OK + b"Content-Length: 1\r\n\r\nx"),
                (26, ["-d", "@missing", "{url}"], b""),
                (28, ["-m", "0.2", "{hang}"], b""),
                (47, ["-L", "--max-redirs", "0", "{url}"],
                 b"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n"),
                (52, ["{url}"], b""),
                (56, ["{url}"], OK),
                (61, ["--compressed", "{url}"],
                 OK + b"Content-Encoding: gzip\r\n\r\nno gzip"),
                (63, ["--max-filesize", "1", "{url}"],
                 OK + b"Content-Length: 2\r\n\r\nxx"),
                (77, ["--cacert", "missing", "https://127.0.0.1/"], b""),
                (100, ["{url}"], OK + b"X: " + b"x" * 400_000)):
            with self.subTest(code=code), Server(
                    [Step(send=send, close=True)]) as s, Server(
                    [Step(), Step(expect=b"never")]) as hang:
                done = self.dial(*[a.replace("{url}", s.url())
                                   .replace("{hang}", hang.url())
                                   for a in args])
                self.assertEqual(done.returncode, code, done.stderr)
                if code == 2:  # and then where help is to be had
                    self.assertTrue(done.stderr.startswith(b"dial: (2) "))
                elif code:
                    self.assert_fails(done, code)
                    self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_OUT_07_tls_and_socks_have_theirs(self):
        with Server([Step(expect=3, send=b"HTTP/1.1 400 Bad\r\n\r\n",
                          close=True)]) as s:
            url = s.url().replace("http:", "https:")
            self.assert_fails(self.dial(url), 35)
            self.assert_fails(self.dial("-x", f"socks5://127.0.0.1:{s.port}",
                                        "http://127.0.0.1/"), 97)
        with Server([reply(b"x")], tls="expired") as s:
            self.assert_fails(self.dial(*trust(), s.url()), 60)
            self.assert_fails(self.dial("-E", "missing", s.url()), 58)


if __name__ == "__main__":
    unittest.main(verbosity=1)
