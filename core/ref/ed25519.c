/* SPDX-License-Identifier: ISC */
/* The Ed25519 group's work, portable: one check at a time. */
#include "core/kernel/kernels.h"
#include "core/ref/group.h"
#include "core/util/wipe.h"

static int decode_neg_vartime(group_point *neg_A, const uint8_t A[32]) {
    if (!sealane_group_decode_vartime(neg_A, A)) {
        return 0;
    }
    sealane_group_neg(neg_A, neg_A);
    return 1;
}

static void load_affine(group_point *p, const uint8_t xy[64]) {
    sealane_field_load_255(&p->X, xy);
    sealane_field_load_255(&p->Y, xy + 32);
    p->Z = field_one;
    sealane_field_mul(&p->T, &p->X, &p->Y);
}

static int verify_one_vartime(int cofactored, const ed25519_check *check) {
    group_point neg_A, Q;
    if (check->neg_A != NULL) {
        load_affine(&neg_A, check->neg_A);
    } else if (!decode_neg_vartime(&neg_A, check->A)) {
        return 0;
    }
    sealane_group_mult_add_base_vartime(&Q, check->h, &neg_A, check->S);
    if (cofactored) {
        group_point R;
        return sealane_group_decode_vartime(&R, check->R) && sealane_group_equal_cofactored_vartime(&R, &Q);
    }
    uint8_t encoded[32];
    sealane_group_encode(encoded, &Q);
    return memcmp(encoded, check->R, 32) == 0;
}

static void verify(int cofactored, const ed25519_check checks[], size_t n, uint8_t good[]) {
    for (size_t i = 0; i < n; i++) {
        good[i] = (uint8_t)verify_one_vartime(cofactored, &checks[i]);
    }
}

WIPE_BELOW(wipe_spilled, 8192)

WORK void mult_base_one(const uint8_t scalar[32], uint8_t out[32]) {
    group_point p;
    sealane_group_mult_base(&p, scalar);
    sealane_group_encode(out, &p);
    wipe(&p, sizeof p);
}

static void mult_base(const uint8_t *const scalar[], uint8_t *const out[], size_t n) {
    for (size_t i = 0; i < n; i++) {
        mult_base_one(scalar[i], out[i]);
    }
    wipe_spilled();
}

/* The comb is for other kernels: this one takes -A alone. */
static void prepare(const uint8_t *const A[], size_t n, ed25519_key_table table[], uint8_t ok[]) {
    for (size_t i = 0; i < n; i++) {
        group_point p;
        ok[i] = (uint8_t)decode_neg_vartime(&p, A[i]);
        if (ok[i]) {
            sealane_field_store(table[i].neg_A, &p.X);
            sealane_field_store(table[i].neg_A + 32, &p.Y);
            sealane_group_comb_vartime(table[i].comb, &p);
        }
    }
}

const ed25519_ops sealane_ed25519_portable = {
    .lanes = 1, .verify = verify, .mult_base = mult_base, .prepare = prepare, .keys = 1, .prepared_by = SIZE_MAX};
