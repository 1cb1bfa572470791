/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the machine is the end of the process. */
#pragma once

struct power;

struct power *host_power(void);
