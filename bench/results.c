/* SPDX-License-Identifier: ISC */
#include "bench/results.h"

#include <stdio.h>
#include <string.h>

#include "bench/report/machine.h"
#include "bench/report/table.h"

#define HOW "CPU time; repetitions interleaved at random; cycles by a chain of dependent additions timed beside each repetition"

enum { PEERS_MAX = 8 };

/* What another implementation measured for the same work, or NULL. */
static const bench_result *rival(const bench_result *results, size_t count, const bench_result *ours, const peer *p) {
    for (size_t i = 0; i < count; i++) {
        if (results[i].samples > 0 && results[i].bench->peer == p && sealane_bench_comparable(results[i].bench, ours->bench)) {
            return &results[i];
        }
    }
    return NULL;
}

/* Those, apart from sealane, that were measured at all. */
static size_t rivals(const bench_result *results, size_t count, const peer **found) {
    size_t n = 0;
    for (size_t p = 0; sealane_peers[p] != NULL; p++) {
        bool measured = false;
        for (size_t i = 0; i < count; i++) {
            measured |= results[i].samples > 0 && results[i].bench->peer == sealane_peers[p];
        }
        if (measured && sealane_peers[p] != &sealane_peer_sealane) {
            found[n++] = sealane_peers[p];
        }
    }
    return n;
}

static bool ours(const bench_result *result) {
    return result->samples > 0 && result->bench->peer == &sealane_peer_sealane;
}

static void print_medians(const bench_result *results, size_t count) {
    static const char *const columns[] = {"name", ">ns an item", ">cycles an item", ">quartiles, ns", NULL};
    table *t = sealane_table_new(columns);
    for (size_t i = 0; i < count; i++) {
        const bench_result *r = &results[i];
        if (r->samples > 0) {
            sealane_table_row(t);
            sealane_table_cell(t, "%s", r->bench->name);
            sealane_table_cell(t, "%.1f", r->ns.median);
            sealane_table_cell(t, "%.0f", r->cycle.median);
            sealane_table_cell(t, "%.1f-%.1f", r->ns.q1, r->ns.q3);
        }
    }
    sealane_table_print(t);
}

/* Rows of sealane alone: how many times as fast it is as each of the others. */
static void print_ratios(const bench_result *results, size_t count) {
    const peer *peers[PEERS_MAX];
    const char *columns[PEERS_MAX + 4] = {"name", ">ns an item", ">cycles an item"};
    char labels[PEERS_MAX][48];
    size_t n = rivals(results, count, peers);
    for (size_t i = 0; i < n; i++) {
        const char *variant = peers[i]->variant;
        (void)snprintf(labels[i], sizeof labels[i], ">to %s%s%s", peers[i]->name, variant ? ":" : "", variant ? variant : "");
        columns[3 + i] = labels[i];
    }
    table *t = sealane_table_new(columns);
    for (size_t i = 0; i < count; i++) {
        const bench_result *r = &results[i];
        if (!ours(r)) {
            continue;
        }
        sealane_table_row(t);
        sealane_table_cell(t, "%s", r->bench->name);
        sealane_table_cell(t, "%.1f", r->ns.median);
        sealane_table_cell(t, "%.0f", r->cycle.median);
        for (size_t p = 0; p < n; p++) {
            const bench_result *theirs = rival(results, count, r, peers[p]);
            if (theirs != NULL) {
                sealane_table_cell(t, "%.2f", theirs->ns.median / r->ns.median);
            } else {
                sealane_table_cell(t, "-");
            }
        }
    }
    sealane_table_print(t);
}

void sealane_results_print(const bench_result *results, size_t count) {
    printf("%s, %s\n", sealane_machine_cpu(), sealane_machine_compiler());
    for (size_t i = 0; sealane_peer_names[i] != NULL; i++) {
        const peer *p = sealane_peer_find(sealane_peer_names[i]);
        printf("%s%s %s", i == 0 ? "" : ", ", sealane_peer_names[i], p != NULL ? p->version() : "is missing from this build");
    }
    printf("\nMedians. " HOW ".\n\n");
    print_medians(results, count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        any |= ours(&results[i]);
    }
    const peer *peers[PEERS_MAX];
    if (any && rivals(results, count, peers) > 0) {
        printf("\nHow many times as fast as the others:\n\n");
        print_ratios(results, count);
    }
}

static json_t *json_quartiles(const quartiles *q, const double *samples, size_t n) {
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(all, json_real(samples[i]));
    }
    return json_pack("{s:f, s:f, s:f, s:o}", "median", q->median, "q1", q->q1, "q3", q->q3, "sorted", all);
}

static json_t *json_ratios(const bench_result *results, size_t count, const bench_result *r) {
    const peer *peers[PEERS_MAX];
    json_t *ratios = json_object();
    for (size_t p = 0, n = rivals(results, count, peers); p < n; p++) {
        const bench_result *theirs = rival(results, count, r, peers[p]);
        if (theirs != NULL) {
            json_object_set_new(ratios, theirs->bench->label, json_real(theirs->ns.median / r->ns.median));
        }
    }
    return ratios;
}

json_t *sealane_results_json(const bench_result *results, size_t count) {
    json_t *list = json_array(), *implementations = json_object();
    for (size_t i = 0; sealane_peer_names[i] != NULL; i++) {
        const peer *p = sealane_peer_find(sealane_peer_names[i]);
        json_object_set_new(implementations, sealane_peer_names[i], p != NULL ? json_string(p->version()) : json_null());
    }
    for (size_t i = 0; i < count; i++) {
        const bench_result *r = &results[i];
        const bench_case *c = r->bench;
        if (r->samples == 0) {
            continue;
        }
        json_t *row =
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "name", c->name, "operation", sealane_bench_operation(c),
                      "algorithm", sealane_bench_algorithm(c), "implementation", c->label, "bytes", c->size, "n",
                      (json_int_t)c->n, "nanoseconds_an_item", json_quartiles(&r->ns, r->nanoseconds, r->samples),
                      "cycles_an_item", json_quartiles(&r->cycle, r->cycles, r->samples));
        if (ours(r)) {
            json_object_set_new(row, "times_as_fast_as", json_ratios(results, count, r));
        }
        json_array_append_new(list, row);
    }
    return json_pack("{s:o, s:o, s:s, s:o}", "machine", sealane_machine_json(), "implementations", implementations, "how", HOW,
                     "results", list);
}
