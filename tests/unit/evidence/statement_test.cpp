#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/evidence/attestation.hpp"
#include "pramana/os/file.hpp"
#include "stated.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

/// tests/evidence/vectors.json, made by tests/evidence/make_vectors.mjs without our code.
struct Vectors {
    Bytes text = *read_file("tests/evidence/vectors.json", 1U << 20U);
    JsonView root = *read_json(as_text(text));

    [[nodiscard]] std::vector<JsonView> rows(std::string_view name) const {
        return root.member(name)->items();
    }
    static std::string text_of(const JsonView& row, std::string_view name) {
        const std::optional<JsonView> value = row.member(name);
        return value ? value->text().value_or({}) : std::string{};
    }
};

TEST(Statement, is_read_and_written_as_the_vectors_have_it) {
    const Vectors vectors;
    const std::vector<JsonView> rows = vectors.rows("accepted");
    ASSERT_GE(rows.size(), 6U);
    for (const JsonView& row : rows) {
        SCOPED_TRACE(Vectors::text_of(row, "name"));
        const std::string text = Vectors::text_of(row, "statement");
        const Result<Statement> read = parse_statement(text);
        ASSERT_TRUE(read) << read.error().site;
        EXPECT_EQ(*to_canonical_json(*read), text);
        EXPECT_EQ(to_hex(statement_hash(text).view()), Vectors::text_of(row, "sha256"));
        std::optional<Hash32> gpu;
        if (row.member("gpu_evidence")->kind() == JsonKind::kString)
            gpu = sha256(Vectors::text_of(row, "gpu_evidence"));
        const Bytes challenge = *from_hex(Vectors::text_of(row, "challenge"));
        EXPECT_EQ(to_hex(report_bytes(text, challenge, gpu).view()),
                  Vectors::text_of(row, "report_data"));
    }
}

TEST(Statement, has_the_members_of_the_full_vector) {
    const Vectors vectors;
    const Statement read =
        *parse_statement(Vectors::text_of(vectors.rows("accepted")[2], "statement"));
    EXPECT_EQ(read.anchor->number, 9007199254740991U);
    EXPECT_EQ(read.chain_id, 9007199254740992U);
    EXPECT_EQ(read.build.images.size(), 2U);
    EXPECT_EQ(read.build.version, "0.1.0+\"\\\x01\u00e9");
    EXPECT_EQ(read.dlps[0].dlp_id, UINT64_MAX);
    EXPECT_EQ(read.dlps[1].corpus_epoch, UINT32_MAX);
    EXPECT_EQ(read.dlps[1].registry->bytes[0], 0x34);
    EXPECT_EQ(read.keys.epoch, UINT32_MAX);
    EXPECT_EQ(read.previous_keys->epoch, 6U);
    EXPECT_EQ(read.key_origin.backup_recipients.size(), 2U);
    EXPECT_TRUE(read.key_origin.imported);
    EXPECT_EQ(read.upgrade_authority->timelock_s, 172800U);
    EXPECT_EQ(read.previous->bytes[0], 0x40);
    EXPECT_EQ(read.tls_key_sha256->bytes[0], 0x41);
}

TEST(Statement, refuses_every_other_text) {
    const Vectors vectors;
    const std::vector<JsonView> rows = vectors.rows("refused");
    ASSERT_GE(rows.size(), 30U);
    for (const JsonView& row : rows) {
        const Result<Statement> read = parse_statement(Vectors::text_of(row, "statement"));
        ASSERT_FALSE(read) << Vectors::text_of(row, "name");
        EXPECT_EQ(read.error().code, Errc::kEvidenceMalformed) << Vectors::text_of(row, "name");
    }
}

TEST(Statement, every_member_changes_the_hash) {
    using Change = void (*)(Statement&);
    const Change changes[] = {
        [](Statement& s) { s.provider = "sev_snp"; },
        [](Statement& s) { s.build.version = "0.1.1"; },
        [](Statement& s) { s.build.binary_sha256.bytes[0] ^= 1; },
        [](Statement& s) { s.build.compose_sha256 = Hash32{}; },
        [](Statement& s) {
            s.build.compose_sha256 = Hash32{};
            s.build.images = {"a"};
        },
        [](Statement& s) { s.chain_id = 1; },
        [](Statement& s) { s.data_registry.bytes[0] ^= 1; },
        [](Statement& s) { s.tee_pool.bytes[0] ^= 1; },
        [](Statement& s) { s.config.sha256.bytes[0] ^= 1; },
        [](Statement& s) { s.config.ca_sha256 = Hash32{}; },
        [](Statement& s) { s.config.endpoints = {"https://a:1"}; },
        [](Statement& s) { s.model.bytes[0] ^= 1; },
        [](Statement& s) { s.keys.signing = s.keys.encryption; },
        [](Statement& s) { s.keys.encryption = s.keys.signing; },
        [](Statement& s) { s.keys.epoch = 1; },
        [](Statement& s) { s.previous_keys = s.keys; },
        [](Statement& s) { s.key_origin.source = "dstack"; },
        [](Statement& s) { s.key_origin.imported = true; },
        [](Statement& s) { s.key_origin.survive_restart = true; },
        [](Statement& s) { s.tls_key_sha256 = Hash32{}; },
        [](Statement& s) { s.upgrade_authority = UpgradeAuthority{}; },
        [](Statement& s) { s.upgrade_authority = UpgradeAuthority{.app_auth = Address{}}; },
        [](Statement& s) { s.upgrade_authority = UpgradeAuthority{.owner = Address{}}; },
        [](Statement& s) { s.upgrade_authority = UpgradeAuthority{.timelock_s = 0}; },
        [](Statement& s) { s.upload_bytes_max = 5; },
        [](Statement& s) { s.min_bid_wei = "1"; },
        [](Statement& s) { s.anchor = StatedBlock{}; },
        [](Statement& s) {
            s.sequence = 1;
            s.previous = Hash32{};
        },
        [](Statement& s) { s.dlps.pop_back(); },
        [](Statement& s) { s.dlps[0].address.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].dlp_id = 1; },
        [](Statement& s) { s.dlps[0].ruleset_name = "x"; },
        [](Statement& s) { s.dlps[0].ruleset.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].instruction = "x"; },
        [](Statement& s) { s.dlps[0].corpus_id.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].corpus_epoch = 1; },
        [](Statement& s) { s.dlps[0].corpus_root.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].corpus_size = 1; },
        [](Statement& s) { s.dlps[0].registry = Address{}; },
    };
    std::set<Hash32> hashes{statement_hash(*to_canonical_json(stated()))};
    for (std::size_t i = 0; i < std::size(changes); ++i) {
        Statement changed = stated();
        changes[i](changed);
        const Result<std::string> text = to_canonical_json(changed);
        ASSERT_TRUE(text) << i;
        EXPECT_TRUE(hashes.insert(statement_hash(*text)).second) << i;
        EXPECT_EQ(*parse_statement(*text), changed) << i;
    }
}

TEST(Statement, of_other_than_text_is_not_written) {
    Statement statement = stated();
    statement.build.version = "\xff";
    EXPECT_EQ(to_canonical_json(statement).error().code, Errc::kEvidenceMalformed);
    statement = stated();
    statement.keys.signing = PublicKey{};
    EXPECT_EQ(to_canonical_json(statement).error().code, Errc::kEvidenceMalformed);
}

AttestationParts parts_with(std::optional<std::string> gpu, Bytes challenge) {
    return {.statement = *to_canonical_json(stated()),
            .challenge = std::move(challenge),
            .evidence = R"({"kind":"tdx","quote":"00"})",
            .gpu_evidence = std::move(gpu),
            .key_evidence = R"([{"use":"signing"}])",
            .collateral = R"({"fetched_unix_s":1})",
            .taken_unix_s = 1'800'000'000};
}

TEST(Attestation, is_read_as_it_was_written) {
    for (const AttestationParts& parts :
         {parts_with(std::nullopt, {}), parts_with(R"({"kind":"nvidia"})", Bytes(32, 7))}) {
        const Result<AttestationParts> read = read_attestation(to_json(parts));
        ASSERT_TRUE(read) << read.error().site;
        EXPECT_EQ(to_json(*read), to_json(parts));
        EXPECT_EQ(read->report(), parts.report());
    }
    EXPECT_NE(parts_with("{}", {}).report(), parts_with(std::nullopt, {}).report());
}

struct Damage {
    const char* name;
    const char* from;
    const char* to;
    Errc code;
};
const Damage kDamages[] = {
    {"not_json", "{\"format\"", "\"format\"", Errc::kEvidenceMalformed},
    {"other_format", "pramana:attestation:2", "pramana:attestation:3", Errc::kEvidenceMalformed},
    {"no_statement", "\"statement\":", "\"explanation\":", Errc::kEvidenceMalformed},
    {"statement_of_version_3", "pramana:statement:2", "pramana:statement:3",
     Errc::kEvidenceMalformed},
    {"changed_statement", "\"min_bid_wei\":\"100\"", "\"min_bid_wei\":\"101\"",
     Errc::kHashMismatch},
    {"another_statement_hash", "\"statement_sha256\":\"", "\"statement_sha256\":\"0",
     Errc::kHashMismatch},
    {"no_statement_hash", "\"statement_sha256\"", "\"sha256\"", Errc::kEvidenceMalformed},
    {"short_challenge", "\"challenge\":\"07", "\"challenge\":\"", Errc::kEvidenceMalformed},
    {"another_challenge", "\"challenge\":\"07", "\"challenge\":\"08", Errc::kHashMismatch},
    {"another_gpu_evidence", "{\"kind\":\"nvidia\"}", "{\"kind\":\"nvidiA\"}", Errc::kHashMismatch},
    {"gpu_evidence_a_list", "{\"kind\":\"nvidia\"}", "[]", Errc::kEvidenceMalformed},
    {"gpu_evidence_left_out", "{\"kind\":\"nvidia\"}", "null", Errc::kHashMismatch},
    {"evidence_a_text", "{\"kind\":\"tdx\",\"quote\":\"00\"}", "\"00\"", Errc::kEvidenceMalformed},
    {"no_report_data", "\"report_data\"", "\"report\"", Errc::kEvidenceMalformed},
    {"keys_no_list", "[{\"use\":\"signing\"}]", "{}", Errc::kEvidenceMalformed},
    {"taken_in_another_form", "\"taken_unix_s\":18", "\"taken_unix_s\":-8",
     Errc::kEvidenceMalformed},
};
class AttestationDamaged : public testing::TestWithParam<Damage> {};
TEST_P(AttestationDamaged, is_refused) {
    std::string text = to_json(parts_with(R"({"kind":"nvidia"})", Bytes(32, 7)));
    const std::size_t at = text.find(GetParam().from);
    ASSERT_NE(at, text.npos);
    text.replace(at, std::string_view{GetParam().from}.size(), GetParam().to);
    const Result<AttestationParts> read = read_attestation(text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, GetParam().code) << read.error().site;
}
INSTANTIATE_TEST_SUITE_P(rows, AttestationDamaged, testing::ValuesIn(kDamages),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::evidence
