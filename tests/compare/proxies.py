"""What curl does and what dial does, for each situation behind a proxy.

Runs both in every situation and writes doc/proxies.md, in which nothing is
claimed that was not seen: the exit codes and the words are the programs' own.

	proxies.py          compares the file with what is seen now
	proxies.py --write  writes it (make doc-proxies)

Ports, paths, times and what certificates are made anew with are put into one
form.  Nobody's name is looked up: tests/e2e/lookups.c answers.  Where the
curl is another than the file's the comparison is left out, which is said.
"""
import contextlib
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.append(os.path.join(SOURCE, "tests", "e2e"))
os.environ.setdefault("top_srcdir", SOURCE)
os.environ.setdefault("top_builddir", SOURCE)
from harness import (DIAL, Lookups, clean_environment,  # noqa: E402
                     made)
from scripted import (HEAD, Server, Step, closed_port,  # noqa: E402
                      connect, reply)

PAGE = os.path.join(SOURCE, "doc", "proxies.md")
SECONDS = 60
SKIPPED = 77  # automake's
PROXY, ORIGIN = "3128", "443"  # what ports are called in the page

HEADING = """\
# Behind a proxy: what curl says, and what dial says

`tests/compare/proxies.py` made this page (`make doc-proxies`) by running both programs in each situation, against servers that follow a
script; `make check` compares it with what they do now. The words are theirs, and the exit codes; only ports, paths and times are put
into one form, a long body is cut, and `proxy:3128` stands for `127.0.0.1` and the port where the scripted proxy listened.

Compared with: {curl}
"""
REPLIED = "HTTP/1.1 {}\r\n"

BLOCK = (b"<html><head><title>Access Denied</title></head><body>"
         b"<h1>Access Denied</h1><p>Category: <b>web mail</b>. Call 4711."
         b"</p></body></html>")


class Situation:
    """A title and, when it is entered, the arguments and the environment of
    a run; `serves` makes the proxy's (server, more arguments)."""

    rows = []

    def __init__(self, title, *args, proxy=None, env=None, scheme="http",
                 tls=None, origin=None, login=""):
        self.title = title
        self.args = list(args)
        self.script = proxy
        self.env = env or {}
        self.scheme = scheme  # of -x; None: no -x is given
        self.tls = tls  # the proxy's certificate
        self.origin = origin  # the certificate of an origin behind it
        self.login = login
        Situation.rows.append(self)

    @contextlib.contextmanager
    def run(self):
        """Gives (arguments, environment, {port: what it is called})."""
        ports, rest = {}, contextlib.ExitStack()
        with rest:
            origin = self._origin(rest, ports)
            proxy = self._proxy(rest, origin)
            ports[proxy] = PROXY
            values = {"{proxy}": f"127.0.0.1:{proxy}",
                      "{root}": made("root.pem")}
            args = [fill(arg, values) for arg in self.args]
            env = {k: fill(v, values) for k, v in self.env.items()}
            if self.scheme:
                args = ["-x", f"{self.scheme}://{self.login}"
                        f"127.0.0.1:{proxy}", *args]
            yield args, env, ports

    def _origin(self, rest, ports):
        if self.origin is None:
            return None
        origin = rest.enter_context(Server([reply(b"the page")],
                                           tls=self.origin))
        ports[origin.port] = ORIGIN
        return origin

    def _proxy(self, rest, origin):
        if origin is not None:
            script = [connect(origin.port)]
        elif self.script is None:
            return closed_port()
        else:
            script = self.script
        return rest.enter_context(Server(script, tls=self.tls)).port

    def command(self):
        """How it is asked, as a person would write it."""
        words = [f"{n}='{v!r}'".replace("''", "'") if "\n" in v
                 else f"{n}={v}" for n, v in self.env.items()]
        if self.scheme:
            words.append(f"-x {self.scheme}://{self.login}{{proxy}}")
        words += self.args
        return " ".join(words).replace("{proxy}", f"proxy:{PROXY}").replace(
            "{root}", "root.pem")


def fill(text, values):
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def refused(status, *fields, body=b"", **more):
    """The script of a proxy that answers a CONNECT so."""
    return [reply(body, status=status, fields=fields, **more)]


def told(kind):
    return f"Proxy-Status: gate.corp.test; error={kind}"


def raw(data, **more):
    return [Step(expect=HEAD, send=data, close=True, **more)]


def socks5(*answers):
    return [Step(expect=count, send=answer) for count, answer in answers]


HTTPS, HTTP = "https://a.test/", "http://a.test/"
HTML = "Content-Type: text/html"
BASIC = 'Proxy-Authenticate: Basic realm="corp"'
VIA = "Via: 1.1 gate.corp.test"
ROOT = ["--cacert", "{root}"]
SOCKS_NONE = (3, b"\5\0")


def socks5_refuses(code):
    return socks5(SOCKS_NONE, (13, bytes([5, code, 0, 1]) + b"\0" * 6))


# --- The way to the proxy ----------------------------------------------------

Situation("Nothing listens at the proxy's port", HTTPS)
Situation("The proxy's name is unknown", "-x", "http://proxy.nowhere:3128",
          HTTPS, scheme=None)
Situation("The proxy says nothing", "-m", "1", HTTPS,
          proxy=[Step(expect=HEAD), Step(expect=1)])
Situation("The proxy hangs up without a word", HTTPS, proxy=raw(b""))
Situation("The proxy's answer is cut", HTTPS,
          proxy=raw(b"HTTP/1.1 200 Conn"))
Situation("The proxy's head has no end", HTTPS, proxy=raw(
    b"HTTP/1.1 200 OK\r\n" + b"X-Filler: " + b"x" * 400_000))
Situation("What answers is no HTTP", HTTPS,
          proxy=raw(b"SSH-2.0-OpenSSH_9.2\r\n"))
Situation("The port speaks TLS, `-x` says http", "-m", "5", HTTPS,
          proxy=[], tls="proxy")
Situation("The port speaks plain HTTP, `-x` says https", "-m", "5", HTTPS,
          scheme="https", proxy=[Step(
              expect=10, send=b"HTTP/1.0 400 Bad Request\r\n\r\n",
              close=True)])
Situation("Nobody known issued the https proxy's certificate", HTTPS,
          *ROOT, "--proxy-cacert", "{root}", scheme="https", proxy=[],
          tls="untrusted")
Situation("The https proxy's certificate is another's", HTTPS, *ROOT,
          "--proxy-cacert", "{root}", scheme="https", proxy=[],
          tls="wrong-host")

# --- What it says to CONNECT -------------------------------------------------

Situation("The proxy forbids, with a page", HTTPS,
          proxy=refused("403 Forbidden", HTML, VIA, body=BLOCK))
Situation("It forbids a port that is not 443", "https://a.test:8443/",
          proxy=refused("403 Forbidden", VIA))
Situation("It wants a login", HTTPS, proxy=refused(
    "407 Proxy Authentication Required", BASIC))
Situation("The login is wrong", "-U", "me:wrong", HTTPS, proxy=refused(
    "407 Proxy Authentication Required", BASIC))
Situation("It takes Negotiate alone", HTTPS, proxy=refused(
    "407 Proxy Authentication Required", "Proxy-Authenticate: Negotiate"))
Situation("It takes Negotiate alone, a password was given", "-U", "me:word",
          HTTPS, proxy=refused("407 Proxy Authentication Required",
                               "Proxy-Authenticate: Negotiate"))
Situation("It redirects", "-L", HTTPS, proxy=refused(
    "302 Found", "Location: http://login.corp.test/"))
Situation("It is a web server", HTTPS,
          proxy=refused("405 Method Not Allowed"))
Situation("It cannot look the target up", HTTPS, proxy=refused(
    "502 Bad Gateway", VIA, told("dns_error")))
Situation("It takes the target to be down", HTTPS, proxy=refused(
    "503 Service Unavailable", VIA, told("destination_unavailable")))
Situation("It calls the target in vain", HTTPS, proxy=refused(
    "504 Gateway Timeout", VIA, told("connection_timeout")))
Situation("It does not say why", HTTPS, proxy=refused("502 Bad Gateway"))
Situation("It puts words before TLS", HTTPS, proxy=raw(
    b"HTTP/1.1 200 OK\r\n\r\n<html>Please log in"))
Situation("It opens the tunnel and hangs up", HTTPS, proxy=raw(
    b"HTTP/1.1 200 OK\r\n\r\n"))

# --- Pages in the clear ------------------------------------------------------

Situation("http by proxy: it cannot look the target up", "-f", HTTP,
          proxy=refused("502 Bad Gateway", VIA, told("dns_error")))
Situation("http by proxy: it wants a login", "-f", HTTP, proxy=refused(
    "407 Proxy Authentication Required", BASIC))

# --- TLS behind the proxy ----------------------------------------------------

Situation("TLS is inspected: its issuer is not known", *ROOT, HTTPS,
          origin="untrusted")
Situation("The origin's certificate has expired", *ROOT, HTTPS,
          origin="expired")
Situation("The origin's certificate is for another name", *ROOT, HTTPS,
          origin="wrong-host")
Situation("The file of authorities is not there", "--cacert",
          "/nowhere/ca.pem", HTTPS, origin="good")

# --- SOCKS -------------------------------------------------------------------

Situation("An HTTP proxy taken for a SOCKS proxy", HTTP, scheme="socks5h",
          proxy=[Step(expect=3, send=b"HTTP/1.0 400 Bad Request\r\n\r\n",
                      close=True)])
Situation("SOCKS: its rules forbid it", HTTP, scheme="socks5h",
          proxy=socks5_refuses(2))
Situation("SOCKS: nothing listens at the target", HTTP, scheme="socks5h",
          proxy=socks5_refuses(5))
Situation("SOCKS: a login is wanted", HTTP, scheme="socks5h",
          proxy=socks5((3, b"\5\xff")))
Situation("SOCKS: the login is wrong", HTTP, scheme="socks5h",
          login="me:wrong@",
          proxy=socks5((4, b"\5\2"), (10, b"\1\1")))
Situation("SOCKS 4 refuses", HTTP, scheme="socks4a", proxy=socks5(
    (16, b"\0\x5b" + b"\0" * 6)))
Situation("SOCKS 4 and an IPv6 address", "http://[::1]/", scheme="socks4",
          proxy=socks5((9, b"\0\x5b" + b"\0" * 6)))

# --- What was set ------------------------------------------------------------

Situation("The password has a raw `@`", "-x", "http://me:p@ss@proxy.test:3128",
          HTTPS, scheme=None)
Situation("The password has a raw `#`", "-x", "http://me:p#ss@proxy.test:3128",
          HTTPS, scheme=None)
Situation("The password has a raw `/`", "-x", "http://me:p/ss@proxy.test:3128",
          HTTPS, scheme=None)
Situation("A kind of proxy that there is not", "-x", "ftp://proxy.test:3128",
          HTTPS, scheme=None)
Situation("A line end in the environment", HTTP, scheme=None,
          env={"http_proxy": "http://{proxy}/\r\nX: y"}, proxy=[reply(b"x")])
Situation("`HTTP_PROXY` in capitals", HTTP, scheme=None,
          env={"HTTP_PROXY": "http://{proxy}"}, proxy=[reply(b"by the proxy")])
Situation("`no_proxy` has a network", "http://127.0.0.1:9/", scheme=None,
          env={"http_proxy": "http://{proxy}", "no_proxy": "127.0.0.0/8"},
          proxy=[reply(b"by the proxy")])
Situation("`no_proxy` has a port", "http://localhost.test:9/", scheme=None,
          env={"http_proxy": "http://{proxy}",
               "no_proxy": "localhost.test:9"},
          proxy=[reply(b"by the proxy")])
Situation("`no_proxy` has a part of a label", "http://xa.test/", scheme=None,
          env={"http_proxy": "http://{proxy}", "no_proxy": "a.test"},
          proxy=[reply(b"by the proxy")])


# --- Running -----------------------------------------------------------------

class Room:
    """What Lookups needs of a test case: a folder."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)


def neutral(text, ports):
    """What another run would say otherwise, in one form."""
    text = text.replace(os.path.dirname(made("root.pem")) + "/", "")
    for port, name in ports.items():
        if name == PROXY:
            text = text.replace(f"127.0.0.1:{port}", f"proxy:{PROXY}")
            text = text.replace(f"127.0.0.1 port {port}", f"proxy port {PROXY}")
        text = re.sub(rf"\b{port}\b", name, text)
    text = re.sub(r"after \d+ ms", "after N ms", text)
    text = re.sub(r"\d+ milliseconds", "N milliseconds", text)
    text = re.sub(r"(?:[0-9A-Fa-f]{2}:){19,}[0-9A-Fa-f]{2}", "FINGERPRINT",
                  text)
    text = re.sub(r"\b[0-9A-Fa-f]{64}\b", "FINGERPRINT", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?: ?UTC|Z)?)?",
                  "DATE", text)
    return text


def cell(text):
    """A text as a table's cell."""
    lines = [line for line in text.strip().splitlines()
             if not re.match(r"More details here|curl failed to verify|"
                             r"establish a secure|how to fix it", line)]
    text = "<br>".join(line for line in lines if line)
    text = re.sub(r"(x{60})x+", r"\1...", text)
    return re.sub(r"([|*_])", r"\\\1", text.replace("<html>", "&lt;html>"))


def shown(done, ports):
    """Exit code and words of a run."""
    words = neutral(done.stderr.decode("utf-8", "backslashreplace"), ports)
    out = neutral(done.stdout.decode("utf-8", "backslashreplace"), ports)
    said = cell(words)
    if out.strip():
        said += ("<br>" if said else "") + f"prints: {cell(out)}"
    return f"**{done.returncode}** {said}".strip()


def run(program, situation, lookups, folder):
    with situation.run() as (args, env, ports):
        done = subprocess.run(
            [program, "-q", "-sS", *args], stdin=subprocess.DEVNULL,
            capture_output=True, timeout=SECONDS, check=False, cwd=folder,
            start_new_session=True,
            env=clean_environment(**lookups.env, **env, HOME=folder))
    return shown(done, ports)


def version_of(program):
    """curl and its OpenSSL, whose words they are."""
    done = subprocess.run([program, "--version"], capture_output=True,
                          check=True)
    found = re.match(r"(curl \S+).*?(OpenSSL/\d+\.\d+)",
                     done.stdout.decode())
    return f"{found[1]}, {found[2]}" if found else "another curl"


def page(curl):
    with tempfile.TemporaryDirectory(prefix="dial-compare.") as folder:
        lookups = Lookups(Room(folder))
        lines = [HEADING.format(curl=version_of(curl)),
                 "| situation | curl | dial |", "|---|---|---|"]
        for situation in Situation.rows:
            seen = [run(program, situation, lookups, folder)
                    for program in (curl, DIAL)]
            asked = situation.command().replace("|", "\\|")
            asked = asked.replace("\r", "\\r").replace("\n", "\\n")
            lines.append(f"| {situation.title}<br>`{asked}` | " +
                         " | ".join(seen) + " |")
    return "\n".join(lines) + "\n"


def left_out(why):
    """77, automake's skip; in CI a failure, if it is for want of curl."""
    print(f"proxies.py: {why}")
    sys.exit(SKIPPED)


def check(curl):
    with open(PAGE, encoding="utf-8") as file:
        old = file.read()
    version = version_of(curl)
    if f"Compared with: {version}\n" not in old:
        left_out(f"doc/proxies.md is of another curl than this {version}, so "
                 "it was not compared")
    new = page(curl)
    if new != old:
        sys.stdout.writelines(difflib.unified_diff(
            old.splitlines(True), new.splitlines(True), "doc/proxies.md",
            "what is seen now"))
        sys.exit("proxies.py: doc/proxies.md is not what is seen now: make "
                 "doc-proxies")


def main():
    curl = shutil.which(os.environ.get("CURL", "curl"))
    if curl is None:
        if os.environ.get("CI") == "true":
            sys.exit("proxies.py: curl is missing: ./bootstrap --peers")
        left_out("curl is missing, so doc/proxies.md was not compared; "
                 "./bootstrap --peers installs it")
    if sys.argv[1:] == ["--write"]:
        text = page(curl)
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        check(curl)


if __name__ == "__main__":
    main()
