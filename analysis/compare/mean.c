// SPDX-License-Identifier: GPL-2.0-only
#include "mean.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/text/text.h"
#include "stats/bootstrap.h"
#include "util/err.h"

/* The sorted values of both sides of a row; @room has room for all of them, and is moved on. */
static struct pair pair_of(const struct row *row, double **room)
{
	struct pair pair = { .value = *room };

	pair.count = point_values(row->point, row->metric, *room);
	*room += pair.count;
	pair.base = *room;
	pair.base_count = point_values(row->base, row->metric, *room);
	*room += pair.base_count;
	return pair;
}

static size_t collect(const struct row *row, size_t rows, struct pair *pair, double *room)
{
	size_t pairs = 0;

	for (size_t i = 0; i < rows; i++)
		if (row[i].verdict != VERDICT_NONE && !isnan(row[i].change_interval.low))
			pair[pairs++] = pair_of(&row[i], &room);
	return pairs;
}

static void print(FILE *out, const struct pair *pair, size_t pairs, uint64_t seed)
{
	double mean = stats_ratio_mean(pair, pairs);
	struct interval in = stats_ratio_mean_interval(pair, pairs, STATS_CONFIDENCE, seed);
	char change[TEXT_NUMBER], low[TEXT_NUMBER], high[TEXT_NUMBER];

	if (pairs < 2 || isnan(mean) || isnan(in.low))
		return;
	fprintf(out, "\ngeometric mean of %zu ratios: %s%% [%s, %s]\n", pairs,
		text_change(change, mean - 1), text_change(low, in.low - 1),
		text_change(high, in.high - 1));
}

/* A baseline is the base of several rows at most: each has room for its own copy. */
int compare_print_mean(FILE *out, const struct comparison *c, const struct row *row, size_t rows)
{
	struct pair *pair = calloc(rows, sizeof(*pair));
	size_t count = 0;
	double *room;

	for (size_t i = 0; i < rows; i++)
		count += row[i].point->count + row[i].base->count;
	room = calloc(count, sizeof(*room));
	if (pair && room)
		print(out, pair, collect(row, rows, pair, room), c->run->seed);
	free(pair);
	free(room);
	return pair && room ? 0 : err_memory();
}
