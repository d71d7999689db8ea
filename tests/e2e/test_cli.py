"""The program dial as its users meet it, curl beside it where both agree.

What is alike is a table: each row is run with both programs against the same
script, and requests, output, files and exit codes are compared.  Where dial
means to differ it has a test of its own.
"""
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest
from dataclasses import replace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scripted import (EOF, HEAD, Server, Step, closed_port, connect,  # noqa: E402
                      reply)

DIAL = os.path.abspath(os.environ.get("DIAL", "./dial"))
CURL = shutil.which("curl")
TIMEOUT = 20  # seconds for anything that could hang
RESPONSE_FIELDS = ["X-A: 1", "X-B: two", "x-a: 3", "Content-Type: text/x"]


def clean_environment():
    env = {k: v for k, v in os.environ.items()
           if not k.lower().endswith("_proxy")}
    env["LC_ALL"] = "C"
    return env


class Case(unittest.TestCase):
    """Each test stands in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dial-cli.")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def files(self):
        return sorted(os.listdir(self.folder))

    def run_program(self, program, *args, stdin=b"", env=None, **more):
        return subprocess.run([program, *args], input=stdin,
                              capture_output=True, timeout=TIMEOUT,
                              cwd=self.folder, env=env or clean_environment(),
                              check=False, **more)

    def dial(self, *args, **more):
        return self.run_program(DIAL, *args, **more)

    def dial_ok(self, *args, **more):
        done = self.dial(*args, **more)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout

    def assert_fails(self, done, code, *words):
        """Exit code, one line on standard error, and the words in it."""
        self.assertEqual(done.returncode, code, done)
        said = done.stderr.decode()
        self.assertTrue(said.startswith(f"dial: ({code}) "), said)
        for word in words:
            self.assertIn(word, said)
        return said


# --- Alike -------------------------------------------------------------------

def plain(**members):
    return [reply(b"hello\n", fields=RESPONSE_FIELDS, **members)]


def moved(to="/new", status="302 Found"):
    return [reply(b"moved", status=status, fields=[f"Location: {to}"]),
            reply(b"arrived")]


# Arguments ({url} stands for the server's), script, and what is special:
# "stdin", or "files" to begin with.
ALIKE = [
    # The method, the URL, the body.
    (["{url}"], plain()),
    (["{url}x/y?q=1#frag"], plain()),
    (["--url", "{url}a", "{url}b"], plain() * 2),
    (["-I", "{url}"], [Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                                 b"\r\n")]),
    (["-X", "FOO", "{url}"], plain()),
    (["-X", "FOO", "-d", "x", "{url}"], plain()),
    (["-d", "a=b", "-d", "c", "{url}"], plain()),
    (["-d", "", "{url}"], plain()),
    (["-d", "@in", "--data-binary", "@in", "--data-raw", "@in", "{url}"],
     plain(), {"files": {"in": b"one\r\ntwo\n"}}),
    (["--data-binary", "@in", "{url}"], plain(),
     {"files": {"in": b"one\r\ntwo\n"}}),
    (["--data-ascii", "@-", "{url}"], plain(), {"stdin": b"a\nb\n"}),
    (["-G", "-d", "a=b", "-d", "c", "{url}p"], plain()),
    (["-G", "-d", "a=b", "{url}p?x=y#f"], plain()),
    (["-G", "-I", "-d", "a=b", "{url}p"],
     [Step(send=b"HTTP/1.1 200 OK\r\n\r\n", close=True)]),
    (["-T", "in", "{url}folder/"], plain(), {"files": {"in": b"body"}}),
    (["-T", "in", "{url}name"], plain(), {"files": {"in": b"body"}}),
    (["-T", "in", "-T", "in2", "{url}", "{url}"], plain() * 2,
     {"files": {"in": b"one", "in2": b"two"}}),
    (["-T", "", "{url}"], plain()),
    (["-T", "missing", "{url}"], plain()),
    # Fields.
    (["-H", "X-Mine: 1", "-H", "Accept:", "-H", "X-Empty;", "{url}"], plain()),
    (["-H", "Host: other.test", "{url}"], plain()),
    (["-H", "@in", "{url}"], plain(), {"files": {"in": b"A: 1\r\n\nB: 2\n"}}),
    (["-A", "", "{url}"], plain()),
    (["-A", "me/1", "-e", "http://r.test/", "-b", "a=b", "{url}"], plain()),
    (["-e", "http://r.test/;auto", "-L", "{url}"], moved()),
    (["-e", ";auto", "-L", "{url}"], moved()),
    (["-H", "Content-Type: text/plain", "-d", "x", "{url}"], plain()),
    (["-u", "user:pa:ss", "{url}"], plain()),
    (["-u", "asked", "{url}"], plain(), {"stdin": b"secret\n"}),
    (["-x", "{url}", "-U", "asked", "http://a.test/"], plain(),
     {"stdin": b"secret\n"}),
    (["-r", "0-4", "{url}"],
     [reply(b"hello", status="206 Partial Content",
            fields=["Content-Range: bytes 0-4/6"])]),
    (["-z", "Sun, 06 Nov 1994 08:49:37 GMT", "{url}"], plain()),
    (["-z", "-Sun, 06 Nov 1994 08:49:37 GMT", "{url}"],
     [reply(b"", status="412 No")]),
    # Output.
    (["-i", "{url}"], plain()),
    (["-i", "-L", "{url}"], moved()),
    (["-D", "-", "{url}"], plain()),
    (["-D", "heads", "-o", "body", "-L", "{url}"], moved()),
    (["-D", "heads", "{url}a", "{url}b"], plain() * 2),
    (["-i", "-o", "out", "{url}"], plain()),
    (["-o", "a", "{url}1", "{url}2", "-o", "c", "{url}3"],
     [reply(b"one"), reply(b"two"), reply(b"three")]),
    (["-O", "-O", "{url}d/one?x", "{url}d/two#y"],
     [reply(b"one"), reply(b"two")]),
    (["-O", "{url}%2e%2e%2fx"], plain()),
    (["-O", "{url}d;p"], plain()),
    (["-o", "-", "{url}"], plain()),
    (["-o", "empty", "{url}"], [reply(b"")]),
    (["--output-dir", "d/e", "--create-dirs", "-o", "f", "{url}"], plain()),
    (["--create-dirs", "-o", "d/e/f", "{url}"], plain()),
    (["--output-dir", "missing", "-O", "{url}f"], plain()),
    (["-o", "missing/f", "{url}"], plain()),
    # Failing.
    (["-f", "{url}"], plain(status="404 Not Found")),
    (["-f", "-i", "{url}"], plain(status="404 Not Found")),
    (["-f", "-o", "out", "{url}"], plain(status="500 Broken")),
    (["-f", "{url}a", "{url}b"],
     plain(status="404 Not Found") + [reply(b"two")]),
    (["-f", "--fail-early", "{url}a", "{url}b"],
     plain(status="404 Not Found") + [reply(b"two")]),
    (["--max-filesize", "3", "{url}"], plain()),
    (["--max-redirs", "0", "-L", "{url}"], moved()),
    (["{url}"], [Step(close=True)]),
    (["-o", "out", "{url}"],
     [Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
           close=True)], {"no_files": True}),
    (["-m", "0.3", "{url}"], [Step(), Step(expect=EOF)]),
    (["http://127.0.0.1:{closed}/"], plain()),
    (["http://127.0.0.1:{closed}/", "{url}"], plain()),
    (["ftp2://h/"], plain()),
    (["--http0.9", "{url}"], [Step(send=b"no head at all\n", close=True)]),
    (["{url}"], [Step(send=b"no head at all\n", close=True)]),
    # Following.
    (["{url}"], moved()[:1]),
    (["-L", "{url}"], moved()),
    (["-L", "-d", "x", "{url}"], moved()),
    (["-L", "-d", "x", "{url}"], moved(status="307 Same")),
    (["-L", "-d", "x", "{url}"], moved(status="303 See")),
    (["-L", "-I", "{url}"],
     [Step(send=b"HTTP/1.1 301 M\r\nLocation: /x\r\n\r\n"),
      Step(send=b"HTTP/1.1 200 OK\r\n\r\n")]),
    # Telling.
    (["-w", "%{http_code} %{num_redirects} %{num_headers} %{url_effective} "
      "%{redirect_url} %{size_download} %{content_type} %{method} %{scheme} "
      "%{urlnum} %{size_header} %{http_version} %{remote_port}\\n", "{url}"],
     plain()),
    (["-L", "-w", "%{num_redirects} %{url_effective} %{redirect_url}|",
      "{url}"], moved()),
    (["-w", "%{redirect_url}", "{url}"], moved()),
    (["-w", "%header{x-A} %header{none}|%header{x-B}", "{url}"], plain()),
    (["-w", "%{urlnum}%{filename_effective}\\t%%\\r\\q%{onerror}no", "-o", "f",
      "{url}", "{url}"], plain() * 2),
    (["-w", "%{exitcode} %{http_code} %{onerror}yes",
      "http://127.0.0.1:{closed}/"], plain()),
    (["-w", "@format", "{url}"], plain(),
     {"files": {"format": b"%{http_code}\\n"}}),
    (["-w", "@-", "{url}"], plain(), {"stdin": b"<%{http_code}>"}),
    # Options themselves.
    (["-sSf", "-o-", "{url}"], plain()),
    (["--silent", "--no-silent", "-s", "--", "{url}"], plain()),
    (["--bogus", "{url}"], plain()),
    (["-o"], plain()),
    (["{url}", "-m", "x"], plain()),
    (["-I", "-d", "x", "{url}"], plain()),
    (["-T", "x", "-d", "y", "{url}"], plain()),
    (["--max-filesize", "3x", "{url}"], plain()),
    (["--comp", "{url}"], plain()),
    ([], plain()),
    # Proxies and other ways.
    (["-x", "{url}", "http://a.test/x?y"], plain()),
    (["-x", "{url}", "-U", "me:secret", "http://a.test/"], plain()),
    (["-x", "{url}", "--proxy-header", "X-P: 1", "http://a.test/"], plain()),
    (["-x", "{url}", "--noproxy", "127.0.0.1", "{url}"], plain()),
    (["--connect-to", "a.test:80:127.0.0.1:{port}", "http://a.test/x"],
     plain()),
    (["--resolve", "a.test:{port}:127.0.0.1", "http://a.test:{port}/"],
     plain()),
    (["-4", "{url}"], plain()),
]


def lonely(step):
    """The same answer, and the connection's last."""
    head, blank, body = step.send.partition(b"\r\n\r\n")
    if blank:
        head += b"\r\nConnection: close"
    return replace(step, send=head + blank + body, close=True)


class Alike(Case):
    """OUT-07 among others: what curl's users know holds."""

    def play(self, program, row):
        args, script, *more = row
        more = more[0] if more else {}
        folder = self.path(os.path.basename(program))
        os.mkdir(folder)
        for name, data in more.get("files", {}).items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        # A connection each: whether one is kept is not what is compared.
        scripts = ([[lonely(step)] for step in script]
                   if len(script) > 1 else [script])
        with Server(*scripts) as server:
            words = [word.replace("{url}", server.url())
                     .replace("{port}", str(server.port))
                     .replace("{closed}", str(self.closed)) for word in args]
            if program == CURL:
                words = ["--http1.0", *words]
            done = subprocess.run(
                [program, "-q", *words], input=more.get("stdin", b""),
                capture_output=True, timeout=TIMEOUT, cwd=folder,
                env=clean_environment(), check=False,
                start_new_session=True)  # no terminal to ask on
            requests = [self.neutral(r, server) for r in server.requests]
        found = {}
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
        if more.get("no_files"):
            found = None
        return {"exit": done.returncode, "requests": requests,
                "stdout": self.neutral(done.stdout, server), "files": found}

    def neutral(self, data, server):
        data = re.sub(rb"(?m)^User-Agent: (dial|curl)/.*\r\n", b"UA\r\n", data)
        # Whether dial wants to keep a connection is tested elsewhere.
        data = re.sub(rb"(?m)^Connection: keep-alive\r\n", b"", data)
        return data.replace(str(server.port).encode(), b"PORT")

    maxDiff = None

    @unittest.skipUnless(CURL, "needs curl beside dial")
    def test_the_same_comes_of_the_same_command_line(self):
        self.closed = closed_port()
        for number, row in enumerate(ALIKE):
            with self.subTest(number=number, args=row[0]):
                self.setUp()
                self.assertEqual(self.play(DIAL, row), self.play(CURL, row))


# --- Options and their errors ------------------------------------------------

class Options(Case):
    def test_version_names_libraries_and_protocols(self):
        said = self.dial_ok("-V").decode()
        self.assertRegex(said, r"^dial \d+\.\d+\.\d+ .*zlib")
        self.assertIn("Protocols: daytime http https", said)

    def test_help_is_drawn_from_the_table(self):
        everything = self.dial_ok("--help", "all").decode()
        self.assertIn("-o, --output <file>", everything)
        self.assertIn("--no-progress-meter", everything)
        self.assertNotIn("--cacert", self.dial_ok("--help").decode())
        self.assertIn("--cacert", self.dial_ok("--help", "tls").decode())
        self.assertIn("no such category",
                      self.dial_ok("--help", "x").decode())

    def test_a_usage_error_points_at_help(self):
        done = self.dial("--loaction", "http://x/")
        self.assert_fails(done, 2, "--location", "try 'dial --help'")

    def test_a_bad_url_is_shown_and_nothing_is_sent(self):
        with Server(plain()) as server:
            done = self.dial(server.url() + "a b")
            said = self.assert_fails(done, 3)
            self.assertIn("a>>> b", said)
            self.assertEqual(server.connections, [])

    def test_a_password_never_reaches_stderr(self):
        done = self.dial("-v", "http://me:SE#CRET@h/")
        self.assertEqual(done.returncode, 3)
        self.assertNotIn(b"CRET", done.stderr)

    def test_more_outputs_than_urls_are_a_warning(self):
        with Server(plain()) as server:
            done = self.dial(server.url(), "-o", "a", "-o", "b")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, b"dial: warning: there are more -o, -O "
                                      b"or -T than URLs\n")
        with Server(plain()) as server:
            self.dial_ok("-s", server.url(), "-o", "a", "-o", "b")

    def test_silence_and_show_error(self):
        url = f"http://127.0.0.1:{closed_port()}/"
        self.assertEqual(self.dial("-s", url).stderr, b"")
        self.assert_fails(self.dial("-sS", url), 7)

    def test_a_missing_data_file_is_an_error(self):
        self.assert_fails(self.dial("-d", "@missing", "http://x/"), 26,
                          "missing")

    def test_secrets_are_blanked_in_the_process_list(self):
        release = threading.Event()
        with Server([Step(wait=release, send=b"HTTP/1.0 200 OK\r\n\r\n",
                          close=True)]) as server:
            process = subprocess.Popen(
                [DIAL, "-s", "-u", "me:SECRET", "-U", "p:SECRET", "--pass",
                 "SECRET", server.url(user="me:SECRET")],
                env=clean_environment())
            while not server.heard:
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                words = file.read()
            release.set()
            self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertIn(b"me:", words)
        self.assertNotIn(b"SECRET", words)

    def test_stderr_goes_to_a_file(self):
        done = self.dial("--stderr", "said", f"http://127.0.0.1:{closed_port()}")
        self.assertEqual((done.returncode, done.stderr), (7, b""))
        self.assertIn(b"dial: (7) ", self.read("said"))


# --- Files -------------------------------------------------------------------

class Files(Case):
    def test_remote_names_stay_in_the_folder(self):
        """FILE-01, FILE-05: the user's own URL decides, as it stands."""
        names = {"x/..": "x", "../../x": "x", "%2e%2e%2fx": "%2e%2e%2fx",
                 "..%5cx": "..%5cx", "a%2fb": "a%2fb", ".bashrc": ".bashrc",
                 "-rf": "-rf", "con": "con", "x:y": "x:y", "x.": "x.",
                 "d/": "d", "": "dial_response", "?a/b": "dial_response",
                 "a" * 200: "a" * 200}
        for path, name in names.items():
            with self.subTest(path=path), Server(plain()) as server:
                self.setUp()
                self.dial_ok("-O", server.url("/" + path))
                self.assertEqual(self.files(), [name])
                self.assertEqual(self.read(name), b"hello\n")

    def test_a_name_that_is_too_long_is_refused(self):
        """FILE-01: 300 bytes."""
        with Server(plain()) as server:
            done = self.dial("-sS", "-O", server.url("/" + "a" * 300))
        self.assertEqual(done.returncode, 23)
        self.assertEqual(self.files(), [])

    def test_a_redirect_does_not_name_the_file(self):
        with Server(*[[step] for step in moved("/evil")]) as server:
            self.dial_ok("-L", "-O", server.url("/good"))
        self.assertEqual(self.files(), ["good"])
        self.assertEqual(self.read("good"), b"arrived")

    def test_the_name_is_never_a_command(self):
        """FILE-05."""
        with Server(plain()) as server:
            self.dial_ok("-o", "|touch pwned", server.url())
        self.assertEqual(self.files(), ["|touch pwned"])

    def test_a_short_body_leaves_no_file_under_its_name(self):
        self.write("out", b"old")
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                               b"short", close=True)]) as server:
            done = self.dial("-o", "out", server.url())
        self.assert_fails(done, 18)
        self.assertEqual(self.read("out"), b"old")
        self.assertEqual(self.read("out.part"), b"short")

    def test_remove_on_error_leaves_nothing(self):
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                               b"short", close=True)]) as server:
            done = self.dial("--remove-on-error", "-o", "out", server.url())
        self.assertEqual(done.returncode, 18)
        self.assertEqual(self.files(), [])

    def test_what_is_not_newer_leaves_the_file_alone(self):
        self.write("out", b"old")
        old = ["Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"]
        for script in ([reply(b"", status="304 Not Modified", length=False)],
                       [reply(b"new", fields=old)]):
            with Server(script) as server:
                self.dial_ok("-z", "out", "-o", "out", server.url())
            self.assertEqual(self.read("out"), b"old")
            self.assertEqual(self.files(), ["out"])

    def test_modes_follow_the_umask(self):
        """FILE-13: 0600 until whole, then umask's mode or the old file's."""
        release = threading.Event()
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
                               b"half"),
                     Step(expect=None, wait=release, send=b"half")]) as server:
            process = subprocess.Popen([DIAL, "-s", "-o", "new", server.url()],
                                       cwd=self.folder, umask=0o027,
                                       env=clean_environment())
            part = self.path("new.part")
            while not (os.path.exists(part) and os.path.getsize(part)):
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            self.assertEqual(os.stat(part).st_mode & 0o777, 0o600)
            release.set()
            self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertEqual(os.stat(self.path("new")).st_mode & 0o777, 0o640)

    def test_full_disk_is_an_error(self):
        """FILE-07."""
        with Server(plain()) as server:
            done = self.dial("-o", "/dev/full", server.url())
        self.assert_fails(done, 23, "/dev/full", "space")

    def test_resume_goes_on_with_what_is_there(self):
        self.write("out", b"hel")
        part = reply(b"lo", status="206 Partial Content",
                     fields=["Content-Range: bytes 3-4/5"])
        with Server([part]) as server:
            self.dial_ok("-C", "-", "-o", "out", server.url())
            self.assertIn(b"\r\nRange: bytes=3-\r\n", server.requests[0])
        self.assertEqual(self.read("out"), b"hello")
        self.assertEqual(self.files(), ["out"])

    def test_resume_starts_anew_when_all_of_it_comes(self):
        self.write("out", b"XXX")
        with Server([reply(b"hello")]) as server:
            self.dial_ok("-C", "-", "-o", "out", server.url())
        self.assertEqual(self.read("out"), b"hello")

    def test_resume_at_another_place_is_refused(self):
        self.write("out", b"hel")
        with Server(plain()) as server:
            done = self.dial("-C", "1", "-o", "out", server.url())
            self.assertEqual(server.connections, [])
        self.assert_fails(done, 36, "3 bytes")
        self.assertEqual(self.read("out"), b"hel")

    def test_resume_behind_the_end_of_what_is_there_is_refused(self):
        with Server(plain()) as server:
            done = self.dial("-C", "3", "-o", "out", server.url())
            self.assertEqual(server.connections, [])
        self.assert_fails(done, 36, "0 bytes", "byte 3")
        self.assertEqual(self.files(), [])

    def test_resume_to_standard_output_takes_the_rest_alone(self):
        """FILE-09: never double data."""
        with Server([reply(b"hello")]) as server:
            done = self.dial("-C", "3", server.url())
        self.assert_fails(done, 33, "-o")
        self.assertEqual(done.stdout, b"")

    def test_an_upload_that_goes_on_leaves_its_output_alone(self):
        self.write("up", b"hello")
        self.write("out", b"x")
        with Server([reply(b"taken")]) as server:
            self.dial_ok("-C", "3", "-T", "up", "-o", "out", server.url())
            self.assertIn(b"Content-Range: bytes 3-4/5", server.requests[0])
        self.assertEqual(self.read("out"), b"taken")

    def test_a_part_of_another_url_is_left_out_and_said_so(self):
        self.write("out.part", b"hel")
        self.write("out.part.meta", b"url http://a.test/\ntotal 5\nend\n")
        with Server([reply(b"hello")]) as server:
            done = self.dial("-C", "-", "-o", "out", server.url())
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"warning", done.stderr)
        self.assertEqual(self.read("out"), b"hello")
        self.assertEqual(self.files(), ["out"])

    def test_resume_with_nothing_there_asks_for_all(self):
        with Server([reply(b"hello")]) as server:
            self.dial_ok("-C", "-", "-o", "out", server.url())
            self.assertNotIn(b"Range", server.requests[0])
        self.assertEqual(self.read("out"), b"hello")

    def test_uploads_from_stdin_are_spooled(self):
        with Server(plain()) as server:
            self.assertEqual(self.dial_ok("-T", "-", server.url("/x"),
                                          stdin=b"from stdin"), b"hello\n")
            self.assertTrue(server.requests[0].startswith(b"PUT /x HTTP/1.0"))
            self.assertIn(b"\r\nContent-Length: 10\r\n", server.requests[0])
            self.assertTrue(server.requests[0].endswith(b"\r\n\r\nfrom stdin"))


# --- Signals and pipes -------------------------------------------------------

class Signals(Case):
    def endless(self):
        return [Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
                Step(expect=EOF)]

    def test_a_signal_ends_in_order(self):
        """FILE-12: exit 128+n, the part kept, nothing half renamed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number), Server(self.endless()) as server:
                self.setUp()
                process = subprocess.Popen(
                    [DIAL, "-o", "out", server.url()], cwd=self.folder,
                    env=clean_environment(), stderr=subprocess.PIPE)
                part = self.path("out.part")
                while not (os.path.exists(part) and os.path.getsize(part)):
                    self.assertIsNone(process.poll())
                    time.sleep(0.01)
                process.send_signal(number)
                said = process.communicate(timeout=TIMEOUT)[1]
                self.assertEqual(process.returncode, 128 + number)
                self.assertEqual(said, b"")
                self.assertNotIn("out", self.files())
                self.assertEqual(self.read("out.part"), b"half")

    def test_a_signal_before_any_answer(self):
        with Server([Step(), Step(expect=EOF)]) as server:
            process = subprocess.Popen([DIAL, server.url(), server.url()],
                                       env=clean_environment())
            while not server.requests:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(TIMEOUT), 128 + signal.SIGTERM)
            self.assertEqual(len(server.connections), 1)

    def test_an_ignored_hangup_stays_ignored(self):
        release = threading.Event()
        with Server([Step(wait=release, send=b"HTTP/1.0 200 OK\r\n\r\nx",
                          close=True)]) as server:
            process = subprocess.Popen(
                [DIAL, "-s", server.url()], env=clean_environment(),
                stdout=subprocess.PIPE,
                preexec_fn=lambda: signal.signal(signal.SIGHUP,
                                                 signal.SIG_IGN))
            while not server.requests:
                time.sleep(0.01)
            process.send_signal(signal.SIGHUP)
            release.set()
            self.assertEqual(process.communicate(timeout=TIMEOUT)[0], b"x")
            self.assertEqual(process.returncode, 0)

    def test_a_reader_that_left_is_no_drama(self):
        """FILE-08: exit 23, not a word, and not killed by SIGPIPE."""
        with Server([reply(b"x" * (1 << 22))]) as server:
            reader, writer = os.pipe()
            process = subprocess.Popen([DIAL, server.url()], stdout=writer,
                                       stderr=subprocess.PIPE,
                                       env=clean_environment())
            os.close(writer)
            os.read(reader, 10)
            os.close(reader)
            said = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual((process.returncode, said), (23, b""))

    def test_closed_descriptors_are_not_taken_for_sockets(self):
        with Server(plain()) as server:
            done = subprocess.run(
                ["/bin/sh", "-c", f"exec {DIAL} {server.url()} 0<&- 1>&-"],
                stderr=subprocess.PIPE, timeout=TIMEOUT, check=False,
                env=clean_environment())
            self.assertEqual(len(server.requests), 1)
            self.assertNotIn(b"hello", server.heard)
        self.assert_fails(done, 23, "standard output")

    def test_help_to_a_reader_that_left(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([DIAL, "--help", "all"], stdout=writer,
                              stderr=subprocess.PIPE, check=False,
                              preexec_fn=lambda: signal.signal(
                                  signal.SIGPIPE, signal.SIG_IGN))
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (23, b""))


# --- Terminals ---------------------------------------------------------------

class Terminals(Case):
    """OUT-01: what a peer said never drives a terminal."""

    EVIL = b"\x1b]52;c;x\x07 \xc2\x9b \x9b \r \x08"

    def on_terminal(self, *args, stdout=True, stderr=False):
        """Exit code, what the terminal got, and what the other pipe got."""
        ours, theirs = pty.openpty()
        os.set_blocking(ours, False)
        process = subprocess.Popen(
            [DIAL, *args], cwd=self.folder, env=clean_environment(),
            stdout=theirs if stdout else subprocess.PIPE,
            stderr=theirs if stderr else subprocess.PIPE)
        os.close(theirs)
        seen = b""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            if not select.select([ours], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(ours, 65536)
            except OSError:
                break  # the terminal was hung up
            if not data:
                break
            seen += data
        other = (process.stdout or process.stderr).read() \
            if not (stdout and stderr) else b""
        process.wait(TIMEOUT)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        os.close(ours)
        return process.returncode, seen.replace(b"\r\n", b"\n"), other

    def test_a_body_is_escaped_but_for_colours(self):
        body = b"\x1b[1mbold\x1b[0m caf\xc3\xa9\t" + self.EVIL + b"\n"
        with Server([reply(body)]) as server:
            code, seen, said = self.on_terminal("-s", server.url())
        self.assertEqual((code, said), (0, b""))
        self.assertEqual(
            seen, b"\x1b[1mbold\x1b[0m caf\xc3\xa9\t"
                  b"\\x1b]52;c;x\\x07 \\xc2\\x9b \\x9b \\x0d \\x08\n")

    def test_a_nul_is_refused(self):
        with Server([reply(b"a\0b")]) as server:
            code, seen, said = self.on_terminal(server.url())
        self.assertEqual((code, seen), (23, b""))
        self.assertIn(b"-o -", said)

    def test_o_dash_is_raw(self):
        with Server([reply(b"a\0b" + self.EVIL)]) as server:
            code, seen, _ = self.on_terminal("-o", "-", server.url())
        self.assertEqual((code, seen), (0, b"a\0b" + self.EVIL))

    def test_heads_are_escaped_on_a_terminal_and_raw_in_a_pipe(self):
        head = (b"HTTP/1.1 200 " + b"\x1b[31mOK" + b"\r\nX: \xc2\x9b31m\r\n"
                b"Content-Length: 1\r\n\r\nx")
        with Server([Step(send=head)]) as server:
            _, seen, _ = self.on_terminal("-i", server.url())
        self.assertEqual(seen, b"HTTP/1.1 200 \\x1b[31mOK\nX: \\xc2\\x9b31m\n"
                               b"Content-Length: 1\n\nx")
        with Server([Step(send=head)]) as server:
            self.assertEqual(self.dial_ok("-i", server.url()), head)

    def test_stderr_is_escaped_always(self):
        head = (b"HTTP/1.1 200 \x1b[31mOK\r\nX: \x9b31m\r\n"
                b"Content-Length: 0\r\n\r\n")
        with Server([Step(send=head)]) as server:
            done = self.dial("-v", server.url(), "-w",
                             "%{stderr}%header{x}")
        self.assertIn(b"< HTTP/1.1 200 \\x1b[31mOK\n", done.stderr)
        self.assertIn(b"< X: \\x9b31m\n", done.stderr)
        self.assertTrue(done.stderr.endswith(b"\\x9b31m"))
        self.assertNotRegex(done.stderr, rb"[\x00-\x08\x0b-\x1f\x7f-\xff]")

    def test_progress_is_one_line_that_goes_away(self):
        release = threading.Event()
        threading.Timer(0.5, release.set).start()
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
                               b"half"),
                     Step(expect=None, wait=release, send=b"half")]) as server:
            code, seen, out = self.on_terminal(server.url(), stdout=False,
                                               stderr=True)
        self.assertEqual((code, out), (0, b"halfhalf"))
        self.assertIn(b"\r 50%  4B of 8B  ", seen)
        self.assertTrue(seen.endswith(b"\r\x1b[K"))
        self.assertNotIn(b"\n", seen)
        self.assertLess(seen.count(b"%"), 12)

    def test_progress_is_not_for_pipes_nor_beside_a_body(self):
        script = [reply(b"x" * 10)]
        with Server(script) as server:
            self.assertEqual(self.dial_ok(server.url()), b"x" * 10)
        for args in (["-s"], ["--no-progress-meter"]):
            with Server(script) as server:
                _, seen, _ = self.on_terminal(*args, server.url(),
                                              stdout=False, stderr=True)
            self.assertEqual(seen, b"")
        with Server(script) as server:
            _, seen, _ = self.on_terminal(server.url(), stderr=True)
        self.assertEqual(seen, b"x" * 10)

    def test_a_signal_takes_the_progress_line_away(self):
        """FILE-12: the terminal is left clean."""
        ours, theirs = pty.openpty()
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
                               b"half"), Step(expect=EOF)]) as server:
            process = subprocess.Popen(
                [DIAL, "-o", "out", server.url()], cwd=self.folder,
                stderr=theirs, env=clean_environment())
            seen = b""
            while b"50%" not in seen:
                seen += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(TIMEOUT), 130)
        seen += os.read(ours, 4096)
        os.close(theirs)
        os.close(ours)
        self.assertTrue(seen.endswith(b"\r\x1b[K"), seen)


    def test_a_password_is_asked_for_without_echo(self):
        with Server(plain()) as server:
            pid, ours = pty.fork()
            if pid == 0:
                os.execve(DIAL, [DIAL, "-s", "-u", "me", server.url()],
                          clean_environment())
            seen = b""
            while not seen.endswith(b": "):
                seen += os.read(ours, 100)
            os.write(ours, b"SECRET\n")
            while b"hello" not in seen:
                seen += os.read(ours, 100)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
                             0)
            os.close(ours)
            self.assertIn(b"Authorization: Basic bWU6U0VDUkVU\r\n",
                          server.requests[0])
        self.assertEqual(seen, b"Password for me at the server: \r\n"
                               b"hello\r\n")

    def test_a_signal_at_the_prompt_gives_the_echo_back(self):
        pid, ours = pty.fork()
        if pid == 0:
            os.execve(DIAL, [DIAL, "-u", "me", "http://127.0.0.1:1/"],
                      clean_environment())
        seen = b""
        while not seen.endswith(b": "):
            seen += os.read(ours, 100)
        self.assertFalse(termios.tcgetattr(ours)[3] & termios.ECHO)
        os.kill(pid, signal.SIGINT)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
                         130)
        self.assertTrue(termios.tcgetattr(ours)[3] & termios.ECHO)
        os.close(ours)


# --- Diagnostics -------------------------------------------------------------

class Telling(Case):
    def test_json_is_valid_whatever_the_head_holds(self):
        """OUT-04, with Python as the second parser."""
        odd = bytes(b for b in range(256) if b not in b"\0\r\n")
        head = (b"HTTP/1.1 200 OK\r\nX-Odd: " + odd + b"\r\nA: 1\r\na: 2\r\n"
                b"Content-Type: \xff\"\\\r\nContent-Length: 0\r\n\r\n")
        with Server([Step(send=head)]) as server:
            said = self.dial("-w", "%{header_json}", server.url()).stdout
            fields = json.loads(said.decode())
        self.assertEqual(fields["a"], ["1", "2"])
        self.assertEqual(len(fields["x-odd"]), 1)
        self.assertIn("\x1b", fields["x-odd"][0])
        with Server([Step(send=head)]) as server:
            said = self.dial("-w", "%{json}", server.url()).stdout
            facts = json.loads(said.decode())
            self.assertEqual(facts["remote_port"], server.port)
        self.assertEqual(facts["http_code"], 200)
        self.assertEqual(facts["content_type"], "\ufffd\"\\")

    def test_unknown_variables_are_named(self):
        with Server(plain()) as server:
            done = self.dial("-s", "-w", "[%{nope}]", server.url())
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, b"hello\n[]")
        self.assertEqual(done.stderr,
                         b"dial: unknown --write-out variable: nope\n")

    def test_verbose_shows_heads_and_masks_secrets(self):
        with Server(plain()) as server:
            done = self.dial("-v", "-u", "me:SECRET", "-H", "Cookie: s=SECRET",
                             server.url())
            self.assertIn(b"s=SECRET", server.requests[0])
        self.assertIn(b"\n> GET / HTTP/1.0\n> Host: ", done.stderr)
        self.assertIn(b"\n> \n", done.stderr)
        self.assertIn(b"\n< HTTP/1.1 200 OK\n< X-A: 1\n", done.stderr)
        self.assertNotIn(b"SECRET", done.stderr)
        self.assertNotIn(b"bWU6U0VDUkVU", done.stderr)

    def test_a_refused_tunnel_is_the_proxys_word(self):
        """PROXY-07: head as in curl, body marked on stderr, exit 7."""
        words = b"<p>\x1b[2Jnot today</p>\n" + b"line\n" * 50
        script = [reply(words, status="403 Forbidden",
                        fields=["Set-Cookie: a=b", "Location: http://x/"])]
        for args, out in ((["-i"], b"HTTP/1.1 403 Forbidden\r\n"), ([], b"")):
            with Server(script) as proxy:
                done = self.dial("-L", *args, "-D", "heads", "-w",
                                 "%{stderr}%{http_connect} %{http_code}", "-x",
                                 proxy.url(), "https://a.test/")
                self.assertEqual(len(proxy.requests), 1)
            self.assertEqual(done.returncode, 7)
            self.assertTrue(done.stdout.startswith(out))
            self.assertNotIn(b"not today", done.stdout)
            self.assertIn(b"dial: the proxy says: <p>\\x1b[2Jnot today</p>\n",
                          done.stderr)
            self.assertEqual(done.stderr.count(b"the proxy says: "), 20)
            self.assertIn(b"dial: (7) ", done.stderr)
            self.assertIn(b"403", done.stderr)
            self.assertTrue(done.stderr.endswith(b"403 000"))
            self.assertTrue(self.read("heads").startswith(
                b"HTTP/1.1 403 Forbidden\r\n"))
        with Server(script) as proxy:
            done = self.dial("-s", "-x", proxy.url(), "https://a.test/")
            self.assertEqual((done.returncode, done.stderr), (7, b""))

    def test_the_exit_code_is_the_last_transfers(self):
        """OUT-07."""
        closed = f"http://127.0.0.1:{closed_port()}/"
        with Server(plain()) as server:
            self.assertEqual(self.dial("-s", closed, server.url()).returncode,
                             0)
            self.assertEqual(self.dial("-s", server.url(), closed).returncode,
                             7)


# --- The way there -----------------------------------------------------------

class Ways(Case):
    def test_a_connection_is_kept_only_for_a_later_url(self):
        keep = ["Connection: keep-alive"]
        with Server([reply(b"1", fields=keep, version="1.0"),
                     reply(b"2", version="1.0")]) as server:
            self.assertEqual(
                self.dial_ok(server.url("/a"), server.url("/b")), b"12")
            self.assertEqual(len(server.connections), 1)
            self.assertIn(b"\r\nConnection: keep-alive\r\n",
                          server.requests[0])
            self.assertNotIn(b"\r\nConnection:", server.requests[1])
        with Server([reply(b"1")]) as one, Server([reply(b"2")]) as two:
            self.dial_ok(one.url(), two.url())
            self.assertNotIn(b"\r\nConnection:", one.requests[0])

    def test_http11_on_request(self):
        chunked = Step(send=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                            b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        with Server([chunked]) as server:
            self.assertEqual(self.dial_ok("--http1.1", server.url()), b"hello")
            self.assertTrue(server.requests[0].startswith(b"GET / HTTP/1.1"))

    def test_the_head_of_a_get_comes_without_its_body(self):
        with Server([reply(b"hello")]) as server:
            head = self.dial_ok("-I", "-X", "GET", server.url())
            self.assertTrue(server.requests[0].startswith(b"GET "))
        self.assertTrue(head.endswith(b"\r\n\r\n"), head)

    def test_a_unix_socket(self):
        path = self.path("socket")
        with Server(plain(), path=path) as server:
            self.assertEqual(
                self.dial_ok("--unix-socket", path, "http://a.test/x"),
                b"hello\n")
            self.assertIn(b"\r\nHost: a.test\r\n", server.requests[0])

    def test_tls_through_a_proxy(self):
        with Server(plain(), tls="good") as origin, \
                Server([connect(origin.port)]) as proxy:
            cacert = os.path.join(os.environ["top_builddir"], "certs", "made",
                                  "root.pem")
            url = f"https://a.test:{origin.port}/x"
            self.assertEqual(self.dial_ok("-x", proxy.url(), "--cacert",
                                          cacert, "-D", "heads", url),
                             b"hello\n")
            self.assertIn(f"CONNECT a.test:{origin.port} HTTP/1.1".encode(),
                          proxy.requests[0])
            self.assertIn(b"GET /x HTTP/1.0\r\n", origin.requests[0])
            self.assertNotIn(b"Proxy-", origin.heard)
            self.assertEqual(self.read("heads").count(b"HTTP/1.1 200"), 2)

    def test_an_unknown_issuer_is_refused_unless_told(self):
        with Server(plain(), tls="good") as origin:
            self.assert_fails(self.dial(origin.url()), 60)
            self.assertEqual(self.dial_ok("-k", origin.url()), b"hello\n")

    def test_a_given_cookie_stays_with_its_origin(self):
        """CRED-07: -b name=value."""
        with Server([reply(b"B")]) as b, Server(
                [reply(b"", status="302 F",
                       fields=[f"Location: {b.url()}"])]) as a:
            self.dial_ok("-L", "-b", "s=SECRET", a.url())
            self.assertIn(b"SECRET", a.heard)
            self.assertNotIn(b"SECRET", b.heard)

    def test_the_time_of_day(self):
        line = b"\n61366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST) * \n"
        with Server([Step(expect=None, send=line, close=True)]) as server:
            said = self.dial_ok("-w", "%{daytime_utc}",
                                f"daytime://127.0.0.1:{server.port}")
        self.assertEqual(said, line + b"2026-11-22T11:10:00Z")


if __name__ == "__main__":
    unittest.main(verbosity=1)
