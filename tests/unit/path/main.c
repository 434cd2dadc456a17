/* SPDX-License-Identifier: MIT */
int test_pathspec(void);
int test_rules(void);
int test_safe_path(void);

int main(void)
{
    return test_pathspec() + test_rules() + test_safe_path();
}
