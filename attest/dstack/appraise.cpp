#include "pramana/attest/dstack.hpp"

#include "der.hpp"
#include "dstack/boot_events.hpp"
#include "dstack/canonical_json.hpp"
#include "dstack/checks.hpp"
#include "sha384.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/keccak.hpp"

#include <algorithm>

namespace pramana::attest {

namespace {

namespace checks = dstack_checks;

constexpr std::size_t kComposeBytesMax = 4U << 20U;
constexpr std::size_t kComposeDepthMax = 32;

/// The payload of the only event of this name; empty when there is none or more than one.
ByteView payload_of(const DstackEventLog& log, std::string_view name) {
    const DstackEvent* event = only_event(log, name);
    return event == nullptr ? ByteView{} : ByteView{event->payload};
}

void judge_types(const DstackEventLog& log, VerdictList& verdicts) {
    const auto foreign = std::ranges::find_if(
        log, [](const auto& e) { return (e.imr == 3) != (e.event_type == kDstackEventType); });
    verdicts.decide(checks::kLogTypes, foreign == log.end(),
                    "type 134217729 in register 3 and nowhere else",
                    foreign == log.end() ? "type 134217729 in register 3 and nowhere else"
                                         : "type " + std::to_string(foreign->event_type) +
                                               " in register " + std::to_string(foreign->imr));
}

/// What was sent as digest or preimage may be left out, but not be another one.
void judge_digests(const DstackEventLog& log, VerdictList& verdicts) {
    const auto differs = [](const DstackEvent& event) {
        if (event.event_type != kDstackEventType) return false;
        const Bytes preimage = dstack_event_preimage(event);
        const Hash48 digest = sha384({ByteView{preimage}});
        return (event.digest && *event.digest != digest) ||
               (event.preimage && *event.preimage != preimage);
    };
    const auto wrong = std::ranges::find_if(log, differs);
    verdicts.decide(checks::kLogDigests, wrong == log.end(), "digests of name and payload",
                    wrong == log.end() ? "digests of name and payload"
                                       : "another digest at \"" + wrong->name + '"');
}

void judge_replay(const DstackEventLog& log, const DstackRegisters& registers,
                  VerdictList& verdicts) {
    const Result<std::array<Hash48, 4>> replayed = replay_dstack_event_log(log);
    if (!replayed) {
        const std::string found = "an event without a digest";
        verdicts.fail(checks::kReplayBoot, "the quote's registers", found);
        verdicts.fail(checks::kReplayRuntime, to_hex(registers.rtmr[3].view()), found);
        return;
    }
    std::string different;
    for (std::size_t i = 0; i < 3; ++i) {
        if ((*replayed)[i] != registers.rtmr[i]) different += " " + std::to_string(i);
    }
    verdicts.decide(
        checks::kReplayBoot, different.empty(), "the quote's registers",
        different.empty() ? "the quote's registers" : "other values in register" + different);
    verdicts.decide(checks::kReplayRuntime, (*replayed)[3] == registers.rtmr[3],
                    to_hex(registers.rtmr[3].view()), to_hex((*replayed)[3].view()));
}

/// A value from the log against its pins; `size` is what it has to be.
void judge_pinned(const Check& check, ByteView value, std::size_t size,
                  const std::vector<Bytes>& allowed, VerdictList& verdicts) {
    const std::string found = value.empty() ? "no such event" : to_hex(value);
    if (value.size() != size) {
        verdicts.fail(check, std::to_string(size) + " bytes", found);
        return;
    }
    if (allowed.empty()) {
        verdicts.not_applicable(check, "the policy pins no value; found " + found);
        return;
    }
    const bool listed =
        std::ranges::any_of(allowed, [&](const Bytes& row) { return same_bytes(row, value); });
    verdicts.decide(check, listed,
                    allowed.size() == 1 ? to_hex(allowed.front())
                                        : "one of " + std::to_string(allowed.size()) + " values",
                    found);
}

/// MRCONFIGID has to say what the log says, by its version.
void judge_config_id(const DstackEventLog& log, const DstackRegisters& registers,
                     const DstackPolicy& policy, VerdictList& verdicts) {
    const Hash48& config = registers.mr_config_id;
    const std::string found = to_hex(config.view());
    if (config.is_zero() && !policy.config_id_required) {
        verdicts.not_applicable(checks::kConfigId,
                                "the image sets no MRCONFIGID and the policy does not ask");
        return;
    }
    const Result<Hash32> hash = fixed_from_bytes<Hash32>(payload_of(log, "compose-hash"));
    std::optional<Hash48> expected;
    if (hash && config.bytes[0] == 1) expected = dstack_config_id(*hash);
    if (hash && config.bytes[0] == 2) {
        const Result<Address> app = fixed_from_bytes<Address>(payload_of(log, "app-id"));
        const Result<DstackKeyProvider> provider =
            read_key_provider(payload_of(log, "key-provider"));
        if (app && provider) expected = dstack_config_id(*hash, *app, provider->name, provider->id);
    }
    verdicts.decide(checks::kConfigId, expected == config,
                    expected ? to_hex(expected->view()) : "version 1 or 2 over the log's events",
                    found);
}

void judge_compose(const DstackEvidence& evidence, ByteView event, const DstackPolicy& policy,
                   VerdictList& verdicts) {
    judge_pinned(checks::kComposeHash, event, Hash32::kSize, policy.compose_hashes, verdicts);
    const std::string expected = to_hex(event);
    if (!evidence.app_compose) {
        verdicts.not_applicable(checks::kComposeText, "no document was sent");
    } else {
        const Hash32 hash = dstack_compose_hash(*evidence.app_compose);
        verdicts.decide(checks::kComposeText, same_bytes(hash.view(), event), expected,
                        to_hex(hash.view()));
    }
}

void judge_instance(ByteView event, const DstackPolicy& policy, VerdictList& verdicts) {
    if (event.empty() && policy.instance_ids.empty())
        verdicts.not_applicable(checks::kInstance, "the guest has no instance id");
    else
        judge_pinned(checks::kInstance, event, Address::kSize, policy.instance_ids, verdicts);
}

void judge_key_provider(ByteView event, const DstackPolicy& policy, VerdictList& verdicts) {
    std::string expected;
    for (const std::string& name : policy.key_providers)
        expected += (expected.empty() ? "" : " or ") + name;
    const Result<DstackKeyProvider> provider = read_key_provider(event);
    if (!provider) {
        verdicts.fail(checks::kKeyProvider, expected, "an event that does not read");
        return;
    }
    const bool id_fits =
        policy.key_provider_ids.empty() || policy.key_provider_ids.contains(to_hex(provider->id));
    verdicts.decide(checks::kKeyProvider, policy.key_providers.contains(provider->name) && id_fits,
                    policy.key_provider_ids.empty() ? expected : expected + " with a listed id",
                    provider->name + " " + to_hex(provider->id));
}

void decide_problem(VerdictList& verdicts, const Check& check,
                    const std::optional<std::string>& problem, const std::string& expected) {
    verdicts.decide(check, !problem, expected, problem.value_or(expected));
}

void add_facts(const DstackEventLog& log, Appraisal& out) {
    for (const std::string_view name :
         {std::string_view{"app-id"}, std::string_view{"compose-hash"},
          std::string_view{"instance-id"}, std::string_view{"os-image-hash"},
          std::string_view{"gpu-policy-hash"}, std::string_view{"gpu-attestation"},
          std::string_view{"key-provider"}}) {
        const DstackEvent* event = only_event(log, name);
        if (event != nullptr) out.facts.push_back({name, to_hex(event->payload)});
    }
}

}  // namespace

Appraisal appraise_dstack(const DstackEvidence& evidence, const DstackPolicy& policy) {
    Appraisal out{.kind = "dstack",
                  .verdicts = VerdictList{checks::kTable},
                  .tcb_status = std::nullopt,
                  .advisories = {},
                  .facts = {},
                  .valid_until = std::nullopt};
    VerdictList& verdicts = out.verdicts;
    const Result<DstackEventLog> log = parse_dstack_event_log(evidence.event_log);
    if (!verdicts.decide(
            checks::kLogFormat, log.has_value(), "a JSON list of events",
            log ? std::to_string(log->size()) + " events" : std::string{log.error().site}))
        return out;
    judge_types(*log, verdicts);
    judge_digests(*log, verdicts);
    judge_replay(*log, evidence.registers, verdicts);
    decide_problem(verdicts, checks::kBootEvents, boot_events_problem(*log, policy),
                   "each once and in order");
    decide_problem(verdicts, checks::kAfterBoot, after_boot_problem(*log, policy),
                   "no boot event after the boot");
    judge_pinned(checks::kAppId, payload_of(*log, "app-id"), Address::kSize, policy.app_ids,
                 verdicts);
    judge_compose(evidence, payload_of(*log, "compose-hash"), policy, verdicts);
    judge_config_id(*log, evidence.registers, policy, verdicts);
    judge_instance(payload_of(*log, "instance-id"), policy, verdicts);
    judge_key_provider(payload_of(*log, "key-provider"), policy, verdicts);
    add_facts(*log, out);
    return out;
}

Hash32 dstack_compose_hash(std::string_view app_compose) { return sha256(app_compose); }

Result<std::string> normalised_app_compose(std::string_view app_compose) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.dstack.compose"};
    if (app_compose.size() > kComposeBytesMax) return malformed;
    const Result<JsonView> root = read_json(app_compose, kComposeDepthMax);
    if (!root || root->kind() != JsonKind::kObject) return malformed;
    return canonical_json(*root);
}

Hash48 dstack_config_id(const Hash32& compose_hash) noexcept {
    Hash48 out;
    out.bytes[0] = 1;
    std::ranges::copy(compose_hash.bytes, out.bytes.begin() + 1);
    return out;
}

std::optional<Hash48> dstack_config_id(const Hash32& compose_hash, const Address& app_id,
                                       std::string_view key_provider, ByteView key_provider_id) {
    constexpr std::array<std::string_view, 4> kKinds = {"none", "local-sgx", "kms", "tpm"};
    const auto kind = std::ranges::find(kKinds, key_provider);
    if (kind == kKinds.end()) return std::nullopt;
    const std::array<std::uint8_t, 1> number = {static_cast<std::uint8_t>(kind - kKinds.begin())};
    const Hash32 digest =
        keccak256({compose_hash.view(), app_id.view(), ByteView{number}, key_provider_id});
    Hash48 out;
    out.bytes[0] = 2;
    std::ranges::copy(digest.bytes, out.bytes.begin() + 1);
    return out;
}

}  // namespace pramana::attest
