/* SPDX-License-Identifier: MIT */
/*
 * What scripts call as "$GIT": runs $QN_REAL with the same arguments and
 * appends to $QN_TRANSCRIPT what it was asked, what it said and how it ended,
 * then says it again.  A program and not a script, because a script starts
 * seven more processes for each of tens of thousands of steps.
 *
 * With QN_OWN_WORDS what goes to stdout is left out: help, whose words are each
 * program's own; the script looks at what has to be in it.
 *
 * What is said goes to files first: a program may behave otherwise on a pipe,
 * and one that it leaves running must not be waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct text {
    char *data;
    size_t size;
};

static void die(const char *what)
{
    perror(what);
    exit(125);
}

static void append(struct text *text, const char *data, size_t size)
{
    text->data = realloc(text->data, text->size + size + 1);
    if (text->data == NULL)
        die("shim: memory");
    memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
}

static void append_string(struct text *text, const char *string)
{
    append(text, string, strlen(string));
}

static int open_output(const char *transcript, const char *suffix)
{
    char path[4096];
    int fd;

    snprintf(path, sizeof path, "%s.%ld.%s", transcript, (long)getpid(),
             suffix);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || unlink(path) != 0)
        die(path);
    return fd;
}

static struct text read_output(int fd)
{
    struct text text = {NULL, 0};
    struct stat info;
    size_t done = 0;
    ssize_t got;

    if (fstat(fd, &info) != 0)
        die("shim: fstat");
    text.data = malloc((size_t)info.st_size + 1);
    if (text.data == NULL)
        die("shim: memory");
    while (done < (size_t)info.st_size) {
        got = pread(fd, text.data + done, (size_t)info.st_size - done,
                    (off_t)done);
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    text.size = done;
    text.data[done] = '\0';
    return text;
}

static void write_all(int fd, const struct text *text)
{
    size_t done = 0;
    ssize_t got;

    while (done < text->size) {
        got = write(fd, text->data + done, text->size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return; /* whoever reads has gone */
        done += (size_t)got;
    }
}

/* Usage texts are each program's own words: cut from the line that begins them.
 */
static void cut_usage(struct text *text)
{
    size_t at = 0;
    const char *end;

    while (at < text->size) {
        if (text->size - at >= 6 && memcmp(text->data + at, "usage:", 6) == 0) {
            text->size = at;
            return;
        }
        end = memchr(text->data + at, '\n', text->size - at);
        if (end == NULL)
            return;
        at = (size_t)(end - text->data) + 1;
    }
}

static void append_marked(struct text *record, const struct text *errors)
{
    size_t at = 0, size;
    const char *end;

    while (at < errors->size) {
        end = memchr(errors->data + at, '\n', errors->size - at);
        size = end ? (size_t)(end - errors->data) + 1 - at : errors->size - at;
        append(record, "! ", 2);
        append(record, errors->data + at, size);
        at += size;
    }
}

/* Run the real program with its output in two files; its exit code as a
 * shell's. */
static int run_real(char **argv, int out, int err)
{
    const char *program = getenv("QN_REAL");
    posix_spawn_file_actions_t actions;
    int status, wrong;
    pid_t child;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    argv[0] = (char *)program;
    wrong = posix_spawn(&child, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (wrong)
        return wrong == ENOENT ? 127 : 126;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            die("shim: wait");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    const char *transcript = getenv("QN_TRANSCRIPT");
    const char *with_errors = getenv("QN_STDERR");
    const char *own_words = getenv("QN_OWN_WORDS");
    struct text record = {NULL, 0}, said, errors;
    char line[32];
    int out, err, code, fd, i;

    if (transcript == NULL || getenv("QN_REAL") == NULL)
        die("shim: QN_TRANSCRIPT or QN_REAL");
    append_string(&record, "$ git");
    for (i = 1; i < argc; i++) {
        append_string(&record, " '");
        append_string(&record, argv[i]);
        append_string(&record, "'");
    }
    append_string(&record, "\n");
    out = open_output(transcript, "out");
    err = open_output(transcript, "err");
    code = run_real(argv, out, err);
    said = read_output(out);
    errors = read_output(err);
    if (code == 129) {
        cut_usage(&said);
        cut_usage(&errors);
    }
    if (own_words == NULL || own_words[0] == '\0')
        append(&record, said.data, said.size);
    if (with_errors != NULL && with_errors[0] != '\0')
        append_marked(&record, &errors);
    snprintf(line, sizeof line, "= %d\n", code);
    append_string(&record, line);
    fd = open(transcript, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        die(transcript);
    write_all(fd, &record);
    close(fd);
    signal(SIGPIPE, SIG_IGN);
    write_all(1, &said);
    write_all(2, &errors);
    return code;
}
