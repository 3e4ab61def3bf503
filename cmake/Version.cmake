# SPDX-License-Identifier: GPL-2.0-only
# Writes OUT (version.h) from VERSION and the commit that is checked out in SOURCE; only when it changed.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "/* Generated. */
#define SHOOTDOWN_VERSION \"${VERSION}\"
#define SHOOTDOWN_COMMIT \"${commit}\"
")
