#include "pramana/attest/intel.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::size_t kCollateralBytesMax = std::size_t{16} * 1024 * 1024;

}  // namespace

Result<IntelCollateral> read_intel_collateral(std::string_view json) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.collateral"};
    if (json.size() > kCollateralBytesMax) return malformed;
    const Result<JsonView> root = read_json(json, 4);
    if (!root || root->kind() != JsonKind::kObject) return malformed;
    IntelCollateral out;
    const std::vector<JsonView::Member> members = root->members();
    const auto find = [&](std::string_view name) -> std::optional<JsonView> {
        const auto row = std::ranges::find(members, name, &JsonView::Member::name);
        if (row == members.end()) return std::nullopt;
        return row->value;
    };
    const std::pair<std::string_view, std::string*> texts[] = {
        {"pck_crl_issuer_chain", &out.pck_crl_issuer_chain},
        {"tcb_info_issuer_chain", &out.tcb_info_issuer_chain},
        {"tcb_info", &out.tcb_info},
        {"qe_identity_issuer_chain", &out.qe_identity_issuer_chain},
        {"qe_identity", &out.qe_identity},
    };
    for (const auto& [name, target] : texts) {
        const std::optional<JsonView> member = find(name);
        if (!member) continue;
        Result<std::string> text = member->text();
        if (!text) return Error{Errc::kEvidenceMalformed, "attest.collateral.text"};
        *target = std::move(*text);
    }
    const std::pair<std::string_view, Bytes*> bytes[] = {
        {"root_ca_crl", &out.root_ca_crl},
        {"pck_crl", &out.pck_crl},
        {"tcb_info_signature", &out.tcb_info_signature},
        {"qe_identity_signature", &out.qe_identity_signature},
    };
    for (const auto& [name, target] : bytes) {
        const std::optional<JsonView> member = find(name);
        if (!member) continue;
        const Result<std::string> text = member->text();
        Result<Bytes> read = text ? from_hex(*text) : text.error();
        if (!read) return Error{Errc::kEvidenceMalformed, "attest.collateral.hex"};
        *target = std::move(*read);
    }
    return out;
}

std::string json_of(const IntelCollateral& c) {
    JsonObject json;
    json.text("pck_crl_issuer_chain", c.pck_crl_issuer_chain)
        .text("root_ca_crl", to_hex(c.root_ca_crl))
        .text("pck_crl", to_hex(c.pck_crl))
        .text("tcb_info_issuer_chain", c.tcb_info_issuer_chain)
        .text("tcb_info", c.tcb_info)
        .text("tcb_info_signature", to_hex(c.tcb_info_signature))
        .text("qe_identity_issuer_chain", c.qe_identity_issuer_chain)
        .text("qe_identity", c.qe_identity)
        .text("qe_identity_signature", to_hex(c.qe_identity_signature));
    return json.str();
}

}  // namespace pramana::attest
