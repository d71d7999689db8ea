"""dial through SOCKS proxies: dante for 4 and 5, and microsocks for 5.

Measured: dante 1.4.2 calls 0.0.0.1 when it is asked by 4a for a name; 4a that
works is in tests/e2e/test_proxies.py.  Where curl is here it is asked the same, and must end with the same code.
"""
import os
import socket
import subprocess

import peers
import proxied
from scripted import Server, Step

CONFIG = """
logoutput: @folder@/dante.log
internal: 127.0.0.1 port = @socks@
external: lo
socksmethod: @method@
clientmethod: none
@root@user.privileged: root
@root@user.unprivileged: @user@
client pass {
	from: 127.0.0.0/8 to: 0.0.0.0/0
	log: error
}
socks block {
	from: 0.0.0.0/0 to: 0.0.0.0/0 port = @forbidden@
	log: connect
}
socks pass {
	from: 0.0.0.0/0 to: 0.0.0.0/0
	log: connect error
}
socks pass {
	from: 0.0.0.0/0 to: ::/0
	log: connect error
}
"""


def dante(method):
    return peers.Peer("danted sockd", "-f @folder@/dante.conf -p @folder@/pid",
                      files={"dante.conf": CONFIG}, ports=["socks"],
                      method=method, forbidden=proxied.FORBIDDEN.port)


def microsocks(more=""):
    return peers.Peer("microsocks", f"-i 127.0.0.1 -p @socks@ {more}",
                      ports=["socks"])


DANTE = dante("none")
LOCKED = dante("username")  # the system's users, of whom we are none
MICRO = microsocks()
CLOSED = microsocks("-u ann -P sesame")
TONE = peers.Peer(peers.DIALTONE, "--proxy 127.0.0.1:@proxy@",
                  ports=["proxy"])
GATED = peers.Peer(peers.DIALTONE, "--proxy 127.0.0.1:@proxy@ "
                   "--proxy-user bob:builder", ports=["proxy"])
SIX = peers.serve(Server([Step(send=proxied.answer)] * 9,
                         family=socket.AF_INET6))
BY_NAME = {"socks4": False, "socks5": False, "socks5h": True}
OPTIONS = {"socks4": "--socks4", "socks4a": "--socks4a",
           "socks5": "--socks5", "socks5h": "--socks5-hostname"}


class Socks(peers.Case):
    def place(self, peer, port="socks"):
        return f"127.0.0.1:{peer[port]}"

    def through(self, peer, scheme, login=""):
        return "-x", f"{scheme}://{login}{self.place(peer)}"

    def root(self):
        return "--cacert", peers.certificate("root.pem")

    def both(self, *arguments, code=0, same=True, **more):
        """dial's run; curl's, where it is here, must end with this code."""
        curl = peers.find("curl")
        if same and curl is not None:
            run = subprocess.run(
                [curl, "-sS", *map(str, arguments)], capture_output=True,
                timeout=peers.RUN_SECONDS, cwd=self.folder, check=False,
                env=peers.environment(**more))
            self.assertEqual(run.returncode, code, run.stderr)
        return self.dial(*arguments, code=code, **more)


class Ways(Socks):
    """PROTOCOL 72: all four versions, by all the ways to ask for them."""

    peers = [DANTE, MICRO]

    def pages(self, *gate, host="127.0.0.1", **more):
        for server, trust in (proxied.PLAIN, ()), \
                (proxied.SECURE, self.root()):
            before = len(server.requests)
            run = self.both(*gate, *trust, server.url("/page", host=host),
                            **more)
            self.assertEqual(run.out, proxied.PAGE)
            self.assertTrue(server.requests[before].startswith(b"GET /page "))
            self.assertNotIn(b"roxy", server.requests[-1])

    def test_dante(self):
        for scheme in BY_NAME:
            with self.subTest(scheme=scheme):
                self.pages(*self.through(DANTE, scheme))

    def test_microsocks(self):
        for scheme in "socks5", "socks5h":
            with self.subTest(scheme=scheme):
                self.pages(*self.through(MICRO, scheme))

    def test_names(self):
        for peer, scheme in (DANTE, "socks5h"), (MICRO, "socks5h"):
            for server, trust in (proxied.PLAIN, ()), \
                    (proxied.SECURE, ("-k",)):
                with self.subTest(peer=peer.name, scheme=scheme):
                    run = self.both(*self.through(peer, scheme), *trust,
                                    server.url("/page", host="localhost"))
                    self.assertEqual(run.out, proxied.PAGE)

    def test_options(self):
        for scheme in BY_NAME:
            option = OPTIONS[scheme]
            with self.subTest(option=option):
                self.pages(option, self.place(DANTE))

    def test_4a(self):
        """The name goes out as it should, which this dante calls 0.0.0.1."""
        run = self.both("--socks4a", self.place(DANTE),
                        proxied.PLAIN.url("/page", host="localhost"), code=97)
        self.says(run, self.place(DANTE), "refused, or failed to reach,",
                  f"localhost:{proxied.PLAIN.port}")
        self.assertIn(f"0.0.0.1.{proxied.PLAIN.port}", DANTE.logs())

    def test_option_before_proxy(self):
        """--socks5 is -x by another name, and the later one counts."""
        self.pages("-x", "http://127.0.0.1:1", "--socks5", self.place(DANTE))

    def test_environment(self):
        for name in "all_proxy", "ALL_PROXY", "http_proxy", "https_proxy":
            for scheme in BY_NAME:
                with self.subTest(name=name, scheme=scheme):
                    address = f"{scheme}://{self.place(DANTE)}"
                    server, trust = (proxied.SECURE, self.root()) \
                        if name == "https_proxy" else (proxied.PLAIN, ())
                    run = self.both("-w", "%{remote_port}", *trust,
                                    server.url("/page"), **{name: address})
                    self.assertEqual(run.out, proxied.PAGE +
                                     b"%d" % DANTE["socks"])

    def test_no_proxy(self):
        run = self.both("-w", "%{remote_port}", proxied.PLAIN.url("/page"),
                        all_proxy="socks5h://127.0.0.1:1",
                        no_proxy="127.0.0.0/8")
        self.assertEqual(run.out, proxied.PAGE + b"%d" % proxied.PLAIN.port)

    def test_ipv6(self):
        """By its address, which version 4 has no room for."""
        url = SIX.url("/page", host="[::1]")
        for peer in DANTE, MICRO:
            for scheme in "socks5", "socks5h":
                with self.subTest(peer=peer.name, scheme=scheme):
                    run = self.both(*self.through(peer, scheme), url)
                    self.assertEqual(run.out, proxied.PAGE)
        run = self.both(*self.through(DANTE, "socks4"), url, code=97)
        self.says(run, self.place(DANTE), "version 4", "socks5://")

    def test_big(self):
        for scheme in "socks4", "socks5h":
            for server in proxied.PLAIN, proxied.SECURE:
                run = self.dial(*self.through(DANTE, scheme), *self.root(),
                                server.url("/big"))
                self.assertEqual(run.out, proxied.BIG)
                run = self.dial(*self.through(DANTE, scheme), *self.root(),
                                "-T", "-", server.url("/x"),
                                stdin=proxied.BIG)
                self.assertEqual(run.out, b"%d bytes\n" % len(proxied.BIG))

    def test_kept(self):
        """Two URLs of one origin go by one call of the proxy."""
        for scheme in BY_NAME:
            for server in proxied.PLAIN, proxied.SECURE:
                run = self.both(*self.through(DANTE, scheme), *self.root(),
                                "--http1.1", "-w", "%{num_connects}",
                                server.url("/page"), server.url("/page"))
                self.assertEqual(run.out, proxied.PAGE + b"1" +
                                 proxied.PAGE + b"0")

    def test_clock(self):
        """RFC 867: who is called speaks first."""
        for peer, scheme in (DANTE, "socks4"), (DANTE, "socks5h"), \
                (MICRO, "socks5h"):
            run = self.dial(*self.through(peer, scheme),
                            f"daytime://127.0.0.1:{proxied.CLOCK.port}")
            self.assertEqual(run.out.strip(b"\n"), proxied.TIME.strip(b"\n"))


class Refusals(Socks):
    """SOCKS-04: each in its own words, and never the page of another way."""

    peers = [DANTE, MICRO]

    def refused(self, peer, scheme, port, *words):
        before = len(proxied.FORBIDDEN.connections)
        run = self.both(*self.through(peer, scheme), "-o", "never",
                        f"http://127.0.0.1:{port}/", code=97)
        self.assertEqual(len(proxied.FORBIDDEN.connections), before)
        self.assertEqual(os.listdir(self.folder), [])
        self.says(run, f"the SOCKS proxy {self.place(peer)}",
                  f"127.0.0.1:{port}", *words)

    def test_by_rule(self):
        for scheme in "socks5", "socks5h":
            self.refused(DANTE, scheme, proxied.FORBIDDEN.port,
                         "does not allow connections to", "its rules")
        self.refused(DANTE, "socks4", proxied.FORBIDDEN.port,
                     "refused, or failed to reach,")

    def test_port_where_nobody_listens(self):
        for peer in DANTE, MICRO:
            for scheme in "socks5", "socks5h":
                self.refused(peer, scheme, proxied.DEAD.number,
                             "was refused when it called",
                             "nothing listens there")
        self.refused(DANTE, "socks4", proxied.DEAD.number,
                     "refused, or failed to reach,")

    def test_version_4_to_microsocks(self):
        """It knows version 5 alone, in which it refuses."""
        run = self.both(*self.through(MICRO, "socks4"),
                        proxied.PLAIN.url("/page"), code=97)
        self.says(run, self.place(MICRO), "answered with version 5",
                  "is it a SOCKS4 proxy?")

    def test_no_proxy_there(self):
        run = self.both("-x", f"socks5h://127.0.0.1:{proxied.DEAD.number}",
                        proxied.PLAIN.url("/page"), code=7)
        self.says(run, f"127.0.0.1:{proxied.DEAD.number}", "refused")

    def test_a_web_server_is_no_socks_proxy(self):
        for scheme in BY_NAME:
            run = self.dial("-x", f"{scheme}://127.0.0.1:"
                            f"{proxied.FORBIDDEN.port}", "-m", "0.5",
                            proxied.PLAIN.url("/page"), code=28)
            self.says(run, f"127.0.0.1:{proxied.FORBIDDEN.port}")

    def test_socks_proxy_taken_for_an_http_proxy(self):
        for peer in DANTE, MICRO:
            run = self.dial("-x", f"http://{self.place(peer)}", *self.root(),
                            proxied.SECURE.url("/page"), code=56)
            self.says(run, self.place(peer), "names an HTTP proxy")


class Logins(Socks):
    """SOCKS-03: RFC 1929, right, wrong and missing."""

    peers = [CLOSED, LOCKED, DANTE]

    def test_right(self):
        for scheme in "socks5", "socks5h":
            for gate in (self.through(CLOSED, scheme, "ann:sesame@"),
                         (*self.through(CLOSED, scheme), "-U", "ann:sesame"),
                         (OPTIONS[scheme], self.place(CLOSED), "-U",
                          "ann:sesame"),
                         (OPTIONS[scheme],
                          f"ann:sesame@{self.place(CLOSED)}")):
                for server in proxied.PLAIN, proxied.SECURE:
                    run = self.both(*gate, *self.root(), server.url("/page"))
                    self.assertEqual(run.out, proxied.PAGE)
                    self.assertNotIn(b"roxy", server.requests[-1])

    def test_right_in_the_environment(self):
        run = self.both(proxied.PLAIN.url("/page"), all_proxy="socks5h://"
                        f"ann:sesame@{self.place(CLOSED)}")
        self.assertEqual(run.out, proxied.PAGE)

    def test_wrong(self):
        for peer in CLOSED, LOCKED:
            run = self.both("-v", *self.through(peer, "socks5h"), "-U",
                            "ann:SECRET-word", proxied.PLAIN.url("/page"),
                            code=97)
            self.says(run, self.place(peer), "did not accept the login",
                      "check the user and password")
            self.assertNotIn("SECRET-word", run.err)

    def test_missing(self):
        for peer in CLOSED, LOCKED:
            run = self.both(*self.through(peer, "socks5h"),
                            proxied.PLAIN.url("/page"), code=97)
            self.says(run, self.place(peer), "wants a login")

    def test_needless(self):
        """Who is not asked for it does not say it."""
        run = self.both(*self.through(DANTE, "socks5h", "ann:sesame@"),
                        proxied.PLAIN.url("/page"))
        self.assertEqual(run.out, proxied.PAGE)


class Chains(Socks):
    """dial calls SOCKS, SOCKS the HTTP proxy, and that the origin."""

    peers = [DANTE, MICRO, CLOSED, TONE, GATED]

    def chain(self, peer, scheme, login="", tone=TONE):
        return ("--preproxy", f"{scheme}://{login}{self.place(peer)}", "-x",
                f"http://{self.place(tone, 'proxy')}")

    def test_pages(self):
        for peer, scheme in (DANTE, "socks4"), (DANTE, "socks5"), \
                (DANTE, "socks5h"), (MICRO, "socks5h"):
            for server in proxied.PLAIN, proxied.SECURE:
                with self.subTest(scheme=scheme, tls=server.tls):
                    run = self.both(*self.chain(peer, scheme), *self.root(),
                                    server.url("/page"))
                    self.assertEqual(run.out, proxied.PAGE)
                    self.assertNotIn(b"\r\nproxy", server.requests[-1].lower())

    def test_each_gets_its_own_login(self):
        """One for SOCKS in its URL, the other with -U for the HTTP proxy."""
        # Measured: curl 7.88 then has none for the HTTP proxy.
        gate = self.chain(CLOSED, "socks5h", "ann:sesame@", GATED)
        for server in proxied.PLAIN, proxied.SECURE:
            run = self.dial(*gate, "-U", "bob:builder", *self.root(),
                            server.url("/page"))
            self.assertEqual(run.out, proxied.PAGE)

    def test_the_far_one_refuses(self):
        run = self.both(*self.chain(DANTE, "socks5h", tone=GATED),
                        *self.root(), proxied.SECURE.url("/page"),
                        same=False, code=7)
        self.says(run, f"the proxy {self.place(GATED, 'proxy')}", "407")

    def test_the_near_one_refuses(self):
        """It may not call the HTTP proxy: whose port is its target."""
        run = self.both("--preproxy", f"socks5h://{self.place(DANTE)}", "-x",
                        f"http://127.0.0.1:{proxied.FORBIDDEN.port}",
                        *self.root(), proxied.SECURE.url("/page"), code=97)
        self.says(run, f"the SOCKS proxy {self.place(DANTE)}",
                  "does not allow", f"127.0.0.1:{proxied.FORBIDDEN.port}")

    def test_the_near_one_refuses_the_login(self):
        run = self.both(*self.chain(CLOSED, "socks5h", "ann:wrong@"),
                        *self.root(), proxied.SECURE.url("/page"), code=97)
        self.says(run, f"the SOCKS proxy {self.place(CLOSED)}",
                  "did not accept the login")


if __name__ == "__main__":
    peers.main("danted sockd")
