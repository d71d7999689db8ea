"""libdial.3 has every function of include/dial, as it is declared there, and
no other.
"""
import os
import re
import sys

TOP = os.environ["top_srcdir"]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARED = re.compile(r"DIAL_API\s[^;(]*?\b(dial_\w+)\s*\(([^;]*)\)", re.DOTALL)
WRITTEN = re.compile(r"^\.Fo (dial_\w+)\n((?:\.Fa .*\n)*)\.Fc$", re.MULTILINE)
ATTRIBUTE = re.compile(r"\)\s*DIAL_PRINTF\(.*", re.DOTALL)


def count(arguments):
    """How many there are; a function's own arguments are not counted."""
    while "(" in arguments:
        arguments = re.sub(r"\([^()]*\)", "", arguments)
    return arguments.count(",") + 1


def declared(text):
    """The functions of a header and how many arguments each has."""
    text = COMMENT.sub("", text)
    return {
        found[1]: count(ATTRIBUTE.sub("", found[2]))
        for found in DECLARED.finditer(text)
    }


def written(text):
    """The same of a manual's synopsis."""
    return {m[1]: m[2].count("\n") for m in WRITTEN.finditer(text)}


def complaints_about(headers, manual):
    """What one has and the other has not, or has in another way."""
    have = {}
    for text in headers:
        have.update(declared(text))
    said = written(manual)
    body = manual.split("\n.Sh DESCRIPTION\n", 1)[-1]
    told = set(re.findall(r"^\.Fn (dial_\w+)", body, re.MULTILINE))
    yield from (f"{n} is not in the synopsis" for n in have if n not in said)
    yield from (f"{n} is not described" for n in have if n not in told)
    yield from (f"{n} is no function" for n in said if n not in have)
    yield from (f"{n} is no function" for n in told if n not in have)
    for name in have.keys() & said.keys():
        if have[name] != said[name]:
            yield f"{name} has {have[name]} arguments, not {said[name]}"


def self_test():
    """The judge must know wrong from right before it judges."""
    header = "DIAL_API int\ndial_a(int (*f)(int, int), char *) DIAL_PRINTF(1, 2);"
    good = ".Fo dial_a\n.Fa f\n.Fa x\n.Fc\n.Sh DESCRIPTION\n.Fn dial_a ,\n"
    assert not list(complaints_about([header], good))
    assert list(complaints_about([header], good.replace("dial_a", "dial_b")))
    assert list(complaints_about([header], good.replace(".Fa x\n", "")))
    assert list(complaints_about([header], good.replace(".Fn dial_a", "")))


def read(path):
    """A file of the tree as text."""
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def main():
    self_test()
    names = sorted(os.listdir(os.path.join(TOP, "include", "dial")))
    headers = [read(os.path.join("include", "dial", n)) for n in names]
    complaints = list(complaints_about(headers, read("doc/libdial.3")))
    print("\n".join(complaints))
    functions = sum(len(declared(text)) for text in headers)
    print(f"{functions} functions, {len(complaints)} complaints")
    return 1 if complaints or not functions else 0


sys.exit(main())
