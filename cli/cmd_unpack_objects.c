/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/pack_listing.h"
#include "cli/progress.h"
#include "operation/op_unpack_objects.h"
#include "operation/part/object_checker.h"

#include <stdlib.h>

static const char *const usage[] = {
    "git unpack-objects [-n] [-q] [-r] [--strict] < <pack>", NULL};

static int take_strict(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    (void)cli;
    (void)is_negated;
    *(const char **)option->value = argument ? argument : "";
    return 0;
}

/* Git takes these words only in these forms. */
static bool is_known(const char *word)
{
    static const char *const whole[] = {
        "-n", "-q", "-r", "-h", "--help", "--strict", "--help-all", NULL};
    size_t i;

    for (i = 0; whole[i]; i++)
        if (strcmp(word, whole[i]) == 0)
            return true;
    return strncmp(word, "--strict=", 9) == 0 ||
           strncmp(word, "--help=", 7) == 0 ||
           strncmp(word, "--max-input-size=", 17) == 0;
}

int cmd_unpack_objects(struct cli *cli, int argc, char **argv)
{
    struct qn_op_unpack_objects how = {.fd = 0};
    const char *strict = NULL, *limit = NULL;
    bool is_quiet = false;
    const struct cli_option options[] = {
        CLI_FLAG_WITH('n', NULL, &how.is_dry, "write nothing",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('q', NULL, &is_quiet, "show no progress",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('r', NULL, &how.keeps_going,
                      "go on past objects that are damaged",
                      CLI_OPTION_NO_NEGATE),
        CLI_CALLBACK(0, "strict", &strict, "msg-id=severity",
                     "write no objects that are broken, or name others that "
                     "are not there",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, take_strict),
        CLI_STRING(0, "max-input-size", &limit, "size",
                   "refuse packs that are larger"),
        CLI_END};
    struct qn_pack_receive_options configured = {.fd = -1};
    struct qn_op_unpack_objects_result result = {0};
    struct qn_check_policy policy;
    int code = 0, i;

    for (i = 1; i < argc; i++)
        if (!is_known(argv[i]))
            cli_usage(cli, usage, options);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    pack_listing_configure(cli, &configured);
    qn_check_policy_init(&policy, qn_repo_algorithm(cli->repo));
    if (strict)
        cli_check(cli, qn_object_checker_parse(cli->ctx, &policy, strict));
    how.odb = cli->odb;
    how.is_strict = strict != NULL;
    how.policy = &policy;
    how.max_input_size = limit ? strtoul(limit, NULL, 10) : 0;
    how.big_file_threshold = configured.big_file_threshold;
    how.title = is_quiet ? NULL : "Unpacking objects";
    cli_show_progress(cli, !is_quiet && cli_wants_progress(-1));
    cli_check(cli, qn_op_unpack_objects_run(cli->ctx, &how, &result));
    if (result.rest.size > 0)
        cli_write(cli, result.rest.data, result.rest.size);
    code = result.has_errors;
    qn_buf_dispose(&result.rest);
    qn_check_policy_dispose(&policy);
    return code;
}
