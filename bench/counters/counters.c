// SPDX-License-Identifier: GPL-2.0-only
/* From the names of counters to what they are on this machine. */
#include "internal.h"

#include <ctype.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "open.h"
#include "util/err.h"
#include "util/nearest.h"

enum {
	LIST_LEN = COUNTERS * COUNTER_NAME_LEN
};

/* Events of the kernel itself; without a suffix both sides count, for they happen to the thread. */
static const struct counter_software softwares[] = {
	{ "page-faults", PERF_COUNT_SW_PAGE_FAULTS, true, "page faults of the thread" },
	{ "minor-faults", PERF_COUNT_SW_PAGE_FAULTS_MIN, true, "of these, without I/O" },
	{ "major-faults", PERF_COUNT_SW_PAGE_FAULTS_MAJ, true, "of these, with I/O" },
	{ "context-switches", PERF_COUNT_SW_CONTEXT_SWITCHES, false, "switches of the thread" },
	{ "cpu-migrations", PERF_COUNT_SW_CPU_MIGRATIONS, false, "moves to another CPU" },
	{ "task-clock", PERF_COUNT_SW_TASK_CLOCK, false, "ns that the thread ran" },
};

const struct counter_software *counter_software_at(size_t i)
{
	return i < sizeof(softwares) / sizeof(softwares[0]) ? &softwares[i] : NULL;
}

/* What follows a name's last colon, and who counts then. */
static const struct suffix {
	const char *text;
	bool user, kernel, machine;
} suffixes[] = {
	{ ":u", true, false, false },
	{ ":k", false, true, false },
	{ ":uk", true, true, false },
	{ ":a", true, true, true },
};

/* Takes the suffix off @name; NULL when it has none. */
static const struct suffix *cut_suffix(char *name)
{
	char *colon = strrchr(name, ':');

	for (size_t i = 0; colon && colon > name && i < sizeof(suffixes) / sizeof(suffixes[0]);
	     i++) {
		if (strcmp(colon, suffixes[i].text))
			continue;
		*colon = '\0';
		return &suffixes[i];
	}
	return NULL;
}

void counter_lacks(struct counter *c, const char *format, ...)
{
	va_list args;

	if (*c->why)
		return;
	va_start(args, format);
	vsnprintf(c->why, sizeof(c->why), format, args);
	va_end(args);
}

static const struct counter_software *find_software(const char *name)
{
	const struct counter_software *s;

	for (size_t i = 0; (s = counter_software_at(i)); i++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static bool is_software(const char *name)
{
	return find_software(name);
}

static void encode_software(const struct counter_world *world, const char *name, struct counter *c)
{
	(void)world;
	c->kind = COUNTER_SOFTWARE;
	c->type = PERF_TYPE_SOFTWARE;
	c->config[0] = find_software(name)->config;
	snprintf(c->is, sizeof(c->is), "software event");
}

/* Kinds of names, in the order in which a name is tried; libpfm4 has the last word. */
static const struct kind {
	bool (*is)(const char *name);
	void (*encode)(const struct counter_world *world, const char *name, struct counter *c);
} kinds[] = {
	{ is_software, encode_software },
	{ counter_is_pmu, counter_encode_pmu },
	{ counter_is_tracepoint, counter_encode_tracepoint },
	{ counter_pfm_knows, counter_encode_pfm },
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0])
};

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].is(name))
			return &kinds[i];
	return NULL;
}

static bool is_alias(const char *name)
{
	const struct counter_alias *alias;

	for (size_t i = 0; (alias = counter_alias_at(i)); i++)
		if (!strcmp(alias->name, name))
			return true;
	return false;
}

/*
 * Without a suffix a counter of the core counts the kernel alone: the operation is a system call. What the
 * kernel counts itself happens in it or to the thread, so both sides belong to it.
 */
static void set_side(struct counter *c, const struct suffix *suffix, bool apart)
{
	bool soft = c->kind != COUNTER_CPU;

	c->user = suffix ? suffix->user : soft;
	c->kernel = suffix ? suffix->kernel : true;
	c->machine = suffix && suffix->machine;
	if (c->machine && c->kind != COUNTER_TRACEPOINT)
		counter_lacks(c, ":a counts on all CPUs, which tracepoints can only");
	if (soft && !apart && c->user != c->kernel)
		counter_lacks(c, "it does not tell user and kernel apart: leave out %s",
			      suffix->text);
}

/* As kinds[] has it; @given is the suffix that the user wrote, which goes before that of an alias. */
static void encode_plain(const struct counter_world *world, const char *event,
			 const struct suffix *given, struct counter *c)
{
	char name[COUNTER_IS_LEN];
	const struct counter_software *software;
	const struct suffix *suffix;
	const struct kind *kind;

	snprintf(name, sizeof(name), "%s", event);
	suffix = cut_suffix(name);
	software = find_software(name);
	kind = kind_of(name);
	(kind ? kind->encode : counter_encode_pfm)(world, name, c);
	set_side(c, given ? given : suffix,
		 software ? software->apart : c->kind != COUNTER_TRACEPOINT);
}

/* The first that this CPU has; when there is none, the reason of the last, which is the most general. */
static void encode_alias(const struct counter_world *world, const char *alias,
			 const struct suffix *given, struct counter *c)
{
	const struct counter blank = *c;
	const char *event;

	for (size_t i = 0; (event = counter_candidate(world, alias, i)); i++) {
		*c = blank;
		encode_plain(world, event, given, c);
		if (!*c->why)
			return;
	}
}

static void encode(const struct counter_world *world, struct counter *c)
{
	char name[COUNTER_NAME_LEN];
	const struct suffix *suffix;

	snprintf(name, sizeof(name), "%s", c->name);
	suffix = cut_suffix(name);
	if (is_alias(name))
		encode_alias(world, name, suffix, c);
	else
		encode_plain(world, name, suffix, c);
}

void counters_encode(const struct counter_world *world, struct counters *counters)
{
	for (size_t i = 0; i < counters->count; i++)
		encode(world, &counters->counter[i]);
}

void counters_resolve(struct counters *counters)
{
	struct counter_world world;

	if (!counters->count)
		return;
	counter_world_open(&world);
	counters_encode(&world, counters);
	counter_world_close(&world);
	for (size_t i = 0; i < counters->count; i++)
		counter_try(&counters->counter[i]);
}

/* A name ends at a comma that is not between slashes. */
static size_t name_len(const char *list)
{
	bool inside = false;
	size_t len = 0;

	for (; list[len] && (inside || list[len] != ','); len++)
		inside ^= list[len] == '/';
	return len;
}

static int unknown(const char *name, const char *where)
{
	char guess[COUNTER_NAME_LEN] = "";
	const struct counter_software *software;
	const struct counter_alias *alias;

	for (size_t i = 0; (alias = counter_alias_at(i)); i++)
		nearest_keep(guess, sizeof(guess), name, alias->name);
	for (size_t i = 0; (software = counter_software_at(i)); i++)
		nearest_keep(guess, sizeof(guess), name, software->name);
	if (*guess)
		return err_usage("%s: there is no counter '%s'; did you mean '%s'?", where, name,
				 guess);
	return err_usage("%s: there is no counter '%s'; `shootdown list counters` shows what there "
			 "is",
			 where, name);
}

/* A name of ours and something behind it that is no suffix; it looks like a tracepoint. */
static bool is_bad_suffix(const char *name)
{
	char plain[COUNTER_NAME_LEN];
	char *colon;

	snprintf(plain, sizeof(plain), "%s", name);
	colon = strrchr(plain, ':');
	if (!colon)
		return false;
	*colon = '\0';
	return is_alias(plain) || is_software(plain);
}

static int check_name(const char *name, const char *where)
{
	char plain[COUNTER_NAME_LEN];

	for (const char *c = name; *c; c++)
		if (!isgraph((unsigned char)*c) || strchr("\"\\#%", *c))
			return err_usage("%s: a counter's name has no blank and no \\, \", # or %%",
					 where);
	snprintf(plain, sizeof(plain), "%s", name);
	if (!cut_suffix(plain) && is_bad_suffix(plain))
		return err_usage("%s: the suffix of '%s' is :u, :k, :uk or :a", where, name);
	return is_alias(plain) || kind_of(plain) ? 0 : unknown(name, where);
}

static int add_name(struct counters *counters, const char *name, size_t len, const char *where)
{
	struct counter *c = &counters->counter[counters->count];

	if (counters->count == COUNTERS)
		return err_usage("%s: a run has at most %d counters", where, COUNTERS);
	if (len >= COUNTER_NAME_LEN)
		return err_usage("%s: a counter's name has at most %d characters", where,
				 COUNTER_NAME_LEN - 1);
	memset(c, 0, sizeof(*c));
	memcpy(c->name, name, len);
	for (size_t i = 0; i < counters->count; i++)
		if (!strcmp(counters->counter[i].name, c->name))
			return err_usage("%s: the counter '%s' stands twice", where, c->name);
	counters->count++;
	return check_name(c->name, where);
}

int counters_parse(struct counters *counters, const char *list, const char *where)
{
	memset(counters, 0, sizeof(*counters));
	if (!strcmp(list, "none"))
		return 0;
	while (*list) {
		size_t len = name_len(list), used = len;
		int ret = 0;

		for (; used && *list == ' '; used--)
			list++;
		len = used;
		while (len && list[len - 1] == ' ')
			len--;
		if (len)
			ret = add_name(counters, list, len, where);
		if (ret)
			return ret;
		list += used;
		list += *list == ',';
	}
	return 0;
}

/* What stands before a counter's name in a metric, and behind it. */
static const struct form {
	const char *prefix, *suffix;
} forms[] = { { "ctr.", "" }, { "ctr.", ".total" }, { "by.ctr.", "" } };

enum {
	FORMS = sizeof(forms) / sizeof(forms[0])
};

bool counters_names_metric(const char *name)
{
	for (size_t i = 0; i < FORMS; i++)
		if (!strncmp(name, forms[i].prefix, strlen(forms[i].prefix)))
			return true;
	return false;
}

bool counters_is_metric(const struct counters *counters, const char *name)
{
	char metric[COUNTER_NAME_LEN + 16];

	for (size_t i = 0; i < counters->count; i++) {
		for (size_t f = 0; f < FORMS; f++) {
			snprintf(metric, sizeof(metric), "%s%s%s", forms[f].prefix,
				 counters->counter[i].name, forms[f].suffix);
			if (!strcmp(metric, name))
				return true;
		}
	}
	return counters->count && !strcmp(name, "ctr.share");
}
