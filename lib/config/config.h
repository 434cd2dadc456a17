/* SPDX-License-Identifier: MIT */
/* Configuration: Git's files, merged by scope, looked up by key.
 *
 *   system < global (XDG, then ~/.gitconfig) < local < worktree < command
 *
 * A qn_config is built by adding sources in that order and is immutable and
 * shareable between threads from then on.  A later value wins; multi-valued
 * keys keep all in order.  Keys are "section.name" or
 * "section.Subsection.name"; section and name are case-insensitive and kept in
 * lower case, the subsection is exact.  Grammar: git-config(1) "SYNTAX";
 * spec/config-edit.md.
 */
#ifndef QN_CONFIG_CONFIG_H
#define QN_CONFIG_CONFIG_H

#include "base/buf.h"
#include "base/ctx.h"

#include <stdint.h>

struct qn_config;

enum qn_config_scope {
    QN_CONFIG_SCOPE_UNKNOWN = 0,
    QN_CONFIG_SCOPE_SYSTEM,
    QN_CONFIG_SCOPE_GLOBAL,
    QN_CONFIG_SCOPE_LOCAL,
    QN_CONFIG_SCOPE_WORKTREE,
    QN_CONFIG_SCOPE_COMMAND
};

/* "system", "global", ... */
const char *qn_config_scope_name(enum qn_config_scope scope);

/* One value as it stands in a source.  All borrowed from the config. */
struct qn_config_entry {
    const char *key;   /* normalised: "core.bare", "remote.Origin.url" */
    const char *value; /* NULL: the bare form "[core] bare" */
    enum qn_config_scope scope;
    const char
        *origin_type;   /* "file", "command line", "blob", "standard input" */
    const char *origin; /* the file's path, "" for the command line */
    uint64_t line;      /* 1-based; 0: none */
};

/* Answers conditions of includeIf; filled by whoever opens the repository.
 * Absent functions mean "no". */
struct qn_config_conditions {
    void *data;
    /* Absolute path of the git directory, or NULL before it is known. */
    const char *git_directory;
    /* Short name of the current branch, or NULL. */
    const char *(*branch)(void *data);
    /* What relative paths of files are relative to; NULL: the process. */
    const char *base;
    const char *home; /* for "~/" in paths; or NULL: HOME of the environment */
    /* For hasconfig:remote.*.url: a configuration read before, whose remotes
     * are asked.  NULL: such conditions are not met, and qn_config_wants_urls
     * says that there were some. */
    const struct qn_config *urls;
};

enum qn_status qn_config_new(struct qn_ctx *ctx,
                             struct qn_config **out) QN_MUST_USE;
void qn_config_free(struct qn_config *config);

/* Add a file and, unless `conditions` is NULL, what it includes.  A file that
 * is not there answers QN_OK, `*was_there` (may be NULL) false. */
enum qn_status qn_config_add_file(struct qn_ctx *ctx, struct qn_config *config,
                                  const char *path, enum qn_config_scope scope,
                                  const struct qn_config_conditions *conditions,
                                  bool *was_there) QN_MUST_USE;
/* Add text that came from elsewhere ("blob", "standard input"). */
enum qn_status
qn_config_add_bytes(struct qn_ctx *ctx, struct qn_config *config,
                    struct qn_bytes text, enum qn_config_scope scope,
                    const char *origin_type, const char *origin,
                    const struct qn_config_conditions *conditions) QN_MUST_USE;
/* "-c key=value" or "-c key". */
enum qn_status qn_config_add_parameter(struct qn_ctx *ctx,
                                       struct qn_config *config,
                                       const char *text) QN_MUST_USE;
/* GIT_CONFIG_PARAMETERS and GIT_CONFIG_COUNT/KEY/VALUE of the environment. */
enum qn_status qn_config_add_variables(
    struct qn_ctx *ctx, struct qn_config *config,
    const struct qn_config_conditions *conditions) QN_MUST_USE;

/* Was there an includeIf.hasconfig that needs a second reading, with `urls`? */
bool qn_config_wants_urls(const struct qn_config *config);

/* All entries in order of reading. */
size_t qn_config_count(const struct qn_config *config);
const struct qn_config_entry *qn_config_at(const struct qn_config *config,
                                           size_t i);

/* Is `key` "<section>.<name>.<variable>"?  What it names between the first dot
 * and the last, and what stands behind; both point into it. */
bool qn_config_key_in(const char *key, const char *section,
                      struct qn_bytes *name, const char **variable);
/* The last entry of a key (any case in section and name); NULL when there is
 * none. */
const struct qn_config_entry *qn_config_find(const struct qn_config *config,
                                             const char *key);
/* The next entry of the same key before `entry` in order, NULL at the first:
 * walks a multi-valued key backwards. */
const struct qn_config_entry *
qn_config_previous(const struct qn_config *config,
                   const struct qn_config_entry *entry);

/* Typed look-ups.  Not set: `fallback`.  A value of the wrong type is
 * QN_INVALID with Git's message (reason "config.bad-value"). */
const char *qn_config_string(const struct qn_config *config, const char *key,
                             const char *fallback);
/* Fails with what Git says of a value that its reader does not like: where the
 * entry stands. */
enum qn_status qn_config_fail_entry(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry);
/* The same, with the error before it that it has no value at all. */
enum qn_status qn_config_fail_missing(struct qn_ctx *ctx,
                                      const struct qn_config_entry *entry);
enum qn_status qn_config_bool(struct qn_ctx *ctx,
                              const struct qn_config *config, const char *key,
                              bool fallback, bool *out) QN_MUST_USE;
enum qn_status qn_config_int64(struct qn_ctx *ctx,
                               const struct qn_config *config, const char *key,
                               int64_t fallback, int64_t *out) QN_MUST_USE;
/* A number without a sign. */
enum qn_status qn_config_uint64(struct qn_ctx *ctx,
                                const struct qn_config *config, const char *key,
                                uint64_t fallback, uint64_t *out) QN_MUST_USE;
/* A bool, or a number: `*is_bool` tells which; used by core.abbrev and kin. */
enum qn_status qn_config_bool_or_int(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     const char *key, int64_t fallback,
                                     int64_t *out, bool *is_bool) QN_MUST_USE;
/* A path with "~/" and "~user/" expanded and ":(optional)" honoured, appended
 * to `out`; `*found` false when not set. */
enum qn_status qn_config_path(struct qn_ctx *ctx,
                              const struct qn_config *config, const char *key,
                              struct qn_buf *out, bool *found) QN_MUST_USE;

/* The same checks for one entry that is at hand: messages name where it stands.
 * `bits`: 32 or 64, for the range. */
enum qn_status qn_config_entry_bool(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry,
                                    bool *out) QN_MUST_USE;
enum qn_status qn_config_entry_int(struct qn_ctx *ctx,
                                   const struct qn_config_entry *entry,
                                   int bits, int64_t *out) QN_MUST_USE;
enum qn_status qn_config_entry_bool_or_int(struct qn_ctx *ctx,
                                           const struct qn_config_entry *entry,
                                           int64_t *out,
                                           bool *is_bool) QN_MUST_USE;
/* The path is appended; `*found` false for an optional one that is not there.
 */
enum qn_status qn_config_entry_path(struct qn_ctx *ctx,
                                    const struct qn_config_entry *entry,
                                    struct qn_buf *out,
                                    bool *found) QN_MUST_USE;
/* Append `path` with "~/", "~user/" and "%(prefix)/" expanded.  QN_INVALID
 * "failed to expand user dir in: '<path>'". */
enum qn_status qn_config_expand_path(struct qn_ctx *ctx, const char *path,
                                     const char *home,
                                     struct qn_buf *out) QN_MUST_USE;

/* The grammar of single values, as `git config --type` uses. */
bool qn_config_parse_bool(const char *value, bool *out); /* NULL value: true */
bool qn_config_parse_int64(const char *value, int64_t *out); /* k, m, g */
/* As above with a range: false with `*is_unit` true for bad text, false for a
 * number out of range. */
bool qn_config_parse_number(const char *value, int64_t limit, int64_t *out,
                            bool *is_unit);

/* Lower-case section and name of a key, append to `out`. QN_INVALID with Git's
 * message ("invalid key: ..." and kin), reason "config.no-section",
 * "config.no-name" or "config.invalid-key". */
enum qn_status qn_config_normalise_key(struct qn_ctx *ctx, const char *key,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
