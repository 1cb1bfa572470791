/* SPDX-License-Identifier: BSD-2-Clause */
/* The version: here and nowhere else. CHANGELOG.md and debian/changelog say what came with it; a check compares them. */
#pragma once

#define PVBOOT_VERSION "0.1"
