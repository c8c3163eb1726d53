/* SPDX-License-Identifier: ISC */
/*
 * One equation for a batch of signatures, in lanes, as docs/exact-batch.md states it. All points are negated, as decoding gives
 * them: what is computed is -Q and the negated subset sums, which are neutral, or of an order, exactly where Q and those are.
 */
#ifndef SEALANE_IMPL_ED25519_BATCH_H
#define SEALANE_IMPL_ED25519_BATCH_H

#define CHUNK ED25519_BATCH_ADD_MAX
#define CHUNK_VECTORS (CHUNK / LANES64)
#define Z_BYTES 16
#define SCALAR_BYTES 32
#define SUMS_R (8 * Z_BYTES / LANES64) /* vectors of the sums for every bit */
#define SUMS_A (8 * SCALAR_BYTES / LANES64)

/* To test a key for the subgroup takes as long as making P = R + t A for so many items, which its passing spares. */
#define KEY_TEST_ITEMS 16

/* The points of n items, or of their keys, and the buckets, in one piece of memory. */
typedef struct {
    int exact;
    size_t n, keys;
    multi_plan plan_R, plan_A;
    uint64_t *bucket;       /* of plan_R, and in `holds` of plan_A */
    uint64_t *key_row;      /* -A of every key, then B */
    uint64_t *row;          /* of a chunk: -P */
    uint8_t (*z)[Z_BYTES];  /* of a chunk: z, or 0 where R does not decode */
    fe *x, *y, *Z, *before; /* of a chunk, by vectors */
    ed_point *sum_R, *sum_A;
} batch_state;

/* An array of `bytes` at *used of scratch, if that is given. */
static void *carve(uint8_t *scratch, size_t *used, size_t bytes) {
    void *const p = scratch != NULL ? scratch + *used : NULL;
    *used += (bytes + 63) / 64 * 64;
    return p;
}

/* Lays out what n items need; returns how many bytes that takes. */
static size_t batch_layout(batch_state *b, uint8_t *scratch, size_t n) {
    size_t used = 0;
    const size_t words_R = multi_words_max(0, Z_BYTES), words_A = multi_words_max(1, SCALAR_BYTES);
    (void)carve(scratch, &used, sizeof *b);
    b->bucket = carve(scratch, &used, (words_R > words_A ? words_R : words_A) * sizeof(uint64_t));
    b->key_row = carve(scratch, &used, (n + 1) * ROW_WORDS * sizeof(uint64_t));
    b->row = carve(scratch, &used, CHUNK * ROW_WORDS * sizeof(uint64_t));
    b->z = carve(scratch, &used, CHUNK * sizeof *b->z);
    b->x = carve(scratch, &used, CHUNK_VECTORS * sizeof(fe));
    b->y = carve(scratch, &used, CHUNK_VECTORS * sizeof(fe));
    b->Z = carve(scratch, &used, CHUNK_VECTORS * sizeof(fe));
    b->before = carve(scratch, &used, CHUNK_VECTORS * sizeof(fe));
    b->sum_R = carve(scratch, &used, SUMS_R * sizeof(ed_point));
    b->sum_A = carve(scratch, &used, SUMS_A * sizeof(ed_point));
    return used;
}

static size_t batch_scratch_bytes(size_t n) {
    batch_state unused;
    return batch_layout(&unused, NULL, n);
}

INLINE ed_cached ed_cached_select(m64 m, ed_cached a, ed_cached b) {
    return (ed_cached){fe_select(m, a.y_plus_x, b.y_plus_x), fe_select(m, a.y_minus_x, b.y_minus_x), fe_select(m, a.z2, b.z2),
                       fe_select(m, a.t2d, b.t2d)};
}

INLINE ed_point ed_point_of(fe x, fe y) {
    return (ed_point){fe_wide(x), fe_wide(y), fe_wide(fe_small(1)), fe_mul(x, y)};
}

/* Up to two vectors of keys: those of `index`, none of them, or all of them, decoded. */
static void batch_keys_read(batch_state *b, const ed25519_batch_key keys[], const size_t index[], size_t count, int decoded,
                            int test, uint8_t good[]) {
    lane_words A[2], given[2];
    fe x[2], y[2];
    m64 ok[2], member[2];
    ed_point p[2];
    const size_t vectors = groups_of(count);
    for (size_t v = 0; v < vectors; v++) {
        for (size_t l = 0; l < LANES64; l++) {
            const ed25519_batch_key *key = &keys[index[item_of_lane(v, l, count)]];
            lane_words_read(&A[v], l, decoded ? key->neg_A + 32 : key->A);
            lane_words_read(&given[v], l, decoded ? key->neg_A : key->A);
        }
    }
    if (!decoded) {
        ed_decode_neg(x, y, ok, A, vectors);
    }
    for (size_t v = 0; v < vectors; v++) {
        if (decoded) {
            v64 w[4];
            lane_words_load(w, &given[v]);
            x[v] = fe_from_words(w);
            lane_words_load(w, &A[v]);
            y[v] = fe_from_words(w);
            ok[v] = m64_eq(v64_zero(), v64_zero());
        }
        x[v] = fe_select(ok[v], x[v], fe_small(0));
        y[v] = fe_select(ok[v], y[v], fe_small(1));
        const ed_affine q = ed_affine_of(x[v], y[v]);
        uint64_t *row[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            row[l] = b->key_row + index[item_of_lane(v, l, count)] * ROW_WORDS;
        }
        row_store(row, &q);
        p[v] = ed_point_of(x[v], y[v]);
        member[v] = m64_zero();
    }
    if (test) {
        ed_in_subgroup(member, p, vectors);
    }
    for (size_t i = 0; i < count; i++) {
        const size_t v = i / LANES64, l = i % LANES64;
        good[index[i]] = (uint8_t)(m64_lane(ok[v], l) << m64_lane(member[v], l));
    }
}

static void batch_start(void *scratch, int exact, size_t n, const ed25519_batch_key keys[], size_t count, uint8_t good[]) {
    batch_state *const b = scratch;
    (void)batch_layout(b, scratch, n);
    b->exact = exact;
    b->n = n;
    b->keys = count;
    multi_plan_for(&b->plan_R, 0, Z_BYTES, n);
    multi_plan_for(&b->plan_A, 1, SCALAR_BYTES, count + 1);
    multi_clear(b->bucket, &b->plan_R);
    const int test = exact && count * KEY_TEST_ITEMS <= n;
    for (int decoded = 0; decoded < 2; decoded++) {
        size_t index[2 * LANES64], filled = 0;
        for (size_t k = 0; k < count; k++) {
            if ((keys[k].neg_A != NULL) == decoded) {
                index[filled++] = k;
            }
            if (filled == 2 * LANES64 || (filled > 0 && k == count - 1)) {
                batch_keys_read(b, keys, index, filled, decoded, test, good);
                filled = 0;
            }
        }
    }
}

/*
 * -P = -R + t (-A) of vector v, as X, Y in x, y and Z; |t| is 0, 1, 2, 3 = 1 + 2 or 4 = 2 + 2. Returns 0, and nothing is done,
 * where all t are 0.
 */
static __attribute__((noinline)) int batch_bend(batch_state *b, const ed25519_batch_item items[], size_t n, size_t v) {
    _Alignas(64) uint64_t size[LANES64], below[LANES64]; /* |t|; 1 where t < 0 */
    const uint64_t *row[LANES64];
    uint64_t any = 0;
    for (size_t l = 0; l < LANES64; l++) {
        const ed25519_batch_item *item = &items[item_of_lane(v, l, n)];
        size[l] = (uint64_t)(item->t < 0 ? -item->t : item->t);
        below[l] = item->t < 0;
        any |= size[l];
        row[l] = b->key_row + item->key * (size_t)ROW_WORDS;
    }
    if (any == 0) {
        return 0;
    }
    const ed_affine A = row_load(row);
    ed_point twice = {few_sub(fe_wide(A.y_plus_x), fe_wide(A.y_minus_x)), few_add(fe_wide(A.y_plus_x), fe_wide(A.y_minus_x)),
                      fe_wide(fe_small(2)), fe_wide(fe_small(0))};
    ed_double_times(&twice, 1);
    const v64 t = v64_load(size), four = v64_set1(4);
    const m64 negative = m64_is_set(v64_load(below), v64_set1(1));
    const m64 odd = m64_is_set(t, v64_set1(1)), is_four = m64_eq(t, four), not_one = m64_gt(t, v64_set1(1));
    const ed_cached neutral = {fe_small(1), fe_small(1), fe_small(2), fe_small(0)};
    const ed_cached one = {A.y_plus_x, A.y_minus_x, fe_small(2), A.xy2d}, two = ed_cached_of(&twice);
    const ed_cached first = ed_cached_neg(negative, ed_cached_select(odd, one, ed_cached_select(is_four, two, neutral)));
    const ed_cached second = ed_cached_neg(negative, ed_cached_select(not_one, two, neutral));
    ed_point p = ed_point_of(b->x[v], b->y[v]);
    ed_add_cached(&p, &first, 1);
    ed_add_cached(&p, &second, 0);
    b->x[v] = fe_carry(p.X);
    b->y[v] = fe_carry(p.Y);
    b->Z[v] = fe_carry(p.Z);
    return 1;
}

/* x, y = x / Z, y / Z of the vectors in `list`, by one inversion. No Z is 0: additions are complete. */
static __attribute__((noinline)) void batch_divide(batch_state *b, const uint8_t list[], size_t count) {
    fe product = fe_small(1);
    for (size_t i = 0; i < count; i++) {
        b->before[i] = product;
        product = fe_mul_carry(product, b->Z[list[i]]);
    }
    fe_invert(&product, 1);
    for (size_t i = count; i-- > 0;) {
        const size_t v = list[i];
        const fe inverse = fe_mul_carry(product, b->before[i]);
        product = fe_mul_carry(product, b->Z[v]);
        b->x[v] = fe_mul_carry(b->x[v], inverse);
        b->y[v] = fe_mul_carry(b->y[v], inverse);
    }
}

static void batch_add(void *scratch, const ed25519_batch_item items[], size_t n, uint8_t good[]) {
    batch_state *const b = scratch;
    uint8_t bent[CHUNK_VECTORS];
    size_t bends = 0;
    const size_t vectors = groups_of(n);
    for (size_t v = 0; v < vectors; v += 2) {
        lane_words R[2];
        m64 ok[2];
        const size_t count = vectors - v < 2 ? 1 : 2;
        for (size_t i = 0; i < count; i++) {
            for (size_t l = 0; l < LANES64; l++) {
                lane_words_read(&R[i], l, items[item_of_lane(v + i, l, n)].R);
            }
        }
        ed_decode_neg(b->x + v, b->y + v, ok, R, count);
        for (size_t i = 0; i < count; i++) {
            b->x[v + i] = fe_select(ok[i], b->x[v + i], fe_small(0));
            b->y[v + i] = fe_select(ok[i], b->y[v + i], fe_small(1));
            for (size_t l = 0, item = (v + i) * LANES64; l < LANES64 && item < n; l++, item++) {
                good[item] = m64_lane(ok[i], l);
                memcpy(b->z[item], items[item].z, Z_BYTES);
                if (!good[item]) {
                    memset(b->z[item], 0, Z_BYTES);
                }
            }
            if (batch_bend(b, items, n, v + i)) {
                bent[bends++] = (uint8_t)(v + i);
            }
        }
    }
    if (bends > 0) {
        batch_divide(b, bent, bends);
    }
    for (size_t v = 0; v < vectors; v++) {
        const ed_affine q = ed_affine_of(b->x[v], b->y[v]);
        uint64_t *row[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            row[l] = b->row + (v * LANES64 + l) * ROW_WORDS;
        }
        row_store(row, &q);
    }
    multi_add_unsigned(b->bucket, &b->plan_R, b->row, b->z[0], Z_BYTES, n);
}

/* c + the plan's offset. */
static void offset_scalar(uint8_t out[SCALAR_BYTES], const multi_plan *plan, const uint8_t c[SCALAR_BYTES]) {
    uint64_t carry = 0;
    for (size_t i = 0; i < 4; i++) {
        const uint64_t sum = load_le64(c + 8 * i) + plan->offset[i], all = sum + carry;
        carry = (uint64_t)(sum < plan->offset[i]) | (uint64_t)(all < sum);
        store_le64(out + 8 * i, all);
    }
}

static int all_lanes(m64 m) {
    int all = 1;
    for (size_t l = 0; l < LANES64; l++) {
        all &= m64_lane(m, l);
    }
    return all;
}

static int batch_holds(void *scratch, const uint8_t (*c)[SCALAR_BYTES], const uint8_t s[SCALAR_BYTES]) {
    batch_state *const b = scratch;
    uint8_t scalar[64][SCALAR_BYTES];
    ed_point R, A, Q;
    uint64_t *base_row[LANES64];
    multi_bits(b->sum_R, b->bucket, &b->plan_R);
    multi_weigh(&R, b->sum_R, SUMS_R);

    v64 base[12];
    for (size_t i = 0; i < 12; i++) {
        base[i] = v64_set1(sealane_base_window[1][i]);
    }
    const ed_affine B = {fe_from_words(base), fe_from_words(base + 4), fe_from_words(base + 8)};
    for (size_t l = 0; l < LANES64; l++) {
        base_row[l] = b->key_row + b->keys * ROW_WORDS;
    }
    row_store(base_row, &B);
    multi_clear(b->bucket, &b->plan_A);
    for (size_t k = 0; k <= b->keys;) {
        size_t count = 0;
        for (; count < 64 && k + count <= b->keys; count++) {
            offset_scalar(scalar[count], &b->plan_A, k + count < b->keys ? c[k + count] : s);
        }
        multi_add_signed(b->bucket, &b->plan_A, b->key_row + k * ROW_WORDS, scalar[0], SCALAR_BYTES, count);
        k += count;
    }
    multi_bits(b->sum_A, b->bucket, &b->plan_A);
    multi_weigh(&A, b->sum_A, SUMS_A);
    multi_join(&Q, &R, &A, SUMS_A);
    ed_double_times(&Q, 3);
    if (!all_lanes(m64_and(fe_is_zero(fe_carry(Q.X)), fe_is_zero(fe_carry(few_sub(Q.Y, Q.Z)))))) {
        return 0;
    }
    for (size_t i = 0; b->exact && i < SUMS_R; i += 2) {
        m64 member[2];
        ed_in_subgroup(member, b->sum_R + i, 2);
        if (!all_lanes(m64_and(member[0], member[1]))) {
            return 0;
        }
    }
    return 1;
}

#endif
