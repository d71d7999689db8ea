"""CASES A9 and A10, PROTOCOL 23 and 31 to 50: what answers are taken for."""
import gzip
import json
import os
import resource
import sys
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (Case, body, field,  # noqa: E402
                     start_line, trust)
from scripted import (EOF, Server, Step, moved, reply)  # noqa: E402

OK = b"HTTP/1.1 200 OK\r\n"


def chunked(*pieces, end=b"0\r\n\r\n"):
    return (OK + b"Transfer-Encoding: chunked\r\n\r\n" +
            b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + end)


class Responses(Case):
    def answered(self, raw, *args, close=True, **more):
        """What comes of these bytes as the answer, into a file."""
        for name in self.files():
            os.remove(self.path(name))
        with Server([Step(send=raw, close=close)]) as s:
            done = self.dial("-o", "out", *args, s.url(), **more)
            self.server = s
        return done

    def assert_taken(self, raw, expected, *args, said=b"", **more):
        done = self.answered(raw, *args, **more)
        self.assertEqual((done.returncode, done.stderr), (0, said))
        self.assertEqual(self.read("out"), expected)
        return done

    def assert_bad(self, raw, code, *words, args=(), part=None, **more):
        """Fails as it must, and no file has the final name."""
        done = self.answered(raw, *args, **more)
        self.assert_fails(done, code, *words)
        self.assertNotIn("out", self.files())
        if part is not None:
            self.assertEqual(self.read("out.part"), part)
        return done


class Heads(Responses):
    def test_RESP_01_a_head_has_caps(self):
        """Bytes, lines, and what each costs in memory."""
        stem = OK + b"Content-Length: 0\r\nX: "
        fill = 300 * 1024 - len(stem) - 4
        self.assert_taken(stem + b"x" * fill + b"\r\n\r\n", b"")
        self.assert_bad(stem + b"x" * (fill + 1) + b"\r\n\r\n", 100)
        self.assert_taken(OK + b"A: b\r\n" * 4999 + b"\r\n", b"")
        self.assert_bad(OK + b"A: b\r\n" * 5001 + b"\r\n", 100)
        self.assert_bad(OK + b"A: b\r\n" * 20_000 + b"\r\n", 100)
        self.assert_bad(OK + b"X: " + b"x" * 400_000, 100)

    def test_RESP_01_an_endless_head_costs_little(self):
        endless = OK + b"X: " + b"x" * (8 << 20)
        if "SANITIZER_FLAGS" in os.environ and os.environ["SANITIZER_FLAGS"]:
            self.assert_bad(endless, 100)
            return
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assert_taken(OK + b"Content-Length: 0\r\n\r\n", b"")
        self.assert_bad(endless, 100)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(after - before, 16 * 1024)

    def test_RESP_16_a_head_cut_off_is_no_page(self):
        whole = OK + b"Content-Type: text/plain\r\nX: y\r\n\r\n"
        for length in (9, 12, 15, 17, 25, 43, len(whole) - 2, len(whole) - 1):
            with self.subTest(length=length):
                self.assert_bad(whole[:length], 56, "head")
                self.assertEqual(self.files(), [])
        self.assert_bad(b"", 52)

    def test_RESP_17_without_a_head_it_is_not_http(self):
        for raw in (b"<html>hello", b"HTTQ/1.1 200 OK\r\n\r\n", b"\r\nHTTP/1.1",
                    b"http/1.1 200 OK\r\n\r\n", b"ICY 200 OK\r\n\r\n", b"HTTX"):
            with self.subTest(raw=raw):
                self.assert_bad(raw, 1)
        self.assert_taken(b"<html>hello", b"<html>hello", "--http0.9")
        self.assert_bad(b"x" * 100, 63, args=["--http0.9", "--max-filesize",
                                              "99"])

    def test_RESP_18_status_lines(self):
        for line in (b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK", b"HTTP/9.9 200 OK",
                     b"HTTP/2 200", b"HTTP/1.1 099 X", b"HTTP/1.1  200 OK",
                     b"HTTP/1.1 2x0 OK", b"HTTP/1.1", b"HTTP/1.1200 OK",
                     b"HTTP/1.x 200 OK", b"HTTP/0.9 200 OK",
                     b"HTTP/1.1 200 " + b"x" * (1 << 20)):
            with self.subTest(line=line[:40]):
                done = self.answered(line + b"\r\nContent-Length: 0\r\n\r\n")
                self.assertIn(done.returncode, (1, 8, 100), done)
                self.assertEqual(self.files(), [])
        for line, code in ((b"HTTP/1.1 200", b"200"), (b"HTTP/1.1 200 ", b"200"),
                           (b"HTTP/1.9 200 OK", b"200"),
                           (b"HTTP/1.1 600 X", b"600"),
                           (b"HTTP/1.1 999 X", b"999")):
            with self.subTest(line=line):
                done = self.assert_taken(line + b"\r\nContent-Length: 0\r\n\r\n",
                                         b"", "-w", "%{http_code}")
                self.assertEqual(done.stdout, code)
        self.assert_bad(b"HTTP/1.1 700 X\r\nContent-Length: 0\r\n\r\n", 22,
                        args=["-f"])

    def test_RESP_19_bytes_that_no_field_holds(self):
        for value in (b"a\0b", b"a\rb", b"\0", b"a\r"):
            with self.subTest(value=value):
                self.assert_bad(OK + b"X: " + value +
                                b"\r\nContent-Length: 0\r\n\r\n", 8)
        self.assert_bad(OK + b"X: a\nb\r\nContent-Length: 0\r\n\r\n", 8)

    def test_PROTOCOL_23_interim_answers(self):
        interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        done = self.assert_taken(interim * 3 + OK +
                                 b"Content-Length: 2\r\n\r\nok", b"ok", "-D",
                                 "heads")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.read("heads").count(b" 103 "), 3)
        self.assert_bad(interim * 101 + OK + b"\r\n", 100)
        self.assert_bad(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n" + OK +
                        b"\r\n", 8, "101")


    def test_PROTOCOL_28_cookies_are_not_joined(self):
        done = self.assert_taken(
            OK + b"Set-Cookie: a=1, b\r\nSet-Cookie: c=2\r\n"
            b"Content-Length: 0\r\n\r\n", b"", "-w", "%{header_json}")
        self.assertEqual(json.loads(done.stdout)["set-cookie"],
                         ["a=1, b", "c=2"])

    def test_PROTOCOL_51_nothing_is_repeated_unasked(self):
        """Neither a 503 nor a broken answer, POST or not."""
        for raw in (b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n"
                    b"Content-Length: 0\r\n\r\n", b"", OK + b"X"):
            for args in ([], ["-d", "x"]):
                self.answered(raw, *args)
                self.assertEqual(len(self.server.requests), 1)

    def test_PROTOCOL_52_what_an_error_says_is_shown(self):
        for status in (b"403 No", b"404 None", b"500 Broken"):
            self.assert_taken(b"HTTP/1.1 " + status +
                              b"\r\nContent-Length: 3\r\n\r\nwhy", b"why")
            self.assertEqual(len(self.server.requests), 1)


class Bodies(Responses):
    def test_RESP_03_trailers_have_caps(self):
        line = b"X: " + b"y" * 4000 + b"\r\n"
        self.assert_taken(chunked(b"abc", end=b"0\r\n" + line * 10 + b"\r\n"),
                          b"abc")
        for trailers in (line * 20, b"X: " + b"y" * 5000 + b"\r\n",
                         b"A: b\r\n" * 20_000):
            self.assert_bad(chunked(b"abc", end=b"0\r\n" + trailers + b"\r\n"),
                            100)

    def test_RESP_04_a_length_that_nobody_has(self):
        """Nothing is set aside for what only was announced."""
        self.assert_bad(OK + b"Content-Length: 1000000000000000\r\n\r\nhello",
                        18, part=b"hello")

    def test_RESP_05_two_lengths(self):
        two = OK + b"Content-Length: 5\r\nContent-Length: %b\r\n\r\nhello"
        self.assert_bad(two % b"3", 8)
        self.assert_bad(OK + b"Content-Length: 5, 3\r\n\r\nhello", 8)
        self.assert_taken(two % b"5", b"hello")
        self.assert_taken(OK + b"Content-Length: 5, 5\r\n\r\nhello", b"hello")

    def test_RESP_06_lengths_that_are_none(self):
        for length in (b"-1", b"+5", b"5x", b"0x5", b"", b"18446744073709551621",
                       b"5 5", b"five", b"5.0", b"\xb5", b"5,", b"1e1"):
            with self.subTest(length=length):
                done = self.answered(OK + b"Content-Length: " + length +
                                     b"\r\n\r\nhello")
                if length == b"5,":  # an empty member counts for nothing
                    self.assertIn(done.returncode, (0, 8))
                    continue
                self.assert_fails(done, 8, "Content-Length")
                self.assertEqual(self.files(), [])

    def test_RESP_07_chunked_beats_a_length(self):
        raw = (OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"5\r\nhello\r\n0\r\n\r\n")
        done = self.answered(raw)
        self.assertEqual((done.returncode, self.read("out")), (0, b"hello"))
        self.assertIn(b"warning: ", done.stderr)
        with Server([Step(send=raw)], [reply(b"two")]) as s:
            done = self.dial("-s", "--http1.1", s.url("/1"), s.url("/2"))
            self.assertEqual(done.stdout, b"hellotwo")
            self.assertEqual(len(s.connections), 2)

    def test_RESP_08_chunked_in_http10(self):
        raw = (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
               b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        with Server([Step(send=raw)], [reply(b"two")]) as s:
            done = self.dial("-s", s.url("/1"), s.url("/2"))
            self.assertEqual((done.returncode, done.stdout), (0, b"hellotwo"))
            self.assertEqual(len(s.connections), 2)

    def test_RESP_10_chunk_sizes_that_are_none(self):
        for size in (b"-5", b"8000000000000000", b"10000000000000005",
                     b"00000000000000005", b"0x5", b"", b"5 ;x", b" 5", b"5 5",
                     b"5h", b"+5", b"fffffffffffffffff", b"\t5"):
            with self.subTest(size=size):
                done = self.answered(OK + b"Transfer-Encoding: chunked\r\n\r\n" +
                                     size + b"\r\nhello\r\n0\r\n\r\n")
                self.assert_fails(done, 56)
                self.assertNotIn("out", self.files())

    def test_RESP_13_chunks_that_do_not_end(self):
        for end in (b"", b"0\r\n", b"0\r\n\r", b"0", b"5\r\nhel"):
            with self.subTest(end=end):
                self.assert_bad(chunked(b"hello", end=end), 18)
                self.assertTrue(self.read("out.part").startswith(b"hello"))
        self.assert_bad(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX"
                        b"0\r\n\r\n", 56, part=b"hello")

    def test_RESP_14_a_short_body(self):
        self.assert_bad(OK + b"Content-Length: 9\r\n\r\nhello", 18, "5", "9",
                        part=b"hello")

    def test_RESP_15_a_long_body(self):
        raw = OK + b"Connection: keep-alive\r\nContent-Length: 5\r\n\r\nhelloXYZ"
        done = self.answered(raw)
        self.assertEqual((done.returncode, self.read("out")), (0, b"hello"))
        with Server([Step(send=raw)], [reply(b"two")]) as s:
            done = self.dial("-s", s.url("/1"), s.url("/2"))
            self.assertEqual(done.stdout, b"hellotwo")
            self.assertEqual(len(s.connections), 2)

    def test_RESP_21_answers_without_a_body(self):
        for status in (b"204 No", b"304 Not Modified"):
            with self.subTest(status=status):
                raw = (b"HTTP/1.1 " + status + b"\r\nConnection: keep-alive\r\n"
                       b"Content-Length: 5\r\n\r\n")
                with Server([Step(send=raw), reply(b"two")]) as s:
                    self.assertEqual(self.dial_ok(s.url("/1"), s.url("/2")),
                                     b"two")
                    self.assertEqual(len(s.connections), 1)
                with Server([Step(send=raw + b"hello")],
                            [reply(b"two")]) as s:
                    done = self.dial("-s", s.url("/1"), s.url("/2"))
                    self.assertEqual(done.stdout, b"two")
                    self.assertEqual(len(s.connections), 2)
        with Server([Step(send=OK + b"Connection: keep-alive\r\n"
                          b"Content-Length: 5\r\n\r\nhello")],
                    [reply(b"", close=True)]) as s:
            done = self.dial("-s", "-I", s.url("/1"), s.url("/2"))
            self.assertNotIn(b"hello", done.stdout)
            self.assertEqual(len(s.connections), 2)

    def test_RESP_26_slowness_is_bounded(self):
        """Drips restart no clock: -m counts from the beginning."""
        for script in ([Step(send=b"H", ), *[Step(expect=None, delay=0.05,
                                                  send=b"T")] * 200],
                       [Step(send=OK + b"\r\n"),
                        *[Step(expect=None, delay=0.05, send=b"x")] * 200],
                       [Step(expect=None, wait=None), Step(expect=EOF)]):
            with self.subTest(script=script[:1]), Server(
                    [Step(send=script[0].send or b"")] + script[1:]) as s:
                done = self.dial("-m", "0.4", s.url())
                self.assertIn(done.returncode, (28, 1), done)

    def test_PROTOCOL_31_head_asks_for_no_body(self):
        with Server([Step(send=OK + b"Content-Length: 5\r\n\r\n"),
                     Step(expect=EOF)]) as s:
            done = self.dial("-I", s.url())
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_PROTOCOL_33_transfer_encoding_ends_reuse(self):
        self.test_RESP_07_chunked_beats_a_length()

    def test_PROTOCOL_34_other_codings(self):
        self.assert_taken(OK + b"Transfer-Encoding: identity\r\n\r\nhello",
                          b"hello", "-s")
        for coding in (b"chunked, xyz", b"gzip", b"xyz", b"chunked, chunked",
                       b"xchunked"):
            with self.subTest(coding=coding):
                done = self.answered(OK + b"Transfer-Encoding: " + coding +
                                     b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                self.assertNotEqual(done.returncode, 0)
                self.assertNotIn("out", self.files())

    def test_PROTOCOL_35_transfer_encoding_in_10(self):
        self.test_RESP_08_chunked_in_http10()

    def test_PROTOCOL_36_a_bad_length_closes(self):
        with Server([Step(send=OK + b"Content-Length: 5x\r\n\r\nhello"),
                     reply(b"evil")], [reply(b"two")]) as s:
            done = self.dial("-s", "--http1.1", s.url("/1"), s.url("/2"))
            self.assertEqual(done.stdout, b"two")

    def test_PROTOCOL_37_an_early_end_is_told(self):
        self.assert_bad(OK + b"Content-Length: 6\r\n\r\nhello", 18)

    def test_PROTOCOL_39_chunks(self):
        self.assert_taken(
            OK + b"Transfer-Encoding: Chunked\r\n\r\n5;a=b;c=\"d\"\r\nhello\r\n"
            b"A\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n",
            b"hello0123456789")

    def test_PROTOCOL_40_more_is_not_another_answer(self):
        second = OK + b"Content-Length: 4\r\n\r\nevil"
        with Server([Step(send=OK + b"Content-Length: 5\r\n\r\nhello" +
                          second)], [reply(b"two")]) as s:
            done = self.dial("-s", "--http1.1", s.url("/1"), s.url("/2"))
            self.assertEqual(done.stdout, b"hellotwo")

    def test_PROTOCOL_42_trailers_are_no_fields(self):
        done = self.assert_taken(
            chunked(b"abc", end=b"0\r\nX-T: evil\r\nLocation: /x\r\n\r\n"),
            b"abc", "-L", "-w", "%header{x-t}|%{redirect_url}")
        self.assertEqual(done.stdout, b"|")

    def test_PROTOCOL_44_a_part_is_looked_at(self):
        part = b"HTTP/1.1 206 Partial Content\r\nContent-Range: %b\r\n" \
               b"Content-Length: 3\r\n\r\nabc"
        self.assert_taken(part % b"bytes 0-2/9", b"abc", "-r", "0-2")
        for told in (b"bytes 1-3/9", b"lines 0-2/9", b"bytes 2-0/9", b"x",
                     b"bytes 0-2/1"):
            with self.subTest(told=told):
                done = self.answered(part % told, "-r", "0-2")
                self.assertNotEqual(done.returncode, 0)
                self.assertNotIn("out", self.files())

    def test_PROTOCOL_46_accept_ranges_is_no_promise(self):
        self.write("rest", b"hel")
        with Server([Step(send=OK + b"Accept-Ranges: bytes\r\n"
                          b"Content-Length: 5\r\n\r\nhello")]) as s:
            self.dial_ok("-C", "-", "-o", "rest", s.url())
        self.assertEqual(self.read("rest"), b"hello")


class Redirects(Responses):
    def methods(self, status, *args):
        with Server([moved("/2", status=status)], [reply(b"x")]) as s:
            self.dial_ok("-L", "-o", "out", *args, s.url("/1"))
            return (start_line(s.requests[1]).split()[0],
                    body(s.requests[1]))

    def test_PROTOCOL_47_methods(self):
        for status, method, data in (
                ("301 M", "GET", b""), ("302 F", "GET", b""),
                ("303 S", "GET", b""), ("307 T", "POST", b"data"),
                ("308 P", "POST", b"data")):
            self.assertEqual(self.methods(status, "-d", "data"),
                             (method, data))
        self.assertEqual(self.methods("303 S"), ("GET", b""))

    def test_PROTOCOL_48_a_relative_location(self):
        for to, path in (("new", "/a/new"), ("../x", "/x"), ("?q", "/a/b?q"),
                         ("//{at}/y", "/y"), ("/z#f", "/z")):
            with Server([Step(send=lambda r: self.answer, close=True)],
                        [reply(b"x")]) as s:
                to = to.replace("{at}", f"127.0.0.1:{s.port}")
                self.answer = (b"HTTP/1.0 302 F\r\nLocation: %b\r\n\r\n"
                               % to.encode())
                self.dial_ok("-L", s.url("/a/b?old"))
                self.assertEqual(start_line(s.requests[1]),
                                 f"GET {path} HTTP/1.0")

    def test_PROTOCOL_49_what_is_rebuilt(self):
        with Server([reply(b"x")]) as b, Server([moved(b.url())]) as a:
            self.dial_ok("-L", "-H", "Host: a.test", "-H",
                         "Origin: http://a.test", "-d", "x", a.url())
            self.assertEqual(field(b.requests[0], "host"),
                             [f"127.0.0.1:{b.port}"])
            for name in ("origin", "content-type", "content-length"):
                self.assertEqual(field(b.requests[0], name), [])

    def test_PROTOCOL_50_loops_end(self):
        with Server([moved("/")]) as s:
            self.assert_fails(self.dial("-L", s.url()), 47)
            self.assertEqual(len(s.requests), 51)
        with Server([moved("/")]) as s:
            self.assert_fails(self.dial("-L", "--max-redirs", "3", s.url()),
                              47)
            self.assertEqual(len(s.requests), 4)

    def test_PROTOCOL_45_if_range_takes_strong_validators_alone(self):
        for validator, sent in (('ETag: "strong"', ['"strong"']),
                                ('ETag: W/"weak"', [])):
            for name in self.files():
                os.remove(self.path(name))
            half = Step(send=OK + validator.encode() +
                        b"\r\nContent-Length: 9\r\n\r\nhalf", close=True)
            with Server([half], [reply(b"whole one")]) as s:
                self.assertEqual(self.dial("-o", "out", s.url()).returncode,
                                 18)
                self.dial_ok("-C", "-", "-o", "out", s.url())
                self.assertEqual(field(s.requests[0], "if-range"), [])
                self.assertEqual(field(s.requests[1], "if-range"), sent)
                self.assertEqual(field(s.requests[1], "range"), ["bytes=4-"])
                self.assertEqual(self.read("out"), b"whole one")

    def test_PROTOCOL_68_paths_are_kept_as_they_are(self):
        with Server([reply(b"x")]) as s:
            self.dial_ok(f"HTTP://127.0.0.1:{s.port}/a%2fb%41/./c/../d%zz")
            self.assertEqual(start_line(s.requests[0]),
                             "GET /a%2fb%41/d%zz HTTP/1.0")


class Codings(Responses):
    def coded(self, name, data, extra=b""):
        return (OK + b"Content-Encoding: " + name + b"\r\nContent-Length: %d\r\n"
                % len(data) + extra + b"\r\n" + data)

    def test_GZ_01_a_bomb(self):
        """10 MB of zeros; --max-filesize counts what comes out of it."""
        bomb = gzip.compress(b"\0" * 10_000_000)
        self.assert_bad(self.coded(b"gzip", bomb), 63,
                        args=["--compressed", "--max-filesize", "1000000"])
        done = self.answered(self.coded(b"gzip", bomb), "--compressed")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.path.getsize(self.path("out")), 10_000_000)
        self.assertNotIn(b"--max-filesize", done.stderr)
        bomb = gzip.compress(b"\0" * 70_000_000, 1)
        done = self.answered(self.coded(b"gzip", bomb), "--compressed")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"--max-filesize would limit it", done.stderr)

    def test_GZ_04_a_cut_end(self):
        whole = gzip.compress(b"hello " * 200)
        for missing in (1, 4, 8, 9, len(whole) - 12):
            with self.subTest(missing=missing):
                self.assert_bad(self.coded(b"gzip", whole[:-missing]), 61,
                                args=["--compressed"])
                cut = (OK + b"Content-Encoding: gzip\r\n\r\n" +
                       whole[:-missing])
                self.assert_bad(cut, 61, args=["--compressed"])

    def test_GZ_05_what_is_wrong_in_it(self):
        whole = bytearray(gzip.compress(b"hello"))
        for place in (-1, -5):
            broken = bytearray(whole)
            broken[place] ^= 1
            self.assert_bad(self.coded(b"gzip", bytes(broken)), 61,
                            args=["--compressed"])
        self.assert_bad(self.coded(b"gzip", b"not gzip at all"), 61,
                        args=["--compressed"])
        named = bytearray(whole)
        named[3] |= 8  # FNAME
        self.assert_taken(self.coded(b"gzip", bytes(named[:10]) +
                                     b"n" * 100_000 + b"\0" +
                                     bytes(named[10:])), b"hello",
                          "--compressed")
        self.assert_bad(self.coded(b"gzip", bytes(named[:10]) +
                                   b"n" * (1 << 20) + b"\0" +
                                   bytes(named[10:])), 61,
                        args=["--compressed"])
        self.assert_taken(self.coded(b"gzip", b""), b"", "--compressed")

    def test_GZ_08_names_of_codings(self):
        text = b"hello " * 100
        raw = zlib.compressobj(wbits=-15)
        for name, data in ((b"gzip", gzip.compress(text)),
                           (b"x-gzip", gzip.compress(text)),
                           (b"GZip", gzip.compress(text)),
                           (b"deflate", zlib.compress(text)),
                           (b"deflate", raw.compress(text) + raw.flush()),
                           (b"identity", text),
                           (b"gzip, gzip", gzip.compress(gzip.compress(text)))):
            with self.subTest(name=name):
                self.assert_taken(self.coded(name, data), text, "--compressed")
                if name != b"identity":
                    self.assert_taken(self.coded(name, data), data)
        self.assert_bad(self.coded(b"xyz", text), 61, "xyz",
                        args=["--compressed"])
        self.assert_taken(self.coded(b"xyz", text), text)

    def test_PROTOCOL_43_codings_are_undone_in_reverse(self):
        text = b"hello " * 100
        self.assert_taken(self.coded(b"deflate, gzip",
                                     gzip.compress(zlib.compress(text))),
                          text, "--compressed")

    def test_GZ_10_no_coding_where_a_file_goes_on(self):
        self.write("rest", b"hel")
        with Server([reply(b"lo", status="206 P",
                           fields=["Content-Range: bytes 3-4/5"])]) as s:
            self.dial_ok("--compressed", "-C", "-", "-o", "rest", s.url())
            self.assertEqual(field(s.requests[0], "accept-encoding"),
                             ["identity"])
        self.assertEqual(self.read("rest"), b"hello")
        self.write("rest", b"hel")
        data = gzip.compress(b"hello")[3:]
        with Server([reply(data, status="206 P", fields=[
                "Content-Encoding: gzip",
                f"Content-Range: bytes 3-{2 + len(data)}/{3 + len(data)}"])]
                ) as s:
            done = self.dial("--compressed", "-C", "-", "-o", "rest", s.url())
            self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.read("rest"), b"hel")

    def test_GZ_10_a_cut_decoded_body_is_not_gone_on_with(self):
        whole = gzip.compress(os.urandom(3000))
        cut = Step(send=OK + b"Content-Encoding: gzip\r\nETag: \"a\"\r\n"
                   b"Content-Length: %d\r\n\r\n" % len(whole) + whole[:2000],
                   close=True)
        with Server([cut], [reply(b"whole")]) as s:
            done = self.dial("--compressed", "-o", "out", s.url())
            self.assertNotEqual(done.returncode, 0)
            self.assertTrue(self.read("out.part"))
            self.dial_ok("-s", "-C", "-", "-o", "out", s.url())
            self.assertEqual(field(s.requests[1], "range"), [])
        self.assertEqual(self.read("out"), b"whole")


class Reuse(Case):
    KEEP = ["Connection: keep-alive"]

    def kept(self, text, **more):
        return reply(text, fields=self.KEEP, **more)

    def test_REUSE_01_another_user_by_the_url_is_still_one_origin(self):
        """Basic belongs to a request, not to a connection: each carries its
        own user's, and none where there is none."""
        with Server([self.kept(b"1"), self.kept(b"2"), self.kept(b"3")]
                    ) as s:
            self.dial_ok(s.url(user="me:one"), s.url(user="ME:one"), s.url())
            given = [field(r, "authorization") for r in s.requests]
            self.assertEqual([len(g) for g in given], [1, 1, 0])
            self.assertNotEqual(given[0], given[1])

    def test_REUSE_01_another_proxy_user_is_another_tunnel(self):
        """Both ways in one run: the environment's user and another's."""
        with Server([reply(b"x", fields=self.KEEP)] * 2, tls="good") as a:
            script = [Step(expect="head", send=b"HTTP/1.1 200 OK\r\n\r\n",
                           tunnel=("127.0.0.1", a.port))]
            with Server(script) as p:
                url = a.url(host="a.test")
                self.dial_ok(*trust(), "-x", p.url(user="me:one"), url, url)
                self.assertEqual(len(p.connections), 1)

    def test_REUSE_02_tls_is_part_of_the_key(self):
        """The same host by http and by https, and by another name."""
        with Server([self.kept(b"1"), self.kept(b"2")], tls="good") as s:
            url = s.url(host="a.test")
            self.dial_ok(*trust(), "--resolve", f"a.test:{s.port}:127.0.0.1",
                         "--resolve", f"b.test:{s.port}:127.0.0.1", url,
                         s.url(host="b.test"), url)
            self.assertEqual(len(s.connections), 2)
            hosts = [field(r, "host")[0][:6] for r in s.requests]
            self.assertEqual(sorted(hosts), ["a.test", "a.test", "b.test"])

    def test_REUSE_05_what_is_never_used_again(self):
        again = OK + b"Connection: keep-alive\r\n"
        for raw in (again + b"\r\nuntil close",
                    OK + b"Connection: close\r\nContent-Length: 1\r\n\r\nx",
                    OK + b"Content-Length: 1\r\n\r\nx",
                    b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
                    again + b"Content-Length: 5x\r\n\r\nhello",
                    again + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                    again + b"Content-Length: 1\r\n\r\nxEXTRA",
                    b"HTTP/1.1 101 S\r\nConnection: keep-alive\r\n\r\n"):
            with self.subTest(raw=raw), Server(
                    [Step(send=raw, close=b"until" in raw)],
                    [reply(b"two")]) as s:
                done = self.dial("-s", s.url("/1"), s.url("/2"))
                self.assertTrue(done.stdout.endswith(b"two"), done)
                self.assertEqual(len(s.connections), 2)

    def test_REUSE_05_a_good_one_is(self):
        """Else the test above could not fail."""
        with Server([self.kept(b"1"), self.kept(b"2")]) as s:
            self.assertEqual(self.dial_ok(s.url("/1"), s.url("/2")), b"12")
            self.assertEqual(len(s.connections), 1)

    def test_REUSE_06_an_idle_connection_that_died(self):
        with Server([self.kept(b"1", close=True)], [self.kept(b"2")]) as s:
            self.assertEqual(self.dial_ok(s.url("/1"), s.url("/2")), b"12")
            self.assertEqual(len(s.requests), 2)

    def test_REUSE_06_closed_when_the_next_request_came(self):
        """GET is repeated, once; POST is not."""
        dies = [self.kept(b"1"), Step(close=True)]
        with Server(dies, [self.kept(b"2")]) as s:
            self.assertEqual(self.dial_ok(s.url("/1"), s.url("/2")), b"12")
            self.assertEqual(len(s.requests), 3)
        with Server(dies, dies[1:]) as s:
            done = self.dial(s.url("/1"), s.url("/2"))
            self.assert_fails(done, 52)
            self.assertEqual(len(s.requests), 3)
        with Server(dies, [self.kept(b"2")]) as s:
            done = self.dial("-d", "x", s.url("/1"), s.url("/2"))
            self.assert_fails(done, 52)
            self.assertEqual(len(s.requests), 2)

    def test_PROTOCOL_69_a_zone_is_ours_alone(self):
        with Server([reply(b"P")]) as p:
            self.dial_ok("-x", p.url(), "http://[fe80::1%25lo]:81/")
            self.assertNotIn(b"%", p.heard)
            self.assertEqual(start_line(p.requests[0]),
                             "GET http://[fe80::1]:81/ HTTP/1.0")
            self.assertEqual(field(p.requests[0], "host"), ["[fe80::1]:81"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
