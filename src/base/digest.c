/* Beside TLS, only this file knows that OpenSSL exists. */
#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

struct dial_digest {
	EVP_MD_CTX *context;
};

static int
fail(struct dial_error *err, const char *what)
{
	return dial_error_set(err, DIAL_TLS, DIAL_TLS_MISSING,
	    "OpenSSL, as it is set up on this machine, gives no %s", what);
}

static const char *
name_of(enum dial_digest_kind kind)
{
	static const char *const names[] = {
	    [DIAL_DIGEST_MD5] = "MD5",
	    [DIAL_DIGEST_SHA256] = "SHA256",
	    [DIAL_DIGEST_SHA512_256] = "SHA512-256",
	};

	return names[kind];
}

struct dial_digest *
dial_digest_new(enum dial_digest_kind kind, struct dial_error *err)
{
	struct dial_digest *digest = calloc(1, sizeof *digest);
	EVP_MD *md = EVP_MD_fetch(NULL, name_of(kind), NULL);

	if (digest != NULL)
		digest->context = EVP_MD_CTX_new();
	if (digest == NULL || digest->context == NULL)
		dial_error_set_memory(err);
	else if (md != NULL &&
		 EVP_DigestInit_ex2(digest->context, md, NULL) == 1) {
		EVP_MD_free(md);
		return digest;
	} else
		fail(err, name_of(kind));
	EVP_MD_free(md);
	dial_digest_free(digest);
	return NULL;
}

int
dial_digest_add(struct dial_digest *digest, const void *bytes, size_t len,
    struct dial_error *err)
{
	if (EVP_DigestUpdate(digest->context, bytes, len) != 1)
		return fail(err, "digest");
	return 0;
}

int
dial_digest_end(struct dial_digest *digest, char out[DIAL_DIGEST_HEX],
    struct dial_error *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_DigestFinal_ex(digest->context, bytes, &len) != 1 ||
	    len > DIAL_DIGEST_BYTES_MAX)
		return fail(err, "digest");
	for (unsigned i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
	return 0;
}

void
dial_digest_free(struct dial_digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

int
dial_digest_text(enum dial_digest_kind kind, const char *text,
    char out[DIAL_DIGEST_HEX], struct dial_error *err)
{
	struct dial_digest *digest = dial_digest_new(kind, err);
	int result = -1;

	if (digest != NULL &&
	    dial_digest_add(digest, text, strlen(text), err) == 0)
		result = dial_digest_end(digest, out, err);
	dial_digest_free(digest);
	return result;
}

int
dial_digest_random(void *bytes, size_t len, struct dial_error *err)
{
	if (RAND_bytes(bytes, (int)len) != 1)
		return fail(err, "random bytes");
	return 0;
}
