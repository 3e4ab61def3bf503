/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock that stamps operations: the CPU's own counter, the same that the module's probes
 * read.
 */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>

#if defined(__x86_64__)
/*
 * In order: the read waits for what stands before it (LFENCE, Intel SDM vol. 2B, RDTSC). The
 * halves are joined here because the compiler would keep them apart, and the measured loop is
 * short of registers.
 */
static inline uint64_t clock_cycles(void)
{
	uint64_t cycles;

	__asm__ volatile("lfence; rdtsc; shl $32, %%rdx; or %%rdx, %%rax"
			 : "=a"(cycles)
			 :
			 : "rdx", "cc", "memory");
	return cycles;
}
#elif defined(__aarch64__)
static inline uint64_t clock_cycles(void)
{
	uint64_t count;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count) : : "memory");
	return count;
}
#else
#error "clock_cycles() is known for x86-64 and arm64 only"
#endif

/*
 * Cycles per second, measured against CLOCK_MONOTONIC_RAW over @ms milliseconds; the error is
 * about 1 us in that time.
 */
double clock_measure_hz(unsigned int ms);

/* Seconds of CLOCK_MONOTONIC. */
double clock_seconds(void);

/* Sleeps for @ms milliseconds, through signals. */
void clock_sleep_ms(long long ms);

#endif
