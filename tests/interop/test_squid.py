"""dial through squid: plain, with Basic, and over TLS to the proxy itself."""
import re
import subprocess

import peers
import proxied

NCSA = peers.find_file(
    "/usr/lib/squid/basic_ncsa_auth", "/usr/lib64/squid/basic_ncsa_auth",
    "/usr/libexec/squid/basic_ncsa_auth", "/usr/lib/squid3/basic_ncsa_auth")

CONFIG = """
visible_hostname squid.test
unique_hostname squid.test
@root@ cache_effective_user @user@
pid_filename @folder@/squid.pid
cache_log @folder@/cache.log
access_log stdio:@folder@/access.log
coredump_dir @folder@
netdb_filename none
cache deny all
cache_mem 0
pinger_enable off
dns_nameservers 127.0.0.1
hosts_file @folder@/hosts
shutdown_lifetime 0
sslproxy_session_cache_size 0
max_filedescriptors 1024
forwarded_for on

http_port 127.0.0.1:@open@ name=open
http_port 127.0.0.1:@basic@ name=basic
https_port 127.0.0.1:@tls@ name=tls tls-cert=@certs@/proxy.pem tls-key=@certs@/proxy.key
https_port 127.0.0.1:@wrong@ name=wrong tls-cert=@certs@/wrong-host.pem tls-key=@certs@/wrong-host.key

auth_param basic program @ncsa@ @folder@/passwords
auth_param basic children 1 startup=1 idle=1
auth_param basic realm the gate
acl somebody proxy_auth REQUIRED
acl closed myportname basic
acl allowed port @allowed@
acl CONNECT method CONNECT
http_access deny CONNECT !allowed
http_access deny closed !somebody
http_access allow all
reply_header_add X-Client-Port "%>p"
"""


def password(word):
    """As htpasswd(1) would store it."""
    return subprocess.run(
        [peers.find("openssl"), "passwd", "-apr1", word], check=True,
        capture_output=True, text=True).stdout


SQUID = peers.Peer(
    "squid", "-N -n @service@ -f @folder@/squid.conf",
    files={"squid.conf": CONFIG, "hosts": "127.0.0.1 a.test b.test\n",
           "passwords": "ann:" + password("a b:c")},
    ports=["open", "basic", "tls", "wrong"], ncsa=NCSA,
    # What it shares between processes is named after the service.
    service=f"dial{proxied.PLAIN.port}",
    allowed=" ".join(map(str, proxied.ALLOWED)))


class Squid(peers.Case):
    peers = [SQUID]
    port = "open"

    def gate(self):
        return "-x", SQUID.url(self.port, "")

    def name(self):
        return f"127.0.0.1:{SQUID[self.port]}"


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
