/* SPDX-License-Identifier: MIT */
int test_graph(void);
int test_json(void);
int test_trailer(void);
int test_trailer_edit(void);

int main(void)
{
    return test_graph() + test_json() + test_trailer() + test_trailer_edit();
}
