#include "pramana/core/check.hpp"
#include "pramana/sealing/openpgp.hpp"

#include "contents.hpp"
#include "legacy_rsa_key.hpp"

namespace pramana {
namespace {

using namespace sealing;

constexpr OpenLimits kLimits{.password_packets_max = 2,
                             .s2k_bytes_max = 8192,
                             .plaintext_bytes_max = std::size_t{1} << 20U,
                             .expansion_ratio_max = 100,
                             .compression_depth_max = 2};

void check(const Result<SecretBytes>& opened) {
    PRAMANA_CHECK(opened ? opened->size() <= kLimits.plaintext_bytes_max
                         : blame_of(opened.error().code) == Blame::kSender);
}

void fuzz_message(ByteView sealed) {
    const Result<MessageCost> cost = inspect_message(sealed, kLimits);
    const Result<SecretBytes> opened = open_message(sealed, as_bytes_view("pass word"), kLimits);
    check(opened);
    PRAMANA_CHECK(cost || !opened);
    PRAMANA_CHECK(!cost || cost->s2k_bytes <= kLimits.s2k_bytes_max);
}

/// Behind a good MDC the sender may have written anything.
void fuzz_contents(ByteView packets) {
    check(
        literal_content(SecretBytes::copy_of(packets), 0, packets.size(), packets.size(), kLimits));
}

void fuzz_private_key(ByteView armored) {
    const Result<std::vector<LegacyRsaKey>> keys = read_legacy_rsa_keys(armored);
    PRAMANA_CHECK(keys ? !keys->empty() : keys.error().code == Errc::kMalformedKey);
}

}  // namespace
}  // namespace pramana

// The first octet chooses the reader; the rest is its input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const pramana::ByteView rest{bytes + 1, size - 1};
    switch (bytes[0]) {
        case 'c': pramana::fuzz_contents(rest); break;
        case 'k': pramana::fuzz_private_key(rest); break;
        default: pramana::fuzz_message(rest);
    }
    return 0;
}
