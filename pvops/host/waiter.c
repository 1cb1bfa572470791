/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/waiter.h"

#include <poll.h>
#include <unistd.h>

#include "lib/checked.h"
#include "pvops/wait.h"

enum { LONGEST_SLEEP = 1000 /* milliseconds: poll takes an int of them */ };

static void host_sleep(struct waiter *waiter, uint64_t deadline)
{
    uint64_t now = wait_now(waiter);
    uint64_t left = deadline > now ? (deadline - now) / WAIT_MILLISECOND + 1 : 0;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    (void)poll(&input, 1, (int)min_u64(left, LONGEST_SLEEP)); /* who waits looks what has come */
}

void host_waiter_open(struct waiter *waiter, struct clock *clock)
{
    *waiter = (struct waiter){.sleep = host_sleep, .patience = WAIT_FOREVER, .clock = clock};
}
