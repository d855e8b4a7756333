#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <string_view>
#include <vector>

namespace pramana::scoring {

/// The fixed head of a model file. Source: docs/scoring.md "Model file".
struct FileHead {
    std::uint32_t layers;
    std::uint32_t vocabulary;
    std::uint32_t positions;
    std::uint32_t sections;
};

/// Reads the sections of a model file in their one order. The first section that is not where, what
/// or as long as it must be ends the reading: from then on every answer is empty and finish()
/// refuses the file.
class SectionReader {
  public:
    /// Errors of finish(), head included: kModelMismatch.
    explicit SectionReader(ByteView file) noexcept;
    [[nodiscard]] const FileHead& head() const noexcept { return head_; }
    [[nodiscard]] bool ok() const noexcept { return ok_; }

    /// The next section, which must have this name; of any size.
    [[nodiscard]] ByteView any(std::string_view name);
    /// The next section, which must have this name and `count` int8, none of them -128.
    [[nodiscard]] std::span<const std::int8_t> codes(std::string_view name, std::size_t count);
    /// The next section, which must have this name and `count` finite f32.
    [[nodiscard]] std::vector<float> floats(std::string_view name, std::size_t count);
    /// That all of the file was read and nothing was wrong.
    [[nodiscard]] Status finish() const;

  private:
    ByteView file_;
    FileHead head_{};
    std::size_t next_section_ = 0;
    std::size_t next_offset_ = 0;
    bool ok_ = false;
};

}  // namespace pramana::scoring
