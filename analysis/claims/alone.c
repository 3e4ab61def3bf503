// SPDX-License-Identifier: GPL-2.0-only
/* Conditions of claims that need no second side: counts, and how something grows. */
#include "internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "selection.h"

void trial_say(char text[static CLAIM_TEXT], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, CLAIM_TEXT, format, args);
	va_end(args);
}

void trial_open(const struct trial *t, const char *why)
{
	t->result->verdict = CLAIM_INCONCLUSIVE;
	trial_say(t->result->why, "%s", why);
}

const struct point *trial_next(const struct trial *t, const struct point *p)
{
	const struct point *end = t->grid.point + t->grid.points;

	for (p = p ? p + 1 : t->grid.point; p < end; p++)
		if (where_has(t->run, p, t->test->where))
			return p;
	return NULL;
}

/* Of all samples that have it: one that failed keeps other conditions open before this is asked. */
static double sum_of(const struct point *p, size_t metric)
{
	double sum = 0;

	for (size_t i = 0; i < p->count && metric != RUN_NONE; i++)
		if (p->sample[i]->value && !isnan(p->sample[i]->value[metric]))
			sum += p->sample[i]->value[metric];
	return sum;
}

static double sum_of_all(const struct trial *t, size_t metric)
{
	double sum = 0;

	for (const struct point *p = trial_next(t, NULL); p; p = trial_next(t, p))
		sum += sum_of(p, metric);
	return sum;
}

bool trial_found_fault(const struct trial *t)
{
	return t->test->fault && sum_of_all(t, t->metric) > 0;
}

/* With none of n seen, the chance is below -ln(0.05) / n, at 95 %. */
static void try_zero(const struct trial *t)
{
	double sum = sum_of_all(t, t->metric);
	double chances = sum_of_all(t, run_metric(t->run, t->test->of));

	t->result->verdict = sum > 0 ? CLAIM_NOT_SUPPORTED : CLAIM_SUPPORTED;
	trial_say(t->result->figure, "%.0f %s (of %.0f", sum, t->test->words, chances);
	if (sum == 0 && chances > 0)
		trial_say(t->result->figure, "0 %s (of %.0f: less than %.2g each at 95 %%)",
			  t->test->words, chances, 1 - pow(0.05, 1 / chances));
	else
		strcat(t->result->figure, ")");
	if (sum == 0 && chances == 0)
		trial_open(t, "it had no chance to be more than 0");
}

static void try_some(const struct trial *t)
{
	const struct point *least = NULL;
	const char *unit = t->run->metric[t->metric].unit;

	for (const struct point *p = trial_next(t, NULL); p; p = trial_next(t, p))
		if (!least || sum_of(p, t->metric) < sum_of(least, t->metric))
			least = p;
	t->result->verdict = sum_of(least, t->metric) > 0 ? CLAIM_SUPPORTED : CLAIM_NOT_SUPPORTED;
	if (t->result->verdict == CLAIM_NOT_SUPPORTED) {
		trial_say(t->result->figure, "%s: 0", t->test->words);
		trial_say(t->result->why, "%s", t->test->needed ? t->test->otherwise : "none came");
	} else if (unit[0]) {
		trial_say(t->result->figure, "%s: %.3g %s or more", t->test->words,
			  sum_of(least, t->metric) / (double)least->count, unit);
	} else {
		trial_say(t->result->figure, "%s: %.0f or more", t->test->words,
			  sum_of(least, t->metric));
	}
}

static const char *const growth_words[] = {
	[GROWTH_CONSTANT] = "constant",
	[GROWTH_LOG] = "logarithmic",
	[GROWTH_LINEAR] = "linear",
};

static void judge_growth(const struct trial *t, const struct growth_fit *fit)
{
	double share = 0;

	for (unsigned int g = 0; g < GROWTHS; g++)
		share += t->test->models & 1u << g ? fit->share[g] : 0;
	trial_say(t->result->figure, "%s %.3gx [%.3g, %.3g] over %s, %s in %.0f%%", t->test->words,
		  fit->ratio, fit->ratio_interval.low, fit->ratio_interval.high, t->test->along,
		  growth_words[fit->best], 100 * fit->share[fit->best]);
	if (share >= STATS_CONFIDENCE)
		t->result->verdict = CLAIM_SUPPORTED;
	else if (share <= 1 - STATS_CONFIDENCE)
		t->result->verdict = CLAIM_NOT_SUPPORTED;
	else
		trial_open(t, "too noisy to tell how it grows");
}

/* The points stand in the order of the grid, which need not be that of the axis. */
static int by_x(const void *a, const void *b)
{
	const struct growth_at *left = a, *right = b;

	return (left->x > right->x) - (left->x < right->x);
}

static void try_growth(const struct trial *t)
{
	struct growth_at *at = calloc(t->grid.points, sizeof(*at));
	double *room = calloc(t->run->samples, sizeof(*room)), *value = room;
	size_t axis = run_axis(t->run, t->test->along), count = 0;
	struct growth_fit fit;

	for (const struct point *p = trial_next(t, NULL); p && at && room && axis != RUN_NONE;
	     p = trial_next(t, p)) {
		at[count].x = point_axis(t->run, p, axis)->number;
		at[count].value = value;
		at[count].count = point_values(p, t->metric, value);
		value += at[count++].count;
	}
	if (count > 0)
		qsort(at, count, sizeof(*at), by_x);
	if (count > 0 && !stats_growth(&fit, at, count, t->run->seed))
		judge_growth(t, &fit);
	else
		trial_open(t, "fewer than 3 points to fit");
	free(at);
	free(room);
}

void trial_alone(const struct trial *t)
{
	static void (*const try[])(const struct trial *t) = {
		[CLAIM_GROWTH] = try_growth,
		[CLAIM_ZERO] = try_zero,
		[CLAIM_SOME] = try_some,
	};

	try[t->test->kind](t);
}
