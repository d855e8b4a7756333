#include "pramana/chain/binding_document.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

template <class Fixed = Hash32>
Fixed filled(std::uint8_t byte) {
    Fixed out;
    out.bytes.fill(byte);
    return out;
}

BindingDocument sample() {
    BindingDocument document;
    document.chain_id = 31337;
    document.dlp = filled<Address>(1);
    document.tee_pool = filled<Address>(2);
    document.data_registry = filled<Address>(3);
    document.file = FileId{9};
    document.job = JobId{9007199254740992};  // 2^53: the first number that is written as a string
    document.file_url = "https://v.example/v1/blobs/\u00e9\"\\\n";
    document.ciphertext_sha256 = filled(4);
    document.ruleset_digest = filled(5);
    document.model_digest = filled(6);
    document.corpus = {
        .id = filled(7), .epoch = 1, .place = 3, .previous_root = filled(8), .new_root = filled(9)};
    document.sample = SeedBlock{.block_number = 70, .block_hash = filled(14)};
    document.statement_hash = filled(10);
    document.score = {.chunks = 12,
                      .novel_mass = 9007199254740991,  // 2^53 - 1: the last that is a number
                      .uniqueness_milli = 875,
                      .quality_milli = 640,
                      .pay_1024 = 573,
                      .internal_milli = 1,
                      .matched_milli = 125,
                      .reasons = {"near_copy", "repetitive"}};
    document.key_matches_permission = true;
    document.key_recovers_to_owner = true;
    document.keyed_text_hash = filled(13);
    document.keyed_trace_hash = filled(11);
    document.created_block_number = 77;
    document.created_block_hash = filled(12);
    return document;
}

// Written by Python: json.dumps(document, sort_keys=True, separators=(",", ":"),
// ensure_ascii=False), with the line feed as \u000a, and its hashlib.sha256. The example of
// docs/formats.md is this one.
constexpr std::string_view kText =
    R"({"chain_id":31337,"corpus":{"epoch":1,)"
    R"("id":"0x0707070707070707070707070707070707070707070707070707070707070707",)"
    R"("new_root":"0x0909090909090909090909090909090909090909090909090909090909090909",)"
    R"("place":3,)"
    R"("previous_root":"0x0808080808080808080808080808080808080808080808080808080808080808"},)"
    R"("created":{"block_hash":"0x0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",)"
    R"("block_number":77},"data_registry":"0x0303030303030303030303030303030303030303",)"
    R"("dlp":"0x0101010101010101010101010101010101010101","file":{)"
    R"("ciphertext_sha256":"0x0404040404040404040404040404040404040404040404040404040404040404",)"
    R"("id":9,"url":"https://v.example/v1/blobs/é\"\\\u000a"},"format":"pramana:binding:1",)"
    R"("job_id":"9007199254740992","key":{"matches_permission":true,"recovers_to_owner":true},)"
    R"("keyed_text_hash":"0x0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d",)"
    R"("keyed_trace_hash":"0x0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",)"
    R"("model_digest":"0x0606060606060606060606060606060606060606060606060606060606060606",)"
    R"("ruleset_digest":"0x0505050505050505050505050505050505050505050505050505050505050505",)"
    R"("sample":{"block_hash":"0x0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e",)"
    R"("block_number":70},)"
    R"("score":{"chunks":12,"internal_milli":1,"matched_milli":125,"novel_mass":9007199254740991,)"
    R"("pay_1024":573,"quality_milli":640,"reasons":["near_copy","repetitive"],)"
    R"("uniqueness_milli":875},)"
    R"("statement_hash":"0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",)"
    R"("tee_pool":"0x0202020202020202020202020202020202020202"})";

TEST(BindingDocument, has_one_text_and_one_hash) {
    EXPECT_EQ(*to_canonical_json(sample()), kText);
    EXPECT_EQ(to_hex(binding_document_hash(kText).view()),
              "d425028593ac337ca35ad0b59a1e7e0228e3a90e7c8e00e68e0ada7c0c99d2c2");
    const Result<BindingDocument> read = parse_binding_document(kText);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, sample());
}

TEST(BindingDocument, writes_what_is_absent_as_null) {
    BindingDocument document = sample();
    document.corpus.place.reset();
    document.key_matches_permission.reset();
    document.keyed_text_hash.reset();
    document.keyed_trace_hash.reset();
    document.sample.reset();
    document.score.reasons.clear();
    const std::string text = *to_canonical_json(document);
    EXPECT_NE(text.find(R"("place":null)"), std::string::npos);
    EXPECT_NE(text.find(R"("matches_permission":null)"), std::string::npos);
    EXPECT_NE(text.find(R"("keyed_text_hash":null,"keyed_trace_hash":null)"), std::string::npos);
    EXPECT_NE(text.find(R"("reasons":[])"), std::string::npos);
    EXPECT_NE(text.find(R"("sample":null)"), std::string::npos);
    EXPECT_EQ(*parse_binding_document(text), document);
    EXPECT_EQ(*parse_binding_document(*to_canonical_json({})), BindingDocument{});
}

// Only where a ruleset asks for it: every other document stays the text that it was.
TEST(BindingDocument, says_what_was_shown_of_ownership) {
    BindingDocument document = sample();
    document.ownership = BoundOwnership{
        .provider = "chatgpt", .method = "provider_api", .statement = sample().model_digest};
    const std::string text = *to_canonical_json(document);
    const std::string shown = R"("ownership":{"method":"provider_api","provider":"chatgpt",)"
                              R"("statement":"0x)" +
                              to_hex(sample().model_digest.view()) + "\"},";
    const std::size_t at = text.find(shown);
    ASSERT_NE(at, std::string::npos) << text;
    EXPECT_EQ(*parse_binding_document(text), document);
    std::string without = text;
    EXPECT_EQ(without.erase(at, shown.size()), kText);
    std::string null = text;
    null.replace(at, shown.size(), R"("ownership":null,)");
    EXPECT_FALSE(parse_binding_document(null));
    document.ownership->provider = "\xff";
    EXPECT_FALSE(to_canonical_json(document));
}

TEST(BindingDocument, refuses_every_truncation) {
    for (std::size_t size = 0; size < kText.size(); ++size)
        EXPECT_EQ(parse_binding_document(kText.substr(0, size)).error().code,
                  Errc::kMalformedChainData)
            << size;
}

struct Change {
    const char* name;
    std::string_view from;
    std::string_view to;
};
// Every one is valid JSON with the same or a similar meaning, and none is canonical.
const Change kChanges[] = {
    {"a space", R"("place":3)", R"("place": 3)"},
    {"a number as a string", R"("place":3)", R"("place":"3")"},
    {"a string as a number", R"("job_id":"9007199254740992")", R"("job_id":9007199254740992)"},
    {"a float", R"("place":3)", R"("place":3.0)"},
    {"a number above 64 bits", R"("place":3)", R"("place":"18446744073709551616")"},
    {"a number above 32 bits", R"("epoch":1)", R"("epoch":4294967297)"},
    {"a negative number", R"("epoch":1)", R"("epoch":-1)"},
    {"upper-case hex", "0x0b0b", "0x0B0b"},
    {"hex without 0x", "\"0x0202020202", "\"0202020202"},
    {"a short address", "0x02020202", "0x020202"},
    {"another escape", R"(\u000a)", R"(\n)"},
    {"an escaped letter", "near_copy", R"(n\u0065ar_copy)"},
    {"a surplus member", R"("chain_id":31337)", R"("a":1,"chain_id":31337)"},
    {"a member less", R"("chain_id":31337,)", ""},
    {"another format", "pramana:binding:1", "pramana:binding:2"},
    {"another order", R"({"chunks":12,"internal_milli":1)", R"({"internal_milli":1,"chunks":12)"},
    {"a duplicate", R"("epoch":1)", R"("epoch":1,"epoch":1)"},
    {"null for a boolean", R"("recovers_to_owner":true)", R"("recovers_to_owner":null)"},
    {"a number for a boolean", R"("recovers_to_owner":true)", R"("recovers_to_owner":1)"},
    {"null for a number", R"("block_number":77)", R"("block_number":null)"},
    {"a line feed at the end", R"(02"})", "02\"}\n"},
};

TEST(BindingDocument, refuses_every_text_but_the_canonical_one) {
    for (const Change& row : kChanges) {
        std::string text{kText};
        const std::size_t at = text.find(row.from);
        ASSERT_NE(at, std::string::npos) << row.name;
        text.replace(at, row.from.size(), row.to);
        EXPECT_EQ(parse_binding_document(text).error().code, Errc::kMalformedChainData) << row.name;
    }
}

TEST(BindingDocument, refuses_texts_that_are_not_utf8_and_documents_too_large) {
    std::vector<std::pair<const char*, BindingDocument>> wrong(4, {"", sample()});
    wrong[0].first = "url not UTF-8";
    wrong[0].second.file_url = "https://\xff";
    wrong[1].first = "reason not UTF-8";
    wrong[1].second.score.reasons = {"\xc3"};
    wrong[2].first = "too many reasons";
    wrong[2].second.score.reasons.assign(17, "near_copy");
    wrong[3].first = "too large";
    wrong[3].second.file_url.assign(kBindingDocumentBytesMax, 'a');
    for (const auto& [name, document] : wrong)
        EXPECT_EQ(to_canonical_json(document).error().code, Errc::kMalformedChainData) << name;
    EXPECT_EQ(parse_binding_document(std::string(kBindingDocumentBytesMax + 1, ' ')).error().code,
              Errc::kMalformedChainData);
}

TEST(BindingDocument, hashes_differently_for_every_field) {
    std::vector<BindingDocument> all(21, sample());
    all[1].chain_id = 1;
    all[2].dlp = filled<Address>(99);
    all[3].tee_pool = filled<Address>(99);
    all[4].data_registry = filled<Address>(99);
    all[5].file = FileId{1};
    all[6].job = JobId{1};
    all[7].file_url = "u";
    all[8].ciphertext_sha256 = filled(99);
    all[9].ruleset_digest = filled(99);
    all[10].model_digest = filled(99);
    all[11].corpus.place = 4;
    all[12].corpus.new_root = filled(99);
    all[13].statement_hash = filled(99);
    all[14].score.pay_1024 = 1;
    all[15].key_matches_permission = false;
    all[16].key_recovers_to_owner = false;
    all[17].keyed_trace_hash = filled(99);
    all[20].keyed_text_hash = filled(99);
    all[18].created_block_number = 1;
    all[19].created_block_hash = filled(99);
    std::vector<Hash32> hashes;
    for (const BindingDocument& document : all)
        hashes.push_back(binding_document_hash(*to_canonical_json(document)));
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

}  // namespace
}  // namespace pramana::chain
