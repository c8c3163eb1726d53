/* SPDX-License-Identifier: ISC */
/* From measured fan-out to cores and energy: what a service with so many deliveries needs. */
#ifndef SEALANE_BENCH_FANOUT_CAPACITY_H
#define SEALANE_BENCH_FANOUT_CAPACITY_H

#include <jansson.h>
#include <stdbool.h>

#include "bench/fanout/fanout.h"

#define CAPACITY_TERMS_MAX 8U

/* A kind of work that a share of all deliveries takes. */
typedef struct {
    const fanout_profile *profile;
    const fanout_mode *mode;
    double weight;
} capacity_term;

typedef struct {
    double deliveries;  /* a day: messages times their recipients */
    double peak;        /* times the average */
    double recipients;  /* of a message */
    double devices;     /* of a recipient */
    double utilisation; /* the share of a core that work may take, from 0 to 1 */
    double watts;       /* of a core that works */
    capacity_term terms[CAPACITY_TERMS_MAX];
    size_t term_count;
} capacity_scenario;

typedef struct {
    double microseconds; /* of a core, a delivery */
    double cores_average, cores_peak;
    double kilowatt_hours; /* a day */
} capacity_need;

enum { CAPACITY_ALONE, CAPACITY_TOGETHER, CAPACITY_WAYS };

/* By implementation, libsodium first, and by way. */
typedef capacity_need capacity_needs[2][CAPACITY_WAYS];

/*
 * What the scenario needs by the figures of a report (of sealane_fanout_report), with libsodium and with sealane: each message
 * alone; and messages collected into batches that fill the lanes, for which the cost of a recipient in the largest group
 * measured stands. false: the report lacks a figure, and why says which.
 *
 * A message to R recipients costs c_once + R c, c_once and c being those of the line through the measured groups next to R; c
 * grows with devices where the profile's work does. Cores are that times the messages a second, over the utilisation.
 */
bool sealane_capacity(const capacity_scenario *scenario, const json_t *report, capacity_needs needs, char *why, size_t size);

#endif
