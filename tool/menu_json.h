/* SPDX-License-Identifier: BSD-2-Clause */
/* A menu as JSON: docs/json.md. */
#pragma once

#include <stdbool.h>

struct tool;

/* Prints the config and its entries; `tries` them, too. Returns the exit status. */
int menu_json(struct tool *, bool tries);
