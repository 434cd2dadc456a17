/* SPDX-License-Identifier: MIT */
#include "operation/part/object_checker.h"

#include "base/buf.h"
#include "base/memory.h"
#include "os/file.h"
#include "os/mutex.h"
#include "path/safe_path.h"
#include "path/submodule_check.h"

#define ATTRIBUTES_SIZE_LIMIT (100u << 20)
#define ATTRIBUTES_LINE_LIMIT 2048

enum special { MODULES = 1, ATTRIBUTES = 2 };

struct special_place { /* beside the ids */
    unsigned what;     /* enum special */
    uint64_t order;    /* of the first tree that names it */
};

struct qn_object_checker {
    struct qn_object_checker_options options;
    struct qn_mutex *mutex; /* guards what follows */
    struct qn_id_map specials;
    struct special_place *places;
    size_t place_capacity;
    enum qn_status failure;
};

struct look {
    struct qn_object_checker *checker;
    struct qn_ctx *ctx;
    struct qn_object_finding finding;
    bool is_sound;
};

enum qn_status
qn_object_checker_new(struct qn_ctx *ctx,
                      const struct qn_object_checker_options *options,
                      struct qn_object_checker **out)
{
    struct qn_object_checker *checker =
        qn_memory_calloc(ctx, 1, sizeof(*checker));
    enum qn_status status;

    if (!checker)
        return QN_NO_MEMORY;
    checker->options = *options;
    qn_id_map_init(&checker->specials, options->algorithm);
    status = qn_mutex_new(ctx, &checker->mutex);
    if (status) {
        qn_object_checker_free(checker);
        return status;
    }
    *out = checker;
    return QN_OK;
}

void qn_object_checker_free(struct qn_object_checker *checker)
{
    if (!checker)
        return;
    qn_mutex_free(checker->mutex);
    qn_id_map_dispose(&checker->specials);
    qn_memory_free(checker->places);
    qn_memory_free(checker);
}

static bool on_finding(struct qn_ctx *ctx, void *data, const char *name,
                       enum qn_check_severity severity, const char *message)
{
    struct look *look = data;

    if (severity == QN_CHECK_IGNORE)
        return false;
    look->finding.name = name;
    look->finding.severity = severity;
    look->finding.message = message;
    look->checker->options.found(ctx, look->checker->options.data,
                                 &look->finding);
    if (severity < QN_CHECK_ERROR)
        return false;
    look->is_sound = false;
    return true;
}

static void on_broken(struct qn_ctx *ctx, void *data, const char *message)
{
    struct look *look = data;

    look->checker->options.broken(ctx, look->checker->options.data,
                                  look->finding.order, message);
}

static void on_special(void *data, const char *name, const uint8_t *row)
{
    struct look *look = data;
    struct qn_object_checker *checker = look->checker;
    unsigned what = strcmp(name, "gitmodules") == 0 ? MODULES : ATTRIBUTES;
    enum qn_status status;
    uint32_t at;
    bool is_new;

    qn_mutex_lock(checker->mutex);
    status =
        qn_id_map_put_row(look->ctx, &checker->specials, row, &at, &is_new);
    if (!status)
        status = qn_memory_grow(
            look->ctx, &checker->places, &checker->place_capacity,
            checker->specials.count, sizeof(*checker->places));
    if (!status && is_new) {
        checker->places[at].what = 0;
        checker->places[at].order = look->finding.order;
    }
    if (!status) {
        checker->places[at].what |= what;
        if (look->finding.order < checker->places[at].order)
            checker->places[at].order = look->finding.order;
    } else {
        checker->failure = status;
    }
    qn_mutex_unlock(checker->mutex);
}

static bool is_dot_git(struct qn_bytes name)
{
    return qn_safe_path_is_dot_git(name, QN_SAFE_PATH_HFS | QN_SAFE_PATH_NTFS);
}

static bool is_dot_file(struct qn_bytes name, const char *word,
                        const char *ntfs_hash)
{
    return qn_safe_path_is_dot_file(name, word, ntfs_hash,
                                    QN_SAFE_PATH_HFS | QN_SAFE_PATH_NTFS);
}

enum qn_status
qn_object_checker_look(struct qn_ctx *ctx, struct qn_object_checker *checker,
                       const struct qn_id *id, enum qn_object_type type,
                       struct qn_bytes content, uint64_t order, bool *is_sound)
{
    const struct qn_check_policy *policy = checker->options.policy;
    struct look look = {.checker = checker, .ctx = ctx, .is_sound = true};
    struct qn_check check = {.algorithm = checker->options.algorithm,
                             .policy = policy,
                             .is_strict = policy && policy->is_strict,
                             .found = on_finding,
                             .special = on_special,
                             .broken =
                                 checker->options.broken ? on_broken : NULL,
                             .data = &look,
                             .is_dot_git = is_dot_git,
                             .is_dot_file = is_dot_file};
    enum qn_status status;

    *is_sound = true;
    if (type == QN_OBJECT_BLOB || qn_check_policy_is_skipped(policy, id))
        return QN_OK;
    look.finding.id = *id;
    look.finding.type = type;
    look.finding.order = order;
    status = qn_check_object(ctx, &check, type, content, is_sound);
    return status ? status : checker->failure;
}

static bool has_long_line(struct qn_bytes text)
{
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line))
        if (line.size >= ATTRIBUTES_LINE_LIMIT)
            return true;
    return false;
}

static void report(struct look *look, const char *name, const char *message)
{
    enum qn_check_severity severity =
        qn_check_policy_severity(look->checker->options.policy, name);

    on_finding(look->ctx, look, name, severity, message);
}

static void on_module(void *data, const char *finding, const char *message)
{
    report(data, finding, message);
}

/* A blob's content; `is_big`: it was not even read. */
static enum qn_status look_special(struct look *look, unsigned what,
                                   struct qn_bytes text, bool is_big)
{
    enum qn_status status = QN_OK;

    if (what & MODULES) {
        if (is_big)
            report(look, "gitmodulesLarge", ".gitmodules too large to parse");
        else
            status = qn_submodule_check_file(look->ctx, text, on_module, look);
    }
    if (what & ATTRIBUTES) {
        if (is_big || text.size > ATTRIBUTES_SIZE_LIMIT)
            report(look, "gitattributesLarge",
                   ".gitattributes too large to parse");
        else if (has_long_line(text))
            report(look, "gitattributesLineLength",
                   ".gitattributes has too long lines to parse");
    }
    return status;
}

static void report_special(struct look *look, unsigned what, bool is_missing)
{
    if (what & MODULES) {
        if (is_missing)
            report(look, "gitmodulesMissing",
                   "unable to read .gitmodules blob");
        else
            report(look, "gitmodulesBlob", "non-blob found at .gitmodules");
    }
    if (what & ATTRIBUTES) {
        if (is_missing)
            report(look, "gitattributesMissing",
                   "unable to read .gitattributes blob");
        else
            report(look, "gitattributesBlob",
                   "non-blob found at .gitattributes");
    }
}

static enum qn_status finish_one(struct qn_ctx *ctx, struct look *look,
                                 struct qn_odb *odb, unsigned what,
                                 struct qn_object *object)
{
    uint64_t limit = look->checker->options.big_file_threshold;
    struct qn_odb_info info = {0};
    enum qn_status status;
    bool is_big;

    status = qn_odb_read_info(ctx, odb, &look->finding.id,
                              QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    is_big = !status && info.size > (limit ? limit : 512u << 20);
    if (!status && info.type == QN_OBJECT_BLOB && !is_big)
        status = qn_odb_read(ctx, odb, &look->finding.id, object);
    look->finding.type = QN_OBJECT_BLOB;
    if (status == QN_PROMISED) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (status == QN_NOT_FOUND || status == QN_CORRUPT) {
        qn_ctx_clear(ctx);
        report_special(look, what, true);
        return QN_OK;
    }
    if (status)
        return status;
    look->finding.type = info.type;
    if (info.type != QN_OBJECT_BLOB)
        report_special(look, what, false);
    else
        status = look_special(look, what, qn_object_bytes(object), is_big);
    return status;
}

enum qn_status qn_object_checker_finish(struct qn_ctx *ctx,
                                        struct qn_object_checker *checker,
                                        struct qn_odb *odb, bool *is_sound)
{
    const struct qn_check_policy *policy = checker->options.policy;
    struct look look = {.checker = checker, .ctx = ctx, .is_sound = true};
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < checker->specials.count && !status; i++) {
        qn_id_map_id(&checker->specials, i, &look.finding.id);
        if (qn_check_policy_is_skipped(policy, &look.finding.id))
            continue;
        look.finding.order = checker->places[i].order;
        status = finish_one(ctx, &look, odb, checker->places[i].what, &object);
    }
    qn_object_dispose(&object);
    *is_sound = look.is_sound;
    return status;
}

static enum qn_status
read_skips(struct qn_ctx *ctx, struct qn_check_policy *policy, const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_file_read_all(ctx, path, &text);

    if (status == QN_NOT_FOUND || status == QN_DENIED || status == QN_IO)
        status =
            qn_ctx_fail_reason(ctx, QN_INVALID, "fsck.no-skip-list", path,
                               "could not open object name list: %s", path);
    if (!status)
        status = qn_check_policy_skip(ctx, policy, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status configure_one(struct qn_ctx *ctx,
                                    struct qn_check_policy *policy,
                                    const struct qn_config_entry *entry,
                                    const char *word, const char *unknown)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool found = false;

    if (strcmp(word, "skiplist") == 0 && entry->value) {
        status = qn_config_entry_path(ctx, entry, &path, &found);
        if (!status && found)
            status = read_skips(ctx, policy, qn_buf_string(&path));
        qn_buf_dispose(&path);
        return status;
    }
    if (entry->value && qn_check_ordinal(word) == SIZE_MAX && unknown) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fsck.unknown-finding",
                      "%s unknown msg id '%s'", unknown, word);
        return QN_OK;
    }
    if (!entry->value) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "config.missing-value",
                      "missing value for '%s'", entry->key);
        return qn_config_fail_entry(ctx, entry);
    }
    return qn_check_policy_set(ctx, policy, word, entry->value);
}

enum qn_status qn_object_checker_configure(struct qn_ctx *ctx,
                                           struct qn_check_policy *policy,
                                           const struct qn_config *config,
                                           const char *prefix, bool is_lenient)
{
    size_t count = qn_config_count(config), i, size = strlen(prefix);
    const char *unknown = !is_lenient                          ? NULL
                          : strcmp(prefix, "fetch.fsck.") == 0 ? "Skipping"
                                                               : "skipping";
    enum qn_status status = QN_OK;

    for (i = 0; i < count && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strncmp(entry->key, prefix, size) == 0 &&
            !strchr(entry->key + size, '.'))
            status =
                configure_one(ctx, policy, entry, entry->key + size, unknown);
    }
    return status;
}

static enum qn_status parse_word(struct qn_ctx *ctx,
                                 struct qn_check_policy *policy, char *word)
{
    char *value = word + strcspn(word, "=:"), *p;

    for (p = word; p < value; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p | 0x20);
    if (!*value)
        return strcmp(word, "skiplist") == 0
                   ? qn_ctx_fail(ctx, QN_INVALID, "skiplist requires a path")
                   : qn_ctx_fail(ctx, QN_INVALID, "Missing '=': '%s'", word);
    *value++ = '\0';
    if (strcmp(word, "skiplist") == 0)
        return read_skips(ctx, policy, value);
    return qn_check_policy_set(ctx, policy, word, value);
}

enum qn_status qn_object_checker_parse(struct qn_ctx *ctx,
                                       struct qn_check_policy *policy,
                                       const char *words)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(words));
    enum qn_status status = copy ? QN_OK : QN_NO_MEMORY;
    char *p = copy;

    while (!status && *p) {
        size_t size = strcspn(p, " ,|");
        bool is_last = p[size] == '\0';

        p[size] = '\0';
        if (size > 0)
            status = parse_word(ctx, policy, p);
        if (is_last)
            break;
        p += size + 1;
    }
    qn_memory_free(copy);
    return status;
}

enum qn_status qn_object_checker_text(struct qn_ctx *ctx,
                                      const struct qn_object_finding *finding,
                                      struct qn_buf *out)
{
    const char *type = qn_object_type_name(finding->type);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(ctx, out, "%s %s: %s: %s", type ? type : "unknown",
                         qn_id_to_hex(&finding->id, hex), finding->name,
                         finding->message);
}
