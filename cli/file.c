/* SPDX-License-Identifier: ISC */
/* Files that are read whole, and files that appear whole. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

const char *cli_name(const char *path) {
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

void cli_buffer_free(cli_buffer *buffer) {
    if (buffer->data)
        explicit_bzero(buffer->data, buffer->len);
    free(buffer->data);
    *buffer = (cli_buffer){0};
}

/* Reads to the end of fd. Not realloc, which would leave copies behind. */
static int read_all(int fd, cli_buffer *buffer) {
    struct stat status;
    size_t room = 65536;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 && (uintmax_t)status.st_size < SIZE_MAX / 4)
        room = (size_t)status.st_size + 1; /* one more, so that the end is seen without growing */
    *buffer = (cli_buffer){malloc(room), 0};
    if (!buffer->data)
        return ENOMEM;
    for (;;) {
        if (buffer->len == room) {
            uint8_t *larger = room < SIZE_MAX / 2 ? malloc(room * 2) : NULL;
            if (!larger)
                return ENOMEM;
            memcpy(larger, buffer->data, room);
            explicit_bzero(buffer->data, room);
            free(buffer->data);
            buffer->data = larger;
            room *= 2;
        }
        ssize_t got = read(fd, buffer->data + buffer->len, room - buffer->len);
        if (got == 0)
            return 0;
        if (got > 0)
            buffer->len += (size_t)got;
        else if (errno != EINTR)
            return errno;
    }
}

bool cli_read(const char *path, cli_buffer *buffer) {
    *buffer = (cli_buffer){0};
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        cli_error("%s: cannot open: %s", path, strerror(errno));
        return false;
    }
    int error = read_all(fd, buffer);
    if (!is_stdin)
        close(fd);
    if (error == 0)
        return true;
    cli_error("%s: cannot read: %s", cli_name(path), strerror(error));
    cli_buffer_free(buffer);
    return false;
}

bool cli_random(void *out, size_t n) {
    uint8_t *at = out;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got > 0) {
            at += got;
            n -= (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            errno = got == 0 ? EIO : errno;
            return false;
        }
    }
    return true;
}

/* The temporary that is being written, for the signal handler. Its name is random, so that removing it too early or too late
   harms nothing: the handler needs no moment at which both agree. */
static int temporary_dir = -1;
static char temporary_name[32];
static volatile sig_atomic_t temporary_live;

static void remove_temporary(void) {
    if (temporary_live)
        unlinkat(temporary_dir, temporary_name, 0);
    temporary_live = 0;
}

/* Installed with SA_RESETHAND: raising the signal again ends the program by it. */
static void on_signal(int signal_number) {
    remove_temporary();
    raise(signal_number);
}

static void catch_signals(void) {
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXFSZ, SIGXCPU};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction action;
        if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
            action = (struct sigaction){.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
            sigaction(signals[i], &action, NULL);
        }
    }
}

static int open_temporary(int dir, mode_t mode) {
    uint64_t number;
    if (!cli_random(&number, sizeof number))
        return -1;
    catch_signals();
    snprintf(temporary_name, sizeof temporary_name, ".sealane-%016" PRIx64, number);
    temporary_dir = dir;
    atomic_signal_fence(memory_order_seq_cst);
    temporary_live = 1;
    return openat(dir, temporary_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
}

static bool write_all(int fd, const uint8_t *data, size_t len) {
    while (len > 0) {
        ssize_t put = write(fd, data, len);
        if (put > 0) {
            data += put;
            len -= (size_t)put;
        } else if (put < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool cli_write_stdout(const uint8_t *data, size_t len) {
    if (write_all(STDOUT_FILENO, data, len))
        return true;
    cli_error("cannot write to stdout: %s", strerror(errno));
    return false;
}

/* Gives the temporary its name, and 0 or an error number. */
static int publish(int dir, const char *name, unsigned flags) {
    if (!(flags & CLI_FILE_NEW))
        return renameat(dir, temporary_name, dir, name) == 0 ? 0 : errno;
    if (renameat2(dir, temporary_name, dir, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    /* A file system that cannot do that: a hard link never replaces. */
    if (linkat(dir, temporary_name, dir, name, 0) != 0)
        return errno;
    remove_temporary();
    return 0;
}

bool cli_write_at(int dir, const char *name, const char *shown, const uint8_t *data, size_t len, unsigned flags) {
    /* A rename would put a file in the place of a device or a pipe. */
    struct stat status;
    if (fstatat(dir, name, &status, 0) == 0 && !S_ISREG(status.st_mode)) {
        cli_error("%s: exists, and is not a regular file", shown);
        return false;
    }

    int fd = open_temporary(dir, flags & CLI_FILE_PRIVATE ? 0600 : 0666);
    if (fd < 0) {
        cli_error("%s: cannot create a temporary file beside it: %s", shown, strerror(errno));
        temporary_live = 0;
        return false;
    }
    /* fchmod: a umask may have taken more from 0600 than others' rights. close: network file systems report there. */
    bool good = (!(flags & CLI_FILE_PRIVATE) || fchmod(fd, 0600) == 0) && write_all(fd, data, len) &&
                (!(flags & CLI_FILE_SYNC) || fsync(fd) == 0);
    int error = good ? 0 : errno;
    if (close(fd) != 0 && good)
        error = errno;
    if (error == 0)
        error = publish(dir, name, flags);
    if (error == 0 && (flags & CLI_FILE_SYNC) && fsync(dir) != 0 && errno != EINVAL)
        error = errno;
    if (error == 0) {
        temporary_live = 0;
        return true;
    }
    remove_temporary();
    if (error == EEXIST)
        cli_error("%s: exists already; --force replaces it", shown);
    else
        cli_error("%s: cannot write: %s", shown, strerror(error));
    return false;
}

bool cli_write(const char *path, const uint8_t *data, size_t len, unsigned flags) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *dir_name = !slash ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    if (!dir_name) {
        cli_error("out of memory");
        return false;
    }
    bool good = false;
    int dir = open(dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        cli_error("%s: cannot open its directory: %s", path, strerror(errno));
    else if (*name == '\0')
        cli_error("'%s' names no file", path);
    else
        good = cli_write_at(dir, name, path, data, len, flags);
    if (dir >= 0)
        close(dir);
    free(dir_name);
    return good;
}
