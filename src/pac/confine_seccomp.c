/*
 * Linux: from here on the kernel answers only what an engine that computes
 * needs: memory (never as code), locks, threads, clocks, and reading and
 * writing what is open.  Whatever else is asked fails with EPERM, because
 * libraries try harmless things and live with a no.  What no engine ever tries
 * is an attack, and ends the process: sockets, programs, other processes,
 * memory that may be run.  Only this file knows the kernel's filter language.
 */
#include "pac/confine.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

/* configure takes this file for these machines only. */
#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__riscv)
#define MACHINE AUDIT_ARCH_RISCV64
#endif

const char dial_confine_filter_name[] = "seccomp";

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const unsigned allowed[] = {
    __NR_brk,
    __NR_clock_getres,
    __NR_clock_gettime,
    __NR_clock_nanosleep,
    __NR_close,
    __NR_exit,
    __NR_exit_group,
    __NR_futex,
    __NR_getcpu,
    __NR_getpid,
    __NR_getrandom,
    __NR_getrusage,
    __NR_gettid,
    __NR_gettimeofday,
    __NR_madvise,
    __NR_membarrier,
    __NR_mremap,
    __NR_munmap,
    __NR_nanosleep,
    __NR_ppoll,
    __NR_pread64,
    __NR_read,
    __NR_readv,
    __NR_restart_syscall,
    __NR_rseq,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigreturn,
    __NR_sched_getaffinity,
    __NR_sched_yield,
    __NR_set_robust_list,
    __NR_sigaltstack,
    __NR_write,
    __NR_writev,
};

static const unsigned attacks[] = {
    __NR_accept4,
    __NR_bind,
    __NR_bpf,
    __NR_connect,
    __NR_execve,
    __NR_execveat,
    __NR_io_uring_setup,
    __NR_kill,
    __NR_listen,
    __NR_mount,
    __NR_pidfd_open,
    __NR_process_vm_readv,
    __NR_process_vm_writev,
    __NR_ptrace,
    __NR_sendto,
    __NR_setns,
    __NR_socket,
    __NR_socketpair,
    __NR_tkill,
    __NR_unshare,
    __NR_userfaultfd,
#ifdef __NR_fork /* newer machines have clone alone */
    __NR_fork,
    __NR_vfork,
#endif
};

struct program {
	struct sock_filter code[256];
	unsigned short len;
};

static void
add(struct program *program, struct sock_filter instruction)
{
	if (program->len < COUNT(program->code))
		program->code[program->len++] = instruction;
}

static void
answer(struct program *program, uint32_t with)
{
	add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, with));
}

static void
load(struct program *program, size_t offset)
{
	add(program, (struct sock_filter)BPF_STMT(
			 BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* The next n instructions are left out unless the comparison holds. */
static void
when(struct program *program, uint16_t comparison, uint32_t value, uint8_t n)
{
	add(program, (struct sock_filter)BPF_JUMP(
			 BPF_JMP | comparison | BPF_K, value, 0, n));
}

/* All these machines put the low half of an argument first. */
static void
load_argument(struct program *program, unsigned n)
{
	load(program, offsetof(struct seccomp_data, args) + 8 * n);
}

static void
answer_list(
    struct program *program, const unsigned *calls, size_t n, uint32_t with)
{
	for (size_t i = 0; i < n; i++) {
		when(program, BPF_JEQ, calls[i], 1);
		answer(program, with);
	}
}

/* Memory of no file, which may not be run. */
static void
answer_memory(struct program *program)
{
	when(program, BPF_JEQ, __NR_mmap, 7);
	load_argument(program, 2);
	when(program, BPF_JSET, PROT_EXEC, 1);
	answer(program, SECCOMP_RET_KILL_PROCESS);
	load_argument(program, 3);
	when(program, BPF_JSET, MAP_ANONYMOUS, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
	when(program, BPF_JEQ, __NR_mprotect, 4);
	load_argument(program, 2);
	when(program, BPF_JSET, PROT_EXEC, 1);
	answer(program, SECCOMP_RET_KILL_PROCESS);
	answer(program, SECCOMP_RET_ALLOW);
}

/* A thread is no process.  What clone3 is asked for is out of the filter's
 * sight; without it the C library takes clone. */
static void
answer_threads(struct program *program)
{
	when(program, BPF_JEQ, __NR_clone3, 1);
	answer(program, SECCOMP_RET_ERRNO | ENOSYS);
	when(program, BPF_JEQ, __NR_clone, 4);
	load_argument(program, 0);
	when(program, BPF_JSET, CLONE_THREAD, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_KILL_PROCESS);
}

/* Signals to itself and its own limits, which can only become lower. */
static void
answer_own(struct program *program)
{
	when(program, BPF_JEQ, __NR_tgkill, 4);
	load_argument(program, 0);
	when(program, BPF_JEQ, (uint32_t)getpid(), 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_KILL_PROCESS);
	when(program, BPF_JEQ, __NR_prlimit64, 4);
	load_argument(program, 0);
	when(program, BPF_JEQ, 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
	when(program, BPF_JEQ, __NR_prctl, 4);
	load_argument(program, 0);
	when(program, BPF_JEQ, PR_SET_NAME, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
}

/* Each part begins with the call's number and, if it is one of its own, ends in
 * an answer: nothing goes on with an argument loaded. */
static void
write_program(struct program *program)
{
	static void (*const parts[])(struct program *) = {
	    answer_memory, answer_threads, answer_own};

	load(program, offsetof(struct seccomp_data, arch));
	when(program, BPF_JEQ, MACHINE, 1);
	add(program, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1));
	answer(program, SECCOMP_RET_KILL_PROCESS);
	load(program, offsetof(struct seccomp_data, nr));
#ifdef __X32_SYSCALL_BIT /* the other numbers of the same machine */
	when(program, BPF_JGE, __X32_SYSCALL_BIT, 1);
	answer(program, SECCOMP_RET_KILL_PROCESS);
#endif
	answer_list(program, allowed, COUNT(allowed), SECCOMP_RET_ALLOW);
	answer_list(program, attacks, COUNT(attacks), SECCOMP_RET_KILL_PROCESS);
	for (size_t i = 0; i < COUNT(parts); i++)
		parts[i](program);
	answer(program, SECCOMP_RET_ERRNO | EPERM);
}

/* All threads at once: the engine has some already. */
int
dial_confine_filter(char *why, size_t size)
{
	struct program program = {.len = 0};
	struct sock_fprog filter = {.filter = program.code};

	write_program(&program);
	filter.len = program.len;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_TSYNC, &filter) != 0) {
		snprintf(why, size,
		    "this machine's kernel took no system-call filter: %s",
		    strerror(errno));
		return -1;
	}
	return 0;
}
