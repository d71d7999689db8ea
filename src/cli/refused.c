/* curl's options that dial lacks are refused by name, with the reason. */
#include "cli/options.h"

#include <string.h>

/* Names with spaces between; "/X" gives the letter.  What is not in every curl
 * yields: it makes no abbreviation ambiguous. */
static const struct {
	const char *reason;
	const char *names;
	bool yields;
} refused[] = {
    {"concerns FTP, which dial does not speak",
	"append/a crlf disable-eprt disable-epsv eprt epsv ftp-account "
	"ftp-alternative-to-user ftp-create-dirs ftp-method ftp-pasv "
	"ftp-port/P ftp-pret ftp-skip-pasv-ip ftp-ssl ftp-ssl-ccc "
	"ftp-ssl-ccc-mode ftp-ssl-control ftp-ssl-reqd krb krb4 list-only/l "
	"quote/Q ssl ssl-reqd use-ascii/B",
	false},
    {"concerns SSH, which dial does not speak",
	"compressed-ssh hostpubmd5 hostpubsha256 pubkey", false},
    {"concerns mail, which dial does not speak",
	"login-options mail-auth mail-from mail-rcpt mail-rcpt-allowfails "
	"sasl-authzid sasl-ir",
	false},
    {"concerns TELNET or TFTP, which dial does not speak",
	"telnet-option/t tftp-blksize tftp-no-options", false},
    {"concerns HTTP/2 or HTTP/3, which dial does not speak",
	"alt-svc http2 http2-prior-knowledge http3 http3-only", false},
    {"asks for a version of SSL or TLS that is broken; dial speaks TLS 1.2 "
     "and later",
	"proxy-ssl-allow-beast proxy-tlsv1 ssl-allow-beast sslv2/2 sslv3/3 "
	"tlsv1/1 tlsv1.0 tlsv1.1",
	false},
    {"concerns TLS-SRP, which dial does not do",
	"proxy-tlsauthtype proxy-tlspassword proxy-tlsuser tlsauthtype "
	"tlspassword tlsuser",
	false},
    {"concerns another system's TLS library",
	"proxy-ssl-auto-client-cert ssl-auto-client-cert ssl-no-revoke "
	"ssl-revoke-best-effort",
	false},
    {"concerns Kerberos with SOCKS, winbind or cloud signatures, which dial "
     "does not do",
	"aws-sigv4 ntlm-wb socks5-gssapi socks5-gssapi-nec "
	"socks5-gssapi-service",
	false},
    {"concerns DNS servers, which dial leaves to the system",
	"dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-cert-status "
	"doh-insecure doh-url",
	false},
    {"has no use in dial",
	"egd-file engine false-start hsts libcurl metalink npn random-file "
	"tcp-fastopen xattr",
	false},
    {"concerns HTTP/2 or HTTP/3, which dial does not speak", "proxy-http2",
	true},
    {"concerns SSH, which dial does not speak", "knownhosts", true},
    {"concerns mail, which dial does not speak", "upload-flags", true},
    {"concerns IPFS, which dial does not speak", "ipfs-gateway", true},
    {"concerns certificates built into curl; dial has none in it",
	"dump-ca-embed", true},
    {"would send data that whoever listens can send again; dial waits for the "
     "handshake",
	"tls-earlydata", true},
    {"would keep TLS sessions in a file, which dial does not do",
	"ssl-sessions", true},
    {"concerns a part of TLS that dial does not do", "ech", true},
    {"concerns a part of the network that dial leaves to the system",
	"mptcp vlan-priority", true},
};

/* The next name of the list; false at its end. */
static bool
next_name(const char **at, struct dial_span *name, char *letter)
{
	size_t len;

	*at += strspn(*at, " ");
	len = strcspn(*at, " ");
	if (len == 0)
		return false;
	*name = dial_span_make(*at, len);
	*letter = 0;
	if (len > 2 && (*at)[len - 2] == '/') {
		*letter = (*at)[len - 1];
		name->len -= 2;
	}
	*at += len;
	return true;
}

bool
dial_refused_option_at(size_t n, struct dial_refused_option *option)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		const char *at = refused[i].names;

		option->reason = refused[i].reason;
		option->yields = refused[i].yields;
		while (next_name(&at, &option->name, &option->letter))
			if (n-- == 0)
				return true;
	}
	return false;
}
