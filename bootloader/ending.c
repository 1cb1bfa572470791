/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/ending.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "lib/error.h"

static const int signals[] = {SIGTERM, SIGHUP, SIGINT};

enum { SIGNAL_COUNT = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t received;
static sigset_t usual;   /* the signals that were blocked before */
static sigset_t waiting; /* the same without ours */

static void receive(int number)
{
    received = number;
}

void ending_prepare(void)
{
    struct sigaction action = {.sa_handler = receive};
    sigset_t blocked;
    (void)sigemptyset(&blocked); /* none of these fails with such arguments */
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        (void)sigaddset(&blocked, signals[i]);
        (void)sigaction(signals[i], &action, NULL);
    }
    (void)sigprocmask(SIG_BLOCK, &blocked, &usual);
    waiting = usual;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        (void)sigdelset(&waiting, signals[i]);
    }
}

void ending_forget(void)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        (void)signal(signals[i], SIG_DFL); /* cannot fail */
    }
    (void)sigprocmask(SIG_SETMASK, &waiting, NULL); /* likewise */
}

/* One that waits has not been received: where there is always something to read, nobody sleeps. */
bool ending_is_wanted(void)
{
    sigset_t pending;
    (void)sigpending(&pending); /* cannot fail */
    for (size_t i = 0; received == 0 && i < SIGNAL_COUNT; i++) {
        received = sigismember(&pending, signals[i]) == 1 ? signals[i] : 0;
    }
    return received != 0;
}

int ending_wait(int file)
{
    struct pollfd input = {.fd = file, .events = POLLIN};
    while (!ending_is_wanted() && ppoll(&input, 1, NULL, &waiting) <= 0) {
    }
    return ending_is_wanted() ? ERR_CANCELLED : 0;
}

void ending_obey(void)
{
    ending_forget();
    (void)raise(received); /* it ends here */
}
