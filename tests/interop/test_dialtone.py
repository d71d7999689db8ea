"""dialtone with dial, and with curl, which knows nothing of either."""
import os
import random
import shutil
import subprocess

import peers
import proxied

PAGE = b"<p>You have reached dialtone.</p>\n"
BIG = random.Random(13).randbytes(1 << 20)


def dialtone(form, more=""):
    return peers.Peer(
        peers.DIALTONE, "--root @folder@/www --log @folder@/access.log "
        "--http 127.0.0.1:@http@ --https 127.0.0.1:@https@ "
        "--proxy 127.0.0.1:@proxy@ --daytime 127.0.0.1:@daytime@ "
        f"--authority-out @folder@/authority.pem --daytime-format {form} "
        f"--name clock.test {more}",
        files={"www/page.html": PAGE, "www/big.bin": BIG},
        ports=["http", "https", "proxy", "daytime"])


OPEN = dialtone("nist")
CLOSED = dialtone("iso", "--proxy-user ann:sesame")
FORMS = {"nist": OPEN, "iso": CLOSED, "ctime": dialtone("ctime"),
         "rfc867": dialtone("rfc867")}


class Files(peers.Case):
    peers = [OPEN]

    def test_page(self):
        for option in "--http1.0", "--http1.1":
            run = self.dial(option, OPEN.url("http", "/page.html"))
            self.assertEqual(run.out, PAGE)

    def test_kept(self):
        for option in "--http1.0", "--http1.1":
            run = self.dial(option, "-o", "a", "-o", "b", "-w",
                            "%{num_connects}", OPEN.url("http", "/big.bin"),
                            OPEN.url("http", "/page.html"))
            self.assertEqual(run.out, b"10")
            self.assertEqual(self.content("a"), BIG)
            self.assertEqual(self.content("b"), PAGE)

    def test_secure(self):
        """The authority that it made at its start vouches for it."""
        port = OPEN["https"]
        for host in "127.0.0.1", "clock.test":
            run = self.dial("--cacert", OPEN.path("authority.pem"),
                            "--resolve", f"clock.test:{port}:127.0.0.1",
                            f"https://{host}:{port}/big.bin")
            self.assertEqual(run.out, BIG)
        self.dial(OPEN.url("https", scheme="https"), code=60)

    def test_parts(self):
        run = self.dial("-r", "5-9", OPEN.url("http", "/big.bin"))
        self.assertEqual(run.out, BIG[5:10])
        path = self.file("big", BIG[:1234])
        run = self.dial("-C", "-", "-o", path, "-w", "%{http_code}",
                        OPEN.url("http", "/big.bin"))
        self.assertEqual(run.out, b"206")
        self.assertEqual(self.content("big"), BIG)

    def test_not_modified(self):
        path = self.file("page", PAGE)
        shutil.copystat(OPEN.path("www/page.html"), path)
        run = self.dial("-z", path, "-w", "%{http_code}",
                        OPEN.url("http", "/page.html"))
        self.assertEqual(run.out, b"304")


class Time(peers.Case):
    def test_each_form(self):
        """By stream and by datagram; DAY-05: ctime's names no zone."""
        for form, peer in FORMS.items():
            peer.start()
            for option in [], ["--udp"]:
                run = self.dial(*option, "-o", os.devnull, "-w",
                                "%{daytime_utc} %{daytime_offset}",
                                f"daytime://127.0.0.1:{peer['daytime']}")
                if form == "ctime":
                    self.assertEqual(run.out, b" ")
                    continue
                utc, offset = run.out.decode().split()
                self.assertRegex(utc, r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
                self.assertLess(abs(float(offset)), 60, form)


class Open(proxied.Proxied, peers.Case):
    peers = [OPEN]

    def gate(self):
        return "-x", OPEN.url("proxy", "")

    def name(self):
        return f"127.0.0.1:{OPEN['proxy']}"

    def test_dead_port(self):
        """PROTOCOL 73: what failed behind the proxy is told."""
        self.refused(proxied.DEAD.number, "502", "Proxy-Status", "refused")


class Closed(proxied.Proxied, peers.Case):
    peers = [CLOSED]

    def gate(self):
        return "-x", CLOSED.url("proxy", ""), "-U", "ann:sesame"

    def name(self):
        return f"127.0.0.1:{CLOSED['proxy']}"

    def test_nobody(self):
        run = self.dial("-x", CLOSED.url("proxy"), *self.root(),
                        proxied.SECURE.url("/page"), code=7)
        self.assertEqual(run.out, b"")
        self.says(run, self.name(), "407", "-U")


class Curl(peers.Case):
    """Another's client; its exit code must be 0."""

    peers = [OPEN, CLOSED]

    def curl(self, *arguments):
        path = peers.find("curl")
        if path is None:
            peers.missing("curl")
        run = subprocess.run(
            [path, "-q", "-sS", "--noproxy", "none", *arguments],
            capture_output=True, timeout=peers.RUN_SECONDS, cwd=self.folder,
            env=peers.environment(), check=False)
        self.assertEqual(run.returncode, 0, run)
        return run.stdout

    def test_files(self):
        for option in "--http1.0", "--http1.1", "--http2":
            for url in (OPEN.url("http", "/big.bin"),
                        OPEN.url("https", "/big.bin", "https")):
                out = self.curl(option, "--cacert",
                                OPEN.path("authority.pem"), url)
                self.assertEqual(out, BIG)

    def test_parts(self):
        url = OPEN.url("http", "/big.bin")
        self.assertEqual(self.curl("-r", "-7", url), BIG[-7:])
        path = self.file("big", BIG[:4321])
        self.curl("-C", "-", "-o", path, url)
        self.assertEqual(self.content("big"), BIG)
        head = self.curl("-I", url)
        self.assertIn(b"\r\nContent-Length: %d\r\n" % len(BIG), head)

    def test_not_modified(self):
        path = self.file("etag")
        url = OPEN.url("http", "/page.html")
        self.curl("--etag-save", path, "-o", os.devnull, url)
        out = self.curl("--etag-compare", path, "-w", "%{http_code}", url)
        self.assertEqual(out, b"304")

    def test_proxy(self):
        gate = "-x", CLOSED.url("proxy"), "-U", "ann:sesame"
        root = "--cacert", peers.certificate("root.pem")
        for way in [], ["-p"]:
            for url in proxied.PLAIN.url("/big"), proxied.SECURE.url("/big"):
                self.assertEqual(self.curl(*gate, *root, *way, url),
                                 proxied.BIG)
        out = self.curl(*gate, "-T", self.file("sent", BIG * 2),
                        proxied.PLAIN.url("/"))
        self.assertEqual(out, b"%d bytes\n" % (2 * len(BIG)))


if __name__ == "__main__":
    peers.main(peers.DIALTONE)
