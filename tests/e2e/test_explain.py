"""--explain: every step in its order, whose word it is, and the conclusion."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, Lookups, trust  # noqa: E402
from scripted import (HEAD, Server, Step, closed_port,  # noqa: E402
                      connect, moved, reply)


class Explained(Case):
    def explain(self, code, *args, env=None):
        done = self.dial("--explain=json", *args, env=env)
        self.assertEqual(done.returncode, code, done)
        self.assertEqual(done.stderr, b"")
        whole = json.loads(done.stdout)
        self.assertEqual(whole["exit_code"], code)
        self.assertEqual(whole["ok"], code == 0)
        times = [(s["began_ms"], s["ended_ms"]) for s in whole["stages"]]
        self.assertTrue(all(0 <= began <= ended for began, ended in times),
                        times)
        self.assertEqual([e for _, e in times], sorted(e for _, e in times))
        return whole

    def steps(self, whole):
        return [(s["stage"], s["party"], s["ok"]) for s in whole["stages"]]

    def details(self, whole, stage, nth=0):
        found = [s for s in whole["stages"] if s["stage"] == stage][nth]
        return [(d["name"], d["value"]) for d in found["details"]]

    def test_a_page_by_a_proxy(self):
        with Server([reply(b"page", fields=["X-Seen: yes"])],
                    tls="good") as a, Server([connect(a.port)]) as p:
            whole = self.explain(
                0, *trust(), a.url(host="a.test"),
                env={"https_proxy": p.url(user="me:secret"),
                     "HTTP_PROXY": "http://other.test:1",
                     "all_proxy": "http://all.test:1"})
        self.assertEqual(self.steps(whole), [
            ("route", "here", True), ("connect", "proxy", True),
            ("tunnel", "proxy", True), ("origin-tls", "origin", True),
            ("request", "here", True), ("response", "origin", True)])
        self.assertEqual(self.details(whole, "route"), [
            ("https_proxy", "http://me:***@127.0.0.1:%d/: counts" % p.port),
            ("all_proxy", "http://all.test:1/: ignored (https_proxy comes "
             "first)"),
            ("HTTP_PROXY", "http://other.test:1/: ignored (it is for http:// "
             "URLs, and counts there in lower case alone)")])
        links = [v for n, v in self.details(whole, "origin-tls")
                 if n == "certificate"]
        self.assertGreaterEqual(len(links), 2)
        self.assertRegex(links[0], r"issued by .*; until \d{4}-\d\d-\d\d ")
        self.assertTrue(dict(self.details(whole, "origin-tls"))
                        ["authority"].endswith("root.pem"))
        self.assertIn(("X-Seen", "yes"), self.details(whole, "response"))
        self.assertIn("it works", whole["conclusion"])
        self.assertIn("by the proxy", whole["conclusion"])
        self.assertNotIn("secret", json.dumps(whole))

    def test_nothing_is_left_behind(self):
        """No page, no file, no head: what would be written is left out."""
        with Server([reply(b"page" * 9999)]) as a:
            done = self.dial_ok("--explain", "-i", "-D", "heads", "-o", "out",
                                a.url())
        self.assertNotIn(b"pagepage", done)
        self.assertNotIn("out", self.files())
        self.assertIn(b"Conclusion: it works", done)

    def test_it_does_not_wait_for_the_page(self):
        with Server([Step(send=b"HTTP/1.1 200 OK\r\n"
                          b"Content-Length: 99\r\n\r\n")]) as a:
            done = self.dial_ok("--explain", "-m", "9", a.url())
        self.assertIn(b"answered 200", done)

    def test_which_list_left_the_proxy_out(self):
        with Server([reply(b"x")]) as a:
            whole = self.explain(
                0, a.url(), env={"http_proxy": "http://p.test:1",
                                 "no_proxy": "b.test,127.0.0.0/8"})
        self.assertEqual(self.details(whole, "route"), [
            ("no_proxy", "b.test,127.0.0.0/8: counts (its entry "
             "'127.0.0.0/8' matches)"),
            ("http_proxy", "http://p.test:1/: ignored (no_proxy leaves the "
             "proxy out)")])
        self.assertIn("directly", whole["conclusion"])

    def test_where_a_setting_was_said(self):
        port = closed_port()
        self.write("rc", b"noproxy = b.test\n[host a.test]\n"
                   b"proxy = http://127.0.0.1:%d\n" % port)
        whole = self.explain(7, "-K", self.path("rc"), "http://a.test/")
        said = dict(self.details(whole, "route"))
        self.assertTrue(said["--noproxy"].endswith("rc:1)"), said)
        self.assertTrue(said["-x"].endswith("rc:3, [host a.test])"), said)
        whole = self.explain(7, "-K", self.path("rc"), "-x",
                             "http://127.0.0.1:%d" % port, "http://a.test/")
        said = dict(self.details(whole, "route"))
        self.assertTrue(said["-x"].endswith("(the command line)"), said)

    def test_a_proxy_that_refuses(self):
        page = (b"<html><style>p{}</style><h1>Blocked</h1>"
                b"<p>By \x1b[31mpolicy 7</p></html>")
        with Server([reply(page, status="403 Forbidden", fields=[
                "Content-Type: text/html", "Via: 1.1 gate",
                "Proxy-Status: gate; error=http_request_denied",
                "X-Why: because"])]) as p:
            whole = self.explain(7, "-x", p.url(), "https://a.test/")
        self.assertEqual(self.steps(whole)[-1], ("tunnel", "proxy", False))
        self.assertEqual((whole["failed_at"], whole["party"]),
                         ("tunnel", "proxy"))
        said = self.details(whole, "tunnel")
        for name in "Via", "Proxy-Status", "X-Why":
            self.assertIn(name, dict(said))
        lines = [v for n, v in said if n == "page"]
        self.assertEqual(lines[0], "Blocked")
        self.assertIn("policy 7", lines[1])
        self.assertNotIn("\x1b", json.dumps(whole).replace("\\u001b", "\x1b"))

    def test_a_page_of_any_shape(self):
        """With and without a line end behind its last word."""
        for page, lines in ((b"denied", ["denied"]), (b"a\nb\n\n", ["a", "b"]),
                            (b"\n", []), (b"", []),
                            (b"a\r\n" * 50, ["a"] * 20)):
            with Server([reply(page, status="403 No",
                               fields=["Content-Type: text/plain"])]) as p:
                whole = self.explain(7, "-m", "9", "-p", "-x", p.url(),
                                     "http://a.test/")
            self.assertEqual([v for n, v in self.details(whole, "tunnel")
                              if n == "page"], lines)

    def test_schemes_that_are_offered(self):
        ask = reply(b"", status="407 Who", fields=[
            'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"',
            'Proxy-Authenticate: Basic realm="r"',
            'Proxy-Authenticate: Whatever x="y"'])
        with Server([reply(b"x")], tls="good") as a, \
                Server([ask, connect(a.port)], [connect(a.port)]) as p:
            whole = self.explain(0, *trust(), "--proxy-anyauth", "-U", "u:pw",
                                 "-x", p.url(), a.url(host="a.test"))
        self.assertEqual(
            [s for s in self.steps(whole) if s[0] in ("tunnel", "login")],
            [("tunnel", "proxy", False), ("login", "proxy", True),
             ("tunnel", "proxy", True)])
        self.assertEqual(self.details(whole, "login"), [
            ("Digest", "chosen"), ("Basic", "weaker than Digest"),
            ("Whatever", "not spoken by dial")])

    def test_a_login_that_nobody_answers(self):
        ask = reply(b"", status="407 Who",
                    fields=['Proxy-Authenticate: Basic realm="r"'])
        with Server([ask]) as p:
            whole = self.explain(7, "-x", p.url(), "https://a.test/")
        self.assertEqual(whole["failed_at"], "login")
        self.assertEqual(self.details(whole, "login"),
                         [("Basic", "no user was given (-U, --proxy-user)")])

    def test_a_certificate_of_nobody(self):
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)]) as p:
            whole = self.explain(60, "-x", p.url(), a.url(host="a.test"))
        self.assertEqual(self.steps(whole)[-1], ("origin-tls", "origin",
                                                 False))
        self.assertIn("a.test", whole["conclusion"])
        self.assertIn("issued by", whole["conclusion"])

    def test_a_proxy_with_tls(self):
        with Server([reply(b"x")]) as a, \
                Server([reply(b"x")], tls="good") as p:
            whole = self.explain(60, "-x",
                                 p.url().replace("http:", "https:"), a.url())
        self.assertEqual(self.steps(whole)[-1], ("proxy-tls", "proxy", False))

    def test_names_and_addresses(self):
        lookups = Lookups(self)
        whole = self.explain(5, "-x", "http://nowhere.invalid:1",
                             "http://a.test/",
                             env=lookups.env)
        self.assertEqual(self.steps(whole)[-1], ("lookup", "here", False))
        port = closed_port()
        whole = self.explain(7, "--resolve", "a.test:%d:127.0.0.1,127.0.0.2"
                             % port, "http://a.test:%d/" % port)
        self.assertEqual(self.steps(whole), [
            ("route", "here", True), ("lookup", "here", True),
            ("connect", "origin", False), ("connect", "origin", False)])
        self.assertIn("127.0.0.1, 127.0.0.2", whole["stages"][1]["text"])

    def test_whose_answer_it_is(self):
        """In absolute form a proxy may answer by itself."""
        for fields, party in (([], "origin"),
                              (["Proxy-Status: p; error=dns_error"], "proxy"),
                              (["X-Squid-Error: ERR_X 0"], "proxy")):
            with Server([reply(b"x", status="503 No", fields=fields)]) as p:
                whole = self.explain(22, "-x", p.url(), "http://a.test/")
            self.assertEqual(self.steps(whole)[-1],
                             ("response", party, False))
            self.assertEqual(whole["party"], party)
            self.assertEqual("no Via" in whole["stages"][-1]["text"],
                             party == "origin")

    def test_a_login_in_absolute_form(self):
        ask = reply(b"", status="407 Who",
                    fields=['Proxy-Authenticate: Basic realm="r"'])
        with Server([ask]) as p:
            whole = self.explain(22, "-x", p.url(), "http://a.test/")
        self.assertEqual((whole["failed_at"], whole["party"]),
                         ("login", "proxy"))
        self.assertIn("-U user:password", whole["conclusion"])

    def test_every_leg_is_told(self):
        with Server([moved("/b"), reply(b"x")], [reply(b"x")]) as a:
            whole = self.explain(0, "-L", a.url("/a"))
        names = [s["stage"] for s in whole["stages"]]
        self.assertEqual(names.count("route"), 2)
        self.assertEqual(names.count("response"), 2)

    def test_one_line_a_url(self):
        with Server([reply(b"x")], [reply(b"x")]) as a:
            done = self.dial_ok("--explain=json", "-Z", a.url("/1"),
                                a.url("/2"))
        urls = [json.loads(line)["url"] for line in done.splitlines()]
        self.assertEqual([u[-1] for u in urls], ["1", "2"])

    def test_cookies_and_passwords_are_masked(self):
        with Server([reply(b"x", fields=["Set-Cookie: s=SECRET"])]) as a:
            done = self.dial_ok("--explain", a.url(user="me:SECRET"))
        self.assertNotIn(b"SECRET", done)
        self.assertIn(b"Set-Cookie: ***", done)

    def test_a_pac_file(self):
        self.write("p.pac", b"function FindProxyForURL(url, host) {"
                   b" return 'PROXY 127.0.0.1:%d; DIRECT' }" % closed_port())
        if b" PAC " not in self.dial_ok("-V"):
            self.skipTest("dial-pac is not built")
        with Server([reply(b"x")]) as a:
            whole = self.explain(0, "--pac", self.path("p.pac"), a.url())
        self.assertEqual(self.steps(whole), [
            ("pac", "here", True), ("route", "here", True),
            ("connect", "proxy", False), ("route", "here", True),
            ("connect", "origin", True), ("request", "here", True),
            ("response", "origin", True)])
        self.assertIn("; DIRECT", whole["stages"][0]["text"])
        self.assertEqual(self.details(whole, "route")[0][0], "--pac")

    def test_words_for_people(self):
        port = closed_port()
        done = self.dial("--explain", "http://127.0.0.1:%d/" % port)
        self.assertEqual(done.returncode, 7)
        lines = done.stdout.decode().splitlines()
        self.assertRegex(lines[2], r"^ +\d+\.\d ms  ok      here    way +direc")
        self.assertRegex(lines[3], r"FAILED  origin  connect +127.0.0.1:%d: "
                         % port)
        self.assertRegex(lines[-1], r"^Conclusion: it fails at the connection,"
                         r" on the side of the origin: .*[^.?][.?]$")

    def test_what_an_explanation_cannot_be(self):
        self.assert_fails(self.dial("--explain=xml", "http://a.test/"), 2,
                          "text or json")


if __name__ == "__main__":
    unittest.main()
