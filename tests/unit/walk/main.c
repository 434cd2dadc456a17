/* SPDX-License-Identifier: MIT */
int test_commit_walk(void);
int test_object_filter(void);
int test_revision(void);
int test_tree_ahead(void);
int test_walk_no_memory(void);

int main(void)
{
    return test_commit_walk() + test_object_filter() + test_revision() +
           test_tree_ahead() + test_walk_no_memory();
}
