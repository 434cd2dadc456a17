/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/version_text.h"

#include <stdio.h>

int cmd_version(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {"git version [--build-options]", NULL};
    bool build_options = false;
    const struct cli_option options[] = {CLI_FLAG(0, "build-options",
                                                  &build_options,
                                                  "tell how it was built, too"),
                                         CLI_END};

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_printf(cli, "git version %s (quoin %s)\n", GIT_VERSION_TEXT,
               QUOIN_VERSION_TEXT);
    if (build_options) {
#if defined(__x86_64__)
        cli_puts(cli, "cpu: x86_64\n");
#elif defined(__aarch64__)
        cli_puts(cli, "cpu: aarch64\n");
#else
        cli_puts(cli, "cpu: unknown\n");
#endif
        cli_puts(cli, "no commit associated with this build\n");
        cli_printf(cli, "sizeof-long: %zu\nsizeof-size_t: %zu\n", sizeof(long),
                   sizeof(size_t));
        cli_puts(cli, "shell-path: /bin/sh\nrust: disabled\n"
                      "gettext: disabled\n"
                      "SHA-1: SHA1_DC\nSHA-256: SHA256_BLK\n"
                      "default-ref-format: files\ndefault-hash: sha1\n");
    }
    return 0;
}
