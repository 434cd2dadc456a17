/* SPDX-License-Identifier: MIT */
int test_repo(void);

int main(void)
{
    return test_repo();
}
