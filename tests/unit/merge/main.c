/* SPDX-License-Identifier: MIT */
int test_text_merge(void);
int test_tree_merge(void);

int main(void)
{
    return test_text_merge() + test_tree_merge();
}
