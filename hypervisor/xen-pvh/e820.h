/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A range of memory as firmware's call e820 gives it, and as Xen, Linux and multiboot have it since (ACPI specification, 15: System Address
 * Map Interfaces):
 *
 *      0       8        16     20
 *      | start | length | kind |
 */
#pragma once

enum { E820_START = 0, E820_LENGTH = 8, E820_KIND = 16, E820_SIZE = 20 };
