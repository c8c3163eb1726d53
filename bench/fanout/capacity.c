/* SPDX-License-Identifier: ISC */
#include "bench/fanout/capacity.h"

#include <stdio.h>
#include <string.h>

#define DAY 86400.0

typedef struct {
    double recipients, microseconds; /* a unit of the mode */
    bool once, by_message;           /* the cost does not grow with the recipients; a unit is a received message */
} point;

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static const json_t *run_of(const json_t *report, const char *profile) {
    const json_t *runs = json_object_get(report, "runs");
    for (size_t i = 0; i < json_array_size(runs); i++) {
        if (strcmp(string_of(json_array_get(runs, i), "profile"), profile) == 0) {
            return json_array_get(runs, i);
        }
    }
    return NULL;
}

/* The measured groups of an implementation, sealane's without a ceiling, in ascending order; returns how many. */
static size_t points_of(const json_t *run, const char *mode, const char *implementation, point points[FANOUT_COUNTS_MAX]) {
    const json_t *rows = json_object_get(run, "results");
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(rows) && n < FANOUT_COUNTS_MAX; i++) {
        const json_t *row = json_array_get(rows, i);
        const double us = json_number_value(json_object_get(json_object_get(row, "microseconds"), "median")),
                     recipients = json_number_value(json_object_get(row, "recipients"));
        if (strcmp(string_of(row, "mode"), mode) != 0 || strcmp(string_of(row, "implementation"), implementation) != 0 ||
            json_is_string(json_object_get(row, "ceiling")) || !(us > 0) || !(recipients >= 1)) {
            continue;
        }
        size_t at = n;
        while (at > 0 && points[at - 1].recipients > recipients) {
            points[at] = points[at - 1];
            at--;
        }
        points[at] = (point){recipients, us, json_is_true(json_object_get(row, "cost_is_once")),
                             strcmp(string_of(row, "unit"), "message") == 0};
        n++;
    }
    return n;
}

/* Microseconds of a message to R recipients with `factor` times as many devices as were measured. */
static double message_cost(const point points[], size_t n, double recipients, double factor) {
    size_t high = 1;
    if (n == 1) {
        return points[0].microseconds * recipients * factor;
    }
    while (high + 1 < n && points[high].recipients < recipients) {
        high++;
    }
    const point *a = &points[high - 1], *b = &points[high];
    const double at = a->recipients * a->microseconds, bt = b->recipients * b->microseconds;
    double slope = b->recipients > a->recipients ? (bt - at) / (b->recipients - a->recipients) : 0;
    slope = slope < 0 ? 0 : slope;
    double once = at - a->recipients * slope;
    once = once < 0 ? 0 : once;
    return once + recipients * slope * factor;
}

/* Microseconds of a delivery; negative where nothing was measured. */
static double delivery_cost(const capacity_scenario *s, const capacity_term *term, const json_t *run,
                            const char *implementation, int way) {
    point points[FANOUT_COUNTS_MAX];
    const size_t n = points_of(run, term->mode->name, implementation, points);
    const double measured = json_number_value(json_object_get(run, "devices")),
                 factor =
                     json_is_true(json_object_get(run, "cost_grows_with_devices")) && measured > 0 ? s->devices / measured : 1;
    if (n == 0) {
        return -1;
    }
    const point *last = &points[n - 1];
    if (last->by_message) {
        return last->microseconds * s->devices;
    }
    if (last->once) {
        return last->microseconds * last->recipients / s->recipients;
    }
    return way == CAPACITY_TOGETHER ? last->microseconds * factor
                                    : message_cost(points, n, s->recipients, factor) / s->recipients;
}

bool sealane_capacity(const capacity_scenario *s, const json_t *report, capacity_needs needs, char *why, size_t size) {
    static const char *const implementations[] = {"libsodium", "sealane"};
    for (int i = 0; i < 2 * CAPACITY_WAYS; i++) {
        const char *implementation = implementations[i / CAPACITY_WAYS];
        double us = 0;
        for (size_t t = 0; t < s->term_count; t++) {
            const capacity_term *term = &s->terms[t];
            const json_t *run = run_of(report, term->profile->name);
            const double cost = run == NULL ? -1 : delivery_cost(s, term, run, implementation, i % CAPACITY_WAYS);
            if (cost < 0) {
                (void)snprintf(why, size, "no figure of %s for %s, %s", implementation, term->profile->name, term->mode->name);
                return false;
            }
            us += term->weight * cost;
        }
        const double core_seconds = s->deliveries * us / 1e6; /* a day */
        needs[i / CAPACITY_WAYS][i % CAPACITY_WAYS] =
            (capacity_need){.microseconds = us,
                            .cores_average = core_seconds / DAY / s->utilisation,
                            .cores_peak = s->peak * core_seconds / DAY / s->utilisation,
                            .kilowatt_hours = core_seconds * s->watts / 3.6e6};
    }
    return true;
}
