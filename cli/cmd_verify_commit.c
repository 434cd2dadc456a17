/* SPDX-License-Identifier: MIT */
/* verify-commit and verify-tag: is the signature good? */
#include "cli/verifying.h"

static int verify_all(struct cli *cli, const struct cli_verify *verify,
                      int count, char **names)
{
    int code = 0, i;

    for (i = 0; i < count; i++) {
        struct qn_id id;

        if (!cli_find_id(cli, names[i], &id)) {
            cli_error(cli, "%s '%s' not found.",
                      qn_object_type_name(verify->type), names[i]);
            code = 1;
        } else {
            code |= cli_verify_object(cli, verify, names[i], &id);
        }
    }
    return code;
}

/* `type`: of what is verified; a commit has no --format. */
static int run(struct cli *cli, int argc, char **argv, const char *const *usage,
               enum qn_object_type type)
{
    struct cli_verify verify = {.type = type};
    const struct cli_option with_format =
        CLI_STRING(0, "format", &verify.format, "format", "how to show it");
    const struct cli_option end = CLI_END;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &verify.is_verbose, "what was signed"),
        CLI_FLAG(0, "raw", &verify.is_raw, "the program's status lines"),
        type == QN_OBJECT_TAG ? with_format : end, CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (!argc)
        cli_usage(cli, usage, options);
    cli_open_refs(cli);
    return verify_all(cli, &verify, argc, argv);
}

int cmd_verify_commit(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git verify-commit [-v | --verbose] [--raw] <commit>...", NULL};

    return run(cli, argc, argv, usage, QN_OBJECT_COMMIT);
}

int cmd_verify_tag(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git verify-tag [-v | --verbose] [--format=<format>] [--raw] "
        "<tag>...",
        NULL};

    return run(cli, argc, argv, usage, QN_OBJECT_TAG);
}
