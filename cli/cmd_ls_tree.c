/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/work.h"
#include "object/tree.h"
#include "show/json.h"
#include "text/quote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 2048

static const char *const usage[] = {
    "git ls-tree [<options>] <tree-ish> [<path>...]", NULL};

enum show { SHOW_LINE = 0, SHOW_LONG, SHOW_NAME, SHOW_STATUS, SHOW_OBJECT };

struct ls_tree {
    bool is_json;
    struct qn_json json;
    struct qn_buf json_text;
    struct cli *cli;
    bool only_trees, is_recursive, shows_trees, nul, full_name, full_tree;
    bool quotes_high;
    int show;
    int digits; /* --abbrev: 0 full, -1 default, else at least */
    const char *format;
    struct qn_buf *specs; /* clean, from the top; "d/" keeps its slash */
    size_t spec_count;
    struct qn_buf path; /* of the directory in work, with a slash */
};

/* One directory on the way down. */
struct level {
    struct qn_object tree;
    struct qn_tree_reader reader;
    size_t path_size;
};

/* -------------------------------------------------------------------- output
 */

static void put_id(struct ls_tree *l, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;

    qn_id_to_hex(id, hex);
    if (l->digits) {
        cli_check(l->cli, qn_odb_abbreviate(
                              l->cli->ctx, l->cli->odb, id,
                              l->digits < 0 ? 0 : (size_t)l->digits, &digits));
        hex[digits] = '\0';
    }
    cli_puts(l->cli, hex);
}

static void put_size(struct ls_tree *l, const struct qn_id *id,
                     enum qn_object_type type, bool is_padded)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;
    enum qn_status status;

    if (type != QN_OBJECT_BLOB) {
        cli_puts(l->cli, is_padded ? "      -" : "-");
        return;
    }
    status =
        qn_odb_read_info(l->cli->ctx, l->cli->odb, id, QN_ODB_WANT_SIZE, &info);
    if (status == QN_PROMISED)
        cli_die(l->cli);
    if (status && l->format)
        cli_die_with(l->cli, "could not get object info about '%s'",
                     qn_id_to_hex(id, hex));
    if (status) {
        qn_ctx_clear(l->cli->ctx);
        cli_puts(l->cli, "    BAD"); /* as in git */
        return;
    }
    cli_printf(l->cli, is_padded ? "%7llu" : "%llu",
               (unsigned long long)info.size);
}

static void put_name(struct ls_tree *l)
{
    cli_put_path(l->cli, qn_buf_bytes(&l->path), l->full_name || l->full_tree,
                 l->nul ? '\0' : '\n');
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* One "%(field)"; answers its size. */
static size_t put_field(struct ls_tree *l, const char *at,
                        const struct qn_tree_entry *entry,
                        const struct qn_id *id)
{
    const char *end = strchr(at, ')');
    enum qn_object_type type = qn_mode_object_type(entry->mode);
    struct qn_bytes name;
    struct qn_buf text = QN_BUF_INIT;

    if (!end)
        cli_die_with(l->cli, "bad ls-tree format: %s", at);
    name = qn_bytes_make(at + 2, (size_t)(end - at) - 2);
    if (qn_bytes_is_string(name, "objectmode")) {
        cli_printf(l->cli, "%06o", entry->mode);
    } else if (qn_bytes_is_string(name, "objecttype")) {
        cli_puts(l->cli, qn_object_type_name(type));
    } else if (qn_bytes_is_string(name, "objectname")) {
        put_id(l, id);
    } else if (qn_bytes_is_string(name, "objectsize")) {
        put_size(l, id, type, false);
    } else if (qn_bytes_is_string(name, "objectsize:padded")) {
        put_size(l, id, type, true);
    } else if (qn_bytes_is_string(name, "path")) {
        cli_append_path(l->cli, &text, qn_buf_bytes(&l->path),
                        l->full_name || l->full_tree, !l->nul);
        cli_write(l->cli, text.data, text.size);
        qn_buf_dispose(&text);
    } else {
        cli_die_with(l->cli, "bad ls-tree format: %%(%.*s)",
                     QN_BYTES_ARG(name));
    }
    return (size_t)(end + 1 - at);
}

static void put_format(struct ls_tree *l, const struct qn_tree_entry *entry,
                       const struct qn_id *id)
{
    const char *at = l->format;

    while (*at) {
        if (at[0] == '%' && at[1] == '%') {
            cli_put(l->cli, '%');
            at += 2;
        } else if (at[0] == '%' && at[1] == 'x' && hex_digit(at[2]) >= 0 &&
                   hex_digit(at[3]) >= 0) {
            cli_put(l->cli, (char)(hex_digit(at[2]) * 16 + hex_digit(at[3])));
            at += 4;
        } else if (at[0] == '%' && at[1] == '(') {
            at += put_field(l, at, entry, id);
        } else if (at[0] == '%') {
            cli_die_with(l->cli, "bad ls-tree format: %s", at);
        } else {
            cli_put(l->cli, *at++);
        }
    }
    cli_put(l->cli, l->nul ? '\0' : '\n');
}

/* {"mode":"100644","type":"blob","id":"...","size":3,"path":"a"}; the size only
 * with --long. */
static void put_json(struct ls_tree *l, const struct qn_tree_entry *entry,
                     const struct qn_id *id)
{
    enum qn_object_type type = qn_mode_object_type(entry->mode);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    char mode[16];
    struct qn_odb_info info;

    snprintf(mode, sizeof(mode), "%06o", entry->mode);
    qn_json_begin_object(&l->json);
    qn_json_key(&l->json, "mode");
    qn_json_string(&l->json, mode);
    qn_json_key(&l->json, "type");
    qn_json_string(&l->json, qn_object_type_name(type));
    qn_json_key(&l->json, "id");
    qn_json_string(&l->json, qn_id_to_hex(id, hex));
    if (l->show == SHOW_LONG && type == QN_OBJECT_BLOB) {
        cli_check(l->cli, qn_odb_read_info(l->cli->ctx, l->cli->odb, id,
                                           QN_ODB_WANT_SIZE, &info));
        qn_json_key(&l->json, "size");
        qn_json_number(&l->json, (int64_t)info.size);
    }
    qn_json_key(&l->json, "path");
    qn_json_text(&l->json, qn_buf_bytes(&l->path));
    qn_json_end_object(&l->json);
    cli_write(l->cli, l->json_text.data, l->json_text.size);
    qn_buf_clear(&l->json_text);
}

static void put_entry(struct ls_tree *l, const struct qn_tree_entry *entry,
                      const struct qn_id *id)
{
    enum qn_object_type type = qn_mode_object_type(entry->mode);

    if (l->is_json) {
        put_json(l, entry, id);
        return;
    }
    if (l->format) {
        put_format(l, entry, id);
        return;
    }
    if (l->show == SHOW_NAME || l->show == SHOW_STATUS) {
        put_name(l);
        return;
    }
    if (l->show == SHOW_OBJECT) {
        put_id(l, id);
        cli_put(l->cli, l->nul ? '\0' : '\n');
        return;
    }
    cli_printf(l->cli, "%06o %s ", entry->mode, qn_object_type_name(type));
    put_id(l, id);
    if (l->show == SHOW_LONG) {
        cli_put(l->cli, ' ');
        put_size(l, id, type, true);
    }
    cli_put(l->cli, '\t');
    put_name(l);
}

/* -------------------------------------------------------------------- matching
 */

static bool is_wanted(const struct ls_tree *l, bool is_tree, bool *descends)
{
    struct qn_bytes path = qn_buf_bytes(&l->path);
    bool wanted = l->spec_count == 0;
    size_t i;

    *descends = is_tree && l->is_recursive && wanted;
    for (i = 0; i < l->spec_count; i++) {
        struct qn_bytes spec = qn_buf_bytes(&l->specs[i]);
        size_t bare = spec.size;

        while (bare > 0 && spec.data[bare - 1] == '/')
            bare--;
        if (is_tree && spec.size > path.size &&
            memcmp(spec.data, path.data, path.size) == 0 &&
            spec.data[path.size] == '/') {
            wanted = true;
            *descends = true;
        } else if (path.size >= bare &&
                   memcmp(path.data, spec.data, bare) == 0 &&
                   (path.size == bare || bare == 0 || path.data[bare] == '/')) {
            if (path.size == bare && spec.size > bare && !is_tree)
                continue; /* "a/" is no file */
            wanted = true;
            if (is_tree && l->is_recursive)
                *descends = true;
        }
    }
    return wanted;
}

static void open_level(struct ls_tree *l, struct level *level,
                       const struct qn_id *id)
{
    struct cli *cli = l->cli;

    if (qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_TREE,
                          &level->tree)) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        if (l->path.size == 0 ||
            strcmp(qn_ctx_reason(cli->ctx), "odb.corrupt") == 0)
            cli_die(cli);
        (void)cli_error(cli, "Could not read %s", qn_id_to_hex(id, hex));
        cli_exit(cli, 1);
    }
    qn_tree_reader_init(&level->reader, qn_object_bytes(&level->tree),
                        id->algorithm);
    level->path_size = l->path.size;
}

/* 0, or 1 when trees are deeper than core.maxTreeDepth. */
static int walk(struct ls_tree *l, const struct qn_id *root)
{
    struct cli *cli = l->cli;
    int64_t limit = cli_config_int(cli, "core.maxTreeDepth", DEPTH_MAX - 1);
    struct level *levels =
        qn_memory_calloc(cli->ctx, DEPTH_MAX, sizeof(*levels));
    size_t depth = 0;

    if (!levels)
        cli_die(cli);
    open_level(l, &levels[0], root);
    for (;;) {
        struct level *level = &levels[depth];
        struct qn_tree_entry entry;
        struct qn_id id;
        bool descends = false;
        enum qn_status status =
            qn_tree_reader_next(cli->ctx, &level->reader, &entry);

        if (status == QN_END) {
            qn_object_dispose(&level->tree);
            if (depth-- == 0)
                break;
            continue;
        }
        cli_check(cli, status);
        qn_buf_truncate(&l->path, level->path_size);
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &l->path, entry.name));
        qn_id_from_row(&id, root->algorithm, entry.id);
        if (!is_wanted(l, qn_mode_is_tree(entry.mode), &descends) ||
            (l->only_trees && !qn_mode_is_tree(entry.mode)))
            continue;
        if (!descends || l->shows_trees)
            put_entry(l, &entry, &id);
        if (!descends)
            continue;
        if (depth + 1 >= DEPTH_MAX || (int64_t)depth + 1 > limit)
            return cli_error(cli, "exceeded maximum allowed tree depth");
        cli_check(cli, qn_buf_append_byte(cli->ctx, &l->path, '/'));
        open_level(l, &levels[++depth], &id);
    }
    qn_memory_free(levels);
    return 0;
}

/* ---------------------------------------------------------------------- begin
 */

static bool is_literal(struct cli *cli)
{
    const char *value =
        qn_env_variable(qn_ctx_env(cli->ctx), "GIT_LITERAL_PATHSPECS");

    return value && strcmp(value, "0") != 0;
}

static void refuse_magic(struct cli *cli, const char *text, size_t size,
                         const char *word)
{
    static const char *const words[] = {"glob", "icase", "attr", "exclude"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strncmp(word, words[i], strlen(words[i])) == 0 &&
            (size == strlen(words[i]) || word[strlen(words[i])] == ':'))
            cli_die_with(cli,
                         "%s: pathspec magic not supported by this command: "
                         "'%s'%s",
                         text, words[i], i == 3 ? " (mnemonic: '!')" : "");
    if (!(size == 3 && strncmp(word, "top", 3) == 0) &&
        !(size == 7 && strncmp(word, "literal", 7) == 0))
        cli_die_with(cli, "Invalid pathspec magic '%.*s' in '%s'", (int)size,
                     word, text);
}

/* Of the magic of pathspecs only where they begin, and that they are literal
 * (which they are here anyway), is understood; what is behind it. */
static const char *skip_magic(struct cli *cli, const char *text,
                              bool *is_from_top)
{
    const char *at = text + 1, *end;

    if (!*text)
        cli_die_with(cli, "empty string is not a valid pathspec. please use . "
                          "instead if you meant to match all paths");
    if (*text != ':' || is_literal(cli))
        return text;
    if (*at == '(' && (end = strchr(at, ')')) != NULL) {
        for (at++; at < end; at++) {
            size_t size = strcspn(at, ",)");

            refuse_magic(cli, text, size, at);
            *is_from_top |= size == 3;
            at += size;
        }
        return end + 1;
    }
    for (; *at == '/' || *at == '!' || *at == '^'; at++) {
        if (*at != '/')
            refuse_magic(cli, text, 7, "exclude");
        *is_from_top = true;
    }
    if (!*at) /* ":" alone */
        *is_from_top = true;
    return *at == ':' ? at + 1 : at;
}

static void add_specs(struct ls_tree *l, int argc, char **argv)
{
    struct cli *cli = l->cli;
    const char *prefix = l->full_tree ? "" : cli_prefix(cli);
    int i;

    l->specs = qn_memory_calloc(cli->ctx, (size_t)argc + 1, sizeof(*l->specs));
    if (!l->specs)
        cli_die(cli);
    for (i = 1; i < argc; i++) {
        struct qn_buf *spec = &l->specs[l->spec_count++];
        bool is_from_top = l->full_tree;
        const char *path = skip_magic(cli, argv[i], &is_from_top);
        size_t size = strlen(path);

        if (is_from_top)
            cli_check(cli, qn_buf_append_string(cli->ctx, spec, path));
        else
            cli_pathspec_from_top(cli, path, spec);
        if (size > 0 && path[size - 1] == '/' && spec->size > 0 &&
            spec->data[spec->size - 1] != '/')
            cli_check(cli, qn_buf_append_byte(cli->ctx, spec, '/'));
    }
    if (argc == 1 && *prefix)
        cli_check(cli, qn_buf_append_string(
                           cli->ctx, &l->specs[l->spec_count++], prefix));
}

int cmd_ls_tree(struct cli *cli, int argc, char **argv)
{
    struct ls_tree l = {.cli = cli};
    const struct cli_option options[] = {
        CLI_FLAG_WITH('d', NULL, &l.only_trees, "only trees", 0),
        CLI_FLAG_WITH('r', NULL, &l.is_recursive, "go into subtrees", 0),
        CLI_FLAG_WITH('t', NULL, &l.shows_trees,
                      "show trees that are gone into", 0),
        CLI_FLAG_WITH('z', NULL, &l.nul, "end entries with NUL", 0),
        CLI_MODE('l', "long", &l.show, SHOW_LONG, "sizes, too"),
        CLI_MODE(0, "name-only", &l.show, SHOW_NAME, "only names"),
        CLI_MODE(0, "name-status", &l.show, SHOW_STATUS, "only names"),
        CLI_MODE(0, "object-only", &l.show, SHOW_OBJECT, "only ids"),
        CLI_FLAG(0, "full-name", &l.full_name, "paths from the top"),
        CLI_FLAG(0, "full-tree", &l.full_tree,
                 "the whole tree, wherever we are"),
        {CLI_KIND_STRING, 0, "format", &l.format, "format", "what to show",
         CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_ABBREV(&l.digits),
        CLI_JSON(&l.is_json),
        CLI_END};
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_id tree;
    int code;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (l.show && l.format)
        cli_usage_with(cli, usage, options,
                       "--format can't be combined with other "
                       "format-altering options");
    if (argc < 1)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    l.shows_trees |= l.only_trees && l.is_recursive;
    revision.wanted = QN_OBJECT_TREE;
    if (qn_revision_parse(cli->ctx, &cli->scope, argv[0], &revision)) {
        if (strncmp(qn_ctx_reason(cli->ctx), "revision.", 9) != 0)
            cli_die(cli);
        cli_die_with(cli, "Not a valid object name %s", argv[0]);
    }
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_TREE,
                         &tree))
        cli_die_with(cli, "not a tree object");
    add_specs(&l, argc, argv);
    if (l.is_json) {
        qn_json_init(&l.json, cli->ctx, &l.json_text);
        qn_json_begin_array(&l.json);
    }
    code = walk(&l, &tree);
    if (l.is_json) {
        qn_json_end_array(&l.json);
        cli_check(cli, qn_json_finish(&l.json));
        cli_write(cli, l.json_text.data, l.json_text.size);
        qn_buf_dispose(&l.json_text);
    }
    qn_revision_dispose(&revision);
    qn_buf_dispose(&l.path);
    return code;
}
