/* SPDX-License-Identifier: MIT */
/* Which Git this stands in for, and what it is itself. */
#ifndef QUOIN_VERSION_TEXT_H
#define QUOIN_VERSION_TEXT_H

#define GIT_VERSION_TEXT   "2.55.0"
#define QUOIN_VERSION_TEXT "0.1.0"

#endif
