// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record of what tune has set, and the files of the settings: nothing but files of settings is ever
 * written, what is no record stays as it is, and after tune and restore all is as it was before.
 */
#include "fuzz.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/machine/settings.h"
#include "bench/machine/tune.h"
#include "util/err.h"

#define RECORD   "/run/shootdown/tune.json"
#define BOOT     "/proc/sys/kernel/random/boot_id"
#define STRANGER "/etc/scaling_governor"
#define LATENCY  "/sys/devices/system/cpu/cpu0/cpuidle/state0/latency"

enum {
	FILES = 16,
	CONTENT = 200
};

/* The machine of an input: a file of each setting that has any, and what is read from it. */
static struct {
	char path[PATH_MAX / 4];
	char content[CONTENT], value[SETTING_LEN];
} files[FILES];

static size_t count;
static unsigned int writes;
static bool refused; /* the last time, since there was no record in the record's place */

static void make_folders(const char *path)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s%s", scratch(), path);
	for (char *slash = folder + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(folder, 0700);
		*slash = '/';
	}
}

/* Of CPU 0, where each CPU has one. */
static void name_file(char *path, const char *pattern)
{
	for (; *pattern; pattern++) {
		if (!strncmp(pattern, "[0-9]", 5))
			pattern += 4;
		else if (*pattern != '*')
			*path++ = *pattern;
		if (*pattern == '*')
			*path++ = '0';
	}
	*path = '\0';
}

static void make_machine(void)
{
	const struct setting *setting;

	for (size_t i = 0; (setting = setting_at(i)); i++) {
		if (!setting->path)
			continue;
		require(count < FILES, "more files than %d", FILES);
		name_file(files[count].path, setting->path);
		require(setting_has_file(setting, files[count].path), "%s is none of %s's",
			files[count].path, setting->name);
		make_folders(files[count++].path);
	}
	make_folders(RECORD);
	make_folders(BOOT);
	/* That is nobody's to write. */
	make_folders(STRANGER);
	put_contents(scratch(), STRANGER, "1", 1);
	/* An idle state counts if it takes long to leave. */
	put_contents(scratch(), LATENCY, "133", 3);
}

/* Text up to the next NUL byte, which is passed. */
static const uint8_t *next(const uint8_t *data, const uint8_t *end, size_t *len)
{
	const uint8_t *nul = data < end ? memchr(data, '\0', (size_t)(end - data)) : NULL;

	*len = (size_t)((nul ? nul : end) - data);
	return nul ? nul + 1 : end;
}

/* Files for which there is nothing hold "0". */
static void fill_machine(const uint8_t *data, const uint8_t *end)
{
	size_t len;

	for (size_t i = 0; i < count; i++) {
		bool there = data < end;
		const uint8_t *from = there ? data : (const uint8_t *)"0";

		data = next(data, end, &len);
		if (!there)
			len = 1;
		if (len >= CONTENT)
			len = CONTENT - 1;
		memcpy(files[i].content, from, len);
		files[i].content[len] = '\0';
		put_contents(scratch(), files[i].path, from, len);
		if (!setting_read_file(scratch(), files[i].path, files[i].value))
			files[i].value[0] = '\0';
	}
}

static int write_checked(const char *file, const char *value)
{
	const char *root = scratch();
	bool known = false;

	require(!strncmp(file, root, strlen(root)), "%s is written", file);
	for (size_t i = 0; setting_at(i); i++)
		known |= setting_has_file(setting_at(i), file + strlen(root));
	require(known && !strstr(file, "/.."), "%s is written, which is no setting", file);
	require(strlen(value) < SETTING_LEN, "%s is written", value);
	writes++;
	return tune_write_file(file, value);
}

/* True when it was done, as a whole. */
static bool run(int (*what)(const struct tune *tune), bool dry_run, bool force)
{
	char *said;
	size_t size;
	FILE *out = open_memstream(&said, &size);
	struct tune tune = {
		.root = scratch(),
		.write = write_checked,
		.out = out,
		.dry_run = dry_run,
		.force = force,
	};
	int ret = what(&tune);

	fclose(out);
	refused = ret && strstr(err_text(), "is no record of settings");
	require_plain("what was told", said);
	free(said);
	return accepted(ret);
}

static char *record(void)
{
	return contents(scratch(), RECORD);
}

static void expect_record(const char *before)
{
	char *now = record();

	require(!strcmp(now, before), "the record was %s and is %s", before, now);
	free(now);
}

/* What is no record stays; what is one is put back. */
static void check_record(void)
{
	char *before = record();

	writes = 0;
	run(tune_restore, true, true);
	require(!writes, "a dry run writes");
	expect_record(before);
	if (refused) {
		run(tune_set, false, false);
		require(refused, "tune goes by what restore takes for no record");
		expect_record(before);
	} else {
		run(tune_restore, false, true);
	}
	free(before);
}

static void check_values(void)
{
	char value[SETTING_LEN];

	for (size_t i = 0; setting_at(i); i++) {
		if (!setting_read(setting_at(i), scratch(), value))
			continue;
		require_plain(setting_at(i)->name, value);
		setting_is_good(setting_at(i), value);
	}
}

/* Without a record, tune and restore leave the machine as it was. */
static void check_round(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" RECORD, scratch());
	unlink(path);
	if (!run(tune_set, false, false) || !run(tune_restore, false, false))
		return;
	for (size_t i = 0; i < count; i++) {
		char *now = contents(scratch(), files[i].path);

		require(!strcmp(now, files[i].content) || !strcmp(now, files[i].value),
			"%s was %s and is %s", files[i].path, files[i].content, now);
		free(now);
	}
	require(!tune_is_on(scratch()), "restored, and still tuned");
}

/* Between NUL bytes: the record, the boot, and the settings' files. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size, *boot;
	size_t len, boot_len;

	if (!count)
		make_machine();
	boot = next(data, end, &len);
	put_contents(scratch(), RECORD, data, len);
	data = next(boot, end, &boot_len);
	put_contents(scratch(), BOOT, boot, boot_len);
	fill_machine(data, end);
	check_values();
	check_record();
	fill_machine(data, end);
	check_round();
	return 0;
}
