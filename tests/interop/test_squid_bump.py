"""dial through a squid that looks into TLS (ssl-bump), and by an https_port
whose certificate nobody knows."""
import functools
import hashlib
import os
import ssl
import subprocess

import peers
import proxied

CONFIG = peers.SQUID_BASE + """
http_port 127.0.0.1:@bump@ ssl-bump generate-host-certificates=on tls-cert=@folder@/authority.pem
https_port 127.0.0.1:@tls@ tls-cert=@certs@/untrusted.pem tls-key=@certs@/untrusted.key
sslcrtd_program @folder@/certgen
sslcrtd_children 1 startup=1 idle=1
tls_outgoing_options cafile=@certs@/root.pem min-version=1.2
acl first at_step SslBump1
ssl_bump peek first
ssl_bump bump all

acl allowed port @allowed@
acl CONNECT method CONNECT
http_access deny CONNECT !allowed
http_access allow all
"""

# Its folder of certificates is made by the user that it becomes.
CERTGEN = """#!/bin/sh
store=@folder@/made
[ -d "$store" ] || @certgen@ -c -s "$store" -M 4MB >@folder@/certgen.log 2>&1
exec @certgen@ -s "$store" -M 4MB
"""
AUTHORITY = "O=Corp, CN=Inspection"


@functools.lru_cache(maxsize=None)
def authority():
    """The certificate of the authority that inspects, as PEM."""
    return subprocess.run(
        [peers.find("openssl"), "req", "-x509", "-new", "-days", "2",
         "-subj", "/O=Corp/CN=Inspection", "-key", key(),
         "-addext", "keyUsage=critical,keyCertSign"],
        check=True, capture_output=True, text=True).stdout


def key():
    return os.path.join(peers.SOURCE, "certs", "keys", "proxy.key")


def with_key():
    with open(key(), encoding="ascii") as file:
        return authority() + file.read()


def fingerprint(pem):
    """As browsers show it."""
    der = ssl.PEM_cert_to_DER_cert(pem)
    return hashlib.sha256(der).digest().hex(":").upper()


CERTGEN_PROGRAM = peers.find_file(*(
    f"/usr/{folder}/security_file_certgen" for folder in (
        "lib/squid", "lib64/squid", "libexec/squid", "lib/squid3")))
SQUID = peers.Peer(
    "squid", "-N -n @service@ -f @folder@/squid.conf",
    files={"squid.conf": CONFIG, "certgen": CERTGEN,
           "authority.pem": with_key(),
           "hosts": "127.0.0.1 a.test b.test www.a.test\n"},
    programs=["certgen"], ports=["bump", "tls"], certgen=CERTGEN_PROGRAM,
    service=f"bump{proxied.PLAIN.port}",
    allowed=" ".join(map(str, proxied.ALLOWED)))


class Squid(peers.Case):
    peers = [SQUID]

    @classmethod
    def setUpClass(cls):
        if CERTGEN_PROGRAM is None:
            peers.missing("squid with OpenSSL (its security_file_certgen)")
        super().setUpClass()

    def url(self, host):
        return proxied.SECURE.url("/page", host=host)


class Inspecting(Squid):
    def gate(self):
        return "-x", SQUID.url("bump", "")

    def many(self):
        """Trust of a system's size, which does not know it."""
        return "--cacert", peers.certificate("bundle.pem")

    def corp(self):
        return self.file("corp.pem", authority().encode())

    def looks_like_it(self, line, host):
        self.assertIn(f"the certificate of {host}:{proxied.SECURE.port} ",
                      line)
        self.assertIn(f"'{AUTHORITY}'", line)
        self.assertIn("this looks like TLS inspection by the proxy "
                      f"127.0.0.1:{SQUID['bump']}", line)
        self.assertIn("--add-cacert FILE", line)
        self.assertNotIn("-k ", line)

    def test_not_trusted(self):
        """PROXY-12: who, what it looks like, what to check, what to do."""
        before = len(proxied.SECURE.requests)
        run = self.dial(*self.gate(), *self.many(), self.url("a.test"),
                        code=60)
        self.assertEqual(run.out, b"")
        self.looks_like_it(run.err, "a.test")
        self.says(run, f"confirms that '{AUTHORITY}' has the SHA-256 "
                  f"fingerprint {fingerprint(authority())}")
        self.assertEqual(len(proxied.SECURE.requests), before)

    def test_the_machines_own_trust(self):
        run = self.dial(*self.gate(), self.url("a.test"), code=60)
        self.assertIn(f"'{AUTHORITY}'", run.err)

    def test_verbose(self):
        run = self.dial("-v", *self.gate(), *self.many(), self.url("a.test"),
                        code=60)
        self.says(run, f"issued by: {AUTHORITY}")

    def test_two_hosts(self):
        """The same issuer for hosts of two domains, both asked for."""
        run = self.dial(*self.gate(), *self.many(), self.url("a.test"),
                        self.url("www.a.test"), self.url("b.test"), code=60)
        lines = run.err.splitlines()
        self.assertEqual(len(lines), 3, run.err)
        for line, host in zip(lines, ("a.test", "www.a.test", "b.test")):
            self.looks_like_it(line, host)
            self.assertEqual("for that of a.test has the same issuer" in line,
                             host == "b.test", line)

    def test_trusted(self):
        """In addition to all others: what is not inspected goes on."""
        for arguments in self.gate(), ():
            run = self.dial(*arguments, *self.many(), "--add-cacert",
                            self.corp(), "--resolve",
                            f"a.test:{proxied.SECURE.port}:127.0.0.1",
                            self.url("a.test"))
            self.assertEqual(run.out, proxied.PAGE)

    def test_trusted_by_a_line_of_a_file(self):
        """As the manual says, for the rest of a user's days there."""
        self.file(".dialrc", f"add-cacert = {self.corp()}\n".encode())
        run = self.dial(*self.gate(), *self.many(), self.url("b.test"),
                        DIAL_HOME=self.folder)
        self.assertEqual(run.out, proxied.PAGE)

    def test_the_pin_is_of_the_server(self):
        """An inspector that is trusted still has another key."""
        der = subprocess.run(
            [peers.find("openssl"), "x509", "-noout", "-pubkey", "-in",
             peers.certificate("good.pem")], check=True,
            capture_output=True).stdout
        pin = self.file("pin.pem", der)
        run = self.dial(*self.gate(), *self.many(), "--add-cacert",
                        self.corp(), "--pinnedpubkey", pin,
                        self.url("a.test"), code=90)
        self.assertEqual(run.out, b"")


class Secure(Squid):
    """PROXY-14: the proxy's own certificate."""

    def gate(self):
        return "-x", SQUID.url("tls", "", "https")

    def test_not_trusted(self):
        run = self.dial(*self.gate(), "--proxy-cacert",
                        peers.certificate("bundle.pem"), self.url("a.test"),
                        code=60)
        with open(peers.certificate("untrusted-root.pem"),
                  encoding="ascii") as file:
            self.says(run, "the certificate of the proxy 127.0.0.1:"
                      f"{SQUID['tls']} goes back to 'CN=dial test "
                      "untrusted-root'", fingerprint(file.read()),
                      "trust it with --proxy-cacert FILE")
        self.assertNotIn("inspection", run.err)

    def test_trusted(self):
        for option in "--proxy-cacert", "--add-cacert":
            run = self.dial(*self.gate(), option,
                            peers.certificate("untrusted-root.pem"),
                            "--cacert", peers.certificate("root.pem"),
                            self.url("a.test"))
            self.assertEqual(run.out, proxied.PAGE)


if __name__ == "__main__":
    peers.main("squid")
