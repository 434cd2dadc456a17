/* SPDX-License-Identifier: MIT */
#include "cli/config_url.h"

#include "base/memory.h"
#include "config/url_match.h"

#include <string.h>

struct found {
    const struct qn_config_entry *entry;
    const char *name;
    struct qn_url_match_score score;
};

struct search {
    struct cli *cli;
    struct qn_url_match url;
    struct qn_buf section;
    const char *name; /* lower case; NULL: all */
    struct found *list;
    size_t count;
};

/* Does the entry apply?  Its name and how well. */
static bool test(struct search *search, const struct qn_config_entry *entry,
                 struct found *out)
{
    struct qn_ctx *ctx = search->cli->ctx;
    size_t size = search->section.size;
    const char *rest = entry->key + size;
    const char *last = strrchr(entry->key, '.');
    struct qn_url_match pattern = QN_URL_MATCH_INIT;
    bool fits = true;

    if (strncmp(entry->key, qn_buf_string(&search->section), size) != 0 ||
        *rest != '.' || !last)
        return false;
    out->entry = entry;
    out->name = last + 1;
    memset(&out->score, 0, sizeof(out->score));
    if (search->name && strcmp(search->name, out->name) != 0)
        return false;
    if (last > rest) {
        if (qn_url_match_parse(
                ctx, qn_bytes_make(rest + 1, (size_t)(last - rest - 1)),
                &pattern)) {
            if (qn_ctx_status(ctx) != QN_INVALID)
                cli_die(search->cli);
            qn_ctx_clear(ctx); /* no URL: it is for nobody */
            return false;
        }
        fits = qn_url_match_test(&search->url, &pattern, &out->score);
    }
    qn_url_match_dispose(&pattern);
    return fits;
}

/* The list is in order of names; of equals the later wins. */
static void keep(struct search *search, const struct found *found)
{
    size_t i;
    int order = 1;

    for (i = 0; i < search->count; i++) {
        order = strcmp(search->list[i].name, found->name);
        if (order >= 0)
            break;
    }
    if (i < search->count && order == 0) {
        if (qn_url_match_compare(&found->score, &search->list[i].score) >= 0)
            search->list[i] = *found;
        return;
    }
    memmove(search->list + i + 1, search->list + i,
            (search->count - i) * sizeof(*search->list));
    search->list[i] = *found;
    search->count++;
}

static void print(struct search *search, struct config_show *show,
                  const struct found *found)
{
    struct cli *cli = search->cli;
    struct qn_config_entry entry = *found->entry;
    struct qn_buf key = QN_BUF_INIT;

    cli_check(cli, qn_buf_printf(cli->ctx, &key, "%s.%s",
                                 qn_buf_string(&search->section), found->name));
    entry.key = qn_buf_string(&key);
    config_show_print(show, &entry);
    qn_buf_dispose(&key);
}

int config_url_run(struct config_show *show, const char *name, const char *url)
{
    struct cli *cli = show->cli;
    struct search search = {.cli = cli, .url = QN_URL_MATCH_INIT};
    struct qn_buf folded = QN_BUF_INIT;
    const char *dot;
    size_t count = qn_config_count(show->config);
    size_t i;

    cli_check(cli, qn_url_match_parse(cli->ctx, qn_bytes_from_string(url),
                                      &search.url));
    for (i = 0; name[i]; i++)
        cli_check(cli, qn_buf_append_byte(cli->ctx, &folded,
                                          name[i] >= 'A' && name[i] <= 'Z'
                                              ? (uint8_t)(name[i] + 32)
                                              : (uint8_t)name[i]));
    dot = strchr(qn_buf_string(&folded), '.');
    search.name = dot ? dot + 1 : NULL;
    cli_check(cli,
              qn_buf_append(cli->ctx, &search.section, qn_buf_string(&folded),
                            dot ? (size_t)(dot - qn_buf_string(&folded))
                                : folded.size));
    search.list = qn_memory_array(cli->ctx, count + 1, sizeof(*search.list));
    if (!search.list)
        cli_die(cli);
    for (i = 0; i < count; i++) {
        struct found found;

        if (test(&search, qn_config_at(show->config, i), &found))
            keep(&search, &found);
    }
    show->shows_names = !search.name;
    for (i = 0; i < search.count; i++)
        print(&search, show, &search.list[i]);
    qn_memory_free(search.list);
    qn_buf_dispose(&search.section);
    qn_buf_dispose(&folded);
    qn_url_match_dispose(&search.url);
    return search.count > 0 ? 0 : 1;
}
