"""What two runs cannot have in common is named here, and taken out: each rule
is one function, and README.md lists them by the same names."""
import re

from digest import is_right

BOUNDARY = re.compile(rb'(?i)boundary="?([\w\'()+,./:=?-]+)"?')
DIGEST = re.compile(rb'(?im)^((?:Proxy-)?Authorization: Digest .*)$')


def ports(data, values):
    """Port numbers of the scenario's servers, by the servers' names."""
    for name, value in values.items():
        if re.match(r"port\d*$|closed$", name):
            data = re.sub(rb"(?<!\d)%s(?!\d)" % value.encode(),
                          b"{%s}" % name.encode(), data)
    return data


def folder(data, values):
    """Where the run stands."""
    return data.replace(values["folder"].encode(), b"{folder}")


def program(data):
    """The User-Agent that a program has when nobody gave it one."""
    return re.sub(rb"(?m)^(User-Agent: )(?:dial|curl)/[\w.-]+(?=\r?$)",
                  rb"\1{program}", data)


def keep_alive(request):
    """dial's wish for the next request's sake, which HTTP/1.0 has to say."""
    head, blank, body = request.partition(b"\r\n\r\n")
    if re.match(rb"[^\r\n]* HTTP/1\.0\r\n", head):
        head = head.replace(b"\r\nConnection: keep-alive", b"")
    return head + blank + body


def boundaries(request):
    """Names of parts' ends, and the length without them."""
    given = []
    while match := next((m for m in BOUNDARY.finditer(request)
                         if not m[1].startswith(b"{")), None):
        number = b"" if not given else b"%d" % (len(given) + 1)
        given.append(match[1])
        request = request.replace(match[1], b"{boundary%s}" % number)
        if match[1] in request:
            break
    return honest_length(request) if given else request


def honest_length(request):
    """Names the length of a body that has been changed; scripted servers
    read as much as it said, so that a wrong one is a wrong body."""
    head, blank, body = request.partition(b"\r\n\r\n")
    head = re.sub(rb"(?im)^(content-length): *\d+",
                  rb"\1: %d" % len(body), head)
    return head + blank + body


def digest_credentials(request, digest=None):
    """A client's own nonce and what it works out with it, which is {wrong}
    where user and password are known and call for something else."""
    right = digest is None or is_right(request, *digest)
    response = b"{response}" if right else b"{wrong}"

    def one(match):
        line = re.sub(rb'\bcnonce="[^"]*"', b'cnonce="{cnonce}"', match[1])
        return re.sub(rb'\bresponse="[^"]*"', b'response="%s"' % response,
                      line)
    return DIGEST.sub(one, request)


def unchunked(request):
    """The body of a chunked request without the sizes of its chunks."""
    head, blank, body = request.partition(b"\r\n\r\n")
    if not re.search(rb"(?im)^transfer-encoding: *chunked", head):
        return request
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        whole += body[:count]
        body = body[count + 2:]
    return head + blank + whole


def trace(data):
    """What -v and traces tell but for each program's own words and clock."""
    clock = rb"(?:\d\d:\d\d:\d\d\.\d{6} )"
    data = re.sub(clock + rb"?== Info: [^\n]*\n", b"", data)
    data = re.sub(rb"(?m)^" + clock + rb"?\* [^\n]*\n", b"", data)
    data = re.sub(clock + rb"(?=[<>] |=> |<= |[{}] \[)", b"{time} ", data)
    return data.replace(b"\r\n", b"\n")


def jar_comments(data):
    """What a cookie jar says of itself, below its first line."""
    return re.sub(rb"(# Netscape HTTP Cookie File\n)(?:# [^\n]*\n)+",
                  rb"\1", data)


def text(data, values, compare=()):
    """Output, and what files hold."""
    data = jar_comments(data)
    if "trace" in compare:
        data = trace(data)
    return program(folder(ports(data, values), values))


def request(data, values, compare, digest=None):
    """A request as it is compared; digest: user and password to check by."""
    data = digest_credentials(data, digest)
    if "chunks" in compare:
        data = unchunked(data)
    if "keep-alive" not in compare:
        data = keep_alive(data)
    return text(boundaries(data), values)


def file_name(name, values):
    """.curlrc and .dialrc are one."""
    own = values["program"]
    return re.sub(rf"(^|/)(\.?){own}rc$", r"\1\2{program}rc", name)
