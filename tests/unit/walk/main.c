/* SPDX-License-Identifier: MIT */
int test_commit_walk(void);
int test_revision(void);

int main(void)
{
    return test_commit_walk() + test_revision();
}
