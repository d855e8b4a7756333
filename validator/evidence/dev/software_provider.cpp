#include "pramana/evidence/software_provider.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/test_chains.hpp"

namespace pramana::evidence {
namespace {

class SoftwareProvider final : public EvidenceProvider {
  public:
    explicit SoftwareProvider(const SigningKey& key) : key_{key} {}
    [[nodiscard]] std::string_view kind() const noexcept override { return "software"; }
    [[nodiscard]] Result<std::string> quote(const ReportBytes& report) override {
        const Signature65 signature = key_.sign(personal_message_digest(report.view()));
        JsonObject json;
        json.text("kind", kind())
            .text("label", "development evidence: proves nothing")
            .text("signer", to_hex0x(key_.address().view()))
            .text("signature", to_hex0x(signature.view()));
        return json.str();
    }

  private:
    const SigningKey& key_;
};

}  // namespace

Result<std::unique_ptr<EvidenceProvider>> make_software_provider(const SigningKey& key,
                                                                 std::uint64_t chain_id) {
    if (!is_test_chain(chain_id)) return Error{Errc::kNoTee, "evidence.software.chain"};
    return std::unique_ptr<EvidenceProvider>{std::make_unique<SoftwareProvider>(key)};
}

}  // namespace pramana::evidence
