#include "certificate.hpp"
#include "chain.hpp"
#include "der.hpp"
#include "pramana/attest/roots.hpp"
#include "public_key.hpp"
#include "times.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

Bytes raw(std::string_view hex) { return from_hex(hex).value(); }

struct TimeRow {
    const char* name;
    const char* text;
    std::optional<UnixTime> time;
};
// RFC 5280 section 4.1.2.5; seconds by `date -u -d TEXT +%s`.
const TimeRow kIsoTimes[] = {
    {"epoch", "1970-01-01T00:00:00Z", 0},        {"leap_day", "2028-02-29T23:59:59Z", 1835481599},
    {"no_leap_day", "2027-02-29T00:00:00Z", {}}, {"last", "9999-12-31T23:59:59Z", 253402300799},
    {"before_1970", "1969-12-31T23:59:59Z", {}}, {"second_60", "2025-06-19T10:16:60Z", {}},
    {"zone", "2025-06-19T10:16:03+00:00", {}},   {"fraction", "2025-06-19T10:16:03.0Z", {}},
    {"sign", "2025-06-19T10:16:-3Z", {}},        {"empty", "", {}},
};
class IsoTime : public testing::TestWithParam<TimeRow> {};
TEST_P(IsoTime, is_read_strictly_and_written_back) {
    const Result<UnixTime> time = read_iso_time(GetParam().text);
    ASSERT_EQ(time.has_value(), GetParam().time.has_value());
    if (time) {
        EXPECT_EQ(*time, *GetParam().time);
        EXPECT_EQ(time_text(*time), GetParam().text);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, IsoTime, testing::ValuesIn(kIsoTimes),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Asn1Time, has_two_digit_years_from_1950) {
    EXPECT_EQ(read_utc_time("700101000000Z").value(), 0U);
    EXPECT_EQ(read_utc_time("491231235959Z").value(), 2524607999U);
    EXPECT_FALSE(read_utc_time("500101000000Z"));
    EXPECT_FALSE(read_utc_time("4912312359Z"));
    EXPECT_EQ(read_generalized_time("20500101000000Z").value(), 2524608000U);
    EXPECT_FALSE(read_generalized_time("20500101000000"));
}

struct DerRow {
    const char* name;
    const char* hex;
    bool parses;
};
// X.690 section 10.1: the definite form with the fewest octets.
const DerRow kDerRows[] = {
    {"empty_sequence", "3000", true},
    {"length_127", "047f", false},
    {"long_form_not_needed", "04810100", false},
    {"length_with_zero_byte", "0482000100", false},
    {"indefinite", "30800000", false},
    {"four_length_bytes", "048400000001aa", false},
    {"high_tag", "1f0100", false},
    {"cut", "0402aa", false},
    {"one_byte", "30", false},
    {"nothing", "", false},
};
class Der : public testing::TestWithParam<DerRow> {};
TEST_P(Der, lengths_are_strict) {
    const Bytes bytes = raw(GetParam().hex);
    DerReader reader{bytes};
    (void)reader.next();
    EXPECT_EQ(reader.done(), GetParam().parses);
}
INSTANTIATE_TEST_SUITE_P(Rows, Der, testing::ValuesIn(kDerRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Der, a_length_of_exactly_128_takes_the_long_form) {
    Bytes bytes = raw("048180");
    bytes.resize(3 + 128);
    DerReader reader{bytes};
    EXPECT_EQ(reader.next(kDerOctetString).content.size(), 128U);
    EXPECT_TRUE(reader.done());
}

// A revocation list whose entries do not parse must not read as one without entries.
TEST(Der, what_does_not_parse_is_not_empty) {
    const Bytes bytes = raw("3005");
    DerReader reader{bytes};
    EXPECT_FALSE(reader.next_if(kDerSequence));
    EXPECT_FALSE(reader.empty());
    EXPECT_FALSE(reader.done());
}

TEST(Der, object_identifiers_are_whole) {
    for (const std::string_view bad : {"0600", "060180", "06028001", "06022a80"}) {
        const Bytes bytes = raw(bad);
        DerReader reader{bytes};
        (void)reader.next(kDerOid);
        EXPECT_FALSE(reader.ok()) << bad;
    }
}

TEST(Name, holds_printable_ascii_only) {
    EXPECT_EQ(read_common_name(raw("300d310b300906035504030c024142")), "AB");
    EXPECT_FALSE(read_common_name(raw("300d310b300906035504030c02411b"))) << "an escape";
    EXPECT_FALSE(read_common_name(raw("300d310b3009060355040304024142"))) << "octets";
    EXPECT_FALSE(read_common_name(raw("300d310b300906035504030c02c3a9"))) << "not ASCII";
    EXPECT_FALSE(read_common_name(raw("300d310b300906035504030c0241"))) << "cut";
}

TEST(Der, integers_are_shortest_and_not_negative) {
    EXPECT_EQ(der_small(raw("00")), 0U);
    EXPECT_EQ(der_small(raw("0080")), 128U);
    EXPECT_FALSE(der_small(raw("80")));
    EXPECT_FALSE(der_small(raw("0001")));
    EXPECT_FALSE(der_small(raw("")));
    EXPECT_FALSE(der_small(raw("010000000000000000")));
    EXPECT_EQ(der_small(raw("00ffffffffffffffff")), ~std::uint64_t{0});
}

TEST(Der, object_identifiers_as_text) {
    EXPECT_EQ(oid_text(raw("2a864886f84d010d01")), "1.2.840.113741.1.13.1");
    EXPECT_EQ(oid_text(raw("551d13")), "2.5.29.19");
    EXPECT_EQ(oid_text(raw("2a8648")), "1.2.840");
    EXPECT_EQ(oid_text(raw("2a86")), "");
    EXPECT_EQ(oid_text(raw("2a8001")), "");
}

struct EcdsaRow {
    const char* name;
    KeyKind curve;
    SignatureScheme scheme;
    const char* key;
    const char* signature;
    const char* order;
};
// RFC 6979 appendices A.2.5 and A.2.6, message "sample".
const EcdsaRow kEcdsaRows[] = {
    {"p256", KeyKind::kP256, SignatureScheme::kEcdsaSha256,
     "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
     "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
    {"p384", KeyKind::kP384, SignatureScheme::kEcdsaSha384,
     "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a25451"
     "5480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe"
     "7344fd2533264720",
     "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e"
     "80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e"
     "7b82c71a38628ac8",
     "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196a"
     "ccc52973"},
};
class Ecdsa : public testing::TestWithParam<EcdsaRow> {
  protected:
    [[nodiscard]] bool verifies(ByteView signature, std::string_view message = "sample") const {
        return PublicKey::from_point(GetParam().curve, raw(GetParam().key))
            .value()
            .verify(GetParam().scheme, as_bytes_view(message), signature);
    }
    [[nodiscard]] std::size_t half() const { return raw(GetParam().order).size(); }
};
TEST_P(Ecdsa, verifies_its_signature_and_no_other) {
    Bytes signature = raw(GetParam().signature);
    EXPECT_TRUE(verifies(signature));
    EXPECT_FALSE(verifies(signature, "samplf"));
    signature.back() ^= 1U;
    EXPECT_FALSE(verifies(signature));
    signature.back() ^= 1U;
    signature.push_back(0);
    EXPECT_FALSE(verifies(signature));
    signature.resize(half() * 2 - 1);
    EXPECT_FALSE(verifies(signature));
    EXPECT_FALSE(verifies({}));
}
TEST_P(Ecdsa, numbers_outside_1_to_n_minus_1_are_refused) {
    const Bytes order = raw(GetParam().order);
    for (const std::size_t at : {std::size_t{0}, half()}) {
        Bytes zero = raw(GetParam().signature);
        std::fill_n(zero.begin() + static_cast<std::ptrdiff_t>(at), half(), std::uint8_t{0});
        EXPECT_FALSE(verifies(zero));
        Bytes n = raw(GetParam().signature);
        std::ranges::copy(order, n.begin() + static_cast<std::ptrdiff_t>(at));
        EXPECT_FALSE(verifies(n));
        Bytes all_ones = raw(GetParam().signature);
        std::fill_n(all_ones.begin() + static_cast<std::ptrdiff_t>(at), half(), std::uint8_t{0xff});
        EXPECT_FALSE(verifies(all_ones));
    }
}
TEST_P(Ecdsa, a_key_is_a_point_of_the_curve) {
    Bytes key = raw(GetParam().key);
    EXPECT_TRUE(PublicKey::from_point(GetParam().curve, key));
    key.back() ^= 1U;
    EXPECT_EQ(PublicKey::from_point(GetParam().curve, key).error().code, Errc::kEvidenceMalformed);
    EXPECT_FALSE(PublicKey::from_point(GetParam().curve, Bytes(key.size(), 0)));
    EXPECT_FALSE(PublicKey::from_point(GetParam().curve, Bytes(key.size() - 1, 1)));
    EXPECT_FALSE(PublicKey::from_point(KeyKind::kRsa, key));
}
INSTANTIATE_TEST_SUITE_P(Rfc6979, Ecdsa, testing::ValuesIn(kEcdsaRows),
                         [](const auto& row) { return std::string{row.param.name}; });

// RFC 3279 section 2.2.3 and X.690: one form for each pair of numbers.
TEST(DerSignature, has_one_form) {
    EXPECT_TRUE(read_der_signature(KeyKind::kP256, raw("3006020101020102")));
    EXPECT_TRUE(read_der_signature(KeyKind::kP256, raw("300702020080020102")));
    for (const std::string_view bad :
         {"300602010102010200", "3006020181020102", "300702020001020102", "3005020101020102",
          "3003020101", "3009020101020102020103", "", "3106020101020102", "30070201010201020000"})
        EXPECT_FALSE(read_der_signature(KeyKind::kP256, raw(bad))) << bad;
    const std::string long_r = "30260221" + ("01" + std::string(64, '0')) + "020101";
    EXPECT_FALSE(read_der_signature(KeyKind::kP256, raw(long_r)));
    EXPECT_TRUE(read_der_signature(KeyKind::kP384, raw(long_r)));
}

TEST(VendorRoots, are_the_published_certificates_and_sign_themselves) {
    const std::vector<Bytes>& intel = vendor_roots().intel;
    ASSERT_EQ(intel.size(), 1U);
    EXPECT_EQ(to_hex(sha256(ByteView{intel[0]}).view()),
              "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3");
    const Certificate root = read_certificate(intel[0]).value();
    EXPECT_EQ(intel[0].size(), 659U);
    EXPECT_EQ(root.common_name, "Intel SGX Root CA");
    EXPECT_EQ(to_hex(root.serial), "22650cd65a9d3489f383b49552bf501b392706ac");
    EXPECT_TRUE(root.is_ca);
    EXPECT_EQ(root.path_len, 1U);
    EXPECT_EQ(text_of(root.validity), "2018-05-21T10:45:10Z to 2049-12-31T23:59:59Z");
    EXPECT_TRUE(signed_by(*root.key, root.scheme, root.tbs, root.signature));
}

TEST(Certificate, every_truncation_is_refused) {
    const Bytes& root = vendor_roots().intel[0];
    for (std::size_t size = 0; size < root.size(); ++size)
        EXPECT_FALSE(read_certificate(ByteView{root}.first(size))) << size;
    Bytes longer = root;
    longer.push_back(0);
    EXPECT_FALSE(read_certificate(longer));
}

struct PemRow {
    const char* name;
    const char* text;
    std::size_t certificates;  ///< 0: refused
};
const PemRow kPemRows[] = {
    {"one", "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n", 1},
    {"two",
     "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
     "-----BEGIN CERTIFICATE-----\nAAE=\n-----END CERTIFICATE-----",
     2},
    {"windows_lines", "-----BEGIN CERTIFICATE-----\r\nAA\r\nEC\r\n-----END CERTIFICATE-----\r\n",
     1},
    {"nothing", "", 0},
    {"text_before", "x-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----", 0},
    {"text_after", "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----x", 0},
    {"no_end", "-----BEGIN CERTIFICATE-----\nAAEC\n", 0},
    {"other_label", "-----BEGIN X509 CRL-----\nAAEC\n-----END X509 CRL-----", 0},
    {"bad_character", "-----BEGIN CERTIFICATE-----\nAA*C\n-----END CERTIFICATE-----", 0},
    {"part_of_a_group", "-----BEGIN CERTIFICATE-----\nAAE\n-----END CERTIFICATE-----", 0},
    {"bits_in_the_padding", "-----BEGIN CERTIFICATE-----\nAAF=\n-----END CERTIFICATE-----", 0},
    {"three_pads", "-----BEGIN CERTIFICATE-----\nA===\n-----END CERTIFICATE-----", 0},
    {"after_the_padding", "-----BEGIN CERTIFICATE-----\nAAE=AAEC\n-----END CERTIFICATE-----", 0},
};
class Pem : public testing::TestWithParam<PemRow> {};
TEST_P(Pem, is_read_strictly) {
    const Result<std::vector<Bytes>> read = read_pem(GetParam().text);
    EXPECT_EQ(read ? read->size() : 0, GetParam().certificates);
}
INSTANTIATE_TEST_SUITE_P(Rows, Pem, testing::ValuesIn(kPemRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::attest
