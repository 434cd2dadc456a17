/* SPDX-License-Identifier: MIT */
#include "cli/remote_said.h"

#include "config/url_match.h"
#include "text/color.h"

#include <string.h>
#include <unistd.h>

/* color.remote.<slot>, else the default. */
static void choose_colors(struct cli *cli, struct cli_remote_said *said)
{
    static const struct {
        const char *key, *color;
    } slots[] = {{"color.remote.error", "\033[1;31m"},
                 {"color.remote.warning", "\033[1;33m"},
                 {"color.remote.hint", "\033[33m"},
                 {"color.remote.success", "\033[1;32m"}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(slots); i++) {
        const struct qn_config_entry *entry =
            qn_config_find(cli_config(cli), slots[i].key);

        if (entry && entry->value)
            cli_config_color(cli, entry, &said->colors[i]);
        else
            cli_check(cli, qn_buf_append_string(cli->ctx, &said->colors[i],
                                                slots[i].color));
        said->text.colors[i] = qn_buf_string(&said->colors[i]);
    }
}

static unsigned parse_allowed(struct cli *cli, const char *text)
{
    static const struct {
        const char *word;
        unsigned bit;
    } words[] = {{"color", QN_SIDEBAND_COLOR},
                 {"cursor", QN_SIDEBAND_CURSOR},
                 {"erase", QN_SIDEBAND_ERASE},
                 {"true", QN_SIDEBAND_ALL}};
    struct qn_bytes rest = qn_bytes_from_string(text), word;
    unsigned allows = 0;
    bool is_on;
    size_t i;

    if (qn_config_parse_bool(text, &is_on))
        return is_on ? QN_SIDEBAND_ALL : 0;
    while (qn_bytes_next(&rest, ',', &word)) {
        word = qn_bytes_trim(word);
        for (i = 0; i < QN_COUNT_OF(words); i++)
            if (qn_bytes_is_string(word, words[i].word))
                break;
        if (i < QN_COUNT_OF(words))
            allows |= words[i].bit;
        else if (word.size > 0 && !qn_bytes_is_string(word, "false"))
            cli_warning(cli,
                        "unrecognized value for 'sideband."
                        "allowcontrolcharacters': '%.*s'",
                        QN_BYTES_ARG(word));
    }
    return allows;
}

/* The part of "sideband.<url>.allowcontrolcharacters" that is a URL. */
static struct qn_bytes url_of(const struct qn_config_entry *entry)
{
    static const char begin[] = "sideband.", end[] = ".allowcontrolcharacters";
    struct qn_bytes key = qn_bytes_from_string(entry->key);
    size_t around = sizeof(begin) - 1 + sizeof(end) - 1;

    if (key.size <= around || !qn_bytes_has_prefix(key, begin) ||
        !qn_bytes_has_suffix(key, end))
        return QN_BYTES_NONE;
    return qn_bytes_make(key.data + sizeof(begin) - 1, key.size - around);
}

/* The key, or that of the URL that is nearest to `url`. */
static const char *allowed_words(struct cli *cli, const char *url)
{
    const struct qn_config *config = cli_config(cli);
    const struct qn_config_entry *plain =
        qn_config_find(config, "sideband.allowcontrolcharacters");
    const char *found = !plain ? "color" : plain->value ? plain->value : "true";
    struct qn_url_match to = QN_URL_MATCH_INIT;
    struct qn_url_match_score best = {0, 0, 0}, score;
    size_t count = qn_config_count(config), i;

    if (!url ||
        qn_url_match_parse(cli->ctx, qn_bytes_from_string(url), &to) != QN_OK)
        count = 0; /* a path: no pattern is for it */
    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_url_match pattern = QN_URL_MATCH_INIT;
        struct qn_bytes text = url_of(entry);

        if (text.size > 0 &&
            qn_url_match_parse(cli->ctx, text, &pattern) == QN_OK &&
            qn_url_match_test(&to, &pattern, &score) &&
            qn_url_match_compare(&score, &best) >= 0) {
            best = score;
            found = entry->value ? entry->value : "true";
        }
        qn_url_match_dispose(&pattern);
    }
    qn_ctx_clear(cli->ctx);
    qn_url_match_dispose(&to);
    return found;
}

void cli_remote_said_begin(struct cli *cli, struct cli_remote_said *said,
                           const char *url)
{
    memset(said, 0, sizeof(*said));
    said->cli = cli;
    said->text.prefix = "remote: ";
    said->text.is_terminal = isatty(STDERR_FILENO) && !cli_terminal_is_dumb();
    said->text.allows = parse_allowed(cli, allowed_words(cli, url));
    if (cli_wants_stderr_color(cli, "color.remote"))
        choose_colors(cli, said);
}

static void put(struct cli_remote_said *said, struct qn_buf *lines)
{
    if (lines->size > 0) {
        cli_flush(said->cli);
        (void)!write(STDERR_FILENO, lines->data, lines->size);
    }
    qn_buf_dispose(lines);
}

void cli_remote_said_take(void *data, struct qn_bytes bytes)
{
    struct cli_remote_said *said = data;
    struct qn_buf lines = QN_BUF_INIT;

    cli_check(
        said->cli,
        bytes.size > 0
            ? qn_sideband_text_take(said->cli->ctx, &said->text, bytes, &lines)
            : qn_sideband_text_end(said->cli->ctx, &said->text, &lines));
    put(said, &lines);
}

void cli_remote_said_last(void *data, struct qn_bytes bytes)
{
    struct cli_remote_said *said = data;
    struct qn_buf lines = QN_BUF_INIT;

    cli_check(said->cli, qn_sideband_text_last(said->cli->ctx, &said->text,
                                               bytes, &lines));
    put(said, &lines);
}

void cli_remote_said_end(struct cli_remote_said *said)
{
    struct qn_buf lines = QN_BUF_INIT;
    size_t i;

    cli_check(said->cli,
              qn_sideband_text_end(said->cli->ctx, &said->text, &lines));
    put(said, &lines);
    qn_sideband_text_dispose(&said->text);
    for (i = 0; i < QN_COUNT_OF(said->colors); i++)
        qn_buf_dispose(&said->colors[i]);
}
