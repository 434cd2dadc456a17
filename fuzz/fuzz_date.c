/* SPDX-License-Identifier: MIT */
/* Text as a date, both ways of reading; what was read is printed in every form
 * and, strictly, reads back as the same moment. */
#include "fuzz.h"

#include "text/date.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum qn_date_kind kinds[] = {
        QN_DATE_DEFAULT, QN_DATE_RELATIVE, QN_DATE_HUMAN,
        QN_DATE_SHORT,   QN_DATE_ISO,      QN_DATE_ISO_STRICT,
        QN_DATE_RFC2822, QN_DATE_RAW,      QN_DATE_UNIX};
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_date date;
    int64_t seconds;
    size_t i;

    fuzz_check(qn_buf_append(ctx, &text, data, size) == QN_OK);
    seconds = qn_date_approximate(qn_ctx_env(ctx), qn_buf_string(&text), NULL);
    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct qn_date_mode mode = {kinds[i], false, NULL};

        fuzz_check(qn_date_format(ctx, seconds, 0, &mode, &out) == QN_OK);
    }
    if (qn_date_parse(ctx, qn_buf_string(&text), &date) == QN_OK &&
        date.seconds >= 100000000 && date.seconds < 4102444800) {
        struct qn_date_mode mode = {QN_DATE_RAW, false, NULL};
        struct qn_date again;

        qn_buf_clear(&out);
        fuzz_check(qn_buf_append_byte(ctx, &out, '@') == QN_OK);
        fuzz_check(qn_date_format(ctx, date.seconds, 0, &mode, &out) == QN_OK);
        fuzz_check(qn_date_parse(ctx, qn_buf_string(&out), &again) == QN_OK);
        fuzz_check(again.seconds == date.seconds);
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
