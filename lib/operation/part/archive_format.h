/* SPDX-License-Identifier: MIT */
/* The formats of archives: tar, zip, and what is made of tar by a program
 * (tar.<name>.command). */
#ifndef QN_OPERATION_PART_ARCHIVE_FORMAT_H
#define QN_OPERATION_PART_ARCHIVE_FORMAT_H

#include "config/config.h"

enum qn_archive_kind { QN_ARCHIVE_TAR = 0, QN_ARCHIVE_ZIP };

struct qn_archive_format {
    char *name;
    enum qn_archive_kind kind;
    const char *command; /* NULL: none; borrowed of the configuration */
    bool is_remote;      /* who asks from elsewhere may have it */
};

struct qn_archive_formats {
    struct qn_archive_format *items; /* as Git lists them */
    size_t count, capacity;
};

/* tar, the two of gzip, what is configured, zip. */
enum qn_status
qn_archive_formats_read(struct qn_ctx *ctx, const struct qn_config *config,
                        struct qn_archive_formats *out) QN_MUST_USE;
void qn_archive_formats_dispose(struct qn_archive_formats *formats);
/* NULL: there is none of that name. */
const struct qn_archive_format *
qn_archive_formats_find(const struct qn_archive_formats *formats,
                        const char *name);
/* By the end of a file's name ("x.tar.gz"); NULL: none. */
const struct qn_archive_format *
qn_archive_formats_of_file(const struct qn_archive_formats *formats,
                           const char *path);
/* "-<level>"; -1, which is none, is always fine. */
bool qn_archive_format_takes_level(const struct qn_archive_format *format,
                                   int level);

#endif
