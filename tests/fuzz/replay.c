// SPDX-License-Identifier: GPL-2.0-only
/* Gives a target the inputs that are kept in files: what libFuzzer's main() does, without clang. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

enum {
	INPUT_S = 20 /* for one input, under sanitizers and on a busy machine */
};

static void replay(const char *path)
{
	char *data = malloc(1 << 20); /* as large as the input, or reading past it would not show */
	FILE *in = fopen(path, "re");
	size_t size;

	require(in && data, "cannot read %s", path);
	size = fread(data, 1, 1 << 20, in);
	fclose(in);
	data = realloc(data, size ? size : 1);
	fprintf(stderr, "%s\n", path); /* the last one is to blame */
	alarm(INPUT_S);
	LLVMFuzzerTestOneInput((uint8_t *)data, size);
	alarm(0);
	free(data);
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* replay FOLDER: prints how many inputs there were. */
int main(int argc, char **argv)
{
	struct dirent **entries;
	int count = argc == 2 ? scandir(argv[1], &entries, is_input, alphasort) : -1;

	require(count > 0, "no inputs in %s", argc == 2 ? argv[1] : "which folder?");
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		replay(path);
		free(entries[i]);
	}
	free(entries);
	printf("%d\n", count);
	return 0;
}
