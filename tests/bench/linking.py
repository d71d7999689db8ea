"""make bench-linking: what each way to link dial with OpenSSL costs.

dial is linked again from the objects that make made: with OpenSSL shared,
inside, inside without position independence, and in a module that is loaded
when TLS is first used (tls_on_demand.c), which has OpenSSL shared or inside.
All run in turn, one small page over http and one over https, as in bench.py.
doc/performance.md draws the conclusion.  BENCH_PAIRS says how many runs.
"""

import glob
import os
import shlex
import shutil
import statistics
import subprocess
import tempfile

import bench

# What of transport and base is the module's, besides tls*.c.
MODULE_PARTS = ("src/transport/trust.c", "src/transport/pem.c",
                "src/transport/stream.c", "src/base/*.c")
SHARED = ["-lssl", "-lcrypto"]
INSIDE = ["-l:libssl.a", "-l:libcrypto.a", "-ldl", "-pthread"]
PACKED = "-Wl,-z,pack-relative-relocs"


class Linker:
    def __init__(self, work):
        self.work = work
        self.source = os.environ["top_srcdir"]
        self.build = os.environ["top_builddir"]
        self.compiler = shlex.split(os.environ["CC"])
        self.main = os.path.join(self.build, "src/cli/main.o")
        self.core = os.path.join(self.build, ".libs/libcore.a")
        self.include = ["-include", self.build + "/config.h", "-DNDEBUG",
                        f"-I{self.source}/include", f"-I{self.source}/src"]

    def run(self, *arguments):
        subprocess.run(self.compiler + ["-O2"] + list(arguments), check=True)

    def path(self, name):
        return os.path.join(self.work, name)

    def program(self, name, *options, core=None):
        self.run("-o", self.path(name), self.main, core or self.core, "-lz",
                 *options)
        return self.path(name)

    def module(self, name, libraries):
        """The module, and dial without what went into it."""
        sources = glob.glob(self.source + "/src/transport/tls*.c")
        for part in MODULE_PARTS:
            sources += glob.glob(os.path.join(self.source, part))
        sources.remove(self.source + "/src/transport/tls_settings.c")
        module = self.path(name + ".so")
        self.run("-fPIC", "-shared", *self.include, *sources, "-o", module,
                 "-Wl,-Bsymbolic", "-Wl,--exclude-libs,ALL", *libraries)
        core = self.path(name + ".a")
        shutil.copy(self.core, core)
        gone = [os.path.basename(source)[:-2] + ".o" for source in sources
                if "/transport/" in source and "stream" not in source]
        subprocess.run(["ar", "d", core] + gone, check=True)
        stand_in = self.path(name + ".o")
        self.run("-c", *self.include, f'-DTLS_MODULE="{module}"', "-o",
                 stand_in, self.source + "/tests/bench/tls_on_demand.c")
        return self.program(name, stand_in, core, "-ldl", "-pthread",
                            core=core)

    def all(self):
        return {
            "inside": self.program("inside", *INSIDE),
            "inside, packed": self.program("packed", PACKED, *INSIDE),
            "inside, not PIE": self.program("fixed", "-no-pie", *INSIDE),
            "shared": self.program("shared", *SHARED),
            "module, shared": self.module("module-shared", SHARED),
            "module, inside": self.module("module-inside", INSIDE),
        }


def compare(server, names, case):
    pairs = int(os.environ.get("BENCH_PAIRS", "100"))
    runs = {name: [] for name in names}
    for warm_up in [True] * 2 + [False] * pairs:
        for name in names:
            run = server.run(name, case, bench.PAGE)
            if not warm_up:
                runs[name].append(run)
    print(f"{case.title} ({pairs} runs each)")
    for name in names:
        cpu = sorted(run[0] for run in runs[name])
        memory = statistics.median(run[1] for run in runs[name])
        print(f"  {name:<16} CPU min {cpu[0]:6.2f}, median "
              f"{statistics.median(cpu):6.2f} ms; memory "
              f"{memory / 1024:5.2f} MiB", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="dial-bench-") as work:
        server = bench.Bench(work, work)
        names = Linker(work).all()
        server.programs.update(names)
        with server.start_server():
            for case in bench.cases(server)[:2]:
                for name in names:
                    case.env[name] = case.env["dial"]
                compare(server, names, case)


if __name__ == "__main__":
    main()
