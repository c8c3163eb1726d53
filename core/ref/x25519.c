/* SPDX-License-Identifier: ISC */
/* X25519, portable: the Montgomery ladder of RFC 7748, and the Edwards table of B for the base point. */
#include "core/kernel/kernels.h"
#include "core/ref/field.h"
#include "core/ref/group.h"
#include "core/util/ct.h"
#include "core/util/wipe.h"

static void clamp(uint8_t k[32], const uint8_t scalar[32]) {
    memcpy(k, scalar, 32);
    k[0] &= 0xf8;
    k[31] = (uint8_t)((k[31] & 0x7f) | 0x40);
}

/* x2 / z2 and x3 / z3 are u-coordinates of two points whose difference has u = x1; a to d are scratch. */
typedef struct {
    field x1, x2, z2, x3, z3, a, b, c, d;
} ladder;

static void ladder_step(ladder *l) {
    field_add(&l->a, &l->x2, &l->z2);
    field_sub(&l->b, &l->x2, &l->z2);
    field_add(&l->c, &l->x3, &l->z3);
    field_sub(&l->d, &l->x3, &l->z3);
    sealane_field_mul(&l->d, &l->d, &l->a);
    sealane_field_mul(&l->c, &l->c, &l->b);
    sealane_field_sqr(&l->a, &l->a);
    sealane_field_sqr(&l->b, &l->b);
    field_add(&l->x3, &l->d, &l->c);
    sealane_field_sqr(&l->x3, &l->x3);
    field_sub(&l->z3, &l->d, &l->c);
    sealane_field_sqr(&l->z3, &l->z3);
    sealane_field_mul(&l->z3, &l->z3, &l->x1);
    sealane_field_mul(&l->x2, &l->a, &l->b);
    field_sub(&l->b, &l->a, &l->b);        /* E = AA - BB */
    field_mul_small(&l->c, &l->b, 121665); /* (486662 - 2) / 4 */
    field_add(&l->c, &l->c, &l->a);
    sealane_field_mul(&l->z2, &l->b, &l->c);
}

WORK int mult_one(uint8_t out[32], const uint8_t scalar[32], const uint8_t point[32]) {
    static const uint8_t zero[32];
    uint8_t k[32];
    ladder l;
    clamp(k, scalar);
    sealane_field_load_255(&l.x1, point);
    l.x2 = field_one;
    l.z2 = field_zero;
    l.x3 = l.x1;
    l.z3 = field_one;
    limb swapped = 0;
    for (unsigned i = 255; i-- > 0;) {
        limb bit = (k[i / 8] >> (i % 8)) & 1;
        field_swap(&l.x2, &l.x3, swapped ^ bit);
        field_swap(&l.z2, &l.z3, swapped ^ bit);
        swapped = bit;
        ladder_step(&l);
    }
    /* The lowest bit of a clamped scalar is 0, so nothing is left swapped. A point of small order gives z2 = 0 and so 0. */
    sealane_field_invert(&l.z2, &l.z2);
    sealane_field_mul(&l.x2, &l.x2, &l.z2);
    sealane_field_store(out, &l.x2);
    wipe(&l, sizeof l);
    wipe(k, sizeof k);
    return !ct_equal(out, zero, 32);
}

WIPE_BELOW(wipe_spilled, 8192)

/* On the Edwards curve the same point has u = (1 + y) / (1 - y) = (Z + Y) / (Z - Y). Z = Y would need a multiple of L, and a
   clamped scalar is 8 m with 2^251 <= m < 2^252 < L. */
WORK void base_one(const sealane_x25519_base_item *item) {
    uint8_t k[32];
    group_point point;
    field u, below;
    clamp(k, item->scalar);
    sealane_group_mult_base(&point, k);
    field_add(&u, &point.Z, &point.Y);
    field_sub(&below, &point.Z, &point.Y);
    sealane_field_invert(&below, &below);
    sealane_field_mul(&u, &u, &below);
    sealane_field_store(item->out, &u);
    wipe(k, sizeof k);
    wipe(&point, sizeof point);
    wipe(&u, sizeof u);
    wipe(&below, sizeof below);
}

static void mult(const sealane_x25519_item items[], size_t n, uint8_t good[]) {
    for (size_t i = 0; i < n; i++) {
        good[i] = (uint8_t)mult_one(items[i].out, items[i].scalar, items[i].point);
    }
    wipe_spilled();
}

static void base(const sealane_x25519_base_item items[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        base_one(&items[i]);
    }
    wipe_spilled();
}

const x25519_ops sealane_x25519_portable = {.lanes = 1, .mult = mult, .base = base};
