"""make bench: what dial costs, against the curl on this machine.

Each case runs both programs in turn (A B A B ...) against one server, the
whole process each time: CPU is user and system time of the finished process
and memory its peak, both as the kernel accounts for them.  Ratios are dial's
cost over the other's, taken pair by pair, so that a machine whose speed drifts
does not move them much.  A run whose bytes are not all there and right fails
the bench; a target that is missed is told and does not.  After each case's
table comes the same as one line of JSON, after the word json.

Environment:
  BENCH_SIZE=small   64 MiB instead of 2 GiB and 1 GiB, and fewer runs
  BENCH_CASES=a,b    only these cases
  BENCH_DIR=DIR      where the large files go (default: TMPDIR)
  CURL=FILE          the curl to compare with (default: the one in PATH)
"""

import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import zlib

MIB = 1024 * 1024
PAGE = 4096
# Peak memory of a large transfer may be over that of a small one by the pages
# of the buffers that a small one leaves untouched.
BUFFERS_KIB = 1024
PATTERN = b"abcdefghijklmnopqrstuvwxyz"
FILES = 200  # of a case with many
SYSTEM_DIRECTORY = "/etc/ssl/certs"
SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def page_of(size):
    """What a page of that size says."""
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


class Case:
    """One comparison: what both fetch, into what, and what dial may cost."""

    def __init__(self, name, title, scheme, large, cpu, memory=None,
                 into="stdout", dial_env=None, curl_env=None, query="",
                 options=(), against="curl", send=None, wall=None,
                 tunnel=False):
        self.name = name
        self.title = title
        self.scheme = scheme
        self.large = large
        self.cpu = cpu
        self.memory = memory
        self.into = into
        self.env = {"dial": dial_env or {}, "curl": curl_env or {}, "zlib": {}}
        self.query = query
        self.options = list(options)
        self.against = against
        self.send = send
        self.wall = wall
        self.tunnel = tunnel  # through dialtone's proxy
        self.many = into in ("nulls", "files")  # from dialtone's folder


class Send:
    """What a case sends: by which option, from which file, how many bytes
    arrive."""

    def __init__(self, option, path, arrive):
        self.words = [option, path if option == "-T" else "@" + path]
        self.arrive = arrive


class Bench:
    """The server, and the programs that call it from folders of their own."""

    def __init__(self, work, room):
        self.small = os.environ.get("BENCH_SIZE") == "small"
        self.work = work
        build = os.environ["top_builddir"]
        self.source = os.environ["top_srcdir"]
        self.programs = {
            "dial": os.environ["DIAL"],
            "curl": shutil.which(os.environ.get("CURL", "curl")),
        }
        if self.programs["curl"] is None:
            sys.exit("bench: no curl to compare with; install curl")
        self.programs["zlib"] = os.path.join(
            build, "tests/bench/bench_inflate")
        self.coded = os.path.join(work, "coded.gz")
        self.runner = os.path.join(build, "tests/bench/bench_run")
        self.server_program = os.path.join(build, "tests/bench/bench_server")
        self.certs = os.path.join(build, "certs/made")
        self.told = os.path.join(work, "cost")
        self.target = os.path.join(room, "file")
        self.ports = {}

    # --- Surroundings -------------------------------------------------------

    def start_server(self):
        subprocess.run(
            [os.path.join(self.source, "certs/make.sh"), self.certs, "good"],
            check=True)
        server = subprocess.Popen(
            [self.server_program, self.certs + "/good.pem",
             self.certs + "/good.key", self.coded],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in ("http", "https", "congestion"):
            said, value = server.stdout.readline().split()
            assert said == name, said
            self.ports[name] = value
        return server

    def start_dialtone(self):
        """The proxy of the cases that have one, and a folder of FILES."""
        root = os.path.join(self.work, "root")
        os.mkdir(root)
        for number in range(1, FILES + 1):
            with open(os.path.join(root, f"f{number}"), "wb") as file:
                file.write(page_of(PAGE))
        tone = subprocess.Popen(
            [os.environ["DIALTONE"], "--proxy", "127.0.0.1:0", "--https",
             "127.0.0.1:0", "--root", root, "--cert",
             self.certs + "/good.pem", "--key", self.certs + "/good.key"],
            stdout=subprocess.PIPE, text=True)
        for _ in range(2):
            said, value = tone.stdout.readline().split()
            self.ports[{"proxy": "proxy", "https": "folder"}[said]] = \
                value.rpartition(":")[2]
        return tone

    def make_trust(self):
        """Copies of the system's authorities, with the server's added."""
        if not os.path.exists(SYSTEM_BUNDLE):
            sys.exit(f"bench: no {SYSTEM_BUNDLE}; install ca-certificates")
        directory = os.path.join(self.work, "certs")
        os.mkdir(directory)
        links = glob.glob(SYSTEM_DIRECTORY + "/????????.[0-9]*")
        for link in links + glob.glob(self.certs + "/hashed/*.0"):
            shutil.copy(link, directory)
        bundle = os.path.join(self.work, "bundle.pem")
        with open(bundle, "wb") as out:
            for name in (SYSTEM_BUNDLE, self.certs + "/root.pem"):
                with open(name, "rb") as file:
                    out.write(file.read())
        with open(bundle, "rb") as file:
            count = file.read().count(b"BEGIN CERTIFICATE")
        return directory, bundle, count

    def make_coded(self, size):
        """One gzip member of that many bytes: our own sources, over and over,
        as one block deflated once and then repeated."""
        text = b"".join(self.sources())
        block = (text * (8 * MIB // len(text) + 1))[:8 * MIB]
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
        crc = 0
        with open(self.coded, "wb") as out:
            out.write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
            for _ in range(size // len(block)):
                out.write(packed)
                crc = zlib.crc32(block, crc)
            out.write(b"\x03\0")
            out.write(crc.to_bytes(4, "little"))
            out.write((size % (1 << 32)).to_bytes(4, "little"))

    def sources(self):
        for path in sorted(glob.glob(self.source + "/src/*/*.c")):
            with open(path, "rb") as file:
                yield file.read()

    def make_text(self, size):
        """A file of lines, and how many of its bytes end no line."""
        path = os.path.join(self.work, "text")
        line = b"a=line&of=eighty&bytes=" + PATTERN * 2 + b"&end\n"
        assert len(line) == 80
        with open(path, "wb") as out:
            out.write(line * (size // len(line)))
        return path, size // len(line) * (len(line) - 1)

    def make_hole(self, size):
        """A file of zeros that takes no room."""
        path = os.path.join(self.work, "hole")
        with open(path, "wb") as out:
            out.truncate(size)
        return path

    # --- One run ------------------------------------------------------------

    def arguments(self, name, case, size):
        url = (f"{case.scheme}://127.0.0.1:{self.ports[case.scheme]}/{size}"
               f"{case.query}")
        if case.many:
            url = f"https://127.0.0.1:{self.ports['folder']}/f[1-{FILES}]"
        command = [self.runner, self.told, self.programs[name]]
        if name == "zlib":
            return command + [self.coded]
        command += ["-sS", *case.options, url]
        if case.tunnel:
            command += ["-x", f"http://127.0.0.1:{self.ports['proxy']}"]
        if case.many:
            command += ["-w", "%{size_download} %{num_connects}\n", "-o",
                        "/dev/null" if case.into == "nulls"
                        else self.target + "/f#1"]
        if case.send is not None:
            return command + case.send.words
        if case.into == "null":
            command += ["-o", "/dev/null", "-w", "%{size_download}"]
        elif case.into == "decoded":
            command += ["-o", "/dev/null", "-w", "%{size_download}"]
        elif case.into == "file":
            command += ["-o", self.target]
        return command

    def run(self, name, case, size):
        """CPU in ms, peak memory in KiB, wall time in ms."""
        env = {"PATH": os.environ["PATH"], "HOME": self.work}
        env.update(case.env[name])
        if case.into == "files":
            os.mkdir(self.target)
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                self.arguments(name, case, size), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.PIPE, env=env, check=False)
            numbers = self.read_cost()
            if done.returncode != 0 or numbers[0] != 0:
                sys.exit(f"bench: {case.name}: {name} failed: {numbers} "
                         f"{done.stderr.decode(errors='replace')}")
            out.seek(0)
            self.check(name, case, size, out)
        return numbers[1] / 1000, numbers[2], numbers[3] / 1000

    def read_cost(self):
        with open(self.told, encoding="ascii") as told:
            return [int(word) for word in told.read().split()]

    def check(self, name, case, size, out):
        """Everything is there: its length, and what it says."""
        if case.send is not None:
            right = out.read() == str(case.send.arrive).encode()
        elif case.into == "decoded" and name != "zlib":
            right = out.read() == str(os.path.getsize(self.coded)).encode()
        elif case.into in ("null", "decoded"):
            right = out.read() == str(size).encode()
        elif case.many:
            right = sorted(out.read().split(b"\n")[:-1]) == sorted(
                b"%d %d" % (PAGE, number == 0) for number in range(FILES))
            if case.into == "files":
                right = self.took_files() and right
        elif case.into == "file":
            with open(self.target, "rb") as file:
                right = os.fstat(file.fileno()).st_size == size and \
                    file.read(len(PATTERN)) == PATTERN
            os.unlink(self.target)
        else:
            right = out.read() == page_of(size)
        if not right:
            sys.exit(f"bench: {case.name}: {name} did not fetch {size} bytes")

    def took_files(self):
        """Whether all the files are there and right; then they are gone."""
        right = sorted(os.listdir(self.target)) == sorted(
            f"f{number}" for number in range(1, FILES + 1))
        for name in os.listdir(self.target):
            with open(os.path.join(self.target, name), "rb") as file:
                right = right and file.read() == page_of(PAGE)
        shutil.rmtree(self.target)
        return right

    # --- One case -----------------------------------------------------------

    def measure(self, case):
        size = PAGE
        pairs = 10 if self.small else 40
        if case.send is not None:
            pairs = 3 if self.small else 15
        elif case.large:
            size = 64 * MIB if self.small else case.large * MIB
            pairs = 3 if self.small else 7
        if case.into == "decoded":
            self.make_coded(size)
        runs = {"dial": [], case.against: []}
        for warm_up in [True] + [False] * pairs:
            for name, list_of_runs in runs.items():
                run = self.run(name, case, size)
                if not warm_up:
                    list_of_runs.append(run)
        return runs


def spread(values):
    return {"min": min(values), "median": statistics.median(values),
            "max": max(values)}


def summary(case, runs):
    dial, other = runs["dial"], runs[case.against]
    result = {"case": case.name, "pairs": len(dial)}
    for index, key in enumerate(("cpu", "memory", "wall")):
        result[key] = {
            "dial": statistics.median(run[index] for run in dial),
            case.against: statistics.median(run[index] for run in other),
            "ratio": spread([a[index] / b[index]
                             for a, b in zip(dial, other)]),
        }
    return result


def row(what, unit, scale, cost, target, against):
    ratio = cost["ratio"]
    verdict = ""
    if target is not None:
        met = ratio["median"] <= target
        verdict = f"  {'met' if met else 'MISSED'}: at most {target}"
    return (f"  {what:<7}{cost['dial'] / scale:>10.1f}"
            f"{cost[against] / scale:>10.1f} {unit}"
            f"{ratio['min']:>9.2f}{ratio['median']:>9.2f}"
            f"{ratio['max']:>9.2f}{verdict}")


def report(case, result):
    against = case.against
    print(f"{case.title} ({result['pairs']} pairs, against {against})")
    print(row("CPU", "ms ", 1, result["cpu"], case.cpu, against))
    print(row("memory", "MiB", 1024, result["memory"], case.memory, against))
    print(row("wall", "ms ", 1, result["wall"], case.wall, against))
    print("json", json.dumps(result), flush=True)


def cases(bench):
    directory, bundle, count = bench.make_trust()
    as_found = {"dial_env": {"SSL_CERT_DIR": directory},
                "curl_env": {"SSL_CERT_FILE": bundle}}
    same_file = {"dial_env": {"SSL_CERT_FILE": bundle},
                 "curl_env": {"SSL_CERT_FILE": bundle}}
    text, without_ends = bench.make_text(10 * MIB)
    hole_size = 64 * MIB if bench.small else 1024 * MIB
    hole = bench.make_hole(hole_size)
    size = "64 MiB" if bench.small else "2 GiB"
    half = "64 MiB" if bench.small else "1 GiB"
    tunnelled = "64 MiB" if bench.small else "200 MiB"
    trusted = ["--cacert", bench.certs + "/root.pem"]
    print(f"The system's authorities and the test's: {count}, in a bundle and "
          "in a hashed directory.\nAs they come, on Debian, curl reads the "
          "bundle and dial asks the directory; the second https case\ngives "
          "both the bundle.")
    return [
        Case("http-small", "One small page, http", "http", False, 0.3, 0.5),
        Case("https-small", "One small page, https, each program's own way to "
             "find authorities", "https", False, 0.3, **as_found),
        Case("https-small-bundle", "One small page, https, the same bundle "
             "for both", "https", False, 0.3, **same_file),
        Case("http-large-null", f"{size}, http, to /dev/null", "http", 2048,
             0.8, into="null"),
        Case("http-large-file", f"{size}, http, to a file", "http", 2048, 0.8,
             into="file"),
        Case("https-large-null", f"{size}, https, to /dev/null", "https", 2048,
             0.9, into="null", **as_found),
        Case("chunks", f"{half} in chunks of 16 bytes, to /dev/null", "http",
             1024, 0.4, into="null", query="?chunks", options=["--http1.1"]),
        Case("gzip", f"gzip of {half}, decoded, to /dev/null; zlib inflates it "
             "from a file", "http", 1024, 1.1, into="decoded", query="?gzip",
             options=["--compressed"], against="zlib"),
        Case("gzip-curl", f"gzip of {half}, decoded, to /dev/null", "http",
             1024, None, into="decoded", query="?gzip",
             options=["--compressed"]),
        Case("data", "-d @file of 10 MiB, http", "http", False, 0.8, 0.5,
             send=Send("-d", text, without_ends)),
        Case("data-binary", "--data-binary @file of 10 MiB, http", "http",
             False, 0.8, 0.5,
             send=Send("--data-binary", text, os.path.getsize(text))),
        Case("upload", f"-T file of {half} (a hole), http", "http", False,
             0.8, 0.5, send=Send("-T", hole, hole_size)),
        Case("upload-https", f"-T file of {half} (a hole), https", "https",
             False, 0.9, 0.6, send=Send("-T", hole, hole_size), **same_file),
        Case("tunnel-many", f"{FILES} pages of 4 KiB, https by one CONNECT, to "
             "/dev/null", "https", False, 0.6, into="nulls", wall=0.8,
             options=trusted, tunnel=True),
        Case("tunnel-files", "The same, each to a new file", "https", False,
             None, into="files", options=trusted, tunnel=True),
        Case("tunnel-large", f"{tunnelled}, https by CONNECT, to /dev/null",
             "https", 200, 1.0, into="null", options=trusted, tunnel=True),
    ]


def first_line(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=True)
    return re.sub(r"\n.*", "", done.stdout, flags=re.S)


def assert_constant(results):
    """A large body takes no more memory than a small one."""
    for scheme in ("http", "https"):
        small = results.get(f"{scheme}-small")
        for name, result in results.items():
            if small is None or not name.startswith(scheme + "-large"):
                continue
            over = result["memory"]["dial"] - small["memory"]["dial"]
            print(f"{name}: dial's peak is {over:.0f} KiB over that of "
                  f"{scheme}-small")
            if over > BUFFERS_KIB:
                sys.exit(f"bench: {name}: memory is not constant")


def run(bench):
    for program in ("dial", "curl"):
        print(first_line([bench.programs[program], "-V"]))
    print("the server's congestion control:", bench.ports["congestion"])
    results = {}
    only = os.environ.get("BENCH_CASES")
    chosen = [case for case in cases(bench)
              if only is None or case.name in only.split(",")]
    print(f"  {'':7}{'dial':>10}{'other':>10}{'':4}"
          f"{'ratio: min':>9}{'median':>8}{'max':>9}", flush=True)
    for case in chosen:
        results[case.name] = summary(case, bench.measure(case))
        report(case, results[case.name])
    assert_constant(results)


def main():
    temporary = tempfile.TemporaryDirectory
    for_files = os.environ.get("BENCH_DIR")
    with temporary(prefix="dial-bench-") as work, \
            temporary(prefix="dial-bench-", dir=for_files) as room:
        bench = Bench(work, room)
        with bench.start_server(), bench.start_dialtone() as tone:
            try:
                run(bench)
            finally:
                tone.terminate()


if __name__ == "__main__":
    main()
