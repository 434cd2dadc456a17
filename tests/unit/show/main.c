/* SPDX-License-Identifier: MIT */
int test_graph(void);
int test_trailer(void);

int main(void)
{
    return test_graph() + test_trailer();
}
