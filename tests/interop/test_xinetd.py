"""dial asks xinetd for the time, and services that know no time for it."""
import datetime

import peers

SERVICE = """
service @NAME@
{
	type = INTERNAL UNLISTED
	id = @NAME@-@KIND@
	socket_type = @KIND@
	protocol = @PROTOCOL@
	wait = @WAIT@
	user = @owner@
	bind = 127.0.0.1
	port = @@NAME@_@KIND@@
}
"""


def service(name, kind):
    text = SERVICE.replace("@NAME@", name).replace("@KIND@", kind)
    stream = kind == "stream"
    text = text.replace("@PROTOCOL@", "tcp" if stream else "udp")
    return text.replace("@WAIT@", "no" if stream else "yes")


STREAMS = "daytime", "chargen", "discard", "time"
DATAGRAMS = "daytime", "chargen", "echo"
CONFIG = """
defaults
{
	log_type = FILE @folder@/service.log
	cps = 1000 1
}
""" + "".join([service(name, "stream") for name in STREAMS] +
              [service(name, "dgram") for name in DATAGRAMS])

XINETD = peers.Peer(
    "xinetd", "-dontfork -stayalive -f @folder@/xinetd.conf "
    "-pidfile @folder@/xinetd.pid -filelog @folder@/xinetd.log",
    files={"xinetd.conf": CONFIG}, environment={"TZ": "UTC"},
    ports=[name + "_stream" for name in STREAMS],
    datagrams=[name + "_dgram" for name in DATAGRAMS],
    owner=peers.owner())


class Clock(peers.Case):
    """RFC 867; xinetd writes 22 NOV 2026 11:32:03 UTC, in its own zone."""

    peers = [XINETD]

    def url(self, name, kind="stream"):
        return f"daytime://127.0.0.1:{XINETD[f'{name}_{kind}']}"

    def is_now(self, line):
        self.assertRegex(line,
                         rb"\A\d\d [A-Z]{3} \d{4} \d\d:\d\d:\d\d UTC\r\n\Z")
        told = datetime.datetime.strptime(line.decode().strip(),
                                          "%d %b %Y %H:%M:%S UTC")
        now = datetime.datetime.now(datetime.timezone.utc)
        told = told.replace(tzinfo=datetime.timezone.utc)
        self.assertLess(abs((now - told).total_seconds()), 60)

    def test_stream(self):
        self.is_now(self.dial(self.url("daytime")).out)

    def test_datagram(self):
        self.is_now(self.dial("--udp", self.url("daytime", "dgram")).out)

    def test_by_name_and_in_turn(self):
        port = XINETD["daytime_stream"]
        run = self.dial(f"daytime://clock.test:{port}", self.url("daytime"),
                        "--resolve", f"clock.test:{port}:127.0.0.1")
        for line in run.out.splitlines(True):
            self.is_now(line)
        self.assertEqual(run.out.count(b"\n"), 2)

    def test_into_a_file(self):
        run = self.dial("-o", self.file("time"), self.url("daytime"))
        self.assertEqual(run.out, b"")
        self.is_now(self.content("time"))

    def test_what_it_means(self):
        """DAY-05: as ISO 8601, and by how much this clock differs."""
        for options in ([self.url("daytime")],
                        ["--udp", self.url("daytime", "dgram")]):
            run = self.dial("-w", "%{daytime_utc} %{daytime_offset}",
                            *options)
            line, _, rest = run.out.partition(b"\n")
            self.is_now(line + b"\n")
            utc, offset = rest.decode().split()
            told = datetime.datetime.strptime(utc, "%Y-%m-%dT%H:%M:%SZ")
            self.assertEqual(
                told.strftime("%d %b %Y %H:%M:%S UTC").upper(),
                line.decode().strip())
            self.assertLess(abs(float(offset)), 60)

    def test_never_ends(self):
        """DAY-01: chargen sends for ever; no more than 512 are taken."""
        run = self.dial("-m", "20", self.url("chargen"))
        self.assertEqual(len(run.out), 512)

    def test_long_datagram(self):
        """DAY-01: xinetd's chargen sends lines, as many as fit."""
        run = self.dial("--udp", "-m", "20", self.url("chargen", "dgram"))
        self.assertLessEqual(len(run.out), 512)

    def test_never_speaks(self):
        """DAY-01: discard says nothing; the deadline ends it."""
        run = self.dial("-m", "0.5", self.url("discard"), code=28)
        self.assertEqual(run.out, b"")
        self.says(run, "500 ms", "to tell the time")

    def test_not_text(self):
        """DAY-01: RFC 868 gives four bytes, not a line of text."""
        run = self.dial(self.url("time"))
        self.assertEqual(len(run.out), 4)

    def test_echo(self):
        """What was asked comes back, which is nobody's time."""
        run = self.dial("--udp", "-w", "<%{daytime_utc}>",
                        self.url("echo", "dgram"), code=52)
        self.assertEqual(run.out, b"<>")

    def test_nobody_there(self):
        port = peers.Port()
        run = self.dial(f"daytime://127.0.0.1:{port.number}", code=7)
        self.says(run, f"127.0.0.1:{port.number}", "refused")
        port.close()

    def test_no_datagram_comes(self):
        """Asked thrice, then given up; who was asked is told."""
        silent = peers.Port(peers.DATAGRAM)
        run = self.dial("--udp", "-m", "0.5",
                        f"daytime://127.0.0.1:{silent.number}", code=28)
        self.says(run, f"127.0.0.1:{silent.number}")
        silent.close()


if __name__ == "__main__":
    peers.main("xinetd")
