#!/bin/sh
# make demo: the main job of dial, shown step by step on this machine alone.
#
# dialtone serves a page over HTTPS with an authority made a moment ago, a
# forward proxy, and the time of day; dial fetches the page through the proxy
# and asks for the time.  Nothing is left behind, and any failure fails it.
set -eu

dial=${DIAL:-./dial}
dialtone=${DIALTONE:-./dialtone}
work=$(mktemp -d)
pid=

clean_up()
{
	status=$?
	trap - EXIT
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	fi
	rm -rf "$work"
	[ "$status" -eq 0 ] || echo "demo: FAILED (status $status)" >&2
	exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of the caller's environment leads elsewhere.
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY \
    NO_PROXY HTTP_PROXY SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE || true

step()
{
	printf '\n== %s\n' "$*"
}

# Shows a command as it would be typed, then runs it.
show()
{
	printf '$ dial'
	for word; do
		case $word in
		*[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$dial" "$@"
}

# The address on dialtone's line that begins with $1.
address()
{
	sed -n "s/^$1 //p" "$work/addresses"
}

mkdir "$work/www"
cat >"$work/www/index.html" <<'EOT'
<!doctype html>
<title>The Simplicity of Sockets</title>
<p>Look the number up, dial, talk, hang up.
EOT

step "dialtone listens: a folder over HTTPS, a proxy, the time of day"
"$dialtone" --root "$work/www" --https 127.0.0.1:0 --proxy 127.0.0.1:0 \
    --daytime 127.0.0.1:0 --authority-out "$work/authority.pem" \
    >"$work/addresses" &
pid=$!

# The addresses come one a line, the last of them when all is ready.
tries=0
until [ -n "$(address https)" ] && [ -n "$(address proxy)" ] &&
    [ -n "$(address daytime)" ] && [ -s "$work/authority.pem" ]; do
	kill -0 "$pid" 2>/dev/null || {
		echo "demo: dialtone did not start" >&2
		pid=
		exit 1
	}
	tries=$((tries + 1))
	[ "$tries" -lt 100 ] || {
		echo "demo: dialtone told no addresses within 10 s" >&2
		exit 1
	}
	sleep 0.1
done
cat "$work/addresses"

step "a page over TLS through the proxy, its response headers dumped"
show -s -S -x "http://$(address proxy)" --cacert "$work/authority.pem" \
    -D "$work/headers" -o "$work/page" "https://$(address https)/index.html"
echo "-- headers ($work/headers)"
cat "$work/headers"
echo "-- page"
cat "$work/page"
cmp "$work/page" "$work/www/index.html"
grep -q '^HTTP/1.1 200' "$work/headers"

step "the same without trusting its authority: refused, and it says why"
status=0
show -s -S -x "http://$(address proxy)" \
    "https://$(address https)/index.html" || status=$?
echo "-- exit status $status"
[ "$status" -eq 60 ]

step "what the daytime server says, and how far this clock is from it"
show -w '%{daytime_utc} differs by %{daytime_offset} s\n' \
    "daytime://$(address daytime)"

step "done: the column's phone call, with all that it left out"
