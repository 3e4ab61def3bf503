// SPDX-License-Identifier: GPL-2.0-only
/* shootdown doctor: can this machine measure, where, and what disturbs it? It changes nothing. */
#include "commands.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/guest/qemu.h"
#include "bench/guest/vm.h"
#include "bench/machine/can_measure.h"
#include "bench/machine/env.h"
#include "bench/machine/settings.h"
#include "bench/machine/topo.h"
#include "bench/machine/tune.h"
#include "options.h"
#include "util/clock.h"
#include "util/err.h"

enum {
	TEXT = 512
};

enum verdict {
	GOOD,
	NOTE,
	BAD
};

static const char *const marks[] = { [GOOD] = "ok", [NOTE] = "note", [BAD] = "no" };

struct finding {
	enum verdict verdict;
	char text[TEXT];
};

static void find_native(struct finding *f)
{
	char why[256];

	f->verdict = where_native(why, sizeof(why)) ? NOTE : GOOD;
	if (f->verdict == GOOD)
		snprintf(f->text, TEXT, "secmmu can be loaded here");
	else
		snprintf(f->text, TEXT, "not here: %s", why);
}

static bool in_path(const char *program)
{
	const char *path = getenv("PATH");
	char file[4096];

	while (path && *path) {
		size_t len = strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, program);
		if (!access(file, X_OK))
			return true;
		path += len + (path[len] == ':');
	}
	return false;
}

static void find_vm(struct finding *f)
{
	const struct vm_spec spec = { .kernel = NULL };
	char why[TEXT - 64], version[32];
	const char *accel;

	if (vm_qemu_version(version, sizeof(version))) {
		f->verdict = BAD;
		snprintf(f->text, TEXT, "%s", err_text());
		err_clear();
		return;
	}
	accel = vm_accel(&spec, why, sizeof(why));
	f->verdict = strcmp(accel, "kvm") ? NOTE : GOOD;
	snprintf(f->text, TEXT, "QEMU %s, %s: %s", version, accel, why);
}

static void find_clock(struct finding *f)
{
	double hz = clock_measure_hz(50), again = clock_measure_hz(50);
	double drift = (again - hz) / hz;

	f->verdict = drift < 1e-3 && drift > -1e-3 ? GOOD : BAD;
	snprintf(f->text, TEXT, "%.3f MHz; two readings differ by %.0f ppm%s", hz / 1e6,
		 1e6 * drift, f->verdict == GOOD ? "" : ": not a clock to measure with");
}

static void find_cpus(struct finding *f)
{
	struct topo *topo;

	if (topo_open(&topo)) {
		f->verdict = BAD;
		snprintf(f->text, TEXT, "%s", err_text());
		err_clear();
		return;
	}
	f->verdict = topo_cpus(topo) > 1 ? GOOD : NOTE;
	snprintf(f->text, TEXT, "%zu CPUs on %zu NUMA nodes%s", topo_cpus(topo), topo_nodes(topo),
		 topo_nodes(topo) > 1 ? "" : "; nothing can be said of remote nodes");
	topo_close(topo);
}

static void find_gnuplot(struct finding *f)
{
	f->verdict = in_path("gnuplot") ? GOOD : BAD;
	snprintf(f->text, TEXT, "%s",
		 f->verdict == GOOD ? "gnuplot is there"
				    : "no gnuplot; install the package gnuplot-nox");
}

static void find_emulation(struct finding *f)
{
	f->verdict = env_emulated() ? NOTE : GOOD;
	snprintf(f->text, TEXT, "%s",
		 f->verdict == GOOD ? "this machine's instructions are not emulated by QEMU TCG"
				    : "emulated: times are the emulator's");
}

static const struct check {
	const char *name;
	void (*find)(struct finding *finding);
} checks[] = {
	{ "native", find_native },       { "vm", find_vm },
	{ "clock", find_clock },         { "cpus", find_cpus },
	{ "emulation", find_emulation }, { "plots", find_gnuplot },
};

/* What stands below is no reason not to measure: a run keeps all of it. */
static void print_settings(void)
{
	const struct setting *s;

	printf("Settings%s:\n",
	       tune_is_on("") ? ", tuned; `shootdown restore` puts them back" : "");
	for (size_t i = 0; (s = setting_at(i)); i++) {
		char value[SETTING_LEN] = "not here";
		bool there = setting_read(s, "", value);
		bool good = !there || setting_is_good(s, value);

		printf("  %-19s %-5s %-12s %s", s->name, !there ? "-" : marks[good ? GOOD : NOTE],
		       value, s->effect);
		if (!good && s->set)
			printf("; `shootdown tune` sets %s", s->set);
		else if (!good)
			printf("; not set: %s", s->left);
		putchar('\n');
	}
}

int cmd_doctor(int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Says whether this machine can measure, and where, and which of its "
		       "settings disturb a result, and how. Exit code 3 when it can measure "
		       "nowhere.",
	};
	bool native = false, vm = false;
	struct utsname uts;

	if (options_parse(&argp, argc, argv, 0, NULL))
		return (int)err_report();
	uname(&uts);
	printf("Linux %s, %s\n", uts.release, uts.machine);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct finding f = { GOOD, "" };

		checks[i].find(&f);
		printf("  %-10s %-5s %s\n", checks[i].name, marks[f.verdict], f.text);
		native |= checks[i].find == find_native && f.verdict == GOOD;
		vm |= checks[i].find == find_vm && f.verdict != BAD;
	}
	print_settings();
	printf("Measures %s.\n", native ? "natively" : vm ? "in a virtual machine" : "nowhere");
	return native || vm ? EXIT_FINE : EXIT_SETUP;
}
