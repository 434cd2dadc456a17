/* SPDX-License-Identifier: MIT */
/* One file from a URI: a path of this machine is used where it is, all else
 * becomes a temporary file.
 *
 *   path, file://          opened
 *   http, https            asked for by our own client; what does not begin
 *                          as a bundle may only be as large as a list
 *   <x>://, <x>::          "get <uri> <path>" of git-remote-<x>
 *
 * The protocol has to be allowed (protocol.<x>.allow).  A list is at most
 * QN_BUNDLE_LIST_SIZE_MAX bytes.
 */
#ifndef QN_OPERATION_PART_BUNDLE_DOWNLOAD_H
#define QN_OPERATION_PART_BUNDLE_DOWNLOAD_H

#include "operation/op_bundle.h"
#include "operation/part/bundle_list.h"
#include "transport/connection.h"

struct qn_bundle_download {
    struct qn_buf path; /* of the file */
    bool is_temporary;  /* it goes when this is disposed of */
    int fd;             /* -1: none; behind what `bundle.front` has */
    bool is_bundle;
    struct qn_bundle bundle; /* when it is one */
    struct qn_buf text;      /* when it is none: all of it */
};

struct qn_bundle_download_options {
    const struct qn_connection_options *connection;
    const char *prefix; /* of temporary files: "<objects>/tmp_bundle_" */
    bool is_not_from_user;
};

/* `out` is to be disposed of, whatever the answer.  QN_REFUSED
 * ("transport.not-allowed"), QN_NOT_FOUND, QN_NETWORK, QN_TOO_BIG ... */
enum qn_status qn_bundle_download_run(
    struct qn_ctx *ctx, const struct qn_bundle_download_options *options,
    const char *uri, struct qn_bundle_download *out) QN_MUST_USE;
void qn_bundle_download_dispose(struct qn_bundle_download *download);

#endif
