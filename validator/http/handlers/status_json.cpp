#include "api.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

namespace pramana::http {
namespace {

std::string result_json(const pipeline::PublicResult& result) {
    JsonObject json;
    json.number("chunks", result.chunks)
        .number("novel_mass", result.novel_mass)
        .number("uniqueness_milli", result.uniqueness_milli)
        .number("quality_milli", result.quality_milli)
        .number("pay_1024", result.pay_1024)
        .number("internal_milli", result.internal_milli)
        .number("matched_milli", result.matched_milli)
        .texts("reasons", result.reasons)
        .flag("key_matches_permission", result.key_matches_permission)
        .flag("key_recovers_to_owner", result.key_recovers_to_owner);
    return json.str();
}

std::string cause_json(const Error& cause) {
    JsonObject json;
    json.text("code", name_of(cause.code))
        .text("sentence", sentence_of(cause.code))
        .text("next_step", next_step_of(cause.code));
    return json.str();
}

}  // namespace

std::string status_json(const pipeline::ContributionStatus& status,
                        std::string_view public_base_url) {
    const std::string base{public_base_url};
    JsonObject json;
    json.text("id", to_hex(status.id.view()))
        .text("stage", pipeline::name_of(status.stage))
        .flag("terminal", pipeline::is_terminal(status.stage))
        .number("received_unix_s", static_cast<std::uint64_t>(status.received_unix_s))
        .number("changed_unix_s", static_cast<std::uint64_t>(status.changed_unix_s));
    if (status.cause) json.raw("cause", cause_json(*status.cause));
    if (status.job) json.number("job_id", number(*status.job));
    if (status.file) json.number("file_id", number(*status.file));
    if (status.tx_hash) json.text("tx_hash", to_hex0x(status.tx_hash->view()));
    if (status.proof_index) json.number("proof_index", *status.proof_index);
    if (status.proof_document) {
        const std::string hash = to_hex(status.proof_document->view());
        json.text("proof_document", hash).text("proof_url", base + "/v1/proofs/" + hash);
    }
    if (status.result) json.raw("result", result_json(*status.result));
    // A file from elsewhere is known by its job only.
    const std::string where = status.job ? "/v1/jobs/" + std::to_string(number(*status.job))
                                         : "/v1/contributions/" + to_hex(status.id.view());
    json.text("status_url", base + where);
    return json.str();
}

}  // namespace pramana::http
