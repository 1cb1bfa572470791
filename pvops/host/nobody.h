/* SPDX-License-Identifier: BSD-2-Clause */
/* A console in front of which nobody sits: nothing is typed, and what is written goes nowhere. */
#pragma once

struct console;

struct console *host_nobody(void);
