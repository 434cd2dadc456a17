/* SPDX-License-Identifier: MIT */
/* cat-file --batch, --batch-check, --batch-command.
 *
 * All objects go through the bulk reader (parallel, handed over in order);
 * names from stdin are answered one by one.
 */
#include "cli/cat_file.h"
#include "cli/cli.h"
#include "cli/json_output.h"
#include "cli/work.h"
#include "hash/id_map.h"
#include "object/filter_spec.h"
#include "object/tree.h"
#include "odb/odb_bulk.h"
#include "operation/part/connected.h"
#include "walk/mailmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_PIECE ((size_t)64 * 1024)

enum atom {
    ATOM_TEXT,
    ATOM_NAME,
    ATOM_TYPE,
    ATOM_SIZE,
    ATOM_DISK_SIZE,
    ATOM_DELTA_BASE,
    ATOM_REST,
    ATOM_MODE
};

struct piece {
    enum atom atom;
    struct qn_bytes text;
};

struct batch {
    struct cli_json json;
    struct cli *cli;
    const struct cli_cat_file *options;
    struct piece *pieces;
    size_t count;
    size_t capacity;
    unsigned want;
    bool is_default; /* "%(objectname) %(objecttype) %(objectsize)" */
    bool has_rest;
    struct qn_object object;
    uint8_t *rows;
    size_t row_count;
    size_t row_capacity;
    size_t row_size;
    struct qn_id_map seen; /* of --unordered */
    struct qn_buf stream;
    struct qn_mailmap *mailmap; /* made when first needed */
    struct qn_buf mapped;
    bool maps;                /* --use-mailmap, or the command */
    enum qn_object_type only; /* --filter=object:type; or none */
    bool has_limit;           /* --filter=blob:none, blob:limit */
    uint64_t limit;
};

/* One object and what its line may say of it. */
struct answer {
    const struct qn_id *id;
    const struct qn_odb_info *info;
    const char *rest;
    uint32_t mode;
};

/* -------------------------------------------------------------------- formats
 */

static void add_piece(struct batch *b, enum atom atom, const char *text,
                      size_t size)
{
    if (atom == ATOM_TEXT && size == 0)
        return;
    cli_check(b->cli, qn_memory_grow(b->cli->ctx, &b->pieces, &b->capacity,
                                     b->count + 1, sizeof(*b->pieces)));
    b->pieces[b->count++] = (struct piece){atom, qn_bytes_make(text, size)};
}

static enum atom find_atom(struct batch *b, struct qn_bytes name)
{
    static const struct {
        const char *name;
        enum atom atom;
        unsigned want;
    } atoms[] = {{"objectname", ATOM_NAME, 0},
                 {"objecttype", ATOM_TYPE, QN_ODB_WANT_TYPE},
                 {"objectsize", ATOM_SIZE, QN_ODB_WANT_SIZE},
                 {"objectsize:disk", ATOM_DISK_SIZE, QN_ODB_WANT_DISK_SIZE},
                 {"deltabase", ATOM_DELTA_BASE, QN_ODB_WANT_DELTA_BASE},
                 {"rest", ATOM_REST, 0},
                 {"objectmode", ATOM_MODE, 0}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(atoms); i++)
        if (qn_bytes_is_string(name, atoms[i].name)) {
            b->want |= atoms[i].want;
            if (atoms[i].atom == ATOM_REST)
                b->has_rest = true;
            return atoms[i].atom;
        }
    return ATOM_TEXT;
}

static void parse_format(struct batch *b, const char *format)
{
    const char *start = format;
    const char *at = format;

    while (*at) {
        const char *end;
        enum atom atom;

        if (at[0] == '%' && at[1] == '%') {
            add_piece(b, ATOM_TEXT, start, (size_t)(at + 1 - start));
            at += 2;
            start = at;
            continue;
        }
        if (at[0] != '%' || at[1] != '(') {
            at++;
            continue;
        }
        end = strchr(at, ')');
        if (!end)
            cli_die_with(b->cli, "bad cat-file format: %s", at);
        atom = find_atom(b, qn_bytes_make(at + 2, (size_t)(end - at) - 2));
        if (atom == ATOM_TEXT)
            cli_die_with(b->cli, "bad cat-file format: %.*s",
                         (int)(end + 1 - at), at);
        add_piece(b, ATOM_TEXT, start, (size_t)(at - start));
        add_piece(b, atom, NULL, 0);
        at = end + 1;
        start = at;
    }
    add_piece(b, ATOM_TEXT, start, (size_t)(at - start));
}

static void put_number(struct cli *cli, uint64_t number)
{
    char digits[24];
    char *at = digits + sizeof(digits);

    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    cli_write(cli, at, (size_t)(digits + sizeof(digits) - at));
}

static void put_piece(struct batch *b, const struct piece *piece,
                      const struct answer *answer)
{
    struct cli *cli = b->cli;

    switch (piece->atom) {
    case ATOM_TEXT:
        cli_write(cli, piece->text.data, piece->text.size);
        break;
    case ATOM_NAME:
        cli_put_id(cli, answer->id);
        break;
    case ATOM_TYPE:
        cli_puts(cli, qn_object_type_name(answer->info->type));
        break;
    case ATOM_SIZE:
        put_number(cli, answer->info->size);
        break;
    case ATOM_DISK_SIZE:
        put_number(cli, answer->info->disk_size);
        break;
    case ATOM_DELTA_BASE: {
        struct qn_id base = answer->info->delta_base;

        base.algorithm = answer->id->algorithm;
        cli_put_id(cli, &base);
        break;
    }
    case ATOM_REST:
        cli_puts(cli, answer->rest ? answer->rest : "");
        break;
    case ATOM_MODE:
        if (answer->mode)
            cli_printf(cli, "%06o", answer->mode);
        break;
    }
}

static void put_json_piece(struct batch *b, const struct piece *piece,
                           const struct answer *answer)
{
    struct cli_json *json = &b->json;
    struct qn_id base = answer->info->delta_base;

    switch (piece->atom) {
    case ATOM_DISK_SIZE:
        cli_json_number(json, "disk_size", (int64_t)answer->info->disk_size);
        break;
    case ATOM_DELTA_BASE:
        base.algorithm = answer->id->algorithm;
        if (!qn_id_is_null(&base))
            cli_json_id(json, "delta_base", &base);
        break;
    case ATOM_REST:
        cli_json_string(json, "rest", answer->rest);
        break;
    case ATOM_MODE:
        if (answer->mode)
            cli_json_mode(json, "mode", answer->mode);
        break;
    default: /* id, type and size are always there */
        break;
    }
}

static void put_json(struct batch *b, const struct answer *answer)
{
    size_t i;

    cli_json_begin(&b->json);
    cli_json_id(&b->json, "id", answer->id);
    cli_json_string(&b->json, "type", qn_object_type_name(answer->info->type));
    cli_json_number(&b->json, "size", (int64_t)answer->info->size);
    for (i = 0; i < b->count; i++)
        put_json_piece(b, &b->pieces[i], answer);
    cli_json_end(&b->json);
}

static void put_line(struct batch *b, const struct answer *answer)
{
    struct cli *cli = b->cli;
    size_t i;

    if (b->options->is_json) {
        put_json(b, answer);
        return;
    }
    if (b->is_default) {
        cli_put_id(cli, answer->id);
        cli_put(cli, ' ');
        cli_puts(cli, qn_object_type_name(answer->info->type));
        cli_put(cli, ' ');
        put_number(cli, answer->info->size);
    } else {
        for (i = 0; i < b->count; i++)
            put_piece(b, &b->pieces[i], answer);
    }
    cli_put(cli, b->options->out_end);
}

static void put_missing(struct batch *b, const char *name, const char *what)
{
    if (b->options->is_json) {
        cli_json_begin(&b->json);
        cli_json_string(&b->json, "name", name);
        cli_json_string(&b->json, "failure", what);
        cli_json_end(&b->json);
        return;
    }
    cli_puts(b->cli, name);
    cli_put(b->cli, ' ');
    cli_puts(b->cli, what);
    cli_put(b->cli, b->options->out_end);
}

/* ------------------------------------------------------------------- contents
 */

/* Does --filter leave the object out? */
static bool is_excluded(const struct batch *b, const struct qn_odb_info *info)
{
    if (b->only)
        return info->type != b->only;
    return b->has_limit && info->type == QN_OBJECT_BLOB &&
           info->size >= b->limit;
}

static void parse_filter(struct batch *b, const char *text)
{
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    struct cli *cli = b->cli;

    if (!text)
        return;
    cli_check(
        cli, qn_filter_spec_parse(cli->ctx, &spec, qn_bytes_from_string(text)));
    if (strncmp(text, "combine:", 8) == 0 ||
        spec.parts[0].kind == QN_FILTER_TREE_DEPTH ||
        spec.parts[0].kind == QN_FILTER_SPARSE_OID) {
        cli_flush(cli);
        fprintf(stderr, "usage: objects filter not supported: '%s'\n",
                strncmp(text, "combine:", 8) == 0
                    ? "combine"
                    : qn_filter_spec_kind_name(spec.parts[0].kind));
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    if (spec.parts[0].kind == QN_FILTER_OBJECT_TYPE)
        b->only = spec.parts[0].type;
    else
        b->has_limit = true;
    b->limit = spec.parts[0].number;
    qn_filter_spec_dispose(&spec);
}

static bool is_mapped(const struct batch *b, enum qn_object_type type)
{
    return b->maps && (type == QN_OBJECT_COMMIT || type == QN_OBJECT_TAG);
}

/* The content with mapped names in b->mapped, and its size. */
static void map_object(struct batch *b, const struct qn_id *id,
                       struct qn_odb_info *info)
{
    struct cli *cli = b->cli;

    cli_check(cli, qn_odb_read(cli->ctx, cli->odb, id, &b->object));
    cli_cat_file_mapped(cli, cli_cat_file_mailmap(cli, &b->mailmap),
                        qn_object_bytes(&b->object), &b->mapped);
    info->size = b->mapped.size;
}

static void put_large(struct batch *b, const struct qn_id *id)
{
    struct cli *cli = b->cli;
    struct qn_odb_stream *stream = NULL;
    enum qn_object_type type;
    uint64_t size = 0;
    size_t got = 1;

    cli_check(
        cli, qn_odb_stream_open(cli->ctx, cli->odb, id, &type, &size, &stream));
    cli_check(cli, qn_buf_reserve(cli->ctx, &b->stream, STREAM_PIECE));
    while (got > 0) {
        cli_check(cli, qn_odb_stream_read(cli->ctx, stream, b->stream.data,
                                          STREAM_PIECE, &got));
        cli_write(cli, b->stream.data, got);
    }
    qn_odb_stream_close(stream);
}

static void put_object(struct batch *b, const struct answer *answer)
{
    struct cli *cli = b->cli;

    if ((b->options->is_filtered || b->options->is_converted) &&
        answer->info->type == QN_OBJECT_BLOB) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        put_line(b, answer);
        if (!answer->rest || !*answer->rest)
            cli_die_with(cli, "missing path for '%s'",
                         qn_id_to_hex(answer->id, hex));
        cli_check(cli, qn_odb_read(cli->ctx, cli->odb, answer->id, &b->object));
        if (b->options->is_filtered)
            cli_cat_file_filtered(cli, answer->rest, answer->id,
                                  qn_object_bytes(&b->object));
        else
            cli_cat_file_converted(cli, answer->rest,
                                   qn_object_bytes(&b->object));
        cli_put(cli, b->options->out_end);
        return;
    }
    put_line(b, answer);
    if (is_mapped(b, answer->info->type)) {
        cli_write(cli, b->mapped.data, b->mapped.size);
    } else if (answer->info->type == QN_OBJECT_BLOB &&
               answer->info->size > (uint64_t)16 * 1024 * 1024) {
        put_large(b, answer->id);
    } else {
        cli_check(cli, qn_odb_read(cli->ctx, cli->odb, answer->id, &b->object));
        cli_write(cli, b->object.data.data, b->object.data.size);
    }
    cli_put(cli, b->options->out_end);
}

/* ---------------------------------------------------------------- all objects
 */

static enum qn_status add_row(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id)
{
    struct batch *b = data;
    bool is_new = true;
    enum qn_status status = qn_memory_grow(ctx, &b->rows, &b->row_capacity,
                                           b->row_count + 1, b->row_size);

    if (!status && b->options->is_unordered) /* sorted: each is told once */
        status = qn_id_map_put(ctx, &b->seen, id, &(uint32_t){0}, &is_new);
    if (!status && is_new)
        memcpy(b->rows + b->row_count++ * b->row_size, id->bytes, b->row_size);
    return status;
}

/* What is wrong was reported.  An object whose type and size are known ends
 * the command; one without is as good as missing. */
static void put_unreadable(struct batch *b, const struct qn_odb_bulk_item *item)
{
    struct cli *cli = b->cli;
    struct qn_odb_info info = {QN_OBJECT_NONE};
    struct answer answer = {&item->id, &info, NULL, 0};

    if (b->options->batch != CLI_CAT_CONTENT ||
        qn_odb_read_info(cli->ctx, cli->odb, &item->id,
                         b->want | QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE,
                         &info)) {
        qn_ctx_clear(cli->ctx);
        return;
    }
    put_line(b, &answer);
    cli_die_with(cli, "%s", item->message ? item->message : "out of memory");
}

static enum qn_status put_item(struct qn_ctx *ctx, void *data,
                               const struct qn_odb_bulk_item *item)
{
    struct batch *b = data;
    struct answer answer = {&item->id, &item->info, NULL, 0};
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    (void)ctx;
    if (item->status == QN_NOT_FOUND) {
        put_missing(b, qn_id_to_hex(&item->id, hex), "missing");
        return QN_OK;
    }
    if (item->status) {
        put_unreadable(b, item);
        put_missing(b, qn_id_to_hex(&item->id, hex), "missing");
        return QN_OK;
    }
    if (is_excluded(b, &item->info))
        return QN_OK;
    if (is_mapped(b, item->info.type)) {
        struct qn_odb_info info = item->info;

        map_object(b, &item->id, &info);
        answer.info = &info;
        put_line(b, &answer);
        if (b->options->batch != CLI_CAT_CONTENT)
            return QN_OK;
        cli_write(b->cli, b->mapped.data, b->mapped.size);
        cli_put(b->cli, b->options->out_end);
        return QN_OK;
    }
    put_line(b, &answer);
    if (b->options->batch != CLI_CAT_CONTENT)
        return QN_OK;
    if (item->is_large)
        put_large(b, &item->id);
    else
        cli_write(b->cli, item->data.data, item->data.size);
    cli_put(b->cli, b->options->out_end);
    return QN_OK;
}

/* A view that sees objects as they are stored. */
static void use_raw_view(struct cli *cli)
{
    struct qn_odb *raw = NULL;

    cli_check(cli, qn_odb_new(cli->ctx, qn_odb_get_store(cli->odb),
                              QN_ODB_NO_REPLACE, &raw));
    qn_odb_free(cli->odb);
    cli->odb = raw;
    cli->scope.odb = raw;
}

static int run_all(struct batch *b)
{
    struct cli *cli = b->cli;
    struct qn_odb_bulk bulk = {.want = b->want,
                               .wants_content =
                                   b->options->batch == CLI_CAT_CONTENT,
                               .each = put_item,
                               .data = b};

    if (qn_connected_is_partial(cli_config(cli)))
        cli_warning(cli, "This repository uses promisor remotes. Some objects "
                         "may not be loaded.");
    use_raw_view(cli);
    b->row_size = qn_id_size(qn_odb_algorithm(cli->odb));
    qn_id_map_init(&b->seen, qn_odb_algorithm(cli->odb));
    cli_check(cli,
              qn_odb_list(cli->ctx, cli->odb,
                          b->options->is_unordered ? 0 : QN_ODB_LIST_SORTED,
                          add_row, b));
    qn_id_map_dispose(&b->seen);
    bulk.rows = b->rows;
    bulk.count = b->row_count;
    cli_check(cli, qn_odb_bulk_read(cli->ctx, cli->odb, &bulk));
    qn_memory_free(b->rows);
    return 0;
}

/* ------------------------------------------------------------ names from stdin
 */

/* "<rev>:<path>" through symbolic links.  False: it was answered here. */
static bool follow_links(struct batch *b, const char *name,
                         struct qn_revision *revision, bool *is_plain)
{
    static const char *const words[] = {[CLI_CAT_OUTSIDE] = "symlink",
                                        [CLI_CAT_DANGLING] = "dangling",
                                        [CLI_CAT_LOOP] = "loop",
                                        [CLI_CAT_NOT_DIRECTORY] = "notdir"};
    struct cli *cli = b->cli;
    const char *colon = strchr(name, ':');
    struct qn_revision tree = QN_REVISION_INIT;
    struct qn_buf outside = QN_BUF_INIT;
    struct qn_bytes shown = qn_bytes_from_string(name);
    enum cli_cat_follow result = CLI_CAT_MISSING;
    struct qn_id root;
    char *base;

    *is_plain = !colon || colon == name;
    if (*is_plain)
        return true;
    base =
        qn_memory_string(cli->ctx, qn_bytes_make(name, (size_t)(colon - name)));
    if (!base)
        cli_die(cli);
    tree.wanted = QN_OBJECT_TREE;
    if (qn_revision_parse(cli->ctx, &cli->scope, base, &tree) == QN_OK &&
        qn_revision_peel(cli->ctx, cli->odb, &tree.id, QN_OBJECT_TREE, &root) ==
            QN_OK)
        result =
            cli_cat_file_follow(cli, &root, qn_bytes_from_string(colon + 1),
                                &revision->id, &revision->mode, &outside);
    else
        qn_ctx_clear(cli->ctx);
    qn_memory_free(base);
    qn_revision_dispose(&tree);
    revision->has_path = result == CLI_CAT_FOUND;
    if (result == CLI_CAT_MISSING) {
        put_missing(b, name, "missing");
    } else if (result != CLI_CAT_FOUND && b->options->is_json) {
        put_missing(b, name, words[result]);
    } else if (result != CLI_CAT_FOUND) {
        if (result == CLI_CAT_OUTSIDE)
            shown = qn_buf_bytes(&outside);
        cli_printf(cli, "%s %zu%c%.*s%c", words[result], shown.size,
                   b->options->out_end, QN_BYTES_ARG(shown),
                   b->options->out_end);
    }
    qn_buf_dispose(&outside);
    return result == CLI_CAT_FOUND;
}

static void answer_name(struct batch *b, char *name, bool wants_content)
{
    struct cli *cli = b->cli;
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_odb_info info;
    struct answer answer = {&revision.id, &info, NULL, 0};
    char *rest = NULL;
    enum qn_status status = QN_OK;
    bool is_plain = true;

    if (b->has_rest) {
        rest = name + strcspn(name, " \t");
        if (*rest) {
            *rest++ = '\0';
            rest += strspn(rest, " \t");
        }
        answer.rest = rest;
    }
    if (b->options->follows_symlinks &&
        !follow_links(b, name, &revision, &is_plain))
        goto out;
    if (is_plain)
        status = qn_revision_parse(cli->ctx, &cli->scope, name, &revision);
    if (status && status != QN_NOT_FOUND && status != QN_AMBIGUOUS)
        cli_die(cli);
    if (status) {
        put_missing(b, name, status == QN_AMBIGUOUS ? "ambiguous" : "missing");
        goto out;
    }
    answer.mode = revision.has_path ? revision.mode : 0;
    status =
        qn_odb_read_info(cli->ctx, cli->odb, &revision.id,
                         b->want | QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    if (!status && is_excluded(b, &info)) {
        put_missing(b, name, "excluded");
        goto out;
    }
    if (!status && is_mapped(b, info.type))
        map_object(b, &revision.id, &info);
    if (status == QN_NOT_FOUND && qn_mode_is_gitlink(answer.mode)) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        put_missing(b, qn_id_to_hex(&revision.id, hex), "submodule");
    } else if (status == QN_NOT_FOUND) {
        put_missing(b, name, "missing");
    } else if (status) { /* what is wrong was reported */
        put_missing(b, name, "missing");
    } else if (wants_content) {
        put_object(b, &answer);
    } else {
        put_line(b, &answer);
    }

out:
    qn_ctx_clear(cli->ctx);
    qn_revision_dispose(&revision);
    if (!b->options->is_buffered)
        cli_flush(cli);
}

static void run_command_line(struct batch *b, char *line)
{
    struct cli *cli = b->cli;
    char *argument;

    if (!*line)
        cli_die_with(cli, "empty command in input");
    if (*line == ' ' || *line == '\t')
        cli_die_with(cli, "whitespace before command: '%s'", line);
    argument = strchr(line, ' ');
    if (argument)
        *argument++ = '\0';
    if (strcmp(line, "contents") == 0 || strcmp(line, "info") == 0) {
        if (!argument)
            cli_die_with(cli, "%s requires arguments", line);
        answer_name(b, argument, *line == 'c');
    } else if (strcmp(line, "mailmap") == 0) {
        if (!argument)
            cli_die_with(cli, "%s requires arguments", line);
        if (!qn_config_parse_bool(argument, &b->maps))
            cli_die_with(cli, "mailmap: invalid boolean '%s'", argument);
    } else if (strcmp(line, "flush") == 0) {
        if (argument)
            cli_die_with(cli, "flush takes no arguments");
        if (!b->options->is_buffered)
            cli_die_with(cli, "flush is only for --buffer mode");
        cli_flush(cli);
    } else {
        if (argument)
            argument[-1] = ' ';
        cli_die_with(cli, "unknown command: '%s'", line);
    }
}

static int run_input(struct batch *b)
{
    struct qn_buf line = QN_BUF_INIT;

    while (cli_read_record(b->cli, b->options->in_end, &line)) {
        static char empty[1];
        char *text = line.data ? (char *)line.data : empty;

        if (b->options->batch == CLI_CAT_COMMAND)
            run_command_line(b, text);
        else
            answer_name(b, text, b->options->batch == CLI_CAT_CONTENT);
    }
    qn_buf_dispose(&line);
    return 0;
}

int cli_cat_file_batch(struct cli *cli, const struct cli_cat_file *options)
{
    struct batch b = {.cli = cli, .options = options};
    int code;

    if (options->format) {
        parse_format(&b, options->format);
    } else {
        b.is_default = true;
        b.want = QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE;
    }
    b.maps = options->uses_mailmap;
    b.has_rest |= options->is_filtered || options->is_converted;
    parse_filter(&b, options->filter);
    if (options->filter)
        b.want |= QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE;
    if (options->is_json)
        b.want |= QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE;
    if (options->is_json)
        cli_json_begin_list(&b.json, cli);
    code = options->all_objects ? run_all(&b) : run_input(&b);
    if (options->is_json)
        cli_json_end_list(&b.json);
    qn_mailmap_free(b.mailmap);
    qn_buf_dispose(&b.mapped);
    qn_object_dispose(&b.object);
    qn_buf_dispose(&b.stream);
    qn_memory_free(b.pieces);
    return code;
}
