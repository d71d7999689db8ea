"""The picture of the design, checked: an arrow points down only.

A file includes only what stands below it or beside it in its own folder, the
libraries are named only in the files that own them, and what cannot be used
safely is not used at all.
"""
import os
import re
import sys

TOP = os.environ["top_srcdir"]

# Two layers of the same height do not know each other.  pac is a program of
# its own, and the messages that others send it (pac/wire.h).
HEIGHT = {
    "base": 0,
    "loop": 1,
    "pac": 1,
    "transport": 2,
    "http": 3,
    "daytime": 3,
    "fetch": 4,
    "serve": 4,
    "cli": 5,
}

# Who may include what is not ours: a header's name, and its files.
OWNERS = [
    (r"openssl/.*", r"src/(transport/(tls\w*|trust)|base/digest|serve/authority)\.c"),
    (r"zlib\.h", r"src/http/coding\.c"),
    (r"isa-l.*", r"src/http/coding_isal\.c"),
    (r"idn2\.h", r"src/transport/idn_libidn2\.c"),
    (r"libpsl\.h", r"src/http/suffix_list_psl\.c"),
    (r"JavaScriptCore/.*|jsc/.*", r"src/pac/engine\w*\.[ch]"),
    (r"linux/(seccomp|filter|audit)\.h", r"src/pac/confine_seccomp\.c"),
    (r"(sys/epoll|poll|sys/poll|sys/select)\.h", r"src/loop/loop\.c"),
]

UNSAFE = re.compile(
    r"\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|alloca|strncpy|system)\s*\("
)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
COMMENT_OR_TEXT = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL
)


def layer(path):
    """The layer of a path under src/, or None for include/dial/."""
    parts = path.split("/")
    return parts[1] if parts[0] == "src" else None


def judge_include(path, mark, name):
    """What is wrong with one include line, or None."""
    for pattern, owners in OWNERS:
        if re.fullmatch(pattern, name) and not re.fullmatch(owners, path):
            return f"<{name}> belongs to {owners}"
    if mark == "<":
        return None
    if layer(path) is None:
        return f'an installed header includes "{name}"'
    folder = name.split("/")[0]
    if name == "config.h":
        return "config.h is included by the compiler"
    if "/" not in name or folder not in HEIGHT:
        return f'"{name}" is not written from src/'
    own = layer(path)
    if folder != own and HEIGHT[folder] >= HEIGHT[own]:
        return f'{own}/ includes "{name}", which does not stand below it'
    return None


def judge_file(path):
    """Every complaint about one file."""
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        text = file.read()
    if not text.startswith("/*"):
        yield f"{path}:1: does not open with what it is"
    for number, line in enumerate(text.split("\n"), 1):
        found = INCLUDE.match(line)
        wrong = found and judge_include(path, found[1], found[2])
        if wrong:
            yield f"{path}:{number}: {wrong}"
    code = COMMENT_OR_TEXT.sub(lambda m: "\n" * m[0].count("\n"), text)
    for found in UNSAFE.finditer(code):
        number = code.count("\n", 0, found.start()) + 1
        yield f"{path}:{number}: {found[1]} is not used here"


def sources():
    """The C files of the library and the programs, from the top."""
    for root in ("src", "include"):
        for folder, _, names in os.walk(os.path.join(TOP, root)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    full = os.path.join(folder, name)
                    yield os.path.relpath(full, TOP)


def self_test():
    """The judge must know wrong from right before it judges."""
    assert judge_include("src/base/buf.c", '"', "loop/loop.h")
    assert judge_include("src/daytime/text.c", '"', "http/url.h")
    assert judge_include("src/http/url.c", '"', "url.h")
    assert judge_include("src/http/url.c", "<", "openssl/ssl.h")
    assert judge_include("include/dial/error.h", '"', "base/error.h")
    assert not judge_include("src/http/url.c", '"', "http/url.h")
    assert not judge_include("src/http/url.c", '"', "base/buf.h")
    assert judge_include("src/pac/wire.c", '"', "fetch/pool.h")
    assert not judge_include("src/fetch/pool.c", '"', "pac/wire.h")
    assert not judge_include("src/transport/tls_verify.c", "<", "openssl/ssl.h")


def main():
    self_test()
    files = list(sources())
    complaints = [line for path in files for line in judge_file(path)]
    print("\n".join(complaints))
    print(f"{len(files)} files, {len(complaints)} complaints")
    return 1 if complaints or not files else 0


sys.exit(main())
