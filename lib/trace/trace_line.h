/* SPDX-License-Identifier: MIT */
/* A line of a trace while it is put together.
 *
 * It begins in room of its own and grows on the heap; where there is no memory
 * it is cut.  No context: a trace is older than the environment.
 */
#ifndef QN_TRACE_TRACE_LINE_H
#define QN_TRACE_TRACE_LINE_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct qn_trace_line {
    char *data; /* NUL terminated */
    size_t size;
    size_t capacity;
    bool hides_passwords; /* of texts that are URLs of http */
    char room[1024];
};

void qn_trace_line_init(struct qn_trace_line *line);
void qn_trace_line_dispose(struct qn_trace_line *line);
void qn_trace_line_put(struct qn_trace_line *line, const char *text);
/* A value, whose password may be hidden; so are words and JSON strings. */
void qn_trace_line_value(struct qn_trace_line *line, const char *text);
void qn_trace_line_printf(struct qn_trace_line *line, const char *format, ...)
    QN_PRINTF(2, 3);
/* Spaces up to the given size of the line. */
void qn_trace_line_pad(struct qn_trace_line *line, size_t column);
/* Words as a shell would take them, a space between. */
void qn_trace_line_words(struct qn_trace_line *line, int count,
                         const char *const *words);
/* A JSON string, and a list of them. */
void qn_trace_line_json(struct qn_trace_line *line, const char *text);
void qn_trace_line_json_words(struct qn_trace_line *line, int count,
                              const char *const *words);

#endif
