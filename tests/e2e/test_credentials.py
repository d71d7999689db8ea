"""CASES A1: secrets stay with the origin that they were given for."""
import base64
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (Case, Lookups, at, body,  # noqa: E402
                     field, fields, instead, start_line, trust)
from scripted import Server, closed_port, connect, moved, reply  # noqa: E402

SECRET = "SECRETx1"
FORMS = [SECRET.encode(),  # as it is, and in base64 at each alignment
         *(base64.b64encode(b"u" * n + SECRET.encode())[2 * n:-4]
           for n in range(3))]
STATUSES = ["300 Choices", "301 Moved", "302 Found", "303 See", "307 Same",
            "308 Same"]


class Credentials(Case):
    def assert_kept_from(self, *servers):
        for server in servers:
            for form in FORMS:
                self.assertNotIn(form, server.heard)
            self.assertNotIn(b"authorization", server.heard.lower())
            self.assertNotIn(b"cookie", server.heard.lower())

    def follow(self, *args, status="302 Found"):
        """a.test sends us to b.test; the requests of both."""
        lookups = Lookups(self)
        with Server([reply(b"B")]) as b:
            to = b.url("/b", host="b.test")
            with Server([moved(to, status=status)]) as a:
                out = self.dial_ok("-L", *args, *at(a, "a.test"),
                                   *at(b, "b.test"), a.url(host="a.test"),
                                   env=lookups.env)
                self.assertEqual(out, b"B")
                self.assertEqual(lookups.names, [])
                return a, b

    def test_CRED_01_authorization_is_not_sent_on(self):
        for secret in ("Authorization: Bearer " + SECRET,
                       "Authorization: Basic " + SECRET):
            a, b = self.follow("-H", secret)
            self.assertIn(SECRET.encode(), a.heard)
            self.assert_kept_from(b)

    def test_CRED_01_neither_is_a_user(self):
        a, b = self.follow("-u", "me:" + SECRET)
        self.assertEqual(len(field(a.requests[0], "authorization")), 1)
        self.assert_kept_from(b)

    def test_CRED_01_nor_the_user_of_the_url(self):
        with Server([reply(b"B")]) as b, Server(
                [moved(b.url(host="b.test"))]) as a:
            self.dial_ok("-L", *at(a, "a.test"), *at(b, "b.test"),
                         a.url(host="a.test", user="me:" + SECRET))
            self.assertEqual(len(field(a.requests[0], "authorization")), 1)
            self.assert_kept_from(b)

    def test_CRED_01_what_was_dropped_never_comes_back(self):
        """a.test to b.test and back: the way back was b's idea."""
        with Server([]) as b:
            first = [moved(b.url(host="b.test"))]
            with Server(first, [reply(b"A")]) as a:
                b.scripts = [[moved(a.url("/2", host="a.test"))]]
                out = self.dial_ok(
                    "-L", "-u", "me:" + SECRET, "-b", "s=" + SECRET, "-H",
                    "Authorization: Bearer " + SECRET, *at(a, "a.test"),
                    *at(b, "b.test"), a.url(host="a.test"))
                self.assertEqual(out, b"A")
                self.assertIn(SECRET.encode(), a.requests[0])
                self.assertNotIn(SECRET.encode(), a.requests[1])
                self.assertEqual(field(a.requests[1], "authorization"), [])
                self.assert_kept_from(b)

    def test_CRED_01_a_new_user_in_the_location_is_bs_own(self):
        """What B's own URL holds is no secret of A's."""
        with Server([reply(b"B")]) as b, Server(
                [moved(b.url(host="b.test", user="other:word"))]) as a:
            self.dial_ok("-L", "-u", "me:" + SECRET, *at(a, "a.test"),
                         *at(b, "b.test"), a.url(host="a.test"))
            for form in FORMS:
                self.assertNotIn(form, b.heard)

    def test_CRED_01_the_same_origin_keeps_them(self):
        """Else the tests above could not fail."""
        with Server([moved("/2")], [reply(b"A")]) as a:
            self.dial_ok("-L", "-H", "Authorization: Bearer " + SECRET, "-b",
                         "s=" + SECRET, a.url())
            self.assertEqual(a.requests[1].count(SECRET.encode()), 2)

    def test_CRED_02_in_whatever_case(self):
        for name in ("authorization", "AUTHORIZATION", "aUTHORIZATION"):
            a, b = self.follow("-H", f"{name}: Bearer {SECRET}")
            self.assertIn(SECRET.encode(), a.heard)
            self.assert_kept_from(b)

    def test_CRED_02_a_name_with_a_space_is_refused(self):
        with Server([reply(b"A")]) as a:
            done = self.dial("-H", "Authorization : Bearer " + SECRET, a.url())
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn(SECRET.encode(), done.stderr)
            self.assertEqual(a.connections, [])

    def test_CRED_03_another_port_is_another_origin(self):
        with Server([reply(b"B")]) as b, Server([moved(b.url())]) as a:
            self.dial_ok("-L", "-u", "me:" + SECRET, "-b", "s=" + SECRET,
                         "-H", "Authorization: Bearer " + SECRET, a.url())
            self.assertIn(SECRET.encode(), a.heard)
            self.assert_kept_from(b)

    def test_CRED_03_another_scheme_is_another_origin(self):
        """From http to https as well: same host, default ports."""
        with Server([reply(b"B")], tls="good") as b, Server(
                [moved("https://a.test/")]) as a:
            self.dial_ok("-L", "-u", "me:" + SECRET, *trust(),
                         *instead(a, "a.test:80"), *instead(b, "a.test:443"),
                         "http://a.test/")
            self.assert_kept_from(b)

    def test_CRED_04_https_to_http_on_the_same_host(self):
        arguments = ["-L", "-u", "me:" + SECRET, "-b", "s=" + SECRET, "-H",
                     "Authorization: Bearer " + SECRET]
        for silent in ([], ["-s"]):
            with Server([reply(b"B")]) as b, Server(
                    [moved("http://a.test/")], tls="good") as a:
                done = self.dial(
                    *arguments, *silent, *trust(), *instead(a, "a.test:443"),
                    *instead(b, "a.test:80"), "https://a.test/")
                self.assertEqual((done.returncode, done.stdout), (0, b"B"))
                self.assertIn(SECRET.encode(), a.heard)
                self.assert_kept_from(b)
            if silent:
                self.assertEqual(done.stderr, b"")
            else:
                self.assertIn(b"warning: ", done.stderr)
                self.assertIn(b"not encrypted", done.stderr)

    def test_CRED_06_whatever_the_status(self):
        for status in STATUSES:
            with self.subTest(status=status):
                a, b = self.follow("-H", "Authorization: Bearer " + SECRET,
                                   "-u", "me:" + SECRET, status=status)
                self.assertIn(SECRET.encode(), a.heard)
                self.assert_kept_from(b)

    def test_CRED_07_cookies_given_by_the_user(self):
        for args in (["-H", "Cookie: s=" + SECRET], ["-b", "s=" + SECRET],
                     ["-H", "cOOKIE: s=" + SECRET]):
            with self.subTest(args=args):
                a, b = self.follow(*args)
                self.assertEqual(field(a.requests[0], "cookie"),
                                 ["s=" + SECRET])
                self.assert_kept_from(b)

    def test_CRED_08_proxy_authorization_is_not_for_origins(self):
        given = ["-H", "Proxy-Authorization: Basic " + SECRET]
        with Server([reply(b"A")]) as a:
            self.dial(*given, a.url())
            self.assert_kept_from(a)
        a, b = self.follow(*given)
        self.assert_kept_from(a, b)
        with Server([reply(b"A")], tls="good") as a, \
                Server([connect(a.port)]) as p:
            self.dial_ok(*given, *trust(), "-x", p.url(),
                         a.url(host="a.test"))
            self.assertEqual(len(a.requests), 1)
            self.assert_kept_from(a)
        with Server([reply(b"A")]) as a, Server([connect(a.port)]) as p:
            self.dial_ok(*given, "-p", "-x", p.url(), a.url(host="a.test"))
            self.assertEqual(len(a.requests), 1)
            self.assert_kept_from(a)

    def test_CRED_08_to_the_proxy_hop_it_goes(self):
        given = ["-H", "Proxy-Authorization: Basic " + SECRET]
        with Server([reply(b"P")]) as p:
            self.dial_ok(*given, "-x", p.url(), "http://a.test/")
            self.assertEqual(field(p.requests[0], "proxy-authorization"),
                             ["Basic " + SECRET])

    def test_CRED_10_a_body_that_became_a_get_is_gone(self):
        given = ["-d", SECRET, "-H", "Content-Type: x/y", "-H",
                 "Content-Encoding: none", "-H", "Content-Language: en", "-H",
                 "Digest: sha-256=x", "-H", "Repr-Digest: sha-256=:x:"]
        for status in ("301 M", "302 F", "303 S"):
            with self.subTest(status=status):
                a, b = self.follow(*given, status=status)
                self.assertTrue(body(a.requests[0]))
                self.assertEqual(start_line(b.requests[0]), "GET /b HTTP/1.0")
                self.assertEqual(body(b.requests[0]), b"")
                for name, _ in fields(b.requests[0]):
                    self.assertFalse(name.startswith("content-"), name)
                    self.assertNotIn("digest", name)
                    self.assertNotEqual(name, "transfer-encoding")
                self.assert_kept_from(b)

    def test_CRED_10_a_put_keeps_its_body_but_for_303(self):
        self.write("up", b"PUT BODY")
        for status, kept in (("302 F", True), ("303 S", False)):
            with Server([reply(b"B")]) as b, Server(
                    [moved(b.url("/b"), status=status)]) as a:
                self.dial_ok("-L", "-T", "up", a.url("/a"))
                self.assertEqual(body(b.requests[0]) != b"", kept)

    def test_CRED_14_raw_marks_in_a_password_are_refused(self):
        """Before any look-up, without showing it, saying what to do."""
        lookups = Lookups(self)
        for mark in "@#/?":
            password = f"p{mark}{SECRET}"
            url = f"http://user:{password}@a.test/"
            for args in ([url], ["-x", url, "http://b.test/"],
                         ["-v", url], ["--proxy1.0", url, "http://b.test/"]):
                with self.subTest(args=args):
                    done = self.dial(*args, env=lookups.env)
                    self.assertIn(done.returncode, (3, 5), done)
                    self.assertEqual(lookups.names, [])
                    self.assertIn(b"percent-encode", done.stderr)
                    self.assertNotIn(SECRET.encode(), done.stderr)
                    self.assertEqual(done.stdout, b"")

    def test_CRED_14_in_the_environment_too(self):
        lookups = Lookups(self)
        done = self.dial("http://b.test/", env={
            **lookups.env, "http_proxy": f"http://u:p@ss#{SECRET}@p.test"})
        self.assertIn(done.returncode, (3, 5))
        self.assertEqual(lookups.names, [])
        self.assertNotIn(SECRET.encode(), done.stderr)

    def test_CRED_14_the_log_of_look_ups_works(self):
        """Else the two tests above could not fail."""
        lookups = Lookups(self)
        with Server([reply(b"A")]) as a:
            self.dial_ok("-4", a.url(host="a.test"), env=lookups.env)
        self.assertEqual(lookups.names, ["a.test"])

    def test_CRED_15_verbose_masks(self):
        given = ["-v", "-H", "Authorization: Bearer " + SECRET, "-H",
                 "Proxy-Authorization: Basic " + SECRET, "-b", "s=" + SECRET,
                 "-U", "me:" + SECRET]
        answer = reply(b"P", fields=["Set-Cookie: s=" + SECRET + "; Path=/"])
        with Server([answer]) as p:
            done = self.dial(*given, "-x", p.url(user="me:" + SECRET),
                             "http://me:" + SECRET + "@a.test/")
            self.assertEqual(done.returncode, 0)
            self.assertIn(SECRET.encode(), p.heard)
        with Server([answer], tls="good") as a, \
                Server([connect(a.port)]) as p:
            tunnelled = self.dial(*given, *trust(), "-x", p.url(),
                                  a.url(host="a.test", user="me:" + SECRET))
            self.assertEqual(tunnelled.returncode, 0)
        for said in (done.stderr, tunnelled.stderr):
            self.assertIn(b"> Authorization: ", said)
            self.assertIn(b"> Proxy-Authorization: ", said)
            self.assertIn(b"> Cookie: ", said)
            self.assertIn(b"< Set-Cookie: ", said)
            for form in FORMS:
                self.assertNotIn(form, said)

    def test_CRED_15_traces_mask(self):
        for option in ("--trace", "--trace-ascii"):
            for more in ([], ["--trace-secrets"]):
                with self.subTest(option=option, more=more), \
                        Server([reply(b"P", fields=["Set-Cookie: s=" +
                                                    SECRET])]) as s:
                    self.dial_ok(option, "traced", *more, "-b", "s=" + SECRET,
                                 "-H", "Authorization: Bearer " + SECRET,
                                 s.url())
                    told = self.read("traced")
                    if option == "--trace":
                        told = bytes.fromhex(b"".join(re.findall(
                            rb"(?m)^[0-9a-f]{4}: (.{48})", told)).decode())
                    self.assertIn(b"Authorization: Bearer ", told)
                    self.assertEqual(told.count(SECRET.encode()),
                                     3 if more else 0)
                    path = self.path("traced")
                    self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
                    os.remove(path)

    def test_CRED_15_errors_mask(self):
        closed = closed_port()
        for url in (f"http://me:{SECRET}@127.0.0.1:{closed}/",
                    f"http://me:{SECRET}@127.0.0.1:99999/",
                    f"http://me:{SECRET}@[::1/",
                    f"gopher://me:{SECRET}@127.0.0.1/",
                    f"http://me:{SECRET}@a%00b/"):
            for args in ([url], ["-x", url, "http://a.test/"]):
                with self.subTest(args=args):
                    done = self.dial("-v", *args, env=Lookups(self).env)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(b"dial: (", done.stderr)
                    self.assertNotIn(SECRET.encode(), done.stderr)

    def test_CRED_15_a_redirect_to_a_url_with_a_password_is_masked(self):
        with Server([moved(f"http://u:{SECRET}@127.0.0.1:{closed_port()}/")]
                    ) as a:
            done = self.dial("-v", "-L", "--max-redirs", "0", a.url())
            self.assertEqual(done.returncode, 47)
            self.assertNotIn(SECRET.encode(), done.stderr)
            done = self.dial("-L", a.url())
            self.assertEqual(done.returncode, 7)
            self.assertNotIn(SECRET.encode(), done.stderr)

    def test_CRED_15_the_message_of_bad_usage_masks(self):
        for args in (["-H", f"Authorization : {SECRET}"],
                     ["-H", f"Authorization: {SECRET}\rx"],
                     ["-u", f"me:{SECRET}\n"], ["-b", f"s={SECRET}\n"]):
            with self.subTest(args=args):
                done = self.dial("-v", *args, f"http://127.0.0.1:{9}/")
                self.assertNotEqual(done.returncode, 0)
                self.assertNotIn(SECRET.encode(), done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=1)
