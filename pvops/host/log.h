/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines on standard error. */
#pragma once

struct log;

struct log *host_log(void);
