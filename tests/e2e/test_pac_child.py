"""dial-pac, the program that evaluates PAC files, spoken to as dial does.

CASES A13: what a script may do, what stops it, and that each function gives
what it gives in Chromium.
"""
import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pac_child import LIMIT, PROGRAM, Child, Failed, Gone, built  # noqa: E402

LOOKUPS_MAX = 64
ALERTS_MAX = 64
VERDICT_MAX = 8192


def returning(expression, before=""):
    """A script whose verdict is the expression."""
    return (f"{before}\nfunction FindProxyForURL(url, host)"
            f" {{ return {expression}; }}")


# One child evaluates many expressions: the host is the code, so that a case
# costs no start of the engine.
EVALUATOR = returning("JSON.stringify((0, eval)(host)) + ''")


class Case(unittest.TestCase):
    maxDiff = None

    def child(self, script=None, **more):
        child = Child(**more)
        self.addCleanup(child.__exit__)
        return child if script is None else child.load(script)

    def assert_fails(self, kind, line, words, call, *args):
        with self.assertRaises(Failed) as caught:
            call(*args)
        failed = caught.exception
        self.assertEqual((failed.kind, failed.line), (kind, line), str(failed))
        self.assertIn(words, failed.message)

    def assert_no_script(self, script, kind, line, words):
        """The script fails to run, and the child ends by itself."""
        child = self.child()
        self.assert_fails(kind, line, words, child.load, script)
        self.assertEqual(child.end(), 1)

    def assert_all(self, child, cases):
        for code, expected in cases:
            with self.subTest(code=code):
                self.assertEqual(child.verdict("http://a.test/", code),
                                 expected)


class TheProgram(unittest.TestCase):
    def run_program(self, *args, stdin=subprocess.DEVNULL):
        return subprocess.run([PROGRAM, *args], stdin=stdin, timeout=30,
                              capture_output=True, check=False)

    def test_it_says_what_it_is(self):
        done = self.run_program("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout.decode(),
                         r"^dial-pac \S+ JavaScriptCore [\d.]+, "
                         r"(seccomp|no system-call filter)\n$")
        self.assertIn(b"usage: dial-pac", self.run_program("--help").stdout)

    def test_it_refuses_what_it_does_not_know(self):
        for args in (["--now"], ["--now", "x"], ["--now", "-1"], ["a"],
                     ["--cpu", "3601"], ["--now", "253402300800"]):
            done = self.run_program(*args)
            self.assertEqual((done.returncode, done.stdout), (2, b""), args)
            self.assertIn(b"dial-pac: ", done.stderr)

    def test_it_ends_with_its_input(self):
        self.assertEqual(self.run_program().returncode, 0)

    def test_it_ends_where_nobody_speaks_its_language(self):
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"S", b"S\0\0\0\1",
                     b"Q\0\0\0\4u\0ah", b"R\0\0\0\0", b"A\0\0\0\0"):
            done = subprocess.run([PROGRAM], input=data, timeout=30,
                                  capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr),
                             (2, b"", b""), data)


class TheSandbox(Case):
    """PAC-02, PAC-07: a maintained engine, with no way out of it."""

    def test_PAC_02_nothing_of_the_host_is_in_reach(self):
        child = self.child(EVALUATOR)
        names = ("require process module exports fetch XMLHttpRequest"
                 " WebSocket Worker importScripts setTimeout setInterval load"
                 " read readFile print quit gc $vm console WebAssembly"
                 " Atomics SharedArrayBuffer window document navigator Java"
                 " ActiveXObject Deno Bun native engine").split()
        self.assert_all(
            child, [(f"typeof {name}", '"undefined"') for name in names])

    def test_PAC_02_eval_and_import_lead_nowhere(self):
        child = self.child(EVALUATOR)
        self.assert_all(child, [
            ("(0, eval)('1 + 1')", "2"),
            ("new Function('return typeof fetch')()", '"undefined"'),
            ("alert.constructor('return typeof require')()", '"undefined"'),
            ("import('file:///etc/passwd').then(() => alert('in')); 1", "1"),
            ("Object.keys(dnsResolve)", "[]"),
        ])
        self.assertEqual(child.alerts, [])

    def test_PAC_02_the_kernel_answers_hardly_anything(self):
        child = self.child(returning("'DIRECT'"))
        status = self.proc(child, "status")
        self.assertRegex(status, r"\nNoNewPrivs:\s+1\n")
        self.assertRegex(status, r"\nSeccomp:\s+2\n")
        for thread in os.listdir(f"/proc/{child.process.pid}/task"):
            self.assertRegex(self.proc(child, f"task/{thread}/status"),
                             r"\nSeccomp:\s+2\n")
        limits = self.proc(child, "limits")
        for name in ("core file size", "open files", "file size"):
            self.assertRegex(limits, rf"Max {name}\s+0\s+0\s")

    def test_PAC_02_nothing_is_open_but_its_pipes(self):
        read, write = os.pipe()
        os.set_inheritable(write, True)
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        child = Child(pass_fds=[write])
        self.addCleanup(child.__exit__)
        child.load(returning("'DIRECT'"))
        folder = f"/proc/{child.process.pid}/fd"
        self.links_readable(folder)
        others = {name: os.readlink(os.path.join(folder, name))
                  for name in os.listdir(folder) if int(name) > 2}
        for name, target in others.items():
            self.assertRegex(target, r"^(/dev/u?random|anon_inode:|/proc/)",
                             name)

    def test_PAC_02_no_memory_is_code_that_was_made(self):
        script = returning("'' + f(3e5)", "function f(n) { let sum = 0;"
                           " for (let i = 0; i < n; i++) sum += i % 7;"
                           " return sum; }")
        child = self.child(script)
        child.verdict()  # what would be worth compiling
        for line in self.proc(child, "maps").splitlines():
            fields = line.split()
            if "x" in fields[1]:
                self.assertNotIn("w", fields[1], line)
                self.assertTrue(fields[4] != "0" or fields[-1] in
                                ("[vdso]", "[vsyscall]"), line)

    def test_PAC_02_it_dies_with_its_parent(self):
        code = ("import sys; sys.path.insert(0, sys.argv[1])\n"
                "from pac_child import Child\n"
                "import os\n"
                "child = Child().load('function FindProxyForURL()"
                " { for (;;); }')\n"
                "child.send('Q', b'http://a.test/\\0a.test')\n"
                "print(child.process.pid, flush=True)\n"
                "os._exit(0)\n")
        done = subprocess.run(
            [sys.executable, "-c", code, os.path.dirname(__file__)],
            capture_output=True, timeout=30, check=True)
        status = f"/proc/{int(done.stdout)}/status"
        for _ in range(200):
            try:
                with open(status, encoding="ascii") as file:
                    if "\nState:\tZ" in file.read():
                        return
            except OSError:
                return
            time.sleep(0.02)
        self.fail("it lives on")

    def proc(self, child, name):
        if not os.path.isdir("/proc/self/task"):
            self.skipTest("there is no /proc")
        try:
            with open(f"/proc/{child.process.pid}/{name}",
                      encoding="utf-8") as file:
                return file.read()
        except PermissionError:
            self.skipTest("it may not be looked at")

    def links_readable(self, folder):
        try:
            os.readlink(os.path.join(folder, "0"))
        except OSError:
            self.skipTest("it may not be looked at")


class Budgets(Case):
    """PAC-03: each way of going on for ever ends, and says how."""

    def test_PAC_03_loops_end_when_their_time_is_up(self):
        """In the script, in what an exception says of itself, and in a
        regular expression, if the engine's own count of steps does not end it
        before; side by side, for they take their time."""
        at_the_top = self.start("for (;;);", "1")
        thrown = self.start(
            "", "(() => { throw { toString() { for (;;); } } })()")
        matched = self.start("", "/(a+)+$/.test('a'.repeat(50) + 'b') + ''")
        self.assert_out_of_time(at_the_top)
        self.assertEqual(thrown.conclude(), ("R", b""))
        self.assert_out_of_time(thrown)
        self.assertEqual(matched.conclude(), ("R", b""))
        try:
            self.assertEqual(matched.conclude(), ("V", b"\0false"))
        except Gone:
            self.assert_out_of_time(matched)

    def start(self, top, expression):
        """A child that has little time, a script and a query to answer."""
        child = self.child(cpu=0)
        child.send("S", b"x\0" + returning(expression, top).encode())
        child.send("Q", b"http://a.test/\0a.test")
        return child

    def assert_out_of_time(self, child):
        self.assertRaises(Gone, child.conclude)
        self.assertEqual(child.process.wait(LIMIT), -signal.SIGXCPU)

    def test_PAC_03_recursion_is_an_exception(self):
        child = self.child(returning(
            "host === 'deep' ? f(0) : 'DIRECT'",
            "function f(n) { return f(n + 1) + 1; }"))
        self.assert_fails("x", 1, "Maximum call stack", child.verdict,
                          "http://a.test/", "deep")
        self.assertEqual(child.verdict(), "DIRECT")

    def test_PAC_03_what_cannot_be_had_is_an_exception(self):
        child = self.child(EVALUATOR)
        for code in ("new Array(-1)", "'x'.repeat(2 ** 31)"):
            self.assert_fails("x", 2, "RangeError", child.verdict,
                              "http://a.test/", code)
        self.assert_all(child, [("new Array(1e9).length", "1000000000")])

    def test_PAC_03_memory_grows_until_the_parent_ends_it(self):
        child = self.child(returning(
            "(() => { const a = [];"
            " for (let i = 0; i < 1e9; i++) a[i] = i; })()"))
        child.send("Q", b"http://a.test/\0a.test")
        for _ in range(500):
            with open(f"/proc/{child.process.pid}/statm",
                      encoding="ascii") as file:
                resident = int(file.read().split()[1]) * 4096
            if resident > 100e6:
                child.process.kill()
                self.assertEqual(child.process.wait(LIMIT), -signal.SIGKILL)
                return
            time.sleep(0.01)
        self.fail("it does not grow")

    def test_PAC_03_a_long_verdict_is_none(self):
        child = self.child(returning("'x'.repeat(+host)"))
        self.assertEqual(len(child.verdict("http://a/", str(VERDICT_MAX))),
                         VERDICT_MAX)
        for count in (VERDICT_MAX + 1, 10 ** 6):
            self.assert_fails("l", 0, "too long", child.verdict,
                              "http://a.test/", str(count))

    def test_PAC_03_long_messages_are_cut_at_a_character(self):
        child = self.child(EVALUATOR)
        for code, length in (("throw 'x'.repeat(1e6)", 1024),
                             ("throw '\\u20ac'.repeat(1e6)", 341)):
            with self.assertRaises(Failed) as caught:
                child.verdict("http://a.test/", code)
            self.assertEqual(len(caught.exception.message), length)

    def test_PAC_03_too_many_look_ups_end_a_query(self):
        child = self.child(returning(
            "(() => { let n = 0; try { for (; n < +host; n++)"
            " dnsResolve('h' + n) } catch (e) {} return 'DIRECT'; })()"))
        url = "http://a.test/"
        self.assertEqual(child.verdict(url, str(LOOKUPS_MAX)), "DIRECT")
        self.assertEqual(len(child.asked), LOOKUPS_MAX)
        self.assert_fails("m", 0, f"more than {LOOKUPS_MAX} look-ups",
                          child.verdict, url, str(LOOKUPS_MAX + 1))
        self.assertEqual(len(child.asked), 2 * LOOKUPS_MAX)
        self.assertEqual(child.verdict(url, "1"), "DIRECT")

    def test_PAC_03_too_many_look_ups_end_a_script(self):
        self.assert_no_script(
            returning("1", "for (let i = 0; i < 100; i++)"
                           " isResolvable('h' + i);"),
            "m", 1, f"more than {LOOKUPS_MAX} look-ups")

    def test_PAC_09_too_many_alerts_are_not_heard(self):
        child = self.child(returning(
            "(() => { for (let i = 0; i < 1000; i++) alert(i);"
            " return 'DIRECT'; })()"))
        self.assertEqual(child.verdict(), "DIRECT")
        self.assertEqual(child.alerts, [str(i) for i in range(ALERTS_MAX)])
        child.alerts.clear()
        self.assertEqual(child.verdict(), "DIRECT")
        self.assertEqual(len(child.alerts), ALERTS_MAX)


class TheScript(Case):
    """PAC-09: what is a script, and what it gives."""

    def test_PAC_09_todays_language(self):
        script = """
'use strict';
class Net { #name; constructor(name) { this.#name = name; }
    static of(...names) { return names.map((name) => new Net(name)); }
    get name() { return this.#name; } }
const nets = [...Net.of('a', 'b'), new Net('c')];
let count = 0;
async function* later() { yield await 1; }
later().next();
const FALLBACK = { proxy: { port: 8080, ...{ host: 'p.test' } } };
function FindProxyForURL(url, host) {
    for (const { name } of nets) if (name === host) count += 1;
    const { port, host: p = 'q' } = FALLBACK?.proxy ?? {};
    const seen = new Map([[host, count]]);
    label: for (const [key, value] of seen) { if (value) break label; }
    return /^(?<first>.)/u.exec(host).groups.first === 'a'
        ? `PROXY ${p}:${port}; DIRECT` : 'DIRECT'.padEnd(6) + 2n ** 0n;
}"""
        child = self.child(script)
        self.assertEqual(child.verdict("http://a/", "a"),
                         "PROXY p.test:8080; DIRECT")
        self.assertEqual(child.verdict("http://z/", "z"), "DIRECT1")

    def test_PAC_09_variables_live_on(self):
        child = self.child(returning("`PROXY p:${++count}`", "let count = 0;"))
        self.assertEqual([child.verdict() for _ in range(3)],
                         ["PROXY p:1", "PROXY p:2", "PROXY p:3"])

    def test_PAC_09_what_it_is_called_with(self):
        child = self.child(
            returning("[url, host, arguments.length, typeof this].join(' ')"))
        self.assertEqual(
            child.verdict("https://h\u00e9.test:443/", "h\u00e9.test"),
            "https://h\u00e9.test:443/ h\u00e9.test 2 object")

    def test_PAC_01_it_sees_what_it_is_given_and_no_more(self):
        child = self.child(returning("url + ' ' + host"))
        self.assertEqual(child.verdict("https://b.test:443/", "b.test"),
                         "https://b.test:443/ b.test")

    def test_PAC_09_what_is_returned(self):
        child = self.child(returning("(0, eval)(host)"))
        for code, words in (("1", "a number"), ("null", "null"),
                            ("undefined", "undefined"), ("({})", "an object"),
                            ("true", "a boolean"), ("['DIRECT']", "an object"),
                            ("(async () => 'DIRECT')()", "an object"),
                            ("Symbol()", "an object"),
                            ("new String('DIRECT')", "an object"),
                            ("'DIRECT\\ud800'", "half a character")):
            with self.subTest(code=code):
                self.assert_fails("t", 0, words, child.verdict,
                                  "http://a.test/", code)
        for code, expected in (
                ("''", ""), ("' DIRECT '", " DIRECT "),
                ("'PROXY \\u20ac:1'", "PROXY \u20ac:1"),
                ("'\\ud83d\\ude00'", "\U0001f600"),
                ("'a\\0b\\r\\nc'", "a\0b\r\nc")):
            with self.subTest(code=code):
                self.assertEqual(child.verdict("http://a.test/", code),
                                 expected)

    def test_PAC_09_no_entry_point(self):
        for script in ("", "// nothing", "var FindProxyForURL;",
                       "var FindProxyForURL = 'DIRECT';",
                       "function findproxyforurl() {}",
                       "function FindProxyForURLEx() { return 'DIRECT'; }",
                       # browsers look for a property of the global object
                       "const FindProxyForURL = () => 'DIRECT';"):
            with self.subTest(script=script):
                self.assert_no_script(script, "n", 0, "FindProxyForURL")

    def test_PAC_09_an_entry_point_may_come_any_way(self):
        for script in ("FindProxyForURL = () => 'DIRECT'",
                       "globalThis.FindProxyForURL = () => 'DIRECT'",
                       "function FindProxyForURLEx() { return 'no'; }"
                       "var FindProxyForURL = function () { return 'DIRECT' }",
                       "this['FindProxyForURL'] = String.raw.bind(null,"
                       "{raw: ['DIRECT']})"):
            with self.subTest(script=script):
                self.assertEqual(self.child(script).verdict(), "DIRECT")

    def test_PAC_09_it_may_end_in_a_comment(self):
        child = self.child(returning("'DIRECT'") + " // the end")
        self.assertEqual(child.verdict(), "DIRECT")

    def test_PAC_09_a_missing_brace(self):
        self.assert_no_script("\nfunction FindProxyForURL(url, host) {\n"
                              "return 'DIRECT';\n", "s", 4, "SyntaxError")
        self.assert_no_script("let a;\nlet a;", "s", 2, "twice")
        self.assert_no_script("a b", "s", 1, "SyntaxError")

    def test_PAC_09_exceptions_have_their_line(self):
        self.assert_no_script("\n\nnone.such;", "x", 3, "ReferenceError")
        self.assert_no_script("\neval('a b')", "x", 2, "SyntaxError")
        child = self.child("function FindProxyForURL(url, host) {\n"
                           "  if (host === 'a')\n"
                           "    return shExpMatch(undefined, undefined);\n"
                           "  if (host === 'b')\n    throw 'a word';\n"
                           "  if (host === 'c') throw null;\n"
                           "  if (host === 'd') throw { toString() {"
                           " throw 1; } };\n"
                           "  if (host === 'e') throw { toString() {"
                           " return '\\x1b[31m\\n'; } };\n"
                           "  return [1].map((n) => n.a.b)[0]; }")
        for host, line, words in (("a", 3, "TypeError"), ("b", 0, "a word"),
                                  ("c", 0, "null"), ("d", 0, "no text"),
                                  ("e", 0, "\x1b[31m\n"),
                                  ("f", 9, "TypeError: undefined is not")):
            with self.subTest(host=host):
                self.assert_fails("x", line, words, child.verdict,
                                  "http://a.test/", host)

    def test_PAC_09_bytes_that_are_no_utf8_are_latin1(self):
        for script, expected in (
                (b"\xef\xbb\xbffunction FindProxyForURL()"
                 b" { return '\xc3\xa9'; }", "\u00e9"),
                (b"function FindProxyForURL() { return '\xe9\x80'; }",
                 "\u00e9\x80"),
                (b"function FindProxyForURL()"
                 b" { return '\xf0\x9f\x98\x80'; }", "\U0001f600")):
            self.assertEqual(self.child(script).verdict(), expected)

    def test_PAC_04_a_script_of_one_mebibyte(self):
        script = returning("'DIRECT'")
        script = "/*" + "x" * (1 << 20) + "*/" + script
        extra = len(script) - (1 << 20)
        script = script.replace("x" * extra, "", 1)
        self.assertEqual(len(script), 1 << 20)
        self.assertEqual(self.child(script).verdict(), "DIRECT")
        child = self.child()
        with self.assertRaises(Gone):
            child.load(script + " ")
        self.assertEqual(child.process.wait(LIMIT), 2)

    def test_PAC_09_a_script_may_have_functions_of_its_own(self):
        child = self.child(returning(
            "isInNet() + alert + dnsResolve()",
            "function isInNet() { return 'mine '; } let alert = 'too ';"
            "const dnsResolve = () => 'all';"))
        self.assertEqual(child.verdict(), "mine too all")

    def test_PAC_09_alerts_are_heard(self):
        child = self.child(
            returning("(alert(host), alert({}), alert(), 'DIRECT')",
                      "alert('at the top\\x1b[0m');"))
        self.assertEqual(child.alerts, ["at the top\x1b[0m"])
        child.alerts.clear()
        child.verdict("http://a/", "h\u00e9")
        self.assertEqual(child.alerts,
                         ["h\u00e9", "[object Object]", "undefined"])


class Functions(Case):
    """PAC-09: the functions, as Chromium has them."""

    def test_PAC_09_names(self):
        self.assert_all(self.child(EVALUATOR), [
            ("isPlainHostName('www')", "true"),
            ("isPlainHostName('www.a.test')", "false"),
            ("isPlainHostName('')", "true"),
            ("isPlainHostName('::1')", "false"),
            ("isPlainHostName('1:2:3:4:5:6:7:8')", "false"),
            ("isPlainHostName('1:2')", "true"),
            ("dnsDomainIs('www.a.test', '.a.test')", "true"),
            ("dnsDomainIs('a.test', '.a.test')", "false"),
            ("dnsDomainIs('nota.test', 'a.test')", "true"),
            ("dnsDomainIs('www.A.test', '.a.test')", "false"),
            ("localHostOrDomainIs('www', 'www.a.test')", "true"),
            ("localHostOrDomainIs('www.a.test', 'www.a.test')", "true"),
            ("localHostOrDomainIs('www.b.test', 'www.a.test')", "false"),
            ("localHostOrDomainIs('ww', 'www.a.test')", "false"),
            ("dnsDomainLevels('www')", "0"),
            ("dnsDomainLevels('www.a.test')", "2"),
            ("getClientVersion()", '"1.0"'),
        ])

    def test_PAC_09_shell_expressions(self):
        self.assert_all(self.child(EVALUATOR), [
            ("shExpMatch('http://a.test/b', '*a.test/*')", "true"),
            ("shExpMatch('http://a.test/b', '*A.test/*')", "false"),
            ("shExpMatch('aXtest', 'a.test')", "false"),
            ("shExpMatch('a.test', '?.test')", "true"),
            ("shExpMatch('a.test', '??.test')", "false"),
            ("shExpMatch('a.test', 'a')", "false"),
            ("shExpMatch('a.test', '(a|b).test')", "true"),
            ("shExpMatch('7.test', '[0-9].test')", "true"),
            ("shExpMatch('axyz', 'a|b')", "true"),
            ("shExpMatch('', '*')", "true"),
            ("shExpMatch('a+b', 'a+b')", "false"),
        ])

    def test_PAC_09_networks(self):
        child = self.child(EVALUATOR, hosts={("h", "a.test"): "10.1.2.3"})
        self.assert_all(child, [
            ("isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0')", "true"),
            ("isInNet('11.1.2.3', '10.0.0.0', '255.0.0.0')", "false"),
            ("isInNet('192.168.1.9', '192.168.1.9', '255.255.255.255')",
             "true"),
            ("isInNet('200.1.2.3', '200.0.0.0', '255.0.0.0')", "true"),
            ("isInNet('10.1.2.3', '10.9.9.3', '255.0.0.255')", "true"),
            ("isInNet('10.1.2.300', '10.0.0.0', '255.0.0.0')", "false"),
            ("isInNet('a.test', '10.1.0.0', '255.255.0.0')", "true"),
            ("isInNet('b.test', '0.0.0.0', '0.0.0.0')", "false"),
            ("convert_addr('1.2.3.4')", "16909060"),
            ("convert_addr('255.0.0.0')", "-16777216"),
        ])
        self.assertEqual(child.asked, [("h", "a.test"), ("h", "b.test")])

    def test_PAC_09_isInNetEx(self):
        self.assert_all(self.child(EVALUATOR), [
            ("isInNetEx('198.95.249.79', '198.95.249.79/32')", "true"),
            ("isInNetEx('198.95.6.8', '198.95.0.0/16')", "true"),
            ("isInNetEx('198.96.6.8', '198.95.0.0/15')", "false"),
            ("isInNetEx('198.95.6.8', '0.0.0.0/0')", "true"),
            ("isInNetEx('3ffe:8311:ffff::1', '3ffe:8311:ffff::/48')", "true"),
            ("isInNetEx('3ffe:8311:fffe::1', '3ffe:8311:ffff::/47')", "true"),
            ("isInNetEx('3ffe:8311:fffd::1', '3ffe:8311:ffff::/47')",
             "false"),
            ("isInNetEx('::ffff:1.2.3.4', '::ffff:102:0/112')", "true"),
            ("isInNetEx('1.2.3.4', '::/0')", "false"),
            ("isInNetEx('a.test', '0.0.0.0/0')", "false"),
            ("isInNetEx('1.2.3.4', '1.2.3.4')", "false"),
            ("isInNetEx('1.2.3.4', '1.2.3.4/33')", "false"),
            ("isInNetEx('1.2.3.4', '1.2.3.4/8/8')", "false"),
            ("isInNetEx('1.2.3.4', '1.2.3.4/')", "false"),
            ("isInNetEx('1.2.3.4')", "false"),
        ])

    def test_PAC_09_sortIpAddressList(self):
        self.assert_all(self.child(EVALUATOR), [
            ("sortIpAddressList('10.2.3.9;2001:4898:28:3:201:2ff:feea:fc14"
             ";::1;127.0.0.1;::9')",
             '"::1;::9;2001:4898:28:3:201:2ff:feea:fc14;10.2.3.9;127.0.0.1"'),
            ("sortIpAddressList(' 9.9.9.9 ;\\t10.0.0.1')",
             '"9.9.9.9;10.0.0.1"'),
            ("sortIpAddressList('1.2.3.4')", '"1.2.3.4"'),
            ("sortIpAddressList('')", "false"),
            ("sortIpAddressList('1.2.3.4;')", "false"),
            ("sortIpAddressList('a.test')", "false"),
            ("sortIpAddressList('1:2:3:4:5:6:7::8;1::2::3')", "false"),
            ("sortIpAddressList(1)", "null"),
            ("sortIpAddressList()", "null"),
        ])

    def test_PAC_09_look_ups(self):
        hosts = {("h", "a.test"): "1.2.3.4",
                 ("e", "a.test"): "::1;1.2.3.4",
                 "m": "192.0.2.1", "e": "2001:db8::1;192.0.2.1"}
        child = self.child(EVALUATOR, hosts=hosts)
        self.assert_all(child, [
            ("dnsResolve('a.test')", '"1.2.3.4"'),
            ("isResolvable('a.test')", "true"),
            ("dnsResolveEx('a.test')", '"::1;1.2.3.4"'),
            ("isResolvableEx('a.test')", "true"),
            ("dnsResolve('no.test')", "null"),
            ("isResolvable('no.test')", "false"),
            ("dnsResolveEx('no.test')", '""'),
            ("isResolvableEx('no.test')", "false"),
            ("myIpAddress()", '"192.0.2.1"'),
            ("myIpAddressEx()", '"2001:db8::1;192.0.2.1"'),
        ])
        asked = len(child.asked)
        self.assert_all(child, [  # what no name can be is not asked for
            ("dnsResolve()", "null"), ("dnsResolve('')", "null"),
            ("dnsResolve(7)", "null"), ("dnsResolveEx({})", '""'),
            ("dnsResolve('a\\0b')", "null"), ("dnsResolve('\\ud800')", "null"),
            ("dnsResolve('x'.repeat(256))", "null"),
            ("isResolvable(null)", "false"),
        ])
        self.assertEqual(len(child.asked), asked)
        self.assert_all(child, [("isResolvable('x'.repeat(255))", "false")])
        self.assertEqual(len(child.asked), asked + 1)

    def test_PAC_09_without_an_address_of_its_own(self):
        self.assert_all(self.child(EVALUATOR), [
            ("myIpAddress()", '"127.0.0.1"'), ("myIpAddressEx()", '""')])

    def test_PAC_09_a_name_is_asked_for_once_a_query(self):
        script = returning("[dnsResolve('a.test'), isResolvable('a.test'),"
                           " isInNet('a.test', '1.0.0.0', '255.0.0.0'),"
                           " dnsResolveEx('a.test')].join()",
                           "dnsResolve('a.test');")
        child = self.child(script, hosts={("h", "a.test"): "1.2.3.4"})
        self.assertEqual(child.verdict(), "1.2.3.4,true,true,")
        self.assertEqual(child.verdict(), "1.2.3.4,true,true,")
        self.assertEqual(child.asked, [("h", "a.test")] + 2 *
                         [("h", "a.test"), ("e", "a.test")])


# 2024-03-15 was a Friday; in Kiritimati (UTC+14) it is Saturday the 16th, in
# Honolulu (UTC-10) still Friday, noon.
FRIDAY = 1710540305  # 2024-03-15T22:05:05Z


class Time(Case):
    """PAC-09: ranges of days, dates and hours."""

    def assert_times(self, cases, now=FRIDAY, zone="UTC"):
        self.assert_all(self.child(EVALUATOR, now=now, zone=zone),
                        [(code, str(expected).lower())
                         for code, expected in cases])

    def test_PAC_09_days_of_the_week(self):
        self.assert_times([
            ("weekdayRange('FRI')", True), ("weekdayRange('SAT')", False),
            ("weekdayRange('MON', 'FRI')", True),
            ("weekdayRange('MON', 'THU')", False),
            ("weekdayRange('FRI', 'MON')", True),
            ("weekdayRange('SAT', 'MON')", False),
            ("weekdayRange('SAT', 'FRI')", True),
            ("weekdayRange('fri')", False), ("weekdayRange()", False),
            ("weekdayRange('FRI', 'NO')", False),
            ("weekdayRange('FRI', 'GMT')", True),
        ])
        self.assert_times([
            ("weekdayRange('SAT')", True), ("weekdayRange('FRI')", False),
            ("weekdayRange('FRI', 'GMT')", True),
            ("weekdayRange('SAT', 'SUN', 'GMT')", False),
        ], zone="Pacific/Kiritimati")

    def test_PAC_09_dates(self):
        self.assert_times([
            ("dateRange()", False),
            ("dateRange(15)", True), ("dateRange(16)", False),
            ("dateRange(15, 'GMT')", True),
            ("dateRange('15')", True),
            ("dateRange(1, 15)", True), ("dateRange(16, 20)", False),
            ("dateRange(20, 15)", True), ("dateRange(20, 14)", False),
            ("dateRange('MAR')", True), ("dateRange('APR')", False),
            ("dateRange('mar')", False),
            ("dateRange('JAN', 'MAR')", True),
            ("dateRange('JAN', 'FEB')", False),
            ("dateRange('NOV', 'MAR')", True),
            ("dateRange('NOV', 'FEB')", False),
            ("dateRange(2024)", True), ("dateRange(2023)", False),
            ("dateRange(2023, 2025)", True),
            ("dateRange(1990, 2023)", False),
            ("dateRange(1, 'MAR', 15, 'MAR')", True),
            ("dateRange(1, 'JAN', 14, 'MAR')", False),
            ("dateRange(24, 'DEC', 15, 'MAR')", True),
            ("dateRange(24, 'DEC', 14, 'MAR')", False),
            ("dateRange('MAR', 2024, 'MAR', 2024)", True),
            ("dateRange('OCT', 2023, 'FEB', 2024)", False),
            ("dateRange(15, 'MAR', 2024, 15, 'MAR', 2024)", True),
            ("dateRange(24, 'DEC', 2023, 14, 'MAR', 2024)", False),
            ("dateRange(24, 'DEC', 2023, 15, 'MAR', 2024, 'GMT')", True),
        ])
        self.assert_times([
            ("dateRange(16)", True), ("dateRange(15, 'GMT')", True),
            ("dateRange(16, 'MAR', 2024, 16, 'MAR', 2024)", True),
            ("dateRange(16, 'MAR', 2024, 16, 'MAR', 2024, 'GMT')", False),
        ], zone="Pacific/Kiritimati")

    def test_PAC_09_the_last_day_of_a_month(self):
        """29 February 2024; a month ends with its own last day."""
        self.assert_times([
            ("dateRange('FEB')", True), ("dateRange('MAR')", False),
            ("dateRange(29)", True), ("dateRange(28)", False),
            ("dateRange('JAN', 'FEB')", True),
        ], now=1709164800 + 86399)
        self.assert_times([("dateRange('JAN', 'FEB')", False),
                           ("dateRange('FEB')", False)],
                          now=1709164800 + 86400)

    def test_PAC_09_hours(self):
        self.assert_times([
            ("timeRange()", False),
            ("timeRange(22)", True), ("timeRange(21)", False),
            ("timeRange('22')", True),
            ("timeRange(9, 22)", True),  # the whole of the last hour
            ("timeRange(9, 21)", False),
            ("timeRange(22, 6)", False),  # browsers do not wrap two hours
            ("timeRange(22, 5, 22, 5)", True),
            ("timeRange(22, 6, 23, 0)", False),
            ("timeRange(8, 30, 22, 4)", False),
            ("timeRange(22, 0, 6, 0)", True),  # and wrap these
            ("timeRange(23, 0, 22, 4)", False),
            ("timeRange(22, 5, 5, 22, 5, 5)", True),
            ("timeRange(22, 5, 6, 22, 5, 59)", False),
            ("timeRange(0, 0, 0, 22, 5, 4)", False),
            ("timeRange(22, 5, 5, 0, 0, 0, 'GMT')", True),
            ("timeRange(0, 'GMT')", False),
        ])
        self.assert_times([
            ("timeRange(12)", True), ("timeRange(12, 'GMT')", False),
            ("timeRange(22, 'GMT')", True),
            ("timeRange(9, 17)", True), ("timeRange(9, 17, 'GMT')", False),
            ("timeRange(22, 0, 23, 0, 'GMT')", True),
            ("timeRange(12, 5, 5, 12, 5, 5)", True),
        ], zone="Pacific/Honolulu")
        child = self.child(EVALUATOR)
        self.assert_fails("x", 2, "timeRange: bad number of arguments",
                          child.verdict, "http://a.test/",
                          "timeRange(1, 2, 3)")

    def test_PAC_09_the_scripts_own_clock(self):
        self.assert_times([
            ("new Date().getTime()", FRIDAY * 1000),
            ("Date.now()", FRIDAY * 1000),
            ("new Date(5).getTime()", 5),
            ("new Date(2024, 0).getMonth()", 0),
            ("Date.UTC(1970, 0)", 0),
            ("new Date() instanceof Date", True),
            ("Date() === String(new Date())", True),
            ("new (class extends Date {})().getTime()", FRIDAY * 1000),
            ("Object.prototype.toString.call(new Date()).length", 13),
        ])
        child = self.child(EVALUATOR)
        seen = int(child.verdict("http://a.test/", "Date.now()")) / 1000
        self.assertLess(abs(seen - time.time()), 60)

    def test_the_tables_of_the_world_are_there(self):
        """What the engine reads when it is first needed needs no file."""
        self.assert_all(self.child(EVALUATOR, now=FRIDAY, zone="Asia/Tokyo"), [
            ("new Date(0).getHours()", "9"),
            ("new Date(0).toLocaleTimeString('en')", '"9:00:00 AM"'),
            ("new Intl.DateTimeFormat('en', { timeZone: 'Europe/Rome',"
             " hour: 'numeric', hour12: false }).format(0)", '"01"'),
            ("'\u00e9'.normalize('NFD').length", "2"),
            ("'a'.localeCompare('b')", "-1"),
            ("/\\p{L}/iu.test('\u0416')", "true"),
        ])

    def test_what_asks_for_the_time_or_for_chance_is_fleeting(self):
        child = self.child(EVALUATOR, hosts={("h", "a.test"): "1.2.3.4"})
        for code, fleeting in (
                ("1", False), ("dnsResolve('a.test')", False),
                ("myIpAddress()", False), ("new Date(0).getTime()", False),
                ("Date.UTC(2024, 1)", False), ("Math.max(1, 2)", False),
                ("isInNet('a.test', '1.2.3.4', '255.255.255.255')", False),
                ("weekdayRange('MON')", True), ("dateRange(1)", True),
                ("timeRange(1)", True), ("new Date().getTime()", True),
                ("Date()", True), ("Date.now()", True),
                ("new Date(0).constructor()", True),
                ("new (new Date(0).constructor)().getTime()", True),
                ("Math.random()", True),
                ("new Intl.DateTimeFormat().format()", True), ("1", False)):
            with self.subTest(code=code):
                self.assertEqual(child.ask("http://a.test/", code)[1],
                                 fleeting)

    def test_a_look_at_the_clock_at_the_top_is_not(self):
        child = self.child(returning("'' + born.getTime()",
                                     "const born = new Date();"))
        self.assertEqual([child.ask()[1], child.ask()[1]], [False, False])


if __name__ == "__main__":
    if not built():
        print("dial-pac is not built: no JavaScript engine was found")
        sys.exit(1 if os.environ.get("CI") else 77)
    unittest.main()
