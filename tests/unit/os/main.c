/* SPDX-License-Identifier: MIT */
int test_file(void);
int test_parallel(void);
int test_process(void);

int main(void)
{
    return test_file() + test_parallel() + test_process();
}
