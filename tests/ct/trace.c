/* SPDX-License-Identifier: ISC */
/*
 * Runs each subject single-stepped under ptrace for several secrets and compares the traces: every instruction's address, the
 * addresses of its memory operands, those of gathers and scatters lane by lane, and the operands of divisions. Works for every
 * kernel that the CPU runs, whatever tools know of its instructions. usage: ct_trace [--secrets N] [--only TEXT]; x86-64.
 *
 * The operands' shapes are read from objdump's listing of this program, which is linked statically and at fixed addresses, so
 * that all that a call executes is in it. The tracees are forks of one process: their stacks and globals lie at the same
 * places.
 */
#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ct/subjects.h"

/* Where tracing ends. */
extern const char ct_trace_end[];

enum { NO_REGISTER = -1, OPERANDS = 2 };

typedef struct {
    int8_t base, index; /* into general[], or NO_REGISTER */
    uint8_t scale;
    int32_t displacement;
} memory_operand;

typedef struct {
    memory_operand memory[OPERANDS];
    uint8_t operands;
    bool divides;
    int8_t divisor; /* a register, where it is not the memory operand */
    int8_t lanes;   /* the vector register with the indices of a gather or scatter, or NO_REGISTER */
    int8_t mask;    /* its mask: a vector register, or 32 + a mask register */
} instruction;

typedef struct {
    uintptr_t at;
    char name[56];
} symbol;

typedef struct {
    uint64_t rip, data;
} step;

static struct {
    uintptr_t low, high;
    instruction *at; /* [address - low] */
    symbol *symbols;
    size_t symbol_count;
} code;

static struct {
    step *steps;
    size_t count, room;
} expected;

static ct_memory memory;
static unsigned secrets = 3;
static size_t limit = SIZE_MAX; /* most instructions of a run */

static _Noreturn void die(const char *what) {
    fprintf(stderr, "ct_trace: %s: %s\n", what, strerror(errno));
    exit(2);
}

static void *grown(void *p, size_t count, size_t *room, size_t size) {
    if (count < *room) {
        return p;
    }
    *room = *room == 0 ? 4096 : 2 * *room;
    p = realloc(p, *room * size);
    if (p == NULL) {
        die("memory");
    }
    return p;
}

static const char *const general[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
                                      "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
/* The same in 32 bits, as divisors are often given; r8d and so on follow from the above. */
static const char *const general32[] = {"eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp"};

static uint64_t value_of(const struct user_regs_struct *r, int i) {
    const uint64_t values[] = {r->rax, r->rbx, r->rcx, r->rdx, r->rsi, r->rdi, r->rbp, r->rsp,
                               r->r8,  r->r9,  r->r10, r->r11, r->r12, r->r13, r->r14, r->r15};
    return i == NO_REGISTER ? 0 : values[i];
}

/* The register whose name, after a %, begins at text. */
static int8_t register_at(const char *text) {
    const size_t n = strcspn(text, ",)*\n");
    for (int8_t i = 0; i < 16; i++) {
        if ((n == strlen(general[i]) && memcmp(text, general[i], n) == 0) ||
            (i < 8 && n == 3 && memcmp(text, general32[i], 3) == 0) ||
            (i >= 8 && n == strlen(general[i]) + 1 && memcmp(text, general[i], n - 1) == 0)) {
            return i;
        }
    }
    return NO_REGISTER;
}

/* The number of the vector register whose name, after a %, begins at text, or 32 plus that of a mask register, or NO_REGISTER.
 */
static int8_t vector_at(const char *text) {
    if (strchr("xyz", text[0]) != NULL && strncmp(text + 1, "mm", 2) == 0) {
        return (int8_t)strtol(text + 3, NULL, 10);
    }
    return text[0] == 'k' ? (int8_t)(32 + strtol(text + 1, NULL, 10)) : NO_REGISTER;
}

/* One instruction in AT&T syntax, such as "vmovdqu64 0x40(%rsi,%rcx,8),%zmm1". */
static instruction decode(const char *text) {
    instruction d = {.divisor = NO_REGISTER, .lanes = NO_REGISTER, .mask = NO_REGISTER};
    if (strncmp(text, "lea ", 4) == 0 || strstr(text, "nop") != NULL) {
        return d;
    }
    d.divides = strncmp(text, "div", 3) == 0 || strncmp(text, "idiv", 4) == 0;
    if (d.divides && strchr(text, '(') == NULL && strchr(text, '%') != NULL) {
        d.divisor = register_at(strchr(text, '%') + 1);
    }
    for (const char *open = strchr(text, '('); open != NULL && d.operands < OPERANDS; open = strchr(open + 1, '(')) {
        memory_operand *m = &d.memory[d.operands++];
        *m = (memory_operand){NO_REGISTER, NO_REGISTER, 1, 0};
        const char *p = open;
        while (p > text && strchr("0123456789abcdefx-", p[-1]) != NULL) {
            p--;
        }
        m->displacement = (int32_t)(p < open ? strtoll(p, NULL, 16) : 0);
        if (open[1] == '%') {
            m->base = register_at(open + 2);
        }
        const char *comma = open + 1 + strcspn(open + 1, ",)");
        if (comma[0] == ',' && comma[1] == '%') {
            m->index = register_at(comma + 2);
            d.lanes = vector_at(comma + 2);
            const char *scale = comma + 1 + strcspn(comma + 1, ",)");
            m->scale = (uint8_t)(scale[0] == ',' ? strtoul(scale + 1, NULL, 10) : 1);
        }
    }
    if (d.lanes != NO_REGISTER) { /* AVX-512 names the mask in braces, AVX2 as the first operand */
        const char *brace = strstr(text, "{%k");
        d.mask = vector_at(brace != NULL ? brace + 2 : strchr(text, '%') + 1);
    }
    return d;
}

/* Reads the listing of this program: once for its range, then for what is in it. */
static void read_code(void) {
    char path[4096], command[4200], line[1024];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n < 0) {
        die("/proc/self/exe");
    }
    path[n] = '\0';
    (void)snprintf(command, sizeof command, "objdump -d --no-show-raw-insn '%s'", path);
    size_t symbol_room = 0, instructions = 0;
    for (int pass = 0; pass < 2; pass++) {
        FILE *listing = popen(command, "r");
        if (listing == NULL) {
            die("objdump");
        }
        while (fgets(line, sizeof line, listing) != NULL) {
            char *end;
            const uintptr_t at = strtoull(line, &end, 16);
            if (end == line) {
                continue;
            }
            if (*end == ' ' && end[1] == '<' && pass == 1) {
                code.symbols = grown(code.symbols, code.symbol_count, &symbol_room, sizeof *code.symbols);
                symbol *s = &code.symbols[code.symbol_count++];
                s->at = at;
                (void)snprintf(s->name, sizeof s->name, "%.*s", (int)strcspn(end + 2, ">"), end + 2);
            }
            if (end[0] != ':' || end[1] != '\t') {
                continue;
            }
            if (pass == 0) {
                code.low = code.low == 0 || at < code.low ? at : code.low;
                code.high = at > code.high ? at : code.high;
                instructions++;
            } else {
                code.at[at - code.low] = decode(end + 2);
            }
        }
        if (pclose(listing) != 0 || instructions == 0) {
            die("objdump gave no listing (binutils)");
        }
        if (pass == 0 && (code.at = calloc(code.high - code.low + 1, sizeof *code.at)) == NULL) {
            die("memory");
        }
    }
}

static void print_place(uint64_t rip) {
    const symbol *best = NULL;
    for (size_t i = 0; i < code.symbol_count; i++) {
        if (code.symbols[i].at <= rip && (best == NULL || code.symbols[i].at > best->at)) {
            best = &code.symbols[i];
        }
    }
    printf("%#llx (%s+%#llx)", (unsigned long long)rip, best != NULL ? best->name : "?",
           (unsigned long long)(rip - (best != NULL ? best->at : 0)));
}

static uint64_t mixed(uint64_t mix, uint64_t x) {
    return (mix ^ x) * UINT64_C(0x9e3779b97f4a7c15) + (mix >> 31);
}

/* Mixes in a vector or mask register of the tracee, from the standard form of XSAVE's area (Intel SDM, volume 1, chapter 13).
 */
static uint64_t mixed_vector(uint64_t mix, const uint8_t *area, int8_t i) {
    enum { MASKS = 5, HIGH_256 = 6, HIGH_16 = 7 };
    unsigned at[8] = {0}, size, c, d;
    uint64_t words[8] = {0};
    for (unsigned component = 2; component < 8; component++) {
        __cpuid_count(0xd, component, size, at[component], c, d);
    }
    if (i >= 32) {
        memcpy(words, area + at[MASKS] + 8 * (i - 32), 8);
    } else if (i >= 16) {
        memcpy(words, area + at[HIGH_16] + 64 * (i - 16), 64);
    } else {
        memcpy(words, area + 160 + 16 * i, 16);
        memcpy(words + 2, area + at[2] + 16 * i, 16);
        if (at[HIGH_256] != 0) {
            memcpy(words + 4, area + at[HIGH_256] + 32 * i, 32);
        }
    }
    for (size_t w = 0; w < 8; w++) {
        mix = mixed(mix, words[w]);
    }
    return mix;
}

/* What an observer could see of the instruction at rip, but for rip itself. */
static uint64_t data_of(pid_t pid, const struct user_regs_struct *r, const instruction *d) {
    uint64_t mix = 0, address = 0;
    for (size_t i = 0; i < d->operands; i++) {
        const memory_operand *m = &d->memory[i];
        address = value_of(r, m->base) + value_of(r, m->index) * m->scale + (uint64_t)(int64_t)m->displacement;
        mix = mixed(mix, address);
    }
    if (d->lanes != NO_REGISTER) {
        uint8_t area[16384];
        struct iovec at = {area, sizeof area};
        if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &at) != 0) {
            die("PTRACE_GETREGSET");
        }
        mix = mixed_vector(mixed_vector(mix, area, d->lanes), area, d->mask);
    }
    if (d->divides) {
        const uint64_t by =
            d->operands != 0 ? (uint64_t)ptrace(PTRACE_PEEKDATA, pid, (void *)address, NULL) : value_of(r, d->divisor);
        mix = mixed(mixed(mixed(mix, r->rax), r->rdx), by);
    }
    return mix;
}

static __attribute__((noinline)) void observed(const ct_subject *subject, kernel_family family) {
    __asm__ volatile("int3" ::: "memory");
    subject->run(&memory, subject->n, subject->size, family);
    __asm__ volatile("int3\n\t.globl ct_trace_end\nct_trace_end:" ::: "memory");
}

static _Noreturn void tracee(const ct_subject *subject, kernel_family family, uint64_t seed) {
    ct_fill(&memory, seed);
    if (subject->prepare != NULL) {
        subject->prepare(&memory, subject->n, subject->size, family);
    }
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
        die("ptrace");
    }
    observed(subject, family);
    _exit(memory.failed != 0);
}

/* Executes an instruction. A signal that was sent to all, as SIGCONT is to a job, is not the tracee's. */
static bool step_one(pid_t pid, struct user_regs_struct *r) {
    int status;
    do {
        if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
            return false;
        }
    } while (WSTOPSIG(status) == SIGCONT || WSTOPSIG(status) == SIGWINCH);
    return WSTOPSIG(status) == SIGTRAP && ptrace(PTRACE_GETREGS, pid, NULL, r) == 0;
}

typedef enum { SAME, DIFFERENT, BROKEN, TOO_LONG } outcome;

/* Traces one run; the first is recorded, others are compared. */
static outcome trace(const ct_subject *subject, kernel_family family, uint64_t seed, bool record, bool quiet) {
    struct user_regs_struct r;
    outcome result = SAME;
    size_t count = 0;
    int status;
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) {
        die("fork");
    }
    if (pid == 0) {
        tracee(subject, family, seed);
    }
    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) {
        printf("    did not reach its start\n");
        return BROKEN;
    }
    for (;;) {
        if (!step_one(pid, &r)) {
            printf("    ended before its end\n");
            result = BROKEN;
            break;
        }
        if (r.rip == (uintptr_t)ct_trace_end) {
            break;
        }
        if (count == limit) {
            result = TOO_LONG;
            break;
        }
        step s = {r.rip, 0};
        if (r.rip >= code.low && r.rip <= code.high) {
            s.data = data_of(pid, &r, &code.at[r.rip - code.low]);
        }
        if (record) {
            expected.steps = grown(expected.steps, count, &expected.room, sizeof *expected.steps);
            expected.steps[count] = s;
        } else if (count >= expected.count || s.rip != expected.steps[count].rip || s.data != expected.steps[count].data) {
            if (!quiet) {
                printf("    after %zu instructions, at ", count);
                print_place(s.rip);
                if (count < expected.count && s.rip != expected.steps[count].rip) {
                    printf(", where the first secret went to ");
                    print_place(expected.steps[count].rip);
                } else {
                    printf(", whose operands differ");
                }
                printf("\n");
            }
            result = DIFFERENT;
            break;
        }
        count++;
    }
    if (record) {
        expected.count = count;
    } else if (result == SAME && count != expected.count) {
        result = DIFFERENT;
    }
    if (result == SAME) {
        (void)ptrace(PTRACE_CONT, pid, NULL, NULL);
        if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            printf("    its call did not give the status that it should\n");
            result = BROKEN;
        }
    } else {
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, &status, 0);
    }
    return result;
}

static int visit(const ct_subject *subject, const char *label, kernel_family family) {
    /* What the first call resolves is resolved before. */
    ct_fill(&memory, 1);
    if (subject->prepare != NULL) {
        subject->prepare(&memory, subject->n, subject->size, family);
    }
    subject->run(&memory, subject->n, subject->size, family);
    outcome result = trace(subject, family, 1, true, false);
    for (uint64_t seed = 2; result == SAME && seed <= secrets; seed++) {
        result = trace(subject, family, seed, false, subject->kind == CT_LEAKS);
    }
    if (result == TOO_LONG) {
        printf("SKIPPED %s: more than %zu instructions\n", label, limit);
        return 1;
    }
    const bool good = result == (subject->kind == CT_LEAKS ? DIFFERENT : SAME);
    printf("%s %s: %zu instructions, %u secrets%s\n", good ? "ok    " : "FAILED", label, expected.count, secrets,
           result == DIFFERENT ? ", traces differ"
           : result == SAME    ? ", one trace"
                               : "");
    return good;
}

int main(int argc, char **argv) {
    const char *only = NULL;
    for (int i = 1; i < argc; i++) {
        if (i + 1 < argc && strcmp(argv[i], "--only") == 0) {
            only = argv[++i];
        } else if (i + 1 < argc && strcmp(argv[i], "--secrets") == 0 && atoi(argv[i + 1]) >= 2) {
            secrets = (unsigned)atoi(argv[++i]);
        } else if (i + 1 < argc && strcmp(argv[i], "--limit") == 0 && atol(argv[i + 1]) > 0) {
            limit = (size_t)atol(argv[++i]);
        } else {
            fprintf(stderr, "usage: ct_trace [--secrets N, at least 2] [--limit N] [--only TEXT]\n");
            return 2;
        }
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    read_code();
    const size_t failures = ct_walk(only, visit, "not on this CPU");
    printf("ct_trace: %zu failed\n", failures);
    return failures != 0;
}
