/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/pack_listing.h"

static const char *const usage[] = {
    "git verify-pack [-v | --verbose] [-s | --stat-only] [--] <pack>.idx...",
    NULL};

/* "x.idx", "x.pack" and "x" all name the pack x. */
static int verify(struct cli *cli, const char *name, uint32_t algorithm,
                  bool is_verbose, bool is_brief)
{
    const enum pack_listing_mode mode = is_brief     ? PACK_LISTING_HISTOGRAM
                                        : is_verbose ? PACK_LISTING_ALL
                                                     : PACK_LISTING_NONE;
    struct qn_pack_receive_options receive = {.fd = -1};
    struct qn_bytes stem = qn_bytes_from_string(name);
    struct qn_buf path = QN_BUF_INIT, index = QN_BUF_INIT;
    enum qn_status status;

    if (qn_bytes_has_suffix(stem, ".idx"))
        stem.size -= 4;
    else if (qn_bytes_has_suffix(stem, ".pack"))
        stem.size -= 5;
    cli_check(cli,
              qn_buf_printf(cli->ctx, &path, "%.*s.pack", QN_BYTES_ARG(stem)));
    cli_check(cli,
              qn_buf_printf(cli->ctx, &index, "%.*s.idx", QN_BYTES_ARG(stem)));
    pack_listing_configure(cli, &receive);
    receive.odb = cli->odb;
    status =
        pack_listing_verify(cli, qn_buf_string(&path), qn_buf_string(&index),
                            algorithm, mode, false, &receive);
    if (status) {
        cli_fail(cli);
        qn_ctx_clear(cli->ctx);
    }
    if ((is_verbose && !is_brief) || (is_brief && status))
        cli_printf(cli, "%s: %s\n", qn_buf_string(&path),
                   status ? "bad" : "ok");
    qn_buf_dispose(&path);
    qn_buf_dispose(&index);
    return status ? 1 : 0;
}

int cmd_verify_pack(struct cli *cli, int argc, char **argv)
{
    bool is_verbose = false, is_brief = false;
    const char *format = NULL;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &is_verbose, "show every object"),
        CLI_FLAG('s', "stat-only", &is_brief, "show only how deep chains are"),
        CLI_STRING(0, "object-format", &format, "hash", "the hash algorithm"),
        CLI_END};
    uint32_t algorithm = QN_HASH_SHA1;
    int code = 0, i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc < 1)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (cli->repo)
        algorithm = qn_repo_algorithm(cli->repo);
    if (format)
        algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(format));
    for (i = 0; i < argc; i++) {
        if (algorithm == QN_HASH_NONE) {
            cli_fatal(cli, "unknown hash algorithm '%s'", format);
            code = 1;
        } else {
            code |= verify(cli, argv[i], algorithm, is_verbose, is_brief);
        }
    }
    return code;
}
