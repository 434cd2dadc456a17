/* SPDX-License-Identifier: MIT */
#include "os/process_group.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE  16384
#define LOOK_UP_MS 1000
#define LIMIT_MAX  1024

struct member {
    struct qn_process *process; /* NULL: the place is free */
    struct qn_bytes input;      /* what it has not read yet */
    struct qn_buf said;         /* kept until its turn */
    size_t number;
};

struct qn_process_group {
    uint32_t limit;
    uint32_t running;
    uint32_t turn;       /* whose words go out as they come */
    struct qn_buf ended; /* of those that ended before their turn */
    struct member *members;
    struct pollfd *polled; /* two for each */
};

enum qn_status qn_process_group_new(struct qn_ctx *ctx, uint32_t limit,
                                    struct qn_process_group **out)
{
    struct qn_process_group *group = qn_memory_calloc(ctx, 1, sizeof(*group));

    if (!group)
        return QN_NO_MEMORY;
    group->limit = limit < 1 ? 1 : limit > LIMIT_MAX ? LIMIT_MAX : limit;
    group->members =
        qn_memory_calloc(ctx, group->limit, sizeof(*group->members));
    group->polled =
        qn_memory_calloc(ctx, group->limit, 2 * sizeof(*group->polled));
    if (!group->members || !group->polled) {
        qn_process_group_free(group);
        return QN_NO_MEMORY;
    }
    *out = group;
    return QN_OK;
}

void qn_process_group_free(struct qn_process_group *group)
{
    if (!group)
        return;
    for (uint32_t i = 0; group->members && i < group->limit; i++) {
        qn_process_free(group->members[i].process);
        qn_buf_dispose(&group->members[i].said);
    }
    qn_buf_dispose(&group->ended);
    qn_memory_free(group->members);
    qn_memory_free(group->polled);
    qn_memory_free(group);
}

bool qn_process_group_is_full(const struct qn_process_group *group)
{
    return group->running == group->limit;
}

bool qn_process_group_is_empty(const struct qn_process_group *group)
{
    return group->running == 0;
}

static void set_nonblocking(int fd)
{
    if (fd >= 0)
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void qn_process_group_add(struct qn_process_group *group,
                          struct qn_process *process, struct qn_bytes input,
                          size_t number)
{
    uint32_t place = 0;

    while (group->members[place].process)
        place++;
    group->members[place].process = process;
    group->members[place].input = input;
    group->members[place].number = number;
    set_nonblocking(qn_process_in(process));
    set_nonblocking(qn_process_err(process));
    if (input.size == 0)
        qn_process_close_in(process);
    if (group->running++ == 0)
        group->turn = place;
}

/* What cannot be said is lost, as for a process that says it itself. */
static void say(struct qn_buf *text)
{
    struct qn_bytes rest = qn_buf_bytes(text);

    while (rest.size > 0) {
        ptrdiff_t put = qn_process_write(STDERR_FILENO, rest.data, rest.size);

        if (put < 0 && errno != EINTR)
            break;
        if (put > 0)
            rest = qn_bytes_from(rest, (size_t)put);
    }
    qn_buf_clear(text);
}

static enum qn_status feed(struct qn_ctx *ctx, struct member *member)
{
    ptrdiff_t put = qn_process_write(qn_process_in(member->process),
                                     member->input.data, member->input.size);

    if (put < 0 && errno == EPIPE)
        member->input.size = 0; /* it has heard enough */
    else if (put < 0 && errno != EINTR && errno != EAGAIN)
        return qn_ctx_fail_errno(ctx, errno, "could not write to a process");
    else if (put > 0)
        member->input = qn_bytes_from(member->input, (size_t)put);
    if (member->input.size == 0)
        qn_process_close_in(member->process);
    return QN_OK;
}

static enum qn_status hear(struct qn_ctx *ctx, struct member *member,
                           bool *is_over)
{
    struct qn_buf *said = &member->said;
    enum qn_status status = qn_buf_reserve(ctx, said, READ_SIZE);
    ssize_t got;

    if (status)
        return status;
    got = read(qn_process_err(member->process), said->data + said->size,
               READ_SIZE);
    if (got > 0)
        said->size += (size_t)got;
    said->data[said->size] = '\0';
    *is_over = got == 0;
    if (got < 0 && errno != EINTR && errno != EAGAIN)
        return qn_ctx_fail_errno(ctx, errno, "could not read from a process");
    return QN_OK;
}

/* The one in `place` has ended: its words out, or behind those of others. */
static enum qn_status move_on(struct qn_ctx *ctx,
                              struct qn_process_group *group, uint32_t place)
{
    struct member *member = &group->members[place];
    enum qn_status status = QN_OK;

    if (place != group->turn) {
        status = qn_buf_append(ctx, &group->ended, member->said.data,
                               member->said.size);
    } else {
        say(&member->said);
        say(&group->ended);
        for (uint32_t i = 1; i < group->limit; i++) {
            uint32_t next = (place + i) % group->limit;

            if (group->members[next].process) {
                group->turn = next;
                say(&group->members[next].said);
                break;
            }
        }
    }
    qn_buf_dispose(&member->said);
    member->said = (struct qn_buf)QN_BUF_INIT;
    return status;
}

static enum qn_status end(struct qn_ctx *ctx, struct qn_process_group *group,
                          uint32_t place, int *exit_code)
{
    struct member *member = &group->members[place];
    struct qn_process *process = member->process;
    enum qn_status status = qn_process_wait(ctx, process, exit_code);
    enum qn_status moved;

    member->process = NULL;
    group->running--;
    moved = move_on(ctx, group, place);
    return status ? status : moved;
}

static enum qn_status wait_for(struct qn_ctx *ctx,
                               struct qn_process_group *group)
{
    for (;;) {
        enum qn_status status = qn_ctx_check(ctx);
        int got;

        if (status)
            return status;
        for (uint32_t i = 0; i < group->limit; i++) {
            const struct qn_process *process = group->members[i].process;
            struct pollfd *polled = &group->polled[2 * i];

            polled[0].fd = process ? qn_process_in(process) : -1;
            polled[0].events = POLLOUT;
            polled[1].fd = process ? qn_process_err(process) : -1;
            polled[1].events = POLLIN;
            polled[0].revents = polled[1].revents = 0;
        }
        got = poll(group->polled, 2 * (nfds_t)group->limit, LOOK_UP_MS);
        if (got > 0)
            return QN_OK;
        if (got < 0 && errno != EINTR)
            return qn_ctx_fail_errno(ctx, errno, "poll failed");
    }
}

enum qn_status qn_process_group_wait(struct qn_ctx *ctx,
                                     struct qn_process_group *group,
                                     size_t *number, int *exit_code)
{
    for (;;) {
        enum qn_status status = wait_for(ctx, group);

        for (uint32_t i = 0; i < group->limit && !status; i++) {
            struct member *member = &group->members[i];
            bool is_over = false;

            if (member->process && group->polled[2 * i].revents)
                status = feed(ctx, member);
            if (!status && member->process && group->polled[2 * i + 1].revents)
                status = hear(ctx, member, &is_over);
            if (!status && i == group->turn)
                say(&member->said);
            if (!status && is_over) {
                *number = member->number;
                return end(ctx, group, i, exit_code);
            }
        }
        if (status)
            return status;
    }
}
