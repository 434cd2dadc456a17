/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "operation/op_structure.h"
#include "os/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const usage[] = {
    "git repo info [--format=(lines|nul) | -z] [--all | <key>...]",
    "git repo info --keys [--format=(lines|nul) | -z]",
    "git repo structure [--format=(table|lines|nul) | -z]", NULL};

enum format { LINES, NUL, TABLE };

static int take_format(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    enum format *format = option->value;

    (void)is_negated;
    if (strcmp(argument, "lines") == 0)
        *format = LINES;
    else if (strcmp(argument, "nul") == 0)
        *format = NUL;
    else if (strcmp(argument, "table") == 0)
        *format = TABLE;
    else
        cli_die_with(cli, "invalid format '%s'", argument);
    return 0;
}

static int take_z(struct cli *cli, const struct cli_option *option,
                  const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    (void)is_negated;
    *(enum format *)option->value = NUL;
    return 0;
}

#define FORMAT_OPTIONS(format)                                                 \
    {CLI_KIND_CALLBACK,                                                        \
     0,                                                                        \
     "format",                                                                 \
     (format),                                                                 \
     "format",                                                                 \
     "how it is printed",                                                      \
     CLI_OPTION_NO_NEGATE,                                                     \
     0,                                                                        \
     take_format},                                                             \
    {                                                                          \
        CLI_KIND_CALLBACK, 'z', NULL, (format), NULL, "as --format=nul",       \
            CLI_OPTION_NO_ARGUMENT | CLI_OPTION_NO_NEGATE, 0, take_z           \
    }

/* ---- info */

static const char *layout_bare(struct cli *cli)
{
    return qn_repo_is_bare(cli->repo) ? "true" : "false";
}

static const char *layout_shallow(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    bool is_shallow;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "shallow", &path));
    is_shallow = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return is_shallow ? "true" : "false";
}

static const char *object_format(struct cli *cli)
{
    return qn_id_size(qn_repo_algorithm(cli->repo)) == 20 ? "sha1" : "sha256";
}

static const char *references_format(struct cli *cli)
{
    return qn_repo_refs_format(cli->repo) == QN_REFS_FILES ? "files"
                                                           : "reftable";
}

static const struct {
    const char *name;
    const char *(*value)(struct cli *cli);
} keys[] = {{"layout.bare", layout_bare},
            {"layout.shallow", layout_shallow},
            {"object.format", object_format},
            {"references.format", references_format}};

static void put_key(struct cli *cli, enum format format, size_t i)
{
    cli_printf(cli, format == NUL ? "%s\n%s" : "%s=%s\n", keys[i].name,
               keys[i].value(cli));
    if (format == NUL)
        cli_put(cli, '\0');
}

static int info(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git repo info [--format=(lines|nul) | -z] [--all | <key>...]",
        "git repo info --keys [--format=(lines|nul) | -z]", NULL};
    enum format format = LINES;
    bool all = false, names = false;
    const struct cli_option options[] = {
        FORMAT_OPTIONS(&format), CLI_FLAG(0, "all", &all, "all keys"),
        CLI_FLAG(0, "keys", &names, "which keys there are"), CLI_END};
    int code = 0, i;
    size_t k;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    cli_open_repo(cli, 0);
    if (names && (all || argc > 0))
        cli_die_with(cli, "--keys cannot be used with a <key> or --all");
    if (format == TABLE)
        cli_die_with(cli, "unsupported output format");
    if (names) {
        for (k = 0; k < QN_COUNT_OF(keys); k++) {
            cli_puts(cli, keys[k].name);
            cli_put(cli, format == NUL ? '\0' : '\n');
        }
        return 0;
    }
    if (all && argc > 0)
        cli_die_with(cli, "--all and <key> cannot be used together");
    for (k = 0; all && k < QN_COUNT_OF(keys); k++)
        put_key(cli, format, k);
    for (i = 0; i < argc; i++) {
        k = 0;
        while (k < QN_COUNT_OF(keys) && strcmp(keys[k].name, argv[i]) != 0)
            k++;
        if (k < QN_COUNT_OF(keys)) {
            put_key(cli, format, k);
            continue;
        }
        cli_error(cli, "key '%s' not found", argv[i]);
        code = 255;
    }
    return code;
}

/* ---- structure */

#define NAME_WIDTH 21
#define ROW_COUNT  40

struct row {
    const char *name;
    char value[24];
    const char *unit; /* NULL: a heading */
    const struct qn_id *id;
};
struct table {
    struct row rows[ROW_COUNT];
    size_t count;
};

static struct row *add_row(struct table *table, const char *name)
{
    struct row *row = &table->rows[table->count++];

    memset(row, 0, sizeof(*row));
    row->name = name;
    return row;
}

static void add_count(struct table *table, const char *name, uint64_t count)
{
    static const char *const units[] = {"", "k", "M", "G"};
    struct row *row = add_row(table, name);
    uint64_t unit = 1;
    size_t i = 0;

    while (i < 3 && count >= unit * 1000) {
        unit *= 1000;
        i++;
    }
    row->unit = units[i];
    if (i == 0) {
        snprintf(row->value, sizeof(row->value), "%" PRIu64, count);
    } else {
        uint64_t hundredths =
            count / (unit / 100) + (count % (unit / 100) >= unit / 200 ? 1 : 0);

        snprintf(row->value, sizeof(row->value), "%" PRIu64 ".%02" PRIu64,
                 hundredths / 100, hundredths % 100);
    }
}

static void add_bytes(struct table *table, const char *name, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    struct row *row = add_row(table, name);
    unsigned i;

    for (i = 3; i > 0 && bytes <= (uint64_t)1 << (10 * i); i--)
        continue;
    row->unit = units[i];
    if (i == 0) {
        snprintf(row->value, sizeof(row->value), "%" PRIu64, bytes);
    } else {
        uint64_t unit = (uint64_t)1 << (10 * i), whole = bytes / unit;
        uint64_t rest = i == 3 ? (bytes % unit) * 100 / unit
                               : ((bytes % unit) * 100 + unit / 2) / unit;

        if (rest == 100) {
            whole++;
            rest = 0;
        }
        snprintf(row->value, sizeof(row->value), "%" PRIu64 ".%02" PRIu64,
                 whole, rest);
    }
}

static void add_most(struct table *table, const char *name,
                     const struct qn_op_structure_most *most, bool is_size)
{
    if (is_size)
        add_bytes(table, name, most->value);
    else
        add_count(table, name, most->value);
    if (!qn_id_is_null(&most->id))
        table->rows[table->count - 1].id = &most->id;
}

static const char *const kind_names[] = {"    * Commits", "    * Trees",
                                         "    * Blobs", "    * Tags"};
static const enum qn_object_type kind_types[] = {
    QN_OBJECT_COMMIT, QN_OBJECT_TREE, QN_OBJECT_BLOB, QN_OBJECT_TAG};

static void fill(struct table *table, const struct qn_op_structure *s)
{
    const struct qn_op_structure_kind *k = s->kinds;
    uint64_t count = 0, inflated = 0, disk = 0;
    size_t i;

    for (i = 0; i < 4; i++) {
        count += k[kind_types[i]].count;
        inflated += k[kind_types[i]].inflated;
        disk += k[kind_types[i]].disk;
    }
    add_row(table, "* References");
    add_count(table, "  * Count",
              s->branches + s->tags + s->remotes + s->others);
    add_count(table, "    * Branches", s->branches);
    add_count(table, "    * Tags", s->tags);
    add_count(table, "    * Remotes", s->remotes);
    add_count(table, "    * Others", s->others);
    add_row(table, "");
    add_row(table, "* Reachable objects");
    add_count(table, "  * Count", count);
    for (i = 0; i < 4; i++)
        add_count(table, kind_names[i], k[kind_types[i]].count);
    add_bytes(table, "  * Inflated size", inflated);
    for (i = 0; i < 4; i++)
        add_bytes(table, kind_names[i], k[kind_types[i]].inflated);
    add_bytes(table, "  * Disk size", disk);
    for (i = 0; i < 4; i++)
        add_bytes(table, kind_names[i], k[kind_types[i]].disk);
    add_row(table, "");
    add_row(table, "* Largest objects");
    add_row(table, "  * Commits");
    add_most(table, "    * Maximum size", &k[QN_OBJECT_COMMIT].size, true);
    add_most(table, "    * Maximum parents", &s->parents, false);
    add_row(table, "  * Trees");
    add_most(table, "    * Maximum size", &k[QN_OBJECT_TREE].size, true);
    add_most(table, "    * Maximum entries", &s->entries, false);
    add_row(table, "  * Blobs");
    add_most(table, "    * Maximum size", &k[QN_OBJECT_BLOB].size, true);
    add_row(table, "  * Tags");
    add_most(table, "    * Maximum size", &k[QN_OBJECT_TAG].size, true);
}

static void put_table(struct cli *cli, const struct qn_op_structure *s)
{
    static const char dashes[] = "------------------------------------------";
    struct table table = {.count = 0};
    int value = 0, unit = 0, width, number = 0;
    char hex[QN_ID_MAX_HEX_SIZE + 1], note[16];
    size_t i;

    fill(&table, s);
    for (i = 0; i < table.count; i++) {
        int size = (int)strlen(table.rows[i].value);

        value = size > value ? size : value;
        size = table.rows[i].unit ? (int)strlen(table.rows[i].unit) : 0;
        unit = size > unit ? size : unit;
    }
    if (value + 1 + unit < 5) /* as wide as its heading, as Git has it */
        value = 5 - unit;
    width = value + 1 + unit;
    cli_printf(cli, "| %-*s | %-*s |\n", NAME_WIDTH + 4, "Repository structure",
               width, "Value");
    cli_printf(cli, "| %.*s | %.*s |\n", NAME_WIDTH + 4, dashes, width, dashes);
    for (i = 0; i < table.count; i++) {
        const struct row *row = &table.rows[i];

        note[0] = '\0';
        if (row->id)
            snprintf(note, sizeof(note), " [%d]", ++number);
        cli_printf(cli, "| %-*s%-4s | ", NAME_WIDTH, row->name, note);
        if (row->unit)
            cli_printf(cli, "%*s %-*s |\n", value, row->value, unit, row->unit);
        else
            cli_printf(cli, "%*s |\n", width, "");
    }
    if (number > 0)
        cli_put(cli, '\n');
    for (i = 0, number = 0; i < table.count; i++)
        if (table.rows[i].id)
            cli_printf(cli, "[%d] %s\n", ++number,
                       qn_id_to_hex(table.rows[i].id, hex));
}

struct writer {
    struct cli *cli;
    enum format format;
};

static void put_number(struct writer *w, const char *a, const char *b,
                       uint64_t value)
{
    cli_printf(w->cli,
               w->format == NUL ? "%s.%s\n%" PRIu64 : "%s.%s=%" PRIu64 "\n", a,
               b, value);
    if (w->format == NUL)
        cli_put(w->cli, '\0');
}

static void put_most(struct writer *w, const char *a, const char *b,
                     const struct qn_op_structure_most *most)
{
    struct qn_id id = most->id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    id.algorithm = qn_repo_algorithm(w->cli->repo);
    put_number(w, a, b, most->value);
    cli_printf(w->cli, w->format == NUL ? "%s.%s_oid\n%s" : "%s.%s_oid=%s\n", a,
               b, qn_id_to_hex(&id, hex));
    if (w->format == NUL)
        cli_put(w->cli, '\0');
}

static void put_values(struct cli *cli, const struct qn_op_structure *s,
                       enum format format)
{
    static const char *const names[] = {"objects.commits", "objects.trees",
                                        "objects.blobs", "objects.tags"};
    const struct qn_op_structure_kind *k = s->kinds;
    struct writer w = {cli, format};
    size_t i;

    put_number(&w, "references.branches", "count", s->branches);
    put_number(&w, "references.tags", "count", s->tags);
    put_number(&w, "references.remotes", "count", s->remotes);
    put_number(&w, "references.others", "count", s->others);
    for (i = 0; i < 4; i++)
        put_number(&w, names[i], "count", k[kind_types[i]].count);
    for (i = 0; i < 4; i++)
        put_number(&w, names[i], "inflated_size", k[kind_types[i]].inflated);
    for (i = 0; i < 4; i++)
        put_number(&w, names[i], "disk_size", k[kind_types[i]].disk);
    for (i = 0; i < 4; i++)
        put_most(&w, names[i], "max_size", &k[kind_types[i]].size);
    put_most(&w, "objects.commits", "max_parents", &s->parents);
    put_most(&w, "objects.trees", "max_entries", &s->entries);
}

static int structure(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git repo structure [--format=(table|lines|nul) | -z]", NULL};
    enum format format = TABLE;
    int progress = -1;
    const struct cli_option options[] = {
        FORMAT_OPTIONS(&format),
        CLI_TRISTATE(0, "progress", &progress, "show progress"), CLI_END};
    struct qn_op_structure found;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0) {
        cli_stderr(cli, "usage: too many arguments\n");
        return CLI_EXIT_USAGE;
    }
    cli_open_repo(cli, 0);
    cli_check(cli, qn_op_structure_look(cli->ctx, cli->repo, &found));
    if (format == TABLE)
        put_table(cli, &found);
    else
        put_values(cli, &found, format);
    return 0;
}

int cmd_repo(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"info", info, false},
        {"structure", structure, false},
        {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, list, usage);
}
