"""dial with Kerberos: Apache's mod_auth_gssapi, squid, and MIT's KDC.

curl is asked the same first, which proves the peers, and measures what it
makes of every failure.  A clock that is wrong needs no faketime here: see
kerberos.shift.
"""
import base64
import functools
import hashlib
import json
import os
import random
import socket
import subprocess
import time

import kerberos
import peers
import proxied
from scripted import HEAD, Server, reply

MODULES = peers.find_file(
    "/usr/lib/apache2/modules", "/usr/lib64/httpd/modules",
    "/usr/lib/httpd/modules", "/usr/libexec/apache2") or "modules"
HELPERS = peers.find_file(
    "/usr/lib/squid", "/usr/lib64/squid", "/usr/libexec/squid",
    "/usr/lib/squid3") or "helpers"
LOADED = "".join(
    f"<IfModule !mod_{name}.c>\n"
    f"LoadModule {name}_module {MODULES}/mod_{name}.so\n</IfModule>\n"
    for name in ("mpm_event", "unixd", "authn_core", "authz_core",
                 "authz_user", "auth_gssapi", "alias", "cgid", "headers",
                 "log_config", "mime", "ssl"))

APACHE = """
ServerRoot @folder@
ServerName localhost
DefaultRuntimeDir @folder@
PidFile @folder@/apache.pid
ErrorLog @folder@/error.log
Listen 127.0.0.1:@http@
Listen 127.0.0.1:@https@
""" + LOADED + """
Mutex file:@folder@ default
LogFormat "%p %u \\"%r\\" %>s" short
CustomLog @folder@/access.log short
@root@ User @user@
@root@ Group @group@
StartServers 1
KeepAlive On
TypesConfig /dev/null
DocumentRoot @folder@/www
<Directory @folder@>
	Require all granted
</Directory>
ScriptSock @folder@/cgid.sock
ScriptAlias /ticket/cgi/ @folder@/cgi/
AliasMatch "^/(ticket|either)/page$" @folder@/www/page
Redirect 302 /ticket/away http://a.test:@http@/ticket/page
Redirect 302 /ticket/near http://localhost:@http@/ticket/page
# A redirect comes before the question who is asking, unless it is a reply.
<LocationMatch "^/(ticket|either)/">
	AuthType GSSAPI
	AuthName "the vault"
	GssapiAllowedMech krb5
	GssapiCredStore keytab:@krb5kdc_folder@/http.keytab
	Require valid-user
</LocationMatch>
# Basic by the password that the KDC knows.
<Location /either/>
	GssapiBasicAuth On
	GssapiBasicAuthMech krb5
</Location>
Header always set X-User "expr=%{REMOTE_USER}"
<VirtualHost 127.0.0.1:@https@>
	SSLEngine on
	SSLCertificateFile @certs@/good.pem
	SSLCertificateKeyFile @certs@/good.key
</VirtualHost>
"""
SUM = r"""#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
echo "$REMOTE_USER $CONTENT_LENGTH $(sha256sum)"
"""

SQUID = peers.SQUID_BASE + """http_port 127.0.0.1:@proxy@
https_port 127.0.0.1:@tls@ tls-cert=@certs@/proxy.pem tls-key=@certs@/proxy.key
auth_param negotiate program @helpers@/negotiate_kerberos_auth -s HTTP/localhost@DIAL.TEST -k @krb5kdc_folder@/http.keytab
auth_param negotiate children 1 startup=1 idle=1
auth_param negotiate keep_alive on
@basic@
acl somebody proxy_auth REQUIRED
http_access deny !somebody
http_access allow all
"""
BASIC = """
auth_param basic program @helpers@/basic_ncsa_auth @folder@/passwords
auth_param basic children 1 startup=1 idle=1
auth_param basic realm the gate
"""

PAGE = b"You got through.\n"
BIG = random.Random(4120).randbytes(1 << 20)
CALLER = f"{kerberos.USER}@{kerberos.REALM}"
LOGIN = f"{kerberos.USER}:{kerberos.PASSWORD}"
MINE = "--negotiate", "-u", ":"
MY_PROXY = "--proxy-negotiate", "-U", ":"
LOUD = "--no-silent", "--no-progress-meter"  # so with warnings
FAST_SECONDS = 5
EXPIRED_SECONDS = 2.1  # a ticket's times are whole seconds

WEB = peers.Peer(
    "apache2 httpd", "-d @folder@ -f @folder@/httpd.conf -DFOREGROUND",
    files={"httpd.conf": APACHE, "www/page": PAGE, "cgi/sum": SUM},
    programs=["cgi/sum"], ports=["http", "https"], needs=[kerberos.KDC],
    environment=kerberos.SERVICE)


def squid(name, basic=""):
    """One that asks for Negotiate, or for Basic as well."""
    return peers.Peer(
        "squid", "-N -n @service@ -f @folder@/squid.conf",
        files={"squid.conf": SQUID.replace("@basic@", basic),
               "hosts": "127.0.0.1 localhost a.test\n",
               "passwords": f"{kerberos.USER}:" + subprocess.run(
                   [peers.find("openssl"), "passwd", "-apr1",
                    kerberos.PASSWORD], check=True, capture_output=True,
                   text=True).stdout},
        ports=["proxy", "tls"], needs=[kerberos.KDC],
        environment=kerberos.SERVICE, helpers=HELPERS,
        service=f"{name}{proxied.PLAIN.port}")


GATE = squid("ticket")
CHOICE = squid("either", BASIC)


# --- Who calls, and with which tickets ---------------------------------------

def curl():
    """The path of a curl that knows GSSAPI."""
    path = peers.find("curl")
    if path is not None:
        told = subprocess.run([path, "-V"], capture_output=True, text=True,
                              check=True)
        if " GSS-API " in told.stdout:
            return path
    return peers.missing("curl with GSS-API")


@functools.lru_cache(maxsize=None)
def dial_knows():
    """Whether this dial was built with GSSAPI; it says so when it is used."""
    run = subprocess.run(
        peers.command("--no-progress-meter", "--negotiate", "-u", ":",
                      WEB.url("http", "/page")),
        capture_output=True, env=peers.environment(
            **kerberos.environment(nothing())), check=False)
    return b"built without GSSAPI" not in run.stderr


def path(name):
    return os.path.join(peers.work(), name)


@functools.lru_cache(maxsize=None)
def ticket():
    return kerberos.kinit(path("ticket"))


def nothing():
    return path("nothing")


@functools.lru_cache(maxsize=None)
def with_service():
    """A cache that has the ticket for the service too."""
    cache = kerberos.kinit(path("with-service"))
    if not kerberos.run(cache, "kvno", "-q", kerberos.SERVICES[0]):
        raise AssertionError("kvno failed")
    return cache


@functools.lru_cache(maxsize=None)
def brief():
    """A ticket for a second, and when that was."""
    return kerberos.kinit(path("brief"), "-l", "1s"), time.monotonic()


def expired():
    cache, begun = brief()
    peers.wait_for("a ticket to expire",
                   lambda: time.monotonic() > begun + EXPIRED_SECONDS)
    return cache


class Case(peers.Case):
    peers = [WEB]

    @classmethod
    def setUpClass(cls):
        for path in (f"{MODULES}/mod_auth_gssapi.so",
                     f"{HELPERS}/negotiate_kerberos_auth"):
            if not os.path.exists(path):
                peers.missing(os.path.basename(path))
        super().setUpClass()
        if not dial_knows():
            peers.missing("a dial with GSSAPI (libkrb5-dev)")
        brief()  # is over when it is wanted

    def web(self, path, scheme="http", host="localhost"):
        return WEB.url(scheme, path, scheme, host)

    def root(self):
        return "--cacert", peers.certificate("root.pem")

    def at(self, host):
        """--resolve for a name that no machine knows."""
        return "--resolve", f"{host}:{WEB['http']}:127.0.0.1"

    def curl(self, *arguments, code=0, stdin=b"", **more):
        run = subprocess.run(
            [curl(), "-sS", *map(str, arguments)], input=stdin,
            capture_output=True, timeout=peers.RUN_SECONDS, cwd=self.folder,
            env=peers.environment(**more), check=False)
        result = peers.Result(run.args, run.returncode, run.stdout,
                              run.stderr.decode("utf-8", "backslashreplace"))
        self.assertEqual(result.code, code, f"\n{result}")
        return result

    def each(self, *arguments, code=0, curl_code=None, cache=None, kdc=None,
             **more):
        """curl's run, then dial's; the same must be true of both."""
        around = dict(kerberos.environment(
            ticket() if cache is None else cache, kdc), **more)
        yield self.curl(*arguments, **around,
                        code=code if curl_code is None else curl_code)
        yield self.dial(*arguments, code=code, **around)

    def alone(self, *arguments, cache=None, kdc=None, **more):
        """A run of dial, where curl cannot be asked."""
        around = kerberos.environment(
            ticket() if cache is None else cache, kdc)
        return self.dial(*arguments, **around, **more)

    def explained(self, *arguments, **more):
        """The stages about logins, as who, whether it went well, and what."""
        run = self.alone("--explain=json", *arguments, **more)
        return [(stage["party"], stage["ok"], stage["text"],
                 {detail["name"]: detail["value"]
                  for detail in stage["details"]})
                for stage in json.loads(run.out)["stages"]
                if stage["stage"] == "login"]


def is_dial(run):
    return run.command[0] == peers.DIAL


# --- The origin --------------------------------------------------------------

class Origin(Case):
    def page(self, run):
        self.assertIn(" 200 OK", run.head()[0])
        self.assertEqual(run.fields("X-User"), [CALLER])
        self.assertEqual(run.body(), PAGE)
        self.assertEqual(run.err, "")

    def test_page(self):
        for version in "--http1.0", "--http1.1":
            for run in self.each("-i", version, *MINE,
                                 self.web("/ticket/page")):
                self.page(run)

    def test_page_over_tls(self):
        for run in self.each("-i", "--http1.1", *self.root(), *MINE,
                             self.web("/ticket/page", "https")):
            self.page(run)

    def test_page_over_tls_1_0(self):
        """Measured: curl offers an ALPN that Apache takes for an error."""
        self.page(self.alone("-i", "--http1.0", *self.root(), *MINE,
                             self.web("/ticket/page", "https")))

    def test_head(self):
        for run in self.each("-I", *MINE, self.web("/ticket/page")):
            self.assertEqual(run.fields("X-User"), [CALLER])

    def test_at_once(self):
        """The first request has the token: nothing is asked twice."""
        for run in self.each("-v", *MINE, self.web("/ticket/page")):
            self.assertEqual(run.err.count("> GET "), 1)

    def test_masked(self):
        """curl shows the token."""
        run = self.alone("-v", *MINE, self.web("/ticket/page"))
        self.says(run, "> Authorization: Negotiate ***\n")

    def test_explained(self):
        made = "here", True, "Negotiate: GSSAPI made a token for " \
            "HTTP/localhost", {}
        self.assertEqual(self.explained(*MINE, self.web("/ticket/page")),
                         [made])
        asked, again = self.explained("--anyauth", "-u", ":",
                                      self.web("/ticket/page"))
        self.assertEqual(asked[:2], ("origin", True))
        self.assertEqual(asked[3], {"Negotiate": "chosen"})
        self.assertEqual(again, made)
        [asked] = self.explained(self.web("/ticket/page"), code=22)
        self.assertIn("--negotiate -u :", asked[3]["Negotiate"])

    def test_service_name(self):
        """The KDC knows of no other service here, which thus was asked."""
        for run in self.each("-v", "--service-name", "other", *MINE,
                             self.web("/ticket/page")):
            self.says(run, "other/localhost@DIAL.TEST not found")

    def test_another_name(self):
        """The service is that of the URL's host, wherever it is."""
        for run in self.each("-i", *self.at("a.test"), *MINE,
                             self.web("/ticket/page", host="a.test")):
            self.assertEqual(run.fields("X-User"), [CALLER])

    def test_several(self):
        """Every request has a token of its own, which serves once."""
        urls = 3 * [self.web("/ticket/page")]
        for version in "--http1.0", "--http1.1":
            for run in self.each(version, "-w", "%{http_code}\n", *MINE,
                                 *urls):
                self.assertEqual(run.out, 3 * (PAGE + b"200\n"))
        for run in self.each("-w", "%{num_connects}", "--http1.1", *MINE,
                             *urls):
            self.assertEqual(run.out, PAGE + b"1" + 2 * (PAGE + b"0"))

    def test_together(self):
        urls = 6 * [self.web("/ticket/page")]
        for run in self.each("-Z", "--http1.1", *MINE, *urls):
            self.assertEqual(run.out, 6 * PAGE)

    def test_body(self):
        """With --anyauth it is sent twice, from the start both times."""
        for name, content in ("small", b"a=b"), ("big", BIG):
            told = f"{CALLER} {len(content)} " \
                f"{hashlib.sha256(content).hexdigest()}  -\n"
            body = "@" + self.file(name, content)
            for scheme in "--negotiate", "--anyauth":
                for version in "--http1.0", "--http1.1":
                    for run in self.each(
                            version, scheme, "-u", ":", "--data-binary",
                            body, self.web("/ticket/cgi/sum")):
                        self.assertEqual(run.out.decode(), told)

    def test_redirect(self):
        for run in self.each("-L", *MINE, self.web("/ticket/near")):
            self.assertEqual(run.out, PAGE)

    def test_redirect_elsewhere(self):
        """Another origin gets no token, nor a name to go with it."""
        for run in self.each("-v", "-L", "-w", "%{http_code}",
                             *self.at("a.test"), *MINE,
                             self.web("/ticket/away")):
            self.assertTrue(run.out.endswith(b"401"))
            rest = run.err.partition("Host: a.test:")[2]
            self.assertNotIn("Authorization:", rest)

    def test_redirect_elsewhere_in_silence(self):
        """Nor is the KDC asked for a ticket, as curl asks it."""
        cache = kerberos.kinit(self.file("cache"))
        before = kerberos.KDC.read("kdc.log").count(b"for HTTP/a.test@")
        run = self.alone("-L", *self.at("a.test"), *MINE,
                         self.web("/ticket/away"), cache=cache)
        self.assertNotEqual(run.out, PAGE)
        self.assertEqual(
            kerberos.KDC.read("kdc.log").count(b"for HTTP/a.test@"), before)

    def test_redirect_trusted(self):
        for run in self.each("-L", "--location-trusted", *self.at("a.test"),
                             *MINE, self.web("/ticket/away")):
            self.assertEqual(run.out, PAGE)


class Either(Case):
    """Negotiate beside Basic: the stronger one that is possible."""

    def test_ticket(self):
        for user in ":", LOGIN:
            for run in self.each("-v", "--anyauth", "-u", user,
                                 self.web("/either/page")):
                self.assertEqual(run.out, PAGE)
                self.assertIn("> Authorization: Negotiate ", run.err)
                self.assertNotIn("> Authorization: Basic ", run.err)

    def test_no_ticket(self):
        """Measured: curl does not come to think of Basic."""
        for run in self.each("-v", "-w", "%{http_code}", "--anyauth", "-u",
                             LOGIN, self.web("/either/page"),
                             cache=nothing()):
            self.assertNotIn("> Authorization: Negotiate ", run.err)
            if is_dial(run):
                self.assertEqual(run.out, PAGE + b"200")
                self.assertIn("> Authorization: Basic ", run.err)
            else:
                self.assertTrue(run.out.endswith(b"401"))
        *_, asked = self.explained("--anyauth", "-u", LOGIN,
                                   self.web("/either/page"), cache=nothing())
        self.assertIn("not possible", asked[3]["Negotiate"])
        self.assertEqual(asked[3]["Basic"], "chosen")

    def test_nothing_left(self):
        """No other scheme is offered: the page is curl's, and a warning."""
        run = self.alone(*LOUD, "--anyauth", "-u", ":",
                         self.web("/ticket/page"), cache=nothing())
        self.says(run, "warning: ", "no ticket", "run kinit")

    def test_basic(self):
        for run in self.each("-i", "-u", LOGIN, self.web("/either/page"),
                             cache=nothing()):
            self.assertEqual(run.fields("X-User"), [CALLER])


# --- The proxy ---------------------------------------------------------------

class Gated(Case):
    peers = [WEB, GATE]

    def through(self):
        return "-x", self.peers[1].url("proxy", "", host="localhost")

    def name(self):
        return f"localhost:{self.peers[1]['proxy']}"

    def gate(self):
        return (*self.through(), *MY_PROXY)


class Proxy(Gated):
    def test_plain(self):
        for version in "--http1.0", "--http1.1":
            for run in self.each("-i", version, *self.gate(),
                                 proxied.PLAIN.url("/page")):
                self.assertIn(" 200 OK", run.head()[0])
                self.assertEqual(run.body(), proxied.PAGE)
                self.assertNotIn(b"negotiate",
                                 proxied.PLAIN.requests[-1].lower())

    def test_tunnel(self):
        for version in "--http1.0", "--http1.1":
            for run in self.each(version, *self.gate(), *self.root(),
                                 proxied.SECURE.url("/page")):
                self.assertEqual(run.out, proxied.PAGE)
                self.assertNotIn(b"negotiate",
                                 proxied.SECURE.requests[-1].lower())

    def test_tunnel_for_http(self):
        for run in self.each("-p", *self.gate(), proxied.PLAIN.url("/page")):
            self.assertEqual(run.out, proxied.PAGE)

    def test_at_once(self):
        for run in self.each("-v", *self.gate(), *self.root(),
                             proxied.SECURE.url("/page")):
            self.assertEqual(run.err.count("> CONNECT "), 1)

    def test_over_tls(self):
        for url in proxied.PLAIN.url("/page"), proxied.SECURE.url("/page"):
            for run in self.each(
                    "-x", GATE.url("tls", "", "https", "localhost"),
                    "--proxy-cacert", peers.certificate("root.pem"),
                    *MY_PROXY, *self.root(), url):
                self.assertEqual(run.out, proxied.PAGE)

    def test_both(self):
        """A token for the proxy, another for the origin."""
        for scheme in "http", "https":
            for run in self.each("-i", *self.gate(), *MINE, *self.root(),
                                 self.web("/ticket/page", scheme)):
                self.assertEqual(run.body(2 if scheme == "https" else 1),
                                 PAGE)
                self.assertIn(f"X-User: {CALLER}\r\n".encode(), run.out)

    def test_both_asked(self):
        """The proxy asks first, then the origin, then it is the page."""
        for scheme in "http", "https":
            for run in self.each(
                    *self.through(), "--proxy-anyauth", "-U", ":",
                    "--anyauth", "-u", ":", *self.root(),
                    self.web("/ticket/page", scheme)):
                self.assertEqual(run.out, PAGE)

    def test_several(self):
        for version in "--http1.0", "--http1.1":
            for url in proxied.PLAIN.url("/page"), \
                    proxied.SECURE.url("/page"):
                for run in self.each(version, *self.gate(), *self.root(),
                                     url, url, url):
                    self.assertEqual(run.out, 3 * proxied.PAGE)

    def test_several_tunnels(self):
        for run in self.each("-p", *self.gate(), *self.root(),
                             proxied.PLAIN.url("/page"),
                             proxied.SECURE.url("/page")):
            self.assertEqual(run.out, 2 * proxied.PAGE)

    def test_body(self):
        for url in proxied.PLAIN.url("/"), proxied.SECURE.url("/"):
            for run in self.each(*self.gate(), *self.root(), "--data-binary",
                                 "@" + self.file("big", BIG), url):
                self.assertEqual(run.out, b"%d bytes\n" % len(BIG))

    def test_body_asked(self):
        for url in proxied.PLAIN.url("/"), proxied.SECURE.url("/"):
            for run in self.each(*self.through(), "--proxy-anyauth", "-U",
                                 ":", *self.root(), "-d", "a=b", url):
                self.assertEqual(run.out, b"3 bytes\n")

    def test_big_body_asked(self):
        """Measured: curl and squid 5.7 at times wait for each other."""
        for url in proxied.PLAIN.url("/"), proxied.SECURE.url("/"):
            run = self.alone(*self.through(), "--proxy-anyauth", "-U", ":",
                             *self.root(), "--data-binary",
                             "@" + self.file("big", BIG), url)
            self.assertEqual(run.out, b"%d bytes\n" % len(BIG))

    def test_masked(self):
        for url in proxied.PLAIN.url("/page"), proxied.SECURE.url("/page"):
            run = self.alone("-v", *self.gate(), *self.root(), url)
            self.says(run, "> Proxy-Authorization: Negotiate ***\n")

    def test_explained(self):
        for url in proxied.PLAIN.url("/page"), proxied.SECURE.url("/page"):
            self.assertEqual(
                self.explained(*self.gate(), *self.root(), url),
                [("here", True, "Negotiate: GSSAPI made a token for "
                  "HTTP/localhost", {})])

    def test_unasked(self):
        """Who is told nothing of tickets is told of them."""
        run = self.alone(*self.through(), *self.root(),
                         proxied.SECURE.url("/page"), code=7)
        self.says(run, self.name(), "407", "kinit", "-U : --proxy-negotiate")

    def test_environment(self):
        gate = GATE.url("proxy", host="localhost")
        for name, url in (("http_proxy", proxied.PLAIN.url("/page")),
                          ("https_proxy", proxied.SECURE.url("/page"))):
            for run in self.each(*MY_PROXY, *self.root(), url,
                                 **{name: gate}):
                self.assertEqual(run.out, proxied.PAGE)


class ProxyEither(Gated):
    """Negotiate beside Basic, as above."""

    peers = [WEB, CHOICE]

    def test_ticket(self):
        for user in ":", LOGIN:
            for url in proxied.PLAIN.url("/page"), \
                    proxied.SECURE.url("/page"):
                for run in self.each("-v", *self.through(),
                                     "--proxy-anyauth", "-U", user,
                                     *self.root(), url):
                    self.assertEqual(run.out, proxied.PAGE)
                    self.assertIn("> Proxy-Authorization: Negotiate ",
                                  run.err)
                    self.assertNotIn("> Proxy-Authorization: Basic ",
                                     run.err)

    def test_no_ticket(self):
        """Measured: curl does not come to think of Basic."""
        gate = *self.through(), "--proxy-anyauth", "-U", LOGIN
        for run in self.each("-w", "%{http_code}", *gate,
                             proxied.PLAIN.url("/page"), cache=nothing()):
            if is_dial(run):
                self.assertEqual(run.out, proxied.PAGE + b"200")
            else:
                self.assertTrue(run.out.endswith(b"407"))
        for run in self.each(*gate, *self.root(),
                             proxied.SECURE.url("/page"), cache=nothing(),
                             curl_code=56):
            self.assertEqual(run.out, proxied.PAGE if is_dial(run) else b"")

    def test_basic(self):
        for run in self.each(*self.through(), "-U", LOGIN, *self.root(),
                             proxied.SECURE.url("/page"), cache=nothing()):
            self.assertEqual(run.out, proxied.PAGE)


# --- What goes wrong ---------------------------------------------------------

class Failures:
    """What is the same whoever it is that asks.

    self.fails(curl's words, dial's words, ...) asks, and must not be let in.
    """

    refused = []  # dial's words when the service itself compared the clocks

    def test_no_ticket(self):
        self.fails(["No credentials were supplied"],
                   ["no ticket", "run kinit"], cache=nothing())

    def test_expired(self):
        self.fails(["Ticket expired"], ["expired", "run kinit"],
                   cache=expired())

    def test_no_kdc(self):
        """It is over soon, and says what was not there."""
        cache = kerberos.kinit(self.file("cache"))
        begun = time.monotonic()
        self.fails(["Cannot contact any KDC"],
                   ["no KDC answers", kerberos.REALM],
                   cache=cache, kdc=proxied.DEAD.number)
        self.assertLess(time.monotonic() - begun, FAST_SECONDS)

    def test_silent_kdc(self):
        """Measured: curl waits for it, however long, past its own -m."""
        cache = kerberos.kinit(self.file("cache"))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            run = self.alone("-m", "0.5", *self.ask(), cache=cache,
                             kdc=silent.getsockname()[1], code=28)
            self.says(run, "Kerberos", "--max-time")

    def test_no_kdc_needed(self):
        """The service's ticket is here: nobody has to be asked."""
        self.succeeds(cache=with_service(), kdc=proxied.DEAD.number)

    def test_clock(self):
        """The KDC compares the clocks."""
        cache = kerberos.kinit(self.file("cache"))
        self.fails(["Clock skew too great"], ["clocks", "NTP"],
                   cache=kerberos.shift(cache, self.file("late"), 1000))

    def test_clock_of_the_service(self):
        """The service compares them; the KDC is not asked."""
        cache = kerberos.shift(with_service(), self.file("late"), 1000)
        self.fails([], self.refused, cache=cache)


class OriginFailures(Failures, Case):
    refused = ["clocks", "NTP"]  # Apache sends it back

    def ask(self, host="localhost"):
        more = self.at(host) if host != "localhost" else ()
        return *more, *MINE, self.web("/ticket/page", host=host)

    def succeeds(self, **more):
        for run in self.each(*self.ask(), **more):
            self.assertEqual(run.out, PAGE)

    def fails(self, curls, dials, host="localhost", **more):
        """Goes without, as curl does: its page, or an error with -f."""
        for run in self.each("-v", "-w", "%{http_code}", *self.ask(host),
                             **more):
            self.assertTrue(run.out.endswith(b"401"), f"\n{run}")
            self.says(run, *(dials if is_dial(run) else curls))
        for run in self.each("-f", *self.ask(host), code=22, **more):
            self.assertEqual(run.out, b"")
            if is_dial(run):
                self.says(run, f"{host}:{WEB['http']}", "401", *dials)

    def test_beside_a_silent_kdc(self):
        """What needs no ticket does not wait with what does."""
        cache = kerberos.kinit(self.file("cache"))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            run = self.alone("-Z", "-m", "2", *self.ask(), "--next",
                             self.web("/page"), "--fail-early", cache=cache,
                             kdc=silent.getsockname()[1], code=28)
            self.assertEqual(run.out, PAGE)

    def test_warned(self):
        """Without -v too, and unless -s."""
        run = self.alone(*LOUD, *self.ask(), cache=nothing())
        self.says(run, "warning: ", "no ticket", "run kinit")
        run = self.alone(*self.ask(), cache=nothing())
        self.assertEqual(run.err, "")

    def test_explained(self):
        told = self.explained(*self.ask(), cache=nothing(), code=22)
        self.assertEqual([stage[:2] for stage in told],
                         [("here", False), ("origin", False)])
        self.assertIn("run kinit", told[0][2])

    def test_unknown_service(self):
        self.fails(["HTTP/none.test@DIAL.TEST not found"],
                   ["no service HTTP/none.test"], host="none.test")

    def test_address(self):
        self.fails(["HTTP/127.0.0.1@DIAL.TEST not found"],
                   ["no service HTTP/127.0.0.1", "no address"],
                   host="127.0.0.1")

    def test_service_without_its_key(self):
        """The KDC gives a ticket which this server cannot read."""
        self.fails([], ["cannot read", "HTTP/keyless.test", "keytab"],
                   host="keyless.test")


class ProxyFailures(Failures, Gated):
    """It answers a request with a page, and ends a CONNECT."""

    refused = ["did not accept the Kerberos ticket"]  # says squid, no more

    def ask(self):
        return (*self.gate(), *self.root(), proxied.SECURE.url("/page"))

    def succeeds(self, **more):
        for run in self.each(*self.ask(), **more):
            self.assertEqual(run.out, proxied.PAGE)

    def fails(self, curls, dials, **more):
        plain = *self.gate(), proxied.PLAIN.url("/page")
        for run in self.each("-v", "-w", "%{http_code}", *plain, **more):
            self.assertTrue(run.out.endswith(b"407"), f"\n{run}")
            self.says(run, *(dials if is_dial(run) else curls))
        for run in self.each("-f", *plain, code=22, **more):
            if is_dial(run):
                self.says(run, self.name(), "407", *dials)
        for run in self.each("-v", *self.ask(), code=7, curl_code=56,
                             **more):
            self.assertEqual(run.out, b"")
            if is_dial(run):
                self.says(run, self.name(), "407", *dials)
            else:
                self.says(run, *curls)


def token(content):
    return base64.b64encode(bytes.fromhex(content)).decode()


# What a peer may say after "Negotiate ".
BROKEN = {
    "no base64": "!!!!", "half a byte": "A", "no token": token("00" * 99),
    "nothing in it": token("6000"), "of NTLM": token(
        b"NTLMSSP".hex() + "0002" + "ff" * 64),
    "a length of 4 GiB": token("6084ffffffff" + "61" * 64),
    "long": token("60" * 9000), "cut": token(
        "a181b73081b4a0030a0100a10b06092a864886f712010202a2819f04819c"),
    "rejecting": token("a1073005a0030a0102"),
    "going on": token("a1073005a0030a0101"),
}


class Broken(Case):
    """RESP-24: tokens that are none end a login, and nothing else."""

    def answers(self, status, field, content):
        return Server([reply(b"hello", status=status, fields=[
            f"{field}: Negotiate {content}"], expect=HEAD)] * 9)

    def test_refusal(self):
        for name, content in BROKEN.items():
            with self.subTest(token=name), self.answers(
                    "401 No", "WWW-Authenticate", content) as server:
                for run in self.each("-m", "9", *LOUD, *MINE,
                                     server.url(host="localhost")):
                    self.assertEqual(run.out, b"hello")
                self.says(run, "warning: ", "Negotiate", "is not possible")
                self.assertLessEqual(len(server.requests), 3)

    def test_success(self):
        """Measured: curl does not care who it was that let it in."""
        for name, content in BROKEN.items():
            with self.subTest(token=name), self.answers(
                    "200 OK", "WWW-Authenticate", content) as server:
                run = self.alone(*MINE, server.url(host="localhost"),
                                 code=67)
                self.assertEqual(run.out, b"")
                self.says(run, "did not prove")

    def test_proxy(self):
        for name, content in BROKEN.items():
            for url, code, out in ("http://a.test/", 0, b"hello"), \
                    ("https://a.test/", 7, b""):
                with self.subTest(token=name, url=url), self.answers(
                        "407 No", "Proxy-Authenticate", content) as server:
                    run = self.alone(
                        "-m", "9", *LOUD, *MY_PROXY, "-x",
                        server.url(host="localhost"), url, code=code)
                    self.assertEqual(run.out, out)
                    self.says(run, "Negotiate", "is not possible")
                    self.assertLessEqual(len(server.requests), 2)


if __name__ == "__main__":
    peers.main("krb5kdc")
