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
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/fanout/fanout.h"

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

static size_t measure(const peer *p, size_t recipients, unsigned threads, fanout_row **rows, fanout_failure *failure) {
    const fanout_contestant contestants[] = {{.peer = p, .label = "candidate"},
                                             {.peer = &sealane_peer_libsodium, .label = "libsodium"}};
    const uint8_t message[] = "nine men's morris";
    const fanout_plan plan = {
        .profile = sealane_fanout_profiles[0],
        .contestants = contestants,
        .contestant_count = 2,
        .recipients = &recipients,
        .recipients_count = 1,
        .message = message,
        .size = sizeof message,
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
    assert_int_equal(measure(&faulty, 6, 1, &rows, &failure), 0);
    if (strstr(failure.why, why) == NULL) {
        fail_msg("'%s' does not say '%s'", failure.why, why);
    }
    free(rows);
}

static void wrong_outputs_are_caught(void **state) {
    (void)state;
    refuses(seal_and_flip_a_bit,
            "candidate, cold, 6 recipients: libsodium does not find the message in the output for recipient 5");
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
        size_t n = measure(&sealane_peer_sealane, cases[i].recipients, cases[i].threads, &rows, &failure);
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

static json_t *fanout_json(const char *arguments) {
    char all[1024];
    snprintf(all, sizeof all, "fanout --json - %s", arguments);
    const outcome *result = run(sealane, all);
    if (result->status != 0) {
        fail_msg("status %d: %s", result->status, result->err);
    }
    return parse(result->out);
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
    const json_t *us = json_object_get(row, "microseconds_a_recipient");
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
    json_t *root = fanout_json("--recipients 1,3 --rounds 2 --seed 99 --threads 2");
    assert_string_equal(string_of(root, "profile"), "nacl-pairwise");
    assert_true(json_is_true(json_object_get(root, "exact")));
    assert_int_equal(integer_of(root, "seed"), 99);
    assert_int_equal(integer_of(root, "threads"), 2);
    assert_int_equal(integer_of(root, "message_bytes"), strlen(sealane_fanout_message));
    const json_t *machine = json_object_get(root, "machine");
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
    json_decref(root);
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
    static const char *const expected[] = {
        "nacl-pairwise (exact)", "implementation:kernel", "µs a recipient", "messages a second",
        "ratio to libsodium",    "sealane:portable",      "openssl: ",      "ipsec-mb: "};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_non_null(strstr(result->out, expected[i]));
    }
    assert_int_equal(files_in_scratch(), before + 1); /* nothing temporary is left */
    char path[256], text[65536];
    snprintf(path, sizeof path, "%s/report.json", scratch);
    json_t *root = parse(slurp(path, text, sizeof text));
    assert_true(json_array_size(json_object_get(root, "results")) >= 4);
    json_decref(root);
    unlink(path);

    result = run(sealane, "fanout --recipients 2 --rounds 1 --json no-such-directory/report.json");
    assert_int_equal(result->status, 2);
    assert_non_null(strstr(result->err, "no-such-directory/report.json"));
}

static void kernels_and_implementations(void **state) {
    (void)state;
    json_t *root = fanout_json("-r 2 --rounds 2 --kernel portable --impl sealane,openssl");
    const json_t *results = json_object_get(root, "results");
    assert_int_equal(json_array_size(results), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(string_of(json_array_get(results, i), "label"), "sealane:portable");
        assert_true(json_is_null(json_object_get(json_array_get(results, i), "ratio_to_libsodium")));
    }
    assert_int_equal(json_array_size(json_object_get(root, "notes")), 1);
    json_decref(root);

    root = fanout_json("-r 2 --rounds 2 --kernel best --impl sealane");
    assert_int_equal(json_array_size(json_object_get(root, "results")), 2);
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
        assert_int_equal(integer_of(root, "message_bytes"), cases[i].bytes);
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

    result = run(sealane_bench, "--repetitions 2 --min-time 0.001 --json - '^hkdf_batch/.*/(sealane:portable|libsodium)/'");
    assert_int_equal(result->status, 0);
    json_t *root = parse(result->out);
    const json_t *results = json_object_get(root, "results");
    assert_int_equal(json_array_size(results), 2);
    const json_t *ours = json_array_get(results, 0);
    assert_string_equal(string_of(ours, "name"), "hkdf_batch/hkdf-sha256/sealane:portable/32/1000");
    assert_int_equal(json_array_size(json_object_get(json_object_get(ours, "cycles_an_item"), "sorted")), 2);
    assert_true(json_real_value(json_object_get(json_object_get(ours, "cycles_an_item"), "median")) > 0);
    assert_true(json_real_value(json_object_get(json_object_get(ours, "times_as_fast_as"), "libsodium")) > 0);
    json_decref(root);
}

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_outputs_are_caught),
        cmocka_unit_test(shares_cover_all_recipients),
        cmocka_unit_test(json_holds_everything),
        cmocka_unit_test(table_and_json_file),
        cmocka_unit_test(kernels_and_implementations),
        cmocka_unit_test(messages),
        cmocka_unit_test(wrong_usage),
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
