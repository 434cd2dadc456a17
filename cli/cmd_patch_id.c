/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "diff/patch_id.h"
#include "os/file.h"

#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git patch-id [--stable | --unstable | --verbatim]", NULL};

enum { MODE_DEFAULT, MODE_STABLE, MODE_UNSTABLE, MODE_VERBATIM };

struct reading {
    struct cli *cli;
    struct qn_patch_id id;
    struct qn_id commit; /* null: none was named */
    uint32_t algorithm;
    bool is_stable;
    bool is_verbatim;
};

static void begin(struct reading *reading)
{
    qn_patch_id_begin(&reading->id, reading->algorithm, reading->is_stable,
                      reading->is_verbatim);
}

static void flush(struct reading *reading)
{
    struct qn_id patch;
    bool is_empty;

    cli_check(reading->cli, qn_patch_id_end(reading->cli->ctx, &reading->id,
                                            &patch, &is_empty));
    if (!is_empty) {
        cli_put_id(reading->cli, &patch);
        cli_put(reading->cli, ' ');
        cli_put_id(reading->cli, &reading->commit);
        cli_put(reading->cli, '\n');
    }
    begin(reading);
}

/* "commit <id>", "From <id> ...", or an id alone: another patch begins. */
static bool names_commit(struct reading *reading, struct qn_bytes line,
                         struct qn_id *out)
{
    size_t size = qn_id_hex_size(reading->algorithm);

    if (qn_bytes_has_prefix(line, "commit "))
        line = qn_bytes_from(line, 7);
    else if (qn_bytes_has_prefix(line, "From "))
        line = qn_bytes_from(line, 5);
    if (line.size < size ||
        (line.size > size && line.data[size] != ' ' &&
         line.data[size] != '\t' && line.data[size] != '\r'))
        return false;
    return qn_id_from_hex(out, reading->algorithm, qn_bytes_first(line, size));
}

static void read_patches(struct reading *reading, struct qn_bytes text)
{
    struct qn_bytes line;
    struct qn_id commit;

    begin(reading);
    while (qn_bytes_next(&text, '\n', &line)) {
        if (!qn_patch_id_is_in_hunk(&reading->id) &&
            names_commit(reading, line, &commit)) {
            flush(reading);
            reading->commit = commit;
            continue;
        }
        cli_check(reading->cli,
                  qn_patch_id_line(reading->cli->ctx, &reading->id, line));
    }
    flush(reading);
}

int cmd_patch_id(struct cli *cli, int argc, char **argv)
{
    int mode = MODE_DEFAULT;
    const struct cli_option options[] = {
        CLI_MODE(0, "unstable", &mode, MODE_UNSTABLE,
                 "the order of files matters"),
        CLI_MODE(0, "stable", &mode, MODE_STABLE, "it does not"),
        CLI_MODE(0, "verbatim", &mode, MODE_VERBATIM, "white space matters"),
        CLI_END};
    struct reading reading = {.cli = cli};
    struct qn_buf text = QN_BUF_INIT;

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    reading.algorithm =
        cli->repo ? qn_repo_algorithm(cli->repo) : (uint32_t)QN_HASH_SHA1;
    reading.is_verbatim = mode == MODE_VERBATIM ||
                          (mode == MODE_DEFAULT &&
                           cli_config_bool(cli, "patchid.verbatim", false));
    reading.is_stable =
        reading.is_verbatim || mode == MODE_STABLE ||
        (mode == MODE_DEFAULT && cli_config_bool(cli, "patchid.stable", false));
    qn_id_clear(&reading.commit, reading.algorithm);
    cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &text));
    read_patches(&reading, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return 0;
}
