/* SPDX-License-Identifier: ISC */
/* Runs one instruction of the extension that is named: shows what an emulated CPU refuses. Status 2: no such name. */
#include <stdint.h>
#include <string.h>

int main(int argc, char **argv) {
    const char *name = argc == 2 ? argv[1] : "";
    uint64_t x = 1;
    if (strcmp(name, "ssse3") == 0) {
        __asm__ volatile("pshufb %%xmm0, %%xmm0" ::: "xmm0");
    } else if (strcmp(name, "sse4.1") == 0) {
        __asm__ volatile("pmulld %%xmm0, %%xmm0" ::: "xmm0");
    } else if (strcmp(name, "aesni") == 0) {
        __asm__ volatile("aesenc %%xmm0, %%xmm0" ::: "xmm0");
    } else if (strcmp(name, "pclmul") == 0) {
        __asm__ volatile("pclmulqdq $0, %%xmm0, %%xmm0" ::: "xmm0");
    } else if (strcmp(name, "sha") == 0) {
        __asm__ volatile("sha256rnds2 %%xmm0, %%xmm1" ::: "xmm0", "xmm1");
    } else if (strcmp(name, "avx2") == 0) {
        __asm__ volatile("vpaddd %%ymm0, %%ymm0, %%ymm0" ::: "xmm0");
    } else if (strcmp(name, "bmi2") == 0) {
        __asm__ volatile("mulx %0, %%rax, %%rcx" : "+r"(x)::"rax", "rcx", "rdx");
    } else if (strcmp(name, "avx512f") == 0) {
        __asm__ volatile("vpaddd %%zmm0, %%zmm0, %%zmm0" ::: "xmm0");
    } else {
        return 2;
    }
    return 0;
}
