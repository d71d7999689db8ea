"""TLS-08 and TLS-09: a certificate's status, stapled (--cert-status).

openssl(1) makes the staples and serves them, for Python's TLS cannot.
"""
import contextlib
import os
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Case, made, trust  # noqa: E402
from scripted import Server, connect, reply  # noqa: E402

OPENSSL = os.environ.get("OPENSSL", "openssl")
KEYS = os.path.join(os.environ.get("top_srcdir", "."), "certs", "keys")
DEMAND = "--cert-status"
UNAUTHORIZED = bytes.fromhex("30030a0106")  # RFC 6960 4.2.1
PATIENCE = 20


def openssl(*args, stdin=b""):
    return subprocess.run([OPENSSL, *args], input=stdin, check=True,
                          capture_output=True).stdout


def key(name):
    return os.path.join(KEYS, name + ".key")


# --- DER, as far as a response needs it --------------------------------------

def pieces(der):
    """The elements that stand one after another in these bytes."""
    found = []
    while der:
        size, start = der[1], 2
        if size & 0x80:
            start += size & 0x7f
            size = int.from_bytes(der[2:start], "big")
        found.append((der[0], der[start:start + size]))
        der = der[start + size:]
    return found


def element(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(parts):
    return element(0x30, b"".join(element(*part) for part in parts))


def moment(hours):
    return time.strftime("%Y%m%d%H%M%SZ",
                         time.gmtime(time.time() + 3600 * hours)).encode()


@contextlib.contextmanager
def serving(name, staple=None, *more):
    """The URL of openssl's server with this certificate and staple."""
    args = ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
            made(name + ".pem"), "-cert_chain", made(name + ".pem"), "-key",
            made(name + ".key"), *more]
    if staple is not None:
        args += ["-status_file", staple]
    with subprocess.Popen([OPENSSL, *args], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as server:
        try:
            while b"ACCEPT" not in (line := server.stdout.readline()):
                if not line:
                    raise RuntimeError("openssl s_server does not start")
            port = int(line.rsplit(b":", 1)[1])
            yield f"https://127.0.0.1:{port}/", port
        finally:
            server.kill()


class Status(Case):
    def staple(self, name="good", *more, index=b"", issuer="intermediate",
               signer=None, signer_key=None):
        """A file with what the issuer says of this certificate."""
        out = self.path(f"staple{len(self.files())}.der")
        signer = signer or made(issuer + ".pem")
        openssl("ocsp", "-index", self.write("index", index or self.valid(
            name)), "-CA", made(issuer + ".pem"), "-issuer",
            made(issuer + ".pem"), "-cert", made(name + ".pem"), "-rsigner",
            signer, "-rkey", signer_key or key(issuer), "-respout", out,
            "-ndays", "1", *more)
        return out

    def valid(self, name, state="V", revoked=""):
        serial = openssl("x509", "-in", made(name + ".pem"), "-noout",
                         "-serial").decode().strip().split("=")[1]
        return f"{state}\t491231235959Z\t{revoked}\t{serial}\tunknown" \
               f"\t/CN={name}\n".encode()

    def signed_anew(self, staple, *changes):
        """The same response with other bytes in it, and a true signature."""
        with open(staple, "rb") as file:
            outer = pieces(pieces(file.read())[0][1])
        basic = pieces(pieces(pieces(outer[1][1])[0][1])[1][1])[0][1]
        parts = pieces(basic)
        tbs = element(*parts[0])
        for pattern, new in changes:
            tbs, count = re.subn(pattern, new, tbs, flags=re.DOTALL)
            self.assertEqual(count, 1, pattern)
        signature = openssl("dgst", "-sha256", "-sign", key("intermediate"),
                            stdin=tbs)
        basic = sequence([pieces(tbs)[0], parts[1], (3, b"\0" + signature),
                          *parts[3:]])
        kind = pieces(pieces(outer[1][1])[0][1])[0]
        return self.write("anew.der", sequence([
            outer[0], (0xa0, sequence([kind, (4, basic)]))]))

    def dated(self, first, last):
        """From `first` hours from now until `last`."""
        times = rb"(\x18\x0f)\d{14}Z(\xa0\x11\x18\x0f)\d{14}Z"
        return self.signed_anew(self.staple(), (
            times, lambda at: at[1] + moment(first) + at[2] + moment(last)))

    def assert_refused(self, staple, *words, name="good", args=()):
        with serving(name, staple) as (url, _):
            said = self.assert_fails(
                self.dial(*trust(), DEMAND, *args, url), 91, *words)
            self.dial_ok(*trust(), *args, url)
        self.assertIn("127.0.0.1", said)
        return said

    def test_TLS_08_a_good_one(self):
        staple = self.staple()
        for version in ("-tls1_2", "-tls1_3"):
            with serving("good", staple, version) as (url, _):
                for more in (trust(), ["--cacert", made("intermediate.pem")],
                             ["--capath", made("hashed")],
                             ["--cacert", made("bundle.pem")],
                             [*trust(), "-k"]):
                    self.assertIn(b"HTTP", self.dial_ok(
                        *more, DEMAND, "-i", url))

    def test_TLS_08_none(self):
        said = self.assert_refused(None, "did not staple")
        self.assertIn("--cert-status", said)
        for version in ("-tls1_2", "-tls1_3"):
            with serving("good", None, version) as (url, _):
                for more in (trust(), ["-k"]):
                    self.assert_fails(self.dial(*more, DEMAND, url), 91)

    def test_TLS_08_revoked_or_unknown(self):
        revoked = self.valid("good", "R", "250101000000Z,keyCompromise")
        self.assert_refused(self.staple(index=revoked), "was revoked",
                            "2025-01-01 00:00:00 UTC (keyCompromise)")
        self.assert_refused(self.staple(index=self.valid("ec384")),
                            "does not know its certificate")

    def test_TLS_08_of_another_certificate(self):
        self.assert_refused(self.staple("ec384"), "about another certificate")

    def test_TLS_08_old_or_of_the_future(self):
        self.assert_refused(self.dated(-48, -24), "expired on")
        self.assert_refused(self.dated(24, 48), "is not valid until")
        self.assert_refused(self.dated(-24, -48), "no sound dates")
        with serving("good", self.dated(-1, 1)) as (url, _):
            self.dial_ok(*trust(), DEMAND, url)

    def test_TLS_08_refusals_and_rubbish(self):
        self.assert_refused(self.write("refusal", UNAUTHORIZED),
                            "'unauthorized'")
        no_bytes = bytes.fromhex("30030a0100")  # successful, and nothing more
        self.assert_refused(self.write("empty", no_bytes), "is no status")

    def test_TLS_08_a_signature_of_somebody_else(self):
        """A leaf of the same authority, too: it is no responder."""
        for signer, signer_key in (("root", key("root")),
                                   ("good", key("leaf")),
                                   ("self-signed", key("leaf"))):
            with self.subTest(signer=signer):
                self.assert_refused(
                    self.staple(signer=made(signer + ".pem"),
                                signer_key=signer_key), "is not signed by")
        with open(self.staple(), "rb") as file:
            changed = bytearray(file.read())
        at = changed.rindex(b"Z\xa0\x11")
        changed[at - 1] ^= 1
        self.assert_refused(self.write("changed", bytes(changed)),
                            "is not signed by")
        self.assert_refused(self.staple("good", "-rmd", "sha1"),
                            "can be forged")

    def test_TLS_08_a_responder_of_the_issuers(self):
        """RFC 6960 4.2.2.2: it is for responses, and the issuer says so."""
        for purpose, code in (("OCSPSigning", 0), ("serverAuth", 91)):
            self.write("responder.cnf", b"[req]\ndistinguished_name=n\n[n]\n"
                       b"[x]\nextendedKeyUsage=" + purpose.encode())
            signer = self.path("responder.pem")
            openssl("req", "-x509", "-new", "-config",
                    self.path("responder.cnf"), "-extensions", "x", "-subj",
                    "/CN=responder", "-key", key("other"), "-CA",
                    made("intermediate.pem"), "-CAkey", key("intermediate"),
                    "-days", "2", "-out", signer)
            staple = self.staple(signer=signer, signer_key=key("other"))
            with serving("good", staple) as (url, _):
                done = self.dial(*trust(), DEMAND, url)
                self.assertEqual(done.returncode, code, done.stderr)

    def test_TLS_08_a_bad_chain_stays_a_bad_chain(self):
        staple = self.staple("wrong-host")
        with serving("wrong-host", staple) as (url, _):
            self.assert_fails(self.dial(*trust(), DEMAND, url), 60)
            self.dial_ok(*trust(), "-k", DEMAND, url)
        with serving("self-signed", self.staple(
                "self-signed", issuer="self-signed",
                signer_key=key("leaf"))) as (url, _):
            self.assert_fails(self.dial("-k", DEMAND, url), 91)

    def test_TLS_08_through_a_tunnel(self):
        for staple, code in ((self.staple(), 0), (None, 91)):
            with serving("good", staple) as (url, port), \
                    Server([connect(port)]) as proxy:
                done = self.dial(*trust(), DEMAND, "-x", proxy.url(), url)
                self.assertEqual(done.returncode, code, done.stderr)

    def test_TLS_08_of_the_origin_not_of_the_proxy(self):
        with Server([reply(b"page")], tls="good") as proxy:
            self.assertEqual(self.dial_ok(
                DEMAND, "--proxy-cacert", made("root.pem"), "-x", proxy.url(),
                "http://a.test/"), b"page")

    def test_TLS_09_nothing_is_resumed(self):
        """Neither after a failure, nor from before the demand."""
        for version in ("-tls1_2", "-tls1_3"):
            with serving("good", None, version) as (url, _):
                done = self.dial(*trust(), DEMAND, url, url)
                self.assertEqual(done.returncode, 91)
                done = self.dial(*trust(), url, "--next", *trust(), DEMAND,
                                 url)
                self.assertEqual(done.returncode, 91)
            with serving("good", self.staple(), version) as (url, _):
                told = self.dial_ok(*trust(), DEMAND, url, url)
                self.assertEqual(told.count(b"\nNew, "), 2)
                self.assertNotIn(b"Reused, ", told)


if __name__ == "__main__":
    unittest.main(verbosity=1)
