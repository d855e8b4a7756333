#include "failed_checks.hpp"
#include "made_dstack.hpp"

#include "pramana/crypto/keccak.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace {

using namespace pramana;
using attest::DstackPolicy;
using made::MadeEvent;
using Events = std::vector<MadeEvent>;

struct LogRow {
    const char* name;
    std::function<void(Events&)> before;  ///< what the guest did: the registers follow
    std::function<void(Events&)> after;   ///< what the sender made of the log
    std::function<void(DstackPolicy&)> policy;
    std::string failed;
};
void keep(Events& /*events*/) {}
void strict(DstackPolicy& /*policy*/) {}

MadeEvent& event(Events& events, const std::string& name) {
    return *std::ranges::find_if(events, [&](const auto& e) { return e.name == name; });
}
std::function<void(Events&)> inserted(const std::string& behind, const MadeEvent& added) {
    return [=](Events& events) {
        const auto at =
            std::ranges::find_if(events, [&](const auto& e) { return e.name == behind; });
        events.insert(at + 1, added);
    };
}
std::function<void(Events&)> dropped(const std::string& name) {
    return [=](Events& events) {
        std::erase_if(events, [&](const auto& e) { return e.name == name; });
    };
}
std::function<void(Events&)> payload(const std::string& name, const Bytes& value) {
    return [=](Events& events) { event(events, name).payload = value; };
}

attest::Appraisal appraise(const Events& done, const Events& sent, const DstackPolicy& policy) {
    attest::DstackRegisters registers = made::registers_of(done);
    registers.mr_config_id = attest::dstack_config_id(sha256(made::kAppCompose));
    const std::string json = made::json_of(sent);
    return attest::appraise_dstack(
        {.event_log = json, .registers = registers, .app_compose = made::kAppCompose}, policy);
}

class DstackLog : public testing::TestWithParam<LogRow> {};

TEST_P(DstackLog, fails_exactly_the_named_checks) {
    Events done = made::made_boot();
    GetParam().before(done);
    Events sent = done;
    GetParam().after(sent);
    DstackPolicy policy;
    GetParam().policy(policy);
    const attest::Appraisal appraisal = appraise(done, sent, policy);
    EXPECT_TRUE(made::agrees(appraisal, GetParam().failed)) << attest::to_text(appraisal);
}

const std::string kReplay = "dstack.replay.runtime";
const std::string kBoot = "dstack.boot.events";
const Bytes kOtherHash(32, 0x77);
// dstack, cc-eventlog: digests of versions 1 and 2; docs/attestation-dstack.md lists the rules.
const LogRow kLogs[] = {
    {"as_made", keep, keep, strict, ""},
    {"digests_left_out", keep,
     [](Events& e) {
         for (MadeEvent& one : e) one.with_digest = one.imr != 3;
     },
     strict, ""},
    {"version_2",
     [](Events& e) {
         for (MadeEvent& one : e) one.version = one.imr == 3 ? 2 : 1;
     },
     keep, strict, ""},
    {"version_denied", [](Events& e) { event(e, "app-id").version = 2; },
     [](Events& e) { event(e, "app-id").version = 1; }, strict, kReplay},
    {"payload_exchanged", keep, payload("compose-hash", kOtherHash), strict,
     kReplay + " dstack.compose.document dstack.compose.config_id"},
    {"reordered", keep, [](Events& e) { std::swap(event(e, "app-id"), event(e, "instance-id")); },
     strict, kReplay + " " + kBoot},
    {"last_dropped", keep, dropped("system-ready"), strict, kReplay + " " + kBoot},
    {"repeated", keep, inserted("app-id", {.name = "app-id", .payload = Bytes(20, 0xAB)}), strict,
     kReplay + " " + kBoot + " dstack.app.id"},
    {"moved_to_register_2", keep, [](Events& e) { event(e, "boot-mr-done").imr = 2; }, strict,
     "dstack.log.types dstack.replay.boot " + kReplay + " " + kBoot},
    {"another_type", keep, [](Events& e) { event(e, "app-id").type = 5; }, strict,
     "dstack.log.types"},
    {"firmware_changed", keep, [](Events& e) { e.front().payload = {9}; }, strict,
     "dstack.replay.boot"},
    {"firmware_without_digest", keep, [](Events& e) { e.front().with_digest = false; }, strict,
     "dstack.replay.boot " + kReplay},
    {"application_event", inserted("system-ready", {.name = "mine", .payload = {1}}), keep, strict,
     ""},
    {"application_repeats_the_boot",
     inserted("system-ready", {.name = "compose-hash", .payload = kOtherHash}), keep, strict,
     "dstack.boot.after dstack.compose.hash dstack.compose.document dstack.compose.config_id"},
    {"application_repeats_the_end",
     inserted("system-ready", {.name = "system-ready", .payload = {}}), keep, strict,
     "dstack.boot.after"},
    {"unknown_boot_event", inserted("app-id", {.name = "new-thing", .payload = {1}}), keep, strict,
     kBoot},
    {"unknown_boot_event_allowed", inserted("app-id", {.name = "new-thing", .payload = {1}}), keep,
     [](DstackPolicy& p) { p.extra_boot_events = {"new-thing"}; }, ""},
    {"gpu_events", inserted("compose-hash", {.name = "gpu-attestation", .payload = kOtherHash}),
     keep, strict, ""},
    {"two_init_scripts",
     [](Events& e) {
         inserted("compose-hash", {.name = "init-script-hash", .payload = {1}})(e);
         inserted("compose-hash", {.name = "init-script-hash", .payload = {2}})(e);
     },
     keep, strict, ""},
    {"boot_without_instance", dropped("instance-id"), keep, strict, kBoot},
    {"instance_without_id", payload("instance-id", {}), keep, strict, ""},
    {"app_id_too_short", payload("app-id", Bytes(19, 1)), keep, strict, "dstack.app.id"},
    {"another_document", payload("compose-hash", kOtherHash), keep, strict,
     "dstack.compose.document dstack.compose.config_id"},
    {"app_listed", keep, keep, [](DstackPolicy& p) { p.app_ids = {Bytes(20, 0xAB)}; }, ""},
    {"app_not_listed", keep, keep, [](DstackPolicy& p) { p.app_ids = {Bytes(20, 1)}; },
     "dstack.app.id"},
    {"compose_not_listed", keep, keep, [](DstackPolicy& p) { p.compose_hashes = {kOtherHash}; },
     "dstack.compose.hash"},
    {"instance_not_listed", keep, keep, [](DstackPolicy& p) { p.instance_ids = {Bytes(20, 1)}; },
     "dstack.instance"},
    {"key_provider_by_default",
     payload("key-provider",
             [] {
                 const std::string text = R"({"name":"local-sgx","id":"1b"})";
                 return Bytes(text.begin(), text.end());
             }()),
     keep, strict, "dstack.key_provider"},
    {"key_provider_unreadable", payload("key-provider", {'{'}), keep, strict,
     "dstack.key_provider"},
    {"key_provider_id_listed", keep, keep, [](DstackPolicy& p) { p.key_provider_ids = {"30"}; },
     ""},
    {"key_provider_id_not_listed", keep, keep, [](DstackPolicy& p) { p.key_provider_ids = {"31"}; },
     "dstack.key_provider"},
};
const auto kRowName = [](const auto& row) { return std::string{row.param.name}; };
INSTANTIATE_TEST_SUITE_P(logs, DstackLog, testing::ValuesIn(kLogs), kRowName);

attest::Appraisal with_config(const attest::Hash48& config, bool required) {
    const Events events = made::made_boot();
    attest::DstackRegisters registers = made::registers_of(events);
    registers.mr_config_id = config;
    DstackPolicy policy;
    policy.config_id_required = required;
    const std::string json = made::json_of(events);
    return attest::appraise_dstack(
        {.event_log = json, .registers = registers, .app_compose = std::nullopt}, policy);
}

TEST(DstackConfigId, may_be_absent_but_never_another) {
    attest::Hash48 config = attest::dstack_config_id(sha256(made::kAppCompose));
    EXPECT_TRUE(with_config(config, true).accepted());
    EXPECT_TRUE(with_config({}, false).accepted());
    EXPECT_EQ(made::failed_checks(with_config({}, true)), "dstack.compose.config_id");
    config.bytes[0] = 2;
    EXPECT_EQ(made::failed_checks(with_config(config, false)), "dstack.compose.config_id");
}

// dstack, mr_config: a document that names its key provider is bound with application and provider.
TEST(DstackConfigId, of_version_2_binds_the_key_provider) {
    const Hash32 compose = sha256(made::kAppCompose);
    Bytes bound(compose.bytes.begin(), compose.bytes.end());
    append(bound, Bytes(20, 0xAB));
    append(bound, Bytes{2, 0x30});  // the KMS and its id
    attest::Hash48 config;
    config.bytes[0] = 2;
    std::ranges::copy(keccak256(bound).bytes, config.bytes.begin() + 1);
    EXPECT_TRUE(with_config(config, true).accepted());
    Address app;
    app.bytes.fill(0xAB);
    const Bytes id = {0x30};
    EXPECT_EQ(attest::dstack_config_id(compose, app, "kms", id), config);
    for (const char* other : {"none", "local-sgx", "tpm"})
        EXPECT_NE(attest::dstack_config_id(compose, app, other, id), config) << other;
    EXPECT_EQ(attest::dstack_config_id(compose, app, "other", id), std::nullopt);
    config.bytes[33] = 1;
    EXPECT_EQ(made::failed_checks(with_config(config, true)), "dstack.compose.config_id");
    config.bytes = {3};
    EXPECT_EQ(made::failed_checks(with_config(config, true)), "dstack.compose.config_id");
}

// A verifier that trusts sent digests accepts exactly this.
TEST(DstackLogDigests, that_were_sent_for_another_payload_are_named) {
    Events events = made::made_boot();
    std::string json = made::json_of(events);
    const std::string held = to_hex(Bytes(20, 0xAB));
    json.replace(json.find(held), held.size(), to_hex(Bytes(20, 0xAC)));
    const attest::Appraisal appraisal = attest::appraise_dstack(
        {.event_log = json, .registers = made::registers_of(events), .app_compose = std::nullopt},
        {});
    EXPECT_EQ(made::failed_checks(appraisal),
              "dstack.log.digests dstack.replay.runtime dstack.compose.config_id");
}

struct TextRow {
    const char* name;
    std::string json;
};
class DstackLogText : public testing::TestWithParam<TextRow> {};
TEST_P(DstackLogText, is_refused) {
    const auto log = attest::parse_dstack_event_log(GetParam().json);
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code, Errc::kEvidenceMalformed);
}
std::string entry(const std::string& members) { return "[{" + members + "}]"; }
const std::string kImr = R"("imr":3,"event_type":1,)";
const TextRow kTexts[] = {
    {"empty", ""},
    {"object", "{}"},
    {"number_in_list", "[1]"},
    {"no_register", entry(R"("event_type":1,"event":"a","event_payload":"")")},
    {"register_4", entry(R"("imr":4,"event_type":1,"event":"a","event_payload":"")")},
    {"negative_type", entry(R"("imr":3,"event_type":-1,"event":"a","event_payload":"")")},
    {"type_of_33_bits", entry(R"("imr":3,"event_type":4294967296,"event":"a","event_payload":"")")},
    {"no_name", entry(kImr + R"("event_payload":"")")},
    {"payload_is_no_hex", entry(kImr + R"("event":"a","event_payload":"0g")")},
    {"payload_with_prefix", entry(kImr + R"("event":"a","event_payload":"0x00")")},
    {"digest_too_short", entry(kImr + R"("event":"a","event_payload":"","digest":"00")")},
    {"version_3", entry(kImr + R"("event":"a","event_payload":"","version":3)")},
    {"member_twice", entry(R"("imr":3,"imr":3,"event_type":1,"event":"a","event_payload":"")")},
};
INSTANTIATE_TEST_SUITE_P(texts, DstackLogText, testing::ValuesIn(kTexts), kRowName);

// RFC 8785 section 3.2.2.2; dstack's own tests of the same strings.
TEST(DstackEventPreimage, escapes_as_canonical_json_does) {
    attest::DstackEvent event;
    event.version = 2;
    event.name = "\"\\\b\f\n\r\t\x01\x7f\xc3\xa9";
    event.payload = {0xAB};
    EXPECT_EQ(as_text(attest::dstack_event_preimage(event)),
              "{\"name\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\xc3\xa9\",\"payload\":\"ab\","
              "\"type\":134217729}");
}

struct ComposeRow {
    const char* name;
    std::string text;
    std::string normalised;  ///< empty: refused
};
class AppCompose : public testing::TestWithParam<ComposeRow> {};
TEST_P(AppCompose, is_normalised_as_the_sdks_do) {
    const Result<std::string> out = attest::normalised_app_compose(GetParam().text);
    EXPECT_EQ(out.has_value() ? *out : "", GetParam().normalised);
}
const ComposeRow kComposes[] = {
    {"sorted", R"({"b": 1, "a": {"d": null, "c": [true, "x"]}})",
     R"({"a":{"c":[true,"x"],"d":null},"b":1})"},
    {"escapes", R"({"a":"\u0041\/\n"})", R"({"a":"A/\n"})"},
    {"upper_case_first", R"({"a":1,"B":2})", R"({"B":2,"a":1})"},
    {"fraction", R"({"a":1.5})", ""},
    {"exponent", R"({"a":1e3})", ""},
    {"number_of_54_bits", R"({"a":9007199254740992})", ""},
    {"name_that_reads_as_index", R"({"1":1,"a":2})", ""},
    {"name_that_is_not_ascii", "{\"\xc3\xa9\":1}", ""},
    {"list", "[]", ""},
};
INSTANTIATE_TEST_SUITE_P(documents, AppCompose, testing::ValuesIn(kComposes), kRowName);

// --- keys
// -----------------------------------------------------------------------------------------

SigningKey key_of(std::uint8_t value) {
    SecretBytes raw{32};
    std::ranges::fill(raw.expose_mutable(), value);
    return std::move(*SigningKey::from_bytes(std::move(raw)));
}
Bytes compressed(const SigningKey& key) {
    Bytes out = {static_cast<std::uint8_t>(2 + (key.public_key().bytes.back() & 1U))};
    append(out, key.public_key().view().subspan(1, 32));
    return out;
}
/// r || s || recovery id of 0 or 1.
Bytes signature(const SigningKey& key, const Hash32& digest) {
    const Signature65 made = key.sign(digest);
    Bytes out(made.bytes.begin(), made.bytes.end());
    out.back() = static_cast<std::uint8_t>(out.back() - 27);
    return out;
}

struct KeyParts {
    Bytes key = compressed(key_of(3));
    std::string purpose = "signing";
    Bytes app_id = Bytes(20, 0xAB);
    Bytes first;
    Bytes second;
    std::vector<Bytes> roots = {compressed(key_of(1))};
    KeyParts() {
        const SigningKey app = key_of(2);
        first = signature(app, keccak256("signing:" + to_hex(key)));
        Bytes message;
        append(message, "dstack-kms-issued:");
        append(message, app_id);
        append(message, compressed(app));
        second = signature(key_of(1), keccak256(message));
    }
};
struct KeyRow {
    const char* name;
    std::function<void(KeyParts&)> change;
    std::string failed;
};
class DstackKey : public testing::TestWithParam<KeyRow> {};
TEST_P(DstackKey, is_accepted_only_for_its_purpose_application_and_root) {
    KeyParts parts;
    GetParam().change(parts);
    const attest::Appraisal appraisal = attest::appraise_dstack_key(
        {.public_key = parts.key,
         .purpose = parts.purpose,
         .app_id = parts.app_id,
         .signature_chain = {ByteView{parts.first}, ByteView{parts.second}}},
        {.kms_roots = parts.roots});
    EXPECT_TRUE(made::agrees(appraisal, GetParam().failed)) << attest::to_text(appraisal);
}
const std::string kRoot = "dstack.key.kms_root";
const std::string kShape = "dstack.key.format";
const KeyRow kKeys[] = {
    {"as_made", [](KeyParts&) {}, ""},
    {"uncompressed",
     [](KeyParts& p) {
         const SigningKey key = key_of(3);
         p.key.assign(key.public_key().bytes.begin(), key.public_key().bytes.end());
     },
     ""},
    {"ed25519",
     [](KeyParts& p) {
         p.key = Bytes(32, 0xED);
         p.first = signature(key_of(2), keccak256("signing:" + to_hex(p.key)));
     },
     ""},
    {"one_of_two_roots", [](KeyParts& p) { p.roots.insert(p.roots.begin(), Bytes(33, 2)); }, ""},
    {"no_root_pinned", [](KeyParts& p) { p.roots.clear(); }, kRoot},
    {"another_root", [](KeyParts& p) { p.roots = {compressed(key_of(9))}; }, kRoot},
    {"another_purpose", [](KeyParts& p) { p.purpose = "other"; }, kRoot},
    {"another_key", [](KeyParts& p) { p.key = compressed(key_of(4)); }, kRoot},
    {"another_application", [](KeyParts& p) { p.app_id.back() = 0; }, kRoot},
    {"signatures_swapped", [](KeyParts& p) { std::swap(p.first, p.second); }, kRoot},
    {"another_recovery_id", [](KeyParts& p) { p.first.back() ^= 1U; }, kRoot},
    {"recovery_id_of_ethereum", [](KeyParts& p) { p.first.back() += 27; },
     "dstack.key.application"},
    {"signature_of_zeros", [](KeyParts& p) { p.second = Bytes(65); }, kRoot},
    {"signature_too_short", [](KeyParts& p) { p.first.pop_back(); }, kShape},
    {"application_id_too_long", [](KeyParts& p) { p.app_id.push_back(0); }, kShape},
    {"key_off_the_curve", [](KeyParts& p) { p.key = Bytes(33, 5); }, kShape},
    {"no_key", [](KeyParts& p) { p.key.clear(); }, kShape},
};
INSTANTIATE_TEST_SUITE_P(chains, DstackKey, testing::ValuesIn(kKeys), kRowName);

}  // namespace
