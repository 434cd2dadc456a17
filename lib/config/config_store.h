/* SPDX-License-Identifier: MIT */
/* The inside of a qn_config, shared by the files of this layer only. */
#ifndef QN_CONFIG_CONFIG_STORE_H
#define QN_CONFIG_CONFIG_STORE_H

#include "base/arena.h"
#include "base/env.h"
#include "base/map.h"
#include "config/config.h"

/* Where the build says the system's files are. */
#ifndef QN_CONFIG_SYSTEM_FILE
#define QN_CONFIG_SYSTEM_FILE "/etc/gitconfig"
#endif
#ifndef QN_CONFIG_PREFIX
#define QN_CONFIG_PREFIX "/usr"
#endif

#define QN_CONFIG_STORE_DEPTH 10 /* includes within includes */

struct qn_config_stored {
    struct qn_config_entry entry;
    size_t previous; /* position + 1 of the same key's entry before; 0: none */
};

struct qn_config {
    struct qn_config_stored *entries;
    size_t count;
    size_t capacity;
    struct qn_map keys; /* number: position + 1 of the last entry */
    struct qn_arena text;
    bool wants_urls;
};

/* Where entries are being read from. */
struct qn_config_source {
    enum qn_config_scope scope;
    const char *origin_type; /* in the arena or static */
    const char *origin;      /* in the arena */
    const struct qn_config_conditions *conditions;
    const struct qn_config_source *parent; /* who included it */
    int depth;
    bool forbids_urls; /* inside of a hasconfig include */
};

enum qn_status qn_config_store_add(struct qn_ctx *ctx, struct qn_config *config,
                                   struct qn_bytes key, const char *value,
                                   const struct qn_config_source *source,
                                   uint64_t line) QN_MUST_USE;
/* Parse and add; include what asks for it. */
enum qn_status
qn_config_store_read(struct qn_ctx *ctx, struct qn_config *config,
                     struct qn_bytes text,
                     const struct qn_config_source *source) QN_MUST_USE;
/* An entry was added: is it an include, and does its condition hold?  Then read
 * that file. */
enum qn_status
qn_config_store_include(struct qn_ctx *ctx, struct qn_config *config,
                        struct qn_bytes key, const char *value,
                        const struct qn_config_source *source) QN_MUST_USE;

#endif
