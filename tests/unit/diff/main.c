/* SPDX-License-Identifier: MIT */
int test_hunk_apply(void);
int test_hunks(void);
int test_rename(void);
int test_text_diff(void);

int main(void)
{
    return test_hunk_apply() + test_hunks() + test_rename() + test_text_diff();
}
