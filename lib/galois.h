/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The field of 256 elements that the second parity of RAID 6 is reckoned in: polynomials over GF(2)
 * modulo x^8 + x^4 + x^3 + x^2 + 1, the generator being x (H. P. Anvin, The mathematics of RAID-6).
 * Addition is exclusive or.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint8_t galois_multiply(uint8_t one, uint8_t other);

/* The generator's power. */
uint8_t galois_power(unsigned exponent);

/* 1 / `element`, which is not 0. */
uint8_t galois_inverse(uint8_t element);

/* Multiplies `length` bytes by `factor`. */
void galois_scale(uint8_t *bytes, uint8_t factor, size_t length);

/* Adds `length` bytes of `source`, each multiplied by `factor`, to those of `sum`. */
void galois_add(uint8_t *sum, const uint8_t *source, uint8_t factor, size_t length);
