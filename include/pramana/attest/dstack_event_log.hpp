#pragma once

#include "pramana/attest/hash48.hpp"
#include "pramana/core/result.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// One entry of a dstack event log.
struct DstackEvent {
    std::uint32_t imr = 0;         ///< the register that it extended, 0..3
    std::uint32_t event_type = 0;  ///< 0x08000001 for dstack's own events
    std::optional<Hash48> digest;  ///< as sent; dstack's own events may leave it empty
    std::string name;
    Bytes payload;
    std::uint8_t version = 1;       ///< of the digest's form, 1 or 2
    std::optional<Bytes> preimage;  ///< as sent: what the digest is said to be of
};
using DstackEventLog = std::vector<DstackEvent>;

/// The type of every event that dstack itself extends into register 3.
inline constexpr std::uint32_t kDstackEventType = 0x08000001;
inline constexpr std::size_t kDstackLogBytesMax = 4U << 20U;
inline constexpr std::size_t kDstackEventsMax = 4096;

/// Reads the JSON text that GetQuote and Info give out. Pure; any thread.
/// Errors: kEvidenceMalformed (JSON that does not read, a member of another form, a register above
/// 3, a digest that is not 48 bytes, more than kDstackEventsMax entries).
[[nodiscard]] Result<DstackEventLog> parse_dstack_event_log(std::string_view json);

/// What is hashed for one of dstack's own events. Version 1: type LE32 || ":" || name || ":" ||
/// payload; version 2: the canonical JSON (RFC 8785) {"name","payload","type"}.
[[nodiscard]] Bytes dstack_event_preimage(const DstackEvent& event);

/// The digest that extends the register: for dstack's own events computed from name and payload,
/// never read; for those of the firmware as sent, because what they hash is not in the log. Errors:
/// kEvidenceMalformed when a firmware event has no digest.
[[nodiscard]] Result<Hash48> dstack_event_digest(const DstackEvent& event);

/// The registers that this log leads to: from zeros, SHA-384(register || digest) for each event in
/// order. Errors: kEvidenceMalformed.
[[nodiscard]] Result<std::array<Hash48, 4>> replay_dstack_event_log(const DstackEventLog& log);

/// The only event of register 3 with this name; nullptr when there is none or more than one.
[[nodiscard]] const DstackEvent* only_event(const DstackEventLog& log, std::string_view name);

}  // namespace pramana::attest
