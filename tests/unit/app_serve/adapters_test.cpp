#include "serve/proof_adapter.hpp"
#include "serve/sealing_adapters.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/sealing/envelope.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

SigningKey key_of(std::uint8_t number) {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = number;
    return *SigningKey::from_bytes(std::move(raw));
}

template <class F>
F filled(std::uint8_t with) {
    F value;
    value.bytes.fill(with);
    return value;
}

chain::Slot slot_of(std::uint64_t tx_nonce, std::uint64_t job) {
    chain::Slot slot;
    slot.tx_nonce = tx_nonce;
    slot.to = filled<Address>(0x7e);
    slot.jobs = {{JobId{job}, FileId{job + 100}, filled<Hash32>(7)}};
    slot.success = {chain::SuccessSign::kJobTopic, filled<Address>(0x7e), filled<Hash32>(9), 2};
    slot.bound_unix_s = 11;
    slot.call_hash = filled<Hash32>(7);
    slot.attempts.push_back({.kind = chain::AttemptKind::kCall,
                             .tx_hash = filled<Hash32>(8),
                             .raw = Bytes{1, 2, 3},
                             .max_fee_wei = 7,
                             .tip_wei = 5,
                             .gas_max = 21'000,
                             .signed_unix_s = 12});
    return slot;
}

const chain::Inclusion kInclusion{.block_number = 9,
                                  .block_hash = filled<Hash32>(1),
                                  .block_unix_s = 8,
                                  .tx_hash = filled<Hash32>(2),
                                  .succeeded = true,
                                  .gas_used = 3,
                                  .gas_price_wei = 4,
                                  .landed = {{JobId{1}, 5}}};

/// A node that never answers.
class DeadNode final : public chain_rpc::RpcTransport {
  public:
    Result<Reply> post(const std::string&, net::Deadline) override {
        return Error{Errc::kFetchFailed, "test"};
    }
};

class Adapters : public testing::Test {
  protected:
    static chain_rpc::RpcOptions options() {
        chain_rpc::RpcOptions options;
        options.endpoints = {"http://127.0.0.1"};
        options.chain_id = 31337;
        return options;
    }
    std::unique_ptr<store::MemoryStore> store_ = store::make_memory_store({});
    const SigningKey key_ = key_of(1);
    JournalAdapter journal_{store_->slots(key_.address())};
    chain_rpc::RpcClient rpc_{options(), std::make_shared<DeadNode>()};
    chain_rpc::ChainReader reader_{rpc_, {}};
    chain_rpc::Submitter submitter_{reader_, journal_, key_, {}};
    ProofAdapter proofs_{submitter_, journal_, key_};
};

TEST_F(Adapters, the_journal_keeps_every_field) {
    chain::Slot slot = slot_of(5, 1);
    ASSERT_TRUE(journal_.bind(slot));
    chain::Attempt noop = slot.attempts[0];
    noop.kind = chain::AttemptKind::kNoop;
    noop.max_fee_wei = 70;
    ASSERT_TRUE(journal_.add_attempt(5, noop));
    ASSERT_TRUE(
        journal_.set_state(5, chain::SlotState::kVoided, kInclusion, chain::VoidReason::kJobGone));
    slot.attempts.push_back(noop);
    slot.state = chain::SlotState::kVoided;
    slot.inclusion = kInclusion;
    slot.void_reason = chain::VoidReason::kJobGone;
    EXPECT_EQ(**journal_.slot_of(JobId{1}, chain::SlotPurpose::kProof), slot);
    EXPECT_TRUE(journal_.open_slots()->empty());
    EXPECT_EQ(**journal_.highest_nonce(), 5U);
    EXPECT_FALSE(journal_.slot_of(JobId{2}, chain::SlotPurpose::kProof)->has_value());
}

TEST_F(Adapters, the_journal_refuses_what_the_store_refuses) {
    ASSERT_TRUE(journal_.bind(slot_of(5, 1)));
    EXPECT_EQ(journal_.bind(slot_of(5, 2)).error().code, Errc::kConflict);
    EXPECT_EQ(journal_.bind(slot_of(6, 1)).error().code, Errc::kConflict);
    EXPECT_EQ(journal_.add_attempt(9, slot_of(9, 9).attempts[0]).error().code, Errc::kNotFound);
    store_->fail_writes(Errc::kStorageFull);
    EXPECT_EQ(journal_.bind(slot_of(7, 3)).error().code, Errc::kStorageFull);
}

struct ProgressRow {
    const char* name;
    chain::SlotState state;
    bool succeeded;
    chain::VoidReason reason;
    pipeline::ProofState expected;
    std::optional<Errc> cause;
};
TEST_F(Adapters, progress_tells_how_a_transaction_stands) {
    using chain::SlotState;
    using chain::VoidReason;
    using pipeline::ProofState;
    EXPECT_EQ(proofs_.progress(JobId{99})->state, ProofState::kNone);
    const ProgressRow rows[] = {
        {"bound", SlotState::kBound, true, VoidReason::kNone, ProofState::kSigned, {}},
        {"sent", SlotState::kSent, true, VoidReason::kNone, ProofState::kSent, {}},
        {"included", SlotState::kIncluded, true, VoidReason::kNone, ProofState::kIncluded, {}},
        {"included_reverted", SlotState::kIncluded, false, VoidReason::kNone, ProofState::kSent,
         Errc::kReverted},
        {"final", SlotState::kFinal, true, VoidReason::kNone, ProofState::kFinal, {}},
        {"canceled", SlotState::kVoided, false, VoidReason::kCanceled, ProofState::kCancelled, {}},
        {"by_other",
         SlotState::kVoided,
         false,
         VoidReason::kDoneByOther,
         ProofState::kDoneByOther,
         {}},
        {"reverted", SlotState::kVoided, false, VoidReason::kReverted, ProofState::kReverted,
         Errc::kReverted},
        {"unsendable", SlotState::kVoided, false, VoidReason::kUnsendable, ProofState::kReverted,
         Errc::kInternal},
        {"job_gone", SlotState::kVoided, false, VoidReason::kJobGone, ProofState::kReverted,
         Errc::kReverted},
        {"foreign", SlotState::kVoided, false, VoidReason::kForeign, ProofState::kReverted,
         Errc::kNonceGap},
    };
    std::uint64_t number = 0;
    for (const ProgressRow& row : rows) {
        ++number;
        ASSERT_TRUE(journal_.bind(slot_of(number, number)));
        chain::Inclusion inclusion = kInclusion;
        inclusion.succeeded = row.succeeded;
        inclusion.landed.clear();
        if (row.succeeded) inclusion.landed = {{JobId{number}, 5}};
        const bool in_block = row.state != SlotState::kBound && row.state != SlotState::kSent;
        if (row.state != SlotState::kBound) {
            const std::optional<chain::Inclusion> where =
                in_block ? std::optional{inclusion} : std::nullopt;
            ASSERT_TRUE(journal_.set_state(number, row.state, where, row.reason));
        }
        const pipeline::ProofProgress progress = *proofs_.progress(JobId{number});
        EXPECT_EQ(progress.state, row.expected) << row.name;
        EXPECT_EQ(progress.cause ? std::optional{progress.cause->code} : std::nullopt, row.cause)
            << row.name;
        EXPECT_EQ(progress.tx_hash, in_block ? inclusion.tx_hash : filled<Hash32>(8)) << row.name;
    }
}

TEST_F(Adapters, progress_says_why_a_job_is_held_until_it_moves) {
    ASSERT_TRUE(journal_.bind(slot_of(1, 1)));
    chain_rpc::SubmissionEvent event;
    event.jobs = {{JobId{1}, FileId{101}, {}}};
    event.kind = chain_rpc::SubmissionEvent::Kind::kHeld;
    event.cause = Error{Errc::kFeeCeiling, "test"};
    proofs_.note(event);
    EXPECT_EQ(proofs_.progress(JobId{1})->cause->code, Errc::kFeeCeiling);
    event.kind = chain_rpc::SubmissionEvent::Kind::kSent;
    event.cause.reset();
    proofs_.note(event);
    EXPECT_FALSE(proofs_.progress(JobId{1})->cause);
}

TEST_F(Adapters, nothing_is_submitted_before_the_journal_was_recovered) {
    EXPECT_EQ(proofs_.submit({}).error().code, Errc::kRpcUnavailable);
    EXPECT_FALSE(journal_.highest_nonce()->has_value());
}

sealing::Intent intent_of(const SigningKey& wallet) {
    sealing::Intent intent;
    intent.chain_id = 31337;
    intent.dlp = filled<Address>(0x11);
    intent.ruleset = filled<Hash32>(0x22);
    intent.sealed_sha256 = filled<Hash32>(0x33);
    intent.terms_sha256 = filled<Hash32>(0x44);
    intent.expires_unix_s = 2'000'000'000;
    intent.wallet = wallet.address();
    return intent;
}

TEST(Opener, reads_an_envelope_with_its_key_and_permission) {
    const SigningKey validator = key_of(1);
    const SigningKey wallet = key_of(2);
    OpenerAdapter opener{validator, nullptr, OwnershipGate{{}}};
    sealing::Envelope envelope;
    envelope.intent = intent_of(wallet);
    envelope.intent_signature = sealing::sign_intent(envelope.intent, wallet);
    sealing::FileKeyBundle bundle;
    bundle.file_key = SecretBytes::copy_of(as_bytes_view("0xfile key"));
    bundle.permission.emplace();
    bundle.permission->iv.fill(9);
    bundle.permission->ephemeral_key = SecretBytes{32};
    bundle.permission->ephemeral_key.expose_mutable()[31] = 5;
    envelope.sealed_key = *sealing::seal_file_key(validator.public_key(), envelope.intent, bundle);
    const std::string text = sealing::write_envelope(envelope);

    const pipeline::VerifiedIntent verified = *opener.verify_envelope(as_bytes_view(text));
    EXPECT_EQ(verified.wallet, wallet.address());
    EXPECT_EQ(verified.digest, sealing::intent_digest(envelope.intent));
    EXPECT_EQ(verified.expires_unix_s, 2'000'000'000);
    const pipeline::FileKey key = *opener.open_envelope(as_bytes_view(text));
    EXPECT_EQ(as_text(key.key.expose()), "0xfile key");
    EXPECT_EQ(key.permission->iv, Bytes(16, 9));
    EXPECT_EQ(key.permission->ephemeral_key.expose()[31], 5);

    const SigningKey stranger = key_of(3);
    OpenerAdapter other{stranger, nullptr, OwnershipGate{{}}};
    EXPECT_EQ(other.open_envelope(as_bytes_view(text)).error().code, Errc::kKeyNotForUs);
    envelope.intent.expires_unix_s += 1;
    const std::string altered = sealing::write_envelope(envelope);
    EXPECT_EQ(opener.verify_envelope(as_bytes_view(altered)).error().code, Errc::kIntentSignature);
    EXPECT_EQ(opener.verify_envelope(as_bytes_view("{}")).error().code, Errc::kMalformedEnvelope);
}

TEST(Opener, opens_keys_that_are_ours_and_of_a_sane_size) {
    const SigningKey validator = key_of(1);
    OpenerAdapter opener{validator, nullptr, OwnershipGate{{}}};
    const auto sealed = [&](std::size_t size) {
        return ecies_encrypt(validator.public_key(), Bytes(size, 'k'));
    };
    EXPECT_EQ(opener.open_key(sealed(132))->size(), 132U);
    EXPECT_EQ(opener.open_key(sealed(1'024))->size(), 1'024U);
    for (const Bytes& refused : {sealed(0), sealed(1'025), Bytes{}, Bytes(200, 1),
                                 ecies_encrypt(key_of(2).public_key(), Bytes(132, 'k'))})
        EXPECT_EQ(opener.open_key(refused).error().code, Errc::kKeyNotForUs);
}

TEST(Opener, matches_a_permission_that_was_made_with_these_secrets) {
    const SigningKey validator = key_of(1);
    OpenerAdapter opener{validator, nullptr, OwnershipGate{{}}};
    const SigningKey dlp = key_of(4);
    const SecretBytes key = SecretBytes::copy_of(Bytes(132, 'k'));
    std::array<std::uint8_t, kEciesIvSize> iv{};
    iv.fill(3);
    const SigningKey ephemeral = key_of(5);
    const std::string on_chain = to_hex(
        ecies_encrypt_fixed(dlp.public_key(), key.expose(), iv, ephemeral, SharedXForm::kPadded));
    pipeline::PermissionSecret secret{Bytes(16, 3), SecretBytes::copy_of(ephemeral.expose())};
    const std::string dlp_key = to_hex0x(dlp.public_key().view());
    EXPECT_TRUE(*opener.matches_permission(key, secret, dlp_key, on_chain));
    secret.iv[0] ^= 1;
    EXPECT_FALSE(*opener.matches_permission(key, secret, dlp_key, on_chain));
    secret.iv.pop_back();
    EXPECT_EQ(opener.matches_permission(key, secret, dlp_key, on_chain).error().code,
              Errc::kMalformedKey);
    secret.iv.push_back(3);
    for (const char* bad : {"", "zz", "0x04", "0x1234"})
        EXPECT_EQ(opener.matches_permission(key, secret, bad, on_chain).error().code,
                  Errc::kMalformedKey)
            << bad;
}

TEST(Opener, keys_text_and_trace_by_key_and_file) {
    const SigningKey validator = key_of(1);
    OpenerAdapter opener{validator, nullptr, OwnershipGate{{}}};
    const SecretBytes key = SecretBytes::copy_of(Bytes(132, 'k'));
    const SecretBytes other = SecretBytes::copy_of(Bytes(132, 'l'));
    const pipeline::ContentHashes content{
        .text = filled<Hash32>(6),
        .leaves = {filled<Hash32>(7), filled<Hash32>(8), filled<Hash32>(9)}};
    const pipeline::KeyedHashes keyed = opener.keyed_hashes(key, FileId{1}, content);
    EXPECT_EQ(opener.keyed_hashes(key, FileId{1}, content), keyed);
    for (const pipeline::KeyedHashes& changed : {opener.keyed_hashes(key, FileId{2}, content),
                                                 opener.keyed_hashes(other, FileId{1}, content)}) {
        EXPECT_NE(changed.text, keyed.text);
        EXPECT_NE(changed.trace, keyed.trace);
    }
    // docs/formats.md "Keyed hashes", computed with Python's hmac and hashlib: HKDF-extract with 32
    // zero bytes as salt, the tree of three leaves by hand.
    EXPECT_EQ(to_hex(keyed.text.view()),
              "b076ad40ff7a3bf5d01495fc6c78eb48279c84595c192b07b8ab68d8345fdbaf");
    EXPECT_EQ(to_hex(keyed.trace.view()),
              "940a561f9cd0ba2384ace72e6c39891d889f0cb38b504733879804f64eaa1f96");
}

TEST(Vault, opens_only_in_its_place) {
    VaultAdapter vault{SecretBytes{32}};
    const Bytes sealed = vault.seal(SecretBytes::copy_of(Bytes{1, 2, 3}), "job:1");
    EXPECT_EQ(vault.open(sealed, "job:1")->size(), 3U);
    EXPECT_EQ(vault.open(sealed, "job:2").error().code, Errc::kAuthTagMismatch);
}

}  // namespace
}  // namespace pramana::app
