"""The programs of doc/examples, run as a reader would run them."""
import contextlib
import http.server
import os
import re
import subprocess
import threading
import unittest

EXAMPLES = os.path.join(os.environ["top_builddir"], "doc", "examples")
PAGE = b"<p>Watson, come here.</p>\n"
SECONDS = 20  # before a program that hangs is a failure
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.lower().endswith("_proxy")
}


class Site(http.server.BaseHTTPRequestHandler):
    """One page, another that leads there, and nothing else."""

    def do_GET(self):
        self.server.heard.append((self.requestline, self.headers["Host"]))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/page")
            self.end_headers()
        elif self.path in ("/", "/page"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)
        else:
            self.send_error(404)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def site():
    """A web site on the loopback."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Site)
    server.heard = []
    server.name = "127.0.0.1:%d" % server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def timekeeper(*arguments):
    """The server among the examples, and where it listens."""
    with subprocess.Popen(
        [os.path.join(EXAMPLES, "timekeeper"), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as process:
        try:
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            process.terminate()


def run(name, *arguments):
    """One example, run to its end."""
    return subprocess.run(
        [os.path.join(EXAMPLES, name), *arguments],
        capture_output=True,
        timeout=SECONDS,
        env=ENVIRONMENT,
        check=False,
    )


def free_port():
    """A port where nobody listens."""
    with site() as server:
        return server.server_address[1]


class Examples(unittest.TestCase):
    """Each program does what its first comment says."""

    def assert_failed(self, done, name, code):
        """It ended with the code and one line that bears its name."""
        self.assertEqual(done.returncode, code)
        self.assertEqual(done.stdout, b"")
        self.assertRegex(done.stderr, rb"\A%s: [^\n]+\n\Z" % name.encode())

    def test_daytime_and_timekeeper(self):
        with timekeeper() as (process, where):
            for _ in range(3):
                done = run("daytime", where)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertRegex(
                    done.stdout,
                    rb"\A\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\n\Z",
                )
                told = process.stdout.readline()
                self.assertTrue(re.fullmatch(r"told 127\.0\.0\.1:\d+\n", told))

    def test_nobody_answers(self):
        where = "127.0.0.1:%d" % free_port()
        self.assert_failed(run("daytime", where), "daytime", 7)
        self.assert_failed(run("rawget", where), "rawget", 7)

    def test_timekeeper_cannot_listen(self):
        with timekeeper() as (_, where):
            done = run("timekeeper", where)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, rb"\Atimekeeper: [^\n]+\n\Z")

    def test_rawget(self):
        with site() as server:
            done = run("rawget", server.name, "/page")
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            head, page = done.stdout.split(b"\r\n\r\n", 1)
            self.assertTrue(head.startswith(b"HTTP/1.0 200 "))
            self.assertEqual(page, PAGE)
            self.assertEqual(
                server.heard, [("GET /page HTTP/1.0", server.name)]
            )
        self.assertEqual(run("rawget").returncode, 2)

    def test_getprint(self):
        with site() as server:
            done = run("getprint", "http://%s/moved" % server.name)
            self.assertEqual(
                (done.returncode, done.stdout, done.stderr), (0, PAGE, b"")
            )
            done = run("getprint", "http://%s/none" % server.name)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(run("getprint").returncode, 1)


unittest.main()
