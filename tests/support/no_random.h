/* SPDX-License-Identifier: ISC */
/* A child process in which the system gives no randomness. */
#ifndef SEALANE_TESTS_SUPPORT_NO_RANDOM_H
#define SEALANE_TESTS_SUPPORT_NO_RANDOM_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* body's result, 0 or 1, from a child in which getrandom fails; 2 where the system does not allow that, -1 where the child
   did not end by itself. */
static inline int without_randomness(int (*body)(void)) {
    struct sock_filter filter[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_getrandom},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        _exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0
                  ? 2
                  : body());
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
