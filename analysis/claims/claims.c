// SPDX-License-Identifier: GPL-2.0-only
#include "claims.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/err.h"

static const char *const words[] = {
	[CLAIM_INCONCLUSIVE] = "inconclusive",
	[CLAIM_SUPPORTED] = "supported",
	[CLAIM_NOT_SUPPORTED] = "not supported",
};

const char *claim_word(enum claim_verdict verdict)
{
	return words[verdict];
}

static bool is_run(const char *path)
{
	char file[PATH_MAX];

	return snprintf(file, sizeof(file), "%s/run.json", path) < (int)sizeof(file) &&
	       !access(file, F_OK);
}

/* The strings of a run stay where they are when the array moves. */
static int add_run(struct claim_runs *runs, const char *path)
{
	if (runs->count == runs->room) {
		size_t room = runs->room ? 2 * runs->room : 16;
		struct run *grown = reallocarray(runs->run, room, sizeof(*grown));

		if (!grown)
			return err_memory();
		runs->run = grown;
		runs->room = room;
	}
	return run_read(&runs->run[runs->count++], path, 0);
}

static int no_run(const char *path)
{
	return err_usage("%s is neither a run nor a folder of runs: no run.json", path);
}

int claim_runs_add(struct claim_runs *runs, const char *path)
{
	struct dirent **entry = NULL;
	size_t before = runs->count;
	int found, ret = 0;

	if (is_run(path))
		return add_run(runs, path);
	found = scandir(path, &entry, NULL, alphasort);
	for (int i = 0; i < found; i++) {
		char inner[PATH_MAX];

		if (!ret && entry[i]->d_name[0] != '.' &&
		    snprintf(inner, sizeof(inner), "%s/%s", path, entry[i]->d_name) <
			    (int)sizeof(inner) &&
		    is_run(inner))
			ret = add_run(runs, inner);
		free(entry[i]);
	}
	free(entry);
	return ret || runs->count > before ? ret : no_run(path);
}

void claim_runs_free(struct claim_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		run_free(&runs->run[i]);
	free(runs->run);
	*runs = (struct claim_runs){ 0 };
}

/* What `claims/c1` and a file's path end with. */
static const char *last_part(const char *suite)
{
	const char *slash = strrchr(suite, '/');

	return slash ? slash + 1 : suite;
}

const struct run *claim_run(const struct claim_runs *runs, const char *suite)
{
	for (size_t i = runs->count; i-- > 0;)
		if (!strcmp(last_part(runs->run[i].suite), suite))
			return &runs->run[i];
	return NULL;
}

static bool find_plot_like(struct claim_outcome *outcome, const char *name, int len)
{
	char pattern[PATH_MAX];
	glob_t found = { 0 };
	bool is = snprintf(pattern, sizeof(pattern), "%s/plots/%.*s.png", outcome->run->path, len,
			   name) < (int)sizeof(pattern) &&
		  !glob(pattern, 0, NULL, &found);

	if (is)
		snprintf(outcome->plot, sizeof(outcome->plot), "plots/%s",
			 last_part(found.gl_pathv[0]));
	globfree(&found);
	return is;
}

static void find_plot(struct claim_outcome *outcome)
{
	const char *name = outcome->claim->plot;

	while (*name) {
		int len = (int)strcspn(name, " ");

		if (find_plot_like(outcome, name, len))
			return;
		name += len;
		name += strspn(name, " ");
	}
}

static void append(char text[static CLAIM_TEXT], const char *more)
{
	size_t used = strlen(text);

	if (more[0])
		snprintf(text + used, CLAIM_TEXT - used, "%s%s", used ? "; " : "", more);
}

/* The condition that decides against a claim, or keeps it open; NULL: all are met. */
static const struct claim_result *find_deciding(const struct claim *claim,
						const struct claim_result *result)
{
	const struct claim_result *refuted = NULL, *open = NULL;

	for (size_t i = 0; i < claim->tests; i++) {
		const struct claim_test *test = &claim->test[i];
		bool unmet = result[i].verdict == CLAIM_NOT_SUPPORTED;

		/* One wrong translation is enough, whatever the control has seen. */
		if (unmet && test->kind == CLAIM_ZERO)
			return &result[i];
		if (test->needed && result[i].verdict != CLAIM_SUPPORTED)
			return &result[i];
		if (unmet && !refuted)
			refuted = &result[i];
		if (result[i].verdict == CLAIM_INCONCLUSIVE && !open)
			open = &result[i];
	}
	return refuted ? refuted : open;
}

/* What was met, and is to be seen; where the claim is not supported, after what decides. */
static void append_shown(struct claim_outcome *outcome, const struct claim_result *result,
			 const struct claim_result *deciding)
{
	const struct claim *claim = outcome->claim;
	bool first = deciding != NULL;

	for (size_t i = 0; i < claim->tests; i++) {
		char met[CLAIM_TEXT + sizeof("but ")];

		if (!claim->test[i].shown || result[i].verdict != CLAIM_SUPPORTED)
			continue;
		snprintf(met, sizeof(met), "%s%s", first ? "but " : "", result[i].figure);
		append(outcome->figure, met);
		first = false;
	}
}

static void put_together(struct claim_outcome *outcome, const struct claim_result *result)
{
	const struct claim *claim = outcome->claim;
	const struct claim_result *deciding = find_deciding(claim, result);
	const struct claim_test *test = deciding ? &claim->test[deciding - result] : NULL;
	bool caveat = false;

	for (size_t i = 0; i < claim->tests; i++)
		caveat |= result[i].caveat;
	outcome->verdict = CLAIM_SUPPORTED;
	if (deciding) {
		outcome->verdict = test->needed ? CLAIM_INCONCLUSIVE : deciding->verdict;
		outcome->fault = test->fault && outcome->verdict == CLAIM_NOT_SUPPORTED;
		append(outcome->figure, deciding->figure);
		append(outcome->why, deciding->why);
	}
	if (outcome->verdict != CLAIM_INCONCLUSIVE)
		append_shown(outcome, result, deciding);
	if (deciding ? deciding->caveat : caveat)
		append(outcome->why, "emulated: which is more holds, not by how much");
	if (outcome->run && outcome->run->status == RUN_INCOMPLETE)
		append(outcome->why, "the run is not complete");
	if (outcome->run && outcome->run->damaged)
		append(outcome->why, "lines of its samples.jsonl are damaged");
}

int claim_judge(struct claim_outcome *outcome, const struct claim *claim,
		const struct claim_runs *runs)
{
	struct claim_result *result = calloc(claim->tests, sizeof(*result));
	int ret = result ? claim_try(claim, runs, result) : err_memory();

	*outcome = (struct claim_outcome){ .claim = claim };
	outcome->run = claim_run(runs, claim->test[0].suite);
	if (!ret)
		put_together(outcome, result);
	if (outcome->run)
		find_plot(outcome);
	free(result);
	return ret;
}
