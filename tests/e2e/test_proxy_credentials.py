"""A proxy's password from outside: who gets it, who does not, and what is said
where it cannot be had."""
import base64
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (DIAL, TIMEOUT, Case, clean_environment,  # noqa: E402
                     field, trust)
from scripted import Server, Step, connect, reply  # noqa: E402

MOST = 4096
WHO = ["Proxy-Authenticate: Basic realm=x"]
REFUSES = [reply(b"who?", status="407 Who", fields=WHO)]
PASSES = [reply(b"x")]


def basic(pair):
    return "Basic " + base64.b64encode(pair.encode()).decode()


def told(proxy):
    """What each request said of the user, in order."""
    return [field(request, "proxy-authorization")
            for request in proxy.requests]


class Kept(Case):
    """A test that looks for the secret wherever it must not be."""

    def assert_kept(self, done, *secrets):
        for secret in secrets:
            for form in (secret.encode(), base64.b64encode(secret.encode())):
                self.assertNotIn(form, done.stderr)
                self.assertNotIn(form, done.stdout)

    def secret_file(self, text, mode=0o600):
        path = self.write("kept", text)
        os.chmod(path, mode)
        return path


class Files(Kept):
    def test_a_line_is_the_named_users_password(self):
        for user, text, pair in (
                (["-U", "jo"], b"se:cret\n", "jo:se:cret"),
                (["-U", "jo"], b"secret", "jo:secret"),
                (["-U", "jo"], b"secret\r\nmore", "jo:secret"),
                (["-U", "j%40o"], b"a%40", "j@o:a%40"),
                ([], b"jo:se:cret\n", "jo:se:cret"),
                (["-U", "jo:own"], b"secret\n", "jo:own")):
            with self.subTest(user=user, text=text), Server(PASSES) as p:
                self.dial_ok("-x", p.url(), *user, "--proxy-pass-file",
                             self.secret_file(text), "http://a.test/")
                self.assertEqual(told(p), [[basic(pair)]])

    def test_the_user_of_the_proxys_url_is_named_too(self):
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(user="jo"), "-U", "an:other",
                         "--proxy-pass-file", self.secret_file(b"secret"),
                         "http://a.test/")
            self.assertEqual(told(p), [[basic("jo:secret")]])

    def test_standard_input_keeps_the_rest(self):
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(), "--proxy-pass-file", "-", "-T", "-",
                         "http://a.test/", stdin=b"jo:secret\nbody")
            self.assertEqual(told(p), [[basic("jo:secret")]])
            self.assertTrue(p.requests[0].endswith(b"\r\n\r\nbody"))

    def test_a_descriptor(self):
        near, far = os.pipe()
        os.write(far, b"jo:secret\n")
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(), "--proxy-pass-file",
                         f"/dev/fd/{near}", "http://a.test/1",
                         "http://a.test/2", pass_fds=[near])
            self.assertEqual(told(p), [[basic("jo:secret")]] * 2)
        os.close(near)
        os.close(far)

    def test_what_is_no_password_calls_nobody(self):
        for text, word in ((b"", "nothing on its first line"),
                           (b"\nsecret", "nothing on its first line"),
                           (b"secret", "no user"),
                           (b"jo:se\0cret", "NUL or CR"),
                           (b"jo:se\rcret", "NUL or CR"),
                           (b"jo:se\x1bcret", "control byte"),
                           (b"j:" + b"s" * (MOST - 1), "more than 4096")):
            with self.subTest(text=text[:20]), Server(PASSES) as p:
                done = self.dial("-x", p.url(), "--proxy-pass-file",
                                 self.secret_file(text), "http://a.test/")
                self.assert_fails(done, 26, word)
                self.assert_kept(done, "secret")
                self.assertEqual(p.connections, [])

    def test_a_line_at_the_cap(self):
        with Server(PASSES) as p:
            pair = "j:" + "s" * (MOST - 2)
            self.dial_ok("-x", p.url(), "--proxy-pass-file",
                         self.secret_file(pair.encode() + b"\n"),
                         "http://a.test/")
            self.assertEqual(told(p), [[basic(pair)]])

    def test_one_that_is_not_there(self):
        with Server(PASSES) as p:
            done = self.dial("-x", p.url(), "--proxy-pass-file", "no-such",
                             "http://a.test/")
            self.assert_fails(done, 26, "'no-such'", "No such file")
            self.assertEqual(p.connections, [])

    def test_nobody_asks_it_where_no_proxy_is(self):
        with Server(PASSES) as a:
            self.dial_ok("--proxy-pass-file", "no-such", a.url())
            self.dial_ok("--proxy-cred-cmd", "echo ran >ran; echo a:b",
                         "-x", "http://p.test", "--noproxy", "*", a.url())
            self.assertEqual(self.files(), [])
            self.assertNotIn(b"roxy", a.heard)

    def test_an_open_one_is_warned_of(self):
        for mode, warns in ((0o600, False), (0o640, True), (0o604, True)):
            with self.subTest(mode=mode), Server(PASSES) as p:
                done = self.dial("-x", p.url(), "--proxy-pass-file",
                                 self.secret_file(b"jo:secret", mode),
                                 "http://a.test/")
                self.assertEqual(done.returncode, 0)
                self.assertEqual(b"chmod 600" in done.stderr, warns)
                self.assert_kept(done, "secret", "jo:secret")

    def test_the_last_place_counts(self):
        path = self.secret_file(b"f:f")
        for args, pair in ((["--proxy-pass-file", path, "--proxy-cred-cmd",
                             "echo c:c"], "c:c"),
                           (["--proxy-cred-cmd", "echo c:c",
                             "--proxy-pass-file", path], "f:f")):
            with Server(PASSES) as p:
                self.dial_ok("-x", p.url(), *args, "http://a.test/")
                self.assertEqual(told(p), [[basic(pair)]])


class Commands(Kept):
    def command(self, text):
        """Notes each time that it runs."""
        return "echo $DIAL_PROXY_SCHEME://$DIAL_PROXY=$DIAL_PROXY_USER >>ran;" \
            + text

    def ran(self):
        return self.read("ran").decode().split()

    def test_it_is_asked_once_for_each_proxy_and_user(self):
        with Server(PASSES) as p, Server(PASSES) as q:
            command = self.command("echo me:for-$DIAL_PROXY")
            self.dial_ok(
                "--proxy-cred-cmd", command, "-x", p.url(), "http://a.test/1",
                "http://b.test/2", "--next", "--proxy-cred-cmd", command,
                "-x", q.url(), "http://a.test/3", "--next", "-x", p.url(),
                "--proxy-cred-cmd", command, "-U", "me", "http://a.test/4")
            at_p, at_q = (f"127.0.0.1:{s.port}" for s in (p, q))
            self.assertEqual(self.ran(), [
                f"http://{at_p}=", f"http://{at_q}=", f"http://{at_p}=me"])
            self.assertEqual(told(p), [[basic(f"me:for-{at_p}")]] * 3)
            self.assertEqual(told(q), [[basic(f"me:for-{at_q}")]])

    def test_transfers_side_by_side_share_one_answer(self):
        with Server(PASSES) as p:
            self.dial_ok("-s", "-Z", "--parallel-immediate", "-x", p.url(),
                         "--proxy-cred-cmd",
                         self.command("sleep 0.2; echo me:pw"),
                         *(f"http://a.test/{n}" for n in range(8)))
            self.assertEqual(len(self.ran()), 1)
            self.assertEqual(told(p), [[basic("me:pw")]] * 8)

    def test_a_tunnel_and_its_origin(self):
        with Server(PASSES, tls="good") as a, Server(
                [connect(a.port)], tls="good") as p:
            self.dial_ok(*trust(), "--proxy-insecure", "-x", p.url(),
                         "--proxy-cred-cmd", self.command("echo me:secret"),
                         a.url(host="a.test"))
            self.assertEqual(told(p), [[basic("me:secret")]])
            self.assertTrue(self.ran()[0].startswith("https://"))
            self.assertNotIn(b"uthorization", a.heard)
            self.assertNotIn(b"secret", a.heard)

    def test_as_gits_helpers_answer(self):
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(), "--proxy-cred-cmd",
                         r"printf 'protocol=http\nusername=me\n"
                         r"password=p=w\n'", "http://a.test/")
            self.assertEqual(told(p), [[basic("me:p=w")]])

    def test_a_socks_proxy_gets_it_by_rfc_1929(self):
        granted = b"\5\0\0\1\0\0\0\0\0\0"
        for args in (["--proxy-cred-cmd", self.command("echo me:pw")],
                     ["--proxy-pass-file", self.secret_file(b"me:pw")],
                     ["-U", "me", "--proxy-cred-cmd", "echo :pw"]):
            with Server([Step(expect=4, send=b"\5\2"),
                         Step(expect=7, send=b"\1\0"),
                         Step(expect=4 + 1 + 6 + 2, send=granted),
                         reply(b"x")]) as p:
                self.dial_ok("-x", f"socks5h://127.0.0.1:{p.port}", *args,
                             "http://a.test/")
                self.assertEqual(p.requests[1], b"\1\2me\2pw")
                self.assertNotIn(b"roxy", p.requests[-1])
        self.assertTrue(self.ran()[0].startswith("socks://"))

    def test_a_socks_proxy_refuses_it(self):
        with Server([Step(expect=4, send=b"\5\2"),
                     Step(expect=11, send=b"\1\1")]) as p:
            done = self.dial("-x", f"socks5h://127.0.0.1:{p.port}",
                             "--proxy-cred-cmd", "echo me:secret",
                             "http://a.test/")
            self.assert_fails(done, 97, "did not accept the login",
                              "from the command of --proxy-cred-cmd")
            self.assert_kept(done, "secret", "me:secret")

    def test_a_proxy_refuses_it_and_it_is_not_asked_again(self):
        with Server(REFUSES) as p:
            done = self.dial("-x", p.url(), "--proxy-cred-cmd",
                             self.command("echo me:secret"),
                             "https://a.test/1", "https://a.test/2")
            self.assert_fails(done, 7, "407", "did not accept",
                              "from the command of --proxy-cred-cmd")
            self.assert_kept(done, "secret", "me:secret")
            self.assertEqual(len(self.ran()), 1)
            done = self.dial("-x", p.url(), "--proxy-cred-cmd",
                             self.command("echo me:secret"),
                             "http://a.test/1")
            self.assertEqual((done.returncode, done.stdout), (0, b"who?"))
            self.assertIn(b"refuses the user and password from the command",
                          done.stderr)

    def test_digest_once_it_is_asked_for(self):
        challenge = ['Proxy-Authenticate: Digest realm="r", nonce="n"']
        with Server([reply(b"", status="407 Who", fields=challenge)],
                    PASSES) as p:
            self.dial_ok("--proxy-digest", "-x", p.url(), "--proxy-cred-cmd",
                         self.command("echo me:secret"), "http://a.test/")
            self.assertIn('username="me"', told(p)[1][0])
            self.assertEqual(len(self.ran()), 1)
            self.assertNotIn(b"secret", p.heard)

    def test_what_is_no_answer_calls_nobody(self):
        for command, word in (
                ("exit 3", "exit status 3"), ("kill -9 $$", "signal 9"),
                ("no-such-command", "exit status 127"),
                ("true", "gives no answer"), ("echo", "gives no answer"),
                ("echo secret", "no user"), ("yes secret", "4096"),
                (r"printf 'a:secret\rb\n'", "NUL or CR"),
                (r"printf 'a:secret\000b\n'", "NUL or CR"),
                ("echo username=me", "no password"),
                ("cat; exit 4", "exit status 4"),  # its input is empty
                ("read x </dev/tty && echo $x", "")):
            with self.subTest(command=command), Server(PASSES) as p:
                done = self.dial("-x", p.url(), "--proxy-cred-cmd", command,
                                 "http://a.test/1", "http://a.test/2")
                self.assert_fails(done, 67, "--proxy-cred-cmd", word,
                                  f"127.0.0.1:{p.port}")
                self.assert_kept(done, "secret")
                self.assertEqual(p.connections, [])

    def test_an_answer_at_the_cap(self):
        for length, code in ((MOST - 3, 0), (MOST - 2, 67)):
            with Server(PASSES) as p:
                done = self.dial(
                    "-x", p.url(), "--proxy-cred-cmd",
                    f"printf 'm:%0{length}d\\n' 0", "http://a.test/")
                self.assertEqual(done.returncode, code, done.stderr)

    def test_a_failure_is_not_asked_again_either(self):
        with Server(PASSES) as p:
            self.dial("-x", p.url(), "--proxy-cred-cmd",
                      self.command("exit 3"), "http://a.test/1",
                      "http://a.test/2")
            self.assertEqual(len(self.ran()), 1)

    def test_an_explanation_names_it(self):
        with Server(PASSES) as p:
            for command, word, code in (("echo me:secret", "are from", 0),
                                        ("exit 3", "exit status 3", 67)):
                done = self.dial("--explain", "-x", p.url(),
                                 "--proxy-cred-cmd", command, "http://a.test/")
                self.assertEqual(done.returncode, code, done)
                login = [line for line in done.stdout.decode().splitlines()
                         if " here    login " in line]
                self.assertEqual(len(login), 1, done)
                self.assertIn(word, login[0])
                self.assert_kept(done, "secret", "me:secret")

    def test_what_it_says_is_seen(self):
        with Server(PASSES) as p:
            done = self.dial("-x", p.url(), "--proxy-cred-cmd",
                             "echo unlocking >&2; echo me:pw",
                             "http://a.test/")
            self.assertEqual((done.returncode, done.stderr),
                             (0, b"unlocking\n"))

    def test_timeouts_hold_and_it_is_ended(self):
        for option in ("--connect-timeout", "-m"):
            with self.subTest(option=option), Server(PASSES) as p:
                began = time.monotonic()
                done = self.dial("-x", p.url(), option, "0.5",
                                 "--proxy-cred-cmd",
                                 "echo $$ >pid; sleep 61 | cat",
                                 "http://a.test/")
                self.assert_fails(done, 28, "--proxy-cred-cmd", option)
                self.assertLess(time.monotonic() - began, TIMEOUT / 2)
                self.assert_ended(int(self.read("pid")))
                self.assertEqual(p.connections, [])

    def assert_ended(self, group):
        for _ in range(200):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        self.fail("what the command started is still there")

    def test_an_interrupt_ends_it(self):
        with Server(PASSES) as p:
            process = subprocess.Popen(
                [DIAL, "-x", p.url(), "--proxy-cred-cmd",
                 "trap '' INT TERM; echo $$ >pid.new; mv pid.new pid; "
                 "sleep 61 | cat",
                 "http://a.test/"], cwd=self.folder, env=clean_environment(),
                stderr=subprocess.PIPE)
            for _ in range(600):
                if os.path.exists(self.path("pid")):
                    break
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=TIMEOUT)
            self.assertEqual(process.returncode, 128 + signal.SIGINT)
            self.assert_ended(int(self.read("pid")))

    def test_what_it_leaves_behind_is_not_waited_for(self):
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(), "--proxy-cred-cmd",
                         "sleep 61 2>&- & echo $! >pid; echo me:pw",
                         "http://a.test/")
            os.kill(int(self.read("pid")), signal.SIGKILL)

    def test_verbose_and_traces_show_no_password(self):
        with Server(PASSES, tls="good") as a, Server(
                [connect(a.port)]) as p:
            for args in (["-v"], ["--trace", "-"], ["--trace-ascii", "-"]):
                done = self.dial(*trust(), *args, "-x", p.url(), "-o", "out",
                                 "--proxy-cred-cmd", "echo me:secret",
                                 a.url(host="a.test"))
                self.assertEqual(done.returncode, 0, done)
                self.assert_kept(done, "secret", "me:secret")

    def test_no_command_line_holds_it(self):
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(), "-U", "me:secret", "--proxy-cred-cmd",
                         "x", "http://a.test/")
            path = self.secret_file(b"me:secret")
            self.dial_ok("-x", p.url(user="jo"), "--proxy-cred-cmd",
                         "tr '\\0' ' ' </proc/$$/cmdline >seen; "
                         "env >>seen; echo :$(cut -d: -f2 kept)",
                         "http://a.test/")
            self.assertNotIn(b"me:secret", self.read("seen"))
            self.assertTrue(os.path.exists(path))


class Netrc(Kept):
    def netrc(self, text):
        path = self.write("netrc", text.encode())
        os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
        return path

    def test_the_proxys_entry_is_the_proxys(self):
        """By another name than the origin's, each gets its own."""
        path = self.netrc("machine localhost login pu password pp\n"
                          "machine a.test login au password ap\n"
                          "default login du password dp\n")
        with Server(PASSES) as p:
            self.dial_ok("--netrc-file", path, "-x",
                         f"http://localhost:{p.port}", "http://a.test/",
                         "http://b.test/")
            self.assertEqual(told(p), [[basic("pu:pp")]] * 2)
            self.assertEqual(
                [field(r, "authorization") for r in p.requests],
                [[basic("au:ap")], [basic("du:dp")]])

    def test_behind_a_tunnel_neither_sees_the_others(self):
        path = self.netrc("machine localhost login pu password pp\n"
                          "machine a.test login au password ap\n")
        with Server(PASSES, tls="good") as a, Server([connect(a.port)]) as p:
            self.dial_ok(*trust(), "--netrc-file", path, "-x",
                         f"http://localhost:{p.port}", a.url(host="a.test"))
            self.assertEqual(told(p), [[basic("pu:pp")]])
            self.assertEqual(field(p.requests[0], "authorization"), [])
            self.assertEqual(field(a.requests[0], "authorization"),
                             [basic("au:ap")])
            self.assertEqual(told(a), [[]])

    def test_the_default_is_no_proxys(self):
        path = self.netrc("default login du password dp\n")
        with Server(PASSES, tls="good") as a, Server([connect(a.port)]) as p:
            self.dial_ok(*trust(), "--netrc-file", path, "-x", p.url(),
                         a.url(host="a.test"))
            self.assertEqual(told(p), [[]])

    def test_whatever_else_is_said_goes_first(self):
        path = self.netrc("machine 127.0.0.1 login nu password np\n")
        for args, user, pair in ((["-U", "u:p"], None, "u:p"),
                                 ([], "w:q", "w:q"), ([], "w", "w:"),
                                 (["--proxy-cred-cmd", "echo c:d"], None,
                                  "c:d"), ([], None, "nu:np")):
            with self.subTest(args=args, user=user), Server(PASSES) as p:
                self.dial_ok("-n", "--netrc-file", path, *args, "-x",
                             p.url(user=user), "http://a.test/")
                self.assertEqual(told(p), [[basic(pair)]])

    def test_without_netrc_nothing_is_read(self):
        self.netrc("machine 127.0.0.1 login nu password np\n")
        with Server(PASSES) as p:
            self.dial_ok("-x", p.url(), "http://a.test/",
                         env={"HOME": self.folder, "NETRC": "netrc"})
            self.assertEqual(told(p), [[]])

    def test_a_refusal_names_the_file(self):
        path = self.netrc("machine 127.0.0.1 login nu password secret\n")
        with Server(REFUSES) as p:
            done = self.dial("--netrc-file", path, "-x", p.url(),
                             "https://a.test/")
            self.assert_fails(done, 7, "from the netrc file")
            self.assert_kept(done, "secret", "nu:secret")


class Typed(Kept):
    def test_without_a_terminal_it_is_a_line_of_standard_input(self):
        for stdin, pair in ((b"secret\nrest", "jo:secret"), (b"", "jo:")):
            with Server(PASSES) as p:
                self.dial_ok("-U", "jo", "-x", p.url(), "http://a.test/",
                             stdin=stdin)
                self.assertEqual(told(p), [[basic(pair)]])

    def test_on_a_terminal_it_is_asked_for_and_not_shown(self):
        with Server(PASSES) as p:
            pid, terminal = pty.fork()
            if pid == 0:
                os.chdir(self.folder)
                os.execve(DIAL, [DIAL, "-s", "-U", "jo", "-x", p.url(), "-o",
                                 "out", "http://a.test/"], clean_environment())
            seen = b""
            while b"proxy: " not in seen:
                seen += os.read(terminal, 1024)
            os.write(terminal, b"secret\n")
            try:
                while data := os.read(terminal, 1024):
                    seen += data
            except OSError:
                pass  # the terminal's end
            self.assertEqual(os.waitpid(pid, 0)[1], 0)
            os.close(terminal)
            self.assertTrue(re.search(rb"Password for jo at the proxy: ",
                                      seen), seen)
            self.assertNotIn(b"secret", seen)
            self.assertEqual(told(p), [[basic("jo:secret")]])

    def test_a_place_that_has_it_is_not_asked_on_a_terminal(self):
        for args in (["--proxy-cred-cmd", "echo :secret"],
                     ["--proxy-pass-file", self.secret_file(b"secret")]):
            with Server(PASSES) as p:
                self.dial_ok("-U", "jo", *args, "-x", p.url(),
                             "http://a.test/", stdin=b"wrong\n")
                self.assertEqual(told(p), [[basic("jo:secret")]])


if __name__ == "__main__":
    unittest.main()
