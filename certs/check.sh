#!/bin/sh
# usage: check.sh OUTDIR
#
# Asserts that each certificate that make.sh made in OUTDIR has the property
# that its name claims.  A bad one must fail for that alone, and pass once the
# check that it fails is lifted, where openssl(1), the judge here, can lift it.

set -eu
OPENSSL_CONF=/dev/null LC_ALL=C
export OPENSSL_CONF LC_ALL

[ $# -eq 1 ] || { echo 'usage: check.sh OUTDIR' >&2; exit 2; }
cd "$1"
failures=0 checked=' '

openssl()
{
	command "${OPENSSL:-openssl}" "$@"
}

# is WHAT EXPECTED FOUND
is()
{
	[ "$2" = "$3" ] && return 0
	echo "check.sh: $1: expected '$2', found '$3'" >&2
	failures=$((failures + 1))
}

# verify OUTCOME NAME [OPTION...]: what `openssl verify` must come to: ok, or
# the numbers of X509_V_ERR_... in the order of their discovery.
verify()
{
	outcome=$1 name=$2
	shift 2
	checked="$checked$name "
	is "$name $*" "$outcome" "$(openssl verify -no-CApath -no-CAstore \
	    -CAfile root.pem -untrusted "$name.pem" -auth_level 1 \
	    -purpose sslserver "$@" "$name.pem" 2>&1 |
	    sed -n 's/^error \([0-9]*\) at .*/\1/p; s/.*: OK$/ok/p' | xargs)"
}

# Fine by every check, for that host.
good()
{
	verify ok "$1" -verify_hostname "${2-localhost}" -x509_strict
}

# One line that `openssl x509` prints of NAME's first certificate.
says()
{
	line=$2 name=$1
	shift 2
	is "$name's $*" "$line" \
	    "$(openssl x509 -in "$name.pem" -noout "$@" | tail -n 1)"
}

text_has()
{
	checked="$checked$1 "
	is "$1 has '$2'" yes "$(openssl x509 -in "$1.pem" -noout -text |
	    grep -q -- "$2" && echo yes)"
}

# The subjects in NAME.pem, in the file's order.
chain()
{
	is "$1's chain" "$2" "$(openssl crl2pkcs7 -nocrl -certfile "$1.pem" |
	    openssl pkcs7 -print_certs -noout |
	    sed -n 's/^subject=.*CN *= *//p' | sed 's/dial test //' | xargs)"
}

sans()
{
	is "$1's number of names" "$2" "$(openssl x509 -in "$1.pem" -noout \
	    -ext subjectAltName | tr , '\n' | grep -c DNS:)"
}

# The authority, and the three forms in which a client trusts it.
verify ok root -purpose any
verify ok intermediate -purpose any
verify ok good -CAfile bundle.pem
is bundle.pem 11 "$(grep -c BEGIN bundle.pem)"
checked="$checked bundle "
is hashed OK "$(openssl verify -no-CAfile -no-CAstore -CApath hashed \
    -untrusted good.pem good.pem | sed 's/.*: //')"
is 'hashed, its names' "$(openssl x509 -in root.pem -noout -hash).0" \
    "$(ls hashed)"

# Those that serve well.
for host in localhost a.test b.test any.wild.test; do
	good good "$host"
done
verify ok good -verify_ip 127.0.0.1
verify ok good -verify_ip ::1
verify 62 good -verify_hostname wild.test
verify 62 good -verify_hostname a.any.wild.test
chain good 'localhost intermediate'
good proxy proxy.test
good proxy
verify ok proxy -verify_ip 127.0.0.1
for name in sha384 sha512 rsa2048 rsa4096 rsa8192 ec384 san1000 san10000 \
    no-cn no-subject reversed; do
	good "$name"
done
text_has sha384 'Signature Algorithm: ecdsa-with-SHA384'
text_has sha512 'Signature Algorithm: ecdsa-with-SHA512'
for bits in 2048 4096 8192; do
	text_has "rsa$bits" "Public-Key: ($bits bit)"
done
text_has ec384 'Public-Key: (384 bit)'
sans san1000 1002
sans san10000 10002
good san10000 host10000.test
says no-cn 'subject=O = dial test' -subject -nameopt oneline
says no-subject 'subject=' -subject
text_has no-subject 'Subject Alternative Name: critical'
chain reversed 'localhost root intermediate'
host=$(openssl x509 -in long-host.pem -noout -ext subjectAltName |
    sed -n 's/.*DNS://p')
is 'long-host, its length' 253 ${#host}
good long-host "$host"
good idn xn--strae-oqa.test
good underscore under_score.test
good mixed-case mixed.test
verify ok trailing-dot
says trailing-dot '    DNS:a.test.' -ext subjectAltName

# Those with a wrong name.
verify 62 wrong-host -verify_hostname localhost
good wrong-host other.test
for host in localhost a.test; do
	verify 62 nul-name -verify_hostname "$host"
done
verify ok nul-name
nul_name=612e74657374002e6576696c2e74657374
is 'nul-name, in CN and SAN' 2 "$(openssl x509 -in nul-name.pem -outform DER |
    od -An -v -tx1 | tr -d ' \n' | awk -F "$nul_name" '{ print NF - 1 }')"
verify 64 ip-as-dns -verify_ip 127.0.0.1
verify 64 ip-as-dns -verify_ip ::1
verify ok ip-as-dns
says ip-as-dns '    DNS:127.0.0.1, DNS:*.0.0.1, DNS:::1' -ext subjectAltName
says ip-as-dns 'subject=CN = 127.0.0.1' -subject -nameopt oneline
verify ok no-san
says no-san 'subject=CN = localhost' -subject -nameopt oneline
is 'no-san, its names' '' "$(openssl x509 -in no-san.pem -noout \
    -ext subjectAltName 2>/dev/null)"

# Those at a wrong time.
verify 10 expired -verify_hostname localhost
verify ok expired -verify_hostname localhost -no_check_time
verify 9 not-yet -verify_hostname localhost
verify ok not-yet -verify_hostname localhost -no_check_time

# Those from a wrong issuer.
verify 18 self-signed -verify_hostname localhost
verify ok self-signed -verify_hostname localhost -CAfile self-signed.pem
verify 19 untrusted -verify_hostname localhost
verify ok untrusted -verify_hostname localhost -CAfile untrusted-root.pem
verify 20 incomplete -verify_hostname localhost
verify ok incomplete -verify_hostname localhost -untrusted intermediate.pem
chain incomplete localhost
text_has incomplete 'CA Issuers - URI:http://ca.test/ca.der'
verify '79 26' non-ca-intermediate -verify_hostname localhost
verify 25 pathlen -verify_hostname localhost
chain pathlen 'localhost below-pathlen-0 pathlen-0'
verify '79 26' v1-intermediate -verify_hostname localhost
verify 47 name-constraints -verify_hostname localhost

# Those of a wrong kind.
verify 26 client-eku -verify_hostname localhost
verify ok client-eku -verify_hostname localhost -purpose sslclient
verify 26 ca-as-leaf -verify_hostname localhost
verify ok ca-as-leaf -verify_hostname localhost -purpose any
text_has ca-as-leaf CA:TRUE
verify ok v1
text_has v1 'Version: 1 (0x0)'
text_has sha1 'Signature Algorithm: ecdsa-with-SHA1'
verify 68 sha1 -verify_hostname localhost
verify ok sha1 -verify_hostname localhost -auth_level 0
verify 68 sha1-intermediate -verify_hostname localhost
verify ok sha1-intermediate -verify_hostname localhost -auth_level 0

# The revoked, known by a list that clears its issuer and the good.
good revoked
verify 23 revoked -crl_check_all -CRLfile crl.pem
verify ok good -crl_check_all -CRLfile crl.pem

# Clients.
verify ok client -purpose sslclient
verify 26 client
verify 19 client-untrusted -purpose sslclient
verify ok client-untrusted -purpose sslclient -CAfile untrusted-root.pem

# Keys: each fits its certificate but the one that is not to.
for pem in *.pem; do
	name=${pem%.pem}
	[ -e "$name.key" ] || continue
	fits=no
	[ "$(openssl pkey -in "$name.key" -pubout)" != \
	    "$(openssl x509 -in "$pem" -noout -pubkey)" ] || fits=yes
	case $name in mismatch) expected=no ;; *) expected=yes ;; esac
	is "$name.key fits" $expected $fits
done
good mismatch
is 'client-encrypted.key' "$(cat client.key)" \
    "$(openssl pkey -in client-encrypted.key -passin pass:secret)"
is 'client-encrypted.key, by a wrong passphrase' refused \
    "$(openssl pkey -in client-encrypted.key -passin pass:wrong -noout \
    2>/dev/null || echo refused)"
is client-with-key.pem "$(cat client.pem client.key)" \
    "$(cat client-with-key.pem)"

# No certificate goes unexamined.
for pem in *.pem; do
	name=${pem%.pem}
	case $name in
	client-with-key | crl | untrusted-root)	continue ;;
	esac
	case $checked in
	*" $name "*) ;;
	*)	is "$name" examined 'no assertion about it' ;;
	esac
done

[ $failures -eq 0 ]
