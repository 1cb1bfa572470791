/* SPDX-License-Identifier: BSD-2-Clause */
/* The first serial port of a PC: the one device that a machine without Xen is told something on. */
#pragma once

/* Writes a text, and stops the processor for good. */
_Noreturn void serial_end(const char *text);
