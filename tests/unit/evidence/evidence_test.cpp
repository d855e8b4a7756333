#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/attestation_desk.hpp"
#include "pramana/evidence/snp_endorser.hpp"
#include "pramana/evidence/software_provider.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

SigningKey test_key() {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = 1;
    return *SigningKey::from_bytes(std::move(raw));
}

TEST(SoftwareProvider, signs_the_report_and_says_what_it_is_worth) {
    const SigningKey key = test_key();
    const std::unique_ptr<EvidenceProvider> provider = *make_software_provider(key, 31337);
    ReportBytes report;
    report.bytes.fill(9);
    const Result<std::string> text = provider->quote(report);
    ASSERT_TRUE(text);
    const JsonView evidence = *read_json(*text);
    EXPECT_EQ(*evidence.member("kind")->text(), "software");
    EXPECT_EQ(*evidence.member("label")->text(), "development evidence: proves nothing");
    const Signature65 signature =
        *fixed_from_hex<Signature65>(*evidence.member("signature")->text());
    EXPECT_EQ(*recover_address(personal_message_digest(report.view()), signature), key.address());
}

TEST(SoftwareProvider, exists_for_local_test_chains_only) {
    const SigningKey key = test_key();
    EXPECT_TRUE(make_software_provider(key, 31337));
    EXPECT_TRUE(make_software_provider(key, 1337));
    for (const std::uint64_t chain : {0ULL, 1ULL, 1480ULL, 14800ULL, 31338ULL})
        EXPECT_EQ(make_software_provider(key, chain).error().code, Errc::kNoTee) << chain;
}

TEST(Tee, is_not_found_where_there_is_none) {
    const Result<std::unique_ptr<EvidenceProvider>> found = detect_tee({});
    if (found) GTEST_SKIP() << "this machine is one: " << (*found)->kind();
    EXPECT_EQ(found.error().code, Errc::kNoTee);
}

}  // namespace
}  // namespace pramana::evidence
