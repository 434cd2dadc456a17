/* SPDX-License-Identifier: MIT */
/* merge-index: run a program for each unmerged path; git-merge-index(1). */
#include "cli/cli.h"
#include "cli/work.h"
#include "os/process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const usage[] = {
    "git merge-index [-o] [-q] <merge-program> (-a | [--] [<filename>...])",
    NULL};

struct merge_index {
    struct cli *cli;
    struct cli_work work;
    const char *program;
    bool is_one_shot, is_quiet;
    int failures;
};

static void run_program(struct merge_index *m, const char *const *words)
{
    struct cli *cli = m->cli;
    struct qn_process_options options = {.argv = words};
    struct qn_process *process = NULL;
    int code = 0;

    cli_flush(cli);
    if (strcmp(m->program, "git-merge-one-file") == 0) {
        char *copies[9];
        size_t i;

        for (i = 0; i < 9; i++)
            copies[i] = (char *)(uintptr_t)words[i];
        code = cmd_merge_one_file(cli, 8, copies);
        cli_flush(cli);
    } else if (qn_process_start(cli->ctx, &options, &process) ||
               qn_process_wait(cli->ctx, process, &code)) {
        cli_error(cli, "cannot run %s: %s", m->program,
                  strerror(qn_ctx_errno(cli->ctx)));
        qn_ctx_clear(cli->ctx);
        code = 127;
    }
    if (code == 0)
        return;
    if (m->is_one_shot) {
        m->failures++;
        return;
    }
    if (!m->is_quiet)
        cli_die_with(cli, "merge program failed");
    cli_exit(cli, 1);
}

/* The entries from `at` on that have one path; how many there were. */
static size_t merge_at(struct merge_index *m, size_t at)
{
    struct qn_index *index = m->work.index;
    const struct qn_index_entry *first = qn_index_peek(index, at);
    char hexes[4][QN_ID_MAX_HEX_SIZE + 1] = {"", "", "", ""};
    char modes[4][12] = {"", "", "", ""};
    struct qn_buf path = QN_BUF_INIT;
    const char *words[9];
    size_t found = 0;

    for (; at + found < qn_index_count(index); found++) {
        const struct qn_index_entry *entry = qn_index_peek(index, at + found);

        if (!qn_bytes_is_equal(entry->path, first->path))
            break;
        qn_id_to_hex(&entry->id, hexes[entry->stage]);
        snprintf(modes[entry->stage], sizeof(modes[0]), "%o", entry->mode);
    }
    if (first->stage == 0)
        return found;
    cli_check(m->cli, qn_buf_append_bytes(m->cli->ctx, &path, first->path));
    words[0] = m->program;
    words[1] = hexes[1];
    words[2] = hexes[2];
    words[3] = hexes[3];
    words[4] = qn_buf_string(&path);
    words[5] = modes[1];
    words[6] = modes[2];
    words[7] = modes[3];
    words[8] = NULL;
    run_program(m, words);
    qn_buf_dispose(&path);
    return found;
}

static void merge_all(struct merge_index *m)
{
    size_t i = 0;

    while (i < qn_index_count(m->work.index))
        i += merge_at(m, i);
}

static void merge_path(struct merge_index *m, const char *path)
{
    struct qn_index *index = m->work.index;
    struct qn_bytes wanted = qn_bytes_from_string(path);
    bool found = false;
    size_t at;

    /* The position, or where it would be. */
    for (at = 0; at < qn_index_count(index); at++)
        if (qn_bytes_is_equal(qn_index_peek(index, at)->path, wanted)) {
            found = true;
            break;
        }
    if (!found)
        cli_die_with(m->cli, "git merge-index: %s not in the cache", path);
    merge_at(m, at);
}

int cmd_merge_index(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    struct merge_index m = {.cli = cli};
    bool forces_file = false;
    int i = 1;

    if (argc == 2 && strcmp(argv[1], "-h") == 0) {
        cli_print_options(cli, false, usage, options, false);
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    if (argc < 3)
        cli_usage(cli, usage, options);
    cli_work_open(cli, &m.work, CLI_WORK_NO_TREE);
    if (strcmp(argv[i], "-o") == 0) {
        m.is_one_shot = true;
        i++;
    }
    if (i < argc && strcmp(argv[i], "-q") == 0) {
        m.is_quiet = true;
        i++;
    }
    m.program = i < argc ? argv[i++] : "";
    for (; i < argc; i++) {
        const char *word = argv[i];

        if (!forces_file && word[0] == '-') {
            if (strcmp(word, "--") == 0) {
                forces_file = true;
                continue;
            }
            if (strcmp(word, "-a") == 0) {
                merge_all(&m);
                continue;
            }
            cli_die_with(cli, "git merge-index: unknown option %s", word);
        }
        merge_path(&m, word);
    }
    cli_work_close(&m.work);
    if (m.failures && !m.is_quiet)
        cli_die_with(cli, "merge program failed");
    return m.failures;
}
