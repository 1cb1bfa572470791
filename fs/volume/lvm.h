/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The label of an LVM2 physical volume, in one of its first four sectors (of 512 bytes):
 *
 *      0            8              24           32
 *      | "LABELONE" | sector ...   | "LVM2 001" |
 */
#pragma once

#define LVM_LABEL "LABELONE"
#define LVM_TYPE  "LVM2 001"

enum { LVM_SECTORS = 4, LVM_SECTOR_SIZE = 512, LVM_TYPE_OFFSET = 24, LVM_WORD_SIZE = 8 };
