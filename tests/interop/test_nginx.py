"""dial against nginx: versions, codings, ranges, conditions, bodies, TLS."""
import os
import random
import re
import shutil

import peers

CONFIG = """
daemon off;
worker_processes 1;
pid @folder@/nginx.pid;
error_log @folder@/error.log info;
@root@ user @user@ @group@;
events { worker_connections 256; }
http {
	access_log @folder@/access.log;
	client_body_temp_path @folder@/body;
	proxy_temp_path @folder@/proxy;
	fastcgi_temp_path @folder@/fastcgi;
	uwsgi_temp_path @folder@/uwsgi;
	scgi_temp_path @folder@/scgi;
	root @folder@/www;
	types { text/html html; text/plain txt; }
	default_type application/octet-stream;
	gzip on;
	gzip_min_length 20;
	ssl_certificate @certs@/good.pem;
	ssl_certificate_key @certs@/good.key;
	map $http_x_slow $rate { default 0; yes 1k; }
	limit_rate $rate;
	add_header X-Request "$request" always;
	add_header X-Host "$http_host" always;
	add_header X-Asked "$http_connection" always;
	add_header X-Call "$connection $connection_requests" always;
	add_header X-TLS "$ssl_protocol $ssl_server_name $ssl_session_reused" always;
	add_header X-Client "$ssl_client_verify $ssl_client_s_dn" always;

	server {
		listen 127.0.0.1:@http@;
		listen unix:@folder@/socket;
		location = /new-only {
			if ($server_protocol = HTTP/1.0) { return 426 "no\\n"; }
			return 200 "$request_method $server_protocol\\n";
		}
		location = /old { return 301 /new/place?q=1; }
		location = /new/place { return 200 "moved $args\\n"; }
		location = /loop { return 302 /loop; }
		location = /nothing { return 204; }
		location = /hangup { return 444; }
		location = /teapot { return 418 "short and stout\\n"; }
		location = /method { return 200 "$request_method\\n"; }
		location /secret/ {
			auth_basic "the vault";
			auth_basic_user_file @folder@/passwords;
			alias @folder@/www/;
		}
		location /put/ {
			alias @folder@/put/;
			dav_methods PUT;
			client_max_body_size 8m;
		}
		location = /small-bodies { client_max_body_size 1k; }
		location /once/ { alias @folder@/www/; keepalive_requests 1; }
	}
	server {
		listen 127.0.0.1:@http@;
		server_name b.test;
		location / { return 200 "b\\n"; }
	}
	server {
		listen 127.0.0.1:@tls12@ ssl;
		ssl_protocols TLSv1.2;
	}
	server {
		listen 127.0.0.1:@tls12@ ssl;
		server_name b.test;
		ssl_protocols TLSv1.2;
		location / { return 200 "b\\n"; }
	}
	server {
		listen 127.0.0.1:@tls13@ ssl;
		ssl_protocols TLSv1.3;
	}
	server {
		listen 127.0.0.1:@once12@ ssl;
		ssl_protocols TLSv1.2;
		keepalive_timeout 0;
	}
	server {
		listen 127.0.0.1:@once13@ ssl;
		ssl_protocols TLSv1.3;
		keepalive_timeout 0;
	}
	server {
		listen 127.0.0.1:@wrong@ ssl;
		ssl_certificate @certs@/wrong-host.pem;
		ssl_certificate_key @certs@/wrong-host.key;
	}
	server {
		listen 127.0.0.1:@expired@ ssl;
		ssl_certificate @certs@/expired.pem;
		ssl_certificate_key @certs@/expired.key;
	}
	server {
		listen 127.0.0.1:@client@ ssl;
		ssl_client_certificate @certs@/root.pem;
		ssl_verify_client on;
	}
}
"""

PAGE = b"<p>A line of a page that packs well.</p>\n" * 73
# Packs badly, has every byte, and is the same in every run.
BIG = random.Random(867).randbytes(1 << 20)

WEB = peers.Peer(
    "nginx", "-e @folder@/error.log -c @folder@/nginx.conf",
    files={"nginx.conf": CONFIG, "www/page.html": PAGE, "www/big.bin": BIG,
           "www/index.html": PAGE, "www/empty.txt": b"",
           # The user name is ann, the password "open sesame".
           "passwords": "ann:{PLAIN}open sesame\n"},
    ports=["http", "tls12", "tls13", "once12", "once13", "wrong", "expired",
           "client"])


class Case(peers.Case):
    peers = [WEB]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.makedirs(WEB.path("put"), exist_ok=True)
        os.chmod(WEB.path("put"), 0o777)

    def http(self, path):
        return WEB.url("http", path)


class Versions(Case):
    def test_1_0_is_what_is_spoken(self):
        """PROTOCOL 1, 5, 15: a 1.0 request line, Host, a 1.1 reply."""
        run = self.dial("-i", self.http("/page.html"))
        self.assertEqual(run.head()[0], "HTTP/1.1 200 OK")
        self.assertEqual(run.fields("X-Request"), ["GET /page.html HTTP/1.0"])
        self.assertEqual(run.fields("X-Host"), [f"127.0.0.1:{WEB['http']}"])
        self.assertEqual(run.body(), PAGE)

    def test_1_1_when_asked(self):
        run = self.dial("-i", "--http1.1", self.http("/page.html"))
        self.assertEqual(run.fields("X-Request"), ["GET /page.html HTTP/1.1"])
        self.assertEqual(run.body(), PAGE)

    def test_1_1_where_1_0_is_not_spoken(self):
        """PROTOCOL 1: after 426 once more in 1.1, unless told 1.0."""
        run = self.dial("-i", self.http("/new-only"), self.http("/new-only"))
        self.assertEqual(run.out.count(b"\r\n\r\nGET HTTP/1.1\n"), 2)
        self.assertNotIn(b"HTTP/1.1 426", run.out)
        run = self.dial("-0", "-w", "%{http_code}", self.http("/new-only"))
        self.assertEqual(run.out, b"no\n426")

    def test_unix_socket(self):
        run = self.dial("-i", "--unix-socket", WEB.path("socket"),
                        "http://a.test/page.html")
        self.assertEqual(run.fields("X-Host"), ["a.test"])
        self.assertEqual(run.body(), PAGE)

    def test_host_chooses_the_server(self):
        """Name-based hosting works in 1.0, since Host is always sent."""
        port = WEB["http"]
        for version in "--http1.0", "--http1.1":
            run = self.dial(version, f"http://b.test:{port}/", "--resolve",
                            f"b.test:{port}:127.0.0.1")
            self.assertEqual(run.out, b"b\n")

    def test_head(self):
        """PROTOCOL 31: a length, and no body to wait for."""
        for version in "--http1.0", "--http1.1":
            run = self.dial("-I", version, self.http("/big.bin"))
            self.assertEqual(run.fields("Content-Length"), [str(len(BIG))])
            self.assertTrue(run.out.endswith(b"\r\n\r\n"))

    def test_no_body_in_204(self):
        """PROTOCOL 31."""
        run = self.dial("-w", "%{http_code}", "--http1.1",
                        self.http("/nothing"))
        self.assertEqual(run.out, b"204")

    def test_empty_file(self):
        self.assertEqual(self.dial(self.http("/empty.txt")).out, b"")

    def test_own_method(self):
        run = self.dial("-X", "PURGE", self.http("/method"))
        self.assertEqual(run.out, b"PURGE\n")

    def test_hang_up_before_a_byte(self):
        """Exit 52: it closed without a word."""
        run = self.dial(self.http("/hangup"), code=52)
        self.assertEqual(run.out, b"")

    def test_plain_http_to_the_tls_port(self):
        run = self.dial("-w", "%{http_code}", WEB.url("tls12"))
        self.assertIn(b"plain HTTP request was sent to HTTPS port", run.out)
        self.assertTrue(run.out.endswith(b"400"))

    def test_tls_to_the_plain_port(self):
        run = self.dial(WEB.url("http", scheme="https"), code=35)
        self.assertEqual(run.out, b"")


class Keeping(Case):
    """How many connections a run makes."""

    def calls(self, *arguments):
        """X-Call of each response: connection and request number."""
        run = self.dial("-i", *arguments)
        return re.findall(rb"X-Call: (\d+) (\d+)\r", run.out)

    def test_one_url_asks_for_nothing(self):
        """1.0, nothing to come: no Connection field."""
        run = self.dial("-i", self.http("/page.html"))
        self.assertEqual(run.fields("X-Asked"), [])

    def test_kept_in_1_0_and_1_1(self):
        for version in "--http1.0", "--http1.1":
            calls = self.calls(version, *[self.http("/page.html")] * 3)
            self.assertEqual(len({c for c, _ in calls}), 1, version)
            self.assertEqual([n for _, n in calls], [b"1", b"2", b"3"])

    def test_kept_over_tls(self):
        for version in "--http1.0", "--http1.1":
            calls = self.calls(version, "--cacert",
                               peers.certificate("root.pem"),
                               *[WEB.url("tls13", "/page.html", "https")] * 2)
            self.assertEqual([n for _, n in calls], [b"1", b"2"], version)

    def test_other_server_other_connection(self):
        """REUSE-01: neither another host nor another port shares it."""
        port = WEB["http"]
        calls = self.calls(
            "--resolve", f"b.test:{port}:127.0.0.1", self.http("/page.html"),
            f"http://b.test:{port}/", self.http("/page.html"))
        self.assertEqual(calls[0][0], calls[2][0])
        self.assertNotEqual(calls[0][0], calls[1][0])

    def test_not_kept_by_the_server(self):
        """REUSE-05: it said close, so each has its own."""
        for version in "--http1.0", "--http1.1":
            calls = self.calls(version, *[self.http("/once/page.html")] * 2)
            self.assertEqual([n for _, n in calls], [b"1", b"1"], version)

    def test_session_resumed(self):
        """A new connection of the same run takes up the TLS session."""
        for name in "once12", "once13":
            run = self.dial("-i", "--cacert", peers.certificate("root.pem"),
                            *[WEB.url(name, "/page.html", "https")] * 2)
            reused = re.findall(rb"X-TLS: TLSv1.\d  ([r.])\r", run.out)
            self.assertEqual(reused, [b".", b"r"], name)


class Codings(Case):
    def test_not_packed_for_1_0(self):
        """Measured: nginx packs nothing for HTTP/1.0."""
        run = self.dial("-i", "--compressed", self.http("/page.html"))
        self.assertEqual(run.fields("Content-Encoding"), [])
        self.assertEqual(run.fields("Content-Length"), [str(len(PAGE))])
        self.assertEqual(run.body(), PAGE)

    def test_packed_and_chunked_for_1_1(self):
        """Measured: gzip and chunked; PROTOCOL 39, 43."""
        run = self.dial("-i", "--compressed", "--http1.1",
                        self.http("/page.html"))
        self.assertEqual(run.fields("Content-Encoding"), ["gzip"])
        self.assertEqual(run.fields("Transfer-Encoding"), ["chunked"])
        self.assertEqual(run.body(), PAGE)

    def test_left_packed_when_not_asked_to_unpack(self):
        run = self.dial("--http1.1", "-H", "Accept-Encoding: gzip",
                        self.http("/page.html"))
        self.assertEqual(run.out[:2], b"\x1f\x8b")
        self.assertLess(len(run.out), len(PAGE))


class Parts(Case):
    """Ranges, resumed files, conditions."""

    def test_range(self):
        """Measured: nginx answers a 1.0 range with 206; PROTOCOL 44."""
        for version in "--http1.0", "--http1.1":
            run = self.dial("-i", version, "-r", "100-199",
                            self.http("/big.bin"))
            self.assertEqual(run.head()[0].split()[1], "206", version)
            self.assertEqual(run.body(), BIG[100:200])

    def test_last_bytes(self):
        run = self.dial("-r", "-100", self.http("/big.bin"))
        self.assertEqual(run.out, BIG[-100:])

    def test_range_past_the_end(self):
        run = self.dial("-w", "%{http_code}", "-r", "9999999-",
                        self.http("/big.bin"))
        self.assertTrue(run.out.endswith(b"416"))
        self.dial("-f", "-r", "9999999-", self.http("/big.bin"), code=22)

    def test_resume(self):
        for version in "--http1.0", "--http1.1":
            path = self.file("big" + version, BIG[:300000])
            run = self.dial("-C", "-", version, "-o", path, "-w",
                            "%{http_code} %{size_download}",
                            self.http("/big.bin"))
            self.assertEqual(self.content("big" + version), BIG)
            self.assertEqual(run.out, f"206 {len(BIG) - 300000}".encode())

    def test_resume_what_is_whole(self):
        """416 with a matching total is success."""
        path = self.file("big", BIG)
        self.dial("-C", "-", "-o", path, self.http("/big.bin"))
        self.assertEqual(self.content("big"), BIG)

    def test_resume_after_a_cut(self):
        """What a deadline cut short is gone on with, not begun anew."""
        path, had = self.cut("/big.bin")
        run = self.dial("-C", "-", "-o", path, "-w", "%{size_download}",
                        self.http("/big.bin"))
        self.assertEqual(self.content("big"), BIG)
        self.assertEqual(int(run.out), len(BIG) - had)
        self.assertEqual(os.listdir(self.folder), ["big"])

    def test_resume_what_has_changed(self):
        """If-Range: another file by now, so it is begun anew."""
        WEB.write("www/news.bin", BIG)
        path, _ = self.cut("/news.bin")
        WEB.write("www/news.bin", BIG[::-1] + b"!")
        self.dial("-C", "-", "-o", path, self.http("/news.bin"))
        self.assertEqual(self.content("big"), BIG[::-1] + b"!")

    def cut(self, name):
        """Leaves a part of a file behind; its final path and its size."""
        path = self.file("big")
        self.dial("-m", "0.5", "-H", "X-Slow: yes", "-o", path,
                  self.http(name), code=28)
        self.assertFalse(os.path.exists(path))
        had = os.path.getsize(path + ".part")
        self.assertGreater(had, 0)
        return path, had

    def test_not_modified(self):
        """PROTOCOL 29, 31: a file's own time as the condition."""
        path = self.file("page", PAGE)
        shutil.copystat(WEB.path("www/page.html"), path)
        for version in "--http1.0", "--http1.1":
            run = self.dial(version, "-z", path, "-o", path, "-w",
                            "%{http_code}", self.http("/page.html"))
            self.assertEqual(run.out, b"304")
            self.assertEqual(self.content("page"), PAGE)

    def test_modified(self):
        run = self.dial("-z", "1 Jan 2001", self.http("/page.html"))
        self.assertEqual(run.out, PAGE)


class Asking(Case):
    """Redirects, errors, credentials, bodies."""

    def test_redirect_shown(self):
        run = self.dial("-o", os.devnull, "-w",
                        "%{http_code} %{redirect_url}", self.http("/old"))
        self.assertEqual(run.out.decode(),
                         "301 " + self.http("/new/place?q=1"))

    def test_redirect_followed(self):
        """PROTOCOL 48."""
        run = self.dial("-L", self.http("/old"), "-w", "%{url_effective}")
        self.assertEqual(run.out.decode(),
                         "moved q=1\n" + self.http("/new/place?q=1"))

    def test_redirects_without_end(self):
        """PROTOCOL 50."""
        self.dial("-L", "--max-redirs", "3", self.http("/loop"), code=47)

    def test_error_pages(self):
        """PROTOCOL 52: shown, unless -f."""
        run = self.dial(self.http("/teapot"))
        self.assertEqual(run.out, b"short and stout\n")
        run = self.dial("-f", self.http("/teapot"), code=22)
        self.assertEqual(run.out, b"")
        self.says(run, "418")

    def test_basic(self):
        """PROTOCOL 57."""
        url = self.http("/secret/page.html")
        run = self.dial("-o", os.devnull, "-w", "%{http_code}", url)
        self.assertEqual(run.out, b"401")
        self.assertEqual(self.dial("-u", "ann:open sesame", url).out, PAGE)
        run = self.dial("-f", "-u", "ann:wrong-word", url, code=22)
        self.assertNotIn("wrong-word", run.err)

    def test_basic_from_the_url(self):
        """PROTOCOL 6: the user leaves the URL before it is sent."""
        run = self.dial(
            "-i", self.http("/secret/page.html").replace(
                "//", "//ann:open%20sesame@"))
        self.assertEqual(run.fields("X-Request"),
                         ["GET /secret/page.html HTTP/1.0"])
        self.assertEqual(run.fields("X-Host"), [f"127.0.0.1:{WEB['http']}"])
        self.assertEqual(run.body(), PAGE)

    def test_put(self):
        """PROTOCOL 14: a file and a pipe, each with a length in 1.0."""
        sent = self.file("sent", BIG)
        for version in "--http1.0", "--http1.1":
            for source, stdin in (sent, b""), ("-", BIG):
                name = f"{version}-{os.path.basename(source)}"
                run = self.dial("-T", source, version, "-w", "%{http_code}",
                                self.http("/put/" + name), stdin=stdin)
                self.assertEqual(run.out, b"201", run)
                self.assertEqual(WEB.read("put/" + name), BIG)

    def test_body_too_large(self):
        """PROTOCOL 55: the answer comes while the body is still going."""
        for version in "--http1.0", "--http1.1":
            run = self.dial(version, "--data-binary", "@-", "-w",
                            "%{http_code}", self.http("/small-bodies"),
                            stdin=BIG * 4)
            self.assertTrue(run.out.endswith(b"413"), run)
            self.assertIn(b"Request Entity Too Large", run.out)

    def test_deadline(self):
        """-m, whatever still drips; no file under its final name."""
        path = self.file("big")
        run = self.dial("-m", "0.5", "-H", "X-Slow: yes", "-o", path,
                        self.http("/big.bin"), code=28)
        self.says(run, "500 ms", "--max-time", "body")
        self.assertFalse(os.path.exists(path))


class Secure(Case):
    """TLS-01 and the like: what a real server makes of a handshake."""

    def root(self):
        return "--cacert", peers.certificate("root.pem")

    def test_1_2_alone_and_1_3_alone(self):
        for name, spoken in ("tls12", "TLSv1.2"), ("tls13", "TLSv1.3"):
            run = self.dial("-i", *self.root(), WEB.url(
                name, "/big.bin", "https"))
            self.assertEqual(run.fields("X-TLS")[0].split()[0], spoken)
            self.assertEqual(run.body(), BIG)

    def test_name_is_sent(self):
        """SNI chooses the server; an address is never sent as a name."""
        port = WEB["tls12"]
        run = self.dial("-i", *self.root(), "--resolve",
                        f"b.test:{port}:127.0.0.1", f"https://b.test:{port}/")
        self.assertEqual(run.fields("X-TLS")[0].split()[1], "b.test")
        self.assertTrue(run.out.endswith(b"\r\n\r\nb\n"))
        run = self.dial("-i", *self.root(),
                        WEB.url("tls12", "/page.html", "https"))
        self.assertEqual(run.fields("X-TLS"), ["TLSv1.2  ."])

    def test_unknown_issuer(self):
        run = self.dial(WEB.url("tls13", scheme="https"), code=60)
        self.assertEqual(run.out, b"")
        self.says(run, "dial test root", "--add-cacert")

    def test_trust(self):
        url = WEB.url("tls13", "/page.html", "https")
        for ways in (["--cacert", peers.certificate("bundle.pem")],
                     ["--capath", peers.certificate("hashed")], ["-k"]):
            self.assertEqual(self.dial(*ways, url).out, PAGE)
        for name, value in (("SSL_CERT_FILE", "bundle.pem"),
                            ("SSL_CERT_DIR", "hashed"),
                            ("CURL_CA_BUNDLE", "root.pem")):
            run = self.dial(url, **{name: peers.certificate(value)})
            self.assertEqual(run.out, PAGE)

    def test_wrong_name(self):
        """The names that it does have are told."""
        run = self.dial(*self.root(), WEB.url("wrong", scheme="https"),
                        code=60)
        self.says(run, "127.0.0.1", "other.test")
        self.assertEqual(run.out, b"")

    def test_expired(self):
        run = self.dial(*self.root(), WEB.url("expired", scheme="https"),
                        code=60)
        self.says(run, "expired")

    def test_client_certificate(self):
        url = WEB.url("client", "/page.html", "https")
        both = peers.certificate("client-with-key.pem")
        for ways in (["-E", peers.certificate("client.pem"), "--key",
                      peers.certificate("client.key")], ["-E", both]):
            run = self.dial("-i", *self.root(), *ways, url)
            self.assertTrue(run.fields("X-Client")[0].startswith("SUCCESS "))
            self.assertEqual(run.body(), PAGE)

    def test_no_client_certificate(self):
        url = WEB.url("client", "/page.html", "https")
        run = self.dial("-w", "%{http_code}", *self.root(), url)
        self.assertIn(b"No required SSL certificate was sent", run.out)
        self.assertTrue(run.out.endswith(b"400"))

    def test_client_certificate_of_a_stranger(self):
        url = WEB.url("client", "/page.html", "https")
        run = self.dial("-w", "%{http_code}", *self.root(), "-E",
                        peers.certificate("client-untrusted.pem"), "--key",
                        peers.certificate("client-untrusted.key"), url)
        self.assertIn(b"The SSL certificate error", run.out)
        self.assertTrue(run.out.endswith(b"400"))


if __name__ == "__main__":
    peers.main("nginx")
