/* SPDX-License-Identifier: MIT */
/* Pathspecs: "<prefix> NUL <pattern> NUL <path>"; what reach says of a
 * directory must agree with what matches. */
#include "fuzz.h"

#include "path/pathspec.h"

#include <string.h>

static void check_path(struct qn_ctx *ctx, const struct qn_pathspec *pathspec,
                       struct qn_bytes path)
{
    bool matches = qn_pathspec_is_match(ctx, pathspec, path, false, NULL, NULL);

    for (size_t at = 0; at < path.size; at++) {
        enum qn_pathspec_reach reach;

        if (path.data[at] != '/' || at == 0)
            continue;
        reach = qn_pathspec_reach_below(pathspec, qn_bytes_first(path, at));
        fuzz_check(!matches || reach != QN_PATHSPEC_NONE);
        fuzz_check(matches || reach != QN_PATHSPEC_ALL);
    }
    (void)qn_pathspec_common_prefix(pathspec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    char *text = malloc(size + 3);
    const char *prefix, *pattern, *path;
    struct qn_pathspec *pathspec = NULL;

    fuzz_check(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    memset(text + size, 0, 3);
    prefix = text;
    pattern = prefix + strlen(prefix) + 1;
    if ((size_t)(pattern - text) > size)
        pattern = text + size;
    path = pattern + strlen(pattern) + 1;
    if ((size_t)(path - text) > size)
        path = text + size;
    if (prefix[0] && (prefix[0] == '/' || prefix[strlen(prefix) - 1] != '/'))
        prefix = "";
    /* Paths of an index are clean. */
    if (qn_pathspec_new(ctx, &pattern, 1, prefix, "/w", 0, &pathspec) ==
            QN_OK &&
        path[0] && path[0] != '/' && !strstr(path, "//") &&
        path[strlen(path) - 1] != '/')
        check_path(ctx, pathspec, qn_bytes_from_string(path));
    qn_pathspec_free(pathspec);
    qn_ctx_clear(ctx);
    free(text);
    fuzz_end(ctx);
    return 0;
}
