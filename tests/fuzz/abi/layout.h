/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a program's memory lies. All of it is in one zone of 4 GiB that nothing else is in: a
 * pointer whose lower half was changed at random still leads to nowhere but there, so whatever
 * the module writes through it does no harm to the fuzzer itself.
 */
#ifndef TESTS_FUZZ_ABI_LAYOUT_H
#define TESTS_FUZZ_ABI_LAYOUT_H

#define PAGE 4096ul

#define ZONE     0x1000000000ul
#define ZONE_END 0x1100000000ul

/* What programs map, change and let the device mirror; two huge pages long. */
#define ARENA       0x1000200000ul
#define ARENA_PAGES 1024ul
#define ARENA_END   (ARENA + ARENA_PAGES * PAGE)

/* For arguments, for each thread: plain memory, and memory that can be read only, and its other face. */
#define BUFFERS         0x1040000000ul
#define BUFFERS_STEP    0x1000000ul
#define PLAIN_BYTES     0x40000ul
#define READ_ONLY_AT    0x400000ul
#define READ_ONLY_BYTES 0x10000ul
#define OTHER_FACE_AT   0x600000ul

/* Nothing is ever mapped here. */
#define HOLE 0x1080000000ul

#define KERNEL_ADDRESS 0xffff888000000000ul

/* What the fuzzer loads the module with: small, so that programs reach it. */
#define MAX_RANGES 64u
#define MAX_PAGES  560u

/* Open files of a program, at the descriptors from this one on. */
#define FILES      4
#define FIRST_FILE 100

#endif
