/* SPDX-License-Identifier: MIT */
/* What push and send-pack share: leases, what is shown, hints. */
#ifndef QUOIN_PUSHING_H
#define QUOIN_PUSHING_H

#include "cli/cli.h"
#include "cli/connecting.h"
#include "cli/remote_said.h"
#include "operation/op_push.h"

struct cli_leases {
    struct qn_push_lease *items;
    size_t count, capacity;
    bool all;
};
/* A callback of the option: [<name>[:<id>]]; `value`: a struct cli_leases. */
int cli_push_lease(struct cli *cli, const struct cli_option *option,
                   const char *argument, bool is_negated);
/* --[no-]signed[=yes|no|if-asked] into an int. */
int cli_push_signed(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated);

struct cli_pushing {
    struct cli *cli;
    struct qn_op_push *op;
    struct cli_remote_said said;
    const char *url; /* where this one goes */
    bool is_porcelain, is_verbose, is_quiet, tells_helper, shows_all;
};
void cli_push_calls(struct cli_pushing *pushing,
                    struct qn_op_push_calls *calls);

/* What both commands are told; lines of --push-option are in `words`. */
struct cli_push_line {
    struct cli *cli;
    struct qn_op_push op;
    struct cli_pushing shown;
    struct cli_leases leases;
    struct cli_list options;
    struct qn_wire_words words;
    const char *receive_pack;
    int verbosity, progress, signs;
};
/* It all goes into `op` and `shown`. */
void cli_push_settle(struct cli_push_line *line);
/* `op` goes to `url` from now on; `out` has to last as long. */
void cli_push_connection(struct cli_push_line *line,
                         const struct qn_remote *remote, const char *url,
                         struct qn_connection_options *out);
/* Behind "failed to push some refs": why, and what may be done. */
void cli_push_advise(struct cli *cli, unsigned refusals);
/* Views that replace nothing. */
void cli_push_open(struct cli *cli);
/* Words of --push-option, which must be lines. */
void cli_push_words(struct cli *cli, const struct cli_list *list,
                    struct qn_wire_words *out);

#endif
