// SPDX-License-Identifier: GPL-2.0-only
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"
#include "util/err.h"
#include "vm_qemu.h"
#include "vm_session.h"

/* A guest with KVM is up in a second or two; one that is not by then will not be. */
#define PROBE_S 15

/* What the answer of the probe depends on: the boot of this machine, QEMU, the kernel. */
static int probe_key(const struct vm_spec *spec, char *key, size_t size)
{
	char boot[64] = "", qemu[32], cache[4096], release[128] = "";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	int ret = vm_qemu_version(qemu, sizeof(qemu));

	if (file) {
		if (!fgets(boot, sizeof(boot), file))
			boot[0] = '\0';
		fclose(file);
	}
	boot[strcspn(boot, "\n")] = '\0';
	if (!ret)
		ret = path_of_cache(cache, sizeof(cache), "kernel/default");
	if (ret)
		return ret;
	if (!spec->kernel && readlink(cache, release, sizeof(release) - 1) < 0)
		release[0] = '\0';
	snprintf(key, size, "%s %s %s", boot, qemu, spec->kernel ? spec->kernel : release);
	return 0;
}

/* Boots under KVM. Whatever goes wrong there is an answer, not an error. */
static bool probe_boots(const struct vm_spec *spec)
{
	struct vm_spec probe = *spec;
	struct vm_outcome outcome = { .exit_code = -1 };
	struct vm_console console;
	int ret;

	probe.command = (const char *const[]){ "true", NULL };
	probe.files = NULL;
	probe.idle_s = PROBE_S;
	fprintf(stderr, "Probing whether KVM can boot a kernel here, once, for up to %d s.\n",
		PROBE_S);
	ret = vm_session(&probe, "kvm", NULL, NULL, &outcome, &console);
	err_clear();
	return !ret && outcome.exit_code == 0;
}

/* The answer that was kept for @key: 1 it boots, 0 it does not, -ENOENT none. */
static int kept_answer(const char *path, const char *key)
{
	char line[1024];
	FILE *file = fopen(path, "re");
	int ret = -ENOENT;

	if (!file)
		return ret;
	if (fgets(line, sizeof(line), file) && (line[0] == '0' || line[0] == '1') &&
	    line[1] == ' ' && !strncmp(line + 2, key, strlen(key)) && line[2 + strlen(key)] == '\n')
		ret = line[0] - '0';
	fclose(file);
	return ret;
}

static void keep_answer(const char *path, const char *key, int answer)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return; /* it is asked again */
	fprintf(file, "%d %s\n", answer, key);
	fclose(file);
}

static const char *probe_kvm(const struct vm_spec *spec, char *why, size_t size)
{
	char key[512], path[4096];
	int answer;

	if (probe_key(spec, key, sizeof(key)) || path_of_cache(path, sizeof(path), "kvm-probe")) {
		snprintf(why, size, "KVM could not be probed: %s", err_text());
		err_clear();
		return "tcg";
	}
	answer = kept_answer(path, key);
	if (answer < 0) {
		answer = probe_boots(spec);
		keep_answer(path, key, answer);
	}
	snprintf(why, size,
		 answer ? "a probe booted under KVM"
			: "/dev/kvm exists, but a probe under it did not boot");
	return answer ? "kvm" : "tcg";
}

static const char *accel_for(const struct vm_spec *spec, char *why, size_t size)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		snprintf(why, size, "/dev/kvm cannot be opened: %s", strerror(errno));
		return "tcg";
	}
	close(fd);
	return probe_kvm(spec, why, size);
}

const char *vm_accel(char *why, size_t size)
{
	const struct vm_spec spec = { .cpus = 2, .nodes = 1, .mem_mib = 512 };

	return accel_for(&spec, why, size);
}

int vm_run(const struct vm_spec *spec, vm_line_fn line, void *arg, struct vm_outcome *outcome)
{
	struct vm_console console = { .count = 0 };
	char why[256];
	const char *accel = spec->accel;
	int ret;

	*outcome = (struct vm_outcome){ .exit_code = -1 };
	ret = vm_qemu_version(outcome->qemu, sizeof(outcome->qemu));
	if (!ret)
		ret = vm_qemu_check(spec);
	if (ret)
		return ret;
	if (!accel)
		accel = accel_for(spec, why, sizeof(why));
	snprintf(outcome->accel, sizeof(outcome->accel), "%s", accel);
	ret = vm_session(spec, accel, line, arg, outcome, &console);
	if (ret && ret != -EINTR)
		vm_console_print(&console);
	return ret;
}
