#include "pramana/core/canonical_json.hpp"
#include "pramana/evidence/statement.hpp"

namespace pramana::evidence {
namespace {

constexpr std::size_t kDepthMax = 4;

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kEvidenceMalformed, site};
}

StatedKeys keys_of(const CanonicalMembers& members) {
    return {.signing = members.fixed<PublicKey>("signing_key"),
            .encryption = members.fixed<PublicKey>("encryption_key"),
            .epoch = members.u32("key_epoch")};
}

StatedDlp dlp_of(const CanonicalMembers& members) {
    return {.address = members.fixed<Address>("address"),
            .dlp_id = members.u64("dlp_id"),
            .ruleset_name = members.text("ruleset_name"),
            .ruleset = members.fixed<Hash32>("ruleset"),
            .instruction = members.text("instruction"),
            .corpus_id = members.fixed<Hash32>("corpus_id"),
            .corpus_epoch = members.u32("corpus_epoch"),
            .corpus_root = members.fixed<Hash32>("corpus_root"),
            .corpus_size = members.u64("corpus_size"),
            .registry = members.fixed_or_null<Address>("registry")};
}

KeyOrigin origin_of(const CanonicalMembers& members) {
    KeyOrigin origin{.source = members.text("source"),
                     .imported = members.flag("imported"),
                     .survive_restart = members.flag("survive_restart")};
    for (const std::string& key : members.texts("backup_recipients"))
        origin.backup_recipients.push_back(from_hex(key).value_or({}));
    return origin;
}

UpgradeAuthority authority_of(const CanonicalMembers& members) {
    return {.app_auth = members.fixed_or_null<Address>("app_auth"),
            .owner = members.fixed_or_null<Address>("owner"),
            .timelock_s = members.u64_or_null("timelock_s")};
}

Statement statement_of(const CanonicalMembers& members) {
    const CanonicalMembers build = members.object("build");
    const CanonicalMembers config = members.object("config");
    Statement statement;
    statement.provider = members.text("provider");
    statement.build = {.version = build.text("version"),
                       .binary_sha256 = build.fixed<Hash32>("binary_sha256"),
                       .compose_sha256 = build.fixed_or_null<Hash32>("compose_sha256"),
                       .images = build.texts("images")};
    statement.chain_id = members.u64("chain_id");
    statement.data_registry = members.fixed<Address>("data_registry");
    statement.tee_pool = members.fixed<Address>("tee_pool");
    statement.config = {.sha256 = config.fixed<Hash32>("sha256"),
                        .ca_sha256 = config.fixed_or_null<Hash32>("ca_sha256"),
                        .endpoints = config.texts("endpoints")};
    statement.model = members.fixed<Hash32>("model");
    for (const CanonicalMembers& dlp : members.objects("dlps"))
        statement.dlps.push_back(dlp_of(dlp));
    statement.keys = keys_of(members);
    if (!members.is_null("previous_keys"))
        statement.previous_keys = keys_of(members.object("previous_keys"));
    statement.key_origin = origin_of(members.object("key_origin"));
    statement.tls_key_sha256 = members.fixed_or_null<Hash32>("tls_key_sha256");
    if (members.is_object("upgrade_authority"))
        statement.upgrade_authority = authority_of(members.object("upgrade_authority"));
    statement.upload_bytes_max = members.u64("upload_bytes_max");
    statement.min_bid_wei = members.text("min_bid_wei");
    if (!members.is_null("anchor")) {
        const CanonicalMembers anchor = members.object("anchor");
        statement.anchor =
            StatedBlock{anchor.u64("block_number"), anchor.fixed<Hash32>("block_hash")};
    }
    statement.sequence = members.u64("sequence");
    statement.previous = members.fixed_or_null<Hash32>("previous");
    return statement;
}

}  // namespace

// What is read is written again and compared, so only the canonical text gets through.
Result<Statement> parse_statement(std::string_view text) {
    if (text.size() > kStatementBytesMax) return fail("evidence.statement.size");
    const Result<JsonView> object = read_json(text, kDepthMax);
    if (!object) return fail("evidence.statement.json");
    const CanonicalMembers members{*object};
    if (members.text("format") != kStatementFormat) return fail("evidence.statement.format");
    Statement statement = statement_of(members);
    const Result<std::string> again = to_canonical_json(statement);
    if (!again) return again.error();
    if (*again != text) return fail("evidence.statement.canonical");
    return statement;
}

}  // namespace pramana::evidence
