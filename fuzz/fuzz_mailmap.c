/* SPDX-License-Identifier: MIT */
/* Mailmaps: any text is read, and what it maps to lies in it. */
#include "fuzz.h"

#include "walk/mailmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_mailmap *mailmap = NULL;
    struct qn_bytes text = qn_bytes_make(data, size);
    struct qn_bytes line;

    if (qn_mailmap_new(ctx, &mailmap) == QN_OK &&
        qn_mailmap_add_text(ctx, mailmap, text) == QN_OK) {
        while (qn_bytes_next(&text, '\n', &line)) {
            size_t open = qn_bytes_find(line, '<');
            struct qn_bytes name = qn_bytes_first(line, open);
            struct qn_bytes mail = qn_bytes_from(line, open + 1);

            mail = qn_bytes_first(mail, qn_bytes_find(mail, '>'));
            (void)qn_mailmap_map(mailmap, &name, &mail);
            fuzz_check(name.size <= size || name.size <= line.size);
        }
    }
    qn_mailmap_free(mailmap);
    fuzz_end(ctx);
    return 0;
}
