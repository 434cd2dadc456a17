/* SPDX-License-Identifier: MIT */
/* Lines on stderr, whole ones, with the time in front; what clients sent is
 * made harmless.  Where nobody reads them they are dropped. */
#ifndef QUOIN_SERVER_LOG_H
#define QUOIN_SERVER_LOG_H

#include "base/compiler.h"

void log_line(const char *format, ...) QN_PRINTF(1, 2);

#endif
