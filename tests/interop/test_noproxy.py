"""The rules that --noproxy-test tells, beside the programs that have them.

Each row of tests/unit/noproxy_rules.inc that names a port is asked of curl,
wget and this Python, with a proxy that only notes whether it was asked.  What
goes directly ends at a port of this machine where nobody listens, or at once:
tests/e2e/lookups.c answers names, and lets no call out.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import unittest
import urllib.request
from unittest import mock

SOURCE = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.append(os.path.join(SOURCE, "tests", "e2e"))
os.environ.setdefault("top_srcdir", SOURCE)
os.environ.setdefault("top_builddir", SOURCE)
from harness import Case, Lookups, clean_environment  # noqa: E402
from peers import missing  # noqa: E402

TABLE = os.path.join(SOURCE, "tests", "unit", "noproxy_rules.inc")
ROW = re.compile(r'\{"(.*)", "(.*)", (\d+), "(....)"\}')
REFUSAL = b"HTTP/1.0 403 Asked\r\nContent-Length: 0\r\n\r\n"


def rows():
    """(list, host, port, letters) of each row of the table."""
    with open(TABLE, encoding="ascii") as file:
        found = ROW.findall(file.read())
    return [(text.replace("\\t", "\t"), host, int(port), letters)
            for text, host, port, letters in found]


def version_of(program):
    """The first line that it says of itself; "" if it is not here."""
    if shutil.which(program) is None:
        return ""
    done = subprocess.run([program, "--version"], capture_output=True,
                          check=False)
    return done.stdout.decode().partition("\n")[0]


class Asked:
    """A proxy that refuses, and knows whether it was asked."""

    def __enter__(self):
        self.count = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _serve(self):
        while True:
            try:
                stream, _ = self.socket.accept()
            except OSError:
                return
            with stream:
                stream.settimeout(10)
                self.count += 1
                stream.recv(4096)
                stream.sendall(REFUSAL)


class Rules(Case):
    def compare(self, column, command, versions):
        version = version_of(command[0])
        if not version:
            missing(command[0])
        if not re.match(versions, version):
            self.skipTest(f"the rules are those of {versions}: {version}")
        env = Lookups(self).env
        with Asked() as proxy:
            for text, host, port, letters in rows():
                if port == 0:
                    continue
                before = proxy.count
                self.run_program(
                    *command, f"http://{host}:{port}/",
                    env={**env, "http_proxy": proxy.url, "no_proxy": text,
                         "HOME": self.folder})
                with self.subTest(no_proxy=text, host=host):
                    self.assertEqual("dp"[proxy.count > before],
                                     letters[column])

    def test_the_table_is_not_short(self):
        self.assertGreaterEqual(
            len([row for row in rows() if row[2] != 0]), 40)

    def test_curl(self):
        self.compare(0, ["curl", "-q", "-s", "-m", "10", "--connect-to",
                         "::127.0.0.1:1"], r"curl 7\.8[78]\.")

    def test_wget(self):
        self.compare(1, ["wget", "-q", "--no-config", "-t", "1", "-T", "10",
                         "-O", os.devnull], r"GNU Wget 1\.2")

    def test_python(self):
        for text, host, port, letters in rows():
            url = f"http://{host}:{port}/" if port else f"http://{host}/"
            env = clean_environment(http_proxy="http://p.test", no_proxy=text)
            with self.subTest(no_proxy=text, host=host), \
                    mock.patch.dict(os.environ, env, clear=True):
                self.assertEqual(
                    "pd"[bool(urllib.request.proxy_bypass_environment(
                        urllib.request.Request(url).host))], letters[3])


if __name__ == "__main__":
    unittest.main()
