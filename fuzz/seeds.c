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

/* How many items, of at most max. */
static void count(unsigned n, unsigned max) {
    unsigned byte = 0;
    for (unsigned k = 0x80; n > 1 && k < 0x100; k++) {
        byte = 1 + k % max == n ? k : byte;
    }
    u8(byte);
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
    const int with_ad = algorithm != 2 && algorithm != 7;
    length(len);
    if (with_ad) {
        length(ad_len);
    }
    if (own_key) {
        stream(1 + len);
    }
    stream(2 + len);
    if (with_ad && ad_len > 0) {
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
    count(n, 40);
    u8(alignment);
}

static void aead_seeds(void) {
    static const char *const names[] = {"chacha20",   "xchacha20", "xsalsa20", "aes128-gcm",
                                        "aes256-gcm", "aegis128l", "aegis256", "xchacha20-secretbox"};
    static const unsigned edges[] = {0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513};
    const unsigned edge_count = sizeof edges / sizeof edges[0];
    for (unsigned a = 0; a < sizeof names / sizeof names[0]; a++) {
        aead_head(a, 0, 2, 0x11);
        aead_message(a, 0, 0, 1, 0, 0);
        aead_message(a, 114, 12, 1, 0, 0);
        save("aead", "empty-and-short", names[a]);

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

        aead_head(a, 1, 6, 0);
        for (unsigned i = 0; i < 6; i++) {
            aead_message(a, 4096 - 64 * i, 0, 1, i == 5, 0);
        }
        save("aead", "batch-long-last-forged", names[a]);
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

static void one_signature_seeds(void) {
    const char *target = "ed25519_verify";
    for (unsigned hashed = 0; hashed < 2; hashed++) {
        const char *name = hashed ? "prehashed" : "plain";
        u8(hashed);
        signed_by(1, 0, 0, 0, 0);
        save(target, "good-empty-message", name);
        u8(hashed | 2);
        signed_by(2, 300, 0, 0, 0);
        save(target, "good", name);
        u8(hashed);
        signed_by(3, 40, 1, 7, 0);
        save(target, "torsion", name);
        u8(hashed);
        signed_by(4, 40, 4, 4, 0);
        save(target, "torsion-cancels", name);
        for (unsigned what = FLIP_SIGNATURE; what <= ADD_L; what++) {
            static const char *const names[] = {"flip-signature", "flip-key", "flip-message", "set-R",
                                                "set-S",          "set-A",    "add-L"};
            u8(hashed);
            signed_by(5, 33, 0, 0, 1);
            damage(what, what <= FLIP_MESSAGE ? 100 : 3);
            save(target, names[what], name);
        }
    }
    for (unsigned i = 0; i < 6; i++) {
        char variant[16];
        u8(0);
        verify_message(5);
        u8(2);
        u8(i % 2 == 0 ? i : 8 + 7 * i);
        u8(i < 3 ? (i + 3) % 8 : 8 + 5 * i);
        u8(i % 4);
        u8(0);
        snprintf(variant, sizeof variant, "%u", i);
        save(target, "edge-points", variant);
    }
}

/* A letter of the target sign; other: with a public key that is not its seed's. */
static void sign_letter(unsigned i, unsigned len, int other) {
    stream(i);
    u8(other ? 7 : 0);
    if (other) {
        stream(i + 1);
    }
    verify_message(len);
}

static void sign_seeds(void) {
    static const char *const names[] = {"apart", "seed-in-key", "onto-key", "onto-message"};
    for (unsigned shape = 0; shape < 4; shape++) {
        for (unsigned hashed = 0; hashed < 2; hashed++) {
            u8(hashed | (shape == 0 ? 0 : 1U << shape));
            count(20, 20);
            for (unsigned i = 0; i < 20; i++) {
                sign_letter(i, i * 29, i % 5 == 4);
            }
            save("sign", hashed ? "batch-prehashed" : "batch", names[shape]);
        }
    }
    u8(0);
    count(1, 20);
    sign_letter(9, 0, 0);
    save("sign", "one-empty", "");
}

enum { BATCH_COFACTORED = 1, BATCH_PREPARED = 2, BATCH_SAME = 4 };
enum { ODD_TORSION, ODD_FLIP, ODD_RAW, ODD_SMALL, ODD_AGAIN };

static void large_head(unsigned shape, unsigned n, unsigned first, unsigned odds) {
    u8(shape);
    u16(n <= 100 ? n - 1 : 0xe000 + (n - 1 + 400 - 0xe000 % 400) % 400);
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
        count(20, 20);
        for (unsigned i = 0; i < 20; i++) {
            stream(i);
            u8(127);
            stream(100 + i);
        }
        save("x25519", "batch", places[out]);

        u8(out);
        count(16, 20);
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
    count(20, 20);
    for (unsigned i = 0; i < 20; i++) {
        stream(7);
        u8(2 + i + (i % 2 == 0 ? 128 : 0));
    }
    save("x25519", "not-reduced", "");
    u8(0);
    count(4, 20);
    for (unsigned i = 0; i < 4; i++) {
        u8(i % 2);
        u8(100);
        u8(i / 2);
    }
    save("x25519", "zeroes-and-ones", "");
}

static const unsigned padding_edges[] = {0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 247, 256};

static void text(unsigned len, unsigned seed) {
    length(len);
    if (len > 0) {
        stream(seed);
    }
}

/* Of `functions` functions, each of `inputs` texts an item (HKDF one more, and a length of its result). */
static void hash_seeds_of(const char *target, const char *const names[], unsigned functions, unsigned inputs) {
    for (unsigned f = 0; f < functions; f++) {
        for (unsigned mixed = 0; mixed < 2; mixed++) {
            const int hkdf = f >= 2;
            u8(f);
            count(16 + 17 * mixed, 40);
            u8(3 * mixed);
            for (unsigned i = 0; i < 16 + 17 * mixed; i++) {
                for (unsigned input = 0; input < inputs + (unsigned)hkdf; input++) {
                    text(mixed ? (i * 389 + input * 57) % 700 : padding_edges[(i + 5 * input) % 16], i + input);
                }
                if (hkdf) {
                    length(i * 31 % 200);
                }
            }
            save(target, mixed ? "batch-mixed" : "batch-padding-edges", names[f]);
        }
        u8(f);
        count(1, 40);
        u8(0);
        text(3, 1);
        text(32, 2);
        length(0);
        length(8160);
        save(target, "one", names[f]);
    }
}

static void hash_seeds(void) {
    static const char *const hashes[] = {"sha256", "sha512"};
    static const char *const kdfs[] = {"hmac-sha256", "hmac-sha512", "hkdf-sha256", "hkdf-sha512"};
    hash_seeds_of("hash", hashes, 2, 1);
    hash_seeds_of("kdf", kdfs, 4, 2);
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
    count(n, 20);
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
        count(1, 40);
        u8(aead);
        hpke_letter(0, 0, 0, 0, 0);
        save("hpke", "one-empty", names[aead]);
        count(40, 40);
        u8(aead);
        for (unsigned i = 0; i < 40; i++) {
            hpke_letter(i, i * 13, i % 3 != 0, i == 7 || i == 31, i % 9 == 4 ? 1 + i / 9 : 0);
        }
        save("hpke", "batch", names[aead]);
    }
}

static void box_keys_seeds(void) {
    static const unsigned capacities[] = {1, 3, 8, 13, 48};
    for (unsigned c = 0; c < sizeof capacities / sizeof capacities[0]; c++) {
        char variant[16];
        u8(capacities[c] - 1);
        u8(c * 5);
        for (unsigned i = 0; i < 150; i++) { /* more than there is room for, some again and again */
            u8(i % 3 == 0 ? 0x80 : 0);
            u8(i % 4 == 0 ? i % 7 : i * 37);
        }
        for (unsigned i = 0; i < 3; i++) {
            u8(0xf0);
            u8(i | 0x90);
            for (unsigned k = 0; k < 10; k++) {
                u8(k * 11 + i);
                text(k * 9, k);
            }
        }
        snprintf(variant, sizeof variant, "%u", capacities[c]);
        save("box_keys", "capacity", variant);
    }
}

/* Where a text of the target dropin lies: apart, `shift` bytes from the one before, or anywhere. */
enum { APART, IN_PLACE, BEFORE, AFTER, ANYWHERE, PLACES };
static const char *const places[PLACES] = {"apart", "in-place", "before", "after", "anywhere"};

static void lies(unsigned place, unsigned seed) {
    static const unsigned delta[PLACES] = {[IN_PLACE] = 128, [BEFORE] = 128 + 24, [AFTER] = 128 - 17};
    u8(place == APART ? 0 : place == ANYWHERE ? 0xff : 0x60);
    if (place == ANYWHERE) {
        u16(seed * 371);
    } else if (place != APART) {
        u8(delta[place]);
    }
}

static void placed_text(unsigned place, unsigned len, unsigned seed) {
    length(len);
    lies(place, seed);
    if (len > 0) {
        stream(seed);
    }
}

/* The damage to what arrives, none or a bit. */
static void arrives(unsigned damaged, unsigned bit) {
    u8(damaged ? 3 : 1);
    if (damaged) {
        u16(bit);
    }
}

static void dropin_seeds(void) {
    static const char *const names[] = {"aead", "secretbox", "box", "sealed-box", "padded", "keys", "sign", "stream"};
    enum { AEAD, SECRETBOX, BOX, SEALED_BOX, PADDED, KEYS, SIGN, STREAM };
    for (unsigned op = AEAD; op <= STREAM; op++) {
        for (unsigned place = APART; place < PLACES; place++) {
            const unsigned len = 40 + 131 * place, detached = place % 2;
            u8(op);
            u8(place);
            if (op == STREAM) {
                stream(1);
                stream(2);
                placed_text(APART, len, 3);
                placed_text(APART, 16 * place, 4);
                lies(place, 5);
                arrives(place == AFTER, 3);
                u8(0x5a); /* who has which piece */
                for (unsigned i = 0; i < 12; i++) {
                    length(7 + 13 * i);
                }
                save("dropin", names[op], places[place]);
                continue;
            }
            u8(op == KEYS ? place : detached);
            stream(1);
            if (op == BOX || op == SEALED_BOX || op == PADDED) {
                u8(0); /* the pair as it is */
            }
            if (op == PADDED || op == KEYS) {
                stream(2);
            }
            if (op != SEALED_BOX && op != SIGN) {
                stream(3);
            }
            if (op == KEYS) {
                save("dropin", names[op], places[place]);
                continue;
            }
            placed_text(APART, len, 4);
            if (op == AEAD) {
                placed_text(place, 20 * place, 5);
            }
            lies(place, 6);
            if (detached && (op == AEAD || op == SECRETBOX || op == BOX)) {
                lies(APART, 7);
            }
            arrives(place == BEFORE, 77);
            u8(1);
            u8(0);
            lies(place, 8);
            u8(0);
            save("dropin", names[op], places[place]);
        }
    }
}

static void string(const char *text) {
    while (*text != 0) {
        u8((unsigned char)*text++);
    }
}

static void cli_parse_seeds(void) {
    enum { ARGUMENTS, KEY_FILE, SIGNATURES, BOX_FILE, REPORT };
    static const struct {
        unsigned command;
        const char *name, *arguments;
    } lines[] = {
        {0, "fanout", "--profile\nnacl-pairwise,ssv2\n-r\n12,50\n--size=400\n--impl\nsealane,libsodium\n-k\nbest\n-t2"},
        {0, "fanout-files", "--message\n-\n--html=page.html\n--json\n-\n--seed=7\n--rounds\n3\n-d\n2\n--profile=all"},
        {1, "plan", "--deliveries=1e9\n--peak\n2.5\n--mix\nnacl-pairwise,ssv2=0.5\n-r2.2\n-d\n2\n--utilisation\n.5"},
        {2, "keygen", "-o\nkey\n--force"},
        {3, "seal", "-r\nrecipients\nfile\n-o\nboxes\n-j"},
        {4, "open", "-k\nkey\n--output=text\n--\n-box"},
        {5, "verify", "--cofactored\n--summary\na\nb\n-"},
        {6, "cpu", "--kernel\navx2\n--json"},
        {7, "preload", "--stats\n--library=l.so\n--\ncommand\n--option"},
        {7, "help", "--help"},
    };
    for (unsigned i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        u8(ARGUMENTS);
        u8(lines[i].command);
        string(lines[i].arguments);
        save("cli_parse", "arguments", lines[i].name);
    }
    u8(KEY_FILE);
    string("# keys\n\n77076d0a7318a57d3c16c17251b26645df8a3d3c4f5f0e8a2b4c6d8e0f102030 # hex\r\n");
    string("\tdwdtCnMYpX08FsFyUbJmRV8OwQhFiCu8eXjNPuCNO3c=\ndwdtCnMYpX08FsFyUbJmRV8OwQhFiCu8eXjNPuCNO3c\n");
    save("cli_parse", "keys", "");
    u8(KEY_FILE);
    string("\n77076d0a7318a57d3c16c17251b26645df8a3d3c4f5f0e8a2b4c6d8e0f10203g\n");
    save("cli_parse", "keys", "bad-digit");
    u8(KEY_FILE);
    string("dwdtCnMYpX08FsFyUbJmRV8OwQhFiCu8eXjNPuCNO3d=\n"); /* the two bits left over are not 0 */
    save("cli_parse", "keys", "not-canonical");

    /* RFC 8032, section 7.1, tests 1 and 2. */
    u8(SIGNATURES);
    u8(0);
    string("{\"public_key\":\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\",\"message\":\"\","
           "\"signature\":\"");
    string("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655"
           "141438e7a100b\"}\n\n");
    string(
        "{\"signature\":\"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387"
        "b2eaeb4302aeeb00d291612bb0c00\",\"message\":\"73\",");
    string("\"public_key\":\"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c\",\"more\":[1,2.5,null]}\n");
    string("{\"public_key\":\"3d\"}\n[]\nnot JSON\n");
    save("cli_parse", "signatures", "");

    /* A box of "hello" for that key, made by libsodium. */
    static const uint8_t box[] = {0x1f, 0x2c, 0x8f, 0x1c, 0x8f, 0xdf, 0xa3, 0xad, 0xdb, 0x35, 0x0b, 0xdd, 0xf7, 0xc7,
                                  0xdb, 0xee, 0x24, 0x19, 0xb6, 0x74, 0x5d, 0x4a, 0x5d, 0x4b, 0xd3, 0x25, 0x5b, 0xbb,
                                  0x9f, 0x14, 0x6b, 0x1d, 0xab, 0x42, 0xad, 0xa7, 0xab, 0x88, 0xe2, 0x69, 0x3e, 0x52,
                                  0xe3, 0x1d, 0xfb, 0xd1, 0xf0, 0xd4, 0x86, 0x2e, 0xfa, 0xb5, 0x02};
    u8(BOX_FILE);
    string("4242424242424242424242424242424242424242424242424242424242424242\n");
    u8(0);
    for (unsigned i = 0; i < sizeof box; i++) {
        u8(box[i]);
    }
    save("cli_parse", "box", "");

    u8(REPORT);
    u8(0);
    string("{\"machine\":{\"cpu\":\"a CPU\",\"compiler\":\"a "
           "compiler\"},\"runs\":[{\"profile\":\"ssv2\",\"devices\":1,\"results\":[");
    for (unsigned i = 0; i < 4; i++) {
        char row[256];
        snprintf(row, sizeof row,
                 "%s{\"mode\":\"send\",\"implementation\":\"%s\",\"recipients\":%u,\"microseconds\":{\"median\":%u.5},\"unit\":"
                 "\"recipient\"}",
                 i == 0 ? "" : ",", i % 2 == 0 ? "libsodium" : "sealane", 2 + 10 * (i / 2), 40 - 10 * (i % 2));
        string(row);
    }
    string("]}]}");
    save("cli_parse", "report", "");
    u8(REPORT);
    u8(1);
    string("{\"runs\":[{\"profile\":\"nacl-pairwise\",\"results\":[{}]}]}");
    save("cli_parse", "report", "lacks");
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
    one_signature_seeds();
    sign_seeds();
    box_seeds();
    box_keys_seeds();
    hpke_seeds();
    dropin_seeds();
    cli_parse_seeds();
    return 0;
}
