"""The completions that dial prints for shells, run in the shells themselves."""
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import DIAL, TIMEOUT, Case, clean_environment  # noqa: E402

# What readline does: the words, where the cursor is, and what comes back.
ASK = r"""
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dial dial "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion(Case):
    def script(self, shell):
        return self.write("completion", self.dial_ok("--completion", shell))

    def run_shell(self, *command):
        return subprocess.run(command, check=True, capture_output=True,
                              timeout=TIMEOUT, cwd=self.folder, text=True,
                              env=clean_environment(HOME=self.folder)).stdout

    def shell(self, name):
        path = shutil.which(name)
        if path is None:
            self.skipTest(f"there is no {name} here")
        return path

    def bash(self, *words):
        return self.run_shell(self.shell("bash"), "-c", ASK, "ask",
                              self.script("bash"), "dial", *words).split()

    def names(self):
        said = self.dial_ok("--help", "all").decode().split("\n")
        return {word.rstrip(",").partition("[")[0] for line in said for word in line.split()[:2]
                if word.startswith("--")}

    def test_bash_completes_every_option(self):
        self.assertEqual(set(self.bash("--")), self.names())
        self.assertGreater(len(self.names()), 150)

    def test_bash_completes_beginnings_and_letters(self):
        self.assertEqual(self.bash("-s", "--max-r"), ["--max-redirs"])
        self.assertEqual(self.bash("--no-progress"), ["--no-progress-meter"])
        self.assertIn("-o", self.bash("-"))
        self.assertEqual(self.bash("http://h/"), [])

    def test_bash_completes_arguments(self):
        for name in ("body.txt", "bodies"):
            self.write(name, b"")
        os.mkdir(self.path("bodice"))
        self.assertEqual(sorted(self.bash("-o", "bod")),
                         ["bodice", "bodies", "body.txt"])
        self.assertEqual(self.bash("--output-dir", "bod"), ["bodice"])
        self.assertEqual(self.bash("--user", "bod"), [])
        self.assertEqual(self.bash("--help", "pro"), ["proxy"])
        self.assertEqual(self.bash("-h", "cat"), ["category"])
        self.assertEqual(self.bash("--completion", "z"), ["zsh"])

    def test_bash_takes_it_without_complaint(self):
        self.run_shell(self.shell("bash"), "-n", self.script("bash"))

    def test_zsh_takes_it_without_complaint(self):
        self.run_shell(self.shell("zsh"), "-n", self.script("zsh"))

    def test_fish_completes_an_option_and_an_argument(self):
        said = self.run_shell(
            self.shell("fish"), "--no-config", "-c",
            'source $argv[1]; complete -C "dial --cacer"; '
            'complete -C "dial --help pro"', self.script("fish"))
        self.assertEqual([line.split("\t")[0] for line in said.split("\n")],
                         ["--cacert", "proxy", ""])

    def test_every_script_has_every_option(self):
        for shell, mark in (("zsh", "*--{}"), ("fish", "-l '{}'")):
            said = self.dial_ok("--completion", shell).decode()
            for name in self.names():
                self.assertIn(mark.format(name[2:]), said)

    def test_another_shell_is_refused(self):
        self.assert_fails(self.dial("--completion", "csh"), 2,
                          "'csh' is none of bash, zsh and fish")
        self.assert_fails(self.dial("--completion"), 2, "needs an argument")


class Manual(Case):
    def test_man_is_asked_for_the_page(self):
        os.mkdir(self.path("bin"))
        os.chmod(self.write("bin/man", b'#!/bin/sh\necho "man $@"\nexit 3\n'),
                 0o755)
        for word in ("-M", "--manual", "--man"):
            done = self.dial(word, "http://h/", env={
                "PATH": f"{self.path('bin')}:/usr/bin:/bin"})
            self.assertEqual(done.stdout, b"man 1 dial\n")
            self.assertEqual(done.returncode, 3)

    def test_without_man_it_is_said(self):
        done = self.dial("-M", env={"PATH": self.path("nowhere")})
        self.assert_fails(done, 2, "cannot run man(1)", "--help all")


if __name__ == "__main__":
    unittest.main()
