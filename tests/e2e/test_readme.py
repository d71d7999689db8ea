"""README.md keeps its word: what it marks as runnable runs, what its map names
is there, its C compiles, and the two commands come first.
"""
import os
import re
import shlex
import subprocess
import tempfile
import unittest

TOP = os.path.abspath(os.environ["top_srcdir"])
TIMEOUT = 60  # seconds for the whole script
LINE = b"Look the number up, dial, talk, hang up.\n"
COMMANDS = ("./bootstrap && make demo", "./bootstrap && make check")
FIRST_LINES = 40
# What would lead the examples elsewhere.
ELSEWHERE = re.compile(r"(https?|all|no|daytime)_proxy|CURL_CA_BUNDLE|SSL_.*",
                       re.IGNORECASE)


def blocks(text, kind):
    """The fenced blocks that open with ```kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text,
                      re.MULTILINE | re.DOTALL)


class Readme(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
            self.text = file.read()

    def test_the_two_commands_come_first(self):
        first = "\n".join(self.text.split("\n")[:FIRST_LINES])
        for command in COMMANDS:
            self.assertIn(command, first)

    def test_the_map_names_what_is_there(self):
        table = self.text.split("## The map\n")[1].split("\n## ")[0]
        names = re.findall(r"`([\w/.-]+/[\w.-]*)`", table)
        self.assertGreater(len(names), 10)
        for name in names:
            self.assertTrue(os.path.exists(os.path.join(TOP, name)), name)

    def test_the_c_compiles(self):
        programs = blocks(self.text, "c")
        self.assertEqual(len(programs), 1)
        subprocess.run(
            [*shlex.split(os.environ["CC"]), "-std=c11", "-Wall", "-Wextra",
             "-Werror", "-I" + os.path.join(TOP, "include"), "-fsyntax-only",
             "-x", "c", "-"], input=programs[0], text=True, check=True)

    def test_what_is_marked_as_runnable_runs(self):
        script = "set -eu\n" + "".join(blocks(self.text, "sh runnable"))
        environment = {name: value for name, value in os.environ.items()
                       if not ELSEWHERE.fullmatch(name)}
        with tempfile.TemporaryDirectory() as folder:
            for name in ("dial", "dialtone"):
                os.symlink(os.path.abspath(os.environ[name.upper()]),
                           os.path.join(folder, name))
            with tempfile.TemporaryFile() as out, \
                    tempfile.TemporaryFile() as told:
                status = self.run_script(script, folder, environment, out, told)
                out.seek(0)
                told.seek(0)
                said, told = out.read(), told.read().decode()
            self.assertEqual(status, 0, told)
            self.assertEqual(sorted(os.listdir(folder)), ["dial", "dialtone"])
        self.assertEqual(said.count(LINE), 8, said)
        self.assertIn(b"Connection established", said)
        self.assertIn(b'{"date":["', said)
        self.assertNotIn("dial: ", told)
        self.assertIn("no_proxy entry '127.0.0.0/8' matched", told)

    def run_script(self, script, folder, environment, out, told):
        """In a session of its own, so that nothing of it can be left."""
        process = subprocess.Popen(["sh", "-c", script], cwd=folder,
                                   env=environment, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=told,
                                   start_new_session=True)
        try:
            return process.wait(TIMEOUT)
        finally:
            try:
                os.killpg(process.pid, 9)
            except ProcessLookupError:
                pass


if __name__ == "__main__":
    unittest.main()
