# Small helpers for configure.ac.

# DIAL_ADD_FLAGS(VARIABLE, FLAG...)
# Appends to VARIABLE each of the compiler's flags that the compiler knows.
AC_DEFUN([DIAL_ADD_FLAGS], [
m4_foreach_w([dial_flag], [$2], [
	DIAL_TRY_FLAG([$1], m4_defn([dial_flag]))
])])

AC_DEFUN([DIAL_TRY_FLAG], [
AS_VAR_PUSHDEF([cache], [dial_cv_flag_$2])
AC_CACHE_CHECK([whether the compiler knows $2], [cache], [
	dial_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $2"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
		[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
	CFLAGS=$dial_saved_cflags
])
AS_VAR_IF([cache], [yes], [$1="$$1 $2"])
AS_VAR_POPDEF([cache])])

# DIAL_WITH_LIBRARY(NAME, PKG-CONFIG MODULE, HELP)
# An optional library: --with-NAME demands it, --without-NAME leaves it out,
# and neither takes it where pkg-config finds it.  Sets with_NAME to yes or no,
# NAME_CFLAGS and NAME_LIBS (in capitals), the conditional HAVE_NAME and the
# macro HAVE_NAME in config.h.  Only a library that some file uses may have one.
AC_DEFUN([DIAL_WITH_LIBRARY],
	[DIAL_OPTIONAL([$1], [$2], [$3], m4_translit([$1], [-], [_]),
		m4_toupper(m4_translit([$1], [-], [_])))])

# The same, with NAME as a shell's variables spell it, small and in capitals.
AC_DEFUN([DIAL_OPTIONAL], [
AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1], [$3 @<:@where found@:>@])],
	[], [with_$4=auto])
AS_IF([test "x$with_$4" != xno], [
	PKG_CHECK_MODULES([$5], [$2], [dial_found=yes], [dial_found=no])
	AS_IF([test "$dial_found,$with_$4" = no,yes],
		[AC_MSG_ERROR([--with-$1 was asked for, but there is no $2])])
	with_$4=$dial_found
])
AS_IF([test "x$with_$4" = xyes],
	[AC_DEFINE([HAVE_$5], [1], [Whether $1 is used.])])
AM_CONDITIONAL([HAVE_$5], [test "x$with_$4" = xyes])
])

# DIAL_CHECK_PACKED(VARIABLE)
# Sets it to the linker's flag for packed relocations (DT_RELR), or to nothing.
# OpenSSL's tables hold some 16,000 addresses that are made right at each start
# of a program that has them inside; packed, their list is short.  The linker
# may know how and the C library not, so a program is run.
AC_DEFUN([DIAL_CHECK_PACKED], [
$1=-Wl,-z,pack-relative-relocs
AC_MSG_CHECKING([whether relocations can be packed])
dial_saved_ldflags=$LDFLAGS
LDFLAGS="$LDFLAGS -Wl,--fatal-warnings $$1"
AC_RUN_IFELSE([AC_LANG_PROGRAM([[static int answer;
static int *volatile where = &answer;]], [[return *where;]])],
	[AC_MSG_RESULT([yes])],
	[AC_MSG_RESULT([no])
	$1=],
	[AC_MSG_RESULT([no, cross-compiling])
	$1=])
LDFLAGS=$dial_saved_ldflags
])

# DIAL_CHECK_SECCOMP(VARIABLE)
# yes where src/pac/confine_seccomp.c can be compiled: Linux, on machines whose
# system calls it knows.
AC_DEFUN([DIAL_CHECK_SECCOMP], [
AC_CACHE_CHECK([whether system calls can be filtered], [dial_cv_seccomp], [
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#if !defined(__x86_64__) && !defined(__aarch64__) && \
    !(defined(__riscv) && __riscv_xlen == 64)
#error "an unknown machine"
#endif
]], [[return SECCOMP_RET_KILL_PROCESS == __NR_clone3 + __NR_pidfd_open +
    __NR_io_uring_setup + SECCOMP_FILTER_FLAG_TSYNC;]])],
		[dial_cv_seccomp=yes], [dial_cv_seccomp=no])
])
$1=$dial_cv_seccomp
])
