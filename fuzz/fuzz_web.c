/* SPDX-License-Identifier: MIT */
/* URLs of the web pages, and what pages make of bytes: a route's parts are
 * plain and lie in the URL; what is put as text is UTF-8 without markup, a URL
 * has no byte that means something in HTML, and Markdown opens and closes what
 * it opens.
 */
#include "fuzz.h"

#include "server/web/web_entry.h"
#include "text/utf8.h"
#include "wire/http_route.h"

#include <stdlib.h>
#include <string.h>

static void check_plain(struct qn_bytes path)
{
    struct qn_bytes part;

    fuzz_check(qn_bytes_find(path, 0) == path.size);
    while (qn_bytes_next(&path, '/', &part))
        fuzz_check(part.size > 0 && !qn_bytes_is_string(part, ".") &&
                   !qn_bytes_is_string(part, ".."));
}

static void check_route(struct qn_bytes url)
{
    struct web_route route;

    web_route_find(url, &route);
    if (route.kind == WEB_NONE)
        return;
    check_plain(route.path);
    if (route.name.size > 0)
        check_plain(qn_bytes_from(route.name, 1));
    fuzz_check((route.kind >= WEB_SUMMARY) == (route.name.size > 0));
}

static void check_arguments(struct qn_ctx *ctx, struct qn_bytes query)
{
    struct web_arguments arguments = WEB_ARGUMENTS_INIT;
    bool is_sound;

    fuzz_check(!web_route_arguments(ctx, query, &arguments, &is_sound));
    fuzz_check(qn_bytes_find(qn_buf_bytes(&arguments.rev), 0) ==
               arguments.rev.size);
    qn_buf_dispose(&arguments.rev);
    qn_buf_dispose(&arguments.format);
}

/* No markup, and no byte that a browser takes for more than text. */
static void check_text(struct qn_bytes out, bool is_name)
{
    size_t i;

    fuzz_check(qn_utf8_is_valid(out));
    for (i = 0; i < out.size; i++)
        fuzz_check(
            !strchr("<>\"'", out.data[i] ? out.data[i] : '<') &&
            (out.data[i] >= ' ' || (!is_name && strchr("\n\t", out.data[i]))));
}

/* Elements nest. */
static void check_nesting(struct qn_bytes out)
{
    char open[64][12];
    size_t depth = 0, i, size;

    fuzz_check(qn_utf8_is_valid(out));
    for (i = 0; i < out.size; i++) {
        bool closes = i + 1 < out.size && out.data[i + 1] == '/';
        char name[12] = "";

        if (out.data[i] != '<')
            continue;
        i += closes ? 2 : 1;
        for (size = 0; size < 11 && i < out.size && out.data[i] != '>' &&
                       out.data[i] != ' ';
             size++)
            name[size] = (char)out.data[i++];
        if (strcmp(name, "hr") == 0)
            continue;
        fuzz_check(closes ? depth > 0 : depth < 64);
        if (closes)
            fuzz_check(strcmp(open[--depth], name) == 0);
        else
            memcpy(open[depth++], name, sizeof(name));
    }
    fuzz_check(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes input = qn_bytes_make(data, size);
    size_t end = qn_bytes_find(input, '?');
    struct web_request request = {.route.name = QN_BYTES("/x.git")};
    struct web_page page = {.ctx = ctx, .request = &request};
    struct qn_buf path = QN_BUF_INIT;

    fuzz_check(
        !qn_http_route_unescape(ctx, qn_bytes_first(input, end), false, &path));
    check_route(input);
    check_route(qn_buf_bytes(&path));
    check_arguments(ctx, qn_bytes_from(input, end + 1));
    web_html_text(&page, input);
    check_text(qn_buf_bytes(&page.out), false);
    qn_buf_clear(&page.out);
    web_html_name(&page, input);
    check_text(qn_buf_bytes(&page.out), true);
    qn_buf_clear(&page.out);
    web_html_url(&page, input);
    check_text(qn_buf_bytes(&page.out), true);
    qn_buf_clear(&page.out);
    web_markdown_put(&page, input, QN_BYTES("a"));
    check_nesting(qn_buf_bytes(&page.out));
    fuzz_check(!page.status);
    qn_buf_dispose(&page.out);
    qn_buf_dispose(&path);
    fuzz_end(ctx);
    return 0;
}
