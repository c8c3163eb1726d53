/* SPDX-License-Identifier: ISC */
/*
 * Runs each subject instruction by instruction for several secrets and compares the traces: every instruction's address, the
 * addresses of its memory operands, those of gathers and scatters lane by lane, and the operands of divisions. Works for every
 * kernel that the CPU runs, whatever tools know of its instructions. usage: ct_trace [--secrets N] [--limit N] [--only TEXT];
 * x86-64. With a limit, what takes more instructions is left out.
 *
 * What instructions do is read from objdump's listing of this program, which is linked statically and at fixed addresses, so
 * that all that a call executes is in it. Each instruction has a copy, with a breakpoint behind it. Its handler, on a stack of
 * its own, notes the instruction that comes next and goes on at its copy; jumps, calls and returns it carries out itself. That
 * is ten times as fast as the CPU's trap flag, which serves for what is not understood. Runs are forks of one process: their
 * stacks and globals lie at the same places.
 */
#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <ucontext.h>
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

/* Where an instruction goes. */
typedef enum {
    UNKNOWN, /* to be found by the trap flag */
    NEXT,
    NEXT_DOING_NOTHING,
    JUMP,
    JUMP_IF,
    CALL,
    RETURN
} flow;

typedef struct {
    uintptr_t at;
    uintptr_t target; /* of a jump or call; or the place that an operand based on rip means; or 0 */
    memory_operand memory[OPERANDS];
    uint8_t operands;
    uint8_t length;
    flow flow;
    int8_t condition; /* of a JUMP_IF, as the CPU numbers them */
    bool indirect;    /* a jump or call to where a register or the memory operand says */
    bool divides;
    int8_t via;   /* the register with the divisor or target, where it is not the memory operand */
    int8_t lanes; /* the vector register with the indices of a gather or scatter, or NO_REGISTER */
    int8_t mask;  /* its mask: a vector register, or 32 + a mask register */
} instruction;

typedef struct {
    uintptr_t at;
    char name[56];
} symbol;

typedef struct {
    uint64_t rip, data;
} step;

enum { COPY_BYTES = 32, INSTRUCTION_MAX = 15, BREAKPOINT = 0xcc };

static struct {
    uintptr_t low, high;
    uint32_t *index; /* [address - low]: into instructions, plus 1; 0 where none begins */
    instruction *instructions;
    size_t count;
    uint8_t (*copies)[COPY_BYTES]; /* of each instruction, and the breakpoint */
    symbol *symbols;
    size_t symbol_count;
} code;

typedef enum { SAME, DIFFERENT, BROKEN, TOO_LONG } outcome;

enum { STEPS_MAX = 1 << 27, TRAP_FLAG = 0x100, HANDLER_STACK = 1 << 17 };

/* Of the first run, which records, and what another has found, in memory that all share. */
static struct {
    size_t count;
    step different; /* the step after `at` others, where the first secret's was another */
    size_t at;
    outcome result;
    step steps[];
} * shared;

static ct_memory memory;
static unsigned secrets = 3;
static size_t limit = STEPS_MAX; /* most instructions of a run */

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

static uint64_t value_of(const greg_t registers[], int i) {
    static const int8_t at[] = {REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI, REG_RBP, REG_RSP,
                                REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    return i == NO_REGISTER ? 0 : (uint64_t)registers[at[i]];
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

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* Where it goes: of text, the mnemonic without prefixes. */
static void decode_flow(instruction *d, const char *text) {
    static const char *const conditions[] = {"o ", "no ", "b ", "ae ", "e ", "ne ", "be ", "a ",
                                             "s ", "ns ", "p ", "np ", "l ", "ge ", "le ", "g "};
    const char *to = text + strcspn(text, " \n");
    to += strspn(to, " ");
    d->flow = NEXT;
    if (begins(text, "nop") || begins(text, "endbr64")) {
        d->flow = NEXT_DOING_NOTHING;
    } else if (begins(text, "ret\n") || begins(text, "ret \n")) {
        d->flow = RETURN;
    } else if (begins(text, "jmp ") || begins(text, "call ")) {
        d->flow = text[0] == 'j' ? JUMP : CALL;
        d->indirect = to[0] == '*';
        if (d->indirect && to[1] == '%') {
            d->via = register_at(to + 2);
        }
        if (d->indirect ? strchr(to, ':') != NULL || (d->via == NO_REGISTER && strchr(to, '(') == NULL) : to[0] == '\0') {
            d->flow = UNKNOWN;
        }
    } else if (text[0] == 'j') {
        d->flow = UNKNOWN;
        for (int8_t i = 0; i < 16; i++) {
            if (begins(text + 1, conditions[i])) {
                d->flow = JUMP_IF;
                d->condition = i;
            }
        }
    } else if (strchr("(.", text[0]) != NULL || begins(text, "ret") || begins(text, "loop") || begins(text, "xbegin") ||
               begins(text, "sys") || begins(text, "int")) {
        d->flow = UNKNOWN;
    }
    if (d->flow == JUMP_IF || ((d->flow == JUMP || d->flow == CALL) && !d->indirect)) {
        d->target = strtoull(to, NULL, 16);
    }
    const char *meant = strstr(text, "(%rip)");
    if (meant != NULL && (meant = strchr(meant, '#')) != NULL) {
        d->target = strtoull(meant + 1, NULL, 16);
    }
}

/* One instruction in AT&T syntax, such as "vmovdqu64 0x40(%rsi,%rcx,8),%zmm1". */
static instruction decode(const char *text) {
    static const char *const prefixes[] = {"notrack ", "bnd ", "data16 ", "rex.W ", "cs ", "ds ", "repz ret"};
    instruction d = {.via = NO_REGISTER, .lanes = NO_REGISTER, .mask = NO_REGISTER};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0];) {
        const bool found = begins(text, prefixes[i]);
        text += found ? strcspn(text, " ") + 1 : 0;
        i = found ? 0 : i + 1;
    }
    decode_flow(&d, text);
    if (begins(text, "lea ") || d.flow == NEXT_DOING_NOTHING) {
        return d;
    }
    d.divides = begins(text, "div") || begins(text, "idiv");
    if (d.divides && strchr(text, '(') == NULL && strchr(text, '%') != NULL) {
        d.via = register_at(strchr(text, '%') + 1);
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

/* Copies an instruction to where it can run apart from what follows it. What it says relative to rip is told anew. */
static void make_copy(instruction *d, uint8_t copy[COPY_BYTES]) {
    const uint8_t *original = (const uint8_t *)d->at;
    if (d->length == 0 || d->length > INSTRUCTION_MAX) {
        d->flow = UNKNOWN;
    }
    if (d->flow != NEXT) {
        return;
    }
    memcpy(copy, original, d->length);
    copy[d->length] = BREAKPOINT;
    if (d->target == 0) {
        return;
    }
    const int32_t said = (int32_t)(d->target - (d->at + d->length));
    const int32_t meant = (int32_t)(d->target - ((uintptr_t)copy + d->length));
    int places = 0;
    for (size_t i = 1; i + sizeof said <= d->length; i++) {
        if (memcmp(original + i, &said, sizeof said) == 0) {
            memcpy(copy + i, &meant, sizeof meant);
            places++;
        }
    }
    if (places != 1) {
        d->flow = UNKNOWN;
    }
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
    size_t symbol_room = 0, room = 0;
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
                room++;
                continue;
            }
            if (code.count != 0 && at - code.instructions[code.count - 1].at <= INSTRUCTION_MAX) {
                instruction *before = &code.instructions[code.count - 1];
                before->length = (uint8_t)(at - before->at);
            }
            code.instructions[code.count] = decode(end + 2);
            code.instructions[code.count].at = at;
            code.index[at - code.low] = (uint32_t)++code.count;
        }
        if (pclose(listing) != 0 || room == 0) {
            die("objdump gave no listing (binutils)");
        }
        if (pass == 0) {
            code.index = calloc(code.high - code.low + 1, sizeof *code.index);
            code.instructions = calloc(room, sizeof *code.instructions);
            /* Near, as offsets to rip have 32 bits. */
            code.copies =
                mmap(NULL, room * sizeof *code.copies, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
            if (code.index == NULL || code.instructions == NULL || code.copies == MAP_FAILED) {
                die("memory");
            }
        }
    }
    for (size_t i = 0; i < code.count; i++) {
        make_copy(&code.instructions[i], code.copies[i]);
    }
    if (mprotect(code.copies, room * sizeof *code.copies, PROT_READ | PROT_EXEC) != 0) {
        die("memory that can be executed");
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

/* Mixes in a vector or mask register, from the standard form of XSAVE's area (Intel SDM, volume 1, chapter 13). */
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

static uintptr_t address_of(const greg_t registers[], const memory_operand *m) {
    return value_of(registers, m->base) + value_of(registers, m->index) * m->scale + (uintptr_t)(intptr_t)m->displacement;
}

static uint64_t load(uintptr_t address) {
    uint64_t word;
    memcpy(&word, (const void *)address, sizeof word);
    return word;
}

/* What an observer could see of the instruction that comes next, but for where it is. */
static uint64_t data_of(const ucontext_t *context, const instruction *d) {
    const greg_t *registers = context->uc_mcontext.gregs;
    uint64_t mix = 0;
    for (size_t i = 0; i < d->operands; i++) {
        mix = mixed(mix, address_of(registers, &d->memory[i]));
    }
    if (d->lanes != NO_REGISTER) {
        const uint8_t *area = (const uint8_t *)context->uc_mcontext.fpregs;
        mix = mixed_vector(mixed_vector(mix, area, d->lanes), area, d->mask);
    }
    if (d->divides) {
        const uint64_t by = d->operands != 0 ? load(address_of(registers, &d->memory[0])) : value_of(registers, d->via);
        mix = mixed(mixed(mixed(mix, (uint64_t)registers[REG_RAX]), (uint64_t)registers[REG_RDX]), by);
    }
    return mix;
}

/* Whether a condition holds (Intel SDM, volume 1, appendix B): odd ones are the opposites of those before. */
static bool holds(uint64_t flags, int8_t condition) {
    const bool carry = flags & 1, parity = flags >> 2 & 1, zero = flags >> 6 & 1, sign = flags >> 7 & 1,
               overflow = flags >> 11 & 1;
    const bool even[] = {overflow, carry, zero, carry || zero, sign, parity, sign != overflow, zero || sign != overflow};
    return even[condition / 2] != (condition % 2 != 0);
}

static struct {
    bool records;
    uintptr_t next; /* what follows the instruction whose copy ran; 0: none did */
    size_t count;
} run;

static _Noreturn void end_run(outcome result) {
    shared->result = result;
    _exit(0);
}

static void note(step s) {
    if (run.count == limit) {
        end_run(TOO_LONG);
    }
    if (run.records) {
        shared->steps[run.count] = s;
    } else if (run.count >= shared->count || memcmp(&s, &shared->steps[run.count], sizeof s) != 0) {
        shared->different = s;
        shared->at = run.count;
        end_run(DIFFERENT);
    }
    run.count++;
}

/* Where a jump, call or return goes, carried out. */
static uintptr_t carry_out(greg_t registers[], const instruction *d) {
    uintptr_t to = d->target;
    if (d->indirect) {
        to = d->via != NO_REGISTER ? value_of(registers, d->via)
             : d->target != 0      ? load(d->target)
                                   : load(address_of(registers, &d->memory[0]));
    }
    if (d->flow == JUMP_IF && !holds((uint64_t)registers[REG_EFL], d->condition)) {
        to = d->at + d->length;
    } else if (d->flow == CALL) {
        const uint64_t back = d->at + d->length;
        registers[REG_RSP] -= 8;
        memcpy((void *)(uintptr_t)registers[REG_RSP], &back, sizeof back);
    } else if (d->flow == RETURN) {
        to = load((uintptr_t)registers[REG_RSP]);
        registers[REG_RSP] += 8;
    } else if (d->flow == NEXT_DOING_NOTHING) {
        to = d->at + d->length;
    }
    return to;
}

/* Between two instructions. */
static void on_trap(int signal, siginfo_t *info, void *given) {
    ucontext_t *context = given;
    greg_t *registers = context->uc_mcontext.gregs;
    uintptr_t at = run.next != 0 ? run.next : (uintptr_t)registers[REG_RIP];
    (void)signal, (void)info;
    run.next = 0;
    registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    while (at != (uintptr_t)ct_trace_end) {
        const uint32_t i = at >= code.low && at <= code.high ? code.index[at - code.low] : 0;
        const instruction *d = i != 0 ? &code.instructions[i - 1] : NULL;
        note((step){at, d != NULL ? data_of(context, d) : 0});
        if (d == NULL || d->flow == UNKNOWN) {
            registers[REG_EFL] |= TRAP_FLAG;
            break;
        }
        if (d->flow == NEXT) {
            run.next = at + d->length;
            at = (uintptr_t)code.copies[i - 1];
            break;
        }
        at = carry_out(registers, d);
    }
    registers[REG_RIP] = (greg_t)at;
}

static __attribute__((noinline)) void observed(const ct_subject *subject, kernel_family family) {
    __asm__ volatile("int3" ::: "memory");
    subject->run(&memory, subject->n, subject->size, family);
    __asm__ volatile(".globl ct_trace_end\nct_trace_end:" ::: "memory");
}

static _Noreturn void run_observed(const ct_subject *subject, kernel_family family, uint64_t seed, bool records) {
    static uint8_t handler_stack[HANDLER_STACK];
    const stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = on_trap;
    ct_fill(&memory, seed);
    if (subject->prepare != NULL) {
        subject->prepare(&memory, subject->n, subject->size, family);
    }
    if (sigaltstack(&stack, NULL) != 0 || sigaction(SIGTRAP, &action, NULL) != 0) {
        die("SIGTRAP");
    }
    run.records = records;
    observed(subject, family);
    if (records) {
        shared->count = run.count;
    }
    if (memory.failed) {
        printf("    its call did not give the status that it should\n");
    }
    fflush(NULL);
    if (run.count != shared->count) {
        shared->different = (step){(uintptr_t)ct_trace_end, 0};
        shared->at = run.count;
    }
    end_run(memory.failed ? BROKEN : run.count == shared->count ? SAME : DIFFERENT);
}

static void print_difference(void) {
    printf("    after %zu instructions, at ", shared->at);
    print_place(shared->different.rip);
    if (shared->at < shared->count && shared->different.rip != shared->steps[shared->at].rip) {
        printf(", where the first secret went to ");
        print_place(shared->steps[shared->at].rip);
    } else {
        printf(", whose operands differ");
    }
    printf("\n");
}

/* Traces one run; the first is recorded, others are compared. */
static outcome trace(const ct_subject *subject, kernel_family family, uint64_t seed, bool records) {
    int status;
    shared->result = BROKEN;
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0) {
        die("fork");
    }
    if (pid == 0) {
        run_observed(subject, family, seed, records);
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        printf("    ended before its end\n");
        return BROKEN;
    }
    if (shared->result == DIFFERENT && subject->kind != CT_LEAKS) {
        print_difference();
    }
    return shared->result;
}

static int visit(const ct_subject *subject, const char *label, kernel_family family) {
    /* What the first call resolves is resolved before. */
    ct_fill(&memory, 1);
    if (subject->prepare != NULL) {
        subject->prepare(&memory, subject->n, subject->size, family);
    }
    subject->run(&memory, subject->n, subject->size, family);
    outcome result = trace(subject, family, 1, true);
    for (uint64_t seed = 2; result == SAME && seed <= secrets; seed++) {
        result = trace(subject, family, seed, false);
    }
    if (result == TOO_LONG) {
        printf("SKIPPED %s: more than %zu instructions\n", label, limit);
        return 1;
    }
    const bool good = result == (subject->kind == CT_LEAKS ? DIFFERENT : SAME);
    printf("%s %s: %zu instructions, %u secrets%s\n", good ? "ok    " : "FAILED", label, shared->count, secrets,
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
        } else if (i + 1 < argc && strcmp(argv[i], "--limit") == 0 && atol(argv[i + 1]) > 0 && atol(argv[i + 1]) < STEPS_MAX) {
            limit = (size_t)atol(argv[++i]);
        } else {
            fprintf(stderr, "usage: ct_trace [--secrets N, at least 2] [--limit N] [--only TEXT]\n");
            return 2;
        }
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    shared = mmap(NULL, sizeof *shared + STEPS_MAX * sizeof(step), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared == MAP_FAILED) {
        die("memory");
    }
    read_code();
    const size_t failures = ct_walk(only, visit, "not on this CPU");
    printf("ct_trace: %zu failed\n", failures);
    return failures != 0;
}
