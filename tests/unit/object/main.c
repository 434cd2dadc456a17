/* SPDX-License-Identifier: MIT */
int test_commit(void);
int test_filter_spec(void);
int test_tree(void);
int test_object_no_memory(void);
int test_policy(void);

int main(void)
{
    return test_commit() + test_filter_spec() + test_tree() +
           test_object_no_memory() + test_policy();
}
