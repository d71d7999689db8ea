"""PROXY-12, PROXY-14 and TLS-01: a certificate that nobody here vouches for,
above all by a proxy that looks into TLS."""
import hashlib
import os
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, Lookups, at, made  # noqa: E402
from scripted import HEAD, Server, Step, closed_port, reply  # noqa: E402

INSPECTED = b"not for those who do not verify"
STRANGER = "CN=dial test untrusted-root"


def inspecting(certificate):
    """The script of a proxy that answers in the server's place."""
    return [Step(expect=HEAD, tls=certificate,
                 send=b"HTTP/1.1 200 Connection established\r\n\r\n"),
            reply(INSPECTED)]


def fingerprint(name):
    """As browsers show it, of the first certificate of a file."""
    with open(made(name), encoding="ascii") as file:
        text = file.read()
    end = "-----END CERTIFICATE-----"
    der = ssl.PEM_cert_to_DER_cert(text[:text.index(end) + len(end)])
    return hashlib.sha256(der).digest().hex(":").upper()


def many():
    """The option for as many authorities as a system has."""
    return ["--cacert", made("bundle.pem")]


class Inspection(Case):
    def ask(self, certificate, *args, urls=("https://a.test/",), **more):
        """By way of an inspecting proxy."""
        with Server(inspecting(certificate)) as self.proxy:
            return self.dial("-sS", "-x", self.proxy.url(path=""), *args,
                             *urls, **more)

    def name(self):
        return f"the proxy 127.0.0.1:{self.proxy.port}"

    def test_PROXY_12_who_issued_it_and_what_to_do(self):
        lookups = Lookups(self)
        done = self.ask("untrusted", *many(), env=lookups.env)
        said = self.assert_fails(
            done, 60, "the certificate of a.test:443 goes back to "
            f"'{STRANGER}'",
            f"this looks like TLS inspection by {self.name()}: if your IT "
            f"department confirms that '{STRANGER}' has the SHA-256 "
            f"fingerprint {fingerprint('untrusted-root.pem')}, "
            "trust it with --add-cacert FILE")
        self.assertNotIn("-k", said.split())
        self.assertNotIn("insecure", said)
        # Nobody was asked but the proxy, and it once, for CONNECT alone.
        self.assertEqual(lookups.names, [])
        self.assertEqual(len(self.proxy.connections), 1)
        self.assertEqual(len(self.proxy.requests), 1)

    def test_PROXY_12_the_option_that_it_names(self):
        done = self.ask("untrusted", *many(), "--add-cacert",
                        made("untrusted-root.pem"))
        self.assertEqual((done.returncode, done.stdout), (0, INSPECTED), done)

    def test_PROXY_12_the_same_issuer_for_another_host(self):
        """Of those that were asked for, not of the same domain."""
        done = self.ask("untrusted", *many(), urls=(
            "https://www.a.test/", "https://a.test/", "https://localhost/"))
        said = done.stderr.decode().splitlines()
        self.assertEqual(len(said), 3, said)
        self.assertEqual(done.returncode, 60)
        for line, host in zip(said, ("www.a.test", "a.test", "localhost")):
            self.assertIn(f"certificate of {host}:443", line)
            self.assertIn("this looks like TLS inspection", line)
            self.assertEqual("for that of www.a.test has the same issuer"
                             in line, host == "localhost", line)
        self.assertEqual(len(self.proxy.connections), 3)

    def test_PROXY_12_the_same_issuer_without_any_proxy(self):
        """As where a router inspects."""
        with Server([reply(INSPECTED)], tls="untrusted") as s:
            done = self.dial("-sS", *many(), *at(s, "a.test", "localhost"),
                             s.url(host="a.test"), s.url(host="localhost"))
        first, second = done.stderr.decode().splitlines()
        self.assertNotIn("inspection", first)
        self.assertIn("if its owner confirms", first)
        self.assertIn("this looks like TLS inspection, for that of a.test "
                      "has the same issuer", second)

    def test_PROXY_12_without_the_certificate_of_the_issuer(self):
        """The fingerprint of one made for this call proves nothing."""
        with open(made("untrusted.pem"), encoding="ascii") as file:
            leaf = file.read().split("-----END CERTIFICATE-----")[0]
        alone = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        alone.load_cert_chain(
            self.write("leaf", (leaf + "-----END CERTIFICATE-----\n")
                       .encode()), made("untrusted.key"))
        done = self.ask(alone, *many())
        self.assert_fails(
            done, 60, f"was issued by '{STRANGER}'", "TLS inspection",
            "ask your IT department for the certificate of "
            f"'{STRANGER}', and trust it with --add-cacert FILE",
            fingerprint("untrusted.pem"))
        done = self.ask(alone, *many(), "--add-cacert",
                        made("untrusted-root.pem"))
        self.assertEqual(done.returncode, 0, done)

    def test_PROXY_12_other_faults_are_no_inspection(self):
        """Each in its own words, with who issued it and whom it came by."""
        for name, words in (("expired", "expired on"),
                            ("not-yet", "this machine's clock is wrong"),
                            ("wrong-host", "is not for 'a.test' but for "
                             "other.test")):
            with self.subTest(name=name):
                said = self.assert_fails(
                    self.ask(name, *many()), 60, words,
                    "'CN=dial test intermediate' issued it, and it came by "
                    "way of")
                self.assertIn(self.name(), said)
                self.assertNotIn("inspection", said)
        said = self.assert_fails(
            self.ask("incomplete", *many()), 60, "'CN=dial test intermediate'",
            "an intermediate one is missing there")
        self.assertNotIn("inspection", said)
        self.assert_fails(
            self.ask("self-signed", *many()), 60, "is self-signed", "the proxy",
            "may have put it in the server's place",
            fingerprint("self-signed.pem"), "--add-cacert FILE")

    def test_TLS_21_few_authorities_may_be_why(self):
        for args, env, source in (
                (["--cacert", made("root.pem")], {}, "you"),
                ([], {"SSL_CERT_FILE": made("root.pem")}, "SSL_CERT_FILE"),
                ([], {"SSL_CERT_DIR": made("hashed")}, "SSL_CERT_DIR"),
                ([], {"CURL_CA_BUNDLE": made("root.pem")}, "CURL_CA_BUNDLE")):
            with self.subTest(source=source):
                few = (f"there is only 1 of those, which {source} chose in "
                       "place of the system's (--add-cacert would add to "
                       "them)")
                self.assert_fails(
                    self.ask("untrusted", *args, env=env), 60, few,
                    "this may also be TLS inspection by the proxy",
                    "trust it with --add-cacert FILE")
                with Server([reply(INSPECTED)], tls="untrusted") as s:
                    done = self.dial(*args, *at(s, "a.test"),
                                     s.url(host="a.test"), env=env)
                said = self.assert_fails(done, 60, few,
                                         fingerprint("untrusted-root.pem"))
                self.assertNotIn("inspection", said)

    def test_TLS_21_authorities_that_cannot_be_read(self):
        """Exit code 77, and who named them."""
        der = self.write("corp.cer", ssl.PEM_cert_to_DER_cert(
            self.pem("untrusted-root.pem")))
        empty = self.write("empty", b"")
        port = closed_port()
        for name, words in ((der, "openssl x509 -inform DER"),
                            (empty, "there is no certificate in it"),
                            ("missing", "No such file")):
            for args, env, source in (
                    (["--cacert", name], {}, "you"),
                    (["--add-cacert", name], {}, "--add-cacert"),
                    ([], {"SSL_CERT_FILE": name}, "SSL_CERT_FILE")):
                with self.subTest(name=name, source=source):
                    done = self.dial(*args, f"https://127.0.0.1:{port}/",
                                     env=env)
                    self.assert_fails(done, 77, words,
                                      f"(chosen by {source})")

    def pem(self, name):
        with open(made(name), encoding="ascii") as file:
            return file.read()

    def test_PROXY_14_the_certificate_of_the_proxy_itself(self):
        with Server([reply(INSPECTED)], tls="untrusted") as p:
            ask = ["-sS", "-x", p.url(host="localhost", path="")]
            few = self.dial(*ask, "--proxy-cacert", made("root.pem"),
                            "http://a.test/")
            more = self.dial(*ask, "--proxy-cacert", made("bundle.pem"),
                             "https://a.test/")
            for option in "--proxy-cacert", "--add-cacert":
                done = self.dial(*ask, option, made("untrusted-root.pem"),
                                 "http://a.test/")
                self.assertEqual((done.returncode, done.stdout),
                                 (0, INSPECTED), done)
        name = f"the certificate of the proxy localhost:{p.port}"
        self.assert_fails(few, 60, name, "which you chose", "--add-cacert",
                          fingerprint("untrusted-root.pem"))
        said = self.assert_fails(
            more, 60, name, f"goes back to '{STRANGER}'",
            "if its owner confirms", fingerprint("untrusted-root.pem"),
            "trust it with --proxy-cacert FILE")
        self.assertNotIn("inspection", said)

    def test_PROXY_12_a_pin_holds_against_who_is_trusted(self):
        """Exit code 90, and whose certificate it was."""
        args = ["--add-cacert", made("untrusted-root.pem"), "--pinnedpubkey",
                "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
        said = self.assert_fails(
            self.ask("untrusted", *many(), *args), 90, "--pinnedpubkey",
            f"'{STRANGER}' issued it, and it came by way of")
        self.assertIn(self.name(), said)

    def test_PROXY_12_an_explanation_lists_what_came(self):
        done = self.ask("untrusted", *many(), "--explain")
        self.assertEqual(done.returncode, 60, done)
        said = done.stdout.decode()
        for subject in "CN=localhost", STRANGER:
            self.assertIn(f"certificate: {subject}; issued by {STRANGER}; "
                          "until ", said)
        self.assertIn("looks like TLS inspection", said)

    def test_TLS_01_verbose_and_trace_show_it(self):
        self.ask("untrusted", *many(), "--trace-ascii", "trace")
        trace = self.read("trace").decode()
        done = self.ask("untrusted", *many(), "-v")
        for said in (trace, done.stderr.decode()):
            self.assertIn("its certificate: CN=localhost, from ", said)
            self.assertIn(f"issued by: {STRANGER}", said)
            self.assertIn("TLS with a.test:443 was given up", said)

    def test_TLS_01_what_a_certificate_says_is_escaped(self):
        """Who issued it is the peer's to write."""
        self.issue("/O=\x1b]0;owned\x07corp/CN=\u202eevil\x1b[31m\n* verified")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("leaf.pem"), made("good.key"))
        for args in ([], ["-v"], ["--trace", "-"], ["-k", "-v"]):
            with self.subTest(args=args):
                done = self.ask(context, *many(), *args)
                said = done.stderr + done.stdout
                self.assertIn(b"corp", said)
                for byte in b"\x1b", b"\x07", "\u202e".encode():
                    self.assertNotIn(byte, said)
                self.assertNotRegex(said, rb"(?m)^\* verified")

    def issue(self, name):
        """leaf.pem for a.test, from an authority of that name."""
        openssl = os.environ.get("OPENSSL", "openssl").split() + \
            ["req", "-x509", "-new", "-utf8", "-days", "2"]
        conf = self.write("conf", b"[req]\ndistinguished_name=dn\n[dn]\n")
        subprocess.run([*openssl, "-config", conf, "-subj", name, "-key",
                        made("proxy.key"), "-out", self.path("ca.pem")],
                       check=True, capture_output=True)
        subprocess.run([*openssl, "-config", conf, "-subj", "/CN=a.test",
                        "-addext", "subjectAltName=DNS:a.test", "-addext",
                        "basicConstraints=CA:FALSE", "-key",
                        made("good.key"), "-CA", self.path("ca.pem"),
                        "-CAkey", made("proxy.key"),
                        "-out", self.path("leaf.pem")],
                       check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
