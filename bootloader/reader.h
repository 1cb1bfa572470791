/* SPDX-License-Identifier: BSD-2-Clause */
/* The reading process: the boot loader itself, over the guest's disk; the kernel that it would enter goes through a pipe. */
#pragma once

struct request;

/* Opens the disk, gives up all rights, and reads. Returns the process's exit status. */
int reader_run(const struct request *, int pipe);
