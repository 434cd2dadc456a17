/* SPDX-License-Identifier: MIT */
int test_filter_eol(void);
int test_work_tree(void);

int main(void)
{
    return test_filter_eol() + test_work_tree();
}
