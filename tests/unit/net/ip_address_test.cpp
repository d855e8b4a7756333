#include "pramana/net/ip_address.hpp"

#include <gtest/gtest.h>

namespace pramana::net {
namespace {

struct AddressRow {
    const char* name;
    const char* text;
    bool open;
};
// Both sides of each block of the IANA special-purpose registries (RFC 6890 and later).
const AddressRow kAddresses[] = {
    {"this_network", "0.0.0.0", false},
    {"this_network_last", "0.255.255.255", false},
    {"after_this_network", "1.0.0.0", true},
    {"before_ten", "9.255.255.255", true},
    {"ten", "10.0.0.1", false},
    {"after_ten", "11.0.0.0", true},
    {"before_shared", "100.63.255.255", true},
    {"shared", "100.64.0.0", false},
    {"shared_last", "100.127.255.255", false},
    {"after_shared", "100.128.0.0", true},
    {"loopback", "127.0.0.1", false},
    {"loopback_last", "127.255.255.255", false},
    {"link_local", "169.254.0.1", false},
    {"cloud_metadata", "169.254.169.254", false},
    {"after_link_local", "169.255.0.0", true},
    {"before_172_16", "172.15.255.255", true},
    {"private_172_16", "172.16.0.0", false},
    {"private_172_31", "172.31.255.255", false},
    {"after_172_31", "172.32.0.0", true},
    {"protocol_assignments", "192.0.0.8", false},
    {"documentation_1", "192.0.2.1", false},
    {"relay_6to4", "192.88.99.1", false},
    {"private_192_168", "192.168.255.255", false},
    {"after_192_168", "192.169.0.0", true},
    {"benchmarking", "198.19.255.255", false},
    {"after_benchmarking", "198.20.0.0", true},
    {"documentation_2", "198.51.100.7", false},
    {"documentation_3", "203.0.113.7", false},
    {"before_multicast", "223.255.255.255", true},
    {"multicast", "224.0.0.1", false},
    {"reserved", "240.0.0.1", false},
    {"broadcast", "255.255.255.255", false},
    {"resolver", "8.8.8.8", true},
    {"v6_unspecified", "::", false},
    {"v6_loopback", "::1", false},
    {"v6_mapped_loopback", "::ffff:127.0.0.1", false},
    {"v6_mapped_public", "::ffff:8.8.8.8", false},
    {"v6_compatible", "::8.8.8.8", false},
    {"v6_nat64", "64:ff9b::a9fe:a9fe", false},
    {"v6_nat64_local", "64:ff9b:1::1", false},
    {"v6_discard", "100::1", false},
    {"v6_below_global", "1fff::1", false},
    {"v6_teredo", "2001::1", false},
    {"v6_orchid", "2001:20::1", false},
    {"v6_protocol_last", "2001:1ff::1", false},
    {"v6_after_protocol", "2001:200::1", true},
    {"v6_documentation", "2001:db8::1", false},
    {"v6_6to4_of_private", "2002:0a00:0001::1", false},
    {"v6_public", "2606:4700:4700::1111", true},
    {"v6_as112", "2620:4f:8000::1", false},
    {"v6_documentation_2024", "3fff:fff::1", false},
    {"v6_after_documentation", "3fff:1000::1", true},
    {"v6_above_global", "4000::1", false},
    {"v6_ula", "fc00::1", false},
    {"v6_ula_d", "fd12:3456::1", false},
    {"v6_link_local", "fe80::1", false},
    {"v6_site_local", "fec0::1", false},
    {"v6_multicast", "ff02::1", false},
};
class IsPublic : public testing::TestWithParam<AddressRow> {};
TEST_P(IsPublic, follows_the_iana_registries) {
    const Result<IpAddress> address = parse_ip_address(GetParam().text);
    ASSERT_TRUE(address);
    EXPECT_EQ(is_public(*address), GetParam().open);
}
INSTANTIATE_TEST_SUITE_P(Rows, IsPublic, testing::ValuesIn(kAddresses),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ParseIpAddress, refuses_other_forms) {
    for (const std::string_view text :
         {"", "1", "1.2.3", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4.5", "0x1.2.3.4",
          "fe80::1%eth0", ":::", "1::2::3", "[::1]", "::ffff:1.2.3"}) {
        const Result<IpAddress> address = parse_ip_address(text);
        EXPECT_FALSE(address) << text;
    }
    EXPECT_FALSE(parse_ip_address(std::string_view{"1.2.3.4\0x", 9}));
    EXPECT_EQ(parse_ip_address("2606:4700:0::1")->text(), "2606:4700::1");
}

}  // namespace
}  // namespace pramana::net
