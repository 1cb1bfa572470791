/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/serial.h"

#include "hypervisor/xen-pvh/cpu.h"

/* A 16550 UART, as the firmware or nobody has set it up. */
enum {
    PORT = 0x3f8,
    LINE_STATUS = 5,
    SPEED_DIVISOR = 1,
    LINE_CONTROL = 3,
    LINE_8N1 = 3,
    LINE_DIVISOR = 0x80,
    IS_EMPTY = 0x20,
    TRIES = 1 << 20
};

static void set_up(void)
{
    out_byte(PORT + LINE_CONTROL, LINE_8N1 | LINE_DIVISOR);
    out_byte(PORT, SPEED_DIVISOR); /* 115200 baud */
    out_byte(PORT + 1, 0);
    out_byte(PORT + LINE_CONTROL, LINE_8N1);
}

_Noreturn void serial_end(const char *text)
{
    set_up();
    for (; *text != '\0'; text++) {
        for (unsigned tries = TRIES; (in_byte(PORT + LINE_STATUS) & IS_EMPTY) == 0 && tries > 0;
             tries--) {
        }
        out_byte(PORT, (uint8_t)*text);
    }
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}
