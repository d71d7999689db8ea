"""CASES A4 and A5: what proxies are told, and what they are believed."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (Case, Lookups, field, fields, made,  # noqa: E402
                     start_line, trust)
from scripted import (HEAD, Server, Step, closed_port,  # noqa: E402
                      connect, reply)

HIDDEN = b"<p>the proxy's page</p>"


class Proxies(Case):
    def test_PROXY_01_proxy_fields_stop_at_the_proxy(self):
        for tls in (None, "good"):
            with Server([reply(b"x")], tls=tls) as a, \
                    Server([connect(a.port)]) as p:
                self.dial_ok(*trust(), "-p", "-x", p.url(user="me:secret"),
                             "--proxy-header", "Proxy-X: y",
                             a.url(host="a.test"))
                self.assertEqual(len(field(p.requests[0],
                                           "proxy-authorization")), 1)
                self.assertEqual(field(p.requests[0], "proxy-x"), ["y"])
                names = [name for name, _ in fields(a.requests[0])]
                self.assertFalse([n for n in names if n.startswith("proxy")])
                self.assertNotIn(b"roxy", b"".join(a.requests))

    def test_PROXY_06_what_one_proxy_asked_is_not_told_the_next(self):
        """Basic goes to who asks for it, not to whom a redirect leads."""
        ask = reply(b"", status="407 Who",
                    fields=['Proxy-Authenticate: Basic realm="r"'])
        away = reply(b"", status="302 Found",
                     fields=["Location: https://b.test/"])
        with Server([ask, away], [away]) as p, \
                Server([reply(b"", status="403 No")]) as q:
            self.dial("-s", "-L", "--proxy-anyauth", "-U", "u:SECRET",
                      "http://a.test/", env={"http_proxy": p.url(),
                                             "https_proxy": q.url()})
            self.assertEqual(
                len(field(p.requests[-1], "proxy-authorization")), 1)
            self.assertEqual(field(q.requests[0], "proxy-authorization"), [])

    def test_a_pac_file_leads_to_no_proxy(self):
        self.assert_fails(self.dial("--preproxy", "pac+file:x.pac",
                                    "http://127.0.0.1:1/"), 7, "--preproxy",
                          "not a PAC file")

    def test_PROTOCOL_62_neither_to_a_direct_origin(self):
        with Server([reply(b"x")]) as a, Server([]) as p:
            self.dial_ok("-x", p.url(user="me:secret"), "-U", "me:secret",
                         "--noproxy", "*", a.url())
            self.assertNotIn(b"roxy", a.heard)
            self.assertEqual(p.connections, [])

    def test_PROXY_02_a_connect_carries_little(self):
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)]) as p:
            self.dial_ok(*trust(), "-H", "X-Key: SECRET", "-b", "s=SECRET",
                         "-H", "Authorization: Bearer SECRET", "-u",
                         "me:SECRET", "-e", "http://r.test/SECRET", "-d",
                         "SECRET", "--proxy-header", "X-P: 1", "-U", "u:p",
                         "-x", p.url(), a.url("/SECRET", host="a.test"))
            self.assertEqual(
                sorted(name for name, _ in fields(p.requests[0])),
                ["host", "proxy-authorization", "proxy-connection",
                 "user-agent", "x-p"])
            self.assertEqual(field(p.requests[0], "proxy-connection"),
                             ["Keep-Alive"])
            self.assertNotIn(b"SECRET", p.requests[0])
            self.assertIn(b"X-Key: SECRET", a.requests[0])

    def test_PROXY_07_what_a_refusal_says_is_the_proxys(self):
        """Neither followed nor stored nor written where a page goes."""
        page = reply(HIDDEN, status="403 Forbidden")
        for step in (page, reply(HIDDEN, status="302 Found",
                                 fields=["Location: http://x.test/"]),
                     reply(HIDDEN, status="407 Who",
                           fields=["Set-Cookie: a=b",
                                   "Proxy-Authenticate: Basic realm=x"]),
                     reply(HIDDEN, status="101 Switching"),
                     reply(HIDDEN, status="304 Not Modified"),
                     reply(HIDDEN, status="500 Broken"),
                     reply(HIDDEN, status="403 No", length=False)):
            with self.subTest(step=step), Server([step]) as p:
                lookups = Lookups(self)
                done = self.dial("-L", "-o", "out", "-x", p.url(),
                                 "https://a.test/", env=lookups.env)
                self.assertIn(done.returncode, (7, 56), done)
                self.assertIn(b"the proxy 127.0.0.1", done.stderr)
                self.assertEqual((done.stdout, self.files()), (b"", []))
                self.assertEqual(len(p.requests), 1)
                self.assertEqual(lookups.names, [])

    def test_PROXY_07_a_201_opens_a_tunnel(self):
        """Any 2xx does (RFC 9110 9.3.6): what then comes is not TLS."""
        with Server([Step(expect=HEAD, send=b"HTTP/1.1 201 Created\r\n"
                          b"Location: http://x.test/\r\n\r\n", close=True)]
                    ) as p:
            done = self.dial("-L", "-x", p.url(), "https://a.test/")
            self.assertEqual((done.returncode, done.stdout), (35, b""), done)
            self.assertEqual(len(p.requests), 1)

    def test_PROXY_08_a_length_in_a_2xx_means_nothing(self):
        for extra in (b"Content-Length: 10\r\n",
                      b"Transfer-Encoding: chunked\r\n",
                      b"Content-Length: x\r\n",
                      b"Content-Length: 1\r\nContent-Length: 2\r\n"):
            with self.subTest(extra=extra):
                with Server([reply(b"x")], tls="good") as a, Server(
                        [Step(expect=HEAD, tunnel=("127.0.0.1", a.port),
                              send=b"HTTP/1.1 200 OK\r\n" + extra + b"\r\n")]
                        ) as p:
                    self.assertEqual(
                        self.dial_ok(*trust(), "-x", p.url(),
                                     a.url(host="a.test")), b"x")

    def test_PROXY_08_what_is_glued_to_it_is_the_tunnels(self):
        """A server that speaks first: not a byte of it is lost."""
        line = b"Thu Aug 27 12:34:28 1998\r\n"
        for cut in (0, 1, len(line)):
            with Server([Step(expect=HEAD, send=b"HTTP/1.1 200 OK\r\n\r\n" +
                              line[:cut]),
                         Step(expect=None, send=line[cut:], close=True)]
                        ) as p:
                self.assertEqual(self.dial_ok("-s", "-x", p.url(),
                                              "daytime://a.test"), line)
                self.assertEqual(start_line(p.requests[0]),
                                 "CONNECT a.test:13 HTTP/1.1")

    def test_PROXY_09_words_before_a_client_hello(self):
        with Server([Step(expect=HEAD, close=True,
                          send=b"HTTP/1.1 200 OK\r\n\r\nEVIL!\x1b")]) as p:
            done = self.dial("-x", p.url(), "https://a.test/")
            self.assert_fails(done, 56, "6 bytes that are not TLS",
                              "EVIL!\\x1b")
            self.assertEqual(done.stdout, b"")

    def test_PROXY_11_refusals_of_every_kind(self):
        big = b"%x\r\n" % 1_000_000 + b"x" * 1_000_000 + b"\r\n0\r\n\r\n"
        for name, send, close, code in (
                ("4xx", b"HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno",
                 False, 7),
                ("5xx", b"HTTP/1.1 503 No\r\n\r\nno", True, 7),
                ("cut", b"HTTP/1.1 403 No\r\nContent-Le", True, 56),
                ("empty", b"", True, 56),
                ("chunked", b"HTTP/1.1 407 Who\r\nTransfer-Encoding: chunked"
                            b"\r\n\r\n" + big, False, 7),
                ("not HTTP", b"SSH-2.0-x\r\n", True, 56),
                ("short body", b"HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nno",
                 True, 7),
                ("endless", b"HTTP/1.1 403 No\r\nX: " + b"x" * 200_000, True,
                 None),
                ("over the cap", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 16_384 +
                 b"\r\n\r\n", True, None)):
            for extra in ([], ["-s"], ["-v"], ["-i"]):
                with self.subTest(name=name, extra=extra), Server(
                        [Step(expect=HEAD, send=send, close=close)]) as p:
                    done = self.dial(*extra, "-x", p.url(), "https://a.test/",
                                     "-o", "out")
                    self.assertIn(done.returncode,
                                  (code,) if code else (56, 100), done.stderr)
                    self.assertEqual(self.files(), [])
                    self.assertNotIn(b"no", done.stdout)

    def test_PROXY_11_a_reply_just_under_the_cap(self):
        head = b"HTTP/1.1 200 OK\r\nX: "
        head += b"x" * (16 * 1024 - len(head) - 4) + b"\r\n\r\n"
        with Server([reply(b"x")], tls="good") as a, Server(
                [Step(expect=HEAD, send=head, tunnel=("127.0.0.1", a.port))]
                ) as p:
            self.assertEqual(self.dial_ok(*trust(), "-x", p.url(),
                                          a.url(host="a.test")), b"x")

    def test_PROXY_12_an_https_proxy_is_verified_too(self):
        """And neither hop's -k is the other's."""
        proxy_trust = ["--proxy-cacert", made("root.pem")]
        for proxy, origin, args, code, words in (
                ("proxy", "good", trust() + proxy_trust, 0, ""),
                ("wrong-host", "good", trust() + proxy_trust, 60, "proxy"),
                ("wrong-host", "good", ["-k"] + proxy_trust, 60, "proxy"),
                ("proxy", "good", ["-k"], 60, "proxy"),
                ("proxy", "wrong-host", ["--proxy-insecure", *trust()], 60,
                 "a.test"),
                ("self-signed", "good", ["--proxy-insecure", *trust()], 0,
                 ""),
                ("self-signed", "self-signed", ["--proxy-insecure", "-k"], 0,
                 "")):
            with self.subTest(proxy=proxy, origin=origin, args=args):
                with Server([reply(b"x")], tls=origin) as a, Server(
                        [connect(a.port)], tls=proxy) as p:
                    done = self.dial(*args, "-U", "me:SECRET", "-x", p.url(),
                                     a.url(host="a.test"))
                    self.assertEqual(done.returncode, code, done.stderr)
                    if code:
                        self.assert_fails(done, code, words)
                        self.assertEqual(a.requests, [])
                    if words == "proxy":
                        self.assertEqual(p.requests, [])

    def test_PROXY_12_for_plain_http_as_well(self):
        for proxy, code in (("proxy", 0), ("wrong-host", 60)):
            with Server([reply(b"x")], tls=proxy) as p:
                done = self.dial("--proxy-cacert", made("root.pem"), "-k",
                                 "-x", p.url(), "http://a.test/")
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(len(p.requests), 0 if code else 1)

    def test_PROXY_13_each_hop_has_sessions_of_its_own(self):
        """The proxy's tickets are never shown to the origin."""
        close = ["Connection: close"]
        with Server([reply(b"x", fields=close, close=True)], tls="good") as a, \
                Server([connect(a.port)], tls="good") as p:
            url = a.url(host="a.test")
            proxied = p.url(host="127.0.0.1")
            self.dial_ok(*trust(), "--proxy-cacert", made("root.pem"), "-x",
                         proxied, url)
            self.assertEqual((a.resumed, p.resumed), (0, 0))
            self.dial_ok(*trust(), "--proxy-cacert", made("root.pem"), "-x",
                         proxied, url, url)
            self.assertEqual((a.handshakes, p.handshakes), (3, 3))
            self.assertLessEqual(a.resumed, 1)
            self.assertLessEqual(p.resumed, 1)

    def test_PROXY_14_which_authorities_for_which_hop(self):
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)], tls="proxy") as p:
            done = self.dial("-v", *trust(), "--proxy-cacert",
                             made("bundle.pem"), "-x", p.url(),
                             a.url(host="a.test"))
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"root.pem", done.stderr)
            self.assertIn(b"bundle.pem", done.stderr)

    def test_PROXY_17_httpoxy(self):
        """HTTP_PROXY in capitals is a field "Proxy:" where CGI is spoken."""
        with Server([reply(b"P")]) as p, Server([reply(b"A")]) as a:
            for cgi in ({"REQUEST_METHOD": "GET"},
                        {"GATEWAY_INTERFACE": "CGI/1.1"}):
                env = {"HTTP_PROXY": p.url(), **cgi}
                self.assertEqual(self.dial_ok(a.url(), env=env), b"A")
                done = self.dial("-v", a.url(), env=env)
                self.assertIn(b"HTTP_PROXY", done.stderr)
            self.assertEqual(p.connections, [])
            env["http_proxy"] = p.url()
            self.assertEqual(self.dial_ok(a.url(), env=env), b"P")

    def test_PROXY_17_elsewhere_its_use_is_said(self):
        with Server([reply(b"P")]) as p:
            done = self.dial("-v", "http://a.test/",
                             env={"HTTP_PROXY": p.url()})
            self.assertIn(b"HTTP_PROXY", done.stderr)

    def test_noproxy_test_says_which_entry_decides(self):
        """And for whom another would; nobody is called or looked up."""
        with Server([]) as p:
            lookups = Lookups(self)
            shown = self.dial_ok(
                "--noproxy-test", "http://u:SECRET@a.test/", "10.1.2.3",
                env={**lookups.env, "http_proxy": p.url(user="me:SECRET"),
                     "NO_PROXY": "x,.a.test,10.0.0.0/8"})
            self.assertEqual(shown.decode(), f"""\
http://u:***@a.test/
  dial:   direct (NO_PROXY entry '.a.test' matched)
  curl:   direct (NO_PROXY entry '.a.test')
  wget:   proxy (http_proxy in the environment), differs
  Go:     proxy (http_proxy in the environment), differs
  Python: direct (NO_PROXY entry '.a.test')
http://10.1.2.3/
  dial:   direct (NO_PROXY entry '10.0.0.0/8' matched)
  curl:   direct (NO_PROXY entry '10.0.0.0/8')
  wget:   proxy (http_proxy in the environment), differs
  Go:     direct (NO_PROXY entry '10.0.0.0/8')
  Python: proxy (http_proxy in the environment), differs
""")
            self.assertEqual((p.connections, lookups.names), ([], []))

    def test_noproxy_test_knows_the_file_and_its_line(self):
        self.write("rc", b"# who goes by himself\nnoproxy = a.test:80\n")
        shown = self.dial_ok("-K", "rc", "-x", "[::1]:9", "--noproxy-test",
                             "http://{a,b}.test").decode()
        self.assertIn("direct (--noproxy entry 'a.test:80' matched, rc:2)",
                      shown)
        self.assertIn("dial:   proxy [::1]:9 (-x)\n", shown)
        self.assertEqual(shown.count("differs"), 3)  # but Go

    def test_noproxy_test_fails_as_a_fetch_would(self):
        self.assert_fails(self.dial("--noproxy-test"), 2, "no URL")
        done = self.dial("--noproxy-test", "http://a.test", "http://a b/",
                         "http://c.test")
        self.assert_fails(done, 3)
        self.assertIn(b"http://a.test/\n  dial:   direct", done.stdout)
        self.assert_fails(self.dial("-x", "http://u:SE@C#RET@p",
                                    "--noproxy-test", "http://a.test"), 5)

    def test_PROXY_19_an_http10_proxy_is_not_used_again(self):
        for extra in (b"", b"Connection: close\r\n",
                      b"Proxy-Connection: close\r\n"):
            answer = Step(send=b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n" +
                          extra + b"\r\nx", close=True)
            with self.subTest(extra=extra), Server([answer]) as p:
                self.assertEqual(self.dial_ok(
                    "-x", p.url(), "http://a.test/1", "http://a.test/2"),
                    b"xx")
                self.assertEqual(len(p.connections), 2)

    def test_PROXY_19_a_407_with_close_fails_clearly(self):
        with Server([reply(b"", status="407 Who", close=True,
                           fields=["Connection: close",
                                   "Proxy-Authenticate: NTLM"])]) as p:
            done = self.dial("-U", "me:SECRET", "-x", p.url(),
                             "https://a.test/")
            self.assert_fails(done, 7, "407", "the proxy 127.0.0.1")
            self.assertNotIn(b"SECRET", done.stderr)


def socks5(rep=0, bound=b"\1\0\0\0\0\0\0", method=b"\5\0", **members):
    """A SOCKS5 proxy without authentication: greeting, request, reply."""
    return [Step(expect=3, send=method),
            Step(expect=members.pop("request", 13),
                 send=bytes([5, rep, 0]) + bound, **members)]


class Socks(Case):
    def fails(self, script, *words, scheme="socks5h", code=97,
              url="http://a.test/"):
        lookups = Lookups(self)
        with Server(script) as p:
            done = self.dial("-x", f"{scheme}://127.0.0.1:{p.port}", url,
                             env=lookups.env)
            self.assert_fails(done, code, *words)
            self.assertEqual(done.stdout, b"")
        return lookups.names

    def test_SOCKS_01_a_host_that_does_not_fit(self):
        """Never a look-up here in its place, however slow the proxy is."""
        label = "a" * 60 + "."
        for host in ("a" * 256, label * 5, "a" * 64_000):
            lookups = Lookups(self)
            with self.subTest(length=len(host)), Server(
                    [Step(expect=3, delay=0.05, send=b"\5"),
                     Step(expect=None, delay=0.05, send=b"\0")]) as p:
                done = self.dial("-x", f"socks5h://127.0.0.1:{p.port}",
                                 f"http://{host}/", env=lookups.env)
                self.assertIn(done.returncode, (3, 97))
                self.assertEqual(lookups.names, [])
                self.assertLessEqual(len(p.heard), 3)

    def test_SOCKS_01_a_long_one_that_fits(self):
        host = ("a" * 61 + ".") * 4 + "b"
        with Server([reply(b"x")]) as a, Server(
                [Step(expect=3, send=b"\5\0"),
                 Step(expect=7 + len(host), send=b"\5\0\0\1" + b"\0" * 6,
                      tunnel=("127.0.0.1", a.port))]) as p:
            self.dial_ok("-x", f"socks5h://127.0.0.1:{p.port}",
                         f"http://{host}/")
            self.assertIn(host.encode(), p.requests[1])

    def test_SOCKS_02_who_looks_the_name_up(self):
        for scheme, local in (("socks5h", 0), ("socks4a", 0), ("socks5", 1),
                              ("socks4", 1)):
            lookups = Lookups(self)
            if os.path.exists(lookups.log):
                os.remove(lookups.log)
            five = scheme.startswith("socks5")
            with self.subTest(scheme=scheme), Server([reply(b"x")]) as a:
                there = {"tunnel": ("127.0.0.1", a.port)}
                if five:
                    script = socks5(request=10 if local else 13, **there)
                else:
                    granted = b"\0\x5a" + b"\0" * 6
                    script = [Step(expect=9 if local else 16, send=granted,
                                   **there)]
                with Server(script) as p:
                    self.dial_ok("-4", "-x", f"{scheme}://127.0.0.1:{p.port}",
                                 "http://a.test/", env=lookups.env)
                    self.assertEqual(lookups.names, ["a.test"] * local)
                    self.assertEqual(b"a.test" in p.requests[-1], not local)

    def test_SOCKS_03_user_and_password(self):
        for user, password in (("u", "p"), ("u" * 255, "p" * 255)):
            length = 3 + len(user) + len(password)
            with Server([reply(b"x")]) as a, Server(
                    [Step(expect=4, send=b"\5\2"),
                     Step(expect=length, send=b"\1\0"),
                     Step(expect=13, send=b"\5\0\0\1" + b"\0" * 6,
                          tunnel=("127.0.0.1", a.port))]) as p:
                self.dial_ok("-U", f"{user}:{password}", "-x",
                             f"socks5h://127.0.0.1:{p.port}",
                             "http://a.test/")
                self.assertEqual(
                    p.requests[1],
                    b"\1" + bytes([len(user)]) + user.encode() +
                    bytes([len(password)]) + password.encode())
        for given in ("u" * 256 + ":p", "u:" + "p" * 256):
            with Server([Step(expect=4, send=b"\5\2")]) as p:
                done = self.dial("-U", given, "-x",
                                 f"socks5h://127.0.0.1:{p.port}",
                                 "http://a.test/")
                self.assert_fails(done, 97, "255")

    def test_SOCKS_04_each_refusal_in_its_own_words(self):
        said = set()
        for rep in range(1, 9):
            with Server(socks5(rep)) as p:
                done = self.dial("-x", f"socks5h://127.0.0.1:{p.port}",
                                 "http://a.test/")
                line = self.assert_fails(done, 97)
                said.add(line.replace(str(p.port), ""))
        self.assertEqual(len(said), 8)

    def test_SOCKS_04_the_bound_address_is_read_by_its_type(self):
        for bound in (b"\1" + b"\0" * 6, b"\4" + b"\0" * 18,
                      b"\3\5a.tes\0\0", b"\3\0\0\0"):
            with self.subTest(bound=bound):
                line = b"now\r\n"
                with Server(socks5(bound=bound + line, close=True)) as p:
                    self.assertEqual(self.dial_ok(
                        "-s", "-x", f"socks5h://127.0.0.1:{p.port}",
                        "daytime://a.test"), line)

    def test_SOCKS_04_what_breaks_the_rules_fails(self):
        for script in (socks5(bound=b"\2" + b"\0" * 6),
                       socks5(bound=b"\1\0\0", close=True),
                       [Step(expect=3, send=b"\4\0")],
                       [Step(expect=3, send=b"\5\xff")],
                       [Step(expect=3, send=b"\5\2")],
                       [Step(expect=3, send=b"\5\1")],
                       [Step(expect=3, send=b"HTTP/1.0 400 Bad\r\n\r\n")],
                       [Step(expect=3, close=True)],
                       [Step(expect=3, send=b"\5\0"),
                        Step(expect=13, send=b"\4\0\0\1" + b"\0" * 6)]):
            with self.subTest(script=script):
                self.assertEqual(self.fails(script), [])


class Racing(Case):
    def test_PROTOCOL_71_every_address_tried_is_named(self):
        port = closed_port()
        done = self.dial("--resolve", f"a.test:{port}:[::1],127.0.0.1,127.0.0.2",
                         f"http://a.test:{port}/")
        self.assert_fails(done, 7, "127.0.0.1", "127.0.0.2", "::1")

    def test_PROTOCOL_71_the_next_address_is_tried(self):
        with Server([reply(b"x")]) as s:
            for first in ("[::1]", "127.0.0.2", "[::1],127.0.0.2"):
                self.assertEqual(self.dial_ok(
                    "--resolve", f"a.test:{s.port}:{first},127.0.0.1",
                    s.url(host="a.test")), b"x")

    def test_PROTOCOL_71_of_proxies_too(self):
        with Server([reply(b"x")]) as p:
            self.assertEqual(self.dial_ok(
                "--resolve", f"p.test:{p.port}:127.0.0.2,127.0.0.1", "-x",
                p.url(host="p.test"), "http://a.test/"), b"x")

    def test_PROTOCOL_71_one_family_on_request(self):
        with Server([reply(b"x")]) as s:
            self.dial_ok("-4", s.url())
            self.assert_fails(self.dial("-6", s.url()), 6, "IPv6")
            self.assert_fails(self.dial(
                "-4", s.url(host="[::1]")), 6, "IPv4")


if __name__ == "__main__":
    unittest.main(verbosity=1)
