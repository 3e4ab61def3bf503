// SPDX-License-Identifier: GPL-2.0-only
/* report.html: what became of the samples, and why there are no more of them. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/compare/sample_counts.h"
#include "html.h"

enum {
	REASONS_MOST = 50 /* more are counted, not told */
};

/* Samples that are not ok, by their reason. */
struct reason {
	const struct sample *first;
	size_t count;
};

static bool same_reason(const struct sample *a, const struct sample *b)
{
	return a->status == b->status && !strcmp(a->why, b->why);
}

/* Returns how many have a reason that there was no room for. */
static size_t count_reasons(const struct run *run, struct reason reason[REASONS_MOST],
			    size_t *reasons)
{
	size_t left = 0;

	*reasons = 0;
	for (size_t i = 0; i < run->samples; i++) {
		const struct sample *s = &run->sample[i];
		size_t k = 0;

		if (s->status == SAMPLE_OK)
			continue;
		while (k < *reasons && !same_reason(reason[k].first, s))
			k++;
		if (k == REASONS_MOST) {
			left++;
			continue;
		}
		if (k == *reasons)
			reason[(*reasons)++] = (struct reason){ s, 0 };
		reason[k].count++;
	}
	return left;
}

/* "section=ranges variant=list": where the run has more than one value. */
static void put_point(FILE *out, const struct report *r, const struct sample *s)
{
	const struct run *run = &r->run;
	bool any = false;

	for (size_t i = 0; i < run->axes; i++) {
		const char *value = run->axis[i].value[s->axis[i]].text;

		if (!r->comparison.grid.varies[i] || !strcmp(value, RUN_NO_VALUE))
			continue;
		html_put(out, "%s%s=%s", any ? " " : "", run->axis[i].name, value);
		any = true;
	}
}

static void put_reasons(FILE *out, const struct report *r)
{
	struct reason reason[REASONS_MOST];
	size_t reasons, left = count_reasons(&r->run, reason, &reasons);

	if (!reasons)
		return;
	fputs("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"samples that are "
	      "not "
	      "ok\"><table>\n<caption>Samples that failed or were skipped: none of them is in any "
	      "figure</caption>\n<thead><tr><th scope=\"col\">what</th><th scope=\"col\" "
	      "class=\"number\">samples</th><th scope=\"col\">why</th><th scope=\"col\">the "
	      "first of them</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < reasons; i++) {
		const struct sample *s = reason[i].first;

		html_put(out, "<tr><th scope=\"row\">%s</th>",
			 s->status == SAMPLE_FAILED ? "failed" : "skipped");
		fprintf(out, "<td class=\"number\">%zu</td>", reason[i].count);
		html_put(out, "<td>%s</td>", s->why);
		fprintf(out, "<td>sample %ju: ", (uintmax_t)s->number);
		put_point(out, r, s);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
	if (left)
		fprintf(out, "<p>%zu more, for other reasons.</p>\n", left);
}

/* One sentence: how many samples the points have, and why they have no more. */
static void put_enough(FILE *out, const struct report *r)
{
	char *words = NULL;
	size_t size;
	FILE *text = open_memstream(&words, &size);

	if (!text)
		return;
	enough_print(text, &r->comparison.grid);
	fclose(text);
	if (*words)
		html_put(out, "<p>Of the %s</p>\n", words);
	free(words);
}

void report_samples(FILE *out, const struct report *r)
{
	const struct run *run = &r->run;
	size_t count[3] = { 0 };

	for (size_t i = 0; i < run->samples; i++)
		count[run->sample[i].status]++;
	fprintf(out,
		"<section id=\"samples\">\n<h2>Samples</h2>\n<p>%zu samples of %zu points: %zu ok, "
		"%zu failed, %zu skipped",
		run->samples, r->comparison.grid.points, count[SAMPLE_OK], count[SAMPLE_FAILED],
		count[SAMPLE_SKIPPED]);
	fprintf(out, "; %ju were planned.", (uintmax_t)run->planned);
	if (run->status == RUN_COMPLETE)
		fputs(" The run is complete.</p>\n", out);
	else
		html_put(out, " The run is not complete: %s.</p>\n", run->why);
	put_enough(out, r);
	put_reasons(out, r);
	fputs("</section>\n", out);
}
