"""Every file of ours is in Makefile.am, once: else the tarball lacks it."""
import collections
import os
import re
import sys

TOP = os.environ["top_srcdir"]
FOLDERS = ("src", "include", "tests", "certs", "doc")
OURS = re.compile(r".*\.(c|h|py|sh|md|txt|[1-9])")
# Programs that have no _SOURCES are made of the .c file of their name.
BY_NAME = re.compile(r"(unit_tests|\w+_programs) \+= (\S+)")
ENTRY = re.compile(r"(\w+) \+?= *(.*)")


def listed_files(lines):
    """How often each file or folder is named in a list of Makefile.am."""
    names = collections.Counter()
    for line in lines:
        program = BY_NAME.fullmatch(line)
        entry = ENTRY.fullmatch(line)
        if program:
            names[program[2] + ".c"] += 1
        elif entry and not entry[1].startswith("AM_"):
            names.update(w for w in entry[2].split() if "/" in w)
    return names


def our_files():
    """The files that people wrote, seen from the top."""
    for root in FOLDERS:
        for folder, _, names in os.walk(os.path.join(TOP, root)):
            for name in names:
                if OURS.fullmatch(name):
                    yield os.path.relpath(os.path.join(folder, name), TOP)


def is_listed(path, names):
    """Whether the path or a folder above it is named."""
    while path:
        if path in names:
            return True
        path = os.path.dirname(path)
    return False


def complaints_about(lines, files):
    """What is missing from the lists, and what is in them more than once."""
    names = listed_files(lines)
    missing = [path for path in files if not is_listed(path, names)]
    twice = [n for n, times in names.items() if times > 1 and OURS.fullmatch(n)]
    return [f"{path} is not in Makefile.am" for path in sorted(missing)] + [
        f"{name} is in Makefile.am more than once" for name in sorted(twice)
    ]


def self_test():
    """The judge must know wrong from right before it judges."""
    lines = ["unit_tests += tests/unit/test_a", "x_SOURCES += src/b.c src/b.h"]
    assert not complaints_about(lines, ["tests/unit/test_a.c", "src/b.h"])
    assert complaints_about(lines, ["src/c.h"])
    assert complaints_about(lines + lines, ["src/b.h"])
    assert not complaints_about(["EXTRA_DIST += tests/w"], ["tests/w/a/b.txt"])


def main():
    self_test()
    with open(os.path.join(TOP, "Makefile.am"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    complaints = complaints_about(lines, list(our_files()))
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main())
