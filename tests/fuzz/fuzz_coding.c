/*
 * A coded body, whole and in pieces: it is damaged or not however the network
 * cuts it, and what a whole one becomes is the same.  The first byte holds the
 * coding, the second how it is cut and how much room there is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/coding.h"
#include "must.h"

#define OUT_MAX ((size_t)1024 * 1024)

struct run {
	struct dial_buf out;
	struct dial_error err;
	bool good;
	bool large; /* given up */
};

/* From memory that is exactly as long, so that a checker sees overruns. */
static ssize_t
feed(struct run *run, struct dial_decoder *decoder, const uint8_t *data,
    size_t len, size_t room)
{
	char *piece = malloc(len), *out = malloc(room);
	struct dial_span in;
	ssize_t n;

	must(piece != NULL && out != NULL);
	memcpy(piece, data, len);
	in = dial_span_make(piece, len);
	do {
		n = dial_decoder_decode(decoder, &in, out, room, &run->err);
		must(n <= (ssize_t)room);
		must(n != 0 || in.len == 0);
		if (n > 0)
			must(dial_buf_append(&run->out, out, (size_t)n) == 0);
		run->large = run->out.len > OUT_MAX;
	} while (n > 0 && !run->large);
	free(piece);
	free(out);
	return n;
}

static void
run_all(struct run *run, const char *coding, const uint8_t *data, size_t size,
    size_t piece, size_t room)
{
	struct dial_decoder *decoder =
	    dial_decoder_new(dial_span_of(coding), NULL);
	size_t len = piece;
	ssize_t n = 0;

	must(decoder != NULL);
	for (size_t at = 0; at < size && n == 0; at += len) {
		if (len > size - at)
			len = size - at;
		n = feed(run, decoder, data + at, len, room);
	}
	run->good = n == 0 && dial_decoder_finish(decoder, &run->err) == 0;
	must(run->good || run->large || run->err.domain == DIAL_CODING);
	dial_decoder_free(decoder);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const codings[] = {
	    "gzip", "deflate", "gzip, deflate", "deflate, gzip"};
	struct run whole = {0}, pieces = {0};
	const char *coding;

	if (size < 2)
		return 0;
	coding = codings[data[0] % 4];
	run_all(&whole, coding, data + 2, size - 2, size, 65536);
	run_all(&pieces, coding, data + 2, size - 2, (size_t)1 + data[1] % 16,
	    (size_t)1 + data[1] / 16 * 37);
	if (!whole.large && !pieces.large) {
		must(whole.good == pieces.good);
		must(!whole.good ||
		     (whole.out.len == pieces.out.len &&
			 (whole.out.len == 0 ||
			     memcmp(whole.out.data, pieces.out.data,
				 whole.out.len) == 0)));
	}
	dial_buf_clear(&whole.out);
	dial_buf_clear(&pieces.out);
	return 0;
}
