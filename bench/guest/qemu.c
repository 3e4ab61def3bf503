// SPDX-License-Identifier: GPL-2.0-only
#include "qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/err.h"
#include "util/paths.h"

#define PROGRAM   "qemu-system-x86_64"
#define MAX_NODES 8
#define MAX_CPUS  64

/* Of a node of memory only to all others; the farthest of 8 nodes in a ring is at 50. */
#define FAR_DISTANCE 60

/* With -icount shift=0 an instruction takes a nanosecond of the guest's time. */
#define INSTRUCTIONS_KHZ 1e6

/*
 * What the guest's kernel is told, and why.
 * console, loglevel: warnings and worse go to the console, which is kept for error messages.
 * panic, oops: a guest that is broken ends at once, and what it sent before is kept.
 * reboot=t: a triple fault, at which QEMU ends (-no-reboot); needs neither ACPI nor a BIOS.
 * tsc=reliable: without it the watchdog finds the emulated TSC unstable and the guest falls
 *   back to the HPET, where each clock_gettime() is a system call and an exit to the emulator.
 * tsc_early_khz: its frequency, which is that of the host's; a guest on a busy host fails to find
 *   it, and does without the TSC.
 * no_timer_check: an emulator on a busy host may miss the ticks that this check waits for, and
 *   the kernel panics.
 * nokaslr: the same run has the same addresses, and the boot is shorter.
 * numa_balancing: on two nodes Debian's kernels turn it on, and a sample that lasts a second counts
 *   its events; whose workload it is turns it on (vm/provide).
 * watchdog_thresh, rcu_cpu_stall_timeout: a busy host may take a virtual CPU away for seconds;
 *   that is no bug of the guest's kernel.
 * noirqdebug: PREEMPT_RT handles interrupts in threads, and an emulated UART, which sends at once, raises
 *   one at each byte that the thread writes; thousands for one that counts as handled. The kernel takes
 *   them for nobody's and disables the line, and the guest is silent for good.
 * log_buf_len, printk.devkmsg: the first splat is still in the log at the end.
 */
#define KERNEL_PARAMETERS                                                                          \
	"console=ttyS0 loglevel=5 panic=-1 oops=panic reboot=t tsc=reliable no_timer_check "       \
	"nokaslr numa_balancing=disable watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60 "     \
	"noirqdebug log_buf_len=4M printk.devkmsg=on 8250.nr_uarts=4 sysrq_always_enabled=1"

struct arguments {
	char *item[128];
	size_t count;
	bool failed;
};

__attribute__((format(printf, 2, 3))) static void add(struct arguments *args, const char *format,
						      ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	if (args->count + 1 == sizeof(args->item) / sizeof(args->item[0]) ||
	    vasprintf(&text, format, list) < 0)
		args->failed = true;
	else
		args->item[args->count++] = text;
	va_end(list);
}

static void free_arguments(struct arguments *args)
{
	while (args->count)
		free(args->item[--args->count]);
}

static unsigned int count_nodes(const struct vm_spec *spec)
{
	return spec->nodes + spec->memory_nodes;
}

/* Between the nodes @a and @b, which is the higher one. */
static unsigned int distance(const struct vm_spec *spec, unsigned int a, unsigned int b)
{
	unsigned int steps = b - a;

	if (b >= spec->nodes)
		return FAR_DISTANCE;
	if (steps > spec->nodes - steps)
		steps = spec->nodes - steps;
	return 10 + 10 * steps;
}

/* The CPUs and the memory in equal shares; what is left of the memory goes to node 0. */
static void add_node(struct arguments *args, const struct vm_spec *spec, unsigned int node)
{
	unsigned int cpus = spec->cpus / spec->nodes;
	unsigned int mem = spec->mem_mib / count_nodes(spec);
	unsigned int other;

	if (node == 0)
		mem += spec->mem_mib % count_nodes(spec);
	add(args, "-object");
	add(args, "memory-backend-ram,id=mem%u,size=%uM", node, mem);
	add(args, "-numa");
	if (node < spec->nodes)
		add(args, "node,nodeid=%u,cpus=%u-%u,memdev=mem%u", node, node * cpus,
		    (node + 1) * cpus - 1, node);
	else
		add(args, "node,nodeid=%u,memdev=mem%u", node, node);
	for (other = 0; other < node; other++) {
		add(args, "-numa");
		add(args, "dist,src=%u,dst=%u,val=%u", node, other, distance(spec, other, node));
	}
}

static unsigned int threads_of(const struct vm_spec *spec)
{
	return spec->threads ? spec->threads : 1;
}

/*
 * A socket per node, or the kernel warns of a cache that two nodes share. Four-level page tables,
 * which is what nearly all machines have; the emulated CPU would have five. It is AMD's, which QEMU
 * cannot give cores of several CPUs when it emulates; Intel's it can.
 */
static void add_machine(struct arguments *args, const struct vm_spec *spec, const char *accel)
{
	char program[PATH_MAX];
	unsigned int node;

	vm_qemu_program(program, sizeof(program));
	add(args, "%s", program);
	for (const char *const *fixed = (const char *[]){ "-nodefaults", "-no-user-config",
							  "-display", "none", "-no-reboot", NULL };
	     *fixed; fixed++)
		add(args, "%s", *fixed);
	add(args, "-cpu");
	add(args, "max,la57=off%s", threads_of(spec) > 1 ? ",vendor=GenuineIntel" : "");
	add(args, "-accel");
	add(args, "%s",
	    spec->deterministic    ? "tcg,thread=single"
	    : strcmp(accel, "tcg") ? accel
				   : "tcg,thread=multi");
	if (spec->deterministic) {
		add(args, "-icount");
		add(args, "shift=0,sleep=off");
	}
	add(args, "-smp");
	add(args, "%u,sockets=%u,cores=%u,threads=%u", spec->cpus, spec->nodes,
	    spec->cpus / spec->nodes / threads_of(spec), threads_of(spec));
	add(args, "-m");
	add(args, "%uM", spec->mem_mib);
	for (node = 0; node < count_nodes(spec); node++)
		add_node(args, spec, node);
}

static void add_boot(struct arguments *args, const struct vm_spec *spec, const char *kernel,
		     int initrd)
{
	add(args, "-kernel");
	add(args, "%s", kernel);
	add(args, "-initrd");
	add(args, "/proc/self/fd/%d", initrd);
	add(args, "-append");
	add(args, "%s tsc_early_khz=%.0f %s", KERNEL_PARAMETERS,
	    spec->deterministic ? INSTRUCTIONS_KHZ : clock_measure_hz(20) / 1000,
	    spec->append ? spec->append : "");
}

static void add_ports(struct arguments *args, const int guest[PORTS])
{
	int port;

	for (port = 0; port < PORT_QEMU; port++) {
		add(args, "-chardev");
		add(args, "socket,id=port%d,fd=%d", port, guest[port]);
		add(args, "-serial");
		add(args, "chardev:port%d", port);
	}
}

void vm_qemu_program(char *program, size_t size)
{
	const char *chosen = getenv("SHOOTDOWN_QEMU");

	if (chosen && *chosen) {
		snprintf(program, size, "%s", chosen);
		return;
	}
	if (!path_of_cache(program, size, "qemu/current/" PROGRAM) && !access(program, X_OK))
		return;
	err_clear();
	snprintf(program, size, PROGRAM);
}

/* The first line that @program --version says; "" when it cannot be run. */
static void ask_version(char *program, char *line, int size)
{
	char *argv[] = { program, (char[]){ "--version" }, NULL };
	posix_spawn_file_actions_t actions;
	int pipe_fds[2];
	pid_t pid = 0;
	FILE *out;

	*line = '\0';
	if (pipe2(pipe_fds, O_CLOEXEC))
		return;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, program, &actions, NULL, argv, environ))
		pid = 0;
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fds[1]);
	out = fdopen(pipe_fds[0], "re");
	if (out && !fgets(line, size, out))
		*line = '\0';
	if (out)
		fclose(out);
	if (pid)
		waitpid(pid, NULL, 0);
}

int vm_qemu_version(char *version, size_t size)
{
	char program[PATH_MAX], line[256];
	const char *at;

	vm_qemu_program(program, sizeof(program));
	ask_version(program, line, sizeof(line));
	at = strstr(line, "version ");
	if (!at)
		return err_setup("no virtual machine can be started: %s was not found, or does not "
				 "run; install qemu-system-x86",
				 program);
	at += strlen("version ");
	snprintf(version, size, "%.*s", (int)strspn(at, "0123456789."), at);
	return 0;
}

int vm_qemu_check(const struct vm_spec *spec)
{
	if (spec->deterministic && (spec->cpus != 1 || (spec->accel && strcmp(spec->accel, "tcg"))))
		return err_usage("a deterministic virtual machine has one CPU, and is emulated");
	if (!spec->nodes || spec->nodes > MAX_NODES || spec->memory_nodes > MAX_NODES - spec->nodes)
		return err_usage("a virtual machine with %u NUMA nodes: 1 to %d are possible",
				 count_nodes(spec), MAX_NODES);
	if (!spec->cpus || spec->cpus > MAX_CPUS || spec->cpus % spec->nodes)
		return err_usage("a virtual machine with %u CPUs on %u NUMA nodes: up to %d CPUs "
				 "are possible, the same number on each node",
				 spec->cpus, spec->nodes, MAX_CPUS);
	if (spec->cpus / spec->nodes % threads_of(spec))
		return err_usage("a virtual machine with %u CPUs on a node, %u on each core: the "
				 "cores do not come out even",
				 spec->cpus / spec->nodes, threads_of(spec));
	if (spec->mem_mib / count_nodes(spec) < 128)
		return err_usage("a virtual machine with %u MiB on %u NUMA nodes: each node needs "
				 "128 MiB",
				 spec->mem_mib, count_nodes(spec));
	return 0;
}

/* In the child: nothing of the parent's may reach QEMU but the ports and the initramfs. */
static void become_qemu(pid_t parent, const int guest[PORTS], char *const argv[])
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);
	int port;

	/* Without this, a SIGKILL of ours would leave the guest running. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0); /* Ctrl-C is for the parent, which then ends the guest */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDIN_FILENO);
	dup2(guest[PORT_QEMU], STDOUT_FILENO);
	dup2(guest[PORT_QEMU], STDERR_FILENO);
	for (port = 0; port < PORT_QEMU; port++)
		fcntl(guest[port], F_SETFD, 0);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void close_all(int fd[PORTS])
{
	int port;

	for (port = 0; port < PORTS; port++) {
		if (fd[port] >= 0)
			close(fd[port]);
		fd[port] = -1;
	}
}

static int open_ports(int ours[PORTS], int guest[PORTS])
{
	int pair[2], port;

	for (port = 0; port < PORTS; port++)
		ours[port] = guest[port] = -1;
	for (port = 0; port < PORTS; port++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
			int error = errno;

			close_all(ours);
			close_all(guest);
			return err_setup("cannot open the guest's ports: %s", strerror(error));
		}
		ours[port] = pair[0];
		guest[port] = pair[1];
		fcntl(ours[port], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

static int start(struct vm_qemu *qemu, struct arguments *args, int guest[PORTS])
{
	pid_t parent = getpid();

	if (args->failed)
		return err_memory();
	args->item[args->count] = NULL;
	qemu->pid = fork();
	if (qemu->pid < 0)
		return err_setup("cannot start " PROGRAM ": %s", strerror(errno));
	if (qemu->pid == 0)
		become_qemu(parent, guest, args->item);
	return 0;
}

int vm_qemu_start(struct vm_qemu *qemu, const struct vm_spec *spec, const char *kernel, int initrd,
		  const char *accel)
{
	struct arguments args = { .count = 0 };
	int guest[PORTS];
	int ret = open_ports(qemu->fd, guest);

	if (ret)
		return ret;
	add_machine(&args, spec, accel);
	add_boot(&args, spec, kernel, initrd);
	add_ports(&args, guest);
	ret = start(qemu, &args, guest);
	free_arguments(&args);
	close_all(guest);
	if (ret)
		close_all(qemu->fd);
	return ret;
}

int vm_qemu_stop(struct vm_qemu *qemu)
{
	int status = 0;

	kill(qemu->pid, SIGKILL); /* a zombie does not mind */
	while (waitpid(qemu->pid, &status, 0) < 0 && errno == EINTR)
		;
	close_all(qemu->fd);
	return status;
}
