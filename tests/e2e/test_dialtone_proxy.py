"""dialtone's forward proxy between raw clients and scripted origins."""
import base64
import os
import socket
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dialtone_peer import Call, Case, Origin, answering  # noqa: E402

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
RESET = struct.pack("ii", 1, 0)


class ProxyCase(Case):
    arguments = ()

    def setUp(self):
        super().setUp()
        self.tone = self.dialtone("--proxy=127.0.0.1:0", "-v",
                                  *self.arguments)
        self.call = Call(self.tone.at("proxy"))
        self.addCleanup(self.call.__exit__)

    def tearDown(self):
        self.call.__exit__()
        self.ended_well(self.tone)

    def origin(self, script):
        origin = Origin(script)
        self.addCleanup(origin.__exit__)
        return origin

    def request(self, origin, rest=b"\r\n", method=b"GET", version=b"1.1"):
        host = b"127.0.0.1:%d" % origin.port
        return (b"%s http://%s/x?y HTTP/%s\r\nHost: %s\r\n%s"
                % (method, host, version, host, rest))


class Forwarding(ProxyCase):
    def test_passes_a_request_on_and_keeps_what_is_its(self):
        """PROXY-01, from the proxy's side."""
        origin = self.origin(answering(OK))
        status, fields, body = self.call.ask(self.request(
            origin, b"Proxy-Authorization: Basic SECRET\r\nX-A: b\r\n"
            b"Connection: X-Hop\r\nX-Hop: 1\r\n\r\n"))
        self.assertEqual((status, body), (200, b"hello"))
        self.assertRegex(fields["via"], r"^1\.1 dialtone-[0-9a-f]{16}$")
        heard = origin.heard[0]
        self.assertTrue(heard.startswith(b"GET /x?y HTTP/1.1\r\nHost: 127"))
        self.assertIn(b"\r\nX-A: b\r\n", heard)
        self.assertRegex(heard, rb"\r\nVia: 1\.1 dialtone-[0-9a-f]{16}\r\n")
        for word in (b"SECRET", b"X-Hop", b"http://"):
            self.assertNotIn(word, heard)

    def test_options_end_where_they_are_told_to(self):
        """RFC 9110 7.6.2."""
        origin = self.origin(answering(OK))
        ask = b"OPTIONS http://127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n" \
            b"Max-Forwards: %d\r\n\r\n"
        status, fields, _ = self.call.ask(ask % (origin.port, 0))
        self.assertEqual(status, 204)
        self.assertIn("dialtone-", fields["via"])
        self.assertEqual(origin.heard, [])
        self.assertEqual(self.call.ask(ask % (origin.port, 1))[2], b"hello")
        self.assertTrue(origin.heard[0].startswith(b"OPTIONS * HTTP/1.1\r\n"))
        self.assertIn(b"\r\nMax-Forwards: 0\r\n", origin.heard[0])

    def test_keeps_the_clients_connection(self):
        origin = self.origin(answering(OK))
        for version, extra in ((b"1.1", b""),
                               (b"1.0", b"Connection: keep-alive\r\n"),
                               (b"1.0", b"Proxy-Connection: Keep-Alive\r\n")):
            self.assertEqual(self.call.ask(self.request(
                origin, extra + b"\r\n", version=version))[2], b"hello")
        self.call.send(self.request(origin) + self.request(origin))
        self.assertEqual(self.call.response()[2], b"hello")
        self.assertEqual(self.call.response()[2], b"hello")
        self.assertEqual(len(origin.heard), 5)

    def test_passes_bodies_up(self):
        bodies = []

        def script(origin, call):
            head = call.until(b"\r\n\r\n")
            origin.heard.append(head)
            if b"chunked" in head:
                bodies.append(call.until(b"0\r\n\r\n"))
            else:
                bodies.append(call.exactly(100000))
            call.send(OK)
        origin = self.origin(script)
        data = os.urandom(100000)
        status, _, _ = self.call.ask(self.request(
            origin, b"Content-Length: 100000\r\n\r\n" + data, b"POST"))
        self.assertEqual(status, 200)
        self.assertEqual(bodies[0], data)
        status, _, _ = self.call.ask(self.request(
            origin, b"Transfer-Encoding: chunked\r\n\r\n"
            b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n", b"POST"))
        self.assertEqual(status, 200)
        self.assertEqual(bodies[1], b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def test_passes_100_continue_back(self):
        def script(origin, call):
            self.assertIn(b"Expect: 100-continue", call.until(b"\r\n\r\n"))
            call.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            origin.heard.append(call.exactly(2))
            call.send(OK)
        origin = self.origin(script)
        self.call.send(self.request(
            origin, b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n",
            b"POST"))
        self.assertEqual(self.call.head()[0], 100)
        self.call.send(b"hi")
        self.assertEqual(self.call.response()[2], b"hello")
        self.assertEqual(origin.heard, [b"hi"])
        self.assertIsNone(origin.failure)

    def test_frames_responses_anew(self):
        for reply in (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                b"HTTP/1.0 200 OK\r\n\r\nhello"):
            origin = self.origin(answering(reply))
            self.call.send(self.request(origin))
            status, fields = self.call.head()
            self.assertEqual(status, 200)
            self.assertEqual(fields["transfer-encoding"], "chunked")
            body = self.call.until(b"0\r\n\r\n")
            self.assertIn(body, (b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                                 b"5\r\nhello\r\n0\r\n\r\n"))
            with Call(self.tone.at("proxy")) as old:
                old.send(self.request(origin, version=b"1.0"))
                _, fields = old.head()
                self.assertNotIn("transfer-encoding", fields)
                self.assertEqual(old.all(), b"hello")

    def test_a_response_cut_off_is_seen_to_be(self):
        """RESP-14: what the origin broke off must not look whole."""
        for reply, version in (
                (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", b"1.1"),
                (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"5\r\nhello\r\n", b"1.1"),
                (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"5\r\nhello\r\n", b"1.0")):
            origin = self.origin(answering(reply))
            with Call(self.tone.at("proxy")) as call:
                call.send(self.request(origin, version=version))
                try:
                    got = call.all()
                except ConnectionResetError:
                    continue
                self.assertNotIn(b"0\r\n\r\n", got)
                self.assertNotEqual(version, b"1.0")

    def test_large_responses_and_a_client_that_reads_late(self):
        data = os.urandom(1 << 20) * 16
        origin = self.origin(answering(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
            % (len(data), data)))
        self.call.send(self.request(origin))
        with Call(self.tone.at("proxy")) as other:
            self.assertEqual(other.ask(self.request(
                self.origin(answering(OK))))[2], b"hello")
        self.assertEqual(self.call.response()[2], data)

    def failing(self, request, status, error):
        with Call(self.tone.at("proxy")) as call:
            got, fields, body = call.ask(request)
            self.assertEqual(got, status)
            self.assertRegex(fields["proxy-status"],
                             r"^dialtone-[0-9a-f]{16}; error=" + error + "; ")
            self.assertRegex(body, rb"^%d [A-Z].+\n\n\S.+\n$" % status)
            return body.decode()

    def test_says_what_failed(self):
        """RFC 9209, PROTOCOL 73."""
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        refused = b"GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: x\r\n\r\n" % port
        self.assertIn(f"127.0.0.1:{port}",
                      self.failing(refused, 502, "connection_refused"))
        self.failing(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n" % port,
                     502, "connection_refused")
        self.failing(self.request(self.origin(answering(b""))), 502,
                     "http_response_incomplete")
        self.failing(self.request(self.origin(answering(b"HTTP/1.1 200 "))),
                     502, "http_response_incomplete")
        body = self.failing(self.request(self.origin(answering(
            b"SSH-2.0-\x1b[31m\r\n"))), 502, "http_protocol_error")
        self.assertNotIn("\x1b", body)
        for reply in (b"200 O\x01K\r\n\r\n", b"200 OK\r\nX: a\x1bb\r\n\r\n",
                      b"103 Early\r\nX: \x7f\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"):
            body = self.failing(self.request(self.origin(answering(
                b"HTTP/1.1 " + reply))), 502, "http_protocol_error")
            self.assertIn("control byte", body)
        self.failing(self.request(self.origin(answering(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"))),
                     502, "http_response_transfer_coding")
        self.failing(self.request(self.origin(answering(
            b"HTTP/1.1 101 Switching\r\n\r\n"))), 502, "http_protocol_error")
        for target in (b"/", b"https://a.test/", b"http://u:p@127.0.0.1:1/",
                       b"ftp://a.test/"):
            self.failing(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % target, 400,
                         "http_request_error")
        for target in (b"127.0.0.1", b"/tmp/socket:1", b"127.0.0.1:http",
                       b"@x:1"):
            self.failing(b"CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % target,
                         400, "http_request_error")
        self.failing(b"TRACE http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\n\r\n",
                     403, "http_request_denied")

    def test_refuses_loops(self):
        host, port = self.tone.at("proxy")
        me = f"{host}:{port}".encode()
        self.failing(b"GET http://%s/ HTTP/1.1\r\nHost: x\r\n\r\n" % me, 502,
                     "proxy_loop_detected")
        self.failing(b"CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % me, 502,
                     "proxy_loop_detected")
        origin = self.origin(answering(OK))
        self.call.ask(self.request(origin))
        via = [line for line in origin.heard[0].split(b"\r\n")
               if line.startswith(b"Via: ")][0]
        self.failing(self.request(origin, via + b"\r\n\r\n"), 502,
                     "proxy_loop_detected")

    def test_smuggling_is_refused_before_anything_is_sent(self):
        origin = self.origin(answering(OK))
        for rest in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                     b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
                     b"Transfer-Encoding: xchunked\r\n\r\n",
                     b"X: a\r\n b\r\n\r\n", b"X : a\r\n\r\n",
                     b"X: a\rb\r\n\r\n", b"X: a\0b\r\n\r\n"):
            with Call(self.tone.at("proxy")) as call:
                self.assertEqual(
                    call.ask(self.request(origin, rest, b"POST"))[0], 400)
        self.assertEqual(origin.heard, [])

    def test_who_breaks_off_breaks_nothing(self):
        for _ in range(20):
            origin = self.origin(answering(OK, close=False))
            call = Call(self.tone.at("proxy"))
            call.send(self.request(origin, b"Content-Length: 9\r\n\r\nx",
                                   b"POST"))
            call.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            call.__exit__()
        self.assertEqual(self.call.ask(self.request(
            self.origin(answering(OK))))[2], b"hello")


    def test_a_request_that_breaks_is_told_and_logged(self):
        """RESP-13, mirrored: what comes after the head can be wrong too."""
        origin = self.origin(lambda origin, call: call.all())
        for body, why in ((b"5\nhello", b"a chunk's size is not a number"),
                          (b"5\r\nhelloX", b"a chunk goes on too long")):
            with Call(self.tone.at("proxy")) as call:
                status, _, text = call.ask(self.request(
                    origin, b"Transfer-Encoding: chunked\r\n\r\n" + body,
                    b"POST"))
                self.assertEqual(status, 400)
                self.assertIn(why, text)
                self.assertEqual(call.all(), b"")
        self.call.send(self.request(
            origin, b"Content-Length: 9\r\n\r\nx", b"POST"))
        self.call.sock.shutdown(socket.SHUT_WR)
        status, _, text = self.call.response()
        self.assertEqual(status, 400)
        self.assertIn(b"ended before its body", text)
        self.call.__exit__()
        self.tone.stop()
        self.assertEqual(self.tone.said().count('x?y" 400 '), 3)

    def test_the_log_keeps_the_host_and_no_secret(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            host = b"127.0.0.1:%d" % gone.getsockname()[1]
        for target in (b"http://%s/x?mail=a@b.c", b"http://%s?a@b.c",
                       b"http://ann:hush@me@%s/y@z", b"http:ann:hush@%s/w"):
            with Call(self.tone.at("proxy")) as call:
                call.ask(b"GET %s HTTP/1.0\r\n\r\n" % (target % host))
        with Call(self.tone.at("proxy")) as call:
            call.ask(b"CONNECT ann:hush@%s HTTP/1.0\r\n\r\n" % host)
        self.call.__exit__()
        self.tone.stop()
        host = host.decode()
        said = self.tone.said()
        for line in (f'"GET http://{host}/x?mail=a@b.c" 502 ',
                     f'"GET http://{host}?a@b.c" 502 ',
                     f'"GET @{host}/y@z" 400 ', f'"GET @{host}/w" 400 ',
                     f'"CONNECT @{host}" 400 '):
            self.assertIn(line, said)
        self.assertNotIn("hush", said)

    def test_a_request_that_breaks_late_is_logged(self):
        origin = self.origin(answering(
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
            close=False))
        self.call.send(self.request(
            origin, b"Transfer-Encoding: chunked\r\n\r\n", b"POST"))
        self.assertEqual(self.call.head()[0], 200)
        self.call.send(b"5\nhello")
        with self.assertRaises(ConnectionResetError):
            self.call.exactly(50)
        self.tone.stop()
        self.assertIn('x?y" 200 ', self.tone.said())


class Slow(ProxyCase):
    arguments = ("--rate-time=1", "--min-rate=1000", "--connect-time=1",
                 "--idle-time=1")

    def test_who_sends_too_slowly_is_told(self):
        origin = self.origin(answering(OK, close=False))
        self.call.send(self.request(
            origin, b"Content-Length: 9\r\n\r\nx", b"POST"))
        # The origin answers the head; one that waits for the body does not.
        self.assertEqual(self.call.response()[0], 200)
        origin = self.origin(lambda origin, call: call.all())
        with Call(self.tone.at("proxy")) as call:
            call.send(self.request(
                origin, b"Content-Length: 9\r\n\r\nx", b"POST"))
            status, fields, _ = call.response()
            self.assertEqual(status, 408)
            self.assertIn("http_request_error", fields["proxy-status"])

    def test_an_origin_that_stands_still_is_given_up(self):
        origin = self.origin(answering(
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
            close=False))
        self.call.send(self.request(origin))
        self.assertEqual(self.call.head()[0], 200)
        with self.assertRaises(ConnectionResetError):
            self.call.exactly(50)

    def test_a_server_that_cannot_be_reached_in_time(self):
        """A backlog that is full answers nothing."""
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            waiting = []
            for _ in range(4):
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(full.getsockname())
                waiting.append(sock)
            status, fields, body = self.call.ask(
                b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n"
                % full.getsockname()[1])
            for sock in waiting:
                sock.close()
        self.assertEqual(status, 504)
        self.assertIn("connection_timeout", fields["proxy-status"])
        self.assertIn(b"connecting to 127.0.0.1", body)


class Tunnels(ProxyCase):
    def connect(self, origin, glued=b""):
        host = b"127.0.0.1:%d" % origin.port
        self.call.send(b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n%s"
                       % (host, host, glued))
        status, fields = self.call.head()
        self.assertNotIn("content-length", fields)
        self.assertNotIn("transfer-encoding", fields)
        return status

    def test_bytes_go_both_ways_and_ends_go_on(self):
        """Half-closed: what comes after the client's end still arrives."""
        def script(origin, call):
            origin.heard.append(call.all())
            call.send(b"after the end")
        origin = self.origin(script)
        self.assertEqual(self.connect(origin), 200)
        self.call.send(b"first ")
        self.call.send(b"second")
        self.call.sock.shutdown(socket.SHUT_WR)
        self.assertEqual(self.call.all(), b"after the end")
        self.assertEqual(origin.heard, [b"first second"])

    def test_the_origins_end_goes_on_too(self):
        def script(origin, call):
            call.send(b"bye")
            call.sock.shutdown(socket.SHUT_WR)
            origin.heard.append(call.all())
        origin = self.origin(script)
        self.connect(origin)
        self.assertEqual(self.call.all(), b"bye")
        self.call.send(b"still here")
        self.call.sock.shutdown(socket.SHUT_WR)
        origin.__exit__()
        self.assertEqual(origin.heard, [b"still here"])

    def test_glued_bytes_are_the_tunnels_first(self):
        def script(origin, call):
            origin.heard.append(call.exactly(5))
            call.send(b"back")
        origin = self.origin(script)
        self.assertEqual(self.connect(origin, b"glued"), 200)
        self.assertEqual(self.call.all(), b"back")
        self.assertEqual(origin.heard, [b"glued"])

    def test_a_server_that_speaks_first(self):
        origin = self.origin(lambda origin, call: call.send(b"welcome"))
        self.connect(origin)
        self.assertEqual(self.call.all(), b"welcome")

    def test_much_both_ways_at_once(self):
        data = os.urandom(1 << 20) * 8

        def script(origin, call):
            call.send(data)
            call.sock.shutdown(socket.SHUT_WR)
            origin.heard.append(call.all() == data)
        origin = self.origin(script)
        self.connect(origin)
        self.assertEqual(self.call.exactly(len(data)), data)
        self.call.send(data)
        self.call.sock.shutdown(socket.SHUT_WR)
        self.assertEqual(self.call.all(), b"")
        origin.__exit__()
        self.assertEqual(origin.heard, [True])

    def test_a_break_is_passed_on_as_one(self):
        def script(origin, call):
            call.exactly(2)
            call.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        origin = self.origin(script)
        self.connect(origin)
        self.call.send(b"hi")
        with self.assertRaises(ConnectionResetError):
            self.call.all()

    def test_daytime_through_a_tunnel(self):
        other = self.dialtone("--daytime=127.0.0.1:0")
        self.call.send(b"CONNECT 127.0.0.1:%d HTTP/1.0\r\n\r\n"
                       % other.at("daytime")[1])
        self.assertEqual(self.call.head()[0], 200)
        self.assertRegex(self.call.all(), rb"^\w+day, .*-UTC\r\n$")
        self.ended_well(other)


class Shares(ProxyCase):
    arguments = ("--max-connections=8",)

    def test_one_host_does_not_starve_the_others(self):
        """Of a listener's six connections one host has three on their way."""
        origin = self.origin(answering(OK))
        with socket.create_server(("127.0.0.1", 0)) as silent:
            host = b"127.0.0.1:%d" % silent.getsockname()[1]
            connect = (b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                       % (host, host))
            tunnels = []
            for _ in range(3):
                tunnels.append(Call(self.tone.at("proxy")))
                self.addCleanup(tunnels[-1].__exit__)
                tunnels[-1].send(connect)
                self.assertEqual(tunnels[-1].head()[0], 200)
            for request in (connect, self.request(origin)):
                with Call(self.tone.at("proxy")) as call:
                    status, fields, body = call.ask(request)
                self.assertEqual(status, 503)
                self.assertIn("connection_limit_reached",
                              fields["proxy-status"])
                self.assertIn(b"end one of them", body)
            sock = socket.create_connection(
                self.tone.at("proxy"), 20, ("127.0.0.2", 0))
            with Call(None, sock) as other:
                self.assertEqual(other.ask(self.request(origin))[2], b"hello")
            tunnels.pop().__exit__()
        while True:  # the proxy hears of the tunnel's end in its own time
            with Call(self.tone.at("proxy")) as call:
                status = call.ask(self.request(origin))[0]
            if status != 503:
                break
        self.assertEqual(status, 200)


class Basic(ProxyCase):
    arguments = ("--proxy-user=ann:hush:hush",)
    right = base64.b64encode(b"ann:hush:hush")

    def test_asks_who_it_is_and_takes_the_answer(self):
        origin = self.origin(answering(OK))
        status, fields, _ = self.call.ask(self.request(origin))
        self.assertEqual(status, 407)
        self.assertRegex(fields["proxy-authenticate"], r"^Basic realm=")
        for wrong in (b"Basic " + base64.b64encode(b"ann:x"), b"Basic", b"x",
                      b"Bearer " + self.right):
            self.assertEqual(self.call.ask(self.request(
                origin, b"Proxy-Authorization: %s\r\n\r\n" % wrong))[0], 407)
        self.assertEqual(origin.heard, [])
        status, _, body = self.call.ask(self.request(
            origin, b"Proxy-Authorization: basic %s\r\n\r\n" % self.right))
        self.assertEqual((status, body), (200, b"hello"))
        self.assertNotIn(self.right, origin.heard[0])

    def test_asks_before_a_tunnel_on_the_same_connection(self):
        origin = self.origin(lambda origin, call: call.send(b"welcome"))
        host = b"127.0.0.1:%d" % origin.port
        ask = b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
        self.assertEqual(self.call.ask(ask % (host, host, b""))[0], 407)
        self.call.send(ask % (
            host, host, b"Proxy-Authorization: Basic %s\r\n" % self.right))
        self.assertEqual(self.call.head()[0], 200)
        self.assertEqual(self.call.all(), b"welcome")

    def test_the_password_is_nowhere_to_be_read(self):
        with open(f"/proc/{self.tone.process.pid}/cmdline", "rb") as file:
            self.assertNotIn(b"hush", file.read())
        self.call.ask(self.request(
            self.origin(answering(OK)),
            b"Proxy-Authorization: Basic %s\r\n\r\n" % self.right))
        self.call.__exit__()
        self.tone.stop()
        said = self.tone.said()
        self.assertIn('"GET http://127', said)
        self.assertNotIn("hush", said)
        self.assertNotIn(self.right.decode(), said)


class Open(Case):
    def test_an_open_proxy_is_warned_of(self):
        tone = self.dialtone("--proxy=0.0.0.0:0")
        self.assertIn("--proxy-user", tone.said())
        self.ended_well(tone)
        tone = self.dialtone("--proxy=0.0.0.0:0", "--proxy-user=a:b")
        self.assertEqual(tone.said(), "")
        host, port = tone.at("proxy")
        with Call(("127.0.0.1", port)) as call:
            me = b"127.0.0.1:%d" % port
            auth = base64.b64encode(b"a:b")
            status, fields, _ = call.ask(
                b"CONNECT %s HTTP/1.1\r\nHost: x\r\n"
                b"Proxy-Authorization: Basic %s\r\n\r\n" % (me, auth))
            self.assertEqual(status, 502)
            self.assertIn("proxy_loop_detected", fields["proxy-status"])
        self.assertEqual(host, "0.0.0.0")
        self.ended_well(tone)


if __name__ == "__main__":
    unittest.main()
