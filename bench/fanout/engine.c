/* SPDX-License-Identifier: ISC */
#include "bench/fanout/fanout.h"

#include "bench/fanout/meter.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_SECONDS 0.002 /* the least that a round takes, so that neither the clock nor the start of threads counts */
#define RUN_SECONDS 10.0    /* the time for all rounds of a run */
#define ROUNDS_LEAST 3U
#define ROUNDS_MOST 1000U
#define MODES_MAX 4U
#define METERED_BATCHES 20U /* of the rounds that find out where the time goes */
#define ENTRANTS_MAX (FANOUT_CONTESTANTS_MAX * MODES_MAX)

/* What every thread does in one round: its share of each batch, one batch after the other. */
typedef struct {
    const fanout_profile *profile;
    const peer *peer;
    fanout_slot *slot;
    void *const *sessions;  /* one a thread */
    size_t shares, batches; /* what the threads divide up */
} job;

struct crew;

typedef struct {
    struct crew *crew;
    unsigned index;
    pthread_t thread;
    sealane_status status; /* the first that was not SEALANE_OK */
} worker;

/*
 * Threads that wait at `start` for a job and meet at `done`. Worker 0 is the caller; with one thread there is no other. The
 * gate keeps the others from the barriers until it is known that all are there.
 */
typedef struct crew {
    unsigned threads;
    worker *workers;
    pthread_mutex_t gate;
    bool complete;
    pthread_barrier_t start, done;
    const job *job; /* NULL: go home */
    fanout_failure *failure;
} crew;

typedef struct {
    fanout_row row;
    fanout_slot *slots[FANOUT_MESSAGES_MAX]; /* one a message of the plan, */
    size_t batches[FANOUT_MESSAGES_MAX];     /* and how often a round does each */
    void *const *sessions;
    double *samples;
} entrant;

static const fanout_mode *mode_of(const fanout_plan *plan, const entrant *e) {
    return &plan->profile->modes[e->row.mode];
}

/* What the threads divide up, and by what the time is divided. */
static size_t shares_of(const fanout_plan *plan, const entrant *e) {
    return mode_of(plan, e)->messages != 0 ? mode_of(plan, e)->messages : e->row.recipients;
}

static double units_of(const fanout_plan *plan, const entrant *e) {
    double messages = mode_of(plan, e)->messages != 0 ? (double)mode_of(plan, e)->messages : 1;
    return strcmp(mode_of(plan, e)->unit, "recipient") == 0 ? messages * (double)e->row.recipients : messages;
}

__attribute__((format(printf, 2, 3))) static void fail(fanout_failure *failure, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(failure->why, sizeof failure->why, format, args);
    va_end(args);
}

static void work(worker *w, const job *j, unsigned threads) {
    size_t first = j->shares * w->index / threads, last = j->shares * (w->index + 1) / threads;
    for (size_t batch = 0; first < last && batch < j->batches; batch++) {
        sealane_status status = j->profile->run(j->slot, j->peer, j->sessions[w->index], first, last);
        w->status = w->status == SEALANE_OK ? status : w->status;
    }
}

static void *work_until_sent_home(void *argument) {
    worker *w = argument;
    crew *c = w->crew;
    pthread_mutex_lock(&c->gate);
    bool complete = c->complete;
    pthread_mutex_unlock(&c->gate);
    while (complete) {
        pthread_barrier_wait(&c->start);
        if (c->job == NULL) {
            break;
        }
        work(w, c->job, c->threads);
        pthread_barrier_wait(&c->done);
    }
    return NULL;
}

/* Waits for the first `hired` workers to go home. */
static void crew_end(crew *c, unsigned hired) {
    for (unsigned i = 1; i < hired; i++) {
        pthread_join(c->workers[i].thread, NULL);
    }
    pthread_barrier_destroy(&c->start);
    pthread_barrier_destroy(&c->done);
    pthread_mutex_destroy(&c->gate);
    free(c->workers);
}

static bool crew_start(crew *c, unsigned threads, fanout_failure *failure) {
    *c = (crew){.threads = threads, .workers = calloc(threads, sizeof *c->workers), .failure = failure};
    if (c->workers == NULL) {
        fail(failure, "out of memory");
        return false;
    }
    pthread_mutex_init(&c->gate, NULL);
    pthread_barrier_init(&c->start, NULL, threads);
    pthread_barrier_init(&c->done, NULL, threads);
    pthread_mutex_lock(&c->gate);
    for (unsigned i = 0; i < threads; i++) {
        c->workers[i] = (worker){.crew = c, .index = i};
    }
    unsigned hired = 0;
    while (hired < threads &&
           (hired == 0 || pthread_create(&c->workers[hired].thread, NULL, work_until_sent_home, &c->workers[hired]) == 0)) {
        hired++;
    }
    c->complete = hired == threads;
    pthread_mutex_unlock(&c->gate);
    if (!c->complete) {
        fail(failure, "the system gives no more than %u of %u threads", hired, threads);
        crew_end(c, hired);
    }
    return c->complete;
}

static void crew_stop(crew *c) {
    c->job = NULL;
    pthread_barrier_wait(&c->start);
    crew_end(c, c->threads);
}

/*
 * Seconds that the job took; negative where the implementation failed. One thread's own time, which leaves out what the
 * machine does beside it; for several, the time until the last is done.
 */
static double crew_work(crew *c, const job *j) {
    double (*now)(void) = c->threads == 1 ? sealane_stats_thread_time : sealane_stats_now;
    c->job = j;
    double start = now();
    pthread_barrier_wait(&c->start);
    work(&c->workers[0], j, c->threads);
    pthread_barrier_wait(&c->done);
    double took = now() - start;
    for (unsigned i = 0; i < c->threads; i++) {
        if (c->workers[i].status != SEALANE_OK) {
            fail(c->failure, "%s failed: %s", j->peer->name, sealane_status_string(c->workers[i].status));
            return -1;
        }
    }
    return took;
}

/* Puts the ceiling of a contestant in force; no thread is in a call then. */
static bool restrict_to(crew *c, const fanout_contestant *contestant) {
    if (sealane_cpu_restrict(contestant->ceiling) == SEALANE_OK) {
        return true;
    }
    fail(c->failure, "%s: the kernels cannot be limited to %s", contestant->label, contestant->ceiling);
    return false;
}

/* Seconds for the batches of one message; negative where the implementation failed. */
static double message_round(crew *c, const fanout_plan *plan, const entrant *e, size_t message) {
    const job j = {plan->profile, e->row.contestant->peer, e->slots[message],
                   e->sessions,   shares_of(plan, e),      e->batches[message]};
    return restrict_to(c, e->row.contestant) ? crew_work(c, &j) : -1;
}

/* Microseconds a unit in one round of all messages, by their weight; negative where the implementation failed. */
static double round_of(crew *c, const fanout_plan *plan, const entrant *e) {
    double sum = 0;
    for (size_t i = 0; i < plan->message_count; i++) {
        double took = message_round(c, plan, e, i);
        if (took < 0) {
            return -1;
        }
        sum += plan->messages[i].weight * took / (double)e->batches[i];
    }
    return 1e6 * sum / units_of(plan, e);
}

static bool check(crew *c, const fanout_plan *plan, const entrant *e) {
    if (!restrict_to(c, e->row.contestant)) {
        return false;
    }
    for (size_t i = 0; i < plan->message_count; i++) {
        size_t wrong = plan->profile->check(e->slots[i], e->row.contestant->peer, e->sessions[0]);
        if (wrong != SIZE_MAX) {
            fail(c->failure, "%s, %s, %s, %zu recipients: libsodium does not find the right output or verdict for %s %zu",
                 plan->profile->name, e->row.contestant->label, mode_of(plan, e)->name, e->row.recipients,
                 mode_of(plan, e)->messages != 0 ? "message" : "recipient", wrong + 1);
            return false;
        }
    }
    return true;
}

/* Readies an entrant, runs it once, checks what came out, and finds how many batches make a round. */
static bool enter(crew *c, const fanout_plan *plan, fanout_group *const groups[], arena *memory, entrant *e) {
    const fanout_contestant *contestant = e->row.contestant;
    double took[FANOUT_MESSAGES_MAX] = {0};
    if (!restrict_to(c, contestant)) {
        return false;
    }
    for (size_t i = 0; i < plan->message_count; i++) {
        e->slots[i] = plan->profile->slot_new(memory, groups[i], contestant->peer, e->sessions[0], e->row.mode);
        if (e->slots[i] == NULL) {
            fail(c->failure, "%s: out of memory, or its keys cannot be prepared", contestant->label);
            return false;
        }
        e->batches[i] = 1;
        took[i] = message_round(c, plan, e, i);
        if (took[i] < 0) {
            return false;
        }
    }
    if (!check(c, plan, e)) {
        return false;
    }
    for (size_t i = 0; plan->rounds == 0 && i < plan->message_count; i++) {
        while (took[i] < ROUND_SECONDS) {
            double times = took[i] > 0 ? 1.2 * ROUND_SECONDS / took[i] : 10;
            e->batches[i] = (size_t)((double)e->batches[i] * (times > 10 ? 10 : times)) + 1;
            took[i] = message_round(c, plan, e, i);
            if (took[i] < 0) {
                return false;
            }
        }
    }
    e->row.batches = e->batches[0];
    return true;
}

/* Finds where the time goes, in rounds of their own by one thread, and divides up the median so. */
static bool find_parts(crew *c, const fanout_plan *plan, entrant *e) {
    double seconds[PARTS] = {0}, sum = 0;
    if (!restrict_to(c, e->row.contestant)) {
        return false;
    }
    for (size_t i = 0; i < plan->message_count; i++) {
        meter m = {.peer = e->row.contestant->peer, .session = e->sessions[0]};
        size_t batches = e->batches[i] < METERED_BATCHES ? e->batches[i] : METERED_BATCHES;
        double start = sealane_stats_thread_time();
        sealane_status status = SEALANE_OK;
        for (size_t b = 0; b < batches && status == SEALANE_OK; b++) {
            status = plan->profile->run(e->slots[i], &sealane_fanout_metered, &m, 0, shares_of(plan, e));
            double left = sealane_stats_thread_time() - start, counted = 0;
            for (int part = 0; part < PART_REST; part++) {
                counted += m.seconds[part];
            }
            m.seconds[PART_REST] = m.scratch.newest == NULL && left > counted ? left - counted : 0;
            arena_free(&m.scratch);
        }
        if (status != SEALANE_OK) {
            fail(c->failure, "%s failed: %s", e->row.contestant->peer->name, sealane_status_string(status));
            return false;
        }
        for (int part = 0; part < PARTS; part++) {
            seconds[part] += plan->messages[i].weight * m.seconds[part] / (double)batches;
        }
    }
    for (int part = 0; part < PARTS; part++) {
        sum += seconds[part];
    }
    for (int part = 0; part < PARTS; part++) {
        e->row.parts[part] = sum > 0 ? e->row.microseconds.median * seconds[part] / sum : 0;
    }
    return true;
}

/* Part `part` of the share of the run that a group has. */
typedef struct {
    double from, to;
} share;

static void show(const fanout_plan *plan, share of_run, double part) {
    if (plan->progress != NULL) {
        plan->progress(of_run.from + (part < 1 ? part : 1) * (of_run.to - of_run.from));
    }
}

/* Everyone works a round, in an order drawn anew for each, until the time or the rounds are used up. */
static bool measure(crew *c, const fanout_plan *plan, entrant *entrants, size_t count, size_t samples, share of_run) {
    size_t order[ENTRANTS_MAX];
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    uint64_t random = plan->seed;
    double start = sealane_stats_now(), seconds = RUN_SECONDS * (of_run.to - of_run.from), part = 0;
    for (size_t round = 0; round < samples && (plan->rounds != 0 || round < ROUNDS_LEAST || part < 1); round++) {
        for (size_t left = count; left > 0; left--) {
            size_t drawn = sealane_stats_random_below(&random, left), i = order[drawn];
            order[drawn] = order[left - 1];
            order[left - 1] = i;
            entrant *e = &entrants[i];
            double took = round_of(c, plan, e);
            if (took < 0) {
                return false;
            }
            e->samples[e->row.rounds++] = took;
            part = plan->rounds != 0 ? (double)(round + 1) / (double)samples : (sealane_stats_now() - start) / seconds;
            show(plan, of_run, part);
        }
    }
    return true;
}

/* All modes of all contestants for one number of recipients. */
static bool measure_group(crew *c, const fanout_plan *plan, entrant *entrants, size_t count, share of_run) {
    size_t samples = plan->rounds != 0 ? plan->rounds : ROUNDS_MOST;
    arena memory = {0};
    fanout_group *groups[FANOUT_MESSAGES_MAX] = {NULL};
    double *times = arena_take(&memory, count * samples, sizeof *times);
    bool good = times != NULL;
    for (size_t i = 0; good && i < plan->message_count; i++) {
        const fanout_load load = {.profile = plan->profile,
                                  .seed = plan->seed,
                                  .message = plan->messages[i].data,
                                  .size = plan->messages[i].size,
                                  .recipients = entrants[0].row.recipients,
                                  .devices = plan->devices};
        groups[i] = plan->profile->group_new(&memory, &load);
        good = groups[i] != NULL;
    }
    if (!good) {
        fail(c->failure, "out of memory for %zu recipients", entrants[0].row.recipients);
    }
    for (size_t i = 0; good && i < count; i++) {
        show(plan, of_run, 0);
        entrants[i].samples = times + i * samples;
        good = enter(c, plan, groups, &memory, &entrants[i]);
    }
    good = good && measure(c, plan, entrants, count, samples, of_run);
    for (size_t i = 0; good && i < count; i++) {
        entrant *e = &entrants[i];
        e->row.microseconds = sealane_stats_quartiles(e->samples, e->row.rounds);
        good = check(c, plan, e) && find_parts(c, plan, e); /* the outputs are still right after all the rounds */
    }
    arena_free(&memory);
    return good;
}

static size_t mode_count(const fanout_profile *profile) {
    size_t n = 0;
    while (n < MODES_MAX && profile->modes[n].name != NULL) {
        n++;
    }
    return n;
}

/* One session for each contestant and thread, contestant after contestant. */
static bool sessions_open(const fanout_plan *plan, void **sessions, fanout_failure *failure) {
    for (size_t i = 0; i < plan->contestant_count * plan->threads; i++) {
        const fanout_contestant *contestant = &plan->contestants[i / plan->threads];
        sessions[i] = contestant->peer->session_new();
        if (sessions[i] == NULL) {
            fail(failure, "%s cannot be started", contestant->label);
            return false;
        }
    }
    return true;
}

static void sessions_close(const fanout_plan *plan, void *const *sessions) {
    for (size_t i = 0; i < plan->contestant_count * plan->threads; i++) {
        if (sessions[i] != NULL) {
            plan->contestants[i / plan->threads].peer->session_free(sessions[i]);
        }
    }
}

static size_t measure_groups(crew *c, const fanout_plan *plan, size_t modes, void *const *sessions, fanout_row *rows) {
    size_t count = plan->contestant_count * modes;
    entrant entrants[ENTRANTS_MAX] = {0};
    for (size_t g = 0; g < plan->recipients_count; g++) {
        for (size_t i = 0; i < count; i++) {
            entrants[i] = (entrant){
                .row = {.contestant = &plan->contestants[i / modes], .mode = i % modes, .recipients = plan->recipients[g]},
                .sessions = sessions + i / modes * plan->threads};
        }
        double groups = (double)plan->recipients_count;
        if (!measure_group(c, plan, entrants, count, (share){(double)g / groups, (double)(g + 1) / groups})) {
            return 0;
        }
        for (size_t i = 0; i < count; i++) {
            rows[g * count + i] = entrants[i].row;
        }
    }
    return plan->recipients_count * count;
}

size_t sealane_fanout_measure(const fanout_plan *plan, fanout_row **rows, fanout_failure *failure) {
    *rows = NULL;
    size_t modes = mode_count(plan->profile);
    if (modes == 0 || plan->contestant_count == 0 || plan->contestant_count > FANOUT_CONTESTANTS_MAX ||
        plan->recipients_count == 0 || plan->threads == 0 || plan->message_count == 0 ||
        plan->message_count > FANOUT_MESSAGES_MAX) {
        fail(failure, "nothing to measure, or more than %u implementations", FANOUT_CONTESTANTS_MAX);
        return 0;
    }
    size_t measured = 0;
    void **sessions = calloc(plan->contestant_count * plan->threads, sizeof *sessions);
    *rows = calloc(plan->recipients_count * plan->contestant_count * modes, sizeof **rows);
    if (sessions == NULL || *rows == NULL) {
        fail(failure, "out of memory");
    } else if (sessions_open(plan, sessions, failure)) {
        crew c;
        if (crew_start(&c, plan->threads, failure)) {
            measured = measure_groups(&c, plan, modes, sessions, *rows);
            crew_stop(&c);
        }
    }
    if (sessions != NULL) {
        sessions_close(plan, sessions);
    }
    free(sessions);
    if (sealane_cpu_restrict(NULL) != SEALANE_OK) { /* lifting a ceiling does not fail */
        abort();
    }
    return measured;
}
