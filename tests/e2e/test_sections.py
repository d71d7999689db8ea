"""Sections of configuration files: for whom they hold, what they override, and
what --config-test tells of it."""
import base64
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, Lookups, field  # noqa: E402
from scripted import Server, moved, reply  # noqa: E402

PASSES = [reply(b"x")]


def basic(pair):
    return "Basic " + base64.b64encode(pair.encode()).decode()


def resolved(server, *hosts):
    return [word for host in hosts
            for word in ("--resolve", f"{host}:{server.port}:127.0.0.1")]


class Rc(Case):
    def rc(self, *lines, name="rc"):
        return self.write(name, "\n".join(lines).encode() + b"\n")


class Sections(Rc):
    def test_what_a_host_is_told(self):
        self.rc("user-agent = plain", "header = \"X-Plain: 1\"",
                "[host *.corp.test 127.0.0.0/8]", "user-agent = corp",
                "header = \"X-Corp: 1\"", "user = me:secret", "[all]",
                "referer = http://r.test/")
        with Server(PASSES) as a:
            self.dial_ok("-K", "rc", *resolved(a, "a.corp.test", "corp.test"),
                         a.url(host="a.corp.test"), a.url(host="corp.test"),
                         a.url())
            self.assertEqual(
                [[field(r, name) for name in
                  ("user-agent", "x-plain", "x-corp", "authorization",
                   "referer")] for r in a.requests],
                [[["corp"], ["1"], ["1"], [basic("me:secret")],
                  ["http://r.test/"]],
                 [["plain"], ["1"], [], [], ["http://r.test/"]],
                 [["corp"], ["1"], ["1"], [basic("me:secret")],
                  ["http://r.test/"]]])

    def test_the_command_line_wins_and_the_later_section(self):
        self.rc("[host 127.0.0.1]", "user-agent = one", "max-time = 50",
                "referer = one", "[host *]", "user-agent = two",
                "[host b.test]", "user-agent = three")
        for args, agent in (([], "two"), (["-A", "cmd"], "cmd")):
            with Server(PASSES) as a:
                self.dial_ok(*args, "-K", "rc", a.url())
                self.dial_ok("-K", "rc", *args, a.url())
                for request in a.requests:
                    self.assertEqual(field(request, "user-agent"), [agent])
                    self.assertEqual(field(request, "referer"), ["one"])

    def test_an_option_of_the_same_thing_wins_too(self):
        self.rc("[host *]", "insecure", "http1.1", "unix-socket = nowhere")
        with Server(PASSES, path=self.path("sock")) as a:
            self.dial_ok("-0", "--unix-socket", "sock", "-K", "rc",
                         "http://a.test/")
            self.assertTrue(a.requests[0].startswith(b"GET / HTTP/1.0\r\n"))

    def test_each_url_of_a_pattern_and_behind_next(self):
        self.rc("[host b.test]", "user-agent = b")
        with Server(PASSES) as s:
            names = resolved(s, "a.test", "b.test")
            self.dial_ok("-K", "rc", *names, f"http://{{a,b}}.test:{s.port}/",
                         "--next", *names, s.url(host="b.test"))
            self.assertEqual([field(r, "user-agent") == ["b"]
                              for r in s.requests], [False, True, True])

    def test_side_by_side_they_are_not_mixed_up(self):
        self.rc("[host b.test]", "user-agent = b", "user = b:secret")
        with Server(PASSES) as s:
            self.dial_ok("-s", "-Z", "-K", "rc",
                         *resolved(s, "a.test", "b.test"),
                         f"http://{{a,b}}.test:{s.port}/[1-9]")
            self.assertEqual(len(s.requests), 18)
            for request in s.requests:
                b = field(request, "host")[0].startswith("b.")
                self.assertEqual(field(request, "user-agent") == ["b"], b)
                self.assertEqual(len(field(request, "authorization")), b)

    def test_where_a_redirect_leads_does_not_matter(self):
        """b's section is not a's, and a's secrets are not b's."""
        self.rc("[host a.test]", "user = a:secret",
                "header = \"Authorization: Bearer SECRET\"",
                "[host b.test]", "user-agent = b", "user = b:secret")
        lookups = Lookups(self)
        with Server(PASSES) as b, Server([moved(b.url(host="b.test"))]) as a:
            self.dial_ok("-L", "-K", "rc", *resolved(a, "a.test"),
                         *resolved(b, "b.test"), a.url(host="a.test"),
                         env=lookups.env)
            self.assertIn(b"SECRET", a.heard)
            self.assertNotIn(b"uthorization", b.heard)
            self.assertNotEqual(field(b.requests[0], "user-agent"), ["b"])

    def test_a_proxy_is_told_its_own(self):
        with Server(PASSES) as p, Server(PASSES) as q:
            self.rc(f"[proxy 127.0.0.1:{p.port}]", "proxy-user = p:secret",
                    "proxy-header = \"X-P: 1\"", "user-agent = p",
                    f"[proxy localhost:{q.port}]",
                    "proxy-cred-cmd = \"echo q:other\"")
            self.dial_ok("-K", "rc", "-x", p.url(), "http://a.test/",
                         "--next", "-x", f"http://localhost:{q.port}",
                         "http://a.test/", "--next", "-x", q.url(),
                         "http://a.test/")
            self.assertEqual(field(p.requests[0], "proxy-authorization"),
                             [basic("p:secret")])
            self.assertEqual(field(p.requests[0], "x-p"), ["1"])
            self.assertEqual(
                [field(r, "proxy-authorization") for r in q.requests],
                [[basic("q:other")], []])
            self.assertNotIn(b"X-P", q.heard)
            self.assertNotIn(b"User-Agent: p\r\n", q.heard)

    def test_a_host_may_choose_the_proxy_and_its_section_follows(self):
        with Server(PASSES) as p, Server(PASSES) as a:
            self.rc("[proxy 127.0.0.0/8]", "user-agent = proxied",
                    "[host a.test]", f"proxy = {p.url()}", "[host c.test]",
                    "noproxy = *")
            self.dial_ok("-K", "rc", *resolved(a, "b.test", "c.test"),
                         "http://a.test/", a.url(host="b.test"),
                         a.url(host="c.test"), env={"http_proxy": p.url(),
                                                    "no_proxy": "b.test"})
            self.assertEqual(field(p.requests[0], "user-agent"), ["proxied"])
            self.assertEqual(len(a.requests), 2)
            self.assertNotIn(b"proxied", a.heard)

    def test_a_redirect_to_another_proxy_takes_no_secret_along(self):
        """http goes by p, https by q: p's section is p's alone."""
        with Server(PASSES) as q, Server(
                [moved("https://b.test/", close=True)]) as p:
            for login in ("proxy-user = p:secret",
                          "proxy-cred-cmd = \"echo p:secret\"",
                          "proxy-header = \"X-Key: secret\""):
                self.rc(f"[proxy 127.0.0.1:{p.port}]", login,
                        "proxy-header = \"X-P: secret\"")
                q.scripts = [[reply(b"no", status="403 No")]]
                self.dial("-L", "-K", "rc", "http://a.test/",
                          env={"http_proxy": p.url(),
                               "https_proxy": q.url()})
            self.assertEqual(len(q.requests), 3)
            self.assertIn(b"X-P: secret", p.heard)
            for secret in (b"secret", basic("p:secret").encode(), b"X-P"):
                self.assertNotIn(secret, q.heard)

    def test_what_cannot_stand_there(self):
        for lines, words in (
                (["[host a]", "url = b"], ("rc:2: --url", "[host a]")),
                (["", "[proxy p]", "# x", "proxy = q"],
                 ("rc:4: --proxy", "another proxy")),
                (["[host a]", "verbose"], ("rc:2: --verbose", "whole run")),
                (["[hosts a]"], ("rc:1: the section '[hosts a]'",)),
                (["[host 10.0.0.0/99]"], ("rc:1: ", "network"))):
            with self.subTest(lines=lines), Server(PASSES) as a:
                self.rc(*lines)
                self.assert_fails(self.dial("-K", "rc", a.url()), 2, *words)
                self.assertEqual(a.connections, [])

    def test_an_open_password_file_of_one_is_warned_of(self):
        self.rc("[proxy p.test]", "proxy-pass-file = kept")
        os.chmod(self.write("kept", b"a:secret"), 0o644)
        with Server(PASSES) as a:
            done = self.dial("-K", "rc", a.url())
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"chmod 600", done.stderr)
            self.assertNotIn(b"secret", done.stderr)

    def test_dialrc_has_them_too(self):
        self.rc("[host 127.0.0.1]", "-A rc", name=".dialrc")
        with Server(PASSES) as a:
            self.dial_ok(a.url(), env={"HOME": self.folder})
            self.dial_ok("-q", a.url(), env={"HOME": self.folder})
            self.assertEqual([field(r, "user-agent") == ["rc"]
                              for r in a.requests], [True, False])

    def test_a_section_ends_with_its_file(self):
        self.rc("[host b.test]", "user-agent = b")
        self.rc("config = rc", "referer = outer", name="outer")
        with Server(PASSES) as a:
            self.dial_ok("-K", "outer", a.url())
            self.assertEqual(field(a.requests[0], "referer"), ["outer"])


class Secrets(Rc):
    def test_two_sections_do_not_share_them(self):
        """What one section says for its proxies is not for the other's."""
        away = reply(b"", status="302 Found",
                     fields=["Location: https://b.test/"])
        with Server([away]) as p, Server([reply(b"", status="403 No")]) as q:
            self.rc("[proxy 127.0.0.1]", "proxy-user = \"a:SECRET\"",
                    "[proxy localhost 127.0.0.1]",
                    "proxy-header = \"X-Two: 2\"")
            self.dial("-K", "rc", "-s", "-L", "http://a.test/",
                      env={"http_proxy": p.url(),
                           "https_proxy": q.url(host="localhost")})
            self.assertEqual(
                len(field(p.requests[0], "proxy-authorization")), 1)
            self.assertEqual(field(q.requests[0], "proxy-authorization"), [])


class ConfigTest(Rc):
    def told(self, *args, **more):
        done = self.dial("--config-test", *args, **more)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode().splitlines()

    def test_every_value_and_where_it_is_from(self):
        self.rc("user-agent = plain", "max-time = 5",
                "proxy = http://me:secret@p.test:9",
                "[host *.corp.test 10.0.0.0/8]", "user-agent = corp",
                "header = \"Authorization: Bearer secret\"",
                "header = \"X-A: 1\"", "user = jo:secret", "noproxy = *",
                "[proxy p.test:9]", "max-time = 6",
                "proxy-user = \"a:secret\"")
        corp = "[host *.corp.test 10.0.0.0/8]"
        lookups = Lookups(self)
        self.assertEqual(
            self.told("-K", "rc", "-A", "cmd", "--no-insecure",
                      "http://u:secret@a.corp.test/x", "https://corp.test",
                      env=lookups.env),
            ["http://u:***@a.corp.test/x",
             "  way: direct (--noproxy entry '*' matched)",
             f"  section {corp} applies (rc:4)",
             f"  header = Authorization: *** (rc:6, {corp})",
             f"  header = X-A: *** (rc:7, {corp})",
             "  no-insecure (the command line)",
             "  max-time = 5 (rc:2)",
             f"  noproxy = * (rc:9, {corp})",
             "  proxy = http://me:***@p.test:9 (rc:3)",
             f"  user = *** (rc:8, {corp})",
             "  not: user-agent = plain (rc:1; overridden by the command "
             "line)",
             f"  not: user-agent = corp (rc:5, {corp}; overridden by the "
             "command line)",
             "  user-agent = cmd (the command line)",
             "https://corp.test/",
             "  way: proxy p.test:9 (-x)",
             "  section [proxy p.test:9] applies (rc:10)",
             "  no-insecure (the command line)",
             "  not: max-time = 5 (rc:2; overridden by rc:11, [proxy "
             "p.test:9])",
             "  max-time = 6 (rc:11, [proxy p.test:9])",
             "  proxy = http://me:***@p.test:9 (rc:3)",
             "  proxy-user = *** (rc:12, [proxy p.test:9])",
             "  not: user-agent = plain (rc:1; overridden by the command "
             "line)",
             "  user-agent = cmd (the command line)"])
        self.assertEqual(lookups.names, [])

    def test_the_environment_and_nothing_else(self):
        self.assertEqual(
            self.told("http://a.test/", env={"http_proxy": "p:1"}),
            ["http://a.test/",
             "  way: proxy p:1 (http_proxy in the environment)"])

    def test_secrets_of_every_kind(self):
        secrets = ["-u", "a:SECRET", "-U", "b:SECRET", "-b", "c=SECRET", "-H",
                   "Cookie: d=SECRET", "--proxy-header",
                   "Proxy-Authorization: SECRET", "-x",
                   "socks5://e:SECRET@p", "--preproxy", "",
                   "--oauth2-bearer", "SECRET", "-E", "f:SECRET", "--pass",
                   "SECRET", "--proxy-pass", "SECRET", "--variable",
                   "g=SECRET"]
        told = "\n".join(self.told(*secrets, "http://a.test/"))
        self.assertNotIn("SECRET", told)
        self.assertIn("proxy = socks5://e:***@p", told)

    def test_it_needs_a_url(self):
        self.assert_fails(self.dial("--config-test"), 2, "no URL")

    def test_it_cannot_stand_in_a_section(self):
        self.rc("[host a]", "config-test")
        self.assert_fails(self.dial("-K", "rc", "http://a"), 2, "rc:2: ")


if __name__ == "__main__":
    unittest.main()
