/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t allocation_to_fail;
static int64_t live_blocks;
static const char *const *unit_variables;
static struct qn_env *unit_env;

/* Whether this is the allocation that shall fail; workers count too. */
static bool is_to_fail(void)
{
    uint64_t left = __atomic_load_n(&allocation_to_fail, __ATOMIC_RELAXED);

    while (left && !__atomic_compare_exchange_n(
                       &allocation_to_fail, &left, left - 1, true,
                       __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
    return left == 1;
}

static void *reallocate(void *data, void *pointer, size_t size)
{
    void *moved;

    (void)data;
    if (size == 0) {
        if (pointer)
            __atomic_fetch_sub(&live_blocks, 1, __ATOMIC_RELAXED);
        free(pointer);
        return NULL;
    }
    if (is_to_fail())
        return NULL;
    moved = realloc(pointer, size);
    if (moved && !pointer)
        __atomic_fetch_add(&live_blocks, 1, __ATOMIC_RELAXED);
    return moved;
}

static const char *variable(void *data, const char *name)
{
    const char *const *pair;

    (void)data;
    for (pair = unit_variables; pair && pair[0]; pair += 2)
        if (strcmp(pair[0], name) == 0)
            return pair[1];
    return NULL;
}

struct qn_ctx *unit_begin_with(const char *const *variables)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_ctx *ctx;

    unit_variables = variables;
    allocation_to_fail = 0;
    live_blocks = 0;
    options.reallocate = reallocate;
    options.variable = variable;
    options.thread_count = 2;
    unit_env = qn_env_new(&options);
    assert_non_null(unit_env);
    ctx = qn_ctx_new(unit_env);
    assert_non_null(ctx);
    return ctx;
}

struct qn_ctx *unit_begin(void)
{
    return unit_begin_with(NULL);
}

void unit_end(struct qn_ctx *ctx)
{
    allocation_to_fail = 0;
    qn_ctx_free(ctx);
    qn_env_release(unit_env);
    unit_env = NULL;
    assert_int_equal(live_blocks, 0);
}

void unit_fail_allocation(uint64_t nth)
{
    allocation_to_fail = nth;
}

void unit_each_allocation(enum qn_status (*body)(struct qn_ctx *ctx,
                                                 void *data),
                          void *data)
{
    uint64_t nth;

    for (nth = 1; nth < 100000; nth++) {
        struct qn_ctx *ctx = unit_begin_with(unit_variables);
        enum qn_status status;
        uint64_t left;

        allocation_to_fail = nth;
        status = body(ctx, data);
        left = allocation_to_fail;
        allocation_to_fail = 0;
        if (left > 0) { /* it never came to the nth: all were tried */
            unit_assert_ok(ctx, status);
            unit_end(ctx);
            return;
        }
        if (status != QN_OK) { /* QN_OK: it managed without */
            unit_assert_status(ctx, status, QN_NO_MEMORY);
            assert_string_not_equal(qn_ctx_message(ctx), "");
        }
        unit_end(ctx);
    }
    fail_msg("an allocation failed a hundred thousand times");
}

static char directory[4096];

static void remove_directory(void)
{
    char command[5000];

    snprintf(command, sizeof(command), "rm -rf '%s'", directory);
    if (system(command))
        fprintf(stderr, "cannot remove %s\n", directory);
}

const char *unit_directory(void)
{
    static int count;
    static char path[4200];
    const char *top = getenv("TMPDIR");

    if (!directory[0]) {
        snprintf(directory, sizeof(directory), "%s/quoin-unit-XXXXXX",
                 top ? top : "/tmp");
        if (!mkdtemp(directory))
            abort();
        atexit(remove_directory);
    }
    snprintf(path, sizeof(path), "%s/%d", directory, ++count);
    if (mkdir(path, 0777))
        abort();
    return path;
}

void unit_check_status(struct qn_ctx *ctx, enum qn_status got,
                       enum qn_status wanted, const char *file, int line)
{
    if (got == wanted)
        return;
    print_error("status %d instead of %d: %s\n", (int)got, (int)wanted,
                qn_ctx_message(ctx));
    _fail(file, line);
}
