"""Every option of curl's is dial's, or is refused by name with a reason; and a
name that is cut short means in dial what it means in curl."""
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TIMEOUT, Case  # noqa: E402

OPTION = re.compile(r"^ (?:-(\S),|   ) --([\w.:-]+)( [<\[].*?[>\]])?", re.M)
# What curl takes and does not show.
HIDDEN = {"eprt", "epsv", "ftp-ssl", "ftp-ssl-reqd", "krb4"}
# What newer curls have (CURL-NEWER, and what else dial refuses by name).
NEWER = ["ca-native", "dump-ca-embed", "ech", "expand-url", "follow",
         "haproxy-clientip", "ip-tos", "ipfs-gateway", "keepalive-cnt",
         "knownhosts", "mptcp", "out-null", "parallel-max-host",
         "proxy-ca-native", "proxy-http2", "show-headers", "sigalgs",
         "skip-existing", "ssl-sessions", "tls-earlydata", "trace-config",
         "trace-ids", "upload-flags", "variable", "vlan-priority"]
REFUSED = re.compile(r"curl's (?:-\S \()?--[\w.-]+\)? (?:concerns|asks|has|"
                     r"would|is) \w+")


class CurlsOptions(Case):
    def setUp(self):
        super().setUp()
        curl = shutil.which("curl")
        if curl is None:
            self.assertNotEqual(os.environ.get("CI"), "true",
                                "curl is missing: ./bootstrap --peers")
            self.skipTest("there is no curl here")
        said = subprocess.run([curl, "--help", "all"], check=True, text=True,
                              capture_output=True, timeout=TIMEOUT).stdout
        self.curls = {name: (letter, bool(argument))
                      for letter, name, argument in OPTION.findall(said)}
        self.assertGreater(len(self.curls), 200)
        self.own = {name: (letter, bool(argument)) for letter, name, argument
                    in OPTION.findall(
                        self.dial_ok("-q", "--help", "all").decode())}

    def said_of(self, word):
        return self.dial("-q", word).stderr.decode()

    def test_each_is_had_or_refused_with_a_reason(self):
        for name, (letter, argument) in self.curls.items():
            if name in self.own:
                self.assertEqual(self.own[name], (letter, argument), name)
                continue
            self.assertRegex(self.said_of("--" + name), REFUSED)
            if letter:
                self.assertRegex(self.said_of("-" + letter), REFUSED)

    def test_each_of_newer_curls_is_had_or_refused(self):
        for name in NEWER:
            self.assertNotIn("there is no option", self.said_of("--" + name))

    def test_beginnings_are_as_clear_as_in_curl(self):
        names = {name for name in self.curls if not name.startswith("no-")}
        names |= {name[3:] for name in self.curls if name.startswith("no-")}
        names |= HIDDEN
        for start in sorted({name[:n] for name in names
                             for n in range(1, len(name))} - names):
            several = sum(name.startswith(start) for name in names) > 1
            self.assertEqual("could be" in self.said_of("--" + start),
                             several, start)


if __name__ == "__main__":
    unittest.main()
