"""CASES A5 and PROTOCOL 72: what SOCKS proxies may say, and what they may not."""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, Lookups, trust  # noqa: E402
from scripted import Server, Step, connect, reply  # noqa: E402

GRANTED4 = b"\0\x5a\0\0\0\0\0\0"
GRANTED5 = b"\5\0\0\1\0\0\0\0\0\0"
GREETING = 3  # bytes of it, without a login to offer
LINE = b"Thu Aug 27 12:34:28 1998\r\n"
# Of a request for a.test:80, by name, and for 127.0.0.1:80.
LENGTHS = {"socks4": 9, "socks4a": 16, "socks5": 10, "socks5h": 13}


def script(scheme, answer, **members):
    """A proxy that reads what it is asked and answers so."""
    ask = Step(expect=LENGTHS[scheme], send=answer, **members)
    if scheme.startswith("socks4"):
        return [ask]
    return [Step(expect=GREETING, send=b"\5\0"), ask]


class Replies(Case):
    def through(self, steps, scheme="socks5h", url="http://a.test/", code=97,
                args=(), words=()):
        """A run that fails; its sentence, without the port."""
        lookups = Lookups(self)
        before = len(lookups.names)
        with Server(steps) as p:
            proxy = f"127.0.0.1:{p.port}"
            done = self.dial("-4", "-o", "out", *args, "-x",
                             f"{scheme}://{proxy}", url, env=lookups.env)
            said = self.assert_fails(done, code, proxy, *words)
            self.assertEqual(done.stdout, b"")
            self.assertEqual(len(p.connections), 1)
        self.assertNotIn("out", self.files())
        if scheme.endswith(("a", "h")):
            self.assertEqual(lookups.names[before:], [])
        return said.replace(proxy, "PROXY")

    def test_SOCKS_04_every_code_of_version_5(self):
        """1 to 8 in words of their own, those after it by their number."""
        said = {}
        for code in range(1, 256):
            line = self.through(script("socks5h", bytes(
                [5, code, 0, 1, 0, 0, 0, 0, 0, 0])), words=["a.test:80"])
            self.assertNotIn(line, said.values())
            said[code] = line
            if code > 8:
                self.assertIn(f"unknown code {code}", line)
            else:
                self.assertNotRegex(line, f" {code}\\b")

    def test_PROTOCOL_72_every_code_of_version_4(self):
        said = set()
        for code in 91, 92, 93:
            for scheme in "socks4", "socks4a":
                said.add(self.through(
                    script(scheme, bytes([0, code]) + b"\0" * 6),
                    scheme).replace("127.0.0.1:80", "a.test:80"))
        self.assertEqual(len(said), 3)
        for code in 0, 1, 89, 94, 255:
            self.through(script("socks4a", bytes([0, code]) + b"\0" * 6),
                         "socks4a", words=[f"unknown code {code}"])

    def test_SOCKS_04_cut_at_every_byte(self):
        for scheme, whole in (("socks4a", GRANTED4), ("socks5h", GRANTED5),
                              ("socks5h", b"\5\0\0\4" + b"\0" * 18),
                              ("socks5h", b"\5\0\0\3\4name\0\0")):
            for end in range(len(whole)):
                with self.subTest(whole=whole, end=end):
                    said = self.through(
                        script(scheme, whole[:end], close=True), scheme)
                    self.assertIn("hung up", said)

    def test_SOCKS_04_byte_by_byte(self):
        """However slowly it comes, not a byte too many is taken."""
        for scheme, whole in (("socks4a", GRANTED4), ("socks5h", GRANTED5),
                              ("socks5h", b"\5\0\0\3\4name\0\0")):
            said = whole + LINE
            steps = script(scheme, said[:1]) + [
                Step(expect=None, delay=0.002, send=said[i:i + 1])
                for i in range(1, len(said))]
            steps[-1].close = True
            with Server(steps) as p:
                self.assertEqual(self.dial_ok(
                    "-s", "-x", f"{scheme}://127.0.0.1:{p.port}",
                    "daytime://a.test:80"), LINE)

    def test_SOCKS_04_the_bound_address_by_its_type(self):
        """A name of 0 to 255 bytes, of any bytes, and what is glued to it."""
        for bound in (b"\1" + b"\xff" * 6, b"\4" + b"\xff" * 18,
                      *(b"\3" + bytes([n]) + b"\5" * n + b"\0\0"
                        for n in (0, 1, 254, 255))):
            with Server(script("socks5h", b"\5\0\0" + bound + LINE,
                               close=True)) as p:
                self.assertEqual(self.dial_ok(
                    "-s", "-x", f"socks5h://127.0.0.1:{p.port}",
                    "daytime://a.test:80"), LINE)

    def test_SOCKS_04_types_that_are_none(self):
        for kind in (0, 2, 5, 255):
            self.through(script("socks5h", bytes([5, 0, 0, kind]) + b"\0" * 9),
                         words=["unknown address type"])

    def test_SOCKS_04_rubbish(self):
        """No page, and no hang, whatever comes and however much of it."""
        chance = random.Random(1928)
        for length in 1, 2, 8, 100, 1_000_000:
            for scheme in "socks4a", "socks5h":
                rubbish = b"\x77" + chance.randbytes(length)
                self.through([Step(expect=LENGTHS[scheme]
                                   if scheme == "socks4a" else GREETING,
                                   send=rubbish, close=True)], scheme,
                             words=["version 119"])
        for length in 1, 4, 1_000_000:
            self.through(script("socks5h", b"\x77" * max(length, 4),
                                close=True), words=["version 119"])

    def test_SOCKS_04_more_than_was_due(self):
        """Bytes after the reply are the origin's, and are no TLS and no
        HTTP: it fails there, and not as a reply of the proxy."""
        for scheme, whole in ("socks4a", GRANTED4), ("socks5h", GRANTED5):
            with Server(script(scheme, whole + b"x" * 1_000_000)) as p:
                done = self.dial("-x", f"{scheme}://127.0.0.1:{p.port}",
                                 "http://a.test/")
                self.assert_fails(done, 1, "a.test")
                self.assertEqual(done.stdout, b"")

    def test_PROTOCOL_72_methods(self):
        for method, words in ((b"\5\xff", "wants a login"),
                              (b"\5\1", "not offered: 1"),
                              (b"\5\2", "not offered: 2"),
                              (b"\5\x80", "not offered: 128"),
                              (b"\4\0", "version 4"), (b"\0\x5b", "version 0"),
                              (b"\1\0", "version 1")):
            self.through([Step(expect=GREETING, send=method)], words=[words])

    def test_PROTOCOL_72_answers_to_a_login(self):
        """Status 0 is yes, all else is no; and the version is 1."""
        for answer, words in ((b"\1\1", "did not accept"),
                              (b"\1\xff", "did not accept"),
                              (b"\5\0", "login version 5")):
            said = self.through([Step(expect=4, send=b"\5\2"),
                                 Step(expect=11, send=answer)],
                                args=["-U", "me:SECRET"], words=[words])
            self.assertNotIn("SECRET", said)

    def test_PROTOCOL_72_no_answer_in_time(self):
        """Whom it waits for, and no look-up in the meantime."""
        for steps in ([Step(expect=GREETING)],
                      [Step(expect=GREETING, send=b"\5\0"), Step(expect=13)]):
            self.through(steps, code=28, args=["--connect-timeout", "0.3"],
                         words=["SOCKS proxy"])

    def test_SOCKS_02_a_refusal_is_not_tried_here_instead(self):
        """Of neither the name nor the address: the way stays the way."""
        with Server([reply(b"past the proxy")]) as a:
            for code in 4, 8:
                self.through(
                    script("socks5h", bytes([5, code, 0, 1]) + b"\0" * 6),
                    url=a.url(host="a.test"), code=97)
            self.assertEqual(a.connections, [])


class Logins(Case):
    def ask(self, user, password, *args):
        """What the proxy read of the login, by SOCKS5."""
        length = 3 + len(user) + len(password)
        with Server([reply(b"x")]) as a, Server(
                [Step(expect=4, send=b"\5\2"),
                 Step(expect=length, send=b"\1\0"),
                 Step(expect=13, send=GRANTED5,
                      tunnel=("127.0.0.1", a.port))]) as p:
            self.dial_ok(*[arg.replace("@p", f"127.0.0.1:{p.port}")
                           for arg in args], "http://a.test/")
            return p.requests[1]

    def test_SOCKS_03_lengths(self):
        for length in 1, 2, 254, 255:
            user, password = "u" * length, "p" * length
            told = b"\1" + bytes([length]) + user.encode() + \
                bytes([length]) + password.encode()
            for args in (["-x", "socks5h://@p", "-U", f"{user}:{password}"],
                         ["-x", f"socks5h://{user}:{password}@@p"],
                         ["--socks5-hostname", f"{user}:{password}@@p"]):
                self.assertEqual(self.ask(user, password, *args), told)

    def test_SOCKS_03_too_long(self):
        """Refused, not cut, and none of it is said."""
        for user, password in (("u" * 256, "p"), ("u", "p" * 256),
                               ("u" * 30_000, "p" * 30_000)):
            with Server([Step(expect=4, send=b"\5\2"),
                         Step(expect=1)]) as p:
                for args in (["-U", f"{user}:{password}", "-x",
                              f"socks5h://127.0.0.1:{p.port}"],
                             ["-x", f"socks5h://{user}:{password}@127.0.0.1:"
                              f"{p.port}"]):
                    done = self.dial(*args, "http://a.test/")
                    said = self.assert_fails(done, 97, "255")
                    self.assertNotIn("uuu", said)
                    self.assertNotIn("ppp", said)
                self.assertNotIn(b"uuu", p.heard)
                self.assertNotIn(b"ppp", p.heard)

    def test_SOCKS_03_empty_ones(self):
        """RFC 1929 counts from 1."""
        for given in ":p", "u:":
            with Server([Step(expect=4, send=b"\5\2")]) as p:
                done = self.dial("-U", given, "-x",
                                 f"socks5h://127.0.0.1:{p.port}",
                                 "http://a.test/")
                self.assert_fails(done, 97, "0 bytes")

    def test_SOCKS_03_any_bytes(self):
        """Percent-encoded in a URL, and UTF-8 as it is."""
        user, password = b"a:b@c", "p\u00e4\u00df/#".encode()
        told = self.ask(user, password, "-x",
                        "socks5h://a%3Ab%40c:p%C3%A4%C3%9F%2F%23@@p")
        self.assertEqual(told, b"\1" + bytes([len(user)]) + user +
                         bytes([len(password)]) + password)

    def test_PROTOCOL_72_user_of_version_4(self):
        """Before the NUL, and with nothing of a password."""
        with Server([reply(b"x")]) as a, Server(
                [Step(expect=18, send=GRANTED4,
                      tunnel=("127.0.0.1", a.port))]) as p:
            self.dial_ok("-x", f"socks4a://me:SECRET@127.0.0.1:{p.port}",
                         "http://a.test/")
            self.assertEqual(p.requests[0],
                             b"\4\1\0\x50\0\0\0\1me\0a.test\0")
            self.assertNotIn(b"SECRET", p.heard)


class Names(Case):
    def test_SOCKS_01_by_their_length(self):
        """254 bytes with the final dot fit; 255 and more are no names."""
        for length, fits in (253, True), (254, False), (255, False), \
                (256, False), (300, False):
            host = "a" * 63 + "." + "b" * 63 + "." + "c" * 63 + "."
            host += ("d" * 20 + ".") * ((length - len(host)) // 21)
            host += "e" * (length - len(host))
            self.assertEqual(len(host), length)
            for scheme in "socks4a", "socks5h":
                lookups = Lookups(self)
                extra = 10 if scheme == "socks4a" else 7
                with Server([reply(b"x")]) as a, Server(
                        ([Step(expect=GREETING, send=b"\5\0")]
                         if scheme == "socks5h" else []) +
                        [Step(expect=extra + length, tunnel=("127.0.0.1",
                                                             a.port),
                              send=GRANTED5 if scheme == "socks5h"
                              else GRANTED4)]) as p:
                    done = self.dial("-x", f"{scheme}://127.0.0.1:{p.port}",
                                     f"http://{host}/", env=lookups.env)
                    if fits:
                        self.assertEqual(done.stdout, b"x", done.stderr)
                        self.assertIn(host.encode(), p.requests[-1])
                    else:
                        self.assertIn(done.returncode, (3, 97), done.stderr)
                        self.assertNotIn(b"ccc", p.heard)
                self.assertEqual(lookups.names, [])

    def test_SOCKS_02_secrets_and_names_of_an_https_page(self):
        """The proxy hears the name once, and nothing of what is inside."""
        with Server([reply(b"x")], tls="good") as a, Server(
                [Step(expect=GREETING, send=b"\5\0"),
                 Step(expect=13, send=GRANTED5,
                      tunnel=("127.0.0.1", a.port))]) as p:
            lookups = Lookups(self)
            self.dial_ok(*trust(), "-u", "me:SECRET", "-H", "X: SECRET", "-x",
                         f"socks5h://127.0.0.1:{p.port}",
                         a.url("/SECRET", host="a.test"), env=lookups.env)
            self.assertNotIn(b"SECRET", p.heard)
            self.assertIn(b"SECRET", a.requests[0])
            self.assertEqual(lookups.names, [])


class Chains(Case):
    def test_PROXY_01_each_proxy_hears_its_own_login(self):
        """--preproxy's is SOCKS's, -x's the HTTP proxy's, -u the origin's."""
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)]) as far, Server(
                    [Step(expect=4, send=b"\5\2"),
                     Step(expect=11, send=b"\1\0"),
                     Step(expect=13, send=GRANTED5,
                          tunnel=("127.0.0.1", far.port))]) as near:
            lookups = Lookups(self)
            self.dial_ok(*trust(), "-u", "me:third", "-x",
                         "http://bob:second@p.test:3", "--preproxy",
                         f"socks5h://ann:first@127.0.0.1:{near.port}",
                         a.url(host="a.test"), env=lookups.env)
            self.assertEqual(near.requests[1], b"\1\3ann\5first")
            self.assertIn(b"\3\6p.test\0\3", near.requests[2])
            self.assertNotIn(b"first", far.heard)
            self.assertIn(b"Proxy-Authorization: Basic Ym9iOnNlY29uZA==",
                          far.requests[0])
            self.assertNotIn(b"roxy", a.requests[0])
            self.assertEqual(lookups.names, [])

    def test_SOCKS_04_the_near_one_refuses_the_far_one(self):
        with Server(script("socks5h", b"\5\5\0\1" + b"\0" * 6)) as near:
            done = self.dial("-x", "http://p.test:80", "--preproxy",
                             f"socks5h://127.0.0.1:{near.port}",
                             "https://a.test/")
            self.assert_fails(done, 97, f"127.0.0.1:{near.port}",
                              "was refused when it called p.test:80")


if __name__ == "__main__":
    unittest.main(verbosity=1)
