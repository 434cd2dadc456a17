/* SPDX-License-Identifier: MIT */
/* proc-receive: commands that a hook carries out instead of us.
 *
 *   -> "version=1" NUL "<features>", flush    <- the same
 *   -> "<old> <new> <name>"..., flush, [options..., flush]
 *   <- "ok <name>" | "ng <name> <reason>" | "option <key> [<value>]"..., flush
 *
 * githooks(5).
 */
#include "operation/receive_pack_parts.h"
#include "os/file.h"
#include "wire/wire_input.h"

#define LIMIT ((size_t)64 << 20) /* of what a hook says without being read */

struct talk {
    struct qn_receive_pack *r;
    struct qn_process *process;
    struct qn_buf pending; /* said, and not yet taken */
    struct qn_wire_input input;
    bool has_options;
    struct qn_receive_command *current; /* options are about */
    bool is_new;                        /* ... and none was met yet */
    bool is_odd;                        /* something was told of */
    bool has_no_version;                /* ... that it does not speak ours */
    unsigned long version;              /* or this one instead */
};

/* ---- which commands */

/* "[adm!]:<prefix>" or "<prefix>". */
static bool is_for_hook(const char *setting,
                        const struct qn_receive_command *command)
{
    const char *colon = strchr(setting, ':');
    const char *prefix = colon ? colon + 1 : setting;
    const char action = qn_id_is_null(&command->new_id)   ? 'd'
                        : qn_id_is_null(&command->old_id) ? 'a'
                                                          : 'm';
    size_t size = strlen(prefix);
    bool is_negated = false, has_action = !colon, is_below;
    const char *at;

    for (at = setting; colon && at < colon; at++) {
        is_negated = is_negated || *at == '!';
        has_action = has_action || *at == action;
    }
    if (!has_action)
        return false;
    while (size > 0 && prefix[size - 1] == '/')
        size--;
    is_below = strncmp(command->full, prefix, size) == 0 &&
               (command->full[size] == '\0' || command->full[size] == '/');
    return is_below != is_negated;
}

enum qn_status qn_receive_choose_proc(struct qn_receive_pack *r)
{
    size_t count = qn_config_count(r->config), i, k;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(r->config, i);

        if (strcmp(entry->key, "receive.procreceiverefs") != 0)
            continue;
        if (!entry->value)
            return qn_config_fail_missing(r->ctx, entry);
        for (k = 0; k < r->count; k++)
            if (!r->commands[k].error &&
                is_for_hook(entry->value, &r->commands[k]))
                r->commands[k].is_for_proc = true;
    }
    return QN_OK;
}

/* ---- the conversation */

/* The next packet; `*is_over`: the hook said nothing more. */
static enum qn_status next_packet(struct talk *talk, struct qn_pkt_line *packet,
                                  bool *is_over)
{
    struct qn_ctx *ctx = talk->r->ctx;
    enum qn_status status = QN_OK;
    bool is_end = false;

    *is_over = false;
    while (!status) {
        if (talk->pending.size > 0) {
            status = qn_wire_input_feed(ctx, &talk->input,
                                        qn_buf_bytes(&talk->pending));
            qn_buf_clear(&talk->pending);
        }
        if (!status && is_end && qn_wire_input_rest(&talk->input).size == 0) {
            *is_over = true;
            return QN_OK;
        }
        talk->input.is_over = is_end;
        if (!status)
            status = qn_wire_input_next(ctx, &talk->input, packet);
        if (status || packet->kind != QN_PKT_LINE_MORE)
            return status;
        if (qn_wire_input_rest(&talk->input).size > LIMIT)
            return qn_ctx_fail(ctx, QN_TOO_BIG,
                               "proc-receive says too much at once");
        status =
            qn_process_receive(ctx, talk->process, &talk->pending, &is_end);
    }
    return status;
}

static enum qn_status send_packets(struct talk *talk, struct qn_buf *packets)
{
    enum qn_status status = qn_process_send(
        talk->r->ctx, talk->process, qn_buf_bytes(packets), &talk->pending);

    qn_buf_clear(packets);
    return status;
}

static enum qn_status send_version(struct talk *talk)
{
    struct qn_receive_pack *r = talk->r;
    struct qn_buf text = QN_BUF_INIT, packets = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_string(r->ctx, &text, "version=1");
    const bool has_any = r->is_atomic || r->has_options;

    if (!status && has_any)
        status = qn_buf_append_byte(r->ctx, &text, '\0');
    if (!status)
        status = qn_buf_printf(r->ctx, &text, "%s%s%s\n",
                               r->is_atomic ? "atomic" : "",
                               r->is_atomic && r->has_options ? " " : "",
                               r->has_options ? "push-options" : "");
    if (!status)
        status = qn_pkt_line_append(r->ctx, &packets, qn_buf_bytes(&text));
    if (!status)
        status = qn_pkt_line_append_flush(r->ctx, &packets);
    if (!status)
        status = send_packets(talk, &packets);
    qn_buf_dispose(&text);
    qn_buf_dispose(&packets);
    return status;
}

/* `*is_fine` false: it was told of. */
static enum qn_status take_version(struct talk *talk, bool *is_fine)
{
    struct qn_receive_pack *r = talk->r;
    struct qn_bytes line = QN_BYTES_NONE, features, word;
    struct qn_pkt_line packet;
    unsigned long version = 0;
    bool is_over = false;
    enum qn_status status;

    *is_fine = false;
    for (;;) {
        size_t end;

        status = next_packet(talk, &packet, &is_over);
        if (status || is_over || packet.kind != QN_PKT_LINE_DATA)
            break;
        line = qn_pkt_line_text(&packet);
        if (!qn_bytes_has_prefix(line, "version="))
            continue;
        end = qn_bytes_find(line, 0);
        features = qn_bytes_from(line, end < line.size ? end + 1 : end);
        version = 0;
        for (size_t i = 8; i < end && i < 16; i++)
            version = version * 10 + (unsigned long)(line.data[i] - '0');
        while (qn_bytes_next(&features, ' ', &word))
            talk->has_options =
                talk->has_options || qn_bytes_is_string(word, "push-options");
    }
    if (status || is_over) {
        if (status == QN_NO_MEMORY)
            return status;
        qn_ctx_clear(r->ctx);
        talk->has_no_version = true;
        return QN_OK;
    }
    talk->version = version;
    *is_fine = version <= 1;
    return QN_OK;
}

static enum qn_status send_commands(struct talk *talk)
{
    struct qn_receive_pack *r = talk->r;
    struct qn_buf packets = QN_BUF_INIT;
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i, position = 0;
    const char *option;

    packets.limit = SIZE_MAX;
    for (i = 0; !status && i < r->count; i++) {
        const struct qn_receive_command *command = &r->commands[i];

        if (!command->is_for_proc || command->error)
            continue;
        status = qn_pkt_line_printf(
            r->ctx, &packets, "%s %s %s", qn_id_to_hex(&command->old_id, old),
            qn_id_to_hex(&command->new_id, new), command->name);
    }
    if (!status)
        status = qn_pkt_line_append_flush(r->ctx, &packets);
    while (!status && talk->has_options && r->has_options &&
           (option = qn_wire_words_next(&r->request.options, &position)))
        status = qn_pkt_line_printf(r->ctx, &packets, "%s", option);
    if (!status && talk->has_options && r->has_options)
        status = qn_pkt_line_append_flush(r->ctx, &packets);
    if (!status)
        status = send_packets(talk, &packets);
    qn_buf_dispose(&packets);
    return status;
}

/* ---- its answers */

static enum qn_status add_outcome(struct talk *talk,
                                  struct qn_receive_outcome **out)
{
    struct qn_receive_command *command = talk->current;
    struct qn_receive_outcome *made =
        qn_arena_calloc(talk->r->ctx, &talk->r->arena, 1, sizeof(*made));

    if (!made)
        return QN_NO_MEMORY;
    if (!command->last_outcome)
        command->last_outcome = &command->outcomes;
    *command->last_outcome = made;
    command->last_outcome = &made->next;
    *out = made;
    return QN_OK;
}

static struct qn_receive_outcome *last_outcome(struct qn_receive_command *c)
{
    struct qn_receive_outcome *outcome = c->outcomes;

    while (outcome && outcome->next)
        outcome = outcome->next;
    return outcome;
}

static enum qn_status take_option(struct talk *talk, struct qn_bytes line)
{
    struct qn_receive_pack *r = talk->r;
    struct qn_receive_outcome *outcome = NULL;
    struct qn_bytes key = line, value;
    enum qn_status status = QN_OK;
    size_t end;

    if (!talk->current) {
        if (!talk->is_odd)
            qn_receive_error(r, "proc-receive reported 'option' without a "
                                "matching 'ok/ng' directive");
        talk->is_odd = true;
        return QN_OK;
    }
    end = qn_bytes_find(line, ' ');
    key = qn_bytes_first(line, end);
    value = qn_bytes_from(line, end < line.size ? end + 1 : end);
    if (qn_bytes_is_string(key, "fall-through")) {
        talk->current->falls_through = true;
        return QN_OK;
    }
    if (!talk->is_new)
        outcome = last_outcome(talk->current);
    if (!outcome)
        status = add_outcome(talk, &outcome);
    talk->is_new = false;
    if (status)
        return status;
    if (qn_bytes_is_string(key, "refname")) {
        outcome->name = qn_arena_copy(r->ctx, &r->arena, value);
        return outcome->name ? QN_OK : QN_NO_MEMORY;
    }
    if (qn_bytes_is_string(key, "old-oid"))
        outcome->has_old =
            qn_id_from_hex(&outcome->old_id, r->request.algorithm, value);
    else if (qn_bytes_is_string(key, "new-oid"))
        outcome->has_new =
            qn_id_from_hex(&outcome->new_id, r->request.algorithm, value);
    else if (qn_bytes_is_string(key, "forced-update"))
        outcome->is_forced = true;
    return QN_OK;
}

static struct qn_receive_command *find_command(struct qn_receive_pack *r,
                                               struct qn_bytes name)
{
    size_t i;

    for (i = 0; i < r->count; i++)
        if (qn_bytes_is_string(name, r->commands[i].name))
            return &r->commands[i];
    return NULL;
}

static enum qn_status take_result(struct talk *talk, struct qn_bytes line)
{
    struct qn_receive_pack *r = talk->r;
    size_t end = qn_bytes_find(line, ' ');
    struct qn_bytes word = qn_bytes_first(line, end), name, reason;
    struct qn_receive_command *command;

    if (end >= line.size) {
        qn_receive_error(r,
                         "proc-receive reported incomplete status line: "
                         "'%.*s'",
                         QN_BYTES_ARG(line));
        talk->is_odd = true;
        return QN_OK;
    }
    name = qn_bytes_from(line, end + 1);
    if (qn_bytes_is_string(word, "option"))
        return take_option(talk, name);
    end = qn_bytes_find(name, ' ');
    reason = qn_bytes_from(name, end < name.size ? end + 1 : end);
    name = qn_bytes_first(name, end);
    talk->current = NULL;
    if (!qn_bytes_is_string(word, "ok") && !qn_bytes_is_string(word, "ng")) {
        qn_receive_error(r,
                         "proc-receive reported bad status '%.*s' on ref "
                         "'%.*s'",
                         QN_BYTES_ARG(word), QN_BYTES_ARG(name));
        talk->is_odd = true;
        return QN_OK;
    }
    command = find_command(r, name);
    if (!command || !command->is_for_proc) {
        qn_receive_error(r, "proc-receive reported %s: %.*s",
                         command ? "unexpected status on ref"
                                 : "status on unknown ref",
                         QN_BYTES_ARG(name));
        talk->is_odd = true;
        return QN_OK;
    }
    command->has_answer = true;
    talk->current = command;
    talk->is_new = true;
    if (qn_bytes_is_string(word, "ok"))
        return QN_OK;
    command->error =
        reason.size > 0 ? qn_arena_copy(r->ctx, &r->arena, reason) : "failed";
    return command->error ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status take_results(struct talk *talk)
{
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    bool is_over = false;

    while (!status) {
        status = next_packet(talk, &packet, &is_over);
        if (status || is_over || packet.kind != QN_PKT_LINE_DATA)
            break;
        status = take_result(talk, qn_pkt_line_text(&packet));
    }
    return status;
}

/* ---- all of it */

static enum qn_status start(struct talk *talk, const char *path)
{
    static const char *const variables[] = {"GIT_DIR=.", NULL};
    struct qn_receive_pack *r = talk->r;
    const char *directory = qn_repo_git_directory(r->scope->repo);
    size_t size = strlen(directory);
    const char *shown = path;
    const char *argv[] = {NULL, NULL};
    struct qn_process_options with = {.argv = argv,
                                      .directory = directory,
                                      .variables = variables,
                                      .in = QN_PROCESS_PIPE,
                                      .out = QN_PROCESS_PIPE,
                                      .err = r->has_bands ? QN_PROCESS_PIPE
                                                          : QN_PROCESS_INHERIT,
                                      .category = "hook",
                                      .hook_name = "proc-receive",
                                      .hides_directory = true};
    enum qn_status status;

    if (strncmp(path, directory, size) == 0 && path[size] == '/')
        shown = path + size + 1;
    argv[0] = shown;
    status = qn_process_start(r->ctx, &with, &talk->process);
    if (!status && r->has_bands)
        qn_process_set_listener(talk->process, &r->listener);
    return status;
}

/* `*is_fine` false: what it did not answer has failed. */
static enum qn_status converse(struct talk *talk, const char *path,
                               bool *is_fine)
{
    enum qn_status status = start(talk, path);
    int code = 0;

    *is_fine = false;
    if (!status)
        status = send_version(talk);
    if (!status)
        status = take_version(talk, is_fine);
    if (!status && *is_fine)
        status = send_commands(talk);
    if (!status && *is_fine)
        status = take_results(talk);
    if (talk->process) {
        qn_process_close_in(talk->process);
        if (qn_process_exchange(talk->r->ctx, talk->process, QN_BYTES_NONE,
                                &talk->pending) ||
            qn_process_wait(talk->r->ctx, talk->process, &code))
            qn_ctx_clear(talk->r->ctx);
        *is_fine = *is_fine && code == 0;
    }
    if (talk->has_no_version)
        qn_receive_error(talk->r,
                         "fail to negotiate version with proc-receive hook");
    else if (talk->version > 1)
        qn_receive_error(talk->r, "proc-receive version '%lu' is not supported",
                         talk->version);
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
        *is_fine = false;
        qn_ctx_clear(talk->r->ctx);
        status = QN_OK;
    }
    return status;
}

static void settle(struct qn_receive_pack *r, bool is_fine)
{
    size_t i;

    for (i = 0; i < r->count; i++) {
        struct qn_receive_command *command = &r->commands[i];

        if (command->error || command->has_answer)
            continue;
        if (command->is_for_proc)
            command->error = is_fine ? "proc-receive failed to report status"
                                     : "fail to run proc-receive hook";
        else if (!is_fine && r->is_atomic)
            command->error = "fail to run proc-receive hook";
    }
}

enum qn_status qn_receive_run_proc(struct qn_receive_pack *r)
{
    struct talk talk = {.r = r, .input = QN_WIRE_INPUT_INIT};
    struct qn_buf path = QN_BUF_INIT;
    bool is_asked = false, is_fine = false;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < r->count; i++)
        is_asked =
            is_asked || (r->commands[i].is_for_proc && !r->commands[i].error);
    if (!is_asked)
        return QN_OK;
    talk.pending.limit = LIMIT;
    talk.input.held.limit = LIMIT + 65536;
    talk.input.is_local = true;
    status = qn_repo_path(r->ctx, r->scope->repo, "hooks", &path);
    if (!status)
        status = qn_buf_append_string(r->ctx, &path, "/proc-receive");
    if (!status && !qn_file_exists(qn_buf_string(&path)))
        qn_receive_error(r, "cannot find hook 'proc-receive'");
    else if (!status)
        status = converse(&talk, qn_buf_string(&path), &is_fine);
    if (!status)
        settle(r, is_fine);
    qn_buf_dispose(&path);
    qn_buf_dispose(&talk.pending);
    qn_wire_input_dispose(&talk.input);
    return status;
}
