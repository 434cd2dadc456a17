/* SPDX-License-Identifier: MIT */
int test_buf(void);
int test_env(void);
int test_map(void);
int test_progress(void);

int main(void)
{
    return test_buf() + test_env() + test_map() + test_progress();
}
