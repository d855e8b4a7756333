#include "failed_checks.hpp"
#include "made_nvidia.hpp"

#include "pramana/attest/evidence_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace pramana;
using made::RimOrder;

struct RimRow {
    const char* name;
    std::function<void(RimOrder&)> order;
    std::string failed;  ///< without "nvidia.driver_rim."; none: accepted
};

std::function<void(std::string&)> replaced(const std::string& what, const std::string& with) {
    return [=](std::string& text) {
        const std::size_t at = text.find(what);
        if (at == std::string::npos) throw std::logic_error{"nothing to replace: " + what};
        text.replace(at, what.size(), with);
    };
}
std::function<void(RimOrder&)> before(const std::string& what, const std::string& with) {
    return [=](RimOrder& order) { order.before = replaced(what, with); };
}
std::function<void(RimOrder&)> after(const std::string& what, const std::string& with) {
    return [=](RimOrder& order) { order.after = replaced(what, with); };
}

/// `count` attributes, each of another name, or declarations of names.
std::string many(const std::string& name, unsigned count) {
    std::string out = "<SoftwareIdentity";
    for (unsigned i = 0; i < count; ++i) out += ' ' + name + std::to_string(i) + "=\"urn:a\"";
    return out;
}

class RimAppraisal : public testing::TestWithParam<RimRow> {};

TEST_P(RimAppraisal, of_the_driver_fails_exactly_the_named_check) {
    RimOrder order = made::driver_rim();
    GetParam().order(order);
    made::MadeNvidia made = made::make_nvidia({});
    made.driver_rim = made::make_rim(order);
    const attest::Appraisal appraisal =
        attest::appraise_nvidia(made.evidence(), made.roots, {}, made::kNow);
    const std::string prefix = GetParam().failed.empty() ? "" : "nvidia.driver_rim.";
    EXPECT_TRUE(made::agrees(appraisal, prefix + GetParam().failed)) << attest::to_text(appraisal);
}

// ISO 19770-2, W3C XML-Signature and Canonical XML 1.1; docs/attestation-nvidia.md lists the rules.
const RimRow kSigned[] = {
    {"as_made", [](RimOrder&) {}, ""},
    {"hash_altered", after("Hash0=\"0707", "Hash0=\"0807"),
     "signature nvidia.driver_rim.measurements"},
    {"active_altered", after("active=\"True\"", "active=\"False\""), "signature"},
    {"version_altered", after("550.90.07", "550.90.08"), "signature nvidia.driver_rim.subject"},
    {"white_space_altered", after("\n<ns0:Payload>", "\n\n<ns0:Payload>"), "signature"},
    {"signature_value_altered",
     [](RimOrder& o) {
         o.after = [](std::string& text) {
             char& c = text[text.find("<ds:SignatureValue>") + 19];
             c = c == 'A' ? 'B' : 'A';
         };
     },
     "signature"},
    {"attributes_in_another_order",
     after("name=\"made\" tagId=\"made\"", "tagId=\"made\" name=\"made\""), ""},
    {"as_many_attributes_as_may_be", before("<SoftwareIdentity", many("a", 64)), ""},
    {"signed_by_another_key", [](RimOrder& o) { o.key_of_another = true; }, "signature"},
    {"foreign_root", [](RimOrder& o) { o.foreign_root = true; }, "chain"},
    {"signer_expired", [](RimOrder& o) { o.signer_end = made::kNow - 1; }, "chain"},
    {"signer_is_authority", [](RimOrder& o) { o.signer_is_authority = true; }, "chain"},
    {"signer_may_not_sign", [](RimOrder& o) { o.signer_usage = "keyAgreement"; }, "chain"},
    {"another_product", [](RimOrder& o) { o.product = "GB100"; }, "subject"},
    {"another_version", [](RimOrder& o) { o.version = "550.90.08"; }, "subject"},
    {"another_manufacturer", [](RimOrder& o) { o.manufacturer = "1"; }, "subject"},
    {"second_alternative", [](RimOrder& o) { o.active = {{9, {1, 2, 9}}}; }, ""},
    {"no_alternative", [](RimOrder& o) { o.active = {{9, {1, 2, 3}}}; }, "measurements"},
    {"nothing_active", [](RimOrder& o) { o.active.clear(); }, "measurements"},
};

const RimRow kForm[] = {
    {"not_xml", [](RimOrder& o) { o.after = [](std::string& t) { t = "measurements"; }; },
     "format"},
    {"cut", [](RimOrder& o) { o.after = [](std::string& t) { t.resize(t.size() / 2); }; },
     "format"},
    {"document_type",
     after("<SoftwareIdentity", "<!DOCTYPE a [<!ENTITY b \"c\">]><SoftwareIdentity"), "format"},
    {"comment", after("<ns0:Payload>", "<!-- c --><ns0:Payload>"), "format"},
    {"instruction", after("<ns0:Payload>", "<?a b?><ns0:Payload>"), "format"},
    {"not_ascii", after("TEST ONLY", "TEST \xc3\xa9"), "format"},
    // libxml2 needs the square of the number of either: 140 s for the attributes of 0.8 MB, 33 s
    // for the names of 0.2 MB, before any signature can be found wrong.
    {"too_many_attributes", before("<SoftwareIdentity", many("a", 140)), "format"},
    {"too_many_names", before("<SoftwareIdentity", many("xmlns:a", 20)), "format"},
    {"no_signature",
     [](RimOrder& o) {
         o.after = [](std::string& text) {
             const std::size_t begin = text.find("<ds:Signature ");
             text.erase(begin, text.find("</ds:Signature>") + 15 - begin);
         };
     },
     "format"},
    {"reference_to_a_part", after("URI=\"\"", "URI=\"#made\""), "format"},
    {"reference_without_uri", after(" URI=\"\"", ""), "format"},
    {"digest_of_another_kind", after("xmldsig-more#sha384", "xmlenc#sha256"), "format"},
    {"signature_of_another_kind", after("ecdsa-sha384", "ecdsa-sha256"), "format"},
    {"hmac", after("2001/04/xmldsig-more#ecdsa-sha384", "2000/09/xmldsig#hmac-sha1"), "format"},
    {"one_transform",
     after("<ds:Transform Algorithm=\"http://www.w3.org/2006/12/xml-c14n11\"/>", ""), "format"},
    {"xslt",
     after("http://www.w3.org/2000/09/xmldsig#enveloped-signature",
           "http://www.w3.org/TR/1999/REC-xslt-19991116"),
     "format"},
    {"no_certificates",
     [](RimOrder& o) {
         o.after = [](std::string& text) {
             const std::size_t begin = text.find("<ds:X509Certificate>");
             text.erase(begin, text.rfind("</ds:X509Certificate>") + 21 - begin);
         };
     },
     "format"},
    {"index_twice", before("index=\"1\"", "index=\"2\""), "format"},
    {"index_too_high", before("index=\"63\"", "index=\"256\""), "format"},
    {"hash_too_short", before("Hash0=\"00", "Hash0=\""), "format"},
    {"hash_missing", before("alternatives=\"1\"", "alternatives=\"2\""), "format"},
    {"no_alternatives", before("alternatives=\"1\"", "alternatives=\"0\""), "format"},
    {"another_type", before("type=\"Measurement\"", "type=\"OpaqueData\""), "format"},
    {"another_size", before("size=\"48\"", "size=\"32\""), "format"},
    {"active_is_no_flag", before("active=\"False\"", "active=\"Maybe\""), "format"},
    {"payload_twice", before("</ns0:Payload>", "</ns0:Payload><ns0:Payload/>"), "format"},
    {"another_namespace",
     before("xmlns:ns0=\"http://standards.iso.org", "xmlns:ns0=\"http://example.org"), "format"},
};

const auto kRowName = [](const auto& row) { return std::string{row.param.name}; };
INSTANTIATE_TEST_SUITE_P(signature, RimAppraisal, testing::ValuesIn(kSigned), kRowName);
INSTANTIATE_TEST_SUITE_P(form, RimAppraisal, testing::ValuesIn(kForm), kRowName);

attest::Appraisal appraise(const made::MadeNvidia& made) {
    return attest::appraise_nvidia(made.evidence(), made.roots, {}, made::kNow);
}

TEST(Rims, are_missed_when_they_are_not_sent) {
    made::MadeNvidia made = made::make_nvidia({});
    made.driver_rim.reset();
    made.vbios_rim.reset();
    EXPECT_EQ(made::failed_checks(appraise(made)),
              "nvidia.driver_rim.format nvidia.vbios_rim.format");
}

TEST(Rims, may_not_claim_one_measurement_both) {
    RimOrder order = made::vbios_rim();
    order.active[9] = {9};
    made::MadeNvidia made = made::make_nvidia({});
    made.vbios_rim = made::make_rim(order);
    EXPECT_EQ(made::failed_checks(appraise(made)), "nvidia.rims.conflict");
}

TEST(Rims, of_the_vbios_are_judged_like_the_drivers) {
    RimOrder order = made::vbios_rim();
    order.active[1] = {2};
    order.foreign_root = true;
    made::MadeNvidia made = made::make_nvidia({});
    made.vbios_rim = made::make_rim(order);
    EXPECT_EQ(made::failed_checks(appraise(made)),
              "nvidia.vbios_rim.chain nvidia.vbios_rim.measurements");
}

// Boards share a VBIOS's version and chips a driver's, with manifests of their own.
TEST(Rims, of_one_version_are_told_apart_by_what_the_device_measures) {
    const made::MadeNvidia made = made::make_nvidia({});
    attest::EvidenceFile file;
    file.gpus.push_back({.report = made.report, .chain = made.chain, .uuid = {}});
    RimOrder other_chip = made::driver_rim();
    other_chip.product = "GB100";
    other_chip.active[7] = {70};
    RimOrder other_board = made::vbios_rim();
    other_board.active[1] = {10};
    attest::Endorsements endorsements;
    endorsements.rims = {make_rim(other_chip), *made.driver_rim, make_rim(other_board),
                         *made.vbios_rim};
    attest::Expectation expected;
    expected.nonces = {*made.nonce};
    endorsements.revocations = made.revocations;
    const auto failed = [&] {
        return made::failed_checks(
            attest::appraise_evidence_file(file, endorsements, made.roots, {}, made::kNow, expected)
                .front());
    };
    EXPECT_EQ(failed(), "");
    std::ranges::reverse(endorsements.rims);
    EXPECT_EQ(failed(), "");
    std::erase(endorsements.rims, *made.driver_rim);
    EXPECT_EQ(failed(), "nvidia.driver_rim.subject nvidia.driver_rim.measurements");
}

// The report's block 36 measures the video decoder, which many GPUs have switched off.
TEST(Rims, skip_the_decoder_only_when_it_is_off) {
    made::NvidiaOrder order;
    order.values[35] = 0;
    made::MadeNvidia made = made::make_nvidia(order);
    EXPECT_EQ(made::failed_checks(appraise(made)), "nvidia.driver_rim.measurements");
    order.set(attest::NvidiaField::kNvdec0Status, {0x55});
    made = made::make_nvidia(order);
    EXPECT_TRUE(appraise(made).accepted()) << attest::to_text(appraise(made));
}

TEST(Rims, measure_what_the_report_lacks_as_different) {
    made::NvidiaOrder order;
    order.blocks = 31;
    EXPECT_EQ(made::failed_checks(appraise(made::make_nvidia(order))),
              "nvidia.driver_rim.measurements");
}

TEST(Rims, are_read_alone) {
    const std::string xml = made::make_rim(made::driver_rim());
    const Result<attest::Rim> rim = attest::parse_rim(xml);
    ASSERT_TRUE(rim.has_value());
    EXPECT_EQ(rim->active_count(), 3U);
    EXPECT_EQ(rim->certificates.size(), 3U);
    const Result<bool> by_leaf = attest::rim_signature_verifies(xml, rim->certificates[0]);
    const Result<bool> by_middle = attest::rim_signature_verifies(xml, rim->certificates[1]);
    ASSERT_TRUE(by_leaf.has_value() && by_middle.has_value());
    EXPECT_TRUE(*by_leaf);
    EXPECT_FALSE(*by_middle);
    const Result<bool> by_nothing = attest::rim_signature_verifies(xml, {});
    ASSERT_FALSE(by_nothing.has_value());
    EXPECT_EQ(by_nothing.error().code, Errc::kEvidenceMalformed);
}

TEST(Rims, of_very_many_tags_are_not_parsed) {
    std::string xml = "<a>";
    while (xml.size() < 1022 * 4) xml += "<b/>";
    EXPECT_EQ(attest::parse_rim(xml + "</a>").error().site, "attest.rim.root");
    EXPECT_EQ(attest::parse_rim(xml + "<b/></a>").error().site, "attest.rim.xml.many");
}

TEST(Rims, larger_than_the_limit_are_not_read) {
    const Result<attest::Rim> rim = attest::parse_rim(std::string(attest::kRimBytesMax + 1, ' '));
    ASSERT_FALSE(rim.has_value());
    EXPECT_EQ(rim.error().site, "attest.rim.size");
}

}  // namespace
