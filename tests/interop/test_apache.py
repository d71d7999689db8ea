"""dial against Apache: versions, codings, ranges, CGI, TLS, and as a proxy."""
import base64
import gzip
import hashlib
import random
import re
import shutil

import peers

MODULES = peers.find_file(
    "/usr/lib/apache2/modules", "/usr/lib64/httpd/modules",
    "/usr/lib/httpd/modules", "/usr/libexec/apache2") or "modules"

# Some are built in, which differs from system to system.
LOADED = "".join(
    f"<IfModule !mod_{name}.c>\n"
    f"LoadModule {name}_module {MODULES}/mod_{name}.so\n</IfModule>\n"
    for name in ("mpm_event", "unixd", "authn_core", "authn_file",
                 "authz_core", "authz_host", "authz_user", "auth_basic",
                 "auth_digest",
                 "alias", "cgid", "deflate", "dir", "env", "filter",
                 "headers", "log_config", "mime", "proxy", "proxy_connect",
                 "proxy_http", "rewrite", "setenvif", "socache_shmcb",
                 "ssl"))

CONFIG = """
ServerRoot @folder@
ServerName localhost
DefaultRuntimeDir @folder@
PidFile @folder@/apache.pid
ErrorLog @folder@/error.log
Listen 127.0.0.1:@http@
Listen 127.0.0.1:@tls12@
Listen 127.0.0.1:@tls13@
Listen 127.0.0.1:@client12@
Listen 127.0.0.1:@client13@
Listen 127.0.0.1:@proxy@
""" + LOADED + """
Mutex file:@folder@ default
LogFormat "%h %p \\"%r\\" %>s %b" short
CustomLog @folder@/access.log short
@root@ User @user@
@root@ Group @group@
StartServers 1
KeepAlive On
TypesConfig /dev/null
AddType text/html .html
DocumentRoot @folder@/www
<Directory @folder@>
	Require all granted
</Directory>
SetOutputFilter DEFLATE
SetEnvIf Request_URI \\.bin$ no-gzip
Header always set X-Request "expr=%{THE_REQUEST}"
Header always set X-Port "expr=%{REMOTE_PORT}"
ScriptSock @folder@/cgid.sock
ScriptAlias /cgi/ @folder@/cgi/
SetEnvIf Request_URI ^/cgi/ no-gzip
ScriptAlias /zip/ @folder@/cgi/
Redirect 302 /old /page.html
Redirect 410 /gone
<Location /secret>
	AuthType Basic
	AuthName "the vault"
	AuthUserFile @folder@/passwords
	Require valid-user
</Location>
Alias /secret @folder@/www
<LocationMatch "^/digest/">
	AuthType Digest
	AuthName "the vault"
	AuthDigestProvider file
	AuthUserFile @folder@/digests
	Require valid-user
</LocationMatch>
# A nonce is worth nothing a second later.
<LocationMatch "^/digest/brief/">
	AuthDigestNonceLifetime 1
</LocationMatch>
ScriptAlias /digest/cgi/ @folder@/cgi/
ScriptAlias /digest/brief/cgi/ @folder@/cgi/
Alias /digest @folder@/www

SSLSessionCache shmcb:@folder@/sessions
SSLCertificateFile @certs@/good.pem
SSLCertificateKeyFile @certs@/good.key
SSLCACertificateFile @certs@/root.pem
Header always set X-TLS "expr=%{SSL_PROTOCOL}" "expr=%{HTTPS} == 'on'"
Header always set X-Client "expr=%{SSL_CLIENT_VERIFY}" "expr=%{HTTPS} == 'on'"
<VirtualHost 127.0.0.1:@tls12@>
	SSLEngine on
	SSLProtocol TLSv1.2
	<Location /members>
		SSLVerifyClient require
		SSLVerifyDepth 3
	</Location>
	Alias /members @folder@/www
</VirtualHost>
<VirtualHost 127.0.0.1:@tls13@>
	SSLEngine on
	SSLProtocol TLSv1.3
</VirtualHost>
<VirtualHost 127.0.0.1:@client12@>
	SSLEngine on
	SSLProtocol TLSv1.2
	SSLVerifyClient require
	SSLVerifyDepth 3
</VirtualHost>
<VirtualHost 127.0.0.1:@client13@>
	SSLEngine on
	SSLProtocol TLSv1.3
	SSLVerifyClient require
	SSLVerifyDepth 3
</VirtualHost>
<VirtualHost 127.0.0.1:@proxy@>
	ProxyRequests On
	AllowCONNECT @tls13@ @http@
	ProxyVia On
	<Proxy *>
		Require all granted
	</Proxy>
</VirtualHost>
"""

VERSIONS = "--http1.0", "--http1.1"
PAGE = b"<p>A line of a page that packs well.</p>\n" * 73
BIG = random.Random(1945).randbytes(1 << 20)

# A body without a length, then without an end of its own in HTTP/1.0.
ENDLESS = r"""#!/bin/sh
printf 'Content-Type: text/html\r\n\r\n'
cat "$DOCUMENT_ROOT/big.bin"
"""
# What the server got of a body, and how it was announced.
COUNT = r"""#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
echo "$CONTENT_LENGTH ${HTTP_EXPECT:-no expectation}"
cksum
"""
# Fewer bytes than it said, which Apache would mend were the head its own.
SHORT = r"""#!/bin/sh
printf 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'
"""
# A page that takes longer than a nonce lives.
LATE = r"""#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
sleep 2
"""
# A whole reply of its own: HTTP/1.0, ends of line without CR, no length.
OLD = r"""#!/bin/sh
printf 'HTTP/1.0 200 Fine\nContent-Type: text/plain\nX-Twice: 1\n'
printf 'X-Twice: 2\n\nold words\n'
"""

WEB = peers.Peer(
    "apache2 httpd", "-d @folder@ -f @folder@/httpd.conf -DFOREGROUND",
    files={
        "httpd.conf": CONFIG, "www/page.html": PAGE, "www/big.bin": BIG,
        "cgi/endless": ENDLESS, "cgi/count": COUNT, "cgi/nph-short": SHORT,
        "cgi/nph-old": OLD, "cgi/late": LATE,
        "digests": "ann:the vault:" + hashlib.md5(
            b"ann:the vault:open sesame").hexdigest() + "\n",
        "passwords": "ann:{SHA}" + base64.b64encode(
            hashlib.sha1(b"open sesame").digest()).decode() + "\n"},
    programs=["cgi/endless", "cgi/count", "cgi/nph-short", "cgi/nph-old",
              "cgi/late"],
    ports=["http", "tls12", "tls13", "client12", "client13", "proxy"])


class Case(peers.Case):
    peers = [WEB]

    def http(self, path):
        return WEB.url("http", path)

    def root(self):
        return "--cacert", peers.certificate("root.pem")

    def client(self):
        return ("-E", peers.certificate("client.pem"),
                "--key", peers.certificate("client.key"))


class Plain(Case):
    def test_versions(self):
        """PROTOCOL 1, 5: Apache answers either with HTTP/1.1."""
        for option in VERSIONS:
            run = self.dial("-i", option, self.http("/page.html"))
            self.assertEqual(run.head()[0], "HTTP/1.1 200 OK")
            self.assertEqual(run.fields("X-Request"),
                             ["GET /page.html HTTP/" + option[-3:]])
            self.assertEqual(run.body(), PAGE)

    def test_head(self):
        """PROTOCOL 31."""
        for option in VERSIONS:
            run = self.dial("-I", option, self.http("/big.bin"))
            self.assertEqual(run.fields("Content-Length"), [str(len(BIG))])
            self.assertEqual(run.body(), b"")

    def test_head_of_what_has_no_length(self):
        for option in VERSIONS:
            run = self.dial("-I", option, self.http("/cgi/endless"))
            self.assertEqual(run.head()[0], "HTTP/1.1 200 OK")

    def test_kept(self):
        """Measured: kept in 1.0 when asked; the port is the client's."""
        for option in VERSIONS:
            run = self.dial("-i", option, *[self.http("/page.html")] * 3)
            ports = re.findall(rb"X-Port: (\d+)\r", run.out)
            self.assertEqual(len(ports), 3)
            self.assertEqual(len(set(ports)), 1)

    def test_not_kept_without_a_length(self):
        """REUSE-05: in 1.0 the end of such a body is the connection's."""
        run = self.dial("-i", self.http("/cgi/endless"),
                        self.http("/page.html"))
        self.assertEqual(len(set(re.findall(rb"X-Port: (\d+)", run.out))), 2)

    def test_redirect(self):
        run = self.dial("-L", self.http("/old"))
        self.assertEqual(run.out, PAGE)

    def test_error_page(self):
        run = self.dial("-w", "%{http_code}", self.http("/gone"))
        self.assertIn(b"no longer available", run.out)
        self.assertTrue(run.out.endswith(b"410"))
        self.dial("-f", self.http("/gone"), code=22)

    def test_basic(self):
        """PROTOCOL 57."""
        url = self.http("/secret/page.html")
        run = self.dial("-w", "%{http_code}", url)
        self.assertTrue(run.out.endswith(b"401"))
        self.assertEqual(self.dial("-u", "ann:open sesame", url).out, PAGE)
        self.dial("-f", "-u", "ann:wrong", url, code=22)


class Digest(Case):
    """Apache's mod_auth_digest: MD5, qop=auth, and Authentication-Info."""

    ann = "--digest", "-u", "ann:open sesame"

    def test_page(self):
        for option in VERSIONS:
            run = self.dial("-i", option, *self.ann,
                            self.http("/digest/page.html"))
            self.assertEqual(run.head()[0].split()[1], "401")
            self.assertIn('qop="auth"', run.fields("WWW-Authenticate")[0])
            self.assertEqual(run.head(1)[0], "HTTP/1.1 200 OK")
            self.assertIn("qop=auth", run.fields("Authentication-Info", 1)[0])
            self.assertEqual(run.body(2), PAGE)

    def test_any(self):
        run = self.dial("--anyauth", *self.ann[1:],
                        self.http("/digest/page.html?a=b&c=%20d"))
        self.assertEqual(run.out, PAGE)

    def test_counted(self):
        """One challenge, one connection, and nc counts what is asked."""
        for option in VERSIONS:
            run = self.dial("-i", option, *self.ann,
                            *[self.http(f"/digest/page.html?{n}")
                              for n in range(3)])
            self.assertEqual(
                re.findall(rb"^HTTP/1.1 (\d+)", run.out, re.M),
                [b"401", b"200", b"200", b"200"])
            self.assertEqual(re.findall(rb"nc=(\d+)", run.out),
                             [b"%08d" % n for n in (1, 2, 3)])
            self.assertEqual(
                len(set(re.findall(rb"X-Port: (\d+)\r", run.out))), 1)

    def test_stale(self):
        """A nonce that grew old is renewed without a word to the user."""
        url = self.http("/digest/brief/cgi/late")
        run = self.dial("-i", *self.ann, url, url)
        self.assertEqual(re.findall(rb"^HTTP/1.1 (\d+)", run.out, re.M),
                         [b"401", b"200", b"401", b"200"])
        self.assertIn(b"stale=true", run.out)

    def test_post(self):
        """The body waits for the challenge, and then is whole."""
        for option in VERSIONS:
            run = self.dial(option, *self.ann, "-d", "a=1", "-d", "b=2",
                            self.http("/digest/cgi/count"))
            self.assertEqual(run.out.split(b"\n")[0], b"7 no expectation")

    def test_large_post(self):
        """Whether it waited or was refused: it arrives once, whole."""
        sent = self.file("sent", BIG * 3)
        for how in "--digest", "--anyauth":
            for option in VERSIONS:
                run = self.dial(option, how, *self.ann[1:], "--data-binary",
                                "@" + sent, self.http("/digest/cgi/count"))
                first, second = run.out.splitlines()
                self.assertEqual(int(first.split()[0]), len(BIG) * 3)
                self.assertEqual(int(second.split()[1]), len(BIG) * 3)

    def test_upload_in_chunks(self):
        run = self.dial("--http1.1", *self.ann, "-X", "POST", "-T", "-",
                        self.http("/digest/cgi/count"), stdin=BIG)
        self.assertEqual(int(run.out.splitlines()[1].split()[1]), len(BIG))

    def test_somebody_else(self):
        """One try, and 22 with -f."""
        for who in "ann:not-the-word", "bob:open sesame":
            for how in "--digest", "--anyauth":
                call = how, "-u", who, self.http("/digest/page.html")
                run = self.dial("-i", *call)
                self.assertEqual(
                    re.findall(rb"^HTTP/1.1 (\d+)", run.out, re.M),
                    [b"401", b"401"])
                run = self.dial("-f", "-v", *call, code=22)
                self.assertEqual(run.out, b"")
                self.says(run, "401")
                self.assertNotIn(who.split(":")[1], run.err)

    def test_basic_is_not_told(self):
        """Where Digest is asked for no Basic goes out."""
        run = self.dial("-f", "-v", "--anyauth", "-u", "ann:wrong",
                        self.http("/digest/page.html"), code=22)
        self.assertNotIn("Authorization: Basic", run.err)


class Bodies(Case):
    def test_packed_for_1_0(self):
        """Measured: gzip with a length, in 1.0 as well."""
        run = self.dial("-i", "--compressed", self.http("/page.html"))
        self.assertEqual(run.fields("Content-Encoding"), ["gzip"])
        self.assertEqual(len(run.fields("Content-Length")), 1)
        self.assertEqual(run.body(), PAGE)

    def test_packed_as_it_comes(self):
        """gzip to the connection's end in 1.0, in chunks in 1.1."""
        for option in VERSIONS:
            run = self.dial("-i", "--compressed", option,
                            self.http("/zip/endless"))
            self.assertEqual(run.fields("Content-Encoding"), ["gzip"])
            self.assertEqual(run.fields("Content-Length"), [])
            self.assertEqual(
                run.fields("Transfer-Encoding"),
                ["chunked"] if option == "--http1.1" else [])
            self.assertEqual(run.body(), BIG)

    def test_left_packed(self):
        run = self.dial("-H", "Accept-Encoding: gzip",
                        self.http("/page.html"))
        self.assertEqual(gzip.decompress(run.out), PAGE)

    def test_no_length(self):
        """PROTOCOL 38, 39."""
        for option in VERSIONS:
            run = self.dial("-i", option, self.http("/cgi/endless"))
            self.assertEqual(run.fields("Content-Length"), [])
            self.assertEqual(run.body(), BIG)

    def test_shorter_than_said(self):
        """PROTOCOL 37."""
        for option in VERSIONS:
            path = self.file("short")
            self.dial(option, "-o", path, self.http("/cgi/nph-short"), code=18)
            self.assertFalse(peers.find_file(path))

    def test_old_reply(self):
        """PROTOCOL 19, 28: a CGI's own reply, with LF alone."""
        run = self.dial("-i", self.http("/cgi/nph-old"))
        self.assertTrue(run.out.startswith(b"HTTP/1.0 200 Fine\n"), run)
        self.assertTrue(run.out.endswith(b"\nold words\n"), run)
        self.assertEqual(run.out.count(b"X-Twice: "), 2)

    def test_post(self):
        """PROTOCOL 14."""
        for option in VERSIONS:
            run = self.dial(option, "-d", "a=1", "-d", "b=2",
                            self.http("/cgi/count"))
            self.assertEqual(run.out.split(b"\n")[0], b"7 no expectation")

    def test_continue(self):
        """PROTOCOL 16: expected for what is large, in 1.1 alone."""
        sent = self.file("sent", BIG * 3)
        sums = []
        for option, expected in (("--http1.0", b"no expectation"),
                                 ("--http1.1", b"100-continue")):
            run = self.dial(option, "--data-binary", "@" + sent,
                            self.http("/cgi/count"))
            first, second = run.out.splitlines()
            self.assertEqual(first, b"%d %s" % (len(BIG) * 3, expected))
            sums.append(second)
        self.assertEqual(sums[0], sums[1])
        self.assertEqual(int(sums[0].split()[1]), len(BIG) * 3)


class Parts(Case):
    def test_range(self):
        """Measured: 206 for 1.0 as well; PROTOCOL 44."""
        for option in VERSIONS:
            run = self.dial("-i", option, "-r", "7-1006",
                            self.http("/big.bin"))
            self.assertEqual(run.head()[0].split()[1], "206")
            self.assertEqual(run.body(), BIG[7:1007])

    def test_several_ranges(self):
        """PROTOCOL 44: parts only because they were asked for."""
        run = self.dial("-i", "-r", "0-9,1000-1009", self.http("/big.bin"))
        self.assertTrue(run.fields("Content-Type")[0].startswith(
            "multipart/byteranges"))
        self.assertIn(BIG[:10], run.body())
        self.assertIn(BIG[1000:1010], run.body())

    def test_resume(self):
        for option in VERSIONS:
            name = "big" + option
            path = self.file(name, BIG[:4321])
            run = self.dial("-C", "-", option, "-o", path, "-w",
                            "%{size_download}", self.http("/big.bin"))
            self.assertEqual(self.content(name), BIG)
            self.assertEqual(int(run.out), len(BIG) - 4321)

    def test_not_modified(self):
        path = self.file("page", PAGE)
        shutil.copystat(WEB.path("www/page.html"), path)
        for option in VERSIONS:
            run = self.dial(option, "-z", path, "-o", path, "-w",
                            "%{http_code}", self.http("/page.html"))
            self.assertEqual(run.out, b"304")
            self.assertEqual(self.content("page"), PAGE)


class Secure(Case):
    def test_1_2_alone_and_1_3_alone(self):
        for name, spoken in ("tls12", "TLSv1.2"), ("tls13", "TLSv1.3"):
            run = self.dial("-i", *self.root(),
                            WEB.url(name, "/big.bin", "https"))
            self.assertEqual(run.fields("X-TLS"), [spoken])
            self.assertEqual(run.body(), BIG)

    def test_no_length_over_tls(self):
        """PROTOCOL 38, TLS-16: ended by close_notify, so it is whole."""
        for name in "tls12", "tls13":
            run = self.dial(*self.root(),
                            WEB.url(name, "/cgi/endless", "https"))
            self.assertEqual(run.out, BIG)

    def test_unknown_issuer(self):
        run = self.dial(WEB.url("tls13", scheme="https"), code=60)
        self.says(run, "dial test root", "--add-cacert")

    def test_client_certificate(self):
        for name in "client12", "client13":
            run = self.dial("-i", *self.root(), *self.client(),
                            WEB.url(name, "/page.html", "https"))
            self.assertEqual(run.fields("X-Client"), ["SUCCESS"])
            self.assertEqual(run.body(), PAGE)

    def test_no_client_certificate(self):
        """Exit 58, in whichever version, and what is missing."""
        for name in "client12", "client13":
            run = self.dial(*self.root(),
                            WEB.url(name, "/page.html", "https"), code=58)
            self.assertEqual(run.out, b"")
            self.says(run, "wants a client certificate", "--cert")

    def test_client_certificate_of_a_stranger(self):
        """Refused in the handshake; in 1.3 the client learns it later."""
        for name, code in ("client12", 35), ("client13", 56):
            run = self.dial(*self.root(), "-E",
                            peers.certificate("client-untrusted.pem"),
                            "--key",
                            peers.certificate("client-untrusted.key"),
                            WEB.url(name, "/page.html", "https"), code=code)
            self.assertEqual(run.out, b"")

    def test_certificate_asked_for_later(self):
        """TLS-18: Apache negotiates anew for one folder: not with us."""
        run = self.dial(*self.root(), *self.client(),
                        WEB.url("tls12", "/members/page.html", "https"),
                        code=56)
        self.assertEqual(run.out, b"")
        self.says(run, "negotiate anew")


class Proxy(Case):
    """Apache answers CONNECT with HTTP/1.0, whatever it was asked in."""

    def through(self):
        return "-x", WEB.url("proxy")

    def test_plain(self):
        for option in VERSIONS:
            run = self.dial("-i", option, *self.through(),
                            self.http("/page.html"))
            self.assertEqual(run.head()[0], "HTTP/1.1 200 OK")
            self.assertEqual(len(run.fields("Via")), 1)
            self.assertEqual(run.body(), PAGE)

    def test_tunnel(self):
        """PROTOCOL 3, 32."""
        run = self.dial("-i", *self.through(), *self.root(),
                        WEB.url("tls13", "/big.bin", "https"))
        self.assertEqual(run.head(0)[0],
                         "HTTP/1.0 200 Connection Established")
        self.assertEqual(run.head(1)[0], "HTTP/1.1 200 OK")
        self.assertEqual(run.body(2), BIG)

    def test_tunnel_for_http(self):
        run = self.dial("-p", *self.through(), self.http("/page.html"))
        self.assertEqual(run.out, PAGE)

    def test_tunnel_forbidden(self):
        """PROXY-07."""
        run = self.dial(*self.through(), *self.root(),
                        WEB.url("tls12", scheme="https"), code=7)
        self.assertEqual(run.out, b"")
        self.says(run, f"127.0.0.1:{WEB['proxy']}", "403",
                  "You don't have permission")


if __name__ == "__main__":
    peers.main("apache2 httpd")
