// SPDX-License-Identifier: GPL-2.0-only
/* The claims' verdicts, for a mail, for Markdown and for programs. */
#include "claims.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/text/table.h"
#include "analysis/text/text.h"
#include "util/err.h"

enum {
	INDENT = 22
}; /* columns of the claim's name and its verdict */

/* What decides, then what is to be said of it; to be freed. */
static char *decisive(const struct claim_outcome *o)
{
	char *text = NULL;

	if (asprintf(&text, "%s%s%s%s", o->figure, o->figure[0] && o->why[0] ? " (" : "", o->why,
		     o->figure[0] && o->why[0] ? ")" : "") < 0)
		return NULL;
	return text;
}

/* Lines of TEXT_COLUMNS, each behind @indent columns; the first is there already up to that. */
static void print_words(FILE *out, char *text, size_t indent)
{
	size_t column = indent;
	char *rest = text, *word;

	while ((word = strsep(&rest, " "))) {
		size_t width = text_width(word);

		if (column > indent && column + 1 + width > TEXT_COLUMNS) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		}
		column += (size_t)fprintf(out, "%s%s", column > indent ? " " : "", word) -
			  strlen(word) + width;
	}
	fputc('\n', out);
}

static int print_claim(FILE *out, const struct claim_outcome *o)
{
	char *text = decisive(o);

	if (!text)
		return err_memory();
	fprintf(out, "%-5s%-*s", o->claim->name, INDENT - 5, claim_word(o->verdict));
	print_words(out, text, INDENT);
	free(text);
	if (o->plot[0])
		fprintf(out, "%*s%s\n", INDENT, "", o->plot);
	return 0;
}

/* The folders that plots are in: each run once, with its claims. */
static void print_runs(const struct claim_outcome *o, size_t count, FILE *out)
{
	fputs("\nruns\n", out);
	for (size_t i = 0; i < count; i++)
		if (o[i].run)
			fprintf(out, "%-4s %s%s\n", o[i].claim->name, o[i].run->name,
				o[i].run->emulated ? ", emulated" : "");
}

static void print_machine(const struct claim_outcome *o, size_t count, FILE *out)
{
	const struct run *run = NULL;

	for (size_t i = 0; i < count && !run; i++)
		run = o[i].run;
	if (!run)
		return;
	fprintf(out, "Linux %s; %s CPUs, %s nodes%s\n", facts_get(&run->machine, "kernel", "-"),
		facts_get(&run->machine, "cpus", "-"), facts_get(&run->machine, "nodes", "-"),
		run->emulated ? "; emulated (QEMU TCG)" : "");
}

int claims_print_table(const struct claim_outcome *o, size_t count, FILE *out)
{
	int ret = 0;

	print_machine(o, count, out);
	fprintf(out, "     %-*s%s\n", INDENT - 5, "verdict", "what decides, and its plot");
	for (size_t i = 0; i < count && !ret; i++)
		ret = print_claim(out, &o[i]);
	if (!ret)
		print_runs(o, count, out);
	return ret;
}

int claims_print_markdown(const struct claim_outcome *o, size_t count, FILE *out)
{
	struct table table;
	int ret;

	table_init(&table, "lllll");
	table_cell(&table, "claim");
	table_cell(&table, "says");
	table_cell(&table, "verdict");
	table_cell(&table, "what decides");
	table_cell(&table, "plot");
	for (size_t i = 0; i < count; i++) {
		char *text = decisive(&o[i]);

		table_cell(&table, "%s", o[i].claim->name);
		table_cell(&table, "%s", o[i].claim->says);
		table_cell(&table, "%s", claim_word(o[i].verdict));
		table_cell(&table, "%s", text ? text : "");
		table_cell(&table, "%s%s%s", o[i].plot[0] ? o[i].run->name : "",
			   o[i].plot[0] ? "/" : "", o[i].plot);
		free(text);
	}
	print_machine(o, count, out);
	fputc('\n', out);
	ret = table_print_markdown(&table, out);
	table_free(&table);
	return ret;
}

static json_t *claim_json(const struct claim_outcome *o)
{
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "claim", o->claim->name, "says",
				   o->claim->says, "verdict", claim_word(o->verdict), "figure",
				   o->figure, "why", o->why);

	if (object && o->run) {
		json_object_set_new(object, "run", json_string(o->run->path));
		json_object_set_new(object, "emulated", json_boolean(o->run->emulated));
	}
	if (object && o->plot[0])
		json_object_set_new(object, "plot", json_sprintf("%s/%s", o->run->path, o->plot));
	return object;
}

int claims_print_json(const struct claim_outcome *o, size_t count, FILE *out)
{
	json_t *list = json_array();
	json_t *root = json_pack("{s:s, s:i, s:o}", "format", "shootdown-claims", "version", 1,
				 "claims", list);
	int ret;

	for (size_t i = 0; i < count && root; i++)
		json_array_append_new(list, claim_json(&o[i]));
	if (!root)
		return err_memory();
	ret = json_dumpf(root, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(root);
	return ret ? err_memory() : 0;
}
