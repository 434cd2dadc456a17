/* SPDX-License-Identifier: MIT */
/* Every subcommand, sorted by name: COMMAND(name, function's stem, flags,
 * summary).  No include guard: included where COMMAND is defined. */
COMMAND("help", help, CLI_COMMAND_NO_REPO, "Show what commands there are")
COMMAND("version", version, CLI_COMMAND_NO_REPO, "Show the version")
