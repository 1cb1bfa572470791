/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories, as the tool shows them. */
#pragma once

#include <stdint.h>

struct json;
struct pvboot_node;

/* "file", "directory", ...: in JSON, too (docs/json.md). */
const char *node_type_name(const struct pvboot_node *);

/* Seconds since 1970 in UTC: "2026-11-24 12:00:00"; "?" for a year that there is not. */
enum { TIME_TEXT_SIZE = 32, TO_MINUTES = 16 /* characters of it */ };
void node_time_text(int64_t seconds, char text[TIME_TEXT_SIZE]);

/* A name in its type's colour. */
void print_node_name(const struct pvboot_node *, const char *name);

/* All of it, as a member `name` of an object, or an element (NULL). */
void json_node(struct json *, const char *name, const struct pvboot_node *);
