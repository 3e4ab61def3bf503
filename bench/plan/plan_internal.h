/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the plan, plan*.c, share. */
#ifndef BENCH_PLAN_PLAN_INTERNAL_H
#define BENCH_PLAN_PLAN_INTERNAL_H

#include "plan.h"

/* Chooses the points of @plan that it compares with themselves. 0 or -errno. */
int plan_choose_twins(struct plan *plan);

/* Fills the slots of @plan, whose points and twins are there, in its order. 0 or -errno. */
int plan_order_slots(struct plan *plan);

#endif
