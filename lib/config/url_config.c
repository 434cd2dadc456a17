/* SPDX-License-Identifier: MIT */
#include "config/url_config.h"

#include "base/map.h"
#include "base/memory.h"
#include "config/url_match.h"

#include <string.h>

struct search {
    const char *section;
    size_t section_size;
    struct qn_url_match url;
    bool has_url;
    struct qn_map best; /* name -> position + 1 in `scores` */
    struct qn_url_match_score *scores;
    size_t score_count;
    size_t score_capacity;
};

/* How well does it fit?  `*name` NULL: not at all. */
static enum qn_status test(struct qn_ctx *ctx, const struct search *search,
                           const char *key, const char **name,
                           struct qn_url_match_score *score)
{
    const char *rest = key + search->section_size;
    const char *last = strrchr(key, '.');
    struct qn_url_match pattern = QN_URL_MATCH_INIT;
    enum qn_status status = QN_OK;

    *name = NULL;
    memset(score, 0, sizeof(*score));
    if (strncmp(key, search->section, search->section_size) != 0 ||
        *rest != '.' || !last)
        return QN_OK;
    if (last == rest) {
        *name = last + 1;
        return QN_OK;
    }
    if (!search->has_url)
        return QN_OK;
    status = qn_url_match_parse(
        ctx, qn_bytes_make(rest + 1, (size_t)(last - rest - 1)), &pattern);
    if (!status && qn_url_match_test(&search->url, &pattern, score))
        *name = last + 1;
    if (status == QN_INVALID) { /* no URL: it is for nobody */
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_url_match_dispose(&pattern);
    return status;
}

/* Is it as good as those of its name before?  Then it is the best now. */
static enum qn_status rank(struct qn_ctx *ctx, struct search *search,
                           const char *name,
                           const struct qn_url_match_score *score, bool *fits)
{
    bool is_new = false;
    struct qn_map_item *item =
        qn_map_put(ctx, &search->best, qn_bytes_from_string(name), &is_new);
    enum qn_status status;

    if (!item)
        return QN_NO_MEMORY;
    *fits = true;
    if (!is_new) {
        struct qn_url_match_score *best = &search->scores[item->number];

        *fits = qn_url_match_compare(score, best) >= 0;
        if (*fits)
            *best = *score;
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &search->scores, &search->score_capacity,
                            search->score_count + 1, sizeof(*search->scores));
    if (status)
        return status;
    item->number = search->score_count;
    search->scores[search->score_count++] = *score;
    return QN_OK;
}

static enum qn_status read_all(struct qn_ctx *ctx, struct search *search,
                               const struct qn_config *config,
                               struct qn_url_config *out)
{
    size_t count = qn_config_count(config);
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_url_match_score score;
        const char *name;
        bool fits = false;
        enum qn_status status = test(ctx, search, entry->key, &name, &score);

        if (!status && name)
            status = rank(ctx, search, name, &score, &fits);
        if (!status && fits)
            status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                    out->count + 1, sizeof(*out->items));
        if (status)
            return status;
        if (fits) {
            out->items[out->count].entry = entry;
            out->items[out->count++].name = name;
        }
    }
    return QN_OK;
}

enum qn_status qn_url_config_read(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  const char *section, const char *url,
                                  struct qn_url_config *out)
{
    struct search search = {.section = section,
                            .section_size = strlen(section),
                            .url = QN_URL_MATCH_INIT,
                            .best = QN_MAP_INIT};
    enum qn_status status;

    status = qn_url_match_parse(ctx, qn_bytes_from_string(url), &search.url);
    search.has_url = !status;
    if (status == QN_INVALID) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    if (!status)
        status = read_all(ctx, &search, config, out);
    qn_url_match_dispose(&search.url);
    qn_map_dispose(&search.best);
    qn_memory_free(search.scores);
    return status;
}

void qn_url_config_dispose(struct qn_url_config *list)
{
    qn_memory_free(list->items);
    memset(list, 0, sizeof(*list));
}

const struct qn_config_entry *
qn_url_config_find(const struct qn_url_config *list, const char *name)
{
    size_t i;

    for (i = list->count; i > 0; i--)
        if (strcmp(list->items[i - 1].name, name) == 0)
            return list->items[i - 1].entry;
    return NULL;
}
