// SPDX-License-Identifier: GPL-2.0-only
#include "tune.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"
#include "tune_record.h"
#include "util/err.h"
#include "util/json.h"

/*
 * @todo:   entries of the record that are to be set now; the record's own
 * @failed: how many could not be set or put back
 */
struct job {
	const struct tune *tune;
	struct tune_record record;
	json_t *todo;
	size_t failed;
};

int tune_write_file(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	/* In one piece: a sysfs file takes each write for a value of its own. */
	if (write(fd, value, strlen(value)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* "aslr /proc/sys/kernel/randomize_va_space", and then what of it. */
static void __attribute__((format(printf, 3, 4)))
say(const struct job *j, const json_t *entry, const char *format, ...)
{
	va_list args;

	fprintf(j->tune->out, "  %-14s %s: ", json_text(entry, "name"), json_text(entry, "path"));
	va_start(args, format);
	vfprintf(j->tune->out, format, args);
	va_end(args);
	fputc('\n', j->tune->out);
}

/* Writes @value into the file of @entry and looks whether it is there then. */
static void write_value(struct job *j, const json_t *entry, const char *from, const char *value)
{
	const char *path = json_text(entry, "path");
	char file[PATH_MAX], now[SETTING_LEN] = "";
	int ret;

	snprintf(file, sizeof(file), "%s%s", j->tune->root, path);
	ret = j->tune->write(file, value);
	if (!ret)
		setting_read_file(j->tune->root, path, now);
	if (ret)
		say(j, entry, "%s; cannot be made %s: %s", from, value, strerror(-ret));
	else if (strcmp(now, value))
		say(j, entry, "%s; was made %s, but is '%s'", from, value, now);
	else
		say(j, entry, "%s -> %s", from, value);
	j->failed += ret || strcmp(now, value);
}

/* As a file of a setting that is not good is met: notes what it is, and what it is to be. */
static int plan_file(void *arg, const struct setting *setting, const char *path)
{
	struct job *j = arg;
	char value[SETTING_LEN];
	json_t *entry;

	if (!setting_read_file(j->tune->root, path, value) || setting_is_good(setting, value))
		return 0;
	entry = tune_record_find(&j->record, path);
	/* The old value of a file that was tuned before stays. */
	if (entry) {
		json_object_set_new(entry, "new", json_string(setting->set));
	} else {
		entry = json_pack("{s:s, s:s, s:s, s:s}", "name", setting->name, "path", path,
				  "old", value, "new", setting->set);
		json_array_append_new(j->record.entries, entry);
	}
	return json_array_append(j->todo, entry) ? err_memory() : 0;
}

static int plan(struct job *j)
{
	const struct setting *setting;
	int ret = 0;

	for (size_t i = 0; !ret && (setting = setting_at(i)); i++)
		if (setting->set)
			ret = setting_each_file(setting, j->tune->root, plan_file, j);
	return ret;
}

static void set_planned(struct job *j)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (j->todo, i, entry) {
		char from[SETTING_LEN] = "";

		setting_read_file(j->tune->root, json_text(entry, "path"), from);
		if (j->tune->dry_run)
			say(j, entry, "%s; would be made %s", from, json_text(entry, "new"));
		else
			write_value(j, entry, from, json_text(entry, "new"));
	}
}

static int check_rights(const struct tune *tune, const char *what)
{
	if (!*tune->root && geteuid())
		return err_setup("%s writes into /proc/sys and /sys, which are root's: run it as "
				 "root",
				 what);
	return 0;
}

static int set_all(struct job *j)
{
	int ret;

	j->todo = json_array();
	ret = j->todo ? plan(j) : err_memory();
	if (!ret && !j->tune->dry_run && json_array_size(j->todo))
		ret = tune_record_save(&j->record, j->tune->root);
	if (ret)
		return ret;
	set_planned(j);
	if (!json_array_size(j->todo))
		fputs("  All that tune sets is as it should be.\n", j->tune->out);
	if (j->failed)
		return err_setup("%zu of %zu settings could not be set, see above; `shootdown "
				 "restore` puts the others back",
				 j->failed, json_array_size(j->todo));
	return 0;
}

int tune_set(const struct tune *tune)
{
	struct job j = { .tune = tune };
	int ret = check_rights(tune, "tune");

	if (!ret)
		ret = tune_record_open(&j.record, tune->root);
	if (ret)
		return ret;
	ret = set_all(&j);
	json_decref(j.todo);
	tune_record_close(&j.record);
	return ret;
}

/* One file. It stays in the record when j->failed rises. */
static void restore_entry(struct job *j, const json_t *entry)
{
	const char *old = json_text(entry, "old"), *set = json_text(entry, "new");
	char now[SETTING_LEN];

	if (!setting_read_file(j->tune->root, json_text(entry, "path"), now)) {
		say(j, entry, "cannot be read any more; it was %s before tune", old);
		j->failed++;
	} else if (!strcmp(now, old)) {
		say(j, entry, "%s, as before tune", now);
	} else if (strcmp(now, set) && !j->tune->force) {
		say(j, entry, "%s; was changed since tune made it %s, and is left so (before: %s)",
		    now, set, old);
		j->failed++;
	} else if (j->tune->dry_run) {
		say(j, entry, "%s; would be made %s", now, old);
	} else {
		write_value(j, entry, now, old);
	}
}

/* The last that was set is the first that is put back. */
static int restore_all(struct job *j)
{
	size_t count = json_array_size(j->record.entries);

	if (!count)
		fputs("  There is nothing to put back.\n", j->tune->out);
	for (size_t i = count; i-- > 0;) {
		size_t before = j->failed;

		restore_entry(j, json_array_get(j->record.entries, i));
		if (j->failed == before)
			json_array_remove(j->record.entries, i);
	}
	if (!j->tune->dry_run && tune_record_save(&j->record, j->tune->root))
		return -ENODEV;
	if (j->failed)
		return err_setup("%zu of %zu settings were not put back, see above; what somebody "
				 "else has changed, --force puts back",
				 j->failed, count);
	return 0;
}

int tune_restore(const struct tune *tune)
{
	struct job j = { .tune = tune };
	int ret = check_rights(tune, "restore");

	if (!ret)
		ret = tune_record_open(&j.record, tune->root);
	if (ret)
		return ret;
	ret = restore_all(&j);
	tune_record_close(&j.record);
	return ret;
}

bool tune_is_on(const char *root)
{
	return tune_record_exists(root);
}
