// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of a PMU as sysfs describes it: PMU/TERMS/, where a term is FIELD=VALUE, config=VALUE, or the
 * name of an event that the PMU's driver gives.
 *
 * A field's file says which bits of perf_event_attr it is: "config:0-7,32-35".
 */
#include "internal.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/file.h"

enum {
	DEPTH = 2, /* an event's file consists of fields, not of events */
	LINE_LEN = 256
};

/* Words of perf_event_attr that a field can lie in. */
static const char *const words[3] = { "config", "config1", "config2" };

/*
 * PMUs whose driver counts in software, so that their counters can stand in any group. All others have a
 * few registers.
 */
static const char *const soft_pmus[] = { "msr", "software" };

struct pmu {
	const char *root;
	char name[64];
	struct counter *c;
};

static bool read_file(const struct pmu *pmu, const char *folder, const char *name, char *line)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s/%s", pmu->root, pmu->name, folder, name);
	return file_line(path, line, LINE_LEN);
}

/* A number as in C, all of @text. */
static bool parse_value(const char *text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && !*end;
}

/* Reads "N" or "N-M" at *@bits and what separates it from the next. */
static bool next_bits(const char **bits, unsigned int *first, unsigned int *last)
{
	int used = 0;

	if (sscanf(*bits, "%2u-%2u%n", first, last, &used) != 2 || !used) {
		used = 0;
		if (sscanf(*bits, "%2u%n", first, &used) != 1)
			return false;
		*last = *first;
	}
	*bits += used;
	*bits += **bits == ',';
	return *first <= *last && *last < 64;
}

/* Puts the bits of @value, the lowest first, to the places that @format names. */
static bool spread(struct counter *c, const char *format, uint64_t value)
{
	size_t len = strcspn(format, ":");
	const char *bits = format + len;
	unsigned int first, last;
	int word = -1;

	for (int i = 0; i < 3; i++)
		if (strlen(words[i]) == len && !strncmp(words[i], format, len))
			word = i;
	if (word < 0 || *bits++ != ':')
		return false;
	while (*bits) {
		if (!next_bits(&bits, &first, &last))
			return false;
		for (; first <= last; first++, value >>= 1)
			c->config[word] |= (value & 1) << first;
	}
	return !value;
}

static void take_field(struct pmu *pmu, const char *name, const char *text)
{
	char format[LINE_LEN];
	uint64_t value = 1; /* a field of one bit needs none */

	if (text && !parse_value(text, &value)) {
		counter_lacks(pmu->c, "the value '%s' of '%s' is no number", text, name);
		return;
	}
	for (int i = 0; i < 3; i++) {
		if (strcmp(words[i], name))
			continue;
		pmu->c->config[i] |= value;
		return;
	}
	if (!read_file(pmu, "format", name, format))
		counter_lacks(pmu->c, "the PMU %s has neither a field nor an event '%s'", pmu->name,
			      name);
	else if (!spread(pmu->c, format, value))
		counter_lacks(pmu->c, "the field '%s' of the PMU %s (%s) does not take %s", name,
			      pmu->name, format, text ? text : "1");
}

static void take_terms(struct pmu *pmu, const char *terms, int depth);

static void take_term(struct pmu *pmu, char *term, int depth)
{
	char *value = strchr(term, '='), line[LINE_LEN];

	if (value)
		*value++ = '\0';
	if (!*term || strchr(term, '.'))
		counter_lacks(pmu->c, "the PMU %s has no event '%s'", pmu->name, term);
	else if (!value && depth < DEPTH && read_file(pmu, "events", term, line))
		take_terms(pmu, line, depth + 1);
	else
		take_field(pmu, term, value);
}

static void take_terms(struct pmu *pmu, const char *terms, int depth)
{
	char copy[LINE_LEN], *rest = copy, *term;

	snprintf(copy, sizeof(copy), "%s", terms);
	while (!*pmu->c->why && (term = strsep(&rest, ",")))
		take_term(pmu, term, depth);
}

static void list_pmus(const char *root, char *text, size_t size)
{
	struct dirent **found = NULL;
	int count = scandir(root, &found, NULL, alphasort);
	size_t used = 0;

	*text = '\0';
	for (int i = 0; i < count; i++) {
		if (*found[i]->d_name != '.' && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
						 found[i]->d_name);
		free(found[i]);
	}
	free(found);
}

static bool has_folder(const struct pmu *pmu)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", pmu->root, pmu->name);
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static enum counter_kind kind_of(const char *pmu)
{
	for (size_t i = 0; i < sizeof(soft_pmus) / sizeof(soft_pmus[0]); i++)
		if (!strcmp(soft_pmus[i], pmu))
			return COUNTER_SOFTWARE;
	return COUNTER_CPU;
}

static void take_type(struct pmu *pmu)
{
	char line[LINE_LEN], others[128];
	uint64_t type;

	if (!has_folder(pmu)) {
		list_pmus(pmu->root, others, sizeof(others));
		counter_lacks(pmu->c, "this machine has no PMU %s; it has %s", pmu->name,
			      *others ? others : "none");
	} else if (!read_file(pmu, ".", "type", line) || !parse_value(line, &type)) {
		counter_lacks(pmu->c, "the PMU %s has no type in sysfs", pmu->name);
	} else if (read_file(pmu, ".", "cpumask", line)) {
		counter_lacks(pmu->c, "the PMU %s counts for a whole package, not for a thread",
			      pmu->name);
	} else {
		pmu->c->type = (uint32_t)type;
	}
}

/* Of a copy without the last slash. */
void counter_encode_pmu(const struct counter_world *world, const char *name, struct counter *c)
{
	struct pmu pmu = { .root = world->pmus, .c = c };
	char terms[LINE_LEN];
	size_t len = strcspn(name, "/");

	snprintf(pmu.name, sizeof(pmu.name), "%.*s", (int)len, name);
	snprintf(terms, sizeof(terms), "%s", name + len + 1);
	terms[strcspn(terms, "/")] = '\0';
	c->kind = kind_of(pmu.name);
	take_type(&pmu);
	if (!*c->why)
		take_terms(&pmu, terms, 0);
	if (!*c->why)
		snprintf(c->is, sizeof(c->is), "%s (type %u, config 0x%llx)", name, c->type,
			 (unsigned long long)c->config[0]);
}

/* One slash behind the PMU, another at the end, and something between; no way out of sysfs. */
bool counter_is_pmu(const char *name)
{
	const char *slash = strchr(name, '/'), *end;

	if (!slash || slash == name || *name == '.' || memchr(name, ':', (size_t)(slash - name)))
		return false;
	end = strchr(slash + 1, '/');
	return end && end > slash + 1 && !end[1];
}
