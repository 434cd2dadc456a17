/* SPDX-License-Identifier: MIT */
int test_multi_pack_choose(void);
int test_pack(void);
int test_pack_bitmap(void);
int test_pack_damage(void);
int test_pack_no_memory(void);
int test_pack_receive(void);
int test_pack_reverse(void);

int main(void)
{
    return test_multi_pack_choose() + test_pack() + test_pack_bitmap() +
           test_pack_damage() + test_pack_no_memory() + test_pack_receive() +
           test_pack_reverse();
}
