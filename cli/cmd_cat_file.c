/* SPDX-License-Identifier: MIT */
#include "cli/cat_file.h"
#include "cli/cli.h"
#include "cli/work.h"
#include "object/tree.h"
#include "walk/mailmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_SIZE 65536

static const char *const usage[] = {
    "git cat-file <type> <object>", "git cat-file (-e | -p | -t | -s) <object>",
    "git cat-file --filters [<rev>:<path> | --path=<path> <rev>]",
    "git cat-file (--batch | --batch-check | --batch-command) "
    "[--batch-all-objects]\n"
    "                    [--buffer] [--unordered] [-z | -Z]",
    NULL};

enum mode {
    MODE_NONE = 0,
    MODE_EXISTS = 'e',
    MODE_PRINT = 'p',
    MODE_TYPE = 't',
    MODE_SIZE = 's',
    MODE_TEXTCONV = 'c',
    MODE_FILTERS = 'w'
};

struct cat_file {
    int mode;
    const char *path;
    struct cli_cat_file batch;
    bool ignored, nul_in, nul_both, has_buffer, no_buffer, follows_symlinks;
};

static int set_batch(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct cat_file *c = option->value;

    (void)is_negated;
    if (c->batch.batch != CLI_CAT_NONE) {
        cli_error(cli, "only one batch option may be specified");
        return -1;
    }
    c->batch.batch = (enum cli_cat_batch)option->number;
    c->batch.format = argument;
    return 0;
}

static int set_buffer(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cat_file *c = option->value;

    (void)cli;
    (void)argument;
    c->has_buffer = !is_negated;
    c->no_buffer = is_negated;
    return 0;
}

/* --------------------------------------------------------------------- output
 */

static void print_tree(struct cli *cli, struct qn_bytes tree)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    struct qn_id id;
    enum qn_status status;

    qn_tree_reader_init(&reader, tree, qn_odb_algorithm(cli->odb));
    while ((status = qn_tree_reader_next(cli->ctx, &reader, &entry)) == QN_OK) {
        qn_id_from_row(&id, reader.algorithm, entry.id);
        cli_printf(cli, "%06o %s ", entry.mode,
                   qn_object_type_name(qn_mode_object_type(entry.mode)));
        cli_put_id(cli, &id);
        cli_put(cli, '\t');
        cli_put_path(cli, entry.name, true, '\n');
    }
    if (status != QN_END)
        cli_die(cli);
}

/* ---------------------------------------------------------------- one object
 */

static void find(struct cli *cli, const char *name, enum qn_object_type wanted,
                 struct qn_revision *revision)
{
    enum qn_status status;

    revision->wanted = wanted;
    /* git 2.55 searches no message here (but --batch does). */
    if (strncmp(name, ":/", 2) == 0)
        cli_die_with(cli, "Not a valid object name %s", name);
    status = qn_revision_parse(cli->ctx, &cli->scope, name, revision);
    if (!status)
        return;
    if ((status != QN_NOT_FOUND && status != QN_AMBIGUOUS) ||
        strcmp(qn_ctx_reason(cli->ctx), "revision.path") == 0)
        cli_die(cli);
    cli_die_with(cli, "Not a valid object name %s", name);
}

static int show_content(struct cli *cli, struct cat_file *c, const char *name)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    const char *path;

    find(cli, name, QN_OBJECT_NONE, &revision);
    path = c->path ? c->path : qn_buf_string(&revision.path);
    if (!c->path && !revision.has_path)
        cli_die_with(cli, "<object>:<path> required, only <object> '%s' given",
                     name);
    if (qn_odb_read(cli->ctx, cli->odb, &revision.id, &object))
        cli_die_with(cli, "git cat-file --%s: unable to read %s",
                     c->mode == MODE_FILTERS ? "filters" : "textconv", name);
    if (c->mode == MODE_FILTERS && object.type == QN_OBJECT_BLOB)
        cli_cat_file_filtered(cli, path, &revision.id,
                              qn_object_bytes(&object));
    else if (c->mode == MODE_TEXTCONV && object.type == QN_OBJECT_BLOB)
        cli_cat_file_converted(cli, path, qn_object_bytes(&object));
    else
        cli_write(cli, object.data.data, object.data.size);
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    return 0;
}

/* The content of a commit or tag with its names mapped; of others as it is. */
static struct qn_bytes mapped(struct cli *cli, const struct qn_object *object,
                              struct qn_buf *room)
{
    struct qn_mailmap *mailmap = NULL;

    if (object->type != QN_OBJECT_COMMIT && object->type != QN_OBJECT_TAG)
        return qn_object_bytes(object);
    cli_cat_file_mapped(cli, cli_cat_file_mailmap(cli, &mailmap),
                        qn_object_bytes(object), room);
    qn_mailmap_free(mailmap);
    return qn_buf_bytes(room);
}

static void put_content(struct cli *cli, const struct qn_object *object,
                        bool maps)
{
    struct qn_buf room = QN_BUF_INIT;
    struct qn_bytes content =
        maps ? mapped(cli, object, &room) : qn_object_bytes(object);

    cli_write(cli, content.data, content.size);
    qn_buf_dispose(&room);
}

static void put_mapped_size(struct cli *cli, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf room = QN_BUF_INIT;

    cli_check(cli, qn_odb_read(cli->ctx, cli->odb, id, &object));
    cli_printf(cli, "%zu\n", mapped(cli, &object, &room).size);
    qn_buf_dispose(&room);
    qn_object_dispose(&object);
}

/* What is promised and cannot be had ends the program, whoever asks. */
static enum qn_status read_info(struct cli *cli, const struct qn_id *id,
                                struct qn_odb_info *info)
{
    enum qn_status status = qn_odb_read_info(
        cli->ctx, cli->odb, id, QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, info);

    if (status == QN_PROMISED)
        cli_die(cli);
    return status;
}

/* A blob above core.bigFileThreshold goes out in pieces. */
static bool put_large(struct cli *cli, const struct qn_id *id)
{
    struct qn_odb_stream *stream = NULL;
    struct qn_buf piece = QN_BUF_INIT;
    struct qn_odb_info info;
    enum qn_object_type type;
    int64_t threshold = 0;
    uint64_t size = 0;
    size_t got = 1;

    cli_check(cli,
              qn_config_int64(cli->ctx, cli_config(cli),
                              "core.bigFileThreshold", 512 << 20, &threshold));
    if (read_info(cli, id, &info)) {
        qn_ctx_clear(cli->ctx); /* reading says what is wrong */
        return false;
    }
    if (info.type != QN_OBJECT_BLOB || info.size < (uint64_t)threshold)
        return false;
    cli_check(
        cli, qn_odb_stream_open(cli->ctx, cli->odb, id, &type, &size, &stream));
    cli_check(cli, qn_buf_reserve(cli->ctx, &piece, PIECE_SIZE));
    while (got > 0) {
        cli_check(cli, qn_odb_stream_read(cli->ctx, stream, piece.data,
                                          PIECE_SIZE, &got));
        cli_write(cli, piece.data, got);
    }
    qn_odb_stream_close(stream);
    qn_buf_dispose(&piece);
    return true;
}

static int print_object(struct cli *cli, const char *name,
                        const struct qn_id *id, bool maps)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;

    if (put_large(cli, id))
        return 0;
    status = qn_odb_read(cli->ctx, cli->odb, id, &object);
    if (status == QN_NOT_FOUND)
        cli_die_with(cli, "Not a valid object name %s", name);
    if (status)
        cli_die(cli);
    if (object.type == QN_OBJECT_TREE)
        print_tree(cli, qn_object_bytes(&object));
    else
        put_content(cli, &object, maps);
    qn_object_dispose(&object);
    return 0;
}

static int show_one(struct cli *cli, int mode, const char *name, bool maps)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_odb_info info;
    bool exists = false;
    int code = 0;

    find(cli, name, QN_OBJECT_NONE, &revision);
    if (mode == MODE_EXISTS) {
        if (read_info(cli, &revision.id, &info)) /* what is promised comes */
            qn_ctx_clear(cli->ctx);
        cli_check(cli,
                  qn_odb_exists(cli->ctx, cli->odb, &revision.id, &exists));
        code = exists ? 0 : 1;
    } else if (mode == MODE_PRINT) {
        code = print_object(cli, name, &revision.id, maps);
    } else {
        if (read_info(cli, &revision.id,
                      &info)) { /* what is wrong with it was reported */
            code = cli_fatal(cli, "git cat-file: could not get object info");
        } else if (mode == MODE_TYPE) {
            cli_printf(cli, "%s\n", qn_object_type_name(info.type));
        } else if (maps && (info.type == QN_OBJECT_COMMIT ||
                            info.type == QN_OBJECT_TAG)) {
            put_mapped_size(cli, &revision.id);
        } else {
            cli_printf(cli, "%llu\n", (unsigned long long)info.size);
        }
    }
    qn_revision_dispose(&revision);
    return code;
}

static int show_typed(struct cli *cli, const char *type_name, const char *name,
                      bool maps)
{
    enum qn_object_type type =
        qn_object_type_from_name(qn_bytes_from_string(type_name));
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id id;

    if (type == QN_OBJECT_NONE)
        cli_die_with(cli, "invalid object type \"%s\"", type_name);
    find(cli, name, type, &revision);
    if (type == QN_OBJECT_BLOB && put_large(cli, &revision.id)) {
        qn_revision_dispose(&revision);
        return 0;
    }
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, type, &id) ||
        qn_odb_read_typed(cli->ctx, cli->odb, &id, type, &object)) {
        if (qn_ctx_status(cli->ctx) == QN_CORRUPT)
            cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_die_with(cli, "git cat-file %s: bad file", name);
    }
    put_content(cli, &object, maps);
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    return 0;
}

/* --------------------------------------------------------------------- checks
 */

static void refuse(struct cli *cli, const struct cli_option *options,
                   const char *format, const char *what)
{
    char text[256];

    snprintf(text, sizeof(text), format, what);
    cli_usage_with(cli, usage, options, text);
}

static const char *mode_name(int mode)
{
    return mode == MODE_EXISTS     ? "-e"
           : mode == MODE_PRINT    ? "-p"
           : mode == MODE_TYPE     ? "-t"
           : mode == MODE_SIZE     ? "-s"
           : mode == MODE_TEXTCONV ? "--textconv"
                                   : "--filters";
}

static void check_arguments(struct cli *cli, const struct cat_file *c,
                            const struct cli_option *options, int argc)
{
    char text[128];
    bool is_content = c->mode == MODE_TEXTCONV || c->mode == MODE_FILTERS;

    if (c->batch.batch != CLI_CAT_NONE) {
        if (c->mode && !is_content)
            refuse(cli, options, "'%s' is incompatible with batch mode",
                   mode_name(c->mode));
        if (argc > 0)
            refuse(cli, options, "%s", "batch modes take no arguments");
        return;
    }
    if (c->batch.all_objects)
        refuse(cli, options, "'%s' requires a batch mode",
               "--batch-all-objects");
    if (c->has_buffer)
        refuse(cli, options, "'%s' requires a batch mode", "--buffer");
    if (c->follows_symlinks)
        refuse(cli, options, "'%s' requires a batch mode", "--follow-symlinks");
    if (c->nul_in)
        refuse(cli, options, "'%s' requires a batch mode", "-z");
    if (c->nul_both)
        refuse(cli, options, "'%s' requires a batch mode", "-Z");
    if (c->path && !is_content)
        refuse(cli, options, "'%s' needs '--filters' or '--textconv'",
               "--path=<path|tree-ish>");
    if (!c->mode) {
        if (argc == 0)
            cli_usage(cli, usage, options);
        if (argc != 2) {
            snprintf(text, sizeof(text),
                     "only two arguments allowed in <type> <object> mode, not "
                     "%d",
                     argc);
            cli_usage_with(cli, usage, options, text);
        }
        return;
    }
    if (argc == 0) {
        snprintf(text, sizeof(text), "<%s> required with '%s'",
                 is_content ? "rev" : "object", mode_name(c->mode));
        cli_usage_with(cli, usage, options, text);
    }
    if (argc > 1)
        cli_usage_with(cli, usage, options, "too many arguments");
}

/* Two of them are combined, which is not understood here. */
static int take_filter(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    const char **filter = option->value;

    (void)cli;
    *filter = is_negated ? NULL : *filter ? "combine:tree:0+tree:0" : argument;
    return 0;
}

int cmd_cat_file(struct cli *cli, int argc, char **argv)
{
    struct cat_file c = {0};
    const struct cli_option options[] = {
        CLI_GROUP("One object"),
        CLI_MODE('e', NULL, &c.mode, MODE_EXISTS, "exit 0 if it exists"),
        CLI_MODE('p', NULL, &c.mode, MODE_PRINT, "its content, for reading"),
        CLI_MODE('t', NULL, &c.mode, MODE_TYPE, "its type"),
        CLI_MODE('s', NULL, &c.mode, MODE_SIZE, "its size"),
        CLI_FLAG_WITH(0, "allow-unknown-type", &c.ignored, "nothing",
                      CLI_OPTION_HIDDEN),
        CLI_FLAG(0, "use-mailmap", &c.batch.uses_mailmap, "mapped names"),
        CLI_FLAG_WITH(0, "mailmap", &c.batch.uses_mailmap, "the same",
                      CLI_OPTION_ALIAS),
        CLI_GROUP("Many objects, named on stdin"),
        {CLI_KIND_CALLBACK, 0, "batch", &c, "format", "line and content",
         CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, CLI_CAT_CONTENT,
         set_batch},
        {CLI_KIND_CALLBACK, 0, "batch-check", &c, "format", "only the line",
         CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, CLI_CAT_CHECK, set_batch},
        CLI_FLAG_WITH('z', NULL, &c.nul_in, "stdin is NUL-terminated", 0),
        CLI_FLAG_WITH('Z', NULL, &c.nul_both, "stdin and stdout are", 0),
        {CLI_KIND_CALLBACK, 0, "batch-command", &c, "format",
         "commands on stdin", CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE,
         CLI_CAT_COMMAND, set_batch},
        CLI_FLAG_WITH(0, "batch-all-objects", &c.batch.all_objects,
                      "every object, instead of stdin", CLI_OPTION_NO_NEGATE),
        CLI_CALLBACK(0, "buffer", &c, NULL, "write in large pieces",
                     CLI_OPTION_NO_ARGUMENT, set_buffer),
        CLI_FLAG(0, "follow-symlinks", &c.follows_symlinks,
                 "follow symbolic links in the tree"),
        CLI_FLAG(0, "unordered", &c.batch.is_unordered,
                 "in the order in which it is fastest"),
        CLI_GROUP("Content as the work tree would have it"),
        CLI_MODE(0, "textconv", &c.mode, MODE_TEXTCONV,
                 "as its diff driver shows it"),
        CLI_MODE(0, "filters", &c.mode, MODE_FILTERS, "smudged, line ends"),
        CLI_STRING(0, "path", &c.path, "path", "attributes of this path"),
        CLI_CALLBACK(0, "filter", &c.batch.filter, "filter-spec",
                     "leave out what a filter does", 0, take_filter),
        CLI_JSON(&c.batch.is_json),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (c.batch.filter && c.batch.batch == CLI_CAT_NONE) {
        cli_stderr(cli, "usage: objects filter only supported in batch mode\n");
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    check_arguments(cli, &c, options, argc);
    if (c.batch.is_json && c.batch.batch != CLI_CAT_CHECK)
        cli_die_with(cli, "'--json' needs '--batch-check'");
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    if (c.batch.batch != CLI_CAT_NONE) {
        c.batch.is_filtered = c.mode == MODE_FILTERS;
        c.batch.is_converted = c.mode == MODE_TEXTCONV;
        c.batch.follows_symlinks = c.follows_symlinks;
        c.batch.in_end = c.nul_in || c.nul_both ? '\0' : '\n';
        c.batch.out_end = c.nul_both ? '\0' : '\n';
        c.batch.is_buffered =
            c.has_buffer || (c.batch.all_objects && !c.no_buffer);
        return cli_cat_file_batch(cli, &c.batch);
    }
    if (c.mode == MODE_FILTERS || c.mode == MODE_TEXTCONV)
        return show_content(cli, &c, argv[0]);
    if (c.mode)
        return show_one(cli, c.mode, argv[0], c.batch.uses_mailmap);
    return show_typed(cli, argv[0], argv[1], c.batch.uses_mailmap);
}
