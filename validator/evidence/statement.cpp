#include "pramana/evidence/statement.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"

#include <openssl/sha.h>

namespace pramana::evidence {
namespace {

constexpr std::uint64_t kSafeNumberMax = (1ULL << 53U) - 1;

/// A number that every JSON reader takes as it is.
void add_number(JsonObject& json, std::string_view name, std::uint64_t value) {
    if (value <= kSafeNumberMax)
        json.number(name, value);
    else
        json.text(name, std::to_string(value));
}

std::string dlp_json(const StatedDlp& dlp) {
    JsonObject json;  // names in alphabetical order
    json.text("address", to_hex0x(dlp.address.view()))
        .number("corpus_epoch", dlp.corpus_epoch)
        .text("corpus_id", to_hex(dlp.corpus_id.view()));
    add_number(json, "dlp_id", dlp.dlp_id);
    json.text("instruction", dlp.instruction)
        .text("ruleset", to_hex(dlp.ruleset.view()))
        .text("ruleset_name", dlp.ruleset_name);
    return json.str();
}

}  // namespace

std::string to_canonical_json(const Statement& statement) {
    std::string dlps = "[";
    for (const StatedDlp& dlp : statement.dlps) {
        if (dlps.size() > 1) dlps += ',';
        dlps += dlp_json(dlp);
    }
    dlps += ']';
    JsonObject json;  // names in alphabetical order
    json.text("build", statement.build);
    add_number(json, "chain_id", statement.chain_id);
    json.text("data_registry", to_hex0x(statement.data_registry.view()))
        .raw("dlps", dlps)
        .text("encryption_key", to_hex0x(statement.encryption_key.view()))
        .number("key_epoch", statement.key_epoch)
        .text("min_bid_wei", statement.min_bid_wei)
        .text("model", to_hex(statement.model.view()))
        .text("provider", statement.provider)
        .text("signing_address", to_hex0x(statement.signing_address.view()))
        .text("tee_pool", to_hex0x(statement.tee_pool.view()));
    add_number(json, "upload_bytes_max", statement.upload_bytes_max);
    json.number("version", 1);
    return json.str();
}

Hash32 statement_hash(std::string_view canonical_text) {
    Sha256 hash;
    hash.update(canonical_text);
    return hash.finish();
}

ReportBytes report_bytes(const Hash32& statement, ByteView challenge) {
    Bytes message;
    append(message, "pramana:report:1");
    append(message, statement.view());
    append(message, challenge);
    ReportBytes report;
    ::SHA512(message.data(), message.size(), report.bytes.data());
    return report;
}

}  // namespace pramana::evidence
