/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Linux is told by its boot protocol ("The Linux/x86 Boot Protocol", Documentation/arch/x86/boot.rst and zero-page.rst): a
 * page of boot_params, in which the kernel finds its own setup header again, with the loader's fields filled in.
 *
 *      0         0x70               0x1E8             0x1F1                       0x2D0                     0x1000
 *      |  ...    | ACPI's RSDP | .. | ranges | .. | setup header: | ... |  | memory map, 20 bytes a range | ... |
 */
#pragma once

enum {
    PARAMS_RSDP = 0x70, /* 8 bytes, since protocol 2.14 */
    PARAMS_RANGE_COUNT = 0x1E8,
    PARAMS_HEADER = 0x1F1,
    PARAMS_LOADER_TYPE = 0x210,
    PARAMS_CODE_START = 0x214,
    PARAMS_INITRD = 0x218,
    PARAMS_INITRD_SIZE = 0x21C,
    PARAMS_COMMAND_LINE = 0x228,
    PARAMS_RANGES = 0x2D0,
    PARAMS_RANGE_LIMIT = 128,
    PARAMS_SIZE = 0x1000,

    PROTOCOL_WITH_ADDRESS = 0x20A, /* and with the memory that the kernel needs */
    PROTOCOL_WITH_RSDP = 0x20E,
    LOADER_WITHOUT_NUMBER = 0xFF,
};
