#pragma once

#include "pramana/core/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::app {

enum class Finding : std::uint8_t {
    kEqual,
    kDiffers,
    kUnchecked,  ///< what it takes was not given; `detail` says what
};

/// One comparison of a replay with a proof, in the order of the pipeline.
struct FindingRow {
    std::string_view name;  ///< stable: "keyed_trace", "codes"
    Finding finding = Finding::kEqual;
    std::optional<std::uint64_t> chunk;  ///< the first one that differs
    std::string expected;                ///< what the proof says
    std::string found;                   ///< what the replay gave
    std::string detail;                  ///< printable; may be empty
};

/// Gathers the rows of a replay. Thread: one at a time.
class Findings {
  public:
    /// Compares one value and says whether it is the same.
    bool compare(std::string_view name, const Hash32& expected, const Hash32& found);
    bool compare(std::string_view name, std::uint64_t expected, std::uint64_t found);
    bool compare(std::string_view name, const std::string& expected, const std::string& found);
    void equal(std::string_view name, std::string detail);
    void differs(FindingRow row);
    void unchecked(std::string_view name, std::string why);

    [[nodiscard]] const std::vector<FindingRow>& rows() const noexcept { return rows_; }
    /// The first row that differs, nullptr when none does.
    [[nodiscard]] const FindingRow* first_difference() const noexcept;
    /// The first row that differs and names a chunk: where in the text the difference shows.
    [[nodiscard]] const FindingRow* first_chunk() const noexcept;

  private:
    std::vector<FindingRow> rows_;
};

/// One line a row, and a last one: "equal: …" or "first difference: chunk 7, codes: …".
[[nodiscard]] std::string lines_of(const Findings& findings);
/// {"equal", "first_difference", "first_chunk", "checks"}: docs/commands.md "recompute".
[[nodiscard]] std::string json_of(const Findings& findings);

}  // namespace pramana::app
