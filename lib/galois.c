/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/galois.h"

enum {
    ELEMENTS = 256,
    ORDER = ELEMENTS - 1, /* of the generator */
    REDUCTION = 0x1D,     /* x^8 modulo the polynomial */
};

uint8_t galois_multiply(uint8_t one, uint8_t other)
{
    unsigned product = 0, shifted = one;
    for (unsigned rest = other; rest != 0; rest >>= 1) {
        product ^= (rest & 1) != 0 ? shifted : 0;
        shifted = (shifted << 1 ^ ((shifted & 0x80) != 0 ? REDUCTION : 0)) & 0xFF;
    }
    return (uint8_t)product;
}

uint8_t galois_power(unsigned exponent)
{
    uint8_t power = 1;
    for (unsigned i = exponent % ORDER; i > 0; i--) {
        power = galois_multiply(power, 2);
    }
    return power;
}

uint8_t galois_inverse(uint8_t element)
{
    uint8_t inverse = 1;
    for (unsigned i = 0; i < ORDER - 1; i++) {
        inverse = galois_multiply(inverse, element); /* element^254 */
    }
    return inverse;
}

/* All products with one factor: long runs of bytes are looked up. */
static void fill_products(uint8_t products[ELEMENTS], uint8_t factor)
{
    for (unsigned i = 0; i < ELEMENTS; i++) {
        products[i] = galois_multiply((uint8_t)i, factor);
    }
}

void galois_scale(uint8_t *bytes, uint8_t factor, size_t length)
{
    uint8_t products[ELEMENTS];
    fill_products(products, factor);
    for (size_t i = 0; i < length; i++) {
        bytes[i] = products[bytes[i]];
    }
}

void galois_add(uint8_t *sum, const uint8_t *source, uint8_t factor, size_t length)
{
    uint8_t products[ELEMENTS];
    fill_products(products, factor);
    for (size_t i = 0; i < length; i++) {
        sum[i] ^= products[source[i]];
    }
}
