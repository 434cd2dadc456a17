/* SPDX-License-Identifier: MIT */
/* What every unit test shares: an environment, a context, and memory that fails
 * on demand.
 *
 *   - a layer has one program; its tests/unit/<layer>/main.c lists its groups
 *   - a group is `int test_<stem>(void)`, made of cmocka tests
 *   - qn_unit_each_allocation runs a body again with the nth allocation failing
 */
#ifndef QN_UNIT_H
#define QN_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/ctx.h"
#include "base/env.h"
#include "base/memory.h"

/* The program's environment and a fresh context.  unit_end also checks that
 * nothing is left allocated. */
struct qn_ctx *unit_begin(void);
void unit_end(struct qn_ctx *ctx);

/* The same with variables: NULL-terminated list of name, value, name, value. */
struct qn_ctx *unit_begin_with(const char *const *variables);

/* Fail the nth allocation from now on (1: the next); 0: none. */
void unit_fail_allocation(uint64_t nth);

/* Run `body` with the 1st, 2nd, ... allocation failing until it succeeds; it
 * must answer QN_NO_MEMORY each time, with a message, and leak nothing. */
void unit_each_allocation(enum qn_status (*body)(struct qn_ctx *ctx,
                                                 void *data),
                          void *data);

/* A fresh empty directory below the build's temporary ones; removed at exit. */
const char *unit_directory(void);

/* Assert a status, showing the context's message when it differs. */
void unit_check_status(struct qn_ctx *ctx, enum qn_status got,
                       enum qn_status wanted, const char *file, int line);
#define unit_assert_status(ctx, got, wanted)                                   \
    unit_check_status(ctx, got, wanted, __FILE__, __LINE__)
#define unit_assert_ok(ctx, got) unit_assert_status(ctx, got, QN_OK)

#endif
