// SPDX-License-Identifier: GPL-2.0-only
/* A comparison of two runs: are they of the same thing? Then they are put together. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/read/merge.h"
#include "run_diff.h"
#include "util/err.h"

static int check_units(const struct run *a, const struct run *b, const char *const *metric,
		       size_t metrics)
{
	for (size_t i = 0; i < metrics; i++) {
		size_t in_a = run_metric(a, metric[i]), in_b = run_metric(b, metric[i]);

		if (in_a != RUN_NONE && in_b != RUN_NONE &&
		    strcmp(a->metric[in_a].unit, b->metric[in_b].unit))
			return err_usage("%s is in %s in %s, but in %s in %s: these cannot be "
					 "compared",
					 metric[i], a->metric[in_a].unit, a->name,
					 b->metric[in_b].unit, b->name);
	}
	return 0;
}

static int check_same(struct comparison *c, bool force)
{
	const struct difference *d;
	struct difference_list list;
	int ret = differ_find(&list, c->a, c->b);

	d = ret ? NULL : differ_forbids(&list);
	c->forced = d && force;
	if (d && !force)
		ret = err_usage("%s and %s differ in %s.%s: \"%s\" and \"%s\"; --force compares "
				"them all the same",
				c->a->name, c->b->name, d->group, d->name, d->a, d->b);
	free(list.difference);
	return ret;
}

int compare_two(struct comparison *c, struct run *both, const struct run *a, const struct run *b,
		const char *const *metric, size_t metrics, bool force)
{
	struct comparison two = { .a = a, .b = b, .flat = true };
	int ret = check_units(a, b, metric, metrics);

	*c = two;
	*both = (struct run){ 0 };
	if (!ret)
		ret = check_same(&two, force);
	if (!ret)
		ret = run_merge(both, a, b);
	if (!ret)
		ret = compare_run(c, both, MERGE_AXIS, metric, metrics, MERGE_A);
	c->a = a;
	c->b = b;
	c->flat = true;
	c->forced = two.forced;
	return ret;
}
