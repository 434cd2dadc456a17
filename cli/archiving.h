/* SPDX-License-Identifier: MIT */
/* upload-archive, by whoever has a client: itself, daemon, http-backend. */
#ifndef QUOIN_CLI_ARCHIVING_H
#define QUOIN_CLI_ARCHIVING_H

#include "cli/service.h"
#include "operation/op_upload_archive.h"

/* Over the service's io and the repository that is open; the exit code. */
int cli_upload_archive(struct cli_service *service);
/* The mask of this process. */
uint32_t cli_umask(void);

#endif
