// SPDX-License-Identifier: GPL-2.0-only
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qemu.h"
#include "session.h"
#include "util/err.h"
#include "util/file.h"
#include "util/paths.h"

/* A guest with KVM is up in a second or two; one that is not by then will not be. One with KASAN takes longer. */
#define PROBE_S     15
#define PROBE_OWN_S 60

/* What the answer of the probe depends on: the boot of this machine, QEMU, the kernel, and which build of it. */
static int probe_key(const struct vm_image *image, char *key, size_t size)
{
	char boot[64] = "", qemu[32];
	int ret = vm_qemu_version(qemu, sizeof(qemu));
	struct stat st = { 0 };

	file_line("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	stat(image->kernel, &st);
	snprintf(key, size, "%s qemu-%s %s %lld %lld", boot, qemu, image->release,
		 (long long)st.st_size, (long long)st.st_mtime);
	return ret;
}

/*
 * Boots under KVM: 1 it boots, 0 it does not, -EINTR, or another -errno with a sentence: there is nothing
 * to boot, and nothing is known.
 */
static int probe_boots(const struct vm_image *image)
{
	const unsigned int most_s = image->own ? PROBE_OWN_S : PROBE_S;
	const struct vm_spec probe = { .cpus = 2,
				       .nodes = 1,
				       .mem_mib = 512,
				       .command = (const char *const[]){ "true", NULL },
				       .boot_s = most_s,
				       .idle_s = most_s };
	struct vm_outcome outcome = { .exit_code = -1 };
	struct vm_console console;
	int ret = vm_image_pack(&probe, image);

	if (ret < 0)
		return ret;
	close(ret);
	fprintf(stderr, "Probing once whether KVM can boot a kernel here, for up to %u s.\n",
		most_s);
	ret = vm_session(&probe, image, "kvm", NULL, NULL, &outcome, &console);
	err_clear(); /* whatever went wrong now is an answer */
	return ret == -EINTR ? ret : !ret && outcome.exit_code == 0;
}

/* The answer that was kept for @key: 1 it boots, 0 it does not, -ENOENT none. */
static int kept_answer(const char *path, const char *key)
{
	char line[256];
	FILE *file = fopen(path, "re");
	int ret = -ENOENT;

	if (!file)
		return ret;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if ((line[0] == '0' || line[0] == '1') && line[1] == ' ' && !strcmp(line + 2, key))
			ret = line[0] - '0';
	}
	fclose(file);
	return ret;
}

static void keep_answer(const char *path, const char *key, int answer)
{
	FILE *file = fopen(path, "ae");

	if (!file)
		return; /* it is asked again */
	fprintf(file, "%d %s\n", answer, key);
	fclose(file);
}

static void say_unknown(char *why, size_t size)
{
	snprintf(why, size, "KVM could not be probed: %s", err_text());
	err_clear();
}

static void say_answer(char *why, size_t size, int answer, const char *path)
{
	if (answer)
		snprintf(why, size, "a probe booted under KVM");
	else
		snprintf(why, size,
			 "/dev/kvm exists, but no kernel boots under it here (to probe again, "
			 "remove %s)",
			 path);
}

/* Probes, tells what came of it, and keeps that under @key in @path. NULL: interrupted. */
static const char *probe_anew(const struct vm_image *image, const char *key, const char *path,
			      char *why, size_t size)
{
	int answer = probe_boots(image);

	if (answer == -EINTR)
		return NULL;
	if (answer < 0) {
		say_unknown(why, size);
	} else {
		keep_answer(path, key, answer);
		say_answer(why, size, answer, path);
	}
	fprintf(stderr, "%s.\n", why);
	return answer > 0 ? "kvm" : "tcg";
}

/* NULL: interrupted. */
static const char *probe_kvm(const struct vm_image *image, char *why, size_t size)
{
	char key[256], path[PATH_MAX];
	int answer;

	if (probe_key(image, key, sizeof(key)) || path_of_cache(path, sizeof(path), "kvm-probe")) {
		say_unknown(why, size);
		return "tcg";
	}
	answer = kept_answer(path, key);
	if (answer < 0)
		return probe_anew(image, key, path, why, size);
	say_answer(why, size, answer, path);
	return answer ? "kvm" : "tcg";
}

/* NULL: interrupted. */
static const char *accel_for(const struct vm_image *image, char *why, size_t size)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		snprintf(why, size, "/dev/kvm cannot be opened: %s", strerror(errno));
		return "tcg";
	}
	close(fd);
	return probe_kvm(image, why, size);
}

const char *vm_accel(const struct vm_spec *spec, char *why, size_t size)
{
	struct vm_image image;
	const char *accel;

	if (vm_image_find(spec, &image)) {
		say_unknown(why, size);
		return "tcg";
	}
	accel = accel_for(&image, why, size);
	if (accel)
		return accel;
	/* The probe took the signal for itself, but it was meant for the caller, who has no other. */
	raise(SIGINT);
	snprintf(why, size, "the probe of KVM was interrupted");
	return "tcg";
}

int vm_module_check(const struct vm_spec *spec, char *release, size_t size)
{
	struct vm_image image;
	char module[PATH_MAX];
	int ret = vm_image_find(spec, &image);

	if (ret)
		return ret;
	snprintf(release, size, "%s", image.release);
	ret = path_of_module(module, sizeof(module), image.release);
	if (ret == -ENOENT)
		return err_setup(
			"secmmu.ko was not built for the guest's kernel %s (%s): start as "
			"SHOOTDOWN_KDIRS=DIR ./shootdown, where DIR is that kernel's build "
			"folder, or install linux-headers-%s",
			image.release, image.kernel, image.release);
	return ret;
}

/*
 * QEMU before 8.1, when it emulates several CPUs, may keep a translation of code that another CPU was changing:
 * the breakpoint that a kernel puts there meanwhile is met when it has long gone. A kernel changes its code
 * mostly as it boots; one that dies of this before it is up, or stands still, has told nothing of what was to be run.
 */
static bool died_of_emulation(const struct vm_outcome *outcome, const struct vm_console *console)
{
	return !strcmp(outcome->accel, "tcg") && !outcome->started &&
	       (outcome->stuck || strstr(console->broken, "int3"));
}

int vm_run(const struct vm_spec *spec, vm_line_fn line, void *arg, struct vm_outcome *outcome)
{
	struct vm_console console = { .count = 0 };
	struct vm_image image;
	const char *accel = spec->accel;
	char why[512];
	int ret;

	*outcome = (struct vm_outcome){ .exit_code = -1 };
	ret = vm_qemu_version(outcome->qemu, sizeof(outcome->qemu));
	if (!ret)
		ret = vm_qemu_check(spec);
	if (!ret)
		ret = vm_image_find(spec, &image);
	if (ret)
		return ret;
	if (!accel)
		accel = accel_for(&image, why, sizeof(why));
	if (!accel)
		return -EINTR;
	snprintf(outcome->accel, sizeof(outcome->accel), "%s", accel);
	ret = vm_session(spec, &image, accel, line, arg, outcome, &console);
	if (ret && ret != -EINTR && died_of_emulation(outcome, &console)) {
		fprintf(stderr, "%s; starting it again.\n",
			outcome->stuck ? "The guest did not come up in time"
				       : "The emulator broke the guest as it booted, as QEMU "
					 "before 8.1 may");
		err_clear();
		outcome->stuck = false;
		ret = vm_session(spec, &image, accel, line, arg, outcome, &console);
	}
	if (ret && ret != -EINTR)
		vm_console_print(&console);
	return ret;
}
