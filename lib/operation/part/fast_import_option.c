/* SPDX-License-Identifier: MIT */
/* Options: of the command line, of the stream ("option git x"), and features.
 */
#include "base/memory.h"
#include "operation/part/fast_import_private.h"
#include "os/file.h"
#include "text/pathname.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 8191 /* what Git takes; chains here end at 255 */

static const char *after(const char *text, const char *prefix)
{
    size_t size = strlen(prefix);

    return strncmp(text, prefix, size) == 0 ? text + size : NULL;
}

static enum qn_status parse_count(struct qn_ctx *ctx, const char *name,
                                  const char *text, uint64_t *out)
{
    char *end;

    *out = strtoull(text, &end, 0);
    if (*text < '0' || *text > '9' || *end)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "--%s: argument must be a non-negative integer",
                           name);
    return QN_OK;
}

/* A number with k, m or g behind it. */
static bool parse_size(const char *text, uint64_t *out)
{
    unsigned shift = 0;
    char *end;

    *out = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9')
        return false;
    if (*end == 'k' || *end == 'K')
        shift = 10;
    else if (*end == 'm' || *end == 'M')
        shift = 20;
    else if (*end == 'g' || *end == 'G')
        shift = 30;
    end += shift != 0;
    if (*end || *out > UINT64_MAX >> shift)
        return false;
    *out <<= shift;
    return true;
}

static enum qn_status set_string(struct qn_ctx *ctx, char **slot,
                                 struct qn_bytes text)
{
    char *copy = qn_memory_string(ctx, text);

    if (!copy)
        return QN_NO_MEMORY;
    qn_memory_free(*slot);
    *slot = copy;
    return QN_OK;
}

/* Relative to where we are, or with --relative-marks to a place of our own. */
static enum qn_status set_path(struct qn_ctx *ctx,
                               struct qn_fast_import *import, char **slot,
                               const char *path)
{
    struct qn_buf whole = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (import->has_relative_marks && *path != '/')
        status = qn_buf_printf(ctx, &whole, "%s/info/fast-import/",
                               qn_repo_git_directory(import->scope->repo));
    if (!status)
        status = qn_buf_append_string(ctx, &whole, path);
    if (!status)
        status = set_string(ctx, slot, qn_buf_bytes(&whole));
    qn_buf_dispose(&whole);
    return status;
}

/* ---- what a front end may say, too */

static enum qn_status set_pack_size(struct qn_ctx *ctx,
                                    struct qn_fast_import *import,
                                    const char *text, bool *known)
{
    uint64_t size;

    if (!parse_size(text, &size)) {
        *known = false;
        return QN_OK;
    }
    if (size < 8192) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.pack-size",
                      "max-pack-size is now in bytes, assuming "
                      "--max-pack-size=%llum",
                      (unsigned long long)size);
        size <<= 20;
    } else if (size < (1u << 20)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.pack-size",
                      "minimum max-pack-size is 1 MiB");
        size = 1u << 20;
    }
    import->store.pack_limit = size;
    return QN_OK;
}

/* The file is there from the first on. */
static enum qn_status make_edges(struct qn_ctx *ctx, const char *path)
{
    int fd = -1;
    enum qn_status status = qn_file_open(
        ctx, path, QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_APPEND, 0666, &fd);

    if (status)
        return qn_ctx_fail(ctx, status, "could not open '%s' for writing: %s",
                           path, strerror(qn_ctx_errno(ctx)));
    qn_file_close(fd);
    return QN_OK;
}

static enum qn_status set_signed(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 const char *name, const char *mode,
                                 enum qn_fast_import_signed *slot)
{
    static const struct {
        const char *name;
        enum qn_fast_import_signed mode;
    } modes[] = {{"verbatim", QN_FAST_IMPORT_SIGNED_VERBATIM},
                 {"ignore", QN_FAST_IMPORT_SIGNED_VERBATIM},
                 {"warn-verbatim", QN_FAST_IMPORT_SIGNED_WARN_VERBATIM},
                 {"warn", QN_FAST_IMPORT_SIGNED_WARN_VERBATIM},
                 {"strip", QN_FAST_IMPORT_SIGNED_STRIP},
                 {"warn-strip", QN_FAST_IMPORT_SIGNED_WARN_STRIP},
                 {"abort", QN_FAST_IMPORT_SIGNED_ABORT},
                 {"strip-if-invalid", QN_FAST_IMPORT_SIGNED_STRIP_IF_INVALID},
                 {"sign-if-invalid", QN_FAST_IMPORT_SIGNED_SIGN_IF_INVALID},
                 {"abort-if-invalid", QN_FAST_IMPORT_SIGNED_ABORT_IF_INVALID}};
    const char *key = after(mode, "sign-if-invalid=");
    size_t i;

    if (key) {
        *slot = QN_FAST_IMPORT_SIGNED_SIGN_IF_INVALID;
        return set_string(ctx, &import->signing_key, qn_bytes_from_string(key));
    }
    for (i = 0; i < QN_COUNT_OF(modes); i++)
        if (strcmp(modes[i].name, mode) == 0) {
            *slot = modes[i].mode;
            return QN_OK;
        }
    return qn_ctx_fail_reason(ctx, QN_INVALID, "fast-import.mode", name,
                              "unknown --%s mode '%s'", name, mode);
}

static enum qn_status take_common(struct qn_ctx *ctx,
                                  struct qn_fast_import *import,
                                  const char *option, bool *known)
{
    const char *value;
    uint64_t number;
    enum qn_status status = QN_OK;

    *known = true;
    if ((value = after(option, "max-pack-size=")))
        return set_pack_size(ctx, import, value, known);
    if ((value = after(option, "big-file-threshold="))) {
        *known = parse_size(value, &number);
        if (*known)
            import->store.delta_limit = number;
    } else if ((value = after(option, "depth="))) {
        status = parse_count(ctx, "depth", value, &number);
        if (!status && number > MAX_DEPTH)
            return qn_ctx_fail(ctx, QN_INVALID, "--depth cannot exceed %d",
                               MAX_DEPTH);
        if (!status)
            import->store.depth = number < 255 ? (unsigned)number : 255;
    } else if ((value = after(option, "active-branches="))) {
        status = parse_count(ctx, "active-branches", value, &number);
        if (!status)
            import->active_limit = (size_t)number;
    } else if ((value = after(option, "export-pack-edges="))) {
        status = set_path(ctx, import, &import->pack_edges, value);
        if (!status)
            status = make_edges(ctx, import->pack_edges);
    } else if ((value = after(option, "signed-tags="))) {
        return set_signed(ctx, import, "signed-tags", value,
                          &import->signed_tags);
    } else if ((value = after(option, "signed-commits="))) {
        return set_signed(ctx, import, "signed-commits", value,
                          &import->signed_commits);
    } else if (strcmp(option, "quiet") == 0) {
        import->is_quiet = true;
    } else if (strcmp(option, "stats") == 0) {
        import->is_quiet = false;
    } else if (strcmp(option, "allow-unsafe-features") == 0) {
        /* taken before all others */
    } else {
        *known = false;
    }
    return status;
}

/* ---- features */

static enum qn_status set_date(struct qn_ctx *ctx,
                               struct qn_fast_import *import, const char *name)
{
    static const struct {
        const char *name;
        enum qn_fast_import_date date;
    } forms[] = {{"raw", QN_FAST_IMPORT_DATE_RAW},
                 {"raw-permissive", QN_FAST_IMPORT_DATE_PERMISSIVE},
                 {"rfc2822", QN_FAST_IMPORT_DATE_RFC2822},
                 {"now", QN_FAST_IMPORT_DATE_NOW}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(forms); i++)
        if (strcmp(forms[i].name, name) == 0) {
            import->date = forms[i].date;
            return QN_OK;
        }
    return qn_ctx_fail(ctx, QN_INVALID, "unknown --date-format argument %s",
                       name);
}

static enum qn_status check_safe(struct qn_ctx *ctx,
                                 const struct qn_fast_import *import,
                                 bool is_from_stream, const char *feature)
{
    if (is_from_stream && !import->allows_unsafe)
        return qn_ctx_fail(ctx, QN_REFUSED,
                           "feature '%s' forbidden in input without "
                           "--allow-unsafe-features",
                           feature);
    return QN_OK;
}

static enum qn_status take_marks(struct qn_ctx *ctx,
                                 struct qn_fast_import *import,
                                 const char *path, bool is_from_stream,
                                 bool ignores_missing)
{
    enum qn_status status = QN_OK;

    if (is_from_stream && import->has_stream_marks)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "only one import-marks command allowed per stream");
    if (is_from_stream && import->has_command_line_marks)
        return QN_OK; /* the command line has said it */
    if (!is_from_stream && import->has_command_line_marks)
        status = qn_fast_import_read_marks(ctx, import); /* the one before */
    if (!status)
        status = set_path(ctx, import, &import->import_marks, path);
    import->ignores_missing_marks = ignores_missing;
    if (is_from_stream)
        import->has_stream_marks = true;
    else
        import->has_command_line_marks = true;
    return status;
}

static enum qn_status take_feature(struct qn_ctx *ctx,
                                   struct qn_fast_import *import,
                                   const char *feature, bool is_from_stream,
                                   bool *known)
{
    const char *value;
    enum qn_status status = QN_OK;

    *known = true;
    if ((value = after(feature, "date-format=")))
        return set_date(ctx, import, value);
    if ((value = after(feature, "import-marks="))) {
        status = check_safe(ctx, import, is_from_stream, "import-marks");
        return status ? status
                      : take_marks(ctx, import, value, is_from_stream, false);
    }
    if ((value = after(feature, "import-marks-if-exists="))) {
        status =
            check_safe(ctx, import, is_from_stream, "import-marks-if-exists");
        return status ? status
                      : take_marks(ctx, import, value, is_from_stream, true);
    }
    if ((value = after(feature, "export-marks="))) {
        status = check_safe(ctx, import, is_from_stream, feature);
        return status ? status
                      : set_path(ctx, import, &import->export_marks, value);
    }
    if ((value = after(feature, "rewrite-submodules-from=")))
        return qn_fast_import_read_submodule(ctx, import, value, true);
    if ((value = after(feature, "rewrite-submodules-to=")))
        return qn_fast_import_read_submodule(ctx, import, value, false);
    if ((value = after(feature, "alias")) && !*value)
        return QN_OK;
    if (strcmp(feature, "relative-marks") == 0)
        import->has_relative_marks = true;
    else if (strcmp(feature, "no-relative-marks") == 0)
        import->has_relative_marks = false;
    else if (strcmp(feature, "force") == 0)
        import->is_forced = true;
    else if (strcmp(feature, "done") == 0)
        import->needs_done = true;
    else if (strcmp(feature, "get-mark") != 0 &&
             strcmp(feature, "cat-blob") != 0 &&
             strcmp(feature, "rewrite-submodules-to") != 0 &&
             strcmp(feature, "rewrite-submodules-from") != 0 &&
             strcmp(feature, "notes") != 0 && strcmp(feature, "ls") != 0)
        *known = false;
    return status;
}

enum qn_status qn_fast_import_feature(struct qn_ctx *ctx,
                                      struct qn_fast_import *import,
                                      const char *word)
{
    bool known;
    enum qn_status status;

    if (import->has_seen_data)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "got feature command '%s' after data command", word);
    status = take_feature(ctx, import, word, true, &known);
    if (!status && !known)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "this version of fast-import does not support "
                             "feature %s.",
                             word);
    return status;
}

enum qn_status qn_fast_import_stream_option(struct qn_ctx *ctx,
                                            struct qn_fast_import *import,
                                            const char *word)
{
    bool known;
    enum qn_status status;

    if (import->has_seen_data)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "got option command '%s' after data command", word);
    if (import->has_pack_limit && after(word, "max-pack-size="))
        return QN_OK; /* the command line has said it */
    status = take_common(ctx, import, word, &known);
    if (!status && !known)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "this version of fast-import does not support "
                             "option: %s",
                             word);
    return status;
}

/* ---- the command line */

/* What the command line said counts more than what the stream says. */
static enum qn_status
keep_said(struct qn_ctx *ctx, struct qn_fast_import *import, const char *option)
{
    enum qn_status status;

    if (after(option, "max-pack-size="))
        import->has_pack_limit = true;
    status = qn_buf_append_string(ctx, &import->said, option);
    return status ? status : qn_buf_append_byte(ctx, &import->said, '\0');
}

enum qn_status qn_fast_import_say_again(struct qn_ctx *ctx,
                                        struct qn_fast_import *import)
{
    struct qn_bytes rest = qn_buf_bytes(&import->said), word;
    enum qn_status status = QN_OK;
    bool known;

    while (!status && qn_bytes_next(&rest, '\0', &word)) {
        const char *option = (const char *)word.data, *value;

        if ((value = after(option, "date-format=")))
            status = set_date(ctx, import, value);
        else if (!after(option, "max-pack-size=")) /* it may warn: once */
            status = take_common(ctx, import, option, &known);
    }
    return status ? status : qn_fast_import_check_submodules(ctx, import);
}

enum qn_status qn_fast_import_option(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     const char *option, bool *known)
{
    const char *value;
    uint64_t number;
    enum qn_status status;

    *known = true;
    if (strcmp(option, "allow-unsafe-features") == 0) {
        import->allows_unsafe = true;
        return QN_OK;
    }
    if ((value = after(option, "cat-blob-fd="))) {
        status = parse_count(ctx, "cat-blob-fd", value, &number);
        if (!status && number > INT_MAX)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "--cat-blob-fd cannot exceed %d", INT_MAX);
        if (!status)
            import->response_fd = (int)number;
        return status;
    }
    status = keep_said(ctx, import, option);
    if (!status)
        status = take_common(ctx, import, option, known);
    if (status || *known)
        return status;
    return take_feature(ctx, import, option, false, known);
}

/* ---- configuration */

enum qn_status qn_fast_import_configure(struct qn_ctx *ctx,
                                        struct qn_fast_import *import)
{
    const struct qn_config *config = qn_repo_config(import->scope->repo);
    int64_t depth = import->store.depth, level = -1, limit = -1;
    int64_t threshold = (int64_t)import->store.delta_limit, size = 0;
    enum qn_status status;

    status = qn_config_int64(ctx, config, "pack.depth", depth, &depth);
    if (!status)
        status =
            qn_config_int64(ctx, config, "core.compression", level, &level);
    if (!status)
        status =
            qn_config_int64(ctx, config, "pack.compression", level, &level);
    if (!status)
        status = qn_config_int64(ctx, config, "core.bigFileThreshold",
                                 threshold, &threshold);
    if (!status)
        status =
            qn_config_int64(ctx, config, "pack.packSizeLimit", size, &size);
    if (!status)
        status =
            qn_config_int64(ctx, config, "transfer.unpackLimit", limit, &limit);
    if (!status)
        status = qn_config_int64(ctx, config, "fastimport.unpackLimit", limit,
                                 &limit);
    if (status)
        return status;
    import->store.depth = depth < 0 ? 0 : depth < 255 ? (unsigned)depth : 255;
    import->store.level = level >= -1 && level <= 9 ? (int)level : -1;
    import->store.delta_limit = threshold > 0 ? (uint64_t)threshold : 0;
    import->store.pack_limit = size > 0 ? (uint64_t)size : 0;
    if (limit >= 0)
        import->store.unpack_limit = (uint64_t)limit;
    return QN_OK;
}
