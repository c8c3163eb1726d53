/* SPDX-License-Identifier: ISC */
#include "bench/fanout/fanout.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUND_SECONDS 0.002 /* the least that a round takes, so that neither the clock nor the start of threads counts */
#define RUN_SECONDS 10.0    /* the time for all rounds of a run */
#define ROUNDS_LEAST 3U
#define ROUNDS_MOST 1000U
#define MODES_MAX 4U
#define ENTRANTS_MAX (FANOUT_CONTESTANTS_MAX * MODES_MAX)

/* What every thread does in one round: its share of each batch, one batch after the other. */
typedef struct {
    const fanout_profile *profile;
    const peer *peer;
    fanout_slot *slot;
    void *const *sessions; /* one a thread */
    size_t recipients, batches;
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
    fanout_slot *slot;
    void *const *sessions;
    double *samples;
} entrant;

__attribute__((format(printf, 2, 3))) static void fail(fanout_failure *failure, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(failure->why, sizeof failure->why, format, args);
    va_end(args);
}

static void work(worker *w, const job *j, unsigned threads) {
    size_t first = j->recipients * w->index / threads, last = j->recipients * (w->index + 1) / threads;
    for (size_t batch = 0; batch < j->batches; batch++) {
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

static double round_of(crew *c, const fanout_plan *plan, const entrant *e) {
    const job j = {plan->profile, e->row.contestant->peer, e->slot, e->sessions, e->row.recipients, e->row.batches};
    return restrict_to(c, e->row.contestant) ? crew_work(c, &j) : -1;
}

static bool check(crew *c, const fanout_plan *plan, const entrant *e) {
    size_t wrong = plan->profile->check(e->slot);
    if (wrong == SIZE_MAX) {
        return true;
    }
    fail(c->failure, "%s, %s, %s, %zu recipients: libsodium does not find the message in the output for recipient %zu",
         plan->profile->name, e->row.contestant->label, plan->profile->modes[e->row.mode], e->row.recipients, wrong + 1);
    return false;
}

/* Readies an entrant, runs it once, checks what came out, and finds how many batches make a round. */
static bool enter(crew *c, const fanout_plan *plan, const fanout_group *group, entrant *e) {
    const fanout_contestant *contestant = e->row.contestant;
    if (!restrict_to(c, contestant)) {
        return false;
    }
    e->slot = plan->profile->slot_new(group, contestant->peer, e->sessions[0], e->row.mode);
    if (e->slot == NULL) {
        fail(c->failure, "%s: out of memory, or its keys cannot be prepared", contestant->label);
        return false;
    }
    e->row.batches = 1;
    double took = round_of(c, plan, e);
    if (took < 0 || !check(c, plan, e)) {
        return false;
    }
    while (plan->rounds == 0 && took < ROUND_SECONDS) {
        double times = took > 0 ? 1.2 * ROUND_SECONDS / took : 10;
        e->row.batches = (size_t)((double)e->row.batches * (times > 10 ? 10 : times)) + 1;
        took = round_of(c, plan, e);
        if (took < 0) {
            return false;
        }
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
            e->samples[e->row.rounds++] = 1e6 * took / ((double)e->row.batches * (double)e->row.recipients);
            part = plan->rounds != 0 ? (double)(round + 1) / (double)samples : (sealane_stats_now() - start) / seconds;
            show(plan, of_run, part);
        }
    }
    return true;
}

/* All modes of all contestants for one number of recipients. */
static bool measure_group(crew *c, const fanout_plan *plan, entrant *entrants, size_t count, share of_run) {
    size_t samples = plan->rounds != 0 ? plan->rounds : ROUNDS_MOST;
    fanout_group *group = plan->profile->group_new(plan->seed, plan->message, plan->size, entrants[0].row.recipients);
    double *times = calloc(count * samples, sizeof *times);
    bool good = group != NULL && times != NULL;
    if (!good) {
        fail(c->failure, "out of memory for %zu recipients", entrants[0].row.recipients);
    }
    for (size_t i = 0; good && i < count; i++) {
        show(plan, of_run, 0);
        entrants[i].samples = times + i * samples;
        good = enter(c, plan, group, &entrants[i]);
    }
    good = good && measure(c, plan, entrants, count, samples, of_run);
    for (size_t i = 0; i < count; i++) {
        entrant *e = &entrants[i];
        good = good && check(c, plan, e); /* still right after all the rounds */
        if (good) {
            e->row.microseconds = sealane_stats_quartiles(e->samples, e->row.rounds);
        }
        if (e->slot != NULL) {
            plan->profile->slot_free(e->slot);
        }
    }
    free(times);
    if (group != NULL) {
        plan->profile->group_free(group);
    }
    return good;
}

static size_t mode_count(const fanout_profile *profile) {
    size_t n = 0;
    while (n < MODES_MAX && profile->modes[n] != NULL) {
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
        plan->recipients_count == 0 || plan->threads == 0) {
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
