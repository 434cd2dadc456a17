/* SPDX-License-Identifier: MIT */
#include "cli/asking.h"
#include "cli/connecting.h"
#include "cli/ref_tools.h"
#include "operation/part/http_walk.h"
#include "os/file.h"
#include "os/process.h"
#include "text/percent.h"
#include "text/ref_name.h"

#include <string.h>
#include <unistd.h>

/* What Git exits with when it did not get all. */
#define EXIT_FAILED 255

static const char usage[] =
    "usage: git http-fetch [-c] [-t] [-a] [-v] [--recover] [-w ref] "
    "[--stdin | --packfile=hash | commit-id] url\n";

struct fetch {
    struct cli *cli;
    bool is_verbose, recovers, reads_stdin;
    const char *pack, *index_arguments, *write;
    struct cli_list index_words; /* the same, one an option, not encoded */
    struct qn_buf url;           /* as Git shows it: with a slash at its end */
    struct qn_connection_options options;
    struct qn_http_client *client;
    struct qn_id_list ids;
    struct cli_list names; /* beside the ids; "": none */
};

/* The arguments that begin with "-"; answers how many, or -1 for -h. */
static int parse(struct fetch *f, int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && argv[i][0] == '-'; i++) {
        const char *word = argv[i];

        if (strcmp(word, "-h") == 0)
            return -1;
        if (word[1] == 'v')
            f->is_verbose = true;
        else if (word[1] == 'w' && i + 1 < argc)
            f->write = argv[++i];
        else if (strcmp(word, "--recover") == 0)
            f->recovers = true;
        else if (strcmp(word, "--stdin") == 0)
            f->reads_stdin = true;
        else if (strncmp(word, "--packfile=", 11) == 0)
            f->pack = word + 11;
        else if (strncmp(word, "--index-pack-args=", 18) == 0)
            f->index_arguments = word + 18;
        else if (strncmp(word, "--index-pack-arg=", 17) == 0)
            cli_list_add(f->cli, &f->index_words, word + 17);
        /* -a, -c, -t, and whatever else: Git looks away, too. */
    }
    return i - 1;
}

static void tell(void *data, const char *text)
{
    cli_stderr(data, "%s\n", text);
}

static void open_client(struct fetch *f, const char *url)
{
    struct cli *cli = f->cli;
    static struct qn_buf agent;

    f->options.config = cli_config(cli);
    f->options.url = url;
    f->options.agent = cli_agent(cli, &agent);
    f->options.own_program = cli_own_program(cli);
    f->options.prompt = cli_prompt_calls(cli);
    cli_check(cli, qn_http_client_new(cli->ctx, &f->options, &f->client));
}

/* An id, or the name of a file on the server that holds one. */
static bool find_target(struct fetch *f, const char *text, struct qn_id *id)
{
    struct cli *cli = f->cli;
    uint32_t algorithm = qn_odb_algorithm(cli->odb);
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_http_request request = {.is_optional = true};
    struct qn_buf url = QN_BUF_INIT, content = {.limit = 4096};
    bool found = false;
    enum qn_status status;

    if (qn_id_from_hex(id, algorithm, qn_bytes_from_string(text)))
        return true;
    if (qn_ref_name_is_valid(qn_bytes_from_string(text), 0)) {
        status = qn_buf_printf(cli->ctx, &url, "%s%s",
                               qn_http_client_base(f->client), text);
        request.url = qn_buf_string(&url);
        if (!status)
            status =
                qn_http_client_request(cli->ctx, f->client, &request, &answer);
        if (!status && !answer.is_missing)
            status = qn_http_answer_read_all(cli->ctx, &answer, &content);
        if (status)
            cli_forget(cli);
        else
            found = qn_id_from_hex(id, algorithm,
                                   qn_bytes_trim_end(qn_buf_bytes(&content)));
        qn_http_answer_end(&answer);
    }
    qn_buf_dispose(&url);
    qn_buf_dispose(&content);
    if (!found)
        cli_error(cli,
                  "Could not interpret response from server '%s' as something "
                  "to pull",
                  text);
    return found;
}

static bool add_target(struct fetch *f, const char *text, const char *name)
{
    struct qn_id id;

    if (!find_target(f, text, &id))
        return false;
    cli_check(f->cli, qn_id_list_add(f->cli->ctx, &f->ids, &id));
    cli_list_add(f->cli, &f->names, name ? name : "");
    return true;
}

/* "<commit>[TAB <ref>]" a line. */
static bool add_from_stdin(struct fetch *f)
{
    static struct qn_buf text; /* names stay in it */
    char *line;

    cli_check(f->cli, qn_file_read_rest(f->cli->ctx, STDIN_FILENO, &text));
    line = (char *)text.data;
    while (line && *line) {
        char *end = strchr(line, '\n'), *tab;

        if (end)
            *end = '\0';
        tab = strchr(line, '\t');
        if (tab)
            *tab++ = '\0';
        if (!add_target(f, line, tab))
            return false;
        line = end ? end + 1 : NULL;
    }
    return true;
}

static void write_refs(struct fetch *f)
{
    struct cli *cli = f->cli;
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf name = QN_BUF_INIT, message = QN_BUF_INIT;
    bool has_any = false;
    size_t i;

    cli_check(cli, qn_buf_printf(cli->ctx, &message, "fetch from %s",
                                 qn_http_client_base(f->client)));
    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    for (i = 0; i < f->ids.count; i++) {
        if (!*f->names.items[i])
            continue;
        qn_buf_clear(&name);
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &name, "refs/%s", f->names.items[i]));
        cli_check(cli, qn_ref_transaction_update(
                           cli->ctx, transaction, qn_buf_string(&name),
                           &f->ids.ids[i], NULL, 0, qn_buf_string(&message)));
        has_any = true;
    }
    if (has_any)
        cli_check(cli, qn_ref_transaction_commit(cli->ctx, transaction,
                                                 cli_ref_writer(cli)));
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&name);
    qn_buf_dispose(&message);
}

static int walk(struct fetch *f)
{
    struct cli *cli = f->cli;
    struct qn_http_walk walk = {.scope = &cli->scope,
                                .client = f->client,
                                .opened = &f->options,
                                .ids = f->ids.ids,
                                .count = f->ids.count,
                                .recovers = f->recovers,
                                .told = f->is_verbose ? tell : NULL,
                                .data = cli};
    enum qn_status status = qn_http_walk_run(cli->ctx, &walk);

    if (status && strcmp(qn_ctx_reason(cli->ctx), "http.walk") == 0) {
        cli_forget(cli);
        return EXIT_FAILED;
    }
    cli_check(cli, status);
    write_refs(f);
    return 0;
}

/* The words of --index-pack-args, decoded, behind "index-pack". */
static void make_arguments(struct fetch *f, struct cli_list *out)
{
    struct cli *cli = f->cli;
    const char *const *own = cli_own_program(cli);
    struct qn_bytes rest = qn_bytes_from_string(f->index_arguments), word;

    cli_list_add(cli, out, own ? own[0] : "git");
    if (f->index_words.count) {
        size_t i;

        for (i = 0; i < f->index_words.count; i++)
            cli_list_add(cli, out, f->index_words.items[i]);
        cli_list_add(cli, out, NULL);
        return;
    }
    cli_list_add(cli, out, "index-pack");
    while (qn_bytes_next(&rest, ' ', &word)) {
        struct qn_buf plain = QN_BUF_INIT;
        char *text;

        cli_check(cli, qn_percent_decode(cli->ctx, word, &plain));
        cli_check(cli, qn_buf_append_string(cli->ctx, &plain, ""));
        text = qn_buf_detach(cli->ctx, &plain);
        if (!text)
            cli_die(cli);
        cli_list_add(cli, out, text);
    }
    cli_list_add(cli, out, NULL);
}

/* A pack from just that URL, into index-pack. */
static int fetch_pack(struct fetch *f, const char *url)
{
    struct cli *cli = f->cli;
    struct cli_list words = {NULL, 0, 0, false};
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_http_request request = {.url = url};
    struct qn_process_options how = {.in = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    struct qn_id id;
    size_t used = 1;
    int code = 0;

    if (!qn_id_from_hex(&id, qn_odb_algorithm(cli->odb),
                        qn_bytes_from_string(f->pack)))
        cli_die_with(cli,
                     "argument to --packfile must be a valid hash (got '%s')",
                     f->pack);
    if (!f->index_arguments && !f->index_words.count)
        cli_die_with(cli, "the option '%s' requires '%s'", "--packfile",
                     "--index-pack-args");
    open_client(f, url);
    make_arguments(f, &words);
    how.argv = words.items;
    cli_check(cli,
              qn_http_client_request(cli->ctx, f->client, &request, &answer));
    cli_check(cli, qn_process_start(cli->ctx, &how, &process));
    while (used) {
        char room[65536];
        struct qn_bytes rest;

        cli_check(cli, qn_http_answer_read(cli->ctx, &answer, room,
                                           sizeof(room), &used));
        for (rest = qn_bytes_make(room, used); rest.size;) {
            ptrdiff_t put =
                qn_process_write(qn_process_in(process), rest.data, rest.size);

            if (put <= 0)
                break; /* its exit code says why */
            rest = qn_bytes_from(rest, (size_t)put);
        }
    }
    qn_process_close_in(process);
    cli_check(cli, qn_process_wait(cli->ctx, process, &code));
    qn_http_answer_end(&answer);
    if (code)
        cli_die_with(cli, "finish_http_pack_request gave result -1");
    return 0;
}

int cmd_http_fetch(struct cli *cli, int argc, char **argv)
{
    struct fetch f = {.cli = cli};
    int taken = parse(&f, argc, argv);
    bool has_id = !f.reads_stdin && !f.pack;
    struct qn_odb *raw = NULL;
    int code = 0;

    if (taken < 0) {
        cli_puts(cli, usage);
        return CLI_EXIT_USAGE;
    }
    if (argc - 1 - taken != (has_id ? 2 : 1)) {
        cli_stderr(cli, "%s", usage);
        return CLI_EXIT_USAGE;
    }
    cli_open_refs(cli);
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    argv += taken + 1;
    if (f.pack) {
        code = fetch_pack(&f, argv[0]);
    } else {
        open_client(&f, argv[has_id ? 1 : 0]);
        if (has_id ? add_target(&f, argv[0], f.write) : add_from_stdin(&f))
            code = walk(&f);
        else
            code = EXIT_FAILED;
    }
    qn_http_client_free(f.client);
    qn_id_list_dispose(&f.ids);
    return code;
}
