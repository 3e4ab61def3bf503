/* SPDX-License-Identifier: GPL-2.0-only */
/* The device lock: one of three kinds, chosen per context, as real drivers differ in it. */
#ifndef SECMMU_DEVICE_DEVLOCK_H
#define SECMMU_DEVICE_DEVLOCK_H

#include <linux/mutex.h>
#include <linux/processor.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <uapi/secmmu.h>
#include "core/compat.h"

/**
 * struct devlock - guards a context's translations and its variant's books
 * @kind:  which of the three; constant
 * @spin:  SECMMU_LOCK_SPIN
 * @rwsem: SECMMU_LOCK_RWSEM: faults and accesses share it
 * @mutex: SECMMU_LOCK_MUTEX
 *
 * Taken in callbacks, under whatever core mm holds there: page-table locks,
 * reverse maps, mmap_lock, and reclaim. So nothing is allocated, no user memory is
 * touched and nothing is waited for under it, whatever its kind; below it comes
 * only the xa_lock of a table (with a defect on purpose, what put_page() takes as well).
 */
struct devlock {
	enum secmmu_lock kind;
	spinlock_t spin; /* see above */
	struct rw_semaphore rwsem;
	struct mutex mutex; /* see above */
};

static inline void devlock_init(struct devlock *lock, enum secmmu_lock kind)
{
	lock->kind = kind;
	spin_lock_init(&lock->spin);
	init_rwsem(&lock->rwsem);
	mutex_init(&lock->mutex);
}

static inline void devlock_destroy(struct devlock *lock)
{
	mutex_destroy(&lock->mutex);
}

/* Exclusive. May sleep, unless the kind is SECMMU_LOCK_SPIN. */
static inline void devlock_lock(struct devlock *lock) __acquires(lock)
{
	if (lock->kind == SECMMU_LOCK_SPIN) {
		spin_lock(&lock->spin);
		return;
	}
	__acquire(lock);
	if (lock->kind == SECMMU_LOCK_RWSEM)
		down_write(&lock->rwsem);
	else
		mutex_lock(&lock->mutex);
}

/* Exclusive, and never sleeps. A spinlock's holder cannot sleep either, so it is waited for. */
static inline bool __devlock_trylock(struct devlock *lock)
{
	if (lock->kind == SECMMU_LOCK_SPIN) {
		spin_lock(&lock->spin);
		__release(lock);
		return true;
	}
	if (lock->kind == SECMMU_LOCK_RWSEM)
		return down_write_trylock(&lock->rwsem);
	return mutex_trylock(&lock->mutex);
}

#define devlock_trylock(lock) __cond_lock(lock, __devlock_trylock(lock))

/*
 * Exclusive, never sleeps, never fails: for callbacks that may do neither. The
 * holders of a sleeping lock neither sleep nor allocate, so this waits for no more
 * than their being preempted; with an rwsem also for all who queue for it. Under a real-time policy
 * it may have preempted a holder itself, and then waits until the scheduler throttles it.
 */
static inline void devlock_lock_spinning(struct devlock *lock) __acquires(lock)
{
	while (!devlock_trylock(lock))
		cpu_relax();
}

/* For callbacks that may not fail. */
static inline void devlock_lock_always(struct devlock *lock, bool may_sleep) __acquires(lock)
{
	if (may_sleep)
		devlock_lock(lock);
	else
		devlock_lock_spinning(lock);
}

static inline void devlock_unlock(struct devlock *lock) __releases(lock)
{
	if (lock->kind == SECMMU_LOCK_SPIN) {
		spin_unlock(&lock->spin);
		return;
	}
	if (lock->kind == SECMMU_LOCK_RWSEM)
		up_write(&lock->rwsem);
	else
		mutex_unlock(&lock->mutex);
	__release(lock);
}

/* For faults and accesses, which need to exclude invalidations only. May sleep. */
static inline void devlock_enter(struct devlock *lock) __acquires(lock)
{
	if (lock->kind == SECMMU_LOCK_RWSEM) {
		down_read(&lock->rwsem);
		__acquire(lock);
	} else {
		devlock_lock(lock);
	}
}

static inline void devlock_leave(struct devlock *lock) __releases(lock)
{
	if (lock->kind == SECMMU_LOCK_RWSEM) {
		up_read(&lock->rwsem);
		__release(lock);
	} else {
		devlock_unlock(lock);
	}
}

#endif
