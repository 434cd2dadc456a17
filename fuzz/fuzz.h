/* SPDX-License-Identifier: MIT */
/* What every fuzzer shares.  Quiet: a failure of the parser is fine, a crash, a
 * leak or a broken promise (fuzz_check) is not. */
#ifndef QN_FUZZ_H
#define QN_FUZZ_H

#include "base/ctx.h"
#include "base/env.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More than any input of interest needs. */
#define FUZZ_BUF_LIMIT ((size_t)1 << 24)

static inline void fuzz_check_at(int is_true, const char *file, int line,
                                 const char *what)
{
    if (is_true)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}
#define fuzz_check(is_true)                                                    \
    fuzz_check_at((is_true) ? 1 : 0, __FILE__, __LINE__, #is_true)

/* For calls that may fail, as they like. */
static inline void fuzz_ignore(enum qn_status status)
{
    (void)status;
}

static inline struct qn_ctx *fuzz_begin(void)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env = qn_env_new(&options);
    struct qn_ctx *ctx = env ? qn_ctx_new(env) : NULL;

    fuzz_check(ctx != NULL);
    qn_ctx_set_buf_limit(ctx, FUZZ_BUF_LIMIT);
    return ctx;
}

static inline void fuzz_end(struct qn_ctx *ctx)
{
    struct qn_env *env = qn_ctx_env(ctx);

    qn_ctx_free(ctx);
    qn_env_release(env);
}

#endif
