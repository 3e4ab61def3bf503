// SPDX-License-Identifier: GPL-2.0-only
#include "job.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/err.h"
#include "util/file.h"

static void pad(FILE *out)
{
	while (ftell(out) % 4)
		fputc('\0', out);
}

/*
 * One member, in the "newc" form that the kernel reads
 * (Documentation/driver-api/early-userspace/buffer-format.rst): thirteen fields of eight
 * hexadecimal digits; name and data are padded to 4 bytes. With one link, the inode number says
 * nothing.
 */
static void put_member(FILE *out, const char *name, unsigned int mode, const char *data, size_t len)
{
	size_t namesize = strlen(name) + 1;

	fprintf(out, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 0u, mode, 0u,
		0u, 1u, 0u, len, 0u, 0u, 0u, 0u, namesize, 0u);
	fwrite(name, 1, namesize, out);
	pad(out);
	fwrite(data, 1, len, out);
	pad(out);
}

/* In single quotes the shell takes all bytes as they are, but the quote itself. */
static void put_quoted(FILE *out, const char *arg)
{
	fputc('\'', out);
	for (; *arg; arg++)
		if (*arg == '\'')
			fputs("'\\''", out);
		else
			fputc(*arg, out);
	fputc('\'', out);
}

static int put_command(FILE *out, const char *const *command)
{
	char *script;
	size_t len;
	FILE *text = open_memstream(&script, &len);

	if (!text)
		return err_memory();
	fputs("exec", text);
	for (; *command; command++) {
		fputc(' ', text);
		put_quoted(text, *command);
	}
	fputc('\n', text);
	if (fclose(text))
		return err_memory();
	put_member(out, "job/cmd", S_IFREG | 0755, script, len);
	free(script);
	return 0;
}

/* The bytes of the regular file @path, to be freed; NULL with the reason in @why otherwise. */
static char *read_all(const char *path, struct stat *st, const char **why)
{
	FILE *in = file_open(path, why);
	char *data;

	if (!in)
		return NULL;
	fstat(fileno(in), st);
	data = malloc((size_t)st->st_size + 1);
	if (data)
		st->st_size = (off_t)fread(data, 1, (size_t)st->st_size, in);
	else
		*why = strerror(errno);
	fclose(in);
	return data;
}

static int put_file(FILE *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	char name[PATH_MAX];
	const char *why;
	struct stat st;
	char *data = read_all(path, &st, &why);

	if (!data)
		return err_setup("cannot read %s, which the guest is to have: %s", path, why);
	snprintf(name, sizeof(name), "job/%s", slash ? slash + 1 : path);
	put_member(out, name, st.st_mode, data, (size_t)st.st_size);
	free(data);
	return 0;
}

int vm_job_append(int fd, const char *const *command, const char *const *files)
{
	int copy = dup(fd);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "a");
	int ret;

	if (!out)
		return err_setup("cannot write the guest's job: %s", strerror(errno));
	fseek(out, 0, SEEK_END);
	pad(out);
	put_member(out, "job", S_IFDIR | 0755, "", 0);
	ret = put_command(out, command);
	for (; !ret && files && *files; files++)
		ret = put_file(out, *files);
	put_member(out, "TRAILER!!!", 0, "", 0);
	if (fclose(out) && !ret)
		ret = err_setup("cannot write the guest's job: %s", strerror(errno));
	return ret;
}
