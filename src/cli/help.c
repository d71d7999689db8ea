/* What --help says is what the table says. */
#include "cli/help.h"

#include <string.h>

#include "cli/options.h"
#include "fetch/pac.h"
#include "http/coding.h"
#include "http/suffix_list.h"
#include "http/gss.h"
#include "transport/idn.h"
#include "transport/tls.h"

/* The categories of curl's protocols, which dial does not speak. */
static const char foreign[] =
    "file ftp imap pop3 scp sftp smtp ssh telnet tftp";

/* The help begins here, or two spaces after what is longer. */
#define HELP_COLUMN 28

static const struct {
	const char *name;
	unsigned bit;
	const char *help;
	const char *curls; /* what curl calls it; NULL: the same */
} categories[] = {
    {"auth", DIAL_CATEGORY_AUTH, "Who you are", NULL},
    {"connection", DIAL_CATEGORY_CONNECTION, "How the call is made", NULL},
    {"daytime", DIAL_CATEGORY_DAYTIME, "Asking for the time", NULL},
    {"dial", DIAL_CATEGORY_DIAL, "The program itself", "curl"},
    {"dns", DIAL_CATEGORY_DNS, "Names and addresses", NULL},
    {"http", DIAL_CATEGORY_HTTP, "HTTP and HTTPS", NULL},
    {"output", DIAL_CATEGORY_OUTPUT, "Files", NULL},
    {"post", DIAL_CATEGORY_POST, "HTTP POST", NULL},
    {"proxy", DIAL_CATEGORY_PROXY, "Proxies", NULL},
    {"tls", DIAL_CATEGORY_TLS, "TLS and certificates", NULL},
    {"upload", DIAL_CATEGORY_UPLOAD, "Sending", NULL},
    {"verbose", DIAL_CATEGORY_VERBOSE, "What dial says", NULL},
};

#define CATEGORIES (sizeof categories / sizeof categories[0])

static int
put_option(struct dial_buf *out, const struct dial_option *option)
{
	size_t start = out->len, width;
	char letter[] = "   ";

	if (option->letter != 0) {
		letter[0] = '-';
		letter[1] = option->letter;
		letter[2] = ',';
	}
	if (dial_buf_append_format(out, " %s --%s%s%s%s", letter,
		(option->flags & DIAL_OPTION_SHOWN_OFF) != 0 ? "no-" : "",
		option->name,
		option->placeholder == NULL ||
			(option->flags & DIAL_OPTION_GLUED) != 0
		    ? ""
		    : " ",
		option->placeholder == NULL ? "" : option->placeholder) == -1)
		return -1;
	width = out->len - start;
	return dial_buf_append_format(out, "%*s%s\n",
	    width + 2 <= HELP_COLUMN ? (int)(HELP_COLUMN - width) : 2, "",
	    option->help);
}

static int
put_options(struct dial_buf *out, unsigned wanted)
{
	for (size_t i = 0; i < dial_options_count; i++)
		if ((dial_options[i].categories & wanted) != 0 &&
		    put_option(out, &dial_options[i]) == -1)
			return -1;
	return 0;
}

static int
put_categories(struct dial_buf *out)
{
	for (size_t i = 0; i < CATEGORIES; i++)
		if (dial_buf_append_format(out, " %-12s %s\n",
			categories[i].name, categories[i].help) == -1)
			return -1;
	return 0;
}

static int
put_important(struct dial_buf *out)
{
	if (put_options(out, DIAL_CATEGORY_IMPORTANT) == -1)
		return -1;
	return dial_buf_append_text(out,
	    "\nThese are the most used. \"--help category\" lists the "
	    "categories, \"--help all\"\nshows every option, and dial(1) "
	    "explains them.\n");
}

int
dial_help_categories(struct dial_buf *out)
{
	for (size_t i = 0; i < CATEGORIES; i++)
		if (dial_buf_append_format(out, "%s ", categories[i].name) ==
		    -1)
			return -1;
	return dial_buf_append_text(out, "all category");
}

/* The place of the category in the table, or CATEGORIES. */
static size_t
find_category(const char *name)
{
	for (size_t i = 0; i < CATEGORIES; i++)
		if (dial_text_equal_nocase(name, categories[i].name) ||
		    (categories[i].curls != NULL &&
			dial_text_equal_nocase(name, categories[i].curls)))
			return i;
	return CATEGORIES;
}

static bool
is_foreign(const char *name)
{
	struct dial_span rest = dial_span_of(foreign), word;

	while (dial_span_cut(&rest, ' ', &word))
		if (dial_span_equal_nocase(word, name))
			return true;
	return dial_span_equal_nocase(rest, name);
}

int
dial_help_text(struct dial_buf *out, const char *category)
{
	const char *why = "There is no such category; these there are:\n\n";
	size_t n;

	if (dial_buf_append_text(out, "Usage: dial [options...] <url>...\n") ==
	    -1)
		return -1;
	if (category == NULL)
		return put_important(out);
	if (dial_text_equal_nocase(category, "all"))
		return put_options(out, ~0U);
	n = find_category(category);
	if (n < CATEGORIES)
		return dial_buf_append_format(out, "%s: %s\n",
			   categories[n].name, categories[n].help) == -1
			   ? -1
			   : put_options(out, categories[n].bit);
	if (is_foreign(category))
		why = "This is nothing that dial speaks; there are:\n\n";
	if (!dial_text_equal_nocase(category, "category") &&
	    dial_buf_append_text(out, why) == -1)
		return -1;
	return put_categories(out);
}

int
dial_version_text(struct dial_buf *out)
{
	char idn[64], list[64];
	bool international = dial_idn_library(idn, sizeof idn);
	bool listed = dial_suffix_list_library(list, sizeof list);
	char why[DIAL_GSS_WHY];
	bool negotiates = dial_gss_has(DIAL_GSS_SPNEGO, why);
	bool speaks_ntlm = dial_gss_has(DIAL_GSS_NTLM, why);
	bool has_pac = dial_pac_is_there();

	return dial_buf_append_format(out,
	    "dial " PACKAGE_VERSION " %s %s%s%s%s%s\n"
	    "Protocols: daytime http https\n"
	    "Features: %sHTTPS-proxy %sIPv6 %sLargefile %s%s%sSOCKS %sSSL "
	    "UnixSockets libz\n",
	    dial_tls_library(), dial_coding_library(), international ? " " : "",
	    international ? idn : "", listed ? " " : "", listed ? list : "",
	    negotiates ? "GSS-API " : "", international ? "IDN " : "",
	    negotiates ? "Kerberos " : "", speaks_ntlm ? "NTLM " : "",
	    has_pac ? "PAC " : "", listed ? "PSL " : "",
	    negotiates ? "SPNEGO " : "");
}
