/* SPDX-License-Identifier: MIT */
#include "cli/json_output.h"
#include "cli/work.h"
#include "object/tree.h"
#include "os/file.h"
#include "path/ignore.h"
#include "worktree/compare.h"
#include "worktree/filter.h"
#include "worktree/fsmonitor.h"
#include "worktree/refresh.h"
#include "worktree/work_walk.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const usage[] = {"git ls-files [<options>] [<file>...]",
                                    NULL};

struct list {
    bool is_json;
    struct cli_json json;
    struct cli *cli;
    struct cli_work *work;
    struct qn_pathspec *pathspec;
    struct qn_attributes *attributes;
    uint8_t *matched;
    bool cached, deleted, modified, others, ignored, staged, killed;
    bool directory, no_empty, unmerged, undo;
    bool tags, valid_bit, fsmonitor_bit, eol, full_name, error_unmatch, debug;
    bool nul, deduplicate, standard, sparse, recurses;
    int abbrev;
    const char *with_tree, *format, *per_directory;
    struct cli_list patterns, files;
    char terminator;
    struct qn_filter *filter;
    struct qn_ignore *ignore;
    struct qn_bytes last; /* printed before, for --deduplicate */
};

static enum qn_status make_ignore(struct qn_ctx *ctx, void *data,
                                  struct qn_ignore **out)
{
    struct list *list = data;
    struct qn_ignore *ignore = NULL;
    enum qn_status status = qn_ignore_new(
        ctx, list->cli->repo, list->work->index, list->standard, &ignore);

    for (size_t i = 0; i < list->patterns.count && !status; i++)
        status = qn_ignore_add_pattern(ctx, ignore, list->patterns.items[i]);
    for (size_t i = 0; i < list->files.count && !status; i++)
        status = qn_ignore_add_file(ctx, ignore, list->files.items[i]);
    if (!status && list->per_directory)
        status = qn_ignore_set_directory_file(ctx, ignore, list->per_directory);
    if (status)
        qn_ignore_free(ignore);
    else
        *out = ignore;
    return status;
}

static bool is_wanted(struct list *list, struct qn_bytes path,
                      bool is_directory)
{
    return qn_pathspec_is_match(list->cli->ctx, list->pathspec, path,
                                is_directory, list->attributes, list->matched);
}

static const char *eol_text(struct qn_bytes content)
{
    struct qn_filter_text_stat stat;

    qn_filter_text_stat(content, &stat);
    if (qn_filter_is_binary(&stat))
        return "-text";
    if (stat.crlf == 0 && stat.lone_lf == 0)
        return "none";
    return stat.crlf == 0 ? "lf" : stat.lone_lf == 0 ? "crlf" : "mixed";
}

static void find_eol(struct list *list, const struct qn_index_entry *entry,
                     struct qn_bytes path, const char **in_index,
                     const char **in_tree, const char **attribute)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf full = QN_BUF_INIT, content = QN_BUF_INIT;
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_file_stat stat;

    *in_index = *in_tree = "";
    if (entry && qn_mode_is_file(entry->mode) &&
        qn_odb_read(ctx, list->cli->odb, &entry->id, &object) == QN_OK)
        *in_index = eol_text(qn_object_bytes(&object));
    if (list->work->tree.repo &&
        qn_work_tree_path(ctx, &list->work->tree, path, &full) == QN_OK &&
        qn_file_lstat(ctx, qn_buf_string(&full), &stat) == QN_OK &&
        stat.kind == QN_FILE_REGULAR &&
        qn_file_read_all(ctx, qn_buf_string(&full), &content) == QN_OK)
        *in_tree = eol_text(qn_buf_bytes(&content));
    qn_ctx_clear(ctx);
    if (!list->filter)
        cli_check(list->cli,
                  qn_filter_new(ctx, &list->work->tree, QN_ATTRIBUTES_WORK_TREE,
                                list->work->index, &list->filter));
    *attribute = qn_filter_eol_attribute(ctx, list->filter, path);
    qn_object_dispose(&object);
    qn_buf_dispose(&full);
    qn_buf_dispose(&content);
}

static void put_eol(struct list *list, const struct qn_index_entry *entry,
                    struct qn_bytes path)
{
    const char *in_index, *in_tree, *attribute;

    if (!list->eol)
        return;
    find_eol(list, entry, path, &in_index, &in_tree, &attribute);
    cli_printf(list->cli, "i/%-5s w/%-5s attr/%-17s\t", in_index, in_tree,
               attribute);
}

static void put_tag(struct list *list, const struct qn_index_entry *entry,
                    char tag)
{
    if (!list->tags && !list->valid_bit && !list->fsmonitor_bit)
        return;
    if (entry &&
        ((list->valid_bit && (entry->flags & QN_INDEX_ASSUME_VALID)) ||
         (list->fsmonitor_bit && (entry->flags & QN_INDEX_FSMONITOR_VALID))) &&
        tag >= 'A' && tag <= 'Z')
        tag = (char)(tag + 32);
    cli_printf(list->cli, "%c ", tag);
}

static void put_short_id(struct list *list, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(id->algorithm);

    if (list->abbrev != 0)
        cli_check(list->cli,
                  qn_odb_abbreviate(list->cli->ctx, list->cli->odb, id,
                                    list->abbrev > 0 ? (size_t)list->abbrev : 0,
                                    &digits));
    cli_printf(list->cli, "%.*s", (int)digits, qn_id_to_hex(id, hex));
}

static void put_field(struct list *list, const struct qn_index_entry *entry,
                      struct qn_bytes name)
{
    struct cli *cli = list->cli;
    struct qn_odb_info info;
    const char *eol[3];

    if (qn_bytes_is_string(name, "objectmode")) {
        cli_printf(cli, "%06o", entry->mode);
    } else if (qn_bytes_is_string(name, "objectname")) {
        put_short_id(list, &entry->id);
    } else if (qn_bytes_is_string(name, "objecttype")) {
        cli_puts(cli, qn_object_type_name(qn_mode_object_type(entry->mode)));
    } else if (qn_bytes_is_string(name, "objectsize") ||
               qn_bytes_is_string(name, "objectsize:padded")) {
        const char *form = name.size > 10 ? "%7s" : "%s";
        char text[24] = "-";

        if (!qn_mode_is_gitlink(entry->mode)) {
            cli_check(cli, qn_odb_read_info(cli->ctx, cli->odb, &entry->id,
                                            QN_ODB_WANT_SIZE, &info));
            snprintf(text, sizeof(text), "%llu", (unsigned long long)info.size);
        }
        if (form[1] == '7')
            cli_printf(cli, "%7s", text);
        else
            cli_puts(cli, text);
    } else if (qn_bytes_is_string(name, "stage")) {
        cli_printf(cli, "%d", entry->stage);
    } else if (qn_bytes_is_string(name, "path")) {
        struct qn_buf path = QN_BUF_INIT;

        cli_append_path(cli, &path, entry->path, list->full_name,
                        list->terminator != '\0');
        cli_write(cli, path.data, path.size);
        qn_buf_dispose(&path);
    } else if (qn_bytes_has_prefix(name, "eol")) {
        find_eol(list, entry, entry->path, &eol[0], &eol[1], &eol[2]);
        cli_puts(cli, qn_bytes_is_string(name, "eolinfo:index")      ? eol[0]
                      : qn_bytes_is_string(name, "eolinfo:worktree") ? eol[1]
                                                                     : eol[2]);
    } else {
        cli_die_with(cli, "bad ls-files format: %%(%.*s)", QN_BYTES_ARG(name));
    }
}

static void put_format(struct list *list, const struct qn_index_entry *entry)
{
    for (const char *p = list->format; *p; p++) {
        const char *end;

        if (p[0] != '%') {
            cli_put(list->cli, *p);
        } else if (p[1] == '%') {
            cli_put(list->cli, *++p);
        } else if (p[1] == 'x' && p[2] && p[3]) {
            char digits[3] = {p[2], p[3], '\0'};

            cli_put(list->cli, (char)strtol(digits, NULL, 16));
            p += 3;
        } else if (p[1] == '(' && (end = strchr(p, ')'))) {
            put_field(list, entry, qn_bytes_make(p + 2, (size_t)(end - p - 2)));
            p = end;
        } else {
            cli_die_with(list->cli,
                         "bad ls-files format: element '%s' does not %s", p + 1,
                         p[1] == '(' ? "end in ')'" : "start with '('");
        }
    }
    cli_put(list->cli, list->terminator);
}

/* A record: of an entry, or of a path that has none. */
static void put_json(struct list *list, const struct qn_index_entry *entry,
                     struct qn_bytes path, char tag)
{
    static const struct {
        char tag;
        const char *word;
    } words[] = {{'H', "cached"},  {'S', "skipped"},  {'M', "unmerged"},
                 {'R', "deleted"}, {'C', "modified"}, {'K', "killed"},
                 {'?', "other"}};
    struct cli_json *json = &list->json;
    const char *eol[3];

    cli_json_begin(json);
    cli_json_text(json, "path", path);
    for (size_t i = 0; i < QN_COUNT_OF(words); i++)
        if (words[i].tag == tag)
            cli_json_string(json, "state", words[i].word);
    if (entry) {
        cli_json_mode(json, "mode", entry->mode);
        cli_json_id(json, "id", &entry->id);
        cli_json_number(json, "stage", entry->stage);
        if (entry->flags & QN_INDEX_ASSUME_VALID)
            cli_json_bool(json, "assume_unchanged", true);
        if (entry->flags & QN_INDEX_INTENT_TO_ADD)
            cli_json_bool(json, "intent_to_add", true);
    }
    if (list->eol) {
        find_eol(list, entry, path, &eol[0], &eol[1], &eol[2]);
        cli_json_string(json, "eol_index", eol[0]);
        cli_json_string(json, "eol_worktree", eol[1]);
        cli_json_string(json, "eol_attribute", eol[2]);
    }
    cli_json_end(json);
}

static void put_entry(struct list *list, const struct qn_index_entry *entry,
                      char tag)
{
    struct cli *cli = list->cli;

    if (list->deduplicate && !list->staged) {
        if (qn_bytes_is_equal(list->last, entry->path))
            return;
        list->last = entry->path;
    }
    if (list->is_json) {
        put_json(list, entry, entry->path, tag);
        return;
    }
    if (list->format) {
        put_format(list, entry);
        return;
    }
    put_tag(list, entry, tag);
    if (list->staged) {
        cli_printf(cli, "%06o ", entry->mode);
        put_short_id(list, &entry->id);
        cli_printf(cli, " %d\t", entry->stage);
    }
    put_eol(list, entry, entry->path);
    cli_put_path(cli, entry->path, list->full_name, list->terminator);
    if (list->debug) {
        const struct qn_index_stat *stat = &entry->stat;

        cli_printf(cli, "  ctime: %u:%u\n  mtime: %u:%u\n  dev: %u\tino: %u\n",
                   stat->ctime_seconds, stat->ctime_nanoseconds,
                   stat->mtime_seconds, stat->mtime_nanoseconds, stat->device,
                   stat->inode);
        cli_printf(
            cli, "  uid: %u\tgid: %u\n  size: %u\tflags: %x\n", stat->uid,
            stat->gid, stat->size,
            (unsigned)entry->stage << 12 |
                (entry->flags & QN_INDEX_INTENT_TO_ADD ? 0x20000000u : 0) |
                (entry->flags & QN_INDEX_SKIP_WORKTREE ? 0x40000000u : 0) |
                (entry->flags & QN_INDEX_ASSUME_VALID ? 0x8000u : 0));
    }
}

/* What the index has no entry for. */
static void put_found(struct list *list, struct qn_bytes path, char tag)
{
    if (list->is_json) {
        put_json(list, NULL, path, tag);
        return;
    }
    put_tag(list, NULL, tag);
    put_eol(list, NULL, path);
    cli_put_path(list->cli, path, list->full_name, list->terminator);
}

static void list_others(struct list *list)
{
    struct qn_work_walk walk = QN_WORK_WALK_INIT;
    struct qn_work_walk_options options = {
        .pathspec = list->pathspec,
        .collapses = list->directory,
        .shows_empty = list->directory && !list->no_empty,
        .lists_untracked = !list->ignored,
        .ignored = list->ignored
                       ? (list->directory ? QN_WORK_WALK_IGNORED_MATCHING
                                          : QN_WORK_WALK_IGNORED_TRADITIONAL)
                       : QN_WORK_WALK_IGNORED_NONE,
        .make_ignore = make_ignore,
        .data = list};

    if (!list->work->tree.repo)
        return;
    cli_check(list->cli, qn_work_walk_run(list->cli->ctx, &list->work->tree,
                                          list->work->index, &options, &walk));
    for (size_t i = 0; i < walk.count; i++) {
        struct qn_bytes path = walk.items[i].path;
        struct qn_bytes bare = path;
        bool is_directory = path.data[path.size - 1] == '/';

        if (is_directory)
            bare.size--;
        if (walk.items[i].is_ignored != list->ignored)
            continue;
        (void)is_wanted(list, bare, is_directory);
        put_found(list, path, '?');
    }
    qn_work_walk_dispose(&walk);
}

/* Is it in the way of what the index would check out: in the place of a
 * directory, or below the place of a file? */
static bool is_in_the_way(struct qn_index *index, struct qn_bytes path)
{
    size_t start, end;

    for (size_t at = 0; at <= path.size; at++) {
        struct qn_bytes part = qn_bytes_first(path, at);
        bool found;

        if (at < path.size && path.data[at] != '/')
            continue;
        start = qn_index_find(index, part, 0, &found);
        if (found ||
            (start < qn_index_count(index) &&
             qn_bytes_is_equal(qn_index_peek(index, start)->path, part)))
            return true;
    }
    return qn_index_directory_range(index, path, &start, &end);
}

static void list_killed(struct list *list)
{
    struct qn_work_walk walk = QN_WORK_WALK_INIT;
    struct qn_work_walk_options options = {.pathspec = list->pathspec,
                                           .collapses = list->directory,
                                           .lists_replaced = true,
                                           .shows_empty = list->directory &&
                                                          !list->no_empty,
                                           .lists_untracked = true,
                                           .make_ignore = make_ignore,
                                           .data = list};

    if (!list->work->tree.repo)
        return;
    cli_check(list->cli, qn_work_walk_run(list->cli->ctx, &list->work->tree,
                                          list->work->index, &options, &walk));
    for (size_t i = 0; i < walk.count; i++) {
        struct qn_bytes path = walk.items[i].path;
        bool is_directory = path.data[path.size - 1] == '/';
        struct qn_bytes bare = qn_bytes_first(path, path.size - is_directory);

        if (!is_in_the_way(list->work->index, bare))
            continue;
        (void)is_wanted(list, bare, is_directory);
        put_found(list, path, 'K');
    }
    qn_work_walk_dispose(&walk);
}

static bool is_entry_ignored(struct list *list,
                             const struct qn_index_entry *entry)
{
    struct qn_ignore_match match;

    if (!list->ignore)
        cli_check(list->cli, make_ignore(list->cli->ctx, list, &list->ignore));
    cli_check(list->cli, qn_ignore_check(list->cli->ctx, list->ignore,
                                         entry->path, false, &match));
    return match.is_ignored;
}

/* A stage of an unmerged path against the file that is there. */
static int compare_stage(struct list *list, struct qn_compare *compare,
                         const struct qn_index_entry *entry)
{
    enum qn_compare_answer answer;
    struct qn_file_stat stat;
    bool is_stale;

    cli_check(list->cli, qn_compare_entry(list->cli->ctx, compare, entry, &stat,
                                          &answer, &is_stale));
    return answer;
}

/* Something else, such as a directory, is there in the place of the file. */
static bool is_there(const struct list *list, struct qn_bytes path)
{
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};

    if (qn_file_lstat_at(list->cli->ctx, list->work->tree.top_fd,
                         (const char *)path.data, &stat))
        qn_ctx_clear(list->cli->ctx);
    return stat.kind != QN_FILE_NONE;
}

static void list_entries(struct list *list)
{
    struct qn_compare compare;
    struct qn_index *index = list->work->index;
    size_t count = qn_index_count(index);
    uint8_t *answers = NULL;

    qn_compare_init(&compare, &list->work->tree, index);
    if (list->deleted || list->modified) {
        answers = qn_memory_calloc(list->cli->ctx, count + 1, 1);
        if (!answers)
            cli_die(list->cli);
        cli_check(list->cli, qn_refresh_run(list->cli->ctx, &list->work->tree,
                                            index, NULL, 0, answers));
    }
    for (size_t i = 0; i < count; i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        char tag = entry->stage                            ? 'M'
                   : entry->flags & QN_INDEX_SKIP_WORKTREE ? 'S'
                                                           : 'H';
        int answer = answers ? answers[i] : QN_COMPARE_SAME;

        if (!is_wanted(list, entry->path, qn_mode_is_gitlink(entry->mode)) ||
            (list->unmerged && entry->stage == 0) ||
            (list->ignored && !is_entry_ignored(list, entry)))
            continue;
        if (list->recurses && qn_mode_is_gitlink(entry->mode))
            cli_die_with(list->cli, "option `recurse-submodules' is not "
                                    "supported where there are submodules");
        if (list->cached || list->staged)
            put_entry(list, entry, tag);
        if (!answers || (entry->flags & QN_INDEX_SKIP_WORKTREE))
            continue;
        if (entry->stage != 0)
            answer = compare_stage(list, &compare, entry);
        if (list->deleted && answer == QN_COMPARE_DELETED &&
            !is_there(list, entry->path))
            put_entry(list, entry, 'R');
        if (list->modified && answer != QN_COMPARE_SAME)
            put_entry(list, entry, 'C');
    }
    qn_compare_dispose(&compare);
    qn_memory_free(answers);
}

static void list_undo(struct list *list)
{
    const struct qn_index *index = list->work->index;

    for (size_t i = 0; i < qn_index_resolve_undo_count(index); i++) {
        const struct qn_index_resolve_undo *row =
            qn_index_resolve_undo_at(index, i);

        if (!is_wanted(list, row->path, false))
            continue;
        for (int stage = 0; stage < 3; stage++) {
            if (!row->mode[stage])
                continue;
            put_tag(list, NULL, 'U');
            cli_printf(list->cli, "%06o ", row->mode[stage]);
            put_short_id(list, &row->id[stage]);
            cli_printf(list->cli, " %d\t", stage + 1);
            cli_put_path(list->cli, row->path, list->full_name,
                         list->terminator);
        }
    }
}

/* --error-unmatch: which arguments matched nothing? */
static int report_unmatched(struct list *list)
{
    int errors = 0;

    for (size_t i = 0; i < qn_pathspec_count(list->pathspec); i++) {
        if (list->matched[i])
            continue;
        cli_error(list->cli,
                  "pathspec '%s' did not match any file(s) known to git",
                  qn_pathspec_original(list->pathspec, i));
        errors++;
    }
    if (errors)
        cli_stderr(list->cli, "Did you forget to 'git add'?\n");
    return errors ? 1 : 0;
}

/* --with-tree: paths of the tree that the index does not have any more. */
static void overlay_tree(struct list *list)
{
    struct qn_index *other = NULL;
    struct qn_index *index = list->work->index;
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_id id;

    if (qn_revision_parse(ctx, &list->cli->scope, list->with_tree, &revision))
        cli_die_with(list->cli, "tree-ish %s not found.", list->with_tree);
    if (qn_revision_peel(ctx, list->cli->odb, &revision.id, QN_OBJECT_TREE,
                         &id))
        cli_die_with(list->cli, "bad tree-ish %s", list->with_tree);
    qn_revision_dispose(&revision);
    cli_check(list->cli, qn_index_new(ctx, id.algorithm, &other));
    cli_check(list->cli, qn_index_read_tree(ctx, other, list->cli->odb, &id));
    for (size_t i = 0; i < qn_index_count(other); i++) {
        const struct qn_index_entry *entry = qn_index_peek(other, i);
        bool found;

        (void)qn_index_find(index, entry->path, 0, &found);
        if (!found && qn_index_add(ctx, index, entry, false))
            qn_ctx_clear(ctx);
    }
    qn_index_free(other);
}

/* What goes with submodules: their tracked files and no more. */
static void check_recursion(const struct list *list)
{
    if (!list->recurses)
        return;
    if (list->deleted || list->others || list->unmerged || list->killed ||
        list->modified || list->undo || list->with_tree)
        cli_die_with(list->cli,
                     "ls-files --recurse-submodules unsupported mode");
    if (list->error_unmatch)
        cli_die_with(list->cli, "ls-files --recurse-submodules does not "
                                "support --error-unmatch");
}

static void check_options(struct list *list)
{
    if (list->unmerged)
        list->staged = true;
    check_recursion(list);
    if (list->with_tree && list->staged)
        cli_die_with(list->cli, "options '%s' and '%s' cannot be used together",
                     "ls-files --with-tree", "-s/-u");
    if (list->undo && !list->staged && !list->others && !list->deleted &&
        !list->modified && !list->killed)
        return;
    if (!list->staged && !list->deleted && !list->others && !list->modified &&
        !list->killed && !list->undo)
        list->cached = true;
    if (list->ignored && !list->others && !list->cached && !list->staged)
        list->cached = true;
}

static int run(struct cli *cli, struct list *list, int argc, char **argv)
{
    struct cli_work work;
    int code = 0;

    cli_work_open(cli, &work,
                  CLI_WORK_NO_TREE | (list->sparse ? CLI_WORK_KEEP_SPARSE : 0));
    list->work = &work;
    if ((list->deleted || list->modified || list->others || list->killed) &&
        !work.tree.repo)
        cli_die_with(cli, "this operation must be run in a work tree");
    list->pathspec = cli_pathspec(cli, (const char *const *)argv, (size_t)argc,
                                  QN_PATHSPEC_PREFER_CWD);
    if (qn_pathspec_has_attributes(list->pathspec))
        cli_check(cli, qn_attributes_new(cli->ctx, cli->repo,
                                         QN_ATTRIBUTES_WORK_TREE, work.index,
                                         NULL, &list->attributes));
    list->matched =
        qn_memory_calloc(cli->ctx, qn_pathspec_count(list->pathspec) + 1, 1);
    if (list->fsmonitor_bit && work.tree.repo)
        cli_check(cli, qn_fsmonitor_ask(cli->ctx, &work.tree, work.index));
    if (list->with_tree)
        overlay_tree(list);
    if (list->is_json)
        cli_json_begin_list(&list->json, cli);
    if (list->others)
        list_others(list);
    if (list->killed)
        list_killed(list);
    if (list->cached || list->staged || list->deleted || list->modified)
        list_entries(list);
    if (list->undo)
        list_undo(list);
    if (list->is_json)
        cli_json_end_list(&list->json);
    if (list->error_unmatch)
        code = report_unmatched(list);
    qn_memory_free(list->matched);
    qn_pathspec_free(list->pathspec);
    qn_attributes_free(list->attributes);
    qn_filter_free(list->filter);
    qn_ignore_free(list->ignore);
    cli_work_close(&work);
    return code;
}

static int set_empty(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(bool *)option->value = is_negated;
    return 0;
}

int cmd_ls_files(struct cli *cli, int argc, char **argv)
{
    struct list list = {.cli = cli, .abbrev = 0};
    const struct cli_option options[] = {
        CLI_FLAG('z', NULL, &list.nul, "end lines with NUL"),
        CLI_FLAG('t', NULL, &list.tags, "show a letter for each file's state"),
        CLI_FLAG('v', NULL, &list.valid_bit,
                 "lower-case letters for assume-unchanged files"),
        CLI_FLAG('f', NULL, &list.fsmonitor_bit,
                 "lower-case letters for files the monitor knows"),
        CLI_FLAG('c', "cached", &list.cached, "tracked files (default)"),
        CLI_FLAG('d', "deleted", &list.deleted, "deleted files"),
        CLI_FLAG('m', "modified", &list.modified, "modified files"),
        CLI_FLAG('o', "others", &list.others, "untracked files"),
        CLI_FLAG('i', "ignored", &list.ignored, "only ignored files"),
        CLI_FLAG('s', "stage", &list.staged, "mode, id and stage"),
        CLI_FLAG('k', "killed", &list.killed, "files in the way of a checkout"),
        CLI_FLAG(0, "directory", &list.directory,
                 "names of untracked directories, not their files"),
        CLI_FLAG(0, "eol", &list.eol, "line ends of files"),
        {CLI_KIND_CALLBACK, 0, "empty-directory", &list.no_empty, NULL,
         "empty directories, too", CLI_OPTION_NO_ARGUMENT, 0, set_empty},
        CLI_FLAG('u', "unmerged", &list.unmerged, "unmerged files"),
        CLI_FLAG(0, "resolve-undo", &list.undo, "what was unmerged before"),
        {CLI_KIND_LIST, 'x', "exclude", &list.patterns, "pattern",
         "leave out files that match", CLI_OPTION_NO_NEGATE, 0, NULL},
        {CLI_KIND_LIST, 'X', "exclude-from", &list.files, "file",
         "read patterns from a file", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_STRING(0, "exclude-per-directory", &list.per_directory, "file",
                   "read patterns from this file of each directory"),
        CLI_FLAG_WITH(0, "exclude-standard", &list.standard,
                      "the standard ignore files", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "full-name", &list.full_name, "paths from the top",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG(0, "recurse-submodules", &list.recurses,
                 "files of submodules, too"),
        CLI_FLAG(0, "error-unmatch", &list.error_unmatch,
                 "an argument that matches nothing is an error"),
        CLI_STRING(0, "with-tree", &list.with_tree, "tree-ish",
                   "as if files of this tree were still there"),
        CLI_ABBREV(&list.abbrev),
        CLI_FLAG(0, "debug", &list.debug, "show stat data"),
        CLI_FLAG(0, "deduplicate", &list.deduplicate, "each name once"),
        CLI_FLAG(0, "sparse", &list.sparse,
                 "show sparse directories as they are"),
        {CLI_KIND_STRING, 0, "format", &list.format, "format",
         "fields to print", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_JSON(&list.is_json),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    list.terminator = list.nul ? '\0' : '\n';
    if (list.format && (list.staged || list.others || list.killed ||
                        list.undo || list.deduplicate || list.eol || list.tags))
        cli_usage_with(cli, usage, options,
                       "--format cannot be used with -s, -o, -k, -t, "
                       "--resolve-undo, --deduplicate, --eol");
    cli_json_refuse(cli, list.is_json, list.format != NULL, "--format");
    cli_json_refuse(cli, list.is_json, list.undo, "--resolve-undo");
    cli_json_refuse(cli, list.is_json, list.debug, "--debug");
    if (list.ignored && !list.others && !list.cached)
        cli_die_with(cli, "ls-files -i must be used with either -o or -c");
    if (list.ignored && !list.standard && !list.patterns.count &&
        !list.files.count && !list.per_directory)
        cli_die_with(cli, "ls-files --ignored needs some exclude pattern");
    check_options(&list);
    return run(cli, &list, argc, argv);
}
