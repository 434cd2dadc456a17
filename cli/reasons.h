/* SPDX-License-Identifier: MIT */
/* Why things fail: the stable reasons of failures and reports (base/ctx.h),
 * what they mean, and what can be done.  tests/cli/reasons_explained compares
 * the list with the sources. */
#ifndef QUOIN_CLI_REASONS_H
#define QUOIN_CLI_REASONS_H

#include <stddef.h>

struct cli_reason {
    const char *name, *meaning, *advice;
};

/* Sorted by name. */
const struct cli_reason *cli_reasons(size_t *count);

#endif
