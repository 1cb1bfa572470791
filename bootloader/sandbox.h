/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest writes its disk as it likes, and who reads it may have an error. So the reading is done by a
 * process that has nothing: no rights, no files but those that are open, no system calls but for
 * reading these and writing to the terminal and to a pipe.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct log;

/* Closes all files but standard input, output and error: xl's own. */
void sandbox_forget_files(void);

/*
 * Gives everything up, for the rest of the process's life: root becomes `user` (0: nobody), in
 * a root directory that is empty and gone. A process of another user keeps its own, and its root.
 * `memory`: bytes that it may have. Returns 0 or an error (logged): then it must not read anything.
 */
int sandbox_enter(uid_t user, uint64_t memory, struct log *);
