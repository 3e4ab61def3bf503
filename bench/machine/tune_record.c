// SPDX-License-Identifier: GPL-2.0-only
#include "tune_record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"
#include "util/control.h"
#include "util/err.h"
#include "util/file.h"
#include "util/json.h"

#define FOLDER "/run/shootdown"
#define FORMAT "shootdown-tune"

enum {
	RECORD_MOST = 1 << 20
};

static void name_file(char path[PATH_MAX], const char *folder, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", folder, name);
}

/* Which boot this is; "" where the kernel does not say it. */
static void read_boot(const char *root, char boot[SETTING_LEN])
{
	if (!setting_read_file(root, "/proc/sys/kernel/random/boot_id", boot))
		boot[0] = '\0';
}

static int make_folder(struct tune_record *r, const char *root)
{
	if (strlen(root) + sizeof(FOLDER) > sizeof(r->folder))
		return err_usage("the path %s is too long", root);
	snprintf(r->folder, sizeof(r->folder), "%s/run", root);
	mkdir(r->folder, 0755);
	snprintf(r->folder, sizeof(r->folder), "%s" FOLDER, root);
	if (mkdir(r->folder, 0755) && errno != EEXIST)
		return err_setup("cannot make the folder %s for the record of settings: %m",
				 r->folder);
	return 0;
}

static int take_lock(struct tune_record *r)
{
	r->lock = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->lock < 0)
		return err_setup("cannot open %s: %m", r->folder);
	if (flock(r->lock, LOCK_EX))
		return err_setup("cannot lock %s: %m", r->folder);
	return 0;
}

/* As setting_read_file() reads them. */
static bool is_value(const char *text)
{
	return *text && strlen(text) < SETTING_LEN && !control_in(text);
}

/* Of a setting that there is: a record is no way to have other files written. */
static bool is_entry(const json_t *entry)
{
	const struct setting *setting = setting_find(json_text(entry, "name"));

	return setting && setting_has_file(setting, json_text(entry, "path")) &&
	       is_value(json_text(entry, "old")) && is_value(json_text(entry, "new"));
}

static bool is_record(const json_t *all)
{
	const json_t *entries = json_object_get(all, "settings"), *entry;
	size_t i;

	if (strcmp(json_text(all, "format"), FORMAT) || !json_is_array(entries))
		return false;
	json_array_foreach (entries, i, entry)
		if (!is_entry(entry))
			return false;
	return true;
}

/* What is no record is not touched: it may be all that is known of the old values. */
static int read_record(struct tune_record *r, const char *root)
{
	char path[PATH_MAX], boot[SETTING_LEN], *text;
	size_t len;
	json_t *all;

	name_file(path, r->folder, "tune.json");
	if (access(path, F_OK)) {
		r->entries = json_array();
		return r->entries ? 0 : err_memory();
	}
	text = file_read(path, RECORD_MOST, &len, NULL);
	all = text ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	free(text);
	if (!is_record(all)) {
		json_decref(all);
		return err_setup("%s is no record of settings; look at it, put back by hand what "
				 "it holds, and remove it",
				 path);
	}
	read_boot(root, boot);
	r->entries = strcmp(json_text(all, "boot"), boot)
			     ? json_array()
			     : json_incref(json_object_get(all, "settings"));
	json_decref(all);
	return r->entries ? 0 : err_memory();
}

int tune_record_open(struct tune_record *r, const char *root)
{
	int ret;

	*r = (struct tune_record){ .lock = -1 };
	ret = make_folder(r, root);
	if (!ret)
		ret = take_lock(r);
	if (!ret)
		ret = read_record(r, root);
	if (ret)
		tune_record_close(r);
	return ret;
}

void tune_record_close(struct tune_record *r)
{
	if (r->lock >= 0)
		close(r->lock);
	json_decref(r->entries);
}

json_t *tune_record_find(const struct tune_record *r, const char *path)
{
	json_t *entry;
	size_t i;

	json_array_foreach (r->entries, i, entry)
		if (!strcmp(json_text(entry, "path"), path))
			return entry;
	return NULL;
}

static int write_new(const char *path, const json_t *all)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool bad;

	if (fd < 0)
		return -errno;
	bad = json_dumpfd(all, fd, JSON_INDENT(2)) || fsync(fd);
	return close(fd) || bad ? -EIO : 0;
}

/* The folder is synced as well, or the new name could be lost. */
static int replace(const struct tune_record *r, const json_t *all)
{
	char path[PATH_MAX], next[PATH_MAX];

	name_file(path, r->folder, "tune.json");
	name_file(next, r->folder, "tune.json.new");
	if (write_new(next, all) || rename(next, path) || fsync(r->lock))
		return err_setup("cannot write %s: %m; nothing was changed since", path);
	return 0;
}

int tune_record_save(const struct tune_record *r, const char *root)
{
	char path[PATH_MAX], boot[SETTING_LEN];
	json_t *all;
	int ret;

	if (!json_array_size(r->entries)) {
		name_file(path, r->folder, "tune.json");
		if (unlink(path) && errno != ENOENT)
			return err_setup("cannot remove %s: %m", path);
		fsync(r->lock);
		return 0;
	}
	read_boot(root, boot);
	all = json_pack("{s:s, s:i, s:s, s:O}", "format", FORMAT, "version", 1, "boot", boot,
			"settings", r->entries);
	ret = all ? replace(r, all) : err_memory();
	json_decref(all);
	return ret;
}

bool tune_record_exists(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s" FOLDER "/tune.json", root);
	return !access(path, F_OK);
}
