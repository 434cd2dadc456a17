/* SPDX-License-Identifier: MIT */
#include "cli/fetch_many.h"

#include "base/memory.h"
#include "cli/connecting.h"
#include "os/parallel.h"
#include "os/process_group.h"

int cli_fetch_parallel(struct cli *cli)
{
    int64_t jobs = cli_config_int(cli, "fetch.parallel", 1);

    if (jobs < 0)
        cli_die_with(cli, "fetch.parallel cannot be negative");
    return jobs > INT32_MAX ? INT32_MAX : (int)jobs;
}

/* The words for one of them; the first is for cli_run_self to set. */
static void make_words(struct cli *cli, const struct cli_fetch_many *many,
                       const char *remote, bool is_beside, struct cli_list *out)
{
    size_t i;

    cli_list_add(cli, out, "git");
    cli_list_add(cli, out, "-c");
    cli_list_add(cli, out, "fetch.bundleURI=");
    cli_list_add(cli, out, "fetch");
    for (i = 0; i < many->words->count; i++)
        cli_list_add(cli, out, many->words->items[i]);
    if (is_beside)
        cli_list_add(cli, out, "--end-of-options");
    cli_list_add(cli, out, remote);
    cli_list_add(cli, out, NULL);
}

static int fetch_in_turn(struct cli *cli, const struct cli_fetch_many *many)
{
    int result = 0;
    size_t i;

    for (i = 0; i < many->remotes->count; i++) {
        const char *name = many->remotes->items[i];
        struct cli_list words = {NULL, 0, 0, false};

        if (many->tells)
            cli_printf(cli, "Fetching %s\n", name);
        make_words(cli, many, name, false, &words);
        if (cli_run_self(cli, words.items, NULL)) {
            (void)cli_error(cli, "could not fetch %s", name);
            result = 1;
        }
        qn_memory_free(words.items);
    }
    return result;
}

static void start(struct cli *cli, const struct cli_fetch_many *many, size_t i,
                  struct qn_process_group *group)
{
    struct cli_list words = {NULL, 0, 0, false};
    struct qn_process_options how = {.in = QN_PROCESS_NULL,
                                     .out = QN_PROCESS_STDERR,
                                     .err = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    const char *const *own = cli_own_program(cli);

    make_words(cli, many, many->remotes->items[i], true, &words);
    if (own)
        words.items[0] = own[0];
    how.argv = words.items;
    if (many->tells)
        cli_printf(cli, "Fetching %s\n", many->remotes->items[i]);
    cli_flush(cli);
    cli_check(cli, qn_process_start(cli->ctx, &how, &process));
    qn_process_group_add(group, process, QN_BYTES_NONE, i);
    qn_memory_free(words.items);
}

static int fetch_beside(struct cli *cli, const struct cli_fetch_many *many,
                        uint32_t jobs)
{
    struct qn_process_group *group = NULL;
    size_t next = 0;
    int result = 0;

    cli_check(cli, qn_process_group_new(cli->ctx, jobs, &group));
    while (next < many->remotes->count || !qn_process_group_is_empty(group)) {
        size_t number;
        int code;

        if (next < many->remotes->count && !qn_process_group_is_full(group)) {
            start(cli, many, next++, group);
            continue;
        }
        cli_check(cli, qn_process_group_wait(cli->ctx, group, &number, &code));
        if (code) {
            cli_stderr(cli, "could not fetch '%s' (exit code: %d)\n",
                       many->remotes->items[number], code);
            result = 1;
        }
    }
    qn_process_group_free(group);
    return result;
}

int cli_fetch_many(struct cli *cli, const struct cli_fetch_many *many)
{
    int jobs = many->jobs >= 0 ? many->jobs : cli_fetch_parallel(cli);
    size_t count = many->remotes->count;

    if (jobs == 0)
        jobs = (int)qn_os_processor_count();
    if (jobs < 2 || count < 2)
        return fetch_in_turn(cli, many);
    return fetch_beside(
        cli, many, (uint32_t)((size_t)jobs < count ? (size_t)jobs : count));
}
