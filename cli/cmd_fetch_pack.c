/* SPDX-License-Identifier: MIT */
#include "cli/connecting.h"
#include "cli/progress.h"
#include "cli/remote_said.h"
#include "object/filter_spec.h"
#include "operation/part/fetch_source.h"
#include "os/file.h"
#include "text/date.h"
#include "transport/address.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git fetch-pack [--all] [--stdin] [-q | --quiet] [-k | --keep] [--thin]\n"
    "               [--include-tag] [--upload-pack=<path>] [--depth=<n>]\n"
    "               [--no-progress] [--diag-url] [-v]\n"
    "               <repository> [<refs>...]",
    NULL};

struct wanted {
    const char *name;
    bool is_id, is_met;
    struct qn_id id;
};

struct fetching {
    struct cli *cli;
    struct qn_fetch_pack pack;
    struct qn_fetch_depth depth;
    struct qn_fetch_pack_result got;
    struct qn_fetch_source source;
    struct cli_remote_said said;
    struct qn_buf filter, input;
    struct wanted *wanted;
    size_t count, capacity;
    const struct qn_remote_ref **found; /* in the order told */
    size_t found_count;
    const char *program;
    bool all, reads_stdin, is_quiet, no_progress, is_verbose, is_packets,
        shows_url, is_partial, wants_check, is_thin;
    int keep;
};

static bool take_value(const char *word, const char *option, const char **out)
{
    size_t size = strlen(option);

    if (strncmp(word, option, size) != 0 || word[size] != '=')
        return false;
    *out = word + size + 1;
    return true;
}

static void take_filter(struct fetching *f, const char *text)
{
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;

    cli_check(f->cli, qn_filter_spec_parse(f->cli->ctx, &spec,
                                           qn_bytes_from_string(text)));
    qn_buf_clear(&f->filter);
    cli_check(f->cli, qn_filter_spec_append(f->cli->ctx, &spec, &f->filter));
    qn_filter_spec_dispose(&spec);
}

static bool take_flag(struct fetching *f, const char *word)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {{"--all", &f->all},
                 {"--stdin", &f->reads_stdin},
                 {"--quiet", &f->is_quiet},
                 {"-q", &f->is_quiet},
                 {"--thin", &f->is_thin},
                 {"--include-tag", &f->pack.includes_tags},
                 {"-v", &f->is_verbose},
                 {"--no-progress", &f->no_progress},
                 {"--stateless-rpc", &f->is_packets},
                 {"--lock-pack", &f->pack.locks_pack},
                 {"--check-self-contained-and-connected", &f->wants_check},
                 {"--cloning", &f->pack.is_clone},
                 {"--deepen-relative", &f->depth.is_relative},
                 {"--diag-url", &f->shows_url},
                 {"--from-promisor", &f->is_partial},
                 {"--refetch", &f->pack.refetches}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (strcmp(word, flags[i].word) == 0) {
            *flags[i].flag = true;
            return true;
        }
    if (strcmp(word, "--update-shallow") == 0)
        return true; /* what is told is taken as it comes */
    if (strcmp(word, "-k") == 0 || strcmp(word, "--keep") == 0) {
        f->keep++;
        return true;
    }
    if (strcmp(word, "--no-filter") == 0) {
        qn_buf_clear(&f->filter);
        return true;
    }
    return false;
}

static bool take_option(struct fetching *f, const char *word)
{
    struct cli *cli = f->cli;
    const char *value;

    if (take_flag(f, word))
        return true;
    if (take_value(word, "--upload-pack", &f->program) ||
        take_value(word, "--exec", &f->program))
        return true;
    if (take_value(word, "--depth", &value)) {
        f->depth.depth = strtoul(value, NULL, 0);
        return true;
    }
    if (take_value(word, "--shallow-since", &value)) {
        f->depth.has_since = true;
        f->depth.since = qn_date_approximate(cli->env, value, NULL);
        return true;
    }
    if (take_value(word, "--shallow-exclude", &value)) {
        cli_check(cli, qn_wire_words_add(cli->ctx, &f->depth.excludes,
                                         qn_bytes_from_string(value)));
        return true;
    }
    if (take_value(word, "--filter", &value)) {
        take_filter(f, value);
        return true;
    }
    return false;
}

/* ---- which refs */

static void add_wanted(struct fetching *f, const char *name)
{
    struct cli *cli = f->cli;
    struct wanted *w;

    cli_check(cli, qn_memory_grow(cli->ctx, &f->wanted, &f->capacity,
                                  f->count + 1, sizeof(*f->wanted)));
    w = &f->wanted[f->count++];
    memset(w, 0, sizeof(*w));
    w->name = name;
    w->is_id = qn_id_from_hex(&w->id, qn_repo_algorithm(cli->repo),
                              qn_bytes_from_string(name));
}

/* A line each; with --stateless-rpc a packet each, up to a flush. */
static void read_wanted(struct fetching *f)
{
    struct cli *cli = f->cli;
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    struct qn_bytes rest, line;
    struct qn_pkt_line packet;
    size_t i;

    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &f->input));
    if (f->is_packets) {
        cli_check(
            cli, qn_wire_input_feed(cli->ctx, &input, qn_buf_bytes(&f->input)));
        qn_buf_clear(&f->input);
        input.is_over = true;
        for (;;) {
            cli_check(cli, qn_wire_input_next(cli->ctx, &input, &packet));
            if (packet.kind != QN_PKT_LINE_DATA)
                break;
            line = qn_pkt_line_text(&packet);
            cli_check(cli, qn_buf_printf(cli->ctx, &f->input, "%.*s\n",
                                         QN_BYTES_ARG(line)));
        }
        qn_wire_input_dispose(&input);
    }
    for (i = 0; i < f->input.size; i++)
        if (f->input.data[i] == '\n')
            f->input.data[i] = '\0';
    rest = qn_buf_bytes(&f->input);
    while (qn_bytes_next(&rest, '\0', &line))
        add_wanted(f, (const char *)line.data);
}

static void choose(struct fetching *f, const struct qn_remote_refs *refs,
                   struct qn_id_list *wants, struct qn_wire_words *names)
{
    struct cli *cli = f->cli;
    size_t i, k;

    f->found = qn_memory_array(cli->ctx, refs->count + 1, sizeof(*f->found));
    if (!f->found)
        cli_die(cli);
    for (i = 0; i < refs->count; i++) {
        const struct qn_remote_ref *ref = &refs->items[i];
        bool is_wanted = f->all;

        for (k = 0; k < f->count; k++)
            if (strcmp(f->wanted[k].name, ref->name) == 0)
                is_wanted = f->wanted[k].is_met = true;
        if (!is_wanted || ref->is_unborn)
            continue;
        f->found[f->found_count++] = ref;
        cli_check(cli, qn_id_list_add(cli->ctx, wants, &ref->id));
        cli_check(cli, qn_wire_words_add(cli->ctx, names,
                                         qn_bytes_from_string(ref->name)));
    }
    for (k = 0; k < f->count; k++)
        if (!f->wanted[k].is_met && f->wanted[k].is_id) {
            f->wanted[k].is_met = true;
            cli_check(cli, qn_id_list_add(cli->ctx, wants, &f->wanted[k].id));
            cli_check(cli, qn_wire_words_add(
                               cli->ctx, names,
                               qn_bytes_from_string(f->wanted[k].name)));
        } else {
            f->wanted[k].is_id = false;
        }
}

static int print(struct fetching *f)
{
    struct cli *cli = f->cli;
    int result = f->found_count > 0 ? 0 : 1;
    size_t i, k, position = 0;
    const char *other;

    if (f->got.is_indexed && f->pack.locks_pack) {
        cli_printf(cli, "lock %s/objects/pack/pack-",
                   qn_repo_git_directory_shown(cli->repo));
        cli_put_id(cli, &f->got.checksum);
        cli_puts(cli, ".keep\n");
        while ((other = qn_wire_words_next(&f->got.elsewhere, &position)))
            cli_printf(cli, "lock %s/objects/pack/pack-%s.keep\n",
                       qn_repo_git_directory_shown(cli->repo), other);
    } else if (f->got.is_indexed &&
               (f->keep > 0 || f->pack.locks_pack || f->is_partial)) {
        cli_puts(cli, f->keep > 0 || f->pack.locks_pack ? "keep\t" : "pack\t");
        cli_put_id(cli, &f->got.checksum);
        cli_put(cli, '\n');
        while ((other = qn_wire_words_next(&f->got.elsewhere, &position)))
            cli_printf(cli, "%s\t%s\n",
                       f->keep > 0 || f->pack.locks_pack ? "keep" : "pack",
                       other);
    }
    if (f->wants_check && f->got.is_contained)
        cli_puts(cli, "connectivity-ok\n");
    for (k = 0; k < f->count; k++) {
        if (f->wanted[k].is_id)
            result = result && f->found_count == 0 && k + 1 < f->count;
        if (!f->wanted[k].is_met) {
            cli_error(cli, "no such remote ref %s", f->wanted[k].name);
            result = 1;
        }
    }
    for (i = 0; i < f->found_count; i++) {
        cli_put_id(cli, &f->found[i]->id);
        cli_printf(cli, " %s\n", f->found[i]->name);
    }
    for (k = 0; k < f->count; k++)
        if (f->wanted[k].is_id)
            cli_printf(cli, "%s %s\n", f->wanted[k].name, f->wanted[k].name);
    return result;
}

static int show_url(struct cli *cli, const char *url)
{
    struct qn_address address = QN_ADDRESS_INIT;

    cli_check(cli, qn_address_parse(cli->ctx, url, &address));
    cli_printf(cli, "Diag: url=%s\nDiag: protocol=%s\n", url, address.protocol);
    if (address.kind == QN_ADDRESS_SSH)
        cli_printf(cli, "Diag: userandhost=%s\nDiag: port=%s\n", address.host,
                   address.port ? address.port : "NONE");
    else
        cli_printf(cli, "Diag: hostandport=%s\n",
                   address.host ? address.host : "");
    cli_printf(cli, "Diag: path=%s\n", address.path);
    qn_address_dispose(&address);
    return 0;
}

static int fetch(struct fetching *f, const char *name)
{
    struct cli *cli = f->cli;
    struct qn_remote *remote = cli_remote(cli, name, false);
    struct qn_connection_options options;
    struct qn_ls_refs request = {
        .peels = true, .shows_symrefs = true, .shows_unborn = true};
    const struct qn_remote_refs *refs = NULL;
    struct qn_id_list wants = {0};
    struct qn_wire_words names = QN_WIRE_WORDS_INIT;
    int result;

    cli_connection_options(cli, remote, QN_SERVICE_UPLOAD_PACK, &options);
    options.url = name; /* a place: names of remotes mean nothing here */
    if (f->program)
        options.program = f->program;
    cli_remote_said_begin(cli, &f->said, options.url);
    cli_check(cli, qn_fetch_source_open(cli->ctx, &options, &f->source));
    cli_check(
        cli, qn_fetch_source_refs(cli->ctx, &f->source, &request, NULL, &refs));
    choose(f, refs, &wants, &names);
    f->pack.scope = &cli->scope;
    f->pack.refs = refs;
    f->pack.is_verbose = f->is_verbose;
    f->pack.wants = &wants;
    f->pack.names = &names;
    if (wants.count > 0)
        cli_check(cli,
                  qn_fetch_source_run(cli->ctx, &f->source, &f->pack, &f->got));
    cli_check(cli, qn_fetch_source_finish(cli->ctx, &f->source));
    cli_remote_said_end(&f->said);
    result = print(f);
    qn_fetch_pack_result_dispose(&f->got);
    qn_fetch_source_dispose(&f->source);
    qn_id_list_dispose(&wants);
    qn_wire_words_dispose(&names);
    qn_memory_free((void *)f->found);
    qn_memory_free(f->wanted);
    qn_remote_free(remote);
    return result;
}

int cmd_fetch_pack(struct cli *cli, int argc, char **argv)
{
    const struct cli_option none[] = {CLI_END};
    struct fetching f = {.cli = cli};
    struct qn_odb *raw = NULL;
    int i = 1;

    if (argc == 2 && strcmp(argv[1], "-h") == 0) {
        cli_print_options(cli, false, usage, none, false);
        return CLI_EXIT_USAGE;
    }
    for (; i < argc && argv[i][0] == '-'; i++)
        if (!take_option(&f, argv[i]))
            cli_usage(cli, usage, none);
    if (i >= argc)
        cli_usage(cli, usage, none);
    if (f.shows_url)
        return show_url(cli, argv[i]);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    cli_hold_objects(cli);
    for (int k = i + 1; k < argc; k++)
        add_wanted(&f, argv[k]);
    if (f.reads_stdin)
        read_wanted(&f);
    f.pack.depth = &f.depth;
    f.pack.filter = f.filter.size ? qn_buf_string(&f.filter) : NULL;
    f.pack.promisor = f.is_partial ? "" : NULL;
    f.pack.is_not_thin = !f.is_thin;
    f.pack.is_quiet = f.no_progress;
    f.pack.keep = f.keep > 0 ? QN_FETCH_KEEP_LOCKED : QN_FETCH_KEEP_BY_SIZE;
    f.pack.checks_contained = f.wants_check;
    f.pack.title = f.is_quiet || f.no_progress ? NULL : "Receiving objects";
    f.pack.unpack_title = NULL;
    f.pack.said = cli_remote_said_take;
    f.pack.data = &f.said;
    cli_check(cli, qn_negotiator_configured(cli->ctx, cli_config(cli),
                                            &f.pack.negotiator));
    cli_show_progress(cli, !f.pack.is_quiet);
    return fetch(&f, argv[i]);
}
