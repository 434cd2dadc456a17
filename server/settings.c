/* SPDX-License-Identifier: MIT */
#include "server/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, NUMBER, FLAG };

struct option {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *argument, *help;
};

#define AT(field) offsetof(struct settings, field)

static const struct option options[] = {
    {"listen", TEXT, AT(listen), "host:port",
     "where http is answered; 127.0.0.1:8080"},
    {"git-listen", TEXT, AT(git_listen), "host:port",
     "where git:// is answered, too"},
    {"allow-git-push", FLAG, AT(allows_git_push), NULL,
     "git:// may push what anyone may push"},
    {"access", TEXT, AT(access), "file", "who may do what"},
    {"users", TEXT, AT(users), "file",
     "names with hashed passwords and tokens"},
    {"certificate", TEXT, AT(certificate), "file", "for https: the chain, PEM"},
    {"key", TEXT, AT(key), "file", "for https: its key, PEM"},
    {"title", TEXT, AT(title), "text", "what the web pages call this server"},
    {"no-web", FLAG, AT(has_no_web), NULL, "no web pages"},
    {"pid-file", TEXT, AT(pid_file), "file", "where the process id is written"},
    {"quiet", FLAG, AT(is_quiet), NULL, "no line for each request"},
    {"workers", NUMBER, AT(workers), "n",
     "requests that are worked on at once"},
    {"waiting", NUMBER, AT(waiting), "n", "... and that wait for it"},
    {"open-repositories", NUMBER, AT(open_repositories), "n",
     "how many are kept open"},
    {"connections", NUMBER, AT(connections), "n", "of all clients"},
    {"per-client", NUMBER, AT(per_client), "n", "connections of one address"},
    {"cache-size", NUMBER, AT(cache_size), "bytes",
     "answers that are kept (on disk when large)"},
    {"memory", NUMBER, AT(memory), "bytes", "for the work on all requests"},
    {"request-memory", NUMBER, AT(request_memory), "bytes",
     "for the work on one request"},
    {"request-size", NUMBER, AT(request_size), "bytes",
     "of a request that is no push, unpacked"},
    {"push-size", NUMBER, AT(push_size), "bytes", "of a push"},
    {"seconds", NUMBER, AT(seconds), "n", "for one request"},
    {"stall-seconds", NUMBER, AT(stall_seconds), "n",
     "a client that reads may stand still"},
    {"header-seconds", NUMBER, AT(header_seconds), "n",
     "up to the end of a request's head"},
    {"slowest", NUMBER, AT(slowest), "bytes",
     "a second, of what is sent to us"},
    {"grace-seconds", NUMBER, AT(grace_seconds), "n",
     "for what runs, when we are told to end"},
    {"shell", TEXT, AT(shell), "user",
     "be the forced command of that user's key: with -c <command>"},
    {"hash-password", FLAG, AT(hashes_password), NULL,
     "read a password, print what --users wants of it"},
    {"help", FLAG, AT(wants_help), NULL, "this text"},
};
#define COUNT (sizeof(options) / sizeof(options[0]))

void settings_help(void)
{
    size_t i;

    printf("usage: quoin serve [<options>] [--] <folder>...\n\n");
    for (i = 0; i < COUNT; i++) {
        char left[64];

        snprintf(left, sizeof(left), "--%s%s%s%s", options[i].name,
                 options[i].argument ? "=<" : "",
                 options[i].argument ? options[i].argument : "",
                 options[i].argument ? ">" : "");
        printf("    %-28s %s\n", left, options[i].help);
    }
}

static bool take_number(const char *text, uint64_t *out)
{
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    int shift = *end == 'k' ? 10 : *end == 'm' ? 20 : *end == 'g' ? 30 : 0;

    if (*text < '0' || *text > '9' || end[shift > 0] != '\0' ||
        number > UINT64_MAX >> shift)
        return false;
    *out = (uint64_t)number << shift;
    return true;
}

static bool take(struct settings *settings, const struct option *option,
                 const char *value)
{
    char *at = (char *)settings + option->offset;

    switch (option->kind) {
    case FLAG:
        *(bool *)(void *)at = true;
        return true;
    case TEXT:
        *(const char **)(void *)at = value;
        return true;
    default:
        if (take_number(value, (uint64_t *)(void *)at))
            return true;
        fprintf(stderr, "error: --%s: '%s' is no number\n", option->name,
                value);
        return false;
    }
}

static bool parse_one(struct settings *settings, int argc, char **argv, int *at)
{
    const char *word = argv[*at] + 2, *equals = strchr(word, '=');
    size_t size = equals ? (size_t)(equals - word) : strlen(word), i;

    for (i = 0; i < COUNT; i++) {
        const struct option *option = &options[i];

        if (strlen(option->name) != size ||
            strncmp(option->name, word, size) != 0)
            continue;
        if (option->kind == FLAG && equals)
            break;
        if (option->kind != FLAG && !equals && *at + 1 >= argc) {
            fprintf(stderr, "error: --%s wants a value\n", option->name);
            return false;
        }
        return take(settings, option,
                    equals                 ? equals + 1
                    : option->kind == FLAG ? NULL
                                           : argv[++*at]);
    }
    fprintf(stderr, "error: unknown option '%s'\n", argv[*at]);
    return false;
}

static bool check(const struct settings *settings)
{
    const char *wrong = NULL;

    if (settings->workers < 1 || settings->workers > 1024)
        wrong = "--workers: 1 to 1024";
    else if (settings->waiting < 1 || settings->waiting > 65536)
        wrong = "--waiting: 1 to 65536";
    else if (settings->connections < 1 || settings->connections > 60000)
        wrong = "--connections: 1 to 60000";
    else if (settings->open_repositories < 1)
        wrong = "--open-repositories: at least 1";
    else if (!settings->certificate != !settings->key)
        wrong = "--certificate and --key go together";
    else if (settings->command && !settings->shell)
        wrong = "-c goes with --shell";
    else if (settings->folder_count == 0 && !settings->hashes_password &&
             !settings->wants_help)
        wrong = "which folder is to be served?";
    if (wrong)
        fprintf(stderr, "error: %s\n", wrong);
    return !wrong;
}

bool settings_parse(struct settings *settings, int argc, char **argv)
{
    bool is_over = false;
    int i;

    *settings = (struct settings){
        .listen = "127.0.0.1:8080",
        .title = "Repositories",
        .cache_size = (uint64_t)1 << 30,
        .request_size = (uint64_t)10 << 20,
        .push_size = (uint64_t)4 << 30,
        .request_memory = (uint64_t)2 << 30,
        .workers = 16,
        .waiting = 1024,
        .open_repositories = 64,
        .connections = 1000,
        .per_client = 128,
        .seconds = 3600,
        .stall_seconds = 60,
        .header_seconds = 20,
        .grace_seconds = 10,
        .slowest = 512,
    };
    settings->folders = calloc((size_t)argc + 1, sizeof(*settings->folders));
    if (!settings->folders)
        return false;
    for (i = 1; i < argc; i++) {
        if (is_over || argv[i][0] != '-') {
            settings->folders[settings->folder_count++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            is_over = true;
        } else if (strcmp(argv[i], "-h") == 0) {
            settings->wants_help = true;
        } else if (strcmp(argv[i], "-c") == 0 && i + 1 < argc) {
            settings->command = argv[++i];
        } else if (strncmp(argv[i], "--", 2) != 0 ||
                   !parse_one(settings, argc, argv, &i)) {
            if (strncmp(argv[i], "--", 2) != 0)
                fprintf(stderr, "error: unknown option '%s'\n", argv[i]);
            return false;
        }
    }
    return check(settings);
}
