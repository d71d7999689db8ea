"""dial through tinyproxy, which answers CONNECT with HTTP/1.0."""
import peers
import proxied

CONFIG = """
@root@User @user@
@root@Group @group@
Listen 127.0.0.1
Port @http@
Timeout 30
MaxClients 50
LogFile "@folder@/tinyproxy.log"
LogLevel Connect
PidFile "@folder@/tinyproxy.pid"
DefaultErrorFile "@page@"
ViaProxyName "tiny.test"
Allow 127.0.0.1
@more@
""" + "".join(f"ConnectPort {port}\n" for port in proxied.ALLOWED)

PAGE = peers.find_file("/usr/share/tinyproxy/default.html",
                       "/usr/local/share/tinyproxy/default.html")


def tinyproxy(more=""):
    return peers.Peer("tinyproxy", "-d -c @folder@/tinyproxy.conf",
                      files={"tinyproxy.conf": CONFIG}, ports=["http"],
                      page=PAGE or "", more=more)


OPEN = tinyproxy()
CLOSED = tinyproxy('BasicAuth ann sesame')


class Open(proxied.Proxied, peers.Case):
    peers = [OPEN]

    def gate(self):
        return "-x", OPEN.url("http", "")

    def name(self):
        return f"127.0.0.1:{OPEN['http']}"

    def test_old_reply(self):
        """Measured: HTTP/1.0 200 to a CONNECT of HTTP/1.1."""
        run = self.dial("-i", *self.gate(), *self.root(),
                        proxied.SECURE.url("/page"))
        self.assertEqual(run.head(0)[0],
                         "HTTP/1.0 200 Connection established")

    def test_forbidden_port(self):
        """The page says why, which is told."""
        self.refused(proxied.FORBIDDEN.port, "403", "port")

    def test_dead_port(self):
        """Measured: 500, and a body without a length."""
        self.refused(proxied.DEAD.number, "500", "Unable to connect")

    def test_dead_port_plain(self):
        """Its error page is the body, as any other's."""
        url = f"http://127.0.0.1:{proxied.DEAD.number}/"
        run = self.dial("-w", "%{http_code}", *self.gate(), url)
        self.assertTrue(run.out.endswith(b"500"))
        self.assertIn(b"tinyproxy", run.out)
        self.dial("-f", *self.gate(), url, code=22)

    def test_not_kept(self):
        """PROXY-19: what it will close is not used again."""
        run = self.dial(*self.gate(), "-w", "%{num_connects} ",
                        proxied.PLAIN.url("/page"),
                        proxied.PLAIN.url("/page"))
        self.assertEqual(run.out, (proxied.PAGE + b"1 ") * 2)


class Closed(proxied.Proxied, peers.Case):
    """PROTOCOL 57, 62: Basic, from -U or from the proxy's URL."""

    peers = [CLOSED]

    def gate(self):
        return "-x", CLOSED.url("http", "").replace("//", "//ann:sesame@")

    def name(self):
        return f"127.0.0.1:{CLOSED['http']}"

    def test_user(self):
        run = self.dial("-x", CLOSED.url("http"), "-U", "ann:sesame",
                        *self.root(), proxied.SECURE.url("/page"))
        self.assertEqual(run.out, proxied.PAGE)

    def test_nobody(self):
        gate = "-x", CLOSED.url("http")
        run = self.dial(*gate, "-w", "%{http_code}",
                        proxied.PLAIN.url("/page"))
        self.assertTrue(run.out.endswith(b"407"))
        run = self.dial(*gate, *self.root(), proxied.SECURE.url("/page"),
                        code=7)
        self.assertEqual(run.out, b"")
        self.says(run, self.name(), "407", "-U")

    def test_somebody_else(self):
        run = self.dial("-x", CLOSED.url("http"), "-U", "bob:secret-word",
                        *self.root(), proxied.SECURE.url("/page"), code=7)
        self.assertEqual(run.out, b"")
        self.says(run, self.name(), "40")
        self.assertNotIn("secret-word", run.err)


if __name__ == "__main__":
    peers.main("tinyproxy")
