/* SPDX-License-Identifier: MIT */
/* A merge driver of the configuration: a command that merges three files.
 * gitattributes(5), "Defining a custom merge driver". */
#ifndef QN_MERGE_MERGE_COMMAND_H
#define QN_MERGE_MERGE_COMMAND_H

#include "merge/merge_state.h"

/* The versions are in m->texts; the result is written to the store. Exit code 0
 * is clean, 1 to 128 a conflict, others QN_IO "merge.driver". */
enum qn_status qn_merge_command_run(struct qn_merge_state *m,
                                    struct qn_content_merge *merge,
                                    const char *command, uint32_t marker_size,
                                    const struct qn_buf labels[3]) QN_MUST_USE;

#endif
