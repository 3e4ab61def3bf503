// SPDX-License-Identifier: GPL-2.0-only
#include "results.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gobench.h"
#include "util/err.h"
#include "util/json.h"

enum {
	JSON_LINE = JSON_COMPACT | JSON_REAL_PRECISION(10),
	JSON_DOCUMENT = JSON_INDENT(2) | JSON_REAL_PRECISION(10)
};

const char *utc_now(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	return text;
}

/* Only what any file system and shell takes as it is. */
static void tame(char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("._+-", *name))
			*name = '_';
}

static void name_folder(const json_t *run, char *name, size_t size)
{
	const json_t *machine = json_object_get(run, "machine");
	char stamp[32];
	size_t out = 0;

	/* 2026-11-20T08:30:00Z becomes 20261120T083000Z. */
	for (const char *in = json_text(run, "started"); *in && out < sizeof(stamp) - 1; in++)
		if (*in != '-' && *in != ':')
			stamp[out++] = *in;
	stamp[out] = '\0';
	snprintf(name, size, "%s-%s-%s%s", stamp, json_text(machine, "host"),
		 json_text(machine, "kernel"), json_object_get(run, "vm") ? "-vm" : "");
	tame(name);
}

static FILE *create(const struct folder *f, const char *name)
{
	char path[PATH_MAX + 32];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	file = fopen(path, "we");
	if (!file)
		err_setup("cannot write %s: %m", path);
	return file;
}

/* Replaced whole, so that a reader never sees a half of it. */
static int write_run(const struct folder *f)
{
	char final[PATH_MAX + 32], draft[PATH_MAX + 32];
	FILE *file = create(f, "run.json.new");
	bool bad;

	if (!file)
		return -EIO;
	snprintf(final, sizeof(final), "%s/run.json", f->path);
	snprintf(draft, sizeof(draft), "%s/run.json.new", f->path);
	bad = json_dumpf(f->run, file, JSON_DOCUMENT) || fputc('\n', file) == EOF;
	bad |= fflush(file) || fsync(fileno(file));
	fclose(file);
	if (bad || rename(draft, final))
		return err_setup("cannot write %s: %m", final);
	return 0;
}

/* Gives the folder its name, or the first of NAME-2, NAME-3 ... that no run has. */
static int publish_folder(struct folder *f, const char *name)
{
	char draft[PATH_MAX];
	size_t len;

	snprintf(draft, sizeof(draft), "%s", f->path);
	snprintf(f->path, sizeof(f->path), "%s/%s", f->parent, name);
	len = strlen(f->path);
	for (int i = 2; rename(draft, f->path); i++) {
		if ((errno != EEXIST && errno != ENOTEMPTY) || i > 99)
			return err_setup("cannot make the results folder %s: %m", f->path);
		snprintf(f->path + len, sizeof(f->path) - len, "-%d", i);
	}
	return 0;
}

/* A folder with run.json in it; until it has that, its name begins with a dot. */
static int make_folder(struct folder *f)
{
	char name[512];
	int ret;

	name_folder(f->run, name, sizeof(name));
	snprintf(f->path, sizeof(f->path), "%s/.%s.%d", f->parent, name, (int)getpid());
	if (mkdir(f->path, 0777) && errno != EEXIST)
		return err_setup("cannot make the results folder %s: %m", f->path);
	ret = write_run(f);
	return ret ? ret : publish_folder(f, name);
}

static int folder_begin(struct sink *sink, json_t *run)
{
	struct folder *f = (struct folder *)sink;
	int ret;

	if (f->run)
		return err_untrusted("a second run came with the first one's records");
	f->run = json_incref(run);
	ret = make_folder(f);
	if (ret)
		return ret;
	f->samples = create(f, "samples.jsonl");
	f->bench = create(f, "samples.bench");
	if (!f->samples || !f->bench)
		return -EIO;
	gobench_header(f->bench, run);
	return 0;
}

static void count_sample(struct folder *f, const char *status)
{
	if (!strcmp(status, "ok"))
		f->ok++;
	else if (!strcmp(status, "skipped"))
		f->skipped++;
	else
		f->failed++;
}

static int folder_sample(struct sink *sink, json_t *sample)
{
	struct folder *f = (struct folder *)sink;

	if (!f->samples)
		return err_untrusted("a sample came before the run that it belongs to");
	if (json_dumpf(sample, f->samples, JSON_LINE) || fputc('\n', f->samples) == EOF ||
	    fflush(f->samples))
		return err_setup("cannot write %s/samples.jsonl: %m", f->path);
	count_sample(f, json_text(sample, "status"));
	gobench_line(f->bench, f->run, sample);
	if (fflush(f->bench))
		return err_setup("cannot write %s/samples.bench: %m", f->path);
	return 0;
}

static int folder_end(struct sink *sink, const char *status, const char *why)
{
	struct folder *f = (struct folder *)sink;
	char now[32];

	if (!f->run)
		return 0;
	json_object_set_new(f->run, "finished", json_string(utc_now(now, sizeof(now))));
	json_object_set_new(f->run, "status", json_string(status));
	json_object_set_new(f->run, "why", json_string(why));
	json_object_set_new(f->run, "samples",
			    json_pack("{s:I, s:I, s:I}", "ok", (json_int_t)f->ok, "failed",
				      (json_int_t)f->failed, "skipped", (json_int_t)f->skipped));
	return write_run(f);
}

void folder_open(struct folder *folder, const char *parent)
{
	*folder = (struct folder){
		.sink = { .begin = folder_begin, .sample = folder_sample, .end = folder_end },
		.parent = parent,
	};
}

void folder_close(struct folder *folder)
{
	if (folder->samples)
		fclose(folder->samples);
	if (folder->bench)
		fclose(folder->bench);
	json_decref(folder->run);
}
