/* SPDX-License-Identifier: MIT */
int test_pack(void);
int test_pack_damage(void);

int main(void)
{
    return test_pack() + test_pack_damage();
}
