/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/verdict.h"

#include "tool/print.h"
#include "tool/style.h"

void print_verdict(bool boots, bool in_pv, bool in_pvh)
{
    if (boots) {
        print_styled(STYLE_GOOD, "      would boot in %s%s%s domains", in_pv ? "PV" : "",
                     in_pv && in_pvh ? " and " : "", in_pvh ? "PVH" : "");
    } else {
        print_styled(STYLE_BAD, "      would NOT boot");
    }
    print_line("%s", "");
}
