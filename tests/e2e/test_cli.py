"""The program dial as its users meet it: options, files, signals, terminals."""
import json
import os
import re
import pty
import select
import signal
import subprocess
import sys
import termios
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import DIAL, TIMEOUT, Case, clean_environment  # noqa: E402
from scripted import (EOF, HEAD, Server, Step, closed_port, connect,  # noqa: E402
                      reply)

RESPONSE_FIELDS = ["X-A: 1", "X-B: two", "x-a: 3", "Content-Type: text/x"]


def plain(**members):
    return [reply(b"hello\n", fields=RESPONSE_FIELDS, **members)]


def moved(to="/new", status="302 Found"):
    return [reply(b"moved", status=status, fields=[f"Location: {to}"]),
            reply(b"arrived")]


# --- Options and their errors ------------------------------------------------

class Options(Case):
    def test_version_names_libraries_and_protocols(self):
        said = self.dial_ok("-V").decode()
        self.assertRegex(said, r"^dial \d+\.\d+\.\d+ .*(zlib|ISA-L)")
        self.assertIn("Protocols: daytime http https", said)

    def test_help_is_drawn_from_the_table(self):
        everything = self.dial_ok("--help", "all").decode()
        self.assertIn("-o, --output <file>", everything)
        self.assertIn("--no-progress-meter", everything)
        self.assertNotIn("--cacert", self.dial_ok("--help").decode())
        self.assertIn("--cacert", self.dial_ok("--help", "tls").decode())
        self.assertIn("no such category",
                      self.dial_ok("--help", "x").decode())
        self.assertEqual(self.dial_ok("--help", "curl"),
                         self.dial_ok("--help", "DIAL"))
        self.assertIn("nothing that dial speaks",
                      self.dial_ok("--help", "ftp").decode())
        self.assertIn("connection",
                      self.dial_ok("--help", "category").decode())

    def test_a_usage_error_points_at_help(self):
        done = self.dial("--loaction", "http://x/")
        self.assert_fails(done, 2, "--location", "try 'dial --help'")

    def test_a_bad_url_is_shown_and_nothing_is_sent(self):
        with Server(plain()) as server:
            done = self.dial(server.url() + "a b")
            said = self.assert_fails(done, 3)
            self.assertIn("a>>> b", said)
            self.assertEqual(server.connections, [])

    def test_a_password_never_reaches_stderr(self):
        done = self.dial("-v", "http://me:SE#CRET@h/")
        self.assertEqual(done.returncode, 3)
        self.assertNotIn(b"CRET", done.stderr)

    def test_more_outputs_than_urls_are_a_warning(self):
        with Server(plain()) as server:
            done = self.dial(server.url(), "-o", "a", "-o", "b")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, b"dial: warning: there are more -o, -O "
                                      b"or -T than URLs\n")
        with Server(plain()) as server:
            self.dial_ok("-s", server.url(), "-o", "a", "-o", "b")

    def test_silence_and_show_error(self):
        url = f"http://127.0.0.1:{closed_port()}/"
        self.assertEqual(self.dial("-s", url).stderr, b"")
        self.assert_fails(self.dial("-sS", url), 7)

    def test_a_missing_data_file_is_an_error(self):
        self.assert_fails(self.dial("-d", "@missing", "http://x/"), 26,
                          "missing")

    def test_secrets_are_blanked_in_the_process_list(self):
        release = threading.Event()
        with Server([Step(wait=release, send=b"HTTP/1.0 200 OK\r\n\r\n",
                          close=True)]) as server:
            process = subprocess.Popen(
                [DIAL, "-s", "-u", "me:SECRET", "-U", "p:SECRET", "--pass",
                 "SECRET", server.url(user="me:SECRET")],
                env=clean_environment())
            while not server.heard:
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                words = file.read()
            release.set()
            self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertIn(b"me:", words)
        self.assertNotIn(b"SECRET", words)

    def test_stderr_goes_to_a_file(self):
        done = self.dial("--stderr", "said", f"http://127.0.0.1:{closed_port()}")
        self.assertEqual((done.returncode, done.stderr), (7, b""))
        self.assertIn(b"dial: (7) ", self.read("said"))


# --- Files -------------------------------------------------------------------

class Files(Case):
    def test_remote_names_stay_in_the_folder(self):
        """FILE-01, FILE-05: the user's own URL decides, as it stands."""
        names = {"x/..": "x", "../../x": "x", "%2e%2e%2fx": "%2e%2e%2fx",
                 "..%5cx": "..%5cx", "a%2fb": "a%2fb", ".bashrc": ".bashrc",
                 "-rf": "-rf", "con": "con", "x:y": "x:y", "x.": "x.",
                 "d/": "d", "": "dial_response", "?a/b": "dial_response",
                 "a" * 200: "a" * 200}
        for path, name in names.items():
            with self.subTest(path=path), Server(plain()) as server:
                self.setUp()
                self.dial_ok("-O", server.url("/" + path))
                self.assertEqual(self.files(), [name])
                self.assertEqual(self.read(name), b"hello\n")

    def test_a_name_that_is_too_long_is_refused(self):
        """FILE-01: 300 bytes."""
        with Server(plain()) as server:
            done = self.dial("-sS", "-O", server.url("/" + "a" * 300))
        self.assertEqual(done.returncode, 23)
        self.assertEqual(self.files(), [])

    def test_a_redirect_does_not_name_the_file(self):
        with Server(*[[step] for step in moved("/evil")]) as server:
            self.dial_ok("-L", "-O", server.url("/good"))
        self.assertEqual(self.files(), ["good"])
        self.assertEqual(self.read("good"), b"arrived")

    def test_the_name_is_never_a_command(self):
        """FILE-05."""
        with Server(plain()) as server:
            self.dial_ok("-o", "|touch pwned", server.url())
        self.assertEqual(self.files(), ["|touch pwned"])

    def test_a_short_body_leaves_no_file_under_its_name(self):
        self.write("out", b"old")
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                               b"short", close=True)]) as server:
            done = self.dial("-o", "out", server.url())
        self.assert_fails(done, 18)
        self.assertEqual(self.read("out"), b"old")
        self.assertEqual(self.read("out.part"), b"short")

    def test_remove_on_error_leaves_nothing(self):
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                               b"short", close=True)]) as server:
            done = self.dial("--remove-on-error", "-o", "out", server.url())
        self.assertEqual(done.returncode, 18)
        self.assertEqual(self.files(), [])

    def test_what_is_not_newer_leaves_the_file_alone(self):
        self.write("out", b"old")
        old = ["Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"]
        for script in ([reply(b"", status="304 Not Modified", length=False)],
                       [reply(b"new", fields=old)]):
            with Server(script) as server:
                self.dial_ok("-z", "out", "-o", "out", server.url())
            self.assertEqual(self.read("out"), b"old")
            self.assertEqual(self.files(), ["out"])

    def test_modes_follow_the_umask(self):
        """FILE-13: 0600 until whole, then umask's mode or the old file's."""
        release = threading.Event()
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
                               b"half"),
                     Step(expect=None, wait=release, send=b"half")]) as server:
            process = subprocess.Popen([DIAL, "-s", "-o", "new", server.url()],
                                       cwd=self.folder, umask=0o027,
                                       env=clean_environment())
            part = self.path("new.part")
            while not (os.path.exists(part) and os.path.getsize(part)):
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            self.assertEqual(os.stat(part).st_mode & 0o777, 0o600)
            release.set()
            self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertEqual(os.stat(self.path("new")).st_mode & 0o777, 0o640)

    def test_full_disk_is_an_error(self):
        """FILE-07."""
        with Server(plain()) as server:
            done = self.dial("-o", "/dev/full", server.url())
        self.assert_fails(done, 23, "/dev/full", "space")

    def test_resume_goes_on_with_what_is_there(self):
        self.write("out", b"hel")
        part = reply(b"lo", status="206 Partial Content",
                     fields=["Content-Range: bytes 3-4/5"])
        with Server([part]) as server:
            self.dial_ok("-C", "-", "-o", "out", server.url())
            self.assertIn(b"\r\nRange: bytes=3-\r\n", server.requests[0])
        self.assertEqual(self.read("out"), b"hello")
        self.assertEqual(self.files(), ["out"])

    def test_resume_starts_anew_when_all_of_it_comes(self):
        self.write("out", b"XXX")
        with Server([reply(b"hello")]) as server:
            self.dial_ok("-C", "-", "-o", "out", server.url())
        self.assertEqual(self.read("out"), b"hello")

    def test_resume_at_another_place_is_refused(self):
        self.write("out", b"hel")
        with Server(plain()) as server:
            done = self.dial("-C", "1", "-o", "out", server.url())
            self.assertEqual(server.connections, [])
        self.assert_fails(done, 36, "3 bytes")
        self.assertEqual(self.read("out"), b"hel")

    def test_resume_behind_the_end_of_what_is_there_is_refused(self):
        with Server(plain()) as server:
            done = self.dial("-C", "3", "-o", "out", server.url())
            self.assertEqual(server.connections, [])
        self.assert_fails(done, 36, "0 bytes", "byte 3")
        self.assertEqual(self.files(), [])

    def test_resume_to_standard_output_takes_the_rest_alone(self):
        """FILE-09: never double data."""
        with Server([reply(b"hello")]) as server:
            done = self.dial("-C", "3", server.url())
        self.assert_fails(done, 33, "-o")
        self.assertEqual(done.stdout, b"")

    def test_an_upload_that_goes_on_leaves_its_output_alone(self):
        self.write("up", b"hello")
        self.write("out", b"x")
        with Server([reply(b"taken")]) as server:
            self.dial_ok("-C", "3", "-T", "up", "-o", "out", server.url())
            self.assertIn(b"Content-Range: bytes 3-4/5", server.requests[0])
        self.assertEqual(self.read("out"), b"taken")

    def test_a_part_of_another_url_is_left_out_and_said_so(self):
        self.write("out.part", b"hel")
        self.write("out.part.meta", b"url http://a.test/\ntotal 5\nend\n")
        os.chmod(self.path("out.part"), 0o600)
        os.chmod(self.path("out.part.meta"), 0o600)
        with Server([reply(b"hello")]) as server:
            done = self.dial("-C", "-", "-o", "out", server.url())
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"warning", done.stderr)
        self.assertEqual(self.read("out"), b"hello")
        self.assertEqual(self.files(), ["out"])

    def test_resume_with_nothing_there_asks_for_all(self):
        with Server([reply(b"hello")]) as server:
            self.dial_ok("-C", "-", "-o", "out", server.url())
            self.assertNotIn(b"Range", server.requests[0])
        self.assertEqual(self.read("out"), b"hello")

    def test_uploads_from_stdin_are_spooled(self):
        with Server(plain()) as server:
            self.assertEqual(self.dial_ok("-T", "-", server.url("/x"),
                                          stdin=b"from stdin"), b"hello\n")
            self.assertTrue(server.requests[0].startswith(b"PUT /x HTTP/1.0"))
            self.assertIn(b"\r\nContent-Length: 10\r\n", server.requests[0])
            self.assertTrue(server.requests[0].endswith(b"\r\n\r\nfrom stdin"))


# --- Signals and pipes -------------------------------------------------------

class Signals(Case):
    def endless(self):
        return [Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
                Step(expect=EOF)]

    def test_a_signal_ends_in_order(self):
        """FILE-12: exit 128+n, the part kept, nothing half renamed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number), Server(self.endless()) as server:
                self.setUp()
                process = subprocess.Popen(
                    [DIAL, "-o", "out", server.url()], cwd=self.folder,
                    env=clean_environment(), stderr=subprocess.PIPE)
                part = self.path("out.part")
                while not (os.path.exists(part) and os.path.getsize(part)):
                    self.assertIsNone(process.poll())
                    time.sleep(0.01)
                process.send_signal(number)
                said = process.communicate(timeout=TIMEOUT)[1]
                self.assertEqual(process.returncode, 128 + number)
                self.assertEqual(said, b"dial: what came is kept in out.part "
                                 b"for -C -\n")
                self.assertNotIn("out", self.files())
                self.assertEqual(self.read("out.part"), b"half")

    def test_a_signal_before_any_answer(self):
        with Server([Step(), Step(expect=EOF)]) as server:
            process = subprocess.Popen([DIAL, server.url(), server.url()],
                                       env=clean_environment())
            while not server.requests:
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(TIMEOUT), 128 + signal.SIGTERM)
            self.assertEqual(len(server.connections), 1)

    def test_an_ignored_hangup_stays_ignored(self):
        release = threading.Event()
        with Server([Step(wait=release, send=b"HTTP/1.0 200 OK\r\n\r\nx",
                          close=True)]) as server:
            process = subprocess.Popen(
                [DIAL, "-s", server.url()], env=clean_environment(),
                stdout=subprocess.PIPE,
                preexec_fn=lambda: signal.signal(signal.SIGHUP,
                                                 signal.SIG_IGN))
            while not server.requests:
                time.sleep(0.01)
            process.send_signal(signal.SIGHUP)
            release.set()
            self.assertEqual(process.communicate(timeout=TIMEOUT)[0], b"x")
            self.assertEqual(process.returncode, 0)

    def test_a_reader_that_left_is_no_drama(self):
        """FILE-08: exit 23, not a word, and not killed by SIGPIPE."""
        with Server([reply(b"x" * (1 << 22))]) as server:
            reader, writer = os.pipe()
            process = subprocess.Popen([DIAL, server.url()], stdout=writer,
                                       stderr=subprocess.PIPE,
                                       env=clean_environment())
            os.close(writer)
            os.read(reader, 10)
            os.close(reader)
            said = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual((process.returncode, said), (23, b""))

    def test_closed_descriptors_are_not_taken_for_sockets(self):
        with Server(plain()) as server:
            done = subprocess.run(
                ["/bin/sh", "-c", f"exec {DIAL} {server.url()} 0<&- 1>&-"],
                stderr=subprocess.PIPE, timeout=TIMEOUT, check=False,
                env=clean_environment())
            self.assertEqual(len(server.requests), 1)
            self.assertNotIn(b"hello", server.heard)
        self.assert_fails(done, 23, "standard output")

    def test_help_to_a_reader_that_left(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([DIAL, "--help", "all"], stdout=writer,
                              stderr=subprocess.PIPE, check=False,
                              preexec_fn=lambda: signal.signal(
                                  signal.SIGPIPE, signal.SIG_IGN))
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (23, b""))


# --- Terminals ---------------------------------------------------------------

class Terminals(Case):
    """OUT-01: what a peer said never drives a terminal."""

    EVIL = b"\x1b]52;c;x\x07 \xc2\x9b \x9b \r \x08"

    def on_terminal(self, *args, stdout=True, stderr=False):
        """Exit code, what the terminal got, and what the other pipe got."""
        ours, theirs = pty.openpty()
        os.set_blocking(ours, False)
        process = subprocess.Popen(
            [DIAL, *args], cwd=self.folder, env=clean_environment(),
            stdout=theirs if stdout else subprocess.PIPE,
            stderr=theirs if stderr else subprocess.PIPE)
        os.close(theirs)
        seen = b""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            if not select.select([ours], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(ours, 65536)
            except OSError:
                break  # the terminal was hung up
            if not data:
                break
            seen += data
        other = (process.stdout or process.stderr).read() \
            if not (stdout and stderr) else b""
        process.wait(TIMEOUT)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        os.close(ours)
        return process.returncode, seen.replace(b"\r\n", b"\n"), other

    def test_a_body_is_escaped_but_for_colours(self):
        body = b"\x1b[1mbold\x1b[0m caf\xc3\xa9\t" + self.EVIL + b"\n"
        with Server([reply(body)]) as server:
            code, seen, said = self.on_terminal("-s", server.url())
        self.assertEqual((code, said), (0, b""))
        self.assertEqual(
            seen, b"\x1b[1mbold\x1b[0m caf\xc3\xa9\t"
                  b"\\x1b]52;c;x\\x07 \\xc2\\x9b \\x9b \\x0d \\x08\n\x1b[0m")

    def test_colours_end_with_a_body_that_is_cut(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
        with Server([Step(send=head + b"\x1b[7m\x1b[8mx",
                          close=True)]) as server:
            code, seen, said = self.on_terminal("-s", server.url())
        self.assertEqual((code, said), (18, b""))
        self.assertEqual(seen, b"\x1b[7m\\x1b[8mx\x1b[0m")

    def test_a_nul_is_refused(self):
        with Server([reply(b"a\0b")]) as server:
            code, seen, said = self.on_terminal(server.url())
        self.assertEqual((code, seen), (23, b""))
        self.assertIn(b"-o -", said)

    def test_o_dash_is_raw(self):
        with Server([reply(b"a\0b" + self.EVIL)]) as server:
            code, seen, _ = self.on_terminal("-o", "-", server.url())
        self.assertEqual((code, seen), (0, b"a\0b" + self.EVIL))

    def test_heads_are_escaped_on_a_terminal_and_raw_in_a_pipe(self):
        head = (b"HTTP/1.1 200 " + b"\x1b[31mOK" + b"\r\nX: \xc2\x9b31m\r\n"
                b"Content-Length: 1\r\n\r\nx")
        with Server([Step(send=head)]) as server:
            _, seen, _ = self.on_terminal("-i", server.url())
        seen = re.sub(rb"\x1b\[(?:1|22)m", b"", seen)  # the names are bold
        self.assertEqual(seen, b"HTTP/1.1 200 \\x1b[31mOK\nX: \\xc2\\x9b31m\n"
                               b"Content-Length: 1\n\nx")
        with Server([Step(send=head)]) as server:
            self.assertEqual(self.dial_ok("-i", server.url()), head)

    def test_stderr_is_escaped_always(self):
        head = (b"HTTP/1.1 200 \x1b[31mOK\r\nX: \x9b31m\r\n"
                b"Content-Length: 0\r\n\r\n")
        with Server([Step(send=head)]) as server:
            done = self.dial("-v", server.url(), "-w",
                             "%{stderr}%header{x}")
        self.assertIn(b"< HTTP/1.1 200 \\x1b[31mOK\n", done.stderr)
        self.assertIn(b"< X: \\x9b31m\n", done.stderr)
        self.assertTrue(done.stderr.endswith(b"\\x9b31m"))
        self.assertNotRegex(done.stderr, rb"[\x00-\x08\x0b-\x1f\x7f-\xff]")

    def test_progress_is_one_line_that_goes_away(self):
        release = threading.Event()
        threading.Timer(0.5, release.set).start()
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
                               b"half"),
                     Step(expect=None, wait=release, send=b"half")]) as server:
            code, seen, out = self.on_terminal(server.url(), stdout=False,
                                               stderr=True)
        self.assertEqual((code, out), (0, b"halfhalf"))
        self.assertIn(b"\r 50%  4B of 8B  ", seen)
        self.assertTrue(seen.endswith(b"\r\x1b[K"))
        self.assertNotIn(b"\n", seen)
        self.assertLess(seen.count(b"%"), 12)

    def test_progress_is_not_for_pipes_nor_beside_a_body(self):
        script = [reply(b"x" * 10)]
        with Server(script) as server:
            self.assertEqual(self.dial_ok(server.url()), b"x" * 10)
        for args in (["-s"], ["--no-progress-meter"]):
            with Server(script) as server:
                _, seen, _ = self.on_terminal(*args, server.url(),
                                              stdout=False, stderr=True)
            self.assertEqual(seen, b"")
        with Server(script) as server:
            _, seen, _ = self.on_terminal(server.url(), stderr=True)
        self.assertEqual(seen, b"x" * 10)

    def test_a_signal_takes_the_progress_line_away(self):
        """FILE-12: the terminal is left clean."""
        ours, theirs = pty.openpty()
        with Server([Step(send=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
                               b"half"), Step(expect=EOF)]) as server:
            process = subprocess.Popen(
                [DIAL, "-o", "out", server.url()], cwd=self.folder,
                stderr=theirs, env=clean_environment())
            seen = b""
            while b"50%" not in seen:
                seen += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(TIMEOUT), 130)
        seen += os.read(ours, 4096)
        os.close(theirs)
        os.close(ours)
        self.assertTrue(seen.endswith(
            b"\r\x1b[Kdial: what came is kept in out.part for -C -\r\n"), seen)


    def test_a_password_is_asked_for_without_echo(self):
        with Server(plain()) as server:
            pid, ours = pty.fork()
            if pid == 0:
                os.execve(DIAL, [DIAL, "-s", "-u", "me", server.url()],
                          clean_environment())
            seen = b""
            while not seen.endswith(b": "):
                seen += os.read(ours, 100)
            os.write(ours, b"SECRET\n")
            while b"hello" not in seen:
                seen += os.read(ours, 100)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
                             0)
            os.close(ours)
            self.assertIn(b"Authorization: Basic bWU6U0VDUkVU\r\n",
                          server.requests[0])
        self.assertEqual(seen, b"Password for me at the server: \r\n"
                               b"hello\r\n")

    def test_a_signal_at_the_prompt_gives_the_echo_back(self):
        pid, ours = pty.fork()
        if pid == 0:
            os.execve(DIAL, [DIAL, "-u", "me", "http://127.0.0.1:1/"],
                      clean_environment())
        seen = b""
        while not seen.endswith(b": "):
            seen += os.read(ours, 100)
        self.assertFalse(termios.tcgetattr(ours)[3] & termios.ECHO)
        os.kill(pid, signal.SIGINT)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
                         130)
        self.assertTrue(termios.tcgetattr(ours)[3] & termios.ECHO)
        os.close(ours)


# --- Diagnostics -------------------------------------------------------------

class Telling(Case):
    def test_json_is_valid_whatever_the_head_holds(self):
        """OUT-04, with Python as the second parser."""
        odd = bytes(b for b in range(256) if b not in b"\0\r\n")
        head = (b"HTTP/1.1 200 OK\r\nX-Odd: " + odd + b"\r\nA: 1\r\na: 2\r\n"
                b"Content-Type: \xff\"\\\r\nContent-Length: 0\r\n\r\n")
        with Server([Step(send=head)]) as server:
            said = self.dial("-w", "%{header_json}", server.url()).stdout
            fields = json.loads(said.decode())
        self.assertEqual(fields["a"], ["1", "2"])
        self.assertEqual(len(fields["x-odd"]), 1)
        self.assertIn("\x1b", fields["x-odd"][0])
        with Server([Step(send=head)]) as server:
            said = self.dial("-w", "%{json}", server.url()).stdout
            facts = json.loads(said.decode())
            self.assertEqual(facts["remote_port"], server.port)
        self.assertEqual(facts["http_code"], 200)
        self.assertEqual(facts["content_type"], "\ufffd\"\\")

    def test_unknown_variables_are_named(self):
        with Server(plain()) as server:
            done = self.dial("-s", "-w", "[%{nope}]", server.url())
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, b"hello\n[]")
        self.assertEqual(done.stderr,
                         b"dial: unknown --write-out variable: nope\n")

    def test_verbose_shows_heads_and_masks_secrets(self):
        with Server(plain()) as server:
            done = self.dial("-v", "-u", "me:SECRET", "-H", "Cookie: s=SECRET",
                             server.url())
            self.assertIn(b"s=SECRET", server.requests[0])
        self.assertIn(b"\n> GET / HTTP/1.0\n> Host: ", done.stderr)
        self.assertIn(b"\n> \n", done.stderr)
        self.assertIn(b"\n< HTTP/1.1 200 OK\n< X-A: 1\n", done.stderr)
        self.assertNotIn(b"SECRET", done.stderr)
        self.assertNotIn(b"bWU6U0VDUkVU", done.stderr)

    def test_a_refused_tunnel_is_the_proxys_word(self):
        """PROXY-07: head as in curl, body marked on stderr, exit 7."""
        words = b"<p>\x1b[2Jnot today</p>\n" + b"line\n" * 50
        script = [reply(words, status="403 Forbidden",
                        fields=["Set-Cookie: a=b", "Location: http://x/"])]
        for args, out in ((["-i"], b"HTTP/1.1 403 Forbidden\r\n"), ([], b"")):
            with Server(script) as proxy:
                done = self.dial("-L", *args, "-D", "heads", "-w",
                                 "%{stderr}%{http_connect} %{http_code}", "-x",
                                 proxy.url(), "https://a.test/")
                self.assertEqual(len(proxy.requests), 1)
            self.assertEqual(done.returncode, 7)
            self.assertTrue(done.stdout.startswith(out))
            self.assertNotIn(b"not today", done.stdout)
            self.assertIn(b"dial: the proxy says: <p>\\x1b[2Jnot today</p>\n",
                          done.stderr)
            self.assertEqual(done.stderr.count(b"the proxy says: "), 20)
            self.assertIn(b"dial: (7) ", done.stderr)
            self.assertIn(b"403", done.stderr)
            self.assertTrue(done.stderr.endswith(b"403 000"))
            self.assertTrue(self.read("heads").startswith(
                b"HTTP/1.1 403 Forbidden\r\n"))
        with Server(script) as proxy:
            done = self.dial("-s", "-x", proxy.url(), "https://a.test/")
            self.assertEqual((done.returncode, done.stderr), (7, b""))

    def test_the_exit_code_is_the_last_transfers(self):
        """OUT-07."""
        closed = f"http://127.0.0.1:{closed_port()}/"
        with Server(plain()) as server:
            self.assertEqual(self.dial("-s", closed, server.url()).returncode,
                             0)
            self.assertEqual(self.dial("-s", server.url(), closed).returncode,
                             7)


# --- The way there -----------------------------------------------------------

class Ways(Case):
    def test_a_connection_is_kept_only_for_a_later_url(self):
        keep = ["Connection: keep-alive"]
        with Server([reply(b"1", fields=keep, version="1.0"),
                     reply(b"2", version="1.0")]) as server:
            self.assertEqual(
                self.dial_ok(server.url("/a"), server.url("/b")), b"12")
            self.assertEqual(len(server.connections), 1)
            self.assertIn(b"\r\nConnection: keep-alive\r\n",
                          server.requests[0])
            self.assertNotIn(b"\r\nConnection:", server.requests[1])
        with Server([reply(b"1")]) as one, Server([reply(b"2")]) as two:
            self.dial_ok(one.url(), two.url())
            self.assertNotIn(b"\r\nConnection:", one.requests[0])

    def test_http11_on_request(self):
        chunked = Step(send=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                            b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        with Server([chunked]) as server:
            self.assertEqual(self.dial_ok("--http1.1", server.url()), b"hello")
            self.assertTrue(server.requests[0].startswith(b"GET / HTTP/1.1"))

    def test_the_head_of_a_get_comes_without_its_body(self):
        with Server([reply(b"hello")]) as server:
            head = self.dial_ok("-I", "-X", "GET", server.url())
            self.assertTrue(server.requests[0].startswith(b"GET "))
        self.assertTrue(head.endswith(b"\r\n\r\n"), head)

    def test_a_unix_socket(self):
        path = self.path("socket")
        with Server(plain(), path=path) as server:
            self.assertEqual(
                self.dial_ok("--unix-socket", path, "http://a.test/x"),
                b"hello\n")
            self.assertIn(b"\r\nHost: a.test\r\n", server.requests[0])

    def test_tls_through_a_proxy(self):
        with Server(plain(), tls="good") as origin, \
                Server([connect(origin.port)]) as proxy:
            cacert = os.path.join(os.environ["top_builddir"], "certs", "made",
                                  "root.pem")
            url = f"https://a.test:{origin.port}/x"
            self.assertEqual(self.dial_ok("-x", proxy.url(), "--cacert",
                                          cacert, "-D", "heads", url),
                             b"hello\n")
            self.assertIn(f"CONNECT a.test:{origin.port} HTTP/1.1".encode(),
                          proxy.requests[0])
            self.assertIn(b"GET /x HTTP/1.0\r\n", origin.requests[0])
            self.assertNotIn(b"Proxy-", origin.heard)
            self.assertEqual(self.read("heads").count(b"HTTP/1.1 200"), 2)

    def test_an_unknown_issuer_is_refused_unless_told(self):
        with Server(plain(), tls="good") as origin:
            self.assert_fails(self.dial(origin.url()), 60)
            self.assertEqual(self.dial_ok("-k", origin.url()), b"hello\n")

    def test_a_given_cookie_stays_with_its_origin(self):
        """CRED-07: -b name=value."""
        with Server([reply(b"B")]) as b, Server(
                [reply(b"", status="302 F",
                       fields=[f"Location: {b.url()}"])]) as a:
            self.dial_ok("-L", "-b", "s=SECRET", a.url())
            self.assertIn(b"SECRET", a.heard)
            self.assertNotIn(b"SECRET", b.heard)

    def test_the_time_of_day(self):
        line = b"\n61366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST) * \n"
        with Server([Step(expect=None, send=line, close=True)]) as server:
            said = self.dial_ok("-w", "%{daytime_utc}",
                                f"daytime://127.0.0.1:{server.port}")
        self.assertEqual(said, line + b"2026-11-22T11:10:00Z")


if __name__ == "__main__":
    unittest.main(verbosity=1)
