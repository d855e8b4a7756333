#pragma once

#include "id_set.hpp"
#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace pramana::scoring {

/// What the readers of a file write to: records in units, notes, counts of checks.
class Reading {
  public:
    Reading(const ExtractLimits& limits, Document& out);

    [[nodiscard]] const ExtractLimits& limits() const noexcept { return limits_; }
    [[nodiscard]] Document& document() noexcept { return out_; }
    void skip(NotRead reason, std::uint64_t count = 1) noexcept { out_.notes.skip(reason, count); }

    /// What is added from now on belongs together and is sorted as one: a conversation, a post, a
    /// mail. Units stand in the order of (format, time, id), equal ones as they came.
    void begin_unit(Format format, std::int64_t time_us, std::string_view id);
    /// Errors: kTooLarge beyond records_max. An empty text is counted as a part without text.
    [[nodiscard]] Status add(Role role, std::int64_t time_us, SecretText source, SecretText text);

    /// Whether checks are asked for; without, check() does nothing.
    [[nodiscard]] bool checks() const noexcept { return limits_.formats.authenticity != 0; }
    void check(Format format, Check which, bool good) noexcept;
    /// The export has this part; those about turns and times are told by finish().
    void part(AcceptedFormat format, Part part) noexcept {
        out_.parts[static_cast<std::size_t>(format)] |= bit_of(part);
    }

    /// Puts the units in order and the counts of checks into the document.
    void finish();

  private:
    struct Unit {
        std::size_t begin;
        std::int64_t time_us;
        std::size_t id_begin, id_end;  ///< in ids_
        Format format;
    };
    struct Count {
        std::uint64_t examined = 0, failed = 0;
    };
    void order_units();
    void tell_parts();

    const ExtractLimits& limits_;
    Document& out_;
    std::vector<Unit> units_;
    SecretVector<char> ids_;
    std::array<std::array<Count, kChecks>, kFormats> counts_{};
};

}  // namespace pramana::scoring
