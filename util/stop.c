// SPDX-License-Identifier: GPL-2.0-only
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t asked;

static void note(int signal_number)
{
	(void)signal_number;
	asked = 1;
}

void stop_watch(void)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

bool stop_asked(void)
{
	return asked;
}
