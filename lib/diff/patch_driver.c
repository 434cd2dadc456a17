/* SPDX-License-Identifier: MIT */
/* Diff drivers: what the attribute "diff" of a path names, gitattributes(5). */
#include "base/memory.h"
#include "diff/driver_builtin.h"
#include "diff/patch_internal.h"

#include <stdio.h>

static void free_driver(struct qn_patch_driver *driver)
{
    size_t i;

    if (!driver)
        return;
    for (i = 0; i < driver->heading_count; i++)
        qn_regex_free(driver->headings[i]);
    qn_memory_free(driver->headings);
    qn_memory_free(driver->negates);
    qn_regex_free(driver->words);
    qn_memory_free(driver);
}

void qn_patch_driver_free_all(struct qn_patch *patch)
{
    size_t i;

    for (i = 0; i < patch->drivers.count; i++)
        free_driver(patch->drivers.items[i].value);
    qn_map_dispose(&patch->drivers);
}

static enum qn_status add_heading(struct qn_ctx *ctx,
                                  struct qn_patch_driver *driver,
                                  struct qn_bytes text, enum qn_regex_kind kind,
                                  unsigned flags)
{
    bool negates = text.size && text.data[0] == '!';
    struct qn_bytes pattern = negates ? qn_bytes_from(text, 1) : text;
    enum qn_status status = qn_regex_new(
        ctx, pattern, kind, flags, &driver->headings[driver->heading_count]);

    if (status)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Invalid regexp to look for hunk header: %.*s",
                           QN_BYTES_ARG(text));
    driver->negates[driver->heading_count++] = negates;
    return QN_OK;
}

static enum qn_status read_headings(struct qn_ctx *ctx,
                                    struct qn_patch_driver *driver,
                                    const char *patterns,
                                    enum qn_regex_kind kind, unsigned flags)
{
    struct qn_bytes rest = qn_bytes_from_string(patterns);
    struct qn_bytes text = QN_BYTES_NONE;
    size_t room = 1;
    size_t i;

    for (i = 0; i < rest.size; i++)
        room += rest.data[i] == '\n';
    driver->headings = qn_memory_calloc(ctx, room, sizeof(*driver->headings));
    driver->negates = qn_memory_calloc(ctx, room, sizeof(*driver->negates));
    if (!driver->headings || !driver->negates)
        return QN_NO_MEMORY;
    while (qn_bytes_next(&rest, '\n', &text)) {
        enum qn_status status = add_heading(ctx, driver, text, kind, flags);

        if (status)
            return status;
    }
    if (driver->heading_count && driver->negates[driver->heading_count - 1])
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Last expression must not be negated: %.*s",
                           QN_BYTES_ARG(text));
    return QN_OK;
}

static const char *setting(const struct qn_config *config, const char *name,
                           const char *key)
{
    char full[256];

    if (snprintf(full, sizeof(full), "diff.%s.%s", name, key) >=
        (int)sizeof(full))
        return NULL;
    return qn_config_string(config, full, NULL);
}

static enum qn_status configure(struct qn_ctx *ctx, const struct qn_config *c,
                                const char *name,
                                struct qn_patch_driver *driver)
{
    const char *binary = setting(c, name, "binary");
    const char *trusts = setting(c, name, "trustexitcode");
    const char *algorithm = setting(c, name, "algorithm");
    const char *extended = setting(c, name, "xfuncname");
    const char *basic = setting(c, name, "funcname");
    const char *words = setting(c, name, "wordregex");
    const struct qn_driver_builtin *builtin = qn_driver_builtin_find(name);
    enum qn_text_diff_algorithm chosen;
    enum qn_status status = QN_OK;
    bool flag;

    driver->is_binary = driver->algorithm = -1;
    if (binary && qn_config_parse_bool(binary, &flag))
        driver->is_binary = flag;
    if (algorithm && qn_diff_options_algorithm(algorithm, &chosen))
        driver->algorithm = (int)chosen;
    driver->textconv = setting(c, name, "textconv");
    driver->command = setting(c, name, "command");
    if (trusts && qn_config_parse_bool(trusts, &flag))
        driver->trusts_exit_code = flag;
    if (extended)
        status = read_headings(ctx, driver, extended, QN_REGEX_EXTENDED, 0);
    else if (basic)
        status = read_headings(ctx, driver, basic, QN_REGEX_BASIC, 0);
    else if (builtin)
        status =
            read_headings(ctx, driver, builtin->headings, QN_REGEX_EXTENDED,
                          builtin->ignores_case ? QN_REGEX_FOLD : 0u);
    if (!words && builtin)
        words = builtin->words;
    if (!status && words)
        status =
            qn_regex_new(ctx, qn_bytes_from_string(words), QN_REGEX_EXTENDED,
                         QN_REGEX_NEWLINE, &driver->words);
    return status;
}

static enum qn_status named_driver(struct qn_ctx *ctx, struct qn_patch *patch,
                                   const char *name,
                                   const struct qn_patch_driver **out)
{
    struct qn_map_item *item =
        qn_map_put(ctx, &patch->drivers, qn_bytes_from_string(name), NULL);
    struct qn_patch_driver *driver;
    enum qn_status status;

    if (!item)
        return QN_NO_MEMORY;
    if (!item->value) {
        driver = qn_memory_calloc(ctx, 1, sizeof(*driver));
        if (!driver)
            return QN_NO_MEMORY;
        status = configure(ctx, qn_repo_config(patch->repo), name, driver);
        if (status) {
            free_driver(driver);
            return status;
        }
        item->value = driver;
    }
    *out = item->value;
    return QN_OK;
}

enum qn_status qn_patch_driver_attributes(struct qn_ctx *ctx,
                                          struct qn_patch *patch)
{
    enum qn_status status;

    if (patch->attributes || !patch->repo)
        return QN_OK;
    status = qn_attributes_new(ctx, patch->repo, QN_ATTRIBUTES_WORK_TREE, NULL,
                               NULL, &patch->own_attributes);
    patch->attributes = patch->own_attributes;
    return status;
}

enum qn_status qn_patch_driver_find(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_bytes path,
                                    struct qn_patch_path *out)
{
    struct qn_attribute wanted = {.name = "diff"};
    enum qn_status status;

    *out = (struct qn_patch_path){NULL, -1};
    if (!patch->repo || path.size == 0)
        return QN_OK;
    status = qn_patch_driver_attributes(ctx, patch);
    if (status)
        return status;
    status = qn_attributes_get(ctx, patch->attributes, path, &wanted, 1);
    if (status)
        return status;
    if (wanted.state == QN_ATTRIBUTE_SET)
        out->is_binary = 0;
    else if (wanted.state == QN_ATTRIBUTE_UNSET)
        out->is_binary = 1;
    if (wanted.state != QN_ATTRIBUTE_VALUE)
        return QN_OK;
    status = named_driver(ctx, patch, wanted.value, &out->driver);
    if (!status)
        out->is_binary = out->driver->is_binary;
    return status;
}

bool qn_patch_driver_heading(struct qn_ctx *ctx, void *data,
                             struct qn_bytes line, struct qn_bytes *heading)
{
    const struct qn_patch_driver *driver = data;
    size_t i;

    if (line.size && line.data[line.size - 1] == '\n') {
        line.size--;
        if (line.size && line.data[line.size - 1] == '\r')
            line.size--;
    }
    for (i = 0; i < driver->heading_count; i++) {
        struct qn_regex_match matches[2] = {{0, 0}, {0, 0}};
        bool found = false;

        if (qn_regex_find(ctx, driver->headings[i], line, 0, matches, 2,
                          &found)) {
            qn_ctx_clear(ctx);
            return false;
        }
        if (!found)
            continue;
        if (driver->negates[i])
            return false;
        if (matches[1].end <= line.size && matches[1].start < matches[1].end)
            matches[0] = matches[1];
        *heading = qn_bytes_make(line.data + matches[0].start,
                                 matches[0].end - matches[0].start);
        return true;
    }
    return false;
}
