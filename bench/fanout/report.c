/* SPDX-License-Identifier: ISC */
#include "bench/fanout/fanout.h"

#include <stdio.h>
#include <string.h>

#include "bench/report/machine.h"
#include "bench/report/table.h"

const char *sealane_fanout_primitives(const fanout_profile *profile) {
    return profile->exact ? "exact" : "op-equivalent";
}

const char *sealane_fanout_clock(const fanout_plan *plan) {
    return plan->threads == 1 ? "CPU time" : "elapsed time";
}

double sealane_fanout_ratio(const fanout_row *rows, size_t count, const fanout_row *row) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].contestant->peer == &sealane_peer_libsodium && rows[i].mode == row->mode &&
            rows[i].recipients == row->recipients) {
            return rows[i].microseconds.median / row->microseconds.median;
        }
    }
    return 0;
}

/* Whole messages, each sealed for all its recipients. */
static double messages_a_second(const fanout_row *row) {
    return 1e6 / (row->microseconds.median * (double)row->recipients);
}

/* True where a contestant is the first of its implementation, which has one version whatever its kernels. */
static bool first_of_peer(const fanout_plan *plan, size_t i) {
    return i == 0 || plan->contestants[i].peer != plan->contestants[i - 1].peer;
}

static void print_heading(const fanout_plan *plan) {
    const fanout_profile *profile = plan->profile;
    printf("%s (%s): %s\n", profile->name, sealane_fanout_primitives(profile), profile->work);
    printf("%zu bytes, %u thread%s, seed %llu; %s, %s", plan->size, plan->threads, plan->threads == 1 ? "" : "s",
           (unsigned long long)plan->seed, sealane_machine_cpu(), sealane_machine_compiler());
    for (size_t i = 0; i < plan->contestant_count; i++) {
        if (first_of_peer(plan, i)) {
            printf(", %s %s", plan->contestants[i].peer->name, plan->contestants[i].peer->version());
        }
    }
    printf("\nEvery output was opened with libsodium and holds the message.\n\n");
}

void sealane_fanout_print(const fanout_plan *plan, const fanout_row *rows, size_t count, const json_t *notes) {
    static const char *const columns[] = {
        "implementation:kernel", "mode", ">recipients", ">µs a recipient", ">messages a second", ">ratio to libsodium", NULL};
    print_heading(plan);
    table *t = sealane_table_new(columns);
    for (size_t i = 0; i < count; i++) {
        const fanout_row *row = &rows[i];
        double ratio = sealane_fanout_ratio(rows, count, row);
        sealane_table_row(t);
        sealane_table_cell(t, "%s", row->contestant->label);
        sealane_table_cell(t, "%s", plan->profile->modes[row->mode]);
        sealane_table_cell(t, "%zu", row->recipients);
        sealane_table_cell(t, "%.3f", row->microseconds.median);
        sealane_table_cell(t, "%.1f", messages_a_second(row));
        if (ratio > 0) {
            sealane_table_cell(t, "%.2f", ratio);
        } else {
            sealane_table_cell(t, "-");
        }
    }
    sealane_table_print(t);
    printf("\nMedians of rounds in random order, %s. A message is the whole one, sealed for all its recipients; a ratio\n"
           "above 1 is faster than libsodium.\n",
           sealane_fanout_clock(plan));
    for (size_t i = 0; i < json_array_size(notes); i++) {
        printf("%s\n", json_string_value(json_array_get(notes, i)));
    }
}

static json_t *json_implementations(const fanout_plan *plan) {
    json_t *list = json_array();
    for (size_t i = 0; i < plan->contestant_count; i++) {
        const peer *p = plan->contestants[i].peer;
        if (first_of_peer(plan, i)) {
            json_array_append_new(list, json_pack("{s:s, s:s}", "name", p->name, "version", p->version()));
        }
    }
    return list;
}

static json_t *json_row(const fanout_plan *plan, const fanout_row *rows, size_t count, const fanout_row *row) {
    const char *label = row->contestant->label, *colon = strchr(label, ':');
    double ratio = sealane_fanout_ratio(rows, count, row);
    return json_pack("{s:s, s:s, s:s?, s:s, s:I, s:I, s:I, s:{s:f, s:f, s:f}, s:f, s:o}", "label", label, "implementation",
                     row->contestant->peer->name, "kernel", colon == NULL ? NULL : colon + 1, "mode",
                     plan->profile->modes[row->mode], "recipients", (json_int_t)row->recipients, "rounds",
                     (json_int_t)row->rounds, "batches_a_round", (json_int_t)row->batches, "microseconds_a_recipient", "q1",
                     row->microseconds.q1, "median", row->microseconds.median, "q3", row->microseconds.q3, "messages_a_second",
                     messages_a_second(row), "ratio_to_libsodium", ratio > 0 ? json_real(ratio) : json_null());
}

json_t *sealane_fanout_json(const fanout_plan *plan, const fanout_row *rows, size_t count, json_t *notes) {
    json_t *results = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(results, json_row(plan, rows, count, &rows[i]));
    }
    return json_pack("{s:s, s:b, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:s, s:O, s:o}", "profile", plan->profile->name, "exact",
                     plan->profile->exact, "work", plan->profile->work, "clock", sealane_fanout_clock(plan), "message_bytes",
                     (json_int_t)plan->size, "threads", (json_int_t)plan->threads, "seed", (json_int_t)plan->seed, "machine",
                     sealane_machine_json(), "implementations", json_implementations(plan), "checked",
                     "every output opened with libsodium and compared with the message", "notes", notes, "results", results);
}
