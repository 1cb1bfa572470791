/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-16 (ARC): the polynomial 0x8005, reflected; what ext4's group descriptors are summed with
 * where the rest of it is not.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The sum of more bytes, begun with that of those before them. */
uint16_t crc16(uint16_t sum, const void *bytes, size_t length);
