/* SPDX-License-Identifier: MIT */
#include "cli/manual.h"

#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef QUOIN_MAN_PATH
#define QUOIN_MAN_PATH "/usr/local/share/man"
#endif
#ifndef QUOIN_DOC_PATH
#define QUOIN_DOC_PATH "/usr/local/share/doc/quoin"
#endif

static const char git_html_path[] = "/usr/share/doc/git/html";

const char *cli_manual_man_path(void)
{
    return QUOIN_MAN_PATH;
}

const char *cli_manual_html_path(void)
{
    return QUOIN_DOC_PATH "/html";
}

/* ---------------------------------------------------------------- pages */

/* A page of ours: "quoin-status", and its file in one of the three forms. */
struct page {
    char name[96];
    char section;
    struct qn_buf path;
};

/* The name without what may stand before it. */
static const char *bare_name(const char *word)
{
    if (strncmp(word, "git-", 4) == 0)
        return word + 4;
    if (strncmp(word, "quoin-", 6) == 0)
        return word + 6;
    return word;
}

static bool is_file(struct cli *cli, struct qn_buf *path, const char *directory,
                    const char *name, const char *ending)
{
    qn_buf_clear(path);
    cli_check(cli, qn_buf_printf(cli->ctx, path, "%s/%s.%s", directory, name,
                                 ending));
    return access(qn_buf_string(path), R_OK) == 0;
}

/* `form`: "man", "html" or "text"; sets name, section and path. */
static bool find_page(struct cli *cli, const char *word, const char *form,
                      struct page *page)
{
    const char *directory = getenv("QUOIN_MANUALS");
    const char *name = bare_name(word);
    char place[512];
    char section[2] = "1";

    if (strchr(word, '/'))
        return false;
    if (strcmp(word, "git") == 0 || strcmp(word, "quoin") == 0)
        snprintf(page->name, sizeof(page->name), "quoin");
    else
        snprintf(page->name, sizeof(page->name), "quoin-%s", name);
    for (; *section <= '7'; *section += 6) {
        page->section = *section;
        if (directory && *directory)
            snprintf(place, sizeof(place), "%s", directory);
        else if (strcmp(form, "man") == 0)
            snprintf(place, sizeof(place), "%s/man%s", QUOIN_MAN_PATH, section);
        else
            snprintf(place, sizeof(place), "%s/%s", QUOIN_DOC_PATH, form);
        if (is_file(cli, &page->path, place, page->name,
                    strcmp(form, "man") == 0    ? section
                    : strcmp(form, "html") == 0 ? "html"
                                                : "txt"))
            return true;
    }
    return false;
}

bool cli_manual_has(struct cli *cli, const char *word)
{
    struct page page = {.path = QN_BUF_INIT};
    bool has = find_page(cli, word, "man", &page);

    qn_buf_dispose(&page.path);
    return has;
}

/* The page through the pager; false: there is none. */
static bool show_text(struct cli *cli, const char *word)
{
    struct page page = {.path = QN_BUF_INIT};
    char line[1024];
    FILE *file;

    if (!find_page(cli, word, "text", &page))
        return false;
    file = fopen(qn_buf_string(&page.path), "r");
    qn_buf_dispose(&page.path);
    if (!file)
        return false;
    cli_start_pager(cli, true);
    while (fgets(line, sizeof(line), file))
        cli_puts(cli, line);
    fclose(file);
    return true;
}

/* -------------------------------------------------------------- viewers */

static void put_man_path(struct cli *cli)
{
    const char *old = getenv("MANPATH");
    struct qn_buf path = QN_BUF_INIT;

    /* An empty part at the end stands for the usual places. */
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s:%s", QUOIN_MAN_PATH,
                                 old ? old : ""));
    setenv("MANPATH", qn_buf_string(&path), 1);
    qn_buf_dispose(&path);
}

/* man.<tool>.<what>, or NULL. */
static const char *tool_setting(struct cli *cli, const char *tool,
                                const char *what)
{
    char key[160];

    snprintf(key, sizeof(key), "man.%s.%s", tool, what);
    return cli_config_string(cli, key, NULL);
}

static void run_words(struct cli *cli, const char *program,
                      const char *const *words)
{
    execvp(program, (char *const *)(uintptr_t)words);
    cli_warning(cli, "failed to exec '%s': %s", program, strerror(errno));
}

static void run_man(struct cli *cli, const char *program, const char *page)
{
    const char *words[] = {"man", page, NULL};

    run_words(cli, program, words);
}

static void run_woman(struct cli *cli, const char *program, const char *page)
{
    char text[640];
    const char *words[] = {"emacsclient", "-e", text, NULL};

    snprintf(text, sizeof(text), "(woman \"%s\")", page);
    run_words(cli, program, words);
}

/* kfmclient, which stands beside konqueror. */
static void run_konqueror(struct cli *cli, const char *path, const char *page)
{
    const char *display = getenv("DISPLAY");
    char place[640];
    struct qn_buf program = QN_BUF_INIT;
    const char *words[] = {"kfmclient", "newTab", place, NULL};
    size_t size = strlen(path);

    if (!display || !*display)
        return;
    if (size >= 9 && strcmp(path + size - 9, "konqueror") == 0)
        size -= 9;
    cli_check(cli, qn_buf_printf(cli->ctx, &program, "%.*s%s", (int)size, path,
                                 size == strlen(path) ? "" : "kfmclient"));
    snprintf(place, sizeof(place), "man:%s(1)", page);
    run_words(cli, qn_buf_string(&program), words);
    qn_buf_dispose(&program);
}

static void run_command(struct cli *cli, const char *command, const char *page)
{
    struct qn_buf text = QN_BUF_INIT;
    const char *words[] = {"/bin/sh", "-c", NULL, NULL};

    cli_check(cli, qn_buf_printf(cli->ctx, &text, "%s %s", command, page));
    words[2] = qn_buf_string(&text);
    run_words(cli, "/bin/sh", words);
    qn_buf_dispose(&text);
}

/* Does not come back where it works. */
static void try_viewer(struct cli *cli, const char *tool, const char *page)
{
    const char *path = tool_setting(cli, tool, "path");
    const char *command = tool_setting(cli, tool, "cmd");

    if (strcmp(tool, "man") == 0)
        run_man(cli, path ? path : "man", page);
    else if (strcmp(tool, "woman") == 0)
        run_woman(cli, path ? path : "emacsclient", page);
    else if (strcmp(tool, "konqueror") == 0)
        run_konqueror(cli, path ? path : "kfmclient", page);
    else if (command)
        run_command(cli, command, page);
    else
        cli_warning(cli, "'%s': unknown man viewer.", tool);
}

/* What is said of man.<tool>.path and .cmd that will not be used. */
static void check_settings(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        size_t size = strlen(entry->key);
        const char *tool = entry->key + 4;
        bool is_path = size > 9 && strcmp(entry->key + size - 5, ".path") == 0;
        bool is_command =
            size > 8 && strcmp(entry->key + size - 4, ".cmd") == 0;
        bool is_known;

        if (strncmp(entry->key, "man.", 4) != 0)
            continue;
        if (!entry->value) {
            (void)cli_error(cli, "missing value for '%s'", entry->key);
            cli_die_bad_key(cli, entry);
        }
        size -= 4 + (is_path ? 5 : 4);
        is_known = (size == 3 && strncmp(tool, "man", size) == 0) ||
                   (size == 5 && strncmp(tool, "woman", size) == 0) ||
                   (size == 9 && strncmp(tool, "konqueror", size) == 0);
        if (is_path && !is_known)
            cli_warning(cli,
                        "'%s': path for unsupported man viewer.\n"
                        "Please consider using 'man.<tool>.cmd' instead.",
                        tool);
        if (is_command && is_known)
            cli_warning(cli,
                        "'%s': cmd for supported man viewer.\n"
                        "Please consider using 'man.<tool>.path' instead.",
                        tool);
    }
}

static int show_man(struct cli *cli, const char *word, const char *git_page)
{
    struct page page = {.path = QN_BUF_INIT};
    const struct qn_config *config = cli_config(cli);
    const char *name = git_page;
    const char *variable = getenv("GIT_MAN_VIEWER");
    size_t i;

    if (find_page(cli, word, "man", &page))
        name = getenv("QUOIN_MANUALS") ? qn_buf_string(&page.path) : page.name;
    check_settings(cli);
    put_man_path(cli);
    for (i = 0; i < qn_config_count(config); i++)
        if (strcmp(qn_config_at(config, i)->key, "man.viewer") == 0)
            try_viewer(cli, qn_config_at(config, i)->value, name);
    if (variable && *variable)
        try_viewer(cli, variable, name);
    /* Our page as text is better than to say that man is missing. */
    if (name != git_page && !tool_setting(cli, "man", "path")) {
        const char *words[] = {"man", name, NULL};

        execvp("man", (char *const *)(uintptr_t)words);
        if (show_text(cli, word))
            return 0;
    }
    try_viewer(cli, "man", name);
    return cli_fatal(cli, "no man viewer handled the request");
}

static int show_web(struct cli *cli, const char *word, const char *git_page)
{
    const char *place = cli_config_string(cli, "help.htmlpath", NULL);
    struct page page = {.path = QN_BUF_INIT};
    struct qn_buf path = QN_BUF_INIT;
    const char *words[] = {"git-web--browse", "-c", "help.browser", NULL, NULL};

    if (!place && find_page(cli, word, "html", &page))
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &path,
                                           qn_buf_bytes(&page.path)));
    else
        cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/%s.html",
                                     place ? place : git_html_path, git_page));
    words[3] = qn_buf_string(&path);
    if (!strstr(words[3], "://") && access(words[3], F_OK) != 0)
        return cli_fatal(cli, "'%s': documentation file not found.", words[3]);
    execvp(words[0], (char *const *)(uintptr_t)words);
    return cli_fatal(cli, "failed to exec 'web--browse': %s", strerror(errno));
}

int cli_manual_show(struct cli *cli, enum cli_manual_format format,
                    const char *word, const char *git_page)
{
    const char *info[] = {"info", "gitman", git_page, NULL};

    cli_flush(cli);
    switch (format) {
    case CLI_MANUAL_INFO:
        execvp("info", (char *const *)(uintptr_t)info);
        return cli_fatal(cli, "no info viewer handled the request");
    case CLI_MANUAL_WEB:
        return show_web(cli, word, git_page);
    default:
        return show_man(cli, word, git_page);
    }
}
