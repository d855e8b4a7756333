#pragma once

#include "pramana/chain/event.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

/// The calls, return values and events of DataRegistry, TeePool and DLP that a validator and its
/// clients use. Calls give the input of eth_call or of a transaction. Decoders take return data or
/// a log and refuse every layout but the ones named, and ids above 2^64-1: kMalformedChainData.
/// Source: vana-protocol.md 1.2 to 1.4. Thread: pure functions.
namespace pramana::chain {

/// A registered file. An unknown id decodes with a zero owner and an empty url.
struct RegistryFile {
    FileId id{};
    Address owner;
    std::string url;
    std::optional<std::uint64_t> schema_id;  ///< absent in the registry's first version
    std::uint64_t added_at_block = 0;
    [[nodiscard]] bool exists() const noexcept { return !owner.is_zero(); }
    friend bool operator==(const RegistryFile&, const RegistryFile&) = default;
};

struct Permission {
    Address account;
    std::string key;  ///< lower-case hex without 0x, as text
};

/// What a proof says, in ABI order.
struct ProofData {
    Word256 score;  ///< 10^18 is 1.0
    std::uint64_t dlp_id = 0;
    std::string metadata;
    std::string proof_url;
    std::string instruction;
    friend bool operator==(const ProofData&, const ProofData&) = default;
};
struct Proof {
    Bytes signature;  ///< 65 bytes where it is ours; a stranger may store any
    ProofData content;
    friend bool operator==(const Proof&, const Proof&) = default;
};

enum class JobStatus : std::uint8_t { kNone, kSubmitted, kCompleted, kCanceled };
struct TeeJob {
    FileId file{};
    Word256 bid_wei;
    JobStatus status = JobStatus::kNone;
    std::uint64_t added_unix_s = 0;
    Address owner;  ///< who paid
    Address tee;
    friend bool operator==(const TeeJob&, const TeeJob&) = default;
};

enum class TeeStatus : std::uint8_t { kNone, kActive, kRemoved };
struct TeeRecord {
    Address tee;
    std::string url;
    TeeStatus status = TeeStatus::kNone;
    Word256 earned_wei;
    Word256 withdrawn_wei;
    std::uint64_t jobs_pending = 0;
    std::string public_key;  ///< free text by contract; 0x04... where it is ours
    friend bool operator==(const TeeRecord&, const TeeRecord&) = default;
};

/// Return values that several contracts share.
[[nodiscard]] Result<std::uint64_t> decode_u64(ByteView returned);
[[nodiscard]] Result<Word256> decode_word(ByteView returned);
[[nodiscard]] Result<bool> decode_bool(ByteView returned);
[[nodiscard]] Result<Address> decode_address(ByteView returned);
[[nodiscard]] Result<std::string> decode_text(ByteView returned);

namespace data_registry {
[[nodiscard]] Bytes files(FileId file);
/// Both layouts, told apart by the offset of the url: 0x80 is version 1, 0xa0 version 2.
[[nodiscard]] Result<RegistryFile> decode_file(ByteView returned);
[[nodiscard]] Bytes file_permissions(FileId file, const Address& account);  ///< decode_text
[[nodiscard]] Bytes file_proofs(FileId file, std::uint64_t proof_index);    ///< index from 1
[[nodiscard]] Result<Proof> decode_proof(ByteView returned);
[[nodiscard]] Bytes file_id_by_url(std::string_view url);  ///< decode_u64; 0 is none
[[nodiscard]] Bytes files_count();                         ///< decode_u64
[[nodiscard]] Bytes version();                             ///< decode_u64
[[nodiscard]] Bytes add_file(std::string_view url);
[[nodiscard]] Bytes add_file_with_permissions(std::string_view url, const Address& owner,
                                              std::span<const Permission> permissions);
[[nodiscard]] Bytes add_file_with_permissions_and_schema(std::string_view url, const Address& owner,
                                                         std::span<const Permission> permissions,
                                                         std::uint64_t schema_id);
[[nodiscard]] Bytes add_proof(FileId file, const Proof& proof);
}  // namespace data_registry

namespace tee_pool {
[[nodiscard]] Bytes jobs(JobId job);
[[nodiscard]] Result<TeeJob> decode_job(ByteView returned);

/// How a deployment's jobs(id) lays a job out. Default: as decode_job reads it.
class JobLayout {
  public:
    JobLayout() = default;
    /// The members in the contract's order, those that count by these names, others with any name
    /// or none: "(uint256 fileId,uint256 bidAmount,uint8 status,uint256 addedTimestamp,address
    /// ownerAddress,address teeAddress)". fileId, status (JobStatus) and teeAddress must be there;
    /// what is missing of the rest reads as zero. In two pairs of parentheses it is one struct.
    /// Empty = today's. At most 1,024 characters. Errors: kConfigInvalid, whose site ends with
    /// what is wrong: parentheses, type, member_type, twice, missing.
    [[nodiscard]] static Result<JobLayout> parse(std::string_view declaration);
    /// Errors: kMalformedChainData (any other layout, a number above its type).
    [[nodiscard]] Result<TeeJob> decode(ByteView returned) const;

  private:
    std::vector<abi::Type> types_;                    ///< of what is returned; empty = today's
    bool structure_ = false;                          ///< one tuple is returned
    std::array<std::optional<std::size_t>, 6> at_{};  ///< where each member stands
};
[[nodiscard]] Bytes jobs_count();    ///< decode_u64
[[nodiscard]] Bytes tee_fee();       ///< decode_word, wei
[[nodiscard]] Bytes cancel_delay();  ///< decode_u64, seconds
[[nodiscard]] Bytes tees(const Address& tee);
[[nodiscard]] Result<TeeRecord> decode_tee(ByteView returned);
[[nodiscard]] Bytes is_tee(const Address& tee);  ///< decode_bool; true only while active
/// The pending jobs of a TEE; their order changes when one is done.
[[nodiscard]] Bytes tee_job_ids_paginated(const Address& tee, std::uint64_t start,
                                          std::uint64_t limit);
[[nodiscard]] Bytes file_job_ids(FileId file);
/// Of the two above.
[[nodiscard]] Result<std::vector<JobId>> decode_job_ids(ByteView returned);
[[nodiscard]] Bytes request_contribution_proof(FileId file);  ///< payable, at least tee_fee
[[nodiscard]] Bytes add_proof(JobId job, const Proof& proof);
[[nodiscard]] Bytes cancel_job(JobId job);
[[nodiscard]] Bytes claim();
[[nodiscard]] Bytes add_tee(const Address& tee, std::string_view url, std::string_view public_key);
}  // namespace tee_pool

namespace dlp {
[[nodiscard]] Bytes proof_instruction();   ///< decode_text
[[nodiscard]] Bytes public_key();          ///< decode_text
[[nodiscard]] Bytes tee_pool();            ///< decode_address
[[nodiscard]] Bytes file_reward_factor();  ///< decode_word
[[nodiscard]] Bytes request_reward(FileId file, std::uint64_t proof_index);
[[nodiscard]] Bytes update_proof_instruction(std::string_view instruction);
}  // namespace dlp

namespace dlp_registry {
[[nodiscard]] Bytes dlp_ids(const Address& dlp);  ///< decode_u64; 0 is none
}  // namespace dlp_registry

// Events. `topic0()` filters, `decode` refuses logs of another event; the emitter's address is the
// caller's check.

struct JobSubmitted {
    JobId job{};
    FileId file{};
    Address tee;  ///< not indexed: filter after decoding
    Word256 bid_wei;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<JobSubmitted> decode(const Log& log);
};
struct JobCanceled {
    JobId job{};
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<JobCanceled> decode(const Log& log);
};
/// TeePool's ProofAdded.
struct JobProofAdded {
    Address attestator;
    JobId job{};
    FileId file{};
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<JobProofAdded> decode(const Log& log);
};
/// DataRegistry's ProofAdded; in a transaction of TeePool.addProof it comes before JobProofAdded.
struct FileProofAdded {
    FileId file{};
    Address owner;
    std::uint64_t proof_index =
        0;  ///< what requestReward takes; not always 1, anybody may add proofs
    std::uint64_t dlp_id = 0;
    Word256 score;
    std::string proof_url;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<FileProofAdded> decode(const Log& log);
};
struct TeeAdded {
    Address tee;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<TeeAdded> decode(const Log& log);
};
struct TeeRemoved {
    Address tee;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<TeeRemoved> decode(const Log& log);
};
/// FileAdded and FileAddedV2; a registry of version 2 emits both for one file.
struct FileAdded {
    FileId file{};
    Address owner;
    std::string url;
    std::optional<std::uint64_t> schema_id;  ///< present in FileAddedV2
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Hash32 topic0_v2();
    [[nodiscard]] static Result<FileAdded> decode(const Log& log);
};
struct PermissionGranted {
    FileId file{};
    Address account;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<PermissionGranted> decode(const Log& log);
};
struct RewardRequested {
    Address contributor;
    FileId file{};
    std::uint64_t proof_index = 0;
    Word256 reward;
    [[nodiscard]] static Hash32 topic0();
    [[nodiscard]] static Result<RewardRequested> decode(const Log& log);
};

}  // namespace pramana::chain
