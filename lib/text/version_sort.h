/* SPDX-License-Identifier: MIT */
/* Version order: "v1.9" before "v1.10"; versionsort.suffix.  git-tag(1),
 * git-config(1). */
#ifndef QN_TEXT_VERSION_SORT_H
#define QN_TEXT_VERSION_SORT_H

#include "base/bytes.h"

/* <0, 0, >0.  `suffixes` (may be NULL) are versionsort.suffix in order. */
int qn_version_sort_compare(const char *a, const char *b,
                            const char *const *suffixes, size_t count);

#endif
