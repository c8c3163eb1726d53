/* SPDX-License-Identifier: ISC */
/*
 * Fan-out: what a message to a group costs. A profile is a row in a table and the work of one messenger; the engine has every
 * implementation do that work, checks all that comes out with libsodium, and measures them side by side.
 */
#ifndef SEALANE_BENCH_FANOUT_FANOUT_H
#define SEALANE_BENCH_FANOUT_FANOUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/peers/peer.h"
#include "bench/report/stats.h"

#define FANOUT_RECIPIENTS_MAX 1000000U
#define FANOUT_COUNTS_MAX 16U
#define FANOUT_MESSAGE_MAX (16U << 20)
#define FANOUT_CONTESTANTS_MAX 8U
#define FANOUT_THREADS_MAX 256U
#define FANOUT_ROUNDS_MAX 1000000U

/* One message for a number of recipients, as a profile made it from the seed. Its contents are the profile's. */
typedef struct fanout_group fanout_group;

/* What one implementation keeps for one group in one mode: outputs, prepared keys. Its contents are the profile's. */
typedef struct fanout_slot fanout_slot;

typedef struct {
    const char *name;
    const char *work;                  /* in a line, for the reader */
    bool exact;                        /* the protocol's own primitives; else the same operations with our ciphers */
    unsigned operations;               /* PEER_*, which an implementation must have */
    const char *const *families;       /* kernel families that do the work, NULL after the last */
    const char *const *modes;          /* up to four ways to do it, such as "cold", NULL after the last */
    const size_t *recipients;          /* the numbers that are measured unless others are asked for, 0 after the last */
    size_t (*slot_bytes)(size_t size); /* memory that a slot takes for one recipient of a message of that many bytes */
    fanout_group *(*group_new)(uint64_t seed, const uint8_t *message, size_t size, size_t recipients); /* NULL: no memory */
    void (*group_free)(fanout_group *group);

    /* NULL: no memory, or the implementation failed. */
    fanout_slot *(*slot_new)(const fanout_group *group, const peer *p, void *session, size_t mode);
    void (*slot_free)(fanout_slot *slot);

    /* The work that is timed, for recipients first..last-1; the threads divide them up. */
    sealane_status (*run)(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last);

    /* Opens every output with libsodium and compares it. Returns the recipient whose output is wrong, or SIZE_MAX. */
    size_t (*check)(const fanout_slot *slot);
} fanout_profile;

/* Every profile: the first is the default; NULL after the last. */
extern const fanout_profile *const sealane_fanout_profiles[];

/* The text that ships with the program; ends with a NUL that is not part of the message. */
extern const char sealane_fanout_message[];

/* One who takes part: an implementation, under a ceiling for kernels if it is sealane. */
typedef struct {
    const peer *peer;
    const char *ceiling; /* as sealane_cpu_restrict */
    char label[128];     /* implementation:kernel */
} fanout_contestant;

typedef struct {
    const fanout_profile *profile;
    const fanout_contestant *contestants;
    size_t contestant_count;
    const size_t *recipients;
    size_t recipients_count;
    const uint8_t *message;
    size_t size;
    unsigned threads;
    unsigned rounds; /* how often each works, exactly; 0: as often as the time allows */
    uint64_t seed;
    void (*progress)(double part); /* told now and then, from 0 to 1; or NULL */
} fanout_plan;

typedef struct {
    char why[256];
} fanout_failure;

typedef struct {
    const fanout_contestant *contestant;
    size_t mode, recipients;
    size_t rounds, batches; /* batches: of one round */
    quartiles microseconds; /* a recipient */
} fanout_row;

/*
 * Measures: rows for each number of recipients, each contestant and each mode, in this order, go to *rows, which the caller
 * frees. Returns how many, or 0 where something failed, such as an output that libsodium does not open: *failure says what.
 */
size_t sealane_fanout_measure(const fanout_plan *plan, fanout_row **rows, fanout_failure *failure);

/* What kind of time was measured, in words. */
const char *sealane_fanout_clock(const fanout_plan *plan);

/* "exact" or "op-equivalent". */
const char *sealane_fanout_primitives(const fanout_profile *profile);

/* How many times as fast as libsodium in the same mode for the same recipients; 0 if libsodium did not take part. */
double sealane_fanout_ratio(const fanout_row *rows, size_t count, const fanout_row *row);

/* Prints the table, and the notes, an array of strings, after it. Without memory for that it ends the program. */
void sealane_fanout_print(const fanout_plan *plan, const fanout_row *rows, size_t count, const json_t *notes);

/* The same and more, as a new JSON object. */
json_t *sealane_fanout_json(const fanout_plan *plan, const fanout_row *rows, size_t count, json_t *notes);

#endif
