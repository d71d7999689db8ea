/*
 * Content codings undone, in pieces of every size on both sides; and every way
 * of ending that is not the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zlib.h>

#include "http/coding_engine.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PIECE	     (128 * 1024)

/* The one that all tests are for, in turn. */
static const struct dial_coding_engine *engine;

/* "hello, dial\n" in every coding: gzip -n, zlib and raw deflate. */
static const unsigned char gzipped[] = {
    0x1f,
    0x8b,
    0x08,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x02,
    0x03,
    0xcb,
    0x48,
    0xcd,
    0xc9,
    0xc9,
    0xd7,
    0x51,
    0x48,
    0xc9,
    0x4c,
    0xcc,
    0xe1,
    0x02,
    0x00,
    0xc2,
    0x91,
    0xea,
    0x49,
    0x0c,
    0x00,
    0x00,
    0x00,
};
static const unsigned char zlibbed[] = {
    0x78,
    0x9c,
    0xcb,
    0x48,
    0xcd,
    0xc9,
    0xc9,
    0xd7,
    0x51,
    0x48,
    0xc9,
    0x4c,
    0xcc,
    0xe1,
    0x02,
    0x00,
    0x1c,
    0x50,
    0x04,
    0x05,
};
static const unsigned char raw[] = {
    0xcb,
    0x48,
    0xcd,
    0xc9,
    0xc9,
    0xd7,
    0x51,
    0x48,
    0xc9,
    0x4c,
    0xcc,
    0xe1,
    0x02,
    0x00,
};
/* gzip of gzip, and deflate (zlib) of gzip. */
static const unsigned char twice[] = {
    0x1f,
    0x8b,
    0x08,
    0x00,
    0x00,
    0x00,
    0x00,
    0x00,
    0x02,
    0x03,
    0x93,
    0xef,
    0xe6,
    0x60,
    0x00,
    0x01,
    0x26,
    0xe6,
    0xd3,
    0x1e,
    0x67,
    0x4f,
    0x9e,
    0xbc,
    0x1e,
    0xe8,
    0x71,
    0xd2,
    0xe7,
    0xcc,
    0x43,
    0x26,
    0x86,
    0x43,
    0x13,
    0x5f,
    0x79,
    0xf2,
    0x00,
    0xc5,
    0x01,
    0x73,
    0x47,
    0xe6,
    0xfd,
    0x20,
    0x00,
    0x00,
    0x00,
};
static const unsigned char deflated_gzip[] = {
    0x78,
    0x9c,
    0x93,
    0xef,
    0xe6,
    0x60,
    0x00,
    0x01,
    0x26,
    0xe6,
    0xd3,
    0x1e,
    0x67,
    0x4f,
    0x9e,
    0xbc,
    0x1e,
    0xe8,
    0x71,
    0xd2,
    0xe7,
    0xcc,
    0x43,
    0x26,
    0x86,
    0x43,
    0x13,
    0x5f,
    0x79,
    0xf2,
    0x00,
    0xc5,
    0x01,
    0xa5,
    0x7d,
    0x0a,
    0xf0,
};
#define PLAIN "hello, dial\n"

/* Everything decoded into *out: 0, or -1 with the error. */
static int
decode(const char *coding, const void *bytes, size_t len, size_t in_piece,
    size_t out_piece, struct dial_buf *out, struct dial_error *err)
{
	struct dial_decoder *decoder =
	    dial_decoder_new_by(engine, dial_span_of(coding), err);
	static char room[PIECE];
	struct dial_span in;
	ssize_t got = 0;
	int result = -1;

	if (decoder == NULL)
		return -1;
	for (size_t at = 0; at < len && got == 0; at += in_piece) {
		in = dial_span_make((const char *)bytes + at,
		    len - at < in_piece ? len - at : in_piece);
		while ((got = dial_decoder_decode(
			    decoder, &in, room, out_piece, err)) > 0)
			assert_int_equal(
			    dial_buf_append(out, room, (size_t)got), 0);
		if (got == 0)
			assert_int_equal(in.len, 0);
	}
	if (got == 0)
		result = dial_decoder_finish(decoder, err);
	dial_decoder_free(decoder);
	return result;
}

static void
assert_decodes(const char *coding, const void *bytes, size_t len,
    const char *want, size_t want_len)
{
	static const size_t pieces[] = {1, 2, 3, 7, 64, PIECE};

	for (size_t i = 0; i < COUNT(pieces); i++)
		for (size_t o = 0; o < COUNT(pieces); o++) {
			struct dial_error err = {0};
			struct dial_buf out = {0};

			if (decode(coding, bytes, len, pieces[i], pieces[o],
				&out, &err) == -1)
				fail_msg("%s, %zu to %zu: %s", coding,
				    pieces[i], pieces[o], err.text);
			assert_int_equal(out.len, want_len);
			if (want_len > 0)
				assert_memory_equal(out.data, want, want_len);
			dial_buf_clear(&out);
		}
}

/* Fails with these words, whatever the pieces are. */
static void
assert_fails(const char *coding, const void *bytes, size_t len, int number,
    const char *words)
{
	static const size_t pieces[] = {1, 3, PIECE};

	for (size_t i = 0; i < COUNT(pieces); i++)
		for (size_t o = 0; o < COUNT(pieces); o++) {
			struct dial_error err = {0};
			struct dial_buf out = {0};

			if (decode(coding, bytes, len, pieces[i], pieces[o],
				&out, &err) == 0)
				fail_msg(
				    "%s: %zu bytes were taken", coding, len);
			assert_int_equal(err.domain, DIAL_CODING);
			assert_int_equal(err.number, number);
			assert_int_equal(dial_error_exit_code(&err), 61);
			if (strstr(err.text, words) == NULL)
				fail_msg("%s: %s", words, err.text);
			dial_buf_clear(&out);
		}
}

/* GZ-08, PROTOCOL 43 */
static void
test_codings(void **state)
{
	size_t len = strlen(PLAIN);

	(void)state;
	assert_decodes("gzip", gzipped, sizeof(gzipped), PLAIN, len);
	assert_decodes("x-gzip", gzipped, sizeof(gzipped), PLAIN, len);
	assert_decodes(" , GZip ,,", gzipped, sizeof(gzipped), PLAIN, len);
	assert_decodes("deflate", zlibbed, sizeof(zlibbed), PLAIN, len);
	assert_decodes("deflate", raw, sizeof(raw), PLAIN, len);
	assert_decodes("gzip, gzip", twice, sizeof(twice), PLAIN, len);
	assert_decodes("gzip, identity, deflate", deflated_gzip,
	    sizeof(deflated_gzip), PLAIN, len);
	assert_decodes("identity", PLAIN, len, PLAIN, len);
	assert_decodes("none", PLAIN, len, PLAIN, len);
	assert_decodes("", PLAIN, len, PLAIN, len);
}

/* GZ-08: undone in the reverse of the order that they were applied in. */
static void
test_order(void **state)
{
	(void)state;
	assert_fails("deflate, gzip", deflated_gzip, sizeof(deflated_gzip),
	    DIAL_CODING_BAD, "gzip-coded body is damaged");
}

/* GZ-05: nothing at all is the coding of nothing. */
static void
test_empty(void **state)
{
	(void)state;
	assert_decodes("gzip", "", 0, "", 0);
	assert_decodes("deflate", "", 0, "", 0);
	assert_decodes("gzip, deflate", "", 0, "", 0);
}

/* GZ-04: cut short anywhere, its trailer or its checksum missing. */
static void
test_cut(void **state)
{
	(void)state;
	for (size_t n = 1; n < sizeof(gzipped); n++)
		assert_fails(
		    "gzip", gzipped, n, DIAL_CODING_BAD, "its end is missing");
	for (size_t n = 1; n < sizeof(zlibbed); n++)
		assert_fails("deflate", zlibbed, n, DIAL_CODING_BAD,
		    "its end is missing");
	for (size_t n = 1; n < sizeof(raw); n++)
		assert_fails(
		    "deflate", raw, n, DIAL_CODING_BAD, "its end is missing");
	for (size_t n = 1; n < sizeof(deflated_gzip); n++)
		assert_fails("gzip, deflate", deflated_gzip, n, DIAL_CODING_BAD,
		    "its end is missing");
}

static void
with_byte(const unsigned char *bytes, size_t len, size_t at, const char *coding,
    const char *words)
{
	unsigned char copy[128];

	assert_true(len <= sizeof(copy) && at < len);
	memcpy(copy, bytes, len);
	copy[at] ^= 0x55;
	assert_fails(coding, copy, len, DIAL_CODING_BAD, words);
}

/* GZ-05: a wrong checksum, a wrong length, no gzip. */
static void
test_damaged(void **state)
{
	size_t n = sizeof(gzipped);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		with_byte(gzipped, n, n - 8 + i, "gzip", "data check");
		with_byte(gzipped, n, n - 4 + i, "gzip", "length check");
		with_byte(zlibbed, sizeof(zlibbed), sizeof(zlibbed) - 4 + i,
		    "deflate", "data check");
	}
	with_byte(gzipped, n, 0, "gzip", "header check");
	with_byte(gzipped, n, 1, "gzip", "header check");
	assert_fails("gzip", "<html>", 6, DIAL_CODING_BAD, "header check");
	assert_fails(
	    "deflate", "\x07\xff", 2, DIAL_CODING_BAD, "invalid block type");
	/* zlib, and a preset dictionary is asked for. */
	assert_fails(
	    "deflate", "\x78\xbb\0\0\0\1", 6, DIAL_CODING_BAD, "dictionary");
}

/* Members follow each other (RFC 1952 2.2); anything else is to spare, and so
 * are zeros, as in curl. */
static void
test_behind_the_end(void **state)
{
	struct dial_buf two = {0};

	(void)state;
	dial_buf_append(&two, gzipped, sizeof(gzipped));
	dial_buf_append(&two, gzipped, sizeof(gzipped));
	assert_decodes(
	    "gzip", two.data, two.len, PLAIN PLAIN, 2 * strlen(PLAIN));
	assert_fails("gzip", two.data, two.len - 1, DIAL_CODING_BAD,
	    "its end is missing");
	assert_fails("gzip", two.data, sizeof(gzipped) + 1, DIAL_CODING_BAD,
	    "its end is missing");
	two.len = sizeof(gzipped);
	dial_buf_append(&two, "\0\0\0\0", 4);
	assert_fails(
	    "gzip", two.data, two.len, DIAL_CODING_BAD, "header check");
	dial_buf_reset(&two);
	dial_buf_append(&two, zlibbed, sizeof(zlibbed));
	dial_buf_append(&two, "x", 1);
	assert_fails("deflate", two.data, two.len, DIAL_CODING_BAD,
	    "bytes follow its end");
	dial_buf_reset(&two);
	dial_buf_append(&two, raw, sizeof(raw));
	dial_buf_append(&two, "x", 1);
	assert_fails("deflate", two.data, two.len, DIAL_CODING_BAD,
	    "bytes follow its end");
	dial_buf_clear(&two);
}

/* gzipped with a header whose name is n bytes long, its NUL included, in which
 * case the whole header is n + 10 bytes. */
static void
with_name(struct dial_buf *out, size_t n)
{
	dial_buf_reset(out);
	dial_buf_append(out, gzipped, 10);
	out->data[3] = 8; /* FNAME */
	assert_int_equal(dial_buf_reserve(out, n), 0);
	memset(out->data + out->len, 'n', n - 1);
	out->len += n - 1;
	dial_buf_append(out, "", 1);
	dial_buf_append(out, gzipped + 10, sizeof(gzipped) - 10);
}

/* GZ-05: a header of 1 MB is read, one byte more is too much. */
static void
test_header_cap(void **state)
{
	struct dial_buf file = {0}, out = {0};
	struct dial_error err = {0};

	(void)state;
	with_name(&file, DIAL_CODING_GZIP_HEADER_MAX);
	assert_int_equal(
	    decode("gzip", file.data, file.len, PIECE, PIECE, &out, &err), 0);
	assert_int_equal(out.len, strlen(PLAIN));
	dial_buf_reset(&out);
	assert_int_equal(
	    decode("gzip", file.data, file.len, file.len, PIECE, &out, &err),
	    0);
	dial_buf_clear(&out);
	with_name(&file, DIAL_CODING_GZIP_HEADER_MAX + 1);
	assert_int_equal(
	    decode("gzip", file.data, file.len, PIECE, PIECE, &out, &err), -1);
	assert_non_null(strstr(err.text, "header is over 1 MiB"));
	dial_error_clear(&err);
	assert_int_equal(
	    decode("gzip", file.data, file.len, file.len, PIECE, &out, &err),
	    -1);
	assert_non_null(strstr(err.text, "header is over 1 MiB"));
	/* Nor is its end waited for. */
	dial_error_clear(&err);
	with_name(&file, DIAL_CODING_GZIP_HEADER_MAX + 100);
	assert_int_equal(
	    decode("gzip", file.data, DIAL_CODING_GZIP_HEADER_MAX + 50, PIECE,
		PIECE, &out, &err),
	    -1);
	assert_non_null(strstr(err.text, "header is over 1 MiB"));
	dial_buf_clear(&out);
	dial_buf_clear(&file);
}

/* Five codings are undone, a sixth is one too many. */
static void
test_codings_cap(void **state)
{
	const char *six = "gzip, gzip, gzip, gzip, gzip, gzip";
	struct dial_error err = {0};

	(void)state;
	assert_decodes(six + strlen("gzip, "), "", 0, "", 0);
	assert_null(dial_decoder_new_by(engine, dial_span_of(six), &err));
	assert_int_equal(err.domain, DIAL_CODING);
	assert_int_equal(err.number, DIAL_CODING_UNKNOWN);
	assert_non_null(strstr(err.text, "more than 5 times"));
}

/* GZ-08 */
static void
test_unknown(void **state)
{
	static const char *const codings[] = {
	    "br", "gzip, compress", "zstd", "gzipped", "gzip;q=1", "\033[2J"};

	(void)state;
	for (size_t i = 0; i < COUNT(codings); i++) {
		struct dial_error err = {0};

		assert_null(dial_decoder_new_by(
		    engine, dial_span_of(codings[i]), &err));
		assert_int_equal(err.domain, DIAL_CODING);
		assert_int_equal(err.number, DIAL_CODING_UNKNOWN);
		assert_non_null(strstr(err.text, "without --compressed"));
		assert_null(strchr(err.text, '\033'));
	}
}

/* A gzip header with all there is in it, its own checksum too (RFC 1952 2.3).
 */
static const unsigned char full_header[] = "\x1f\x8b\x08\x1e\0\0\0\0\x02\x03"
					   "\x05\0extra"
					   "name\0comment";

static void
with_full_header(struct dial_buf *out, unsigned crc)
{
	unsigned char two[2] = {(unsigned char)crc, (unsigned char)(crc >> 8)};

	dial_buf_reset(out);
	dial_buf_append(out, full_header, sizeof(full_header));
	dial_buf_append(out, two, 2);
	dial_buf_append(out, gzipped + 10, sizeof(gzipped) - 10);
}

static void
test_full_header(void **state)
{
	struct dial_buf file = {0};
	unsigned crc;

	(void)state;
	crc = (unsigned)crc32(0, full_header, sizeof(full_header)) & 0xffff;
	with_full_header(&file, crc);
	assert_decodes("gzip", file.data, file.len, PLAIN, strlen(PLAIN));
	for (size_t n = 1; n < file.len; n++)
		assert_fails("gzip", file.data, n, DIAL_CODING_BAD,
		    "its end is missing");
	with_full_header(&file, crc ^ 0x100);
	assert_fails("gzip", file.data, file.len, DIAL_CODING_BAD,
	    "header crc mismatch");
	file.data[3] |= 0x20;
	assert_fails("gzip", file.data, file.len, DIAL_CODING_BAD,
	    "unknown header flags");
	file.data[2] = 7;
	assert_fails("gzip", file.data, file.len, DIAL_CODING_BAD,
	    "unknown compression method");
	dial_buf_clear(&file);
}

/* --- Beside zlib -----------------------------------------------------------
 */

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

/* Words that come again, zeros, and noise: what inflates in different ways. */
static void
make_plain(struct dial_buf *out, size_t len, uint32_t *seed)
{
	static const char words[] = "the quick brown fox jumps over the dog\n";
	size_t kind, n;

	assert_int_equal(dial_buf_reserve(out, len + 4096), 0);
	out->len = 0;
	while (out->len < len) {
		kind = next_random(seed) % 3;
		n = next_random(seed) % 2048 + 1;
		for (size_t i = 0; i < n; i++)
			out->data[out->len++] =
			    kind == 0	? (unsigned char)words[i % 39]
			    : kind == 1 ? 0
					: (unsigned char)next_random(seed);
	}
}

static void
pack(struct dial_buf *out, const struct dial_buf *plain, int window, int level,
    int strategy)
{
	z_stream stream = {0};
	uLong bound;

	assert_int_equal(
	    deflateInit2(&stream, level, Z_DEFLATED, window, 8, strategy),
	    Z_OK);
	bound = deflateBound(&stream, (uLong)plain->len) + 65536;
	dial_buf_reset(out);
	assert_int_equal(dial_buf_reserve(out, bound), 0);
	stream.next_in = plain->data;
	stream.avail_in = (unsigned)plain->len;
	stream.next_out = out->data;
	stream.avail_out = (unsigned)bound;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	out->len = bound - stream.avail_out;
	deflateEnd(&stream);
}

/* Whatever deflate makes, of any size, level and kind, is undone. */
static void
test_what_deflate_makes(void **state)
{
	static const size_t sizes[] = {0, 1, 5000, 90000};
	static const int levels[] = {0, 1, 6, 9};
	static const int strategies[] = {
	    Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
	static const int windows[] = {MAX_WBITS + 16, MAX_WBITS, -MAX_WBITS, 9};
	static const size_t pieces[] = {997, PIECE};
	struct dial_buf plain = {0}, packed = {0}, out = {0};
	struct dial_error err = {0};
	uint32_t seed = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes) * COUNT(levels) *
				   COUNT(strategies) * COUNT(windows);
	     i++) {
		int window = windows[i % 4];
		const char *coding = window > MAX_WBITS ? "gzip" : "deflate";

		make_plain(&plain, sizes[i / 64], &seed);
		pack(&packed, &plain, window, levels[i / 4 % 4],
		    strategies[i / 16 % 4]);
		for (size_t p = 0; p < 4; p++) {
			dial_buf_reset(&out);
			if (decode(coding, packed.data, packed.len,
				pieces[p % 2], pieces[p / 2], &out, &err) == -1)
				fail_msg("case %zu: %s", i, err.text);
			assert_int_equal(out.len, plain.len);
			if (plain.len > 0)
				assert_memory_equal(
				    out.data, plain.data, plain.len);
		}
	}
	dial_buf_clear(&plain);
	dial_buf_clear(&packed);
	dial_buf_clear(&out);
}

/* One wrong bit anywhere is found, whatever it makes of the stream. */
static void
test_a_wrong_bit(void **state)
{
	struct dial_buf plain = {0}, packed = {0}, out = {0};
	uint32_t seed = 11;

	(void)state;
	make_plain(&plain, 3000, &seed);
	pack(&packed, &plain, MAX_WBITS + 16, 6, Z_DEFAULT_STRATEGY);
	/* Behind the header, whose time and system nobody checks. */
	for (size_t bit = 80; bit < packed.len * 8; bit++) {
		struct dial_error err = {0};

		packed.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
		dial_buf_reset(&out);
		assert_int_equal(decode("gzip", packed.data, packed.len, PIECE,
				     PIECE, &out, &err),
		    -1);
		assert_int_equal(dial_error_exit_code(&err), 61);
		packed.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	dial_buf_clear(&plain);
	dial_buf_clear(&packed);
	dial_buf_clear(&out);
}

/* GZ-01 */
static void
test_swelling(void **state)
{
	const uint64_t most = DIAL_CODING_SWELL_MIN;
	const uint64_t fair = (most + 1) / DIAL_CODING_SWELL_RATIO;

	(void)state;
	assert_false(dial_coding_swells(0, most));
	assert_true(dial_coding_swells(0, most + 1));
	assert_true(dial_coding_swells(fair - 1, most + 1));
	assert_false(dial_coding_swells(fair, most + 1));
	assert_true(dial_coding_swells(1, UINT64_MAX));
	assert_false(dial_coding_swells(UINT64_MAX, UINT64_MAX));
}

static void
test_library(void **state)
{
	const char *name = engine->library();

	(void)state;
	assert_true(memcmp(name, "zlib 1.", 7) == 0 ||
		    memcmp(name, "ISA-L 2.", 8) == 0);
	assert_string_equal(
	    dial_coding_library(), dial_coding_used()->library());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_codings),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_behind_the_end),
	    cmocka_unit_test(test_header_cap),
	    cmocka_unit_test(test_codings_cap),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_full_header),
	    cmocka_unit_test(test_what_deflate_makes),
	    cmocka_unit_test(test_a_wrong_bit),
	    cmocka_unit_test(test_swelling),
	    cmocka_unit_test(test_library),
	};

	int failed = 0;

	for (int i = 0; i < 2; i++) {
		engine = i == 0 ? dial_coding_used() : &dial_coding_by_zlib;
		if (i == 1 && engine == dial_coding_used())
			break;
		printf("with %s\n", engine->library());
		failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
