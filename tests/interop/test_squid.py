"""dial through squid: plain, with Basic, with Digest, and over TLS to it."""
import hashlib
import re
import subprocess

import peers
import proxied



def helper(name):
    """One of the programs that come with squid."""
    return peers.find_file(*(f"/usr/{folder}/{name}" for folder in (
        "lib/squid", "lib64/squid", "libexec/squid", "lib/squid3")))


CONFIG = peers.SQUID_BASE + """forwarded_for on

http_port 127.0.0.1:@open@ name=open
http_port 127.0.0.1:@basic@ name=basic
https_port 127.0.0.1:@tls@ name=tls tls-cert=@certs@/proxy.pem tls-key=@certs@/proxy.key
https_port 127.0.0.1:@wrong@ name=wrong tls-cert=@certs@/wrong-host.pem tls-key=@certs@/wrong-host.key

@schemes@
acl somebody proxy_auth REQUIRED
acl closed myportname basic
acl allowed port @allowed@
acl CONNECT method CONNECT
http_access deny CONNECT !allowed
http_access deny closed !somebody
http_access allow all
reply_header_add X-Client-Port "%>p"
"""

BASIC = """
auth_param basic program @ncsa@ @folder@/passwords
auth_param basic children 1 startup=1 idle=1
auth_param basic realm the gate
"""
HOSTS = [f"{letter}.test" for letter in "abcdef"]
# A nonce is stale after few uses.
DIGEST = """
auth_param digest program @digest@ -c @folder@/digests
auth_param digest children 1 startup=1 idle=1
auth_param digest realm the gate
auth_param digest check_nonce_count on
auth_param digest nonce_strictness on
auth_param digest nonce_max_count 2
"""


def password(word):
    """As htpasswd(1) would store it."""
    return subprocess.run(
        [peers.find("openssl"), "passwd", "-apr1", word], check=True,
        capture_output=True, text=True).stdout


def digested(user, word):
    """As htdigest(1) would store it."""
    text = f"{user}:the gate:{word}"
    return f"{user}:the gate:{hashlib.md5(text.encode()).hexdigest()}\n"


def squid(name, schemes):
    """One that asks for these, where it asks."""
    return peers.Peer(
        "squid", "-N -n @service@ -f @folder@/squid.conf",
        files={"squid.conf": CONFIG.replace("@schemes@", schemes),
               "hosts": f"127.0.0.1 {' '.join(HOSTS)}\n",
               "passwords": "ann:" + password("a b:c"),
               "digests": digested("ann", "a b:c")},
        ports=["open", "basic", "tls", "wrong"],
        ncsa=helper("basic_ncsa_auth"), digest=helper("digest_file_auth"),
        # What it shares between processes is named after the service.
        service=f"{name}{proxied.PLAIN.port}",
        allowed=" ".join(map(str, proxied.ALLOWED)))


SQUID = squid("dial", BASIC)
DIGESTS = squid("digest", DIGEST)
CHOICE = squid("choice", BASIC + DIGEST)


class Squid(peers.Case):
    peers = [SQUID]
    port = "open"

    def gate(self):
        return "-x", self.peers[0].url(self.port, "")

    def name(self):
        return f"127.0.0.1:{self.peers[0][self.port]}"


class Open(proxied.Proxied, Squid):
    def test_replies(self):
        """Measured: HTTP/1.1 for either version; Via names the proxy."""
        for option in "--http1.0", "--http1.1":
            run = self.dial("-i", option, *self.gate(),
                            proxied.PLAIN.url("/page"))
            self.assertEqual(run.head()[0], "HTTP/1.1 200 OK")
            self.assertIn("squid.test", run.fields("Via")[0])

    def test_kept(self):
        """Two origins, one connection to the proxy (REUSE-05)."""
        other = proxied.PLAIN.url("/page", host="b.test")
        for option in "--http1.0", "--http1.1":
            run = self.dial("-i", option, *self.gate(),
                            proxied.PLAIN.url("/page"), other)
            ports = re.findall(rb"X-Client-Port: (\d+)\r", run.out)
            self.assertEqual(len(ports), 2)
            self.assertEqual(len(set(ports)), 1)

    def test_names(self):
        """The proxy looks them up; this machine knows of no a.test."""
        for url in (proxied.PLAIN.url("/page", host="a.test"),
                    proxied.SECURE.url("/page", host="a.test")):
            run = self.dial(*self.gate(), *self.root(), url)
            self.assertEqual(run.out, proxied.PAGE)
        self.assertIn(b"\r\nHost: a.test:", proxied.SECURE.requests[-1])

    def test_forbidden_port(self):
        """The deny page: 403, squid's own name for it, its words."""
        self.refused(proxied.FORBIDDEN.port, "403 Forbidden",
                     "ERR_ACCESS_DENIED", "Access Denied")

    def test_dead_port(self):
        """Measured: 503 and 3 KiB of html, which curl throws away."""
        self.refused(proxied.DEAD.number, "503 Service Unavailable",
                     "ERR_CONNECT_FAIL", "Connection refused")

    def test_dead_port_plain(self):
        """Its error page is the body, as any other's."""
        url = f"http://127.0.0.1:{proxied.DEAD.number}/"
        run = self.dial("-w", "%{http_code}", *self.gate(), url)
        self.assertTrue(run.out.endswith(b"503"))
        self.assertIn(b"Connection to 127.0.0.1 failed", run.out)
        self.dial("-f", *self.gate(), url, code=22)

    def test_environment(self):
        """http_proxy, https_proxy, all_proxy, no_proxy."""
        gate = SQUID.url("open")
        for name, url in (("http_proxy", proxied.PLAIN.url("/page")),
                          ("https_proxy", proxied.SECURE.url("/page")),
                          ("HTTPS_PROXY", proxied.SECURE.url("/page")),
                          ("all_proxy", proxied.SECURE.url("/page"))):
            run = self.dial("-v", *self.root(), url, **{name: gate})
            self.assertEqual(run.out, proxied.PAGE)
            self.says(run, self.name())
            run = self.dial("-v", *self.root(), url,
                            **{name: gate, "no_proxy": "127.0.0.0/8"})
            self.assertEqual(run.out, proxied.PAGE)
            self.assertNotIn("Via", run.err)

    def test_clock_goes_its_own_way(self):
        """http_proxy never applies to daytime."""
        run = self.dial(f"daytime://127.0.0.1:{proxied.CLOCK.port}",
                        http_proxy=f"http://127.0.0.1:{proxied.DEAD.number}")
        self.assertEqual(run.out.strip(b"\n"), proxied.TIME.strip(b"\n"))


class Closed(proxied.Proxied, Squid):
    """PROTOCOL 57, 62: Basic; the password needs escapes in a URL."""

    port = "basic"

    def gate(self):
        return "-x", SQUID.url("basic", "").replace("//", "//ann:a%20b%3Ac@")

    def test_user(self):
        run = self.dial("-x", SQUID.url("basic"), "-U", "ann:a b:c",
                        *self.root(), proxied.SECURE.url("/page"))
        self.assertEqual(run.out, proxied.PAGE)

    def test_nobody(self):
        gate = "-x", SQUID.url("basic")
        run = self.dial("-i", *gate, proxied.PLAIN.url("/page"))
        self.assertEqual(run.head()[0].split()[1], "407")
        self.assertEqual(run.fields("Proxy-Authenticate"),
                         ['Basic realm="the gate"'])
        self.dial("-f", *gate, proxied.PLAIN.url("/page"), code=22)
        run = self.dial(*gate, *self.root(), proxied.SECURE.url("/page"),
                        code=7)
        self.assertEqual(run.out, b"")
        self.says(run, self.name(), "407", "-U")

    def test_somebody_else(self):
        run = self.dial("-x", SQUID.url("basic"), "-U", "ann:not-the-word",
                        *self.root(), proxied.SECURE.url("/page"), code=7)
        self.assertEqual(run.out, b"")
        self.says(run, self.name(), "407", "did not accept")
        self.assertNotIn("not-the-word", run.err)

    def test_users_apart(self):
        """NETRC-04, 62: the origin's user to the origin, through the gate."""
        run = self.dial(*self.gate(), "-u", "bob:origin-word", *self.root(),
                        proxied.SECURE.url("/page"))
        self.assertEqual(run.out, proxied.PAGE)
        request = proxied.SECURE.requests[-1]
        self.assertIn(b"\r\nAuthorization: Basic Ym9iOm9yaWdpbi13b3Jk\r\n",
                      request)
        self.assertNotIn(b"Proxy-", request)


def unchunked(body):
    """What a body in chunks holds."""
    content = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        content += body[:int(size, 16)]
        body = body[int(size, 16) + 2:]
    return content


class Digest(proxied.Proxied, Squid):
    """Digest alone: the first answer is a challenge."""

    peers = [DIGESTS]
    port = "basic"
    test_clock_glued = None  # the reply of one connection is the last
    schemes = ["Digest"]
    option = "--proxy-digest"

    def gate(self):
        return (*super().gate(), self.option, "-U", "ann:a b:c")

    def nobody(self):
        return super().gate()

    def challenge(self, run):
        """The first head asks, by the schemes that there are."""
        self.assertEqual(run.head()[0].split()[1], "407")
        self.assertEqual(sorted(
            field.split()[0] for field in run.fields("Proxy-Authenticate")),
            self.schemes)

    def test_plain(self):
        for option in "--http1.0", "--http1.1":
            run = self.dial("-i", option, *self.gate(),
                            proxied.PLAIN.url("/page"))
            self.challenge(run)
            self.assertEqual(run.head(1)[0], "HTTP/1.1 200 OK")
            self.assertEqual(run.body(2), proxied.PAGE)
            self.assertNotIn(b"\r\nproxy-",
                             proxied.PLAIN.requests[-1].lower())

    def test_plain_head(self):
        run = self.dial("-I", *self.gate(), proxied.PLAIN.url("/page"))
        self.challenge(run)
        self.assertEqual(run.fields("Content-Length", 1),
                         [str(len(proxied.PAGE))])
        self.assertEqual(run.body(2), b"")

    def test_tunnel_heads(self):
        run = self.dial("-i", *self.gate(), *self.root(),
                        proxied.SECURE.url("/page"))
        self.challenge(run)
        self.assertIn("200 Connection established", run.head(1)[0])
        self.assertEqual(run.body(3), proxied.PAGE)

    def urls(self):
        return [proxied.PLAIN.url("/page", host=host) for host in HOSTS]

    def test_next(self):
        """RFC 7616 3.5: the nonce for the next request is used for it."""
        run = self.dial("-v", *self.gate(), *self.urls())
        self.assertEqual(run.out, len(HOSTS) * proxied.PAGE)
        self.assertEqual(run.err.count("< HTTP/1.1 407"), 1)
        self.says(run, "Proxy-Authentication-Info: nextnonce=")

    def test_stale(self):
        """CONNECT is told of no next one: counted, until it is stale."""
        run = self.dial("-v", "-p", *self.gate(), *self.urls())
        self.assertEqual(run.out, len(HOSTS) * proxied.PAGE)
        self.assertEqual(run.err.count("< HTTP/1.1 407"), 2)
        self.says(run, "stale=true")

    def test_tunnel_asked_twice(self):
        """Both CONNECTs go by one connection."""
        run = self.dial("-v", "-w", "%{num_connects}", *self.gate(),
                        *self.root(), proxied.SECURE.url("/page"))
        self.assertEqual(run.out, proxied.PAGE + b"1")
        self.assertEqual(run.err.count("> CONNECT "), 2)

    def test_upload_in_chunks(self):
        run = self.dial("--http1.1", *self.gate(), "-H",
                        "Transfer-Encoding: chunked", "--data-binary", "@-",
                        proxied.PLAIN.url("/"), stdin=proxied.BIG)
        body = proxied.PLAIN.requests[-1].partition(b"\r\n\r\n")[2]
        self.assertEqual(run.out, b"%d bytes\n" % len(body))
        self.assertEqual(unchunked(body), proxied.BIG)

    def test_nobody(self):
        run = self.dial(*self.nobody(), *self.root(),
                        proxied.SECURE.url("/page"), code=7)
        self.says(run, self.name(), "407", "-U")

    def test_somebody_else(self):
        """Once is enough, and the sentence says what was wrong."""
        gate = *self.nobody(), self.option, "-U", "ann:not-the-word"
        run = self.dial("-v", *gate, *self.root(),
                        proxied.SECURE.url("/page"), code=7)
        self.assertEqual(run.out, b"")
        self.assertEqual(run.err.count("> CONNECT "), 2)
        self.says(run, self.name(), "407", "did not accept")
        self.assertNotIn("not-the-word", run.err)
        run = self.dial("-v", "-f", *gate, proxied.PLAIN.url("/page"),
                        code=22)
        self.assertEqual(run.err.count("> GET "), 2)
        self.says(run, "407")


class Choice(Digest):
    """Basic and Digest: the stronger one, and never the password itself."""

    peers = [CHOICE]
    schemes = ["Basic", "Digest"]
    option = "--proxy-anyauth"

    def test_stronger(self):
        run = self.dial("-v", *self.gate(), *self.root(),
                        proxied.SECURE.url("/page"))
        self.says(run, "Proxy-Authorization: Digest")
        self.assertNotIn("Proxy-Authorization: Basic", run.err)

    def test_basic_at_once(self):
        run = self.dial("-i", *self.nobody(), "-U", "ann:a b:c",
                        *self.root(), proxied.SECURE.url("/page"))
        self.assertEqual(run.head()[0].split()[1], "200")
        self.assertEqual(run.body(2), proxied.PAGE)


class Secure(proxied.Proxied, Squid):
    """An https_port: TLS to the proxy, and in it TLS to the origin."""

    port = "tls"
    test_clock_glued = None  # TLS cuts into pieces of its own

    def gate(self):
        return ("-x", SQUID.url("tls", "", "https"), "--proxy-cacert",
                peers.certificate("root.pem"))

    def test_proxy_not_trusted(self):
        """PROXY-12, PROXY-14: --cacert and -k are for the origin alone."""
        for option in ["-k"], self.root():
            run = self.dial("-x", SQUID.url("tls", "", "https"), *option,
                            proxied.SECURE.url("/page"), code=60)
            self.assertEqual(run.out, b"")
            self.says(run, "proxy", self.name(), "dial test root")

    def test_origin_not_trusted(self):
        """PROXY-12: --proxy-cacert is for the proxy alone."""
        run = self.dial(*self.gate(), proxied.SECURE.url("/page"), code=60)
        self.assertEqual(run.out, b"")
        self.says(run, f"127.0.0.1:{proxied.SECURE.port}", "dial test root")

    def test_proxy_of_the_wrong_name(self):
        run = self.dial("-x", SQUID.url("wrong", "", "https"),
                        "--proxy-cacert", peers.certificate("root.pem"),
                        *self.root(), proxied.SECURE.url("/page"), code=60)
        self.says(run, f"127.0.0.1:{SQUID['wrong']}", "other.test")

    def test_forbidden_port(self):
        self.refused(proxied.FORBIDDEN.port, "403 Forbidden",
                     "Access Denied")

    def test_plain_words_to_the_tls_port(self):
        """A scheme that does not fit the port: no HTTP comes back."""
        run = self.dial("-x", SQUID.url("tls"), "-m", "10", *self.root(),
                        proxied.SECURE.url("/page"), code=56)
        self.says(run, self.name())

    def test_tls_to_the_plain_port(self):
        run = self.dial("-x", SQUID.url("open", "", "https"), *self.root(),
                        "--proxy-cacert", peers.certificate("root.pem"),
                        proxied.SECURE.url("/page"), code=35)
        self.says(run, f"127.0.0.1:{SQUID['open']}", "not TLS")


if __name__ == "__main__":
    peers.main("squid")
