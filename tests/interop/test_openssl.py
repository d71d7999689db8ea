"""dial against openssl s_server: versions, ciphers and names of TLS."""
import re
import socket
import ssl

import peers

KEY = "-cert @certs@/@leaf@.pem -key @certs@/@leaf@.key -chainCAfile " \
      "@certs@/intermediate.pem"


def server(arguments, leaf="good"):
    """A server that answers a GET with a page about the call."""
    return peers.Peer("openssl", f"s_server -accept 127.0.0.1:@tls@ -www "
                      f"-quiet -no_ign_eof {KEY} {arguments}",
                      ports=["tls"], leaf=leaf)


ANY = server("-alpn http/1.1")
ANCIENT = {version: server(f"-{option} -cipher ALL:@SECLEVEL=0")
           for version, option in ((ssl.TLSVersion.TLSv1, "tls1"),
                                   (ssl.TLSVersion.TLSv1_1, "tls1_1"))}
ONE_CIPHER = {name: server(f"-tls1_2 -cipher {name}") for name in (
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305")}
ONE_SUITE = {name: server(f"-tls1_3 -ciphersuites {name}") for name in (
    "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256")}
WEAK = {
    "finite-field DHE": server("-tls1_2 -cipher DHE", "rsa2048"),
    "no authentication": server("-tls1_2 -cipher ADH:AECDH:@SECLEVEL=0"),
    "no encryption": server("-tls1_2 -cipher NULL:@SECLEVEL=0", "rsa2048"),
    "finite-field group": server("-tls1_3 -groups ffdhe2048"),
}
GROUPS = {name: server(f"-groups {name}") for name in (
    "X25519", "P-256", "P-384")}
LEAVES = {name: server("", name) for name in (
    "rsa2048", "rsa4096", "ec384", "sha512")}
DEMANDING = server("-Verify 2 -verify_return_error -CAfile "
                   "@certs@/root.pem")


class Case(peers.Case):
    def page(self, peer, *arguments, **more):
        run = self.dial("--cacert", peers.certificate("root.pem"),
                        *arguments, peer.url("tls", "/", "https"), **more)
        return run

    def served(self, peer, *arguments):
        """The page, once the peer runs."""
        peer.start()
        run = self.page(peer, *arguments)
        self.assertIn(b"s_server", run.out)
        return run.out

    def careless(self, peer, oldest=ssl.TLSVersion.TLSv1_2):
        """The server does speak, with a client that takes anything."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        context.minimum_version = oldest
        with socket.create_connection(("127.0.0.1", peer["tls"])) as call:
            with context.wrap_socket(call) as layer:
                self.assertIsNotNone(layer.cipher())

    def refused(self, peer, *words):
        """It is the version or the cipher that ends the handshake."""
        run = self.page(peer, code=35)
        self.assertEqual(run.out, b"")
        self.says(run, f"127.0.0.1:{peer['tls']}", *words)


class Versions(Case):
    def test_newest(self):
        self.assertIn(b"TLSv1.3, Cipher", self.served(ANY))

    def test_ancient(self):
        """TLS-17: the server speaks; dial does not speak with it."""
        for version, peer in ANCIENT.items():
            peer.start()
            self.careless(peer, version)
            self.refused(peer, "version")


class Ciphers(Case):
    def test_each(self):
        for name, peer in {**ONE_CIPHER, **ONE_SUITE}.items():
            self.assertRegex(self.served(peer), b"Cipher +(is|:) " +
                             name.encode())

    def test_weak(self):
        """TLS-17: none of these is offered."""
        for name, peer in WEAK.items():
            with self.subTest(name):
                peer.start()
                self.careless(peer)
                self.refused(peer, "cipher")

    def test_groups(self):
        for peer in GROUPS.values():
            self.served(peer)

    def test_kinds_of_keys(self):
        for peer in LEAVES.values():
            self.served(peer)


class Sessions(Case):
    def test_alpn_is_known(self):
        """A server that insists on http/1.1 is content in both modes."""
        for option in "--http1.0", "--http1.1":
            self.served(ANY, option)

    def test_resumed(self):
        """Two URLs; s_server hangs up after each page."""
        ANY.start()
        run = self.page(ANY, ANY.url("tls", "/again", "https"))
        kinds = re.findall(rb"^(New|Reused), TLSv1", run.out, re.M)
        self.assertEqual(kinds, [b"New", b"Reused"])

    def test_client_certificate(self):
        self.served(DEMANDING, "-E", peers.certificate("client.pem"),
                    "--key", peers.certificate("client.key"))

    def test_no_client_certificate(self):
        DEMANDING.start()
        run = self.page(DEMANDING, code=58)
        self.says(run, "wants a client certificate")


if __name__ == "__main__":
    peers.main("openssl")
