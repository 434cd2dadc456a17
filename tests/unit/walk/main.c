/* SPDX-License-Identifier: MIT */
int test_commit_walk(void);

int main(void)
{
    return test_commit_walk();
}
