/* SPDX-License-Identifier: MIT */
int test_cache_tree(void);
int test_index(void);
int test_untracked_cache(void);

int main(void)
{
    return test_index() + test_cache_tree() + test_untracked_cache();
}
