"""CASES A8 and PROTOCOL 1 to 18: what goes out, and what never does."""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (DIAL, Case, Lookups, at, body,  # noqa: E402
                     clean_environment, field, fields, instead, start_line,
                     trust)
from scripted import (HEAD, Server, Step, connect, moved,  # noqa: E402
                      reply)

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Requests(Case):
    def request(self, *args, path="/", server=None, code=0, **more):
        """The one request that comes of these arguments."""
        with Server([server or reply(b"x")]) as s:
            done = self.dial(*args, s.url(path), **more)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual(len(s.requests), 1)
            self.port = s.port
            return s.requests[0]

    def assert_refused(self, code, *args, words=()):
        """Nothing is sent, and nobody is asked for any address."""
        lookups = Lookups(self)
        with Server([reply(b"x")]) as s:
            args = [word.replace("{port}", str(s.port)) for word in args]
            done = self.dial(*args, env=lookups.env)
            self.assert_fails(done, code, *words)
            self.assertEqual(s.connections, [])
        self.assertEqual(lookups.names, [])
        return done.stderr


class Injection(Requests):
    def test_INJ_01_raw_bytes_in_a_url_are_refused(self):
        """NUL cannot come by a command line; test_url.c has it."""
        for byte in "\r\n\t \x0b\x01\x7f":
            for url in ("http://a.test:{port}/a%sb", "http://a.test:{port}/?a%sb",
                        "http://a%s.test:{port}/", "http://u%s@a.test:{port}/",
                        "http://u:p%s@a.test:{port}/",
                        "http://a.test:{port}/\r\nX: y%s"):
                with self.subTest(url=url, byte=byte):
                    self.assert_refused(3, url % byte)

    def test_INJ_01_high_bytes_are_encoded_in_path_and_query(self):
        request = self.request(path="/café?q=ü")
        self.assertEqual(start_line(request),
                         "GET /caf%C3%A9?q=%C3%BC HTTP/1.0")
        self.assert_refused(3, "http://\udcff.test:{port}/")

    def test_INJ_01_in_a_proxys_request_line_too(self):
        for byte in "\r\n\t ":
            self.assert_refused(3, "-x", "http://127.0.0.1:{port}",
                                f"http://a.test/a{byte}b")
            self.assert_refused(3, "-p", "-x", "http://127.0.0.1:{port}",
                                f"http://a{byte}.test/")

    def test_INJ_01_a_location_with_such_bytes_is_not_followed(self):
        for byte in ("\t", "\x0b", "\x7f", "\x01"):
            with self.subTest(byte=byte), Server(
                    [moved(f"/a{byte}b")], [reply(b"x")]) as s:
                done = self.dial("-L", s.url())
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(len(s.requests), 1)

    def test_INJ_01_a_location_with_spaces_or_high_bytes_is_encoded(self):
        with Server([moved("/a b\xe9?c d")], [reply(b"x")]) as s:
            self.dial_ok("-L", s.url())
            self.assertEqual(start_line(s.requests[1]),
                             "GET /a%20b%E9?c+d HTTP/1.0")

    def test_INJ_02_a_method_is_a_token(self):
        for method in ("GET / HTTP/1.1\r\nX:", "GET /", "G\tET", "G\r\nET", "",
                       "GET\n", "G:T", "G\x00T".replace("\x00", "\x7f"),
                       "G\u00c9T"):
            with self.subTest(method=method):
                said = self.assert_refused(2, "-X", method,
                                           "http://127.0.0.1:{port}/")
                self.assertIn(b"method", said)

    def test_INJ_03_fields_hold_neither_line_ends_nor_odd_names(self):
        for given in (["-H", "X: a\r\nY: b"], ["-H", "X: a\nY: b"],
                      ["-H", "X: a\rb"], ["-H", "X\r\nY: b"],
                      ["-H", "X Y: b"], ["-H", "X(: b"], ["-H", ": b"],
                      ["-H", "X\u00e9: b"], ["-A", "me\r\nX: y"],
                      ["-e", "http://r/\r\nX: y"], ["-b", "a=b\r\nX: y"],
                      ["-u", "me\r\nX: y:pass"], ["-u", "me:pa\x01ss"],
                      ["-r", "0-1\r\nX: y"]):
            with self.subTest(given=given):
                lookups = Lookups(self)
                with Server([reply(b"x")]) as s:
                    done = self.dial(*given, s.url(), env=lookups.env)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(b"dial: (", done.stderr)
                    self.assertNotIn(b"\r", done.stderr)
                    self.assertEqual(s.connections, [])

    def test_INJ_03_for_the_proxy_neither(self):
        for given in (["--proxy-header", "X: a\r\nY: b"],
                      ["-U", "me\r\nX: y:pass"]):
            with self.subTest(given=given), Server([reply(b"x")]) as p:
                done = self.dial(*given, "-x", p.url(), "http://a.test/")
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(p.connections, [])

    def test_INJ_05_a_proxy_of_the_environment_is_no_way_in(self):
        lookups = Lookups(self)
        with Server([reply(b"x")]) as p:
            for value in (f"http://127.0.0.1:{p.port}/\r\nX: y",
                          f"127.0.0.1:{p.port}\r\nX: y",
                          f"http://u\r\n@127.0.0.1:{p.port}",
                          f"http://127.0.0.1\r\n:{p.port}"):
                with self.subTest(value=value):
                    done = self.dial("http://a.test/", env={
                        **lookups.env, "http_proxy": value})
                    self.assertIn(done.returncode, (3, 5), done)
                    self.assertIn(b"http_proxy", done.stderr)
            self.assertEqual(p.connections, [])
        self.assertEqual(lookups.names, [])


class Urls(Requests):
    def test_URL_01_the_host_ends_at_the_fragment(self):
        lookups = Lookups(self)
        with Server([reply(b"a")]) as a, Server([reply(b"b")]) as b:
            self.dial_ok(*at(a, "a.test"), *at(b, "b.test"), "-o", "out",
                         f"http://a.test:{a.port}#@b.test:{b.port}/x",
                         env=lookups.env)
            self.assertEqual(start_line(a.requests[0]), "GET / HTTP/1.0")
            self.assertEqual(b.connections, [])
        self.assertEqual(lookups.names, [])

    def test_URL_01_nor_does_a_backslash_or_a_question_mark_hide_it(self):
        with Server([reply(b"a")]) as a:
            self.dial_ok(*at(a, "a.test"),
                         f"http://a.test:{a.port}?@b.test/x")
            self.assertEqual(start_line(a.requests[0]),
                             "GET /?@b.test/x HTTP/1.0")
        self.assert_refused(3, "http://a.test\\@b.test:{port}/")

    def test_URL_02_encoded_marks_in_a_host_are_refused(self):
        for mark in ("%2f", "%00", "%23", "%40", "%0d", "%0a", "%3a", "%20",
                     "%zz", "%"):
            with self.subTest(mark=mark):
                self.assert_refused(3, f"http://a.test{mark}b.test:{{port}}/")

    def test_URL_05_brackets(self):
        for host in ("[::1]x", "[::1]:80x", "[a.test]", "[1.2.3.4]",
                     "[::1%25]", "[::1", "::1]", "[]", "[::1]]", "[[::1]]"):
            with self.subTest(host=host):
                self.assert_refused(3, f"http://{host}/")

    def test_URL_06_an_empty_host_is_refused(self):
        for url in ("http://:80/", "http://./", "http:///", "http://",
                    "http://@/", "http://u:p@:80/", "http://../",
                    "http://?x", "http://#x", ""):
            with self.subTest(url=url):
                self.assert_refused(3, url)

    def test_URL_07_numeric_hosts_are_one_host(self):
        """For connecting, Host, no_proxy and the scope of secrets alike."""
        for host in ("0x7f.1", "0177.0.0.1", "2130706433", "127.1",
                     "127.0.1", "0x7f000001", "127.0.0.1"):
            with self.subTest(host=host):
                with Server([reply(b"x")]) as s, Server([]) as p:
                    self.dial_ok("-x", p.url(), "--noproxy", "127.0.0.0/8",
                                 s.url(host=host))
                    self.assertEqual(field(s.requests[0], "host"),
                                     [f"127.0.0.1:{s.port}"])
                    self.assertEqual(p.connections, [])
                with Server([reply(b"x")], tls="good") as s:
                    self.dial_ok(*trust(), s.url(host=host))

    def test_URL_07_a_redirect_to_the_same_number_keeps_secrets(self):
        with Server([Step(send=lambda r: self.back, close=True)],
                    [reply(b"x")]) as s:
            self.back = (f"HTTP/1.0 302 F\r\nLocation: http://2130706433:"
                         f"{s.port}/\r\nContent-Length: 0\r\n\r\n").encode()
            self.dial_ok("-L", "-u", "a:b", s.url(host="0x7f.1"))
            self.assertEqual(len(field(s.requests[1], "authorization")), 1)

    def test_URL_08_ports(self):
        for port in (":0", ":65536", ":-1", ": 80", ":80:80", ":4294967376",
                     ":1234567890", ":+80", ":0x50", ":80a"):
            with self.subTest(port=port):
                self.assert_refused(3, f"http://127.0.0.1{port}/")

    def test_URL_08_an_empty_port_is_the_default(self):
        with Server([reply(b"x")]) as s:
            self.dial_ok(*instead(s, "a.test:80"), "http://a.test:/")
            self.assertEqual(field(s.requests[0], "host"), ["a.test"])

    def test_URL_09_a_url_has_a_cap(self):
        with Server([reply(b"x")]) as s:
            stem = s.url("/")
            longest = stem + "x" * (65535 - len(stem))
            self.assertEqual(self.dial_ok(longest), b"x")
            self.assert_fails(self.dial(longest + "x"), 3, "65535")
            self.assertEqual(len(s.requests), 1)
        # One argument holds no more than 128 KiB; a redirect may.
        with Server([moved("/" + "x" * 200_000)], [reply(b"x")]) as s:
            self.assertNotEqual(self.dial("-L", s.url()).returncode, 0)
            self.assertEqual(len(s.requests), 1)

    def test_URL_09_so_has_a_host(self):
        self.assert_refused(3, "http://" + "a" * 64000 + "/")
        self.assert_refused(3, "http://" + "a." * 128 + "test/")
        lookups = Lookups(self)
        with Server([reply(b"x")]) as s:
            self.dial_ok(*instead(s, ":"), "http://" + ("a" * 62 + ".") * 3 +
                         "a.test?x", env=lookups.env)
            self.assertEqual(start_line(s.requests[0]), "GET /?x HTTP/1.0")

    def test_URL_10_without_libidn2_names_are_ascii(self):
        if "libidn2" in self.dial_ok("-V").decode():
            self.skipTest("built with libidn2")
        self.assert_refused(3, "http://stra\u00dfe.test:{port}/",
                            words=("xn--", "libidn2"))
        for host in ("a\u3002test", "a\uff0etest", "\u200da.test",
                     "\u05d0a.test"):
            with self.subTest(host=host):
                self.assert_refused(3, f"http://{host}:{{port}}/")

    def test_URL_10_no_name_maps_to_what_ends_one(self):
        for host in ("a\uff0fb.test", "a\u2100b.test", "a\uff20b.test",
                     "a\uff1ab.test", "a\u3000b.test", "%ff.test"):
            with self.subTest(host=host):
                self.assert_refused(3, f"http://{host}:{{port}}/")

    def test_URL_10_A_labels(self):
        with Server([reply(b"x")], tls="idn") as s:
            self.dial_ok(*trust(), *at(s, "xn--strae-oqa.test"),
                         s.url(host="xn--strae-oqa.test"))

    def test_URL_12_redirects_lead_to_http_alone(self):
        lookups = Lookups(self)
        for to in ("file:///etc/passwd", "ftp://a.test/", "gopher://a.test/",
                   "dict://a.test/", "data:,x", "javascript:x",
                   "daytime://a.test/", "FILE:///etc/passwd"):
            with self.subTest(to=to), Server([moved(to)]) as s:
                done = self.dial("-L", s.url(), env=lookups.env)
                self.assert_fails(done, 1, "Location")
                self.assertEqual(done.stdout, b"")
        self.assertEqual(lookups.names, [])

    def test_URL_14_a_scheme_is_not_guessed_from_a_name(self):
        with Server([reply(b"x")]) as s:
            for url in (f"ftp.a.test:{s.port}", f"daytime.a.test:{s.port}",
                        f"me:pw@a.test:{s.port}", f"a.test:{s.port}/x"):
                with self.subTest(url=url):
                    self.dial_ok(*instead(s, ":"), url)
            self.assertEqual(len(s.requests), 4)

    def test_URL_15_the_fragment_goes_along(self):
        for to, effective in (("/new", "/new#frag"), ("/new#own", "/new#own"),
                              ("?y", "/dir/old?y#frag"), ("../x/./y", "/x/y#frag"),
                              ("#s", "/dir/old?q#s")):
            with self.subTest(to=to), Server([moved(to)], [reply(b"x")]) as s:
                said = self.dial_ok("-L", "-w", "%{url_effective}",
                                    s.url("/dir/old?q#frag"))
                self.assertEqual(said.decode(), "x" + s.url(effective))
                self.assertNotIn(b"#", s.heard)


class Form(Requests):
    """PROTOCOL 1 to 18."""

    def test_PROTOCOL_01_origin_form(self):
        for path, target in (("/a/b?c=d", "/a/b?c=d"), ("", "/"),
                             ("?q", "/?q"), ("/a%2Fb#frag", "/a%2Fb"),
                             ("/a/./b/../c", "/a/c")):
            self.assertEqual(start_line(self.request(path=path)),
                             f"GET {target} HTTP/1.0")

    def test_PROTOCOL_02_absolute_form_to_a_proxy(self):
        with Server([reply(b"x")]) as p:
            self.dial_ok("-x", p.url(), "http://u:p@A.test:81/x?y#z")
            self.assertEqual(start_line(p.requests[0]),
                             "GET http://a.test:81/x?y HTTP/1.0")

    def test_PROTOCOL_03_authority_form(self):
        for url, target in (("https://a.test/x", "a.test:443"),
                            ("https://[2001:db8::1]/", "[2001:db8::1]:443"),
                            ("http://a.test/", "a.test:80")):
            with Server([Step(expect=HEAD, close=True,
                              send=b"HTTP/1.1 403 No\r\n\r\n")]) as p:
                self.assert_fails(self.dial("-p", "-x", p.url(), url), 7)
                self.assertEqual(start_line(p.requests[0]),
                                 f"CONNECT {target} HTTP/1.1")
                self.assertEqual(field(p.requests[0], "host"), [target])

    def test_PROTOCOL_05_one_host_and_the_first_field(self):
        for args, host in (([], "127.0.0.1:{port}"),
                           (["-H", "Host: other.test"], "other.test"),
                           (["-u", "me:pw"], "127.0.0.1:{port}")):
            request = self.request(*args)
            self.assertEqual(field(request, "host"),
                             [host.replace("{port}", str(self.port))])
            self.assertEqual(fields(request)[0][0], "host")
        with Server([reply(b"x")]) as p:
            self.dial_ok("-x", p.url(), "http://u:p@a.test:80/")
            self.assertEqual(field(p.requests[0], "host"), ["a.test"])

    def test_PROTOCOL_06_no_userinfo_anywhere(self):
        with Server([moved("/2")], [reply(b"x")]) as s:
            self.dial_ok("-L", "-e", ";auto", s.url(user="me:secret"))
            self.assertEqual(field(s.requests[1], "referer"), [s.url()])
            self.assertNotIn(b"secret", s.heard)
            self.assertNotIn(b"me@", s.heard)

    def test_PROTOCOL_07_an_empty_host_is_refused(self):
        self.assert_refused(3, "http://:{port}/")

    def test_PROTOCOL_08_the_version_is_one_that_we_speak(self):
        for args, version in (([], "1.0"), (["-0"], "1.0"),
                              (["--http1.1"], "1.1")):
            self.assertTrue(start_line(self.request(*args)).endswith(
                "HTTP/" + version))

    def test_PROTOCOL_09_lines_end_in_crlf_and_nothing_is_around(self):
        for args in ([], ["--http1.1"], ["-d", "a=b"], ["-H", "X;"]):
            request = self.request(*args)
            head = request.split(b"\r\n\r\n")[0]
            self.assertNotRegex(head.replace(b"\r\n", b""), rb"[\r\n]")
            self.assertRegex(request, rb"\A[A-Z]")
            if not args:
                self.assertTrue(request.endswith(b"\r\n\r\n"))

    def test_PROTOCOL_10_names_are_tokens_and_nothing_is_folded(self):
        request = self.request("-H", "X-A:   spaced   ", "-H", "X-B: a\tb")
        for line in request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
            name = line.split(b":")[0].decode()
            self.assertRegex(name, rf"\A{TOKEN.pattern}\Z")
        self.assertEqual(field(request, "x-a"), ["spaced"])
        self.assertEqual(field(request, "x-b"), ["a\tb"])

    def test_PROTOCOL_11_the_referer(self):
        self.assertEqual(field(self.request(), "referer"), [])
        with Server([moved("/2")], [reply(b"x")]) as s:
            self.dial_ok("-L", "-e", ";auto", s.url("/1?q#frag"))
            self.assertEqual(field(s.requests[0], "referer"), [])
            self.assertEqual(field(s.requests[1], "referer"),
                             [s.url("/1?q")])

    def test_PROTOCOL_11_no_referer_from_https_to_http(self):
        for given in (["-e", ";auto"], ["-e", "https://r.test/secret"],
                      ["-e", "https://r.test/secret;auto"],
                      ["-H", "Referer: https://r.test/secret"]):
            with self.subTest(given=given), Server([reply(b"x")]) as b, \
                    Server([moved(b.url())], tls="good") as a:
                self.dial_ok("-L", "-s", *given, *trust(), a.url())
                self.assertEqual(field(b.requests[0], "referer"), [])

    def test_PROTOCOL_12_who_we_are_in_short(self):
        request = self.request()
        self.assertRegex(field(request, "user-agent")[0],
                         r"\Adial/[\d.]+\Z")
        self.assertEqual(field(request, "accept-language"), [])

    def test_PROTOCOL_13_close_is_said_where_nothing_more_is_sent(self):
        """HTTP/1.0 never says it; 1.1 does when it was not asked for."""
        with Server([reply(b"no", status="426 U", close=True)],
                    [reply(b"yes"), reply(b"never")]) as s:
            self.dial_ok(s.url())
            self.assertEqual(field(s.requests[0], "connection"), [])
            self.assertEqual(field(s.requests[1], "connection"), ["close"])
            self.assertEqual(len(s.requests), 2)

    def test_a_silent_input_does_not_hold_the_clock(self):
        """-m fires while the body's input has not said a word, in 1.0 where
        it is spooled and in 1.1 where it goes out as it comes."""
        for version, step in (("--http1.0", "reading the body"),
                              ("--http1.1", "sending the request")):
            silent, writer = os.pipe()
            self.addCleanup(os.close, writer)
            with Server([Step(expect=10 ** 6)]) as server:
                done = subprocess.run(
                    [DIAL, version, "-H", "Expect:", "-m", "0.5", "-T", "-",
                     server.url("/x")], stdin=silent, capture_output=True,
                    timeout=30, env=clean_environment(), check=False)
            os.close(silent)
            self.assert_fails(done, 28, step)

    def test_PROTOCOL_14_a_body_has_a_length(self):
        for args, length in ((["-d", "abc"], 3), (["-d", ""], 0),
                             (["-T", "-"], 5), (["-T", "-", "-0"], 5)):
            request = self.request(*args, path="/x", stdin=b"stdin")
            self.assertEqual(field(request, "content-length"), [str(length)])
            self.assertEqual(field(request, "transfer-encoding"), [])
            self.assertEqual(len(body(request)), length)

    def test_PROTOCOL_15_no_body_no_length(self):
        for args in ([], ["-I"], ["-X", "DELETE"], ["-G", "-d", "a=b"]):
            request = self.request(*args, server=Step(
                send=b"HTTP/1.0 200 OK\r\n\r\n", close=True))
            self.assertEqual(field(request, "content-length"), [])
            self.assertEqual(body(request), b"")

    def test_PROTOCOL_16_expect_only_with_a_large_body_in_11(self):
        self.write("big", b"x" * (1024 * 1024 + 1))
        self.write("small", b"x" * 1024)
        go_on = [Step(expect=HEAD, send=b"HTTP/1.1 100 Continue\r\n\r\n"),
                 Step(expect=1024 * 1024 + 1,
                      send=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
        with Server(go_on) as s:
            self.assertEqual(self.dial_ok("--http1.1", "-T", "big",
                                          s.url("/x")), b"ok")
            self.assertEqual(field(s.requests[0], "expect"), ["100-continue"])
        for args in ([], ["--http1.1"]):
            request = self.request(*args, "-T", "small", path="/x")
            self.assertEqual(field(request, "expect"), [])
        self.assertEqual(field(self.request("-T", "big", path="/x"),
                               "expect"), [])

    def test_PROTOCOL_16_a_server_that_never_says_go_on(self):
        """It gets the body all the same, and soon."""
        self.write("big", b"x" * (1024 * 1024 + 1))
        with Server([reply(b"ok")]) as s:
            self.assertEqual(self.dial_ok("--http1.1", "-T", "big",
                                          s.url("/x")), b"ok")

    def test_PROTOCOL_16_a_server_that_wants_no_expectation(self):
        self.write("big", b"x" * (1024 * 1024 + 1))
        with Server([Step(expect=HEAD, close=True,
                          send=b"HTTP/1.1 417 Expectation Failed\r\n"
                               b"Content-Length: 0\r\n\r\n")],
                    [reply(b"ok")]) as s:
            self.assertEqual(self.dial_ok("--http1.1", "-T", "big",
                                          s.url("/x")), b"ok")
            self.assertEqual(field(s.requests[1], "expect"), [])
            self.assertEqual(len(body(s.requests[1])), 1024 * 1024 + 1)

    def test_PROTOCOL_17_trace_carries_no_secret(self):
        for given in (["-u", "me:secret"], ["-b", "s=secret"],
                      ["-H", "Authorization: secret"],
                      ["-H", "Cookie: s=secret"], ["-d", "secret"]):
            with self.subTest(given=given), Server([reply(b"x")]) as s:
                self.assert_fails(self.dial("-X", "TRACE", *given, s.url()),
                                  2, "TRACE")
                self.assertEqual(s.heard, b"")
        self.assertEqual(start_line(self.request("-X", "TRACE")),
                         "TRACE / HTTP/1.0")

    def test_PROTOCOL_18_no_te(self):
        for args in ([], ["--compressed"], ["--http1.1", "--compressed"]):
            self.assertEqual(field(self.request(*args), "te"), [])
        self.assertNotEqual(
            field(self.request("-H", "TE: trailers"), "connection"), [])


class Fallback(Requests):
    """PROTOCOL 1's decision: HTTP/1.1 where HTTP/1.0 is not served."""

    def test_PROTOCOL_08_a_426_or_505_is_asked_again_in_11(self):
        for status in ("426 Upgrade Required", "505 Not Supported"):
            with Server([reply(b"no", status=status, close=True)],
                        [reply(b"yes")]) as s:
                out = self.dial_ok("-i", "-d", "body", s.url("/1"))
                self.assertTrue(out.endswith(b"\r\n\r\nyes"))
                self.assertEqual(out.count(b"HTTP/1.1"), 1)
                self.assertEqual([start_line(r) for r in s.requests],
                                 ["POST /1 HTTP/1.0", "POST /1 HTTP/1.1"])
                self.assertEqual(body(s.requests[1]), b"body")


if __name__ == "__main__":
    unittest.main(verbosity=1)
