/* SPDX-License-Identifier: MIT */
/* Commands of diff drivers: textconv, and external ones (gitattributes(5),
 * git(1) "GIT_EXTERNAL_DIFF"). */
#include "base/env.h"
#include "diff/patch_internal.h"
#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"
#include "program/shell_command.h"

#include <stdio.h>

/* Blob content in a file of the same name, in a directory of its own. */
static enum qn_status write_temporary(struct qn_ctx *ctx, struct qn_bytes text,
                                      struct qn_bytes name, struct qn_buf *path)
{
    const char *base = qn_env_variable(qn_ctx_env(ctx), "TMPDIR");
    struct qn_buf prefix = QN_BUF_INIT;
    size_t slash = qn_bytes_find_last(name, '/');
    enum qn_status status;
    int fd = -1;

    if (slash < name.size)
        name = qn_bytes_from(name, slash + 1);
    status = qn_buf_printf(ctx, &prefix, "%s/git-blob-",
                           base && *base ? base : "/tmp");
    if (!status)
        status = qn_directory_make_temporary(ctx, qn_buf_string(&prefix), path);
    if (!status)
        status = qn_buf_printf(ctx, path, "/%.*s", QN_BYTES_ARG(name));
    if (!status)
        status = qn_file_open(
            ctx, qn_buf_string(path),
            QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE, 0600, &fd);
    if (!status)
        status = qn_temporary_add(ctx, qn_buf_string(path));
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (fd >= 0)
        qn_file_close(fd);
    qn_buf_dispose(&prefix);
    return status;
}

static void drop_temporary(struct qn_ctx *ctx, struct qn_buf *path)
{
    if (path->size) {
        size_t slash = qn_bytes_find_last(qn_buf_bytes(path), '/');

        qn_temporary_remove(qn_buf_string(path));
        if (slash < path->size) {
            qn_buf_truncate(path, slash);
            if (qn_directory_remove(ctx, qn_buf_string(path)))
                qn_ctx_clear(ctx);
        }
    }
    qn_buf_dispose(path);
}

static const char *work_tree(const struct qn_patch *patch)
{
    return patch->repo ? qn_repo_work_tree(patch->repo) : NULL;
}

bool qn_patch_command_converts(const struct qn_patch *patch,
                               const struct qn_diff_side *side,
                               const struct qn_patch_path *path)
{
    return patch->converts && path->driver && path->driver->textconv &&
           (side->mode & 0170000) == 0100000;
}

enum qn_status qn_patch_command_convert(struct qn_ctx *ctx,
                                        struct qn_patch *patch,
                                        const struct qn_diff_side *side,
                                        const struct qn_patch_path *path,
                                        struct qn_buf *text)
{
    struct qn_process_options options = {.directory = work_tree(patch),
                                         .out = QN_PROCESS_PIPE};
    const char *arguments[2] = {NULL, NULL};
    struct qn_buf file = QN_BUF_INIT;
    enum qn_status status;
    int code = 0;

    if (!qn_patch_command_converts(patch, side, path))
        return QN_OK;
    status = write_temporary(ctx, qn_buf_bytes(text), side->path, &file);
    if (!status) {
        arguments[0] = qn_buf_string(&file);
        qn_buf_clear(text);
        status = qn_shell_command_filter(ctx, path->driver->textconv, arguments,
                                         &options, QN_BYTES_NONE, text, &code);
    }
    drop_temporary(ctx, &file);
    if (!status && code)
        status = qn_ctx_fail(ctx, QN_IO, "unable to read files to diff");
    return status;
}

enum qn_status qn_patch_convert(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_diff_side *side,
                                struct qn_buf *text, bool *converted)
{
    struct qn_patch_path path;
    enum qn_status status = qn_patch_driver_find(ctx, patch, side->path, &path);

    *converted = false;
    if (status)
        return status;
    patch->converts = true;
    *converted = qn_patch_command_converts(patch, side, &path);
    if (*converted)
        status = qn_patch_command_convert(ctx, patch, side, &path, text);
    patch->converts = false;
    return status;
}

/* GIT_EXTERNAL_DIFF_TRUST_EXIT_CODE. */
static enum qn_status read_trust(struct qn_ctx *ctx, bool *out)
{
    static const char name[] = "GIT_EXTERNAL_DIFF_TRUST_EXIT_CODE";
    const char *value = qn_env_variable(qn_ctx_env(ctx), name);

    *out = false;
    if (!value || qn_config_parse_bool(value, out))
        return QN_OK;
    return qn_ctx_fail(ctx, QN_INVALID,
                       "bad boolean environment value '%s' for '%s'", value,
                       name);
}

enum qn_status qn_patch_command_find(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_diff_pair *pair,
                                     struct qn_patch_command *out)
{
    struct qn_patch_path path;
    enum qn_status status;

    *out = (struct qn_patch_command){NULL, false};
    if (!patch->options.allows_external)
        return QN_OK;
    status = qn_patch_driver_find(ctx, patch, pair->old_side.path, &path);
    if (status)
        return status;
    if (path.driver && path.driver->command) {
        out->words = path.driver->command;
        out->is_trusted = path.driver->trusts_exit_code;
        return QN_OK;
    }
    out->words = qn_env_variable(qn_ctx_env(ctx), "GIT_EXTERNAL_DIFF");
    if (out->words) {
        status = read_trust(ctx, &out->is_trusted);
    } else if (patch->repo) {
        out->words = qn_config_string(qn_repo_config(patch->repo),
                                      "diff.external", NULL);
        out->is_trusted = patch->options.trusts_exit_code;
    }
    if (out->words && !*out->words)
        out->words = NULL;
    return status;
}

struct side_words {
    struct qn_buf path;
    struct qn_buf file; /* the temporary one, if there is one */
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    char mode[16];
};

static enum qn_status fill_side(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_diff_side *side,
                                struct side_words *out)
{
    struct qn_id id = side->id;
    enum qn_status status;

    if (!side->mode) {
        memcpy(out->hex, ".", 2);
        memcpy(out->mode, ".", 2);
        return qn_buf_append_string(ctx, &out->path, "/dev/null");
    }
    if (!side->has_id)
        qn_id_clear(&id, patch->algorithm);
    qn_id_to_hex(&id, out->hex);
    snprintf(out->mode, sizeof(out->mode), "%06o", side->mode);
    if (!side->has_id && (side->mode & 0170000) == 0100000)
        return qn_buf_append_bytes(ctx, &out->path, side->path);
    status = qn_patch_read_side(ctx, patch, side, &patch->scratch);
    if (!status)
        status = write_temporary(ctx, qn_buf_bytes(&patch->scratch), side->path,
                                 &out->file);
    if (!status)
        status = qn_buf_append_bytes(ctx, &out->path, qn_buf_bytes(&out->file));
    return status;
}

static enum qn_status start_command(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_patch_command *command,
                                    const char *const *arguments,
                                    struct qn_buf *out)
{
    char counter[64];
    char total[64];
    const char *variables[3] = {counter, total, NULL};
    struct qn_process_options options = {.directory = work_tree(patch),
                                         .variables = variables,
                                         .out = QN_PROCESS_PIPE};
    int code = 0;
    enum qn_status status;

    snprintf(counter, sizeof(counter), "GIT_DIFF_PATH_COUNTER=%zu",
             ++patch->shown_count);
    snprintf(total, sizeof(total), "GIT_DIFF_PATH_TOTAL=%zu",
             patch->total_count);
    status = qn_shell_command_filter(ctx, command->words, arguments, &options,
                                     QN_BYTES_NONE, out, &code);
    patch->answer = !command->is_trusted || code == 1
                        ? QN_PATCH_ANSWER_DIFFERENT
                        : QN_PATCH_ANSWER_SAME;
    if (!status && code && !(command->is_trusted && code == 1))
        status = qn_ctx_fail(ctx, QN_IO, "external diff died, stopping at %s",
                             arguments[0]);
    return status;
}

enum qn_status qn_patch_command_run(struct qn_ctx *ctx, struct qn_patch *patch,
                                    const struct qn_diff_pair *pair,
                                    const struct qn_patch_command *command,
                                    struct qn_buf *out)
{
    struct side_words sides[2] = {{QN_BUF_INIT, QN_BUF_INIT, "", ""},
                                  {QN_BUF_INIT, QN_BUF_INIT, "", ""}};
    struct qn_buf names[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    const char *arguments[10] = {NULL};
    bool is_moved =
        !qn_bytes_is_equal(pair->old_side.path, pair->new_side.path);
    enum qn_status status;
    int i;

    status = qn_buf_append_bytes(ctx, &names[0], pair->old_side.path);
    if (!status)
        status = qn_buf_append_bytes(ctx, &names[1], pair->new_side.path);
    /* the header of a move: the driver shows it as it likes */
    if (!status &&
        (pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED)) {
        const char *word = pair->status == QN_DIFF_COPIED ? "copy" : "rename";

        status = qn_buf_printf(ctx, &names[2],
                               "similarity index %u%%\n%s from %s\n%s to %s\n",
                               pair->score, word, qn_buf_string(&names[0]),
                               word, qn_buf_string(&names[1]));
    }
    if (!status)
        status = fill_side(ctx, patch, &pair->old_side, &sides[0]);
    if (!status)
        status = fill_side(ctx, patch, &pair->new_side, &sides[1]);
    if (!status) {
        arguments[0] = qn_buf_string(&names[0]);
        for (i = 0; i < 2; i++) {
            arguments[1 + 3 * i] = qn_buf_string(&sides[i].path);
            arguments[2 + 3 * i] = sides[i].hex;
            arguments[3 + 3 * i] = sides[i].mode;
        }
        if (is_moved) {
            arguments[7] = qn_buf_string(&names[1]);
            arguments[8] = qn_buf_string(&names[2]);
        }
        status = start_command(ctx, patch, command, arguments, out);
    }
    for (i = 0; i < 2; i++) {
        drop_temporary(ctx, &sides[i].file);
        qn_buf_dispose(&sides[i].path);
    }
    for (i = 0; i < 3; i++)
        qn_buf_dispose(&names[i]);
    return status;
}
