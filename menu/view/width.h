/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many columns of a terminal a character takes, after Unicode's East Asian Width (UAX #11): 2
 * for ideographs, kana, hangul and emoji, 0 for marks that go on the character before them.
 */
#pragma once

#include <stdint.h>

unsigned character_width(uint32_t code);
