// SPDX-License-Identifier: GPL-2.0-only
#include "gobench.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/control.h"
#include "util/json.h"

/* A configuration value ends with the line. */
static void put_config(FILE *out, const char *key, const char *value)
{
	char *copy = strdup(value);

	if (copy)
		control_clean(copy);
	fprintf(out, "%s: %s\n", key, copy ? copy : "");
	free(copy);
}

void gobench_header(FILE *out, const json_t *run)
{
	const json_t *machine = json_object_get(run, "machine");
	char package[128];

	snprintf(package, sizeof(package), "shootdown/%s",
		 json_text(json_object_get(run, "suite"), "name"));
	put_config(out, "goos", "linux");
	put_config(out, "goarch", json_text(machine, "architecture"));
	put_config(out, "pkg", package);
	put_config(out, "cpu", json_text(machine, "cpu"));
	put_config(out, "kernel", json_text(machine, "kernel"));
	put_config(out, "emulated", json_is_true(json_object_get(run, "emulated")) ? "yes" : "no");
}

/* A blank would end the field, and in a name '/' the part: the rest of the line would mean another thing. */
static void put_word(FILE *out, const char *word, const char * not )
{
	for (; *word; word++)
		fputc(isgraph((unsigned char)*word) && !strchr(not, *word) ? *word : '_', out);
}

static void put_axis(FILE *out, const char *name, const json_t *value)
{
	if (!json_is_integer(value) && !json_is_string(value))
		return;
	fputc('/', out);
	put_word(out, name, "/=");
	if (json_is_integer(value)) {
		fprintf(out, "=%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else {
		fputc('=', out);
		put_word(out, json_string_value(value), "/");
	}
}

/* BenchmarkDontneed/section=ranges/variant=list/ranges=1000 */
static void put_name(FILE *out, const json_t *run, const json_t *axes)
{
	const char *workload = json_text(axes, "workload");
	const char first[] = { (char)toupper((unsigned char)*workload), '\0' };
	const json_t *value;
	size_t i;

	fputs("Benchmark", out);
	put_word(out, first, "/");
	put_word(out, *workload ? workload + 1 : "", "/");
	json_array_foreach (json_object_get(run, "axes"), i, value) {
		const char *name = json_string_value(value);

		if (name && strcmp(name, "workload"))
			put_axis(out, name, json_object_get(axes, name));
	}
}

static const char *unit_of(const json_t *run, const char *metric)
{
	return json_text(json_object_get(json_object_get(run, "metrics"), metric), "unit");
}

/* 1234.5 op.p50-ns */
static void put_value(FILE *out, const json_t *value, const char *name, const char *unit)
{
	fprintf(out, "\t%.10g ", json_number_value(value));
	put_word(out, name, "");
	if (*name && *unit)
		fputc('-', out);
	put_word(out, unit, "");
}

/*
 * ns/op must come first for benchstat's default table; it is the mean, as in Go. Where the clock
 * counts instructions it is insn/op.
 */
void gobench_line(FILE *out, const json_t *run, const json_t *sample)
{
	json_t *metrics = json_object_get(sample, "metrics"), *value;
	const char *name;

	if (strcmp(json_text(sample, "status"), "ok"))
		return;
	put_name(out, run, json_object_get(sample, "axes"));
	fprintf(out, "\t%.0f", json_number_value(json_object_get(metrics, "op.count")));
	value = json_object_get(metrics, "op.mean");
	if (value) {
		put_value(out, value, "", unit_of(run, "op.mean"));
		fputs("/op", out);
	}
	json_object_foreach (metrics, name, value)
		put_value(out, value, name, unit_of(run, name));
	fputc('\n', out);
}
