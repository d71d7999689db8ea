"""CASES A13: PAC files, as dial asks them, by dial-pac and by false ones.

What the script's functions answer is test_pac_child.py's subject; here it is
what dial makes of a file: how it is had, what it is told, which proxies are
tried, and how it ends when something is wrong.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dialtone_peer import Dialtone  # noqa: E402
from harness import (DIAL, TIMEOUT, Case, Lookups,  # noqa: E402
                     at, clean_environment, field, start_line, trust)
from scripted import Server, closed_port, connect, moved, reply  # noqa: E402

DIAL_PAC = os.path.join(os.path.dirname(DIAL), "dial-pac")
MEBIBYTE = 1024 * 1024
HEALTHY = not os.environ.get("SANITIZER_FLAGS")  # else far slower


def script(body):
    """A PAC file whose function has this body."""
    return f"function FindProxyForURL(url, host) {{\n{body}\n}}\n".encode()


def returning(result):
    return script(f"return {result!r};")


class Pac(Case):
    def pac(self, data, name="proxy.pac"):
        """The option that asks a file with these bytes."""
        return ["--pac", self.write(name, data)]

    def says(self, data, *urls, options=()):
        """What --pac-test shows: a list of (url, result, ways)."""
        out = self.dial_ok("--pac-test", *self.pac(data), *options, *urls)
        return [tuple(line.split("\t")) for line in
                out.decode().splitlines()]

    def asked(self, done):
        """The (url, host) of each time that a script with ALERTS ran."""
        return [tuple(line.split()[2:]) for line in
                done.stderr.decode().splitlines()
                if line.startswith("* alert: ")]


ALERTS = b"""function FindProxyForURL(url, host) {
  alert(`${url} ${host}`);
  return "DIRECT";
}
"""


@unittest.skipUnless(os.path.exists(DIAL_PAC), "dial-pac was not built")
class Asked(Pac):
    def test_PAC_09_the_javascript_of_today(self):
        told = self.says(b"""
'use strict';
class Site { constructor(name) { this.name = name; }
             get proxy() { return `PROXY ${this.name}:8080`; } }
const sites = new Map([["a.test", new Site("p")], ["b.test", new Site("q")]]);
function FindProxyForURL(url, host) {
  const found = [];
  for (const [name, site] of sites)
    if (host === name) found.push(site.proxy);
  let {length, ...rest} = {length: found.length, x: 1};
  return [...found, sites.get(host)?.missing ?? "DIRECT"].join("; ");
}
// the end""", "http://a.test/", "https://b.test/", "http://c.test/")
        self.assertEqual(told, [
            ("http://a.test/", "PROXY p:8080; DIRECT",
             "http://p:8080, then directly"),
            ("https://b.test/", "PROXY q:8080; DIRECT",
             "http://q:8080, then directly"),
            ("http://c.test/", "DIRECT", "directly")])

    def test_PAC_01_what_the_script_is_told(self):
        """Of https no path and no query; of none who asks."""
        urls = ["https://me:SECRET@a.test/SECRET?SECRET#SECRET",
                "https://a.test:8443/SECRET",
                "http://me:SECRET@a.test/x?y#SECRET",
                "http://[::1]:81/", "daytime://a.test/"]
        done = self.dial("--pac-test", *self.pac(ALERTS), "-g", *urls)
        self.assertEqual(done.returncode, 0, done)
        told = [line.split()[2:] for line in
                done.stderr.decode().splitlines()]
        self.assertEqual(told, [
            ["https://a.test/", "a.test"],
            ["https://a.test:8443/", "a.test"],
            ["http://a.test/x?y", "a.test"],
            ["http://[::1]:81/", "::1"],
            ["daytime://a.test/", "a.test"]])

    def test_PAC_02_there_is_nothing_but_the_language(self):
        told = self.says(script("""
  const names = ["process", "require", "fetch", "XMLHttpRequest", "WebSocket",
                 "Deno", "std", "os", "print", "load", "readFile", "quit",
                 "importScripts", "java", "ActiveXObject"];
  const there = names.filter(name => typeof globalThis[name] !== "undefined");
  return "PROXY " + (there.join(".") || "none") + ":1";"""),
                         "http://a.test/")
        self.assertEqual(told[0][2], "http://none:1")

    def test_PAC_03_a_script_without_end(self):
        """Stopped within its budget, and named; three at once, since each
        takes its time."""
        bodies = {
            "loop": "while (1) ;",
            "regex": "return /^(a+)+$/.test('a'.repeat(40) + 'b') ? '' : '';",
            "size": "const all = []; while (1) all.push('x'.repeat(9999)"
                    " + all.length);",
            "depth": "const f = n => f(n + 1) + 1; return f(0);",
            "array": "return new Array(1e9).fill(7).join('');",
        }
        began = time.monotonic()
        running = {}
        for name, body in bodies.items():
            file = self.write(name + ".pac", script(body))
            running[name] = subprocess.Popen(
                [DIAL, "-sS", "--pac", file, "http://127.0.0.1:9/"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=clean_environment())
        for name, child in running.items():
            out, said = child.communicate(timeout=TIMEOUT)
            with self.subTest(name):
                # The engine counts the steps of an expression, too: where
                # that ends it first, it has not matched.
                if name == "regex" and child.returncode == 7:
                    self.assertIn(b"127.0.0.1:9", said)
                    continue
                self.assertEqual((out, child.returncode), (b"", 5), said)
                self.assertIn(name + ".pac", said.decode())
                self.assertIn("asked for http://127.0.0.1:9/", said.decode())
                self.assertIn("--pac-fallback direct", said.decode())
                if name == "size":
                    self.assertIn("MiB of memory", said.decode())
                if name == "loop":
                    self.assertRegex(said.decode(), "processor time|longer")
                if name == "depth":
                    self.assertIn("line 2", said.decode())
        self.assertLess(time.monotonic() - began, 50)

    def test_PAC_03_the_next_url_is_asked_all_the_same(self):
        """Of a new dial-pac, but not for ever."""
        file = self.pac(script(
            "if (host < 'z') return 'DIRECT';\n"
            "const all = []; while (1) all.push('x'.repeat(9999) + "
            "all.length);"))
        done = self.dial("--pac-test", *file, "http://z.test/",
                         "http://a.test/")
        self.assertEqual(done.stdout.decode(),
                         "http://a.test/\tDIRECT\tdirectly\n")
        done = self.dial("--pac-test", *file, *["http://z.test/"] * 3,
                         "http://a.test/")
        self.assertEqual((done.returncode, done.stdout), (5, b""))

    def test_PAC_09_results(self):
        for result, ways in (
                ("''", "directly"),
                ("' ;; '", "directly"),
                ("'proxy p'", "http://p:80"),
                ("'HTTPS p; SOCKS5 [::1]:1; SOCKS s'",
                 "https://p:443, then socks5h://[::1]:1, then "
                 "socks4://s:1080"),
                ("'QUIC q:1; PROXY p:2'",
                 "http://p:2 (1 entries passed over)")):
            with self.subTest(result):
                told = self.says(script(f"return {result};"),
                                 "http://a.test/")
                self.assertEqual(told[0][2], ways)

    def test_PAC_09_what_is_no_result(self):
        """Exit 5, before anybody is called; nothing of it reaches a terminal
        as it is."""
        for body, words in (
                ("return 1;", "no text"),
                ("return null;", "no text"),
                ("return {};", "no text"),
                ("return undefined;", "no text"),
                ("", "no text"),
                ("return 'nonsense';", "names no proxy"),
                ("return 'http://p:1';", "names no proxy"),
                ("return 'QUIC q:1; DIRECT';", "names no proxy"),
                (r"return 'PROXY p:1\r\nX: y';", r"PROXY p:1\x0d\x0aX: y"),
                (r"return 'DIRECT\u0000';", r"DIRECT\x00"),
                (r"return '\u001b[31mDIRECT';", r"\x1b[31mDIRECT"),
                ("return 'PROXY p;'.repeat(33);", "more entries"),
                ("return 'x'.repeat(8193);", "8192 bytes"),
                ("\nthrow new Error('no\\u001b');", r"line 3, failed"),
                ("\nmissing();", "line 3, failed")):
            with self.subTest(body):
                done = self.dial(*self.pac(script(body)), "http://a.test/",
                                 env=Lookups(self).env)
                said = self.assert_fails(done, 5, "proxy.pac", words,
                                         "http://a.test/",
                                         "--pac-fallback direct")
                self.assertNotIn("\x1b", said)
                self.assertEqual(Lookups(self).names, [])

    def test_PAC_09_what_is_no_script(self):
        for data, words in (
                (b"", "has no function FindProxyForURL"),
                (b"// a comment", "has no function FindProxyForURL"),
                (b"var FindProxyForURL = 7;", "no function FindProxyForURL"),
                (b"\nfunction FindProxyForURL(url, host) {\n",
                 "no JavaScript"),
                (b"let a = ;\n" + ALERTS, "line 1, is no JavaScript"),
                (b"\n\nthrow new Error('x');\n" + ALERTS, "line 3, failed"),
                (b"while (1) alert('x');", "proxy.pac")):
            with self.subTest(data):
                done = self.dial(*self.pac(data), "http://a.test/")
                self.assert_fails(done, 5, "proxy.pac", words)

    def test_PAC_10_the_next_where_nobody_can_be_called(self):
        dead = closed_port()
        with Server([reply(b"by p")]) as p:
            pac = self.pac(returning(
                f"PROXY 127.0.0.1:{dead}; PROXY 127.0.0.1:{p.port}; DIRECT"))
            self.assertEqual(self.dial_ok(*pac, "http://a.test/x"), b"by p")
            self.assertEqual(start_line(p.requests[0]),
                             "GET http://a.test/x HTTP/1.0")

    def test_PAC_10_down_to_direct_and_back(self):
        dead = closed_port()
        with Server([reply(b"itself")]) as a, Server([reply(b"by p")]) as p:
            pac = self.pac(returning(f"PROXY 127.0.0.1:{dead}; DIRECT"))
            self.assertEqual(self.dial_ok(*pac, a.url()), b"itself")
            pac = self.pac(returning(f"DIRECT; PROXY 127.0.0.1:{p.port}"))
            self.assertEqual(
                self.dial_ok(*pac, f"http://127.0.0.1:{dead}/"), b"by p")

    def test_PAC_10_never_after_a_word_of_the_proxy(self):
        """Not an error's, not a refusal's, not where it hangs up or TLS with
        it fails: the next ones are not called."""
        steps = [[reply(b"no", status="502 Bad Gateway")],
                 [reply(b"no", status="407 Who")], []]
        for steps in steps:
            for scheme in ("http", "https"):
                with self.subTest(steps=steps, scheme=scheme), \
                        Server(steps) as p, Server([reply(b"x")]) as q:
                    pac = self.pac(returning(
                        f"PROXY 127.0.0.1:{p.port}; "
                        f"PROXY 127.0.0.1:{q.port}; DIRECT"))
                    self.dial("-m", "5", *pac, f"{scheme}://127.0.0.1:9/")
                    self.assertEqual(len(p.connections), 1)
                    self.assertEqual(q.connections, [])
        with Server([], tls="expired") as p, Server([reply(b"x")]) as q:
            pac = self.pac(returning(
                f"HTTPS 127.0.0.1:{p.port}; PROXY 127.0.0.1:{q.port}; "
                "DIRECT"))
            done = self.dial(*trust(), *pac, q.url())
            self.assert_fails(done, 60, "proxy")
            self.assertEqual(q.connections, [])

    def test_PAC_10_all_dead(self):
        one, two = closed_port(), closed_port()
        pac = self.pac(returning(f"PROXY 127.0.0.1:{one}; "
                                 f"PROXY 127.0.0.1:{two}"))
        done = self.dial(*pac, "http://a.test/")
        self.assert_fails(done, 7, f"the proxy 127.0.0.1:{two}")

    def test_a_dead_proxy_is_remembered(self):
        """For the run: tried last from then on."""
        dead = closed_port()
        with Server([reply(b"x", close=True)]) as p:
            pac = self.pac(returning(f"PROXY 127.0.0.1:{dead}; "
                                     f"PROXY 127.0.0.1:{p.port}"))
            done = self.dial("-v", *pac, "http://a.test/1", "http://b.test/2",
                             "http://a.test/3")
            self.assertEqual(done.returncode, 0)
            self.assertEqual(len(p.requests), 3)
            self.assertEqual(
                done.stderr.count(b"cannot connect to the proxy"), 1)

    def test_one_that_does_not_answer_the_call(self):
        """--connect-timeout is for each."""
        with Server([reply(b"x")]) as p:
            full = Server([])  # whose backlog nobody takes from
            full.sock.listen(0)
            self.addCleanup(full.sock.close)
            fill = []
            self.addCleanup(lambda: [one.close() for one in fill])
            for _ in range(4):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", full.port))
                fill.append(one)
            pac = self.pac(returning(f"PROXY 127.0.0.1:{full.port}; "
                                     f"PROXY 127.0.0.1:{p.port}"))
            done = self.dial("-v", "--connect-timeout", "1", *pac,
                             "http://a.test/")
            self.assertEqual((done.returncode, done.stdout), (0, b"x"),
                             done.stderr)
            self.assertIn(b"timed out", done.stderr)

    def test_credentials_are_for_whom_they_are(self):
        """-U for the file's proxies; nothing of them for the origin."""
        dead = closed_port()
        with Server([reply(b"x")]) as a, Server([reply(b"y")]) as p:
            pac = self.pac(returning(f"PROXY 127.0.0.1:{dead}; DIRECT"))
            self.dial_ok("-U", "me:secret", *pac, a.url())
            self.assertNotIn(b"roxy-", a.heard)
            pac = self.pac(returning(f"PROXY 127.0.0.1:{p.port}"))
            self.dial_ok("-U", "me:secret", *pac, a.url())
            self.assertIn(b"Proxy-Authorization: Basic", p.heard)

    def test_https_goes_by_connect(self):
        with Server([reply(b"x")], tls="good") as a, \
                Server([connect(a.port)]) as p:
            pac = self.pac(returning(f"PROXY 127.0.0.1:{p.port}"))
            self.assertEqual(self.dial_ok(*trust(), *pac,
                                          a.url(host="a.test")), b"x")
            self.assertEqual(start_line(p.requests[0]),
                             f"CONNECT a.test:{a.port} HTTP/1.1")

    def test_verdicts_are_kept_for_https(self):
        """By host and port, unless the clock or chance was asked; of http
        none is."""
        with Server([reply(b"x", close=True)], tls="good") as a:
            urls = [a.url("/1", host="a.test"), a.url("/2", host="a.test")]
            for data, times in (
                    (ALERTS, 1),
                    (ALERTS.replace(b"alert", b"Date.now(); alert"), 2),
                    (ALERTS.replace(b"alert", b"new Date(); alert"), 2),
                    (ALERTS.replace(b"alert", b"Math.random(); alert"), 2),
                    (ALERTS.replace(b"alert", b"timeRange(1); alert"), 2),
                    (ALERTS.replace(b"alert", b"weekdayRange('MON'); alert"),
                     2)):
                with self.subTest(data):
                    done = self.dial("-v", *trust(), *self.pac(data),
                                     *at(a, "a.test"), *urls)
                    self.assertEqual(done.returncode, 0)
                    self.assertEqual(len(self.asked(done)), times)
        with Server([reply(b"x", close=True)]) as a:
            done = self.dial("-v", *self.pac(ALERTS), a.url("/1"),
                             a.url("/1"))
            self.assertEqual(len(self.asked(done)), 2)

    def test_names_are_the_agents(self):
        """--resolve counts, and nothing is looked up but what is asked."""
        body = """
  if (isInNet(dnsResolve(host), "10.9.8.0", "255.255.255.0"))
    return "PROXY p:1";
  return dnsResolve("b.test") === null ? "PROXY q:1" : "PROXY r:1";"""
        lookups = Lookups(self)
        out = self.dial_ok("--pac-test", *self.pac(script(body)),
                           "--resolve", "a.test:80:10.9.8.7",
                           "http://a.test/", "http://c.test/",
                           env=lookups.env)
        self.assertEqual([line.split(b"\t")[1] for line in out.splitlines()],
                         [b"PROXY p:1", b"PROXY r:1"])
        self.assertEqual(sorted(set(lookups.names)), ["b.test", "c.test"])

    def test_a_redirect_is_asked_for_anew(self):
        with Server([reply(b"x")]) as b, \
                Server([moved(b.url("/y"))]) as a:
            done = self.dial("-v", "-L", *self.pac(ALERTS), a.url("/x"))
            self.assertEqual(self.asked(done), [
                (a.url("/x"), "127.0.0.1"), (b.url("/y"), "127.0.0.1")])

    def test_the_verdict_is_shown(self):
        with Server([reply(b"x")]) as a:
            file = self.pac(script("alert('\\u001b[1m'); return 'DIRECT';"))
            done = self.dial("-v", *file, a.url())
            self.assertIn(b"* alert: \\x1b[1m\n", done.stderr)
            self.assertIn(f"* the PAC file {file[1]} says 'DIRECT' for "
                          f"{a.url()}\n".encode(), done.stderr)
            self.assertEqual(self.dial_ok(*file, a.url()), b"x")
            done = self.dial("--explain", *file, a.url())
            self.assertIn(b"says 'DIRECT' for", done.stdout)

    def test_many_at_once(self):
        with Server([reply(b"x", close=True)]) as a:
            urls = [a.url(f"/{n}") for n in range(40)]
            done = self.dial("-v", "-Z", *self.pac(ALERTS), *urls)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(sorted(url for url, _ in self.asked(done)),
                             sorted(urls))
            self.assertEqual(len(a.requests), 40)

    def test_noproxy_goes_before(self):
        with Server([reply(b"x")]) as a:
            for option in (["--noproxy", "127.0.0.1"], []):
                done = self.dial("-v", *option, *self.pac(ALERTS), a.url(),
                                 env={"no_proxy": "127.0.0.0/8"})
                self.assertEqual(self.asked(done), [])
            out = self.dial_ok("--pac-test", "--noproxy", "*",
                               *self.pac(ALERTS), "http://a.test/")
            self.assertEqual(out, b"http://a.test/\t-\tdirectly "
                             b"(--noproxy entry '*' matched)\n")

    def test_the_environment(self):
        with Server([reply(b"by p", close=True)]) as p:
            file = self.write("p.pac",
                              returning(f"PROXY 127.0.0.1:{p.port}"))
            dead = f"http://127.0.0.1:{closed_port()}"
            for env in ({"auto_proxy": file}, {"AUTO_PROXY": file},
                        {"auto_proxy": "file://" + file},
                        {"auto_proxy": "pac+file:" + file},
                        {"http_proxy": "pac+file:" + file},
                        {"all_proxy": "pac+file:" + file},
                        {"auto_proxy": file, "https_proxy": dead},
                        {"auto_proxy": file, "HTTP_PROXY": dead},
                        {"auto_proxy": file, "AUTO_PROXY": "/nowhere"}):
                with self.subTest(env):
                    self.assertEqual(
                        self.dial_ok("http://a.test/", env=env), b"by p")
            for env in ({"auto_proxy": file, "http_proxy": dead},
                        {"auto_proxy": file, "all_proxy": dead}):
                self.assert_fails(self.dial("http://a.test/", env=env), 7)
            self.assertEqual(
                self.dial_ok("-x", p.url(), "--pac", "/nowhere", "-x",
                             "pac+file:" + file, "http://a.test/"), b"by p")

    def test_PAC_08_none_is_looked_for(self):
        lookups = Lookups(self)
        self.dial("http://a.corp.test:9/", env=lookups.env)
        self.assertEqual(set(lookups.names), {"a.corp.test"})

    # --- Having the file ---------------------------------------------------

    def test_PAC_04_fetched_directly(self):
        """Whatever proxy is set, once a run, and with nothing of the
        request."""
        with Server([reply(ALERTS)]) as w, \
                Server([reply(b"x", close=True)]) as a:
            done = self.dial("-v", "--pac", w.url("/p.pac"), "-u", "me:SECRET",
                             "-b", "a=SECRET", "-H", "X: SECRET", "-e",
                             "http://SECRET/", "-A", "me/1", a.url("/1"),
                             a.url("/2"),
                             env={"http_proxy": w.url("/wrong")})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(self.asked(done)), 2)
            self.assertEqual([start_line(r) for r in w.requests],
                             ["GET /p.pac HTTP/1.0"])
            self.assertNotIn(b"SECRET", w.heard)
            self.assertIn(b"User-Agent: me/1", w.heard)

    def test_PAC_04_a_mebibyte_at_most(self):
        whole = ALERTS + b"//" + b"x" * (MEBIBYTE - len(ALERTS) - 2)
        for data, code in ((whole, 0), (whole + b"x", 5)):
            done = self.dial("--pac-test", *self.pac(data), "http://a.test/")
            self.assertEqual(done.returncode, code, done.stderr)
            for length in (True, False):
                with Server([reply(data, length=length)]) as w:
                    done = self.dial("--pac-test", "--pac", w.url(),
                                     "http://a.test/")
                    self.assertEqual(done.returncode, code, done.stderr)

    def test_from_dialtone_to_dialtone(self):
        """Its folder has the file, which names its own proxy."""
        with Dialtone("--root", self.folder, "--http", "127.0.0.1:0",
                      "--proxy", "127.0.0.1:0") as one, \
                Server([reply(b"x")]) as a:
            host, port = one.at("proxy")
            self.write("proxy.pac", returning(f"PROXY {host}:{port}"))
            address = one.addresses["http"]
            out = self.dial_ok("--pac", f"http://{address}/proxy.pac",
                               a.url("/y"))
            self.assertEqual(out, b"x")
            self.assertEqual(len(a.requests), 1)
            self.assertEqual(field(a.requests[0], "via")[0][:3], "1.0")

    def test_redirects(self):
        with Server([reply(ALERTS)]) as to, \
                Server([moved(to.url("/p"))]) as w:
            self.says_by(w.url())
            self.assertEqual(start_line(to.requests[0]), "GET /p HTTP/1.0")
        with Server([moved("/again")]) as w:
            self.fails_by(w.url(), "redirect")
            self.assertEqual(len(w.requests), 6)
        for to in ("file:///etc/passwd", "daytime://127.0.0.1:9/"):
            with Server([moved(to)]) as w:
                self.fails_by(w.url())

    def says_by(self, url, *options):
        done = self.dial("--pac-test", "--pac", url, *options,
                         "http://a.test/")
        self.assertEqual(done.stdout, b"http://a.test/\tDIRECT\tdirectly\n",
                         done.stderr)

    def fails_by(self, url, *words):
        done = self.dial("--pac-test", "--pac", url, "http://a.test/")
        self.assert_fails(done, 5, "could not be had", *words)

    def test_over_tls(self):
        """With the run's trust; not from https to http."""
        with Server([reply(ALERTS)], tls="good") as w:
            url = w.url(host="a.test")
            self.says_by(url, *trust(), *at(w, "a.test"))
            done = self.dial("--pac-test", "--pac", url, *at(w, "a.test"),
                             "http://b.test/")
            self.assert_fails(done, 5, "could not be had", "certificate")
        with Server([reply(ALERTS)]) as to, \
                Server([moved(to.url())], tls="good") as w:
            done = self.dial("--pac-test", "--pac", w.url(host="a.test"),
                             *trust(), *at(w, "a.test"), "http://b.test/")
            self.assert_fails(done, 5, "could not be had")
            self.assertEqual(to.connections, [])

    def test_what_cannot_be_had(self):
        with Server([reply(b"none", status="404 Not Found")]) as w:
            self.fails_by(w.url(), "404")
        self.fails_by(f"http://127.0.0.1:{closed_port()}/p.pac",
                      "cannot connect")
        with Server([]) as w:
            self.fails_by(w.url())
        done = self.dial("--pac", "nowhere.pac", "http://a.test/")
        self.assert_fails(done, 5, "nowhere.pac", "No such file")
        done = self.dial("--pac", self.folder, "http://a.test/")
        self.assert_fails(done, 5, self.folder)

    def test_a_password_in_its_url_is_not_shown(self):
        with Server([reply(b"none", status="404 Not Found")]) as w:
            for option in ("--pac", "-x"):
                url = w.url(user="me:SECRET")
                url = url if option == "--pac" else "pac+" + url
                done = self.dial("-v", option, url, "http://a.test/")
                self.assert_fails(done, 5, "me:***@")
                self.assertNotIn(b"SECRET", done.stderr)

    # --- The way without it ------------------------------------------------

    def test_the_fallback(self):
        with Server([reply(b"x", close=True)]) as a:
            for pac in (["--pac", "nowhere.pac"], self.pac(b"let = ;"),
                        self.pac(returning("nonsense"))):
                done = self.dial("--pac-fallback", "direct", *pac, a.url())
                self.assertEqual((done.returncode, done.stdout), (0, b"x"))
                self.assertIn(b"dial: warning: ", done.stderr)
                self.assertIn(b"without a proxy", done.stderr)
                done = self.dial("--pac-fallback", "direct", "--pac-fallback",
                                 "fail", *pac, a.url())
                self.assert_fails(done, 5)
            self.assert_fails(self.dial("--pac-fallback", "maybe", a.url()),
                              2, "direct and fail")

    def test_time_for_all_of_it(self):
        """-m is for the file's time as well."""
        began = time.monotonic()
        done = self.dial("-m", "1", *self.pac(script("while (1) ;")),
                         "http://a.test/")
        self.assert_fails(done, 28, "asking the PAC file")
        self.assertLess(time.monotonic() - began, 4)

    @unittest.skipUnless(HEALTHY, "sanitizers take their time")
    def test_speed(self):
        """One start of the engine, and then under a millisecond a URL."""
        count = 2000
        pac = self.pac(ALERTS.replace(b"  alert(`${url} ${host}`);\n", b""))
        urls = self.write("urls", "".join(
            f"http://h{n}.test/x\n" for n in range(count)).encode())
        best = 9.0
        for _ in range(3):
            began = time.monotonic()
            self.dial_ok("--pac-test", *pac, "http://a.test/")
            one = time.monotonic() - began
            began = time.monotonic()
            out = self.dial_ok("--pac-test", *pac, "--url", "@" + urls)
            many = time.monotonic() - began
            self.assertEqual(out.count(b"\n"), count)
            best = min(best, (many - one) / count)
        print(f"{best * 1e6:.0f} us a URL", file=sys.stderr)
        self.assertLess(best, 1e-3)


# --- Children that are none --------------------------------------------------

FALSE_CHILD = f"""#!{sys.executable}
import os, sys, time, signal, struct
def frame(kind, data=b""):
    return kind + struct.pack(">I", len(data)) + data
def say(kind, data=b""):
    os.write(1, frame(kind, data))
def hear():
    head = b""
    while len(head) < 5:
        more = os.read(0, 5 - len(head))
        if not more: sys.exit(0)
        head += more
    size, data = struct.unpack(">I", head[1:])[0], b""
    while len(data) < size: data += os.read(0, size - len(data))
    return head[:1], data
assert hear()[0] == b"S"
"""


class FalseChildren(Pac):
    """Beside a copy of dial stands a dial-pac of ours."""

    def with_child(self, body):
        program = self.path("dial")
        if not os.path.exists(program):
            shutil.copy(DIAL, program)
        child = self.write("dial-pac", (FALSE_CHILD + body).encode())
        os.chmod(child, 0o755)
        pac = self.pac(b"no script that anybody reads")
        return self.run_program(program, *pac, "http://127.0.0.1:9/")

    def test_what_it_must_not_say(self):
        for body in ('os.write(1, b"hello there, parent")',
                     'os.write(1, b"V" + b"\\xff" * 4)',
                     'say(b"V", b"\\0DIRECT")',
                     'say(b"Q", b"u\\0h")',
                     'say(b"R"); hear(); say(b"R")',
                     'say(b"R"); hear(); say(b"V", b"\\7DIRECT")',
                     'say(b"R"); hear(); say(b"V")',
                     'say(b"R"); hear(); say(b"F", b"z1\\0x")',
                     'say(b"R"); hear(); os.write(1, frame(b"N", '
                     'b"hlocalhost") + frame(b"V", b"\\0DIRECT"))',
                     'say(b"R"); hear()\n'
                     'for n in range(65): say(b"L", b"x")',
                     'say(b"R"); hear()\n'
                     'for n in range(65): say(b"M", b"m"); hear()'):
            with self.subTest(body):
                done = self.with_child(body + "\ntime.sleep(60)")
                self.assert_fails(done, 5, "what it should not say")

    def test_how_it_may_end(self):
        for body, words in (
                ("sys.exit(3)", "status 3"),
                ('say(b"R"); hear(); sys.exit(0)', "status 0"),
                ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
                ('say(b"R"); hear(); os.kill(os.getpid(), signal.SIGXCPU)',
                 "processor time"),
                ("os.kill(os.getpid(), signal.SIGSYS)", "no PAC file may"),
                ('say(b"R"); hear(); x = b"x" * (300 << 20); time.sleep(60)',
                 "256 MiB of memory")):
            with self.subTest(body):
                self.assert_fails(self.with_child(body), 5, words)

    def test_what_it_inherits(self):
        """Three descriptors, and the time zone."""
        done = self.with_child(
            'say(b"F", b"s1\\0" + (str(sorted(os.environ)) + '
            'str(sorted(os.listdir("/proc/self/fd"))[:-1])).encode())')
        self.assert_fails(done, 5, "['0', '1', '2']")
        self.assertNotIn(b"HOME", done.stderr)

    def test_one_is_enough(self):
        program, starts = self.path("dial"), self.path("starts")
        self.with_child(
            f'open({starts!r}, "a").write("x")\n'
            'say(b"R")\n'
            'while hear(): say(b"V", b"\\0DIRECT")')
        os.unlink(starts)
        with Server([reply(b"x", close=True)]) as a:
            done = self.run_program(program, "-Z", *self.pac(b"x"),
                                    *[a.url(f"/{n}") for n in range(20)])
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.read("starts"), b"x")

    def test_nobody_is_left(self):
        """Also where dial gives up waiting."""
        done = self.with_child(
            f'open({self.path("pid")!r}, "w").write(str(os.getpid()))\n'
            'say(b"R"); hear(); say(b"V", b"\\0PROXY 127.0.0.1:1")\n'
            'time.sleep(600)')
        self.assert_fails(done, 7)
        pid = int(self.read("pid"))
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)

    def test_there_is_none(self):
        program = self.path("dial")
        shutil.copy(DIAL, program)
        done = self.run_program(program, *self.pac(ALERTS), "http://a.test/")
        installed = re.search(rb"is not in (\S+);", done.stderr)
        if installed is None:
            self.skipTest("one is installed")
        self.assert_fails(done, 5, "dial was built without it")
        out = self.run_program(program, "-V").stdout
        self.assertNotIn(b" PAC ", out)


if __name__ == "__main__":
    if not os.path.exists(DIAL_PAC):
        print("left out: dial-pac was not built", file=sys.stderr)
        if os.environ.get("CI") == "true":
            sys.exit(1)
    unittest.main()
