/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/work.h"
#include "object/tree.h"
#include "text/quote.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {"git mktree [-z] [--missing] [--batch]",
                                    NULL};

struct entry {
    uint32_t mode;
    struct qn_id id;
    char *name;
};

struct mktree {
    struct cli *cli;
    bool nul, allows_missing, is_batch;
    struct entry *entries;
    size_t count;
    size_t capacity;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *one = a;
    const struct entry *two = b;

    return qn_tree_compare_names(
        qn_bytes_from_string(one->name), qn_mode_is_tree(one->mode),
        qn_bytes_from_string(two->name), qn_mode_is_tree(two->mode));
}

static void make_tree(struct mktree *m, struct qn_id *id)
{
    struct cli *cli = m->cli;
    struct qn_buf tree = QN_BUF_INIT;
    size_t i;

    if (m->count > 0)
        qsort(m->entries, m->count, sizeof(*m->entries), compare_entries);
    for (i = 0; i < m->count; i++) {
        cli_check(cli, qn_tree_append(cli->ctx, &tree, m->entries[i].mode,
                                      qn_bytes_from_string(m->entries[i].name),
                                      &m->entries[i].id));
        qn_memory_free(m->entries[i].name);
    }
    m->count = 0;
    cli_check(cli, qn_odb_write(cli->ctx, cli->odb, QN_OBJECT_TREE,
                                qn_buf_bytes(&tree), id));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    qn_buf_dispose(&tree);
}

static void write_tree(struct mktree *m)
{
    struct cli *cli = m->cli;
    struct qn_id id;

    make_tree(m, &id);
    cli_put_id(cli, &id);
    cli_put(cli, '\n');
    cli_flush(cli);
}

/* The object has to be there and of the type that was said. */
static void check_object(struct mktree *m, const struct entry *entry,
                         enum qn_object_type type)
{
    struct cli *cli = m->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_odb_info info;
    enum qn_status status = qn_odb_read_info(cli->ctx, cli->odb, &entry->id,
                                             QN_ODB_WANT_TYPE, &info);

    if (status && m->allows_missing) {
        qn_ctx_clear(cli->ctx);
        return;
    }
    if (status)
        cli_die_with(cli, "entry '%s' object %s is unavailable", entry->name,
                     qn_id_to_hex(&entry->id, hex));
    if (info.type != type)
        cli_die_with(cli,
                     "entry '%s' object %s is a %s but specified type was "
                     "(%s)",
                     entry->name, qn_id_to_hex(&entry->id, hex),
                     qn_object_type_name(info.type), qn_object_type_name(type));
}

/* "mode SP type SP id TAB name". */
static void take_line(struct mktree *m, const char *line)
{
    struct cli *cli = m->cli;
    uint32_t algorithm = qn_repo_algorithm(cli->repo);
    struct entry entry = {0};
    struct qn_bytes word;
    struct qn_bytes rest;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_object_type type;
    size_t tab;
    char *end = NULL;

    entry.mode = (uint32_t)strtoul(line, &end, 8);
    if (end == line || *end != ' ')
        cli_die_with(cli, "input format error: %s", line);
    rest = qn_bytes_from_string(end + 1);
    tab = qn_bytes_find(rest, ' ');
    word = qn_bytes_first(rest, tab);
    type = qn_object_type_from_name(word);
    rest = qn_bytes_from(rest, tab + 1);
    tab = qn_bytes_find(rest, '\t');
    if (tab >= rest.size ||
        !qn_id_from_hex(&entry.id, algorithm,
                        qn_bytes_first(rest, qn_bytes_find(rest, ' ') < tab
                                                 ? qn_bytes_find(rest, ' ')
                                                 : tab)))
        cli_die_with(cli, "input format error: %s", line);
    if (type == QN_OBJECT_NONE)
        cli_die_with(cli, "invalid object type \"%.*s\"", QN_BYTES_ARG(word));
    rest = qn_bytes_from(rest, tab + 1);
    if (!m->nul && rest.size > 0 && rest.data[0] == '"') {
        if (qn_quote_unquote_c(cli->ctx, rest, &name, NULL))
            cli_die_with(cli, "invalid quoting");
        rest = qn_buf_bytes(&name);
    }
    entry.name = qn_memory_string(cli->ctx, rest);
    if (!entry.name)
        cli_die(cli);
    if (qn_bytes_find(rest, '/') < rest.size)
        cli_die_with(cli, "path %s contains slash", entry.name);
    if (qn_mode_object_type(entry.mode) != type)
        cli_die_with(cli,
                     "entry '%s' object type (%s) doesn't match mode type (%s)",
                     entry.name, qn_object_type_name(type),
                     qn_object_type_name(qn_mode_object_type(entry.mode)));
    if (!qn_mode_is_gitlink(entry.mode))
        check_object(m, &entry, type);
    cli_check(cli, qn_memory_grow(cli->ctx, &m->entries, &m->capacity,
                                  m->count + 1, sizeof(*m->entries)));
    m->entries[m->count++] = entry;
    qn_buf_dispose(&name);
}

void cli_make_tree(struct cli *cli, struct qn_bytes text, struct qn_id *out)
{
    struct mktree m = {.cli = cli};
    struct qn_buf copy = QN_BUF_INIT;
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line)) {
        qn_buf_clear(&copy);
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &copy, line));
        if (line.size > 0)
            take_line(&m, qn_buf_string(&copy));
    }
    make_tree(&m, out);
    qn_buf_dispose(&copy);
    qn_memory_free(m.entries);
}

int cmd_mktree(struct cli *cli, int argc, char **argv)
{
    struct mktree m = {.cli = cli};
    const struct cli_option options[] = {
        CLI_FLAG_WITH('z', NULL, &m.nul, "input is NUL-terminated", 0),
        CLI_FLAG(0, "missing", &m.allows_missing, "objects may be missing"),
        CLI_FLAG(0, "batch", &m.is_batch,
                 "several trees, an empty line behind each"),
        CLI_END};
    struct qn_buf line = QN_BUF_INIT;
    bool has_tree = false;

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_hold_objects(cli);
    while (cli_read_record(cli, m.nul ? '\0' : '\n', &line)) {
        if (line.size == 0) {
            if (!m.is_batch)
                cli_die_with(cli, "input format error: (blank line only valid "
                                  "in batch mode)");
            write_tree(&m);
            has_tree = false;
            continue;
        }
        take_line(&m, qn_buf_string(&line));
        has_tree = true;
    }
    if (!m.is_batch || has_tree)
        write_tree(&m);
    qn_buf_dispose(&line);
    qn_memory_free(m.entries);
    return 0;
}
