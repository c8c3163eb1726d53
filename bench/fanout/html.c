/* SPDX-License-Identifier: ISC */
/*
 * The page is written with a mark where each chart belongs, and a gnuplot script beside it; one run of gnuplot then draws them
 * all, as SVG, in the order of the marks. Every chart is drawn twice, for wide and for narrow windows. Colours in the script
 * are numbers (rgb n, n, n), which become the page's own variables, so that light and dark need no second drawing.
 */
#include "bench/fanout/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/fanout/fanout.h"
#include "bench/report/gnuplot.h"

#define MARK '\x01'
#define ROWS_MAX 8U /* contestants in one chart */

enum { WIDE, NARROW, LAYOUTS };
enum { COLOUR_IMPLEMENTATION = 1, COLOUR_PART = 9, COLOUR_MUTED = 14, COLOURS = 15 };

typedef struct {
    FILE *page, *script;
} writer;

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static double number_of(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static double median_of(const json_t *row) {
    return number_of(json_object_get(row, "microseconds"), "median");
}

/* Text into the page: the characters that HTML has for itself are escaped, and control characters (the mark) are dropped. */
static void put_text(FILE *page, const char *text) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            (void)fputs("&lt;", page);
            break;
        case '>':
            (void)fputs("&gt;", page);
            break;
        case '&':
            (void)fputs("&amp;", page);
            break;
        case '"':
            (void)fputs("&quot;", page);
            break;
        default:
            if ((unsigned char)*text >= 0x20 || *text == '\n') {
                (void)fputc(*text, page);
            }
        }
    }
}

__attribute__((format(printf, 2, 3))) static void put_textf(FILE *page, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put_text(page, text);
}

/* A string of a gnuplot script, for which quotes and line ends are left out. */
static void put_string(FILE *script, const char *text) {
    (void)fputc('"', script);
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x20 && *text != '"' && *text != '\\' && *text != '`') {
            (void)fputc(*text, script);
        }
    }
    (void)fputc('"', script);
}

/* How a reader knows an implementation: "Sealane", "Sealane, portable", "libsodium". */
static void name_of(const json_t *row, char *name, size_t size) {
    const char *implementation = string_of(row, "implementation"),
               *ceiling = json_string_value(json_object_get(row, "ceiling"));
    if (strcmp(implementation, "sealane") != 0) {
        (void)snprintf(name, size, "%s", strcmp(implementation, "openssl") == 0 ? "OpenSSL" : implementation);
    } else {
        (void)snprintf(name, size, ceiling == NULL ? "Sealane" : "Sealane, %s", ceiling);
    }
}

/* The same for all charts of the page. */
static int colour_of(const json_t *row) {
    static const char *const names[] = {"sealane", "libsodium", "openssl"};
    const char *implementation = string_of(row, "implementation");
    if (strcmp(implementation, "sealane") == 0) {
        return COLOUR_IMPLEMENTATION + (json_is_string(json_object_get(row, "ceiling")) ? 1 : 0);
    }
    for (int i = 1; i < 3; i++) {
        if (strcmp(implementation, names[i]) == 0) {
            return COLOUR_IMPLEMENTATION + 1 + i;
        }
    }
    return COLOUR_IMPLEMENTATION + 4;
}

/* A time with three digits that count. */
static const char *microseconds(double us, char text[32]) {
    (void)snprintf(text, 32, us >= 100 ? "%.0f" : us >= 10 ? "%.1f" : us >= 1 ? "%.2f" : "%.3f", us);
    return text;
}

/* Begins a chart in both layouts: draw() writes what is between. */
typedef struct {
    const json_t *rows[ROWS_MAX];
    size_t n;
    const json_t *run, *mode_rows;
    const char *mode, *unit;
} chart;

typedef void chart_draw(FILE *script, const chart *c, int layout);

static void put_chart(writer *w, const chart *c, chart_draw *draw, double height, const char *caption) {
    static const double widths[LAYOUTS] = {720, 330};
    static const char *const classes[LAYOUTS] = {"wide", "narrow"};
    (void)fputs("<figure>", w->page);
    for (int layout = 0; layout < LAYOUTS; layout++) {
        (void)fprintf(w->page, "<div class=\"%s\" role=\"img\" aria-label=\"", classes[layout]);
        put_text(w->page, caption);
        (void)fprintf(w->page, "\">%c</div>", MARK);
        (void)fprintf(
            w->script,
            "reset\nset terminal svg size %.0f,%.0f dynamic noenhanced font \"sans-serif,13\" background \"#ffffff\"\n"
            "set style fill solid noborder\nunset key\nset border 0\nset tics nomirror scale 0\nset lmargin 0.5\nset rmargin "
            "1.5\n",
            widths[layout], height);
        draw(w->script, c, layout);
    }
    (void)fputs("<figcaption>", w->page);
    put_text(w->page, caption);
    (void)fputs("</figcaption></figure>\n", w->page);
}

static void put_colour(FILE *script, int colour) {
    (void)fprintf(script, "rgb \"#%02x%02x%02x\"", colour, colour, colour);
}

/* Horizontal bars, the first row on top: a name above each, its value behind. */
static void bars_frame(FILE *script, size_t n, double largest) {
    (void)fprintf(script,
                  "set yrange [-0.55:%.2f]\nset xrange [0:%g]\nunset ytics\nunset xtics\nset tmargin 0\nset bmargin 0\n",
                  (double)n - 0.4, 1.2 * largest);
}

static void draw_bars(FILE *script, const chart *c, int layout) {
    (void)layout;
    double largest = 0;
    for (size_t i = 0; i < c->n; i++) {
        largest = median_of(c->rows[i]) > largest ? median_of(c->rows[i]) : largest;
    }
    bars_frame(script, c->n, largest);
    for (size_t i = 0; i < c->n; i++) {
        const double y = (double)(c->n - 1 - i), us = median_of(c->rows[i]);
        char name[96], label[160], text[32];
        name_of(c->rows[i], name, sizeof name);
        (void)fprintf(script, "set object rectangle from 0,%.2f to %g,%.2f fc ", y - 0.45, us, y);
        put_colour(script, colour_of(c->rows[i]));
        (void)fputs(" fs solid noborder\n", script);
        const double ratio = number_of(c->rows[i], "ratio_to_libsodium");
        (void)fputs("set label ", script);
        put_string(script, name);
        (void)fprintf(script, " at 0,%.2f left\n", y + 0.22);
        if (ratio > 0 && strcmp(string_of(c->rows[i], "implementation"), "libsodium") != 0) {
            (void)snprintf(label, sizeof label, ratio < 1 ? "%s µs, %.2f ×" : "%s µs, %.1f ×", microseconds(us, text), ratio);
        } else {
            (void)snprintf(label, sizeof label, "%s µs", microseconds(us, text));
        }
        (void)fputs("set label ", script);
        put_string(script, label);
        /* Behind the bar, or within it where it is long. */
        (void)fprintf(script, us > 0.75 * largest ? " at %g,%.2f right front tc rgb \"#0f0f0f\"\n" : " at %g,%.2f left front\n",
                      us > 0.75 * largest ? us - 0.01 * largest : us + 0.01 * largest, y - 0.235);
    }
    (void)fputs("plot -1 lc rgb \"#0e0e0e\"\n", script);
}

static void draw_parts(FILE *script, const chart *c, int layout) {
    bars_frame(script, c->n, 100 / 1.2);
    for (size_t i = 0; i < c->n; i++) {
        const double y = (double)(c->n - 1 - i);
        const json_t *parts = json_object_get(c->rows[i], "parts");
        char name[96];
        double at = 0, all = median_of(c->rows[i]);
        name_of(c->rows[i], name, sizeof name);
        (void)fputs("set label ", script);
        put_string(script, name);
        (void)fprintf(script, " at 0,%.2f left\n", y + 0.22);
        for (int part = 0; part < PARTS; part++) {
            const double percent = all > 0 ? 100 * number_of(parts, sealane_fanout_part_keys[part]) / all : 0;
            if (percent < 0.2) {
                continue;
            }
            (void)fprintf(script, "set object rectangle from %g,%.2f to %g,%.2f fc ", at, y - 0.45, at + percent, y);
            put_colour(script, COLOUR_PART + part);
            (void)fputs(" fs solid noborder\n", script);
            if (percent >= (layout == WIDE ? 5 : 11)) {
                (void)fprintf(script, "set label \"%.0f %%\" at %g,%.2f center front tc rgb \"#0f0f0f\"\n", percent,
                              at + percent / 2, y - 0.235);
            }
            at += percent;
        }
    }
    (void)fputs("plot -1 lc rgb \"#0e0e0e\"\n", script);
}

/* Rows of one implementation in one mode, by their label. */
static void draw_lines(FILE *script, const chart *c, int layout) {
    size_t i;
    const json_t *row;
    (void)fprintf(script,
                  "set logscale xy\nset border 3 lc rgb \"#0e0e0e\"\nset tics scale 0.4\nset grid lc rgb \"#0e0e0e\" lw 0.3\n"
                  "set lmargin %d\nset tmargin 0.5\nset bmargin 3.2\nset xlabel \"recipients\"\n",
                  layout == WIDE ? 7 : 6);
    (void)fputs("set format x \"%.0f\"\nset format y \"%g\"\n", script);
    for (size_t k = 0; k < c->n; k++) {
        (void)fprintf(script, "$data%zu << EOD\n", k);
        json_array_foreach(c->mode_rows, i, row) {
            if (strcmp(string_of(row, "mode"), c->mode) == 0 &&
                strcmp(string_of(row, "label"), string_of(c->rows[k], "label")) == 0) {
                (void)fprintf(script, "%.0f %g\n", number_of(row, "recipients"), median_of(row));
            }
        }
        (void)fputs("EOD\n", script);
    }
    (void)fputs("set xtics (", script);
    const char *comma = "";
    double least = 0, most = 1;
    json_array_foreach(c->mode_rows, i, row) {
        if (strcmp(string_of(row, "mode"), c->mode) == 0 &&
            strcmp(string_of(row, "label"), string_of(c->rows[0], "label")) == 0) {
            const double recipients = number_of(row, "recipients");
            (void)fprintf(script, "%s\"%.0f\" %.0f", comma, recipients, recipients);
            comma = ", ";
            least = least == 0 || recipients < least ? recipients : least;
            most = recipients > most ? recipients : most;
        }
    }
    (void)fprintf(script, ")\nset xrange [%g:%g]\nplot ", 0.85 * least, 1.18 * most);
    for (size_t k = 0; k < c->n; k++) {
        (void)fprintf(script, "%s$data%zu using 1:2 with lines lw 2.5 lc ", k == 0 ? "" : ", ", k);
        put_colour(script, colour_of(c->rows[k]));
        (void)fprintf(script, ", $data%zu using 1:2 with points pt 7 ps 0.5 lc ", k);
        put_colour(script, colour_of(c->rows[k]));
    }
    (void)fputc('\n', script);
}

/* The overview: of each run and mode, the best row of sealane's for the most recipients. */
static void draw_overview(FILE *script, const chart *c, int layout) {
    (void)layout;
    double largest = 1;
    for (size_t i = 0; i < json_array_size(c->mode_rows); i++) {
        double ratio = number_of(json_array_get(c->mode_rows, i), "ratio");
        largest = ratio > largest ? ratio : largest;
    }
    const size_t n = json_array_size(c->mode_rows);
    bars_frame(script, n, largest);
    for (size_t i = 0; i < n; i++) {
        const json_t *line = json_array_get(c->mode_rows, i);
        const double y = (double)(n - 1 - i), ratio = number_of(line, "ratio");
        (void)fprintf(script, "set object rectangle from 0,%.2f to %g,%.2f fc ", y - 0.45, ratio, y);
        put_colour(script, COLOUR_IMPLEMENTATION);
        (void)fputs(" fs solid noborder\nset label ", script);
        put_string(script, string_of(line, "name"));
        (void)fprintf(script, " at 0,%.2f left\nset label \"%.1f ×\" at %g,%.2f left front\n", y + 0.22, ratio,
                      ratio + 0.01 * largest, y - 0.235);
    }
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(script, "set arrow from 1,%.2f to 1,%.2f nohead front dt 2 lw 1.5 lc ", (double)i - 0.5,
                      (double)i + 0.05);
        put_colour(script, COLOUR_IMPLEMENTATION + 2);
        (void)fputc('\n', script);
    }
    (void)fputs("plot -1 lc rgb \"#0e0e0e\"\n", script);
}

static double bars_height(size_t n) {
    return 12 + 46 * (double)n;
}

static void put_legend(FILE *page, const chart *c) {
    (void)fputs("<p class=\"legend\">", page);
    for (size_t i = 0; i < c->n; i++) {
        char name[96];
        name_of(c->rows[i], name, sizeof name);
        (void)fprintf(page, "<span><i style=\"background:var(--c%d)\"></i>", colour_of(c->rows[i]));
        put_text(page, name);
        (void)fputs("</span> ", page);
    }
    (void)fputs("</p>\n", page);
}

static void put_parts_legend(FILE *page) {
    (void)fputs("<p class=\"legend\">", page);
    for (int part = 0; part < PARTS; part++) {
        (void)fprintf(page, "<span><i style=\"background:var(--c%d)\"></i>%s</span> ", COLOUR_PART + part,
                      sealane_fanout_part_names[part]);
    }
    (void)fputs("</p>\n", page);
}

/* Fills in the rows of a mode for the most recipients; returns for how many numbers of them there are rows. */
static size_t chart_of(chart *c, const json_t *run, const char *mode) {
    const json_t *results = json_object_get(run, "results"), *row;
    size_t i, counts = 0;
    double most = 0;
    *c = (chart){.run = run, .mode_rows = results, .mode = mode};
    json_array_foreach(results, i, row) {
        most = number_of(row, "recipients") > most ? number_of(row, "recipients") : most;
    }
    json_array_foreach(results, i, row) {
        if (strcmp(string_of(row, "mode"), mode) == 0) {
            if (number_of(row, "recipients") == most && c->n < ROWS_MAX) {
                c->rows[c->n++] = row;
                c->unit = string_of(row, "unit");
            }
            counts += c->n > 0 ? 0 : 1; /* of all contestants */
        }
    }
    return c->n == 0 ? 0 : counts / c->n + 1;
}

static void put_table(FILE *page, const json_t *run) {
    const json_t *row;
    size_t i;
    (void)fputs(
        "<details><summary>All figures</summary><div class=\"scroll\"><table><thead><tr><th>implementation</th><th>mode</th>"
        "<th class=\"n\">recipients</th><th class=\"n\">µs</th><th class=\"n\">quartiles</th><th class=\"n\">× libsodium</th>"
        "<th>kernels</th></tr></thead><tbody>\n",
        page);
    json_array_foreach(json_object_get(run, "results"), i, row) {
        const json_t *us = json_object_get(row, "microseconds");
        const double ratio = number_of(row, "ratio_to_libsodium");
        char name[96], kernels[200], a[32], b[32], d[32];
        name_of(row, name, sizeof name);
        (void)snprintf(kernels, sizeof kernels, "%s", string_of(row, "kernel"));
        (void)fputs("<tr><td>", page);
        put_text(page, name);
        (void)fputs("</td><td>", page);
        put_text(page, string_of(row, "mode"));
        (void)fprintf(page, "</td><td class=\"n\">%.0f</td><td class=\"n\">%s</td><td class=\"n\">%s–%s</td><td class=\"n\">",
                      number_of(row, "recipients"), microseconds(number_of(us, "median"), a),
                      microseconds(number_of(us, "q1"), b), microseconds(number_of(us, "q3"), d));
        (void)fprintf(page, ratio > 0 ? "%.2f" : "–", ratio);
        (void)fputs("</td><td>", page);
        for (char *at = kernels, *plus; at != NULL; at = plus) { /* one to a line */
            plus = strchr(at, '+');
            if (plus != NULL) {
                *plus++ = '\0';
            }
            put_text(page, at);
            (void)fputs(plus != NULL ? "<br>" : "", page);
        }
        (void)fputs("</td></tr>\n", page);
    }
    (void)fputs("</tbody></table></div></details>\n", page);
}

static void put_sizes(FILE *page, const json_t *run) {
    const json_t *messages = json_object_get(run, "messages"), *message;
    size_t i;
    if (json_array_size(messages) == 0) {
        (void)fputs("Message sizes are the protocol's own.", page);
    } else if (json_array_size(messages) == 1) {
        (void)fprintf(page, "The message has %.0f bytes.", number_of(json_array_get(messages, 0), "bytes"));
    } else {
        (void)fputs("Message sizes as in a chat: ", page);
        json_array_foreach(messages, i, message) {
            (void)fprintf(page, "%s%.0f bytes (%.0f %%)", i == 0 ? "" : ", ", number_of(message, "bytes"),
                          100 * number_of(message, "share"));
        }
        (void)fputc('.', page);
    }
    if (json_is_true(json_object_get(run, "cost_grows_with_devices"))) {
        (void)fprintf(page, " Each recipient has %.0f devices.", number_of(run, "devices"));
    }
    const double threads = number_of(run, "threads");
    if (threads > 1) {
        (void)fprintf(page, " %.0f threads share the work.", threads);
    }
}

static void put_mode(writer *w, const json_t *run, const char *mode, bool only) {
    chart c;
    char caption[256];
    const size_t counts = chart_of(&c, run, mode);
    if (c.n == 0) {
        return;
    }
    const double recipients = number_of(c.rows[0], "recipients");
    if (!only) {
        (void)fputs("<h3>", w->page);
        put_text(w->page, mode);
        (void)fputs("</h3>\n", w->page);
    }
    (void)snprintf(
        caption, sizeof caption,
        "Time for one %s, in µs (millionths of a second), in a group of %.0f: shorter is better. × is how many times as "
        "fast as libsodium.",
        c.unit, recipients);
    put_chart(w, &c, draw_bars, bars_height(c.n), caption);
    put_parts_legend(w->page);
    put_chart(w, &c, draw_parts, bars_height(c.n), "Where that time goes, each bar being all of an implementation's own time.");
    if (counts > 1) {
        (void)snprintf(caption, sizeof caption,
                       "Time for one %s, in µs, as the group grows. Both scales are logarithmic: each grid line is a multiple.",
                       c.unit);
        put_legend(w->page, &c);
        put_chart(w, &c, draw_lines, 260, caption);
    }
}

static bool seen_before(const json_t *results, size_t at) {
    for (size_t i = 0; i < at; i++) {
        if (strcmp(string_of(json_array_get(results, i), "mode"), string_of(json_array_get(results, at), "mode")) == 0) {
            return true;
        }
    }
    return false;
}

static void put_run(writer *w, const json_t *run) {
    const json_t *results = json_object_get(run, "results"), *notes = json_object_get(run, "notes");
    const bool exact = json_is_true(json_object_get(run, "exact"));
    size_t modes = 0;
    (void)fputs("<section><h2>", w->page);
    put_text(w->page, string_of(run, "profile"));
    (void)fprintf(w->page, " <small class=\"tag\">%s</small></h2>\n<p>", exact ? "exact" : "op-equivalent");
    put_text(w->page, string_of(run, "story"));
    (void)fputs("</p>\n<p class=\"muted\">The work: ", w->page);
    put_text(w->page, string_of(run, "work"));
    (void)fputs(". ", w->page);
    put_sizes(w->page, run);
    (void)fputs(exact ? " These are the protocol's own primitives."
                      : " The operations are the protocol's, with this library's ciphers.",
                w->page);
    (void)fputs("</p>\n", w->page);
    for (size_t i = 0; i < json_array_size(results); i++) {
        modes += !seen_before(results, i);
    }
    for (size_t i = 0; i < json_array_size(results); i++) {
        if (!seen_before(results, i)) {
            put_mode(w, run, string_of(json_array_get(results, i), "mode"), modes == 1);
        }
    }
    put_table(w->page, run);
    for (size_t i = 0; i < json_array_size(notes); i++) {
        (void)fputs("<p class=\"muted\">", w->page);
        put_text(w->page, json_string_value(json_array_get(notes, i)));
        (void)fputs("</p>\n", w->page);
    }
    (void)fputs("</section>\n", w->page);
}

/* One line a run and mode: how many times as fast as libsodium sealane's best is. */
static json_t *overview(const json_t *runs) {
    json_t *lines = json_array();
    for (size_t r = 0; r < json_array_size(runs); r++) {
        const json_t *run = json_array_get(runs, r), *results = json_object_get(run, "results");
        for (size_t i = 0; i < json_array_size(results); i++) {
            chart c;
            if (seen_before(results, i)) {
                continue;
            }
            const char *mode = string_of(json_array_get(results, i), "mode");
            (void)chart_of(&c, run, mode);
            double best = 0;
            for (size_t k = 0; k < c.n; k++) {
                double ratio = number_of(c.rows[k], "ratio_to_libsodium");
                best = strcmp(string_of(c.rows[k], "implementation"), "sealane") == 0 && ratio > best ? ratio : best;
            }
            char name[128];
            (void)snprintf(name, sizeof name, "%s, %s, %.0f recipients", string_of(run, "profile"), mode,
                           c.n > 0 ? number_of(c.rows[0], "recipients") : 0);
            if (best > 0) {
                json_array_append_new(lines, json_pack("{s:s, s:f}", "name", name, "ratio", best));
            }
        }
    }
    return lines;
}

static const char style[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#f3f5f7;--c1:#0067a5;--c2:#0f766e;--c3:#c2500a;--c4:#6b7280;"
    "--c5:#8e4585;--c9:#0067a5;--c10:#b36b00;--c11:#0b7d5a;--c12:#a8487c;--c13:#6b7280;--c14:#5b6470;--c15:#fff}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e8ea;--soft:#20252a;--c1:#5ab4f0;--c2:#45bfae;--c3:#f0904c;"
    "--c4:#9aa3ad;--c5:#cf8fc8;--c9:#5ab4f0;--c10:#e9b04a;--c11:#48c79a;--c12:#e08ab8;--c13:#9aa3ad;--c14:#9aa3ad;--c15:#"
    "14171a}}\n"
    "*{box-sizing:border-box}body{margin:0 auto;max-width:46rem;padding:1rem;background:var(--bg);color:var(--fg);"
    "font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}\n"
    "h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.5rem;font-size:1.3rem}h3{margin-bottom:.3rem}"
    "figure{margin:.5rem 0 1.2rem}figcaption,.muted{color:var(--c14);font-size:.9rem}"
    ".tag{font-weight:normal;font-size:.8rem;padding:.1rem "
    ".5rem;border-radius:1rem;background:var(--soft);white-space:nowrap}\n"
    ".legend{margin:.8rem 0 0;font-size:.9rem}.legend span{white-space:nowrap;margin-right:.8rem}"
    ".legend i{display:inline-block;width:.75rem;height:.75rem;margin-right:.35rem;border-radius:2px}\n"
    "svg{display:block;width:100%;height:auto}.narrow{display:none}"
    "@media (max-width:600px){.wide{display:none}.narrow{display:block}}\n"
    "pre{background:var(--soft);padding:.7rem;overflow-x:auto;border-radius:6px}.scroll{overflow-x:auto}"
    "table{border-collapse:collapse;font-size:.85rem;margin-top:.5rem}td,th{padding:.2rem .7rem .2rem 0;text-align:left;"
    "vertical-align:top;white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums}"
    "dt{font-weight:600}dd{margin:0 0 .5rem}summary{cursor:pointer}\n";

static const char glossary[] =
    "<dl><dt>µs</dt><dd>A microsecond, a millionth of a second: at 10 µs a recipient, one core serves 100,000 recipients a "
    "second.</dd><dt>key agreement</dt><dd>X25519: two sides find a key that only they know, from each other's public "
    "keys.</dd><dt>signatures</dt><dd>Ed25519: proof of who wrote something.</dd><dt>AEAD</dt><dd>Encrypting the message "
    "itself so that any change is noticed.</dd><dt>hashing</dt><dd>Making keys from keys (HKDF, HMAC).</dd><dt>exact, "
    "op-equivalent</dt><dd>Exact: the protocol's own primitives. Op-equivalent: the same operations in the same number, where "
    "the protocol uses a cipher or a signature that these libraries do not share.</dd></dl>\n";

static void put_page(writer *w, const json_t *report) {
    const json_t *runs = json_object_get(report, "runs"), *machine = json_object_get(report, "machine"), *peers;
    json_t *lines = overview(runs);
    size_t i;
    (void)fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width,initial-scale=1\"><title>What a group message costs</title><link rel=\"icon\" "
                "href=\"data:,\"><style>\n",
                w->page);
    (void)fputs(style, w->page);
    (void)fputs(
        "</style></head><body>\n<h1>What a group message costs</h1>\n<p>Messengers that encrypt end to end do some work for "
        "each "
        "member of a group. This page shows how long one core takes for it, with Sealane and with other libraries doing the "
        "same work side by side.</p>\n<p class=\"muted\">Measured on ",
        w->page);
    put_text(w->page, string_of(machine, "cpu"));
    (void)fputs(", built with ", w->page);
    put_text(w->page, string_of(machine, "compiler"));
    (void)fputs(": Sealane ", w->page);
    put_text(w->page, string_of(report, "sealane"));
    json_array_foreach(json_object_get(report, "implementations"), i, peers) {
        if (strcmp(string_of(peers, "name"), "sealane") != 0) {
            put_textf(w->page, ", %s %s", string_of(peers, "name"), string_of(peers, "version"));
        }
    }
    (void)fputs(". ", w->page);
    put_text(w->page, string_of(report, "checked"));
    (void)fputs(".</p>\n", w->page);
    if (json_array_size(lines) > 0) {
        const chart c = {.mode_rows = lines};
        (void)fputs("<section><h2>At a glance</h2>\n", w->page);
        put_chart(w, &c, draw_overview, bars_height(json_array_size(lines)),
                  "How many times as fast as libsodium Sealane does the same work, for the largest group measured: longer is "
                  "better. The dashed line is libsodium.");
        (void)fputs("</section>\n", w->page);
    }
    json_decref(lines);
    for (i = 0; i < json_array_size(runs); i++) {
        put_run(w, json_array_get(runs, i));
    }
    (void)fputs("<section><h2>To repeat this</h2>\n<pre>", w->page);
    put_text(w->page, string_of(report, "command"));
    (void)fputs(
        "</pre>\n<p>Every implementation does the same work on the same keys and messages, made from a seed, one round after "
        "the "
        "other in an order drawn anew each time; a figure is the median of its rounds. ",
        w->page);
    put_textf(w->page, "Time is %s.", string_of(json_array_get(runs, 0), "clock"));
    (void)fputs("</p>\n<h2>Words</h2>\n", w->page);
    (void)fputs(glossary, w->page);
    (void)fputs("</section></body></html>\n", w->page);
}

/* Copies a drawing of gnuplot's into the page: colours become variables; what would name or title things twice is left out. */
static void put_svg(FILE *page, const char *svg, const char *end, bool first) {
    static const struct {
        const char *from, *until, *instead; /* until NULL: from itself is replaced */
    } rules[] = {
        {"<title>", "</title>", ""},
        {"<desc>", "</desc>", ""},
        {"<filter ", "</filter>", ""},
        {" id=\"gnuplot_canvas\"", NULL, ""},
        {"<g id=\"gnuplot_plot_", "\" >", "<g>"},
        {" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", NULL, ""},
        {" xmlns=\"http://www.w3.org/2000/svg\"", NULL, ""},
        {"xlink:href", NULL, "href"},
        {" font-family=\"sans-serif\" ", NULL, " "},
        {"'black'", NULL, "\"currentColor\""},
        {"color=\"black\"", NULL, ""},
        {"\"black\"", NULL, "\"currentColor\""},
        {"fill=\"#ffffff\"", NULL, "fill=\"none\""},
        {"#FFFFFF", NULL, "none"},
    };
    while (svg < end) {
        int a, b, c, used = 0;
        bool replaced = false;
        if (sscanf(svg, "rgb(%d ,%d ,%d )%n", &a, &b, &c, &used) == 3 && used > 0 && a == b && b == c && a >= 1 &&
            a <= COLOURS) {
            (void)fprintf(page, "var(--c%d)", a);
            svg += used;
            continue;
        }
        if (!first && strncmp(svg, "<defs>", 6) == 0) { /* those of the first drawing serve all */
            const char *stop = strstr(svg, "</defs>");
            svg = stop == NULL ? end : stop + 7;
            continue;
        }
        for (size_t i = 0; !replaced && i < sizeof rules / sizeof *rules; i++) {
            const size_t len = strlen(rules[i].from);
            if (strncmp(svg, rules[i].from, len) != 0) {
                continue;
            }
            const char *stop = rules[i].until == NULL ? svg + len : strstr(svg, rules[i].until);
            if (stop != NULL) {
                (void)fputs(rules[i].instead, page);
                svg = stop + (rules[i].until == NULL ? 0 : strlen(rules[i].until));
                replaced = true;
            }
        }
        if (!replaced) {
            if (*svg != '\n' || svg[1] != '\n') {
                (void)fputc(*svg, page);
            }
            svg++;
        }
    }
}

/* The page with its drawings in place; false where there are fewer of them than marks. */
static bool put_together(FILE *out, const char *page, const char *drawings) {
    bool first = true;
    for (; *page != '\0'; page++) {
        if (*page != MARK) {
            (void)fputc(*page, out);
            continue;
        }
        const char *svg = strstr(drawings, "<svg"), *end = svg == NULL ? NULL : strstr(svg, "</svg>");
        if (end == NULL) {
            return false;
        }
        drawings = end + strlen("</svg>");
        put_svg(out, svg, drawings, first);
        first = false;
    }
    return true;
}

char *sealane_fanout_html(const json_t *report, size_t *len, char *why, size_t size) {
    char *page = NULL, *script = NULL, *html = NULL, *drawings = NULL;
    size_t page_len, script_len;
    writer w = {open_memstream(&page, &page_len), open_memstream(&script, &script_len)};
    FILE *out = open_memstream(&html, len);
    bool good = w.page != NULL && w.script != NULL && out != NULL;
    if (good) {
        put_page(&w, report);
    }
    good = (w.page == NULL || fclose(w.page) == 0) && good;
    good = (w.script == NULL || fclose(w.script) == 0) && good;
    if (!good) {
        (void)snprintf(why, size, "out of memory");
    } else {
        drawings = sealane_gnuplot_run(script, script_len, why, size);
        good = drawings != NULL;
        if (good && !put_together(out, page, drawings)) {
            (void)snprintf(why, size, "gnuplot drew fewer charts than were asked for");
            good = false;
        }
    }
    if (out != NULL && fclose(out) != 0 && good) {
        (void)snprintf(why, size, "out of memory");
        good = false;
    }
    free(drawings);
    free(page);
    free(script);
    if (!good) {
        free(html);
        html = NULL;
    }
    return html;
}
