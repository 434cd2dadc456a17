/* SPDX-License-Identifier: MIT */
/* What <section>.<name> and <section>.<url>.<name> say for one URL.
 *
 * The entries that apply, in the order of the configuration: of each name those
 * whose URL fits at least as well as any before it, so that the last one is the
 * value and all of them are the list.  git-config(1), http.<url>.*.
 */
#ifndef QN_CONFIG_URL_CONFIG_H
#define QN_CONFIG_URL_CONFIG_H

#include "base/bytes.h"
#include "config/config.h"

struct qn_url_config_item {
    const struct qn_config_entry *entry; /* borrowed from the configuration */
    const char *name;                    /* in its key, lower case */
};

struct qn_url_config {
    struct qn_url_config_item *items;
    size_t count;
    size_t capacity;
};
#define QN_URL_CONFIG_INIT                                                     \
    {                                                                          \
        NULL, 0, 0                                                             \
    }

/* Of a URL that is none only the entries without one apply. */
enum qn_status qn_url_config_read(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  const char *section, const char *url,
                                  struct qn_url_config *out) QN_MUST_USE;
void qn_url_config_dispose(struct qn_url_config *list);
/* The value; NULL when it is not said. */
const struct qn_config_entry *
qn_url_config_find(const struct qn_url_config *list, const char *name);

#endif
