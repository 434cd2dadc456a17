/* SPDX-License-Identifier: MIT */
/* The terminal, for what only a person knows. */
#ifndef QUOIN_CLI_ASKING_H
#define QUOIN_CLI_ASKING_H

#include "cli/cli.h"
#include "program/credential.h"

/* For program/prompt.h. */
const struct qn_prompt_calls *cli_prompt_calls(struct cli *cli);
/* Whom to ask for credentials. */
struct qn_credential_scope cli_credential_scope(struct cli *cli);
/* All of stdin as lines of a credential; dies with `complaint` when it is none.
 */
void cli_read_credential(struct cli *cli, struct qn_credential *out,
                         enum qn_credential_stage stage, const char *complaint);

#endif
