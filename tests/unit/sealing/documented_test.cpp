#include "pramana/crypto/keccak.hpp"
#include "pramana/os/file.hpp"
#include "pramana/sealing/envelope.hpp"
#include "sample.hpp"

#include <gtest/gtest.h>

// The worked values of docs/formats.md, read from the page itself: it cannot go stale.
namespace pramana::sealing {
namespace {

std::string page() {
    return std::string{as_text(*read_file("docs/formats.md", std::size_t{1} << 20U))};
}

/// What stands in the row `name` of a table of values.
std::string value_of(std::string_view name) {
    const std::string row = "| " + std::string{name} + " | `";
    const std::string text = page();
    const std::size_t at = text.find(row);
    PRAMANA_CHECK(at != std::string::npos);
    const std::size_t begin = at + row.size();
    return text.substr(begin, text.find('`', begin) - begin);
}

Envelope documented_envelope() {
    const std::string text = page();
    const std::string fence = "```json\n";
    const std::size_t begin = text.find(fence, text.find("## Envelope")) + fence.size();
    const std::string json = text.substr(begin, text.find('\n', begin) - begin);
    Result<Envelope> envelope = parse_envelope(as_bytes_view(json));
    PRAMANA_CHECK(envelope.has_value());
    EXPECT_EQ(write_envelope(*envelope), json);
    return *envelope;
}

TEST(DocumentedIntent, has_the_values_of_its_table) {
    const Intent intent = sample_intent();
    const std::string text = page();
    const std::size_t begin = text.find("Intent(address");
    const std::string type = text.substr(begin, text.find(')', begin) + 1 - begin);
    EXPECT_EQ(to_hex(keccak256(type).view()), value_of("type hash"));
    EXPECT_EQ(to_hex(intent_digest(intent).view()), value_of("digest"));
    const Bytes prefix = {0x19, 0x01};
    const Bytes domain = *from_hex(value_of("domain separator"));
    const Bytes structure = *from_hex(value_of("struct hash"));
    EXPECT_EQ(to_hex(keccak256({prefix, domain, structure}).view()), value_of("digest"));
    EXPECT_EQ(to_hex(contribution_id(intent.wallet, intent.sealed_sha256).view()),
              value_of("contribution id"));
}

TEST(DocumentedEnvelope, verifies_and_opens_to_the_file_key) {
    const Envelope envelope = documented_envelope();
    EXPECT_EQ(envelope.intent, sample_intent());
    EXPECT_TRUE(verify_intent(envelope.intent, envelope.intent_signature));
    const Result<FileKeyBundle> bundle =
        open_file_key(key_of(kValidatorKey), envelope.intent, envelope.sealed_key);
    ASSERT_TRUE(bundle);
    EXPECT_EQ(as_text(bundle->file_key.expose()), kFileKey);
    EXPECT_FALSE(bundle->permission);
}

}  // namespace
}  // namespace pramana::sealing
