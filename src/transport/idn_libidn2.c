/*
 * Only this file knows libidn2.  It is loaded for the first name that is not
 * ASCII, since hardly any run meets one and linking it makes every start
 * slower; once loaded it stays.
 */
#include "transport/idn.h"

#include <idn2.h>
#include <stdint.h>
#include <stdio.h>

#include "base/library.h"
#include "base/text.h"

/* The one whose functions idn2.h declares. */
#define LIBRARY "libidn2.so.0"

struct library {
	void *handle;
	int (*lookup)(const uint8_t *, uint8_t **, int);
	void (*release)(void *);
	const char *(*version)(const char *);
};

static bool
load(struct library *library)
{
	library->handle = dial_library_open(LIBRARY);
	return dial_library_find(
		   library->handle, "idn2_lookup_u8", &library->lookup) &&
	       dial_library_find(
		   library->handle, "idn2_free", &library->release) &&
	       dial_library_find(
		   library->handle, "idn2_check_version", &library->version);
}

/* What is wrong, where people can do something about it. */
static const char *
reason(int code)
{
	switch (code) {
	case IDN2_ENCODING_ERROR:
		return "a host name is ASCII or UTF-8, and this is neither";
	case IDN2_TOO_BIG_LABEL:
	case IDN2_PUNYCODE_BIG_OUTPUT:
		return "a label of a host name has at most 63 bytes, as its "
		       "A-label";
	case IDN2_TOO_BIG_DOMAIN:
		return "a host name has at most 253 bytes, in its A-labels";
	case IDN2_HYPHEN_STARTEND:
		return "a label neither starts nor ends with a hyphen";
	case IDN2_2HYPHEN:
		return "a label has two hyphens in third place only as xn--";
	case IDN2_PUNYCODE_BAD_INPUT:
	case IDN2_INVALID_ALABEL:
	case IDN2_ALABEL_ROUNDTRIP_FAILED:
		return "a label that starts with xn-- is no A-label";
	default:
		return "it holds a character that no international host name "
		       "has (RFC 5892)";
	}
}

/* As curl has it: IDNA2008 with the mapping of UTS 46, and for what IDNA2008
 * does not allow, such as a snowman, the way of IDNA2003. */
static int
look_up(const struct library *library, const char *name, uint8_t **ascii)
{
	const uint8_t *bytes = (const uint8_t *)name;
	int code = library->lookup(
	    bytes, ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

	if (code == IDN2_OK || code == IDN2_MALLOC)
		return code;
	if (library->lookup(bytes, ascii, IDN2_TRANSITIONAL) == IDN2_OK)
		return IDN2_OK;
	return code;
}

char *
dial_idn_to_ascii(const char *name, const char **why)
{
	struct library library = {0};
	uint8_t *ascii = NULL;
	char *copy = NULL;
	int code;

	*why = "a name that is not ASCII needs " LIBRARY
	       ", which could not be loaded; write its A-label, such as "
	       "xn--strae-oqa.test for stra\303\237e.test";
	if (load(&library)) {
		code = look_up(&library, name, &ascii);
		*why = code == IDN2_OK || code == IDN2_MALLOC ? NULL
							      : reason(code);
		if (code == IDN2_OK) {
			copy = dial_text_copy(dial_span_of((char *)ascii));
			library.release(ascii);
		}
	}
	dial_library_close(library.handle);
	return copy;
}

bool
dial_idn_library(char *out, size_t size)
{
	struct library library = {0};
	bool loaded = load(&library);

	if (loaded)
		snprintf(out, size, "libidn2 %s", library.version(NULL));
	dial_library_close(library.handle);
	return loaded;
}
