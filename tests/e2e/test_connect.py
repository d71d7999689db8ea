"""CASES A4: proxies that lie, go on for ever, or would like to know more."""
import base64
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, Lookups, field, fields, made, trust  # noqa: E402
from scripted import (HEAD, Server, Step, connect, moved,  # noqa: E402
                      reply, tls_context)

ENDLESS = 5_000_000  # bytes, long past every cap of a head or a refusal


def basic(user):
    return "Basic " + base64.b64encode(user.encode()).decode()


class Hostile(Case):
    """Whatever comes in the place of an answer: an end, words, and no page."""

    def refuses(self, send, code, *words, close=True, args=()):
        with Server([Step(expect=HEAD, send=send, close=close)]) as p:
            lookups = Lookups(self)
            done = self.dial("-s", "-S", "-o", "out", "-c", "jar", "-L", *args,
                             "-x", p.url(), "https://a.test/",
                             env=lookups.env)
            said = self.assert_fails(done, code, "the proxy 127.0.0.1",
                                     *words)
            self.assertEqual(done.stdout, b"")
            self.assertNotIn("out", self.files())
            self.assertEqual(lookups.names, [])
            self.assertEqual(len(p.requests), 1)
        return said

    def test_PROXY_11_a_head_without_end(self):
        line = b"X-Filler: " + b"x" * 1000 + b"\r\n"
        for status in b"200 OK", b"403 No", b"407 Who":
            with self.subTest(status=status):
                self.refuses(b"HTTP/1.1 " + status + b"\r\n" +
                             line * (ENDLESS // len(line)), 56, "16384")

    def test_PROXY_11_a_line_without_end(self):
        for send in (b"HTTP/1.1 200 " + b"x" * ENDLESS,
                     b"HTTP/1.1 200 OK\r\nX" + b"x" * ENDLESS,
                     b"HTTP/1.1 200 OK\r\nX: " + b"x" * ENDLESS):
            self.refuses(send, 56, "16384")

    def test_PROXY_11_interim_heads_without_end(self):
        interim = b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"
        self.refuses(interim * (ENDLESS // len(interim)), 56)

    def test_PROXY_11_a_status_that_is_none(self):
        for line in (b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 OK",
                     b"HTTP/1.1 -200 OK", b"HTTP/1.1 2x0 OK", b"HTTP/1.1 ",
                     b"HTTP/11 200 OK", b"HTTP/x.y 200 OK", b"200 OK",
                     b"ICY 200 OK", b" HTTP/1.1 200 OK", b"HTTP/1.1  200 OK",
                     b"http/1.1 200 OK", b"\r\n\r\n\r\nHTTP/1.1 200 OK"):
            with self.subTest(line=line):
                self.refuses(line + b"\r\n\r\n", 56)

    def test_PROXY_11_fields_that_are_none(self):
        for line in (b"no colon", b": no name", b" X: folded at the start",
                     b"X: \0", b"X: bare\rreturn"):
            with self.subTest(line=line):
                self.refuses(b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n", 56)

    def test_PROXY_11_cut_at_every_byte(self):
        head = b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n"
        for end in range(len(head)):
            with self.subTest(end=end):
                self.refuses(head[:end], 56)

    def test_PROXY_11_a_body_over_the_cap(self):
        """4 KiB of it are told, escaped; what is read of it has an end."""
        page = b"<p>\x1b[31m" + b"No. " * (ENDLESS // 4)
        for fields_ in ([], ["Content-Type: text/html"]):
            for length in True, False:
                with Server([reply(page, status="403 No", fields=fields_,
                                   length=length)]) as p:
                    done = self.dial("-o", "out", "-x", p.url(),
                                     "https://a.test/")
                    self.assert_fails(done, 7, "403 No")
                    self.assertLess(len(done.stderr), 6000)
                    self.assertIn(b"the proxy says", done.stderr)
                    self.assertNotIn(b"\x1b", done.stderr)
                    self.assertEqual(self.files(), [])

    def test_PROXY_11_a_chunk_without_end(self):
        for chunks in (b"ffffffffffffffffff\r\nx", b"x\r\n",
                       b"1;" + b"x" * ENDLESS):
            self.refuses(b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n"
                         b"\r\n" + chunks, 7, "403 No")

    def test_PROXY_07_a_407_that_asks_for_more_than_a_login(self):
        """Neither followed nor stored, with a login to give or without."""
        fields_ = ["Location: http://evil.test/", "Set-Cookie: a=b; Path=/",
                   "Refresh: 0; url=http://evil.test/",
                   "Proxy-Authenticate: Basic realm=x",
                   "Strict-Transport-Security: max-age=9",
                   "Alt-Svc: h2=\"evil.test:443\""]
        for args in [], ["-U", "me:SECRET"]:
            send = reply(b"<p>x", status="407 Who", fields=fields_).send
            said = self.refuses(send, 7, "407 Who", close=False, args=args)
            self.assertNotIn("SECRET", said)
            self.assertNotIn(b"a.test", self.read("jar"))

    def test_PROXY_09_what_is_glued_to_a_200(self):
        """Fewer bytes than a TLS record, a page, a record of the proxy's."""
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        for glued, shown in ((b"\x16", "\\x16"), (b"HTTP/1.1 200 OK\r\n\r\n",
                                                   "HTTP/1.1 200 OK"),
                             (b"\x15\x03\x01\0\2\2\x28", "\\x15\\x03"),
                             (b"<html>" * 100, "<html>")):
            with self.subTest(glued=glued):
                self.refuses(head + glued, 56, f"{len(glued)} bytes that are "
                             "not TLS", shown)

    def test_PROXY_08_a_200_with_a_length_and_the_tls_after_it(self):
        """The length is not taken off the tunnel's bytes."""
        for extra in b"Content-Length: 1000000\r\n", b"Connection: close\r\n":
            with Server([reply(b"x")], tls="good") as a, Server(
                    [Step(expect=HEAD, tunnel=("127.0.0.1", a.port),
                          send=b"HTTP/1.1 200 OK\r\n" + extra + b"\r\n")]
                    ) as p:
                self.assertEqual(self.dial_ok(
                    *trust(), "-x", p.url(), a.url(host="a.test")), b"x")
                self.assertEqual(len(p.connections), 1)


class Secrets(Case):
    """What one hop was given, no other ever hears."""

    def serve(self, *script, **more):
        server = Server(list(script), **more).__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        return server

    def origin(self, **more):
        return self.serve(*[reply(b"x")] * 4, **more)

    def proxy(self, to=None, **more):
        step = reply(b"x") if to is None else connect(to.port)
        return self.serve(*[step] * (4 if to is None else 1), **more)

    def logins(self, server):
        """Of each request, what it bears to log in with."""
        return [field(request, "proxy-authorization")
                for request in server.requests]

    def apart(self, *pairs):
        """Each server heard of its own words only."""
        for server, own in pairs:
            for _, other in pairs:
                if other != own:
                    self.assertNotIn(other.encode(), server.heard)
                    self.assertNotIn(basic(other).split()[1].encode(),
                                     server.heard)

    def test_PROXY_03_across_next(self):
        """A proxy and its login are of their own section."""
        for tls in None, "good":
            a, b = self.origin(tls=tls), self.origin(tls=tls)
            p, q = (self.proxy(a), self.proxy(b)) if tls else \
                (self.proxy(), self.proxy())
            self.dial_ok(*trust(), "-x", p.url(), "-U", "ann:one",
                         "--proxy-header", "X-P: ann", a.url(host="a.test"),
                         "--next", *trust(), "-x", q.url(user="bob:two"),
                         b.url(host="b.test"))
            self.assertEqual(self.logins(p), [[basic("ann:one")]])
            self.assertEqual(self.logins(q), [[basic("bob:two")]])
            self.assertNotIn(b"X-P", q.heard)
            self.apart((p, "ann:one"), (q, "bob:two"))
            for server in a, b:
                self.assertEqual(
                    [name for request in server.requests
                     for name, _ in fields(request) if "proxy" in name], [])

    def test_PROXY_03_next_without_a_login(self):
        a = self.origin()
        p, q = self.proxy(), self.proxy()
        self.dial_ok("-x", p.url(user="ann:one"), a.url(), "--next", "-x",
                     q.url(), a.url())
        self.assertEqual(self.logins(q), [[]])

    def test_PROXY_03_across_two_urls(self):
        """The environment's proxies for http and for https, one run."""
        a, b = self.origin(), self.origin(tls="good")
        p, q = self.proxy(), self.proxy(b)
        env = {"http_proxy": p.url(user="ann:one"),
               "https_proxy": q.url(user="bob:two")}
        self.dial_ok("--http1.1", *trust(),
                     a.url(host="a.test"), b.url(host="b.test"),
                     a.url(host="a.test"), b.url(host="b.test"), env=env)
        self.assertEqual(self.logins(p), [[basic("ann:one")]] * 2)
        self.assertEqual(self.logins(q), [[basic("bob:two")]])
        self.apart((p, "ann:one"), (q, "bob:two"))
        self.assertNotIn(b"roxy-", b"".join(b.requests))

    def test_PROXY_03_across_a_redirect(self):
        """From http by one proxy to https by another, and back."""
        b = self.serve(moved("http://c.test/"), tls="good")
        there = b.url(host="b.test")
        p = self.serve(moved(there, close=False), reply(b"end"))
        q = self.proxy(b)
        env = {"http_proxy": p.url(user="ann:one"),
               "https_proxy": q.url(user="bob:two")}
        done = self.dial("-L", "--http1.1", *trust(), "-u", "me:three", "-H",
                         "X-Mine: four", "http://a.test/", env=env)
        self.assertEqual((done.returncode, done.stdout), (0, b"end"), done)
        self.assertEqual(self.logins(p), [[basic("ann:one")]] * 2)
        self.assertEqual(self.logins(q), [[basic("bob:two")]])
        self.apart((p, "ann:one"), (q, "bob:two"))
        self.assertNotIn(b"X-Mine", q.heard)
        self.assertNotIn(basic("me:three").encode(), q.heard)
        self.assertNotIn(b"roxy-", b"".join(b.requests))
        self.assertEqual(field(p.requests[0], "authorization"),
                         [basic("me:three")])
        self.assertEqual(field(p.requests[1], "authorization"), [])

    def test_PROXY_03_by_a_redirect_past_every_proxy(self):
        a = self.origin()
        p = self.serve(moved(a.url()))
        self.dial_ok("-L", "http://a.test/",
                     env={"http_proxy": p.url(user="ann:one"),
                          "no_proxy": "127.0.0.1"})
        self.assertEqual(len(a.requests), 1)
        self.assertNotIn(b"roxy", a.heard)

    def test_PROXY_03_a_digest_of_one_proxy(self):
        """Its challenge is never answered to the other."""
        asks = reply(b"", status="407 Who", fields=[
            'Proxy-Authenticate: Digest realm="r", nonce="SECRETNONCE", '
            'qop="auth"'])
        p = self.serve(asks, reply(b"x"), reply(b"x"))
        q = self.serve(reply(b"y"))
        out = self.dial_ok("--http1.1", "--proxy-digest", "-U", "me:word", "-x", p.url(),
                           "http://a.test/", "http://a.test/", "--next",
                           "--proxy-digest", "-U", "me:word", "-x", q.url(),
                           "http://a.test/")
        self.assertEqual(out, b"xxy")
        self.assertNotIn(b"SECRETNONCE", q.heard)
        self.assertNotIn(basic("me:word").encode(), p.heard + q.heard)

    def test_PROXY_01_the_login_of_a_refused_tunnel(self):
        """Nobody else is asked with it when the proxy says no."""
        a = self.origin(tls="good")
        with Server([reply(b"", status="403 No")]) as p:
            done = self.dial(*trust(), "-L", "-x", p.url(user="ann:one"),
                             a.url(host="a.test"), a.url(host="a.test"))
            self.assert_fails(done, 7, "403")
            self.assertEqual(a.connections, [])

    def test_PROXY_13_a_client_certificate_stays_at_its_hop(self):
        """--proxy-cert is for the proxy alone, --cert for the origin."""
        wants = tls_context("good", clients=made("root.pem"))
        pair = made("client.pem"), made("client.key")
        for option, asks_origin in ("--proxy-cert", True), ("--cert", False):
            a = self.origin(tls=wants if asks_origin else "good")
            p = self.proxy(a, tls="proxy" if asks_origin else wants)
            done = self.dial(*trust(), "--proxy-cacert", made("root.pem"),
                             option, pair[0], option.replace("cert", "key"),
                             pair[1], "-x", p.url(), a.url(host="a.test"))
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual((done.stdout, a.requests), (b"", []))


class LineEnds(Case):
    """INJ-05: none gets out of its variable, option or line."""

    def refused(self, code, *args, env=None):
        lookups = Lookups(self)
        with Server([reply(b"x")]) as p:
            def fill(text):
                return text.replace("@p", f"127.0.0.1:{p.port}")
            done = self.dial(*map(fill, args), env={
                **lookups.env,
                **{name: fill(text) for name, text in (env or {}).items()}})
            said = self.assert_fails(done, code)
            self.assertNotRegex(said[:-1], "[\r\n]")
            self.assertNotIn("SECRET", done.stderr.decode())
            self.assertEqual((p.connections, lookups.names), ([], []))

    def test_INJ_05_in_variables(self):
        for end in "\r\n", "\n", "\r":
            for value in (f"http://@p/{end}X: y", f"@p{end}X: y",
                          f"http://u:SECRET{end}q@@p",
                          "http://u:SECRET%0d%0aX@@p", f"{end}http://@p",
                          f"http://p.test{end}:9"):
                for name, url in (("http_proxy", "http://a.test/"),
                                  ("https_proxy", "https://a.test/"),
                                  ("all_proxy", "http://a.test/"),
                                  ("ALL_PROXY", "https://a.test/")):
                    with self.subTest(name=name, value=value):
                        self.refused(5, url, env={name: value})

    def test_INJ_05_in_no_proxy(self):
        for end in "\r\n", "\n", "\r":
            for name in "no_proxy", "NO_PROXY":
                for value in f"b.test{end}X: y", f"a.test{end}", f"{end}*":
                    self.refused(5, "http://a.test/", env={
                        "http_proxy": "http://@p", name: value})
            self.refused(5, "--noproxy", f"b.test{end}", "-x", "@p",
                         "http://a.test/")

    def test_INJ_05_in_options(self):
        for end in "\r\n", "\n", "\r":
            for option in "-x", "--socks5-hostname", "--preproxy", \
                    "--proxy1.0":
                self.refused(5, option, f"@p{end}X: y", "http://a.test/")
            for url in "http://a.test/", "https://a.test/":
                for line in f"X: a{end}Y: b", f"X{end}: a", f"X: a{end}":
                    self.refused(2, "-x", "@p", "--proxy-header", line, url)
                self.refused(2, "-x", "@p", "-U", f"me:SECRET{end}X", url)

    def test_INJ_05_in_a_list_of_proxy_headers(self):
        """Line ends divide a file's fields, and what is left is no field."""
        self.write("fields", b"X: a\r\nY: b\r\n")
        with Server([reply(b"x")]) as p:
            self.dial_ok("-x", p.url(), "--proxy-header", "@fields",
                         "http://a.test/")
            self.assertEqual((field(p.requests[0], "x"),
                              field(p.requests[0], "y")), (["a"], ["b"]))


class RawPasswords(Case):
    """CRED-14: what belongs to a password is never taken for a host."""

    def test_CRED_14_the_encoded_form_is_suggested(self):
        lookups = Lookups(self)
        for byte, code in ("@", "%40"), ("#", "%23"), ("/", "%2F"), \
                (":", "%3A"), ("?", "%3F"), ("\\", "%5C"), (" ", "%20"):
            for scheme in "", "http://", "https://", "socks4a://", \
                    "socks5h://":
                proxy = f"{scheme}user:SE{byte}CRET.test@p.test:9"
                for args, env in ((["-x", proxy], {}),
                                  ([], {"http_proxy": proxy}),
                                  ([], {"all_proxy": proxy}),
                                  (["--preproxy", proxy, "-x", "p.test"],
                                   {})):
                    with self.subTest(args=args, env=env):
                        done = self.dial("-v", *args, "http://a.test/",
                                         env={**lookups.env, **env})
                        said = self.assert_fails(done, 5, code, "***@p.test")
                        self.assertNotIn("SE" + byte, said)
                        self.assertNotIn("CRET", done.stderr.decode())
        self.assertEqual(lookups.names, [])

    def test_CRED_14_and_the_suggestion_works(self):
        with Server([reply(b"x")]) as p:
            self.dial_ok("-x", p.url(user="user:a%40%23%2F%3A%3F%25b"),
                         "http://a.test/")
            self.assertEqual(field(p.requests[0], "proxy-authorization"),
                             [basic("user:a@#/:?%b")])


class Diagnosis(Case):
    def test_PROTOCOL_73_what_the_proxy_tells_programs(self):
        """RFC 9209's error in words, and who said so by Via."""
        with Server([reply(b"", status="502 Bad Gateway", fields=[
                "Via: 1.1 gate.test",
                'Proxy-Status: gate.test; error=dns_timeout; details="10 s"']
                )]) as p:
            done = self.dial("-x", p.url(), "https://a.test/")
            self.assert_fails(done, 7, f"the proxy 127.0.0.1:{p.port} refused",
                              "502 Bad Gateway", "Via: 1.1 gate.test",
                              "error=dns_timeout",
                              "waited in vain for its name server")
            done = self.dial("-f", "-x", p.url(), "http://a.test/")
            self.assert_fails(done, 22, f"the proxy 127.0.0.1:{p.port}",
                              "502 for a.test:80",
                              "waited in vain for its name server")


if __name__ == "__main__":
    unittest.main(verbosity=1)
