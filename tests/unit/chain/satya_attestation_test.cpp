#include "pramana/chain/satya_attestation.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

struct Row {
    std::string_view text;
    std::string_view canonical;
};
// Printed by Python 3.11: json.dumps(json.loads(text), sort_keys=True).
const Row kRows[] = {
    {" null ", "null"},
    {"true", "true"},
    {"0", "0"},
    {"-0", "0"},
    {"0.0", "0.0"},
    {"-0.0", "-0.0"},
    {"0.5", "0.5"},
    {"1.50", "1.5"},
    {"0.1e1", "1.0"},
    {"1E5", "100000.0"},
    {"1e22", "1e+22"},
    {"1e16", "1e+16"},
    {"9999999999999998.0", "9999999999999998.0"},
    {"123456789012345680.0", "1.2345678901234568e+17"},
    {"0.0001", "0.0001"},
    {"0.00001", "1e-05"},
    {"5e-324", "5e-324"},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"100000000000000000000", "100000000000000000000"},
    {"[]", "[]"},
    {"{}", "{}"},
    {"[1,[2,{}]]", "[1, [2, {}]]"},
    {"\"\\u007f\\u0080\u00e9\U0001f600\\b\\f\\n\\r\\t\\\"\\\\\\/\\u0000\"",
     "\"\\u007f\\u0080\\u00e9\\ud83d\\ude00\\b\\f\\n\\r\\t\\\"\\\\/\\u0000\""},
    {"{\"b\":1,\"a\":[{\"z\":0.0,\"A\":null}],\"\":{},\"\\ud83d\\ude42\":1,\"\\uffff\":2}",
     "{\"\": {}, \"a\": [{\"A\": null, \"z\": 0.0}], \"b\": 1, \"\\uffff\": 2, \"\\ud83d\\ude42\": "
     "1}"},
};

TEST(PythonCanonicalJson, writes_what_python_writes) {
    for (const Row& row : kRows) {
        const Result<std::string> canonical = python_canonical_json(row.text);
        ASSERT_TRUE(canonical.has_value()) << row.text;
        EXPECT_EQ(*canonical, row.canonical);
        EXPECT_EQ(*python_canonical_json(*canonical), row.canonical);
    }
}

TEST(PythonCanonicalJson, refuses_what_has_no_one_meaning) {
    for (const std::string& text :
         {std::string{}, std::string{"{\"a\":1,\"a\":2}"}, std::string{"\"\\ud800\""},
          std::string{"NaN"}, std::string{"Infinity"}, std::string{"1e999"}, std::string{"01"},
          std::string{"1."}, std::string{"{\"a\":1,}"}, std::string{"1 2"}, std::string{"\"\xff\""},
          std::string(64, '['), std::string(std::size_t{1} << 20U, ' ') + "1"})
        EXPECT_EQ(python_canonical_json(text).error().code, Errc::kMalformedChainData)
            << text.substr(0, 40);
}

TEST(RecoverAttestationSigner, follows_the_spelling_of_numbers) {
    const SigningKey key = key_of(kKeyHex);
    const std::string canonical = "{\"dlp_id\": 1, \"score\": 1.0}";
    const Signature65 signature =
        key.sign(personal_message_digest(as_bytes_view(std::string_view{canonical})));
    EXPECT_EQ(*recover_attestation_signer("{\"score\":1.0,\"dlp_id\":1}", signature),
              key.address());
    EXPECT_NE(*recover_attestation_signer("{\"score\":1,\"dlp_id\":1}", signature), key.address());
    Signature65 broken = signature;
    broken.bytes[64] = 99;
    EXPECT_EQ(recover_attestation_signer(canonical, broken).error().code, Errc::kMalformedKey);
    EXPECT_EQ(recover_attestation_signer("{", signature).error().code, Errc::kMalformedChainData);
}

}  // namespace
}  // namespace pramana::chain
