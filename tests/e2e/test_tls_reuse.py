"""TLS-10, TLS-11, TLS-12, TLS-14 and REUSE-02: what one transfer was allowed
is not what the next one is: neither connection nor session goes over to
settings that differ."""
import base64
import hashlib
import os
import re
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, made, trust  # noqa: E402
from scripted import Server, connect, reply, tls_context  # noqa: E402

KEEP = ["Connection: keep-alive"]
OTHER_PIN = "sha256//" + "A" * 43 + "="


def pin_of(name):
    der = subprocess.run(
        [os.environ.get("OPENSSL", "openssl"), "pkey", "-in",
         made(name + ".key"), "-pubout", "-outform", "DER"],
        check=True, capture_output=True).stdout
    return "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()


class Kept(Case):
    def two(self, first, second, tls="good", close=False):
        """Two transfers in one run with these options; the server after."""
        if isinstance(tls, str):
            tls = tls_context(tls)  # one for both, which knows its tickets
        with Server([reply(b"1", fields=KEEP, close=close),
                     reply(b"2", fields=KEEP, close=close)], tls=tls) as s:
            self.done = self.dial(*first, s.url(), "--next", *second, s.url())
        return s

    # What makes a difference, each on top of --cacert.
    def differences(self):
        return [["--capath", made("hashed")], ["--ca-native"], ["-k"],
                ["--pinnedpubkey", pin_of("good")], ["--tls-max", "1.2"],
                ["--tlsv1.3"], ["--no-alpn"], ["--no-sessionid"],
                ["--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"],
                ["--tls13-ciphers", "TLS_AES_128_GCM_SHA256"],
                ["--curves", "P-256"],
                ["--sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256"],
                ["--crlfile", made("crl.pem")],
                ["-E", made("client-with-key.pem")]]

    def test_REUSE_02_every_setting_is_part_of_the_key(self):
        for more in self.differences():
            for order in ((trust(), trust() + more),
                          (trust() + more, trust())):
                with self.subTest(order=order):
                    s = self.two(*order)
                    self.assertEqual(self.done.returncode, 0, self.done)
                    self.assertEqual((len(s.connections), s.resumed), (2, 0))

    def test_REUSE_02_of_sessions_too(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for more in self.differences():
                with self.subTest(version=version, more=more):
                    if (version, more) == (ssl.TLSVersion.TLSv1_2,
                                           ["--tlsv1.3"]):
                        continue
                    s = self.two(trust(), trust() + (
                        more if more != ["--tls-max", "1.2"]
                        else ["--tls-max", "1.3"]), close=True,
                        tls=tls_context("good", least=ssl.TLSVersion.TLSv1_2,
                                        most=version))
                    self.assertEqual(self.done.returncode, 0, self.done)
                    self.assertEqual((s.handshakes, s.resumed), (2, 0))

    def test_REUSE_02_the_same_is_kept(self):
        """Else the tests above could not fail."""
        for more in [[], *self.differences()]:
            with self.subTest(more=more):
                both = trust() + more
                s = self.two(both, both)
                self.assertEqual(self.done.returncode, 0, self.done)
                self.assertEqual(len(s.connections), 1)
                if more == ["--no-sessionid"]:
                    continue
                s = self.two(both, both, close=True)
                self.assertEqual((s.handshakes, s.resumed), (2, 1))

    def test_REUSE_02_with_an_https_proxy(self):
        """--no-sessionid and --no-alpn have no twin, and hold there too."""
        context = tls_context("proxy")
        context.set_alpn_protocols(["http/1.1"])
        way = ["--proxy-cacert", made("root.pem"), "http://a.test/",
               "http://b.test/"]
        for more, resumed in (([], 1), (["--no-sessionid"], 0),
                              (["--no-alpn"], 1)):
            with Server([reply(b"1", close=True)], tls=context) as p:
                done = self.dial("-v", "-x", p.url(), *more, *way)
                self.assertEqual((done.returncode, p.resumed), (0, resumed))
                agreed = re.findall(rb"(?m)^\* TLSv1.* with .*$", done.stderr)
                self.assertEqual(len(agreed), 2)
                for line in agreed:
                    self.assertEqual(b", http/1.1" in line,
                                     more != ["--no-alpn"])

    def test_TLS_11_another_certificate_of_ours(self):
        context = tls_context("good", clients=made("root.pem"))
        one = ["-E", made("client.pem"), "--key", made("client.key")]
        for close in (False, True):
            for other in (["-E", made("client-with-key.pem")],
                          ["-E", made("client.pem"), "--key",
                           made("client-encrypted.key"), "--pass", "secret"]):
                s = self.two(trust() + one, trust() + other, context, close)
                self.assertEqual(self.done.returncode, 0, self.done)
                self.assertEqual((s.handshakes, s.resumed), (2, 0))
            s = self.two(trust() + one, trust(), context, close)
            self.assertIn(self.done.returncode, (35, 56, 58))
            self.assertEqual(len(s.requests) - s.requests.count(b""), 1)

    def test_TLS_12_other_authorities(self):
        for close in (False, True):
            for other in (["--cacert", made("self-signed.pem")],
                          ["--cacert", made("untrusted-root.pem")], []):
                s = self.two(trust(), other, close=close)
                self.assert_fails(self.done, 60)
                self.assertEqual(self.done.stdout, b"1")
                self.assertEqual(len(s.requests), 1)

    def test_TLS_14_unverified_once(self):
        for close in (False, True):
            for tls in ("self-signed", "expired", "wrong-host"):
                s = self.two(["-k"], trust(), tls, close)
                self.assert_fails(self.done, 60)
                self.assertEqual(self.done.stdout, b"1")
                self.assertEqual(len(s.requests), 1)

    def test_TLS_10_a_pin_later_on(self):
        """A connection or a session from before does not let it through."""
        for close in (False, True):
            for more in ([], ["-k"]):
                first = [*trust(), *more, "--pinnedpubkey", pin_of("good")]
                s = self.two(first, [*trust(), *more, "--pinnedpubkey",
                                     OTHER_PIN], close=close)
                self.assert_fails(self.done, 90)
                self.assertEqual(self.done.stdout, b"1")
                self.assertEqual(len(s.requests), 1)

    def test_TLS_10_of_the_origin_behind_an_https_proxy(self):
        for pin, code in ((pin_of("good"), 0), (OTHER_PIN, 90),
                          (pin_of("proxy"), 90)):
            with Server([reply(b"page")], tls="good") as s, \
                    Server([connect(s.port)], tls="proxy") as p:
                done = self.dial(
                    *trust(), "--proxy-cacert", made("root.pem"),
                    "--proxy-pinnedpubkey", pin_of("proxy"), "-x", p.url(),
                    "--pinnedpubkey", pin, s.url())
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertEqual(len(s.requests), code == 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
