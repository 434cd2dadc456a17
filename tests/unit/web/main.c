/* SPDX-License-Identifier: MIT */
int test_web(void);

int main(void)
{
    return test_web();
}
