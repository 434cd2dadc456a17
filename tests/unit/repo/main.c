/* SPDX-License-Identifier: MIT */
int test_repo(void);
int test_remote(void);

int main(void)
{
    return test_repo() + test_remote();
}
