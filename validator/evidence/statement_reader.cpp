#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/statement.hpp"

namespace pramana::evidence {
namespace {

constexpr std::size_t kDepthMax = 4;

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kEvidenceMalformed, site};
}

// Reading. Loose on purpose, a member that is missing or of another kind leaves its default: the
// caller writes the result again and compares, so nothing but the canonical text gets through.
class MemberReader {
  public:
    explicit MemberReader(std::optional<JsonView> object) : object_{object} {}

    [[nodiscard]] MemberReader object(std::string_view name) const {
        return MemberReader{at(name)};
    }
    [[nodiscard]] std::vector<JsonView> items(std::string_view name) const {
        const std::optional<JsonView> array = at(name);
        return array ? array->items() : std::vector<JsonView>{};
    }
    [[nodiscard]] bool is_object(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        return value && value->kind() == JsonKind::kObject;
    }
    [[nodiscard]] bool is_null(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        return !value || value->kind() == JsonKind::kNull;
    }
    [[nodiscard]] std::string text(std::string_view name) const { return text_of_view(at(name)); }
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> all;
        for (const JsonView& item : items(name)) all.push_back(text_of_view(item));
        return all;
    }
    [[nodiscard]] std::uint64_t u64(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        if (!value) return 0;
        if (value->kind() != JsonKind::kString) return value->whole_number().value_or(0);
        const std::string digits = text_of_view(value);
        const Result<JsonView> number = read_json(digits);
        return number ? number->whole_number().value_or(0) : 0;
    }
    [[nodiscard]] bool boolean(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        return value && value->raw() == "true";
    }
    [[nodiscard]] std::uint32_t u32(std::string_view name) const {
        return static_cast<std::uint32_t>(u64(name));  // a larger one does not survive comparison
    }
    template <class Fixed>
    [[nodiscard]] Fixed fixed(std::string_view name) const {
        return fixed_from_hex<Fixed>(text(name)).value_or(Fixed{});
    }
    template <class Fixed>
    [[nodiscard]] std::optional<Fixed> fixed_or_null(std::string_view name) const {
        if (is_null(name)) return std::nullopt;
        return fixed<Fixed>(name);
    }

  private:
    [[nodiscard]] std::optional<JsonView> at(std::string_view name) const {
        return object_ ? object_->member(name) : std::nullopt;
    }
    static std::string text_of_view(const std::optional<JsonView>& value) {
        return value ? value->text().value_or({}) : std::string{};
    }
    std::optional<JsonView> object_;
};

StatedKeys keys_of(const MemberReader& members) {
    return {.signing = members.fixed<PublicKey>("signing_key"),
            .encryption = members.fixed<PublicKey>("encryption_key"),
            .epoch = members.u32("key_epoch")};
}

StatedDlp dlp_of(const MemberReader& members) {
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

KeyOrigin origin_of(const MemberReader& members) {
    KeyOrigin origin{.source = members.text("source"),
                     .imported = members.boolean("imported"),
                     .survive_restart = members.boolean("survive_restart")};
    for (const std::string& key : members.texts("backup_recipients"))
        origin.backup_recipients.push_back(from_hex(key).value_or({}));
    return origin;
}

UpgradeAuthority authority_of(const MemberReader& members) {
    UpgradeAuthority authority{.app_auth = members.fixed_or_null<Address>("app_auth"),
                               .owner = members.fixed_or_null<Address>("owner")};
    if (!members.is_null("timelock_s")) authority.timelock_s = members.u64("timelock_s");
    return authority;
}

Statement statement_of(const MemberReader& members) {
    const MemberReader build = members.object("build");
    const MemberReader config = members.object("config");
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
    for (const JsonView& dlp : members.items("dlps"))
        statement.dlps.push_back(dlp_of(MemberReader{dlp}));
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
        const MemberReader anchor = members.object("anchor");
        statement.anchor =
            StatedBlock{anchor.u64("block_number"), anchor.fixed<Hash32>("block_hash")};
    }
    statement.sequence = members.u64("sequence");
    statement.previous = members.fixed_or_null<Hash32>("previous");
    return statement;
}

}  // namespace

Result<Statement> parse_statement(std::string_view text) {
    if (text.size() > kStatementBytesMax) return fail("evidence.statement.size");
    const Result<JsonView> object = read_json(text, kDepthMax);
    if (!object) return fail("evidence.statement.json");
    const MemberReader members{*object};
    if (members.text("format") != kStatementFormat) return fail("evidence.statement.format");
    Statement statement = statement_of(members);
    const Result<std::string> again = to_canonical_json(statement);
    if (!again) return again.error();
    if (*again != text) return fail("evidence.statement.canonical");
    return statement;
}

}  // namespace pramana::evidence
