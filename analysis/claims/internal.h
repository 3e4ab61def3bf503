/* SPDX-License-Identifier: GPL-2.0-only */
/* How the files that judge conditions of claims share one. */
#ifndef ANALYSIS_CLAIMS_INTERNAL_H
#define ANALYSIS_CLAIMS_INTERNAL_H

#include "analysis/compare/compare.h"
#include "claims.h"

/* A condition, where it is looked for. */
struct trial {
	const struct claim_test *test;
	struct claim_result *result;
	const struct run *run;
	struct grid grid;
	size_t metric;
	struct row *row; /* of comparisons: one for each point, inside the claim's family */
	size_t rows;
};

/* Writes into a text of a result. */
void trial_say(char text[static CLAIM_TEXT], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Not known, because of @why. */
void trial_open(const struct trial *trial, const char *why);

/* The point of the condition that follows @point; the first for NULL; NULL after the last. */
const struct point *trial_next(const struct trial *trial, const struct point *point);

/* Was a fault of the device seen? One is enough, though its sample fails for it, and the run may not be whole. */
bool trial_found_fault(const struct trial *trial);

/* Judges a condition that compares nothing with anything. All its points have samples enough, or one a fault. */
void trial_alone(const struct trial *trial);

#endif
