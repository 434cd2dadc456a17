/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "object/commit.h"
#include "operation/part/log_graph.h"
#include "show/pretty.h"
#include "walk/object_walk.h"
#include "walk/revision_args.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git rev-list [<options>] <commit>... [--] [<path>...]", NULL};

struct listing {
    struct cli *cli;
    struct qn_revision_args args;
    struct qn_pathspec *pathspec;
    struct qn_commit_walk *walk;
    struct qn_object_walk *objects;
    bool counts, quiet, timestamp, abbreviates, header, oneline, nul;
    bool lists_objects, shows_edges, names_objects, in_commit_order;
    int abbrev;         /* -1: the default */
    const char *format; /* --pretty, --format */
    const char *date;
    bool no_commit_header;
    struct qn_pretty_options pretty_options;
    struct qn_pretty *pretty; /* NULL: none of the two was given */
    struct qn_buf text;
    struct qn_object object;
    bool has_disk_usage, is_for_people; /* --disk-usage[=human] */
    uint64_t disk_usage;
    uint64_t left_count, right_count, same_count, object_count;
    struct qn_id *trees; /* of the commits listed, in order */
    size_t tree_count;
    size_t tree_capacity;
};

/* What Git has and this does not, yet. */
static const char *const refused[] = {"--bisect",
                                      "--bisect-vars",
                                      "--bisect-all",
                                      "--unpacked",
                                      "--missing",
                                      "--filter",
                                      "--filter-provided",
                                      "--exclude-promisor",
                                      "--test-bitmap",
                                      "--indexed-objects",

                                      "--show-signature",

                                      NULL};

static bool is_option(const char *word, const char *name)
{
    size_t size = strlen(name);

    return strncmp(word, name, size) == 0 &&
           (word[size] == '\0' || word[size] == '=');
}

static void print_usage_and_exit(struct cli *cli)
{
    const struct cli_option none[] = {CLI_END};

    cli_usage(cli, usage, none);
}

static enum qn_status take_option(struct qn_ctx *ctx, void *data,
                                  const char *const *words, size_t count,
                                  size_t *used)
{
    struct listing *list = data;
    struct flag {
        const char *name;
        bool *value;
        bool set_to;
    } flags[] = {{"--count", &list->counts, true},
                 {"--quiet", &list->quiet, true},
                 {"--timestamp", &list->timestamp, true},
                 {"--header", &list->header, true},
                 {"--abbrev-commit", &list->abbreviates, true},
                 {"--no-abbrev-commit", &list->abbreviates, false},
                 {"--oneline", &list->oneline, true},
                 {"--objects", &list->lists_objects, true},
                 {"--objects-edge", &list->shows_edges, true},
                 {"--objects-edge-aggressive", &list->shows_edges, true},
                 {"--object-names", &list->names_objects, true},
                 {"--no-object-names", &list->names_objects, false},
                 {"--in-commit-order", &list->in_commit_order, true},
                 {"--commit-header", &list->no_commit_header, false},
                 {"--no-commit-header", &list->no_commit_header, true},
                 {"-z", &list->nul, true}};
    const char *word = words[0];
    size_t i;

    (void)count;
    *used = 1;
    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (strcmp(word, flags[i].name) == 0) {
            *flags[i].value = flags[i].set_to;
            if (flags[i].value == &list->shows_edges)
                list->lists_objects = true;
            if (flags[i].value == &list->oneline)
                list->abbreviates = true;
            return QN_OK;
        }
    if (strcmp(word, "--pretty=oneline") == 0 ||
        strcmp(word, "--format=oneline") == 0) {
        list->oneline = true;
        return QN_OK;
    }
    if (strcmp(word, "--pretty") == 0 || strncmp(word, "--pretty=", 9) == 0 ||
        strncmp(word, "--format=", 9) == 0) {
        list->format = word[8] ? word + 9 : "medium";
        return QN_OK;
    }
    if (strncmp(word, "--date=", 7) == 0) {
        list->date = word + 7;
        return QN_OK;
    }
    if (strcmp(word, "--no-abbrev") == 0) {
        list->abbrev = 0;
        return QN_OK;
    }
    if (strcmp(word, "--abbrev") == 0 || strncmp(word, "--abbrev=", 9) == 0) {
        list->abbrev = word[8] ? (int)strtol(word + 9, NULL, 10) : -1;
        return QN_OK;
    }
    if (strcmp(word, "--disk-usage") == 0 ||
        strcmp(word, "--disk-usage=human") == 0) {
        list->has_disk_usage = list->quiet = true;
        list->is_for_people = word[12] != '\0';
        return QN_OK;
    }
    if (is_option(word, "--disk-usage"))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "invalid value for '%s': '%s', the only allowed "
                           "format is 'human'",
                           "--disk-usage=<format>", word + 13);
    if (strcmp(word, "--use-bitmap-index") == 0 ||
        is_option(word, "--progress"))
        return QN_OK;
    for (i = 0; refused[i]; i++)
        if (is_option(word, refused[i]))
            return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                               "option '%s' is not done yet", word);
    *used = 0;
    if (word[0] == '-')
        print_usage_and_exit(list->cli);
    return QN_OK;
}

static void put_short_id(struct listing *list, const struct qn_id *id)
{
    struct cli *cli = list->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(id->algorithm);

    if (list->abbreviates && list->abbrev != 0)
        cli_check(cli,
                  qn_odb_abbreviate(cli->ctx, cli->odb, id,
                                    list->abbrev > 0 ? (size_t)list->abbrev : 0,
                                    &digits));
    cli_write(cli, qn_id_to_hex(id, hex), digits);
}

static void put_mark(struct listing *list, const struct qn_walk_commit *commit)
{
    if (commit->flags & QN_WALK_BOUNDARY)
        cli_put(list->cli, '-');
    else if (commit->flags & QN_WALK_PATCH_SAME)
        cli_put(list->cli, '=');
    else if (list->args.walk.left_right)
        cli_put(list->cli, commit->flags & QN_WALK_LEFT ? '<' : '>');
    else if (list->args.walk.cherry_mark)
        cli_put(list->cli, '+');
}

static struct qn_bytes trim_end(struct qn_bytes line)
{
    while (line.size > 0 && strchr(" \t\r\v\f", line.data[line.size - 1]))
        line.size--;
    return line;
}

/* The first paragraph on one line. */
static void put_subject(struct cli *cli, struct qn_bytes rest)
{
    struct qn_bytes line = QN_BYTES_NONE;

    while (qn_bytes_next(&rest, '\n', &line) && trim_end(line).size == 0)
        ;
    do {
        line = trim_end(line);
        cli_put(cli, ' ');
        cli_write(cli, line.data, line.size);
    } while (qn_bytes_next(&rest, '\n', &line) && trim_end(line).size > 0);
    cli_put(cli, '\n');
}

static void put_message(struct cli *cli, struct qn_bytes rest)
{
    struct qn_bytes line;
    size_t blank = 0;
    bool has_begun = false;

    while (qn_bytes_next(&rest, '\n', &line)) {
        line = trim_end(line);
        if (line.size == 0) { /* not in front, not at the end */
            blank += has_begun;
            continue;
        }
        has_begun = true;
        for (; blank > 0; blank--)
            cli_puts(cli, "    \n");
        cli_puts(cli, "    ");
        cli_write(cli, line.data, line.size);
        cli_put(cli, '\n');
    }
}

/* --oneline and --header: the commit's own words. */
static void put_text(struct listing *list, const struct qn_id *id)
{
    struct cli *cli = list->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   id->algorithm, &commit));
    if (list->oneline) {
        put_subject(cli, commit.message);
    } else {
        cli_put(cli, '\n');
        cli_write(cli, commit.headers.data, commit.headers.size);
        cli_put(cli, '\n');
        put_message(cli, commit.message);
        cli_put(cli, '\0');
    }
    qn_object_dispose(&object);
}

static char mark_of(const struct listing *list,
                    const struct qn_walk_commit *commit)
{
    if (commit->flags & QN_WALK_BOUNDARY)
        return '-';
    if (commit->flags & QN_WALK_PATCH_SAME)
        return '=';
    return commit->flags & QN_WALK_LEFT ? '<' : '>';
}

/* --pretty and --format: what stands below the line of the commit's id. */
static void put_pretty(struct listing *list,
                       const struct qn_walk_commit *commit)
{
    struct cli *cli = list->cli;
    struct qn_commit parsed;
    struct qn_pretty_item item = {.id = &commit->id,
                                  .commit = &parsed,
                                  .parents = commit->parents,
                                  .parent_count = commit->parent_count,
                                  .mark = mark_of(list, commit)};
    struct qn_bytes text;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, &commit->id,
                                     QN_OBJECT_COMMIT, &list->object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&list->object),
                                   commit->id.algorithm, &parsed));
    qn_buf_clear(&list->text);
    cli_check(cli,
              qn_pretty_append(cli->ctx, list->pretty, &item, &list->text));
    text = qn_buf_bytes(&list->text);
    if (list->pretty_options.kind != QN_PRETTY_USER &&
        list->pretty_options.kind != QN_PRETTY_REFERENCE) /* our own line */
        text = qn_bytes_from(text, qn_bytes_find(text, '\n') + 1);
    cli_write(cli, text.data, text.size);
    if (text.size > 0 || list->pretty_options.kind != QN_PRETTY_USER)
        cli_put(cli, list->nul ? '\0' : '\n');
}

static void start_pretty(struct listing *list)
{
    struct cli *cli = list->cli;
    static const struct qn_pretty_options defaults = QN_PRETTY_OPTIONS_INIT;

    if (!list->format)
        return;
    list->pretty_options = defaults;
    cli_check(cli, qn_pretty_parse(cli->ctx, list->format, cli_config(cli),
                                   &list->pretty_options));
    if (list->date) {
        cli_check(cli, qn_date_mode_parse(cli->ctx, list->date, false,
                                          &list->pretty_options.date));
        list->pretty_options.date_is_given = true;
    }
    list->pretty_options.abbrev = list->abbrev;
    list->pretty_options.abbreviates =
        list->args.is_graph && list->abbreviates && list->abbrev != 0;
    list->pretty_options.subject_prefix = "";
    list->pretty_options.tab_width = 0;
    cli_check(cli, qn_pretty_new(cli->ctx, cli->odb, &list->pretty_options,
                                 &list->pretty));
}

static void put_commit(struct listing *list,
                       const struct qn_walk_commit *commit)
{
    struct cli *cli = list->cli;
    uint32_t i;

    if (list->counts) {
        if (commit->flags & QN_WALK_PATCH_SAME)
            list->same_count++;
        else if (commit->flags & QN_WALK_LEFT)
            list->left_count++;
        else
            list->right_count++;
        return;
    }
    if (list->timestamp)
        cli_printf(cli, "%lld ", (long long)commit->time);
    if (list->pretty && list->no_commit_header &&
        list->pretty_options.kind == QN_PRETTY_USER)
        return;
    if (list->pretty)
        cli_puts(cli, "commit ");
    put_mark(list, commit);
    put_short_id(list, &commit->id);
    for (i = 0; list->args.shows_parents && i < commit->parent_count; i++) {
        cli_put(cli, ' ');
        cli_put_id(cli, &commit->parents[i]);
    }
}

static void end_commit(struct listing *list,
                       const struct qn_walk_commit *commit)
{
    if (list->counts)
        return;
    if (list->pretty) {
        if (!list->no_commit_header ||
            list->pretty_options.kind != QN_PRETTY_USER)
            cli_put(list->cli, '\n');
        put_pretty(list, commit);
    } else if (list->oneline || list->header)
        put_text(list, &commit->id);
    else
        cli_put(list->cli, list->nul ? '\0' : '\n');
}

/* ---- --disk-usage */

static enum qn_status add_disk_usage(struct listing *list,
                                     const struct qn_id *id)
{
    struct qn_odb_info info;
    enum qn_status status;

    if (!list->has_disk_usage)
        return QN_OK;
    status = qn_odb_read_info(list->cli->ctx, list->cli->odb, id,
                              QN_ODB_WANT_DISK_SIZE, &info);
    if (!status)
        list->disk_usage += info.disk_size;
    return status;
}

static void put_disk_usage(const struct listing *list)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    uint64_t size = list->disk_usage;
    size_t i;

    if (!list->is_for_people) {
        cli_printf(list->cli, "%llu\n", (unsigned long long)size);
        return;
    }
    for (i = QN_COUNT_OF(units); i > 0; i--)
        if (size > (uint64_t)1 << (10 * i)) {
            uint64_t half = ((uint64_t)1 << (10 * i)) / 200; /* of 0.01 */
            uint64_t whole = (size + half) >> (10 * i);
            uint64_t part = (size + half) & (((uint64_t)1 << (10 * i)) - 1);

            cli_printf(list->cli, "%llu.%02llu %s\n", (unsigned long long)whole,
                       (unsigned long long)((part * 100) >> (10 * i)),
                       units[i - 1]);
            return;
        }
    cli_printf(list->cli, "%llu %s\n", (unsigned long long)size,
               size == 1 ? "byte" : "bytes");
}

/* ---- objects */

static enum qn_status put_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_walk_object *object)
{
    struct listing *list = data;
    struct cli *cli = list->cli;

    (void)ctx;
    list->object_count++;
    if (list->has_disk_usage)
        return add_disk_usage(list, &object->id);
    if (list->counts || list->quiet)
        return QN_OK;
    cli_put_id(cli, &object->id);
    if (list->nul) {
        cli_put(cli, '\0');
        if (list->names_objects && object->path.size > 0) {
            cli_puts(cli, "path=");
            cli_write(cli, object->path.data, object->path.size);
            cli_put(cli, '\0');
        }
        return QN_OK;
    }
    if (list->names_objects) { /* a name ends at its first line feed */
        size_t size = qn_bytes_find(object->path, '\n');

        cli_put(cli, ' ');
        cli_write(cli, object->path.data, size);
    }
    cli_put(cli, '\n');
    return QN_OK;
}

/* A tag and the tags it points to, by the names in them. */
static enum qn_status put_tags(struct listing *list,
                               const struct qn_revision_tip *tip)
{
    struct cli *cli = list->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id id = tip->id;
    enum qn_status status = QN_OK;
    bool is_new;

    while (!status && !qn_id_is_equal(&id, &tip->target)) {
        struct qn_walk_object row = {.type = QN_OBJECT_TAG, .id = id};
        struct qn_tag tag;

        status = qn_odb_read(cli->ctx, cli->odb, &id, &object);
        if (!status)
            status = qn_tag_parse(cli->ctx, qn_object_bytes(&object),
                                  id.algorithm, &tag);
        if (!status)
            status = qn_object_walk_see(cli->ctx, list->objects, &id, &is_new);
        if (status)
            break;
        row.path = tag.name;
        if (is_new && !(tip->flags & QN_WALK_UNINTERESTING))
            status = put_object(cli->ctx, list, &row);
        id = tag.object;
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status exclude_tips(struct listing *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status =
        qn_commit_walk_exclude_trees(ctx, list->walk, list->objects);
    bool is_new;
    size_t i;

    for (i = 0; i < list->args.count && !status; i++) {
        const struct qn_revision_tip *tip = &list->args.tips[i];

        if (!(tip->flags & QN_WALK_UNINTERESTING))
            continue;
        if (!qn_id_is_equal(&tip->id, &tip->target))
            status = put_tags(list, tip);
        if (!status && tip->type == QN_OBJECT_TREE)
            status = qn_object_walk_exclude(ctx, list->objects, &tip->target);
        else if (!status && tip->type == QN_OBJECT_BLOB)
            status =
                qn_object_walk_see(ctx, list->objects, &tip->target, &is_new);
    }
    return status;
}

static enum qn_status list_tips(struct listing *list)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status = QN_OK;
    bool is_new;
    size_t i;

    for (i = 0; i < list->args.count && !status; i++) {
        const struct qn_revision_tip *tip = &list->args.tips[i];
        struct qn_bytes path = qn_bytes_from_string(tip->path);

        if (tip->flags & QN_WALK_UNINTERESTING)
            continue;
        status = put_tags(list, tip);
        if (!status && tip->type == QN_OBJECT_TREE) {
            status = qn_object_walk_list(ctx, list->objects, &tip->target, path,
                                         put_object, list);
        } else if (!status && tip->type == QN_OBJECT_BLOB) {
            struct qn_walk_object row = {
                .type = QN_OBJECT_BLOB, .id = tip->target, .path = path};

            status =
                qn_object_walk_see(ctx, list->objects, &tip->target, &is_new);
            if (!status && is_new)
                status = put_object(ctx, list, &row);
        }
    }
    return status;
}

static enum qn_status list_objects(struct listing *list)
{
    enum qn_status status = list_tips(list);
    size_t i;

    for (i = 0; i < list->tree_count && !status; i++)
        status =
            qn_object_walk_list(list->cli->ctx, list->objects, &list->trees[i],
                                QN_BYTES_NONE, put_object, list);
    return status;
}

static enum qn_status keep_tree(struct listing *list,
                                const struct qn_walk_commit *commit)
{
    struct qn_ctx *ctx = list->cli->ctx;
    enum qn_status status;

    if (list->in_commit_order)
        return qn_object_walk_list(ctx, list->objects, &commit->tree,
                                   QN_BYTES_NONE, put_object, list);
    status = qn_memory_grow(ctx, &list->trees, &list->tree_capacity,
                            list->tree_count + 1, sizeof(*list->trees));
    if (!status)
        list->trees[list->tree_count++] = commit->tree;
    return status;
}

static void put_edges(struct listing *list)
{
    size_t next = 0;
    struct qn_id id;
    enum qn_status status;

    while (!(status =
                 qn_commit_walk_edge(list->cli->ctx, list->walk, &next, &id))) {
        cli_put(list->cli, '-');
        cli_put_id(list->cli, &id);
        cli_put(list->cli, '\n');
    }
    if (status != QN_END)
        cli_die(list->cli);
}

/* ---- commits */

static void put_children(struct listing *list,
                         const struct qn_walk_commit *commit)
{
    const struct qn_id *children;
    size_t count;
    size_t i;

    cli_check(list->cli,
              qn_commit_walk_children(list->cli->ctx, list->walk,
                                      commit->position, &children, &count));
    for (i = 0; i < count; i++) {
        cli_put(list->cli, ' ');
        cli_put_id(list->cli, &children[i]);
    }
}

static enum qn_status list_commits(struct listing *list)
{
    struct qn_walk_commit commit;
    enum qn_status status;

    while (
        !(status = qn_commit_walk_next(list->cli->ctx, list->walk, &commit))) {
        if (!list->quiet) {
            put_commit(list, &commit);
            if (list->args.shows_children && !list->counts)
                put_children(list, &commit);
            end_commit(list, &commit);
        }
        status = add_disk_usage(list, &commit.id);
        if (status)
            break;
        if (list->lists_objects && !(commit.flags & QN_WALK_UNINTERESTING)) {
            status = keep_tree(list, &commit);
            if (status)
                break;
        }
    }
    return status;
}

/* ---- --graph */

/* Below the mark: what end_commit and put_commit print, into a buffer. */
static enum qn_status append_row(struct listing *list,
                                 const struct qn_log_graph_row *row,
                                 const struct qn_id *parents)
{
    struct cli *cli = list->cli;
    struct qn_ctx *ctx = cli->ctx;
    bool is_user = list->pretty && list->pretty_options.kind == QN_PRETTY_USER;
    struct qn_commit parsed;
    struct qn_pretty_item item = {.id = &row->id,
                                  .commit = &parsed,
                                  .parents = parents,
                                  .parent_count = row->parent_count};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(row->id.algorithm);
    enum qn_status status = QN_OK;
    uint32_t i;

    qn_buf_clear(&list->text);
    if (!list->pretty || (is_user && !list->no_commit_header)) {
        if (list->abbreviates && list->abbrev != 0)
            status = qn_odb_abbreviate(
                ctx, cli->odb, &row->id,
                list->abbrev > 0 ? (size_t)list->abbrev : 0, &digits);
        qn_id_to_hex(&row->id, hex);
        if (!status)
            status = qn_buf_printf(ctx, &list->text, "%s%.*s",
                                   is_user ? "commit " : "", (int)digits, hex);
        for (i = 0; list->args.shows_parents && i < row->parent_count; i++)
            if (!status)
                status = qn_buf_printf(ctx, &list->text, " %s",
                                       qn_id_to_hex(&parents[i], hex));
        if (!status)
            status = qn_buf_append_byte(ctx, &list->text, '\n');
    }
    if (status || !list->pretty)
        return status;
    status = qn_odb_read_typed(ctx, cli->odb, &row->id, QN_OBJECT_COMMIT,
                               &list->object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&list->object),
                                 row->id.algorithm, &parsed);
    if (!status)
        status = qn_pretty_append(ctx, list->pretty, &item, &list->text);
    if (!status)
        status = qn_buf_append_byte(ctx, &list->text, '\n');
    return status;
}

static char graph_mark(const struct listing *list, unsigned flags)
{
    if (flags & QN_WALK_BOUNDARY)
        return 'o';
    if (flags & QN_WALK_PATCH_SAME)
        return '=';
    if (list->args.walk.left_right)
        return flags & QN_WALK_LEFT ? '<' : '>';
    return list->args.walk.cherry_mark ? '+' : '*';
}

static enum qn_status list_graph(struct listing *list)
{
    struct cli *cli = list->cli;
    struct qn_ctx *ctx = cli->ctx;
    struct qn_log_graph_options options = {.has_color = false};
    struct qn_log_graph *graph = NULL;
    const struct qn_log_graph_row *row;
    const struct qn_id *parents;
    struct qn_buf drawing = QN_BUF_INIT;
    enum qn_status status;
    size_t i;

    options.algorithm = qn_odb_algorithm(cli->odb);
    options.first_parent_only = list->args.walk.first_parent_only;
    status =
        qn_log_graph_new(ctx, qn_log_graph_walk, list->walk, &options, &graph);
    for (i = 0; !status && qn_log_graph_at(graph, i, &row, &parents); i++) {
        qn_buf_clear(&drawing);
        status = append_row(list, row, parents);
        if (!status)
            status =
                qn_log_graph_draw(ctx, graph, i, graph_mark(list, row->flags),
                                  qn_buf_bytes(&list->text), false, &drawing);
        if (!status)
            cli_write(cli, drawing.data, drawing.size);
    }
    qn_buf_dispose(&drawing);
    qn_log_graph_free(graph);
    return status;
}

static void put_counts(struct listing *list)
{
    const struct qn_walk_options *walk = &list->args.walk;

    if (walk->left_right && walk->cherry_mark)
        cli_printf(list->cli, "%llu\t%llu\t%llu\n",
                   (unsigned long long)list->left_count,
                   (unsigned long long)list->right_count,
                   (unsigned long long)list->same_count);
    else if (walk->left_right)
        cli_printf(list->cli, "%llu\t%llu\n",
                   (unsigned long long)list->left_count,
                   (unsigned long long)list->right_count);
    else
        cli_printf(list->cli, "%llu\n",
                   (unsigned long long)(list->left_count + list->right_count +
                                        list->object_count));
}

static enum qn_status run_listing(struct listing *list,
                                  struct qn_revision_filter **filter)
{
    struct qn_ctx *ctx = list->cli->ctx;
    struct qn_revision_args *args = &list->args;
    enum qn_status status = QN_OK;

    if (args->pattern_count > 0) {
        status = qn_revision_filter_new(ctx, &list->cli->scope, args, filter);
        args->walk.filter = qn_revision_filter_ask;
        args->walk.filter_data = *filter;
    }
    if (!status && args->path_count > 0)
        status = qn_pathspec_new(ctx, args->paths, args->path_count,
                                 cli_prefix(list->cli),
                                 qn_repo_work_tree(list->cli->repo),
                                 list->cli->pathspec_flags, &list->pathspec);
    args->walk.pathspec = list->pathspec;
    args->walk.tracks_children = args->shows_children;
    args->walk.gives_ids_only = !list->lists_objects && !list->pretty &&
                                !args->shows_parents && !args->is_graph;
    if (!status)
        status = qn_commit_walk_new(ctx, &list->cli->scope, &args->walk,
                                    &list->walk);
    if (!status)
        status = qn_revision_args_start(ctx, args, list->walk);
    if (!status && list->lists_objects) {
        const struct qn_object_walk_options options = {.pathspec =
                                                           list->pathspec};

        status =
            qn_object_walk_new(ctx, list->cli->odb, &options, &list->objects);
        if (!status)
            status = exclude_tips(list);
        if (!status && list->shows_edges)
            put_edges(list);
    }
    if (!status)
        status = args->is_graph ? list_graph(list) : list_commits(list);
    if (status == QN_END && list->lists_objects)
        status = list_objects(list);
    return status == QN_END ? QN_OK : status;
}

/* What Git's rev-list does with both is not done yet. */
static void refuse_beside_graph(const struct listing *list)
{
    if (list->args.is_graph &&
        (list->counts || list->quiet || list->timestamp || list->header ||
         list->lists_objects || list->args.shows_children ||
         list->no_commit_header))
        cli_die_with(list->cli, "option '--graph' together with this one is "
                                "not done yet");
}

/* Looked for first: to the other commands --bisect names refs. */
static void refuse_bisect(struct cli *cli, int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--bisect") == 0 ||
            strcmp(argv[i], "--bisect-vars") == 0 ||
            strcmp(argv[i], "--bisect-all") == 0)
            cli_die_with(cli, "option '%s' is not done yet", argv[i]);
}

int cmd_rev_list(struct cli *cli, int argc, char **argv)
{
    struct listing list = {.cli = cli, .names_objects = true, .abbrev = -1};
    struct qn_revision_filter *filter = NULL;

    if (argc < 2)
        print_usage_and_exit(cli);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    refuse_bisect(cli, argc, argv);
    qn_revision_args_init(&list.args);
    list.args.input_fd = 0;
    cli_check(cli,
              qn_revision_args_parse(cli->ctx, &cli->scope, &list.args,
                                     (const char *const *)argv + 1,
                                     (size_t)argc - 1, take_option, &list));
    if (!list.args.has_revision && list.args.count == 0)
        print_usage_and_exit(cli);
    if (list.args.shows_children &&
        (list.args.shows_parents || list.args.walk.simplify_merges ||
         list.args.walk.simplify_by_decoration))
        cli_die_with(cli, "options '--parents' and '--children' cannot be used "
                          "together");
    if (list.nul &&
        (list.format || list.oneline || list.header || list.args.is_graph))
        cli_die_with(cli, "-z option used with unsupported option");
    refuse_beside_graph(&list);
    if (list.args.is_graph && list.oneline && !list.format)
        list.format = "oneline";
    start_pretty(&list);
    cli_check(cli, run_listing(&list, &filter));
    if (list.has_disk_usage)
        put_disk_usage(&list);
    else if (list.counts)
        put_counts(&list);
    qn_pretty_free(list.pretty);
    qn_buf_dispose(&list.text);
    qn_object_dispose(&list.object);
    qn_revision_filter_free(filter);
    qn_commit_walk_free(list.walk);
    qn_object_walk_free(list.objects);
    qn_pathspec_free(list.pathspec);
    qn_revision_args_dispose(&list.args);
    qn_memory_free(list.trees);
    return 0;
}
