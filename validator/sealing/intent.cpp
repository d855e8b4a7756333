#include "pramana/sealing/intent.hpp"

#include "pramana/core/sha256.hpp"
#include "pramana/crypto/typed_words.hpp"

namespace pramana::sealing {
namespace {

// EIP-712: types as encodeType writes them.
constexpr std::string_view kDomainType = "EIP712Domain(string name,string version,uint256 chainId)";
constexpr std::string_view kIntentType =
    "Intent(address dlp,bytes32 ruleset,bytes32 sealedSha256,bytes32 termsSha256,uint64 expires,"
    "address wallet)";
constexpr std::string_view kDomainName = "Pramana";
constexpr std::string_view kDomainVersion = "1";

}  // namespace

Hash32 intent_digest(const Intent& intent) {
    TypedWords domain{kDomainType};
    domain.add_text(kDomainName).add_text(kDomainVersion).add(intent.chain_id);
    TypedWords message{kIntentType};
    message.add(intent.dlp)
        .add(intent.ruleset)
        .add(intent.sealed_sha256)
        .add(intent.terms_sha256)
        .add(intent.expires_unix_s)
        .add(intent.wallet);
    return typed_digest(domain, message);
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
