#include "vectors/attestation.hpp"

#include "intel/quote.hpp"

#include "pramana/attest/dstack.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/crypto/secp256k1.hpp"

namespace pramana::vectors {
namespace {

using attest::Appraisal;

/// The README's verdicts are about the log alone: guests of any key provider, and of images that
/// set no MRCONFIGID.
attest::DstackPolicy readme_policy() {
    attest::DstackPolicy policy;
    policy.key_providers = {"kms", "local-sgx", "tpm", "none"};
    policy.config_id_required = false;
    return policy;
}

template <class Fixed>
Fixed fixed_of(const char* what, ByteView raw) {
    return must(what, fixed_from_bytes<Fixed>(raw));
}

void check_replay(const JsonView& expected, const attest::DstackRegisters& registers,
                  const std::array<attest::Hash48, 4>& replayed) {
    if (has_member(expected, "rtmr_replay")) {
        for (const JsonView::Member& row : member(expected, "rtmr_replay").members()) {
            const std::size_t i = std::stoul(row.name);
            const bool holds = must("flag", row.value.boolean());
            expect((replayed.at(i) == registers.rtmr.at(i)) == holds, "register " + row.name);
        }
    }
    if (has_member(expected, "rtmr3_replay_ok")) {
        const bool holds = must("flag", member(expected, "rtmr3_replay_ok").boolean());
        expect((replayed[3] == registers.rtmr[3]) == holds, "register 3");
    }
    if (has_member(expected, "rtmr3"))
        expect_text("rtmr3", to_hex(replayed[3].view()), text(expected, "rtmr3"));
}

void check_events(const JsonView& expected, const attest::DstackEventLog& log) {
    if (!has_member(expected, "events")) return;
    for (const JsonView::Member& row : member(expected, "events").members()) {
        const attest::DstackEvent* event = attest::only_event(log, row.name);
        expect(event != nullptr, "not one event " + row.name);
        expect_text(row.name, to_hex(event->payload), text(row.value));
    }
}

void check_config(const JsonView& expected, const attest::DstackRegisters& registers,
                  const attest::DstackEventLog& log) {
    if (has_member(expected, "mr_config_id"))
        expect_text("mr_config_id", to_hex(registers.mr_config_id.view()),
                    text(expected, "mr_config_id"));
    if (!has_member(expected, "compose_hash_event_equals")) return;
    const attest::DstackEvent* event = attest::only_event(log, "compose-hash");
    expect(event != nullptr, "no compose hash");
    expect_text("compose hash", to_hex(event->payload),
                text(expected, "compose_hash_event_equals"));
    if (!has_member(expected, "mr_config_id_is_01_composehash")) return;
    const bool equal = attest::dstack_config_id(fixed_of<Hash32>("hash", event->payload)) ==
                       registers.mr_config_id;
    expect(equal == must("flag", member(expected, "mr_config_id_is_01_composehash").boolean()),
           "MRCONFIGID");
}

void check_event_log(const JsonView& held, const JsonView& item) {
    const Bytes raw = hex(held, "quote");
    attest::Quote quote;
    expect(!attest::read_quote(raw, quote) && quote.td.has_value(), "the quote does not read");
    attest::DstackRegisters registers;
    for (std::size_t i = 0; i < 4; ++i)
        registers.rtmr.at(i) = fixed_of<attest::Hash48>("register", quote.td->rtmr[i]);
    registers.mr_config_id = fixed_of<attest::Hash48>("register", quote.td->mr_config_id);
    const std::string json = text(held, "event_log");
    const Appraisal appraisal = attest::appraise_dstack(
        {.event_log = json, .registers = registers, .app_compose = std::nullopt}, readme_policy());
    const JsonView expected = member(item, "expected");
    expect_acceptance(appraisal, text(expected, "strict_policy"));
    const auto log = must("log", attest::parse_dstack_event_log(json));
    check_replay(expected, registers, must("replay", attest::replay_dstack_event_log(log)));
    check_events(expected, log);
    check_config(expected, registers, log);
    if (has_member(expected, "report_data"))
        expect_text("report_data", to_hex(quote.td->report_data), text(expected, "report_data"));
}

void check_compose(const JsonView& held, const JsonView& item) {
    const Hash32 hash = attest::dstack_compose_hash(text(held, "app_compose"));
    const bool holds =
        to_hex(hash.view()) == text(held, "compose_hash") &&
        to_hex(attest::dstack_config_id(hash).view()) == text(held, "mr_config_id_v1");
    expect(holds == (text(member(item, "expected"), "strict_policy") == "accept"),
           "hash or MRCONFIGID are judged otherwise");
}

SecretBytes secret_of(const Bytes& raw) {
    SecretBytes out{raw.size()};
    std::copy(raw.begin(), raw.end(), out.expose_mutable().begin());
    return out;
}

/// What the guest agent hands out belongs together: the path gives the key, the key its public
/// half.
void check_derivation(const JsonView& item, const Bytes& key) {
    const Bytes app_key = hex(item, "app_key");
    const std::string path = text(item, "path");
    const SecretBytes derived =
        hkdf_sha256(app_key, as_bytes_view("RATLS"), as_bytes_view(path), key.size());
    expect_bytes("derived key", derived.expose(), key);
    const SigningKey signing = must("key", SigningKey::from_bytes(secret_of(key)));
    const auto stated = must("derived_public", parse_public_key(hex(item, "derived_public")));
    expect_bytes("public key", signing.public_key().view(), stated.view());
}

void check_chain(const JsonView& item) {
    const JsonView answer = member(item, "get_key_response");
    check_derivation(item, hex(answer, "key"));
    const std::vector<JsonView> chain = member(answer, "signature_chain").items();
    expect(chain.size() == 2, "not two signatures");
    const Bytes first = hex(chain[0]);
    const Bytes second = hex(chain[1]);
    const Bytes key = hex(item, "derived_public");
    const Bytes app_id = hex(item, "app_id");
    const std::string purpose = text(item, "purpose");
    const Appraisal appraisal =
        attest::appraise_dstack_key({.public_key = key,
                                     .purpose = purpose,
                                     .app_id = app_id,
                                     .signature_chain = {ByteView{first}, ByteView{second}}},
                                    {.kms_roots = {hex(item, "kms_root_public")}});
    expect_acceptance(appraisal, text(item, "expected").substr(0, 6));
}

void check_keys(const JsonView& held) {
    const std::vector<JsonView> cases = member(held, "cases").items();
    expect(!cases.empty(), "no cases");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        try {
            check_chain(cases[i]);
        } catch (const Mismatch& mismatch) {
            throw Mismatch{"case " + std::to_string(i) + ": " + mismatch.what()};
        }
    }
}

void check_element(const VectorFile& file, const JsonView& item) {
    constexpr std::size_t kDepthMax = 16;
    const std::string content = file_text(file, text(item, "file"));
    const JsonView held = must("file", read_json(content, kDepthMax));
    const std::string kind = text(item, "kind");
    if (kind == "event-log")
        check_event_log(held, item);
    else if (kind == "compose-hash")
        check_compose(held, item);
    else if (kind == "getkey-chain")
        check_keys(held);
    else
        throw Mismatch{"no rule for the kind " + kind};
}

}  // namespace

void add_dstack_handlers(Suite& attestation) {
    attestation.handlers["dstack/expected.json"] = [](const VectorFile& file, Report& report) {
        each_element(file, report, [&](const JsonView& item) { check_element(file, item); });
    };
}

}  // namespace pramana::vectors
