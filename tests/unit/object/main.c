/* SPDX-License-Identifier: MIT */
int test_commit(void);
int test_tree(void);

int main(void)
{
    return test_commit() + test_tree();
}
