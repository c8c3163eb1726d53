/* SPDX-License-Identifier: ISC */
/*
 * The fan-out: that wrong outputs are caught before anything is printed, and what the program prints, writes and refuses.
 * No time is asserted. Usage: test_fanout SEALANE [SEALANE-BENCH]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/fanout/capacity.h"
#include "bench/report/gnuplot.h"

static const char *sealane, *sealane_bench;
static char scratch[] = "/tmp/sealane-fanout-XXXXXX";

/* Implementations with faults, over libsodium. */

enum { FAULTY_RECIPIENT = 4 }; /* from 0 */

static sealane_status box_prepare(void *session, const sealane_box_prepare_item *items, size_t n) {
    return sealane_peer_libsodium.box_prepare(session, items, n);
}

static sealane_status seal_and_flip_a_bit(void *session, const sealane_box_seal_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.box_seal(session, items, n);
    if (n > FAULTY_RECIPIENT) {
        items[FAULTY_RECIPIENT].out[items[FAULTY_RECIPIENT].len + 15] ^= 0x80;
    }
    return status;
}

/* Opens, but to another text. */
static sealane_status seal_another_message(void *session, const sealane_box_seal_item *items, size_t n) {
    uint8_t other[64] = {0};
    sealane_status status = SEALANE_OK;
    for (size_t i = 0; i < n && status == SEALANE_OK; i++) {
        sealane_box_seal_item item = items[i];
        memcpy(other, item.in, item.len);
        other[item.len - 1] ^= (uint8_t)(i == FAULTY_RECIPIENT);
        item.in = other;
        status = sealane_peer_libsodium.box_seal(session, &item, 1);
    }
    return status;
}

static sealane_status seal_none_but_the_first(void *session, const sealane_box_seal_item *items, size_t n) {
    return sealane_peer_libsodium.box_seal(session, items, n < FAULTY_RECIPIENT ? n : FAULTY_RECIPIENT);
}

static sealane_status seal_for_the_first_reader_alone(void *session, const sealane_box_seal_item *items, size_t n) {
    sealane_status status = SEALANE_OK;
    for (size_t i = 0; i < n && status == SEALANE_OK; i++) {
        sealane_box_seal_item item = items[i];
        if (i == FAULTY_RECIPIENT) {
            item.public_key = items[0].public_key;
            item.prepared = items[0].prepared;
        }
        status = sealane_peer_libsodium.box_seal(session, &item, 1);
    }
    return status;
}

/* Right when it is checked first, in both modes, and wrong in the rounds. */
static sealane_status seal_right_once(void *session, const sealane_box_seal_item *items, size_t n) {
    static size_t calls;
    return calls++ < 2 ? sealane_peer_libsodium.box_seal(session, items, n) : seal_and_flip_a_bit(session, items, n);
}

static sealane_status seal_not_at_all(void *session, const sealane_box_seal_item *items, size_t n) {
    (void)session;
    (void)items;
    (void)n;
    return SEALANE_EUNSUPPORTED;
}

static size_t measure(const fanout_profile *profile, const peer *p, size_t recipients, unsigned threads, fanout_row **rows,
                      fanout_failure *failure) {
    static fanout_contestant contestants[2]; /* rows point to them */
    contestants[0] = (fanout_contestant){.peer = p, .label = "candidate"};
    contestants[1] = (fanout_contestant){.peer = &sealane_peer_libsodium, .label = "libsodium"};
    const uint8_t message[] = "nine men's morris";
    const fanout_plan plan = {
        .profile = profile,
        .contestants = contestants,
        .contestant_count = 2,
        .recipients = &recipients,
        .recipients_count = 1,
        .devices = profile->devices == 0 ? 1 : 2,
        .messages = {{message, sizeof message, 1}},
        .message_count = 1,
        .threads = threads,
        .rounds = 3,
        .seed = 7,
    };
    return sealane_fanout_measure(&plan, rows, failure);
}

static void refuses(sealane_status (*box_seal)(void *, const sealane_box_seal_item *, size_t), const char *why) {
    peer faulty = sealane_peer_libsodium;
    faulty.box_prepare = box_prepare;
    faulty.box_seal = box_seal;
    fanout_row *rows;
    fanout_failure failure = {""};
    assert_int_equal(measure(sealane_fanout_profiles[0], &faulty, 6, 1, &rows, &failure), 0);
    if (strstr(failure.why, why) == NULL) {
        fail_msg("'%s' does not say '%s'", failure.why, why);
    }
    free(rows);
}

/* The same for every profile and every operation that it uses: a fault in any one is caught, in each mode that uses it. */

typedef enum {
    FAULT_NONE,
    FAULT_AEAD,
    FAULT_OPEN,
    FAULT_BOX,
    FAULT_X25519,
    FAULT_BASE,
    FAULT_VERIFY_ALL_GOOD, /* says that every signature is good, and it is, but for the damaged ones of the check */
    FAULT_VERIFY_ONE_BAD,  /* says of a good one that it is bad */
    FAULT_SIGN,
    FAULT_HKDF,
    FAULT_HPKE_SEAL,
    FAULT_HPKE_OPEN,
    FAULTS
} fault;

static fault wrong_in;
static size_t wrong_calls; /* how often that was called for */

static bool wrong(fault f, size_t n) {
    wrong_calls += wrong_in == f && n > 0;
    return wrong_in == f && n > 0;
}

static sealane_status faulty_aead_seal(void *session, sealane_aead algorithm, const sealane_aead_seal_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.aead_seal(session, algorithm, items, n);
    if (wrong(FAULT_AEAD, n)) {
        items[n - 1].tag[15] ^= 1;
    }
    return status;
}

static sealane_status faulty_aead_open(void *session, sealane_aead algorithm, const sealane_aead_open_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.aead_open(session, algorithm, items, n);
    if (wrong(FAULT_OPEN, n)) {
        items[n - 1].out[items[n - 1].len - 1] ^= 1;
    }
    return status;
}

static sealane_status faulty_box_seal(void *session, const sealane_box_seal_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.box_seal(session, items, n);
    if (wrong(FAULT_BOX, n)) {
        items[n - 1].out[0] ^= 1;
    }
    return status;
}

static sealane_status faulty_x25519(void *session, const sealane_x25519_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.x25519(session, items, n);
    if (wrong(FAULT_X25519, n)) {
        items[n - 1].out[31] ^= 1;
    }
    return status;
}

static sealane_status faulty_x25519_base(void *session, const sealane_x25519_base_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.x25519_base(session, items, n);
    if (wrong(FAULT_BASE, n)) {
        items[n - 1].out[0] ^= 1;
    }
    return status;
}

static sealane_status faulty_verify(void *session, const sealane_ed25519_item *items, size_t n, uint8_t *verdicts) {
    if (wrong(FAULT_VERIFY_ALL_GOOD, n)) {
        memset(verdicts, 1, n);
        return SEALANE_OK;
    }
    sealane_status status = sealane_peer_libsodium.ed25519_verify(session, items, n, verdicts);
    if (wrong(FAULT_VERIFY_ONE_BAD, n)) {
        verdicts[n - 1] = 0;
    }
    return status;
}

static sealane_status faulty_sign(void *session, const sealane_ed25519_sign_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.ed25519_sign(session, items, n);
    if (wrong(FAULT_SIGN, n)) {
        items[n - 1].signature[40] ^= 1;
    }
    return status;
}

static sealane_status faulty_hkdf(void *session, const sealane_hkdf_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.hkdf_sha256(session, items, n);
    if (wrong(FAULT_HKDF, n)) {
        items[n - 1].out[items[n - 1].out_len - 1] ^= 1;
    }
    return status;
}

static sealane_status faulty_hpke_seal(void *session, const sealane_hpke_seal_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.hpke_seal(session, items, n);
    if (wrong(FAULT_HPKE_SEAL, n)) {
        items[n - 1].enc[3] ^= 1;
    }
    return status;
}

static sealane_status faulty_hpke_open(void *session, const sealane_hpke_open_item *items, size_t n) {
    sealane_status status = sealane_peer_libsodium.hpke_open(session, items, n);
    if (wrong(FAULT_HPKE_OPEN, n)) {
        items[n - 1].out[0] ^= 1;
    }
    return status;
}

static void every_fault_of_every_profile_is_caught(void **state) {
    (void)state;
    static const unsigned operations[FAULTS] = {0,
                                                PEER_AEAD_CHACHA20_POLY1305 | PEER_AEAD_XSALSA20_POLY1305,
                                                0,
                                                PEER_BOX,
                                                PEER_X25519,
                                                PEER_X25519_BASE,
                                                PEER_ED25519_VERIFY,
                                                PEER_ED25519_VERIFY,
                                                PEER_ED25519_SIGN,
                                                PEER_HKDF_SHA256,
                                                PEER_HPKE,
                                                PEER_HPKE};
    peer faulty = sealane_peer_libsodium;
    faulty.aead_seal = faulty_aead_seal;
    faulty.aead_open = faulty_aead_open;
    faulty.box_seal = faulty_box_seal;
    faulty.x25519 = faulty_x25519;
    faulty.x25519_base = faulty_x25519_base;
    faulty.ed25519_verify = faulty_verify;
    faulty.ed25519_sign = faulty_sign;
    faulty.hkdf_sha256 = faulty_hkdf;
    faulty.hpke_seal = faulty_hpke_seal;
    faulty.hpke_open = faulty_hpke_open;
    size_t caught = 0;
    for (size_t i = 0; sealane_fanout_profiles[i] != NULL; i++) {
        const fanout_profile *profile = sealane_fanout_profiles[i];
        for (wrong_in = FAULT_NONE; wrong_in < FAULTS; wrong_in++) {
            fanout_row *rows;
            fanout_failure failure = {""};
            wrong_calls = 0;
            size_t n = measure(profile, &faulty, 5, 1, &rows, &failure);
            free(rows);
            const bool of_hpke = wrong_in == FAULT_AEAD || wrong_in == FAULT_X25519 || wrong_in == FAULT_BASE;
            if (wrong_calls == 0 || (of_hpke && (profile->operations & PEER_HPKE) != 0)) {
                /* Nothing went wrong: the profile does without the operation, or it is there for the meter, as HPKE's part. */
                assert_string_equal(failure.why, "");
                assert_true(n >= 2 && (wrong_calls > 0 || (profile->operations & operations[wrong_in]) == 0 ||
                                       (profile->operations & PEER_HPKE) != 0));
            } else if (n != 0 || strstr(failure.why, "libsodium does not find") == NULL) {
                fail_msg("%s, fault %d: %zu rows, '%s'", profile->name, (int)wrong_in, n, failure.why);
            } else {
                caught++;
            }
        }
    }
    print_message("%zu faults caught\n", caught);
    assert_true(caught >= 24);
}

/* Every profile with the real thing: by several threads, the meter's parts add up, ratios and units are what they should be. */
static void every_profile_works(void **state) {
    (void)state;
    for (size_t i = 0; sealane_fanout_profiles[i] != NULL; i++) {
        const fanout_profile *profile = sealane_fanout_profiles[i];
        for (unsigned threads = 1; threads <= 3; threads += 2) {
            fanout_row *rows;
            fanout_failure failure = {""};
            size_t n = measure(profile, &sealane_peer_sealane, 7, threads, &rows, &failure);
            assert_string_equal(failure.why, "");
            assert_true(n >= 2 && n % 2 == 0);
            for (size_t r = 0; r < n; r++) {
                double sum = 0;
                for (int part = 0; part < PARTS; part++) {
                    assert_true(rows[r].parts[part] >= 0);
                    sum += rows[r].parts[part];
                }
                assert_true(rows[r].microseconds.median > 0 && fabs(sum / rows[r].microseconds.median - 1) < 1e-6);
                if (strncmp(profile->name, "mls-", 4) == 0 || strcmp(profile->name, "matrix-share") == 0) {
                    assert_true(rows[r].parts[PART_SIGNATURES] > 0);
                }
            }
            free(rows);
        }
    }
}

static void wrong_outputs_are_caught(void **state) {
    (void)state;
    refuses(seal_and_flip_a_bit,
            "candidate, cold, 6 recipients: libsodium does not find the right output or verdict for recipient 5");
    refuses(seal_another_message, "recipient 5");
    refuses(seal_none_but_the_first, "recipient 5");
    refuses(seal_for_the_first_reader_alone, "recipient 5");
    refuses(seal_right_once, "recipient 5");
    refuses(seal_not_at_all, sealane_status_string(SEALANE_EUNSUPPORTED));
}

static void shares_cover_all_recipients(void **state) {
    (void)state;
    static const struct {
        size_t recipients;
        unsigned threads;
    } cases[] = {{1, 1}, {1, 4}, {2, 3}, {7, 3}, {16, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fanout_row *rows;
        fanout_failure failure = {""};
        size_t n =
            measure(sealane_fanout_profiles[0], &sealane_peer_sealane, cases[i].recipients, cases[i].threads, &rows, &failure);
        assert_string_equal(failure.why, "");
        assert_int_equal(n, 4); /* two modes each */
        for (size_t r = 0; r < n; r++) {
            assert_int_equal(rows[r].rounds, 3);
            assert_int_equal(rows[r].batches, 1);
            assert_int_equal(rows[r].mode, r % 2);
            assert_int_equal(rows[r].recipients, cases[i].recipients);
            assert_true(rows[r].microseconds.median > 0 && sealane_fanout_ratio(rows, n, &rows[r]) > 0);
        }
        assert_true(sealane_fanout_ratio(rows, n, &rows[2]) == 1 && sealane_fanout_ratio(rows, n, &rows[3]) == 1);
        assert_true(sealane_fanout_ratio(rows, 2, &rows[0]) == 0); /* without libsodium's rows */
        free(rows);
    }
}

/* The programs. */

typedef struct {
    int status;
    char out[65536], err[8192];
} outcome;

static char *slurp(const char *path, char *text, size_t size) {
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    text[fread(text, 1, size - 1, f)] = '\0';
    fclose(f);
    return text;
}

static const outcome *run(const char *program, const char *arguments) {
    static outcome result;
    char command[4096];
    snprintf(command, sizeof command, "cd %s && '%s' </dev/null %s >%s.out 2>%s.err", scratch, program, arguments, scratch,
             scratch);
    int status = system(command);
    assert_true(WIFEXITED(status));
    result.status = WEXITSTATUS(status);
    snprintf(command, sizeof command, "%s.out", scratch);
    slurp(command, result.out, sizeof result.out);
    snprintf(command, sizeof command, "%s.err", scratch);
    slurp(command, result.err, sizeof result.err);
    return &result;
}

static json_t *parse(const char *text) {
    json_error_t error;
    json_t *root = json_loads(text, 0, &error);
    if (root == NULL) {
        fail_msg("line %d: %s", error.line, error.text);
    }
    return root;
}

/* A report; the caller looks at its first run. */
static json_t *fanout_json(const char *arguments) {
    char all[1024];
    snprintf(all, sizeof all, "fanout --json - %s", arguments);
    const outcome *result = run(sealane, all);
    if (result->status != 0) {
        fail_msg("status %d: %s", result->status, result->err);
    }
    return parse(result->out);
}

static const json_t *run_of(const json_t *report, size_t i) {
    const json_t *one = json_array_get(json_object_get(report, "runs"), i);
    assert_non_null(one);
    return one;
}

static const char *string_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    assert_non_null(text);
    return text;
}

static json_int_t integer_of(const json_t *object, const char *name) {
    assert_true(json_is_integer(json_object_get(object, name)));
    return json_integer_value(json_object_get(object, name));
}

static void check_row(const json_t *row) {
    const json_t *us = json_object_get(row, "microseconds");
    double q1 = json_real_value(json_object_get(us, "q1")), median = json_real_value(json_object_get(us, "median")),
           q3 = json_real_value(json_object_get(us, "q3"));
    assert_true(0 < q1 && q1 <= median && median <= q3);
    double messages = json_real_value(json_object_get(row, "messages_a_second")),
           expected = 1e6 / (median * (double)integer_of(row, "recipients"));
    assert_true(messages > 0.999 * expected && messages < 1.001 * expected);
    assert_int_equal(integer_of(row, "rounds"), 2);
    assert_true(strcmp(string_of(row, "mode"), "cold") == 0 || strcmp(string_of(row, "mode"), "prepared") == 0);
    if (strcmp(string_of(row, "implementation"), "libsodium") == 0) {
        assert_string_equal(string_of(row, "label"), "libsodium");
        assert_true(json_is_null(json_object_get(row, "kernel")));
        assert_true(json_real_value(json_object_get(row, "ratio_to_libsodium")) == 1);
    } else {
        assert_string_equal(string_of(row, "implementation"), "sealane");
        assert_memory_equal(string_of(row, "label"), "sealane:", 8);
        assert_string_equal(string_of(row, "label") + 8, string_of(row, "kernel"));
        assert_true(json_real_value(json_object_get(row, "ratio_to_libsodium")) > 0);
    }
}

static void json_holds_everything(void **state) {
    (void)state;
    json_t *report = fanout_json("--recipients 1,3 --rounds 2 --seed 99 --threads 2");
    const json_t *root = run_of(report, 0);
    assert_string_equal(string_of(report, "command"),
                        "sealane fanout --json - --recipients 1,3 --rounds 2 --seed 99 --threads 2");
    assert_int_equal(json_array_size(json_object_get(report, "runs")), 1);
    assert_string_equal(string_of(root, "profile"), "nacl-pairwise");
    assert_true(json_is_true(json_object_get(root, "exact")));
    assert_int_equal(integer_of(root, "seed"), 99);
    assert_int_equal(integer_of(root, "threads"), 2);
    const json_t *messages = json_object_get(root, "messages");
    assert_int_equal(json_array_size(messages), 1);
    assert_int_equal(integer_of(json_array_get(messages, 0), "bytes"), strlen(sealane_fanout_message));
    const json_t *machine = json_object_get(report, "machine");
    assert_true(strlen(string_of(machine, "cpu")) > 0 && strlen(string_of(machine, "compiler")) > 0);
    assert_int_equal(json_array_size(json_object_get(root, "implementations")), 2);

    const json_t *results = json_object_get(root, "results");
    size_t n = json_array_size(results), portable = 0, libsodium = 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(results, i);
        check_row(row);
        assert_int_equal(integer_of(row, "recipients"), i < n / 2 ? 1 : 3);
        portable += strcmp(string_of(row, "label"), "sealane:portable") == 0;
        libsodium += strcmp(string_of(row, "label"), "libsodium") == 0;
    }
    assert_int_equal(portable, 4); /* two modes for two numbers of recipients */
    assert_int_equal(libsodium, 4);
    assert_true(n == 8 || n == 12); /* 12 where there is a better kernel than the portable one */

    /* Those that cannot do it are named. */
    const json_t *notes = json_object_get(root, "notes");
    assert_int_equal(json_array_size(notes), 2);
    assert_memory_equal(json_string_value(json_array_get(notes, 0)), "openssl: ", 9);
    assert_memory_equal(json_string_value(json_array_get(notes, 1)), "ipsec-mb: ", 10);
    json_decref(report);
}

static size_t files_in_scratch(void) {
    DIR *directory = opendir(scratch);
    assert_non_null(directory);
    size_t n = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(directory);
    return n;
}

static void table_and_json_file(void **state) {
    (void)state;
    size_t before = files_in_scratch();
    const outcome *result = run(sealane, "fanout --recipients 2 --rounds 1 --json report.json");
    assert_int_equal(result->status, 0);
    assert_string_equal(result->err, ""); /* no progress bar: not a terminal */
    static const char *const expected[] = {"nacl-pairwise (exact)", "implementation:kernel", "µs a",      "messages a second",
                                           "ratio to libsodium",    "sealane:portable",      "openssl: ", "ipsec-mb: "};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_non_null(strstr(result->out, expected[i]));
    }
    assert_int_equal(files_in_scratch(), before + 1); /* nothing temporary is left */
    char path[256], text[65536];
    snprintf(path, sizeof path, "%s/report.json", scratch);
    json_t *root = parse(slurp(path, text, sizeof text));
    assert_true(json_array_size(json_object_get(run_of(root, 0), "results")) >= 4);
    json_decref(root);
    unlink(path);

    result = run(sealane, "fanout --recipients 2 --rounds 1 --json no-such-directory/report.json");
    assert_int_equal(result->status, 2);
    assert_non_null(strstr(result->err, "no-such-directory/report.json"));
}

static void kernels_and_implementations(void **state) {
    (void)state;
    json_t *root = fanout_json("-r 2 --rounds 2 --kernel portable --impl sealane,openssl");
    const json_t *results = json_object_get(run_of(root, 0), "results");
    assert_int_equal(json_array_size(results), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(string_of(json_array_get(results, i), "label"), "sealane:portable");
        assert_true(json_is_null(json_object_get(json_array_get(results, i), "ratio_to_libsodium")));
    }
    assert_int_equal(json_array_size(json_object_get(run_of(root, 0), "notes")), 1);
    json_decref(root);

    root = fanout_json("-r 2 --rounds 2 --kernel best --impl sealane");
    assert_int_equal(json_array_size(json_object_get(run_of(root, 0), "results")), 2);
    json_decref(root);
}

static void messages(void **state) {
    (void)state;
    char path[256];
    snprintf(path, sizeof path, "%s/message", scratch);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 1234; i++) {
        fputc(i & 0xff, f);
    }
    fclose(f);
    static const struct {
        const char *arguments;
        json_int_t bytes;
    } cases[] = {{"--message message", 1234},
                 {"--message - <message", 1234},
                 {"--message /dev/null", 0},
                 {"--size 0", 0},
                 {"--size 1", 1},
                 {"--size 100000", 100000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "--recipients 3 --rounds 2 %s", cases[i].arguments);
        json_t *root = fanout_json(arguments);
        assert_int_equal(integer_of(json_array_get(json_object_get(run_of(root, 0), "messages"), 0), "bytes"), cases[i].bytes);
        json_decref(root);
    }
    unlink(path);
}

static void wrong_usage(void **state) {
    (void)state;
    static const struct {
        const char *arguments, *says;
    } cases[] = {
        {"--profile nacl", "unknown profile 'nacl'; there are: nacl-pairwise"},
        {"--profile ssv2,", "unknown profile ''"},
        {"--devices 0", "is not a number from 1 to 100"},
        {"--html no-such-directory/page", "no-such-directory/page: cannot write there: No such file"},
        {"--kernel avx3", "portable"},
        {"--impl sealane,nacl", "unknown implementation 'nacl'; there are: sealane libsodium openssl ipsec-mb"},
        {"--impl ''", "unknown implementation"},
        {"--impl openssl", "no implementation is left"},
        {"--impl openssl,ipsec-mb", "ipsec-mb: "},
        {"--recipients 0", "'0' is not a number from 1 to 1000000"},
        {"--recipients 1000001", "'1000001' is not a number"},
        {"--recipients 12,,50", "'' is not a number"},
        {"--recipients 12,5x", "'5x' is not a number"},
        {"--recipients -3", "'-3' is not a number"},
        {"--recipients ' 3'", "' 3' is not a number"},
        {"--recipients 99999999999999999999", "is not a number"},
        {"--recipients 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "more than 16"},
        {"--message no-such-file", "no-such-file: cannot open"},
        {"--message /", "/: cannot read"},
        {"--message /dev/zero", "/dev/zero: a message has at most 16777216 bytes"},
        {"--size 16777217", "is not a number from 0 to 16777216"},
        {"--size 5 --message /dev/null", "exclude each other"},
        {"--size 16777216 --recipients 1000000", "memory"},
        {"--threads 0", "is not a number from 1 to 256"},
        {"--threads 257", "is not a number from 1 to 256"},
        {"--seed -1", "is not a number"},
        {"--rounds 0", "is not a number"},
        {"--no-such-option", "no-such-option"},
        {"something", "Too many arguments"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "fanout --rounds 1 %s", cases[i].arguments);
        const outcome *result = run(sealane, arguments);
        if (result->status != 2 || strstr(result->err, cases[i].says) == NULL || result->out[0] != '\0') {
            fail_msg("%s: status %d, '%s', '%s'", cases[i].arguments, result->status, result->err, result->out);
        }
    }
}

static size_t occurrences(const char *text, const char *what) {
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what)) {
        n++;
    }
    return n;
}

static void page(void **state) {
    (void)state;
    char why[256], path[256];
    static char text[1 << 21];
    if (!sealane_gnuplot_present(why, sizeof why)) {
        print_message("no page: %s\n", why);
        skip();
    }
    const outcome *result = run(sealane, "fanout --profile ssv2,nacl-pairwise --recipients 2,5 --rounds 1 --html page.html");
    assert_string_equal(result->err, "");
    assert_int_equal(result->status, 0);
    snprintf(path, sizeof path, "%s/page.html", scratch);
    slurp(path, text, sizeof text);
    assert_memory_equal(text, "<!doctype html>", 15);
    assert_non_null(strstr(text, "</html>"));
    assert_non_null(
        strstr(text, "<pre>sealane fanout --profile ssv2,nacl-pairwise --recipients 2,5 --rounds 1 --html page.html</pre>"));
    assert_null(strstr(text, "http:")); /* nothing is fetched */
    assert_null(strstr(text, "https:"));
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "rgb(")); /* every colour is the page's own */
    assert_null(strchr(text, '\x01'));
    /* One of all, and of ssv2, and of two modes: bars, parts, lines. Each twice. */
    assert_int_equal(occurrences(text, "<figure>"), 1 + 3 + 2 * 3);
    assert_int_equal(occurrences(text, "<svg"), 2 * occurrences(text, "<figure>"));
    assert_int_equal(occurrences(text, "</svg>"), occurrences(text, "<svg"));
    assert_int_equal(occurrences(text, "id='gpDot'"), 1);
    static const char *const expected[] = {"key agreement", "signatures", "AEAD",     "hashing", "op-equivalent",
                                           "exact",         "libsodium",  "Sealane",  "µs",      "prefers-color-scheme:dark",
                                           "portable",      "recipients", "quartiles"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_non_null(strstr(text, expected[i]));
    }
    unlink(path);

    char kept[4096];
    snprintf(kept, sizeof kept, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    result = run(sealane, "fanout --recipients 2 --rounds 1 --html page.html");
    setenv("PATH", kept, 1);
    assert_int_equal(result->status, 2);
    assert_string_equal(result->err,
                        "sealane fanout: --html: gnuplot, which draws the charts, is not installed (Debian: gnuplot-nox)\n");
    assert_string_equal(result->out, ""); /* said before anything is measured */
}

static void draw(const char *script, bool good) {
    char why[256] = "";
    char *drawn = sealane_gnuplot_run(script, strlen(script), why, sizeof why);
    assert_int_equal(drawn != NULL, good);
    assert_true(good || strncmp(why, "gnuplot failed: ", 16) == 0);
    free(drawn);
}

static void gnuplot(void **state) {
    (void)state;
    char why[256];
    if (!sealane_gnuplot_present(why, sizeof why)) {
        print_message("no charts: %s\n", why);
        skip();
    }
    draw("set terminal svg\nplot -1\n", true);
    draw("set no-such-thing\n", false);
}

/* What fanout.md's words come to: 71 µs a delivery are 137 cores on average and 2,960 at the peak. */

static json_t *result_of(const char *implementation, const char *mode, const char *unit, int recipients, double us, bool once) {
    return json_pack("{s:s, s:s, s:s, s:i, s:{s:f}, s:b, s:n}", "implementation", implementation, "mode", mode, "unit", unit,
                     "recipients", recipients, "microseconds", "median", us, "cost_is_once", once, "ceiling");
}

static json_t *report_of(const char *profile, int devices, bool grows, json_t *results) {
    return json_pack("{s:[{s:s, s:i, s:b, s:o}]}", "runs", "profile", profile, "devices", devices, "cost_grows_with_devices",
                     grows, "results", results);
}

static capacity_scenario whatsapp(const char *profile, size_t mode) {
    const fanout_profile *p = sealane_fanout_find(profile, strlen(profile));
    assert_non_null(p);
    return (capacity_scenario){.deliveries = 100e9,
                               .peak = 21.6,
                               .recipients = 2.2,
                               .devices = 2,
                               .utilisation = 0.6,
                               .watts = 2,
                               .terms = {{p, &p->modes[mode], 1}},
                               .term_count = 1};
}

static void near(double a, double b) {
    if (fabs(a / b - 1) > 1e-3) {
        fail_msg("%g is not %g", a, b);
    }
}

static void capacity(void **state) {
    (void)state;
    capacity_needs needs;
    char why[256];
    json_t *report = report_of("ssv2", 1, false,
                               json_pack("[o, o]", result_of("libsodium", "send", "recipient", 100, 71, false),
                                         result_of("sealane", "send", "recipient", 100, 7.1, false)));
    capacity_scenario s = whatsapp("ssv2", 0);
    assert_true(sealane_capacity(&s, report, needs, why, sizeof why));
    near(needs[0][CAPACITY_ALONE].cores_average, 136.96);
    near(needs[0][CAPACITY_ALONE].cores_peak, 2958);
    near(needs[1][CAPACITY_TOGETHER].cores_average, 13.696);
    near(needs[0][CAPACITY_ALONE].kilowatt_hours, 7.1e6 * 2 / 3.6e6); /* 100e9 deliveries of 71 µs, 2 W */
    json_decref(report);

    /* 30 µs once and 10 a recipient; a message to 2.2 costs 52. The ceiling's row and other modes are not looked at. */
    json_t *limited = result_of("sealane", "send", "recipient", 2, 1000, false);
    json_object_set_new(limited, "ceiling", json_string("portable"));
    report = report_of("ssv2", 1, false,
                       json_pack("[o, o, o, o, o, o]", result_of("libsodium", "send", "recipient", 100, 10.3, false),
                                 result_of("libsodium", "send", "recipient", 2, 25, false), limited,
                                 result_of("sealane", "send", "recipient", 5, 2, false),
                                 result_of("sealane", "send", "recipient", 2, 5, false),
                                 result_of("sealane", "other", "recipient", 3, 1000, false)));
    assert_true(sealane_capacity(&s, report, needs, why, sizeof why));
    near(needs[0][CAPACITY_ALONE].microseconds, 52 / 2.2);
    near(needs[0][CAPACITY_TOGETHER].microseconds, 10.3);
    near(needs[1][CAPACITY_ALONE].microseconds, 10 / 2.2); /* lanes: two cost what five do */
    near(needs[1][CAPACITY_TOGETHER].microseconds, 2);
    s.terms[0].weight = 0.5;
    assert_true(sealane_capacity(&s, report, needs, why, sizeof why));
    near(needs[0][CAPACITY_ALONE].microseconds, 26 / 2.2);
    s = whatsapp("mls-add", 0);
    assert_false(sealane_capacity(&s, report, needs, why, sizeof why));
    assert_string_equal(why, "no figure of libsodium for mls-add, add");
    json_decref(report);

    /* Measured for three devices, wanted for two. */
    report = report_of("matrix-share", 3, true,
                       json_pack("[o, o]", result_of("libsodium", "send", "recipient", 100, 300, false),
                                 result_of("sealane", "send", "recipient", 100, 30, false)));
    s = whatsapp("matrix-share", 0);
    assert_true(sealane_capacity(&s, report, needs, why, sizeof why));
    near(needs[0][CAPACITY_ALONE].microseconds, 200);
    json_decref(report);

    /* A message costs the same for any group; each device of each recipient verifies it. */
    report = report_of("sender-key-warm", 1, false,
                       json_pack("[o, o, o, o]", result_of("libsodium", "send", "recipient", 1000, 0.022, true),
                                 result_of("libsodium", "receive", "message", 1000, 50, false),
                                 result_of("sealane", "send", "recipient", 1000, 0.011, true),
                                 result_of("sealane", "receive", "message", 1000, 5, false)));
    s = whatsapp("sender-key-warm", 0);
    assert_true(sealane_capacity(&s, report, needs, why, sizeof why));
    near(needs[0][CAPACITY_ALONE].microseconds, 10);
    s = whatsapp("sender-key-warm", 1);
    assert_true(sealane_capacity(&s, report, needs, why, sizeof why));
    near(needs[1][CAPACITY_ALONE].microseconds, 10);
    json_decref(report);
}

static void plan_from_a_file(void **state) {
    (void)state;
    char path[256];
    snprintf(path, sizeof path, "%s/saved.json", scratch);
    assert_int_equal(run(sealane, "fanout --profile ssv2 --recipients 2,5 --rounds 1 --kernel best --json saved.json")->status,
                     0);
    const outcome *result = run(sealane, "plan --from saved.json");
    assert_int_equal(result->status, 0);
    static const char *const expected[] = {"100 billion deliveries a day",
                                           "earnings call of October 2020",
                                           "December 2022",
                                           "April 2014",
                                           "Assumed: 3.9 W",
                                           "from saved.json",
                                           "libsodium",
                                           "in batches"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_non_null(strstr(result->out, expected[i]));
    }
    result =
        run(sealane, "plan --from saved.json --deliveries 8.64e9 --watts-per-core 5 --peak 2 --recipients 3 --utilisation 0.5");
    assert_int_equal(result->status, 0);
    assert_non_null(strstr(result->out, "8.64 billion deliveries a day\n"));
    assert_non_null(strstr(result->out, "Assumed: 5 W a working core\n"));

    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("{\n\"runs\": [\n", f);
    fclose(f);
    static const struct {
        const char *arguments, *says;
    } cases[] = {
        {"--from saved.json", "saved.json: line 3: "},
        {"--from /dev/null", "/dev/null: line 1: "},
        {"--from no-such-file", "no-such-file: cannot open"},
        {"--mix ssv3", "unknown profile 'ssv3'; there are: nacl-pairwise"},
        {"--mix ssv2:receive", "ssv2 has no mode 'receive'; there are: send"},
        {"--mix ssv2=0", "'0' is not a number above 0"},
        {"--mix ssv2,", "unknown profile ''"},
        {"--deliveries 0", "'0' is not a number above 0"},
        {"--deliveries nan", "'nan' is not a number"},
        {"--peak x", "'x' is not a number"},
        {"--recipients 1e9", "'1e9' is not a number above 0 and up to 1e+06"},
        {"--utilisation 1.5", "is not a number above 0 and up to 1"},
        {"--watts-per-core -3", "is not a number"},
        {"something", "Too many arguments"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "plan %s", cases[i].arguments);
        result = run(sealane, arguments);
        if (result->status != 2 || strstr(result->err, cases[i].says) == NULL || result->out[0] != '\0') {
            fail_msg("%s: status %d, '%s', '%s'", cases[i].arguments, result->status, result->err, result->out);
        }
    }
    f = fopen(path, "w");
    assert_non_null(f);
    fputs("{\"runs\": []}", f);
    fclose(f);
    result = run(sealane, "plan --from saved.json");
    assert_int_equal(result->status, 2);
    assert_string_equal(result->err, "sealane plan: saved.json: no figure of libsodium for ssv2, send\n");
    unlink(path);
}

static void lists_and_helps(void **state) {
    (void)state;
    const outcome *result = run(sealane, "fanout --list");
    assert_int_equal(result->status, 0);
    assert_non_null(strstr(result->out, "nacl-pairwise"));
    assert_non_null(strstr(result->out, "12,50,256"));
    assert_non_null(strstr(result->out, "exact"));
    result = run(sealane, "fanout --help");
    assert_int_equal(result->status, 0);
    assert_non_null(strstr(result->out, "--recipients"));
}

static void bench_lists_and_runs(void **state) {
    (void)state;
    if (sealane_bench == NULL) {
        print_message("no sealane-bench in this build\n");
        skip();
    }
    const outcome *result = run(sealane_bench, "--list 'seal_batch/chacha20-poly1305/.*/256/'");
    assert_int_equal(result->status, 0);
    assert_non_null(strstr(result->out, "seal_batch/chacha20-poly1305/sealane:portable/256/1000\n"));
    assert_non_null(strstr(result->out, "seal_batch/chacha20-poly1305/libsodium/256/1000\n"));
    assert_null(strstr(result->out, "/64/"));
    assert_int_equal(run(sealane_bench, "no_such_operation")->status, 2);
    assert_int_equal(run(sealane_bench, "--repetitions 0")->status, 2);

    result =
        run(sealane_bench, "--repetitions 2 --min-time 0.001 --json - '^hkdf/hkdf-sha256/(sealane:portable|libsodium)/32/1$'");
    assert_int_equal(result->status, 0);
    json_t *root = parse(result->out);
    const json_t *results = json_object_get(root, "results");
    assert_int_equal(json_array_size(results), 2);
    const json_t *ours = json_array_get(results, 0);
    assert_string_equal(string_of(ours, "name"), "hkdf/hkdf-sha256/sealane:portable/32/1");
    assert_int_equal(json_array_size(json_object_get(json_object_get(ours, "cycles_an_item"), "sorted")), 2);
    assert_true(json_real_value(json_object_get(json_object_get(ours, "cycles_an_item"), "median")) > 0);
    assert_true(json_real_value(json_object_get(json_object_get(ours, "times_as_fast_as"), "libsodium")) > 0);
    json_decref(root);
}

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_outputs_are_caught),
        cmocka_unit_test(every_fault_of_every_profile_is_caught),
        cmocka_unit_test(every_profile_works),
        cmocka_unit_test(shares_cover_all_recipients),
        cmocka_unit_test(json_holds_everything),
        cmocka_unit_test(table_and_json_file),
        cmocka_unit_test(kernels_and_implementations),
        cmocka_unit_test(messages),
        cmocka_unit_test(wrong_usage),
        cmocka_unit_test(page),
        cmocka_unit_test(gnuplot),
        cmocka_unit_test(capacity),
        cmocka_unit_test(plan_from_a_file),
        cmocka_unit_test(lists_and_helps),
        cmocka_unit_test(bench_lists_and_runs),
    };
    if (argc < 2 || mkdtemp(scratch) == NULL) {
        fprintf(stderr, "usage: test_fanout SEALANE [SEALANE-BENCH]\n");
        return 2;
    }
    sealane = argv[1];
    sealane_bench = argc > 2 ? argv[2] : NULL;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char path[256];
    snprintf(path, sizeof path, "%s.out", scratch);
    unlink(path);
    snprintf(path, sizeof path, "%s.err", scratch);
    unlink(path);
    rmdir(scratch);
    return failed;
}
