/* SPDX-License-Identifier: MIT */
/* The compiler, in one place: every extension beyond C17 that Quoin uses.
 *
 * Nothing outside this header names a GNU attribute or builtin.  Each macro has
 * a plain fallback, so that an unknown compiler still builds.
 */
#ifndef QN_BASE_COMPILER_H
#define QN_BASE_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
#define QN_MUST_USE            __attribute__((warn_unused_result))
#define QN_PRINTF(text, first) __attribute__((__format__(printf, text, first)))
#define QN_LIKELY(x)           __builtin_expect(!!(x), 1)
#define QN_UNLIKELY(x)         __builtin_expect(!!(x), 0)
#define QN_PREFETCH(address)   __builtin_prefetch(address)
#define QN_NO_INLINE           __attribute__((noinline))
#define QN_MALLOC              __attribute__((malloc))
#define QN_EXPORT              __attribute__((visibility("default")))
#define QN_HAS_BUILTINS        1
#else
#define QN_MUST_USE
#define QN_PRINTF(text, first)
#define QN_LIKELY(x)         (x)
#define QN_UNLIKELY(x)       (x)
#define QN_PREFETCH(address) ((void)(address))
#define QN_NO_INLINE
#define QN_MALLOC
#define QN_EXPORT
#define QN_HAS_BUILTINS 0
#endif

/* Four 32-bit numbers in one value, with the operators of C on each; where the
 * compiler has no such type, one number. */
#if QN_HAS_BUILTINS
#define QN_VECTOR_LANES 4
typedef unsigned int qn_compiler_vector
    __attribute__((vector_size(16), may_alias));
typedef int qn_compiler_signed_vector
    __attribute__((vector_size(16), may_alias));
#else
#define QN_VECTOR_LANES 1
typedef unsigned int qn_compiler_vector;
typedef int qn_compiler_signed_vector;
#endif

#define QN_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
