/* SPDX-License-Identifier: MIT */
/* status --json: one report; docs/man/quoin-status.1.md. */
#include "cli/json_output.h"
#include "cli/status_view.h"

static const char *word_of(char letter)
{
    switch (letter) {
    case 'M':
        return "modified";
    case 'T':
        return "type_changed";
    case 'A':
        return "added";
    case 'D':
        return "deleted";
    case 'R':
        return "renamed";
    case 'C':
        return "copied";
    default:
        return NULL;
    }
}

static void put_branch(struct cli_json *json, const struct cli_status *args)
{
    const struct qn_status_state *state = &args->state;
    const struct {
        bool is_so;
        const char *word;
    } doings[] = {{state->is_merging, "merge"},
                  {state->is_rebasing, "rebase"},
                  {state->is_applying && !state->is_rebasing, "am"},
                  {state->is_picking, "cherry-pick"},
                  {state->is_reverting, "revert"},
                  {state->is_bisecting, "bisect"}};
    size_t i;

    qn_json_key(&json->json, "branch");
    if (state->is_detached)
        qn_json_null(&json->json);
    else
        qn_json_text(&json->json, qn_buf_bytes(&state->branch));
    if (state->is_initial) {
        qn_json_key(&json->json, "id");
        qn_json_null(&json->json);
    } else {
        cli_json_id(json, "id", &state->head);
    }
    if (state->has_upstream && !state->is_detached) {
        cli_json_text(json, "upstream", qn_buf_bytes(&state->upstream));
        if (state->upstream_is_gone) {
            cli_json_bool(json, "upstream_gone", true);
        } else if (!state->is_different && !state->is_initial) {
            cli_json_number(json, "ahead", (int64_t)state->ahead);
            cli_json_number(json, "behind", (int64_t)state->behind);
        }
    }
    if (args->show_stash)
        cli_json_number(json, "stash", (int64_t)state->stash_count);
    qn_json_key(&json->json, "doing");
    qn_json_begin_array(&json->json);
    for (i = 0; i < QN_COUNT_OF(doings); i++)
        if (doings[i].is_so)
            qn_json_string(&json->json, doings[i].word);
    qn_json_end_array(&json->json);
}

static void put_unmerged(struct cli_json *json, const struct qn_status_row *row)
{
    static const char *const words[8] = {NULL,
                                         "both_deleted",
                                         "added_by_us",
                                         "deleted_by_them",
                                         "added_by_them",
                                         "deleted_by_us",
                                         "both_added",
                                         "both_modified"};
    int stage;

    cli_json_string(json, "state", "unmerged");
    cli_json_string(json, "conflict", words[row->stages & 7]);
    qn_json_key(&json->json, "stages");
    qn_json_begin_array(&json->json);
    for (stage = 0; stage < 3; stage++) {
        if (!(row->stages & (1 << stage)))
            continue;
        qn_json_begin_object(&json->json);
        cli_json_number(json, "stage", stage + 1);
        cli_json_mode(json, "mode", row->stage_mode[stage]);
        cli_json_id(json, "id", &row->stage_id[stage]);
        qn_json_end_object(&json->json);
    }
    qn_json_end_array(&json->json);
}

static void put_row(struct cli_json *json, const struct qn_status_row *row)
{
    cli_json_begin(json);
    cli_json_text(json, "path", row->path);
    if (row->stages) {
        put_unmerged(json, row);
        cli_json_end(json);
        return;
    }
    cli_json_string(json, "state", "changed");
    if (row->old_path.size > 0) {
        cli_json_text(json, "old_path", row->old_path);
        cli_json_number(json, "similarity", row->score);
    }
    cli_json_string(json, "staged", word_of(row->staged));
    cli_json_string(json, "unstaged", word_of(row->unstaged));
    if (row->head_mode) {
        cli_json_mode(json, "head_mode", row->head_mode);
        cli_json_id(json, "head_id", &row->head_id);
    }
    if (row->index_mode) {
        cli_json_mode(json, "index_mode", row->index_mode);
        cli_json_id(json, "index_id", &row->index_id);
    }
    if (row->work_mode)
        cli_json_mode(json, "work_mode", row->work_mode);
    if (row->is_submodule)
        cli_json_bool(json, "submodule", true);
    cli_json_end(json);
}

void cli_status_json(const struct cli_status *args)
{
    struct cli_json json;
    size_t i;

    cli_json_begin_report(&json, args->cli);
    put_branch(&json, args);
    qn_json_key(&json.json, "entries");
    qn_json_begin_array(&json.json);
    for (i = 0; i < args->list.count; i++)
        put_row(&json, &args->list.rows[i]);
    for (i = 0; i < args->list.extra.count; i++) {
        const struct qn_work_walk_item *item = &args->list.extra.items[i];

        cli_json_begin(&json);
        cli_json_text(&json, "path", item->path);
        cli_json_string(&json, "state",
                        item->is_ignored ? "ignored" : "untracked");
        cli_json_end(&json);
    }
    qn_json_end_array(&json.json);
    cli_json_end_report(&json);
}
