/* SPDX-License-Identifier: ISC */
/*
 * Fuzzes libsealane-sodium's functions beside libsodium's of the same names, which come from libsodium's own library by dlsym.
 * Arguments lie in one piece of memory, apart from each other or overlapping. What that memory has to hold afterwards is what
 * libsodium makes of copies that lie apart, put where the arguments are: all of it is compared, for every kernel.
 *
 * What is done otherwise on purpose is in libsealane-sodium(7): where a box, point or signature key is refused, the output is
 * zeroed, and a box that lies there is left whole.
 *
 * Input: which functions; then keys, texts, where they lie, and damage.
 */
#include <dlfcn.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "fuzz/input.h"
#include "fuzz/kernels.h"

#define TEXT_BYTES_MAX 600U

/* The memory: keys, texts that may overlap, texts that lie apart. */
enum { KEY = 0, NONCE = 64, PUBLIC = 96, SECRET = 128, SEED = 192, RESULT = 256, TEXTS = 512, APART = 4096, END = 8192 };

typedef struct {
    size_t at, len;
} span;

static uint8_t before[END], expected[END];
static size_t apart; /* where the next text that lies apart goes */

static void *libsodium;

/* The function of libsodium whose name is made of two parts; NULL where its release has none. */
static void *theirs(const char *name, const char *suffix) {
    char whole[128];
    (void)snprintf(whole, sizeof whole, "%s%s", name, suffix);
    return dlsym(libsodium, whole);
}

#define THEIRS(function) ((__typeof__(&(function)))theirs(#function, ""))

/* libsodium's generator is replaced by one that gives both libraries the same bytes. */
static uint32_t drawn;

static const char *draw_name(void) {
    return "fuzz";
}

static uint32_t draw(void) {
    return drawn = drawn * 1664525 + 1013904223;
}

static void draw_bytes(void *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)out)[i] = (uint8_t)(draw() >> 24);
    }
}

void oracle_begin(void) {
    static randombytes_implementation generator = {.implementation_name = draw_name, .random = draw, .buf = draw_bytes};
    libsodium = dlopen("libsodium.so.26", RTLD_NOW | RTLD_LOCAL);
    if (libsodium == NULL) {
        libsodium = dlopen("libsodium.so.23", RTLD_NOW | RTLD_LOCAL);
    }
    REQUIRE(NULL, libsodium != NULL);
    /* What libsodium calls inside has to be its own: this program must not export the names. */
    REQUIRE(NULL, dlsym(RTLD_DEFAULT, "crypto_box_beforenm") == NULL);
    REQUIRE(NULL, THEIRS(randombytes_set_implementation)(&generator) == 0);
    REQUIRE(NULL, THEIRS(sodium_init)() == 0);
    fprintf(stderr, "fuzz: oracle: libsodium %s, loaded beside\n", THEIRS(sodium_version_string)());
}

/* A walk over the kernels of one or two families: each time round, dispatch is limited to one and memory is fresh. */
typedef struct {
    kernel_family family[2];
    size_t families, next, mark;
    const kernel_row *row;
    uint8_t *memory; /* of END bytes, to be as `expected` after the call */
} walk;

static walk walk_of(kernel_family one, kernel_family other) {
    return (walk){.family = {one, other}, .families = one == other ? 1 : 2, .mark = buffers_mark()};
}

static int walk_on(walk *w) {
    if (w->row != NULL) {
        REQUIRE(w->row, memcmp(w->memory, expected, END) == 0);
        buffers_free_from(w->mark);
    }
    const kernel_list *first = kernels_of(w->family[0]), *second = kernels_of(w->family[1]);
    if (w->next == first->n + (w->families == 2 ? second->n : 0)) {
        return 0;
    }
    w->row = w->next < first->n ? first->row[w->next] : second->row[w->next - first->n];
    w->next++;
    sealane_dispatch_limit(w->row->features);
    for (size_t f = 0; f < w->families; f++) {
        (void)kernels_ops(sealane_registry_choose(w->family[f], w->row->features));
    }
    w->memory = buffer_copy(before, END, 0);
    drawn = 1;
    return 1;
}

/* `before` and `expected` as a function's arguments are prepared: bytes that no key or text is. */
static void fresh(void) {
    for (size_t i = 0; i < END; i++) {
        before[i] = (uint8_t)(i * 7 + i / 256);
    }
    apart = APART;
}

static void read_key(reader *r, size_t at, size_t len) {
    read_contents(r, before + at, len);
}

/* Where a text of len bytes lies: apart, near another one, or anywhere. */
static span place(reader *r, size_t near, size_t len) {
    const unsigned how = read_u8(r);
    size_t at = apart;
    if (how < 0x60) {
        apart += len;
        REQUIRE(NULL, apart <= END);
        return (span){at, len};
    }
    at = how < 0xc0 ? near + 128U - read_u8(r) : (size_t)TEXTS + read_u16(r) % (APART - TEXTS);
    at = at < TEXTS ? TEXTS : at;
    return (span){at + len > END ? END - len : at, len};
}

static span read_text(reader *r) {
    const size_t len = read_length(r, TEXT_BYTES_MAX);
    span text = place(r, TEXTS + 512, len);
    read_contents(r, before + text.at, len);
    return text;
}

/* A copy for libsodium, of what the memory holds. Never NULL. */
static uint8_t *copy(span s) {
    return buffer_copy(before + s.at, s.len, s.len == 0);
}

static void expect(span s, const uint8_t *bytes) {
    memmove(expected + s.at, bytes, s.len);
}

static void expect_zero(span s) {
    memset(expected + s.at, 0, s.len);
}

static void expect_before(span s) {
    memcpy(expected + s.at, before + s.at, s.len);
}

/* Puts what was sealed where it is to be opened, with a bit flipped in a third of all cases. */
static void arrive(reader *r, span s, const uint8_t *bytes) {
    memcpy(before + s.at, bytes, s.len);
    if (read_u8(r) % 3 == 0 && s.len > 0) {
        const unsigned bit = read_u16(r);
        before[s.at + bit / 8 % s.len] ^= (uint8_t)(1U << bit % 8);
    }
}

/* A length that is too short for a box, where the input says so. */
static size_t cut(reader *r, size_t len, size_t least) {
    const unsigned how = read_u8(r);
    return how < 0xf0 ? len : how % least;
}

typedef struct {
    const char *name, *suffix;
    kernel_family family;
    size_t key_bytes, nonce_bytes;
    __typeof__(&crypto_aead_chacha20poly1305_ietf_encrypt) encrypt;
    __typeof__(&crypto_aead_chacha20poly1305_ietf_encrypt_detached) encrypt_detached;
    __typeof__(&crypto_aead_chacha20poly1305_ietf_decrypt) decrypt;
    __typeof__(&crypto_aead_chacha20poly1305_ietf_decrypt_detached) decrypt_detached;
} aead_functions;

#define AEAD(name, family, key, nonce)                                                                                         \
    { #name, "", family, key, nonce, name##_encrypt, name##_encrypt_detached, name##_decrypt, name##_decrypt_detached }

/* AES-256-GCM is last: libsodium has it on some CPUs only. */
static const aead_functions aeads[] = {
    AEAD(crypto_aead_chacha20poly1305_ietf, FAMILY_CHACHA20_POLY1305, 32, 12),
    AEAD(crypto_aead_xchacha20poly1305_ietf, FAMILY_XCHACHA20_POLY1305, 32, 24),
    AEAD(crypto_aead_aes256gcm, FAMILY_AES256_GCM, 32, 12),
};

static void fuzz_aead(reader *r) {
    enum { TAG = 16 };
    const size_t n = sizeof aeads / sizeof aeads[0] - (THEIRS(crypto_aead_aes256gcm_is_available)() == 0);
    const aead_functions *f = &aeads[read_u8(r) % n];
    const int detached = read_u8(r) & 1;
    fresh();
    read_key(r, KEY, f->key_bytes);
    read_key(r, NONCE, f->nonce_bytes);
    const span m = read_text(r), ad = read_text(r);
    const span c = place(r, m.at, m.len + (detached ? 0 : TAG)), mac = detached ? place(r, m.at, TAG) : (span){0};
    const span whole = {c.at, m.len + TAG};
    uint8_t *made = copy((span){TEXTS, whole.len}); /* libsodium's text and tag */
    unsigned long long made_len = 0, len = 1;
    __typeof__(f->encrypt) their_encrypt = (__typeof__(f->encrypt))theirs(f->name, "_encrypt");
    __typeof__(f->decrypt) their_decrypt = (__typeof__(f->decrypt))theirs(f->name, "_decrypt");
    REQUIRE(NULL, their_encrypt(made, &made_len, copy(m), m.len, copy(ad), ad.len, NULL, before + NONCE, before + KEY) == 0);
    REQUIRE(NULL, made_len == whole.len);
    memcpy(expected, before, END);
    expect(c, made);
    if (detached) {
        expect(mac, made + m.len);
    }
    for (walk w = walk_of(f->family, f->family); walk_on(&w);) {
        uint8_t *at = w.memory;
        if (detached) {
            REQUIRE(w.row, f->encrypt_detached(at + c.at, at + mac.at, &len, at + m.at, m.len, at + ad.at, ad.len, NULL,
                                               at + NONCE, at + KEY) == 0);
            REQUIRE(w.row, len == TAG);
        } else {
            REQUIRE(w.row, f->encrypt(at + c.at, &len, at + m.at, m.len, at + ad.at, ad.len, NULL, at + NONCE, at + KEY) == 0);
            REQUIRE(w.row, len == made_len);
        }
    }

    /* Opening takes what lies there, whatever it has become where things overlap. */
    arrive(r, c, made);
    if (detached) {
        arrive(r, mac, made + m.len);
    }
    const size_t arrived = detached ? c.len : cut(r, c.len, TAG);
    const span out = place(r, c.at, arrived + TAG < c.len + TAG && !detached ? 0 : m.len);
    const int nowhere = read_u8(r) % 8 == 7;
    uint8_t *opened = copy(out), *boxed = copy((span){TEXTS, whole.len});
    memcpy(boxed, before + c.at, c.len);
    if (detached) {
        memcpy(boxed + m.len, before + mac.at, TAG);
    }
    const int verdict = their_decrypt(nowhere ? NULL : opened, &made_len, NULL, boxed, detached ? whole.len : arrived, copy(ad),
                                      ad.len, before + NONCE, before + KEY);
    memcpy(expected, before, END);
    if (!nowhere) {
        expect(out, opened);
    }
    for (walk w = walk_of(f->family, f->family); walk_on(&w);) {
        uint8_t *at = w.memory, *to = nowhere ? NULL : at + out.at;
        if (detached) {
            REQUIRE(w.row, f->decrypt_detached(to, NULL, at + c.at, m.len, at + mac.at, at + ad.at, ad.len, at + NONCE,
                                               at + KEY) == verdict);
        } else {
            REQUIRE(w.row, f->decrypt(to, &len, NULL, at + c.at, arrived, at + ad.at, ad.len, at + NONCE, at + KEY) == verdict);
            REQUIRE(w.row, len == made_len);
        }
    }
}

/* Secretboxes, and boxes under a shared key: the same arguments. */
typedef struct {
    const char *name, *suffix;
    kernel_family family;
    __typeof__(&crypto_secretbox_easy) easy;
    __typeof__(&crypto_secretbox_detached) detached;
    __typeof__(&crypto_secretbox_open_easy) open_easy;
    __typeof__(&crypto_secretbox_open_detached) open_detached;
} secretbox_functions;

#define SECRETBOX(name, suffix, family)                                                                                        \
    {                                                                                                                          \
#name, #suffix, family, name##_easy##suffix, name##_detached##suffix, name##_open_easy##suffix,                        \
            name##_open_detached##suffix                                                                                       \
    }

static const secretbox_functions secretboxes[] = {
    SECRETBOX(crypto_secretbox, , FAMILY_XSALSA20_POLY1305),
    SECRETBOX(crypto_secretbox_xchacha20poly1305, , FAMILY_XCHACHA20_POLY1305_SECRETBOX),
    SECRETBOX(crypto_box, _afternm, FAMILY_XSALSA20_POLY1305),
    SECRETBOX(crypto_box_curve25519xchacha20poly1305, _afternm, FAMILY_XCHACHA20_POLY1305_SECRETBOX),
};

/* What memory holds after opening a box: the text; where it was refused, zeroes, and over them the box. */
static void expect_opened(int verdict, span out, const uint8_t *opened, span c, span mac) {
    memcpy(expected, before, END);
    if (verdict == 0) {
        expect(out, opened);
    } else {
        expect_zero(out);
        expect_before(c);
        expect_before(mac);
    }
}

static void fuzz_secretbox(reader *r) {
    enum { TAG = 16 };
    const secretbox_functions *f = &secretboxes[read_u8(r) % (sizeof secretboxes / sizeof secretboxes[0])];
    const int detached = read_u8(r) & 1;
    char name[32];
    fresh();
    read_key(r, KEY, 32);
    read_key(r, NONCE, 24);
    const span m = read_text(r);
    const span c = place(r, m.at, m.len + (detached ? 0 : TAG)), mac = detached ? place(r, m.at, TAG) : (span){c.at, TAG};
    const span whole = {TEXTS, TAG + m.len};
    uint8_t *made = copy(whole); /* libsodium's tag and text */
    (void)snprintf(name, sizeof name, "_easy%s", f->suffix);
    REQUIRE(NULL, ((__typeof__(f->easy))theirs(f->name, name))(made, copy(m), m.len, before + NONCE, before + KEY) == 0);
    memcpy(expected, before, END);
    expect(c, detached ? made + TAG : made);
    expect(mac, made);
    for (walk w = walk_of(f->family, f->family); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, (detached ? f->detached(at + c.at, at + mac.at, at + m.at, m.len, at + NONCE, at + KEY)
                                 : f->easy(at + c.at, at + m.at, m.len, at + NONCE, at + KEY)) == 0);
    }

    arrive(r, c, detached ? made + TAG : made);
    if (detached) {
        arrive(r, mac, made);
    }
    const size_t arrived = detached ? c.len : cut(r, c.len, TAG);
    const span out = place(r, c.at, arrived < c.len ? 0 : m.len);
    const int nowhere = read_u8(r) % 8 == 7;
    uint8_t *opened = copy(out), *boxed = copy(whole);
    memcpy(boxed + (detached ? TAG : 0), before + c.at, c.len);
    if (detached) {
        memcpy(boxed, before + mac.at, TAG);
    }
    (void)snprintf(name, sizeof name, "_open_easy%s", f->suffix);
    const int verdict = ((__typeof__(f->open_easy))theirs(f->name, name))(
        nowhere ? NULL : opened, boxed, detached ? whole.len : arrived, before + NONCE, before + KEY);
    expect_opened(verdict, nowhere ? (span){0} : out, opened, c, mac);
    for (walk w = walk_of(f->family, f->family); walk_on(&w);) {
        uint8_t *at = w.memory, *to = nowhere ? NULL : at + out.at;
        REQUIRE(w.row, (detached ? f->open_detached(to, at + c.at, at + mac.at, c.len, at + NONCE, at + KEY)
                                 : f->open_easy(to, at + c.at, arrived, at + NONCE, at + KEY)) == verdict);
    }
}

typedef struct {
    const char *name;
    kernel_family family;
    __typeof__(&crypto_box_seed_keypair) seed_keypair;
    __typeof__(&crypto_box_keypair) keypair;
    __typeof__(&crypto_box_beforenm) beforenm;
    __typeof__(&crypto_box_easy) easy;
    __typeof__(&crypto_box_detached) detached;
    __typeof__(&crypto_box_open_easy) open_easy;
    __typeof__(&crypto_box_open_detached) open_detached;
    __typeof__(&crypto_box_seal) seal;
    __typeof__(&crypto_box_seal_open) seal_open;
} box_functions;

#define BOX(name, family)                                                                                                      \
    {                                                                                                                          \
#name, family, name##_seed_keypair, name##_keypair, name##_beforenm, name##_easy, name##_detached, name##_open_easy,   \
            name##_open_detached, name##_seal, name##_seal_open                                                                \
    }

static const box_functions boxes[] = {
    BOX(crypto_box, FAMILY_XSALSA20_POLY1305),
    BOX(crypto_box_curve25519xchacha20poly1305, FAMILY_XCHACHA20_POLY1305_SECRETBOX),
};

#define THEIR(f, member) ((__typeof__((f)->member))theirs((f)->name, "_" #member))

/* A key pair that fits itself, so that what is sealed opens; or any public key, zeroes among them. */
static void read_pair(reader *r, const box_functions *f) {
    uint8_t seed[32];
    read_contents(r, seed, sizeof seed);
    REQUIRE(NULL, THEIR(f, seed_keypair)(before + PUBLIC, before + SECRET, seed) == 0);
    if (read_u8(r) % 4 == 3) {
        read_key(r, PUBLIC, 32);
    }
}

static void fuzz_box(reader *r) {
    enum { TAG = 16 };
    const box_functions *f = &boxes[read_u8(r) % (sizeof boxes / sizeof boxes[0])];
    const int detached = read_u8(r) & 1;
    fresh();
    read_pair(r, f);
    read_key(r, NONCE, 24);
    const span m = read_text(r);
    const span c = place(r, m.at, m.len + (detached ? 0 : TAG)), mac = detached ? place(r, m.at, TAG) : (span){c.at, TAG};
    const span whole = {TEXTS, TAG + m.len};
    uint8_t *made = copy(whole), shared[32];
    const int refused = THEIR(f, beforenm)(shared, before + PUBLIC, before + SECRET);
    REQUIRE(NULL, THEIR(f, easy)(made, copy(m), m.len, before + NONCE, before + PUBLIC, before + SECRET) == refused);
    memcpy(expected, before, END);
    if (refused == 0) {
        expect(c, detached ? made + TAG : made);
        expect(mac, made);
    }
    for (walk w = walk_of(FAMILY_X25519, f->family); walk_on(&w);) {
        uint8_t *at = w.memory, *pk = at + PUBLIC, *sk = at + SECRET;
        REQUIRE(w.row, (detached ? f->detached(at + c.at, at + mac.at, at + m.at, m.len, at + NONCE, pk, sk)
                                 : f->easy(at + c.at, at + m.at, m.len, at + NONCE, pk, sk)) == refused);
    }

    arrive(r, c, detached ? made + TAG : made);
    if (detached) {
        arrive(r, mac, made);
    }
    const size_t arrived = detached ? c.len : cut(r, c.len, TAG);
    const span out = place(r, c.at, arrived < c.len ? 0 : m.len);
    uint8_t *opened = copy(out), *boxed = copy(whole);
    memcpy(boxed + (detached ? TAG : 0), before + c.at, c.len);
    if (detached) {
        memcpy(boxed, before + mac.at, TAG);
    }
    const int verdict =
        THEIR(f, open_easy)(opened, boxed, detached ? whole.len : arrived, before + NONCE, before + PUBLIC, before + SECRET);
    expect_opened(verdict, refused == 0 ? out : (span){0}, opened, c, mac);
    for (walk w = walk_of(FAMILY_X25519, f->family); walk_on(&w);) {
        uint8_t *at = w.memory, *pk = at + PUBLIC, *sk = at + SECRET;
        REQUIRE(w.row, (detached ? f->open_detached(at + out.at, at + c.at, at + mac.at, c.len, at + NONCE, pk, sk)
                                 : f->open_easy(at + out.at, at + c.at, arrived, at + NONCE, pk, sk)) == verdict);
    }
}

static void fuzz_sealed_box(reader *r) {
    enum { SEAL = 48 };
    const box_functions *f = &boxes[read_u8(r) % (sizeof boxes / sizeof boxes[0])];
    fresh();
    read_pair(r, f);
    const span m = read_text(r), c = place(r, m.at, m.len + SEAL);
    uint8_t *made = copy(c);
    drawn = 1;
    const int refused = THEIR(f, seal)(made, copy(m), m.len, before + PUBLIC);
    memcpy(expected, before, END);
    expect(c, made);
    for (walk w = walk_of(FAMILY_X25519, f->family); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, f->seal(at + c.at, at + m.at, m.len, at + PUBLIC) == refused);
    }

    arrive(r, c, made);
    const size_t arrived = cut(r, c.len, SEAL);
    const span out = place(r, c.at, arrived < c.len ? 0 : m.len);
    uint8_t *opened = copy(out), shared[32];
    const int no_key = THEIR(f, beforenm)(shared, before + c.at, before + SECRET);
    const int verdict = THEIR(f, seal_open)(opened, copy(c), arrived, before + PUBLIC, before + SECRET);
    expect_opened(verdict, no_key == 0 ? out : (span){0}, opened, c, c);
    for (walk w = walk_of(FAMILY_X25519, f->family); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, f->seal_open(at + out.at, at + c.at, arrived, at + PUBLIC, at + SECRET) == verdict);
    }
}

/* NaCl's own form: 32 zero bytes before the text, 16 before the box. */
static void fuzz_padded(reader *r) {
    enum { ZERO = 32, BOX_ZERO = 16 };
    const int with_pair = read_u8(r) & 1;
    fresh();
    read_pair(r, &boxes[0]);
    read_key(r, KEY, 32);
    read_key(r, NONCE, 24);
    const size_t len = read_length(r, TEXT_BYTES_MAX);
    const span m = place(r, TEXTS, len), c = place(r, m.at, len);
    const int in_place = m.at == c.at, lie_apart = m.at + len <= c.at || c.at + len <= m.at;
    read_contents(r, before + m.at, len);
    /* Padding that is not zero goes to libsodium itself, whose texts are in place or lie apart. */
    if (read_u8(r) % 4 != 0 || !(in_place || lie_apart)) {
        memset(before + m.at, 0, len < ZERO ? len : ZERO);
    }
    uint8_t *made = copy(c);
    const int sealed = with_pair ? THEIRS(crypto_box)(made, copy(m), len, before + NONCE, before + PUBLIC, before + SECRET)
                                 : THEIRS(crypto_secretbox)(made, copy(m), len, before + NONCE, before + KEY);
    memcpy(expected, before, END);
    expect(c, made);
    for (walk w = walk_of(FAMILY_XSALSA20_POLY1305, with_pair ? FAMILY_X25519 : FAMILY_XSALSA20_POLY1305); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, (with_pair ? crypto_box(at + c.at, at + m.at, len, at + NONCE, at + PUBLIC, at + SECRET)
                                  : crypto_secretbox(at + c.at, at + m.at, len, at + NONCE, at + KEY)) == sealed);
    }

    arrive(r, c, made);
    const span out = place(r, c.at, len), boxed = {c.at + BOX_ZERO, len < BOX_ZERO ? 0 : len - BOX_ZERO};
    uint8_t *opened = copy(out), shared[32];
    const int no_key = with_pair && THEIRS(crypto_box_beforenm)(shared, before + PUBLIC, before + SECRET) != 0;
    const int verdict = with_pair
                            ? THEIRS(crypto_box_open)(opened, copy(c), len, before + NONCE, before + PUBLIC, before + SECRET)
                            : THEIRS(crypto_secretbox_open)(opened, copy(c), len, before + NONCE, before + KEY);
    const span text = {out.at + ZERO, len < ZERO || no_key ? 0 : len - ZERO};
    expect_opened(verdict, verdict == 0 ? out : text, opened, verdict == 0 ? (span){0} : boxed, (span){0});
    for (walk w = walk_of(FAMILY_XSALSA20_POLY1305, with_pair ? FAMILY_X25519 : FAMILY_XSALSA20_POLY1305); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, (with_pair ? crypto_box_open(at + out.at, at + c.at, len, at + NONCE, at + PUBLIC, at + SECRET)
                                  : crypto_secretbox_open(at + out.at, at + c.at, len, at + NONCE, at + KEY)) == verdict);
    }
}

/* Key pairs and shared keys, drawn and given, apart and in place; X25519 itself. */
static void fuzz_keys(reader *r) {
    const box_functions *f = &boxes[read_u8(r) % (sizeof boxes / sizeof boxes[0])];
    const unsigned which = read_u8(r) % 6, onto = read_u8(r) % 3;
    fresh();
    read_key(r, PUBLIC, 32);
    read_key(r, SECRET, 32);
    read_key(r, SEED, 32);
    const size_t to = onto == 0 ? RESULT : onto == 1 ? SECRET : PUBLIC;
    const span result = {to, which == 2 || which == 3 ? 0 : 32}, public = {PUBLIC, 32}, secret = {SECRET, 64};
    uint8_t *made = copy(public), *made_public = copy(public), *made_secret = copy(secret);
    int verdict = 0;
    drawn = 1;
    switch (which) {
    case 0:
        verdict = THEIR(f, beforenm)(made, before + PUBLIC, before + SECRET);
        break;
    case 1:
        verdict = THEIRS(crypto_scalarmult)(made, before + SECRET, before + PUBLIC);
        break;
    case 2:
        verdict = THEIR(f, seed_keypair)(made_public, made_secret, before + SEED);
        break;
    case 3:
        verdict = THEIR(f, keypair)(made_public, made_secret);
        break;
    case 4:
        THEIRS(crypto_secretbox_keygen)(made);
        break;
    default:
        verdict = THEIRS(crypto_scalarmult_base)(made, before + SECRET);
    }
    memcpy(expected, before, END);
    if (result.len == 0) {
        expect(public, made_public);
        expect(secret, made_secret);
    } else if (verdict == 0) {
        expect(result, made);
    } else {
        expect_zero(result);
    }
    for (walk w = walk_of(FAMILY_X25519, FAMILY_SHA512); walk_on(&w);) {
        uint8_t *at = w.memory, *out = at + to, *pk = at + PUBLIC, *sk = at + SECRET;
        int got = 0;
        switch (which) {
        case 0:
            got = f->beforenm(out, pk, sk);
            break;
        case 1:
            got = crypto_scalarmult(out, sk, pk);
            break;
        case 2:
            got = f->seed_keypair(pk, sk, onto == 1 ? memcpy(sk, before + SEED, 32) : at + SEED);
            break;
        case 3:
            got = f->keypair(pk, sk);
            break;
        case 4:
            crypto_secretbox_keygen(out);
            break;
        default:
            got = crypto_scalarmult_base(out, sk);
        }
        REQUIRE(w.row, got == verdict);
    }
}

static void fuzz_sign(reader *r) {
    enum { SIGNATURE = 64 };
    const int detached = read_u8(r) & 1, drawn_pair = read_u8(r) & 1;
    const span public = {PUBLIC, 32}, secret = {SECRET, 64};
    unsigned long long made_len = 0, len = 1;
    fresh();
    read_key(r, SEED, 32);
    uint8_t *pk = copy(public), *sk = copy(secret);
    drawn = 1;
    REQUIRE(NULL,
            (drawn_pair ? THEIRS(crypto_sign_keypair)(pk, sk) : THEIRS(crypto_sign_seed_keypair)(pk, sk, before + SEED)) == 0);
    memcpy(expected, before, END);
    expect(public, pk);
    expect(secret, sk);
    for (walk w = walk_of(FAMILY_ED25519, FAMILY_SHA512); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, (drawn_pair ? crypto_sign_keypair(at + PUBLIC, at + SECRET)
                                   : crypto_sign_seed_keypair(at + PUBLIC, at + SECRET, at + SEED)) == 0);
    }
    memcpy(before, expected, END);

    const span m = read_text(r), sm = place(r, m.at, SIGNATURE + (detached ? 0 : m.len));
    const span whole = {TEXTS, SIGNATURE + m.len};
    uint8_t *made = copy(whole);
    REQUIRE(NULL, THEIRS(crypto_sign)(made, &made_len, copy(m), m.len, before + SECRET) == 0);
    memcpy(expected, before, END);
    expect(sm, made);
    for (walk w = walk_of(FAMILY_ED25519, FAMILY_SHA512); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row, (detached ? crypto_sign_detached(at + sm.at, &len, at + m.at, m.len, at + SECRET)
                                 : crypto_sign(at + sm.at, &len, at + m.at, m.len, at + SECRET)) == 0);
        REQUIRE(w.row, len == (detached ? SIGNATURE : made_len));
    }

    arrive(r, sm, made);
    if (read_u8(r) % 8 == 7) {
        read_key(r, PUBLIC, 32);
    }
    const size_t arrived = detached ? sm.len : cut(r, sm.len, SIGNATURE);
    const span out = place(r, sm.at, detached || arrived < sm.len ? 0 : m.len);
    const int nowhere = read_u8(r) % 8 == 7;
    uint8_t *opened = copy(out);
    const int verdict = detached
                            ? THEIRS(crypto_sign_verify_detached)(copy(sm), copy(m), m.len, before + PUBLIC)
                            : THEIRS(crypto_sign_open)(nowhere ? NULL : opened, &made_len, copy(sm), arrived, before + PUBLIC);
    memcpy(expected, before, END);
    if (!nowhere) {
        expect(out, opened);
    }
    for (walk w = walk_of(FAMILY_ED25519, FAMILY_SHA512); walk_on(&w);) {
        uint8_t *at = w.memory;
        REQUIRE(w.row,
                (detached ? crypto_sign_verify_detached(at + sm.at, at + m.at, m.len, at + PUBLIC)
                          : crypto_sign_open(nowhere ? NULL : at + out.at, &len, at + sm.at, arrived, at + PUBLIC)) == verdict);
        REQUIRE(w.row, detached || len == made_len);
    }
}

/* A state of either library's, in whose middle the other takes over. */
typedef union {
    crypto_hash_sha256_state sha256;
    crypto_hash_sha512_state sha512;
    crypto_auth_hmacsha256_state hmac256;
    crypto_auth_hmacsha512_state hmac512;
    crypto_sign_state sign;
} any_state;

enum { HASH256, HASH512, AUTH256, AUTH512, AUTH512256, SIGN_PH, STREAMS };
static const size_t stream_bytes[STREAMS] = {32, 64, 32, 64, 32, 64};

#define OF(mine, function) ((mine) ? (function) : THEIRS(function))

static void stream_begin(unsigned stream, int mine, any_state *s, const uint8_t *key, size_t key_len) {
    switch (stream) {
    case HASH256:
        (void)OF(mine, crypto_hash_sha256_init)(&s->sha256);
        break;
    case HASH512:
        (void)OF(mine, crypto_hash_sha512_init)(&s->sha512);
        break;
    case AUTH256:
        (void)OF(mine, crypto_auth_hmacsha256_init)(&s->hmac256, key, key_len);
        break;
    case AUTH512:
        (void)OF(mine, crypto_auth_hmacsha512_init)(&s->hmac512, key, key_len);
        break;
    case AUTH512256:
        (void)OF(mine, crypto_auth_hmacsha512256_init)(&s->hmac512, key, key_len);
        break;
    default:
        (void)OF(mine, crypto_sign_init)(&s->sign);
    }
}

static void stream_add(unsigned stream, int mine, any_state *s, const uint8_t *text, size_t len) {
    switch (stream) {
    case HASH256:
        (void)OF(mine, crypto_hash_sha256_update)(&s->sha256, text, len);
        break;
    case HASH512:
        (void)OF(mine, crypto_hash_sha512_update)(&s->sha512, text, len);
        break;
    case AUTH256:
        (void)OF(mine, crypto_auth_hmacsha256_update)(&s->hmac256, text, len);
        break;
    case AUTH512:
        (void)OF(mine, crypto_auth_hmacsha512_update)(&s->hmac512, text, len);
        break;
    case AUTH512256:
        (void)OF(mine, crypto_auth_hmacsha512256_update)(&s->hmac512, text, len);
        break;
    default:
        (void)OF(mine, crypto_sign_update)(&s->sign, text, len);
    }
}

static void stream_end(unsigned stream, int mine, any_state *s, uint8_t *out, const uint8_t *sk) {
    switch (stream) {
    case HASH256:
        (void)OF(mine, crypto_hash_sha256_final)(&s->sha256, out);
        break;
    case HASH512:
        (void)OF(mine, crypto_hash_sha512_final)(&s->sha512, out);
        break;
    case AUTH256:
        (void)OF(mine, crypto_auth_hmacsha256_final)(&s->hmac256, out);
        break;
    case AUTH512:
        (void)OF(mine, crypto_auth_hmacsha512_final)(&s->hmac512, out);
        break;
    case AUTH512256:
        (void)OF(mine, crypto_auth_hmacsha512256_final)(&s->hmac512, out);
        break;
    default:
        (void)OF(mine, crypto_sign_final_create)(&s->sign, out, NULL, sk);
    }
}

/* One shot, where the stream has that form; the text may lie where the result goes. 1 where it has. */
static int one_shot(unsigned stream, int mine, uint8_t *out, const uint8_t *text, size_t len, const uint8_t *key) {
    switch (stream) {
    case HASH256:
        (void)OF(mine, crypto_hash_sha256)(out, text, len);
        return 1;
    case HASH512:
        (void)OF(mine, crypto_hash_sha512)(out, text, len);
        return 1;
    case AUTH256:
        (void)OF(mine, crypto_auth_hmacsha256)(out, text, len, key);
        return 1;
    case AUTH512:
        (void)OF(mine, crypto_auth_hmacsha512)(out, text, len, key);
        return 1;
    case AUTH512256:
        (void)OF(mine, crypto_auth_hmacsha512256)(out, text, len, key);
        return 1;
    default:
        return 0;
    }
}

static int one_shot_verify(unsigned stream, int mine, const uint8_t *mac, const uint8_t *text, size_t len, const uint8_t *key) {
    switch (stream) {
    case AUTH256:
        return OF(mine, crypto_auth_hmacsha256_verify)(mac, text, len, key);
    case AUTH512:
        return OF(mine, crypto_auth_hmacsha512_verify)(mac, text, len, key);
    case AUTH512256:
        return OF(mine, crypto_auth_hmacsha512256_verify)(mac, text, len, key);
    default:
        return 0;
    }
}

static void fuzz_stream(reader *r) {
    const unsigned stream = read_u8(r) % STREAMS;
    uint8_t pk[32];
    fresh();
    read_key(r, SEED, 32);
    REQUIRE(NULL, THEIRS(crypto_sign_seed_keypair)(pk, before + SECRET, before + SEED) == 0);
    read_key(r, KEY, 32);
    const span text = read_text(r), key = read_text(r), out = place(r, text.at, stream_bytes[stream]);
    const kernel_family family = stream == HASH256 || stream == AUTH256 ? FAMILY_SHA256 : FAMILY_SHA512,
                        other = stream == SIGN_PH ? FAMILY_ED25519 : family;

    uint8_t *made = copy(out);
    if (one_shot(stream, 0, made, copy(text), text.len, before + KEY)) {
        memcpy(expected, before, END);
        expect(out, made);
        for (walk w = walk_of(family, family); walk_on(&w);) {
            (void)one_shot(stream, 1, w.memory + out.at, w.memory + text.at, text.len, w.memory + KEY);
        }
        arrive(r, out, made);
        const int verdict = one_shot_verify(stream, 0, copy(out), copy(text), text.len, before + KEY);
        memcpy(expected, before, END);
        for (walk w = walk_of(family, family); walk_on(&w);) {
            REQUIRE(w.row,
                    one_shot_verify(stream, 1, w.memory + out.at, w.memory + text.at, text.len, w.memory + KEY) == verdict);
        }
    }

    /* In pieces: libsodium's stream is libsodium's throughout, ours passes from hand to hand. */
    const reader pieces = *r;
    any_state state;
    stream_begin(stream, 0, &state, copy(key), key.len);
    stream_add(stream, 0, &state, copy(text), text.len);
    stream_end(stream, 0, &state, made, before + SECRET);
    memcpy(expected, before, END);
    expect(out, made);
    for (walk w = walk_of(family, other); walk_on(&w);) {
        *r = pieces;
        unsigned hands = read_u8(r);
        stream_begin(stream, hands & 1, &state, w.memory + key.at, key.len);
        for (size_t at = 0; at < text.len;) {
            size_t piece = read_length(r, text.len - at);
            piece = piece == 0 && r->left == 0 ? text.len - at : piece;
            hands = hands >> 1 | (hands & 1) << 7;
            stream_add(stream, hands & 1, &state, w.memory + text.at + at, piece);
            at += piece;
        }
        stream_end(stream, !(hands & 2), &state, w.memory + out.at, w.memory + SECRET);
        if (stream == SIGN_PH) {
            crypto_sign_init(&state.sign);
            crypto_sign_update(&state.sign, before + text.at, text.len);
            REQUIRE(w.row, crypto_sign_final_verify(&state.sign, w.memory + out.at, pk) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const all[])(reader *) = {fuzz_aead,   fuzz_secretbox, fuzz_box,  fuzz_sealed_box,
                                            fuzz_padded, fuzz_keys,      fuzz_sign, fuzz_stream};
    reader r = {data, size};
    all[read_u8(&r) % (sizeof all / sizeof all[0])](&r);
    buffers_free();
    return 0;
}
