"""The table of cases in tests/e2e/README.md tells the truth: each case is
named in every test file that its row points to, or says why there is none; and
no end-to-end test bears the id of a case that the table does not have."""
import collections
import glob
import os
import re
import sys

TOP = os.environ["top_srcdir"]
TABLE = "tests/e2e/README.md"
ROW = re.compile(r"\| ([A-Z]+-\d\d|PROTOCOL \d+) \| (.*?) \|")
FILE = re.compile(r"tests/[\w/.-]+")
REASON = "not applicable: "
BORNE = re.compile(r"\btest_([A-Z]+)_(\d\d)")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def rows(table):
    """The ids and where each is tested, as the table has them."""
    return ROW.findall(table)


def names(text, case):
    """Whether a test file names the case, as RESP-06 or in test_RESP_06_x."""
    kind, number = re.split("[- ]", case)
    return re.search(rf"{kind}[-_ ]0*{int(number)}(?!\d)", text) is not None


def complaints_about(table, read_file, test_names):
    """What is wrong with the table; test_names are those of tests/e2e."""
    complaints = []
    entries = rows(table)
    for case, where in entries:
        files = FILE.findall(where)
        if not files and not where.startswith(REASON):
            complaints.append(f"{case}: neither a test file nor a reason")
        for path in files:
            try:
                if not names(read_file(path), case):
                    complaints.append(f"{case} is not named in {path}")
            except OSError:
                complaints.append(f"{case}: there is no {path}")
    known = collections.Counter(case for case, _ in entries)
    complaints += [f"{case} has {times} rows"
                   for case, times in known.items() if times > 1]
    for kind, number in test_names:
        case = (f"PROTOCOL {int(number)}" if kind == "PROTOCOL"
                else f"{kind}-{number}")
        if case not in known:
            complaints.append(f"{case} is tested but has no row")
    return complaints


def self_test():
    """The judge must know wrong from right before it judges."""
    text = {"tests/e2e/a.py": "def test_RESP_06_x", "tests/unit/b.c":
            "/* PROTOCOL 1, PROXY-07 */"}.__getitem__
    right = ("| RESP-06 | tests/e2e/a.py | x |\n"
             "| PROTOCOL 1 | tests/unit/b.c | |\n"
             "| COOK-01 | not applicable: no jar | |")
    assert not complaints_about(right, text, [("RESP", "06")])
    assert complaints_about(right, text, [("RESP", "07")])
    for wrong in ("| RESP-07 | tests/e2e/a.py | |", "| PROTOCOL 10 | "
                  "tests/unit/b.c | |", "| COOK-01 | later | |"):
        assert complaints_about(wrong, text, [])
    assert complaints_about(right + "\n" + right, text, [])


def main():
    self_test()
    borne = []
    for path in sorted(glob.glob(os.path.join(TOP, "tests/e2e/*.py"))):
        borne += BORNE.findall(read(path))
    table = read(TABLE)
    complaints = complaints_about(table, read, sorted(set(borne)))
    if not rows(table):
        complaints.append(f"no case was found in {TABLE}")
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main())
