/* SPDX-License-Identifier: ISC */
/*
 * Sums k_1 P_1 + … + k_n P_n of many points by buckets (Pippenger), over any field header. Everything is public.
 *
 * A scalar is cut into LANES64 segments, one a lane, and a segment into windows: window g of all lanes is one group. Each lane
 * has buckets of its own, so that one point is added in all lanes at once, to the bucket that each lane's digit names, and
 * lanes never meet. A group's buckets are then folded as a tree, which yields for each bit of the window the sum of the points
 * whose digit has that bit: with unsigned digits, that of the points whose scalar has it. Additions are complete throughout.
 */
#ifndef SEALANE_IMPL_EDWARDS_MULTI_H
#define SEALANE_IMPL_EDWARDS_MULTI_H

#define BUCKET_WORDS (4 * FE_PACKED) /* X, Y, Z, T */
#define ROW_WORDS 16                 /* y + x, y - x, 2dxy of an affine point, and one that is not used */
#define MULTI_WIDTH_MAX 8
#define MULTI_GROUPS_MAX 16
#define MULTI_SEGMENT_MAX 64

/* How scalars are cut. Digits of signed windows are their bits, once an offset is added to the scalar, less half the radix. */
typedef struct {
    int is_signed;
    unsigned segment, groups;
    unsigned width[MULTI_GROUPS_MAX], at[MULTI_GROUPS_MAX]; /* bits of a window, and the first of them in the segment */
    size_t first[MULTI_GROUPS_MAX];                         /* word of `buckets` where a group's begin */
    uint64_t offset[4];
} multi_plan;

/* Buckets of one lane in a window: magnitudes from 0 up. */
INLINE size_t multi_rows(const multi_plan *plan, unsigned g) {
    return plan->is_signed ? (size_t)1 + ((size_t)1 << (plan->width[g] - 1)) : (size_t)1 << plan->width[g];
}

/* A plan with the segments of `bytes` = 16 or 32 bytes in so many windows. Returns how many words its buckets take. */
static size_t multi_cut(multi_plan *plan, int is_signed, unsigned bytes, unsigned groups) {
    memset(plan, 0, sizeof *plan);
    plan->is_signed = is_signed;
    plan->segment = 8 * bytes / LANES64;
    plan->groups = groups;
    size_t words = 0;
    for (unsigned g = 0, at = 0; g < groups; at += plan->width[g++]) {
        plan->width[g] = plan->segment / groups + (g < plan->segment % groups ? 1 : 0);
        plan->at[g] = at;
        plan->first[g] = words;
        words += LANES64 * multi_rows(plan, g) * BUCKET_WORDS;
        for (unsigned l = 0; is_signed && l < LANES64; l++) {
            const unsigned half = plan->segment * l + at + plan->width[g] - 1;
            plan->offset[half / 64] |= UINT64_C(1) << half % 64;
        }
    }
    return words;
}

/* The plan with the least work for n points: folding a bucket in takes about twice the time of an addition to it. */
static void multi_plan_for(multi_plan *plan, int is_signed, unsigned bytes, size_t n) {
    const unsigned fewest = 8 * bytes / LANES64 / MULTI_WIDTH_MAX;
    size_t least = SIZE_MAX;
    unsigned best = fewest;
    for (unsigned groups = fewest; groups <= MULTI_GROUPS_MAX; groups++) {
        const size_t buckets = multi_cut(plan, is_signed, bytes, groups) / (LANES64 * BUCKET_WORDS);
        if (n * groups + 2 * buckets < least) {
            least = n * groups + 2 * buckets;
            best = groups;
        }
    }
    (void)multi_cut(plan, is_signed, bytes, best);
}

/* Words of the buckets of the largest plan. */
static size_t multi_words_max(int is_signed, unsigned bytes) {
    multi_plan plan;
    return multi_cut(&plan, is_signed, bytes, 8 * bytes / LANES64 / MULTI_WIDTH_MAX);
}

INLINE ed_point bucket_load(const uint64_t *const p[LANES64]) {
    v64 w[BUCKET_WORDS];
    UNROLL for (size_t i = 0; i < BUCKET_WORDS; i += 4) {
        const uint64_t *q[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            q[l] = p[l] + i;
        }
        v64_load_rows4(w + i, q);
    }
    return (ed_point){few_unpack(w), few_unpack(w + FE_PACKED), few_unpack(w + 2 * FE_PACKED), few_unpack(w + 3 * FE_PACKED)};
}

INLINE void bucket_store(uint64_t *const p[LANES64], const ed_point *b) {
    v64 w[BUCKET_WORDS];
    few_pack(w, b->X);
    few_pack(w + FE_PACKED, b->Y);
    few_pack(w + 2 * FE_PACKED, b->Z);
    few_pack(w + 3 * FE_PACKED, b->T);
    UNROLL for (size_t i = 0; i < BUCKET_WORDS; i += 4) {
        uint64_t *q[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            q[l] = p[l] + i;
        }
        v64_store_rows4(q, w + i);
    }
}

/* Bucket d of every lane of a group. */
INLINE void bucket_rows(uint64_t *p[LANES64], uint64_t *group, size_t rows, size_t d) {
    for (size_t l = 0; l < LANES64; l++) {
        p[l] = group + (rows * l + d) * BUCKET_WORDS;
    }
}

INLINE ed_point bucket_load_row(uint64_t *group, size_t rows, size_t d) {
    uint64_t *p[LANES64];
    bucket_rows(p, group, rows, d);
    return bucket_load((const uint64_t *const *)p);
}

/* All buckets of a plan neutral. */
static void multi_clear(uint64_t *buckets, const multi_plan *plan) {
    const ed_point neutral = ed_neutral();
    for (unsigned g = 0; g < plan->groups; g++) {
        const size_t rows = multi_rows(plan, g);
        for (size_t d = 0; d < rows; d++) {
            uint64_t *p[LANES64];
            bucket_rows(p, buckets + plan->first[g], rows, d);
            bucket_store(p, &neutral);
        }
    }
}

/* The affine points of a vector as rows. */
INLINE void row_store(uint64_t *const p[LANES64], const ed_affine *q) {
    v64 w[ROW_WORDS];
    fe_pack(w, q->y_plus_x);
    fe_pack(w + FE_PACKED, q->y_minus_x);
    fe_pack(w + 2 * FE_PACKED, q->xy2d);
    w[ROW_WORDS - 1] = v64_zero();
    for (size_t i = 0; i < ROW_WORDS; i += 4) {
        uint64_t *at[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            at[l] = p[l] + i;
        }
        v64_store_rows4(at, w + i);
    }
}

INLINE ed_affine row_affine(const v64 w[ROW_WORDS]) {
    return (ed_affine){fe_unpack(w), fe_unpack(w + FE_PACKED), fe_unpack(w + 2 * FE_PACKED)};
}

/* A row of each lane's own. */
INLINE ed_affine row_load(const uint64_t *const p[LANES64]) {
    v64 w[ROW_WORDS];
    for (size_t i = 0; i < ROW_WORDS; i += 4) {
        const uint64_t *at[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            at[l] = p[l] + i;
        }
        v64_load_rows4(w + i, at);
    }
    return row_affine(w);
}

/* One row in all lanes. */
INLINE ed_affine row_broadcast(const uint64_t row[ROW_WORDS]) {
    v64 w[ROW_WORDS];
    UNROLL for (size_t i = 0; i < ROW_WORDS; i++) {
        w[i] = v64_set1(row[i]);
    }
    return row_affine(w);
}

/* Adds n points, a row each, to the buckets that their digits name. Scalars are 32 bytes where signed, offset added, else 16.
 */
INLINE void multi_add(uint64_t *buckets, const multi_plan *plan, int is_signed, const uint64_t *row, const uint8_t *scalar,
                      size_t stride, size_t n) {
    _Alignas(64) uint64_t lane[LANES64];
    for (; n > 0; n--, row += ROW_WORDS, scalar += stride) {
        const v64 segment = is_signed ? v64_spread32(scalar) : v64_spread16(scalar);
        for (unsigned g = 0; g < plan->groups; g++) {
            const unsigned width = plan->width[g];
            const size_t rows = multi_rows(plan, g);
            uint64_t *const group = buckets + plan->first[g];
            v64 digit = v64_and(v64_shr_by(segment, plan->at[g]), v64_set1((UINT64_C(1) << width) - 1));
            m64 negative = m64_zero();
            if (is_signed) {
                const v64 half = v64_set1(UINT64_C(1) << (width - 1));
                negative = m64_gt(half, digit);
                digit = v64_select(negative, v64_sub(half, digit), v64_sub(digit, half));
            }
            v64_store(lane, v64_mul32(digit, v64_set1(BUCKET_WORDS)));
            uint64_t *p[LANES64];
            for (size_t l = 0; l < LANES64; l++) {
                p[l] = group + rows * BUCKET_WORDS * l + lane[l];
            }
            ed_point b = bucket_load((const uint64_t *const *)p);
            ed_affine q = row_broadcast(row);
            if (is_signed) {
                q = ed_affine_neg(negative, q);
            }
            ed_add_affine(&b, &q, 1);
            bucket_store(p, &b);
        }
    }
}

OUTLINE void multi_add_unsigned(uint64_t *buckets, const multi_plan *plan, const uint64_t *row, const uint8_t *scalar,
                                size_t stride, size_t n) {
    multi_add(buckets, plan, 0, row, scalar, stride, n);
}

OUTLINE void multi_add_signed(uint64_t *buckets, const multi_plan *plan, const uint64_t *row, const uint8_t *scalar,
                              size_t stride, size_t n) {
    multi_add(buckets, plan, 1, row, scalar, stride, n);
}

/*
 * sum[k] = the points whose magnitude has bit k, for the buckets 0 … 2^bits - 1 of a group: the upper half's sum is that of
 * the top bit, and added to the lower half it leaves the rest of the bits. Bucket 0 is never read.
 */
OUTLINE void multi_fold(ed_point sum[], uint64_t *group, size_t rows, unsigned bits) {
    for (unsigned k = bits; k-- > 0;) {
        const size_t half = (size_t)1 << k;
        ed_point total = bucket_load_row(group, rows, half);
        for (size_t d = 1; d < half; d++) {
            uint64_t *p[LANES64];
            const ed_point upper = bucket_load_row(group, rows, half + d);
            const ed_cached q = ed_cached_of(&upper);
            bucket_rows(p, group, rows, d);
            ed_point lower = bucket_load((const uint64_t *const *)p);
            ed_add_cached(&lower, &q, 1);
            bucket_store(p, &lower);
            ed_add_cached(&total, &q, 1);
        }
        sum[k] = total;
    }
}

/* sum[t] = the points whose scalar has bit t of the segment; where signed, what counts 2^t times, negated points included. */
static void multi_bits(ed_point sum[], uint64_t *buckets, const multi_plan *plan) {
    for (unsigned g = 0; g < plan->groups; g++) {
        const unsigned width = plan->width[g];
        const size_t rows = multi_rows(plan, g);
        uint64_t *const group = buckets + plan->first[g];
        multi_fold(sum + plan->at[g], group, rows, plan->is_signed ? width - 1 : width);
        if (plan->is_signed) { /* magnitudes go up to half the radix, which is that bit alone */
            sum[plan->at[g] + width - 1] = bucket_load_row(group, rows, rows - 1);
        }
    }
}

/* r = sum[0] + 2 sum[1] + … in each lane. */
OUTLINE void multi_weigh(ed_point *r, const ed_point sum[], unsigned bits) {
    *r = sum[bits - 1];
    for (unsigned t = bits - 1; t-- > 0;) {
        const ed_cached q = ed_cached_of(&sum[t]);
        ed_double_times(r, 1);
        ed_add_cached(r, &q, 1);
    }
}

typedef struct {
    _Alignas(64) uint64_t w[4 * FE_PACKED][LANES64];
} point_lanes;

static void point_lanes_store(point_lanes *m, const ed_point *p) {
    v64 w[BUCKET_WORDS];
    few_pack(w, p->X);
    few_pack(w + FE_PACKED, p->Y);
    few_pack(w + 2 * FE_PACKED, p->Z);
    few_pack(w + 3 * FE_PACKED, p->T);
    for (size_t i = 0; i < BUCKET_WORDS; i++) {
        v64_store(m->w[i], w[i]);
    }
}

/* In lane l the point that m has in lane from[l]. */
static ed_point point_lanes_load(const point_lanes *m, const size_t from[LANES64]) {
    v64 w[BUCKET_WORDS];
    for (size_t i = 0; i < BUCKET_WORDS; i++) {
        _Alignas(64) uint64_t lane[LANES64];
        for (size_t l = 0; l < LANES64; l++) {
            lane[l] = m->w[i][from[l]];
        }
        w[i] = v64_load(lane);
    }
    return (ed_point){few_unpack(w), few_unpack(w + FE_PACKED), few_unpack(w + 2 * FE_PACKED), few_unpack(w + 3 * FE_PACKED)};
}

/*
 * r, in every lane, = the sum of lane l of `half` times 2^(bits l / 2) and of lane l of `whole` times 2^(bits l): a 128-bit
 * scalar's and a 256-bit scalar's segments.
 */
OUTLINE void multi_join(ed_point *r, ed_point *half, ed_point *whole, unsigned bits) {
    point_lanes lanes;
    size_t from[LANES64];
    /* Pairs of half segments to a whole one: the upper lanes repeat the lower ones, and are then made neutral. */
    point_lanes_store(&lanes, half);
    for (size_t l = 0; l < LANES64; l++) {
        from[l] = 2 * l % LANES64;
    }
    ed_point low = point_lanes_load(&lanes, from);
    for (size_t l = 0; l < LANES64; l++) {
        from[l] = 2 * l % LANES64 + 1;
    }
    ed_point pair = point_lanes_load(&lanes, from);
    ed_double_times(&pair, (int)bits / 2);
    ed_cached q = ed_cached_of(&low);
    ed_add_cached(&pair, &q, 1);
    _Alignas(64) uint64_t index[LANES64];
    for (size_t l = 0; l < LANES64; l++) {
        index[l] = l;
    }
    const m64 upper = m64_gt(v64_load(index), v64_set1(LANES64 / 2 - 1));
    q = ed_cached_of(&pair);
    q = (ed_cached){fe_select(upper, fe_small(1), q.y_plus_x), fe_select(upper, fe_small(1), q.y_minus_x),
                    fe_select(upper, fe_small(2), q.z2), fe_select(upper, fe_small(0), q.t2d)};
    ed_add_cached(whole, &q, 1);
    point_lanes_store(&lanes, whole);
    for (size_t lane = LANES64; lane-- > 0;) {
        for (size_t l = 0; l < LANES64; l++) {
            from[l] = lane;
        }
        const ed_point p = point_lanes_load(&lanes, from);
        if (lane == LANES64 - 1) {
            *r = p;
            continue;
        }
        q = ed_cached_of(&p);
        ed_double_times(r, (int)bits);
        ed_add_cached(r, &q, 1);
    }
}

#endif
