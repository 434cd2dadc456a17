/* SPDX-License-Identifier: MIT */
/* fd::<in>[,<out>][/<anything>]: descriptors that lead to the service.
 * git-remote-fd(1). */
#include "transport/opener.h"

#include <limits.h>
#include <stdlib.h>

static bool take_number(const char **text, int *out)
{
    char *end = NULL;
    unsigned long value = strtoul(*text, &end, 10);

    if (end == *text || **text < '0' || **text > '9' || value > INT_MAX)
        return false;
    *text = end;
    *out = (int)value;
    return true;
}

enum qn_status qn_fd_open(struct qn_ctx *ctx, const char *text,
                          struct qn_link **out)
{
    struct qn_link *link = NULL;
    enum qn_status status;
    bool is_good;
    int in = -1;
    int to = -1;

    is_good = take_number(&text, &in);
    if (is_good && *text == ',') {
        text++;
        is_good = take_number(&text, &to);
    }
    if (!is_good || (*text && *text != '/'))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.fd", NULL,
                                  "Bad URL syntax");
    status = qn_link_of(ctx, -1, -1, to < 0, &link);
    if (!status)
        status = qn_duplex_share(ctx, in, to < 0 ? in : to, &link->streams);
    if (status)
        qn_link_free(link);
    else
        *out = link;
    return status;
}
