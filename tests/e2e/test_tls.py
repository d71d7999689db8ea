"""CASES A6, and PROTOCOL 38, 41 and 53: whom dial believes, and who cut."""
import base64
import hashlib
import subprocess
import os
import re
import ssl
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, at, made, trust  # noqa: E402
from scripted import (EOF, Server, Step, connect, reply,  # noqa: E402
                      tls_context)

HIDDEN = b"not for those who do not verify"

# The certificate, the host asked for, and words that only its failure has.
MUST_FAIL = [
    ("expired", "a.test", "expired on"),
    ("not-yet", "a.test", "is not valid until"),
    ("wrong-host", "a.test", "is not for 'a.test' but for "),
    ("self-signed", "a.test", "is self-signed"),
    ("untrusted", "a.test", "goes back to"),
    ("incomplete", "a.test", "an intermediate one is missing"),
    ("client-eku", "a.test", "is not meant for servers"),
    ("ca-as-leaf", "a.test", "key usage"),
    ("non-ca-intermediate", "a.test", "is not that of an authority"),
    ("v1-intermediate", "a.test", "is not that of an authority"),
    ("v1", "a.test", "names no host at all"),
    ("pathlen", "a.test", "more intermediates below it than it allows"),
    ("name-constraints", "a.test", "outside those that its authority"),
    ("sha1", "a.test", "can be forged"),
    ("sha1-intermediate", "a.test", "can be forged"),
]
MUST_SUCCEED = [
    ("good", "a.test"), ("good", "b.test"), ("good", "x.wild.test"),
    ("good", "127.0.0.1"), ("good", "A.Test"), ("sha384", "a.test"),
    ("sha512", "a.test"), ("rsa2048", "a.test"), ("rsa4096", "a.test"),
    ("rsa8192", "a.test"), ("ec384", "a.test"), ("san1000", "a.test"),
    ("san10000", "a.test"), ("no-cn", "a.test"), ("no-subject", "a.test"),
    ("reversed", "a.test"), ("idn", "xn--strae-oqa.test"),
    ("underscore", "under_score.test"), ("mixed-case", "mixed.test"),
    ("revoked", "a.test"),
]


class Tls(Case):
    def ask(self, certificate, host, *args, script=None, **more):
        """What comes of a request to a server with this certificate."""
        with Server(script or [reply(HIDDEN)], tls=certificate) as s:
            done = self.dial(*args, "-o", "out", *at(s, host),
                             s.url(host=host), **more)
            self.server = s
        self.got = self.read("out") if "out" in self.files() else None
        if done.returncode != 0:
            self.assertIsNone(self.got)
            self.assertNotIn("out.part", self.files())
        return done

    def assert_distrusted(self, certificate, host, *words, args=()):
        done = self.ask(certificate, host, "--cacert", made("bundle.pem"),
                        *args)
        self.assertEqual(self.server.requests, [])
        return self.assert_fails(done, 60, *words)


class Verification(Tls):
    def test_TLS_01_each_fault_fails_in_its_own_words(self):
        said = {}
        for name, host, words in MUST_FAIL:
            with self.subTest(name=name):
                lax = tls_context(name, ciphers="DEFAULT:@SECLEVEL=0")
                said[name] = self.assert_distrusted(lax, host, words)
        shapes = [re.sub(r"\d+", "N", said[name]) for name in (
            "expired", "not-yet", "wrong-host", "self-signed", "untrusted",
            "incomplete", "client-eku", "non-ca-intermediate", "pathlen",
            "name-constraints", "sha1")]
        self.assertEqual(len(set(shapes)), len(shapes))

    def test_TLS_01_without_any_option(self):
        """The machine's own authorities do not know ours."""
        for name in ("good", "self-signed"):
            self.assert_fails(self.ask(name, "a.test"), 60)
            self.assertEqual(self.server.requests, [])

    def test_TLS_01_the_good_ones_succeed(self):
        """badssl's list; else the tests above could not fail."""
        for name, host in MUST_SUCCEED:
            with self.subTest(name=name, host=host):
                self.setUp()
                done = self.ask(name, host, *trust())
                self.assertEqual((done.returncode, self.got), (0, HIDDEN),
                                 done.stderr)

    def test_TLS_01_a_name_as_long_as_may_be(self):
        host = "".join("." if i % 64 == 0 else "l"
                       for i in range(1, 249)) + ".test"
        done = self.ask("long-host", host, *trust())
        self.assertEqual((done.returncode, self.got), (0, HIDDEN), done)

    def test_TLS_02_one_switch_that_is_both(self):
        """-k is for chain and name; a trusted chain still needs the name."""
        self.assert_distrusted("good", "c.test", "is not for 'c.test'")
        for name, host in (("wrong-host", "a.test"), ("untrusted", "a.test"),
                           ("self-signed", "c.test"), ("expired", "a.test")):
            with self.subTest(name=name):
                self.setUp()
                done = self.ask(name, host, "-k")
                self.assertEqual((done.returncode, self.got), (0, HIDDEN))

    def test_TLS_03_a_nul_ends_no_name(self):
        self.assert_distrusted("nul-name", "a.test", "is not for 'a.test'")
        self.assert_distrusted("nul-name", "localhost", "localhost\\x00")

    def test_TLS_04_an_address_needs_an_address(self):
        for name in ("ip-as-dns", "wrong-host"):
            self.assert_distrusted(name, "127.0.0.1", "'127.0.0.1'")
        self.assert_distrusted("ip-as-dns", "0x7f.1", "'127.0.0.1'")

    def test_TLS_04_of_version_6_too(self):
        import socket
        for name, code in (("good", 0), ("ip-as-dns", 60)):
            try:
                server = Server([reply(HIDDEN)], tls=name,
                                family=socket.AF_INET6)
            except OSError:
                self.skipTest("this machine has no ::1")
            with server as s:
                done = self.dial(*trust(), s.url(host="[::1]"))
                self.assertEqual(done.returncode, code, done)

    def test_TLS_06_a_common_name_does_not_count(self):
        self.assert_distrusted("no-san", "localhost",
                               "a common name does not count")

    def test_TLS_06_a_dot_at_the_end(self):
        done = self.ask("good", "a.test.", *trust())
        self.assertEqual((done.returncode, self.got), (0, HIDDEN), done)
        self.setUp()
        self.assert_distrusted("trailing-dot", "a.test.")
        self.assert_distrusted("trailing-dot", "a.test")

    def test_TLS_06_a_wildcard_is_one_label(self):
        self.assert_distrusted("good", "x.y.wild.test")
        self.assert_distrusted("good", "wild.test")

    def test_TLS_07_who_may_vouch_for_whom(self):
        for name in ("client-eku", "ca-as-leaf", "non-ca-intermediate", "v1",
                     "v1-intermediate", "pathlen", "name-constraints"):
            with self.subTest(name=name):
                self.assert_distrusted(name, "a.test")

    def test_TLS_13_cacert_replaces_the_systems_trust(self):
        """What SSL_CERT_FILE would trust, --cacert does not."""
        env = {"SSL_CERT_FILE": made("root.pem")}
        done = self.ask("good", "a.test", env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.setUp()
        self.assert_fails(self.ask("good", "a.test", "--cacert",
                                   made("self-signed.pem"), env=env), 60)

    def test_TLS_13_every_way_to_name_it(self):
        for args, env in ((["--capath", made("hashed")], {}),
                          (["--cacert", made("bundle.pem")], {}),
                          ([], {"SSL_CERT_DIR": made("hashed")}),
                          ([], {"SSL_CERT_FILE": made("bundle.pem")}),
                          ([], {"CURL_CA_BUNDLE": made("bundle.pem")})):
            with self.subTest(args=args, env=env):
                self.setUp()
                done = self.ask("good", "a.test", *args, env=env)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.setUp()
                done = self.ask("untrusted", "a.test", *args, env=env)
                self.assert_fails(done, 60)

    def test_TLS_13_the_systems_trust_in_addition(self):
        """It does not know ours, and takes nothing away from what does."""
        for args, env in ((["--cacert", made("root.pem")], {}),
                          (["--capath", made("hashed")], {}),
                          ([], {"SSL_CERT_FILE": made("bundle.pem")})):
            self.setUp()
            done = self.ask("good", "a.test", "--ca-native", *args, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.setUp()
            done = self.ask("untrusted", "a.test", "--ca-native", *args,
                            env=env)
            self.assert_fails(done, 60, "goes back to")
        self.assert_fails(self.ask("good", "a.test", "--ca-native"), 60)
        done = self.ask("good", "a.test", "--ca-native", "--cacert", "missing")
        self.assert_fails(done, 77, "missing")

    def test_TLS_13_authorities_in_addition(self):
        """--add-cacert takes nothing away, and may be given more than once;
        it holds for an https proxy, too."""
        root, other = made("root.pem"), made("untrusted-root.pem")
        for args in (["--cacert", root, "--add-cacert", other],
                     ["--cacert", other, "--add-cacert", root],
                     ["--add-cacert", made("self-signed.pem"),
                      "--add-cacert", other, "--add-cacert", root],
                     ["--add-cacert", self.write("both.pem", self.read(root) +
                                                 self.read(other))]):
            with self.subTest(args=args):
                for name in ("good", "untrusted"):
                    done = self.ask(name, "a.test", *args)
                    self.assertEqual((done.returncode, self.got), (0, HIDDEN),
                                     done.stderr)
                    os.remove(self.path("out"))
        done = self.ask("good", "a.test", "--add-cacert", other)
        self.assert_fails(done, 60, "and those of --add-cacert")
        with Server([reply(HIDDEN)], tls="proxy") as p:
            done = self.dial("-x", p.url(host="localhost"), "--add-cacert",
                             root, "http://a.test/")
        self.assertEqual((done.returncode, done.stdout), (0, HIDDEN), done)

    def test_TLS_13_what_is_added_must_be_readable(self):
        for name, words in (("missing", "No such file"),
                            (self.write("empty", b""), "no certificate in it"),
                            (self.write("cut", self.read(
                                made("root.pem"))[:300]), "damaged")):
            done = self.ask("good", "a.test", *trust(), "--add-cacert", name)
            self.assert_fails(done, 77, name, words, "--add-cacert")
            self.assertEqual(self.server.connections, [])

    def test_TLS_16_a_cut_is_not_an_end(self):
        head = b"HTTP/1.1 200 OK\r\n%s\r\n%s"
        for fields, body, code in (
                (b"Content-Length: 4\r\n", b"full", 0),
                (b"Content-Length: 9\r\n", b"short", 18),
                (b"Transfer-Encoding: chunked\r\n", b"4\r\nfull\r\n0\r\n\r\n",
                 0),
                (b"Transfer-Encoding: chunked\r\n", b"4\r\nfull\r\n", None),
                (b"", b"until close", 56)):
            with self.subTest(fields=fields, body=body):
                self.setUp()
                with Server([Step(send=head % (fields, body), cut=True)],
                            tls="good") as s:
                    done = self.dial(*trust(), "-o", "out", s.url())
                self.assertNotEqual(done.returncode == 0, code != 0, done)
                if code:
                    self.assert_fails(done, code)
                self.assertEqual("out" in self.files(), code == 0)

    def test_TLS_16_an_end_in_order_is_one(self):
        with Server([reply(b"until close", length=False)], tls="good") as s:
            self.assertEqual(self.dial_ok(*trust(), s.url()), b"until close")

    def test_PROTOCOL_38_until_close_needs_close_notify(self):
        with Server([Step(send=b"HTTP/1.0 200 OK\r\n\r\nhalf", cut=True)],
                    tls="good") as s:
            said = self.assert_fails(self.dial(*trust(), "-o", "out",
                                               s.url()), 56)
        self.assertIn("close_notify", said)

    def test_PROTOCOL_41_we_say_goodbye(self):
        with Server([reply(b"x"), Step(expect=EOF)], tls="good") as s:
            self.dial_ok(*trust(), s.url())
            s.idle()
            self.assertTrue(s.connections[0].ended)

    def test_PROTOCOL_53_https_is_verified_or_nothing(self):
        self.assert_distrusted("wrong-host", "a.test")
        self.assert_distrusted("no-san", "localhost")
        self.assert_distrusted("ip-as-dns", "127.0.0.1")


class Protocol(Tls):
    def test_TLS_17_old_versions_are_refused(self):
        for most in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.subTest(most=most):
                old = tls_context("good", ciphers="ALL:@SECLEVEL=0",
                                  least=ssl.TLSVersion.TLSv1, most=most)
                self.assert_fails(self.ask(old, "a.test", *trust()), 35)
                self.assert_fails(self.ask(old, "a.test", "-k"), 35)

    def test_TLS_17_versions_that_are_spoken(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            self.setUp()
            done = self.ask(tls_context("good", least=version, most=version),
                            "a.test", *trust())
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_TLS_17_weak_ciphers_are_refused(self):
        """None has authentication, encryption or a sound exchange of keys."""
        for cipher in ("aNULL", "eNULL", "DHE-RSA-AES128-GCM-SHA256",
                       "DHE-RSA-AES256-GCM-SHA384"):
            with self.subTest(cipher=cipher):
                weak = tls_context("rsa2048", ciphers=cipher + ":@SECLEVEL=0",
                                   most=ssl.TLSVersion.TLSv1_2)
                self.assert_fails(self.ask(weak, "a.test", "-k"), 35)

    def test_TLS_19_many_names_cost_little(self):
        start = time.monotonic()
        said = self.assert_distrusted("san10000", "c.test")
        self.assertLess(len(said), 1200)
        self.assertLess(time.monotonic() - start, 10)  # a second, alone

    def test_OUT_06_certificates_are_told(self):
        for name, host in (("good", "a.test"),
                           ("san10000", "c.test")):
            with self.subTest(name=name):
                done = self.ask(name, host, "-ks", "-w",
                                "%{num_certs}|%{certs}")
                self.assertEqual(done.returncode, 0, done)
                count, _, told = done.stdout.decode().partition("|")
                found = re.findall(r"(?s)Cert:(-----BEGIN CERTIFICATE-----\n"
                                   r".*?-----END CERTIFICATE-----\n)", told)
                self.assertEqual(len(found), int(count))
                self.assertGreater(int(count), 0)
                with open(made(name + ".pem"), encoding="ascii") as file:
                    self.assertIn(found[0], file.read())
                for line in told.split("\n"):
                    self.assertLess(len(line), 600)

    def test_TLS_21_the_environment_never_disables(self):
        for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"):
            for value in (self.path("missing"), self.write("empty", b""),
                          self.write("rubbish", b"no certificate at all\n"),
                          "/dev/null"):
                with self.subTest(name=name, value=value):
                    done = self.ask("good", "a.test", env={name: value})
                    self.assertIn(done.returncode, (60, 77), done)
                    self.assertEqual(self.server.requests, [])

    def test_TLS_21_a_missing_file_is_an_error(self):
        for args in (["--cacert", "missing"], ["--capath", "missing"]):
            done = self.ask("good", "a.test", *args)
            self.assert_fails(done, 77, "missing")
        done = self.ask("good", "a.test",
                        env={"SSL_CERT_FILE": self.path("missing")})
        self.assert_fails(done, 77, "SSL_CERT_FILE")


class Client(Tls):
    def server_of(self, **more):
        return tls_context("good", clients=made("root.pem"), **more)

    def test_TLS_22_a_certificate_that_is_shown(self):
        for args in (["-E", made("client.pem"), "--key", made("client.key")],
                     ["-E", made("client-with-key.pem")],
                     ["-E", made("client.pem"), "--key",
                      made("client-encrypted.key"), "--pass", "secret"],
                     ["-E", made("client.pem") + ":secret", "--key",
                      made("client-encrypted.key")]):
            for most in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                with self.subTest(args=args, most=most):
                    self.setUp()
                    done = self.ask(self.server_of(most=most), "a.test",
                                    *trust(), *args)
                    self.assertEqual(done.returncode, 0, done.stderr)

    def test_TLS_22_none_where_one_is_wanted(self):
        for most in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            done = self.ask(self.server_of(most=most), "a.test", *trust())
            self.assertIn(done.returncode, (35, 56, 58))
            self.assertIn(b"certificate", done.stderr)

    def test_TLS_22_what_does_not_fit_is_said_and_nothing_hangs(self):
        """Standard input is no terminal here, and stays open."""
        for args, words in (
                (["-E", made("client.pem"), "--key", made("other.key")
                  if os.path.exists(made("other.key")) else
                  made("mismatch.key")], "not the one of the certificate"),
                (["-E", made("client.pem"), "--key",
                  made("client-encrypted.key")], "passphrase"),
                (["-E", made("client.pem"), "--key",
                  made("client-encrypted.key"), "--pass", "wrong"],
                 "passphrase"),
                (["-E", "missing.pem"], "missing.pem"),
                (["-E", made("client.key")], "certificate"),
                (["-E", made("client.pem")], "key")):
            with self.subTest(args=args):
                done = self.ask("good", "a.test", *trust(), *args)
                said = self.assert_fails(done, 58, words)
                self.assertNotIn("wrong", said.replace("wrong-", ""))
                self.assertEqual(self.server.connections, [])

    def test_TLS_22_a_key_that_others_can_read_is_warned_of(self):
        with open(made("client.key"), "rb") as file:
            key = self.write("open.key", file.read())
        os.chmod(key, 0o644)
        done = self.ask("good", "a.test", *trust(), "-E", made("client.pem"),
                        "--key", key)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"warning: ", done.stderr)
        self.assertIn(b"open.key", done.stderr)


class Tunnelled(Tls):
    def test_TLS_01_through_a_tunnel_all_the_same(self):
        for name, host, words in MUST_FAIL[:6]:
            with self.subTest(name=name):
                with Server([reply(HIDDEN)], tls=name) as s, \
                        Server([connect(s.port)]) as p:
                    done = self.dial("--cacert", made("bundle.pem"), "-x",
                                     p.url(), s.url(host=host))
                    self.assert_fails(done, 60, words)
                    self.assertEqual(s.requests, [])
                    self.assertEqual(done.stdout, b"")



class Demands(Case):
    """What the user demands of a server beyond a good chain."""

    def pin_of(self, name):
        key = subprocess.run(
            [os.environ.get("OPENSSL", "openssl"), "x509", "-in",
             made(name + ".pem"), "-noout", "-pubkey"],
            check=True, capture_output=True).stdout
        der = base64.b64decode(b"".join(key.split(b"\n")[1:-2]))
        digest = base64.b64encode(hashlib.sha256(der).digest()).decode()
        self.write("key.pem", key)
        self.write("key.der", der)
        return f"sha256//{digest}"

    def test_TLS_10_a_pin_that_fits(self):
        pin = self.pin_of("good")
        other = "sha256//" + "A" * 43 + "="
        with Server([reply(b"page")], tls="good") as server:
            for given in (pin, f"{other};{pin}", f"{pin};{other}", "key.pem",
                          "key.der"):
                self.assertEqual(self.dial_ok(
                    *trust(), "--pinnedpubkey", given, server.url()), b"page")

    def test_TLS_10_a_pin_that_does_not(self):
        wrong = self.pin_of("ec384")
        with Server([reply(b"page")], tls="good") as server:
            for given in (wrong, "key.pem", "key.der", "sha256//"):
                for more in (trust(), ["-k"]):
                    done = self.dial(*more, "--pinnedpubkey", given,
                                     server.url())
                    self.assert_fails(done, 90, "--pinnedpubkey demands")
                    self.assertEqual(done.stdout, b"")
        self.assertEqual(server.requests, [])

    def test_TLS_10_a_pin_that_is_none_before_anything_is_sent(self):
        self.write("rubbish", b"no key")
        with Server([reply(b"page")], tls="good") as server:
            for option, way in (("--pinnedpubkey", [server.url()]),
                                ("--proxy-pinnedpubkey",
                                 ["-x", server.url(), "http://a.test/"])):
                for given, words in (("missing.pem", "'missing.pem'"),
                                     ("rubbish", "no public key"),
                                     (made("client.key"), "no public key"),
                                     (".", "'.'"), ("", "''")):
                    self.assert_fails(
                        self.dial("-k", "--proxy-insecure", option, given,
                                  *way), 90, words, f"({option})")
        self.assertEqual(server.connections, [])

    def test_what_is_wrong_is_called_by_its_own_option(self):
        """An https proxy's options are not the origin's."""
        self.write("rubbish", b"no list")
        with Server([reply(b"page")], tls="good") as server:
            for name, given, code in (("ciphers", "nonsense", 59),
                                      ("tls13-ciphers", "nonsense", 59),
                                      ("crlfile", "rubbish", 82)):
                for option, way in (
                        (f"--{name}", [server.url()]),
                        (f"--proxy-{name}",
                         ["-x", server.url(), "http://a.test/"])):
                    self.assert_fails(self.dial(option, given, *way), code,
                                      f"({option}")
            for option in ("--curves", "--sigalgs"):
                self.assert_fails(self.dial(option, "nonsense", server.url()),
                                  59, f"({option})")
        self.assertEqual(server.connections, [])

    def test_TLS_10_of_a_resumed_session_and_a_tunnel(self):
        pin, wrong = self.pin_of("good"), self.pin_of("ec384")
        with Server([reply(b"one", close=True)], [reply(b"two", close=True)],
                    tls="good") as server:
            self.assertEqual(self.dial_ok(
                *trust(), "--pinnedpubkey", pin, server.url("/1"),
                server.url("/2")), b"onetwo")
        with Server([reply(b"page")], tls="good") as server, \
                Server([connect(server.port)]) as proxy:
            self.assert_fails(self.dial(
                *trust(), "-x", proxy.url(), "--pinnedpubkey", wrong,
                server.url()), 90)
        self.assertEqual(server.requests, [])

    def test_TLS_10_of_an_https_proxy(self):
        wrong = self.pin_of("ec384")
        with Server([reply(b"page")], tls="good") as proxy:
            self.assert_fails(self.dial(
                "--proxy-cacert", made("root.pem"), "-x", proxy.url(),
                "--proxy-pinnedpubkey", wrong, "http://a.test/"), 90,
                "--proxy-pinnedpubkey")
        self.assertEqual(proxy.requests, [])

    def test_a_revoked_certificate(self):
        crl = ["--crlfile", made("crl.pem")]
        with Server([reply(b"page")], tls="revoked") as server:
            self.assertEqual(self.dial_ok(*trust(), server.url()), b"page")
            self.assert_fails(
                self.dial(*trust(), *crl, server.url()), 60, "revoked")
        with Server([reply(b"page")], tls="good") as server:
            self.assertEqual(
                self.dial_ok(*trust(), *crl, server.url()), b"page")

    def test_the_secrets_are_logged_where_asked(self):
        log = self.path("keys")
        with Server([reply(b"page")], tls="good") as server:
            self.dial_ok(*trust(), server.url(), env={"SSLKEYLOGFILE": log})
            lines = self.read("keys").split(b"\n")
            self.dial_ok(*trust(), server.url(), env={"SSLKEYLOGFILE": ""})
        self.assertTrue(any(line.startswith(b"CLIENT_") for line in lines))
        self.assertEqual(os.stat(log).st_mode & 0o777, 0o600)

    def logged(self, log):
        """What is said of this file for secrets; all succeeds."""
        with Server([reply(b"page")], tls="good") as server:
            done = self.dial(*trust(), server.url(),
                             env={"SSLKEYLOGFILE": log})
        self.assertEqual((done.returncode, done.stdout), (0, b"page"))
        return done.stderr.decode()

    def test_the_secrets_are_added_to_what_is_there(self):
        log = self.write("keys", b"# mine\n")
        os.chmod(log, 0o600)
        self.assertEqual(self.logged(log), "")
        once = self.read("keys")
        self.assertTrue(once.startswith(b"# mine\n") and b"CLIENT_" in once)
        os.chmod(log, 0o644)
        self.assertIn("can read the TLS secrets in ", self.logged(log))
        self.assertEqual(os.stat(log).st_mode & 0o777, 0o644)
        self.assertTrue(self.read("keys").startswith(once))
        self.assertGreater(len(self.read("keys")), len(once))

    def test_the_secrets_go_to_no_file_but_ours(self):
        """Nor does a pipe that nobody reads hold anything up."""
        other = self.write("other", b"")
        os.symlink(other, self.path("link"))
        os.symlink(self.path("made"), self.path("dangling"))
        os.mkfifo(self.path("pipe"))
        os.mkdir(self.path("folder"))
        for name, words in (("link", "a symbolic link"),
                            ("dangling", "a symbolic link"), ("pipe", ": "),
                            ("folder", ": ")):
            said = self.logged(self.path(name))
            self.assertIn("no TLS secrets are written to ", said)
            self.assertIn(words, said)
        if os.geteuid() == 0:
            os.chown(other, 65534, -1)
            self.assertIn("belongs to somebody else", self.logged(other))
        self.assertEqual(self.read("other"), b"")
        self.assertNotIn("made", self.files())

    def make_other_forms(self):
        """c.p12 (passphrase secret), c.der and k.der: the client's."""
        openssl = os.environ.get("OPENSSL", "openssl")
        for arguments in (
                ["pkcs12", "-export", "-in", made("client.pem"), "-inkey",
                 made("client.key"), "-passout", "pass:secret", "-out",
                 self.path("c.p12")],
                ["x509", "-in", made("client.pem"), "-outform", "DER", "-out",
                 self.path("c.der")],
                ["pkey", "-in", made("client.key"), "-outform", "DER", "-out",
                 self.path("k.der")]):
            subprocess.run([openssl, *arguments], check=True,
                           capture_output=True)

    def test_a_certificate_in_other_forms_for_a_proxy(self):
        self.make_other_forms()
        context = tls_context("proxy", clients=made("root.pem"))
        with Server([reply(b"page")], tls=context) as proxy:
            way = ["--proxy-cacert", made("root.pem"), "-x", proxy.url(),
                   "http://a.test/"]
            for given in (["--proxy-cert", "c.p12:secret",
                           "--proxy-cert-type", "P12"],
                          ["--proxy-cert", "c.p12", "--proxy-pass", "secret",
                           "--proxy-cert-type", "P12"],
                          ["--proxy-cert", "c.der", "--proxy-cert-type",
                           "DER", "--proxy-key", "k.der", "--proxy-key-type",
                           "DER"]):
                self.assertEqual(self.dial_ok(*given, *way), b"page")
                self.assert_fails(self.dial(
                    *[word.replace("proxy-", "") for word in given], *way),
                    58, "--proxy-cert")
            self.assert_fails(self.dial(
                "--proxy-cert", "c.p12:wrong", "--proxy-cert-type", "P12",
                *way), 58, "c.p12")

    def test_a_certificate_in_other_forms(self):
        self.make_other_forms()
        context = tls_context("good", clients=made("root.pem"))
        with Server([reply(b"page")], tls=context) as server:
            for given in (["--cert", "c.p12:secret", "--cert-type", "P12"],
                          ["--cert", "c.der", "--cert-type", "DER", "--key",
                           "k.der", "--key-type", "DER"],
                          ["--cert", "c.der", "--cert-type", "DER", "--key",
                           made("client.key")]):
                self.assertEqual(
                    self.dial_ok(*trust(), *given, server.url()), b"page")
            for given in (["--cert", "c.p12:wrong", "--cert-type", "P12"],
                          ["--cert", "c.der", "--cert-type", "P12"],
                          ["--cert", "c.p12", "--cert-type", "DER"],
                          ["--cert", made("client.pem"), "--cert-type", "ENG"]):
                self.assert_fails(
                    self.dial(*trust(), *given, server.url()), 58)


if __name__ == "__main__":
    unittest.main(verbosity=1)
