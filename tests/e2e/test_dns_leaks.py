"""SOCKS-02: which names leave the machine, seen from where they would arrive.

A network of its own has the loopback alone and, on it, a resolver that notes
every question; resolv.conf and nsswitch.conf lead there.  Nothing stands
before getaddrinfo(3): the C library asks as it always does.  That takes
namespaces (unshare -Urnm), which some machines do not allow.
"""
import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, made, trust  # noqa: E402
from scripted import Server, Step, connect, moved, reply  # noqa: E402

WITHIN = "DIAL_DNS_LEAKS_WITHIN"  # in the environment: we are in it
UNSHARE = ["unshare", "-Urnm"]
RESOLVERS_FILES = {"/etc/resolv.conf": "nameserver 127.0.0.1\n"
                                       "options timeout:2 attempts:1\n",
                   "/etc/nsswitch.conf": "hosts: files dns\n",
                   "/etc/hosts": "127.0.0.1 localhost\n"}
TYPE_A = 1
SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # netdevice(7)


class Resolver:
    """Answers for names that end in .test: they are 127.0.0.1."""

    def __init__(self):
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            question, caller = self.socket.recvfrom(4096)
            name, end = self._name(question)
            kind = int.from_bytes(question[end:end + 2], "big")
            self.asked.append(name)
            self.socket.sendto(self._answer(question, name, kind, end + 4),
                               caller)

    @staticmethod
    def _name(message):
        """RFC 1035 4.1.2: the name asked for, and where it ends."""
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode())
            at += 1 + message[at]
        return ".".join(labels), at + 1

    @staticmethod
    def _answer(question, name, kind, end):
        known = name.endswith(".test")
        address = known and kind == TYPE_A
        head = question[:2] + (b"\x85\x80" if known else b"\x85\x83") + \
            b"\0\1" + bytes([0, address]) + b"\0\0\0\0"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1"
        return head + question[12:end] + (record if address else b"")


def socks(scheme, by_name, to):
    """The script of a SOCKS proxy that is asked for origin.test:PORT."""
    four = scheme.startswith("socks4")
    length = (9 if four else 10) if not by_name else \
        (21 if four else 18)
    granted = b"\0\x5a" + b"\0" * 6 if four else b"\5\0\0\1" + b"\0" * 6
    ask = Step(expect=length, send=granted, tunnel=("127.0.0.1", to.port))
    return [ask] if four else [Step(expect=3, send=b"\5\0"), ask]


class Leaks(Case):
    """Each page is that of origin.test; the proxies' names are proxy.test."""

    resolver = None

    @classmethod
    def setUpClass(cls):
        cls.resolver = cls.resolver or Resolver()

    def setUp(self):
        super().setUp()
        self.resolver.asked.clear()

    def asked(self):
        return sorted(set(self.resolver.asked))

    def fetch(self, *args, env=None):
        self.assertEqual(self.dial_ok(*args, env=env), b"x")

    def test_without_a_proxy_it_is_asked(self):
        """Else nothing here would mean anything."""
        with Server([reply(b"x")]) as a:
            self.fetch(a.url(host="origin.test"))
        self.assertEqual(self.asked(), ["origin.test"])

    def test_SOCKS_02_by_who_looks_it_up(self):
        for scheme, by_name in (("socks4", False), ("socks4a", True),
                                ("socks5", False), ("socks5h", True)):
            for tls in None, "good":
                with self.subTest(scheme=scheme, tls=tls), \
                        Server([reply(b"x")], tls=tls) as a, \
                        Server(socks(scheme, by_name, a)) as p:
                    for args, env in (
                            (["-x", f"{scheme}://127.0.0.1:{p.port}"], {}),
                            ([], {"all_proxy":
                                  f"{scheme}://127.0.0.1:{p.port}"})):
                        self.resolver.asked.clear()
                        self.fetch(*args, "-k", a.url(host="origin.test"),
                                   env=env)
                        self.assertEqual(
                            self.asked(), [] if by_name else ["origin.test"])

    def test_SOCKS_02_the_proxys_own_name_is_asked(self):
        with Server([reply(b"x")]) as a, \
                Server(socks("socks5h", True, a)) as p:
            self.fetch("-x", f"socks5h://proxy.test:{p.port}",
                       a.url(host="origin.test"))
        self.assertEqual(self.asked(), ["proxy.test"])

    def test_by_an_http_proxy(self):
        with Server([reply(b"x")]) as p:
            self.fetch("-x", p.url(), "http://origin.test/")
            self.assertEqual(self.asked(), [])
            self.fetch("-x", p.url(host="proxy.test"), "http://origin.test/")
            self.assertEqual(self.asked(), ["proxy.test"])

    def test_by_a_tunnel(self):
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)]) as p:
            for extra in [], ["-v"], ["--no-keepalive"], ["--noproxy", "x"]:
                done = self.dial(*extra, *trust(), "-x", p.url(),
                                 a.url(host="a.test"))
                self.assertEqual(done.stdout, b"x", done.stderr)
                self.assertEqual(self.asked(), [])
            self.fetch(*trust(), "-x", p.url(host="proxy.test"),
                       a.url(host="a.test"))
            self.assertEqual(self.asked(), ["proxy.test"])

    def test_by_an_https_proxy(self):
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)], tls="proxy") as p:
            for host, asked in ("127.0.0.1", []), \
                    ("proxy.test", ["proxy.test"]):
                self.fetch(*trust(), "--proxy-cacert", made("root.pem"), "-x",
                           p.url(host=host), a.url(host="a.test"))
                self.assertEqual(self.asked(), asked)

    def test_by_a_chain(self):
        """--preproxy is told the HTTP proxy's name, and that the origin's."""
        with Server([reply(b"x")]) as far, Server(
                [Step(expect=3, send=b"\5\0"),
                 Step(expect=17, send=b"\5\0\0\1" + b"\0" * 6,
                      tunnel=("127.0.0.1", far.port))]) as near:
            self.fetch("--preproxy", f"socks5h://127.0.0.1:{near.port}", "-x",
                       "http://proxy.test:9", "http://origin.test/")
            self.assertEqual(self.asked(), [])

    def test_what_a_proxy_does_not_get_is_not_tried_here(self):
        """A refusal, a dead proxy, one that hangs up."""
        with Server([reply(b"", status="502 Bad")]) as p:
            self.assert_fails(self.dial("-x", p.url(), "https://origin.test/"),
                              7)
        with Server([Step(expect=3, send=b"\5\0"),
                     Step(expect=1, send=b"\5\4\0\1" + b"\0" * 6)]) as p:
            self.assert_fails(self.dial("-x", f"socks5h://127.0.0.1:{p.port}",
                                        "http://origin.test/"), 97)
        for scheme in "http", "https", "socks4a", "socks5h":
            done = self.dial("--retry", "1", "--retry-all-errors",
                             "--retry-delay", "0", "-x",
                             f"{scheme}://127.0.0.1:9", "http://origin.test/")
            self.assertEqual(done.returncode, 7, done.stderr)
        self.assertEqual(self.asked(), [])

    def test_a_list_of_no_proxy_is_compared_by_its_letters(self):
        """No name is looked up to see whether a network covers it."""
        with Server([reply(b"x")]) as p:
            for entry in "10.0.0.0/8", "127.0.0.0/8", "127.0.0.1", "b.test":
                self.fetch("http://origin.test/", env={
                    "http_proxy": p.url(), "no_proxy": entry})
            self.dial_ok("--noproxy-test", "http://origin.test/",
                         "https://other.test/", env={
                             "http_proxy": p.url(),
                             "no_proxy": "10.0.0.0/8,b.test"})
        self.assertEqual(self.asked(), [])

    def test_CRED_14_of_a_password_nothing_is_asked(self):
        for proxy in ("http://me:SECRET@x.test@p.test:9",
                      "http://me:SECRET.test#@p.test:9",
                      "http://me:SECRET.test/@p.test:9"):
            self.assert_fails(self.dial("-x", proxy, "http://origin.test/"),
                              5)
        self.assertEqual(self.asked(), [])

    def test_a_redirect_goes_the_same_way(self):
        with Server([moved("http://other.test/", close=False),
                     reply(b"x")]) as p:
            self.fetch("-L", "--http1.1", "-x", p.url(),
                       "http://origin.test/")
        self.assertEqual(self.asked(), [])

    def test_a_name_of_tors_is_never_asked(self):
        """RFC 7686; by a proxy that takes names it goes there alone."""
        for host in "x.onion", "a.x.ONION", "x.onion.", "onion":
            for args in [], ["-x", "socks5://127.0.0.1:9"], \
                    ["-x", "socks4://127.0.0.1:9"]:
                done = self.dial(*args, f"http://{host}/")
                self.assert_fails(done, 6, "Tor")
            self.assert_fails(self.dial("-x", f"http://{host}:9",
                                        "http://a.test/"), 5, "Tor")
        with Server([reply(b"x")]) as a, Server(
                [Step(expect=3, send=b"\5\0"),
                 Step(expect=14, send=b"\5\0\0\1" + b"\0" * 6,
                      tunnel=("127.0.0.1", a.port))]) as p:
            self.fetch("-x", f"socks5h://127.0.0.1:{p.port}",
                       "http://x.onion/")
            self.assertIn(b"\7x.onion", p.requests[1])
        self.assertEqual(self.asked(), [])


# --- The network -------------------------------------------------------------

def allowed():
    """Whether this machine lets us have a network of our own."""
    try:
        return subprocess.run([*UNSHARE, "true"], stderr=subprocess.DEVNULL,
                              check=False).returncode == 0
    except OSError:
        return False


def move_in():
    """The loopback comes up, and the C library finds our resolver."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
    with tempfile.TemporaryDirectory(prefix="dial-dns.") as folder:
        for path, text in RESOLVERS_FILES.items():
            own = os.path.join(folder, os.path.basename(path))
            with open(own, "w", encoding="ascii") as file:
                file.write(text)
            subprocess.run(["mount", "--bind", own, path], check=True)


def main():
    if os.environ.get(WITHIN):
        move_in()
        unittest.main(verbosity=1)
    if allowed():
        os.execvpe(UNSHARE[0], [*UNSHARE, sys.executable, *sys.argv],
                   {**os.environ, WITHIN: "yes"})
    print("test_dns_leaks.py: unshare -Urnm is not allowed here, so it was "
          "not tested which names leave the machine")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


if __name__ == "__main__":
    main()
