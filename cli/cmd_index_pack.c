/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/pack_listing.h"
#include "cli/progress.h"
#include "cli/upkeep.h"
#include "object/check_policy.h"
#include "operation/part/object_checker.h"
#include "os/file.h"
#include "pack/pack_feed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static const char *const usage[] = {
    "git index-pack [<options>] <pack-file>",
    "git index-pack [<options>] --stdin [--fix-thin] [--keep[=<msg>]]\n"
    "               [<pack-file>]",
    NULL};

struct choices {
    const char *index_path;
    const char *keep;
    const char *promisor;
    const char *strict; /* what is behind the "="; "" without */
    const char *fsck;
    const char *format;
    const char *form;
    const char *threads;
    const char *limit;
    const char *title;
    bool from_stdin, fixes_thin, verbose, verify, lists, histogram, connected;
    int reverse; /* -1: as configured */
};

/* An optional text; without one it is empty. */
static int take_text(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    (void)cli;
    (void)is_negated;
    *(const char **)option->value = argument ? argument : "";
    return 0;
}

/* Git takes these words only in these forms: nothing is abbreviated. */
static bool is_known(const char *word, const char *next)
{
    static const char *const whole[] = {"-v",
                                        "-o",
                                        "--stdin",
                                        "--fix-thin",
                                        "--strict",
                                        "--fsck-objects",
                                        "--check-self-contained-and-connected",
                                        "--verify",
                                        "--verify-stat",
                                        "--verify-stat-only",
                                        "--keep",
                                        "--promisor",
                                        "--rev-index",
                                        "--no-rev-index",
                                        "--progress-title",
                                        "-h",
                                        "--help",
                                        "--help-all",
                                        NULL};
    static const char *const fronts[] = {
        "--strict=",         "--fsck-objects=",
        "--keep=",           "--promisor=",
        "--threads=",        "--index-version=",
        "--max-input-size=", "--object-format=",
        "--help=",           NULL};
    size_t i;

    for (i = 0; whole[i]; i++)
        if (strcmp(word, whole[i]) == 0)
            return strcmp(word, "-o") != 0 || next;
    for (i = 0; fronts[i]; i++)
        if (strncmp(word, fronts[i], strlen(fronts[i])) == 0)
            return true;
    return word[0] != '-';
}

static void check_words(struct cli *cli, int argc, char **argv,
                        const struct cli_option *options)
{
    int outputs = 0, i;

    for (i = 1; i < argc; i++) {
        if (!is_known(argv[i], i + 1 < argc ? argv[i + 1] : NULL))
            cli_usage(cli, usage, options);
        if (strcmp(argv[i], "-o") == 0) {
            outputs++;
            i++;
        } else if (strcmp(argv[i], "--progress-title") == 0) {
            i++;
        }
    }
    if (outputs > 1)
        cli_usage(cli, usage, options);
}

static uint32_t choose_algorithm(struct cli *cli, const char *format)
{
    uint32_t algorithm =
        cli->repo ? qn_repo_algorithm(cli->repo) : (uint32_t)QN_HASH_SHA1;

    if (!format)
        return algorithm;
    algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(format));
    if (algorithm == QN_HASH_NONE)
        cli_die_with(cli, "unknown hash algorithm '%s'", format);
    return algorithm;
}

/* A message line is ended, as Git ends it. */
static void end_line(struct cli *cli, const char *text, struct qn_buf *out)
{
    if (!text)
        return;
    cli_check(cli, qn_buf_append_string(cli->ctx, out, text));
    if (out->size > 0)
        cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\n'));
}

/* "2", "2,0x1000": the version, and offsets beyond which take 64 bits. */
static void take_form(struct cli *cli, const char *text,
                      struct qn_pack_table_form *form)
{
    char *end;

    if (!text)
        return;
    errno = 0;
    form->version = (uint32_t)strtoul(text, &end, 10);
    if (form->version > 2)
        cli_die_with(cli, "bad --index-version=%s", text);
    form->version = form->version ? form->version : 1;
    if (*end == ',')
        form->large_from = (uint32_t)strtoul(end + 1, &end, 0);
    if (*end || (form->large_from & 0x80000000u) || errno)
        cli_die_with(cli, "bad --index-version=%s", text);
}

static void take_threads(struct cli *cli, const char *text,
                         struct qn_pack_receive_options *receive,
                         const struct cli_option *options)
{
    unsigned long count;
    char *end;

    if (!text)
        return;
    count = strtoul(text, &end, 0);
    if (!*text || *end || text[0] == '-' || count > 10000)
        cli_usage(cli, usage, options);
    receive->thread_count = (uint32_t)count;
}

static void configure(struct cli *cli, const struct choices *choices,
                      struct qn_pack_receive_options *receive)
{
    int64_t version = cli_config_int(cli, "pack.indexVersion", 2);
    bool reverse = cli_config_bool(cli, "pack.writeReverseIndex", true);

    if (version > 2 || version < 0)
        cli_die_with(cli, "bad pack.indexVersion=%" PRId64, version);
    receive->form.version = version == 1 ? 1 : 2;
    if (choices->reverse >= 0)
        reverse = choices->reverse;
    receive->skips_reverse = !reverse;
    receive->level = (int)cli_config_int(
        cli, "pack.compression", cli_config_int(cli, "core.compression", -1));
    pack_listing_configure(cli, receive);
}

static void take_checks(struct cli *cli, const struct choices *choices,
                        struct qn_check_policy *policy,
                        struct qn_pack_receive_options *receive)
{
    if (choices->strict)
        receive->check |= QN_PACK_RECEIVE_OBJECTS | QN_PACK_RECEIVE_LINKS;
    if (choices->fsck)
        receive->check |= QN_PACK_RECEIVE_OBJECTS;
    if (choices->connected)
        receive->check |= QN_PACK_RECEIVE_LINKS | QN_PACK_RECEIVE_CONTAINED;
    if (choices->strict)
        cli_check(cli,
                  qn_object_checker_parse(cli->ctx, policy, choices->strict));
    if (choices->fsck)
        cli_check(cli,
                  qn_object_checker_parse(cli->ctx, policy, choices->fsck));
    receive->policy = policy;
}

/* The id, the .gitmodules blobs that somebody else has to check, and the exit
 * code. */
static int answer(struct cli *cli, const struct choices *choices,
                  const struct qn_pack_receive *result)
{
    size_t size = qn_id_size(result->checksum.algorithm), at;
    struct qn_id id;

    if (choices->from_stdin)
        cli_printf(cli, "%s\t", result->was_kept ? "keep" : "pack");
    cli_put_id(cli, &result->checksum);
    cli_put(cli, '\n');
    for (at = 0; at + size <= result->missing.size; at += size) {
        qn_id_from_row(&id, result->checksum.algorithm,
                       result->missing.data + at);
        cli_put_id(cli, &id);
        cli_put(cli, '\n');
    }
    return choices->connected && !result->is_contained ? 1 : 0;
}

static int index_file(struct cli *cli, const struct choices *choices,
                      struct qn_pack_receive_options *receive, const char *path,
                      const char *index_path)
{
    uint32_t algorithm = choose_algorithm(cli, choices->format);
    struct qn_buf reverse = QN_BUF_INIT, keep = QN_BUF_INIT;
    struct qn_pack_receive_file file = {
        .path = path, .index_path = index_path, .keep = receive->keep};
    struct qn_pack_receive result;
    struct qn_file_stat stat;
    int fd = -1, code;

    if (qn_file_open(cli->ctx, path, QN_FILE_READ, 0, &fd) ||
        qn_file_stat(cli->ctx, path, &stat))
        cli_die_with(cli, "could not open '%s' for reading: %s", path,
                     strerror(qn_ctx_errno(cli->ctx)));
    qn_file_close(fd);
    if (receive->max_input_size && stat.size > receive->max_input_size)
        cli_check(cli,
                  qn_pack_feed_fail_size(cli->ctx, receive->max_input_size));
    cli_check(cli, qn_buf_printf(cli->ctx, &reverse, "%.*s.rev",
                                 (int)strlen(index_path) - 4, index_path));
    cli_check(cli, qn_buf_printf(cli->ctx, &keep, "%.*s.keep",
                                 (int)strlen(path) - 5, path));
    file.reverse_path = receive->skips_reverse ? NULL : qn_buf_string(&reverse);
    file.keep_path = receive->keep ? qn_buf_string(&keep) : NULL;
    cli_check(cli, qn_pack_receive_index(cli->ctx, algorithm, receive, &file,
                                         &result));
    code = answer(cli, choices, &result);
    qn_pack_receive_dispose(&result);
    qn_buf_dispose(&reverse);
    qn_buf_dispose(&keep);
    return code;
}

static int run(struct cli *cli, const struct choices *choices,
               struct qn_pack_receive_options *receive, const char *path)
{
    struct qn_buf index = QN_BUF_INIT, rest = QN_BUF_INIT;
    struct qn_pack_receive result;
    struct qn_file_stat stat;
    int code = 0;

    if (path && !qn_bytes_has_suffix(qn_bytes_from_string(path), ".pack") &&
        (!choices->index_path || choices->from_stdin || receive->keep))
        cli_die_with(cli, "packfile name '%s' does not end with '.pack'", path);
    if (choices->index_path)
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &index, choices->index_path));
    else if (path)
        cli_check(cli, qn_buf_printf(cli->ctx, &index, "%.*s.idx",
                                     (int)strlen(path) - 5, path));
    if (index.size > 0 && !qn_bytes_has_suffix(qn_buf_bytes(&index), ".idx"))
        cli_die_with(cli, "packfile name '%s' does not end with '.idx'",
                     qn_buf_string(&index));
    if (choices->from_stdin) {
        receive->path = path;
        receive->index_path = choices->index_path;
        /* who sends more through a pipe means it for somebody else; a file has
         * just a pack */
        if (!qn_file_stat_fd(cli->ctx, receive->fd, &stat) &&
            stat.kind != QN_FILE_REGULAR)
            receive->rest = &rest;
        cli_check(cli, qn_pack_receive_run(cli->ctx, receive, &result));
        code = answer(cli, choices, &result);
        if (rest.size > 0)
            cli_write(cli, rest.data, rest.size);
        qn_pack_receive_dispose(&result);
        if (code == 0 && !path)
            cli_upkeep(cli, QN_OP_UPKEEP_PACKS);
    } else if (choices->verify) {
        cli_check(
            cli, pack_listing_verify(cli, path, qn_buf_string(&index),
                                     choose_algorithm(cli, choices->format),
                                     choices->histogram ? PACK_LISTING_HISTOGRAM
                                     : choices->lists   ? PACK_LISTING_ALL
                                                        : PACK_LISTING_NONE,
                                     receive->skips_reverse, receive));
    } else {
        code = index_file(cli, choices, receive, path, qn_buf_string(&index));
    }
    qn_buf_dispose(&index);
    qn_buf_dispose(&rest);
    return code;
}

int cmd_index_pack(struct cli *cli, int argc, char **argv)
{
    struct choices c = {.reverse = -1};
    const struct cli_option options[] = {
        CLI_FLAG('v', NULL, &c.verbose, "show progress"),
        CLI_FILE('o', NULL, &c.index_path, "where the index goes"),
        CLI_FLAG_WITH(0, "stdin", &c.from_stdin, "read the pack from stdin",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "fix-thin", &c.fixes_thin,
                      "append bases that are missing", CLI_OPTION_NO_NEGATE),
        CLI_CALLBACK(0, "keep", &c.keep, "msg", "write a .keep file",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, take_text),
        CLI_CALLBACK(0, "promisor", &c.promisor, "msg",
                     "write a .promisor file",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, take_text),
        CLI_TRISTATE(0, "rev-index", &c.reverse, "write a reverse index"),
        CLI_CALLBACK(0, "strict", &c.strict, "msg-id=severity",
                     "refuse objects that are broken, or name others that are "
                     "not there",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, take_text),
        CLI_CALLBACK(0, "fsck-objects", &c.fsck, "msg-id=severity",
                     "refuse broken objects",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, take_text),
        CLI_FLAG_WITH(0, "check-self-contained-and-connected", &c.connected,
                      "exit with 1 if objects name others that are not in the "
                      "pack",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "verify", &c.verify,
                      "compare with the index that is there",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "verify-stat", &c.lists,
                      "the same, and list all objects", CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "verify-stat-only", &c.histogram,
                      "the same, and show how deep chains are",
                      CLI_OPTION_NO_NEGATE),
        CLI_STRING(0, "index-version", &c.form, "version[,offset]",
                   "the version of the index, and from which offset on 64 bits "
                   "are taken"),
        CLI_STRING(0, "threads", &c.threads, "n", "how many threads"),
        CLI_STRING(0, "max-input-size", &c.limit, "size",
                   "refuse packs that are larger"),
        CLI_STRING(0, "progress-title", &c.title, "text",
                   "the title of the progress"),
        CLI_STRING(0, "object-format", &c.format, "hash", "the hash algorithm"),
        CLI_END};
    struct qn_pack_receive_options receive = {.fd = 0};
    struct qn_buf keep = QN_BUF_INIT, promisor = QN_BUF_INIT;
    struct qn_check_policy policy;
    int code;

    check_words(cli, argc, argv, options);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (c.format)
        (void)choose_algorithm(cli, c.format);
    if (argc > 1 || (argc == 0 && !c.from_stdin))
        cli_usage(cli, usage, options);
    c.verify = c.verify || c.lists || c.histogram;
    take_threads(cli, c.threads, &receive, options);
    take_form(cli, c.form, &receive.form);
    if (c.format && c.from_stdin)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--object-format", "--stdin");
    if (c.fixes_thin && !c.from_stdin)
        cli_die_with(cli, "the option '%s' requires '%s'", "--fix-thin",
                     "--stdin");
    if (c.verify && argc == 0)
        cli_die_with(cli, "--verify with no packfile name given");
    if (c.promisor && argc > 0)
        cli_die_with(cli, "--promisor cannot be used with a pack name");
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (c.from_stdin && !cli->repo)
        cli_die_with(cli, "--stdin requires a git repository");
    if (cli->repo)
        cli_open_views(cli);
    qn_check_policy_init(&policy, choose_algorithm(cli, c.format));
    take_checks(cli, &c, &policy, &receive);
    {
        const struct qn_pack_table_form form = receive.form;

        configure(cli, &c, &receive);
        if (c.form)
            receive.form = form;
    }
    end_line(cli, c.keep, &keep);
    end_line(cli, c.promisor, &promisor);
    receive.odb = cli->odb;
    receive.fixes_thin = c.fixes_thin;
    receive.keep = c.keep ? qn_buf_string(&keep) : NULL;
    receive.promisor = c.promisor ? qn_buf_string(&promisor) : NULL;
    receive.max_input_size = c.limit ? strtoul(c.limit, NULL, 10) : 0;
    if (c.verbose || c.title)
        receive.title = c.title        ? c.title
                        : c.from_stdin ? "Receiving objects"
                                       : "Indexing objects";
    cli_show_progress(cli, c.verbose);
    code = run(cli, &c, &receive, argc > 0 ? argv[0] : NULL);
    qn_check_policy_dispose(&policy);
    qn_buf_dispose(&keep);
    qn_buf_dispose(&promisor);
    return code;
}
