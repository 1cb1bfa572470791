/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of formats that nobody here reads, for people who wonder why. */
#pragma once

struct cache;
struct source;

/*
 * What `source` holds by its marks: "an XFS file system"; NULL: nothing that is known, or it cannot
 * be read (logged).
 */
const char *format_name(const struct source *, struct cache *);
