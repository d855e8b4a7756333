#include "pramana/sealing/intent.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/keccak.hpp"

namespace pramana::sealing {
namespace {

// EIP-712: types as encodeType writes them.
constexpr std::string_view kDomainType = "EIP712Domain(string name,string version,uint256 chainId)";
constexpr std::string_view kIntentType =
    "Intent(address dlp,bytes32 ruleset,bytes32 sealedSha256,bytes32 termsSha256,uint64 expires,"
    "address wallet)";
constexpr std::string_view kDomainName = "Pramana";
constexpr std::string_view kDomainVersion = "1";

/// encodeData: every member is one 32-byte word, right-aligned.
class Words {
  public:
    void add(const Hash32& word) { append(bytes_, word.view()); }
    void add(const Address& address) {
        bytes_.resize(bytes_.size() + 12);
        append(bytes_, address.view());
    }
    void add(std::uint64_t number) {
        bytes_.resize(bytes_.size() + 24);
        append_be(bytes_, number);
    }
    [[nodiscard]] Hash32 hash() const { return keccak256(bytes_); }

  private:
    Bytes bytes_;
};

Hash32 domain_separator(std::uint64_t chain_id) {
    Words words;
    words.add(keccak256(kDomainType));
    words.add(keccak256(kDomainName));
    words.add(keccak256(kDomainVersion));
    words.add(chain_id);
    return words.hash();
}

Hash32 struct_hash(const Intent& intent) {
    Words words;
    words.add(keccak256(kIntentType));
    words.add(intent.dlp);
    words.add(intent.ruleset);
    words.add(intent.sealed_sha256);
    words.add(intent.terms_sha256);
    words.add(intent.expires_unix_s);
    words.add(intent.wallet);
    return words.hash();
}

}  // namespace

Hash32 intent_digest(const Intent& intent) {
    static constexpr std::array<std::uint8_t, 2> kPrefix = {0x19, 0x01};
    const Hash32 domain = domain_separator(intent.chain_id);
    const Hash32 message = struct_hash(intent);
    return keccak256({ByteView{kPrefix}, domain.view(), message.view()});
}

Signature65 sign_intent(const Intent& intent, const SigningKey& wallet) {
    PRAMANA_CHECK(intent.wallet == wallet.address());
    return wallet.sign(intent_digest(intent));
}

Status verify_intent(const Intent& intent, const Signature65& signature) {
    const Result<Address> signer = recover_address(intent_digest(intent), signature);
    if (!signer || *signer != intent.wallet)
        return Error{Errc::kIntentSignature, "sealing.intent.signer"};
    return Done{};
}

Status check_intent(const Intent& intent, const IntentContext& context) {
    if (intent.chain_id != context.chain_id)
        return Error{Errc::kIntentMismatch, "sealing.intent.chain_id"};
    if (intent.dlp != context.dlp) return Error{Errc::kIntentMismatch, "sealing.intent.dlp"};
    if (intent.ruleset != context.ruleset)
        return Error{Errc::kIntentMismatch, "sealing.intent.ruleset"};
    if (intent.sealed_sha256 != context.sealed_sha256)
        return Error{Errc::kIntentMismatch, "sealing.intent.sealed_sha256"};
    if (std::cmp_less(intent.expires_unix_s, context.now_unix_s))
        return Error{Errc::kIntentExpired, "sealing.intent.expires"};
    return Done{};
}

ContributionId contribution_id(const Address& wallet, const Hash32& sealed_sha256) {
    Sha256 hash;
    hash.update("pramana:contribution:1");
    hash.update(wallet.view());
    hash.update(sealed_sha256.view());
    return ContributionId{hash.finish().bytes};
}

}  // namespace pramana::sealing
