#!/usr/bin/env python3
"""dial beside the curl of this machine: one scenario, two programs, and then
the requests, standard output, files and exit codes compared.

	run.py [-v] [-j JOBS] [AREA | AREA/NAME | FILE]...

Without arguments every scenario is run.  -v shows what both did even where
they agree.  README.md says how a scenario is written.
"""
import argparse
import concurrent.futures
import difflib
import glob
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
os.environ.setdefault("top_srcdir", os.path.dirname(os.path.dirname(HERE)))
os.environ.setdefault("top_builddir", os.environ["top_srcdir"])
os.environ.setdefault("DIAL", os.path.join(os.environ["top_builddir"], "dial"))
sys.path.insert(0, HERE)
import judge  # noqa: E402
import play  # noqa: E402
from scenario import Fault, parse  # noqa: E402
from self_test import self_test  # noqa: E402

METER = re.compile(r"(?m)^( +%.*|.*Speed)\n|^.*:--( +\d+k?)?(\r|\n|$)")
REFERENCE = "7.88."  # the curl that the scenarios were written beside
LEFT_OUT = 77  # what make check takes for a test that could not be run


def scenario_files(names):
    """The files that the arguments name."""
    if not names:
        return sorted(glob.glob(os.path.join(HERE, "*", "*.txt")))
    found = []
    for name in names:
        name = name[:-4] if name.endswith(".txt") else name
        paths = [p for pattern in (f"{HERE}/{name}/*.txt",
                                   f"{HERE}/{name}.txt", f"{name}.txt")
                 for p in sorted(glob.glob(pattern))]
        if not paths:
            sys.exit(f"run.py: there is no scenario or area '{name}'")
        found += paths
    return list(dict.fromkeys(os.path.abspath(p) for p in found))


def name_of(path):
    return os.path.relpath(path, HERE)[:-4]


class Verdict:
    """What came of one scenario."""

    def __init__(self, path):
        self.name = name_of(path)
        self.title = ""
        self.complaints = []
        self.differs = False
        self.lacks = set()  # what a program was built without
        self.outcomes = {}
        self.seconds = 0.0


def examine(path):
    """Reads, plays and judges one scenario."""
    verdict = Verdict(path)
    begun = time.monotonic()
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            scenario = parse(verdict.name, file.read())
        verdict.title = scenario.title
        verdict.lacks = {need for program in play.PROGRAMS
                         for need in scenario.needs - play.features(program)}
        if verdict.lacks:
            return verdict
        verdict.differs = bool(scenario.reason)
        for program in play.PROGRAMS:
            verdict.outcomes[program] = play.play(scenario, program)
        verdict.complaints = judge.complaints(scenario, **verdict.outcomes)
    except (Fault, ValueError, OSError) as fault:
        verdict.complaints = [str(fault)]
    except subprocess.TimeoutExpired as fault:
        verdict.complaints = [f"it hung: {fault}"]
    verdict.seconds = time.monotonic() - begun
    return verdict


def show(verdict):
    """One line for a failure, then what differs."""
    print(f"FAIL {verdict.name}: {verdict.title}")
    for complaint in verdict.complaints:
        print("    " + complaint.replace("\n", "\n    "))
    for program, outcome in verdict.outcomes.items():
        said = METER.sub("", outcome.stderr.decode("utf-8", "replace"))
        if said.strip():
            print(f"    {program} said: " + said.strip()[-2000:]
                  .replace("\n", "\n      "))


def show_both(verdict):
    print(f"=== {verdict.name}: {verdict.title} ({verdict.seconds:.2f} s)")
    texts = {program: judge.whole(outcome)
             for program, outcome in verdict.outcomes.items()}
    if len(texts) == 2:
        for line in difflib.ndiff(*(t.splitlines() for t in texts.values())):
            if not line.startswith("?"):
                print("    " + line)


def arguments():
    parser = argparse.ArgumentParser(description="dial beside curl")
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("-j", type=int, default=4 * (os.cpu_count() or 1),
                        dest="jobs", metavar="JOBS")
    parser.add_argument("names", nargs="*", metavar="AREA[/NAME]")
    return parser.parse_args()


def lacking():
    """Why there is nothing to compare with; "" if there is."""
    if play.CURL is None:
        return "there is no curl on this machine to compare with"
    said = subprocess.run([play.CURL, "--version"], capture_output=True,
                          text=True, check=False).stdout.split()
    version = said[1] if len(said) > 1 else "unknown"
    if version.startswith(REFERENCE):
        return ""
    return f"this is curl {version}; the scenarios know {REFERENCE}x"


def main():
    given = arguments()
    self_test()
    reason = lacking()
    if reason:
        print(f"alike: {reason}")
        if os.environ.get("CI") == "true":
            return 1
        if play.CURL is None or not given.names:
            return LEFT_OUT
    os.umask(0o022)
    play.certificates()  # once, before many ask for them
    begun = time.monotonic()
    paths = scenario_files(given.names)
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        verdicts = []
        for verdict in pool.map(examine, paths):
            verdicts.append(verdict)
            if given.verbose:
                show_both(verdict)
            if verdict.complaints:
                show(verdict)
    failed = sum(bool(v.complaints) for v in verdicts)
    lacking_what = sorted({need for v in verdicts for need in v.lacks})
    if lacking_what:
        print(f"alike: {sum(bool(v.lacks) for v in verdicts)} left out, "
              f"which need {', '.join(lacking_what)}")
    print(f"alike: {len(verdicts)} scenarios, "
          f"{sum(v.differs for v in verdicts)} differ on purpose, "
          f"{failed} failed, {time.monotonic() - begun:.1f} s")
    return 1 if failed or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
