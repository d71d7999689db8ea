"""The harness must know wrong from right before it judges: run.py runs this
first.  Small scenarios, made-up outcomes, and the verdicts they must get."""
import judge
import neutral
from play import Outcome
from scenario import Fault, ends, parse, wire, with_version, words

PLAIN = "A title\n--- command\n-s {url}\n"
DIFFERS = PLAIN + "--- differs\na reason\n--- dial exit\n2\n"


def refused(text):
    try:
        parse("x", text)
    except Fault:
        return True
    return False


def check_parsing():
    assert parse("x", PLAIN).title == "A title"
    assert parse("x", PLAIN + "--- needs IDN PSL\n").needs == {"IDN", "PSL"}
    for wrong in ("--- command\nx\n", "A title\n", PLAIN + "--- bogus\n",
                  PLAIN + "--- reply bogus\n", PLAIN + "--- compare bogus\n",
                  PLAIN + "--- differs\na reason\n", PLAIN + "--- dial exit\n",
                  PLAIN + "--- leave-out exit\n", PLAIN + "--- dial bogus\n",
                  DIFFERS.replace("a reason", "one\ntwo"), PLAIN + PLAIN[8:]):
        assert refused(wrong), wrong


def reply(text):
    return wire(parse("x", PLAIN + text).replies[0].section, {"port": "81"})


def check_replies():
    assert reply("--- reply\nHTTP/1.1 200 OK\nContent-Length: {length}\n\nab\n"
                 ) == b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
    assert reply("--- reply\nA: {port}\n") == b"A: 81"
    assert reply("--- reply\nA: b\n\n--- stdin\n") == b"A: b\r\n\r\n"
    assert reply("--- reply\nHTTP/1.1 100 C\n\nHTTP/1.1 200 OK\n\na\nb\n"
                 ) == b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\n\r\na\nb"
    assert reply("--- reply crlf escaped\nA\n\n\\x41\n{b*3}\n"
                 ) == b"A\r\n\r\nA\r\nbbb"
    assert reply("--- reply raw\nno head\n\n") == b"no head\n"
    assert ends(b"HTTP/1.1 200 OK\r\n\r\n")
    assert ends(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    assert not ends(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert not ends(b"HTTP/1.1 304 Not\r\n\r\n")


def check_words():
    assert words("A=b -w '%{port}' {port}", {"port": "81"}) == (
        {"A": "b"}, ["-w", "%{port}", "81"])
    assert with_version(["a", "--next", "--http1.1", "b"]) == [
        "--http1.0", "a", "--next", "--http1.1", "b"]


def check_rules():
    made = {"port": "4711", "folder": "/tmp/f", "program": "dial"}
    assert neutral.text(b"4711 147110 /tmp/f/x", made) == (
        b"{port} 147110 {folder}/x")
    jar = b"# Netscape HTTP Cookie File\n"
    assert neutral.text(jar + b"# by\n# x\n\na\tb\n", made) == (
        jar + b"\na\tb\n")
    form = (b"POST / HTTP/1.0\r\nUser-Agent: dial/1\r\nConnection: keep-alive"
            b"\r\nContent-Length: 11\r\nContent-Type: multipart/form-data; "
            b"boundary=xyzzy\r\n\r\n--xyzzy--\r\n")
    assert neutral.request(form, made, set()) == (
        b"POST / HTTP/1.0\r\nUser-Agent: {program}\r\nContent-Length: 16\r\n"
        b"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
        b"--{boundary}--\r\n")
    assert neutral.trace(
        b"* words\r\n> A: * b\r\n12:34:56.123456 == Info: words\n"
        b"body== Info: words\n12:34:56.123456 <= Recv data, 1 bytes (0x1)\n"
        b"0000: 12:34:56.123456 x\n") == (
            b"> A: * b\nbody{time} <= Recv data, 1 bytes (0x1)\n"
            b"0000: 12:34:56.123456 x\n")
    assert neutral.file_name("d/.dialrc", made) == "d/.{program}rc"


# RFC 7616 3.9.1
DIGEST = (b'GET /dir/index.html HTTP/1.1\r\nAuthorization: Digest '
          b'username="Mufasa", realm="http-auth@example.org", '
          b'uri="/dir/index.html", algorithm=MD5, '
          b'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
          b'nc=00000001, '
          b'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", '
          b'qop=auth, response="%s", opaque="x"\r\n\r\n')
VECTORS = {
    b"MD5": b"8ca523f5e9506fed4657c9700eebdbec",
    b"SHA-256": b"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856c"
                b"b6c1",
}


def check_digest():
    known = ("Mufasa", "Circle of Life")
    for algorithm, response in VECTORS.items():
        line = DIGEST.replace(b"MD5", algorithm) % response
        told = neutral.digest_credentials(line, known)
        assert b'cnonce="{cnonce}"' in told
        assert b'response="{response}"' in told
        for wrong in ((line.replace(b"GET", b"PUT"), known),
                      (line, ("Mufasa", "circle of life")),
                      (line.replace(b"GET /dir", b"GET /rid"), known)):
            assert b'response="{wrong}"' in neutral.digest_credentials(*wrong)
        assert b'"{response}"' in neutral.digest_credentials(line)


def verdict(text, curl, dial):
    return judge.complaints(parse("x", text), Outcome(**curl), Outcome(**dial))


def check_verdicts():
    said = {"exit": "0", "requests": [b"GET / HTTP/1.0\r\n\r\n"],
            "files": {"a": b"b"}}
    assert not verdict(PLAIN, said, said)
    for other in ({"exit": "1"}, {"stdout": b"x"}, {"requests": []},
                  {"requests": said["requests"] * 2}, {"files": {}},
                  {"files": {"a": b"c"}}, {"files": {"a": b"b", "c": b""}},
                  {"faults": ["a server failed"]}, {"unasked": [7]}):
        assert verdict(PLAIN, said, {**said, **other}), other
        assert verdict(PLAIN, {**said, **other}, said), other
    assert not verdict(DIFFERS, said, {**said, "exit": "2"})
    assert verdict(DIFFERS, said, said)  # dial is not as expected
    assert verdict(DIFFERS, {**said, "exit": "2"}, {**said, "exit": "2"})
    assert verdict(DIFFERS, said, {**said, "exit": "2", "stdout": b"x"})
    assert not verdict(DIFFERS, {**said, "unasked": [7]},
                       {**said, "exit": "2"})
    assert not verdict(DIFFERS, {**said, "faults": ["too much was asked"]},
                       {**said, "exit": "2"})
    assert verdict(DIFFERS, {**said, "unasked": [7]},
                   {**said, "exit": "2", "unasked": [7]})
    assert verdict(DIFFERS, said, {**said, "exit": "2", "faults": ["x"]})
    crash = {**said, "exit": "-11"}
    assert verdict(PLAIN, crash, crash)  # even where curl does the same
    none = PLAIN + "--- differs\na reason\n--- dial no-request\n"
    assert not verdict(none, said, {**said, "requests": []})
    assert verdict(none, said, said)
    gone = PLAIN + "--- differs\na reason\n--- dial no-file a\n"
    assert not verdict(gone, said, {**said, "files": {}})
    assert verdict(gone, said, said)
    asked = PLAIN + ("--- differs\na reason\n--- dial request\nPUT / HTTP/1.0"
                     "\n\n--- dial says\nwhy\n")
    put = {**said, "requests": [b"PUT / HTTP/1.0\r\n\r\n"], "stderr": b"why"}
    assert not verdict(asked, said, put)
    assert verdict(asked, said, {**put, "stderr": b""})
    out = PLAIN + "--- leave-out stdout\na reason\n"
    assert not verdict(out, said, {**said, "stdout": b"x"})


def self_test():
    check_parsing()
    check_replies()
    check_words()
    check_rules()
    check_digest()
    check_verdicts()
