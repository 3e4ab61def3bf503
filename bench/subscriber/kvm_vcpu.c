// SPDX-License-Identifier: GPL-2.0-only
#include "kvm_vcpu.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm_machine.h"

#ifdef __x86_64__

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/*
 * What a virtual CPU owns, in a memory slot of its own in the first GiB of the machine: page
 * tables, code, and the mail between the code and us.
 */
enum {
	PML4,
	PDPT,
	PD_OWN,
	PD_VIEW,
	CODE,
	MAIL,
	OWN_PAGES,
	PAGE = 4096,
	OWN_STEP = 64 << 10
};

/* Where the code sees the memory that it touches. */
#define VIEW GIB

/* A job for the code: first the copy, then the touching. The code knows the offsets. */
struct mail {
	uint64_t from, to, bytes;
	uint64_t first, pages, write;
	char data[KVM_VCPU_MOST];
};

_Static_assert(sizeof(struct mail) <= PAGE, "one page");

struct kvm_vcpu {
	int fd, stats;
	char *own;
	struct mail *mail;
	uint64_t own_gpa, view;
	struct kvm_run *run;
	size_t run_len;
	bool lost; /* the code does not stand where it waits for a job */
};

/*
 * The code: rbx is the mail. It copies, touches page by page, and tells that it is done by writing
 * to a port, where it waits for the next job. A locked "or" of nothing writes what is there.
 */
extern const char kvm_guest_code[], kvm_guest_code_end[];
__asm__(".pushsection .rodata\n"
	".globl kvm_guest_code, kvm_guest_code_end\n"
	"kvm_guest_code:\n"
	"	mov 0(%rbx), %rsi\n"
	"	mov 8(%rbx), %rdi\n"
	"	mov 16(%rbx), %rcx\n"
	"	cld\n"
	"	rep movsb\n"
	"	mov 24(%rbx), %rsi\n"
	"	mov 32(%rbx), %rcx\n"
	"	test %rcx, %rcx\n"
	"	jz 3f\n"
	"1:	cmpq $0, 40(%rbx)\n"
	"	jne 2f\n"
	"	mov (%rsi), %rax\n"
	"	jmp 4f\n"
	"2:	lock orq $0, (%rsi)\n"
	"4:	add $4096, %rsi\n"
	"	loop 1b\n"
	"3:	out %al, $0x10\n"
	"	jmp kvm_guest_code\n"
	"kvm_guest_code_end:\n"
	".popsection");

/* Intel's manual, volume 3, 4.5: present, writable; and a page instead of a table. */
enum {
	PRESENT_RW = 0x3,
	LARGE = 0x80
};

/* Two views: what the virtual CPU owns at 0, and 1 GiB of the machine's memory at VIEW. */
static void write_tables(struct kvm_vcpu *vcpu, uint64_t gpa)
{
	uint64_t *table = (uint64_t *)vcpu->own;
	const size_t entries = PAGE / sizeof(*table);
	uint64_t own = vcpu->own_gpa & ~(2 * MIB - 1), seen = gpa & ~(2 * MIB - 1);

	table[PML4 * entries] = (vcpu->own_gpa + PDPT * PAGE) | PRESENT_RW;
	table[PDPT * entries] = (vcpu->own_gpa + PD_OWN * PAGE) | PRESENT_RW;
	table[PDPT * entries + 1] = (vcpu->own_gpa + PD_VIEW * PAGE) | PRESENT_RW;
	table[PD_OWN * entries] = own | LARGE | PRESENT_RW;
	for (size_t i = 0; i < entries; i++)
		table[PD_VIEW * entries + i] = (seen + i * 2 * MIB) | LARGE | PRESENT_RW;
	vcpu->view = VIEW + gpa % (2 * MIB);
}

/* The code's address of the page @page of what the virtual CPU owns. */
static uint64_t own_address(const struct kvm_vcpu *vcpu, unsigned int page)
{
	return vcpu->own_gpa % (2 * MIB) + page * PAGE;
}

/* As the host's CPU, so that the host's KVM lets the guest do what it can. */
static int set_cpuid(const struct kvm_vcpu *vcpu, int kvm)
{
	enum {
		ENTRIES = 256
	};
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + ENTRIES * sizeof(*cpuid->entries));
	int ret;

	if (!cpuid)
		return -ENOMEM;
	cpuid->nent = ENTRIES;
	ret = ioctl(kvm, KVM_GET_SUPPORTED_CPUID, cpuid) || ioctl(vcpu->fd, KVM_SET_CPUID2, cpuid)
		      ? -errno
		      : 0;
	free(cpuid);
	return ret;
}

/* 64-bit mode with paging, and flat segments. */
static int set_mode(const struct kvm_vcpu *vcpu)
{
	const struct kvm_segment code = {
		.limit = ~0u, .selector = 8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1
	};
	const struct kvm_segment data = {
		.limit = ~0u, .selector = 16, .type = 3, .present = 1, .s = 1, .db = 1, .g = 1
	};
	struct kvm_sregs sregs;

	if (ioctl(vcpu->fd, KVM_GET_SREGS, &sregs))
		return -errno;
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.cr0 = 0x80000001; /* PG, PE */
	sregs.cr4 = 0x20;       /* PAE */
	sregs.efer = 0x500;     /* LMA, LME */
	sregs.cr3 = vcpu->own_gpa + PML4 * PAGE;
	return ioctl(vcpu->fd, KVM_SET_SREGS, &sregs) ? -errno : 0;
}

/* To where the code begins; it keeps nothing in its registers between jobs. */
static int set_registers(struct kvm_vcpu *vcpu)
{
	const struct kvm_regs regs = {
		.rip = own_address(vcpu, CODE),
		.rbx = own_address(vcpu, MAIL),
		.rflags = 2,
	};

	vcpu->lost = false;
	return ioctl(vcpu->fd, KVM_SET_REGS, &regs) ? -errno : 0;
}

/* Until the job is done. */
static int run_job(struct kvm_vcpu *vcpu)
{
	int ret = vcpu->lost ? set_registers(vcpu) : 0;

	/* KVM reads our mail through the machine, which the compiler knows nothing of. */
	atomic_thread_fence(memory_order_seq_cst);
	while (!ret && ioctl(vcpu->fd, KVM_RUN, 0))
		ret = errno == EINTR || errno == EAGAIN ? 0 : -errno;
	atomic_thread_fence(memory_order_seq_cst);
	if (!ret && vcpu->run->exit_reason == KVM_EXIT_IO)
		return 0;
	vcpu->lost = true;
	return ret == -EFAULT ? ret : -EIO;
}

int kvm_vcpu_touch(struct kvm_vcpu *vcpu, size_t offset, size_t pages, bool write)
{
	struct mail *mail = vcpu->mail;

	mail->bytes = 0;
	mail->first = vcpu->view + offset;
	mail->pages = pages;
	mail->write = write;
	return run_job(vcpu);
}

int kvm_vcpu_copy(struct kvm_vcpu *vcpu, size_t offset, void *data, size_t len, bool write)
{
	struct mail *mail = vcpu->mail;
	uint64_t buffer = own_address(vcpu, MAIL) + offsetof(struct mail, data);
	uint64_t memory = vcpu->view + offset;
	int ret;

	mail->from = write ? buffer : memory;
	mail->to = write ? memory : buffer;
	mail->bytes = len;
	mail->pages = 0;
	if (write)
		memcpy(mail->data, data, len);
	ret = run_job(vcpu);
	if (!ret && !write)
		memcpy(data, mail->data, len);
	return ret;
}

static int make_own(struct kvm_vcpu *vcpu, const struct kvm_machine *machine, size_t slot,
		    uint64_t gpa)
{
	vcpu->own = mmap(NULL, OWN_PAGES * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (vcpu->own == MAP_FAILED)
		return -errno;
	/* A fork that is measured is not to make these pages read-only, nor is their copy any use. */
	if (madvise(vcpu->own, OWN_PAGES * PAGE, MADV_DONTFORK))
		return -errno;
	vcpu->mail = (struct mail *)(vcpu->own + MAIL * PAGE);
	memcpy(vcpu->own + CODE * PAGE, kvm_guest_code,
	       (size_t)(kvm_guest_code_end - kvm_guest_code));
	write_tables(vcpu, gpa);
	return kvm_machine_slot(machine, slot, vcpu->own_gpa, vcpu->own, OWN_PAGES * PAGE);
}

static int make_cpu(struct kvm_vcpu *vcpu, const struct kvm_machine *machine, unsigned int id)
{
	int len = ioctl(machine->kvm, KVM_GET_VCPU_MMAP_SIZE, 0), ret;

	vcpu->fd = ioctl(machine->fd, KVM_CREATE_VCPU, id);
	if (len < 0 || vcpu->fd < 0)
		return -errno;
	vcpu->run_len = (size_t)len;
	vcpu->run = mmap(NULL, vcpu->run_len, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		return -errno;
	if (machine->stats >= 0)
		vcpu->stats = ioctl(vcpu->fd, KVM_GET_STATS_FD, 0);
	ret = set_cpuid(vcpu, machine->kvm);
	if (!ret)
		ret = set_mode(vcpu);
	return ret ? ret : set_registers(vcpu);
}

int kvm_vcpu_open(struct kvm_vcpu **out, const struct kvm_machine *machine, unsigned int id,
		  size_t slot, uint64_t gpa, size_t len)
{
	struct kvm_vcpu *vcpu = calloc(1, sizeof(*vcpu));
	int ret = vcpu ? 0 : -ENOMEM;

	*out = vcpu;
	if (ret)
		return ret;
	*vcpu = (struct kvm_vcpu){ .fd = -1,
				   .stats = -1,
				   .own = MAP_FAILED,
				   .run = MAP_FAILED,
				   .own_gpa = (uint64_t)id * OWN_STEP };
	if (len > GIB - 2 * MIB || vcpu->own_gpa + OWN_STEP > GIB)
		ret = -EOPNOTSUPP;
	if (!ret)
		ret = make_own(vcpu, machine, slot, gpa);
	if (!ret)
		ret = make_cpu(vcpu, machine, id);
	/* Not each KVM that takes memory slots runs code: ask it. */
	if (!ret)
		ret = kvm_vcpu_touch(vcpu, 0, 0, false) ? -EOPNOTSUPP : 0;
	if (!ret)
		return 0;
	kvm_vcpu_close(vcpu);
	*out = NULL;
	return ret;
}

void kvm_vcpu_close(struct kvm_vcpu *vcpu)
{
	if (vcpu->run != MAP_FAILED)
		munmap(vcpu->run, vcpu->run_len);
	if (vcpu->stats >= 0)
		close(vcpu->stats);
	if (vcpu->fd >= 0)
		close(vcpu->fd);
	if (vcpu->own != MAP_FAILED)
		munmap(vcpu->own, OWN_PAGES * PAGE);
	free(vcpu);
}

int kvm_vcpu_stats(const struct kvm_vcpu *vcpu)
{
	return vcpu->stats;
}

#else

/* Code for other machines is not written yet; their memory slots work. */

int kvm_vcpu_open(struct kvm_vcpu **vcpu, const struct kvm_machine *machine, unsigned int id,
		  size_t slot, uint64_t gpa, size_t len)
{
	(void)machine, (void)id, (void)slot, (void)gpa, (void)len;
	*vcpu = NULL;
	return -EOPNOTSUPP;
}

void kvm_vcpu_close(struct kvm_vcpu *vcpu)
{
	(void)vcpu;
}

int kvm_vcpu_stats(const struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	return -1;
}

int kvm_vcpu_touch(struct kvm_vcpu *vcpu, size_t offset, size_t pages, bool write)
{
	(void)vcpu, (void)offset, (void)pages, (void)write;
	return -EOPNOTSUPP;
}

int kvm_vcpu_copy(struct kvm_vcpu *vcpu, size_t offset, void *data, size_t len, bool write)
{
	(void)vcpu, (void)offset, (void)data, (void)len, (void)write;
	return -EOPNOTSUPP;
}

#endif
