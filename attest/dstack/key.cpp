#include "pramana/attest/dstack.hpp"

#include "der.hpp"
#include "dstack/checks.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <algorithm>

namespace pramana::attest {

namespace {

namespace checks = dstack_checks;

constexpr std::size_t kEd25519Size = 32;
constexpr std::size_t kPurposeBytesMax = 256;

/// x and the parity of y, 33 bytes.
Bytes compressed(const pramana::PublicKey& key) {
    Bytes out(33);
    out[0] = (key.bytes.back() & 1U) != 0 ? 3 : 2;
    std::ranges::copy(key.view().subspan(1, 32), out.begin() + 1);
    return out;
}

/// The form of the key that the application signs. nullopt: neither of the two kinds.
std::optional<Bytes> signed_form(ByteView key) {
    if (key.size() == kEd25519Size) return Bytes{key.begin(), key.end()};
    if (key.size() != 33 && key.size() != 65) return std::nullopt;
    const Result<pramana::PublicKey> point = parse_public_key(key);
    if (!point) return std::nullopt;
    return compressed(*point);
}

/// The signer of a digest in a dstack signature, whose recovery id is 0 or 1.
Result<pramana::PublicKey> signer_of(const Hash32& digest, ByteView signature) {
    const Result<Signature65> raw = fixed_from_bytes<Signature65>(signature);
    if (!raw || raw->bytes.back() > 1)
        return Error{Errc::kEvidenceMalformed, "attest.dstack.key.signature"};
    return recover_public_key(digest, *raw);
}

Hash32 purpose_digest(std::string_view purpose, const Bytes& key) {
    return keccak256(std::string{purpose} + ':' + to_hex(key));
}

Hash32 issued_digest(ByteView app_id, const Bytes& app_key) {
    return keccak256({as_bytes_view("dstack-kms-issued:"), app_id, ByteView{app_key}});
}

bool sizes_fit(const DstackKeyEvidence& evidence) {
    const auto signature = [](ByteView s) { return s.size() == Signature65::kSize; };
    return evidence.app_id.size() == Address::kSize &&
           evidence.purpose.size() <= kPurposeBytesMax &&
           std::ranges::all_of(evidence.signature_chain, signature);
}

}  // namespace

Appraisal appraise_dstack_key(const DstackKeyEvidence& evidence, const DstackKeyPolicy& policy) {
    Appraisal out{.kind = "dstack_key",
                  .verdicts = VerdictList{checks::kKeyTable},
                  .tcb_status = std::nullopt,
                  .advisories = {},
                  .facts = {},
                  .valid_until = std::nullopt};
    const std::optional<Bytes> key = signed_form(evidence.public_key);
    if (!out.verdicts.decide(checks::kKeyShape, key && sizes_fit(evidence),
                             "a public key, an id of 20 bytes, two signatures of 65",
                             std::to_string(evidence.public_key.size()) + ", " +
                                 std::to_string(evidence.app_id.size()) + ", " +
                                 std::to_string(evidence.signature_chain[0].size()) + " and " +
                                 std::to_string(evidence.signature_chain[1].size()) + " bytes"))
        return out;
    const Result<pramana::PublicKey> app =
        signer_of(purpose_digest(evidence.purpose, *key), evidence.signature_chain[0]);
    if (!out.verdicts.decide(checks::kKeyApp, app.has_value(), "a signature of some key",
                             app ? to_hex(compressed(*app)) : "a signature that does not read"))
        return out;
    const Result<pramana::PublicKey> root =
        signer_of(issued_digest(evidence.app_id, compressed(*app)), evidence.signature_chain[1]);
    const bool pinned =
        root && std::ranges::find(policy.kms_roots, compressed(*root)) != policy.kms_roots.end();
    out.verdicts.decide(checks::kKeyRoot, pinned,
                        policy.kms_roots.size() == 1
                            ? to_hex(policy.kms_roots.front())
                            : std::to_string(policy.kms_roots.size()) + " pinned roots",
                        root ? to_hex(compressed(*root)) : "a signature that does not read");
    out.facts.push_back({"app_id", to_hex(evidence.app_id)});
    out.facts.push_back({"app_key", to_hex(compressed(*app))});
    out.facts.push_back({"public_key", to_hex(*key)});
    out.facts.push_back({"purpose", std::string{evidence.purpose}});
    if (root) out.facts.push_back({"kms_root", to_hex(compressed(*root))});
    return out;
}

}  // namespace pramana::attest
