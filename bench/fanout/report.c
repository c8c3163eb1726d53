/* SPDX-License-Identifier: ISC */
#include "bench/fanout/fanout.h"

#include <stdio.h>
#include <string.h>

#include "bench/report/machine.h"
#include "bench/report/table.h"

#define CHECKED "Every output was opened with libsodium, every verdict repeated by it, before a figure was printed"

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

static const fanout_mode *mode_of(const fanout_plan *plan, const fanout_row *row) {
    return &plan->profile->modes[row->mode];
}

/* Whole messages, each sealed for all its recipients; or received ones. */
static double messages_a_second(const fanout_plan *plan, const fanout_row *row) {
    bool by_recipient = strcmp(mode_of(plan, row)->unit, "recipient") == 0;
    return 1e6 / (row->microseconds.median * (by_recipient ? (double)row->recipients : 1));
}

/* True where a contestant is the first of its implementation, which has one version whatever its kernels. */
static bool first_of_peer(const fanout_plan *plan, size_t i) {
    return i == 0 || plan->contestants[i].peer != plan->contestants[i - 1].peer;
}

/* Where the sizes of the messages come from. */
static void print_sizes(const fanout_plan *plan) {
    if (plan->message_count > 1) {
        printf("%u messages drawn:", FANOUT_DRAWN);
        for (size_t i = 0; i < plan->message_count; i++) {
            printf("%s %.0f of %zu bytes", i == 0 ? "" : ",", plan->messages[i].weight * FANOUT_DRAWN, plan->messages[i].size);
        }
    } else if (plan->messages[0].data != NULL) {
        printf("%zu bytes", plan->messages[0].size);
    } else {
        printf(plan->profile->draws ? "chat sizes drawn" : "sizes of its own");
    }
}

static void print_heading(const fanout_plan *plan) {
    const fanout_profile *profile = plan->profile;
    printf("%s (%s): %s\n", profile->name, sealane_fanout_primitives(profile), profile->work);
    print_sizes(plan);
    if (profile->devices != 0) {
        printf(", %zu device%s a recipient", plan->devices, plan->devices == 1 ? "" : "s");
    }
    printf(", %u thread%s, seed %llu; %s, %s", plan->threads, plan->threads == 1 ? "" : "s", (unsigned long long)plan->seed,
           sealane_machine_cpu(), sealane_machine_compiler());
    for (size_t i = 0; i < plan->contestant_count; i++) {
        if (first_of_peer(plan, i)) {
            printf(", %s %s", plan->contestants[i].peer->name, plan->contestants[i].peer->version());
        }
    }
    printf("\n" CHECKED ".\n\n");
}

/* Shares of the time in percent, such as "88/0/10/2". */
static void parts_text(const fanout_row *row, char *text, size_t size) {
    size_t used = 0;
    for (int part = 0; part < PARTS && used < size; part++) {
        int wrote = snprintf(text + used, size - used, "%s%.0f", part == 0 ? "" : "/",
                             100 * row->parts[part] / row->microseconds.median);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

void sealane_fanout_print(const fanout_plan *plan, const fanout_row *rows, size_t count, const json_t *notes) {
    static const char *const columns[] = {
        "implementation:kernel", "mode",        ">recipients", "µs a", ">µs", ">messages a second",
        ">ratio to libsodium",   "  % of time", NULL};
    print_heading(plan);
    table *t = sealane_table_new(columns);
    for (size_t i = 0; i < count; i++) {
        const fanout_row *row = &rows[i];
        double ratio = sealane_fanout_ratio(rows, count, row);
        char parts[64];
        parts_text(row, parts, sizeof parts);
        sealane_table_row(t);
        sealane_table_cell(t, "%s", row->contestant->label);
        sealane_table_cell(t, "%s", mode_of(plan, row)->name);
        sealane_table_cell(t, "%zu", row->recipients);
        sealane_table_cell(t, "%s", mode_of(plan, row)->unit);
        sealane_table_cell(t, "%.3f", row->microseconds.median);
        sealane_table_cell(t, "%.1f", messages_a_second(plan, row));
        if (ratio > 0) {
            sealane_table_cell(t, "%.2f", ratio);
        } else {
            sealane_table_cell(t, "-");
        }
        sealane_table_cell(t, "  %s", parts);
    }
    sealane_table_print(t);
    printf("\nMedians of rounds in random order, %s. A message is the whole one, sealed for all its recipients, or one that\n"
           "was received; a ratio above 1 is faster than libsodium. %% of time: key agreement/signatures/AEAD/hashing/rest.\n",
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

/* The messages' sizes and their shares; empty where they are the profile's own. */
static json_t *json_messages(const fanout_plan *plan) {
    json_t *list = json_array();
    for (size_t i = 0; i < plan->message_count && plan->messages[i].data != NULL; i++) {
        json_array_append_new(
            list, json_pack("{s:I, s:f}", "bytes", (json_int_t)plan->messages[i].size, "share", plan->messages[i].weight));
    }
    for (size_t i = 0; plan->messages[0].data == NULL && plan->profile->draws && sealane_fanout_sizes[i].bytes != 0; i++) {
        json_array_append_new(list, json_pack("{s:I, s:f}", "bytes", (json_int_t)sealane_fanout_sizes[i].bytes, "share",
                                              0.01 * sealane_fanout_sizes[i].percent));
    }
    return list;
}

static json_t *json_row(const fanout_plan *plan, const fanout_row *rows, size_t count, const fanout_row *row) {
    const char *label = row->contestant->label, *colon = strchr(label, ':');
    double ratio = sealane_fanout_ratio(rows, count, row);
    json_t *parts = json_object();
    for (int part = 0; part < PARTS; part++) {
        json_object_set_new(parts, sealane_fanout_part_keys[part], json_real(row->parts[part]));
    }
    return json_pack("{s:s, s:s, s:s?, s:s?, s:s, s:s, s:I, s:I, s:I, s:{s:f, s:f, s:f}, s:o, s:f, s:o, s:b}", "label", label,
                     "implementation", row->contestant->peer->name, "kernel", colon == NULL ? NULL : colon + 1, "ceiling",
                     row->contestant->ceiling, "mode", mode_of(plan, row)->name, "unit", mode_of(plan, row)->unit, "recipients",
                     (json_int_t)row->recipients, "rounds", (json_int_t)row->rounds, "batches_a_round",
                     (json_int_t)row->batches, "microseconds", "q1", row->microseconds.q1, "median", row->microseconds.median,
                     "q3", row->microseconds.q3, "parts", parts, "messages_a_second", messages_a_second(plan, row),
                     "ratio_to_libsodium", ratio > 0 ? json_real(ratio) : json_null(), "cost_is_once",
                     mode_of(plan, row)->messages != 0 && strcmp(mode_of(plan, row)->unit, "recipient") == 0);
}

json_t *sealane_fanout_json(const fanout_plan *plan, const fanout_row *rows, size_t count, json_t *notes) {
    json_t *results = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(results, json_row(plan, rows, count, &rows[i])) != 0) {
            json_decref(results);
            return NULL;
        }
    }
    return json_pack("{s:s, s:b, s:s, s:s, s:s, s:o, s:I, s:b, s:I, s:I, s:o, s:O, s:o}", "profile", plan->profile->name,
                     "exact", plan->profile->exact, "work", plan->profile->work, "story", plan->profile->story, "clock",
                     sealane_fanout_clock(plan), "messages", json_messages(plan), "devices", (json_int_t)plan->devices,
                     "cost_grows_with_devices", plan->profile->devices != 0, "threads", (json_int_t)plan->threads, "seed",
                     (json_int_t)plan->seed, "implementations", json_implementations(plan), "notes", notes, "results", results);
}

/* Everyone who took part in any run, once. */
static json_t *json_union(const json_t *runs) {
    json_t *all = json_array();
    for (size_t r = 0; r < json_array_size(runs); r++) {
        const json_t *list = json_object_get(json_array_get(runs, r), "implementations");
        for (size_t i = 0; i < json_array_size(list); i++) {
            bool known = false;
            for (size_t k = 0; k < json_array_size(all); k++) {
                known |= json_equal(json_array_get(all, k), json_array_get(list, i));
            }
            if (!known) {
                json_array_append(all, json_array_get(list, i));
            }
        }
    }
    return all;
}

json_t *sealane_fanout_report(const char *command, json_t *runs) {
    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:O}", "sealane", SEALANE_VERSION_STRING, "command", command, "machine",
                     sealane_machine_json(), "implementations", json_union(runs), "checked", CHECKED, "runs", runs);
}
