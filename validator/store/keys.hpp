#pragma once

#include "pramana/core/endian.hpp"
#include "pramana/store/records.hpp"

#include <string>

/// Keys: one letter for the table, then big-endian numbers and fixed bytes, so that byte order is
/// the order of the scan (docs/formats.md "Store records").
namespace pramana::store::keys {

inline std::string be(std::uint64_t value) {
    std::string out(sizeof value, '\0');
    store_be(value, reinterpret_cast<std::uint8_t*>(out.data()));
    return out;
}
inline std::string be32(std::uint32_t value) {
    std::string out(sizeof value, '\0');
    store_be(value, reinterpret_cast<std::uint8_t*>(out.data()));
    return out;
}
template <class Fixed>
std::string raw(const Fixed& value) {
    return std::string{as_text(value.view())};
}
inline std::string corpus(const CorpusKey& key) { return raw(key.id) + be32(key.epoch); }

inline constexpr char kSchema[] = "m/schema";
inline constexpr char kCursor[] = "m/cursor";
inline std::string contribution(const ContributionId& id) { return "c" + raw(id); }
inline std::string job(JobId id) { return "j" + be(number(id)); }
inline std::string document(const Hash32& hash) { return "d" + raw(hash); }
/// What a purged job left.
inline std::string job_remains(JobId id) { return "g" + be(number(id)); }
/// With which job a document was stored.
inline std::string job_of_document(const Hash32& hash) { return "h" + raw(hash); }
/// Where the job's submission stands now, if not where its record says.
inline std::string seen_block(JobId id) { return "b" + be(number(id)); }
/// Contributions that are not terminal.
inline std::string open_contribution(const ContributionId& id) { return "p" + raw(id); }
/// Jobs that are not terminal.
inline std::string open_job(JobId id) { return "o" + be(number(id)); }
/// By time; then 'c' and the contribution's id, or 'j' and the job's.
inline std::string due(std::int64_t unix_s, const ContributionId& id) {
    return "x" + be(static_cast<std::uint64_t>(unix_s)) + "c" + raw(id);
}
inline std::string due(std::int64_t unix_s, JobId id) {
    return "x" + be(static_cast<std::uint64_t>(unix_s)) + "j" + be(number(id));
}
/// Who holds a blob.
inline std::string blob_holders(const Hash32& sha256) { return "r" + raw(sha256); }
inline std::string blob_holder(const Hash32& sha256, const ContributionId& id) {
    return blob_holders(sha256) + "c" + raw(id);
}
inline std::string blob_holder(const Hash32& sha256, JobId id) {
    return blob_holders(sha256) + "j" + be(number(id));
}
/// Those of all epochs, oldest first.
inline std::string corpus_heads(const Hash32& corpus_id) { return "L" + raw(corpus_id); }
inline std::string corpus_head(const CorpusKey& key) { return "L" + corpus(key); }
inline std::string corpus_entry(const CorpusKey& key, CorpusPosition place) {
    return "l" + corpus(key) + be(number(place));
}
inline std::string corpus_place(const CorpusKey& key, const ContributionId& id) {
    return "e" + corpus(key) + raw(id);
}
// The archive.
inline std::string archived(const Hash32& sha256) { return "a" + raw(sha256); }
inline std::string statement(const Hash32& hash) { return "q" + raw(hash); }
inline constexpr char kNewestStatement[] = "m/statement";
inline std::string archive_note(std::string_view name) { return "v" + std::string{name}; }
// Journals: one for each key that signs transactions.
inline std::string slots(const Address& signer) { return "s" + raw(signer); }
inline std::string slot(const Address& signer, std::uint64_t tx_nonce) {
    return slots(signer) + be(tx_nonce);
}
inline std::string open_slots(const Address& signer) { return "u" + raw(signer); }
inline std::string open_slot(const Address& signer, std::uint64_t tx_nonce) {
    return open_slots(signer) + be(tx_nonce);
}
/// Over all keys: which slot a job had last for a purpose.
inline std::string slot_of_job(SlotPurpose purpose, JobId id) {
    return "t" + std::string(1, static_cast<char>(purpose)) + be(number(id));
}
inline std::string spent_on(const Address& signer, std::uint64_t day) {
    return "w" + raw(signer) + be(day);
}
inline std::string folded_below(const Address& signer) { return "k" + raw(signer); }
inline std::string regression(const Address& signer) { return "n" + raw(signer); }

}  // namespace pramana::store::keys
