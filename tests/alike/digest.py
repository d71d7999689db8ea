"""Works out what a Digest response has to be (RFC 7616 3.4), so that it can be
called right or wrong though each run has a nonce of its own."""
import hashlib
import re

HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
LINE = re.compile(rb"(?im)^(?:Proxy-)?Authorization: Digest (.*?)\r?$")
PARAMETER = re.compile(r'([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


def parameters(line):
    """The parameters by name, quotes and backslashes undone."""
    return {m[1].lower(): re.sub(r"\\(.)", r"\1", m[2]) if m[3] is None
            else m[3] for m in PARAMETER.finditer(line.decode("utf-8"))}


def response(given, method, body, user, password):
    """The response that these parameters need."""
    algorithm = given.get("algorithm", "MD5").upper()
    session = algorithm.endswith("-SESS")
    name = HASHES[algorithm[:-5] if session else algorithm]

    def h(*parts):
        return hashlib.new(name, ":".join(parts).encode()).hexdigest()

    secret = h(user, given["realm"], password)
    if session:
        secret = h(secret, given["nonce"], given["cnonce"])
    qop = given.get("qop")
    asked = [method, given["uri"]]
    if qop == "auth-int":
        asked.append(hashlib.new(name, body).hexdigest())
    if qop is None:
        return h(secret, given["nonce"], h(*asked))
    return h(secret, given["nonce"], given["nc"], given["cnonce"], qop,
             h(*asked))


def is_right(request, user, password):
    """Whether all Digest credentials of a request are what they must be."""
    head, _, body = request.partition(b"\r\n\r\n")
    method, target = head.decode("latin-1").split(" ")[:2]
    for line in LINE.findall(head):
        given = parameters(line)
        if given.get("uri") != target or given.get(
                "response") != response(given, method, body, user, password):
            return False
    return True
