# SPDX-License-Identifier: GPL-2.0-only
# Builds secmmu.ko through Kbuild, once for each kernel build folder in SHOOTDOWN_KDIRS, into kmod/RELEASE/
# of the build folder. MO= (another output folder for a module) is newer than 6.12, so the sources are linked into that folder, and
# the source tree stays clean.

set(SHOOTDOWN_KDIRS "" CACHE STRING
  "Kernel build folders to build secmmu.ko for, separated by semicolons; empty: what cmake/kdirs.sh finds")

set(kmod_kdirs ${SHOOTDOWN_KDIRS})
if(NOT kmod_kdirs)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/cmake/kdirs.sh
    OUTPUT_VARIABLE kmod_kdirs OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" kmod_kdirs "${kmod_kdirs}")
endif()

file(GLOB_RECURSE kmod_sources CONFIGURE_DEPENDS
  kmod/Kbuild kmod/*.c kmod/*.h kmod/*.def include/*.h)

# Into NAME/RELEASE of the build folder, by the target NAME-RELEASE. What follows goes to make.
function(kmod_build name kdir release)
  set(out ${PROJECT_BINARY_DIR}/${name}/${release})
  add_custom_command(OUTPUT ${out}/secmmu.ko
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/kmod.sh ${kdir} ${out}
      $<$<BOOL:${SHOOTDOWN_WERROR}>:KCFLAGS=-Werror> ${ARGN}
    DEPENDS ${kmod_sources} ${PROJECT_SOURCE_DIR}/cmake/kmod.sh ${kdir}/include/generated/utsrelease.h
    COMMENT "Building ${name}/${release}/secmmu.ko"
    VERBATIM COMMAND_EXPAND_LISTS)
  add_custom_target(${name}-${release} DEPENDS ${out}/secmmu.ko)
endfunction()

add_custom_target(kmod ALL)
foreach(kdir IN LISTS kmod_kdirs)
  # What uname -r will say; Debian's include/config/kernel.release says something else.
  set(header ${kdir}/include/generated/utsrelease.h)
  if(NOT EXISTS ${header})
    message(FATAL_ERROR "${kdir} is no kernel build folder: it has no include/generated/utsrelease.h.")
  endif()
  file(STRINGS ${header} release LIMIT_COUNT 1 REGEX "UTS_RELEASE")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" release "${release}")
  kmod_build(kmod ${kdir} ${release})
  # With known defects, which the oracle has to find: for its tests, and for the controls of suites with the axis `defect`.
  kmod_build(kmod-test ${kdir} ${release} SECMMU_TEST_BUILD=y)
  add_dependencies(kmod kmod-test-${release})
  add_dependencies(kmod kmod-${release})
endforeach()
