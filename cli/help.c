/* SPDX-License-Identifier: MIT */
/* Suggestions for a mistyped command. */
#include "cli/cli.h"
#include "cli/command_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAME_MAX_SIZE 64

/* Damerau-Levenshtein with the weights of a typist: swap 0, substitution 2,
 * a letter that was left out 1, one too many 3. */
static int distance(const char *typed, const char *name)
{
    int rows[3][NAME_MAX_SIZE + 1];
    int *before = rows[0];
    int *last = rows[1];
    int *row = rows[2];
    size_t typed_size = strlen(typed);
    size_t name_size = strlen(name);
    size_t i;
    size_t j;

    if (typed_size > NAME_MAX_SIZE || name_size > NAME_MAX_SIZE)
        return 1000;
    for (j = 0; j <= name_size; j++)
        last[j] = (int)j; /* insertions */
    for (i = 0; i < typed_size; i++) {
        int *spare = before;

        row[0] = (int)(i + 1) * 3;
        for (j = 0; j < name_size; j++) {
            int best = last[j] + 2 * (typed[i] != name[j]);

            if (i > 0 && j > 0 && typed[i - 1] == name[j] &&
                typed[i] == name[j - 1] && best > before[j - 1])
                best = before[j - 1];
            if (best > last[j + 1] + 3)
                best = last[j + 1] + 3;
            if (best > row[j] + 1)
                best = row[j] + 1;
            row[j + 1] = best;
        }
        before = last;
        last = row;
        row = spare;
    }
    return last[name_size];
}

/* The commands that git's short list of help shows. */
static bool is_common(const char *name)
{
    static const char *const names[] = {
        "add",  "backfill", "bisect", "branch", "clone", "commit",
        "diff", "fetch",    "grep",   "init",   "log",   "merge",
        "mv",   "pull",     "push",   "rebase", "reset", "restore",
        "rm",   "show",     "status", "switch", "tag",   "history"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

struct candidate {
    const char *name;
    int score;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *one = a;
    const struct candidate *two = b;

    if (one->score != two->score)
        return one->score - two->score;
    return strcmp(one->name, two->name);
}

/* Sorted by score; answers how many are worth showing. */
static size_t rank(struct candidate *list, size_t count)
{
    size_t best = 0;
    size_t shown;

    qsort(list, count, sizeof(*list), compare_candidates);
    while (best < count && list[best].score == 0)
        best++;
    if (best >= count)
        return count;
    shown = best;
    while (shown < count && list[shown].score == list[best].score)
        shown++;
    return list[best].score < 7 ? shown : 0;
}

enum autocorrect { SHOW = 0, NEVER = -1, PROMPT = -2, IMMEDIATE = -3 };

static int autocorrect(struct cli *cli)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "help.autocorrect");
    const char *text = entry ? entry->value : NULL;
    bool value = false;

    if (!text)
        return entry ? IMMEDIATE : SHOW;
    if (strcmp(text, "never") == 0)
        return NEVER;
    if (strcmp(text, "prompt") == 0)
        return PROMPT;
    if (strcmp(text, "immediate") == 0)
        return IMMEDIATE;
    if (strcmp(text, "show") == 0)
        return SHOW;
    if (text[0] == '-')
        return IMMEDIATE;
    if ((text[0] < '0' || text[0] > '9') && qn_config_parse_bool(text, &value))
        return value ? IMMEDIATE : SHOW;
    if (strcmp(text, "1") == 0)
        return IMMEDIATE;
    return (int)cli_config_int(cli, "help.autocorrect", 0);
}

/* On the terminal itself; -1: yes, else the exit code. */
static int ask(struct cli *cli, const char *instead)
{
    const char *allowed = getenv("GIT_TERMINAL_PROMPT");
    char question[256], answer[256];
    bool may_ask = true;
    FILE *terminal = NULL;
    bool is_there = false;

    snprintf(question, sizeof(question), "Run '%s' instead [y/N]? ", instead);
    if (allowed && qn_config_parse_bool(allowed, &may_ask) && !may_ask)
        return cli_fatal(cli, "could not read %sterminal prompts disabled",
                         question);
    cli_flush(cli);
    terminal = fopen("/dev/tty", "r+");
    if (!terminal)
        return cli_fatal(cli, "could not read %s%s", question, strerror(errno));
    fputs(question, terminal);
    fflush(terminal);
    is_there = fgets(answer, sizeof(answer), terminal) != NULL;
    fclose(terminal);
    if (!is_there)
        return cli_fatal(cli, "could not read %s%s", question, strerror(0));
    return answer[0] == 'y' || answer[0] == 'Y' ? -1 : 1;
}

static int go_on(struct cli *cli, const char *typed, int tenths,
                 const char *instead)
{
    cli_stderr(cli,
               "WARNING: You called a Git command named '%s', which does not "
               "exist.\n",
               typed);
    if (tenths == PROMPT)
        return ask(cli, instead);
    if (tenths == IMMEDIATE) {
        cli_stderr(cli,
                   "Continuing under the assumption that you meant '%s'.\n",
                   instead);
    } else {
        struct timespec pause = {tenths / 10,
                                 (long)(tenths % 10) * 100 * 1000 * 1000};

        cli_stderr(cli,
                   "Continuing in %0.1f seconds, assuming that you meant "
                   "'%s'.\n",
                   (double)tenths / 10.0, instead);
        nanosleep(&pause, NULL);
    }
    return -1;
}

int cli_suggest(struct cli *cli, const char *name, const char **instead)
{
    struct candidate *list;
    struct cli_list commands = {0};
    size_t shown;
    size_t i;
    size_t used = 0;
    int mode = autocorrect(cli);

    cli_list_meant(cli, &commands);
    list = calloc(commands.count + 1, sizeof(*list));
    if (mode == NEVER || !list) {
        cli_stderr(cli, "git: '%s' is not a git command. See 'git --help'.\n",
                   name);
        free(list);
        return 1;
    }
    for (i = 0; i < commands.count; i++) {
        const char *word = commands.items[i];

        list[used].name = word;
        if (is_common(word) && strncmp(word, name, strlen(name)) == 0)
            list[used++].score = 0;
        else
            list[used++].score = distance(name, word) + 1;
    }
    shown = rank(list, used);
    if (mode == PROMPT && !(isatty(STDIN_FILENO) && isatty(STDERR_FILENO)))
        shown = 0;
    if (shown == 1 && mode != SHOW) {
        *instead = list[0].name;
        free(list);
        return go_on(cli, name, mode, *instead);
    }
    cli_stderr(cli, "git: '%s' is not a git command. See 'git --help'.\n",
               name);
    if (shown > 0) {
        cli_stderr(cli, "\n%s\n",
                   shown == 1 ? "The most similar command is"
                              : "The most similar commands are");
        for (i = 0; i < shown; i++)
            cli_stderr(cli, "\t%s\n", list[i].name);
    }
    free(list);
    return 1;
}
