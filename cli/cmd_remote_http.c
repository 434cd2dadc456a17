/* SPDX-License-Identifier: MIT */
/* Git runs these as programs of their own; here http is spoken by whoever
 * needs it.  What else they could be asked for is refused by name. */
#include "cli/cli.h"

static int refuse(struct cli *cli, const char *name)
{
    return cli_fatal(cli,
                     "%s: not a program of its own here; name the URL to "
                     "fetch, push or ls-remote",
                     name);
}

int cmd_remote_http(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return refuse(cli, "remote-http");
}

int cmd_remote_https(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return refuse(cli, "remote-https");
}

int cmd_http_push(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return cli_fatal(cli, "http-push: pushing by WebDAV is not done; push to a "
                          "server that speaks Git's protocol");
}
