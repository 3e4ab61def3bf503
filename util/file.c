// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *fail(int error, const char *words, const char **why)
{
	if (why)
		*why = words ? words : strerror(error);
	errno = error;
	return NULL;
}

/* A FIFO opens at once only with O_NONBLOCK, which means nothing to a regular file. */
FILE *file_open(const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), error = 0;
	struct stat st;
	FILE *file;

	if (fd < 0)
		return fail(errno, NULL, why);
	if (fstat(fd, &st))
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	file = error ? NULL : fdopen(fd, "r");
	if (file)
		return file;
	if (!error)
		error = errno;
	close(fd);
	return fail(error, error == EINVAL ? "it is no regular file" : NULL, why);
}

char *file_read(const char *path, size_t most, size_t *len, const char **why)
{
	FILE *file = file_open(path, why);
	struct stat st;
	char *data;

	if (!file)
		return NULL;
	if (fstat(fileno(file), &st) || (size_t)st.st_size > most) {
		fclose(file);
		return fail(EFBIG, NULL, why);
	}
	data = malloc((size_t)st.st_size + 1);
	*len = data ? fread(data, 1, (size_t)st.st_size, file) : 0;
	if (!data || ferror(file)) {
		int error = data ? errno : ENOMEM;

		fclose(file);
		free(data);
		return fail(error, NULL, why);
	}
	fclose(file);
	data[*len] = '\0';
	return data;
}

bool file_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool ok;

	if (!file)
		return false;
	ok = fgets(line, (int)size, file);
	fclose(file);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok && *line;
}
