// SPDX-License-Identifier: GPL-2.0-only
#include "export.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/text.h"
#include "util/err.h"
#include "util/file.h"

static void csv_sample(FILE *out, const struct run *run, const struct sample *s)
{
	char number[TEXT_NUMBER];

	for (size_t m = 0; m < run->metrics; m++) {
		if (isnan(s->value[m]))
			continue;
		fprintf(out, "%ju,%ju,", (uintmax_t)s->number, (uintmax_t)s->repeat);
		for (size_t i = 0; i < run->axes; i++) {
			text_csv(out, run->axis[i].value[s->axis[i]].text);
			fputc(',', out);
		}
		text_csv(out, run->metric[m].name);
		fputc(',', out);
		text_csv(out, run->metric[m].unit);
		fprintf(out, ",%s\n", text_exact(number, s->value[m]));
	}
}

int export_csv(FILE *out, const struct run *run)
{
	fputs("sample,repeat,", out);
	for (size_t i = 0; i < run->axes; i++) {
		text_csv(out, run->axis[i].name);
		fputc(',', out);
	}
	fputs("metric,unit,value\n", out);
	for (size_t i = 0; i < run->samples; i++)
		if (run->sample[i].status == SAMPLE_OK)
			csv_sample(out, run, &run->sample[i]);
	return 0;
}

json_t *export_load(const struct run *run)
{
	json_error_t error;
	json_t *root;
	size_t len;
	char *head = run_head(run->path, &len);

	if (!head)
		return NULL;
	root = json_loadb(head, len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		err_usage("%s/run.json: %s", run->path, error.text);
	free(head);
	return root;
}

int export_lines(const struct run *run, int (*each)(void *context, const char *line, size_t len),
		 void *context)
{
	char file[PATH_MAX + sizeof("/samples.jsonl")], *line = NULL;
	const char *why;
	size_t size = 0;
	ssize_t len;
	FILE *in;
	int ret = 0;

	if (run->samples == 0)
		return 0;
	snprintf(file, sizeof(file), "%s/samples.jsonl", run->path);
	in = file_open(file, &why);
	if (!in)
		return err_usage("%s: %s", file, why);
	for (size_t i = 0, at = 0; i < run->samples && !ret; i++) {
		/* Past those that were damaged. */
		do
			len = getline(&line, &size, in);
		while (++at < run->sample[i].line && len > 0);
		ret = len > 0 ? each(context, line, (size_t)len - 1)
			      : err_usage("%s: line %zu is gone since it was read", file, at);
	}
	free(line);
	fclose(in);
	return ret;
}

struct json_list {
	FILE *out;
	size_t count;
};

static int put_line(void *context, const char *line, size_t len)
{
	struct json_list *list = context;

	fprintf(list->out, "%s\n", list->count++ ? "," : "");
	fwrite(line, 1, len, list->out);
	return 0;
}

int export_json(FILE *out, const struct run *run)
{
	struct json_list list = { .out = out };
	json_t *root = export_load(run);
	int ret;

	if (!root)
		return -EINVAL;
	fputs("{\"run\": ", out);
	ret = json_dumpf(root, out, JSON_INDENT(1)) ? err_memory() : 0;
	json_decref(root);
	fputs(",\n\"samples\": [", out);
	if (!ret)
		ret = export_lines(run, put_line, &list);
	fputs("\n]}\n", out);
	return ret;
}
