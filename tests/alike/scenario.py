"""Reads a scenario: its title and its sections, as README.md describes them.

Everything that can be wrong with a file is found here and said in one line;
a section or a flag that nobody knows is wrong.
"""
import gzip
import re
import shlex
import zlib
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

NAMES = r"url|port|at|path|abstract"  # of a server; a number may follow
PLAIN = r"folder|certs|closed|program|PROGRAM"
VARIABLE = re.compile(rf"(?<![%{{])\{{((?:{NAMES})\d*|{PLAIN})\}}")
MANY = re.compile(r"\{(.|\\x[0-9a-f]{2})\*(\d+)\}", re.I)
ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|[nrt0\\])")
SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}
VERSIONS = re.compile(r"-0|--http(1\.[01]|[23].*)|--no-http[123].*")
COMPARED = {"modes", "mtimes", "connections", "keep-alive", "stderr",
            "unordered", "chunks", "trace", "version"}
ASPECTS = {"requests", "stdout", "files", "exit"}
SERVER_FLAGS = {"tls", "clients", "ciphers", "least", "most", "unix",
                "abstract", "ipv6"}
REPLY_FLAGS = {"close", "cut", "reset", "open", "delay", "escaped", "raw",
               "crlf", "head", "bytes", "any", "first", "maybe", "for", "tunnel",
               "tls", "gzip", "deflate", "only"}
FILE_FLAGS = {"mtime", "mode", "escaped", "no-newline", "gzip"}


class Fault(Exception):
    """What is wrong with a scenario, or with the way it went."""


@dataclass
class Section:
    words: List[str]
    flags: Dict[str, str]
    lines: List[str] = field(default_factory=list)
    line: int = 0  # where it begins

    def text(self):
        """The lines as bytes; a file ends its last line, unless flagged."""
        end = "" if "no-newline" in self.flags or not self.lines else "\n"
        return self.bytes("\n".join(self.lines) + end)

    def bytes(self, text):
        data = encode(many(text))
        return unescape(data) if "escaped" in self.flags else data


@dataclass
class Reply:
    section: Section
    server: int

    @property
    def flags(self):
        return self.section.flags


@dataclass
class Scenario:
    name: str
    title: str = ""
    commands: Dict[str, List[str]] = field(default_factory=dict)
    files: List[Section] = field(default_factory=list)
    stdin: bytes = b""
    env: Dict[str, Optional[str]] = field(default_factory=dict)
    servers: Dict[int, Dict[str, str]] = field(
        default_factory=lambda: {1: {}})
    replies: List[Reply] = field(default_factory=list)
    compare: set = field(default_factory=set)
    leave_out: set = field(default_factory=set)
    needs: set = field(default_factory=set)  # features, as -V names them
    digest: Optional[Tuple[str, str]] = None  # user and password
    reason: str = ""
    expected: List[Tuple[str, Section]] = field(default_factory=list)
    says: List[str] = field(default_factory=list)

    def lines_for(self, program):
        return self.commands.get(program, self.commands.get("both", []))


def encode(text):
    return text.encode("utf-8", "surrogateescape")


def unescape(data):
    def one(match):
        what = match[1]
        return (bytes([int(what[1:], 16)]) if what[:1] == b"x"
                else SIMPLE[what])
    return ESCAPE.sub(one, data)


def many(text):
    """{x*400} as 400 times x."""
    return MANY.sub(lambda m: m[1] * int(m[2]), text)


def fill(text, values):
    return VARIABLE.sub(lambda m: known(m[1], values), text)


def known(name, values):
    if name not in values:
        raise Fault(f"{{{name}}} is of a server that there is not")
    return values[name]


# --- The sections ------------------------------------------------------------

def header(line):
    """The words and the flags of a line that begins a section."""
    words, flags = [], {}
    for word in shlex.split(line[4:]):
        name, sign, value = word.partition("=")
        if sign:
            flags[name] = value
        else:
            words.append(word)
    return Section(words, flags)


def sections(text):
    """The title and the sections of a file."""
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    if not lines or lines[0].startswith("---"):
        raise Fault("the first line is no title")
    found = []
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("--- "):
            found.append(header(line))
            found[-1].line = number
        elif found:
            found[-1].lines.append(line[1:] if line.startswith("\\---")
                                   else line)
        elif line:
            raise Fault("text before the first section")
    return lines[0], found


def take_flags(section, allowed, start):
    """The words after the `start`th are flags without a value."""
    for word in section.words[start:]:
        section.flags[word] = ""
    del section.words[start:]
    for flag in section.flags:
        if flag not in allowed:
            raise Fault(f"{' '.join(section.words)} has no flag '{flag}'")


def command_lines(section):
    """One run a line; a backslash at its end joins the next."""
    text = "\n".join(section.lines).replace("\\\n", " ")
    return [line.strip() for line in text.split("\n") if line.strip()]


def add_command(scenario, section, whose):
    take_flags(section, (), len(section.words))
    if whose in scenario.commands:
        raise Fault(f"two command sections of {whose}")
    scenario.commands[whose] = command_lines(section)


def add_file(scenario, section):
    if len(section.words) < 2:
        raise Fault(f"a {section.words[0]} without a name")
    take_flags(section, FILE_FLAGS, 3 if section.words[0] == "link" else 2)
    scenario.files.append(section)


def add_env(scenario, section):
    for line in section.lines:
        name, sign, value = line.partition("=")
        scenario.env[name] = value if sign else None


def add_server(scenario, section):
    number = 1
    if len(section.words) > 1 and section.words[1].isdigit():
        number = int(section.words.pop(1))
    take_flags(section, SERVER_FLAGS, 1)
    scenario.servers[number] = section.flags
    return number


def add_choice(scenario, section):
    kind, chosen = section.words[0], set(section.words[1:])
    allowed = COMPARED if kind == "compare" else ASPECTS
    if not chosen or not chosen <= allowed:
        raise Fault(f"{kind} takes {', '.join(sorted(allowed))}")
    if kind == "compare":
        scenario.compare |= chosen
    elif not "".join(section.lines).strip():
        raise Fault("leave-out needs a line that says why")
    else:
        scenario.leave_out |= chosen


def add_expected(scenario, section):
    """--- dial WHAT: what dial does where it differs."""
    what = section.words[1] if len(section.words) > 1 else ""
    if what == "command":
        add_command(scenario, section, "dial")
    elif what == "says":
        scenario.says += [line for line in section.lines if line]
    elif what in ("file", "no-file", "has-file"):
        take_flags(section, FILE_FLAGS, 3)
        scenario.expected.append((what, section))
    elif what in ("exit", "stdout", "request", "no-request"):
        take_flags(section, FILE_FLAGS | {"crlf"}, 2)
        scenario.expected.append((what, section))
    else:
        raise Fault(f"there is no section 'dial {what}'")


def add_differs(scenario, section):
    lines = [line for line in section.lines if line]
    if len(lines) != 1:
        raise Fault("differs takes one line: the reason")
    scenario.reason = lines[0]


def add(scenario, section, server):
    """Takes one section in; returns the server that replies belong to."""
    kind = section.words[0] if section.words else ""
    if kind == "command":
        add_command(scenario, section, "both")
    elif kind == "curl" and section.words[1:] == ["command"]:
        add_command(scenario, section, "curl")
    elif kind in ("file", "folder", "link"):
        add_file(scenario, section)
    elif kind == "stdin":
        take_flags(section, FILE_FLAGS, 1)
        scenario.stdin = section.text()
    elif kind == "env":
        add_env(scenario, section)
    elif kind == "digest":
        user, _, password = section.words[1].partition(":")
        scenario.digest = user, password
    elif kind == "server":
        return add_server(scenario, section)
    elif kind == "reply":
        take_flags(section, REPLY_FLAGS, 1)
        scenario.replies.append(Reply(section, server))
    elif kind in ("compare", "leave-out"):
        add_choice(scenario, section)
    elif kind == "needs":
        scenario.needs |= set(section.words[1:])
    elif kind == "differs":
        add_differs(scenario, section)
    elif kind == "dial":
        add_expected(scenario, section)
    else:
        raise Fault(f"there is no section '{kind}'")
    return server


def judge(scenario):
    """What can be seen to be wrong without running it."""
    if not scenario.lines_for("curl") or not scenario.lines_for("dial"):
        raise Fault("there is no command")
    if bool(scenario.reason) != bool(scenario.expected):
        raise Fault("'differs' and what dial does instead go together")


def parse(name, text):
    """The scenario in a file's text."""
    scenario = Scenario(name)
    scenario.title, found = sections(text)
    server = 1
    for section in found:
        server = add(scenario, section, server)
    judge(scenario)
    return scenario


# --- What is sent and what is run --------------------------------------------

def message(lines):
    """Heads with CRLF, up to the first that is not interim, and the body."""
    head = []
    while "" in lines:
        end = lines.index("")
        head += lines[:end + 1]
        interim = re.match(r"HTTP/\S+ 1\d\d", lines[0])
        lines = lines[end + 1:]
        if not interim:
            return "".join(line + "\r\n" for line in head), "\n".join(lines)
    return "\r\n".join(head + lines), ""


def coded(body, flags):
    if "gzip" in flags:
        body = gzip.compress(body, mtime=0)
    if "deflate" in flags:
        body = zlib.compress(body)
    return body[:int(flags["only"])] if "only" in flags else body


def wire(section, values):
    """The bytes of a reply."""
    lines = [fill(line, values) for line in section.lines]
    if "raw" in section.flags:
        return section.bytes("\n".join(lines))
    head, body = message(lines)
    if "crlf" in section.flags:
        body = body.replace("\n", "\r\n")
    body = coded(section.bytes(body), section.flags)
    head = section.bytes(head.replace("{length}", str(len(body))))
    return head + body


def ends(head):
    """Whether a server that sends this head closes after it."""
    if not head.startswith(b"HTTP/"):
        return False
    fields = head.rpartition(b"\r\n\r\nHTTP/")[2].partition(b"\r\n\r\n")[0]
    if re.search(rb"(?im)^connection: *close", fields):
        return True
    if re.match(rb"(HTTP/)?\S+ (1\d\d|204|304)", fields):
        return False
    return not re.search(rb"(?im)^(content-length|transfer-encoding):", fields)


def words(line, values):
    """The environment and the arguments of one run."""
    env, args = {}, []
    for word in shlex.split(line):
        word = many(fill(word, values))
        if not args and re.match(r"[A-Za-z_]+=", word):
            name, _, value = word.partition("=")
            env[name] = value
        else:
            args.append(word)
    return env, args


def with_version(args):
    """The arguments for curl: HTTP/1.0 for each operation that names none."""
    operations = [[]]
    for word in args:
        operations[-1].append(word)
        if word in ("--next", "-:"):
            operations.append([])
    return [word for operation in operations for word in
            ([] if any(VERSIONS.fullmatch(w) for w in operation)
             else ["--http1.0"]) + operation]
