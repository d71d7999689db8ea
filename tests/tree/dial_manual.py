"""dial.1 and dialtone.1 have every option of their programs, and no other;
dial.1 has every variable of -w and every exit code.
"""
import os
import re
import subprocess
import sys

TOP = os.environ["top_srcdir"]
HELP = re.compile(r" (?:-(\S),|   ) --([\w.-]+)((?:\[=| [<A-Z]).*?)?(?:  | <|$)")
ITEM = re.compile(r'^\.It Fl (?:(?:\\&)?(\S) , Fl )?-([\w.-]+)(.*)$', re.MULTILINE)
VARIABLE = re.compile(r'\{(?:\.name = )?"([a-z_]+)",')
CODE = re.compile(r"\{DIAL_\w+, \w+, (\d+)\}")


def options_of(text):
    """Letter, name and whether there is an argument, out of a --help."""
    return {
        (m[1] or "", m[2], bool(m[3]))
        for m in (HELP.match(line) for line in text.split("\n"))
        if m
    }


def options_in(manual):
    """The same of a manual's lists of options."""
    return {
        (m[1] or "", m[2], bool(re.search(r"\b(Ar|Cm)\b|\+ Oc", m[3])))
        for m in ITEM.finditer(manual)
    }


def section(manual, name):
    return re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", manual,
                     re.MULTILINE | re.DOTALL)[1]


def variables_in(manual):
    items = re.findall(r"^\.It Cm ([\w ,]+)$", section(manual, "WRITE-OUT"),
                       re.MULTILINE)
    return {name for item in items for name in item.split(" , ")}


def codes_in(manual):
    return set(re.findall(r"^\.It (\d+)$", section(manual, "EXIT STATUS"),
                          re.MULTILINE))


def compare(what, real, told):
    yield from (f"{what} {x} is not in the manual" for x in sorted(real - told))
    yield from (f"{what} {x} is only in the manual" for x in sorted(told - real))


def self_test():
    """The judge must know wrong from right before it judges."""
    text = " -o, --output <file>        Write\n     --udp                  Ask\n"
    good = ".It Fl o , Fl -output Ar file\n.It Fl -udp\n"
    assert options_of(text) == options_in(good)
    assert len(options_of(text)) == 2
    assert list(compare("x", options_of(text), options_in(good[:28])))
    assert list(compare("x", options_of(text), options_in(good + good.replace(
        "udp", "tcp"))))
    manual = (".Sh WRITE-OUT\n.It Cm a , b\n.Sh X\n.It Cm c\n"
              ".Sh EXIT STATUS\n.It 7\nx\n")
    assert variables_in(manual) == {"a", "b"} and codes_in(manual) == {"7"}


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as file:
        return file.read()


def help_of(variable, *arguments):
    return subprocess.run([os.environ[variable], "--help", *arguments],
                          check=True, capture_output=True, text=True).stdout


def main():
    self_test()
    dial, dialtone = read("doc", "dial.1"), read("doc", "dialtone.1")
    variables = VARIABLE.findall(read("src", "cli", "writeout_values.c") +
                                 read("src", "cli", "writeout.c"))
    codes = set(CODE.findall(read("src", "base", "error.c")))
    assert variables and codes
    complaints = [
        *compare("dial's option", options_of(help_of("DIAL", "all")),
                 options_in(dial)),
        *compare("dialtone's option", options_of(help_of("DIALTONE")),
                 options_in(dialtone)),
        *compare("variable", set(variables), variables_in(dial)),
        *compare("exit code", codes, codes_in(dial)),
    ]
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main())
