/* SPDX-License-Identifier: MIT */
int test_house(void);
int test_receive(void);
int test_transfer(void);

int main(void)
{
    return test_transfer() + test_receive() + test_house();
}
