#include "failed_checks.hpp"
#include "attest_support/certificates.hpp"

#include "pramana/attest/policy.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace {

using namespace pramana;
using attest::NrasPolicy;

const made::Key& service_key() {
    static const made::Key key = made::Key::p384();
    return key;
}

/// RFC 4648 section 5 without padding.
std::string base64url(ByteView bytes) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8U | (i + j < bytes.size() ? bytes[i + j] : 0U);
        const std::size_t digits = std::min<std::size_t>(4, bytes.size() - i + 1);
        for (std::size_t j = 0; j < digits; ++j) out += kAlphabet[group >> (18 - 6 * j) & 63U];
    }
    return out;
}
std::string base64url(const std::string& text) { return base64url(as_bytes_view(text)); }

using Claims = std::map<std::string, std::string>;  ///< name to JSON text
std::string json_of(const Claims& claims) {
    JsonObject json;
    for (const auto& [name, value] : claims) json.raw(name, value);
    return json.str();
}

/// What an answer consists of; changes are made before anything is signed or hashed.
struct Answer {
    std::string header = R"({"kid":"made","alg":"ES384"})";
    Claims overall;
    std::vector<Claims> devices;
    std::function<void(std::vector<std::string>&)> tokens_after =
        {};  ///< device tokens, once hashed
    std::function<void(std::string&)> overall_after = {};
    made::Key key = service_key();
    Bytes nonce = Bytes(32, 0x5A);
    std::size_t expected = 1;
};

Claims common_claims() {
    const std::string now = std::to_string(made::kNow);
    return {{"iss", R"("https://nras.attestation.nvidia.com")"},
            {"nbf", now},
            {"iat", now},
            {"exp", std::to_string(made::kNow + 3600)},
            {"eat_nonce", '"' + to_hex(Bytes(32, 0x5A)) + '"'}};
}
Claims device_claims(const std::string& id) {
    Claims out = common_claims();
    for (const char* name :
         {"secboot", "x-nvidia-gpu-arch-check",
          "x-nvidia-gpu-attestation-report-signature-verified",
          "x-nvidia-gpu-attestation-report-nonce-match",
          "x-nvidia-gpu-driver-rim-signature-verified", "x-nvidia-gpu-vbios-rim-signature-verified",
          "x-nvidia-gpu-driver-rim-measurements-available",
          "x-nvidia-gpu-vbios-rim-measurements-available",
          "x-nvidia-gpu-attestation-report-cert-chain-fwid-match"})
        out[name] = "true";
    for (const char* name :
         {"x-nvidia-gpu-attestation-report-cert-chain", "x-nvidia-gpu-driver-rim-cert-chain",
          "x-nvidia-gpu-vbios-rim-cert-chain"})
        out[name] = R"({"x-nvidia-cert-status":"valid","x-nvidia-cert-ocsp-status":"good"})";
    out["dbgstat"] = R"("disabled")";
    out["measres"] = R"("success")";
    out["hwmodel"] = R"("GH100 A01 GSP BROM")";
    out["x-nvidia-gpu-driver-version"] = R"("550.90.07")";
    out["x-nvidia-gpu-vbios-version"] = R"("96.00.9F.00.01")";
    out["ueid"] = '"' + id + '"';
    return out;
}

std::string token_of(const Answer& answer, const Claims& claims) {
    const std::string text = base64url(answer.header) + '.' + base64url(json_of(claims));
    return text + '.' + base64url(answer.key.sign(as_bytes_view(text)));
}

std::string text_of(const Answer& answer) {
    std::vector<std::string> tokens;
    for (const Claims& claims : answer.devices) tokens.push_back(token_of(answer, claims));
    JsonObject submods;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        submods.raw("GPU-" + std::to_string(i),
                    R"(["DIGEST",["SHA-256",")" + to_hex(sha256(tokens[i]).view()) + R"("]])");
    Claims overall = answer.overall;
    overall["submods"] = submods.str();
    std::string head = token_of(answer, overall);
    if (answer.overall_after) answer.overall_after(head);
    if (answer.tokens_after) answer.tokens_after(tokens);
    JsonObject named;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        named.text("GPU-" + std::to_string(i), tokens[i]);
    return R"([["JWT",")" + head + "\"]," + named.str() + ']';
}

NrasPolicy made_policy() {
    NrasPolicy policy;
    policy.keys["made"] = service_key().point();
    return policy;
}

struct NrasRow {
    const char* name;
    std::function<void(Answer&)> change;
    std::function<void(NrasPolicy&)> policy;
    std::string failed;
};
void strict(NrasPolicy& /*policy*/) {}
std::function<void(Answer&)> device(const std::string& name, const std::string& value) {
    return [=](Answer& a) { a.devices[0][name] = value; };
}
std::function<void(Answer&)> without(const std::string& name) {
    return [=](Answer& a) { a.devices[0].erase(name); };
}
std::function<void(Answer&)> overall(const std::string& name, const std::string& value) {
    return [=](Answer& a) { a.overall[name] = value; };
}

class NrasAnswer : public testing::TestWithParam<NrasRow> {};
TEST_P(NrasAnswer, fails_exactly_the_named_checks) {
    Answer answer;
    answer.overall = common_claims();
    answer.overall["x-nvidia-overall-att-result"] = "true";
    answer.devices = {device_claims("1")};
    GetParam().change(answer);
    NrasPolicy policy = made_policy();
    GetParam().policy(policy);
    const std::string text = text_of(answer);
    const attest::Appraisal appraisal = attest::appraise_nras(
        {.answer = text, .nonce = answer.nonce, .devices = answer.expected}, policy, made::kNow);
    EXPECT_TRUE(made::agrees(appraisal, GetParam().failed)) << attest::to_text(appraisal);
}

const std::string kSignature = "nras.overall.signature";
const std::string kBothSignatures = "nras.overall.signature nras.devices.signatures";
const std::string kDeviceClaims = "nras.devices.claims";
// RFC 7519 (tokens), RFC 7518 section 3.4 (ES384); docs/attestation-nvidia.md lists the rules.
const NrasRow kRows[] = {
    {"as_made", [](Answer&) {}, strict, ""},
    {"two_devices",
     [](Answer& a) {
         a.devices.push_back(device_claims("2"));
         a.expected = 2;
     },
     strict, ""},
    {"no_keys_pinned", [](Answer&) {}, [](NrasPolicy& p) { p.keys.clear(); }, kBothSignatures},
    {"another_key_id", [](Answer& a) { a.header = R"({"kid":"x","alg":"ES384"})"; }, strict,
     kBothSignatures},
    {"no_key_id", [](Answer& a) { a.header = R"({"alg":"ES384"})"; }, strict, kBothSignatures},
    {"algorithm_none", [](Answer& a) { a.header = R"({"kid":"made","alg":"none"})"; }, strict,
     kBothSignatures},
    {"algorithm_hs384", [](Answer& a) { a.header = R"({"kid":"made","alg":"HS384"})"; }, strict,
     kBothSignatures},
    {"signed_by_another_key", [](Answer& a) { a.key = made::Key::p384(); }, strict,
     kBothSignatures},
    {"header_brings_a_key",
     [](Answer& a) { a.header = R"({"kid":"made","alg":"ES384","jwk":{}})"; }, strict,
     "nras.answer.format"},
    {"header_is_critical",
     [](Answer& a) { a.header = R"({"kid":"made","alg":"ES384","crit":[]})"; }, strict,
     "nras.answer.format"},
    {"algorithm_twice", [](Answer& a) { a.header = R"({"alg":"none","alg":"ES384"})"; }, strict,
     "nras.answer.format"},
    {"overall_without_signature",
     [](Answer& a) { a.overall_after = [](std::string& t) { t.resize(t.rfind('.') + 1); }; },
     strict, kSignature},
    {"overall_of_two_parts",
     [](Answer& a) { a.overall_after = [](std::string& t) { t.resize(t.rfind('.')); }; }, strict,
     "nras.answer.format"},
    {"expired", overall("exp", std::to_string(made::kNow - 1)), strict, "nras.overall.times"},
    {"at_its_last_second",
     [](Answer& a) {
         for (Claims* c : {&a.overall, &a.devices[0]}) {
             (*c)["nbf"] = (*c)["iat"] = std::to_string(made::kNow - 3600);
             (*c)["exp"] = std::to_string(made::kNow);
         }
     },
     strict, ""},
    {"not_yet_valid", overall("nbf", std::to_string(made::kNow + 1)), strict, "nras.overall.times"},
    {"lives_too_long", overall("exp", std::to_string(made::kNow + 3601)), strict,
     "nras.overall.times"},
    {"without_end", [](Answer& a) { a.overall.erase("exp"); }, strict, "nras.overall.times"},
    {"end_is_text", overall("exp", R"("1")"), strict, "nras.overall.times"},
    {"another_issuer", overall("iss", R"("https://example.org")"), strict, "nras.overall.issuer"},
    {"for_another_audience", overall("aud", R"("https://example.org")"), strict,
     "nras.overall.issuer"},
    {"another_nonce", [](Answer& a) { a.nonce.back() = 0; }, strict,
     "nras.overall.nonce nras.devices.signatures"},
    {"empty_nonces",
     [](Answer& a) {
         a.nonce.clear();
         a.overall["eat_nonce"] = a.devices[0]["eat_nonce"] = "\"\"";
     },
     strict, "nras.overall.nonce"},
    {"result_false", overall("x-nvidia-overall-att-result", "false"), strict,
     "nras.overall.result"},
    {"result_is_text", overall("x-nvidia-overall-att-result", R"("true")"), strict,
     "nras.overall.result"},
    {"device_token_exchanged",
     [](Answer& a) {
         Answer other = a;
         other.devices[0]["x-extra"] = "1";
         a.tokens_after = [token = token_of(other, other.devices[0])](std::vector<std::string>& t) {
             t[0] = token;
         };
     },
     strict, "nras.devices.digests"},
    {"device_token_added",
     [](Answer& a) {
         a.tokens_after = [token = token_of(a, device_claims("2"))](std::vector<std::string>& t) {
             t.push_back(token);
         };
         a.expected = 2;
     },
     strict, "nras.devices.digests"},
    {"fewer_than_expected", [](Answer& a) { a.expected = 2; }, strict, "nras.devices.count"},
    {"one_device_twice",
     [](Answer& a) {
         a.devices.push_back(device_claims("1"));
         a.expected = 2;
     },
     strict, "nras.devices.count"},
    {"device_expired", device("exp", std::to_string(made::kNow - 1)), strict,
     "nras.devices.signatures"},
    {"device_of_another_nonce", device("eat_nonce", R"("00")"), strict, "nras.devices.signatures"},
    {"device_of_another_issuer", device("iss", R"("x")"), strict, "nras.devices.signatures"},
    {"device_for_another_audience", device("aud", R"(["x"])"), strict, "nras.devices.signatures"},
    {"no_secure_boot", device("secboot", "false"), strict, kDeviceClaims},
    {"secure_boot_unstated", without("secboot"), strict, kDeviceClaims},
    {"debug_enabled", device("dbgstat", R"("enabled")"), strict, kDeviceClaims},
    {"measurements_differ", device("measres", R"("comparison-fail")"), strict, kDeviceClaims},
    {"architecture_differs", device("x-nvidia-gpu-arch-check", "false"), strict, kDeviceClaims},
    {"firmware_id_differs",
     device("x-nvidia-gpu-attestation-report-cert-chain-fwid-match", "false"), strict,
     kDeviceClaims},
    {"manifests_share_an_index", device("x-nvidia-gpu-vbios-index-no-conflict", "false"), strict,
     kDeviceClaims},
    {"manifest_of_another_version", device("x-nvidia-gpu-driver-rim-version-match", "false"),
     strict, kDeviceClaims},
    {"firmware_id_unstated", without("x-nvidia-gpu-attestation-report-cert-chain-fwid-match"),
     strict, ""},
    {"rim_signature_bad", device("x-nvidia-gpu-driver-rim-signature-verified", "false"), strict,
     kDeviceClaims},
    {"rim_revoked",
     device("x-nvidia-gpu-vbios-rim-cert-chain",
            R"({"x-nvidia-cert-status":"valid","x-nvidia-cert-ocsp-status":"revoked"})"),
     strict, kDeviceClaims},
    {"chain_unstated", without("x-nvidia-gpu-attestation-report-cert-chain"), strict,
     kDeviceClaims},
    {"chain_by_the_older_claim",
     [](Answer& a) {
         a.devices[0].erase("x-nvidia-gpu-attestation-report-cert-chain");
         a.devices[0]["x-nvidia-gpu-attestation-report-cert-chain-validated"] = "true";
     },
     strict, ""},
    {"model_listed", [](Answer&) {},
     [](NrasPolicy& p) { p.hardware_models = {"GH100 A01 GSP BROM"}; }, ""},
    {"model_not_listed", [](Answer&) {}, [](NrasPolicy& p) { p.hardware_models = {"GB100"}; },
     "nras.devices.models"},
    {"driver_not_listed", [](Answer&) {}, [](NrasPolicy& p) { p.driver_versions = {"1"}; },
     "nras.devices.models"},
    {"vbios_unstated", without("x-nvidia-gpu-vbios-version"), strict, "nras.devices.models"},
};
const auto kRowName = [](const auto& row) { return std::string{row.param.name}; };
INSTANTIATE_TEST_SUITE_P(rows, NrasAnswer, testing::ValuesIn(kRows), kRowName);

std::string key_json(const std::string& id, const made::Key& key) {
    const Bytes point = key.point();
    const std::size_t half = point.size() / 2;
    JsonObject json;
    json.text("kty", "EC").text("crv", half == 48 ? "P-384" : "P-256").text("kid", id);
    json.text("x", base64url(ByteView{point}.first(half)));
    json.text("y", base64url(ByteView{point}.subspan(half)));
    return json.str();
}

TEST(NrasKeys, of_the_right_curve_are_read_from_the_policy) {
    const std::string keys = R"({"keys":[)" + key_json("made", service_key()) + ',' +
                             key_json("other", made::Key::p256()) + "]}";
    const attest::PolicyReading reading =
        attest::read_policy(R"({"version":1,"nras":{"keys":)" + keys + R"(,"issuer":["i"],)" +
                            R"("lifetime_s_max":60,"hardware_models":["m"]}})");
    ASSERT_TRUE(reading.policy) << reading.problems[0].path;
    EXPECT_EQ(reading.policy->nras.keys, (attest::NrasKeys{{"made", service_key().point()}}));
    EXPECT_EQ(reading.policy->nras.issuer, "i");
    EXPECT_EQ(reading.policy->nras.lifetime_s_max, 60U);
}

TEST(NrasKeys, that_are_malformed_are_refused) {
    const std::string good = key_json("a", service_key());
    std::string off_curve = good;
    off_curve.replace(off_curve.find("\"x\":\"") + 5, 4, "AAAA");
    for (const std::string& text :
         {std::string{"{}"}, std::string{R"({"keys":[]})"},
          R"({"keys":[)" + good + ',' + good + "]}", R"({"keys":[)" + off_curve + "]}",
          std::string(attest::kNrasBytesMax + 1, ' ')}) {
        const Result<attest::NrasKeys> keys = attest::read_nras_keys(text);
        ASSERT_FALSE(keys.has_value()) << text;
        EXPECT_EQ(keys.error().code, Errc::kEvidenceMalformed);
    }
}

}  // namespace
