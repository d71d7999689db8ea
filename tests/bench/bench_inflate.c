/*
 * What zlib itself costs: inflates a gzip file, throws the bytes away, and says
 * how many they were.
 *
 * usage: bench_inflate FILE
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <zlib.h>

#define IN_PIECE  (256 * 1024)
#define OUT_PIECE (64 * 1024)

static unsigned char in[IN_PIECE];
static unsigned char out[OUT_PIECE];

static int
run(FILE *file, uint64_t *size)
{
	z_stream stream = {0};
	int result = inflateInit2(&stream, MAX_WBITS + 16);

	while (result == Z_OK) {
		if (stream.avail_in == 0) {
			stream.next_in = in;
			stream.avail_in =
			    (unsigned)fread(in, 1, sizeof in, file);
		}
		stream.next_out = out;
		stream.avail_out = sizeof out;
		result = inflate(&stream, Z_NO_FLUSH);
		*size += sizeof out - stream.avail_out;
	}
	inflateEnd(&stream);
	return result == Z_STREAM_END ? 0 : 1;
}

int
main(int argc, char *argv[])
{
	uint64_t size = 0;
	FILE *file;
	int result;

	if (argc != 2 || (file = fopen(argv[1], "rb")) == NULL) {
		fprintf(stderr, "usage: bench_inflate FILE\n");
		return 2;
	}
	result = run(file, &size);
	fclose(file);
	printf("%llu", (unsigned long long)size);
	return result;
}
