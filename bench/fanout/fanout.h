/* SPDX-License-Identifier: ISC */
/*
 * Fan-out: what messages to groups cost. A profile is a row in a table and the work of one messenger; the engine has every
 * implementation do that work, checks all that comes out with libsodium, and measures them side by side.
 */
#ifndef SEALANE_BENCH_FANOUT_FANOUT_H
#define SEALANE_BENCH_FANOUT_FANOUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/fanout/arena.h"
#include "bench/peers/peer.h"
#include "bench/report/stats.h"

#define FANOUT_RECIPIENTS_MAX 1000000U
#define FANOUT_DEVICES_MAX 100U
#define FANOUT_COUNTS_MAX 16U
#define FANOUT_MESSAGE_MAX (16U << 20)
#define FANOUT_MESSAGES_MAX 8U
#define FANOUT_CONTESTANTS_MAX 8U
#define FANOUT_THREADS_MAX 256U
#define FANOUT_ROUNDS_MAX 1000000U
#define FANOUT_PROFILES_MAX 16U
#define FANOUT_DRAWN 1000U /* messages whose sizes are drawn, unless a message is given */

typedef struct fanout_profile fanout_profile;

/* What a group is made from. */
typedef struct {
    const fanout_profile *profile;
    uint64_t seed;
    const uint8_t *message; /* NULL for a profile that makes its own */
    size_t size;
    size_t recipients, devices;
} fanout_load;

/* Keys, messages and what arrived, as a profile made them from a load. Its contents are the profile's. */
typedef struct fanout_group fanout_group;

/* What one implementation keeps for one group in one mode: items, outputs, prepared keys. Its contents are the profile's. */
typedef struct fanout_slot fanout_slot;

/* A way to do the work, such as "cold", and what its cost is counted by. */
typedef struct {
    const char *name;
    const char *unit; /* "recipient", or "message" where a receiver works through a backlog */
    size_t messages;  /* 0: one for all, and the threads divide up the recipients; else so many, which they divide up */
} fanout_mode;

struct fanout_profile {
    const char *name;
    const char *work;            /* in a line, for the reader */
    const char *story;           /* what happens in the messenger, in a sentence or two */
    bool exact;                  /* the protocol's own primitives; else the same operations with our ciphers */
    bool sized;                  /* each message is one that the load gives; else the sizes are the profile's own */
    bool draws;                  /* makes its own messages, of the size given or of sizes that it draws */
    unsigned operations;         /* PEER_*, which an implementation must have */
    const char *const *families; /* kernel families that do the work, NULL after the last */
    const fanout_mode *modes;    /* up to four, a NULL name after the last */
    const size_t *recipients;    /* the numbers that are measured unless others are asked for, 0 after the last */
    size_t devices;              /* a recipient's, unless told; 0: the work does not depend on them */
    const void *parameters;      /* the profile's own */
    size_t (*slot_bytes)(const fanout_load *load); /* memory that a slot takes for one recipient */

    /* All they take comes from the arena. NULL: no memory, or the implementation failed. */
    fanout_group *(*group_new)(arena *a, const fanout_load *load);
    fanout_slot *(*slot_new)(arena *a, const fanout_group *group, const peer *p, void *session, size_t mode);

    /* The work that is timed, for recipients (or messages: mode) first..last-1; the threads divide them up. */
    sealane_status (*run)(fanout_slot *slot, const peer *p, void *session, size_t first, size_t last);

    /* Opens every output with libsodium and compares it; has libsodium repeat every verdict, and others of signatures that
       were damaged. Returns the recipient (or message) whose output is wrong, or SIZE_MAX. */
    size_t (*check)(fanout_slot *slot, const peer *p, void *session);
};

/* Every profile: the first is the default; NULL after the last. */
extern const fanout_profile *const sealane_fanout_profiles[];

/* The profile of that name, or NULL. */
const fanout_profile *sealane_fanout_find(const char *name, size_t len);

/* The text that ships with the program; ends with a NUL that is not part of the message. */
extern const char sealane_fanout_message[];

/* The sizes of chat messages, in bytes, and how many of 100 have each; 0 after the last. */
extern const struct fanout_size {
    size_t bytes;
    unsigned percent;
} sealane_fanout_sizes[];

/* Draws one of them. */
size_t sealane_fanout_draw(uint64_t *random);

/* One who takes part: an implementation, under a ceiling for kernels if it is sealane. */
typedef struct {
    const peer *peer;
    const char *ceiling; /* as sealane_cpu_restrict */
    char label[192];     /* implementation:kernel */
} fanout_contestant;

/* A message, and which share of all messages are like it. */
typedef struct {
    const uint8_t *data;
    size_t size;
    double weight;
} fanout_text;

typedef struct {
    const fanout_profile *profile;
    const fanout_contestant *contestants;
    size_t contestant_count;
    const size_t *recipients;
    size_t recipients_count;
    size_t devices; /* of a recipient; 1 where the profile has none */
    fanout_text messages[FANOUT_MESSAGES_MAX];
    size_t message_count; /* at least 1 */
    unsigned threads;
    unsigned rounds; /* how often each works, exactly; 0: as often as the time allows */
    uint64_t seed;
    void (*progress)(double part); /* told now and then, from 0 to 1; or NULL */
} fanout_plan;

/*
 * Gives a plan the messages of its profile: chat messages, one of each size with the share that the plan's seed drew for it;
 * zeroes, at least 32 KiB, are their contents. A profile with messages of its own is told nothing.
 */
void sealane_fanout_chat(fanout_plan *plan, const uint8_t *zeroes);

typedef struct {
    char why[320];
} fanout_failure;

/* Where the time goes. */
enum { PART_AGREEMENT, PART_SIGNATURES, PART_AEAD, PART_HASHING, PART_REST, PARTS };

/* Their names, in words and for JSON. */
extern const char *const sealane_fanout_part_names[PARTS], *const sealane_fanout_part_keys[PARTS];

typedef struct {
    const fanout_contestant *contestant;
    size_t mode, recipients;
    size_t rounds, batches; /* batches: of one round, of the first message */
    quartiles microseconds; /* a unit of the mode */
    double parts[PARTS];    /* microseconds; they add up to the median */
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

/* The same and more, as a new JSON object; NULL: no memory. */
json_t *sealane_fanout_json(const fanout_plan *plan, const fanout_row *rows, size_t count, json_t *notes);

/* A report of several such objects: who measured them on what, by which command. NULL: no memory. */
json_t *sealane_fanout_report(const char *command, json_t *runs);

#endif
