/* SPDX-License-Identifier: MIT */
/* What is left behind by a stream that went wrong; statistics. */
#include "operation/part/fast_import_private.h"

#include "os/file.h"
#include "text/date.h"

#include <inttypes.h>

static enum qn_status put_history(struct qn_ctx *ctx,
                                  const struct qn_import_stream *stream,
                                  struct qn_buf *out)
{
    uint64_t first = stream->line_count > QN_IMPORT_STREAM_RECENT
                         ? stream->line_count - QN_IMPORT_STREAM_RECENT
                         : 0;
    enum qn_status status =
        qn_buf_append_string(ctx, out,
                             "\nMost Recent Commands Before Crash\n"
                             "---------------------------------\n");
    uint64_t i;

    for (i = first; !status && i < stream->line_count; i++)
        status = qn_buf_printf(ctx, out, "%s%s\n",
                               i + 1 == stream->line_count ? "* " : "  ",
                               stream->recent[i % QN_IMPORT_STREAM_RECENT]);
    return status;
}

/* Active branches, the one used last first. */
static enum qn_status put_active(struct qn_ctx *ctx,
                                 const struct qn_fast_import *import,
                                 struct qn_buf *out)
{
    uint64_t before = UINT64_MAX;
    size_t position = 0;
    enum qn_status status =
        qn_buf_printf(ctx, out,
                      "\nActive Branch LRU\n"
                      "-----------------\n"
                      "    active_branches = %zu cur, %zu max\n"
                      "\n"
                      "  pos  clock name\n"
                      "  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n",
                      import->active_count, import->active_limit);

    while (!status) {
        const struct qn_fast_import_branch *next = NULL;
        size_t i;

        for (i = import->branch_count; i-- > 0;) {
            const struct qn_fast_import_branch *branch = import->branches[i];

            if (branch->is_active && branch->clock < before &&
                (!next || branch->clock > next->clock))
                next = branch;
        }
        if (!next)
            break;
        before = next->clock;
        status = qn_buf_printf(ctx, out, "  %2zu) %6" PRIu64 " %s\n",
                               ++position, next->clock, next->name);
    }
    return status;
}

static enum qn_status put_branch(struct qn_ctx *ctx,
                                 const struct qn_fast_import_branch *branch,
                                 struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const struct qn_import_tree *tree = branch->root.tree;
    enum qn_status status;

    status = qn_buf_printf(ctx, out, "%s:\n  status      :", branch->name);
    if (!status && branch->is_active)
        status = qn_buf_append_string(ctx, out, " active");
    if (!status && tree)
        status = qn_buf_append_string(ctx, out, " loaded");
    if (!status && tree && tree->is_dirty)
        status = qn_buf_append_string(ctx, out, " dirty");
    if (!status)
        status = qn_buf_printf(ctx, out, "\n  tip commit  : %s\n",
                               qn_id_to_hex(&branch->id, hex));
    if (!status)
        status = qn_buf_printf(ctx, out, "  old tree    : %s\n",
                               qn_id_to_hex(&branch->old_tree, hex));
    if (!status)
        status = qn_buf_printf(ctx, out, "  cur tree    : %s\n",
                               qn_id_to_hex(&branch->root.id, hex));
    if (!status)
        status = qn_buf_printf(ctx, out, "  commit clock: %" PRIu64 "\n",
                               branch->clock);
    if (!status)
        status = qn_buf_append_string(ctx, out, "  last pack   : ");
    if (!status && branch->pack != QN_IMPORT_NONE)
        status = qn_buf_printf(ctx, out, "%" PRIu32, branch->pack);
    return status ? status : qn_buf_append_string(ctx, out, "\n");
}

static enum qn_status put_rest(struct qn_ctx *ctx,
                               const struct qn_fast_import *import,
                               struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = qn_buf_append_string(ctx, out,
                                                 "\nInactive Branches\n"
                                                 "-----------------\n");
    size_t i;

    for (i = 0; !status && i < import->branch_count; i++)
        status = put_branch(ctx, import->branches[i], out);
    if (!status && import->tag_count)
        status = qn_buf_append_string(ctx, out,
                                      "\nAnnotated Tags\n"
                                      "--------------\n");
    for (i = 0; !status && i < import->tag_count; i++)
        status = qn_buf_printf(ctx, out, "  %s %s\n",
                               qn_id_to_hex(&import->tags[i].id, hex),
                               import->tags[i].name);
    if (!status)
        status = qn_buf_append_string(ctx, out, "\nMarks\n-----\n");
    if (!status && import->export_marks)
        status =
            qn_buf_printf(ctx, out, "  exported to %s\n", import->export_marks);
    else if (!status)
        status = qn_fast_import_list_marks(ctx, import, out);
    if (!status)
        status = qn_buf_append_string(ctx, out,
                                      "\n-------------------\n"
                                      "END OF CRASH REPORT\n");
    return status;
}

static enum qn_status put_report(struct qn_ctx *ctx,
                                 const struct qn_fast_import *import,
                                 const char *message, int64_t pid,
                                 int64_t parent, struct qn_buf *out)
{
    struct qn_date_mode mode;
    enum qn_status status;

    status = qn_buf_printf(ctx, out,
                           "fast-import crash report:\n"
                           "    fast-import process: %" PRId64 "\n"
                           "    parent process     : %" PRId64 "\n"
                           "    at ",
                           pid, parent);
    if (!status)
        status = qn_date_mode_parse(ctx, "iso", false, &mode);
    if (!status)
        status = qn_date_format(
            ctx, qn_env_clock(qn_ctx_env(ctx), true) / 1000000000, 0, &mode,
            out);
    if (!status)
        status = qn_buf_printf(ctx, out, "\n\nfatal: %s\n", message);
    if (!status)
        status = put_history(ctx, &import->stream, out);
    if (!status)
        status = put_active(ctx, import, out);
    return status ? status : put_rest(ctx, import, out);
}

enum qn_status qn_fast_import_crash(struct qn_ctx *ctx,
                                    struct qn_fast_import *import,
                                    const char *message, int64_t pid,
                                    int64_t parent, struct qn_buf *path)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status, kept;
    int fd = -1;

    status =
        qn_buf_printf(ctx, path, "%s/fast_import_crash_%" PRId64,
                      qn_repo_git_directory_shown(import->scope->repo), pid);
    if (!status)
        status = put_report(ctx, import, message, pid, parent, &text);
    if (!status)
        status = qn_file_open(ctx, qn_buf_string(path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(path));
    else
        qn_file_close(fd);
    qn_buf_dispose(&text);
    kept = qn_import_store_finish(ctx, &import->store);
    if (!kept)
        kept = qn_fast_import_write_marks(ctx, import);
    return status ? status : kept;
}

bool qn_fast_import_shows_statistics(const struct qn_fast_import *import)
{
    return !import->is_quiet;
}

#define RULE                                                                   \
    "---------------------------------------------------------------------\n"

enum qn_status qn_fast_import_statistics(struct qn_ctx *ctx,
                                         const struct qn_fast_import *import,
                                         struct qn_buf *out)
{
    static const struct {
        const char *name;
        enum qn_object_type type;
    } kinds[] = {{"blobs  ", QN_OBJECT_BLOB},
                 {"trees  ", QN_OBJECT_TREE},
                 {"commits", QN_OBJECT_COMMIT},
                 {"tags   ", QN_OBJECT_TAG}};
    const struct qn_import_store *store = &import->store;
    uint64_t total = 0, duplicates = 0;
    enum qn_status status;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(kinds); i++) {
        total += store->counts[kinds[i].type].total;
        duplicates += store->counts[kinds[i].type].duplicates;
    }
    status = qn_buf_printf(ctx, out,
                           "fast-import statistics:\n" RULE
                           "Alloc'd objects: %10zu\n"
                           "Total objects:   %10" PRIu64 " (%10" PRIu64
                           " duplicates                  )\n",
                           store->object_capacity, total, duplicates);
    for (i = 0; !status && i < QN_COUNT_OF(kinds); i++) {
        const struct qn_import_counts *c = &store->counts[kinds[i].type];

        status = qn_buf_printf(
            ctx, out,
            "      %s:   %10" PRIu64 " (%10" PRIu64 " duplicates %10" PRIu64
            " deltas of %10" PRIu64 " attempts)\n",
            kinds[i].name, c->total, c->duplicates, c->deltas, c->attempts);
    }
    if (!status)
        status = qn_buf_printf(
            ctx, out,
            "Total branches:  %10zu (%10" PRIu64 " loads     )\n"
            "      marks:     %10" PRIu64 " (%10zu"
            " unique    )\n"
            "      atoms:     %10zu\n" RULE,
            import->branch_count, import->trees.load_count, import->mark_limit,
            import->marks.count, import->trees.names.count);
    return status;
}
