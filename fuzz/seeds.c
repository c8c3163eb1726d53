/* SPDX-License-Identifier: ISC */
/*
 * Writes the seed corpora: DIRECTORY/<target>/<name>, inputs in each target's own grammar that reach the cases worth starting
 * from. To be run again when a grammar changes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *directory;
static uint8_t bytes[4096];
static size_t used;

static void u8(unsigned x) {
    if (used == sizeof bytes) {
        fputs("seeds: a seed is too long\n", stderr);
        exit(1);
    }
    bytes[used++] = (uint8_t)x;
}

static void u16(unsigned x) {
    u8(x & 0xff);
    u8(x >> 8);
}

/* A length, not above the target's most. */
static void length(unsigned n) {
    if (n < 0x80) {
        u8(n);
    } else {
        u8(0xe0);
        u16(n);
    }
}

enum { ZEROES = 0, ONES = 1 };

/* Contents drawn from a stream; nothing stands for no bytes at all. */
static void stream(unsigned seed) {
    u8(3 + seed % 200);
    u16(seed);
}

static void save(const char *target, const char *name, const char *variant) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, target);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        perror(path);
        exit(1);
    }
    snprintf(path, sizeof path, "%s/%s/%s%s%s", directory, target, name, variant[0] == 0 ? "" : "-", variant);
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, used, f) != used || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
    used = 0;
}

/* One message of the target aead. part: what is damaged before it is opened; 0 is nothing. */
static void aead_message(unsigned algorithm, unsigned len, unsigned ad_len, int own_key, unsigned part, unsigned bit) {
    length(len);
    if (algorithm != 2) {
        length(ad_len);
    }
    if (own_key) {
        stream(1 + len);
    }
    stream(2 + len);
    if (algorithm != 2 && ad_len > 0) {
        stream(3 + len);
    }
    if (len > 0) {
        stream(4 + len);
    }
    u8(part);
    if (part != 0) {
        u16(bit);
    }
}

static void aead_head(unsigned algorithm, unsigned shape, unsigned n, unsigned alignment) {
    u8(algorithm);
    u8(shape);
    u8(n - 1);
    u8(alignment);
}

static void aead_seeds(void) {
    static const char *const names[] = {"chacha20",   "xchacha20", "xsalsa20", "aes128-gcm",
                                        "aes256-gcm", "aegis128l", "aegis256"};
    static const unsigned edges[] = {0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513};
    const unsigned edge_count = sizeof edges / sizeof edges[0];
    for (unsigned a = 0; a < sizeof names / sizeof names[0]; a++) {
        aead_head(a, 0, 1, 0);
        aead_message(a, 0, 0, 1, 0, 0);
        save("aead", "empty", names[a]);

        aead_head(a, 0, 1, 0x11);
        aead_message(a, 114, 12, 1, 0, 0);
        save("aead", "one-short", names[a]);

        aead_head(a, 1, 1, 0x70);
        aead_message(a, 4096, 300, 1, 0, 0);
        save("aead", "one-long-in-place", names[a]);

        aead_head(a, 0, edge_count, 0x05);
        for (unsigned i = 0; i < edge_count; i++) {
            aead_message(a, edges[i], edges[edge_count - 1 - i] % 301, 1, 0, 0);
        }
        save("aead", "batch-block-edges", names[a]);

        aead_head(a, 1, 40, 0x30);
        for (unsigned i = 0; i < 40; i++) {
            aead_message(a, i * 997 % 1100, i * 7 % 40, 1, 0, 0);
        }
        save("aead", "batch-mixed-in-place", names[a]);

        aead_head(a, 2, 33, 0);
        for (unsigned i = 0; i < 33; i++) {
            aead_message(a, 64 * (i % 5), 16 * (i % 3), i == 0, i == 20 ? 2 : 0, 127);
        }
        save("aead", "batch-one-key-one-forged", names[a]);

        aead_head(a, 0, 18, 0x0f);
        for (unsigned i = 0; i < 18; i++) {
            aead_message(a, 1 + 61 * i, 1 + i, 1, i % 6, i * 131);
        }
        save("aead", "batch-every-part-forged", names[a]);

        aead_head(a, 1, 16, 0);
        for (unsigned i = 0; i < 16; i++) {
            aead_message(a, 4096 - 64 * i, 0, 1, i == 15, 0);
        }
        save("aead", "batch-long-last-forged", names[a]);

        aead_head(a, 0, 8, 0);
        for (unsigned i = 0; i < 8; i++) {
            length(1024 + i);
            if (a != 2) {
                length(32);
            }
            u8(ONES);
            u8(ONES);
            if (a != 2) {
                u8(ONES);
            }
            u8(i % 2 == 0 ? ONES : ZEROES);
            u8(0);
        }
        save("aead", "batch-all-ones", names[a]);
    }
}

enum { COFACTORED = 1, PREHASHED = 2, LANES_ONLY = 4, HIDDEN = 8 };
enum { FLIP_SIGNATURE, FLIP_KEY, FLIP_MESSAGE, SET_R, SET_S, SET_A, ADD_L };

static void verify_head(unsigned shape, unsigned distinct, unsigned n, unsigned position, unsigned prepared) {
    u8(shape);
    u8(distinct - 1);
    u8(n == 130 ? 0xff : n - 1);
    u8(position);
    u8(prepared);
}

static void verify_message(unsigned len) {
    length(len);
    if (len > 0) {
        stream(len);
    }
}

/* A signature over len bytes by key number `seed`, the torsion of A and R as given; `damages` are to follow. */
static void signed_by(unsigned seed, unsigned len, unsigned torsion_A, unsigned torsion_R, unsigned damages) {
    verify_message(len);
    u8(1);
    u8(seed);
    u8(torsion_A | torsion_R << 3);
    u8(damages);
}

static void damage(unsigned what, unsigned x) {
    u8(what);
    if (what <= FLIP_MESSAGE) {
        u16(x);
    } else if (what != ADD_L) {
        u8(x);
    }
}

static void verify_seeds_under(unsigned rule, const char *name) {
    const char *target = "ed25519_batch";
    verify_head(rule, 1, 1, 0, 0);
    signed_by(1, 0, 0, 0, 0);
    save(target, "one-good-empty-message", name);

    verify_head(rule, 6, 24, 0, 0x5a);
    for (unsigned i = 0; i < 6; i++) {
        signed_by(i, 37 * i, 0, 0, 0);
    }
    save(target, "batch-good", name);

    verify_head(rule | HIDDEN, 2, 130, 67, 0);
    signed_by(1, 64, 0, 0, 0);
    signed_by(2, 64, 0, 0, 1);
    damage(FLIP_SIGNATURE, 300);
    save(target, "batch-large-one-bad", name);

    /* Keys that come often enough to be prepared: one signer's messages; one with torsion, and damaged ones, beside them. */
    verify_head(rule | LANES_ONLY, 6, 130, 0, 0x01);
    for (unsigned i = 0; i < 6; i++) {
        signed_by(3, 20 + i, 0, 0, i == 5);
        if (i == 5) {
            damage(FLIP_SIGNATURE, 77);
        }
    }
    save(target, "batch-one-signer", name);

    verify_head(rule | LANES_ONLY, 5, 130, 0, 0);
    for (unsigned i = 0; i < 5; i++) {
        static const unsigned of[5] = {0, 1, 4, 0, 6};
        signed_by(10 + i, 30, of[i], i == 4 ? 2 : 0, i == 3);
        if (i == 3) {
            damage(FLIP_KEY, 8);
        }
    }
    save(target, "batch-repeated-keys", name);

    verify_head(rule | LANES_ONLY, 6, 12, 0, 0xf0);
    for (unsigned i = 0; i < 6; i++) {
        static const unsigned what[6] = {FLIP_SIGNATURE, FLIP_SIGNATURE, FLIP_KEY, FLIP_MESSAGE, FLIP_KEY, ADD_L};
        static const unsigned bit[6] = {0, 511, 3, 9, 255, 0};
        signed_by(1, 32, 0, 0, 1);
        damage(what[i], bit[i]);
    }
    save(target, "batch-every-damage", name);

    for (unsigned t = 0; t < 4; t++) {
        static const char *const torsions[] = {"order2", "order4", "order8", "inverse"};
        static const unsigned of[] = {4, 2, 1, 7};
        char variant[32];
        verify_head(rule, 6, 6, 0, 0x0f);
        signed_by(1, 10, of[t], 0, 0);
        signed_by(2, 11, 0, of[t], 0);
        signed_by(3, 12, of[t], of[t], 0);
        signed_by(4, 13, of[t], 8 - of[t], 0);
        signed_by(5, 14, of[t], 4, 0);
        signed_by(6, 15, 4, of[t], 0);
        snprintf(variant, sizeof variant, "%s-%s", torsions[t], name);
        save(target, "mixed-order", variant);
    }

    verify_head(rule | HIDDEN, 2, 9, 8, 0);
    signed_by(1, 64, 0, 0, 0);
    signed_by(2, 64, 0, 5, 0);
    save(target, "batch-one-torsion-hidden", name);

    /* Small-order and non-canonical A and R with S = 0, 1 and L. */
    for (unsigned kind = 0; kind < 3; kind++) {
        static const char *const kinds[] = {"both-small", "A-noncanonical", "R-noncanonical"};
        char variant[32];
        verify_head(rule, 6, 18, 0, 0x33);
        for (unsigned i = 0; i < 6; i++) {
            verify_message(5);
            u8(2);
            u8(kind == 1 ? 8 + 7 * i : i);
            u8(kind == 2 ? 8 + 5 * i : (i + 3) % 8);
            u8(i % 4);
            u8(0);
        }
        snprintf(variant, sizeof variant, "%s-%s", kinds[kind], name);
        save(target, "edge-points", variant);
    }

    verify_head(rule, 6, 6, 0, 0);
    for (unsigned i = 0; i < 6; i++) {
        static const unsigned scalar[6] = {0, 1, 5, 3, 4, 45}; /* 0, 1, L - 1, L, L + 1, 15 L */
        signed_by(i, 3, 0, 0, 1);
        damage(SET_S, scalar[i]);
    }
    save(target, "edge-scalars", name);

    verify_head(rule, 4, 8, 0, 0xaa);
    for (unsigned i = 0; i < 4; i++) {
        signed_by(i, 20, 0, 0, 1);
        damage(i % 2 == 0 ? SET_R : SET_A, 2 * i + 1);
    }
    save(target, "good-with-edge-point", name);

    verify_head(rule | PREHASHED, 3, 7, 0, 0x02);
    signed_by(7, 0, 0, 0, 0);
    signed_by(8, 200, 0, 0, 0);
    signed_by(9, 130, 1, 1, 0);
    save(target, "prehashed", name);

    verify_head(rule, 1, 3, 0, 0);
    verify_message(1);
    u8(3);
    for (unsigned i = 0; i < 96; i++) {
        u8(i * 37 + 11);
    }
    u8(0);
    save(target, "raw-bytes", name);
}

enum { BATCH_COFACTORED = 1, BATCH_PREPARED = 2, BATCH_SAME = 4 };
enum { ODD_TORSION, ODD_FLIP, ODD_RAW, ODD_SMALL, ODD_AGAIN };

static void large_head(unsigned shape, unsigned n, unsigned first, unsigned odds) {
    u8(shape);
    u16(n - 1);
    u16(first);
    u8(odds);
    for (unsigned i = 0; i < 8; i++) {
        u8(n + i);
    }
}

static void odd_torsion(unsigned at, unsigned signer, unsigned torsion_A, unsigned torsion_R, unsigned text) {
    u16(at);
    u8(ODD_TORSION);
    u16(at);
    u8(signer);
    u8(torsion_A | torsion_R << 3);
    u8(text);
}

static void large_batch_seeds(void) {
    const char *target = "ed25519_large_batch";
    for (unsigned rule = 0; rule < 2; rule++) {
        const char *name = rule ? "cofactored" : "cofactorless";
        large_head(rule, 300, 0, 0);
        save(target, "good", name);
        large_head(rule | BATCH_PREPARED, 200, 100, 1);
        u16(77);
        u8(ODD_FLIP);
        u16(77);
        u16(300);
        save(target, "prepared-one-flipped", name);
        large_head(rule | BATCH_SAME, 150, 7, 0);
        save(target, "one-signature-again-and-again", name);
        large_head(rule, 130, 3, 2);
        odd_torsion(5, 1, 0, 4, 0);
        odd_torsion(100, 2, 0, 4, 0);
        save(target, "torsion-cancels", name);
        large_head(rule, 140, 9, 2);
        odd_torsion(50, 3, 0, 2, 1);
        u16(51);
        u8(ODD_AGAIN);
        u16(0);
        u8(0);
        save(target, "torsion-twice", name);
        large_head(rule, 129, 0, 8);
        for (unsigned t = 0; t < 8; t++) {
            odd_torsion(16 * t, t, t, (8 - t) % 8, t);
        }
        save(target, "torsion-in-keys", name);
        large_head(rule, 128, 0, 2);
        u16(64);
        u8(ODD_RAW);
        u16(1);
        for (unsigned i = 0; i < 32; i++) {
            u8(i * 37 + 11);
        }
        u16(65);
        u8(ODD_SMALL);
        u16(2);
        u8(1);
        u8(3);
        save(target, "bytes-of-R", name);
    }
}

static void x25519_seeds(void) {
    static const char *const places[] = {"apart", "onto-scalar", "onto-point"};
    for (unsigned out = 0; out < 3; out++) {
        u8(out);
        u8(19);
        for (unsigned i = 0; i < 20; i++) {
            stream(i);
            u8(127);
            stream(100 + i);
        }
        save("x25519", "batch", places[out]);

        u8(out);
        u8(15);
        for (unsigned i = 0; i < 16; i++) {
            static const unsigned low_order[] = {0, 1, 2, 3, 4, 22, 23};
            stream(i);
            u8(i % 2 == 0 ? 127 : low_order[i / 2 % 7] + (i >= 8 ? 128 : 0));
            if (i % 2 == 0) {
                stream(200 + i);
            }
        }
        save("x25519", "small-order-among-good", places[out]);
    }
    u8(0);
    u8(19);
    for (unsigned i = 0; i < 20; i++) {
        stream(7);
        u8(2 + i + (i % 2 == 0 ? 128 : 0));
    }
    save("x25519", "not-reduced", "");
    u8(0);
    u8(3);
    for (unsigned i = 0; i < 4; i++) {
        u8(i % 2);
        u8(100);
        u8(i / 2);
    }
    save("x25519", "zeroes-and-ones", "");
}

static void hash_seeds(void) {
    static const char *const names[] = {"sha256", "sha512", "hmac-sha256", "hmac-sha512", "hkdf-sha256", "hkdf-sha512"};
    static const unsigned edges[] = {0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 247, 256};
    for (unsigned f = 0; f < 6; f++) {
        for (unsigned mixed = 0; mixed < 2; mixed++) {
            u8(f);
            u8(15 + 17 * mixed);
            u8(3 * mixed);
            for (unsigned i = 0; i < 16 + 17 * mixed; i++) {
                for (unsigned input = 0; input < 1 + f / 2; input++) {
                    unsigned len = mixed ? (i * 389 + input * 57) % 700 : edges[(i + 5 * input) % 16];
                    length(len);
                    if (len > 0) {
                        stream(i + input);
                    }
                }
                if (f >= 4) {
                    length(i * 31 % 200);
                }
            }
            save("hash", mixed ? "batch-mixed" : "batch-padding-edges", names[f]);
        }
    }
    for (unsigned f = 4; f < 6; f++) {
        u8(f);
        u8(0);
        u8(0);
        length(3);
        stream(1);
        length(32);
        stream(2);
        length(0);
        length(8160);
        save("hash", "longest-output", names[f]);
    }
}

static void box_letter(unsigned i, unsigned len, int small_order, int damage_sealed, int damage_box) {
    stream(i);
    stream(50 + i);
    u8(small_order ? 3 : 0);
    if (small_order) {
        u8(ZEROES);
    }
    stream(90 + i);
    length(len);
    if (len > 0) {
        stream(120 + i);
    }
    if (!small_order) {
        u8((unsigned)damage_sealed);
        if (damage_sealed) {
            u16(i * 97);
        }
    }
    u8((unsigned)damage_box);
    if (damage_box) {
        u16(i * 61);
    }
}

static void box_head(unsigned n, unsigned shape, unsigned prepared) {
    u8(n - 1);
    u8(shape);
    u8(prepared);
}

static void box_seeds(void) {
    box_head(1, 0, 0);
    box_letter(1, 0, 0, 0, 0);
    save("box", "one-empty", "");
    box_head(20, 0, 0xaa);
    for (unsigned i = 0; i < 20; i++) {
        box_letter(i, i * 53, 0, 0, 0);
    }
    save("box", "batch", "");
    box_head(12, 0, 0x0f);
    for (unsigned i = 0; i < 12; i++) {
        box_letter(i, 100 + i, 0, i % 3 == 1, i % 4 == 2);
    }
    save("box", "batch-damaged", "");
    box_head(9, 0, 0xff);
    for (unsigned i = 0; i < 9; i++) {
        box_letter(i, 40, i == 4 || i == 8, 0, 0);
    }
    save("box", "batch-small-order", "");
    static const unsigned shifts[] = {0, 16, 31, 32, 33, 48, 63};
    for (unsigned s = 0; s < sizeof shifts / sizeof shifts[0]; s++) {
        char variant[32];
        box_head(5, 0x40 | shifts[s], 0x12);
        for (unsigned i = 0; i < 5; i++) {
            box_letter(i, 30 * i, 0, i == 3, i == 2);
        }
        snprintf(variant, sizeof variant, "in-at-%02u", shifts[s]); /* out is at 32 */
        save("box", "overlapping", variant);
    }
}

/* A letter of HPKE; damage as fuzz/hpke.c has it. */
static void hpke_letter(unsigned i, unsigned len, int shared_info, int small_order, unsigned damage) {
    stream(i);
    stream(70 + i);
    u8((small_order ? 3U : 0U) + (shared_info ? 4U : 0U));
    if (small_order) {
        u8(ZEROES);
    }
    if (i == 0 || !shared_info) {
        length(i * 7 % 90 + 1);
        stream(140 + i);
    }
    length(i * 5 % 40 + 1);
    stream(160 + i);
    length(len);
    if (len > 0) {
        stream(180 + i);
    }
    u8(damage);
    if (damage != 0) {
        u16(i * 83);
    }
}

static void hpke_seeds(void) {
    static const char *const names[] = {"chacha20", "aes128", "aes256"};
    for (unsigned aead = 0; aead < 3; aead++) {
        u8(0);
        u8(aead);
        hpke_letter(0, 0, 0, 0, 0);
        save("hpke", "one-empty", names[aead]);
        u8(39);
        u8(aead);
        for (unsigned i = 0; i < 40; i++) {
            hpke_letter(i, i * 13, i % 3 != 0, i == 7 || i == 31, i % 9 == 4 ? 1 + i / 9 : 0);
        }
        save("hpke", "batch", names[aead]);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    directory = argv[1];
    aead_seeds();
    verify_seeds_under(0, "cofactorless");
    verify_seeds_under(COFACTORED, "cofactored");
    large_batch_seeds();
    x25519_seeds();
    hash_seeds();
    box_seeds();
    hpke_seeds();
    return 0;
}
