/*
 * Stands in for libFuzzer where there is none: gives each file named on the
 * command line to the target once, so that every compiler runs the seeds.
 * The copy is exactly as long as the file, so that a checker sees overruns.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *name)
{
	FILE *file = NULL;
	uint8_t *data = NULL;
	long size;
	int result = -1;

	file = fopen(name, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		goto out;
	size = ftell(file);
	if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
		goto out;
	data = malloc(size > 0 ? (size_t)size : 1);
	if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size)
		goto out;
	result = LLVMFuzzerTestOneInput(data, (size_t)size);
out:
	if (result != 0)
		perror(name);
	free(data);
	if (file != NULL)
		fclose(file);
	return result;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (replay(argv[i]) != 0)
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
