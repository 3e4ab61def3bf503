/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a suite in a virtual machine: the same engine, its records brought out by a port of their
 * own.
 */
#ifndef BENCH_GUEST_GUEST_H
#define BENCH_GUEST_GUEST_H

#include "bench/sample/engine.h"
#include "vm.h"

/*
 * Boots @vm (its command and files are set here) and runs @spec in it, with @overrides that the
 * suite was read with. The records go to @sink; what the host alone knows is added to them. 0, or
 * -errno with a sentence as vm_run(), or that of the engine in the guest.
 */
int guest_run(const struct engine_spec *spec, const struct override *overrides,
	      const struct vm_spec *vm, struct sink *sink);

#endif
