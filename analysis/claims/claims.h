/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of the claims that argued for today's notifiers do results bear out? */
#ifndef ANALYSIS_CLAIMS_CLAIMS_H
#define ANALYSIS_CLAIMS_CLAIMS_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "analysis/read/reader.h"
#include "stats/growth.h"

/* How a condition is decided; docs/claims.md has them in words. */
enum claim_kind {
	CLAIM_GROWTH,   /* along @along: one of the models @models */
	CLAIM_MORE,     /* than the base, by more than @by */
	CLAIM_NOT_MORE, /* than the base, by @by or more */
	CLAIM_WITHIN,   /* @by of the base, either way */
	CLAIM_ZERO,     /* in each sample */
	CLAIM_SOME,     /* in some sample of each point */
};

/* What is left of a condition in an emulated machine. */
enum claim_emulated {
	EMULATED_BY_UNIT,   /* counts as they are, times with a caveat */
	EMULATED_HOLDS,     /* a ratio of work */
	EMULATED_TOLD,      /* with a caveat, counts too */
	EMULATED_UNDECIDED, /* nothing: who waits for whom is up to the emulator */
};

/*
 * One condition. @where are the points that it is about, "axis=value,value axis=value"; all of them have to
 * meet it. @base is in what the point differs that each is compared with.
 */
struct claim_test {
	const char *suite; /* without its folder */
	enum claim_kind kind;
	const char *metric, *where, *base;
	const char *of; /* CLAIM_ZERO: the metric that counts how often it could have been more */
	const char *along;   /* CLAIM_GROWTH: an axis */
	unsigned int models; /* CLAIM_GROWTH: bits, 1 << enum growth */
	double by;           /* a share of the base; where that is 0, any difference is more */
	bool needed;         /* a control: not met, nothing is known */
	bool shown;          /* its figure is the claim's, when it is supported */
	bool fault;          /* CLAIM_ZERO: not met, that is the device's fault */
	enum claim_emulated emulated;
	const char *words;     /* what the figure is of */
	const char *otherwise; /* needed and not met: why that may be */
};

struct claim {
	const char *name, *says;
	const char *plot; /* names, as glob() has them, the best first: one that is there */
	const struct claim_test *test;
	size_t tests;
};

extern const struct claim claims[];
extern const size_t claim_count;

enum claim_verdict {
	CLAIM_INCONCLUSIVE,
	CLAIM_SUPPORTED,
	CLAIM_NOT_SUPPORTED,
};

enum {
	CLAIM_TEXT = 512
};

/* What became of a condition. */
struct claim_result {
	enum claim_verdict verdict; /* inconclusive: not known */
	bool caveat;                /* emulated, and a time */
	char figure[CLAIM_TEXT];    /* "" when there is none */
	char why[CLAIM_TEXT];       /* why it is not known, or what it lacks */
};

struct claim_outcome {
	const struct claim *claim;
	enum claim_verdict verdict;
	bool fault; /* not supported, and that is a fault of the device */
	char figure[CLAIM_TEXT], why[CLAIM_TEXT];
	const struct run *run;    /* of its first condition; NULL when that was not run */
	char plot[NAME_MAX + 16]; /* inside the run's folder; "" when there is none */
};

/* The runs that claims are judged by. */
struct claim_runs {
	struct run *run;
	size_t count, room;
};

/*
 * Reads the run @path, or all runs in the folder @path, in the order of their names. 0, or
 * err_usage(); claim_runs_free() in either case.
 */
int claim_runs_add(struct claim_runs *runs, const char *path);

void claim_runs_free(struct claim_runs *runs);

/* The last one of @suite that was added; NULL when there is none. */
const struct run *claim_run(const struct claim_runs *runs, const char *suite);

/* Judges each condition of @claim into @result, which has room for all. 0 or a negative errno. */
int claim_try(const struct claim *claim, const struct claim_runs *runs,
	      struct claim_result *result);

/* 0 or a negative errno with a sentence. */
int claim_judge(struct claim_outcome *outcome, const struct claim *claim,
		const struct claim_runs *runs);

/* "supported", "not supported", "inconclusive" */
const char *claim_word(enum claim_verdict verdict);

/* Each prints the outcomes of all claims. 0 or a negative errno. */
int claims_print_table(const struct claim_outcome *outcome, size_t count, FILE *out);
int claims_print_markdown(const struct claim_outcome *outcome, size_t count, FILE *out);
int claims_print_json(const struct claim_outcome *outcome, size_t count, FILE *out);

#endif
