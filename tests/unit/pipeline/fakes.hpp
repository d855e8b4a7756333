#pragma once

#include "pramana/core/sha256.hpp"
#include "pramana/pipeline/pipeline.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>

/// The world around a pipeline, small and honest: each fake keeps the contract of its port.
namespace pramana::pipeline {

template <class Fixed>
Fixed filled(std::uint8_t byte) {
    Fixed out;
    out.bytes.fill(byte);
    return out;
}
[[nodiscard]] Hash32 hash_of(std::string_view text);
[[nodiscard]] Bytes bytes_of(std::string_view text);
/// A bid in wei that fits 64 bits.
[[nodiscard]] Word256 wei(std::uint64_t value);

class FakeClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override { return 1'000'000 + seconds_.load(); }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point{std::chrono::seconds{seconds_.load()}};
    }
    void advance(std::int64_t seconds) { seconds_ += seconds; }

  private:
    std::atomic<std::int64_t> seconds_{0};
};

/// Contracts as maps, and what was sent. With a file, sent transactions outlive the process, as a
/// node's do.
class FakeChain final : public ChainPort {
  public:
    [[nodiscard]] Result<ChainJob> job(JobId job) override;
    [[nodiscard]] Result<ChainStanding> standing(JobId job, const Address& dlp) override;
    [[nodiscard]] Result<std::string> permission(FileId file, const Address& account) override;
    [[nodiscard]] Result<ChainDlp> dlp(const Address& dlp) override;
    [[nodiscard]] Result<ChainHead> head() override;
    [[nodiscard]] Result<std::optional<store::SeedBlock>> submission_block(
        JobId job, std::uint64_t seen) override;
    std::map<std::uint64_t, Hash32> final_blocks;  ///< by number

    /// A node takes a transaction: the same bytes twice are one.
    void send(JobId job, const Hash32& tx_hash);
    /// The job's proof is in a block.
    void complete(JobId job);
    /// Reads back what another process sent and completed. Call once the jobs are there.
    void load();
    /// How many different transactions were ever sent for the job.
    [[nodiscard]] std::size_t sent(JobId job) const;
    void change(const std::function<void(FakeChain&)>& edit);

    // Edited through change(), or before any thread runs.
    std::map<JobId, ChainJob> jobs;
    std::map<FileId, ChainFile> files;
    std::map<std::pair<FileId, Address>, std::string> permissions;
    std::map<Address, ChainDlp> dlps;
    bool tee_active = true;
    std::uint64_t gas_price_wei = 0;
    ChainBlock block{7, filled<Hash32>(0x77)};
    std::optional<Errc> down;   ///< every read fails with it
    std::filesystem::path log;  ///< of `send <job> <tx>` and `done <job>`; empty = memory only

  private:
    mutable std::recursive_mutex mutex_;
    std::map<JobId, std::set<Hash32>> sent_;
};

/// A submitter over the store's slots, with the crash points where the real one has them.
class FakeProofs final : public ProofPort {
  public:
    FakeProofs(store::Store& store, FakeChain& chain) : store_{store}, chain_{chain} {}
    [[nodiscard]] Status submit(const ProofCall& call) override;
    [[nodiscard]] Result<ProofProgress> progress(JobId job) override;

    /// Sends what was bound and not sent, then moves every open slot one state towards final.
    void mine();
    void set(JobId job, store::SlotState state, std::optional<store::SlotInclusion> inclusion = {});
    std::optional<Errc> refuse;         ///< submit fails with it and binds nothing
    std::optional<ProofProgress> says;  ///< progress() answers it
    std::vector<ProofCall> calls;       ///< what was submitted
    static store::SlotInclusion inclusion_of(const store::SlotRecord& slot);

  private:
    std::mutex mutex_;
    store::Store& store_;
    FakeChain& chain_;
};

/// Envelopes are text lines; a sealed file is "sealed:<key>:<content>"; a key "sig:<40 hex>" is
/// that wallet's signature, and any other text is no signature.
class FakeOpener final : public OpenerPort {
  public:
    [[nodiscard]] Result<VerifiedIntent> verify_envelope(ByteView envelope) override;
    [[nodiscard]] Result<FileKey> open_envelope(ByteView envelope) override;
    [[nodiscard]] Result<SecretBytes> open_key(ByteView encrypted_key) override;
    [[nodiscard]] Result<Address> signer_of(const SecretBytes& key,
                                            std::string_view message) override;
    [[nodiscard]] Result<bool> matches_permission(const SecretBytes& key,
                                                  const PermissionSecret& secret,
                                                  std::string_view dlp_public_key,
                                                  std::string_view permission) override;
    [[nodiscard]] KeyedHashes keyed_hashes(const SecretBytes& key, FileId file,
                                           const ContentHashes& content) override;
    [[nodiscard]] Result<SecretBytes> decrypt(ByteView sealed, const SecretBytes& key) override;

    /// Envelopes that end with "owned" show it.
    [[nodiscard]] Result<std::optional<OwnershipShown>> ownership(
        const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) override;

    /// Files with `owned_text` in them are their owner's.
    [[nodiscard]] Status owned_content(const Hash32& ruleset, ByteView envelope,
                                       const SecretBytes& opened) override;

    std::atomic<int> decryptions{0};
    std::string owned_text;                    ///< empty: every file is
    std::optional<Hash32> asks_for_ownership;  ///< the ruleset that does
    std::int64_t shown_until = INT64_MAX;
};
[[nodiscard]] Bytes envelope_of(const VerifiedIntent& intent, std::string_view key);
[[nodiscard]] Bytes sealed_file(std::string_view key, std::string_view content);
[[nodiscard]] std::string key_of_wallet(const Address& wallet);

class FakeFetch final : public FetchPort {
  public:
    [[nodiscard]] Result<Bytes> fetch(std::string_view url, std::size_t bytes_max) override;
    std::map<std::string, Bytes, std::less<>> pages;
    std::optional<Errc> fails;
    std::atomic<int> fetches{0};
};

/// Writes the place in front and compares it.
class FakeVault final : public VaultPort {
  public:
    [[nodiscard]] Bytes seal(const SecretBytes& opened, std::string_view place) override;
    [[nodiscard]] Result<SecretBytes> open(ByteView sealed, std::string_view place) override;
};

/// A text is new if no place has it. Contents that start with '?' say how preparation fails;
/// those with "?long" need a seed.
class FakeScore final : public ScorePort {
  public:
    [[nodiscard]] Result<std::unique_ptr<PreparedContribution>> prepare(
        const Hash32& ruleset, SecretBytes opened, const std::optional<Hash32>& seed) override;
    void reset(const CorpusName& corpus) override;
    void restore(const CorpusName& corpus) override;
    [[nodiscard]] CorpusState state(const CorpusName& corpus) override;
    [[nodiscard]] Result<ScoreFacts> score(const CorpusName& corpus, const Hash32& ruleset,
                                           const PreparedContribution& contribution,
                                           const Address& owner) override;
    [[nodiscard]] Status append(const CorpusName& corpus, const SecretBytes& entry) override;

    std::atomic<int> device_losses{0};  ///< so many scores fail with kDeviceLost
    std::vector<std::string> kept;      ///< entries that restore() finds on disk
    std::atomic<int> appends{0};
    std::vector<Hash32> seeds;  ///< with which contents that start with "?long" were sampled

  private:
    struct Log {
        std::vector<std::string> entries;
        Hash32 root;
    };
    std::mutex mutex_;
    std::map<CorpusName, Log> logs_;
};

class FakeEvidence final : public EvidencePort {
  public:
    [[nodiscard]] Result<Bytes> binding_document(const BindingFacts& facts) override;
    [[nodiscard]] Result<std::string> attestation(ByteView challenge) override;
    [[nodiscard]] BindingFacts facts_of(JobId job) const;

  private:
    mutable std::mutex mutex_;
    std::map<JobId, BindingFacts> facts_;
};

}  // namespace pramana::pipeline
