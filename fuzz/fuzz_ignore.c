/* SPDX-License-Identifier: MIT */
/* Ignore files: "<path> LF <text of the file>". */
#include "fuzz.h"

#include "path/ignore_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest = qn_bytes_make(data, size), path = QN_BYTES_NONE;
    struct qn_ignore_rules rules = {0};
    struct qn_ignore_match match = {0};
    struct qn_bytes base;
    size_t slash;

    (void)qn_bytes_next(&rest, '\n', &path);
    fuzz_check(qn_buf_append_bytes(ctx, &rules.text, rest) == QN_OK);
    fuzz_check(qn_ignore_rules_parse(ctx, &rules) == QN_OK);
    slash = qn_bytes_find_last(path, '/');
    base = slash == path.size ? path : qn_bytes_from(path, slash + 1);
    for (int how = 0; how < 4; how++) {
        if (qn_ignore_rules_find(&rules, how & 1, "x", path, base, how & 2,
                                 &match))
            fuzz_check(match.pattern && match.line > 0);
    }
    qn_ignore_rules_dispose(&rules);
    fuzz_end(ctx);
    return 0;
}
