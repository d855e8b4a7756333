#include "pramana/attest/nras.hpp"

#include "chain.hpp"
#include "nvidia/jwt.hpp"
#include "nvidia/nras_checks.hpp"
#include "times.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <array>

namespace pramana::attest {
namespace {

namespace checks = nras_checks;

constexpr std::size_t kDepthMax = 8;
constexpr std::size_t kNonceSize = 32;

struct DeviceToken {
    std::string name;  ///< "GPU-0"
    std::string text;
    Jwt token;
};
struct Answer {
    std::string overall_text;  ///< the overall token's view is into it
    Jwt overall;
    std::vector<DeviceToken> devices;
};

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

Status read_devices(const JsonView& object, Answer& out) {
    if (object.kind() != JsonKind::kObject) return malformed("attest.nras.devices");
    const std::vector<JsonView::Member> members = object.members();
    if (members.empty() || members.size() > kNrasDevicesMax)
        return malformed("attest.nras.devices.count");
    out.devices.resize(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        DeviceToken& device = out.devices[i];
        Result<std::string> text = members[i].value.text();
        if (!text) return malformed("attest.nras.device");
        device.name = members[i].name;
        device.text = std::move(*text);
    }
    for (DeviceToken& device : out.devices) {
        Result<Jwt> token = read_jwt(device.text);
        if (!token) return token.error();
        device.token = std::move(*token);
    }
    return Done{};
}

/// [["JWT", text], {name: text, ...}]
Status read_answer(std::string_view json, Answer& out) {
    if (json.size() > kNrasBytesMax) return malformed("attest.nras.size");
    const Result<JsonView> root = read_json(json, kDepthMax);
    const std::vector<JsonView> parts = root ? root->items() : std::vector<JsonView>{};
    if (parts.size() != 2) return malformed("attest.nras.form");
    const std::vector<JsonView> head = parts[0].items();
    if (head.size() != 2 || head[0].raw() != "\"JWT\"") return malformed("attest.nras.form");
    Result<std::string> text = head[1].text();
    if (!text) return malformed("attest.nras.form");
    out.overall_text = std::move(*text);
    Result<Jwt> overall = read_jwt(out.overall_text);
    if (!overall) return overall.error();
    out.overall = std::move(*overall);
    return read_devices(parts[1], out);
}

/// What is wrong with the dates; narrows `valid`.
Problem times_problem(const Jwt& token, const NrasPolicy& policy, UnixTime now, Window& valid) {
    const auto begin = time_claim(token, "nbf");
    const auto end = time_claim(token, "exp");
    const auto issued = time_claim(token, "iat");
    if (!begin || !end || !issued) return "a token without its dates";
    const Window window{std::max(*begin, *issued), *end};
    if (window.end < window.begin || window.end - window.begin > policy.lifetime_s_max)
        return "a token that lives " + text_of(window);
    if (!window.holds(now)) return "a token that is valid " + text_of(window);
    valid.narrow(window);
    return std::nullopt;
}

/// "submods": {"GPU-0": ["DIGEST", ["SHA-256", hex]], ...} has to name these tokens and no others.
Problem digests_problem(const Answer& answer) {
    const std::optional<JsonView> submods = answer.overall.claims->member("submods");
    const std::vector<JsonView::Member> named =
        submods ? submods->members() : std::vector<JsonView::Member>{};
    if (named.size() != answer.devices.size())
        return std::to_string(named.size()) + " digests for " +
               std::to_string(answer.devices.size()) + " tokens";
    for (const DeviceToken& device : answer.devices) {
        const std::string expected =
            R"(["DIGEST",["SHA-256",")" + to_hex(sha256(device.text).view()) + R"("]])";
        const std::optional<JsonView> digest = submods->member(device.name);
        std::string found = digest ? std::string{digest->raw()} : "";
        std::erase_if(found,
                      [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
        if (found != expected) return "another digest for " + device.name;
    }
    return std::nullopt;
}

/// What one device token lacks as a signed word about this nonce.
Problem token_problem(const DeviceToken& device, const std::string& nonce, const NrasPolicy& policy,
                      UnixTime now, Window& valid) {
    if (!jwt_verifies(device.token, policy.keys)) return device.name + ": no pinned key signed it";
    if (const Problem problem = times_problem(device.token, policy, now, valid))
        return device.name + ": " + *problem;
    if (text_claim(device.token, "iss") != policy.issuer) return device.name + ": another issuer";
    if (device.token.claims->member("aud")) return device.name + ": another audience";
    if (text_claim(device.token, "eat_nonce") != nonce) return device.name + ": another nonce";
    return std::nullopt;
}

constexpr std::array<std::string_view, 8> kClaimsThatAreTrue = {
    "secboot",
    "x-nvidia-gpu-arch-check",
    "x-nvidia-gpu-attestation-report-signature-verified",
    "x-nvidia-gpu-attestation-report-nonce-match",
    "x-nvidia-gpu-driver-rim-signature-verified",
    "x-nvidia-gpu-vbios-rim-signature-verified",
    "x-nvidia-gpu-driver-rim-measurements-available",
    "x-nvidia-gpu-vbios-rim-measurements-available",
};
constexpr std::array<std::string_view, 3> kChains = {
    "x-nvidia-gpu-attestation-report-cert-chain",
    "x-nvidia-gpu-driver-rim-cert-chain",
    "x-nvidia-gpu-vbios-rim-cert-chain",
};
constexpr std::string_view kFwidMatches = "x-nvidia-gpu-attestation-report-cert-chain-fwid-match";
/// What tokens of version 2 say instead of the chains.
constexpr std::array<std::string_view, 3> kChainFlags = {
    "x-nvidia-gpu-attestation-report-cert-chain-validated",
    "x-nvidia-gpu-driver-rim-cert-validated",
    "x-nvidia-gpu-vbios-rim-cert-validated",
};

bool chain_is_good(const Jwt& token, std::size_t which) {
    const std::optional<JsonView> chain = token.claims->member(kChains.at(which));
    if (!chain) return flag_claim(token, kChainFlags.at(which)) == true;
    const auto says = [&](std::string_view name, std::string_view wanted) {
        const std::optional<JsonView> value = chain->member(name);
        const Result<std::string> text = value ? value->text() : malformed("attest.nras.claim");
        return text && *text == wanted;
    };
    return says("x-nvidia-cert-status", "valid") && says("x-nvidia-cert-ocsp-status", "good");
}

/// The first claim that is not as it should be.
Problem claims_problem(const DeviceToken& device) {
    const Jwt& token = device.token;
    for (const std::string_view name : kClaimsThatAreTrue) {
        if (flag_claim(token, name) != true) return device.name + ": " + std::string{name};
    }
    if (text_claim(token, "dbgstat") != "disabled") return device.name + ": dbgstat";
    if (text_claim(token, "measres") != "success") return device.name + ": measres";
    for (std::size_t i = 0; i < kChains.size(); ++i) {
        if (!chain_is_good(token, i)) return device.name + ": " + std::string{kChains.at(i)};
    }
    // Newer tokens say more (whether firmware id, manifests and indices fit): none may say no.
    for (const JsonView::Member& claim : token.claims->members()) {
        const bool says_no = claim.name.starts_with("x-nvidia-gpu-") &&
                             claim.value.kind() == JsonKind::kBool && !*claim.value.boolean();
        if (says_no || (claim.name == kFwidMatches && claim.value.kind() != JsonKind::kBool))
            return device.name + ": " + claim.name;
    }
    return std::nullopt;
}

Problem model_problem(const DeviceToken& device, const NrasPolicy& policy) {
    const auto fits = [&](std::string_view name, const std::set<std::string>& allowed) {
        const std::optional<std::string> value = text_claim(device.token, name);
        return value && !value->empty() && (allowed.empty() || allowed.contains(*value));
    };
    for (const auto& [name, allowed] :
         {std::pair{std::string_view{"hwmodel"}, &policy.hardware_models},
          std::pair{std::string_view{"x-nvidia-gpu-driver-version"}, &policy.driver_versions},
          std::pair{std::string_view{"x-nvidia-gpu-vbios-version"}, &policy.vbios_versions}}) {
        if (!fits(name, *allowed))
            return device.name + ": " +
                   text_claim(device.token, name).value_or("no " + std::string{name});
    }
    return std::nullopt;
}

void decide(VerdictList& verdicts, const Check& check, const Problem& problem,
            const std::string& expected) {
    verdicts.decide(check, !problem, expected, problem ? *problem : expected);
}

void judge_overall(const Answer& answer, const std::string& nonce, const NrasPolicy& policy,
                   UnixTime now, Window& valid, VerdictList& verdicts) {
    const Jwt& overall = answer.overall;
    verdicts.decide(checks::kOverallSignature, jwt_verifies(overall, policy.keys),
                    "ES384 by one of " + std::to_string(policy.keys.size()) + " pinned keys",
                    overall.algorithm + " by \"" + overall.key_id + '"');
    decide(verdicts, checks::kOverallTimes, times_problem(overall, policy, now, valid),
           "valid now, for at most " + std::to_string(policy.lifetime_s_max) + " s");
    if (verdicts.passed(checks::kOverallTimes))
        verdicts.holds_until(checks::kOverallTimes, valid.end);
    std::string issuer = text_claim(overall, "iss").value_or("none");
    // The service names no audience; whoever is not named in one has to refuse (RFC 7519, 4.1.3).
    if (overall.claims->member("aud")) issuer += ", for another audience";
    verdicts.decide(checks::kOverallIssuer, issuer == policy.issuer, policy.issuer, issuer);
    const std::string found = text_claim(overall, "eat_nonce").value_or("none");
    verdicts.decide(checks::kOverallNonce, nonce.size() == 2 * kNonceSize && found == nonce, nonce,
                    found);
    const std::optional<bool> result = flag_claim(overall, "x-nvidia-overall-att-result");
    verdicts.decide(checks::kOverallResult, result == true, "true",
                    result ? (*result ? "true" : "false") : "none");
}

void judge_count(const Answer& answer, std::size_t expected, VerdictList& verdicts) {
    std::set<std::string> ids;
    for (const DeviceToken& device : answer.devices)
        ids.insert(text_claim(device.token, "ueid").value_or(""));
    ids.erase(std::string{});
    verdicts.decide(checks::kCount,
                    expected > 0 && ids.size() == expected && answer.devices.size() == expected,
                    std::to_string(expected) + " devices",
                    std::to_string(answer.devices.size()) + " tokens of " +
                        std::to_string(ids.size()) + " devices");
}

}  // namespace

Appraisal appraise_nras(const NrasEvidence& evidence, const NrasPolicy& policy, UnixTime now) {
    Appraisal out{.kind = "nvidia_nras",
                  .verdicts = VerdictList{checks::kTable},
                  .tcb_status = std::nullopt,
                  .advisories = {},
                  .facts = {},
                  .valid_until = std::nullopt};
    VerdictList& verdicts = out.verdicts;
    Answer answer;
    const Status read = read_answer(evidence.answer, answer);
    if (!verdicts.decide(checks::kFormat, read.has_value(), "an overall token and device tokens",
                         read ? std::to_string(answer.devices.size()) + " device tokens"
                              : std::string{read.error().site}))
        return out;
    const std::string nonce = to_hex(evidence.nonce);
    Window valid;
    judge_overall(answer, nonce, policy, now, valid, verdicts);
    decide(verdicts, checks::kDigests, digests_problem(answer), "SHA-256 of every token");
    judge_count(answer, evidence.devices, verdicts);
    Problem token;
    Problem claim;
    Problem model;
    for (const DeviceToken& device : answer.devices) {
        if (!token) token = token_problem(device, nonce, policy, now, valid);
        if (!claim) claim = claims_problem(device);
        if (!model) model = model_problem(device, policy);
    }
    decide(verdicts, checks::kDeviceSignatures, token, "signed, current, for this nonce");
    if (verdicts.passed(checks::kDeviceSignatures) && !answer.devices.empty())
        verdicts.holds_until(checks::kDeviceSignatures, valid.end);
    decide(verdicts, checks::kDeviceClaims, claim, "every claim as it should be");
    decide(verdicts, checks::kDeviceModels, model, "models and versions of the policy");
    std::string devices;
    for (const DeviceToken& device : answer.devices)
        devices += (devices.empty() ? "" : " ") + text_claim(device.token, "ueid").value_or("none");
    out.facts.push_back({"devices", devices});
    if (verdicts.passed(checks::kOverallTimes)) out.valid_until = valid.end;
    return out;
}

}  // namespace pramana::attest
