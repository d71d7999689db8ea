#!/bin/sh
# certs/make.sh makes what certs/README.md promises: each certificate with its
# one fault (TLS-01, -03, -04, -06, -07, -19), whole and whoever else is making
# them, anew when they are old and not before.

# make sets top_srcdir and top_builddir.
# shellcheck disable=SC2154
set -eu
make=$top_srcdir/certs/make.sh
work=$(mktemp -d "$top_builddir/certs-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail()
{
	echo "certs.sh: $*" >&2
	exit 1
}

state()
{
	find "$work/$1" -type f -exec cksum {} + | sort
}

# Side by side, into one folder.
"$make" "$work/all" &
other=$!
"$make" "$work/all"
wait $other
"$top_srcdir/certs/check.sh" "$work/all"

before=$(state all)
"$make" "$work/all"
[ "$before" = "$(state all)" ] || fail 'fresh certificates were made again'

touch -t 202001010000 "$work/all/good.pem"
"$make" "$work/all"
[ "$before" != "$(state all)" ] || fail 'an old certificate was kept'
[ -n "$(find "$work/all/good.pem" -mtime 0)" ] || fail 'good.pem is old'
"$top_srcdir/certs/check.sh" "$work/all"

# By name: that and what a client trusts, no more.
"$make" "$work/one" expired
found=$(cd "$work/one" && find . -name '*.pem' | sort | xargs)
[ "$found" = './bundle.pem ./expired.pem ./intermediate.pem ./root.pem' ] ||
    fail "for 'expired' alone it made $found"

! "$make" "$work/none" good nonesuch 2>"$work/said" || fail 'made nonesuch'
grep -q "'nonesuch'" "$work/said" || fail "it said $(cat "$work/said")"
[ -z "$(find "$work/none" -type f)" ] || fail 'half of a refused list was made'
