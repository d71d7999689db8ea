"""What the end-to-end tests share: the program, its folder, its environment.

A test stands in a folder of its own and in an environment that leads nowhere.
Names are mapped with --resolve or --connect-to; `Lookups` answers for the
machine's resolver and logs what it was asked, so that a test can say that a
name was never looked up.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from scripted import certificates  # noqa: E402

DIAL = os.path.abspath(os.environ.get("DIAL", "./dial"))
TIMEOUT = 60  # seconds for anything that could hang: sanitizers are slow
LEADS_ELSEWHERE = {"CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
                   "CURL_HOME", "DIAL_HOME", "XDG_CONFIG_HOME",
                   "REQUEST_METHOD", "GATEWAY_INTERFACE"}


def clean_environment(**more):
    """The caller's environment without what leads elsewhere, and more."""
    env = {k: v for k, v in os.environ.items()
           if not k.lower().endswith("_proxy") and k not in LEADS_ELSEWHERE}
    return {**env, "LC_ALL": "C", **more}


def made(name):
    """The path of a file of certs/README.md."""
    return os.path.join(certificates(), name)


def trust():
    """The option that trusts the test authority."""
    return ["--cacert", made("root.pem")]


def at(server, *names):
    """The options that make these names the server's."""
    options = []
    for name in names:
        options += ["--resolve", f"{name}:{server.port}:127.0.0.1"]
    return options


def instead(server, place):
    """The option that connects to the server where `place` is meant."""
    return ["--connect-to", f"{place}:127.0.0.1:{server.port}"]


def fields(message):
    """A message's fields as a list of (lower-case name, value)."""
    head = message.split(b"\r\n\r\n")[0].decode("latin-1")
    pairs = [line.split(":", 1) for line in head.split("\r\n")[1:]]
    return [(name.lower(), value.strip()) for name, value in pairs]


def field(message, name):
    """The values of one field."""
    return [value for known, value in fields(message) if known == name]


def start_line(message):
    return message.split(b"\r\n")[0].decode("latin-1")


def body(message):
    return message.split(b"\r\n\r\n", 1)[1]


class Case(unittest.TestCase):
    """Each test stands in a folder of its own."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="dial-e2e.")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def files(self):
        return sorted(os.listdir(self.folder))

    def run_program(self, program, *args, stdin=b"", env=None, **more):
        return subprocess.run([program, *args], input=stdin,
                              capture_output=True, timeout=TIMEOUT,
                              cwd=self.folder, check=False,
                              start_new_session=True,  # no terminal to ask on
                              env=clean_environment(**(env or {})), **more)

    def dial(self, *args, **more):
        return self.run_program(DIAL, *args, **more)

    def dial_ok(self, *args, **more):
        """Standard output of a run that succeeds and has nothing to say."""
        done = self.dial(*args, **more)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout

    def assert_fails(self, done, code, *words):
        """The exit code, the sentence that bears it, and words that are in
        it; what stands before it, warnings or -v, is left out."""
        said = done.stderr.decode()
        self.assertEqual(done.returncode, code, said)
        start = re.search(rf"(?m)^dial: \({code}\) ", said)
        self.assertIsNotNone(start, said)
        for word in words:
            self.assertIn(word, said[start.start():])
        return said[start.start():]


# --- Who was looked up -------------------------------------------------------

class Lookups:
    """Stands before getaddrinfo(3): logs each name that it is asked for, and
    knows only names that end in .test, all of which are this machine."""

    _library = None

    def __init__(self, case):
        self.log = case.path("lookups.log")
        self.env = {"LD_PRELOAD": self._build(), "LOOKUPS_LOG": self.log}
        if "address" in os.environ.get("SANITIZER_FLAGS", ""):
            self.env["ASAN_OPTIONS"] = "verify_asan_link_order=0:" + \
                os.environ.get("ASAN_OPTIONS", "")

    @property
    def names(self):
        """The names in the order they were asked for, each family its own."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="latin-1") as file:
            return file.read().splitlines()

    @classmethod
    def _build(cls):
        if cls._library is None:
            folder = tempfile.mkdtemp(prefix="dial-lookups.")
            unittest.addModuleCleanup(shutil.rmtree, folder)
            cls._library = os.path.join(folder, "lookups.so")
            source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                  "lookups.c")
            subprocess.run([*os.environ.get("CC", "cc").split(), "-shared",
                            "-fPIC", "-o", cls._library, source], check=True)
        return cls._library
