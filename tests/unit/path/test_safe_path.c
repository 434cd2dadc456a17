/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "path/safe_path.h"

int test_safe_path(void);

#define FILE_MODE 0100644u
#define LINK_MODE 0120000u
#define HFS       QN_SAFE_PATH_HFS
#define NTFS      QN_SAFE_PATH_NTFS

/* As git update-index --cacheinfo answers with core.protectHFS and
 * core.protectNTFS. */
static void knows_what_is_safe(void **state)
{
    static const struct {
        const char *path;
        uint32_t mode;
        unsigned flags;
        bool is_valid;
    } rows[] = {
        {"a/b", FILE_MODE, NTFS, true},
        {"", FILE_MODE, 0, false},
        {".", FILE_MODE, 0, false},
        {"a/..", FILE_MODE, 0, false},
        {"./a", FILE_MODE, 0, false},
        {"...", FILE_MODE, 0, true},
        {"/a", FILE_MODE, 0, false},
        {"a/", FILE_MODE, 0, false},
        {"a//b", FILE_MODE, 0, false},
        {".git", FILE_MODE, 0, false},
        {".GiT/x", FILE_MODE, 0, false},
        {"a/.git", 0160000, 0, false},
        {".gitx", FILE_MODE, NTFS, true},
        {"git~1", FILE_MODE, NTFS, false},
        {"git~1", FILE_MODE, 0, true},
        {"git~2", FILE_MODE, NTFS, true},
        {".git ", FILE_MODE, NTFS, false},
        {".git . .", FILE_MODE, NTFS, false},
        {".git::$INDEX_ALLOCATION", FILE_MODE, NTFS, false},
        {"git~1:x", FILE_MODE, NTFS, false},
        {"a\\.git", FILE_MODE, NTFS, false},
        {"a\\.git", FILE_MODE, 0, true},
        {"a\\b", FILE_MODE, NTFS, true},
        {"a\\git~1\\b", FILE_MODE, NTFS, false},
        {".g\xe2\x80\x8cit", FILE_MODE, HFS, false},
        {".g\xe2\x80\x8cit", FILE_MODE, NTFS, true},
        {"\xef\xbb\xbf.git", FILE_MODE, HFS, false},
        {".g\xe2\x80\x8bit", FILE_MODE, HFS, true},
        {".git\xff", FILE_MODE, HFS, false},
        {".gitmodules", FILE_MODE, NTFS, true},
        {".gitmodules", LINK_MODE, 0, false},
        {"a/.GITMODULES", LINK_MODE, 0, false},
        {".gitmodules.", LINK_MODE, NTFS, false},
        {".gitmodules::$DATA", LINK_MODE, NTFS, false},
        {"gitmod~4", LINK_MODE, NTFS, false},
        {"gitmod~5", LINK_MODE, NTFS, true},
        {"GI7EBA~1", LINK_MODE, NTFS, false},
        {"gi7eba~0", LINK_MODE, NTFS, true},
        {"gi7e~123", LINK_MODE, NTFS, false},
        {"~1000000", LINK_MODE, NTFS, false},
        {"g~000001", LINK_MODE, NTFS, true},
        {".gitmodules\xe2\x80\x8e", LINK_MODE, HFS, false},
        {".gitattributes", LINK_MODE, NTFS | HFS, true},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        bool is_valid = qn_safe_path_is_valid(
            qn_bytes_from_string(rows[i].path), rows[i].mode, rows[i].flags);

        if (is_valid != rows[i].is_valid)
            print_error("'%s' %o %u\n", rows[i].path, rows[i].mode,
                        rows[i].flags);
        assert_int_equal(is_valid, rows[i].is_valid);
    }
}

int test_safe_path(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(knows_what_is_safe)};

    return cmocka_run_group_tests_name("safe_path", tests, NULL, NULL);
}
