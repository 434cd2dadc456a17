/* SPDX-License-Identifier: MIT */
#include "cli/remote_said.h"

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
                        "unrecognized value for sideband."
                        "allowControlCharacters: '%.*s'",
                        QN_BYTES_ARG(word));
    }
    return allows;
}

/* The key, and that of the longest URL that `url` begins with. */
static const char *allowed_words(struct cli *cli, const char *url)
{
    const struct qn_config *config = cli_config(cli);
    const char *found =
        qn_config_string(config, "sideband.allowcontrolcharacters", "color");
    size_t count = qn_config_count(config), best = 0, i;

    for (i = 0; url && i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes key = qn_bytes_from_string(entry->key);
        static const char end[] = ".allowcontrolcharacters";
        size_t size;

        if (!entry->value || !qn_bytes_has_prefix(key, "sideband.") ||
            !qn_bytes_has_suffix(key, end) || key.size <= 9 + strlen(end))
            continue;
        key = qn_bytes_make(key.data + 9, key.size - 9 - strlen(end));
        size = key.size;
        while (size > 0 && key.data[size - 1] == '/')
            size--;
        if (size >= best && strncmp(url, (const char *)key.data, size) == 0 &&
            (url[size] == '\0' || url[size] == '/' || url[size] == ':')) {
            best = size;
            found = entry->value;
        }
    }
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

    cli_check(said->cli, qn_sideband_text_take(said->cli->ctx, &said->text,
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
