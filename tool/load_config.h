/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the config, for the commands that need one. */
#pragma once

#include "menu/config.h"

struct place;
struct tool;

/* Finds and parses it as the loader would, with what -x says. Returns 0 or an error (logged). */
int tool_config(struct tool *, struct config *, struct place **home);
