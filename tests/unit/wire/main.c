/* SPDX-License-Identifier: MIT */
int test_advertisement(void);
int test_fetch(void);
int test_http_route(void);
int test_push(void);
int test_sideband(void);
int test_wire_small(void);

int main(void)
{
    return test_wire_small() + test_advertisement() + test_sideband() +
           test_fetch() + test_push() + test_http_route();
}
