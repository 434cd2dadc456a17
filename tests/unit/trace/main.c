/* SPDX-License-Identifier: MIT */
int test_trace(void);

int main(void)
{
    return test_trace();
}
