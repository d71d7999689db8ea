"""dial beside the curl of this machine: the same command line, the same script,
and then the requests, standard output, files and exit codes compared.

ALIKE is what users of curl may count on.  DIFFERENT is where dial departs on
purpose: each row says why, and what differs must differ, so that the reason
stays true.  Whether a connection is kept is tested elsewhere.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys
import unittest
from dataclasses import replace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (DIAL, TIMEOUT, Case, clean_environment,  # noqa: E402
                     made)
from scripted import EOF, HEAD, Server, Step, closed_port, reply  # noqa: E402

CURL = shutil.which("curl")
RESPONSE_FIELDS = ["X-A: 1", "X-B: two", "x-a: 3", "Content-Type: text/x"]
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKS = (OK + b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n"
          b"0\r\nT: x\r\n\r\n")
TEXT = b"hello " * 50


def plain(**members):
    return [reply(b"hello\n", fields=RESPONSE_FIELDS, **members)]


def moved(to="/new", status="302 Found"):
    return [reply(b"moved", status=status, fields=[f"Location: {to}"]),
            reply(b"arrived")]


def raw(text):
    """A script of these bytes and the end."""
    return [Step(send=text, close=True)]


def coded(name, data):
    return [reply(data, fields=[f"Content-Encoding: {name}"])]


def refusing(status, *fields):
    """A proxy that lets no CONNECT through."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *fields))
    return [Step(expect=HEAD, send=f"{head}\r\n".encode(), close=True)]


# Arguments ({url} is the server's), script, and what is special: "stdin",
# "files" to begin with, "tls", or what cannot be compared.
ALIKE = [
    # The method, the URL, the body.
    (["{url}"], plain()),
    (["{url}x/y?q=1#frag"], plain()),
    (["--url", "{url}a", "{url}b"], plain() * 2),
    (["-I", "{url}"], [Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                                 b"\r\n")]),
    (["-X", "FOO", "{url}"], plain()),
    (["-X", "FOO", "-d", "x", "{url}"], plain()),
    (["-d", "a=b", "-d", "c", "{url}"], plain()),
    (["-d", "", "{url}"], plain()),
    (["-d", "@in", "--data-binary", "@in", "--data-raw", "@in", "{url}"],
     plain(), {"files": {"in": b"one\r\ntwo\n"}}),
    (["--data-binary", "@in", "{url}"], plain(),
     {"files": {"in": b"one\r\ntwo\n"}}),
    (["--data-ascii", "@-", "{url}"], plain(), {"stdin": b"a\nb\n"}),
    (["-G", "-d", "a=b", "-d", "c", "{url}p"], plain()),
    (["-G", "-d", "a=b", "{url}p?x=y#f"], plain()),
    (["-G", "-I", "-d", "a=b", "{url}p"],
     [Step(send=b"HTTP/1.1 200 OK\r\n\r\n", close=True)]),
    (["-T", "in", "{url}folder/"], plain(), {"files": {"in": b"body"}}),
    (["-T", "in", "{url}name"], plain(), {"files": {"in": b"body"}}),
    (["-T", "in", "-T", "in2", "{url}", "{url}"], plain() * 2,
     {"files": {"in": b"one", "in2": b"two"}}),
    (["-T", "", "{url}"], plain()),
    (["-T", "missing", "{url}"], plain()),
    # Fields.
    (["-H", "X-Mine: 1", "-H", "Accept:", "-H", "X-Empty;", "{url}"], plain()),
    (["-H", "Host: other.test", "{url}"], plain()),
    (["-H", "@in", "{url}"], plain(), {"files": {"in": b"A: 1\r\n\nB: 2\n"}}),
    (["-A", "", "{url}"], plain()),
    (["-A", "me/1", "-e", "http://r.test/", "-b", "a=b", "{url}"], plain()),
    (["-e", "http://r.test/;auto", "-L", "{url}"], moved()),
    (["-e", ";auto", "-L", "{url}"], moved()),
    (["-H", "Content-Type: text/plain", "-d", "x", "{url}"], plain()),
    (["-u", "user:pa:ss", "{url}"], plain()),
    (["-u", "asked", "{url}"], plain(), {"stdin": b"secret\n"}),
    (["-x", "{url}", "-U", "asked", "http://a.test/"], plain(),
     {"stdin": b"secret\n"}),
    (["-r", "0-4", "{url}"],
     [reply(b"hello", status="206 Partial Content",
            fields=["Content-Range: bytes 0-4/6"])]),
    (["-z", "Sun, 06 Nov 1994 08:49:37 GMT", "{url}"], plain()),
    (["-z", "-Sun, 06 Nov 1994 08:49:37 GMT", "{url}"],
     [reply(b"", status="412 No")]),
    # Output.
    (["-i", "{url}"], plain()),
    (["-i", "-L", "{url}"], moved()),
    (["-D", "-", "{url}"], plain()),
    (["-D", "heads", "-o", "body", "-L", "{url}"], moved()),
    (["-D", "heads", "{url}a", "{url}b"], plain() * 2),
    (["-i", "-o", "out", "{url}"], plain()),
    (["-o", "a", "{url}1", "{url}2", "-o", "c", "{url}3"],
     [reply(b"one"), reply(b"two"), reply(b"three")]),
    (["-O", "-O", "{url}d/one?x", "{url}d/two#y"],
     [reply(b"one"), reply(b"two")]),
    (["-O", "{url}%2e%2e%2fx"], plain()),
    (["-O", "{url}d;p"], plain()),
    (["-o", "-", "{url}"], plain()),
    (["-o", "empty", "{url}"], [reply(b"")]),
    (["--output-dir", "d/e", "--create-dirs", "-o", "f", "{url}"], plain()),
    (["--create-dirs", "-o", "d/e/f", "{url}"], plain()),
    (["--output-dir", "missing", "-O", "{url}f"], plain()),
    (["-o", "missing/f", "{url}"], plain()),
    # Failing.
    (["-f", "{url}"], plain(status="404 Not Found")),
    (["-f", "-i", "{url}"], plain(status="404 Not Found")),
    (["-f", "-o", "out", "{url}"], plain(status="500 Broken")),
    (["-f", "{url}a", "{url}b"],
     plain(status="404 Not Found") + [reply(b"two")]),
    (["-f", "--fail-early", "{url}a", "{url}b"],
     plain(status="404 Not Found") + [reply(b"two")]),
    (["--max-filesize", "3", "{url}"], plain()),
    (["--max-redirs", "0", "-L", "{url}"], moved()),
    (["{url}"], [Step(close=True)]),
    (["-o", "out", "{url}"],
     [Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
           close=True)], {"no_files": True}),
    (["-m", "0.3", "{url}"], [Step(), Step(expect=EOF)]),
    (["http://127.0.0.1:{closed}/"], plain()),
    (["http://127.0.0.1:{closed}/", "{url}"], plain()),
    (["ftp2://h/"], plain()),
    (["--http0.9", "{url}"], [Step(send=b"no head at all\n", close=True)]),
    (["{url}"], [Step(send=b"no head at all\n", close=True)]),
    # Following.
    (["{url}"], moved()[:1]),
    (["-L", "{url}"], moved()),
    (["-L", "-d", "x", "{url}"], moved()),
    (["-L", "-d", "x", "{url}"], moved(status="307 Same")),
    (["-L", "-d", "x", "{url}"], moved(status="303 See")),
    (["-L", "-I", "{url}"],
     [Step(send=b"HTTP/1.1 301 M\r\nLocation: /x\r\n\r\n"),
      Step(send=b"HTTP/1.1 200 OK\r\n\r\n")]),
    # Telling.
    (["-w", "%{http_code} %{num_redirects} %{num_headers} %{url_effective} "
      "%{redirect_url} %{size_download} %{content_type} %{method} %{scheme} "
      "%{urlnum} %{size_header} %{http_version} %{remote_port}\\n", "{url}"],
     plain()),
    (["-L", "-w", "%{num_redirects} %{url_effective} %{redirect_url}|",
      "{url}"], moved()),
    (["-w", "%{redirect_url}", "{url}"], moved()),
    (["-w", "%header{x-A} %header{none}|%header{x-B}", "{url}"], plain()),
    (["-w", "%{urlnum}%{filename_effective}\\t%%\\r\\q%{onerror}no", "-o", "f",
      "{url}", "{url}"], plain() * 2),
    (["-w", "%{exitcode} %{http_code} %{onerror}yes",
      "http://127.0.0.1:{closed}/"], plain()),
    (["-w", "@format", "{url}"], plain(),
     {"files": {"format": b"%{http_code}\\n"}}),
    (["-w", "@-", "{url}"], plain(), {"stdin": b"<%{http_code}>"}),
    # Options themselves.
    (["-sSf", "-o-", "{url}"], plain()),
    (["--silent", "--no-silent", "-s", "--", "{url}"], plain()),
    (["--bogus", "{url}"], plain()),
    (["-o"], plain()),
    (["{url}", "-m", "x"], plain()),
    (["-I", "-d", "x", "{url}"], plain()),
    (["-T", "x", "-d", "y", "{url}"], plain()),
    (["--max-filesize", "3x", "{url}"], plain()),
    (["--comp", "{url}"], plain()),
    ([], plain()),
    # Proxies and other ways.
    (["-x", "{url}", "http://a.test/x?y"], plain()),
    (["-x", "{url}", "-U", "me:secret", "http://a.test/"], plain()),
    (["-x", "{url}", "--proxy-header", "X-P: 1", "http://a.test/"], plain()),
    (["-x", "{url}", "--noproxy", "127.0.0.1", "{url}"], plain()),
    (["--connect-to", "a.test:80:127.0.0.1:{port}", "http://a.test/x"],
     plain()),
    (["--resolve", "a.test:{port}:127.0.0.1", "http://a.test:{port}/"],
     plain()),
    (["-4", "{url}"], plain()),
    # What answers are taken for.
    (["-o", "out", "{url}"], raw(CHUNKS)),
    (["--http1.1", "{url}"], raw(CHUNKS)),
    (["{url}"], raw(OK + b"\r\nuntil the end")),
    (["{url}"], raw(b"HTTP/1.0 200\r\n\r\nno reason")),
    (["-i", "{url}"], raw(b"HTTP/1.1 103 Early\r\nX: y\r\n\r\n" + OK +
                          b"Content-Length: 1\r\n\r\nx")),
    (["{url}"], raw(b"HTTP/1.1 204 No\r\n\r\n")),
    (["{url}"], raw(b"HTTP/1.1 304 Not\r\nContent-Length: 5\r\n\r\n")),
    (["{url}"], raw(OK + b"Content-Length: 5, 5\r\n\r\nhello")),
    (["{url}"], raw(OK + b"Content-Length:   5   \r\n\r\nhello")),
    (["{url}"], raw(OK + b"Content-Length: 3\r\n\r\nhello")),
    (["{url}"], raw(OK + b"Content-Length: 9\r\n\r\nhello")),
    (["{url}"], raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello")),
    (["{url}"], raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
    (["{url}"], raw(OK + b"X: " + b"x" * 400_000 + b"\r\n\r\nbody"),
     {"no_exit": True}),
    (["{url}"], raw(OK + b"Transfer-Encoding: chunked, xyz\r\n\r\n5\r\nhello"
                    b"\r\n0\r\n\r\n")),
    (["{url}"], raw(b"HTTP/1.1 404 N\r\n\r\nsorry")),
    # Codings.
    (["--compressed", "-H", "Accept-Encoding: gzip", "{url}"],
     coded("gzip", gzip.compress(TEXT, mtime=0))),
    (["{url}"], coded("gzip", gzip.compress(TEXT, mtime=0))),
    (["--compressed", "-H", "Accept-Encoding: x", "{url}"],
     coded("identity", TEXT)),
    (["--compressed", "-H", "Accept-Encoding: x", "{url}"],
     coded("gzip", b"no gzip")),
    (["--compressed", "-H", "Accept-Encoding: x", "{url}"],
     coded("xyz", b"who knows")),
    # Resuming.
    (["-C", "-", "-o", "in", "-H", "Accept-Encoding: x", "{url}"],
     [reply(b"lo", status="206 P", fields=["Content-Range: bytes 3-4/5"])],
     {"files": {"in": b"hel"}}),
    (["-C", "3", "-H", "Accept-Encoding: x", "{url}"],
     [reply(b"lo", status="206 P", fields=["Content-Range: bytes 3-4/5"])]),
    (["-C", "-", "-o", "new", "{url}"], plain()),
    (["-C", "-", "-o", "in", "-H", "Accept-Encoding: x", "{url}"],
     [reply(b"xx", status="206 P", fields=["Content-Range: bytes 0-1/5"])],
     {"files": {"in": b"hel"}}),
    (["-r", "0-1", "-o", "out", "{url}"],
     [reply(b"he", status="206 P", fields=["Content-Range: bytes 0-1/5"])]),
    # Following, and methods.
    (["-L", "-X", "POST", "-d", "x", "{url}"], moved()),
    (["-L", "-X", "PUT", "-d", "x", "{url}"], moved(status="303 See")),
    (["-L", "-T", "in", "{url}n"], moved(status="307 Same"),
     {"files": {"in": b"body"}}),
    (["-L", "{url}a/b?c"], moved("../d?e")),
    (["-L", "{url}a/b?c"], moved("?e")),
    (["-L", "{url}a/b"], moved("/with space")),
    (["-L", "{url}"], moved("http://127.0.0.1:{closed}/")),
    (["-L", "{url}"], moved("gopher2://x/")),
    (["-L", "-u", "me:secret", "-b", "a=b", "{url}"], moved()),
    (["-L", "-H", "Authorization: x", "{url}"], moved()),
    (["-L", "-D", "-", "-o", "/dev/null", "{url}"], moved()),
    (["-L", "-o", "out", "-w", "%{size_download} %{num_redirects}", "{url}"],
     moved()),
    # Proxies.
    (["-p", "-x", "{url}", "-H", "X: secret", "--proxy-header", "Y: z",
      "https://a.test/x"], refusing("200 OK")),
    (["-x", "{url}", "-U", "me:secret", "https://[::1]:444/x"],
     refusing("200 OK")),
    (["--proxy1.0", "127.0.0.1:{port}", "https://a.test/"],
     refusing("200 OK")),
    (["-x", "{url}", "-H", "Host: other.test", "http://a.test/"], plain()),
    (["-x", "{url}", "-d", "x", "-e", "http://r.test/", "http://a.test:81/x"],
     plain()),
    (["-x", "{url}", "-L", "http://a.test/"], moved("/2")),
    (["-x", "http://127.0.0.1:{closed}", "http://a.test/"], plain()),
    (["-x", "{url}", "-I", "http://a.test/"], raw(OK + b"\r\n")),
    # TLS.
    (["--cacert", made("root.pem"), "{url}"], plain(), {"tls": "good"}),
    (["-k", "{url}"], plain(), {"tls": "self-signed"}),
    (["{url}"], plain(), {"tls": "good"}),
    (["--cacert", made("root.pem"), "{url}"], plain(), {"tls": "expired"}),
    (["--cacert", made("root.pem"), "{url}"], plain(), {"tls": "wrong-host"}),
    (["--cacert", made("root.pem"), "{url}"], plain(), {"tls": "no-san"}),
    (["--cacert", made("root.pem"), "{url}"], plain(), {"tls": "pathlen"}),
    (["--cacert", "missing", "{url}"], plain(), {"tls": "good"}),
    (["--capath", made("hashed"), "{url}"], plain(), {"tls": "good"}),
    (["-k", "-E", "missing", "{url}"], plain(), {"tls": "good"}),
    (["-k", "-E", made("client.pem"), "--key", made("mismatch.key"),
      "{url}"], plain(), {"tls": "good"}),
    (["-k", "-E", made("client.pem"), "--key", made("client.key"), "{url}"],
     plain(), {"tls": "good"}),
    (["-k", "https://127.0.0.1:{port}/"],
     [Step(expect=5, send=b"HTTP/1.1 400 Bad\r\n\r\n", close=True)],
     {"no_requests": True}),
    # URLs.
    (["http://127.0.0.1:{port}?a=b"], plain()),
    (["127.0.0.1:{port}/x"], plain()),
    (["HTTP://127.0.0.1:{port}/%41/./../b/"], plain()),
    (["http://127.1:{port}/"], plain()),
    (["http://2130706433:{port}/"], plain()),
    (["http://me:p%40ss@127.0.0.1:{port}/"], plain()),
    (["http://127.0.0.1:99999/"], plain()),
    (["http://[::1/"], plain()),
    (["http://a%00b/"], plain()),
    (["http://a\\b:{port}/"], plain()),
    (["http://u:p@/"], plain()),
]

# The same, with what differs and why.
DIFFERENT = [
    (["{url}"], raw(OK + b"X: y"), {"exit"},
     "a head cut off is no page (RESP-16)"),
    (["{url}"], raw(OK + b"Content-Length: 5\r\nContent-Length: 3\r\n\r\n"
                    b"hello"), {"exit", "stdout"},
     "two lengths are none (RESP-05)"),
    (["{url}"], raw(OK + b"Content-Length: 5x\r\n\r\nhello"),
     {"exit", "stdout"}, "5x is no length (RESP-06)"),
    (["{url}"], raw(OK + b"Content-Length: 0x5\r\n\r\nhello"), {"exit"},
     "0x5 is no length (RESP-06)"),
    (["{url}"], raw(OK + b"X: a\rb\r\nContent-Length: 0\r\n\r\n"), {"exit"},
     "a bare CR ends nothing and belongs nowhere (RESP-19)"),
    (["--compressed", "-H", "Accept-Encoding: x", "{url}"],
     coded("gzip", gzip.compress(TEXT, mtime=0)[:-9]), {"exit"},
     "a gzip stream cut short is not whole (GZ-04)"),
    (["--compressed", "{url}"], plain(), {"requests"},
     "brotli and zstd are not offered"),
    (["-o", "out", "{url}"], raw(OK + b"Content-Length: 9\r\n\r\nshort"),
     {"files"}, "what is not whole does not get its name (DESIGN 4)"),
    (["-C", "-", "-o", "in", "-H", "Accept-Encoding: x", "{url}"], plain(),
     {"exit", "files"},
     "a server without ranges sends it all: started anew (FILE-09)",
     {"files": {"in": b"hel"}}),
    (["-C", "3", "{url}"],
     [reply(b"lo", status="206 P", fields=["Content-Range: bytes 3-4/5"])],
     {"requests"}, "a part is asked for as it is, not coded (GZ-10)"),
    (["-i", "{url}"], raw(CHUNKS), {"stdout"},
     "trailers are no heads, and not shown as such (PROTOCOL 42)"),
    (["{url}"], raw(OK + b"X: " + b"x" * 200_000 + b"\r\n\r\nbody"),
     {"exit", "stdout"}, "a field has newer curls' cap, 300 KiB (RESP-01)"),
    (["http://127.0.0.1:{port}/\u00e9"], plain(), {"requests"},
     "digits of percent-encoding are capitals (RFC 3986 2.1)"),
    (["http:///x"], plain(), {"exit"}, "there is no host in it (URL-06)"),
    (["-X", "GET / x", "{url}"], plain(), {"exit", "requests", "stdout"},
     "a method is a token (INJ-02)"),
    (["-H", "X-A : b", "{url}"], plain(), {"exit", "requests", "stdout"},
     "a field's name is a token (CRED-02)"),
    (["-X", "TRACE", "-u", "me:secret", "{url}"], plain(),
     {"exit", "requests", "stdout"},
     "TRACE would send the password back (PROTOCOL 17)"),
    (["-x", "{url}", "https://a.test/"], refusing("403 No"), {"exit"},
     "7, as newer curls have it"),
    (["-H", "Proxy-Authorization: x", "{url}"], plain(), {"requests"},
     "it is for proxies alone (CRED-08)"),
    (["{url}"], raw(b"HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n"
                    b"Content-Length: 2\r\n\r\nno"), {"requests"},
     "who does not serve HTTP/1.0 is asked in 1.1 (PROTOCOL 8)"),
    (["--proxy", "http://u:p@ss#w@127.0.0.1:{port}", "http://a.test/"],
     plain(), {"exit"}, "no part of a password is looked up (CRED-14)"),
]


def lonely(step):
    """The same answer, and the connection's last."""
    head, blank, body = step.send.partition(b"\r\n\r\n")
    if blank:
        head += b"\r\nConnection: close"
    return replace(step, send=head + blank + body, close=True)


def neutral(data, server):
    """Without the programs' names, ports, and the wish for a connection."""
    data = re.sub(rb"(?m)^User-Agent: (dial|curl)/.*\r\n", b"UA\r\n", data)
    data = re.sub(rb"(?m)^Connection: keep-alive\r\n", b"", data)
    return data.replace(str(server.port).encode(), b"PORT")


@unittest.skipUnless(CURL or os.environ.get("CI") == "true",
                     "there is no curl on this machine to compare with")
class LikeCurl(Case):
    """OUT-07 among others."""

    @classmethod
    def setUpClass(cls):
        cls.closed = closed_port()
        if CURL is None:
            raise RuntimeError("CI needs curl to compare with")

    def fill(self, text, server):
        return (text.replace("{url}", server.url())
                .replace("{port}", str(server.port))
                .replace("{closed}", str(self.closed)))

    def scripts(self, steps):
        """A connection for each step, where there are several."""
        steps = [replace(s, send=s.send.replace(
            b"{closed}", str(self.closed).encode())) for s in steps]
        return [[lonely(s)] for s in steps] if len(steps) > 1 else [steps]

    def files_under(self, folder):
        found = {}
        for where, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = file.read()
        return found

    def play(self, program, args, steps, special):
        folder = self.path(os.path.basename(program))
        os.mkdir(folder)
        for name, data in special.get("files", {}).items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        with Server(*self.scripts(steps), tls=special.get("tls")) as server:
            words = [self.fill(word, server) for word in args]
            if program == CURL and "--http1.1" not in words:
                words = ["--http1.0", *words]
            done = subprocess.run(
                [program, "-q", *words], input=special.get("stdin", b""),
                capture_output=True, timeout=TIMEOUT, cwd=folder,
                env=clean_environment(), check=False,
                start_new_session=True)  # no terminal to ask on
            requests = [neutral(r, server) for r in server.requests]
        files = self.files_under(folder)
        return {"exit": None if special.get("no_exit") else done.returncode,
                "requests": None if special.get("no_requests") else requests,
                "stdout": neutral(done.stdout, server),
                "files": None if special.get("no_files") else files}

    def both(self, args, steps, special=None):
        self.setUp()
        return [self.play(program, args, steps, special or {})
                for program in (DIAL, CURL)]

    def test_the_same_comes_of_the_same_command_line(self):
        for number, row in enumerate(ALIKE):
            with self.subTest(number=number, args=row[0]):
                dial, curl = self.both(*row)
                self.assertEqual(dial, curl)

    def test_where_dial_means_to_differ_it_does(self):
        for args, steps, differs, reason, *special in DIFFERENT:
            with self.subTest(args=args, reason=reason):
                dial, curl = self.both(args, steps, *special)
                found = {key for key in dial if dial[key] != curl[key]}
                self.assertEqual(found, differs, (dial, curl))


if __name__ == "__main__":
    unittest.main(verbosity=1)
