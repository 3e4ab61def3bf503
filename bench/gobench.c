// SPDX-License-Identifier: GPL-2.0-only
#include "gobench.h"

#include <ctype.h>
#include <string.h>

#include "json.h"

/* A configuration value ends with the line. */
static void put_config(FILE *out, const char *key, const char *value)
{
	fprintf(out, "%s: ", key);
	for (; *value; value++)
		fputc(iscntrl((unsigned char)*value) ? ' ' : *value, out);
	fputc('\n', out);
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

static void put_axis(FILE *out, const char *name, const json_t *value)
{
	if (json_is_integer(value))
		fprintf(out, "/%s=%" JSON_INTEGER_FORMAT, name, json_integer_value(value));
	else if (json_is_string(value))
		fprintf(out, "/%s=%s", name, json_string_value(value));
}

/* BenchmarkDontneed/section=ranges/variant=list/ranges=1000 */
static void put_name(FILE *out, const json_t *run, const json_t *axes)
{
	const char *workload = json_text(axes, "workload");
	const json_t *name;
	size_t i;

	fprintf(out, "Benchmark%c%s", toupper((unsigned char)*workload),
		*workload ? workload + 1 : "");
	json_array_foreach (json_object_get(run, "axes"), i, name)
		if (strcmp(json_string_value(name), "workload"))
			put_axis(out, json_string_value(name),
				 json_object_get(axes, json_string_value(name)));
}

static const char *unit_of(const json_t *run, const char *metric)
{
	return json_text(json_object_get(json_object_get(run, "metrics"), metric), "unit");
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
	fprintf(out, "\t%.0f\t%.10g %s/op", json_number_value(json_object_get(metrics, "op.count")),
		json_number_value(json_object_get(metrics, "op.mean")), unit_of(run, "op.mean"));
	json_object_foreach (metrics, name, value) {
		const char *unit = unit_of(run, name);

		fprintf(out, "\t%.10g %s%s%s", json_number_value(value), name, *unit ? "-" : "",
			unit);
	}
	fputc('\n', out);
}
