#!/bin/sh
# usage: make.sh OUTDIR [NAME...]
#
# Makes the test authority's certificates in OUTDIR: those named, else all.
# README.md says what each is for.
#
# The keys are checked in and never change, so a file from one making fits
# every file of another.  That is why callers side by side need no lock: each
# makes into a folder of its own and renames whole files into place.  What is
# less than a day old and newer than this script is left alone.

set -eu

names='good proxy client client-untrusted
    expired not-yet wrong-host self-signed untrusted incomplete
    nul-name ip-as-dns no-san client-eku ca-as-leaf mismatch
    non-ca-intermediate pathlen v1 v1-intermediate name-constraints
    sha1 sha1-intermediate sha384 sha512 rsa2048 rsa4096 rsa8192 ec384
    san1000 san10000 no-cn no-subject reversed
    long-host idn underscore mixed-case trailing-dot revoked'

keys=$(cd "$(dirname "$0")" && pwd)/keys
self=$keys/../make.sh

openssl()
{
	command "${OPENSSL:-openssl}" "$@"
}

die()
{
	echo "make.sh: $*" >&2
	exit 1
}

# The table.  Each certificate is described by how it differs from `good`:
# subject, san, issuer, key, md; ca (basicConstraints), ku, eku, akid, extra;
# chain (what follows it in its file) and given (the key put beside it).
describe()
{
	subject=/CN=localhost san=DNS:localhost,DNS:a.test,IP:127.0.0.1,IP:::1
	issuer=intermediate key=leaf md=sha256 ca=CA:FALSE ku=digitalSignature
	eku=serverAuth akid=keyid extra='' chain=issuer given=''

	case $1 in
	root | untrusted-root | unrelated-root-*)
		authority "$1" "$1" ;;
	intermediate)
		authority "$1" root; ca=CA:TRUE,pathlen:0 ;;
	non-ca)
		authority "$1" root; ca=CA:FALSE ;;
	pathlen-0)
		authority "$1" root; ca=CA:TRUE,pathlen:0 ;;
	below-pathlen-0)
		authority "$1" pathlen-0 ;;
	constrained)
		authority "$1" root
		extra='nameConstraints = critical,permitted;DNS:allowed.test' ;;
	sha1-ca)
		authority "$1" root; md=sha1 ;;
	v1-ca)
		authority "$1" root ;;

	good)		san="$san,DNS:b.test,DNS:*.wild.test" ;;
	proxy)
		subject=/CN=proxy.test key=proxy
		san=DNS:proxy.test,DNS:localhost,IP:127.0.0.1,IP:::1 ;;
	client)
		subject='/CN=dial test client' san=DNS:client.test
		issuer=root key=client eku=clientAuth ;;
	client-untrusted)
		subject='/CN=dial test client' san=DNS:client.test
		issuer=untrusted-root key=client eku=clientAuth ;;

	expired | not-yet | revoked | v1) ;;
	wrong-host)	subject=/CN=other.test san=DNS:other.test ;;
	self-signed)	issuer='self-signed' ;;
	untrusted)	issuer=untrusted-root ;;
	incomplete)
		chain=''
		extra='authorityInfoAccess = caIssuers;URI:http://ca.test/ca.der' ;;
	nul-name)	san='' ;;
	ip-as-dns)
		subject=/CN=127.0.0.1
		san='DNS:127.0.0.1,DNS:*.0.0.1,DNS:::1' ;;
	no-san)		san='' ;;
	client-eku)	eku=clientAuth ;;
	ca-as-leaf)	ca=CA:TRUE ku=keyCertSign,cRLSign ;;
	mismatch)	given=other ;;
	non-ca-intermediate) issuer=non-ca ;;
	pathlen)
		issuer=below-pathlen-0 chain='below-pathlen-0 pathlen-0' ;;
	v1-intermediate) issuer=v1-ca akid='' ;;
	name-constraints) issuer=constrained ;;
	sha1-intermediate) issuer=sha1-ca ;;
	sha1 | sha384 | sha512)
		md=$1 ;;
	rsa2048 | rsa4096 | rsa8192 | ec384)
		key=$1 ;;
	san1000)	san=$(many 1000),$san ;;
	san10000)	san=$(many 10000),$san ;;
	no-cn)		subject='/O=dial test' ;;
	no-subject)	subject=/ san=critical,$san ;;
	reversed)	chain='root intermediate' ;;
	long-host)	san=DNS:$(long_host) ;;
	idn)		san=DNS:xn--strae-oqa.test ;;
	underscore)	san=DNS:under_score.test ;;
	mixed-case)	san=DNS:MiXeD.Test ;;
	trailing-dot)	san=DNS:a.test. ;;
	*)		die "no certificate is called '$1'" ;;
	esac

	case $chain,$issuer in
	issuer,root | issuer,"$1")	chain='' ;;
	issuer,*)			chain=$issuer ;;
	esac
	given=${given:-$key}
}

authority()
{
	subject="/CN=dial test $1" issuer=$2 san='' eku=''
	ca=CA:TRUE ku=keyCertSign,cRLSign key=other
	case $1 in root | intermediate) key=$1 ;; esac
}

many()
{
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "%sDNS:host%05d.test", (i > 1 ? "," : ""), i
	}'
}

# 253 bytes, all that a name may have, in labels of 63, the most for a label.
long_host()
{
	awk 'BEGIN {
		for (i = 1; i <= 248; i++)
			printf "%s", (i % 64 ? "l" : ".")
		print ".test"
	}'
}

# The same number for the same name in every making.
serial()
{
	printf %s "$1" | cksum | cut -d ' ' -f 1
}

# Makes $new/$1.crt, once, and its issuer's before it.  In a subshell, as that
# is where POSIX keeps variables to their function.
certify()
(
	[ ! -e "$new/$1.crt" ] || exit 0
	describe "$1"
	[ "$issuer" = "$1" ] || certify "$issuer"
	case $1 in
	expired)		forge "$1" -730 -1 ;;
	not-yet)		forge "$1" 3 33 ;;
	nul-name | v1 | v1-ca)	forge "$1" 0 30 ;;
	*)			issue "$1" ;;
	esac
)

issue()
{
	cat >"$new/$1.cnf" <<END
[ req ]
distinguished_name = none
x509_extensions = extensions
[ none ]
[ extensions ]
basicConstraints = critical,$ca
keyUsage = critical,$ku
subjectKeyIdentifier = hash
${akid:+authorityKeyIdentifier = $akid}
${eku:+extendedKeyUsage = $eku}
${san:+subjectAltName = $san}
$extra
END
	if [ "$issuer" = "$1" ]; then
		set -- "$1" -key "$keys/$key.key"
	else
		issuer_key=$(describe "$issuer"; echo "$key")
		set -- "$1" -key "$keys/$key.key" \
		    -CA "$new/$issuer.crt" -CAkey "$keys/$issuer_key.key"
	fi
	name=$1
	shift
	openssl req -x509 -new -config "$new/$name.cnf" -subj "$subject" \
	    -"$md" -days 30 -set_serial "$(serial "$name")" "$@" \
	    -out "$new/$name.crt"
}

# What openssl(1) will not issue (dates of one's own, before its 3.4; a NUL in
# a name; version 1) is written field by field and signed by hand, as RFC 5280
# 4.1 lays it out.  Keys and signature here are always P-256 with SHA-256.
forge()
{
	issuer_key=$keys/$(describe "$issuer"; echo "$key").key
	point=$(openssl pkey -in "$keys/$key.key" -pubout -outform DER |
	    tail -c 65 | hex)
	forged "$@" >"$new/$1.cnf"
	openssl asn1parse -genconf "$new/$1.cnf" -genstr SEQUENCE:tbs \
	    -noout -out "$new/tbs"
	openssl dgst -sha256 -sign "$issuer_key" -out "$new/signature" \
	    "$new/tbs"
	cat >>"$new/$1.cnf" <<END
[ certificate ]
tbs = SEQUENCE:tbs
algorithm = SEQUENCE:algorithm
signature = FORMAT:HEX,BITSTRING:$(hex <"$new/signature")
END
	openssl asn1parse -genconf "$new/$1.cnf" -genstr SEQUENCE:certificate \
	    -noout -out "$new/der"
	openssl x509 -inform DER -in "$new/der" -out "$new/$1.crt"
}

# forged NAME FROM TO: its fields; FROM and TO in days from today.
forged()
{
	common_name=UTF8:${subject#/CN=}
	name1=IA5:localhost name2=IA5:a.test
	if [ "$1" = nul-name ]; then
		name1="FORMAT:HEX,OCT:$(printf 'localhost\0.evil.test' | hex)"
		name2="FORMAT:HEX,OCT:$(printf 'a.test\0.evil.test' | hex)"
		common_name=IMP:12U,$name2
	fi
	v3=''
	case $1 in v1 | v1-ca) v3='#' ;; esac
	cat <<END
[ tbs ]
${v3}version = EXPLICIT:0,INTEGER:2
serial = INTEGER:$(serial "$1")
algorithm = SEQUENCE:algorithm
issuer = SEQUENCE:issuer
validity = SEQUENCE:validity
subject = SEQUENCE:subject
key = SEQUENCE:key
${v3}extensions = EXPLICIT:3,SEQUENCE:extensions
[ algorithm ]
id = OID:ecdsa-with-SHA256
[ issuer ]
rdn = SET:issuer_rdn
[ issuer_rdn ]
attribute = SEQUENCE:issuer_cn
[ issuer_cn ]
type = OID:commonName
value = UTF8:dial test $issuer
[ validity ]
from = UTCTIME:$(midnight "$2")
to = UTCTIME:$(midnight "$3")
[ subject ]
rdn = SET:subject_rdn
[ subject_rdn ]
attribute = SEQUENCE:subject_cn
[ subject_cn ]
type = OID:commonName
value = $common_name
[ key ]
algorithm = SEQUENCE:key_algorithm
point = FORMAT:HEX,BITSTRING:$point
[ key_algorithm ]
id = OID:id-ecPublicKey
curve = OID:prime256v1
[ extensions ]
san = SEQUENCE:san
[ san ]
id = OID:subjectAltName
value = OCTWRAP,SEQUENCE:names
[ names ]
1 = IMP:2,$name1
2 = IMP:2,$name2
3 = IMP:7,FORMAT:HEX,OCT:7f000001
END
}

hex()
{
	od -An -v -tx1 | tr -d ' \n'
}

# The UTCTime of 00:00 UTC, $1 days from today.
midnight()
{
	date -u '+%Y %m %d' | awk -v offset="$1" '
	function length_of(year, month) {
		if (month == 2)
			return 28 + (year % 4 == 0 &&
			    (year % 100 != 0 || year % 400 == 0))
		return 30 + (month + int(month / 8)) % 2
	}
	{
		year = $1; month = $2 + 0; day = $3 + offset
		while (day < 1) {
			if (--month == 0) {
				month = 12
				year--
			}
			day += length_of(year, month)
		}
		while (day > length_of(year, month)) {
			day -= length_of(year, month)
			if (++month == 13) {
				month = 1
				year++
			}
		}
		printf "%02d%02d%02d000000Z\n", year % 100, month, day
	}'
}

# NAME.pem as a server or client sends it, and NAME.key beside it.
deliver()
(
	describe "$1"
	: >"$new/$1.pem"
	for link in "$1" $chain; do
		certify "$link"
		cat "$new/$link.crt" >>"$new/$1.pem"
	done
	cp "$keys/$given.key" "$new/$1.key"
	case $1 in
	client)
		cat "$new/$1.pem" "$new/$1.key" >"$new/client-with-key.pem"
		openssl pkey -in "$new/$1.key" -aes-256-cbc \
		    -passout pass:secret -out "$new/client-encrypted.key" ;;
	untrusted)
		cp "$new/untrusted-root.crt" "$new/untrusted-root.pem" ;;
	revoked)
		{ crl root; crl intermediate revoked; } >"$new/crl.pem" ;;
	esac
)

# crl ISSUER [REVOKED]: its list, which holds yesterday's revocation or none.
crl()
{
	certify "$1"
	: >"$new/index"
	if [ $# -eq 2 ]; then
		printf 'R\t%s\t%s,keyCompromise\t%s\tunknown\t/CN=%s\n' \
		    "$(midnight 30)" "$(midnight -1)" \
		    "$(serial_in_index "$2")" "$2" >"$new/index"
	fi
	cat >"$new/crl.cnf" <<END
[ ca ]
default_ca = list
[ list ]
database = $new/index
default_md = sha256
END
	openssl ca -gencrl -config "$new/crl.cnf" -crldays 30 \
	    -cert "$new/$1.crt" -keyfile "$keys/$1.key" 2>"$new/said" ||
	    die "$(cat "$new/said")"
}

# An index has serials in hexadecimal, of an even number of digits.
serial_in_index()
{
	printf %X "$(serial "$1")" | sed 's/^\(\(..\)*.\)$/0\1/'
}

# What a client trusts: the root, a hashed directory, and a bundle whose
# last the root is.
anchors()
{
	certify intermediate
	cp "$new/root.crt" "$new/root.pem"
	cp "$new/intermediate.crt" "$new/intermediate.pem"
	mkdir "$new/hashed"
	cp "$new/root.pem" \
	    "$new/hashed/$(openssl x509 -in "$new/root.crt" -noout -hash).0"
	: >"$new/bundle.pem"
	for i in 01 02 03 04 05 06 07 08 09 10; do
		certify unrelated-root-$i
		cat "$new/unrelated-root-$i.crt" >>"$new/bundle.pem"
	done
	cat "$new/root.crt" >>"$new/bundle.pem"
}

fresh()
{
	[ -n "$(find "$out/$1" -mtime 0 -newer "$self" 2>/dev/null)" ]
}

# In alphabetical order, so that a file which fresh() is asked about comes
# after those made with it.
publish()
{
	for made in "$new"/hashed/*.0 "$new"/*.key "$new"/*.pem; do
		[ -e "$made" ] || continue
		case $made in
		*.key | *-key.pem)	chmod 600 "$made" ;;
		*)			chmod 644 "$made" ;;
		esac
		mv -f "$made" "$out/${made#"$new/"}"
	done
}

[ $# -ge 1 ] || die 'usage: make.sh OUTDIR [NAME...]'
mkdir -p "$1/hashed"
out=$(cd "$1" && pwd)
shift
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $names

# The machine's own settings must not reach what is made here.
OPENSSL_CONF=/dev/null LC_ALL=C
export OPENSSL_CONF LC_ALL
umask 077
new=$(mktemp -d "$out/.making.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM

fresh root.pem || anchors
for wanted; do
	describe "$wanted"
	fresh "$wanted.pem" || deliver "$wanted"
done
publish
