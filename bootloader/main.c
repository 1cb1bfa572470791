/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot-bootloader: what xl and libvirt start as bootloader=, in pygrub's place. The menu is pvboot's own, and so
 * is the reading; Xen's builder starts the kernel.
 *
 *      xl --> main: has rights, reads no disk --> files, result
 *               |  fork                ^ pipe
 *               '--> reader: has none, reads the disk, shows the menu
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bootloader/ending.h"
#include "bootloader/reader.h"
#include "bootloader/request.h"
#include "bootloader/result.h"
#include "bootloader/sandbox.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/host/log.h"

struct child {
    pid_t process;
    int pipe; /* what it sends */
};

static int start_reader(const struct request *request, struct child *child, struct log *log)
{
    int ends[2];
    if (pipe(ends) != 0 || (child->process = fork()) < 0) {
        return fail(log, ERR_NO_MEMORY, "no process to read the disk: %s", strerror(errno));
    }
    if (child->process == 0) {
        ending_forget();
        (void)close(ends[0]); /* the other end is enough */
        exit(reader_run(request, ends[1]));
    }
    (void)close(ends[1]); /* likewise */
    child->pipe = ends[0];
    return 0;
}

/* Returns 0 where the reader has ended as it should; else it has said why, or that is said here. */
static int end_reader(const struct child *child, struct log *log)
{
    int status = 0;
    while (waitpid(child->process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
        return fail(log, ERR_CORRUPT, "the process that reads the disk was ended: %s",
                    strsignal(WTERMSIG(status)));
    }
    return WEXITSTATUS(status) == EXIT_SUCCESS ? 0 : ERR_CORRUPT;
}

/* What it would send is not wanted any more. */
static void stop_reader(const struct child *child)
{
    (void)kill(child->process, SIGKILL); /* it may have come to its end */
    (void)waitpid(child->process, NULL, 0);
}

static int receive(const struct child *child, const struct request *request, struct result *result,
                   struct log *log)
{
    int error = result_receive(result, request, child->pipe, log);
    if (error != 0 && error != ERR_NOT_FOUND) {
        stop_reader(child);
        return error;
    }
    int ended = end_reader(child, log);
    return error == 0 || ended != 0 ? ended : fail(log, error, "no kernel was chosen");
}

/* A list has no result. */
static int wait_for_list(const struct child *child, struct log *log)
{
    int error = ending_wait(child->pipe);
    if (error != 0) {
        stop_reader(child);
        return error;
    }
    return end_reader(child, log);
}

static int take_kernel(const struct child *child, const struct request *request, struct log *log)
{
    static struct result result;
    int error = receive(child, request, &result, log);
    if (error == 0 && ending_is_wanted()) {
        error = ERR_CANCELLED;
    }
    if (error == 0) {
        error = result_publish(&result, request, log);
    }
    if (error != 0) {
        result_remove(&result);
    }
    return error;
}

static int run(const struct request *request, struct log *log)
{
    struct child child = {0};
    int error = start_reader(request, &child, log);
    if (error != 0) {
        return error;
    }
    return request->lists || request->is_config ? wait_for_list(&child, log)
                                                : take_kernel(&child, request, log);
}

int main(int count, char **words)
{
    struct request request;
    sandbox_forget_files();
    int status = request_read(&request, count, words);
    if (status >= 0) {
        return status;
    }
    ending_prepare();
    int error = run(&request, host_log());
    if (error == ERR_CANCELLED) {
        ending_obey();
    }
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
