/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/log.h"

enum {
    NOBODY = 65534,
    SLACK = 64 << 20, /* bytes: for the program itself, its stack and its libraries */
};

void sandbox_forget_files(void)
{
    closefrom(STDERR_FILENO + 1);
}

static int refuse(struct log *log, const char *what)
{
    return fail(log, ERR_DENIED, "the disk is not read, for its reader cannot be confined: %s: %s",
                what, strerror(errno));
}

/* ---- limits --------------------------------------------------------------------------------- */

/* poll() takes as many descriptors as may be open; 0 to 2 are, so none is opened anew. */
static int limit_resources(uint64_t memory, struct log *log)
{
    const struct {
        int resource;
        rlim_t limit;
        const char *name;
    } limits[] = {{RLIMIT_AS, memory + SLACK, "memory"}, {RLIMIT_NOFILE, 1, "open files"},
                  {RLIMIT_NPROC, 0, "processes"},        {RLIMIT_CORE, 0, "core dumps"},
                  {RLIMIT_MEMLOCK, 0, "locked memory"},  {RLIMIT_MSGQUEUE, 0, "message queues"}};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct rlimit limit = {limits[i].limit, limits[i].limit};
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) != 0) {
            return refuse(log, limits[i].name);
        }
    }
    return 0;
}

/* ---- who and where -------------------------------------------------------------------------- */

/* To a directory in which nothing is, and nothing can be made, for it has been removed. */
static int leave_file_system(struct log *log)
{
    char path[] = "/run/pvboot-XXXXXX";
    if (mkdtemp(path) == NULL) {
        return refuse(log, path);
    }
    int moved = chdir(path);
    if (rmdir(path) != 0 || moved != 0 || chroot(".") != 0) {
        return refuse(log, path);
    }
    return 0;
}

static int become(uid_t user, struct log *log)
{
    if (setgroups(0, NULL) != 0 || setresgid(user, user, user) != 0 ||
        setresuid(user, user, user) != 0) {
        return refuse(log, "its user");
    }
    return 0;
}

/* Ends with the process that started it. A new user would take that back, so it comes after. */
static int stay_with_parent(struct log *log)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return refuse(log, "prctl");
    }
    return 0;
}

/* ---- system calls --------------------------------------------------------------------------- */

/* Of the terminal only how it was before is asked and set: at the end. */
static int allow_terminal(scmp_filter_ctx filter)
{
    static const unsigned requests[] = {TCGETS, TCSETSW};
    int error = 0;
    for (size_t i = 0; error == 0 && i < sizeof requests / sizeof requests[0]; i++) {
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 2,
                                 SCMP_A0_32(SCMP_CMP_EQ, STDIN_FILENO),
                                 SCMP_A1_32(SCMP_CMP_EQ, requests[i]));
    }
    return error;
}

static int allow_calls(scmp_filter_ctx filter)
{
    static const int calls[] = {
        SCMP_SYS(read), SCMP_SYS(pread64),       SCMP_SYS(write),      SCMP_SYS(poll),
        SCMP_SYS(brk),  SCMP_SYS(clock_gettime), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
    };
    int error = allow_terminal(filter);
    for (size_t i = 0; error == 0 && i < sizeof calls / sizeof calls[0]; i++) {
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    }
    return error;
}

/* Any other system call ends the process. */
static int filter_calls(struct log *log)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int error = filter == NULL ? -ENOMEM : allow_calls(filter);
    if (error == 0) {
        error = seccomp_load(filter);
    }
    errno = -error;
    return error == 0
               ? 0
               : refuse(log, "its system calls"); /* the filter's memory is never used again */
}

static int drop_root(uid_t user, struct log *log)
{
    int error = leave_file_system(log);
    return error != 0 ? error : become(user != 0 ? user : NOBODY, log);
}

int sandbox_enter(uid_t user, uint64_t memory, struct log *log)
{
    bool is_root = geteuid() == 0;
    if (!is_root && user != 0 && user != geteuid()) {
        return fail(log, ERR_DENIED, "--runas=%u: only root can become another user", user);
    }
    if (is_root && drop_root(user, log) != 0) {
        return ERR_DENIED;
    }
    if (limit_resources(memory, log) != 0 || stay_with_parent(log) != 0) {
        return ERR_DENIED;
    }
    return filter_calls(log);
}
