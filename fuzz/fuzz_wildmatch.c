/* SPDX-License-Identifier: MIT */
/* A pattern, a NUL, a text.  A pattern without magic matches itself; case
 * folding only adds matches of the same text. */
#include "fuzz.h"

#include "text/wildmatch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_bytes all = qn_bytes_make(data, size);
    size_t cut = qn_bytes_find(all, 0);
    struct qn_bytes pattern = qn_bytes_first(all, cut);
    struct qn_bytes text = qn_bytes_from(all, cut + 1);
    unsigned flags;

    for (flags = 0; flags < 4; flags++)
        (void)qn_wildmatch_matches(pattern, text, flags);
    if (!qn_wildmatch_has_magic(pattern)) {
        fuzz_check(
            qn_wildmatch_matches(pattern, pattern, QN_WILDMATCH_PATHNAME));
        fuzz_check(qn_wildmatch_matches(pattern, text, QN_WILDMATCH_PATHNAME) ==
                   qn_bytes_is_equal(pattern, text));
    }
    return 0;
}
