/* SPDX-License-Identifier: MIT */
/* Objects that somebody hands over as bytes: checked before they are stored. */
#ifndef QUOIN_CLI_OBJECT_CHECK_H
#define QUOIN_CLI_OBJECT_CHECK_H

#include "cli/cli.h"
#include "object/object.h"

/* Refuse, with Git's words, what fsck --strict would tell of; whatever is
 * configured. */
void cli_check_object(struct cli *cli, uint32_t algorithm,
                      enum qn_object_type type, struct qn_bytes content);
/* A tag, as mktag has it: with what fsck.* says, and warnings as errors when
 * `is_strict`. */
void cli_check_tag(struct cli *cli, struct qn_bytes content, bool is_strict);

#endif
